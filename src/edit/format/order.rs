//! Fields in the order in which their kind declares them, each with the comments right above it.
//!
//! Blank lines and what else stands between fields keep their place: a heading stays where it is, and so does the list
//! of fields that nobody needs yet, of which a line may have been taken into use.

use crate::yaml::{Node, Value};
use std::ops::Range;

/// The text with the fields of its front matter sorted; unknown ones come last.
pub fn sorted(text: &str, range: Range<usize>, node: &Node, names: &[&str]) -> Option<String> {
    let Value::Mapping(fields) = &node.value else {
        return None;
    };
    let mut keys = Vec::with_capacity(fields.len());
    for (key, _) in fields {
        let start = key.span.range().start;
        let rank = names.iter().position(|name| key.text() == Some(name));
        // One that does not begin its line is in no order to be changed.
        if start != range.start && !text[..start].ends_with('\n') {
            return None;
        }
        keys.push((start, rank.unwrap_or(names.len())));
    }
    // Pieces of the text: those of fields with their rank, and what stays between them.
    let (mut slots, mut own, mut at) = (vec![], vec![], range.start);
    for (n, (start, rank)) in keys.iter().enumerate() {
        let next = keys.get(n + 1).map_or(range.end, |(start, _)| *start);
        let from = own_comments(text, at..*start, names);
        let to = end(text, *start..next);
        slots.extend([Piece::Stays(at..from), Piece::Field]);
        own.push((*rank, from..to));
        at = to;
    }
    slots.push(Piece::Stays(at..range.end));
    own.sort_by_key(|(rank, _)| *rank);
    let mut own = own.into_iter().map(|(_, range)| range);
    let mut out = text[..range.start].to_owned();
    for slot in slots {
        out.push_str(match slot {
            Piece::Stays(range) => &text[range],
            Piece::Field => own.next().map_or("", |range| &text[range]),
        });
    }
    out.push_str(&text[range.end..]);
    Some(out)
}

enum Piece {
    Stays(Range<usize>),
    Field,
}

/// Where the comments begin that belong to the field behind a range: the last ones in it, as far as nothing else stands
/// between them and no field is among them that was commented out.
fn own_comments(text: &str, range: Range<usize>, names: &[&str]) -> usize {
    let mut from = range.end;
    for line in text[range].split_inclusive('\n').rev() {
        let said = line.strip_prefix('#').map(str::trim_start);
        let is_field = |said: &str| {
            let name = said.split_once(':').map(|(name, _)| name);
            name.is_some_and(|name| names.contains(&name))
        };
        match said {
            Some(said) if !is_field(said) => from -= line.len(),
            _ => break,
        }
    }
    from
}

/// Where a field ends that may reach up to the next: before the comments and blank lines at the end.
fn end(text: &str, range: Range<usize>) -> usize {
    let mut to = range.end;
    for line in text[range].split_inclusive('\n').rev() {
        match line.starts_with('#') || line.trim().is_empty() {
            true => to -= line.len(),
            false => break,
        }
    }
    to
}
