//! What of a foreign record is kept: fields that this kind publishes, shaped as they should be, without people's
//! addresses, without anything that a browser would run.

use super::address::is_link;
use crate::content::Kind;
use crate::output::data::schema;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use regex::Regex;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};

/// Longest text that is kept, in characters.
const TEXT: usize = 4000;
/// Longest description that is kept, in characters.
const BODY: usize = 12_000;
/// Most languages of one text.
const LANGUAGES: usize = 40;
/// Most items of a list.
const ITEMS: usize = 500;
/// Deepest that a record is looked into.
const DEPTH: usize = 12;

/// Fields that are never kept: they lead to people, or are those of the harvest itself.
const NEVER: &[&str] = &["email", "phone", "$schema", "@context", "harvest"];

/// What a record keeps of itself where nobody said what others may do with it.
const LINK: &[&str] = &[
    "id",
    "kind",
    "title",
    "url",
    "start",
    "end",
    "timezone",
    "all_day",
    "repeat",
    "rrule",
    "changes",
    "deadline",
    "valid_until",
    "date",
    "languages_available",
    "source",
    "updated",
    "status",
    "calendar_uid",
];

/// A record with only what may be kept, its keys in order.
pub fn clean(kind: &Kind, record: &Value) -> Map<String, Value> {
    static SCHEMAS: LazyLock<Vec<Value>> =
        LazyLock::new(|| crate::content::KINDS.iter().map(schema::record).collect());
    let root = &SCHEMAS[kind.number()];
    let mut kept = match fit(root, root, record, 0) {
        Some(Value::Object(kept)) => kept,
        _ => Map::new(),
    };
    kept.insert("kind".to_owned(), json!(kind.name));
    let mut whole = Value::Object(kept);
    whole.sort_all_objects();
    whole.as_object().cloned().unwrap_or_default()
}

/// What its source tells at length, by language: Markdown in which nothing runs, and that leads to pages alone.
pub fn body(texts: &Value) -> Option<Value> {
    let texts = texts.as_object()?.iter().take(LANGUAGES);
    let kept: Map<String, Value> = texts
        .filter(|(code, _)| is_key(code))
        .filter_map(|(code, text)| Some((code.clone(), harmless(text.as_str()?))))
        .filter(|(_, text)| !text.is_empty())
        .map(|(code, text)| (code, json!(text)))
        .collect();
    (!kept.is_empty()).then_some(Value::Object(kept))
}

/// Markdown without HTML, pictures, and links to anything but pages: of these the words stay.
fn harmless(text: &str) -> String {
    let text = public(text, BODY);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let mut skip = |range: std::ops::Range<usize>, words: &str| {
        if range.start >= at {
            out.push_str(text.get(at..range.start).unwrap_or(""));
            out.push_str(words);
            at = range.end;
        }
    };
    let (mut open, mut words) = (None, String::new());
    for (event, range) in Parser::new(&text).into_offset_iter() {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) if open.is_none() && !is_link(&dest_url) => {
                open = Some(range);
            }
            Event::Start(Tag::Image { .. }) if open.is_none() => open = Some(range),
            Event::End(TagEnd::Link | TagEnd::Image) if open.as_ref() == Some(&range) => {
                skip(range, words.trim());
                (open, words) = (None, String::new());
            }
            Event::Text(text) | Event::Code(text) if open.is_some() => words.push_str(&text),
            Event::Html(_) | Event::InlineHtml(_) if open.is_none() => skip(range, ""),
            _ => {}
        }
    }
    let rest = text.get(at..).unwrap_or("");
    out.push_str(rest);
    out.trim().to_owned()
}

/// Only what one needs to find the thing at its own place.
pub fn as_link(record: &mut Map<String, Value>) {
    record.retain(|name, _| LINK.contains(&name.as_str()));
    let changes = record.get_mut("changes").and_then(Value::as_array_mut);
    for change in changes
        .into_iter()
        .flatten()
        .filter_map(Value::as_object_mut)
    {
        change.shift_remove("reason");
    }
}

/// A value as its schema has it, as far as it goes; `None` where nothing of it does.
fn fit(root: &Value, schema: &Value, value: &Value, depth: usize) -> Option<Value> {
    if depth > DEPTH {
        return None;
    }
    let schema = crate::content::shape::resolve(root, schema);
    if let Some(choices) = schema["enum"].as_array() {
        return choices.contains(value).then(|| value.clone());
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let mut fitting = choices
            .iter()
            .filter_map(|one| fit(root, one, value, depth + 1));
        return match schema["const"].is_null() {
            true => fitting.next(),
            false => None,
        };
    }
    if !schema["const"].is_null() {
        return (schema["const"] == *value).then(|| value.clone());
    }
    let is = |name: &str| match &schema["type"] {
        Value::String(only) => only == name,
        Value::Array(several) => several.iter().any(|one| one == name),
        _ => true,
    };
    match value {
        Value::Object(fields) if is("object") => object(root, schema, fields, depth),
        Value::Array(items) if is("array") => {
            let items = items.iter().take(ITEMS);
            let items: Vec<Value> = items
                .filter_map(|item| fit(root, &schema["items"], item, depth + 1))
                .collect();
            (!items.is_empty()).then_some(Value::Array(items))
        }
        Value::String(text) if is("string") => string(schema, text),
        Value::Number(_) if is("number") || is("integer") => Some(value.clone()),
        Value::Bool(_) if is("boolean") => Some(value.clone()),
        _ => None,
    }
}

fn object(
    root: &Value,
    schema: &Value,
    fields: &Map<String, Value>,
    depth: usize,
) -> Option<Value> {
    let named = schema["properties"].as_object();
    let others = &schema["additionalProperties"];
    let mut kept = Map::new();
    for (name, value) in fields {
        let known = named.and_then(|named| named.get(name));
        let inner = match (known, others) {
            (Some(inner), _) => inner,
            (None, Value::Object(_)) if is_key(name) => others,
            _ => continue,
        };
        if NEVER.contains(&name.as_str()) {
            continue;
        }
        // What names a thing in calendars looks like an address, and has to stay as it is.
        let value = match value.as_str().filter(|_| name == "calendar_uid") {
            Some(uid) if uid.len() <= 1000 && !uid.contains(char::is_control) => Some(json!(uid)),
            Some(_) => None,
            None => fit(root, inner, value, depth + 1),
        };
        kept.extend(value.map(|value| (name.clone(), value)));
    }
    (!kept.is_empty()).then_some(Value::Object(kept))
}

/// Whether a name is one of a language, or of something like it.
fn is_key(name: &str) -> bool {
    name.len() <= 35
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

fn string(schema: &Value, text: &str) -> Option<Value> {
    if schema["format"] == "uri" {
        return (is_link(text) && text.len() <= 2000).then(|| json!(text));
    }
    let pattern = schema["pattern"].as_str();
    let pattern = pattern.or_else(|| schema["x-moment"].as_bool().map(|_| MOMENT));
    if let Some(pattern) = pattern {
        return (text.len() <= 200 && fits(pattern, text)).then(|| json!(text));
    }
    let text = plain(text);
    (!text.is_empty()).then(|| json!(text))
}

/// Whether a text is as a pattern of a schema has it. There are few patterns, and each is understood once.
fn fits(pattern: &str, text: &str) -> bool {
    static KNOWN: Mutex<BTreeMap<String, Option<Regex>>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let understood = known
        .entry(pattern.to_owned())
        .or_insert_with(|| Regex::new(pattern).ok());
    understood.as_ref().is_some_and(|it| it.is_match(text))
}

/// A day, or a time with its offset.
const MOMENT: &str = r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2}))?$";

/// A text without what nobody sees and what turns the order of letters around, and without e-mail addresses.
pub fn plain(text: &str) -> String {
    public(text, TEXT)
}

fn public(text: &str, most: usize) -> String {
    static EMAIL: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?i)(mailto:)?[a-z0-9._%+'-]+(@|＠| ?\[at\] ?| ?\(at\) ?)[a-z0-9-]+(\.[a-z0-9-]+)+",
        )
        .ok()
    });
    let seen = |c: &char| {
        let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
        !(turns
            || c.is_control() && *c != '\n'
            || matches!(c, '\u{feff}' | '\u{fff9}'..='\u{fffb}'))
    };
    let text: String = text.chars().filter(seen).take(most).collect();
    match &*EMAIL {
        Some(email) => email.replace_all(text.trim(), "[…]").into_owned(),
        None => String::new(),
    }
}

/// Addresses of licences that let others show what is under them. What is under another is shown as a link only.
const OPEN: &[&str] = &[
    "creativecommons.org/licenses/by",
    "creativecommons.org/publicdomain/",
    "opendatacommons.org/licenses/",
    "publications.europa.eu/resource/authority/licence/",
    "etalab.gouv.fr/licence-ouverte",
    "nationalarchives.gov.uk/doc/open-government-licence",
    "govdata.de/dl-de/",
    "data.norge.no/nlod",
    "opendefinition.org/licenses/",
];

/// The address of a licence under which a record may be shown; `None` for one that nobody here knows.
pub fn licence(text: &str) -> Option<String> {
    let text = text.trim();
    let short = text.to_ascii_uppercase().replace([' ', '_'], "-");
    let named = match short.as_str() {
        "CC0" | "CC0-1.0" | "CC-ZERO" => Some("https://creativecommons.org/publicdomain/zero/1.0/"),
        "CC-BY" | "CC-BY-4.0" => Some("https://creativecommons.org/licenses/by/4.0/"),
        "CC-BY-SA" | "CC-BY-SA-4.0" => Some("https://creativecommons.org/licenses/by-sa/4.0/"),
        "ODBL" | "ODBL-1.0" => Some("https://opendatacommons.org/licenses/odbl/1-0/"),
        _ => None,
    };
    if let Some(named) = named {
        return Some(named.to_owned());
    }
    let rest = text
        .split_once("://")
        .filter(|(scheme, _)| matches!(*scheme, "https" | "http"))?
        .1;
    let rest = rest
        .strip_prefix("www.")
        .unwrap_or(rest)
        .to_ascii_lowercase();
    (OPEN.iter().any(|open| rest.starts_with(open)) && is_link(text)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::event;
    use proptest::prelude::*;

    #[test]
    fn only_known_fields_stay_and_nothing_leads_to_people() {
        let record = json!({
            "id": "https://city.example/id/event/x", "kind": "notice", "slug": "x",
            "title": { "en": "Soup\u{202e} with mail@someone.example", "<b>": "x" },
            "url": { "en": "javascript:alert(1)", "nl": "https://city.example/x" },
            "start": "2026-12-03T18:00:00+01:00", "end": "tomorrow",
            "contact": { "name": { "en": "Desk" }, "email": "a@b.example", "phone": "1" },
            "attendees": ["x"], "capacity": "many", "type": "Event", "status": "exploded",
            "registration": { "url": "data:text/html,x", "email": "a@b.example" },
            "harvest": { "key": "forged" },
        });
        let kept = Value::Object(clean(&event::KIND, &record));
        let expected = json!({
            "contact": { "name": { "en": "Desk" } },
            "id": "https://city.example/id/event/x", "kind": "event", "slug": "x",
            "start": "2026-12-03T18:00:00+01:00",
            "title": { "en": "Soup with […]" },
            "type": "Event",
            "url": { "nl": "https://city.example/x" },
        });
        assert_eq!(kept, expected);
        assert_eq!(kept.to_string().find("contact"), Some(2), "in order");
    }

    #[test]
    fn a_body_is_markdown_in_which_nothing_runs() {
        let text = "Kom **koken**: [plan](https://a.example/plan) of [klik](javascript:alert(1)), [mail](mailto:a@b.example).\n\n\
            ![kat](https://a.example/kat.png)\n\n<script>alert(2)</script>\n\nEen <b>vet</b> woord, <javascript:alert(3)> en [zo][1].\n\n[1]: data:text/html,x\n";
        let kept = body(&json!({ "nl": text, "<b>": "x", "en": 7, "fr": " " })).unwrap();
        let kept = kept.as_object().unwrap();
        assert_eq!(kept.keys().collect::<Vec<_>>(), ["nl"]);
        let kept = kept["nl"].as_str().unwrap();
        assert!(
            kept.starts_with("Kom **koken**: [plan](https://a.example/plan) of klik, mail."),
            "{kept}"
        );
        let links = Parser::new(kept).filter_map(|event| match event {
            Event::Start(Tag::Link { dest_url, .. }) => Some(dest_url.into_string()),
            Event::Start(Tag::Image { .. }) | Event::Html(_) | Event::InlineHtml(_) => {
                Some("<".to_owned())
            }
            _ => None,
        });
        assert_eq!(
            links.collect::<Vec<_>>(),
            ["https://a.example/plan"],
            "{kept}"
        );
        assert!(
            kept.contains("Een vet woord") && !kept.contains("@b.example"),
            "{kept}"
        );
        assert_eq!(body(&json!("x")), None);
    }

    #[test]
    fn a_licence_is_one_that_lets_others_show_it() {
        assert!(licence("https://creativecommons.org/licenses/by/4.0/").is_some());
        assert_eq!(
            licence("CC BY 4.0").unwrap(),
            "https://creativecommons.org/licenses/by/4.0/"
        );
        assert_eq!(
            licence("https://evil.example/creativecommons.org/licenses/by/"),
            None
        );
        assert_eq!(licence("https://city.example/data/#licence"), None);
        assert_eq!(licence("All rights reserved"), None);
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(|b| json!(b)),
            any::<i64>().prop_map(|n| json!(n)),
            "\\PC{0,20}".prop_map(|s| json!(s)),
            Just(json!("https://a.example/x")),
            Just(json!("2026-12-03")),
        ];
        let names = prop_oneof![
            "title|start|end|url|price|repeat|contact|changes|location|registration|nl|en|parts",
            "\\PC{0,6}"
        ];
        leaf.prop_recursive(4, 40, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
                prop::collection::vec((names.clone(), inner), 0..6)
                    .prop_map(|v| Value::Object(v.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn cleaning_twice_is_cleaning_once(record in any_json()) {
            for kind in crate::content::KINDS {
                let once = clean(kind, &record);
                prop_assert_eq!(&once, &clean(kind, &Value::Object(once.clone())));
                prop_assert!(!Value::Object(once).to_string().contains("\"email\""));
            }
        }
    }
}
