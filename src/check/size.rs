//! Calendars and feeds that are too large for who subscribes to them.

use super::{Check, Look, Rule, place};
use crate::content::config::PATH;
use crate::diagnostic::Diagnostic;
use crate::{phrase, say};
use std::collections::BTreeMap;

/// The rule.
pub const RULE: Rule = Rule {
    code: "check/feed-too-large",
    check: Check::OfPages(check),
};

/// What programs take without trouble, in bytes: Google's calendar refuses more than one megabyte.
const LIMIT: usize = 1_000_000;

fn check(look: &Look) -> Vec<Diagnostic> {
    let Some((source, _)) = look.sources.find(PATH) else {
        return vec![];
    };
    // The largest of each sort stands for all of them.
    let mut sorts: BTreeMap<bool, Vec<(usize, &str)>> = BTreeMap::new();
    let large = look.found.feeds.iter().filter(|(.., size)| *size > LIMIT);
    for (path, media_type, size) in large {
        let calendar = media_type.starts_with("text/calendar");
        sorts.entry(calendar).or_default().push((*size, path));
    }
    let told = sorts.into_iter().filter_map(|(calendar, feeds)| {
        let (size, path) = feeds.iter().max()?;
        let megabytes = format!("{:.1}", *size as f64 / 1e6);
        let most = say!("many programs take no more than 1 MB");
        let largest = match calendar {
            true => say!("the calendar `{}` is {} MB", path, megabytes),
            false => say!("the feed `{}` is {} MB", path, megabytes),
        };
        let message = match feeds.len() - 1 {
            0 => say!("{}; {}", largest, most),
            1 => say!("{}, and one more is too large; {}", largest, most),
            n => say!("{}, and {} more are too large; {}", largest, n, most),
        };
        let help = match calendar {
            true => phrase!("keep fewer past days (`window: {past_days: 30}`), let what repeats end, or shorten long texts"),
            false => phrase!("shorten the longest texts, or take them apart into several records"),
        };
        let span = place::field(look.sources, source, &["window"]);
        Some(Diagnostic::warning(RULE.code, message).at(span, "of this site").help(help))
    });
    told.collect()
}
