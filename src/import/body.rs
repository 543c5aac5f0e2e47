//! Bodies: what the mapping replaces, then shortcodes, then HTML; links and pictures once all paths are known.

use super::layout::{Layout, Original};
use super::links::{Found, Index, led};
use super::mapping::Mapping;
use super::matter::Note;
use super::shortcodes;
use crate::content::html::{self, Fate, tags};
use crate::phrase;
use std::collections::BTreeMap;

/// A body in Markdown without anything that a program has to fill in.
pub fn plain(
    original: &Original,
    body: &str,
    title: &str,
    (mapping, layout): (&Mapping, &Layout),
    notes: &mut Vec<Note>,
) -> String {
    let body = mapping.replaced(body.to_owned(), notes);
    let field = |name: &str| original.field(name).or_else(|| layout.said(name));
    let body = shortcodes::plain(&body, &field, notes);
    let mut tell = |fate: Fate, name: &str| notes.push(note(fate, name));
    let body = html::markdown(&body, &mut tell);
    untitled(&body, title)
}

/// What is told of an element that is not kept as it is.
fn note(fate: Fate, name: &str) -> Note {
    let element = format!("<{name}>");
    match fate {
        Fate::LeftOut => Note::lost(phrase!(
            "an element that Markdown does not have was left out"
        ))
        .about(&element),
        Fate::Unwrapped => Note::lost(phrase!(
            "an element that the site made for itself was left out; what stands in it was kept"
        ))
        .about(&element),
        Fate::Linked => Note::repaired(phrase!("a frame, film or sound became a link")).about(name),
        Fate::Remark => {
            Note::lost(phrase!("a remark in the source of a text was left out")).about(name)
        }
        Fate::Wordless => Note::lost(phrase!("a link without words was left out")).about(name),
    }
}

/// A body whose first heading is the title, without it: the page has the title already.
fn untitled(body: &str, title: &str) -> String {
    let rest = body.trim_start_matches('\n');
    let first = rest.lines().next().unwrap_or("");
    match first.strip_prefix("# ") {
        Some(heading) if tags::words(heading) == title => rest
            .get(first.len()..)
            .unwrap_or("")
            .trim_start_matches('\n')
            .to_owned(),
        _ => rest.to_owned(),
    }
}

/// Files that records show or link to: their place in the repository, by their name among the media.
pub type Wanted = BTreeMap<String, String>;

/// A body whose links lead to where their targets lie now. `place` gives folder and file of a document.
pub fn linked(
    body: &str,
    original: &Original,
    index: &Index,
    place: &dyn Fn(usize) -> Option<(String, String)>,
    media: &mut dyn FnMut(&str) -> Option<String>,
    notes: &mut Vec<Note>,
) -> String {
    let mut told = Vec::new();
    let mut lead = |address: &str, picture: bool| match index.find(original, address, picture) {
        Found::Same => Some(address.to_owned()),
        Found::Document(number, rest) => {
            let (folder, file) = place(number)?;
            Some(format!("../{folder}/{file}{rest}"))
        }
        Found::File(path) => media(&path).map(|name| format!("../{name}")),
        Found::Address(address) => {
            told.push(
                Note::repaired(phrase!(
                    "a link to what was not imported leads to the old site"
                ))
                .about(&address),
            );
            Some(address)
        }
        Found::Nowhere => None,
    };
    let body = led(body, &mut lead, notes);
    notes.extend(told);
    body
}
