//! What was: when files were first and last published, and what of them is no longer there.
//!
//! Git knows it; a folder outside git keeps it in `data/history.json`.

use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where a folder outside git keeps its past.
pub const FILE: &str = "data/history.json";

/// For so long calendars say of a removed event that it does not take place, in days.
const REMEMBERED: i64 = 180;

/// When a file was first and last published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct History {
    /// First commit that holds it.
    pub created: Timestamp,
    /// Last commit that changed it.
    pub updated: Timestamp,
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

/// The past of a site folder, by path relative to it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Past {
    /// When each file was published, also of those that are gone.
    pub files: BTreeMap<String, History>,
    /// What was removed not long ago.
    #[serde(default)]
    pub removed: BTreeMap<String, Removed>,
}

impl Past {
    /// What was removed and is still spoken of at a moment.
    pub fn remembered(&self, now: Timestamp) -> impl Iterator<Item = (&String, &Removed)> {
        let since = since(now);
        let recent = move |gone: &Removed| gone.at > since && gone.at <= now;
        self.removed.iter().filter(move |(_, gone)| recent(gone))
    }

    /// The past as `data/history.json` holds it.
    pub fn to_json(&self) -> String {
        // Serialising maps of texts cannot fail.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

/// The oldest moment of which is still spoken.
pub fn since(now: Timestamp) -> Timestamp {
    now.saturating_sub((REMEMBERED * 24).hours())
        .unwrap_or(Timestamp::MIN)
}
