//! The published tree: files and their bytes, and what differs from the last time.

pub mod write;

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::sync::Arc;
pub use twox_hash::XxHash3_128 as Hasher;

/// Files by path relative to the published folder, with `/` between folders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree(pub BTreeMap<String, Vec<u8>>);

/// The hash of a file, XXH3 of 128 bits; in texts hexadecimal. It tells what changed by itself, not what somebody made to
/// look unchanged: nothing hangs on it but whether a file is written again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Digest([u8; 16]);

/// What we wrote the last time: the hash of each file, by path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifest(pub BTreeMap<Arc<str>, Digest>);

/// A file of ours as we left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The hash of its bytes.
    pub hash: Digest,
    /// How many these are.
    pub bytes: u64,
    /// When the disk says that it was written, in nanoseconds; `None` when it might be written again in the same moment.
    pub modified: Option<i64>,
}

impl Digest {
    /// Of a file that may not be there yet: while a run renames files in, what it has not finished has no hash.
    pub const UNFINISHED: Digest = Digest([0; 16]);

    /// Of these bytes.
    pub fn of(bytes: &[u8]) -> Digest {
        Digest(Hasher::oneshot(bytes).to_be_bytes())
    }

    /// Of all bytes that this has seen.
    pub fn seen_by(hasher: &Hasher) -> Digest {
        Digest(hasher.finish_128().to_be_bytes())
    }

    /// Reads 32 hexadecimal digits, or as many dashes.
    pub fn parse(text: &str) -> Option<Digest> {
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let mut hash = [0; 16];
        if pairs.len() != hash.len() || !rest.is_empty() {
            return None;
        }
        for (byte, [high, low]) in hash.iter_mut().zip(pairs) {
            *byte = match (*high, *low) {
                (b'-', b'-') => 0,
                (high, low) => (digit(high)? * 16 + digit(low)?) as u8,
            };
        }
        Some(Digest(hash))
    }
}

impl AsRef<[u8]> for Digest {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let mut text = [b'-'; 32];
        if *self != Digest::UNFINISHED {
            let digits = self.0.iter().flat_map(|byte| [byte >> 4, byte & 15]);
            for (place, digit) in text.iter_mut().zip(digits) {
                *place = b"0123456789abcdef"[usize::from(digit)];
            }
        }
        f.write_str(str::from_utf8(&text).unwrap_or_default())
    }
}

impl Manifest {
    /// Reads a manifest: a line for each file, its hash, two spaces and its path. Lines that are
    /// not of that form, or that lead out of the folder, are not ours. Of two lines for one path the last counts.
    pub fn parse(text: &str) -> Self {
        let inside = |path: &str| {
            !path.starts_with('/') && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
        };
        let line = |line: &str| {
            let (hash, path) = line.split_once("  ")?;
            let hash = Digest::parse(hash)?;
            inside(path).then(|| (path.into(), hash))
        };
        Manifest(text.lines().filter_map(line).collect())
    }

    /// The text that [`Manifest::parse`] reads.
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(self.0.len() * 96);
        for (path, hash) in &self.0 {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{hash}  {path}");
        }
        text
    }

    /// The files that another no longer has.
    pub fn gone<'a>(&'a self, wanted: &'a Manifest) -> Vec<&'a str> {
        let gone = self.0.keys().filter(|path| !wanted.0.contains_key(*path));
        gone.map(AsRef::as_ref).collect()
    }
}

/// In which order files go out: what pages refer to first, pages last.
pub fn rank(path: &str) -> u8 {
    match path {
        path if path.starts_with("assets/") || path.starts_with("media/") => 0,
        path if path.ends_with(".html") => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_is_read_as_it_was_written() {
        let files = [("a", "1"), ("b c", "2"), ("d", "")];
        let files = files.map(|(path, bytes)| (path.into(), Digest::of(bytes.as_bytes())));
        let manifest = Manifest(files.into());
        assert_eq!(Manifest::parse(&manifest.text()), manifest);
        let other = Manifest::parse(&manifest.text().replace("  a", "  e"));
        assert_eq!(manifest.gone(&other), ["a"]);
    }

    #[test]
    fn what_is_being_renamed_in_has_no_hash() {
        let (hash, text) = (Digest::of(b"1"), Digest::UNFINISHED.to_string());
        assert_eq!(text, "-".repeat(32));
        let both = Manifest::parse(&format!("{hash}  a\n{text}  a\n"));
        assert_eq!(both.0["a"], Digest::UNFINISHED);
        assert_eq!(Digest::parse("zz"), None);
        assert_eq!(Digest::parse(&"é".repeat(16)), None);
    }

    #[test]
    fn a_manifest_cannot_name_files_outside_its_folder() {
        let hash = "0".repeat(32);
        let text = format!(
            "{hash}  ../x\n{hash}  /etc/passwd\n{hash}  a/../../b\nnonsense\n{hash}  ok/file\n"
        );
        assert_eq!(
            Manifest::parse(&text)
                .0
                .keys()
                .map(AsRef::as_ref)
                .collect::<Vec<&str>>(),
            ["ok/file"]
        );
    }
}
