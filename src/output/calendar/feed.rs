//! VCALENDAR (RFC 5545 section 3.4): the calendar around the components.

use super::component::Component;
use super::lines::Lines;
use super::values::{uri, utc};
use crate::site::Site;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Media type of a calendar (RFC 5545 section 8.1).
pub const MEDIA_TYPE: &str = "text/calendar; charset=utf-8";
/// How often programs may look for news.
const REFRESH: &str = "PT4H";

/// What a calendar that people subscribe to says about itself (RFC 7986 section 5).
pub struct Head {
    /// Its name in people's programs.
    pub name: String,
    /// A sentence about it.
    pub description: String,
    /// Path of the page that it belongs to.
    pub page: String,
    /// Its own path.
    pub path: String,
}

/// A whole calendar. Without a head it is a file with one event, which a program adds to a calendar of
/// its user's choice; a name would make Outlook open a new one.
pub fn calendar(
    site: &Site,
    language: &str,
    head: Option<&Head>,
    components: &[&Component],
    zones: &BTreeMap<(String, i16), String>,
) -> Vec<u8> {
    let mut lines = Lines::default();
    begin(language, &mut lines);
    if let Some(head) = head {
        let updated = components.iter().map(|component| component.updated).max();
        write_head(site, head, updated, &mut lines);
    }
    // Each is right from the earliest time on that the file has in it.
    let mut used: BTreeMap<&String, i16> = BTreeMap::new();
    for component in components {
        if let Some(name) = &component.zone {
            let since = used.entry(name).or_insert(component.since);
            *since = component.since.min(*since);
        }
    }
    let known = |(name, since): (&String, i16)| zones.get(&(name.clone(), since));
    for zone in used.into_iter().filter_map(known) {
        lines.append(zone);
    }
    let closing = |it: &Component| it.closing.as_ref().map_or(0, String::len);
    let length = |it: &&Component| it.text.len() + closing(it);
    lines.reserve(components.iter().map(length).sum());
    for component in components {
        lines.append(&component.text);
        if let Some(closing) = component.closing.as_ref().filter(|_| head.is_some()) {
            lines.append(closing);
        }
    }
    end(lines)
}

/// A calendar around components that need no zone.
pub fn around(
    site: &Site,
    language: &str,
    head: &Head,
    updated: Option<Timestamp>,
    components: &str,
) -> Vec<u8> {
    let mut lines = Lines::default();
    begin(language, &mut lines);
    write_head(site, head, updated, &mut lines);
    lines.append(components);
    end(lines)
}

fn begin(language: &str, lines: &mut Lines) {
    lines.begin("VCALENDAR");
    lines.raw("VERSION", "2.0");
    let product = format!("-//Plein//Plein//{}", language.to_uppercase());
    lines.text("PRODID", &product);
    lines.raw("CALSCALE", "GREGORIAN");
}

fn end(mut lines: Lines) -> Vec<u8> {
    lines.end("VCALENDAR");
    lines.finish().into_bytes()
}

fn write_head(site: &Site, head: &Head, updated: Option<Timestamp>, lines: &mut Lines) {
    lines.raw("METHOD", "PUBLISH");
    // Google and Apple read the older name of each pair, newer programs that of RFC 7986.
    lines.text("NAME", &head.name);
    lines.text("X-WR-CALNAME", &head.name);
    lines.text("DESCRIPTION", &head.description);
    lines.text("X-WR-CALDESC", &head.description);
    lines.text(
        "X-WR-TIMEZONE",
        site.now
            .time_zone()
            .iana_name()
            .unwrap_or(&site.config.timezone),
    );
    lines.with("REFRESH-INTERVAL", &[("VALUE", "DURATION")], REFRESH);
    lines.raw("X-PUBLISHED-TTL", REFRESH);
    lines.with(
        "SOURCE",
        &[("VALUE", "URI")],
        &uri(&site.config.absolute(&head.path)),
    );
    lines.raw("URL", &uri(&site.config.absolute(&head.page)));
    if let Some(updated) = updated {
        lines.raw("LAST-MODIFIED", &utc(updated));
    }
}
