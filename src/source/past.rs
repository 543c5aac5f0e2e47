//! What was: when files were first and last published, what of them is no longer there, and what
//! those with dates held before they changed.
//!
//! Git knows it; a folder outside git keeps it in `data/history.json`.

use super::numbering::Numbers;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where a folder outside git keeps its past.
pub const FILE: &str = "data/history.json";

/// For so long calendars say of a removed event that it does not take place, in days.
const REMEMBERED: i64 = 180;

/// For so long change feeds lead on from wherever somebody stopped reading, and say what was removed, in
/// days; at least 7 (RPDE 1.0).
const KEPT: i64 = 400;

/// For so long people are told of a change, in days.
const TOLD: i64 = 60;

/// The folders whose records have dates: of a change of these people hear.
pub const DATED: &[&str] = &["content/events/", "content/calls/"];

/// When a file was first and last published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct History {
    /// First commit that holds it.
    pub created: Timestamp,
    /// Last commit that changed it.
    pub updated: Timestamp,
    /// How many commits changed it, the first one counted.
    #[serde(default = "once")]
    pub revisions: u32,
}

fn once() -> u32 {
    1
}

/// A file that is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Removed {
    /// When it was taken away.
    pub at: Timestamp,
    /// What it held at the last.
    pub text: String,
    /// The file that took its place, when it was renamed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_to: Option<String>,
}

/// A change of a file with dates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Changed {
    /// When it was published.
    pub at: Timestamp,
    /// What the file held until then; nothing when it was not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What it held from then on. Only the last change of a file that held something before says so:
    /// of any other the next one tells it, and what was merely added is what is there now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The name that the file had until then, when it was renamed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
}

/// The past of a site folder, by path relative to it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Past {
    /// When each file was published, also of those that are gone.
    pub files: BTreeMap<String, History>,
    /// What was removed not long ago.
    #[serde(default)]
    pub removed: BTreeMap<String, Removed>,
    /// The recent changes of files with dates that are still there, oldest first; `None` where
    /// nobody knows whether there were any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<BTreeMap<String, Vec<Changed>>>,
    /// The order in which all records changed; `None` where nobody knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numbers: Option<Numbers>,
}

impl Past {
    /// The past as `data/history.json` holds it.
    pub fn to_json(&self) -> String {
        // Serialising maps of texts cannot fail.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

/// The oldest moment of which is still spoken.
pub fn since(now: Timestamp) -> Timestamp {
    days_before(now, REMEMBERED)
}

/// The oldest moment from which change feeds lead on.
pub fn kept_since(now: Timestamp) -> Timestamp {
    days_before(now, KEPT)
}

/// The oldest moment of whose changes people are told.
pub fn told_since(now: Timestamp) -> Timestamp {
    days_before(now, TOLD)
}

/// Counted from the beginning of the day in UTC: so it moves once a day, and not with every build.
fn days_before(now: Timestamp, days: i64) -> Timestamp {
    let day = now.to_zoned(TimeZone::UTC).start_of_day();
    let day = day.map_or(now, |day| day.timestamp());
    day.saturating_sub((days * 24).hours())
        .unwrap_or(Timestamp::MIN)
}
