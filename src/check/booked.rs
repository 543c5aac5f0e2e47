//! One space for two gatherings, or one group in two places, at the same time.

use super::{Check, Rule};
use crate::content::schedule::{Mode, Status};
use crate::diagnostic::{Diagnostic, Words, words};
use crate::say;
use crate::site::timetable::Occurrence;
use crate::site::{Entry, EntryId, Site};
use crate::source::{Sources, Span};
use std::collections::BTreeMap;

/// A space that two gatherings want at once.
pub const DOUBLE_BOOKED: Rule = Rule {
    code: "check/double-booked",
    check: Check::OfSite(double_booked),
};

/// A group that has to be in two places at once.
pub const TWO_PLACES: Rule = Rule {
    code: "check/two-places",
    check: Check::OfSite(two_places),
};

/// The fields that name who is there.
const PRESENT: [&str; 3] = ["organiser", "hosts", "embassies"];

/// With so many others at one time each is compared, so that a site of nothing but clashes is checked in time.
const COMPARED: usize = 20;

/// A time at which people come together.
#[derive(Clone, Copy)]
struct Slot<'a> {
    entry: &'a Entry,
    at: &'a Occurrence,
}

/// Two records that clash: the first time, and how many there are.
struct Clash<'a> {
    first: Slot<'a>,
    second: Slot<'a>,
    times: usize,
}

/// What is still to come, somewhere and not online, and not called off.
fn slots(site: &Site) -> impl Iterator<Item = Slot<'_>> {
    let gatherings = site.entries.iter().filter(|entry| {
        entry.gathers() && !entry.unpublished && entry.record().mode() != Some(Mode::Online)
    });
    gatherings.flat_map(|entry| {
        let ahead = entry.occurrences().iter().filter(|at| {
            let goes_on = matches!(
                at.status,
                Status::Scheduled | Status::Tentative | Status::Rescheduled
            );
            goes_on && at.end > site.now
        });
        ahead.map(move |at| Slot { entry, at })
    })
}

/// The pairs of records of which times overlap, each once, by the first such time.
fn clashes<'a>(
    mut slots: Vec<Slot<'a>>,
    counts: impl Fn(&Entry, &Entry) -> bool,
) -> Vec<Clash<'a>> {
    slots.sort_by(|a, b| {
        a.at.start
            .cmp(&b.at.start)
            .then(a.entry.id.cmp(&b.entry.id))
    });
    let mut pairs: BTreeMap<(EntryId, EntryId), Clash> = BTreeMap::new();
    let mut going_on: Vec<Slot> = Vec::new();
    for slot in slots {
        going_on.retain(|other| other.at.end > slot.at.start);
        for other in going_on.iter().filter(|o| o.entry.id != slot.entry.id) {
            if !counts(other.entry, slot.entry) {
                continue;
            }
            let (a, b) = (other.entry.id, slot.entry.id);
            let clash = Clash {
                first: *other,
                second: slot,
                times: 0,
            };
            pairs.entry((a.min(b), a.max(b))).or_insert(clash).times += 1;
        }
        if going_on.len() < COMPARED {
            going_on.push(slot);
        }
    }
    pairs.into_values().collect()
}

fn double_booked(site: &Site, _: &Sources) -> Vec<Diagnostic> {
    let mut spaces: BTreeMap<EntryId, Vec<Slot>> = BTreeMap::new();
    for slot in slots(site) {
        for space in slot.entry.targets("space") {
            spaces.entry(space).or_default().push(slot);
        }
    }
    let told = spaces.into_iter().flat_map(|(space, slots)| {
        let (id, space) = (space, &site.entry(space).original().common.title);
        clashes(slots, |_, _| true).into_iter().map(move |clash| {
            let message = say!(
                "`{}` is booked twice {}: for `{}` and for `{}`",
                space.0,
                when(&clash),
                title(clash.first.entry),
                title(clash.second.entry)
            );
            tell(DOUBLE_BOOKED.code, message, &clash, |entry| {
                reference(site, entry, id)
            })
            .help("choose another time or another space for one of the two")
        })
    });
    told.collect()
}

fn two_places(site: &Site, _: &Sources) -> Vec<Diagnostic> {
    let mut groups: BTreeMap<EntryId, Vec<Slot>> = BTreeMap::new();
    for slot in slots(site) {
        let mut there: Vec<EntryId> = PRESENT.iter().flat_map(|f| slot.entry.targets(f)).collect();
        there.sort();
        there.dedup();
        for group in there {
            groups.entry(group).or_default().push(slot);
        }
    }
    let told = groups.into_iter().flat_map(|(group, slots)| {
        let runs = |place: &Place| match place {
            Place::Space(space) => site.entry(*space).targets("operator").any(|o| o == group),
            Place::Address(_) => false,
        };
        // Who runs a house has people in each of its rooms, also while others of them are out.
        let apart = |a: &Entry, b: &Entry| match (place(a), place(b)) {
            (Some(a), Some(b)) => a != b && !runs(&a) && !runs(&b),
            _ => false,
        };
        let id = move |entry: &Entry| reference(site, entry, group);
        let name = &site.entry(group).original().common.title;
        clashes(slots, apart).into_iter().map(move |clash| {
            let message = say!(
                "`{}` would be in two places {}: at `{}` and at `{}`",
                name.0,
                when(&clash),
                title(clash.first.entry),
                title(clash.second.entry)
            );
            tell(TWO_PLACES.code, message, &clash, id).help(
                "move one of the two, or name who is really there under `organiser` and `hosts`",
            )
        })
    });
    told.collect()
}

/// Where something takes place.
#[derive(PartialEq)]
enum Place {
    Space(EntryId),
    Address(String),
}

/// Where something takes place, if it says so.
fn place(entry: &Entry) -> Option<Place> {
    if let Some(space) = entry.targets("space").next() {
        return Some(Place::Space(space));
    }
    let location = entry.record().location()?;
    Some(Place::Address(
        serde_json::to_string(location).unwrap_or_default(),
    ))
}

fn title(entry: &Entry) -> &str {
    &entry.original().common.title
}

/// `on Thursday 7 January 2027 at 18:30`, and how often after that.
fn when(clash: &Clash) -> Words {
    let start = &clash.second.at.start;
    let time = start.strftime("%H:%M").to_string();
    let first = say!("on {} at {}", words::day(start.date()), time);
    match clash.times - 1 {
        0 => first,
        1 => say!("{} and once more", first),
        more => say!("{} and {} times more", first, more),
    }
}

/// Points at the fields of both records that make them clash: of the one that begins later first.
fn tell(
    code: &'static str,
    message: Words,
    clash: &Clash,
    span: impl Fn(&Entry) -> Option<Span>,
) -> Diagnostic {
    let mut fault = Diagnostic::warning(code, message);
    for Slot { entry, at } in [&clash.second, &clash.first] {
        let all_day = entry.timetable.as_ref().is_some_and(|t| t.all_day);
        let label = match all_day {
            true => say!("the whole day"),
            false => say!(
                "from {} to {}",
                at.start.strftime("%H:%M").to_string(),
                at.end.strftime("%H:%M").to_string()
            ),
        };
        if let Some(span) = span(entry) {
            fault = fault.at(span, label);
        }
    }
    fault
}

/// Where a record names the space, or one of those who are there.
fn reference(site: &Site, entry: &Entry, to: EntryId) -> Option<Span> {
    let to = site.entry(to);
    let links = entry.record().links();
    let found = links.iter().find(|(field, reference)| {
        let (folder, name) = reference.parts();
        let names = folder.is_none_or(|folder| folder == to.kind.folder)
            && (name == to.document_id || name == to.slug);
        names && (*field == "space" || PRESENT.contains(field))
    });
    found.map(|(_, reference)| reference.span)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// However much overlaps, the comparison ends in time and finds something.
    #[test]
    fn a_space_full_of_clashes_is_checked_in_time() {
        let at = |hour: i64| {
            let start: jiff::Zoned = "2027-01-01T00:00[UTC]".parse().unwrap();
            start.saturating_add(jiff::SignedDuration::from_hours(hour))
        };
        let occurrences: Vec<Occurrence> = (0..10_000)
            .map(|n| Occurrence {
                original: at(n).datetime(),
                start: at(n),
                end: at(n + 1_000_000),
                status: Status::Scheduled,
                change: None,
            })
            .collect();
        let entries: Vec<Entry> = (0..10_000).map(entry).collect();
        let slots = entries.iter().zip(&occurrences);
        let slots = slots.map(|(entry, at)| Slot { entry, at }).collect();
        let found = clashes(slots, |_, _| true);
        assert!(found.len() >= 9_999 && found.len() < 10_000 * COMPARED);
    }

    fn entry(n: u32) -> Entry {
        let page = crate::content::Kind::in_folder("pages").unwrap();
        Entry {
            id: EntryId(n),
            kind: page,
            document_id: String::new(),
            slug: String::new(),
            versions: vec![],
            references: vec![],
            referenced_by: vec![],
            terms: vec![],
            timetable: None,
            history: crate::site::History {
                created: jiff::Timestamp::UNIX_EPOCH,
                updated: jiff::Timestamp::UNIX_EPOCH,
                revisions: 1,
            },
            targets: vec![],
            unpublished: false,
            removed: false,
        }
    }
}
