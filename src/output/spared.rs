//! What an edit of nothing but bodies leaves as it is.
//!
//! Each output says in `READING_BODIES` whether its files hold whole texts. What others know of a body is its beginning,
//! where there is no summary, its headings and where it leads: these are the face that `again::faces` takes, and an edit
//! that changes one of them is no edit of nothing but a body.

use super::{Artifact, Plan, Press, Subject};
use crate::site::{Entry, EntryId};
use std::collections::BTreeSet;

/// The outputs whose files hold the whole text of records: of the one that they are about, or of those in their list.
const READING_BODIES: &[&str] = &[PAGE, "rss", "atom", "json-feed", "calendar", "tasks"];

/// The output whose files show one record.
const PAGE: &str = "page";

/// The records whose bodies changed, and what that reaches.
#[derive(Debug, Default)]
pub struct Reworded {
    records: BTreeSet<EntryId>,
    /// The records and all that they refer to: a programme's calendar holds what belongs to it, and feeds tell how long
    /// the calendar of a programme is.
    near: BTreeSet<EntryId>,
    /// Whether a file is among them whose length and sum others tell.
    is_told: bool,
}

impl Reworded {
    /// What the bodies of these records reach.
    pub fn new(press: &Press, plan: &Plan, records: &BTreeSet<EntryId>) -> Self {
        let entries = || records.iter().map(|id| press.site.entry(*id));
        let referred = |entry: &Entry| {
            entry
                .references
                .iter()
                .map(|(_, id)| *id)
                .collect::<Vec<_>>()
        };
        let mut reworded = Reworded {
            near: records
                .iter()
                .copied()
                .chain(entries().flat_map(referred))
                .collect(),
            records: records.clone(),
            is_told: false,
        };
        let mut described = plan.described.iter().filter_map(|path| plan.find(path));
        reworded.is_told = described.any(|file| reworded.reaches(press, plan, file));
        reworded
    }

    /// Whether a file may hold something of these bodies.
    pub fn reaches(&self, press: &Press, plan: &Plan, artifact: &Artifact) -> bool {
        if self.near.is_empty() {
            return false;
        }
        if artifact.is_compressed() {
            let original = artifact.original(plan);
            return original.is_none_or(|original| self.reaches(press, plan, original));
        }
        if artifact.tells_of_others() {
            return self.is_told;
        }
        let holds = |entries: &[EntryId]| entries.iter().any(|id| self.near.contains(id));
        READING_BODIES.contains(&artifact.output)
            && match artifact.subject {
                Subject::Entry(id) if artifact.output == PAGE => self.records.contains(&id),
                Subject::Entry(id) => self.near.contains(&id),
                Subject::Listing(n) => holds(&press.site.listings[n].entries),
                Subject::Selection(n) => holds(&press.site.selections[n].entries),
                _ => true,
            }
    }
}
