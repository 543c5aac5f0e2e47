//! What can be wrong with a value, in an editor's words.

use super::Node;
use super::own::PACKED;
use crate::diagnostic::{Diagnostic, Words, nearest, stories};
use crate::phrase;
use crate::say;
use crate::source::Span;
use serde::de;
use std::fmt;

pub(super) const TEXT: &str = phrase!("a text");
pub(super) const LIST: &str = phrase!("a list");
pub(super) const FIELDS: &str = phrase!("a group of fields");
pub(super) const TRUTH: &str = phrase!("true or false");
pub(super) const WHOLE: &str = phrase!("a whole number");
pub(super) const COUNT: &str = phrase!("a whole number of 0 or more");
pub(super) const BYTE: &str = phrase!("a whole number from 0 to 255");
pub(super) const SHORT: &str = phrase!("a whole number from 0 to 65535");
pub(super) const NUMBER: &str = phrase!("a number");

/// What stands where something else should.
#[derive(Debug)]
pub(super) enum Found {
    Nothing,
    /// The first line of a text.
    Text(String),
    List,
    /// The group as it would be written between braces.
    Fields(String),
}

impl Found {
    fn words(&self) -> Words {
        match self {
            Found::Nothing => say!("empty"),
            Found::Text(text) => say!("`{}`", text),
            Found::List => LIST.into(),
            Found::Fields(_) => FIELDS.into(),
        }
    }
}

/// What is wrong with a node.
#[derive(Debug)]
pub(super) enum Problem {
    Unknown {
        name: String,
        known: Vec<String>,
    },
    Missing {
        name: &'static str,
        left_out: bool,
        /// The group stands between braces.
        braces: bool,
    },
    /// The field's name is there and nothing behind it.
    Empty {
        name: &'static str,
    },
    Choice {
        text: String,
        known: Vec<String>,
    },
    Type {
        expected: &'static str,
        found: Found,
        /// It is an item of a list.
        item: bool,
    },
    Own {
        code: String,
        message: Words,
        help: Words,
    },
}

impl Problem {
    pub(super) fn tell(&self, field: &str, span: Span) -> Diagnostic {
        match self {
            Problem::Unknown { name, known } => {
                unknown_field(name, known.iter().map(String::as_str), span)
            }
            Problem::Missing { name, braces, .. } => {
                match (missing_field(name, field, span), braces) {
                    (fault, true) => fault.help(say!("add `{}: …` within the braces", name)),
                    (fault, false) => fault,
                }
            }
            Problem::Empty { name } => empty_field(name, span),
            Problem::Choice { text, known } => choice(field, text, known, span),
            Problem::Type {
                expected,
                found,
                item,
            } => {
                let (is, meant) = (found.words(), Words::from(*expected));
                let message = match item {
                    true => say!("an item of `{}` should be {}, not {}", field, meant, is),
                    false => say!("`{}` should be {}, not {}", field, meant, is),
                };
                Diagnostic::error("yaml/wrong-type", message)
                    .at(span, say!("expected {}", meant))
                    .help(example(field, expected, found, *item))
            }
            Problem::Own {
                code,
                message,
                help,
            } => {
                let code = stories::codes()
                    .find(|known| known == code)
                    .unwrap_or("yaml/wrong-type");
                let message = if field.is_empty() {
                    message.clone()
                } else {
                    say!("`{}`: {}", field, message)
                };
                Diagnostic::error(code, message)
                    .at(span, "")
                    .help(help.clone())
            }
        }
    }
}

/// Where decoding failed and why.
#[derive(Debug)]
pub(super) struct Error {
    pub(super) problem: Problem,
    pub(super) node: Option<u32>,
    pub(super) span: Option<Span>,
    pub(super) field: Option<String>,
}

impl Error {
    pub(super) fn new(problem: Problem) -> Self {
        Error {
            problem,
            node: None,
            span: None,
            field: None,
        }
    }

    /// Notes how the group is written that lacks a field, unless that is one further in.
    pub(super) fn of_group(mut self, group: &Node) -> Self {
        if let (Problem::Missing { braces, .. }, None) = (&mut self.problem, self.span) {
            *braces = group.in_braces().is_some();
        }
        self
    }

    /// Fills in the place, unless a part further in has done so.
    pub(super) fn within(mut self, node: u32, span: Span, field: &str) -> Self {
        self.node.get_or_insert(node);
        self.span.get_or_insert(span);
        self.field.get_or_insert_with(|| field.to_owned());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{:?}", self.problem)
    }
}
impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        let text = message.to_string();
        let packed = text.strip_prefix(PACKED);
        let parts = packed.and_then(|parts| serde_json::from_str(parts).ok());
        let (code, message, help) = parts.unwrap_or_else(|| {
            let help = phrase!("see `docs/content.md` for how this field is written");
            (
                "yaml/wrong-type".to_owned(),
                Words::Written(text),
                help.into(),
            )
        });
        Error::new(Problem::Own {
            code,
            message,
            help,
        })
    }
    fn invalid_type(_: de::Unexpected, expected: &dyn de::Expected) -> Self {
        let expected = Words::said(expected.to_string(), vec![]);
        Error::new(Problem::Own {
            code: "yaml/wrong-type".into(),
            message: say!("this should be {}", expected),
            help: say!("write {}", expected),
        })
    }
    fn invalid_value(found: de::Unexpected, expected: &dyn de::Expected) -> Self {
        Self::invalid_type(found, expected)
    }
    fn unknown_field(name: &str, known: &'static [&'static str]) -> Self {
        Error::new(Problem::Unknown {
            name: name.into(),
            known: known.iter().map(|s| s.to_string()).collect(),
        })
    }
    fn missing_field(name: &'static str) -> Self {
        Error::new(Problem::Missing {
            name,
            left_out: false,
            braces: false,
        })
    }
    fn unknown_variant(text: &str, known: &'static [&'static str]) -> Self {
        Error::new(Problem::Choice {
            text: text.into(),
            known: known.iter().map(|s| s.to_string()).collect(),
        })
    }
}

fn choice(field: &str, text: &str, known: &[String], span: Span) -> Diagnostic {
    let fault = Diagnostic::error(
        "yaml/unknown-value",
        say!("`{}` cannot be `{}`", field, text),
    );
    let list = known
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ");
    let help = match nearest(text, known.iter().map(String::as_str)) {
        Some(name) => say!("did you mean `{}`? it can be {}", name, list),
        None => say!("it can be {}", list),
    };
    fault.at(span, "not one of the choices").help(help)
}

/// The diagnostic for a field that nobody knows.
pub fn unknown_field<'a>(
    name: &str,
    known: impl Iterator<Item = &'a str> + Clone,
    span: Span,
) -> Diagnostic {
    let fault = Diagnostic::error(
        "yaml/unknown-field",
        say!("there is no field `{}` here", name),
    )
    .at(span, "unknown");
    match nearest(name, known.clone()) {
        Some(near) => fault.help(did_you_mean(near)),
        None => fault.help(say!(
            "the fields are {}",
            known.collect::<Vec<_>>().join(", ")
        )),
    }
}

/// The diagnostic for a field that must be there; it belongs above the place `span`.
pub fn missing_field(name: &str, parent: &str, span: Span) -> Diagnostic {
    let message = match parent {
        "" => say!("the field `{}` is missing", name),
        _ => say!("the field `{}` is missing in `{}`", name, parent),
    };
    let start = Span {
        end: span.start,
        ..span
    };
    Diagnostic::error("yaml/missing-field", message)
        .at(start, "among these fields")
        .help(say!("add a line `{}: …`", name))
}

/// The diagnostic for a field that must be filled in and has only its name.
pub fn empty_field(name: &str, key: Span) -> Diagnostic {
    Diagnostic::error("yaml/missing-field", say!("the field `{}` is empty", name))
        .at(key, "nothing stands behind it")
        .help(say!("fill it in: `{}: …`", name))
}

/// Whether one of these faults says that a misspelt field was probably meant to be `name`.
pub fn is_misspelt(name: &str, faults: &[Diagnostic]) -> bool {
    let help = did_you_mean(name);
    faults
        .iter()
        .any(|fault| fault.code == "yaml/unknown-field" && fault.help.as_ref() == Some(&help))
}

fn did_you_mean(name: &str) -> Words {
    say!("did you mean `{}`?", name)
}

fn example(field: &str, expected: &str, found: &Found, item: bool) -> Words {
    let written = match found {
        Found::Text(text) => text.trim_matches(['`', '[', ']', ',', ' ']),
        Found::Fields(text) => text,
        _ => "",
    };
    match (expected, found) {
        (FIELDS, _) if item => say!(
            "write each item as `- name: value`, with its other fields below, indented as far as the first"
        ),
        _ if item => say!("write each item on a line of its own, after `- `"),
        (LIST, Found::Fields(_)) if written.is_empty() => {
            say!("put `- ` before the first of these fields and indent the others as far")
        }
        // The one list of groups that everybody first writes as a single value.
        (LIST, Found::Text(_)) if field == "price" => {
            let amount = written.replace(',', ".").parse::<f64>().unwrap_or(5.0);
            say!("write `{}: [{}]`", field, format!("{{amount: {amount}}}"))
        }
        (LIST, _) => say!(
            "write `{}: [{}]`, or each on a line of its own after `- `",
            field,
            written
        ),
        (FIELDS, _) => say!(
            "write `{}:` and below it, indented by two spaces, a line `name: value` for each",
            field
        ),
        (TRUTH, _) => match truth(written) {
            Some(meant) => say!("write `{}: {}`", field, meant),
            None => say!("write `{}: true` or `false`", field),
        },
        (TEXT, Found::List) => say!(
            "leave the brackets or the `- ` out; a text that begins with one needs quotes: `{}: \"[…]\"`",
            field
        ),
        (TEXT, _) => say!(
            "write the text behind `{}:`; a text that begins with a brace needs quotes: `{}: \"{…}\"`",
            field,
            field
        ),
        (NUMBER, _) if written.replace(',', ".").parse::<f64>().is_ok() => {
            say!("did you mean `{}: {}`?", field, written.replace(',', "."))
        }
        (NUMBER, _) => say!(
            "write digits only, with a point before decimals, such as `{}: 12.5`",
            field
        ),
        _ => say!("write digits only, such as `{}: 20`", field),
    }
}

/// What was probably meant, in the languages that our editors are most likely to think in.
fn truth(written: &str) -> Option<&'static str> {
    match written.to_lowercase().as_str() {
        "yes" | "ja" | "y" | "j" | "on" | "aan" | "1" | "waar" | "oui" => Some("true"),
        "no" | "nee" | "n" | "off" | "uit" | "0" | "onwaar" | "nein" | "non" => Some("false"),
        _ => None,
    }
}
