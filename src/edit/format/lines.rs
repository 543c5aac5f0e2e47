//! Two spaces for each level, one behind a colon or a dash, none at the end of a line, and never two blank lines.

use super::{is_flow, replaced};
use crate::yaml::{Node, Value};
use std::ops::Range;

/// Spaces from one level to the next.
const STEP: usize = 2;

/// The text with its YAML at `range` in even lines.
pub fn even(text: &str, range: Range<usize>, node: &Node) -> Option<String> {
    let mut starts = vec![range.start];
    let ends = text[range.clone()].match_indices('\n');
    starts.extend(
        ends.map(|(n, _)| range.start + n + 1)
            .filter(|at| *at < range.end),
    );
    let mut lines = Lines {
        text,
        sorts: vec![Sort::Free; starts.len()],
        starts,
        end: range.end,
        splices: vec![],
    };
    let is_nothing = matches!(&node.value, Value::Mapping(fields) if fields.is_empty());
    if !is_nothing {
        if is_flow(text, node) {
            return None;
        }
        lines.block(node, 0)?;
    }
    lines.indent()?;
    Some(replaced(text, lines.splices))
}

/// What a line is.
#[derive(Clone, Copy, PartialEq)]
enum Sort {
    /// A comment, or nothing.
    Free,
    /// It begins with a name or a dash: in which column it stands, and in which it is to stand.
    Begins(usize, usize),
    /// It goes on with a value: by how much it moves.
    GoesOn(isize),
}

struct Lines<'a> {
    text: &'a str,
    /// Where each line begins.
    starts: Vec<usize>,
    /// Where the last one ends.
    end: usize,
    sorts: Vec<Sort>,
    splices: Vec<(Range<usize>, String)>,
}

impl Lines<'_> {
    /// The line of a byte.
    fn line(&self, at: usize) -> usize {
        self.starts
            .partition_point(|start| *start <= at)
            .saturating_sub(1)
    }

    /// The bytes of a line, without its end.
    fn bytes(&self, line: usize) -> Range<usize> {
        let end = self.starts.get(line + 1).copied().unwrap_or(self.end);
        let own = self.text[self.starts[line]..end].trim_end_matches(['\r', '\n']);
        self.starts[line]..self.starts[line] + own.len()
    }

    fn put(&mut self, range: Range<usize>, new: &str) {
        if self.text[range.clone()] != *new {
            self.splices.push((range, new.to_owned()));
        }
    }

    /// How far a byte is from the beginning of its line, if only spaces and dashes stand before it; it is noted when it
    /// is the first thing there.
    fn column(&mut self, at: usize, wanted: usize) -> Option<usize> {
        let line = self.line(at);
        let before = &self.text[self.starts[line]..at];
        if before.trim_matches(' ').is_empty() {
            self.sorts[line] = Sort::Begins(before.len(), wanted);
        } else if !before.chars().all(|c| matches!(c, ' ' | '-')) {
            return None;
        }
        Some(before.len())
    }

    fn block(&mut self, node: &Node, column: usize) -> Option<()> {
        match &node.value {
            Value::Mapping(fields) => fields
                .iter()
                .try_for_each(|(key, value)| self.entry(key, value, column)),
            Value::Sequence(items) => items.iter().try_for_each(|item| self.item(item, column)),
            Value::Scalar { .. } => None,
        }
    }

    fn entry(&mut self, key: &Node, value: &Node, column: usize) -> Option<()> {
        key.text()?;
        let own = key.span.range();
        let before = self.column(own.start, column)?;
        let rest = &self.text[own.end..];
        let colon = own.end + rest.len() - rest.trim_start_matches([' ', '\t']).len();
        if !self.text[colon..].starts_with(':') {
            return None;
        }
        self.put(own.end..colon, "");
        self.value(value, colon + 1, (before, column))
    }

    fn item(&mut self, item: &Node, column: usize) -> Option<()> {
        let start = item.span.range().start;
        if item.span.range().is_empty() {
            return None;
        }
        let dash = self.dash(start)?;
        let before = self.column(dash, column)?;
        self.value(item, dash + 1, (before, column))
    }

    /// The dash of what begins at a byte: on its line, or on one above it with nothing but comments between them.
    fn dash(&self, start: usize) -> Option<usize> {
        let mut end = start;
        for line in (0..=self.line(start)).rev() {
            let own = &self.text[self.starts[line]..end];
            let rest = own.trim_start_matches([' ', '-']);
            if !rest.trim().is_empty() && !rest.starts_with('#') {
                return None;
            }
            match own[..own.len() - rest.len()].rfind('-') {
                Some(dash) => return Some(self.starts[line] + dash),
                None => end = self.starts[line],
            }
        }
        None
    }

    /// What stands behind a colon or a dash, which ends at `from`; the name or the dash stands in the first column and is
    /// to stand in the second.
    fn value(&mut self, value: &Node, from: usize, columns: (usize, usize)) -> Option<()> {
        let start = value.span.range().start;
        let line = self.line(from.saturating_sub(1));
        // Of a text of several lines only the lines below count, not what stands behind the colon.
        let is_long = self.text[from..]
            .trim_start_matches(' ')
            .starts_with(['|', '>']);
        if value.span.range().is_empty() && !is_long {
            return Some(());
        }
        let gap = self.text.get(from..start)?;
        let is_beside = self.line(start) == line;
        if is_beside && gap.trim().is_empty() {
            self.put(from..start, " ");
        }
        let is_block = !is_flow(self.text, value) && !matches!(value.value, Value::Scalar { .. });
        match is_block {
            true => self.block(value, columns.1 + STEP),
            false => {
                let last = match is_long {
                    true => self.last(line, columns.0, from),
                    false => self
                        .line(end_of(self.text, value).saturating_sub(1))
                        .max(line),
                };
                let by = columns.1 as isize - columns.0 as isize;
                self.sorts
                    .get_mut(line + 1..=last)
                    .into_iter()
                    .flatten()
                    .for_each(|sort| *sort = Sort::GoesOn(by));
                Some(())
            }
        }
    }

    /// The last line of a text of several lines, whose mark stands behind a byte: the next line that says anything is no
    /// deeper than its name. Blank lines at its end belong to it only where the mark says so.
    fn last(&self, line: usize, column: usize, from: usize) -> usize {
        let says = |line: usize| !self.text[self.bytes(line)].trim().is_empty();
        let deeper = |line: usize| {
            let own = &self.text[self.bytes(line)];
            own.len() - own.trim_start_matches(' ').len() > column
        };
        let mut last = line;
        while last + 1 < self.starts.len() && (deeper(last + 1) || !says(last + 1)) {
            last += 1;
        }
        let mark = self.text[from..].trim_start_matches(' ').chars().take(3);
        if !mark.into_iter().any(|letter| letter == '+') {
            while last > line && !says(last) {
                last -= 1;
            }
        }
        last
    }

    /// Moves each line to where it belongs.
    fn indent(&mut self) -> Option<()> {
        let (mut was_blank, mut blank) = (true, None);
        for line in 0..self.sorts.len() {
            let range = self.bytes(line);
            let own = &self.text[range.clone()];
            let lead = own.len() - own.trim_start_matches([' ', '\t']).len();
            let margin = range.start..range.start + lead;
            let goes_on = matches!(self.sorts.get(line + 1), Some(Sort::GoesOn(_)));
            let is_blank = own.trim().is_empty();
            match self.sorts[line] {
                Sort::GoesOn(by) => {
                    if !is_blank && by != 0 {
                        let spaces = own.len() - own.trim_start_matches(' ').len();
                        let new = " ".repeat(spaces.saturating_add_signed(by));
                        self.put(range.start..range.start + spaces, &new);
                    }
                    (was_blank, blank) = (false, None);
                    continue;
                }
                Sort::Free if is_blank => {
                    let next = self.starts.get(line + 1).copied().unwrap_or(self.end);
                    if was_blank {
                        self.splices.push((range.start..next, String::new()));
                    } else {
                        self.put(range, "");
                        blank = Some(self.starts[line]);
                    }
                    was_blank = true;
                    continue;
                }
                Sort::Free if own.trim_start().starts_with('#') => {
                    let column = self.comment(line, lead);
                    self.put(margin, &" ".repeat(column));
                }
                Sort::Free => return None,
                Sort::Begins(_, column) => self.put(margin, &" ".repeat(column)),
            }
            (was_blank, blank) = (false, None);
            if !goes_on {
                let kept = own.trim_end_matches([' ', '\t']).len();
                self.put(range.start + kept..range.end, "");
            }
        }
        // Nothing stands between the last line and the dashes.
        if let Some(start) = blank {
            self.splices.retain(|(other, _)| other.start < start);
            self.splices.push((start..self.end, String::new()));
        }
        Some(())
    }

    /// The column of a comment: that of the line below it, or of a line above that it stood in line with.
    fn comment(&self, line: usize, column: usize) -> usize {
        let begins = |sort: &Sort| match sort {
            Sort::Begins(old, new) => Some((*old, *new)),
            _ => None,
        };
        let below = self.sorts[line..].iter().find_map(begins);
        let mut above = self.sorts[..line].iter().rev().filter_map(begins);
        match below {
            Some((old, new)) if column <= old => new,
            Some((_, new)) => above
                .find(|(old, _)| *old <= column)
                .filter(|(old, _)| *old == column)
                .map_or(new, |(_, new)| new),
            None => above
                .find(|(old, _)| *old <= column)
                .map_or(0, |(_, new)| new),
        }
    }
}

/// Where a scalar ends, or the bracket that closes a list or a group.
fn end_of(text: &str, node: &Node) -> usize {
    let range = node.span.range();
    let last = match &node.value {
        Value::Scalar { .. } => return range.start + text[range.clone()].trim_end().len(),
        Value::Sequence(items) => items.last(),
        Value::Mapping(fields) => fields.last().map(|(_, value)| value),
    };
    let mut at = last.map_or(range.start + 1, |last| match last.value {
        Value::Scalar { .. } => last.span.range().end,
        _ => end_of(text, last),
    });
    while let Some(letter) = text[at..].chars().next() {
        match letter {
            ']' | '}' => return at + 1,
            '#' => at += text[at..].find('\n').unwrap_or(text.len() - at),
            letter => at += letter.len_utf8(),
        }
    }
    at
}
