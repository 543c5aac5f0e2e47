//! The change feeds of another Plein site, followed page by page (Realtime Paged Data Exchange 1.0).

use super::address::{is_link, origin, resolve};
use super::asking::{Answer, Ask, Fetched, Refusal, Version};
use crate::content::{KINDS, Kind};
use crate::diagnostic::Words;
use crate::say;
use crate::site::lock::Topic;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Most pages of one feed.
const PAGES: usize = 500;

/// The feeds that a site lists at `/data/v1/feeds.json`: their kind and first page.
pub fn feeds(text: &str, url: &str) -> Option<Vec<(&'static Kind, String)>> {
    let json: Value = serde_json::from_str(text).ok()?;
    let list = json.get("feeds")?.as_array()?;
    let own = origin(url)?;
    let feed = |feed: &Value| {
        let kind = KINDS.iter().find(|kind| feed["kind"] == kind.name)?;
        let first = resolve(url, feed["url"].as_str()?)?;
        (origin(&first)? == own).then_some((kind, first))
    };
    Some(list.iter().filter_map(feed).collect())
}

/// Most topics of a site, most names of one of them, and most of what it maps to.
const TOPICS: usize = 100;
const NAMES: usize = 40;
const NOTIONS: usize = 8;

/// What the topics of a site mean, as the list of its feeds says: no more than anybody files things under.
pub fn topics(text: &str) -> Vec<Topic> {
    let json: Value = serde_json::from_str(text).unwrap_or_default();
    let short = |text: &str| {
        super::clean::plain(text)
            .chars()
            .take(80)
            .collect::<String>()
    };
    let topic = |topic: &Value| {
        let titles = topic["title"].as_object().into_iter().flatten();
        let title = titles.take(NAMES).filter_map(|(code, title)| {
            let is_code =
                code.len() <= 35 && code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
            is_code.then_some((code.clone(), short(title.as_str()?)))
        });
        let maps_to = topic["maps_to"].as_array().into_iter().flatten();
        let maps_to = maps_to.filter_map(Value::as_str).map(str::to_owned);
        Some(Topic {
            id: Some(short(topic["id"].as_str()?)).filter(|id| !id.is_empty())?,
            title: title.collect(),
            maps_to: maps_to
                .filter(|iri| is_link(iri) && iri.len() <= 200)
                .take(NOTIONS)
                .collect(),
        })
    };
    let list = json["topics"].as_array().into_iter().flatten();
    list.take(TOPICS).filter_map(topic).collect()
}

/// What became of the records of a feed since it was read before.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes {
    /// Each record that is there, by its identifier; `None` for one that was taken away.
    pub of: BTreeMap<String, Option<Value>>,
    /// The page to begin with the next time, and its version.
    pub next: String,
    /// The version of that page.
    pub version: Version,
    /// Whether the feed was read from its beginning: what it does not name is no longer there.
    pub whole: bool,
    /// The licence that its pages name.
    pub license: Option<String>,
}

/// Follows a feed from where it was left, else from its beginning. `None` when nothing changed.
pub fn follow(
    ask: &mut dyn Ask,
    first: &str,
    left: Option<(&str, &Version)>,
) -> Result<Option<Changes>, Refusal> {
    let Some((next, version)) = left else {
        return from(ask, first, None, true);
    };
    match from(ask, next, Some(version), false) {
        // Somebody rewrote its history, or we were away for too long: once more from the beginning.
        Err(refusal) if refusal.gone => from(ask, first, None, true),
        followed => followed,
    }
}

fn from(
    ask: &mut dyn Ask,
    start: &str,
    known: Option<&Version>,
    whole: bool,
) -> Result<Option<Changes>, Refusal> {
    let mut changes = Changes {
        whole,
        ..Changes::default()
    };
    let mut seen = BTreeSet::new();
    let (mut at, mut known) = (start.to_owned(), known);
    loop {
        let Answer::New(fetched) = turn(ask, &at, known.take())? else {
            return Ok(None);
        };
        let page = read(&fetched, &at)?;
        changes.license = page.license.or(changes.license);
        let (empty, next) = (page.of.is_empty(), page.next);
        for (id, data) in page.of {
            changes.of.insert(id, data);
        }
        if empty || next == at {
            (changes.next, changes.version) = (at, fetched.version);
            return Ok(Some(changes));
        }
        if !seen.insert(next.clone()) || seen.len() > PAGES {
            return Err(say!(
                "its change feed leads in a circle, or has more than {} pages",
                PAGES.to_string()
            )
            .into());
        }
        at = next;
    }
}

/// A page by its address, or by the file that a host without rules has for it.
fn turn(ask: &mut dyn Ask, url: &str, known: Option<&Version>) -> Result<Answer, Refusal> {
    match ask.ask(url, known) {
        Err(refusal) if refusal.gone => {
            let (path, query) = url.split_once('?').unwrap_or((url, ""));
            let number = query.strip_prefix("afterChangeNumber=").unwrap_or("0");
            if path.ends_with(".json") || !number.chars().all(|c| c.is_ascii_digit()) {
                return Err(refusal);
            }
            ask.ask(&format!("{path}/after-{number}.json"), known)
        }
        answer => answer,
    }
}

struct Page {
    next: String,
    license: Option<String>,
    of: Vec<(String, Option<Value>)>,
}

fn read(fetched: &Fetched, asked: &str) -> Result<Page, Words> {
    let json: Value = serde_json::from_slice(&fetched.bytes)
        .map_err(|error| say!("it is no JSON: {}", error.to_string()))?;
    let no_page = || say!("it is no page of a change feed");
    let next = json["next"].as_str().ok_or_else(no_page)?;
    let next = resolve(asked, next).ok_or_else(no_page)?;
    if origin(&next) != origin(asked) {
        return Err(say!("its change feed leads on to another site, `{}`", next));
    }
    let items = json["items"].as_array().ok_or_else(no_page)?;
    let own = origin(asked).unwrap_or_default();
    let mut of = Vec::new();
    for item in items {
        let id = item["id"].as_str().ok_or_else(no_page)?;
        // A site may speak only of its own records.
        if origin(id).as_ref() != Some(&own) {
            return Err(say!(
                "`{}` is no identifier of this site",
                id.chars().take(200).collect::<String>()
            ));
        }
        let data = match item["state"].as_str() {
            Some("updated") => Some(item["data"].clone()),
            Some("deleted") => None,
            _ => return Err(no_page()),
        };
        of.push((id.to_owned(), data));
    }
    Ok(Page {
        next,
        license: json["license"].as_str().map(str::to_owned),
        of,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn of_topics_only_names_and_addresses_are_taken() {
        let list = json!({ "feeds": [], "topics": [
            { "id": "food", "title": { "en": "Food\u{202e} of mail@someone.example", "<b>": "x", "nl": 3 },
              "maps_to": ["http://theme.example/AGRI", "javascript:alert(1)", 7], "more": "x" },
            { "title": { "en": "nameless" } }, "food", { "id": "" },
        ] });
        let taken = Topic {
            id: "food".into(),
            title: [("en".to_owned(), "Food of […]".to_owned())].into(),
            maps_to: vec!["http://theme.example/AGRI".into()],
        };
        assert_eq!(topics(&list.to_string()), [taken]);
        for nothing in ["", "{", "[]", "{\"topics\": 3}"] {
            assert_eq!(topics(nothing), []);
        }
    }

    #[test]
    fn a_site_with_topics_without_end_fills_no_disk() {
        let many: Vec<Value> = (0..5000)
            .map(|n| json!({ "id": n.to_string(), "title": { "en": "x".repeat(9999) }, "maps_to": vec!["https://a.example/"; 999] }))
            .collect();
        let taken = topics(&json!({ "topics": many }).to_string());
        assert_eq!(
            (
                taken.len(),
                taken[0].title["en"].len(),
                taken[0].maps_to.len()
            ),
            (TOPICS, 80, NOTIONS)
        );
    }
}
