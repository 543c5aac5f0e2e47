//! Changes that hold for one time and all that follow (RANGE=THISANDFUTURE, RFC 5545 section 3.2.13): what follows
//! becomes a record of its own, with its dates.

use super::repeat::{Change, Dates, settled};
use crate::diagnostic::Words;
use crate::harvest::read::time::When;
use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};

/// A change from a time on.
pub struct Onward {
    /// The time from which on it holds.
    pub from: DateTime,
    /// When that time is instead.
    pub when: When,
}

/// The times of an event before the first of such changes, and those of each of them: none where nothing is left. And
/// what of them cannot be told.
pub fn split(
    usual: &When,
    found: &Dates,
    changes: &[Change],
    onward: &[Onward],
    now: Timestamp,
) -> (Option<When>, Vec<Option<When>>, Vec<Words>) {
    let mut lost = Vec::new();
    let first = onward.first().map(|onward| onward.from);
    let mut part = |when: &When, from, to, moved| {
        let dates = found.part(from, to, moved)?;
        let mut when = when.clone();
        let length = when.end.map(|end| when.start.duration_until(end));
        when.start = *dates.all.first()?;
        when.end = length.and_then(|length| when.start.checked_add(length).ok());
        let moved_too = |change: &Change| {
            let original = change.original.checked_add(moved).ok()?;
            Some(Change {
                original,
                ..change.clone()
            })
        };
        let changes: Vec<Change> = changes.iter().filter_map(moved_too).collect();
        lost.extend(settled(&when.clone(), dates, &changes, now).apply(&mut when));
        Some(when)
    };
    let before = part(usual, None, first, SignedDuration::ZERO);
    let after = onward.iter().enumerate().map(|(n, change)| {
        let until = onward.get(n + 1).map(|next| next.from);
        let moved = change.from.duration_until(change.when.start);
        part(&change.when, Some(change.from), until, moved)
    });
    let after = after.collect();
    (before, after, lost)
}
