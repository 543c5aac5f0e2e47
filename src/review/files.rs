//! Files that programs read: calendars, feeds and data, known by a hash of their bytes.

use crate::diagnostic::Diagnostic;
use crate::output::{self, Artifact, Plan, Press};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sort {
    /// RSS, Atom and JSON Feed.
    Feeds,
    /// Calendars to subscribe to, and those of single events.
    Calendars,
    /// Open data.
    Data,
}

/// Which files of a sort change.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// New ones.
    pub added: Vec<String>,
    /// Those that hold other bytes.
    pub changed: Vec<String>,
    /// Those that are no longer there.
    pub removed: Vec<String>,
}

impl Files {
    /// How many there are of them all.
    pub fn len(&self) -> usize {
        self.added.len() + self.changed.len() + self.removed.len()
    }

    /// Whether none changes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The hash of each file that programs read, by its address.
pub type Hashes = BTreeMap<String, (Sort, [u8; 32])>;

/// Renders what programs read, and nothing else. What tells of other files changes with any of them: that is no
/// news, so it is left out.
pub fn hashes(press: &Press, plan: &Plan, faults: &mut Vec<Diagnostic>) -> Hashes {
    let read: Vec<(&Artifact, Sort)> = plan
        .iter()
        .filter_map(|artifact| Some((artifact, sort(artifact)?)))
        .collect();
    let render = |(artifact, sort): &(&Artifact, Sort)| {
        let bytes = output::render(press, plan, artifact)?;
        let hash = *blake3::hash(&bytes).as_bytes();
        Ok((artifact.path.clone(), (*sort, hash)))
    };
    let rendered: Vec<Result<_, Diagnostic>> = read.par_iter().map(render).collect();
    let mut hashes = Hashes::new();
    for one in rendered {
        match one {
            Ok((path, file)) => drop(hashes.insert(path, file)),
            Err(fault) if !faults.contains(&fault) => faults.push(fault),
            Err(_) => {}
        }
    }
    hashes
}

fn sort(artifact: &Artifact) -> Option<Sort> {
    let bare = artifact.media_type.split(';').next().unwrap_or_default();
    Some(match bare {
        _ if artifact.tells_of_others() || artifact.is_compressed() => return None,
        "text/calendar" => Sort::Calendars,
        "application/rss+xml" | "application/atom+xml" | "application/feed+json" => Sort::Feeds,
        "text/html" => return None,
        _ if artifact.path.starts_with("/data/") => Sort::Data,
        _ => return None,
    })
}

/// Compares what programs read. A sort of which nothing changes is left out.
pub fn compare(before: &Hashes, after: &Hashes) -> BTreeMap<Sort, Files> {
    let mut found = BTreeMap::<Sort, Files>::new();
    for (path, (sort, hash)) in after {
        let list = match before.get(path) {
            Some((_, same)) if same == hash => continue,
            Some(_) => &mut found.entry(*sort).or_default().changed,
            None => &mut found.entry(*sort).or_default().added,
        };
        list.push(path.clone());
    }
    for (path, (sort, _)) in before {
        if !after.contains_key(path) {
            let files = found.entry(*sort).or_default();
            files.removed.push(path.clone());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_is_new_other_or_gone() {
        let of = |files: &[(&str, u8)]| -> Hashes {
            let one = |(path, n): &(&str, u8)| ((*path).to_owned(), (Sort::Feeds, [*n; 32]));
            files.iter().map(one).collect()
        };
        let before = of(&[("/a", 1), ("/b", 1), ("/c", 1)]);
        let found = compare(&before, &of(&[("/a", 1), ("/b", 2), ("/d", 1)]));
        let files = &found[&Sort::Feeds];
        assert_eq!(files.added, ["/d"]);
        assert_eq!(files.changed, ["/b"]);
        assert_eq!(files.removed, ["/c"]);
        assert!(compare(&before, &before).is_empty());
    }
}
