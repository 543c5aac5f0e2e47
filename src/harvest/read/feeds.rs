//! RSS, Atom and JSON Feed: articles, and events where they carry the date of one.

use super::NotRead;
use super::json::{self, Place, attendance, first, text};
use super::linked::day;
use super::record::{Draft, Harvest};
use super::safe::{self, Markup};
use super::time::{Moment, When, instant, iso, utc};
use crate::content::{article, event};
use crate::diagnostic::Words;
use crate::harvest::found::{Payload, Reading, Setting};
use crate::say;
use quick_xml::events::Event as Piece;
use serde_json::{Value, json};

/// How deep elements may stand within one another: the crates that read feeds go into each by calling themselves.
const DEPTH: usize = 40;

/// What an entry of a feed says, whatever its format.
#[derive(Default)]
struct Item {
    key: Option<String>,
    url: Option<String>,
    title: String,
    summary: Option<String>,
    body: Option<(String, Markup)>,
    published: Option<String>,
    updated: Option<String>,
    language: Option<String>,
    keywords: Vec<String>,
    /// Start, end, zone and place of the event that it is about.
    event: Option<Dates>,
}

#[derive(Default)]
struct Dates {
    start: String,
    end: Option<String>,
    zone: Option<String>,
    all_day: bool,
    status: Option<String>,
    online: Option<String>,
    place: Place,
}

/// Reads a feed in XML.
pub fn read_xml(text: &str, payload: &Payload, setting: &Setting) -> Result<Reading, NotRead> {
    let text = prepared(text);
    let system = if is_atom(&text) { "Atom" } else { "RSS" };
    if let Some(why) = too_deep(&text) {
        return Err(NotRead::Broken(system, why));
    }
    let mut harvest = Harvest::new(payload, setting, system);
    if system == "Atom" {
        let feed = atom_syndication::Feed::read_from(text.as_bytes())
            .map_err(|why| NotRead::Broken(system, why.to_string().into()))?;
        of_atom(&feed, &mut harvest);
    } else {
        let channel = rss::Channel::read_from(text.as_bytes())
            .map_err(|why| NotRead::Broken(system, why.to_string().into()))?;
        of_rss(&channel, &mut harvest);
    }
    Ok(harvest.finish())
}

/// Whether a text is a feed in XML.
pub fn is_feed(text: &str) -> bool {
    let head = safe::head(text, 4096);
    ["<rss", "<feed", "<rdf:RDF", "<channel"]
        .iter()
        .any(|tag| head.contains(tag))
}

fn is_atom(text: &str) -> bool {
    let head = safe::head(text, 8192);
    let at = |tag: &str| head.find(tag).unwrap_or(usize::MAX);
    at("<feed") < at("<rss").min(at("<rdf:RDF"))
}

/// Names of HTML that XML does not know become their characters, what it may not hold goes, and with it what says
/// in which encoding it was: it was decoded.
fn prepared(text: &str) -> String {
    let text = safe::visible(text);
    let text = text.trim_start();
    let text = match text.strip_prefix("<?xml") {
        Some(rest) => rest.split_once("?>").map_or(rest, |(_, rest)| rest),
        None => text,
    };
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, tail) = rest.split_at(at);
        out += before;
        let end = tail.bytes().take(12).position(|byte| byte == b';');
        let name = end.and_then(|end| tail.get(..=end)).unwrap_or("&");
        let xml = matches!(name, "&amp;" | "&lt;" | "&gt;" | "&quot;" | "&apos;");
        let known = crate::content::html::tags::entities(name);
        match (
            xml || name.starts_with("&#") && known != name,
            known != name,
        ) {
            (true, _) => out += name,
            (false, true) => out += &known,
            (false, false) => {
                out += "&amp;";
                rest = tail.get(1..).unwrap_or("");
                continue;
            }
        }
        rest = tail.get(name.len()..).unwrap_or("");
    }
    out + rest
}

/// Why a text is not handed on: elements within elements without end.
fn too_deep(text: &str) -> Option<Words> {
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    let mut depth = 0usize;
    loop {
        match reader.read_event() {
            Ok(Piece::Start(_)) => depth += 1,
            Ok(Piece::End(_)) => depth = depth.saturating_sub(1),
            Ok(Piece::Eof) => return None,
            Ok(_) => {}
            // Told by who reads it in earnest.
            Err(_) => return None,
        }
        if depth > DEPTH {
            return Some(say!(
                "its elements stand more than {} deep within one another",
                DEPTH
            ));
        }
    }
}

fn of_rss(channel: &rss::Channel, harvest: &mut Harvest) {
    let language = channel.language().map(str::to_owned);
    harvest.reading.license = channel.copyright().and_then(license);
    for item in channel.items() {
        let extension = |name: &str, field: &str| {
            let found = item.extensions().get(name)?.get(field)?.first()?;
            found.value().map(str::to_owned)
        };
        let either = |fields: &[(&str, &str)]| {
            fields
                .iter()
                .find_map(|(name, field)| extension(name, field))
        };
        let event = either(&[
            ("ev", "startdate"),
            ("xcal", "dtstart"),
            ("x-trumba", "localstart"),
        ])
        .map(|start| {
            let place = either(&[("ev", "location"), ("xcal", "location")]);
            Dates {
                start,
                end: either(&[
                    ("ev", "enddate"),
                    ("xcal", "dtend"),
                    ("x-trumba", "localend"),
                ]),
                place: named(place, harvest),
                ..Dates::default()
            }
        });
        let dates = item.dublin_core_ext();
        let dated = dates.and_then(|dublin| dublin.dates().first().cloned());
        let body = item
            .content()
            .or(item.description())
            .map(|text| (text.to_owned(), Markup::Html));
        take(
            Item {
                key: item
                    .guid()
                    .map(|guid| guid.value().to_owned())
                    .or_else(|| item.link().map(str::to_owned)),
                url: item.link().map(str::to_owned),
                title: item.title().unwrap_or("").to_owned(),
                summary: item.content().and(item.description()).map(str::to_owned),
                body,
                published: item.pub_date().map(str::to_owned).or(dated),
                keywords: item
                    .categories()
                    .iter()
                    .map(|category| category.name().to_owned())
                    .collect(),
                language: language.clone(),
                event,
                ..Item::default()
            },
            harvest,
        );
    }
}

fn of_atom(feed: &atom_syndication::Feed, harvest: &mut Harvest) {
    let link = |rel: &str| {
        feed.links()
            .iter()
            .find(|link| link.rel() == rel)
            .map(|link| link.href().to_owned())
    };
    harvest.reading.next = link("next").and_then(|url| harvest.address(&url));
    let rights = feed.rights().map(|rights| rights.as_str().to_owned());
    harvest.reading.license = link("license").or(rights).as_deref().and_then(license);
    for entry in feed.entries() {
        take(of_entry(entry, feed.lang(), harvest), harvest);
    }
}

fn of_entry(entry: &atom_syndication::Entry, language: Option<&str>, harvest: &Harvest) -> Item {
    let url = entry
        .links()
        .iter()
        .find(|link| link.rel() == "alternate")
        .or(entry.links().first());
    let content = entry.content().and_then(|content| {
        let html = !matches!(content.content_type(), Some("text") | None);
        Some((
            content.value()?.to_owned(),
            if html { Markup::Html } else { Markup::Plain },
        ))
    });
    let summary = entry.summary().map(|text| text.as_str().to_owned());
    let extension = |name: &str, field: &str| {
        entry
            .extensions()
            .get(name)?
            .get(field)?
            .first()?
            .value()
            .map(str::to_owned)
    };
    // The kind of an event of Google's data, of RSS's module, of xCal.
    let event = extension("ev", "startdate")
        .or_else(|| extension("xcal", "dtstart"))
        .map(|start| Dates {
            start,
            end: extension("ev", "enddate").or_else(|| extension("xcal", "dtend")),
            place: named(
                extension("ev", "location").or_else(|| extension("xcal", "location")),
                harvest,
            ),
            ..Dates::default()
        });
    Item {
        key: Some(entry.id().to_owned()),
        url: url.map(|link| link.href().to_owned()),
        title: entry.title().as_str().to_owned(),
        body: content
            .clone()
            .or_else(|| summary.clone().map(|text| (text, Markup::Plain))),
        summary: content.and(summary),
        published: entry
            .published()
            .or(Some(entry.updated()))
            .map(|at| at.to_rfc3339()),
        updated: Some(entry.updated().to_rfc3339()),
        language: entry
            .content()
            .and_then(|content| content.lang().map(str::to_owned))
            .or_else(|| language.map(str::to_owned)),
        keywords: entry
            .categories()
            .iter()
            .map(|c| c.label().unwrap_or(c.term()).to_owned())
            .collect(),
        event,
    }
}

/// Reads a JSON Feed, version 1 or 1.1.
pub fn read_json(value: &Value, harvest: &mut Harvest) {
    let language = first(value, &["language"]);
    harvest.reading.next = first(value, &["next_url"]).and_then(|url| harvest.address(&url));
    harvest.reading.license = value
        .get("_license")
        .and_then(text)
        .as_deref()
        .and_then(license);
    for item in json::list(value, "items") {
        let html = first(item, &["content_html"]).map(|text| (text, Markup::Html));
        let plain = || first(item, &["content_text"]).map(|text| (text, Markup::Plain));
        let about = item
            .get("_event")
            .filter(|event| event.get("start").is_some());
        let event = about.map(|event| {
            let place = event.get("location").unwrap_or(&Value::Null);
            let geo: Vec<f64> = json::list(place, "geo")
                .iter()
                .filter_map(json::number)
                .collect();
            let mut known = named(first(place, &["name"]).or_else(|| text(place)), harvest);
            known.position = match geo.as_slice() {
                [lat, lon] => Some((*lat, *lon)),
                _ => None,
            };
            Dates {
                start: first(event, &["start"]).unwrap_or_default(),
                end: first(event, &["end"]),
                zone: first(event, &["time_zone"]),
                all_day: event.get("all_day") == Some(&json!(true)),
                status: first(event, &["status"]),
                online: first(event, &["online_url", "url"]),
                place: known,
            }
        });
        take(
            Item {
                key: first(item, &["id", "url"]),
                url: first(item, &["url", "external_url"]),
                title: first(item, &["title"]).unwrap_or_default(),
                summary: first(item, &["summary"]),
                body: html.or_else(plain),
                published: first(item, &["date_published", "date_modified"]),
                updated: first(item, &["date_modified"]),
                language: first(item, &["language"]).or_else(|| language.clone()),
                keywords: json::list(item, "tags").iter().filter_map(text).collect(),
                event,
            },
            harvest,
        );
    }
}

fn named(name: Option<String>, harvest: &Harvest) -> Place {
    let language = harvest.setting.language.to_owned();
    Place {
        name: name
            .into_iter()
            .map(|name| (language.clone(), name))
            .collect(),
        ..Place::default()
    }
}

fn take(item: Item, harvest: &mut Harvest) {
    let kind = if item.event.is_some() {
        &event::KIND
    } else {
        &article::KIND
    };
    let language = item
        .language
        .unwrap_or_else(|| harvest.setting.language.to_owned());
    let zone = harvest.setting.timezone;
    let mut draft = Draft::new(kind);
    draft.key = item.key;
    draft.url = item.url.and_then(|url| harvest.address(&url));
    draft.updated = item.updated.and_then(|at| instant(&at, zone)).map(utc);
    let body = item
        .body
        .as_ref()
        .map(|(text, markup)| safe::description(text, *markup).1);
    let title = match item.title.trim().is_empty() {
        false => item.title,
        true => safe::summary(body.as_deref().unwrap_or(""))
            .chars()
            .take(80)
            .collect(),
    };
    draft.title.push((language.clone(), title));
    draft
        .summary
        .extend(item.summary.map(|text| (language.clone(), text)));
    draft.description.extend(
        item.body
            .map(|(text, markup)| (language.clone(), text, markup)),
    );
    draft.keywords = item.keywords;
    let Some(dates) = item.event else {
        let Some(date) = item.published.as_deref().and_then(|at| day(at, zone)) else {
            let name = draft.title.first().map(|(_, text)| text.clone());
            let why = say!("it does not say when it was published");
            return harvest.refuse(name.unwrap_or_default(), why);
        };
        draft.set("date", json!(date));
        return harvest.take(draft);
    };
    dated(dates, &mut draft, harvest);
    harvest.take(draft);
}

/// When and where the event is that an entry is about.
fn dated(dates: Dates, draft: &mut Draft, harvest: &Harvest) {
    const STATUSES: [&str; 5] = [
        "cancelled",
        "tentative",
        "postponed",
        "rescheduled",
        "moved_online",
    ];
    let zone = json::zone([dates.zone], harvest);
    let moment = |text: &str| iso(text).or_else(|| instant(text, &zone).map(Moment::Instant));
    let whole = |moment: Moment| match moment {
        Moment::Local(at) if dates.all_day => Moment::Day(at.date()),
        other => other,
    };
    let start = moment(&dates.start).map(whole);
    let end = dates.end.as_deref().and_then(moment).map(whole);
    draft.when = start.and_then(|start| When::new(start, end, &zone));
    let status = dates
        .status
        .filter(|status| STATUSES.contains(&status.as_str()));
    draft.set("status", json!(status));
    let place = dates.place.location(harvest);
    let online = dates.online.and_then(|url| harvest.address(&url));
    attendance(draft, place, online, None);
}

/// The address of a licence: given as such, or by the short name that SPDX has for it.
pub fn license(text: &str) -> Option<String> {
    const NAMES: [(&str, &str); 8] = [
        ("cc0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        (
            "cc0-1.0",
            "https://creativecommons.org/publicdomain/zero/1.0/",
        ),
        ("cc-by-4.0", "https://creativecommons.org/licenses/by/4.0/"),
        (
            "cc-by-sa-4.0",
            "https://creativecommons.org/licenses/by-sa/4.0/",
        ),
        ("cc by 4.0", "https://creativecommons.org/licenses/by/4.0/"),
        (
            "cc by-sa 4.0",
            "https://creativecommons.org/licenses/by-sa/4.0/",
        ),
        ("odbl-1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
        ("pddl-1.0", "https://opendatacommons.org/licenses/pddl/1-0/"),
    ];
    let text = text.trim();
    let lower = text.to_lowercase();
    if let Some((_, address)) = NAMES.iter().find(|(name, _)| *name == lower) {
        return Some((*address).to_owned());
    }
    let begins = text
        .find("https://creativecommons.org/")
        .or_else(|| text.find("http://creativecommons.org/"));
    let whole = begins.or_else(|| text.starts_with("http").then_some(0))?;
    let url = text.get(whole..)?.split_whitespace().next()?;
    safe::address(url.trim_end_matches(['.', ',', ')']), "")
}
