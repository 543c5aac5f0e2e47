//! What was true once: calls that are over, notices that are over, facts that nobody looked at for long.

use super::{Check, Rule, is_past, place};
use crate::content::schedule::Role;
use crate::diagnostic::Diagnostic;
use crate::say;
use crate::site::Site;
use crate::source::Sources;
use jiff::ToSpan;

/// A call that is over, of which nobody tells how it ended.
pub const NO_OUTCOME: Rule = Rule {
    code: "check/no-outcome",
    check: Check::OfSite(no_outcome),
};

/// A notice that no longer holds.
pub const EXPIRED: Rule = Rule {
    code: "check/expired",
    check: Check::OfSite(expired),
};

/// Facts that nobody looked at for a year.
pub const UNVERIFIED: Rule = Rule {
    code: "check/unverified",
    check: Check::OfSite(unverified),
};

fn no_outcome(site: &Site, _: &Sources) -> Vec<Diagnostic> {
    let found = site.entries.iter().filter_map(|entry| {
        let schedule = entry.record().schedule()?;
        let deadline = schedule.start;
        let open = schedule.role == Role::Deadline
            && site.has_passed(entry, &deadline)
            && entry.record().data().get("outcome").is_none();
        open.then(|| {
            let message = say!(
                "the call `{}` closed on {} and does not say how it ended",
                entry.original().common.title.0,
                deadline.date
            );
            Diagnostic::warning(NO_OUTCOME.code, message)
                .at(deadline.span, "over")
                .help(
                    "add an `outcome` with a `text`: who was chosen and why; or move the deadline",
                )
        })
    });
    found.collect()
}

fn expired(site: &Site, sources: &Sources) -> Vec<Diagnostic> {
    let over = site.entries.iter().filter(|entry| site.is_over(entry));
    let found = over.filter_map(|entry| {
        let until = entry.record().period()?.until?.0;
        let message = say!(
            "the notice `{}` held until {}",
            entry.original().common.title.0,
            until
        );
        let span = place::field(sources, entry.original().source, &["valid_until"]);
        let fault = Diagnostic::warning(EXPIRED.code, message).at(span, "over");
        Some(fault.help("move `valid_until` if it still holds, or remove the file"))
    });
    found.collect()
}

fn unverified(site: &Site, sources: &Sources) -> Vec<Diagnostic> {
    let today = site.now.date();
    let year_ago = today.saturating_sub(1.year());
    let found = site.entries.iter().filter_map(|entry| {
        let verified = entry.original().common.verified?.0;
        (verified < year_ago && !is_past(site, entry)).then(|| {
            let message = say!(
                "nobody has checked for a year whether `{}` is still true: last on {}",
                entry.original().common.title.0,
                verified
            );
            let span = place::field(sources, entry.original().source, &["verified"]);
            Diagnostic::warning(UNVERIFIED.code, message)
                .at(span, "more than a year ago")
                .help(say!(
                    "read it through, mend what changed, and write `verified: {}`",
                    today
                ))
        })
    });
    found.collect()
}
