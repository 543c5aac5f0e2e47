//! The configuration of a content management system that edits a site on its forge, in the format of Decap CMS, which
//! Sveltia CMS reads too: a collection for each kind, made of what its form asks.

use super::form::{Words, form};
use super::written::{Place, Style, written};
use crate::content::vocabulary::Vocabulary;
use crate::content::{KINDS, Kind};
use crate::site::Site;
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

/// The script of the system, beside the page that loads it.
pub const SCRIPT: &str = "cms.js";
/// Where pictures lie below `content/`, as records name that place.
const MEDIA: &str = "media";

/// The page that loads the system.
pub fn page(site: &Site, words: &Words) -> String {
    let title = site.text(&site.config.title, &site.codes[0]);
    let title = crate::content::markdown::escape(title);
    format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<title>{title}</title>\n\
         <link href=\"config.yml\" type=\"application/yaml\" rel=\"cms-config-url\">\n</head>\n<body>\n\
         <script type=\"module\" src=\"{SCRIPT}\"></script>\n</body>\n</html>\n",
        language = words.language
    )
}

/// The whole configuration; `backend` says where the content lives.
pub fn config(site: &Site, words: &Words, backend: Value) -> Value {
    let default = &site.codes[0];
    let mut config = json!({
        "backend": backend,
        "app_title": site.text(&site.config.title, default),
        "site_url": site.config.url.value.0,
        "media_folder": format!("content/{MEDIA}"),
        "public_folder": format!("/{MEDIA}"),
        "media_libraries": { "default": { "config": { "slugify_filename": true } }, "stock_assets": { "providers": [] } },
        "slug": { "encoding": "ascii", "clean_accents": true },
        "output": { "omit_empty_optional_fields": true },
    });
    let is_translated = site.codes.len() > 1;
    if is_translated {
        config["i18n"] = json!({
            "structure": "multiple_files",
            "locales": site.codes,
            "default_locale": default,
            "initial_locales": "default",
            "omit_default_locale_from_file_path": true,
        });
    }
    let collections = KINDS.iter().map(|kind| {
        let asked = Asked {
            site,
            words,
            is_translated,
        };
        asked.collection(kind)
    });
    config["collections"] = collections.collect();
    config
}

/// The configuration as Decap CMS itself takes it, which knows less than Sveltia CMS. Its rich text is left out: it would
/// write every text anew.
pub fn for_decap(config: &mut Value) {
    match config {
        Value::Array(items) => items.iter_mut().for_each(for_decap),
        Value::Object(fields) => {
            for (name, value) in fields.iter_mut() {
                match (name.as_str(), &*value) {
                    ("required", Value::Array(_)) | ("collapsed", Value::String(_)) => {
                        *value = json!(true);
                    }
                    ("value", Value::Bool(is_so)) => *value = json!(is_so.to_string()),
                    ("modes", _) => *value = json!(["raw"]),
                    _ => for_decap(value),
                }
            }
            // It asks for what must be in a group also where the group itself is left out.
            let inner = (fields.get("widget") == Some(&json!("object"))).then_some("fields");
            let inner = inner.and_then(|name| fields.get_mut(name)?.as_array_mut());
            for field in inner.into_iter().flatten() {
                field["required"] = json!(false);
            }
        }
        _ => {}
    }
}

struct Asked<'a> {
    site: &'a Site,
    words: &'a Words,
    is_translated: bool,
}

impl Asked<'_> {
    fn collection(&self, kind: &'static Kind) -> Value {
        let languages = &self.site.languages;
        let own = languages.get(self.words.language);
        let own = own.or_else(|| languages.get(&self.site.codes[0]));
        let names = own.and_then(|own| own.kinds.get(kind.name));
        let fields = form(kind, self.words);
        let mut fields: Vec<Value> = self.fields(&fields);
        fields.push(self.body());
        let mut collection = json!({
            "name": kind.folder,
            "label": names.map_or(kind.folder, |names| &names.many),
            "label_singular": names.map_or(kind.name, |names| &names.one),
            "folder": format!("content/{}", kind.folder),
            "extension": "md",
            "format": "yaml-frontmatter",
            "create": true,
            "identifier_field": "title",
            "slug": "{{title}}",
        });
        if self.is_translated {
            collection["i18n"] = json!(true);
        }
        collection["fields"] = Value::Array(fields);
        collection
    }

    /// What stands below the fields. Seen as it is written, for an editor of rich text writes it anew.
    fn body(&self) -> Value {
        let mut body = json!({
            "name": "body",
            "label": self.words.admin("body"),
            "widget": "markdown",
            "required": false,
            "modes": ["raw", "rich_text"],
        });
        if self.is_translated {
            body["i18n"] = json!(true);
        }
        body
    }

    fn fields(&self, fields: &Value) -> Vec<Value> {
        let fields = fields.as_array().into_iter().flatten();
        fields.map(|field| self.field(field)).collect()
    }

    /// A field with its name and help, and what it is entered with.
    fn field(&self, field: &Value) -> Value {
        let mut out = Map::new();
        for key in ["name", "label"] {
            out.insert(key.to_owned(), field[key].clone());
        }
        let (widget, has_texts) = self.widget(field);
        out.extend(widget);
        let mut hints: Vec<&str> = field["help"].as_str().into_iter().collect();
        let folders = Folders::of(field);
        let hint = folders
            .as_ref()
            .and_then(|folders| folders.hint(self.words));
        hints.extend(hint.as_deref());
        if !hints.is_empty() {
            out.insert("hint".to_owned(), json!(hints.join(" ")));
        }
        let is_translated = has_texts && self.is_translated;
        let required = match field["required"] == true {
            true if is_translated => json!([self.site.codes[0]]),
            is_required => json!(is_required),
        };
        out.insert("required".to_owned(), required);
        // A translation holds texts only: what is not marked is not in it.
        if is_translated {
            out.insert("i18n".to_owned(), json!(true));
        }
        Value::Object(out)
    }

    /// What a field is entered with, and whether it holds texts that are written for each language.
    fn widget(&self, field: &Value) -> (Map<String, Value>, bool) {
        let is_text = field["translated"] == true;
        let widget = match field["is"].as_str().unwrap_or("") {
            "number" => {
                let type_ = if field["whole"] == true {
                    "int"
                } else {
                    "float"
                };
                json!({"widget": "number", "value_type": type_, "step": if type_ == "int" { json!(1) } else { json!(0.00001) }})
            }
            // A switch would write "no" into every file that says nothing of it.
            "truth" => json!({"widget": "select", "options": self.yes_or_no()}),
            "choice" => json!({"widget": "select", "options": options(&field["choices"])}),
            "term" => json!({"widget": "select", "options": self.terms(field)}),
            "day" => json!({"widget": "datetime", "type": "date", "format": "YYYY-MM-DD"}),
            "moment" => json!({"widget": "datetime", "format": "YYYY-MM-DDTHH:mm"}),
            "picture" => json!({
                "widget": "image", "media_folder": format!("/content/{MEDIA}"), "public_folder": MEDIA, "choose_url": false,
            }),
            "reference" => self.reference(field),
            "group" => {
                let fields = self.fields(&field["fields"]);
                let has_texts = holds_texts(&field["fields"]);
                return (
                    object(json!({"widget": "object", "collapsed": "auto", "fields": fields})),
                    has_texts,
                );
            }
            "list" => return self.list(field),
            _ => self.text(field),
        };
        (object(widget), is_text)
    }

    fn text(&self, field: &Value) -> Value {
        let is_long = field["translated"] == true && field["name"] != "title";
        let mut text = json!({"widget": if is_long { "text" } else { "string" }});
        match field["format"].as_str() {
            Some("uri") => text["type"] = json!("url"),
            Some("email") => text["type"] = json!("email"),
            _ => {}
        }
        if let Some(pattern) = field["pattern"].as_str() {
            text["pattern"] = json!([pattern, self.words.admin("pattern")]);
        }
        text
    }

    /// Another record: chosen where it can only be of one kind, else written with its folder.
    fn reference(&self, field: &Value) -> Value {
        match Folders::of(field) {
            Some(folders) => match folders.only() {
                Some(folder) => json!({
                    "widget": "relation",
                    "collection": folder,
                    "value_field": "{{slug}}",
                    "search_fields": ["title"],
                    "display_fields": ["title"],
                }),
                None => json!({
                    "widget": "string", "pattern": [folders.pattern(), self.words.admin("pattern")],
                }),
            },
            None => json!({"widget": "string"}),
        }
    }

    fn list(&self, field: &Value) -> (Map<String, Value>, bool) {
        let mut item = field["item"].clone();
        item["name"] = field["name"].clone();
        if item["is"] == "group" {
            let fields = self.fields(&item["fields"]);
            let list = json!({"widget": "list", "collapsed": "auto", "fields": fields});
            return (object(list), holds_texts(&item["fields"]));
        }
        let (mut widget, is_text) = self.widget(&item);
        if widget["widget"] == "select" || widget["widget"] == "relation" {
            widget.insert("multiple".to_owned(), json!(true));
            return (widget, false);
        }
        widget.insert("name".to_owned(), field["name"].clone());
        widget.insert("label".to_owned(), field["label"].clone());
        if is_text && self.is_translated {
            widget.insert("i18n".to_owned(), json!(true));
        }
        (object(json!({"widget": "list", "field": widget})), is_text)
    }

    fn yes_or_no(&self) -> Value {
        let option =
            |value: bool, name: &str| json!({"label": self.words.admin(name), "value": value});
        json!([option(true, "yes"), option(false, "no")])
    }

    fn terms(&self, field: &Value) -> Value {
        let vocabulary = Vocabulary::ALL
            .into_iter()
            .find(|v| field["vocabulary"] == v.name());
        let terms = vocabulary.map(|vocabulary| self.site.terms(vocabulary));
        let option = |term: &crate::content::vocabulary::Term| json!({"label": self.site.text(&term.title, &self.site.codes[0]), "value": term.id.value.0});
        terms.into_iter().flatten().map(option).collect()
    }
}

/// The folders that a field may point into.
struct Folders<'a>(Vec<&'a str>);

impl<'a> Folders<'a> {
    fn of(field: &'a Value) -> Option<Folders<'a>> {
        let folders = field["folders"]
            .as_array()
            .or_else(|| field["item"]["folders"].as_array())?;
        Some(Folders(folders.iter().filter_map(Value::as_str).collect()))
    }

    fn only(&self) -> Option<&'a str> {
        match self.0[..] {
            [only] if only != "*" => Some(only),
            _ => None,
        }
    }

    /// A name of its own may stand without its folder.
    fn pattern(&self) -> String {
        let folders = match self.0.contains(&"*") {
            true => "[a-z]+".to_owned(),
            false => self.0.join("|"),
        };
        format!("^(({folders})/)?[a-z0-9]+(-[a-z0-9]+)*$")
    }

    fn hint(&self, words: &Words) -> Option<String> {
        let any = KINDS.first().map_or("", |kind| kind.folder);
        let folder = self
            .0
            .first()
            .filter(|folder| **folder != "*")
            .unwrap_or(&any);
        self.only()
            .is_none()
            .then(|| words.admin("slug").replace("{folder}", folder))
    }
}

/// Whether some field of a group, however deep, is written for each language.
fn holds_texts(fields: &Value) -> bool {
    let fields = fields.as_array().into_iter().flatten();
    fields.into_iter().any(|field| {
        [field, &field["item"]]
            .iter()
            .any(|part| part["translated"] == true || holds_texts(&part["fields"]))
    })
}

fn options(choices: &Value) -> Value {
    let choices = choices.as_array().into_iter().flatten();
    choices
        .map(|choice| json!({"label": choice["label"], "value": choice["value"]}))
        .collect()
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// Any value as YAML, a field a line.
pub fn yaml(value: &Value) -> String {
    let mut out = String::new();
    block(value, 0, &mut out);
    out
}

fn block(value: &Value, column: usize, out: &mut String) {
    let indent = " ".repeat(column);
    match value {
        Value::Object(fields) => {
            for (n, (name, value)) in fields.iter().enumerate() {
                // The first field of an item stands behind its dash.
                if n > 0 || column == 0 || out.ends_with('\n') {
                    out.push_str(&indent);
                }
                let _ = write!(out, "{}:", scalar(&json!(name)));
                inner(value, column + 2, out);
            }
        }
        Value::Array(items) => {
            for item in items {
                let _ = write!(out, "{indent}-");
                match item {
                    Value::Object(fields) if !fields.is_empty() => {
                        out.push(' ');
                        block(item, column + 2, out);
                    }
                    item => inner(item, column + 2, out),
                }
            }
        }
        value => {
            let _ = writeln!(out, "{}", scalar(value));
        }
    }
}

fn inner(value: &Value, column: usize, out: &mut String) {
    let is_filled = match value {
        Value::Object(fields) => !fields.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    match is_filled {
        true => {
            out.push('\n');
            block(value, column, out);
        }
        false => {
            let _ = writeln!(out, " {}", scalar(value));
        }
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => written(text, Style::Plain, Place::Block, true),
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;
    use crate::yaml::{Node, Value as Yaml};

    fn read(node: &Node) -> Value {
        match &node.value {
            Yaml::Scalar { text, .. } => json!(text),
            Yaml::Sequence(items) => items.iter().map(read).collect(),
            Yaml::Mapping(fields) => {
                let fields = fields.iter();
                let fields =
                    fields.map(|(key, value)| (key.text().unwrap().to_owned(), read(value)));
                Value::Object(fields.collect())
            }
        }
    }

    #[test]
    fn what_is_written_as_yaml_is_read_as_it_was() {
        let value = json!({
            "a b": {"c": [], "d": {}},
            "list": [{"x": "{{title}}", "y": [["1", "2"], "^[a-z]+(-#)*$"]}, "no", "a: b", "'", "", "- x"],
            "long": "eerste regel\ntweede: \"regel\"",
        });
        let text = yaml(&value);
        let (node, faults) = crate::yaml::parse(SourceId(0), &text, 0..text.len());
        assert!(faults.is_empty(), "{text}");
        assert_eq!(read(&node.unwrap()), value, "{text}");
        // Other readers must not make something else of these.
        assert!(text.contains("'no'") && text.contains("'1'"), "{text}");
    }

    #[test]
    fn a_reference_to_several_kinds_is_written_with_its_folder() {
        let folders = Folders(vec!["organisations", "initiatives"]);
        assert_eq!(folders.only(), None);
        assert!(
            folders
                .pattern()
                .starts_with("^((organisations|initiatives)/)?")
        );
        assert_eq!(Folders(vec!["spaces"]).only(), Some("spaces"));
        assert_eq!(Folders(vec!["*"]).only(), None);
    }
}
