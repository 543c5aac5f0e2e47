//! `data/languages/<code>.yaml`: interface texts and the words in addresses, one file a language.

use super::fields::{Id, check_id};
use crate::diagnostic::Diagnostic;
use crate::source::{SourceId, Sources};
use crate::yaml::own::{TEXT_OR_FIELDS, scalar};
use crate::{phrase, say};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;

/// One language of the interface.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Language {
    /// Its code, the same as the file's name.
    pub code: String,
    /// Its name in the language itself.
    pub name: String,
    /// Direction of writing, `ltr` or `rtl`.
    #[schemars(extend("enum" = ["ltr", "rtl"]))]
    pub dir: String,
    /// Words for each kind.
    pub kinds: BTreeMap<String, KindWords>,
    /// Words in addresses, by their English name: `topics`, `archive`, `week`, `free`, …
    #[serde(deserialize_with = "parts")]
    pub paths: BTreeMap<String, String>,
    /// Interface texts by key; a text with plural forms has one for each.
    pub texts: BTreeMap<String, Message>,
}

/// Words for a kind.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KindWords {
    /// Folder in addresses; empty for pages at the root.
    #[serde(deserialize_with = "folder")]
    pub path: String,
    /// One of them.
    pub one: String,
    /// More of them, also the title of their list.
    pub many: String,
    /// What to say when there are none.
    #[serde(default)]
    pub empty: String,
}

/// A folder in addresses, or none.
fn folder<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    scalar(deserializer, |text| match text.is_empty() {
        true => Ok(String::new()),
        false => check_id(text).map(|()| text.to_owned()),
    })
}

/// Parts of addresses by name.
fn parts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    let parts = BTreeMap::<String, Id>::deserialize(deserializer)?;
    Ok(parts
        .into_iter()
        .map(|(name, part)| (name, part.0))
        .collect())
}

/// An interface text: one, or a form for each plural category of CLDR (`one`, `other`, …).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// The same for any number.
    Text(String),
    /// One for each plural category.
    Plural(BTreeMap<String, String>),
}

impl<'de> Deserialize<'de> for Message {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Message;
            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str(phrase!("a text, or one for each plural form"))
            }
            fn visit_str<E>(self, text: &str) -> Result<Message, E> {
                Ok(Message::Text(text.to_owned()))
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<Message, A::Error> {
                let mut forms = BTreeMap::new();
                while let Some((form, text)) = map.next_entry()? {
                    forms.insert(form, text);
                }
                Ok(Message::Plural(forms))
            }
        }
        deserializer.deserialize_struct(TEXT_OR_FIELDS, &[], Visitor)
    }
}

impl JsonSchema for Message {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Message".into()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let forms = generator.subschema_for::<BTreeMap<String, String>>();
        schemars::json_schema!({ "anyOf": [{ "type": "string" }, forms] })
    }
}

/// Reads the interface texts of the site's languages: the built-in ones, with a site's own file
/// of the same name laid over them key by key.
pub fn parse(
    codes: &[crate::source::Spanned<super::fields::LanguageTag>],
    builtin: &[(&str, &[u8])],
    sources: &Sources,
    faults: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Language> {
    let mut languages = BTreeMap::new();
    for code in codes {
        let path = format!("data/languages/{}.yaml", code.value.0);
        let built_in = builtin
            .iter()
            .find(|(name, _)| *name == path)
            .and_then(|(_, bytes)| std::str::from_utf8(bytes).ok());
        // A built-in file is not among the site's sources; a fault in it is ours and has no place.
        let base: Option<Language> = built_in.and_then(|text| {
            let (node, _) = crate::yaml::parse(SourceId(0), text, 0..text.len());
            crate::yaml::decode::decode(&node?, &mut vec![])
        });
        let own = sources
            .find(&path)
            .and_then(|(id, source)| read(id, &source.text, faults));
        if let (Some(base), Some((id, source))) = (&base, sources.find(&path)) {
            faults.extend(misspelt(base, id, &source.text));
        }
        match overlay(base, own) {
            Some(language) => {
                languages.insert(code.value.to_string(), language);
            }
            None if sources.find(&path).is_some() => {}
            None => faults.push(
                Diagnostic::error(
                    "config/no-texts",
                    say!("there are no interface texts for `{}`", code.value.0),
                )
                .at(code.span, "this language")
                .help(say!(
                    "copy `data/languages/en.yaml` to `{}` and translate it",
                    path
                )),
            ),
        }
    }
    languages
}

fn read(id: SourceId, text: &str, faults: &mut Vec<Diagnostic>) -> Option<Language> {
    let (node, more) = crate::yaml::parse(id, text, 0..text.len());
    faults.extend(more);
    let node = node?;
    let language: Language = crate::yaml::decode::decode(&node, faults)?;
    if !matches!(language.dir.as_str(), "ltr" | "rtl") {
        let fault = Diagnostic::error(
            "yaml/unknown-value",
            say!("`dir` cannot be `{}`", language.dir),
        );
        faults.push(
            fault
                .at(
                    node.get("dir").map_or(node.span, |dir| dir.span),
                    "not one of the choices",
                )
                .help("it can be `ltr`, from left to right, or `rtl`, from right to left"),
        );
    }
    Some(language)
}

/// Texts of a site's own that nobody asks for, where a name of ours is near.
fn misspelt(base: &Language, id: SourceId, text: &str) -> Vec<Diagnostic> {
    let (node, _) = crate::yaml::parse(id, text, 0..text.len());
    let texts = node.as_ref().and_then(|node| node.get("texts"));
    let Some(crate::yaml::Value::Mapping(texts)) = texts.map(|texts| &texts.value) else {
        return vec![];
    };
    let names = texts
        .iter()
        .filter_map(|(name, _)| Some((name.text()?, name.span)));
    let unknown = names.filter(|(name, _)| !base.texts.contains_key(*name));
    let near = |name: &str| crate::diagnostic::nearest(name, base.texts.keys().map(String::as_str));
    let told = unknown.filter_map(|(name, span)| {
        let help = say!("did you mean `{}`?", near(name)?);
        let message = say!("the theme has no text `{}`", name);
        let fault = Diagnostic::warning("config/unknown-text", message);
        Some(fault.at(span, "nobody asks for it").help(help))
    });
    told.collect()
}

fn overlay(base: Option<Language>, own: Option<Language>) -> Option<Language> {
    match (base, own) {
        (Some(mut base), Some(own)) => {
            base.kinds.extend(own.kinds);
            base.paths.extend(own.paths);
            base.texts.extend(own.texts);
            Some(Language {
                code: own.code,
                name: own.name,
                dir: own.dir,
                ..base
            })
        }
        (base, own) => own.or(base),
    }
}
