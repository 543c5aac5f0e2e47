//! What a page leads to: where data may lie when somebody gives no more than the address of a site.

use super::address::resolve;
use serde_json::Value;

/// What a page says of itself and of what belongs to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// Catalogues that it names.
    pub catalogues: Vec<String>,
    /// Calendars that it names.
    pub calendars: Vec<String>,
    /// Feeds of news that it names: Atom, RSS, JSON Feed.
    pub feeds: Vec<String>,
    /// The same as data: what it names as JSON.
    pub records: Vec<String>,
    /// Whether it holds linked data of its own.
    pub linked_data: bool,
    /// Where the program that made it is known to keep its events.
    pub known: Vec<String>,
}

/// Most addresses of one sort that are followed.
const MOST: usize = 5;

/// Where programs keep their events: what a page says of its generator, and the path.
const GENERATORS: &[(&str, &str)] = &[
    ("gancio", "/api/events"),
    ("the events calendar", "/wp-json/tribe/events/v1/events"),
];

/// Reads a page.
pub fn page(url: &str, text: &str) -> Page {
    let mut page = Page::default();
    let lower = text.to_ascii_lowercase();
    let mut from = 0;
    while let Some(at) = lower.get(from..).and_then(|rest| rest.find('<')) {
        let start = from + at;
        from = start + 1;
        let rest = &lower[from..];
        let Some(name) = ["link", "meta", "script", "a"]
            .into_iter()
            .find(|name| is_tag(rest, name))
        else {
            continue;
        };
        let (attributes, end) = attributes(&text[from + name.len()..]);
        from += name.len() + end;
        let get = |wanted: &str| {
            let mut found = attributes.iter().filter(|(name, _)| name == wanted);
            found.next().map(|(_, value)| value.as_str())
        };
        match name {
            "script" => page.linked_data |= get("type") == Some("application/ld+json"),
            "meta" if get("name") == Some("generator") => {
                let made = get("content").unwrap_or_default().to_ascii_lowercase();
                let known = GENERATORS.iter().filter(|(name, _)| made.contains(name));
                page.known
                    .extend(known.filter_map(|(_, path)| resolve(url, path)));
            }
            "link" | "a" => {
                let to = get("href").and_then(|href| resolve(url, href));
                let kind = get("type").unwrap_or_default().to_ascii_lowercase();
                let rel = get("rel").unwrap_or_default().to_ascii_lowercase();
                let alternate = rel
                    .split_ascii_whitespace()
                    .any(|it| matches!(it, "alternate" | "describedby"));
                let Some(to) =
                    to.filter(|_| alternate && name == "link" || is_calendar(&kind, get("href")))
                else {
                    continue;
                };
                let list = match kind.split(';').next().unwrap_or("").trim() {
                    "text/turtle" | "application/rdf+xml" => &mut page.catalogues,
                    "application/ld+json" => &mut page.catalogues,
                    "application/json" => &mut page.records,
                    "application/rss+xml" | "application/atom+xml" | "application/feed+json" => {
                        &mut page.feeds
                    }
                    kind if is_calendar(kind, Some(&to)) => &mut page.calendars,
                    _ => continue,
                };
                if list.len() < MOST && !list.contains(&to) {
                    list.push(to);
                }
            }
            _ => {}
        }
    }
    page
}

fn is_calendar(kind: &str, address: Option<&str>) -> bool {
    let path = address
        .and_then(|it| it.split(['?', '#']).next())
        .unwrap_or_default();
    kind.starts_with("text/calendar") || kind.is_empty() && path.ends_with(".ics")
}

fn is_tag(text: &str, name: &str) -> bool {
    let after = text.strip_prefix(name);
    after.is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/'))
    })
}

/// The attributes of a tag, and where it ends.
fn attributes(text: &str) -> (Vec<(String, String)>, usize) {
    let bytes = text.as_bytes();
    let (mut found, mut at) = (Vec::new(), 0);
    let until = |from: usize, stop: &dyn Fn(u8) -> bool| {
        let length = bytes[from..].iter().position(|byte| stop(*byte));
        from + length.unwrap_or(bytes.len() - from)
    };
    while at < bytes.len() && found.len() < 40 {
        at = until(at, &|c| !c.is_ascii_whitespace() && c != b'/');
        if at >= bytes.len() || bytes[at] == b'>' {
            break;
        }
        let end = until(at + 1, &|c| {
            c.is_ascii_whitespace() || matches!(c, b'=' | b'>' | b'/')
        });
        let name = text.get(at..end).unwrap_or_default().to_ascii_lowercase();
        at = until(end, &|c| !c.is_ascii_whitespace());
        let mut value = String::new();
        if bytes.get(at) == Some(&b'=') {
            at = until(at + 1, &|c| !c.is_ascii_whitespace());
            let (start, end, next) = match bytes.get(at) {
                Some(quote @ (b'"' | b'\'')) => {
                    let end = until(at + 1, &|c| c == *quote);
                    (at + 1, end, (end + 1).min(bytes.len()))
                }
                _ => {
                    let end = until(at, &|c| c.is_ascii_whitespace() || c == b'>');
                    (at, end, end)
                }
            };
            value = text
                .get(start..end)
                .unwrap_or_default()
                .replace("&amp;", "&");
            at = next;
        }
        found.push((name, value));
    }
    (found, at)
}

/// The catalogues that a site's list of its APIs names (RFC 9727; link sets of RFC 9264), Turtle first.
pub fn linkset(text: &str) -> Option<Vec<String>> {
    let json: Value = serde_json::from_str(text).ok()?;
    let sets = json.get("linkset")?.as_array()?;
    let relations = ["service-meta", "describedby", "item"];
    let mut found: Vec<(bool, String)> = Vec::new();
    for relation in relations {
        let links = sets
            .iter()
            .filter_map(|set| set.get(relation)?.as_array())
            .flatten();
        for link in links {
            let kind = link["type"].as_str().unwrap_or_default();
            let rdf = ["text/turtle", "application/rdf+xml", "application/ld+json"].contains(&kind);
            if let Some(href) = link["href"].as_str().filter(|_| rdf) {
                found.push((kind != "text/turtle", href.to_owned()));
            }
        }
    }
    found.sort();
    found.truncate(MOST);
    Some(found.into_iter().map(|(_, href)| href).collect())
}

/// Whether a payload is a page for people.
pub fn is_page(media_type: Option<&str>, text: &str) -> bool {
    let start: String = text
        .trim_start()
        .chars()
        .take(200)
        .collect::<String>()
        .to_ascii_lowercase();
    let named = matches!(media_type, Some("text/html" | "application/xhtml+xml"));
    let begins = start.starts_with("<!doctype html") || start.starts_with("<html");
    begins || named && start.starts_with('<')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_page_names_what_belongs_to_it() {
        let text = r#"<!DOCTYPE html><html><head><META name=generator content='Gancio 1.20'>
            <link rel="alternate" type="text/calendar" href="/agenda/calendar.ics?a=1&amp;b=2">
            <link href=feed.rss type=application/rss+xml rel='alternate nofollow'>
            <link rel="describedby" type="text/turtle" href="https://city.example/catalog.ttl">
            <link rel="stylesheet" href="x.css"><script type="application/ld+json">{}</script>
            <a href="mailto:x">x</a><a href="/more.ics">subscribe</a>"#;
        let page = page("https://city.example/nl/", text);
        assert_eq!(
            page.calendars,
            [
                "https://city.example/agenda/calendar.ics?a=1&b=2",
                "https://city.example/more.ics"
            ]
        );
        assert_eq!(page.feeds, ["https://city.example/nl/feed.rss"]);
        assert_eq!(page.catalogues, ["https://city.example/catalog.ttl"]);
        assert_eq!(page.known, ["https://city.example/api/events"]);
        assert!(page.linked_data);
    }

    proptest! {
        #[test]
        fn no_page_stops_the_reading(text in "(<|link |meta |a |rel=|href=|type=|'|\"|=|>|/|é|text/calendar| |\\PC){0,60}") {
            page("https://city.example/", &text);
            linkset(&text);
            is_page(None, &text);
        }
    }
}
