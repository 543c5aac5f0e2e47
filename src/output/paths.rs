//! Every path of a site, before any byte exists.

use super::{Artifact, Render, Subject};
use crate::site::EntryId;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// An address that leads elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// Path that was asked for.
    pub from: String,
    /// Path that it leads to.
    pub to: String,
    /// 301 for good, 302 for now, 200 for another name of the same.
    pub status: u16,
    /// The record that it leads to.
    pub entry: EntryId,
}

/// Every path of a site.
#[derive(Default)]
pub struct Plan {
    pub(super) artifacts: Vec<Artifact>,
    /// Numbers of the artifacts in the order of their paths; empty until all are planned.
    pub(super) by_path: Vec<usize>,
    /// Numbers of the artifacts in the order of their subjects, then as they were planned.
    pub(super) by_subject: Vec<usize>,
    /// Addresses that lead elsewhere.
    pub redirects: Vec<Redirect>,
    /// Paths whose length and sum others tell.
    pub described: BTreeSet<String>,
    /// Numbers of two artifacts that want one path: the first and the second.
    pub(super) clashes: Vec<(usize, usize)>,
    pub(super) output: &'static str,
}

impl Plan {
    /// Plans a path. `language` is a number in `Site::codes`, `None` for what is for all of them.
    pub fn add(
        &mut self,
        path: String,
        media_type: &'static str,
        subject: Subject,
        language: Option<usize>,
        render: Render,
    ) {
        self.artifacts.push(Artifact {
            path,
            media_type,
            subject,
            language,
            render,
            output: self.output,
        });
    }

    /// Takes a path out of the plan.
    #[cfg(feature = "images")]
    pub(super) fn remove(&mut self, path: &str) {
        if let Some(place) = self.place(path) {
            let number = self.by_path.remove(place);
            self.by_subject.retain(|n| *n != number);
        }
    }

    /// Plans a path when all others are planned already.
    pub fn add_late(&mut self, artifact: Artifact) {
        let Err(place) = self
            .by_path
            .binary_search_by(|n| self.artifacts[*n].path.cmp(&artifact.path))
        else {
            return;
        };
        let behind = self
            .by_subject
            .partition_point(|n| self.artifacts[*n].subject <= artifact.subject);
        self.by_path.insert(place, self.artifacts.len());
        self.by_subject.insert(behind, self.artifacts.len());
        self.artifacts.push(artifact);
    }

    /// Puts the paths in order, once all are planned; of two on one path the first stays.
    pub(super) fn order(&mut self) {
        let artifacts = &self.artifacts;
        let mut by_path: Vec<usize> = (0..artifacts.len()).collect();
        by_path.par_sort_by(|a, b| artifacts[*a].path.cmp(&artifacts[*b].path));
        let mut clashes = Vec::new();
        by_path.dedup_by(|second, first| {
            let same = artifacts[*second].path == artifacts[*first].path;
            if same {
                clashes.push((*first, *second));
            }
            same
        });
        clashes.sort_by_key(|(_, second)| *second);
        let mut by_subject = by_path.clone();
        by_subject.sort_by_key(|n| (artifacts[*n].subject, *n));
        (self.by_path, self.by_subject, self.clashes) = (by_path, by_subject, clashes);
    }

    /// The place of a path among [`Plan::by_path`].
    pub(super) fn place(&self, path: &str) -> Option<usize> {
        let order = |n: &usize| self.artifacts[*n].path.as_str().cmp(path);
        self.by_path.binary_search_by(order).ok()
    }

    /// Every path in the order in which it was planned, while others still are.
    pub fn so_far(&self) -> impl Iterator<Item = &Artifact> {
        self.artifacts.iter()
    }

    /// Every path, in the order of the paths.
    pub fn iter(&self) -> impl Iterator<Item = &Artifact> {
        self.by_path.iter().map(|n| &self.artifacts[*n])
    }

    /// How many paths there are.
    pub fn len(&self) -> usize {
        self.by_path.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_path.is_empty()
    }

    /// What is planned at a path.
    pub fn find(&self, path: &str) -> Option<&Artifact> {
        self.place(path).map(|n| &self.artifacts[self.by_path[n]])
    }

    /// Everything about a subject in a language, and what is for all languages.
    pub fn about(&self, subject: Subject, language: usize) -> impl Iterator<Item = &Artifact> {
        let of = |n: &usize| self.artifacts[*n].subject;
        let from = self.by_subject.partition_point(|n| of(n) < subject);
        self.by_subject[from..]
            .iter()
            .take_while(move |n| of(n) == subject)
            .map(|n| &self.artifacts[*n])
            .filter(move |artifact| artifact.language.is_none_or(|l| l == language))
    }

    /// Whether a link to this path leads somewhere: to a file, a page, or by a redirect.
    pub fn leads_somewhere(&self, path: &str) -> bool {
        let path = path.split(['#', '?']).next().unwrap_or(path);
        let redirected = || self.redirects.iter().any(|redirect| redirect.from == path);
        self.place(path).is_some() || self.place(&format!("{path}/")).is_some() || redirected()
    }
}
