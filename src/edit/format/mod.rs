//! Front matter as Plein itself would write it, with every comment, every word and the body as they were.
//!
//! Indentation, spaces and blank lines become even, quotes go where nobody needs them, and fields stand in the order of
//! their kind, each with the comments above it. Each step is read again: one that would say anything else is left out.

mod lines;
mod order;
mod values;

use super::{Refusal, line_end};
use crate::content::Kind;
use crate::content::shape::shape;
use crate::source::SourceId;
use crate::source::front_matter::split;
use crate::yaml::{self, Node, Value};
use std::ops::Range;

/// What a file may begin with that is no text.
const MARK: char = '\u{feff}';

/// Where the YAML of a file stands.
type Place = fn(&str) -> Option<Range<usize>>;
/// A file after one step; none where there is something in it that the step does not know.
type Step<'a> = &'a dyn Fn(&str, Range<usize>, &Node) -> Option<String>;

/// The file of a record of this kind.
pub fn record(text: &str, kind: &Kind) -> Result<String, Refusal> {
    let text = text.strip_prefix(MARK).unwrap_or(text);
    let place: Place = |text| split(text).ok().map(|split| split.yaml);
    let shape = shape(kind);
    let names: Vec<&str> = shape
        .common
        .iter()
        .chain(&shape.own)
        .map(|n| &**n)
        .collect();
    let order = |text: &str, range, node: &Node| order::sorted(text, range, node, &names);
    let (before, range) = read(text, place).ok_or(Refusal::Unreadable)?;
    if !matches!(before.value, Value::Mapping(_)) {
        return Err(Refusal::Unreadable);
    }
    let after = steps(
        text,
        range,
        &before,
        place,
        &[&lines::even, &values::plain, &order],
    );
    Ok(edges(&after))
}

/// A file below `data/`: only its lines become even, for there quotes and order are its makers' habit.
pub fn data(text: &str) -> Result<String, Refusal> {
    let text = text.strip_prefix(MARK).unwrap_or(text);
    let place: Place = |text| Some(0..text.len());
    let (before, range) = read(text, place).ok_or(Refusal::Unreadable)?;
    Ok(steps(text, range, &before, place, &[&lines::even]))
}

/// The tree of a file in which nothing is wrong, and where it stands.
fn read(text: &str, place: Place) -> Option<(Node, Range<usize>)> {
    let range = place(text)?;
    let (node, faults) = yaml::parse(SourceId(0), text, range.clone());
    Some((node.filter(|_| faults.is_empty())?, range))
}

/// One step after the other, as long as the file says what it said before.
fn steps(text: &str, range: Range<usize>, before: &Node, place: Place, steps: &[Step]) -> String {
    let kept = kept(&text[range.clone()]);
    let (mut own, mut node, mut range) = (text.to_owned(), before.clone(), range);
    for step in steps {
        let Some(next) = step(&own, range.clone(), &node) else {
            continue;
        };
        match read(&next, place) {
            Some((again, there))
                if same(before, &again) && self::kept(&next[there.clone()]) == kept =>
            {
                (own, node, range) = (next, again, there);
            }
            _ => {}
        }
    }
    own
}

/// Whether two trees say the same, whatever the order of their fields.
fn same(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (Value::Scalar { text: one, .. }, Value::Scalar { text: two, .. }) => {
            one == two && a.is_null() == b.is_null()
        }
        (Value::Sequence(a), Value::Sequence(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Mapping(a), Value::Mapping(own)) => {
            let found = |(key, value): &(Node, Node)| {
                let other = key.text().and_then(|name| b.get(name));
                other.is_some_and(|other| same(value, other))
            };
            a.len() == own.len() && a.iter().all(found)
        }
        _ => false,
    }
}

/// What stands on each line but for spaces and quotes, whatever the order of lines: no comment may get lost.
fn kept(yaml: &str) -> Vec<String> {
    let is_kept = |c: &char| !c.is_whitespace() && !matches!(c, '"' | '\'');
    let mut lines: Vec<String> = yaml
        .lines()
        .map(|line| line.chars().filter(is_kept).collect())
        .filter(|line: &String| !line.is_empty())
        .collect();
    lines.sort();
    lines
}

/// The lines of dashes without spaces behind them, and one blank line before the body.
fn edges(text: &str) -> String {
    let Ok(split) = split(text) else {
        return text.to_owned();
    };
    let end = line_end(text);
    let closing = &text[split.yaml.end..split.body.start];
    let body = &text[split.body];
    let is_blank = |line: &&str| line.trim_matches([' ', '\t', '\r', '\n']).is_empty();
    let blank: usize = body
        .split_inclusive('\n')
        .take_while(is_blank)
        .map(str::len)
        .sum();
    let rest = &body[blank..];
    let (between, rest) = match rest.is_empty() {
        true => ("", body),
        false => (end, rest),
    };
    let closed = if closing.ends_with('\n') { end } else { "" };
    let yaml = &text[split.yaml];
    format!("---{end}{yaml}---{closed}{between}{rest}")
}

/// A text in which ranges are replaced; none of them lies within another.
fn replaced(text: &str, mut splices: Vec<(Range<usize>, String)>) -> String {
    splices.sort_by_key(|(range, _)| (range.start, range.end));
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for (range, new) in &splices {
        if range.start < at {
            continue;
        }
        out.push_str(&text[at..range.start]);
        out.push_str(new);
        at = range.end;
    }
    out.push_str(&text[at..]);
    out
}

/// Whether a node stands between brackets or braces.
fn is_flow(text: &str, node: &Node) -> bool {
    !matches!(node.value, Value::Scalar { .. })
        && text[node.span.range().start..].starts_with(['[', '{'])
}

#[cfg(test)]
mod tests;
