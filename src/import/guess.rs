//! What nobody says and everything shows: languages, zone, the order of days and months, what a field holds.

use super::clock;
use super::convert::{convert, plain};
use super::layout::{Layout, Original};
use super::moment::{self, Habits};
use super::syntax::{number, pair};
use crate::content::shape::resolve;
use crate::content::zone;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The languages, the default one first: as the configuration says, else by how many documents each has.
pub fn languages(originals: &[Original], layout: &Layout) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for language in originals.iter().filter_map(|o| o.language.as_deref()) {
        *counts.entry(language).or_default() += 1;
    }
    let mut languages: Vec<String> = layout
        .languages
        .iter()
        .filter(|code| layout.languages.first() == Some(code) || counts.contains_key(code.as_str()))
        .cloned()
        .collect();
    let mut more: Vec<(&str, usize)> = counts.into_iter().collect();
    more.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    languages.extend(more.into_iter().map(|(code, _)| code.to_owned()));
    if !layout.declared {
        // Nobody says which is the first: the one in which most is written, then the one that is spoken.
        let most = |code: &String| {
            originals
                .iter()
                .filter(|o| o.language.as_ref() == Some(code))
                .count()
        };
        let spoken = spoken(originals);
        languages.sort_by_key(|code| (std::cmp::Reverse(most(code)), code != spoken));
    }
    let mut seen = BTreeSet::new();
    languages.retain(|code| seen.insert(code.clone()));
    if languages.is_empty() {
        languages.push(spoken(originals).to_owned());
    }
    languages
}

/// The language in which most is written, by its smallest words.
fn spoken(originals: &[Original]) -> &'static str {
    const WORDS: [(&str, &[&str]); 6] = [
        ("en", &["the", "and", "of", "with", "for"]),
        ("nl", &["het", "een", "van", "voor", "niet"]),
        ("de", &["der", "und", "die", "mit", "nicht"]),
        ("fr", &["les", "des", "une", "pour", "est"]),
        ("es", &["los", "las", "una", "para", "por"]),
        ("it", &["gli", "della", "che", "sono", "per"]),
    ];
    let mut counts = [0usize; 6];
    for original in originals.iter().take(200) {
        for word in original.body.split_whitespace().take(300) {
            for (n, (_, words)) in WORDS.iter().enumerate() {
                counts[n] += usize::from(words.contains(&word));
            }
        }
    }
    let most = counts
        .iter()
        .enumerate()
        .max_by_key(|(n, count)| (**count, std::cmp::Reverse(*n)));
    most.map_or("en", |(n, _)| WORDS[n].0)
}

/// A zone, by offsets and language.
pub fn guessed_zone(languages: &[String], originals: &[Original]) -> String {
    let american = |original: &&Original| {
        original
            .fields
            .values()
            .filter_map(Value::as_str)
            .any(|text| {
                text.contains(" -0500")
                    || text.contains(" -0400")
                    || text.contains("-05:00")
                    || text.contains("-04:00")
            })
    };
    let pacific = |original: &&Original| {
        original
            .fields
            .values()
            .filter_map(Value::as_str)
            .any(|text| {
                text.contains(" -0800")
                    || text.contains(" -0700")
                    || text.contains("-08:00")
                    || text.contains("-07:00")
            })
    };
    let (east, west) = (
        originals.iter().filter(american).count(),
        originals.iter().filter(pacific).count(),
    );
    match languages.first().map(String::as_str) {
        _ if east > west => "America/New_York",
        _ if west > 0 => "America/Los_Angeles",
        Some("de") => "Europe/Berlin",
        Some("fr") => "Europe/Paris",
        Some("es") => "Europe/Madrid",
        Some("it") => "Europe/Rome",
        Some("en") => "Europe/London",
        _ => "Europe/Amsterdam",
    }
    .to_owned()
}

/// Whether days come before months where dates have slashes: one that can only be one of the two tells.
pub fn day_first(originals: &[Original], zone: &str) -> bool {
    let mut counts = [0usize; 2];
    for text in originals
        .iter()
        .flat_map(|o| o.fields.values())
        .filter_map(Value::as_str)
        .filter(|text| text.len() < 40)
    {
        let mut parts = text
            .split([' ', ','])
            .next()
            .unwrap_or("")
            .split('/')
            .map(str::parse::<u32>);
        if let (Some(Ok(first)), Some(Ok(second)), Some(Ok(_))) =
            (parts.next(), parts.next(), parts.next())
        {
            counts[0] += usize::from(first > 12 && first < 32);
            counts[1] += usize::from(second > 12 && second < 32);
        }
    }
    if counts == [0, 0] {
        !zone.starts_with("America/")
    } else {
        counts[0] >= counts[1]
    }
}

/// Names that may be anything.
const VAGUE: [&str; 14] = [
    "type",
    "category",
    "categories",
    "kind",
    "format",
    "date",
    "url",
    "link",
    "website",
    "status",
    "to",
    "from",
    "when",
    "day",
];

/// Whether the values of a field can be what our field holds.
pub fn holds(root: &Value, ours: &str, field: &str, values: &[Value], habits: &Habits) -> bool {
    let text = |value: &Value| plain(value).unwrap_or_default();
    let fits = |value: &Value| match ours {
        "start" | "end" => {
            let first = value.get(0).unwrap_or(value);
            moment::read(&text(first), habits).is_some()
                || ours == "end" && clock::clocks(&text(first)).0.is_some()
        }
        "start_time" | "end_time" => {
            !text(value).contains("://") && clock::clocks(&text(value)).0.is_some()
        }
        "body" => text(value).len() > 200 || text(value).contains('\n') || field == "body",
        "extra.uid" => true,
        "topics" => !value.is_object() && text(value).len() < 200,
        "image" | "image.file" => is_picture(value),
        "timezone" => zone::zone(&text(value)).is_some(),
        "location.name" => {
            !value.is_object()
                && !text(value).starts_with("http")
                && text(value).len() < 200
                && !value.is_boolean()
        }
        "location.street" | "location.city" | "location.postal_code" => {
            !value.is_object() && !value.is_boolean()
        }
        "location.lat" | "location.lon" => {
            let alone = value.is_number() || text(value).parse::<f64>().is_ok();
            pair(value).is_some() || alone && number(value).is_some_and(|n| n.abs() <= 180.0)
        }
        "summary" | "title" | "image.alt" => value.is_string(),
        "authors" => !value.is_object(),
        _ => {
            let mut schema = &root["properties"];
            for part in ours.split('.') {
                let group = resolve(root, schema);
                schema = if group.get(part).is_some() {
                    &group[part]
                } else {
                    &group["properties"][part]
                };
            }
            convert(root, schema, value, habits).is_ok()
        }
    };
    let good = values.iter().filter(|value| fits(value)).count();
    // One of the names that may be anything has to be right for most.
    let sure = if VAGUE.contains(&field) { 2 } else { 5 };
    good > 0 && good * sure >= values.len()
}

fn is_picture(value: &Value) -> bool {
    let file = ["src", "url", "file", "path"]
        .iter()
        .find_map(|name| value.get(*name));
    let file = plain(file.unwrap_or(value))
        .unwrap_or_default()
        .to_lowercase();
    let file = file.split('?').next().unwrap_or("");
    [".jpg", ".jpeg", ".png", ".webp", ".svg", ".gif"]
        .iter()
        .any(|end| file.ends_with(end))
}
