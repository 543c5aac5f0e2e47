//! The published tree: files and their bytes, and what differs from the last time.

pub mod write;

use rayon::prelude::*;
use std::collections::BTreeMap;

/// Files by path relative to the published folder, with `/` between folders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree(pub BTreeMap<String, Vec<u8>>);

/// What we wrote the last time: the hash of each file, by path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifest(pub BTreeMap<String, String>);

/// A file of ours as we left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The hash of its bytes.
    pub hash: String,
    /// How many these are.
    pub bytes: u64,
    /// When the disk says that it was written, in nanoseconds; `None` when it might be written again in the same moment.
    pub modified: Option<i64>,
}

/// What must be done to make a folder hold a tree.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changes<'a> {
    /// Files to write: new ones and those that differ.
    pub write: Vec<&'a str>,
    /// Files that are as they should be.
    pub unchanged: usize,
    /// Files of ours that the tree no longer has.
    pub remove: Vec<&'a str>,
}

impl Tree {
    /// The hash of each file.
    pub fn manifest(&self) -> Manifest {
        let hash = |(path, bytes): (&String, &Vec<u8>)| (path.clone(), hash(bytes));
        let files: Vec<_> = self.0.par_iter().map(hash).collect();
        Manifest(files.into_iter().collect())
    }
}

impl Manifest {
    /// Reads a manifest: a line for each file, its hash, two spaces and its path. Lines that are
    /// not of that form, or that lead out of the folder, are not ours.
    pub fn parse(text: &str) -> Self {
        let inside = |path: &str| {
            !path.starts_with('/') && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
        };
        let line = |line: &str| {
            let (hash, path) = line.split_once("  ")?;
            (hash.len() == 32 && inside(path)).then(|| (path.to_owned(), hash.to_owned()))
        };
        Manifest(text.lines().filter_map(line).collect())
    }

    /// The text that [`Manifest::parse`] reads.
    pub fn text(&self) -> String {
        self.0
            .iter()
            .map(|(path, hash)| format!("{hash}  {path}\n"))
            .collect()
    }

    /// What differs between what we wrote and what should be there.
    pub fn changes<'a>(&'a self, wanted: &'a Manifest) -> Changes<'a> {
        let differs = |(path, hash): &(&'a String, &String)| self.0.get(*path) != Some(*hash);
        let write: Vec<&str> = wanted
            .0
            .iter()
            .filter(differs)
            .map(|(path, _)| path.as_str())
            .collect();
        let unchanged = wanted.0.len() - write.len();
        let remove = self
            .0
            .keys()
            .filter(|path| !wanted.0.contains_key(*path))
            .map(String::as_str)
            .collect();
        Changes {
            write,
            unchanged,
            remove,
        }
    }
}

/// The hash of a file, half of a BLAKE3 in hexadecimal.
pub fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex()[..32].to_owned()
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
    fn only_what_differs_is_written_and_only_what_was_ours_is_removed() {
        let tree = |files: &[(&str, &str)]| {
            Tree(
                files
                    .iter()
                    .map(|(p, b)| ((*p).to_owned(), b.as_bytes().to_vec()))
                    .collect(),
            )
        };
        let (old, new) = (
            tree(&[("a", "1"), ("b", "1"), ("c", "1")]).manifest(),
            tree(&[("a", "1"), ("b", "2"), ("d", "1")]).manifest(),
        );
        assert_eq!(
            old.changes(&new),
            Changes {
                write: vec!["b", "d"],
                unchanged: 1,
                remove: vec!["c"]
            }
        );
        assert_eq!(Manifest::parse(&old.text()), old);
    }

    #[test]
    fn a_manifest_cannot_name_files_outside_its_folder() {
        let hash = "0".repeat(32);
        let text = format!(
            "{hash}  ../x\n{hash}  /etc/passwd\n{hash}  a/../../b\nnonsense\n{hash}  ok/file\n"
        );
        assert_eq!(
            Manifest::parse(&text).0.into_keys().collect::<Vec<_>>(),
            ["ok/file"]
        );
    }
}
