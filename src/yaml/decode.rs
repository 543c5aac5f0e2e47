//! From a tree of nodes to typed records, telling every fault and not only the first.
//!
//! serde stops at its first error. So [`decode`] leaves out the field that failed and tries again,
//! until the rest fits or a required field is what failed. Our own words replace serde's, which
//! speak of `u32` and `struct`.

use super::{Node, Value};
use crate::diagnostic::{Diagnostic, MOST, nearest};
use crate::source::{SPANNED, Span};
use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeSeed, IntoDeserializer, Visitor};
use std::collections::BTreeSet;
use std::fmt;

/// A fault that a field type finds in its own text, told in the words of its type.
pub struct Fault {
    /// Diagnostic code.
    pub code: &'static str,
    /// What is wrong, without the field's name.
    pub message: String,
    /// The mend.
    pub help: String,
}

/// Reads a scalar with `read`: how a field type with a syntax of its own implements `Deserialize`.
pub fn scalar<'de, D, T>(
    deserializer: D,
    read: impl FnOnce(&str) -> Result<T, Fault>,
) -> Result<T, D::Error>
where
    D: de::Deserializer<'de>,
{
    let text: String = de::Deserialize::deserialize(deserializer)?;
    // serde's errors carry only a text: the three parts travel in it, parted by a character that no
    // editor types, and `Error::custom` takes them apart again.
    read(&text).map_err(|f| {
        de::Error::custom(format_args!(
            "{}\u{1f}{}\u{1f}{}",
            f.code, f.message, f.help
        ))
    })
}

/// Decodes a node into `T`. `None` when a required part is missing or wrong; every fault is added.
pub fn decode<T: de::DeserializeOwned>(node: &Node, faults: &mut Vec<Diagnostic>) -> Option<T> {
    let mut skip = BTreeSet::new();
    loop {
        let error = match T::deserialize(Decoder {
            node,
            skip: &skip,
            field: "",
        }) {
            Ok(value) => return Some(value),
            Err(error) => error,
        };
        let at = error.node.unwrap_or(node.id);
        let span = error.span.unwrap_or(node.span);
        if !matches!(&error.problem, Problem::Missing { left_out: true, .. }) {
            faults.push(
                error
                    .problem
                    .tell(error.field.as_deref().unwrap_or(""), span),
            );
        }
        // Each fault costs another try: whoever has this many made one mistake many times.
        if at == node.id || !skip.insert(at) || skip.len() > MOST {
            return None;
        }
    }
}

/// What is wrong with a node.
#[derive(Debug)]
enum Problem {
    Unknown {
        name: String,
        known: Vec<String>,
    },
    Missing {
        name: &'static str,
        left_out: bool,
    },
    Choice {
        text: String,
        known: Vec<String>,
    },
    Type {
        expected: &'static str,
        found: String,
    },
    Own {
        code: String,
        message: String,
        help: String,
    },
}

impl Problem {
    fn tell(&self, field: &str, span: Span) -> Diagnostic {
        match self {
            Problem::Unknown { name, known } => {
                unknown_field(name, known.iter().map(String::as_str), span)
            }
            Problem::Missing { name, .. } => missing_field(name, field, span),
            Problem::Choice { text, known } => {
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
            Problem::Type { expected, found } => {
                let fault = Diagnostic::error(
                    "yaml/wrong-type",
                    format!("`{field}` should be {expected}, not {found}"),
                );
                fault
                    .at(span, format!("expected {expected}"))
                    .help(example(field, expected))
            }
            Problem::Own {
                code,
                message,
                help,
            } => {
                let code = crate::diagnostic::stories::codes()
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
        Some(near) => fault.help(format!("did you mean `{near}`?")),
        None => fault.help(format!(
            "the fields are {}",
            known.collect::<Vec<_>>().join(", ")
        )),
    }
}

/// The diagnostic for a field that must be there.
pub fn missing_field(name: &str, parent: &str, span: Span) -> Diagnostic {
    let place = if parent.is_empty() {
        String::new()
    } else {
        format!(" in `{parent}`")
    };
    Diagnostic::error(
        "yaml/missing-field",
        format!("the field `{name}` is missing{place}"),
    )
    .at(
        Span {
            end: span.start,
            ..span
        },
        "",
    )
    .help(format!("add a line `{name}: …`"))
}

fn example(field: &str, expected: &str) -> String {
    match expected {
        LIST => format!("write `{field}: [one, two]`, or each on a line of its own after `- `"),
        FIELDS => format!(
            "write `{field}:` and below it, indented by two spaces, a line `name: value` for each"
        ),
        TRUTH => format!("write `{field}: true` or `{field}: false`"),
        _ => format!("write `{field}: ` and {expected}"),
    }
}

const TEXT: &str = "a text";
const LIST: &str = "a list";
const FIELDS: &str = "a group of fields";
const TRUTH: &str = "true or false";
const WHOLE: &str = "a whole number";
const NUMBER: &str = "a number";

/// Where decoding failed and why.
#[derive(Debug)]
pub struct Error {
    problem: Problem,
    node: Option<u32>,
    span: Option<Span>,
    field: Option<String>,
}

impl Error {
    fn new(problem: Problem) -> Self {
        Error {
            problem,
            node: None,
            span: None,
            field: None,
        }
    }

    /// Fills in the place, unless a part further in has done so.
    fn within(mut self, node: u32, span: Span, field: &str) -> Self {
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
                help: String::new(),
            },
        })
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

#[derive(Clone, Copy)]
struct Decoder<'n> {
    node: &'n Node,
    skip: &'n BTreeSet<u32>,
    field: &'n str,
}

impl<'n> Decoder<'n> {
    fn wrong(&self, expected: &'static str) -> Error {
        let found = match &self.node.value {
            _ if self.node.is_null() => "empty".to_owned(),
            Value::Scalar { text, .. } => format!("`{}`", text.lines().next().unwrap_or("")),
            Value::Sequence(_) => LIST.to_owned(),
            Value::Mapping(_) => FIELDS.to_owned(),
        };
        self.place(Error::new(Problem::Type { expected, found }))
    }

    fn place(&self, error: Error) -> Error {
        error.within(self.node.id, self.node.span, self.field)
    }

    fn scalar(&self, expected: &'static str) -> Result<&'n str, Error> {
        if self.node.is_null() {
            return Err(self.wrong(expected));
        }
        self.node.text().ok_or_else(|| self.wrong(expected))
    }

    fn number<T: std::str::FromStr>(&self, expected: &'static str) -> Result<T, Error> {
        let text = self.scalar(expected)?;
        text.trim().parse().map_err(|_| self.wrong(expected))
    }
}

macro_rules! numbers {
    ($($method:ident $visit:ident $type:ty, $expected:expr;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            visitor.$visit(self.number::<$type>($expected)?).map_err(|e: Error| self.place(e))
        }
    )*};
}

impl<'de> de::Deserializer<'de> for Decoder<'de> {
    type Error = Error;

    numbers! {
        deserialize_i8 visit_i8 i8, WHOLE; deserialize_i16 visit_i16 i16, WHOLE;
        deserialize_i32 visit_i32 i32, WHOLE; deserialize_i64 visit_i64 i64, WHOLE;
        deserialize_u8 visit_u8 u8, WHOLE; deserialize_u16 visit_u16 u16, WHOLE;
        deserialize_u32 visit_u32 u32, WHOLE; deserialize_u64 visit_u64 u64, WHOLE;
        deserialize_f32 visit_f32 f32, NUMBER; deserialize_f64 visit_f64 f64, NUMBER;
    }

    /// For `extra`: what YAML 1.2's core schema makes of it.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.value {
            Value::Sequence(_) => self.deserialize_seq(visitor),
            Value::Mapping(_) => self.deserialize_map(visitor),
            Value::Scalar { plain: false, text } => visitor.visit_str(text),
            Value::Scalar { .. } if self.node.is_null() => visitor.visit_unit(),
            Value::Scalar { text, .. } => match text.as_str() {
                "true" => visitor.visit_bool(true),
                "false" => visitor.visit_bool(false),
                text => match (text.parse::<i64>(), text.parse::<f64>()) {
                    (Ok(n), _) if text == n.to_string() => visitor.visit_i64(n),
                    (_, Ok(n))
                        if n.is_finite()
                            && text.starts_with(|c: char| c.is_ascii_digit() || c == '-') =>
                    {
                        visitor.visit_f64(n)
                    }
                    _ => visitor.visit_str(text),
                },
            },
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.scalar(TRUTH)? {
            "true" | "True" | "TRUE" => visitor.visit_bool(true),
            "false" | "False" | "FALSE" => visitor.visit_bool(false),
            _ => Err(self.wrong(TRUTH)),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor
            .visit_str(self.scalar(TEXT)?)
            .map_err(|e: Error| self.place(e))
    }
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }
    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }
    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    /// A form that was left empty means the same as a field that was left out.
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.node.is_null() || self.node.text() == Some("") {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor
            .visit_newtype_struct(self)
            .map_err(|e: Error| self.place(e))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.value {
            Value::Sequence(items) => visitor.visit_seq(Items {
                items: items.iter(),
                parent: self,
            }),
            _ if self.node.is_null() => visitor.visit_seq(Items {
                items: [].iter(),
                parent: self,
            }),
            _ => Err(self.wrong(LIST)),
        }
        .map_err(|e: Error| self.place(e))
    }
    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }
    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let fields = match &self.node.value {
            Value::Mapping(fields) => fields.as_slice(),
            _ if self.node.is_null() => &[],
            _ => return Err(self.wrong(FIELDS)),
        };
        let access = Fields {
            fields: fields.iter(),
            value: None,
            parent: self,
        };
        visitor.visit_map(access).map_err(|mut e: Error| {
            if let Problem::Missing { name, left_out } = &mut e.problem {
                let failed = |value: &Node| self.skip.contains(&value.id);
                *left_out = *left_out || self.node.get(name).is_some_and(failed);
            }
            self.place(e)
        })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if name == SPANNED {
            return visitor
                .visit_seq(SpannedParts {
                    part: 0,
                    value: self,
                })
                .map_err(|e: Error| self.place(e));
        }
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let text: StrDeserializer<Error> = self.scalar(TEXT)?.into_deserializer();
        visitor.visit_enum(text).map_err(|e: Error| self.place(e))
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }
    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }
    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }
    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }
}

struct Items<'n> {
    items: std::slice::Iter<'n, Node>,
    parent: Decoder<'n>,
}

impl<'de> de::SeqAccess<'de> for Items<'de> {
    type Error = Error;
    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        let skip = self.parent.skip;
        let Some(node) = self.items.find(|node| !skip.contains(&node.id)) else {
            return Ok(None);
        };
        seed.deserialize(Decoder {
            node,
            ..self.parent
        })
        .map_err(|e| e.within(node.id, node.span, self.parent.field))
        .map(Some)
    }
}

struct Fields<'n> {
    fields: std::slice::Iter<'n, (Node, Node)>,
    value: Option<(&'n Node, &'n Node)>,
    parent: Decoder<'n>,
}

impl<'de> de::MapAccess<'de> for Fields<'de> {
    type Error = Error;
    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let skip = self.parent.skip;
        let Some((key, value)) = self.fields.find(|(_, value)| !skip.contains(&value.id)) else {
            return Ok(None);
        };
        self.value = Some((key, value));
        // An unknown key is left out together with its value, so the value's number stands for both.
        seed.deserialize(Decoder {
            node: key,
            ..self.parent
        })
        .map_err(|e| Error {
            node: Some(value.id),
            span: Some(key.span),
            ..e
        })
        .map(Some)
    }
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let Some((key, node)) = self.value else {
            return Err(de::Error::custom("a value without a key"));
        };
        let field = key.text().unwrap_or("");
        seed.deserialize(Decoder {
            node,
            field,
            ..self.parent
        })
        .map_err(|e| e.within(node.id, node.span, field))
    }
}

/// Hands a [`crate::source::Spanned`] its four parts.
struct SpannedParts<'n> {
    part: u8,
    value: Decoder<'n>,
}

impl<'de> de::SeqAccess<'de> for SpannedParts<'de> {
    type Error = Error;
    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        let span = self.value.node.span;
        self.part += 1;
        match self.part {
            1 => seed.deserialize(span.source.0.into_deserializer()),
            2 => seed.deserialize(span.start.into_deserializer()),
            3 => seed.deserialize(span.end.into_deserializer()),
            _ => seed.deserialize(self.value),
        }
        .map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceId, Spanned};

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only decoding is looked at")]
    struct Room {
        name: Spanned<String>,
        places: Option<u32>,
        #[serde(default)]
        days: Vec<u8>,
        open: Option<bool>,
    }

    fn faults(yaml: &str) -> Vec<(&'static str, String)> {
        let (node, _) = crate::yaml::parse(SourceId(0), yaml, 0..yaml.len());
        let mut faults = vec![];
        let _: Option<Room> = decode(&node.unwrap(), &mut faults);
        faults
            .into_iter()
            .map(|d| (d.code, yaml[d.labels[0].span.range()].to_owned()))
            .collect()
    }

    #[test]
    fn every_fault_is_told_each_at_its_own_place() {
        let found = faults("nam: A\nplaces: veel\ndays: [1, x, 2, y]\nopen: yes\n");
        let expected = [
            ("yaml/unknown-field", "nam"),
            ("yaml/wrong-type", "veel"),
            ("yaml/wrong-type", "x"),
            ("yaml/wrong-type", "y"),
            ("yaml/wrong-type", "yes"),
            ("yaml/missing-field", ""),
        ];
        assert_eq!(found, expected.map(|(code, text)| (code, text.to_owned())));
    }

    #[test]
    fn an_empty_optional_field_counts_as_left_out() {
        assert_eq!(faults("name: A\nplaces:\nopen: \"\"\n"), []);
    }

    #[test]
    fn a_required_field_that_is_wrong_is_not_also_missing() {
        assert_eq!(faults("name: [A]\n").len(), 1);
    }
}
