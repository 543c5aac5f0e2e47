//! Front matter of any generator: YAML, TOML or JSON, closed or not.

use super::{toml, yaml};
pub use crate::content::html::tags::short;
use crate::phrase;
use serde_json::{Map, Value};

/// Something that is told of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Whether something was lost; otherwise it was repaired or decided.
    pub lost: bool,
    /// What, in the same words for every file, so that it can be counted.
    pub what: &'static str,
    /// About which field, shortcode or address, if any.
    pub about: String,
}

impl Note {
    /// Something was put right or decided.
    pub fn repaired(what: &'static str) -> Note {
        Note {
            lost: false,
            what,
            about: String::new(),
        }
    }

    /// Something is not there any more.
    pub fn lost(what: &'static str) -> Note {
        Note {
            lost: true,
            ..Note::repaired(what)
        }
    }

    /// The same, about a field, a shortcode or an address.
    pub fn about(self, about: &str) -> Note {
        let about = short(about, 60);
        Note { about, ..self }
    }
}

/// A file, taken apart.
pub struct Matter {
    /// Its fields.
    pub fields: Map<String, Value>,
    /// What stands below them.
    pub body: String,
    /// Whether it had front matter at all.
    pub present: bool,
}

/// Takes a file apart.
pub fn read(text: &str, notes: &mut Vec<Note>) -> Matter {
    let start = text.trim_start();
    let first = start.lines().next().unwrap_or("").trim_end();
    let fenced = match first {
        "+++" => Some("+++"),
        first if first.len() >= 3 && first.bytes().all(|b| b == b'-') => Some("---"),
        "---json" | "---js" | "---yaml" | "---yml" | "---toml" => Some("---"),
        _ => None,
    };
    let (value, body) = match fenced {
        Some(fence) => {
            let (inner, body) = between(start, fence, notes);
            let value = match first {
                "+++" | "---toml" => toml::read(inner, notes),
                "---json" | "---js" => json(inner, notes),
                _ => yaml::read(inner, notes),
            };
            (value, body)
        }
        None if start.starts_with('{') && !start.starts_with("{{") && !start.starts_with("{%") => {
            let mut values = serde_json::Deserializer::from_str(start).into_iter::<Value>();
            match values.next() {
                Some(Ok(value)) => (value, start.get(values.byte_offset()..).unwrap_or("")),
                _ => (Value::Null, text),
            }
        }
        None => (Value::Null, text),
    };
    let present = fenced.is_some() || value.is_object();
    let fields = match value {
        Value::Object(fields) => fields,
        Value::Null => Map::new(),
        _ => {
            notes.push(Note::lost(phrase!("the front matter holds no fields")));
            Map::new()
        }
    };
    Matter {
        fields,
        body: body.trim_start_matches('\n').to_owned(),
        present,
    }
}

/// What stands between two fences, and what follows. Without a second fence, the fields end where a line
/// is none any more.
fn between<'a>(text: &'a str, fence: &str, notes: &mut Vec<Note>) -> (&'a str, &'a str) {
    let closes = |line: &str| {
        let line = line.trim_end();
        line == fence || line == "..." && fence == "---" || {
            fence == "---" && line.len() > 3 && line.bytes().all(|b| b == b'-')
        }
    };
    let start = text.find('\n').map_or(text.len(), |n| n + 1);
    let (mut at, mut fields) = (start, start);
    let mut still = true;
    for line in text.get(start..).unwrap_or("").split_inclusive('\n') {
        let end = at + line.len();
        if closes(line) {
            return (
                text.get(start..at).unwrap_or(""),
                text.get(end..).unwrap_or(""),
            );
        }
        let words = line.trim();
        let belongs = words.is_empty()
            || line.starts_with([' ', '\t', '-', '#', ']', '}'])
            || words.contains([':', '=']) && !words.starts_with(['<', '!', '*', '{']);
        still &= belongs;
        if still && !words.is_empty() {
            fields = end;
        }
        at = end;
    }
    notes.push(Note::repaired(phrase!(
        "the front matter is not closed: it ends where the last field does"
    )));
    (
        text.get(start..fields).unwrap_or(""),
        text.get(fields..).unwrap_or(""),
    )
}

/// JSON; what is JavaScript or has commas too many is read as YAML, which is nearly the same.
fn json(text: &str, notes: &mut Vec<Note>) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| yaml::read(text, notes))
}

/// A data file by its extension; nothing for what is no data.
pub fn data(path: &str, text: &str, notes: &mut Vec<Note>) -> Option<Value> {
    match path.rsplit('.').next()? {
        "yml" | "yaml" => Some(yaml::read(text, notes)),
        "toml" => Some(toml::read(text, notes)),
        "json" => serde_json::from_str(text).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_of_each_sort_gives_the_same_fields() {
        for text in [
            "---\ntitle: Soup\n---\nBody\n",
            "\n--- \ntitle: 'Soup'\n...\nBody\n",
            "+++\ntitle = \"Soup\"\n+++\n\nBody\n",
            "{\"title\": \"Soup\"}\n\nBody\n",
            "---json\n{\"title\": \"Soup\",}\n---\nBody\n",
            "---\ntitle: Soup\n\nBody\n",
        ] {
            let mut notes = Vec::new();
            let matter = read(text, &mut notes);
            assert_eq!(matter.fields["title"], "Soup", "{text}");
            assert_eq!(matter.body, "Body\n", "{text}");
        }
        assert!(!read("# Only a body\n", &mut vec![]).present);
    }
}
