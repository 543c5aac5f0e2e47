//! Times that are listed one by one.

use super::repeat::{Change, Repeats, settle};
use crate::diagnostic::Words;
use crate::harvest::read::time::{Moment, When};
use crate::say;
use jiff::Timestamp;

/// Several times of one event as they are listed, with the status of each where it differs: the first of them and
/// the others as dates more. And what was left out.
pub fn of_times(
    times: &[(Moment, Option<Moment>)],
    statuses: &[Option<&'static str>],
    zone: &str,
    now: Timestamp,
) -> (Option<When>, Vec<Words>) {
    let mut whens: Vec<(When, Option<&'static str>)> = times
        .iter()
        .enumerate()
        .filter_map(|(n, (start, end))| {
            Some((
                When::new(*start, *end, zone)?,
                statuses.get(n).copied().flatten(),
            ))
        })
        .collect();
    whens.sort_by_key(|(when, _)| when.start);
    whens.dedup_by_key(|(when, _)| when.start);
    let Some((first, status)) = whens.first().cloned() else {
        return (None, vec![]);
    };
    let same: Vec<_> = whens
        .iter()
        .filter(|(when, _)| when.all_day == first.all_day && when.zone == first.zone)
        .collect();
    let mut lost = Vec::new();
    if same.len() < whens.len() {
        lost.push(say!(
            "{} of its times are of another sort",
            whens.len() - same.len()
        ));
    }
    let length = |when: &When| when.end.map(|end| when.start.duration_until(end));
    let changed = same
        .iter()
        .filter(|(when, status)| length(when) != length(&first) || status.is_some());
    let repeats = Repeats {
        extra: same.iter().skip(1).map(|(when, _)| when.start).collect(),
        changes: changed
            .map(|(when, status)| Change {
                original: when.start,
                status: *status,
                start: when.start,
                end: when.end,
            })
            .collect(),
        ..Repeats::default()
    };
    let mut when = first;
    if repeats.extra.is_empty() && status.is_none() {
        return (Some(when), lost);
    }
    match settle(&when, &repeats, now, &mut i64::from(i32::MAX)) {
        Ok(settled) => lost.extend(settled.apply(&mut when)),
        Err(why) => lost.push(why),
    }
    (Some(when), lost)
}
