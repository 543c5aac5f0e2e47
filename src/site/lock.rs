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
    /// What it consists of.
    #[serde(default)]
    pub parts: Vec<Part>,
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
            let counts = source.counts.iter().map(|(kind, n)| format!("{kind}: {n}"));
            let counts: Vec<String> = counts.collect();
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
            if !counts.is_empty() {
                let _ = writeln!(text, "    counts: {{ {} }}", counts.join(", "));
            }
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
}
