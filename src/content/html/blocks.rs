//! Lists and tables of HTML in the words of Markdown, and what an HTML text leaves behind.

use super::tags::words;

/// The items of a list: `\u{1}` begins one, `\u{2}` a line further in it.
pub fn items(text: &str, numbered: bool, nested: bool) -> String {
    // What stands before the first item stays before the list.
    let before = text.split('\u{1}').next().unwrap_or("").trim();
    let before = if words(before).replace('\u{a0}', "").trim().is_empty() {
        String::new()
    } else {
        format!("{before}\n\n")
    };
    let mut out = String::new();
    for (n, item) in text.split('\u{1}').skip(1).enumerate() {
        let mark = if numbered {
            format!("{}. ", n + 1)
        } else {
            "- ".to_owned()
        };
        let indent = " ".repeat(mark.len());
        let lines: Vec<&str> = item
            .split('\n')
            .map(|line| line.trim_start_matches('\u{2}').trim_end())
            .collect();
        let lines: Vec<&str> = lines.into_iter().filter(|line| !line.is_empty()).collect();
        out += &format!("{mark}{}\n", lines.join(&format!("\n{indent}")));
    }
    if nested {
        format!("\n{before}{out}")
    } else {
        format!("\n\n{before}{out}\n\n")
    }
}

/// A table: `\u{4}` begins a row, `\u{3}` a cell. The first row is the heading.
pub fn table(text: &str) -> String {
    let rows: Vec<Vec<&str>> = text
        .split('\u{4}')
        .skip(1)
        .map(|row| row.split('\u{3}').skip(1).map(str::trim).collect())
        .collect();
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    if width == 0 {
        return text.replace(['\u{3}', '\u{4}'], " ");
    }
    // A caption stands before the rows.
    let before = text.split('\u{4}').next().unwrap_or("").trim();
    let mut out = format!("\n\n{before}\n\n");
    for (n, row) in rows.iter().enumerate() {
        let cells = (0..width).map(|cell| row.get(cell).copied().unwrap_or(""));
        out += &format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "));
        if n == 0 {
            out += &format!("|{}\n", " --- |".repeat(width));
        }
    }
    out + "\n"
}

/// No marks of ours, no more than one empty line in a row.
pub fn tidy(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|c| {
            if matches!(c, '\u{3}' | '\u{4}') {
                ' '
            } else {
                c
            }
        })
        .filter(|c| !matches!(c, '\u{1}' | '\u{2}'))
        .collect();
    let mut out = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.split_inclusive('\n') {
        empty = if line.trim().is_empty() { empty + 1 } else { 0 };
        if empty < 3 {
            out += line;
        }
    }
    out
}
