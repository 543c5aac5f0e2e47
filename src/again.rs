//! What a build leaves behind for the next one, so that it does only what differs.
//!
//! Two fingerprints tell whether it may be used: one of everything but the bodies of records, the *frame*, and one of each
//! body. Is all of it the same, nothing is to be done. Differ nothing but bodies, and of these nothing that others show,
//! then what holds them whole is rendered ([`crate::output::spared`]) and the rest stays. In any other case everything is
//! rendered. What is kept for a moment stands until the site would look different ([`crate::site::now`]).
//!
//! It is kept as text with a sum before it: half a file, or one of another version, is the same as none.

use crate::content::Version;
use crate::output::Press;
use crate::output::data::Sum;
use crate::press::Inputs;
use crate::site::{Entry, EntryId};
use crate::source::disk::Folder;
use crate::source::front_matter::split;
use crate::source::{Source, Sources};
use crate::theme::json_ld;
use crate::tree::{Digest, Hasher, Kept};
use jiff::Timestamp;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

/// The first word of what is kept; another form has another number.
const FORM: &str = "plein-1";

/// Fingerprints of all that a build depends on, but for its moment.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Given {
    /// Of everything but bodies: the program, the options, the past, the theme, media, configuration and front matter.
    pub frame: Digest,
    /// Of each body, by the path of its file.
    pub bodies: BTreeMap<String, Digest>,
}

/// What is known of a build that is done.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Memory {
    /// What it was made of.
    pub given: Given,
    /// Its moment, and the first at which it would have come out another way, in nanoseconds since 1970.
    pub moment: (i64, i64),
    /// Whether there was nothing to say about it.
    pub silent: bool,
    /// How many files of each media type it has.
    pub counts: BTreeMap<String, usize>,
    /// What others show of each body, by the path of its file.
    pub faces: BTreeMap<String, Digest>,
    /// Length and sum of the files that others describe, by their path.
    pub sums: BTreeMap<String, Sum>,
    /// The files.
    pub files: BTreeMap<Arc<str>, Kept>,
}

/// Puts parts together so that no two lists of parts look the same.
#[derive(Default)]
struct Parts(Hasher);

impl Parts {
    fn add(&mut self, part: impl AsRef<[u8]>) -> &mut Self {
        let part = part.as_ref();
        self.0.write(&(part.len() as u64).to_le_bytes());
        self.0.write(part);
        self
    }

    fn finish(&self) -> Digest {
        Digest::seen_by(&self.0)
    }
}

impl Given {
    /// Takes the fingerprints. `program` names the very program that builds.
    pub fn of(inputs: &Inputs, program: &str) -> Self {
        let Folder {
            sources,
            theme,
            media,
            unread,
            problems,
        } = inputs.folder;
        let mut frame = Parts::default();
        frame.add(FORM).add(program).add([u8::from(inputs.preview)]);
        frame.add(inputs.past.to_json());
        let texts: Vec<_> = sources.iter().map(|(_, source)| source).collect();
        let halves = |source: &&Source| {
            let text = source.text.as_bytes();
            let front = front_of(&source.path, &source.text);
            let (head, body) = text.split_at(front.unwrap_or(text.len()));
            (Digest::of(head), front.map(|_| Digest::of(body)))
        };
        let halves: Vec<_> = texts.par_iter().map(halves).collect();
        let mut bodies = BTreeMap::new();
        frame.add(texts.len().to_le_bytes());
        for (source, (front, body)) in texts.iter().zip(halves) {
            frame
                .add(&source.path)
                .add(front)
                .add([u8::from(body.is_some())]);
            bodies.extend(body.map(|body| (source.path.clone(), body)));
        }
        for files in [theme, media] {
            frame.add(files.len().to_le_bytes());
            let files: Vec<_> = files.iter().collect();
            let hashes: Vec<_> = files
                .par_iter()
                .map(|(path, bytes)| (path, Digest::of(bytes)))
                .collect();
            for (path, hash) in hashes {
                frame.add(path).add(hash);
            }
        }
        frame.add(format!("{unread:?}{problems:?}"));
        Given {
            frame: frame.finish(),
            bodies,
        }
    }
}

/// Where the front matter of a record ends; `None` of what is none, or has none.
fn front_of(path: &str, text: &str) -> Option<usize> {
    let is_record = path.starts_with("content/") && path.ends_with(".md");
    let split = is_record.then(|| split(text).ok()).flatten()?;
    Some(split.body.start)
}

/// What files of others show of the bodies of a site, by the path of their file.
pub fn faces(press: &Press, sources: &Sources) -> BTreeMap<String, Digest> {
    let of_entry = |entry: &Entry| {
        let versions = entry.versions.iter();
        let face = |version: &Version| {
            let path = sources.get(version.source).path.clone();
            (path, face(press, entry, version))
        };
        versions.map(face).collect::<Vec<_>>()
    };
    let entries = press.site.entries.par_iter();
    let faces: Vec<_> = entries.flat_map_iter(of_entry).collect();
    faces.into_iter().collect()
}

fn face(press: &Press, entry: &Entry, version: &Version) -> Digest {
    let mut face = Parts::default();
    let body = &version.body;
    face.add([u8::from(body.is_empty())]);
    face.add(body.headings.len().to_le_bytes());
    for heading in &body.headings {
        face.add([heading.level])
            .add(&heading.id)
            .add(&heading.title);
    }
    for link in &body.links {
        face.add(&link.target).add([u8::from(link.image)]);
    }
    let beginning = json_ld::description(&press.site, &press.theme, entry, &version.language);
    face.add(beginning.unwrap_or_default());
    face.finish()
}

impl Memory {
    /// Whether it is of a build of the same frame, which would look the same now.
    pub fn is_of(&self, given: &Given, now: Timestamp) -> bool {
        let (then, until) = self.moment;
        let now = nanoseconds(now);
        let alike = now == then || (then < now && now < until);
        alike && self.given.frame == given.frame
    }

    /// The records whose bodies differ; `None` when others show some of what differs.
    pub fn reworded(
        &self,
        given: &Given,
        press: &Press,
        sources: &Sources,
    ) -> Option<BTreeSet<EntryId>> {
        let differs = |path: &str| self.given.bodies.get(path) != given.bodies.get(path);
        let mut found = BTreeSet::new();
        for entry in &press.site.entries {
            for version in &entry.versions {
                let path = &sources.get(version.source).path;
                if !differs(path) {
                    continue;
                }
                if self.faces.get(path) != Some(&face(press, entry, version)) {
                    return None;
                }
                found.insert(entry.id);
            }
        }
        Some(found)
    }

    /// As text; `None` when a path cannot stand in one.
    pub fn text(&self) -> Option<String> {
        let mut text = String::with_capacity(self.files.len() * 160 + self.faces.len() * 128);
        let (then, until) = self.moment;
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "frame {} {then} {until} {}",
            self.given.frame, self.silent
        );
        for (name, count) in &self.counts {
            let _ = writeln!(text, "count {count} {name}");
        }
        for (path, body) in &self.given.bodies {
            let face = self.faces.get(path).copied().unwrap_or_default();
            let _ = writeln!(text, "body {body} {face} {path}");
        }
        for (path, sum) in &self.sums {
            let _ = writeln!(text, "sum {} {} {path}", sum.bytes, sum.sha256);
        }
        for (path, kept) in &self.files {
            let Kept {
                hash,
                bytes,
                modified,
            } = kept;
            let _ = writeln!(
                text,
                "file {hash} {bytes} {} {path}",
                modified.unwrap_or(-1)
            );
        }
        let mut paths = self.given.bodies.keys().chain(self.sums.keys());
        let breaks = paths.any(|path| path.contains('\n'));
        let fits = !breaks && !self.files.keys().any(|path| path.contains('\n'));
        fits.then(|| format!("{FORM} {}\n{text}", Digest::of(text.as_bytes())))
    }

    /// Reads what [`Memory::text`] gives, if it is whole.
    pub fn parse(text: &str) -> Option<Self> {
        let (head, rest) = text.split_once('\n')?;
        let sum = head.strip_prefix(FORM)?.strip_prefix(' ')?;
        let mut memory = Memory::default();
        if Digest::parse(sum)? != Digest::of(rest.as_bytes()) {
            return None;
        }
        rest.lines().try_for_each(|line| memory.read(line))?;
        Some(memory)
    }

    fn read(&mut self, line: &str) -> Option<()> {
        let (sort, rest) = line.split_once(' ')?;
        let words = if sort == "count" { 2 } else { 3 };
        let words = if matches!(sort, "file" | "frame") {
            4
        } else {
            words
        };
        let mut words = rest.splitn(words, ' ');
        let mut word = || words.next();
        match sort {
            "frame" => {
                self.given.frame = Digest::parse(word()?)?;
                self.moment = (word()?.parse().ok()?, word()?.parse().ok()?);
                self.silent = word()?.parse().ok()?;
            }
            "count" => {
                let count = word()?.parse().ok()?;
                self.counts.insert(word()?.to_owned(), count);
            }
            "body" => {
                let (body, face) = (Digest::parse(word()?)?, Digest::parse(word()?)?);
                let path = word()?.to_owned();
                self.given.bodies.insert(path.clone(), body);
                self.faces.insert(path, face);
            }
            "sum" => {
                let (bytes, sha256) = (word()?.parse().ok()?, word()?.to_owned());
                self.sums.insert(word()?.to_owned(), Sum { bytes, sha256 });
            }
            "file" => {
                let (hash, bytes) = (Digest::parse(word()?)?, word()?.parse().ok()?);
                let modified = word()?.parse().ok().filter(|at: &i64| *at >= 0);
                let path = word()?.into();
                self.files.insert(
                    path,
                    Kept {
                        hash,
                        bytes,
                        modified,
                    },
                );
            }
            _ => return None,
        }
        Some(())
    }
}

/// A moment as it is kept.
pub fn nanoseconds(at: Timestamp) -> i64 {
    i64::try_from(at.as_nanosecond()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn memory() -> Memory {
        let given = Given {
            frame: Digest::of(b"frame"),
            bodies: [("content/pages/a b.md".to_owned(), Digest::of(b"a"))].into(),
        };
        let kept = |modified| Kept {
            hash: Digest::of(b"file"),
            bytes: 4,
            modified,
        };
        Memory {
            given,
            moment: (1, 2),
            silent: true,
            counts: [("text/html".to_owned(), 3)].into(),
            faces: [("content/pages/a b.md".to_owned(), Digest::of(b"face"))].into(),
            sums: [(
                "/data/a.json".to_owned(),
                Sum {
                    bytes: 3,
                    sha256: "0".repeat(64),
                },
            )]
            .into(),
            files: [
                ("index.html".into(), kept(Some(7))),
                ("é é".into(), kept(None)),
            ]
            .into(),
        }
    }

    #[test]
    fn what_was_kept_is_read_again() {
        assert_eq!(Memory::parse(&memory().text().unwrap()), Some(memory()));
    }

    #[test]
    fn parts_that_run_into_each_other_are_told_apart() {
        let of = |parts: &[&str]| {
            let mut all = Parts::default();
            for part in parts {
                all.add(part);
            }
            all.finish()
        };
        assert_ne!(of(&["a", "bc"]), of(&["ab", "c"]));
        assert_ne!(of(&["a"]), of(&["a", ""]));
    }

    proptest! {
        #[test]
        fn half_of_it_or_another_byte_is_the_same_as_none(at in 0usize..1000, byte: u8, cut: bool) {
            let text = memory().text().unwrap();
            let mut bytes = text.clone().into_bytes();
            let at = at % bytes.len();
            if cut { bytes.truncate(at) } else { bytes[at] = byte }
            let damaged = String::from_utf8_lossy(&bytes);
            prop_assert!(damaged == text || Memory::parse(&damaged).is_none());
        }
    }
}
