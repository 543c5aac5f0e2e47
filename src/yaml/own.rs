//! How a field type with a syntax of its own reads itself.

use super::problem::LIST;
use crate::diagnostic::Words;
use serde::de::{self, Visitor};
use std::fmt;

/// A fault that a field type finds in its own text, told in the words of its type.
pub struct Fault {
    /// Diagnostic code.
    pub code: &'static str,
    /// What is wrong, without the field's name.
    pub message: Words,
    /// The mend.
    pub help: Words,
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
    read(&text).map_err(Fault::packed)
}

impl Fault {
    /// As an error of serde.
    pub fn packed<E: de::Error>(self) -> E {
        // serde's errors carry only a text: the three parts travel in it behind a character that no editor
        // types, and `Error::custom` takes them out again.
        let parts = (self.code, self.message, self.help);
        let parts = serde_json::to_string(&parts).unwrap_or_default();
        E::custom(format_args!("{PACKED}{parts}"))
    }
}

/// What an error of serde begins with when our own words are in it.
pub(super) const PACKED: char = '\u{1f}';

/// The struct name by which a type asks for what a text or a group of fields holds, as written.
pub const TEXT_OR_FIELDS: &str = "$plein::TextOrFields";
/// The struct name by which [`one_or_many`] asks that a single value counts as a list of one.
pub(super) const ONE_OR_MANY: &str = "$plein::OneOrMany";

/// Reads a list of which a single item may stand there by itself: `on: friday` is `on: [friday]`.
///
/// Only for items with a syntax of their own: in a list of any texts, `a, b` without brackets would
/// silently be one.
pub fn one_or_many<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: de::Deserializer<'de>,
    T: de::Deserialize<'de>,
{
    struct List<T>(std::marker::PhantomData<T>);
    impl<'de, T: de::Deserialize<'de>> Visitor<'de> for List<T> {
        type Value = Vec<T>;
        fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
            f.write_str(LIST)
        }
        fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
            let mut list = Vec::new();
            while let Some(item) = items.next_element()? {
                list.push(item);
            }
            Ok(list)
        }
    }
    deserializer.deserialize_tuple_struct(ONE_OR_MANY, 0, List(std::marker::PhantomData))
}
