//! What editors wrote, and where in it something stands.
//!
//! A [`Source`] is one text file with its path inside the site folder. Everything later in the
//! press points back into sources with a [`Span`], so that a message can show the very words.

pub mod disk;
pub mod front_matter;
pub mod git;
pub mod history;
pub mod numbering;
pub mod past;
pub mod revision;
pub mod rows;
pub mod text;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Index of a source in [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// One text file: its path relative to the site folder, with `/` between folders, and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Path relative to the site folder, such as `content/events/soep.md`.
    pub path: String,
    /// The text, UTF-8, without a byte order mark. Shared, so that an unchanged file is known by it.
    pub text: Arc<str>,
}

/// A range of bytes in one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The source that the range lies in.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// A span of the bytes `start..end` in `source`.
    pub fn new(source: SourceId, start: usize, end: usize) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self {
            source,
            start: clamp(start),
            end: clamp(end.max(start)),
        }
    }

    /// The bytes as a range.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// All sources of a site, sorted by path.
#[derive(Debug, Clone, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Takes sources in any order and sorts them by path, so that nothing later depends on how
    /// the disk lists its files.
    pub fn new(mut sources: Vec<Source>) -> Self {
        sources.sort_by(|a, b| a.path.cmp(&b.path));
        Self(sources)
    }

    /// The source with this number.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.0[id.0 as usize]
    }

    /// Every source with its number, by path.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        self.0
            .iter()
            .enumerate()
            .map(|(n, source)| (SourceId(n as u32), source))
    }

    /// The source at exactly this path.
    pub fn find(&self, path: &str) -> Option<(SourceId, &Source)> {
        let n = self
            .0
            .binary_search_by(|source| source.path.as_str().cmp(path))
            .ok()?;
        Some((SourceId(n as u32), &self.0[n]))
    }

    /// Lets go of the texts of these, and keeps their places: nothing will be read in them again.
    pub fn forget(&mut self, is_done: impl Fn(SourceId, &str) -> bool + Sync) {
        // By the threads that read them: what another thread frees comes back to them late.
        let sources = self.0.par_iter_mut().enumerate();
        sources.for_each(|(n, source)| {
            if is_done(SourceId(n as u32), &source.path) {
                source.text = Arc::from("");
            }
        });
    }

    /// Line and column of a byte, both counted from 1, the column in characters.
    pub fn position(&self, source: SourceId, byte: usize) -> (usize, usize) {
        let text = &self.get(source).text;
        let byte = floor_char_boundary(text, byte);
        let before = &text[..byte];
        let line_start = before.rfind('\n').map_or(0, |n| n + 1);
        (
            before.matches('\n').count() + 1,
            before[line_start..].chars().count() + 1,
        )
    }

    /// The words that a span covers, cut to its first line.
    pub fn snippet(&self, span: Span) -> &str {
        let text = &self.get(span.source).text;
        let start = floor_char_boundary(text, span.range().start);
        let end = floor_char_boundary(text, span.range().end);
        text[start..end.max(start)].lines().next().unwrap_or("")
    }
}

fn floor_char_boundary(text: &str, byte: usize) -> usize {
    let mut byte = byte.min(text.len());
    while !text.is_char_boundary(byte) {
        byte -= 1;
    }
    byte
}

/// A value together with the place where an editor wrote it.
///
/// It serialises as the bare value and has the bare value's JSON Schema.
#[derive(Debug, Clone)]
pub struct Spanned<T> {
    /// What was written.
    pub value: T,
    /// Where it was written.
    pub span: Span,
}

impl<T: PartialEq> PartialEq for Spanned<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T> std::ops::Deref for Spanned<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Serialize> Serialize for Spanned<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

impl<T: schemars::JsonSchema> schemars::JsonSchema for Spanned<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }
    fn schema_id() -> std::borrow::Cow<'static, str> {
        T::schema_id()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        T::json_schema(generator)
    }
}

/// The struct name by which [`Spanned`] asks our YAML decoder for a span.
pub const SPANNED: &str = "$plein::Spanned";
/// The fields of that struct: source, first byte, byte after the last, value.
pub const SPANNED_FIELDS: &[&str] = &["source", "start", "end", "value"];

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Spanned<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> serde::de::Visitor<'de> for Visitor<T> {
            type Value = Spanned<T>;
            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str("a value")
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(
                self,
                mut seq: A,
            ) -> Result<Self::Value, A::Error> {
                use serde::de::Error;
                let missing = || A::Error::custom("a span has four parts");
                let source = SourceId(seq.next_element()?.ok_or_else(missing)?);
                let start = seq.next_element()?.ok_or_else(missing)?;
                let end = seq.next_element()?.ok_or_else(missing)?;
                let value = seq.next_element()?.ok_or_else(missing)?;
                Ok(Spanned {
                    value,
                    span: Span { source, start, end },
                })
            }
        }
        deserializer.deserialize_struct(SPANNED, SPANNED_FIELDS, Visitor(std::marker::PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_counts_characters_and_lines_from_one() {
        let sources = Sources::new(vec![Source {
            path: "a.md".into(),
            text: "één\ntwéé x".into(),
        }]);
        let byte = sources.get(SourceId(0)).text.find('x').unwrap();
        assert_eq!(sources.position(SourceId(0), byte), (2, 6));
        assert_eq!(sources.position(SourceId(0), 9999), (2, 7));
    }
}
