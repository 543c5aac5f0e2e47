//! Words in lines: how large, and where they break.

use super::font::Pen;

/// What stands for words that found no room.
const ELLIPSIS: &str = "…";

/// Breaks a text into lines that fit a width: at the largest of the sizes, largest first, at which they are few
/// enough; else at the smallest, with an ellipsis where it stops.
pub fn set<'a, P: AsRef<Pen>>(
    pens: &'a [P],
    text: &str,
    width: f32,
    most: usize,
) -> Option<(&'a Pen, Vec<String>)> {
    let mut last = None;
    for pen in pens.iter().map(AsRef::as_ref) {
        let lines = broken(pen, text, width);
        // A word that had to be cut looks better a size smaller.
        if lines.len() <= most && longest_fits(pen, text, width) {
            return Some((pen, lines));
        }
        last = Some((pen, lines));
    }
    let (pen, mut lines) = last?;
    if lines.len() > most {
        lines.truncate(most.max(1));
        if let Some(line) = lines.last_mut() {
            *line = shortened(pen, line, width);
        }
    }
    Some((pen, lines))
}

fn longest_fits(pen: &Pen, text: &str, width: f32) -> bool {
    text.split_whitespace().all(|word| pen.width(word) <= width)
}

/// Lines that are filled one after the other; a word that is wider than a line is cut.
fn broken(pen: &Pen, text: &str, width: f32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let longer = match line.is_empty() {
            true => word.to_owned(),
            false => format!("{line} {word}"),
        };
        if pen.width(&longer) <= width {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        let mut rest = word;
        while pen.width(rest) > width {
            let cut = cut(pen, rest, width);
            let (head, tail) = rest.split_at(cut);
            lines.push(head.to_owned());
            rest = tail;
        }
        line = rest.to_owned();
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// After how many bytes a word has to be cut; always after one letter at least.
fn cut(pen: &Pen, word: &str, width: f32) -> usize {
    let ends = word.char_indices().map(|(n, c)| n + c.len_utf8());
    let fitting = ends
        .clone()
        .take_while(|end| pen.width(&word[..*end]) <= width)
        .last();
    fitting.or(ends.clone().next()).unwrap_or(word.len())
}

/// A line with an ellipsis behind as much of it as fits.
fn shortened(pen: &Pen, line: &str, width: f32) -> String {
    let mut ends: Vec<usize> = line.char_indices().map(|(n, _)| n).collect();
    ends.push(line.len());
    let with = |end: usize| {
        format!(
            "{}{ELLIPSIS}",
            line[..end].trim_end_matches([' ', ',', '.', ':', '-', '–'])
        )
    };
    let fitting = ends
        .iter()
        .rev()
        .map(|end| with(*end))
        .find(|text| pen.width(text) <= width);
    fitting.unwrap_or_else(|| ELLIPSIS.to_owned())
}
