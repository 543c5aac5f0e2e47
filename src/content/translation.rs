//! Lays a translation over the original: texts from the one, facts from the other.

use super::shape::{is_text, resolve};
use crate::diagnostic::Diagnostic;
use crate::say;
use crate::yaml::problem::unknown_field;
use crate::yaml::{Node, Value};

/// The original with the translation's texts in it. What the translation may not hold is a fault.
///
/// `schema` is the kind's JSON Schema: a field is a text when it says `x-text`.
pub fn merge(
    original: &Node,
    translation: Node,
    schema: &serde_json::Value,
    file: &str,
    faults: &mut Vec<Diagnostic>,
) -> Node {
    Merge {
        root: schema,
        file,
        faults,
    }
    .group(original, translation, schema)
}

struct Merge<'a> {
    root: &'a serde_json::Value,
    file: &'a str,
    faults: &'a mut Vec<Diagnostic>,
}

impl Merge<'_> {
    fn group(&mut self, original: &Node, translation: Node, schema: &serde_json::Value) -> Node {
        let mut merged = original.clone();
        let (Value::Mapping(fields), Value::Mapping(texts)) =
            (&mut merged.value, translation.value)
        else {
            return merged;
        };
        for (key, value) in texts {
            let name = key.text().unwrap_or("").to_owned();
            let Some(field) = schema["properties"].get(&name) else {
                let known = schema["properties"].as_object().into_iter().flatten();
                self.faults.push(unknown_field(
                    &name,
                    known.map(|(name, _)| name.as_str()),
                    key.span,
                ));
                continue;
            };
            if value.is_null() || value.is_blank() {
                continue;
            }
            let at = fields
                .iter()
                .position(|(other, _)| other.text() == Some(&name));
            let before = at.map(|n| &fields[n].1);
            let Some(value) = self.value(before, &key, renumber(value), field) else {
                continue;
            };
            match at {
                Some(n) => fields[n].1 = value,
                None => fields.push((renumber(key), value)),
            }
        }
        merged
    }

    /// The merged value of a field, or `None` when the translation may not hold it.
    fn value(
        &mut self,
        original: Option<&Node>,
        key: &Node,
        value: Node,
        field: &serde_json::Value,
    ) -> Option<Node> {
        let schema = resolve(self.root, field);
        let items = resolve(self.root, &schema["items"]);
        let same = original.is_some_and(|original| same(original, &value));
        match (&value.value, original) {
            _ if is_text(schema) || is_text(items) => Some(value),
            _ if same => original.cloned(),
            (Value::Mapping(_), Some(original)) if schema["properties"].is_object() => {
                Some(self.group(original, value, schema))
            }
            (Value::Sequence(_), Some(original)) if items["properties"].is_object() => {
                self.list(original, key, value, items)
            }
            _ => {
                let name = key.text().unwrap_or("");
                let message = say!(
                    "`{}` is a fact, and facts are stated once, in `{}`",
                    name,
                    self.file
                );
                let help = say!("remove it here; a translation holds only texts");
                self.faults.push(
                    Diagnostic::error("content/fact-in-translation", message)
                        .at(key.span, "a fact")
                        .help(help),
                );
                None
            }
        }
    }

    fn list(
        &mut self,
        original: &Node,
        key: &Node,
        value: Node,
        items: &serde_json::Value,
    ) -> Option<Node> {
        let (Value::Sequence(before), Value::Sequence(after)) = (&original.value, value.value)
        else {
            return None;
        };
        if before.len() != after.len() {
            let name = key.text().unwrap_or("");
            let items = |n: usize| match n {
                1 => say!("1 item"),
                _ => say!("{} items", n),
            };
            let message = say!(
                "`{}` has {} here and {} in `{}`",
                name,
                items(after.len()),
                items(before.len()),
                self.file
            );
            let help = say!(
                "a translation repeats every item of the list, in the same order, with its texts only"
            );
            self.faults.push(
                Diagnostic::error("content/uneven-translation", message)
                    .at(key.span, items(after.len()))
                    .help(help),
            );
            return None;
        }
        let merged = before
            .iter()
            .zip(after)
            .map(|(before, after)| self.group(before, after, items))
            .collect();
        Some(Node {
            value: Value::Sequence(merged),
            ..original.clone()
        })
    }
}

/// Whether two nodes say the same: a fact that was copied unchanged does no harm.
fn same(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (Value::Scalar { text: a, .. }, Value::Scalar { text: b, .. }) => {
            // One of them may have been written anew, as `7.5` for `7.50`.
            let number = |text: &str| text.parse::<f64>().ok().filter(|n| n.is_finite());
            a == b || number(a).is_some_and(|n| number(b) == Some(n))
        }
        (Value::Sequence(a), Value::Sequence(b)) => {
            let said = |items: &'_ [Node]| items.iter().filter(|item| !item.is_blank()).count();
            let pairs = a.iter().filter(|item| !item.is_blank());
            let mut pairs = pairs.zip(b.iter().filter(|item| !item.is_blank()));
            said(a) == said(b) && pairs.all(|(a, b)| same(a, b))
        }
        (Value::Mapping(a), Value::Mapping(b)) => {
            let holds = |own: &[(Node, Node)], (key, value): &(Node, Node)| {
                let is_there = |(other, there): &(Node, Node)| {
                    other.text() == key.text() && same(value, there)
                };
                value.is_blank() || own.iter().any(is_there)
            };
            a.iter().all(|field| holds(b, field)) && b.iter().all(|field| holds(a, field))
        }
        _ => false,
    }
}

/// Numbers of another file's nodes must not clash with those of the original.
fn renumber(mut node: Node) -> Node {
    const OTHER_FILE: u32 = 1 << 31;
    node.id |= OTHER_FILE;
    node.value = match node.value {
        Value::Sequence(items) => Value::Sequence(items.into_iter().map(renumber).collect()),
        Value::Mapping(fields) => Value::Mapping(
            fields
                .into_iter()
                .map(|(k, v)| (renumber(k), renumber(v)))
                .collect(),
        ),
        scalar => scalar,
    };
    node
}
