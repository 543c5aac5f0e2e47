//! What can be wrong with a value, in an editor's words.

use crate::diagnostic::{Diagnostic, nearest, stories};
use crate::source::Span;
use serde::de;
use std::fmt;

pub(super) const TEXT: &str = "a text";
pub(super) const LIST: &str = "a list";
pub(super) const FIELDS: &str = "a group of fields";
pub(super) const TRUTH: &str = "true or false";
pub(super) const WHOLE: &str = "a whole number";
pub(super) const COUNT: &str = "a whole number of 0 or more";
pub(super) const BYTE: &str = "a whole number from 0 to 255";
pub(super) const SHORT: &str = "a whole number from 0 to 65535";
pub(super) const NUMBER: &str = "a number";

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
        found: String,
        /// It is an item of a list.
        item: bool,
    },
    Own {
        code: String,
        message: String,
        help: String,
    },
}

impl Problem {
    pub(super) fn tell(&self, field: &str, span: Span) -> Diagnostic {
        match self {
            Problem::Unknown { name, known } => {
                unknown_field(name, known.iter().map(String::as_str), span)
            }
            Problem::Missing { name, .. } => missing_field(name, field, span),
            Problem::Empty { name } => empty_field(name, span),
            Problem::Choice { text, known } => choice(field, text, known, span),
            Problem::Type {
                expected,
                found,
                item,
            } => {
                let whole = if *item { "an item of " } else { "" };
                let message = format!("{whole}`{field}` should be {expected}, not {found}");
                Diagnostic::error("yaml/wrong-type", message)
                    .at(span, format!("expected {expected}"))
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
                    format!("`{field}`: {message}")
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
        let mut parts = text.split('\u{1f}').map(str::to_owned);
        let (first, rest) = (parts.next().unwrap_or_default(), parts.next());
        Error::new(match rest {
            Some(message) => Problem::Own {
                code: first,
                message,
                help: parts.next().unwrap_or_default(),
            },
            None => Problem::Own {
                code: "yaml/wrong-type".into(),
                message: first,
                help: "see `docs/content.md` for how this field is written".into(),
            },
        })
    }
    fn invalid_type(_: de::Unexpected, expected: &dyn de::Expected) -> Self {
        Error::new(Problem::Own {
            code: "yaml/wrong-type".into(),
            message: format!("this should be {expected}"),
            help: format!("write {expected}"),
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
        format!("`{field}` cannot be `{text}`"),
    );
    let list = known
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ");
    let help = match nearest(text, known.iter().map(String::as_str)) {
        Some(name) => format!("did you mean `{name}`? it can be {list}"),
        None => format!("it can be {list}"),
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
        format!("there is no field `{name}` here"),
    )
    .at(span, "unknown");
    match nearest(name, known.clone()) {
        Some(near) => fault.help(did_you_mean(near)),
        None => fault.help(format!(
            "the fields are {}",
            known.collect::<Vec<_>>().join(", ")
        )),
    }
}

/// The diagnostic for a field that must be there; it belongs above the place `span`.
pub fn missing_field(name: &str, parent: &str, span: Span) -> Diagnostic {
    let place = if parent.is_empty() {
        String::new()
    } else {
        format!(" in `{parent}`")
    };
    let start = Span {
        end: span.start,
        ..span
    };
    Diagnostic::error(
        "yaml/missing-field",
        format!("the field `{name}` is missing{place}"),
    )
    .at(start, "among these fields")
    .help(format!("add a line `{name}: …`"))
}

/// The diagnostic for a field that must be filled in and has only its name.
pub fn empty_field(name: &str, key: Span) -> Diagnostic {
    Diagnostic::error("yaml/missing-field", format!("the field `{name}` is empty"))
        .at(key, "nothing stands behind it")
        .help(format!("fill it in: `{name}: …`"))
}

/// Whether one of these faults says that a misspelt field was probably meant to be `name`.
pub fn is_misspelt(name: &str, faults: &[Diagnostic]) -> bool {
    let help = did_you_mean(name);
    faults
        .iter()
        .any(|fault| fault.code == "yaml/unknown-field" && fault.help.as_ref() == Some(&help))
}

fn did_you_mean(name: &str) -> String {
    format!("did you mean `{name}`?")
}

fn example(field: &str, expected: &str, found: &str, item: bool) -> String {
    let written = found.trim_matches('`');
    match (expected, found) {
        (FIELDS, _) if item => {
            "write each item as `- name: value`, with its other fields below, indented as far as the first".to_owned()
        }
        _ if item => "write each item on a line of its own, after `- `".to_owned(),
        (LIST, FIELDS) => "put `- ` before the first of these fields and indent the others as far".to_owned(),
        (LIST, _) => format!("write `{field}: [{written}]`, or each on a line of its own after `- `"),
        (FIELDS, _) => format!(
            "write `{field}:` and below it, indented by two spaces, a line `name: value` for each"
        ),
        (TRUTH, _) => format!("write `{field}: {}`", truth(written)),
        (TEXT, LIST) => format!("leave the brackets or the `- ` out; a text that begins with one needs quotes: `{field}: \"[…]\"`"),
        (TEXT, _) => format!("write the text behind `{field}:`; a text that begins with a brace needs quotes: `{field}: \"{{…}}\"`"),
        (NUMBER, _) if written.replace(',', ".").parse::<f64>().is_ok() => {
            format!("did you mean `{field}: {}`?", written.replace(',', "."))
        }
        (NUMBER, _) => format!("write digits only, with a point before decimals, such as `{field}: 12.5`"),
        _ => format!("write digits only, such as `{field}: 20`"),
    }
}

/// What was probably meant, in the languages that our editors are most likely to think in.
fn truth(written: &str) -> &'static str {
    match written.to_lowercase().as_str() {
        "yes" | "ja" | "y" | "j" | "on" | "aan" | "1" | "waar" | "oui" => "true",
        "no" | "nee" | "n" | "off" | "uit" | "0" | "onwaar" | "nein" | "non" => "false",
        _ => "true` or `false",
    }
}
