//! Fields to be completed by VS Code in Markdown, with their help and their choices.
//!
//! No extension that reads JSON Schema looks into the front matter of Markdown; snippets VS Code knows by itself.

use super::{Known, SELDOM, choices, dated, example, field, help};
use crate::content::shape::shape;
use crate::content::{KINDS, Kind};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Where VS Code looks for them.
pub const PATH: &str = ".vscode/plein.code-snippets";

/// Has VS Code offer them while one types, which in Markdown it does not by itself, and says which schema is whose.
pub const SETTINGS: &str = r#"{
  "[markdown]": {
    "editor.quickSuggestions": { "other": "on", "comments": "off", "strings": "off" },
    "editor.snippetSuggestions": "top"
  },
  "yaml.schemas": {
    ".plein/schemas/site.json": "data/site.yaml",
    ".plein/schemas/terms.json": ["data/topics.yaml", "data/neighbourhoods.yaml"],
    ".plein/schemas/language.json": "data/languages/*.yaml",
    ".plein/schemas/accessibility.json": "data/accessibility.yaml"
  }
}
"#;

/// Has VS Code propose the extension that reads those schemas.
pub const EXTENSIONS: &str = r#"{
  "recommendations": ["redhat.vscode-yaml"]
}
"#;

/// Every field of every kind, and each kind as a whole.
pub fn snippets(known: &impl Known) -> Value {
    let mut fields = BTreeMap::<(String, String, String), Vec<&str>>::new();
    for kind in KINDS {
        let shape = shape(kind);
        let names = shape.common.iter().chain(&shape.own);
        for name in names {
            let body = format!("{name}: {}", value(kind, name, 1, known));
            let key = (name.clone(), body, help(shape, name).to_owned());
            fields.entry(key).or_default().push(kind.name);
        }
    }
    let mut all = Map::new();
    for kind in KINDS {
        let whole = json!({
            "scope": "markdown",
            "prefix": kind.name,
            "description": shape(kind).schema["description"],
            "body": whole(kind, known),
        });
        all.insert(kind.name.to_owned(), whole);
    }
    for ((name, body, help), kinds) in fields {
        let of = match kinds.len() == KINDS.len() {
            true => "*".to_owned(),
            false => kinds.join(", "),
        };
        let snippet = json!({
            "scope": "markdown",
            "prefix": name,
            "description": format!("{of} · {help}"),
            "body": [body],
        });
        all.insert(format!("{name} ({of})"), snippet);
    }
    Value::Object(all)
}

/// The front matter of a kind with what must be there.
fn whole(kind: &Kind, known: &impl Known) -> Vec<String> {
    let required = shape(kind).required.iter().enumerate();
    let lines = required.map(|(n, name)| format!("{name}: {}", value(kind, name, n + 1, known)));
    let first = ["---".to_owned()].into_iter();
    let last = ["---", "", "$0"].map(str::to_owned);
    first.chain(lines).chain(last).collect()
}

/// What is filled in: a choice, or an example to write over.
fn value(kind: &Kind, name: &str, n: usize, known: &impl Known) -> String {
    let shape = shape(kind);
    let schema = field(shape, name);
    let choices = choices(schema);
    if !choices.is_empty() {
        return format!("${{{n}|{}|}}", choices.join(","));
    }
    let seldom = SELDOM.contains(&name);
    let day = dated(kind).is_some_and(|(dated, _)| dated == name);
    let example = match example(shape, name, schema, known) {
        // What is to be written by hand is left open.
        example if example == "…" || (seldom && !day && example == "naam") => String::new(),
        example => example,
    };
    let escaped = example
        .replace('\\', "\\\\")
        .replace('$', "\\$")
        .replace('}', "\\}");
    format!("${{{n}:{escaped}}}")
}
