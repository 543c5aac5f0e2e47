//! What a form for a record asks: the fields of its kind, in the words of a language.

use crate::content::Kind;
use crate::content::shape::{is_moment, is_text, resolve, shape};
use crate::source::SourceId;
use crate::yaml::{self, Node, Value as Yaml};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The words of forms, by language.
const WORDS: &[(&str, &str)] = &[
    ("en", include_str!("../../data/forms/en.yaml")),
    ("nl", include_str!("../../data/forms/nl.yaml")),
];
/// Deepest form in a form.
const DEPTH: usize = 6;

/// The words of forms in a language.
pub struct Words {
    /// Its code.
    pub language: &'static str,
    sections: BTreeMap<String, BTreeMap<String, String>>,
}

impl Words {
    /// The words in a language; in English where there are none.
    pub fn of(language: &str) -> Words {
        let known = WORDS.iter().find(|(code, _)| *code == language);
        let (language, text) = *known.unwrap_or(&WORDS[0]);
        let (node, _) = yaml::parse(SourceId(0), text, 0..text.len());
        let pairs = |node: &Node| -> BTreeMap<String, String> {
            let Yaml::Mapping(fields) = &node.value else {
                return BTreeMap::new();
            };
            let texts = fields.iter().filter_map(|(key, value)| {
                Some((key.text()?.to_owned(), value.text()?.to_owned()))
            });
            texts.collect()
        };
        let sections = match node.map(|node| node.value) {
            Some(Yaml::Mapping(sections)) => sections
                .iter()
                .filter_map(|(key, value)| Some((key.text()?.to_owned(), pairs(value))))
                .collect(),
            _ => BTreeMap::new(),
        };
        Words { language, sections }
    }

    /// A word of the configuration that `plein admin` writes.
    pub fn admin<'a>(&'a self, name: &'a str) -> &'a str {
        self.get("admin", name).map_or(name, String::as_str)
    }

    fn get(&self, section: &str, name: &str) -> Option<&String> {
        self.sections.get(section)?.get(name)
    }

    /// The words of buttons and messages, by name.
    pub fn interface(&self) -> Value {
        json!(self.sections.get("ui"))
    }

    /// A word of buttons and messages.
    pub fn say<'a>(&'a self, name: &'a str) -> &'a str {
        self.get("ui", name).map_or(name, String::as_str)
    }

    /// A word for a field; its name may mean something else in one kind or group than in the others.
    fn own(&self, section: &str, place: &str, name: &str) -> Option<&String> {
        let own = self.get(section, &format!("{place}.{name}"));
        own.or_else(|| self.get(section, name))
    }

    fn label(&self, place: &str, name: &str) -> String {
        match self.own("labels", place, name) {
            Some(label) => label.clone(),
            None => {
                let words = name.replace('_', " ");
                let mut letters = words.chars();
                let first = letters.next().map(char::to_uppercase);
                first.into_iter().flatten().chain(letters).collect()
            }
        }
    }

    fn choice(&self, name: &str) -> String {
        let known = self.get("choices", name).cloned();
        known.unwrap_or_else(|| name.replace('_', " "))
    }

    /// What the kind's own documentation says is English.
    fn help(&self, place: &str, name: &str, schema: &Value) -> Option<String> {
        match self.language {
            "en" => schema["description"]
                .as_str()
                .map(|text| text.replace('\n', " ")),
            _ => self.own("help", place, name).cloned(),
        }
    }
}

/// The fields of a kind, in order: of each its name, label, help and sort, and what it holds.
///
/// `is` says the sort: `text`, `number`, `truth`, `choice`, `day`, `moment`, `reference`, `term`, `picture`, `list` or
/// `group`.
pub fn form(kind: &Kind, words: &Words) -> Value {
    let root = &shape(kind).schema;
    let form = Form { root, words };
    let mut fields = form.fields(root, kind.name, 0);
    // Whatever else a theme of one's own wants to know has no form.
    fields.retain(|field| field["name"] != "extra");
    Value::Array(fields)
}

struct Form<'a> {
    root: &'a Value,
    words: &'a Words,
}

impl Form<'_> {
    /// The fields of a kind, or of a group by its name.
    fn fields(&self, schema: &Value, place: &str, depth: usize) -> Vec<Value> {
        let required = schema["required"].as_array();
        let is_required =
            |name: &str| required.is_some_and(|names| names.iter().any(|n| n == name));
        let properties = schema["properties"].as_object().into_iter().flatten();
        let field = |(name, outer): (&String, &Value)| {
            let mut field = self.sort(name, outer, depth);
            if name == "file" && self.is_picture(schema) {
                field.insert("is".into(), json!("picture"));
            }
            field.insert("name".into(), json!(name));
            field.insert("label".into(), json!(self.words.label(place, name)));
            field.insert("required".into(), json!(is_required(name)));
            let inner = resolve(self.root, outer);
            let help = self
                .words
                .help(place, name, outer)
                .or_else(|| self.words.help(place, name, inner));
            field.insert("help".into(), json!(help));
            Value::Object(field)
        };
        properties.map(field).collect()
    }

    /// What sort of field it is, and what it may hold.
    fn sort(&self, name: &str, outer: &Value, depth: usize) -> Map<String, Value> {
        let schema = resolve(self.root, outer);
        let is = |sort: &str| Map::from_iter([("is".to_owned(), json!(sort))]);
        let with = |sort: &str, key: &str, value: Value| {
            let mut field = is(sort);
            field.insert(key.to_owned(), value);
            field
        };
        let references =
            |schema: &Value| (!schema["x-ref"].is_null()).then(|| schema["x-ref"].clone());
        let folders = references(outer).or_else(|| references(schema));
        let has = |type_: &str| {
            let types = schema["type"].as_array();
            schema["type"] == type_ || types.is_some_and(|types| types.iter().any(|t| t == type_))
        };
        let choices = self.choices(schema);
        if !choices.is_empty() {
            with("choice", "choices", json!(choices))
        } else if has("array") && depth < DEPTH {
            let mut item = self.sort(name, &schema["items"], depth + 1);
            if let Some(folders) = folders {
                item.insert("is".into(), json!("reference"));
                item.insert("folders".into(), folders);
            }
            with("list", "item", Value::Object(item))
        } else if has("object") && depth < DEPTH {
            with(
                "group",
                "fields",
                Value::Array(self.fields(schema, name, depth + 1)),
            )
        } else if let Some(folders) = folders {
            with("reference", "folders", folders)
        } else if matches!(name, "topics" | "neighbourhood") || (name == "area" && has("string")) {
            let vocabulary = if name == "topics" {
                "topics"
            } else {
                "neighbourhoods"
            };
            with("term", "vocabulary", json!(vocabulary))
        } else if has("boolean") {
            is("truth")
        } else if has("integer") || has("number") {
            with("number", "whole", json!(has("integer")))
        } else if is_moment(schema) {
            is("moment")
        } else if schema["format"] == "date" {
            is("day")
        } else {
            let mut field = with("text", "translated", json!(is_text(schema)));
            for key in ["pattern", "format"] {
                if let Some(value) = schema.get(key) {
                    field.insert(key.to_owned(), value.clone());
                }
            }
            if name == "on" {
                field.insert("suggestions".into(), self.weekdays());
            }
            field
        }
    }

    /// Whether a group is a picture: its `file` is one that lies among the pictures.
    fn is_picture(&self, schema: &Value) -> bool {
        std::ptr::eq(schema, &self.root["$defs"]["Image"])
    }

    /// On what days something may repeat, such as `last friday`, in the words of the form.
    fn weekdays(&self) -> Value {
        let days = [
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
        ];
        let every = |day: &&str| vec![json!({"value": day, "label": self.words.choice(day)})];
        let some = |which: &'static str| {
            days.iter().map(move |day| {
                let ordinal = self.words.say(&format!("ordinal.{which}")).to_owned();
                json!({"value": format!("{which} {day}"), "label": format!("{ordinal} {}", self.words.choice(day))})
            })
        };
        let ordinals = ["first", "second", "third", "fourth", "last"];
        let all = days.iter().flat_map(every);
        all.chain(ordinals.into_iter().flat_map(some)).collect()
    }

    fn choices(&self, schema: &Value) -> Vec<Value> {
        let single = |one: &Value| {
            let several = one["enum"].as_array().cloned().unwrap_or_default();
            several
                .into_iter()
                .chain([one["const"].clone()])
                .collect::<Vec<_>>()
        };
        let listed = schema["enum"].as_array().cloned().unwrap_or_default();
        let one_of = schema["oneOf"]
            .as_array()
            .into_iter()
            .flatten()
            .flat_map(single);
        let named = listed.into_iter().chain(one_of);
        let choice = |value: Value| {
            let name = value.as_str()?;
            Some(json!({"value": name, "label": self.words.choice(name)}))
        };
        named.filter_map(choice).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::KINDS;

    /// Every name and choice in a form, and what is asked for it.
    fn names(fields: &Value, place: &str, found: &mut Vec<(String, &'static str)>) {
        for field in fields.as_array().into_iter().flatten() {
            let name = field["name"].as_str().unwrap_or(place);
            if field["name"].is_string() {
                found.push((name.to_owned(), "labels"));
                found.push((format!("{place}.{name}"), "places"));
            }
            for part in [field, &field["item"]] {
                let choices = part["choices"].as_array().into_iter().flatten();
                found.extend(
                    choices.filter_map(|c| Some((c["value"].as_str()?.to_owned(), "choices"))),
                );
                names(&part["fields"], name, found);
            }
        }
    }

    #[test]
    fn every_field_and_choice_of_every_kind_has_a_dutch_name_and_none_is_left_over() {
        let words = Words::of("nl");
        let mut found = vec![];
        for kind in KINDS {
            names(&form(kind, &words), kind.name, &mut found);
        }
        assert!(found.len() > 400);
        let missing: Vec<_> = found
            .iter()
            .filter(|(name, section)| *section != "places" && words.get(section, name).is_none())
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
        for section in ["labels", "choices", "help"] {
            let sort = if section == "choices" {
                "choices"
            } else {
                "labels"
            };
            let is_used = |name: &&String| {
                let sort = if name.contains('.') { "places" } else { sort };
                name.as_str() == "extra"
                    || found.iter().any(|(other, s)| other == *name && *s == sort)
            };
            let unused: Vec<_> = words.sections[section]
                .keys()
                .filter(|name| !is_used(name))
                .collect();
            assert!(unused.is_empty(), "{section}: {unused:?}");
        }
    }

    #[test]
    fn every_language_has_the_same_words_for_buttons() {
        for section in ["ui", "admin"] {
            let names = |language: &str| {
                Words::of(language).sections[section]
                    .keys()
                    .cloned()
                    .collect::<Vec<_>>()
            };
            assert_eq!(names("nl"), names("en"));
        }
    }

    #[test]
    fn an_event_is_asked_for_what_it_holds() {
        let kind = KINDS.iter().find(|kind| kind.name == "event").unwrap();
        let form = form(kind, &Words::of("en"));
        let field = |name: &str| {
            form.as_array()
                .unwrap()
                .iter()
                .find(|f| f["name"] == name)
                .unwrap()
                .clone()
        };
        assert_eq!(field("title")["required"], true);
        assert_eq!(field("start")["is"], "moment");
        assert_eq!(field("space")["folders"], json!(["spaces"]));
        assert_eq!(field("hosts")["item"]["is"], "reference");
        assert_eq!(field("topics")["item"]["vocabulary"], "topics");
        assert_eq!(field("repeat")["is"], "group");
        assert_eq!(
            field("status")["choices"][0],
            json!({"value": "scheduled", "label": "scheduled"})
        );
        assert!(
            field("start")["help"]
                .as_str()
                .unwrap()
                .starts_with("When it begins")
        );
    }
}
