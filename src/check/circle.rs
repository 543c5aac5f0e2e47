//! Records that are part of themselves, or stand above themselves.

use super::{Check, Rule};
use crate::diagnostic::{Diagnostic, words};
use crate::say;
use crate::site::{Entry, EntryId, Site};
use crate::source::Sources;
use std::collections::BTreeSet;

/// The rule.
pub const RULE: Rule = Rule {
    code: "check/circle",
    check: Check::OfSite(check),
};

/// Fields that lead up, or back in time: nobody should come home along them.
const UP: [&str; 3] = ["part_of", "parent", "based_on"];

fn check(site: &Site, _: &Sources) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for field in UP {
        let mut told = BTreeSet::new();
        // A page below itself stops the build: it would have no address.
        let entries = site.entries.iter();
        for entry in entries.filter(|entry| entry.record().below() != Some(field)) {
            let Some(way) = home(site, entry, field).filter(|_| !told.contains(&entry.id)) else {
                continue;
            };
            found.extend(tell(site, entry, field, &way));
            told.extend(way);
        }
    }
    found
}

/// The records between one and itself, if a way leads back to it.
fn home(site: &Site, entry: &Entry, field: &str) -> Option<Vec<EntryId>> {
    let mut ways: Vec<Vec<EntryId>> = entry.targets(field).map(|id| vec![id]).collect();
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop() {
        let last = *way.last()?;
        if last == entry.id {
            return Some(way);
        }
        if seen.insert(last) {
            let next = site.entry(last).targets(field);
            ways.extend(next.map(|id| [&way[..], &[id]].concat()));
        }
    }
    None
}

fn tell(site: &Site, entry: &Entry, field: &'static str, way: &[EntryId]) -> Option<Diagnostic> {
    let title = |entry: &Entry| entry.original().common.title.0.clone();
    let between = way.iter().filter(|id| **id != entry.id);
    let between: Vec<String> = between
        .map(|id| format!("`{}`", title(site.entry(*id))))
        .collect();
    let message = match between.is_empty() {
        true => say!("`{}` names itself in `{}`", title(entry), field),
        false => say!(
            "`{}` leads back to itself by `{}`, over {}",
            title(entry),
            field,
            words::all(between)
        ),
    };
    let links = entry.record().links();
    let (_, link) = links.into_iter().find(|(name, _)| *name == field)?;
    let fault = Diagnostic::warning(RULE.code, message).at(link.span, "comes back");
    Some(fault.help(match way.len() {
        1 => say!("remove this line"),
        _ => say!("remove `{}` from one of them", field),
    }))
}
