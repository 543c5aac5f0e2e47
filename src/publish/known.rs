//! The record of what is ours in a store, kept in the store.

use super::{File, Object, is_inside};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Where it lies, below the address that was published to.
pub const RECORD: &str = ".plein-published";
/// Its first line. Another version has another number.
const FIRST: &str = "plein-published 1";
/// Stands where the store gave no tag, or where none is known yet.
const NO_TAG: &str = "-";

/// A state in which a file of ours may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// The hash of its bytes.
    pub hash: String,
    /// Its length in bytes.
    pub size: u64,
    /// The digest of its headers.
    pub headers: String,
    /// The tag that the store gave it; none while it is only announced.
    pub tag: Option<String>,
}

impl State {
    /// The state of a file once it is put.
    pub fn of(file: &File, tag: Option<String>) -> Self {
        // What would not be read back from a line is not kept: the object is then asked.
        let kept = |tag: &String| tag != NO_TAG && !tag.is_empty() && !tag.contains(['\t', '\n']);
        State {
            hash: file.hash.clone(),
            size: file.size,
            headers: file.headers.digest(),
            tag: tag.filter(kept),
        }
    }
}

/// What is ours in a store, by path: one state of each file, and several while a run is under way or was killed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known(BTreeMap<String, Vec<State>>);

impl Known {
    /// Reads a record: a line for each state, with hash, length, headers, tag and path between tabs. Nothing when it is
    /// not of a form that we know: then whatever it says must not be touched.
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        if lines.next() != Some(FIRST) {
            return None;
        }
        let mut known = Known::default();
        for line in lines {
            let mut parts = line.splitn(5, '\t');
            let mut next = || parts.next();
            let (hash, size, headers, tag, path) = (next()?, next()?, next()?, next()?, next()?);
            if !is_inside(path) {
                return None;
            }
            let state = State {
                hash: hash.to_owned(),
                size: size.parse().ok()?,
                headers: headers.to_owned(),
                tag: (tag != NO_TAG).then(|| tag.to_owned()),
            };
            known.add(path, state);
        }
        Some(known)
    }

    /// The text that [`Known::parse`] reads.
    pub fn text(&self) -> String {
        let mut text = format!("{FIRST}\n");
        for (path, states) in &self.0 {
            for state in states {
                let tag = state.tag.as_deref().unwrap_or(NO_TAG);
                // Writing to a string cannot fail.
                let _ = writeln!(
                    text,
                    "{}\t{}\t{}\t{tag}\t{path}",
                    state.hash, state.size, state.headers
                );
            }
        }
        text
    }

    /// One more state in which a file may be.
    pub fn add(&mut self, path: &str, state: State) {
        let states = self.0.entry(path.to_owned()).or_default();
        if !states.contains(&state) {
            states.push(state);
        }
    }

    /// The states of a file; none when it is not ours.
    pub fn of(&self, path: &str) -> &[State] {
        self.0.get(path).map_or(&[], Vec::as_slice)
    }

    /// The state in which an object is by its tag. Some stores make tags of the bytes alone: where the same bytes were
    /// announced once more, with other headers or to mend them, a tag does not tell whether that was done.
    pub fn tagged(&self, path: &str, object: &Object) -> Option<&State> {
        let tag = object.tag.as_ref()?;
        let mut states = self.of(path).iter();
        let state =
            states.find(|state| state.tag.as_ref() == Some(tag) && state.size == object.size)?;
        let announced = |other: &State| other.tag.is_none() && other.hash == state.hash;
        (!self.of(path).iter().any(announced)).then_some(state)
    }

    /// Every file with its states.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Vec<State>)> {
        self.0.iter()
    }

    /// Whether nothing is ours.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
