//! Feeds beside every list that people subscribe to: RSS 2.0, Atom and JSON Feed from one model.
//!
//! Identifiers are tag URIs (RFC 4151) of the permanent identifier: a reader that has seen an item
//! never sees it as new again, whatever is renamed.

pub mod atom;
pub mod changes;
pub mod health;
pub mod json;
pub mod rss;

use super::{Artifact, Plan, Press, Render, Subject, calendar};
use crate::content::schedule::Role;
use crate::diagnostic::Diagnostic;
use crate::site::{Entry, Site};
use crate::theme::body::{self, Base};
use crate::theme::json_ld;
use crate::theme::values::entry::{bounds, place_of};
use crate::theme::values::list;
use jiff::Timestamp;
use std::sync::{Arc, OnceLock};

/// Most items in a feed: readers poll, so older ones have been seen.
const MOST: usize = 50;

/// A feed, before it takes one of the formats.
pub struct Feed {
    /// Tag URI.
    pub id: String,
    /// Title.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// Language of its texts.
    pub language: String,
    /// Page that it belongs to, absolute.
    pub page: String,
    /// Its own address, absolute.
    pub address: String,
    /// When anything in it last changed.
    pub updated: Timestamp,
    /// Who publishes it.
    pub author: String,
    /// Page of the publisher.
    pub author_url: String,
    /// Where the open data are listed (RFC 9727), absolute.
    pub catalogue: String,
    /// Licence.
    pub rights: Option<String>,
    /// After how many minutes it is worth asking again.
    pub ttl: u16,
    /// Newest first.
    pub items: Vec<Arc<Item>>,
}

/// Items of feeds, made once for each record and language: a record is in six lists of three formats.
#[derive(Default)]
pub struct Items(Vec<Vec<OnceLock<Arc<Item>>>>);

impl Items {
    /// Room for every record of a site in every language.
    pub fn new(site: &Site) -> Self {
        let room = |_: &String| site.entries.iter().map(|_| OnceLock::new()).collect();
        Items(site.codes.iter().map(room).collect())
    }

    /// Lets go of all that were made.
    pub fn let_go(&mut self) {
        let made = self.0.iter_mut().flatten();
        made.for_each(|item| drop(item.take()));
    }

    fn get(&self, press: &Press, entry: &Entry, language: usize) -> Arc<Item> {
        let make = || Arc::new(item(press, entry, &press.site.codes[language]));
        self.0[language][entry.id.0 as usize]
            .get_or_init(make)
            .clone()
    }
}

/// An item of a feed.
pub struct Item {
    /// Tag URI.
    pub id: String,
    /// Page, absolute.
    pub url: String,
    /// Title.
    pub title: String,
    /// A sentence or two.
    pub summary: Option<String>,
    /// The whole text, addresses absolute.
    pub html: String,
    /// Language of its texts.
    pub language: String,
    /// When it was first published; never changes.
    pub published: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// Topics and neighbourhood.
    pub categories: Vec<String>,
    /// When and where, for what happens.
    pub event: Option<Event>,
}

/// When and where something in a feed happens.
pub struct Event {
    /// RFC 3339, or a day.
    pub start: String,
    /// RFC 3339, or the last day.
    pub end: String,
    /// IANA time zone.
    pub timezone: String,
    /// How it stands.
    pub status: &'static str,
    /// Where, in a line.
    pub place: Option<String>,
    /// Latitude and longitude.
    pub coordinates: Option<(f64, f64)>,
    /// Calendar file, absolute.
    pub calendar: String,
    /// Its bytes.
    pub length: usize,
}

/// Plans a format of feed beside every list that has feeds, for what changed, and for how it stands with other cities.
fn plan(press: &Press, plan: &mut Plan, extension: &str, media_type: &'static str, render: Render) {
    let site = &press.site;
    let listings = site.listings.iter().enumerate();
    for (n, listing) in listings.filter(|(_, listing)| listing.scope.has_feeds()) {
        for (language, code) in site.codes.iter().enumerate() {
            let path = format!("{}feed.{extension}", site.listing_path(listing.scope, code));
            let subject = Subject::Listing(n);
            plan.add(path, media_type, subject, Some(language), render);
        }
    }
    for (language, code) in site.codes.iter().enumerate() {
        if site.changes.is_some() {
            let path = format!("{}changes.{extension}", site.home(code));
            plan.add(path, media_type, Subject::Changes, Some(language), render);
        }
        if !site.network.is_empty() {
            let path = format!("{}feed.{extension}", site.network_path(code));
            plan.add(path, media_type, Subject::Network, Some(language), render);
        }
    }
}

/// The feed that a planned path stands for.
fn feed(press: &Press, artifact: &Artifact) -> Result<Feed, Diagnostic> {
    match (artifact.subject, artifact.language) {
        (Subject::Listing(n), Some(language)) => Ok(of_listing(press, artifact, n, language)),
        (Subject::Network, Some(language)) => Ok(health::feed(press, artifact, language)),
        (Subject::Changes, Some(language)) => Ok(changes::feed(press, artifact, language)),
        _ => Err(super::misplanned(artifact)),
    }
}

fn of_listing(press: &Press, artifact: &Artifact, n: usize, language: usize) -> Feed {
    let (site, code) = (&press.site, &press.site.codes[language]);
    let listing = &site.listings[n];
    let mut entries: Vec<&Entry> = listing
        .entries
        .iter()
        .map(|id| site.entry(*id))
        .filter(|entry| !entry.unpublished)
        .collect();
    entries.sort_by_cached_key(|entry| (std::cmp::Reverse(entry.published()), entry.id));
    entries.truncate(MOST);
    let updated = entries
        .iter()
        .map(|entry| entry.history.updated.max(entry.published()))
        .max();
    let items = entries
        .iter()
        .map(|entry| press.items.get(press, entry, language));
    Feed {
        items: items.collect(),
        updated: updated.unwrap_or(Timestamp::UNIX_EPOCH),
        description: clean(site.text(&site.config.description, code)),
        ..about(
            press,
            artifact,
            &site.listing_path(listing.scope, code),
            &list::title(site, &press.theme, listing.scope, code),
            code,
        )
    }
}

/// A feed without items, of the page at a path.
fn about(press: &Press, artifact: &Artifact, page: &str, own: &str, code: &str) -> Feed {
    let site = &press.site;
    let site_title = site.text(&site.config.title, code);
    let title = press
        .theme
        .locale(code)
        .text("feed.title", &[("site", site_title), ("title", own)]);
    let publisher = site.config.publisher.as_ref();
    Feed {
        id: tag(site, page),
        title: clean(if own == site_title {
            site_title
        } else {
            &title
        }),
        description: String::new(),
        language: code.to_owned(),
        page: site.config.absolute(page),
        address: site.config.absolute(&artifact.path),
        updated: Timestamp::UNIX_EPOCH,
        author: clean(publisher.map_or(site_title, |publisher| &publisher.name)),
        catalogue: site.config.absolute(crate::output::data::API_CATALOG),
        author_url: publisher
            .and_then(|p| p.url.as_ref())
            .unwrap_or(&site.config.url.value)
            .0
            .clone(),
        rights: site.config.license.as_ref().map(|url| url.0.clone()),
        ttl: 240,
        items: vec![],
    }
}

fn item(press: &Press, entry: &Entry, language: &str) -> Item {
    let (site, theme) = (&press.site, &press.theme);
    let version = entry.version(language);
    let published = entry.published();
    Item {
        id: tag(site, &format!("{}/{}", entry.kind.name, entry.document_id)),
        url: site.config.absolute(&site.path(entry, language)),
        title: clean(&version.common.title),
        summary: json_ld::description(site, theme, entry, language).map(|text| clean(&text)),
        html: clean(&body::html(site, theme, entry, language, Base::Anywhere)),
        language: version.language.clone(),
        published,
        updated: entry.history.updated.max(published),
        categories: categories(site, entry, language),
        event: event(press, entry, language),
    }
}

fn categories(site: &Site, entry: &Entry, language: &str) -> Vec<String> {
    let terms = entry.terms.iter();
    let title = |(vocabulary, n): &crate::site::TermRef| {
        clean(site.text(&site.terms(*vocabulary)[*n].title, language))
    };
    terms.map(title).collect()
}

fn event(press: &Press, entry: &Entry, language: &str) -> Option<Event> {
    let site = &press.site;
    let timetable = entry
        .timetable
        .as_ref()
        .filter(|timetable| timetable.role == Role::Gathering)?;
    let occurrence = entry.next(&site.now).or(timetable.occurrences.last())?;
    let (start, end) = bounds(timetable, occurrence);
    let place = place_of(site, entry);
    let line = place.as_ref().map(|(holder, place)| {
        let own = if holder.id == entry.id {
            None
        } else {
            Some(holder.version(language).common.title.0.clone())
        };
        clean(&own.map_or_else(
            || place.line(),
            |title| {
                format!(
                    "{title}, {}",
                    crate::content::fields::Location {
                        name: None,
                        ..place.clone()
                    }
                    .line()
                )
            },
        ))
    });
    Some(Event {
        start,
        end,
        timezone: timetable.zone_name.clone(),
        status: occurrence.status.name(),
        place: line,
        coordinates: place.and_then(|(_, place)| place.coordinates()),
        length: calendar::length(
            press,
            entry,
            site.codes.iter().position(|code| code == language)?,
        ),
        calendar: site
            .config
            .absolute(&format!("{}calendar.ics", site.path(entry, language))),
    })
}

/// A tag URI: the domain and the year of the site's start never change.
fn tag(site: &Site, name: &str) -> String {
    let year = site.config.since.map_or(2000, |day| day.0.year());
    format!(
        "tag:{},{year}:{}",
        site.config.uid_domain(),
        name.trim_matches('/')
    )
}

/// A text without the characters that XML 1.0 section 2.2 forbids.
pub fn clean(text: &str) -> String {
    let legal = |c: &char| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    if text.chars().all(|c| legal(&c)) {
        text.to_owned()
    } else {
        text.chars().filter(legal).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_xml_forbids_are_dropped() {
        assert_eq!(clean("a\u{0}b\u{8}c\u{fffe}d\u{1f6e0}e\n"), "abcd🛠e\n");
    }
}
