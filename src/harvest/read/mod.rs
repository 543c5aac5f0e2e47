//! Payloads of other systems, read as records of ours. What a payload is shows in its bytes, never only in its address.
//!
//! Nothing here reaches outside, and no bytes make it fail or hang: what cannot be read is refused with the reason.

pub mod activity;
pub mod bare;
pub mod calendar;
pub mod columns;
pub mod feeds;
pub mod json;
pub mod linked;
pub mod local;
pub mod openagenda;
pub mod pages;
pub mod private;
pub mod record;
pub mod safe;
pub mod table;
pub mod time;
pub mod uitdatabank;

use super::found::{Payload, Reading, Setting};
use crate::diagnostic::Words;
use crate::say;
use crate::source::text::decode;
use record::Harvest;
use serde_json::Value;
use std::fmt;

/// Most bytes that are read of one payload.
pub const LARGEST: usize = 32 * 1024 * 1024;

/// Why a payload is not read at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotRead {
    /// There is nothing in it.
    Empty,
    /// It is larger than what is read.
    TooLarge,
    /// It is a page without data about events: perhaps one that asks who we are.
    Page,
    /// It is none of the formats that are known.
    Unknown,
    /// It is one of them, but broken: which one, and why.
    Broken(&'static str, Words),
}

impl NotRead {
    /// In words, for whoever reviews the harvest.
    pub fn words(&self) -> Words {
        match self {
            NotRead::Empty => say!("there is nothing in it"),
            NotRead::TooLarge => say!("it is larger than {} MB", LARGEST / 1024 / 1024),
            NotRead::Page => say!("it is a page without data about events in it"),
            NotRead::Unknown => say!("it is none of the formats that can be read"),
            NotRead::Broken(system, why) => say!("it is {}, but broken: {}", system, why),
        }
    }
}

impl fmt::Display for NotRead {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.words().fmt(f)
    }
}

/// Reads a payload of any of the systems that are known.
pub fn read(payload: &Payload, setting: &Setting) -> Result<Reading, NotRead> {
    let blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0;
    if payload.bytes.iter().all(blank) {
        return Err(NotRead::Empty);
    }
    if payload.bytes.len() > LARGEST {
        return Err(NotRead::TooLarge);
    }
    if is_calendar(payload.bytes) {
        return Ok(calendar::read(payload, setting));
    }
    let text = decode(payload.bytes).text;
    let begin = text.trim_start();
    let named = |name: &str| {
        payload
            .media_type
            .is_some_and(|of| of.to_ascii_lowercase().contains(name))
    };
    if begin.starts_with(['{', '[']) {
        return read_json(begin, payload, setting);
    }
    if begin.starts_with('<') {
        let page = ["<!doctype html", "<html"]
            .iter()
            .any(|tag| safe::head(begin, 2048).to_ascii_lowercase().contains(tag));
        return match !page && feeds::is_feed(begin) {
            true => feeds::read_xml(begin, payload, setting),
            false => read_page(begin, payload, setting),
        };
    }
    if named("html") {
        return read_page(begin, payload, setting);
    }
    if columns::is_table(begin) {
        let mut harvest = Harvest::new(payload, setting, "CSV");
        table::read(begin, &mut harvest);
        return Ok(harvest.finish());
    }
    match named("calendar") {
        true => Err(NotRead::Broken(
            "iCalendar",
            say!("it does not begin with BEGIN:VCALENDAR"),
        )),
        false => Err(NotRead::Unknown),
    }
}

/// Whether a calendar begins here, in any encoding, perhaps after a few lines of something else.
fn is_calendar(bytes: &[u8]) -> bool {
    const KNOWN: [&[u8]; 7] = [
        b"CALENDAR",
        b"EVENT",
        b"TODO",
        b"JOURNAL",
        b"FREEBUSY",
        b"TIMEZONE",
        b"AVAILABILITY",
    ];
    let head: Vec<u8> = bytes
        .iter()
        .take(4096)
        .filter(|byte| **byte != 0)
        .map(u8::to_ascii_uppercase)
        .collect();
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&head);
    let begins = |line: &[u8]| {
        let line = line
            .trim_ascii()
            .strip_prefix(b"\xFF\xFE")
            .unwrap_or(line.trim_ascii());
        let line = line.strip_prefix(b"\xFE\xFF").unwrap_or(line);
        line.strip_prefix(b"BEGIN:V")
            .is_some_and(|name| KNOWN.iter().any(|known| name.starts_with(known)))
    };
    // Before a calendar a broken server writes warnings, with tags in them; a page may show one as an example.
    let page = |tag: &[u8]| head.windows(tag.len()).any(|part| part == tag);
    let other = match head.trim_ascii_start().first() {
        Some(b'<') => page(b"<!DOCTYPE") || page(b"<HTML") || page(b"<?XML"),
        first => matches!(first, Some(b'{' | b'[')),
    };
    !other && head.split(|byte| matches!(byte, b'\n' | b'\r')).any(begins)
}

/// A page, of which the blocks of linked data are read.
fn read_page(text: &str, payload: &Payload, setting: &Setting) -> Result<Reading, NotRead> {
    let blocks = pages::blocks(text);
    if blocks.is_empty() {
        return Err(NotRead::Page);
    }
    let mut harvest = Harvest::new(payload, setting, "JSON-LD");
    pages::read_blocks(&blocks, &mut harvest);
    let reading = harvest.finish();
    match reading.found.is_empty() && reading.refused.is_empty() {
        true => Err(NotRead::Page),
        false => Ok(reading),
    }
}

/// Which system a value is of, by what stands in it.
fn read_json(text: &str, payload: &Payload, setting: &Setting) -> Result<Reading, NotRead> {
    let value: Value = serde_json::from_str(text)
        .map_err(|why| NotRead::Broken("JSON", why.to_string().into()))?;
    let of = |system: &'static str, read: fn(&Value, &mut Harvest)| {
        let mut harvest = Harvest::new(payload, setting, system);
        read(&value, &mut harvest);
        Ok(harvest.finish())
    };
    let version = value.get("version").and_then(Value::as_str).unwrap_or("");
    match () {
        () if version.contains("jsonfeed.org") => of("JSON Feed", feeds::read_json),
        () if activity::is_activity(&value) => of(activity::system(&value), activity::read),
        () if uitdatabank::is_uitdatabank(&value) => {
            of("UiTdatabank", uitdatabank::read_uitdatabank)
        }
        () if openagenda::is_openagenda(&value) => of("OpenAgenda", openagenda::read_openagenda),
        () if local::is_tribe(&value) => of("The Events Calendar", local::read_tribe),
        () if local::is_schedule(&value) => of("schedule.json", local::read_schedule),
        () if local::is_gancio(&value) => of("Gancio", local::read_gancio),
        () if local::is_openfairdb(&value) => of("openFairDB", local::read_openfairdb),
        () if activity::is_graphql(&value) => of("Mobilizon", activity::read_graphql),
        () if text.contains("\"@type\"") || text.contains("\"@context\"") => {
            of("JSON-LD", linked::read_value)
        }
        () => nothing_in(&value, payload, setting),
    }
}

/// A list without anything in it is a source without events, as long as it is a list of those.
fn nothing_in(value: &Value, payload: &Payload, setting: &Setting) -> Result<Reading, NotRead> {
    let lists = ["events", "items", "member", "orderedItems"];
    let empty = |list: &Value| list.as_array().is_some_and(Vec::is_empty);
    match empty(value) || lists.iter().any(|name| value.get(*name).is_some_and(empty)) {
        true => Ok(Harvest::new(payload, setting, "JSON").finish()),
        false => Err(NotRead::Unknown),
    }
}

#[cfg(test)]
mod tests;
