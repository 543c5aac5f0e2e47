//! From a tree of nodes to typed records, telling every fault and not only the first.
//!
//! serde stops at its first error. So [`decode`] leaves out the field that failed and tries again,
//! until the rest fits or a required field is what failed. Our own words (`problem.rs`) replace
//! serde's, which speak of `u32` and `struct`.

use super::own::{ONE_OR_MANY, TEXT_OR_FIELDS};
use super::problem::{
    BYTE, COUNT, Error, FIELDS, Found, LIST, NUMBER, Problem, SHORT, TEXT, TRUTH, WHOLE,
};
use super::{Node, Value};
use crate::diagnostic::{Diagnostic, MOST, nearest};
use crate::source::SPANNED;
use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeSeed, IntoDeserializer, Visitor};
use std::collections::BTreeSet;

/// Decodes a node into `T`. `None` when a required part is missing or wrong; every fault is added.
pub fn decode<T: de::DeserializeOwned>(node: &Node, faults: &mut Vec<Diagnostic>) -> Option<T> {
    let mut skip = BTreeSet::new();
    loop {
        let error = match T::deserialize(Decoder {
            node,
            skip: &skip,
            field: "",
            item: false,
        }) {
            Ok(value) => return Some(value),
            Err(error) => error,
        };
        let at = error.node.unwrap_or(node.id);
        let span = error.span.unwrap_or(node.span);
        let is_unknown = matches!(&error.problem, Problem::Unknown { .. });
        // A program that asks for every field wrote nothing here: it was left out, and no mistake of anybody.
        if !is_unknown && at != node.id && node.is_blank_at(at) && skip.insert(at) {
            continue;
        }
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

#[derive(Clone, Copy)]
struct Decoder<'n> {
    node: &'n Node,
    skip: &'n BTreeSet<u32>,
    field: &'n str,
    /// It is an item of a list.
    item: bool,
}

impl<'n> Decoder<'n> {
    fn wrong(&self, expected: &'static str) -> Error {
        let found = match &self.node.value {
            _ if self.node.is_null() => Found::Nothing,
            Value::Scalar { text, .. } => Found::Text(text.lines().next().unwrap_or("").to_owned()),
            Value::Sequence(_) => Found::List,
            Value::Mapping(_) => Found::Fields(self.node.in_braces().unwrap_or_default()),
        };
        self.place(Error::new(Problem::Type {
            expected,
            found,
            item: self.item,
        }))
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

    /// The fields of a group. A known one that was left empty counts as left out.
    fn fields<V: Visitor<'n>>(
        self,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let fields = match &self.node.value {
            Value::Mapping(fields) => fields.as_slice(),
            _ if self.node.is_null() => &[],
            _ => return Err(self.wrong(FIELDS)),
        };
        let access = Fields {
            fields: fields.iter(),
            known,
            value: None,
            parent: self,
        };
        visitor.visit_map(access).map_err(|mut e: Error| {
            if let Problem::Missing { name, left_out, .. } = &mut e.problem
                && let Some((key, value)) = self.node.entry(name)
            {
                *left_out = *left_out || self.skip.contains(&value.id);
                if (value.is_null() || value.is_blank()) && e.span.is_none() {
                    e.span = Some(key.span);
                    e.problem = Problem::Empty { name };
                }
            }
            if let Problem::Missing { name, left_out, .. } = &mut e.problem {
                *left_out = *left_out || self.is_misspelt(name, known);
            }
            self.place(e.of_group(self.node))
        })
    }

    /// Whether an unknown field, which was told, was probably meant to be `name`.
    fn is_misspelt(&self, name: &str, known: &[&str]) -> bool {
        let Value::Mapping(fields) = &self.node.value else {
            return false;
        };
        fields.iter().any(|(key, value)| {
            let key = key.text().unwrap_or("");
            self.skip.contains(&value.id)
                && !known.contains(&key)
                && nearest(key, known.iter().copied()) == Some(name)
        })
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
        deserialize_u8 visit_u8 u8, BYTE; deserialize_u16 visit_u16 u16, SHORT;
        deserialize_u32 visit_u32 u32, COUNT; deserialize_u64 visit_u64 u64, COUNT;
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let number = self.number::<f64>(NUMBER)?;
        if !number.is_finite() {
            return Err(self.wrong(NUMBER));
        }
        visitor.visit_f64(number).map_err(|e: Error| self.place(e))
    }
    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_f64(visitor)
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
        if self.node.is_null() || self.node.is_blank() {
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
        name: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        if name == ONE_OR_MANY && self.node.text().is_some() && !self.node.is_null() {
            let items = std::slice::from_ref(self.node).iter();
            return visitor.visit_seq(Items {
                items,
                parent: self,
            });
        }
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.fields(&[], visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match (name, &self.node.value) {
            (SPANNED, _) => visitor.visit_seq(SpannedParts {
                part: 0,
                value: self,
            }),
            (TEXT_OR_FIELDS, Value::Scalar { .. }) if self.node.is_null() => visitor.visit_str(""),
            (TEXT_OR_FIELDS, Value::Scalar { text, .. }) => visitor.visit_str(text),
            (TEXT_OR_FIELDS, Value::Sequence(_)) => Err(self.wrong(TEXT)),
            _ => return self.fields(known, visitor),
        }
        .map_err(|e: Error| self.place(e))
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
        // A program that shows a list with one line to fill in writes that line.
        let counts = |node: &&Node| !skip.contains(&node.id) && !node.is_blank();
        let Some(node) = self.items.find(counts) else {
            return Ok(None);
        };
        seed.deserialize(Decoder {
            node,
            item: true,
            ..self.parent
        })
        .map_err(|e| e.within(node.id, node.span, self.parent.field))
        .map(Some)
    }
}

struct Fields<'n> {
    fields: std::slice::Iter<'n, (Node, Node)>,
    known: &'static [&'static str],
    value: Option<(&'n Node, &'n Node)>,
    parent: Decoder<'n>,
}

impl<'de> de::MapAccess<'de> for Fields<'de> {
    type Error = Error;
    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let (skip, known) = (self.parent.skip, self.known);
        let empty = |key: &Node, value: &Node| {
            value.is_null() && key.text().is_some_and(|name| known.contains(&name))
        };
        let Some((key, value)) = self
            .fields
            .find(|(key, value)| !skip.contains(&value.id) && !empty(key, value))
        else {
            return Ok(None);
        };
        self.value = Some((key, value));
        // An unknown key is left out together with its value, so the value's number stands for both.
        seed.deserialize(Decoder {
            node: key,
            item: false,
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
            item: false,
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
        let found = faults("colour: A\nplaces: veel\ndays: [1, x, 2, y]\nopen: yes\n");
        let expected = [
            ("yaml/unknown-field", "colour"),
            ("yaml/wrong-type", "veel"),
            ("yaml/wrong-type", "x"),
            ("yaml/wrong-type", "y"),
            ("yaml/wrong-type", "yes"),
            ("yaml/missing-field", ""),
        ];
        assert_eq!(found, expected.map(|(code, text)| (code, text.to_owned())));
    }

    #[test]
    fn a_misspelt_field_is_not_also_missing() {
        assert_eq!(faults("nam: A\n").len(), 1);
    }

    #[test]
    fn an_empty_field_is_told_by_its_name() {
        let found = faults("name:\nplaces: 3\n");
        assert_eq!(found, [("yaml/missing-field", "name".to_owned())]);
    }

    #[test]
    fn an_empty_optional_field_counts_as_left_out() {
        assert_eq!(faults("name: A\nplaces:\nopen: \"\"\n"), []);
    }

    #[test]
    fn what_a_program_wrote_for_nothing_counts_as_left_out_and_nothing_else_does() {
        for nothing in ["''", "[]", "{}", "null", "['']", "{a: '', b: []}"] {
            let yaml = format!("name: A\nplaces: {nothing}\ndays: {nothing}\nopen: {nothing}\n");
            assert_eq!(faults(&yaml), [], "{nothing}");
            assert_eq!(faults(&format!("name: A\nplace: {nothing}\n")).len(), 1);
        }
        assert_eq!(
            faults("name: []\n"),
            [("yaml/missing-field", "name".to_owned())]
        );
        assert_eq!(faults("name: A\ndays:\n  - 1\n  -\n").len(), 1);
    }

    #[test]
    fn a_required_field_that_is_wrong_is_not_also_missing() {
        assert_eq!(faults("name: [A]\n").len(), 1);
    }
}
