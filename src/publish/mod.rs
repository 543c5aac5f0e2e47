//! Makes an object store hold what was built: what to put and in which order, and what to take away.
//!
//! All here is pure but the files that say EDGE. What is known comes from three sides. The *record* lies in the store
//! itself, in [`known::RECORD`]: every file of ours with its hash, the digest of its headers, and the tag (the ETag) that
//! the store gave it. The *listing* tells which objects there are now, with their tags. Where the two agree on a tag,
//! the object is what the record says, and nothing is asked or read. Where they do not, because a run was killed,
//! the record was lost or somebody else wrote there, the object itself is asked: so neither of the two is believed alone.
//!
//! Before the first object changes, the record says what will be put (the *claim*), and only when all is done what
//! is there. So whatever a killed run left is known to be ours, and is found again instead of put again.

pub mod built;
pub mod headers;
pub mod known;
pub mod place;
pub mod store;
#[cfg(test)]
mod tests;
pub mod wire;

use crate::diagnostic::Words;
use crate::tree::rank;
use known::{Known, State};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A file as it should be in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The hash of its bytes, as the manifest of the build has it.
    pub hash: String,
    /// Its length in bytes.
    pub size: u64,
    /// What it is sent with; shared, since few differ.
    pub headers: Arc<headers::Headers>,
}

/// Every file that should be there, by path.
pub type Wanted = BTreeMap<String, File>;

/// An object as the store lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its length in bytes.
    pub size: u64,
    /// Its ETag without quotes; another one when the object was written anew.
    pub tag: Option<String>,
}

/// Every object below our address, by path, but for our record.
pub type Listed = BTreeMap<String, Object>;

/// What a look at an object told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// The hash of its bytes: read, or told by the mark that we put on it.
    pub hash: Option<String>,
    /// The digest of its headers; none where the store keeps none.
    pub headers: Option<String>,
    /// Whether it bears our mark.
    pub ours: bool,
}

/// What was seen of objects, by path.
pub type Looks = BTreeMap<String, Seen>;

/// Why a file is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It is not there.
    New,
    /// It is there with other bytes or headers.
    Changed,
    /// It is there under the tag that we know, and yet holds other bytes.
    Damaged,
}

/// What is to be done, in this order: `early`, `put`, `remove`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Plan<'a> {
    /// Of ours, in a folder of files only: what stands where a folder or a file must go.
    pub early: Vec<&'a str>,
    /// Files to put: assets, then all the rest, then pages.
    pub put: Vec<(&'a str, Why)>,
    /// Of ours and no longer wanted: pages, then all the rest, then assets.
    pub remove: Vec<&'a str>,
    /// Files that are as they should be.
    pub same: Vec<&'a str>,
    /// No longer wanted, and replaced by somebody since we put them: these stay.
    pub left: Vec<&'a str>,
    /// Objects of somebody else where ours should go. With any of these nothing is done.
    pub foreign: Vec<&'a str>,
}

/// Why nothing, or not all, was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What is told.
    pub why: Words,
    /// What can be done about it.
    pub help: Words,
    /// Whether the command line is to blame, and not the machine.
    pub misused: bool,
}

/// Whether a path stays within what was asked for, and is not our record.
pub fn is_inside(path: &str) -> bool {
    path != known::RECORD && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

/// The objects of which record and listing do not say enough.
pub fn questions<'a>(wanted: &Wanted, known: &Known, listed: &'a Listed) -> Vec<&'a str> {
    let unclear = |(path, object): &(&String, &Object)| {
        let states = known.of(path);
        let file = wanted.get(*path);
        let is_known = known.tagged(path, object).is_some();
        // Of another length and ours: it is put anyway.
        let differs = !states.is_empty() && file.is_some_and(|file| file.size != object.size);
        (file.is_some() || !states.is_empty()) && !is_known && !differs
    };
    let unclear = listed.iter().filter(unclear);
    unclear.map(|(path, _)| path.as_str()).collect()
}

/// What makes the store hold exactly the wanted files, and leaves alone what is not ours. `folders` says that the
/// store is a folder of files, in which nothing can be a file and a folder at once.
pub fn plan<'a>(
    wanted: &'a Wanted,
    known: &'a Known,
    listed: &'a Listed,
    seen: &Looks,
    folders: bool,
) -> Plan<'a> {
    let mut plan = Plan::default();
    for (path, file) in wanted {
        match judge(path, file, known, listed, seen) {
            Verdict::Same => plan.same.push(path),
            Verdict::Put(why) => plan.put.push((path, why)),
            Verdict::Foreign => plan.foreign.push(path),
        }
    }
    for (path, states) in known.iter() {
        let Some(object) = listed.get(path).filter(|_| !wanted.contains_key(path)) else {
            continue;
        };
        let tagged = known.tagged(path, object).is_some();
        let is_ours = |seen: &Seen| {
            let hash = |state: &State| Some(&state.hash) == seen.hash.as_ref();
            seen.ours || states.iter().any(hash)
        };
        match tagged || seen.get(path).is_some_and(is_ours) {
            true => plan.remove.push(path),
            false => plan.left.push(path),
        }
    }
    if folders {
        make_room(&mut plan, wanted, listed);
    }
    let order = |path: &str| (rank(path), path.to_owned());
    plan.put.sort_by_cached_key(|(path, _)| order(path));
    let last_first = |path: &&str| (std::cmp::Reverse(rank(path)), (*path).to_owned());
    plan.remove.sort_by_cached_key(last_first);
    plan
}

enum Verdict {
    Same,
    Put(Why),
    Foreign,
}

fn judge(path: &str, file: &File, known: &Known, listed: &Listed, seen: &Looks) -> Verdict {
    let Some(object) = listed.get(path) else {
        return Verdict::Put(Why::New);
    };
    let tagged = known.tagged(path, object);
    let digest = file.headers.digest();
    let Some(look) = seen.get(path) else {
        let is_same = |state: &State| {
            (&state.hash, &state.headers, state.size) == (&file.hash, &digest, object.size)
        };
        return match tagged {
            Some(state) if is_same(state) => Verdict::Same,
            None if known.of(path).is_empty() => Verdict::Foreign,
            _ => Verdict::Put(Why::Changed),
        };
    };
    let same_bytes = look.hash.as_ref() == Some(&file.hash) && object.size == file.size;
    let same_headers = look.headers.as_ref().is_none_or(|seen| *seen == digest);
    let damaged = tagged.is_some_and(|state| state.hash == file.hash);
    match same_bytes {
        true if same_headers => Verdict::Same,
        false if damaged => Verdict::Put(Why::Damaged),
        // The very bytes that we would put: nobody loses anything.
        true => Verdict::Put(Why::Changed),
        false if look.ours || !known.of(path).is_empty() => Verdict::Put(Why::Changed),
        false => Verdict::Foreign,
    }
}

/// The folders that a path lies in: `a` and `a/b` for `a/b/c.html`.
fn above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(n, _)| &path[..n])
}

/// What of ours must go before the new files come, and what of others stands in their way.
fn make_room<'a>(plan: &mut Plan<'a>, wanted: &'a Wanted, listed: &'a Listed) {
    let folders: BTreeSet<&str> = wanted.keys().flat_map(|path| above(path)).collect();
    let in_the_way =
        |path: &str| folders.contains(path) || above(path).any(|path| wanted.contains_key(path));
    let removed = std::mem::take(&mut plan.remove);
    (plan.early, plan.remove) = removed.into_iter().partition(|path| in_the_way(path));
    let ours: BTreeSet<&str> = plan.early.iter().copied().collect();
    let others = listed.keys().map(String::as_str);
    let others = others.filter(|path| !wanted.contains_key(*path) && !ours.contains(path));
    plan.foreign.extend(others.filter(|path| in_the_way(path)));
}

impl Plan<'_> {
    /// Whether no object changes.
    pub fn is_nothing(&self) -> bool {
        self.put.is_empty() && self.remove.is_empty() && self.early.is_empty()
    }

    /// What the record says before the first object changes: all that was ours, and all that will be.
    pub fn claim(&self, known: &Known, wanted: &Wanted) -> Known {
        let mut claim = known.clone();
        for (path, _) in &self.put {
            if let Some(file) = wanted.get(*path) {
                claim.add(path, State::of(file, None));
            }
        }
        claim
    }

    /// What the record says in the end; `tags` are those that the store gave to what was put.
    pub fn done(
        &self,
        wanted: &Wanted,
        listed: &Listed,
        tags: &BTreeMap<String, Option<String>>,
    ) -> Known {
        let mut done = Known::default();
        for (path, file) in wanted {
            let listed = || listed.get(path).and_then(|object| object.tag.clone());
            let tag = tags.get(path).cloned().unwrap_or_else(listed);
            done.add(path, State::of(file, tag));
        }
        done
    }
}
