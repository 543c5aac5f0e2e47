//! iCalendar (RFC 5545): events of one or several calendars in a stream.

pub mod components;
pub mod event;
pub mod lines;
pub mod onward;
pub mod repeat;
pub mod rules;
pub mod stamp;
pub mod times;
pub mod trial;
pub mod zones;

use super::record::Harvest;
use crate::harvest::found::{Payload, Reading, Setting};
use crate::{phrase, say};
use components::{Component, components};
use event::Event;
use stamp::Stamp;
use std::collections::BTreeMap;
use zones::Zones;

/// What is told of a calendar that ends before it is whole.
pub const CUT_OFF: &str = phrase!("it ends in the middle: what follows may be missing");

/// Reads a stream of calendars.
pub fn read(payload: &Payload, setting: &Setting) -> Reading {
    let mut harvest = Harvest::new(payload, setting, "iCalendar");
    let lines::Lines { found, bad, .. } = lines::lines(payload.bytes);
    let (found, cut) = components(found);
    let mut steps = repeat::STEPS;
    let (calendars, loose): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|c| c.name == "VCALENDAR");
    let rest = Component {
        name: "VCALENDAR".to_owned(),
        within: loose,
        ..Component::default()
    };
    for calendar in calendars
        .iter()
        .chain((!rest.within.is_empty()).then_some(&rest))
    {
        of_calendar(calendar, &mut harvest, &mut steps);
    }
    if cut {
        harvest.refuse(say!("the end of the calendar"), CUT_OFF);
    }
    if bad > 0 {
        harvest.refuse(
            say!("{} lines", bad),
            say!("they are no lines of a calendar"),
        );
    }
    harvest.finish()
}

/// What a calendar may say about who may see an event: what is not known is private (RFC 5545 section 3.8.1.3).
pub fn is_public(component: &Component) -> bool {
    let mut classes = component.all("CLASS").map(|line| line.value.trim());
    classes.all(|class| class.is_empty() || class.eq_ignore_ascii_case("PUBLIC"))
}

/// The events of one UID: itself, what is different about single times, and times of which nothing may be told.
#[derive(Default)]
struct Family<'c> {
    masters: Vec<Event<'c>>,
    changes: Vec<Event<'c>>,
    hidden: Vec<Stamp>,
    private: bool,
}

fn of_calendar(calendar: &Component, harvest: &mut Harvest, steps: &mut i64) {
    let mut zones = Zones::of(calendar, harvest.setting.timezone);
    let cancelled = calendar
        .value("METHOD")
        .is_some_and(|method| method.eq_ignore_ascii_case("CANCEL"));
    let mut others: BTreeMap<&str, usize> = BTreeMap::new();
    let mut private = 0;
    let (mut order, mut families): (Vec<String>, BTreeMap<String, Family>) =
        (vec![], BTreeMap::new());
    for (n, component) in calendar.within.iter().enumerate() {
        match component.name.as_str() {
            "VEVENT" => {}
            "VTIMEZONE" => continue,
            name => {
                *others.entry(name).or_default() += 1;
                continue;
            }
        }
        let event = match Event::new(component, &mut zones, cancelled) {
            Ok(event) => event,
            Err(_) if !is_public(component) => {
                private += 1;
                continue;
            }
            Err(why) => {
                let name = component
                    .line("SUMMARY")
                    .map(lines::Line::text)
                    .unwrap_or_default();
                harvest.refuse(name, why);
                continue;
            }
        };
        let uid = event.uid.clone().unwrap_or_else(|| format!("\u{0}{n}"));
        if !families.contains_key(&uid) {
            order.push(uid.clone());
        }
        let family = families.entry(uid).or_default();
        match (is_public(component), event.instead_of.clone()) {
            (true, None) => family.masters.push(event),
            (true, Some(_)) => family.changes.push(event),
            (false, at) => {
                private += 1;
                family.private |= at.is_none();
                family.hidden.extend(at);
            }
        }
    }
    for uid in &order {
        if let Some(family) = families.remove(uid) {
            of_family(family, &mut zones, harvest, steps);
        }
    }
    tell(harvest, private, &others);
}

fn of_family(mut family: Family, zones: &mut Zones, harvest: &mut Harvest, steps: &mut i64) {
    if family.private {
        return;
    }
    // Of several revisions the last one counts (RFC 5545 section 3.8.7.4).
    let newest = family.masters.iter().map(|event| event.sequence).max();
    family
        .masters
        .retain(|event| Some(event.sequence) == newest);
    let changes = newest_changes(family.changes);
    let Some((first, rest)) = family.masters.split_first() else {
        for event in &changes {
            event::take_alone(event, zones, harvest);
        }
        return;
    };
    let apart = event::take(first, &changes, &family.hidden, zones, harvest, steps);
    for event in apart {
        event::take_alone(event, zones, harvest);
    }
    for event in rest {
        event::take(event, &[], &[], zones, harvest, steps);
    }
}

/// Of several revisions of a change the last one.
fn newest_changes(changes: Vec<Event>) -> Vec<Event> {
    let mut by_time: BTreeMap<String, Event> = BTreeMap::new();
    for (n, change) in changes.into_iter().enumerate() {
        let at = change
            .instead_of
            .as_ref()
            .and_then(|stamp| stamp.civil("UTC"));
        let key = at.map_or_else(|| format!("{n}"), |at| at.to_string());
        let older = by_time
            .get(&key)
            .is_none_or(|known| known.sequence <= change.sequence);
        if older {
            by_time.insert(key, change);
        }
    }
    by_time.into_values().collect()
}

fn tell(harvest: &mut Harvest, private: usize, others: &BTreeMap<&str, usize>) {
    if private > 0 {
        harvest.refuse(
            format!("{private} × VEVENT"),
            say!("their CLASS says that they are not public"),
        );
    }
    for (name, count) in others.iter().take(20) {
        let why = match *name {
            "VTODO" => say!("tasks are not taken: they are no events"),
            "VJOURNAL" => say!("entries of journals are not taken: they are no events"),
            "VFREEBUSY" => {
                say!("when somebody is busy is not taken: it says nothing about an event")
            }
            _ => say!("components of this name are not known"),
        };
        harvest.refuse(
            format!("{count} × {}", crate::content::html::tags::short(name, 40)),
            why,
        );
    }
}

#[cfg(test)]
mod tests;
