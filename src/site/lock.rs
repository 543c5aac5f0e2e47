//! What is remembered of every source of other cities: `data/harvest.lock.yaml`, which `plein harvest` writes.

use crate::diagnostic::Diagnostic;
use crate::source::Sources;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Where it lies.
pub const PATH: &str = "data/harvest.lock.yaml";

/// The whole file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// The sources, by city and address.
    #[serde(default)]
    pub sources: Vec<Remembered>,
}

/// One source of a city.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    /// Whose it is: the name of the embassy's file.
    pub city: String,
    /// The address that the embassy names.
    pub url: String,
    /// When it was last read without trouble (RFC 3339).
    pub fetched: Option<String>,
    /// When it was last tried in vain, if that was later.
    pub failed: Option<String>,
    /// Why it was in vain.
    pub error: Option<String>,
    /// What publishes it.
    pub system: Option<String>,
    /// Under which licence.
    pub license: Option<String>,
    /// How many records of each kind were kept.
    #[serde(default)]
    pub counts: BTreeMap<String, u64>,
    /// What its topics mean, where it says so.
    #[serde(default)]
    pub topics: Vec<Topic>,
    /// What became of it lately, oldest first.
    #[serde(default)]
    pub log: Vec<Turn>,
    /// What it consists of.
    #[serde(default)]
    pub parts: Vec<Part>,
}

/// A topic of a source, as its site tells of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topic {
    /// As its records name it.
    pub id: String,
    /// What it is called, by language.
    #[serde(default)]
    pub title: BTreeMap<String, String>,
    /// The same notion in vocabularies of others.
    #[serde(default)]
    pub maps_to: Vec<String>,
}

/// Something that became of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// When (RFC 3339).
    pub at: String,
    /// What.
    pub became: Became,
    /// Why it was in vain, of one that was.
    pub error: Option<String>,
    /// How many records of each kind there are since.
    #[serde(default)]
    pub counts: BTreeMap<String, u64>,
}

/// What can become of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    /// It could not be read any more.
    Failed,
    /// It could be read again.
    Back,
    /// It has more records than before, or fewer.
    Counts,
}

impl Became {
    /// Its name, as the file writes it.
    pub fn name(self) -> &'static str {
        match self {
            Became::Failed => "failed",
            Became::Back => "back",
            Became::Counts => "counts",
        }
    }
}

/// Most that is remembered of what became of a source.
const TURNS: usize = 12;

impl Remembered {
    /// Notes what became of it since it was last looked at: one note an outage, however many nights it lasts.
    pub fn note(&mut self, before: Option<&Remembered>, at: &str) {
        let failed_before = before.is_some_and(|before| before.error.is_some());
        let mut add = |became, error| {
            self.log.push(Turn {
                at: at.to_owned(),
                became,
                error,
                counts: self.counts.clone(),
            });
        };
        match (&self.error, failed_before) {
            (Some(error), false) => add(Became::Failed, Some(error.clone())),
            (None, true) => add(Became::Back, None),
            _ => {}
        }
        let none = BTreeMap::new();
        if self.counts != *before.map_or(&none, |before| &before.counts) {
            add(Became::Counts, None);
        }
        let over = self.log.len().saturating_sub(TURNS);
        self.log.drain(..over);
    }
}

/// A part of a source: a calendar, a change feed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its address.
    pub url: String,
    /// Of a change feed: the page to go on with.
    pub next: Option<String>,
    /// Its `ETag`.
    pub etag: Option<String>,
    /// Its `Last-Modified`.
    pub modified: Option<String>,
    /// The BLAKE3 sum of its bytes.
    pub checksum: Option<String>,
}

/// Reads the file; an empty one where there is none.
pub fn parse(sources: &Sources, faults: &mut Vec<Diagnostic>) -> Lock {
    let Some((id, source)) = sources.find(PATH) else {
        return Lock::default();
    };
    let (node, more) = crate::yaml::parse(id, &source.text, 0..source.text.len());
    faults.extend(more);
    node.and_then(|node| crate::yaml::decode::decode(&node, faults))
        .unwrap_or_default()
}

impl Lock {
    /// What is remembered of a source.
    pub fn find(&self, city: &str, url: &str) -> Option<&Remembered> {
        self.sources
            .iter()
            .find(|it| it.city == city && it.url == url)
    }

    /// The source of a city that a part belongs to.
    pub fn of_part(&self, city: &str, part: &str) -> Option<&Remembered> {
        let mut of_city = self.sources.iter().filter(|it| it.city == city);
        of_city.find(|it| it.parts.iter().any(|known| known.url == part))
    }

    /// The file: a source is a few lines, and what did not change stays as it was.
    pub fn text(&self) -> String {
        let mut text = String::from(
            "# What `plein harvest` knows of other cities. It writes this file anew each time.\nsources:",
        );
        if self.sources.is_empty() {
            text.push_str(" []");
        }
        text.push('\n');
        for source in &self.sources {
            line(&mut text, "  - ", "city", Some(&source.city));
            line(&mut text, "    ", "url", Some(&source.url));
            for (name, value) in [
                ("fetched", &source.fetched),
                ("failed", &source.failed),
                ("error", &source.error),
                ("system", &source.system),
                ("license", &source.license),
            ] {
                line(&mut text, "    ", name, value.as_ref());
            }
            if !source.counts.is_empty() {
                let _ = writeln!(text, "    counts: {}", counted(&source.counts));
            }
            rest(source, &mut text);
            if !source.parts.is_empty() {
                text.push_str("    parts:\n");
            }
            for part in &source.parts {
                line(&mut text, "      - ", "url", Some(&part.url));
                for (name, value) in [
                    ("next", &part.next),
                    ("etag", &part.etag),
                    ("modified", &part.modified),
                    ("checksum", &part.checksum),
                ] {
                    line(&mut text, "        ", name, value.as_ref());
                }
            }
        }
        text
    }
}

/// What its topics mean, a line each, and what became of it.
fn rest(source: &Remembered, text: &mut String) {
    // Writing into a `String` cannot fail.
    if !source.topics.is_empty() {
        text.push_str("    topics:\n");
    }
    for topic in &source.topics {
        let _ = writeln!(text, "      - {}", json!(topic));
    }
    if !source.log.is_empty() {
        text.push_str("    log:\n");
    }
    for turn in &source.log {
        line(text, "      - ", "at", Some(&turn.at));
        let _ = writeln!(text, "        became: {}", turn.became.name());
        line(text, "        ", "error", turn.error.as_ref());
        if !turn.counts.is_empty() {
            let _ = writeln!(text, "        counts: {}", counted(&turn.counts));
        }
    }
}

fn counted(counts: &BTreeMap<String, u64>) -> String {
    let counts = counts.iter().map(|(kind, n)| format!("{kind}: {n}"));
    format!("{{ {} }}", counts.collect::<Vec<_>>().join(", "))
}

/// A field with a text, in quotes that YAML and JSON share, so that nothing in it means anything.
fn line(text: &mut String, indent: &str, name: &str, value: Option<&String>) {
    if let Some(value) = value {
        // Writing into a `String` cannot fail.
        let _ = writeln!(text, "{indent}{name}: {}", json!(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    #[test]
    fn what_is_written_is_read_back() {
        let lock = Lock {
            sources: vec![
                Remembered {
                    city: "ljubljana".into(),
                    url: "https://lab.example/\"x\": # y".into(),
                    fetched: Some("2026-11-22T03:00:00Z".into()),
                    error: Some("it's\n- over: {x}".into()),
                    counts: [("event".to_owned(), 3)].into(),
                    topics: vec![Topic {
                        id: "comida: #1".into(),
                        title: [("pt".to_owned(), "\"Comida\", {x}: [y] # z".to_owned())].into(),
                        maps_to: vec!["http://theme.example/AGRI".into()],
                    }],
                    log: vec![Turn {
                        at: "2026-11-21T03:00:00Z".into(),
                        became: Became::Failed,
                        error: Some("it's\n- over: {x}".into()),
                        counts: [("event".to_owned(), 2)].into(),
                    }],
                    parts: vec![Part {
                        url: "https://lab.example/a.ics".into(),
                        etag: Some("W/\"1\"".into()),
                        ..Part::default()
                    }],
                    ..Remembered::default()
                },
                Remembered {
                    city: "riga".into(),
                    url: "https://b.example/".into(),
                    ..Remembered::default()
                },
            ],
        };
        for lock in [lock, Lock::default()] {
            let file = Source {
                path: PATH.into(),
                text: lock.text().into(),
            };
            let mut faults = vec![];
            let read = parse(&Sources::new(vec![file]), &mut faults);
            assert!(faults.is_empty(), "{faults:?}");
            assert_eq!(read, lock);
        }
    }

    #[test]
    fn an_outage_is_noted_once_and_so_is_its_end() {
        let mut known: Option<Remembered> = None;
        let mut look = |at: &str, error: Option<&str>, events: u64| {
            let mut now = known.clone().unwrap_or_default();
            now.error = error.map(str::to_owned);
            now.counts = [("event".to_owned(), events)].into();
            now.note(known.as_ref(), at);
            let log = now.log.iter();
            let log = log.map(|turn| format!("{} {}", turn.at, turn.became.name()));
            let log: Vec<String> = log.collect();
            known = Some(now);
            log
        };
        assert_eq!(look("1", None, 2), ["1 counts"]);
        assert_eq!(look("2", None, 2), ["1 counts"]);
        assert_eq!(look("3", Some("away"), 2), ["1 counts", "3 failed"]);
        assert_eq!(look("4", Some("still"), 2), ["1 counts", "3 failed"]);
        let all = ["1 counts", "3 failed", "5 back", "5 counts"];
        assert_eq!(look("5", None, 3), all);
        for n in 6..40 {
            look(&n.to_string(), None, n);
        }
        let log = look("40", None, 1);
        assert_eq!((log.len(), &*log[11]), (TURNS, "40 counts"));
    }
}
