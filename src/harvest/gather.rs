//! What one source of an embassy has: found from its address, read part by part.

use super::address::resolve;
use super::asking::{Answer, Ask, Fetched, Refusal, Version};
use super::catalogue;
use super::changes::{self, Changes};
use super::discover;
use super::found::{Found, Payload, Reading, Refused, Setting};
use super::read;
use crate::content::{Kind, article, call, event, initiative, notice, organisation, practice};
use crate::diagnostic::Words;
use crate::say;
use crate::site::lock::Topic;
use std::collections::{BTreeMap, BTreeSet};

/// The kinds that one city wants to know of another.
pub const TAKEN: &[&Kind] = &[
    &event::KIND,
    &initiative::KIND,
    &practice::KIND,
    &call::KIND,
    &article::KIND,
    &organisation::KIND,
    &notice::KIND,
];

/// Most pages of one part.
const PAGES: usize = 60;
/// Most records of one part.
pub const RECORDS: usize = 5000;
/// Most parts of one source.
const PARTS: usize = 40;

/// Where a source is from: what its formats may leave unsaid.
#[derive(Debug, Clone)]
pub struct Place {
    /// IANA zone.
    pub timezone: String,
    /// Language of texts that name none.
    pub language: String,
    /// The moment of the harvest.
    pub now: jiff::Timestamp,
}

/// How a part is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// By its change feed; and what the topics in it mean, as its site says.
    Changes(Vec<Topic>),
    /// As a file, whole each time.
    File,
}

/// A part of a source: a change feed, a calendar, a file.
#[derive(Debug, Clone)]
pub struct Lead {
    /// Its address.
    pub url: String,
    /// How it is read.
    pub way: Way,
    /// Its licence, as whoever named it says.
    pub license: Option<String>,
    /// What was fetched already on the way to it.
    pub fetched: Option<Fetched>,
}

/// What is remembered of a part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Left {
    /// Of a change feed: the page to begin with.
    pub next: Option<String>,
    /// Which version was read.
    pub version: Version,
    /// The sum of its bytes.
    pub checksum: Option<String>,
    /// Whether it was cut off: what is not in it may be there all the same.
    pub partial: bool,
}

/// What became of a part.
#[derive(Debug)]
pub enum Part {
    /// Nothing changed.
    Same,
    /// Everything that it has now.
    Whole(Box<Reading>, Left),
    /// What changed, or everything, of a change feed.
    Changes(Box<Changes>, Left),
}

/// What an address leads to.
pub fn explore(ask: &mut dyn Ask, url: &str) -> Result<Vec<Lead>, Refusal> {
    let fetched = ask.fetch(url)?;
    let leads = of_payload(ask, fetched, 0)?;
    Ok(leads.into_iter().take(PARTS).collect())
}

fn of_payload(ask: &mut dyn Ask, fetched: Fetched, depth: usize) -> Result<Vec<Lead>, Refusal> {
    let text = String::from_utf8_lossy(&fetched.bytes).into_owned();
    let media_type = fetched.media_type.as_deref();
    if discover::is_page(media_type, &text) {
        return match depth {
            0 => of_page(ask, fetched, &text),
            _ => Err(say!("a page for people is where data should be").into()),
        };
    }
    if let Some(feeds) = changes::feeds(&text, &fetched.url) {
        return of_feeds(feeds, &changes::topics(&text));
    }
    if depth < 2
        && let Some(catalogues) = discover::linkset(&text)
    {
        return first(ask, &catalogues, depth)
            .unwrap_or_else(|| Err(say!("it lists no catalogue that can be read").into()));
    }
    if let Some(syntax) = catalogue::syntax(media_type, &text) {
        return of_catalogue(ask, &fetched, syntax);
    }
    Ok(vec![Lead {
        url: fetched.url.clone(),
        way: Way::File,
        license: None,
        fetched: Some(fetched),
    }])
}

fn of_feeds(feeds: Vec<(&'static Kind, String)>, topics: &[Topic]) -> Result<Vec<Lead>, Refusal> {
    let taken = feeds.into_iter().filter(|(kind, _)| TAKEN.contains(kind));
    let leads: Vec<Lead> = taken
        .map(|(_, url)| Lead {
            url,
            way: Way::Changes(topics.to_vec()),
            license: None,
            fetched: None,
        })
        .collect();
    match leads.is_empty() {
        true => Err(say!("it lists no feeds of its own site").into()),
        false => Ok(leads),
    }
}

fn of_catalogue(
    ask: &mut dyn Ask,
    fetched: &Fetched,
    syntax: catalogue::Syntax,
) -> Result<Vec<Lead>, Refusal> {
    if let Some(feeds) = catalogue::plein_feeds(syntax, &fetched.url, &fetched.bytes)
        && let Ok(list) = ask.fetch(&feeds)
        && let text = String::from_utf8_lossy(&list.bytes)
        && let Some(feeds) = changes::feeds(&text, &list.url)
        && let Ok(leads) = of_feeds(feeds, &changes::topics(&text))
    {
        return Ok(leads);
    }
    let files = catalogue::files(syntax, &fetched.url, &fetched.bytes)?;
    let leads: Vec<Lead> = files
        .into_iter()
        .map(|file| Lead {
            url: file.url,
            way: Way::File,
            license: file.license,
            fetched: None,
        })
        .collect();
    match leads.is_empty() {
        true => Err(say!("its catalogue names no file that can be read").into()),
        false => Ok(leads),
    }
}

/// What the first address that leads anywhere leads to; `None` without any.
fn first(ask: &mut dyn Ask, urls: &[String], depth: usize) -> Option<Result<Vec<Lead>, Refusal>> {
    let mut last = None;
    for url in urls {
        let leads = ask
            .fetch(url)
            .and_then(|fetched| of_payload(ask, fetched, depth + 1));
        match leads {
            Ok(leads) if !leads.is_empty() => return Some(Ok(leads)),
            other => last = Some(other),
        }
    }
    last
}

/// From a page for people: what its site says to programs, then what the page names, then what it holds.
fn of_page(ask: &mut dyn Ask, fetched: Fetched, text: &str) -> Result<Vec<Lead>, Refusal> {
    let page = discover::page(&fetched.url, text);
    let at_home = |path: &str| resolve(&fetched.url, path);
    let mut known = page.catalogues.clone();
    known.extend(
        [
            "/.well-known/api-catalog",
            "/catalog.ttl",
            "/catalog.jsonld",
        ]
        .iter()
        .filter_map(|it| at_home(it)),
    );
    if let Some(Ok(leads)) = first(ask, &known, 0) {
        return Ok(leads);
    }
    if let Some(Ok(leads)) = first(ask, &page.known, 1) {
        return Ok(leads);
    }
    let lead = |url: &String| Lead {
        url: url.clone(),
        way: Way::File,
        license: None,
        fetched: None,
    };
    if !page.calendars.is_empty() {
        return Ok(page.calendars.iter().map(lead).collect());
    }
    if page.linked_data {
        let url = fetched.url.clone();
        return Ok(vec![Lead {
            fetched: Some(fetched),
            ..lead(&url)
        }]);
    }
    match page.feeds.first() {
        Some(feed) => Ok(vec![lead(feed)]),
        None => Err(say!(
            "a page for people that names no catalogue, calendar or feed, and holds no linked data"
        )
        .into()),
    }
}

/// Reads a part, from where it was left.
pub fn part(
    ask: &mut dyn Ask,
    lead: &Lead,
    left: Option<&Left>,
    place: &Place,
) -> Result<Part, Refusal> {
    match lead.way {
        Way::Changes(_) => {
            let from = left.and_then(|left| Some((left.next.as_deref()?, &left.version)));
            let Some(changes) = changes::follow(ask, &lead.url, from)? else {
                return Ok(Part::Same);
            };
            let left = Left {
                next: Some(changes.next.clone()),
                version: changes.version.clone(),
                ..Left::default()
            };
            Ok(Part::Changes(Box::new(changes), left))
        }
        Way::File => file(ask, lead, left, place),
    }
}

fn file(
    ask: &mut dyn Ask,
    lead: &Lead,
    left: Option<&Left>,
    place: &Place,
) -> Result<Part, Refusal> {
    let fetched = match &lead.fetched {
        Some(fetched) => fetched.clone(),
        None => match ask.ask(&lead.url, left.map(|left| &left.version))? {
            Answer::Same => return Ok(Part::Same),
            Answer::New(fetched) => fetched,
        },
    };
    let checksum = blake3::hash(&fetched.bytes).to_hex().to_string();
    let mut whole = one(&fetched, place)?;
    let partial = whole.system == "iCalendar" && !is_closed(&fetched.bytes);
    let mut new = Left {
        version: fetched.version.clone(),
        checksum: Some(checksum),
        partial,
        ..Left::default()
    };
    // Of what has pages, the first alone tells nothing of the rest.
    let unchanged = left.is_some_and(|left| left.checksum == new.checksum);
    if unchanged && whole.next.is_none() {
        return Ok(Part::Same);
    }
    let mut seen = BTreeSet::from([fetched.url.clone()]);
    let mut at = fetched.url;
    while let Some(next) = whole.next.take() {
        let next = resolve(&at, &next).unwrap_or(next);
        if whole.found.len() >= RECORDS {
            break;
        }
        if !seen.insert(next.clone()) || seen.len() > PAGES {
            return Err(say!(
                "it leads in a circle, or has more than {} pages",
                PAGES.to_string()
            )
            .into());
        }
        let page = one(&ask.fetch(&next)?, place)?;
        whole.found.extend(page.found);
        whole.refused.extend(page.refused);
        whole.next = page.next;
        at = next;
    }
    if whole.found.len() > RECORDS {
        whole.found.truncate(RECORDS);
        new.partial = true;
        whole.refused.push(Refused {
            what: lead.url.clone().into(),
            why: say!(
                "it has more than {} records: the rest was left out",
                RECORDS
            ),
        });
    }
    let mut by_key: BTreeMap<String, Found> = BTreeMap::new();
    for found in std::mem::take(&mut whole.found) {
        by_key.insert(format!("{}/{}", found.kind.name, found.key), found);
    }
    whole.found = by_key.into_values().collect();
    if new.partial {
        // The next time it is to be read again, whatever its version.
        (new.version, new.checksum) = (Version::default(), None);
    }
    Ok(Part::Whole(Box::new(whole), new))
}

/// Whether a calendar has its last line (RFC 5545 section 3.4).
fn is_closed(bytes: &[u8]) -> bool {
    let plain: Vec<u8> = bytes
        .iter()
        .rev()
        .filter(|byte| **byte != 0)
        .take(200)
        .copied()
        .collect();
    let end: Vec<u8> = plain.into_iter().rev().collect();
    end.trim_ascii_end()
        .to_ascii_uppercase()
        .ends_with(b"END:VCALENDAR")
}

fn one(fetched: &Fetched, place: &Place) -> Result<Reading, Words> {
    let payload = Payload {
        url: &fetched.url,
        media_type: fetched.media_type.as_deref(),
        bytes: &fetched.bytes,
    };
    let setting = Setting {
        timezone: &place.timezone,
        language: &place.language,
        now: place.now,
    };
    read::read(&payload, &setting).map_err(|why| say!("it cannot be read: {}", why.words()))
}
