//! Rules that look across the whole site: what is valid, but should not stay so.
//!
//! A rule sees the site, or also the pages as they are rendered. A site can switch a rule off, with a
//! reason, in `data/site.yaml`.

pub mod booked;
pub mod elsewhere;
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
pub mod vanished;
pub mod words;

use crate::diagnostic::Diagnostic;
use crate::output::{Plan, Press};
use crate::press::has_errors;
use crate::site::{Entry, Site};
use crate::source::Sources;
use crate::theme::Files;

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
    stale::NO_OUTCOME,
    stale::EXPIRED,
    stale::UNVERIFIED,
    words::UNTRANSLATED,
    words::UNFINISHED,
    words::NO_SUMMARY,
    words::POOR_ALT,
    words::HEADINGS,
    renamed::RULE,
    vanished::RULE,
    pages::ADDRESS,
    pages::ANCHOR,
    size::RULE,
];

/// What all rules find that are not switched off. Pages are rendered only for a site without errors.
pub fn check(
    (press, plan): (&Press, &Plan),
    sources: &Sources,
    theme: &Files,
    faults: &mut Vec<Diagnostic>,
) {
    let whole = !has_errors(faults);
    let off = off::Off::new(&press.site.config.checks, faults);
    let mut look = None;
    for rule in RULES.iter().filter(|rule| !off.whole(rule.code)) {
        let found = match rule.check {
            Check::OfSite(check) => check(&press.site, sources),
            Check::OfPages(_) if !whole => continue,
            Check::OfPages(check) => check(look.get_or_insert_with(|| Look {
                press,
                plan,
                sources,
                theme,
                found: scan::look(press, plan, faults),
            })),
        };
        faults.extend(found.into_iter().filter(|fault| !off.hides(fault, sources)));
    }
}

/// Whether something is over: nobody will look at it again.
fn is_past(site: &Site, entry: &Entry) -> bool {
    site.is_over(entry) || (entry.timetable.is_some() && entry.next(&site.now).is_none())
}
