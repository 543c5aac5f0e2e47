//! What a reader of somebody else's format finds: the one shape that all of them give.

use crate::content::Kind;
use crate::diagnostic::Words;
use jiff::Timestamp;
use serde_json::{Map, Value};

/// What was fetched, as it came.
#[derive(Debug, Clone, Copy)]
pub struct Payload<'a> {
    /// Its address after all redirects.
    pub url: &'a str,
    /// The media type that its server named, without parameters.
    pub media_type: Option<&'a str>,
    /// Its bytes, decompressed.
    pub bytes: &'a [u8],
}

/// Where a payload comes from: what its format may leave unsaid.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// IANA zone of the place, for times without one.
    pub timezone: &'a str,
    /// BCP 47 tag of the language of texts that name none.
    pub language: &'a str,
    /// When it was fetched: repeats are told from here on.
    pub now: Timestamp,
}

/// What a payload holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// What made it, for people: `iCalendar`, `Gancio`, `Mobilizon` …
    pub system: &'static str,
    /// The records, in the order in which they stand in it.
    pub found: Vec<Found>,
    /// What was left out, and why.
    pub refused: Vec<Refused>,
    /// The address of the next page, where the format has pages.
    pub next: Option<String>,
    /// The licence of all records, where the payload names one.
    pub license: Option<String>,
}

/// A record of another system, in Plein's own words.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Which kind it becomes.
    pub kind: &'static Kind,
    /// What stays the same from one fetch to the next: the UID of a calendar, the `@id` of linked data, else made of
    /// what does not change (source, start and title).
    pub key: String,
    /// Its page, for people.
    pub url: Option<String>,
    /// When it last changed, as its source says (RFC 3339).
    pub updated: Option<String>,
    /// Its fields, shaped as this kind is published (`data/v1/schema/<kind>.json`): texts by language, times with their
    /// offset, zones by their IANA name. Without `id`, `kind`, `slug`, `source` and `license`, which follow from the rest.
    pub record: Map<String, Value>,
}

/// What was not taken, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Which one: its key, title or line.
    pub what: Words,
    /// Why, for whoever reviews the harvest.
    pub why: Words,
}
