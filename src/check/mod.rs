//! Rules that look across the whole site: what is valid, but should not stay so.
//!
//! A rule sees the site, or also the pages as they are rendered. A site can switch a rule off, with a
//! reason, in `data/site.yaml`.

pub mod booked;
pub mod circle;
pub mod elsewhere;
pub mod half_said;
pub mod hours;
pub mod moments;
pub mod off;
pub mod pages;
pub mod place;
pub mod renamed;
pub mod runs_dry;
pub mod scan;
pub mod size;
pub mod stale;
pub mod stray;
pub mod vanished;
pub mod words;

use crate::diagnostic::{Diagnostic, Severity};
use crate::output::{Plan, Press};
use crate::press::has_errors;
use crate::site::{Entry, Site};
use crate::source::Sources;
use crate::theme::Files;
use std::collections::BTreeSet;

/// A rule: its code, and what finds offences against it.
pub struct Rule {
    /// The diagnostic code of its warnings.
    pub code: &'static str,
    /// Finds offences.
    pub check: Check,
}

/// What a rule has to see.
pub enum Check {
    /// The site.
    OfSite(fn(&Site, &Sources) -> Vec<Diagnostic>),
    /// The site, when nothing in it is wrong: what could not be read is not gone.
    OfWhole(fn(&Site, &Sources) -> Vec<Diagnostic>),
    /// What is published, too.
    OfPages(fn(&Look) -> Vec<Diagnostic>),
}

/// What a rule sees that looks at pages.
pub struct Look<'a> {
    /// The site and all that renders it.
    pub press: &'a Press,
    /// Every path.
    pub plan: &'a Plan,
    /// What editors wrote.
    pub sources: &'a Sources,
    /// The files of the site's own theme.
    pub theme: &'a Files,
    /// What was found in the files that are published.
    pub found: scan::Found,
}

/// Every rule, in the order of the manual.
pub static RULES: &[Rule] = &[
    runs_dry::RULE,
    booked::DOUBLE_BOOKED,
    booked::TWO_PLACES,
    hours::RULE,
    moments::AFTER_START,
    moments::TURNED_ROUND,
    moments::CLOCK_CHANGE,
    half_said::RULE,
    circle::RULE,
    stale::NO_OUTCOME,
    stale::EXPIRED,
    stale::UNVERIFIED,
    words::UNTRANSLATED,
    words::UNFINISHED,
    words::NO_SUMMARY,
    words::POOR_ALT,
    words::HEADINGS,
    stray::RULE,
    renamed::RULE,
    vanished::RULE,
    pages::ADDRESS,
    pages::ANCHOR,
    size::RULE,
];

/// Rules that miss something: where a record has an error, what is missing may stand in it misspelt.
const LACKING: [&str; 4] = [
    stale::NO_OUTCOME.code,
    words::UNTRANSLATED.code,
    words::UNFINISHED.code,
    words::NO_SUMMARY.code,
];

/// What all rules find that are not switched off. Pages are rendered only for a site without errors.
pub fn check(
    (press, plan): (&Press, &Plan),
    sources: &Sources,
    theme: &Files,
    faults: &mut Vec<Diagnostic>,
) {
    let whole = !has_errors(faults);
    let broken = broken(faults, sources);
    let off = off::Off::new(&press.site.config.checks, faults);
    let mut look = None;
    for rule in RULES.iter().filter(|rule| !off.whole(rule.code)) {
        let found = match rule.check {
            Check::OfSite(check) => check(&press.site, sources),
            Check::OfWhole(_) | Check::OfPages(_) if !whole => continue,
            Check::OfWhole(check) => check(&press.site, sources),
            Check::OfPages(check) => check(look.get_or_insert_with(|| Look {
                press,
                plan,
                sources,
                theme,
                found: scan::look(press, plan, faults),
            })),
        };
        let found = found.into_iter().filter(|fault| {
            let follows = LACKING.contains(&rule.code)
                && record(fault, sources).is_some_and(|it| broken.contains(it));
            !follows && !off.hides(fault, sources)
        });
        faults.extend(found);
    }
}

/// The records in which something is wrong, each as the path of its files without what follows the name.
fn broken<'a>(faults: &[Diagnostic], sources: &'a Sources) -> BTreeSet<&'a str> {
    let errors = faults
        .iter()
        .filter(|fault| fault.severity == Severity::Error);
    errors.filter_map(|fault| record(fault, sources)).collect()
}

fn record<'a>(fault: &Diagnostic, sources: &'a Sources) -> Option<&'a str> {
    let path = &sources.get(fault.labels.first()?.span.source).path;
    let folder = path.rfind('/').map_or(0, |n| n + 1);
    let end = path[folder..].find('.').map_or(path.len(), |n| folder + n);
    Some(&path[..end])
}

/// Whether something is over: nobody will look at it again.
fn is_past(site: &Site, entry: &Entry) -> bool {
    site.is_over(entry) || (entry.timetable.is_some() && entry.next(&site.now).is_none())
}
