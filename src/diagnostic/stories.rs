//! The story of each diagnostic code: why it is a mistake, an example, and the message it gives.
//!
//! A story is one Markdown file in `tests/diagnostics/`; the same file is its test.

include!(concat!(env!("OUT_DIR"), "/stories.rs"));

/// The story of a code, as Markdown.
pub fn story(code: &str) -> Option<&'static str> {
    STORIES
        .binary_search_by(|(name, _)| (*name).cmp(code))
        .ok()
        .map(|n| STORIES[n].1)
}

/// Every code that has a story, by name.
pub fn codes() -> impl Iterator<Item = &'static str> {
    STORIES.iter().map(|(code, _)| *code)
}
