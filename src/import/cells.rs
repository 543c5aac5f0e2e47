//! What stands in the cells of a workbook, as people would write it: numbers, days, times, lengths, percentages.

use jiff::civil::{DateTime, date};
use jiff::{SpanRound, ToSpan, Unit};
use std::collections::BTreeMap;

/// The last column that is read; nobody writes a table that is wider.
pub const COLUMNS: usize = 500;
/// The last row that is read.
pub const ROWS: usize = 200_000;

/// The most cells that are read of a sheet.
const CELLS: usize = 2_000_000;

/// A sheet of a workbook. Rows and columns count from nought.
#[derive(Debug, Default)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Whether it is hidden.
    pub hidden: bool,
    /// Its cells that hold something, by row and column.
    pub cells: BTreeMap<(usize, usize), String>,
    /// Where a cell leads to, when its words are not the address themselves.
    pub links: BTreeMap<(usize, usize), String>,
    /// Cells that are one: first row and column, last row and column.
    pub merged: Vec<[usize; 4]>,
    /// Whether something lies beyond the last row or column that is read.
    pub cut: bool,
}

impl Sheet {
    /// Puts a text into a cell.
    pub fn put(&mut self, row: usize, column: usize, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        if row >= ROWS || column >= COLUMNS || self.cells.len() >= CELLS {
            self.cut = true;
            return;
        }
        self.cells.insert((row, column), text.to_owned());
    }

    /// The rows, up to the last that holds something. What is merged over several rows stands in each of them.
    pub fn rows(&self) -> Vec<Vec<String>> {
        let mut rows: Vec<Vec<String>> = Vec::new();
        for ((row, column), text) in &self.cells {
            rows.resize_with(rows.len().max(row + 1), Vec::new);
            if let Some(cells) = rows.get_mut(*row) {
                cells.resize_with(cells.len().max(column + 1), String::new);
                cells[*column].clone_from(text);
            }
        }
        for [top, left, bottom, _] in self
            .merged
            .iter()
            .filter(|[top, _, bottom, _]| bottom > top)
        {
            let Some(text) = self.cells.get(&(*top, *left)) else {
                continue;
            };
            for cells in rows
                .iter_mut()
                .take(bottom.saturating_add(1))
                .skip(top.saturating_add(1))
            {
                if cells.iter().any(|cell| !cell.is_empty()) {
                    cells.resize_with(cells.len().max(left + 1), String::new);
                    cells[*left].clone_from(text);
                }
            }
        }
        rows
    }
}

/// How a number is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Show {
    /// As a number.
    #[default]
    Number,
    /// In hundredths.
    Percent,
    /// As a day, a time, or both.
    Moment,
    /// As hours that may be more than a day has.
    Length,
}

/// A number as it is shown.
pub fn number(value: f64, show: Show, from_1904: bool) -> String {
    match show {
        Show::Number => plain(value),
        Show::Percent => format!("{}%", plain(value * 100.0)),
        Show::Length => length(value * 86_400.0),
        Show::Moment => moment(value, from_1904).unwrap_or_else(|| plain(value)),
    }
}

/// A number without what binary fractions add: `0.3` and not `0.30000000000000004`.
fn plain(value: f64) -> String {
    let text = format!("{value:.9}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// Seconds as hours and minutes.
pub fn length(seconds: f64) -> String {
    let minutes = (seconds / 60.0).round().clamp(0.0, 1e9) as u64;
    match minutes / 60 {
        hours @ 0..24 => format!("{hours:02}:{:02}", minutes % 60),
        hours => format!("{hours}h {}m", minutes % 60),
    }
}

/// Days since the end of 1899 as a day, a time, or both.
fn moment(value: f64, from_1904: bool) -> Option<String> {
    if !(0.0..2_958_466.0).contains(&value) {
        return None;
    }
    if value < 1.0 {
        return Some(length(value * 86_400.0));
    }
    let first = match from_1904 {
        true => date(1904, 1, 1),
        false => date(1899, 12, 30),
    };
    let seconds = (value * 86_400.0).round() as i64;
    let found: DateTime = first
        .to_datetime(jiff::civil::Time::midnight())
        .checked_add(seconds.seconds())
        .ok()?;
    let found = found.round(Unit::Minute).ok()?;
    Some(match found.time() == jiff::civil::Time::midnight() {
        true => found.date().to_string(),
        false => format!("{}T{:02}:{:02}", found.date(), found.hour(), found.minute()),
    })
}

/// A length in the way of ISO 8601, as hours and minutes: `PT19H30M00S` is `19:30`.
pub fn of_iso(text: &str) -> String {
    let span: Option<jiff::Span> = text.parse().ok();
    let whole = SpanRound::new().largest(Unit::Second).days_are_24_hours();
    let seconds = span.and_then(|span| Some(span.round(whole).ok()?.get_seconds()));
    seconds.map_or_else(|| text.to_owned(), |seconds| length(seconds as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_people_write_them() {
        assert_eq!(number(0.1 + 0.2, Show::Number, false), "0.3");
        assert_eq!(number(12.0, Show::Number, false), "12");
        assert_eq!(number(0.125, Show::Percent, false), "12.5%");
        assert_eq!(number(46359.8125, Show::Moment, false), "2026-12-03T19:30");
        assert_eq!(number(46359.0, Show::Moment, false), "2026-12-03");
        assert_eq!(number(44897.0, Show::Moment, true), "2026-12-03");
        assert_eq!(number(0.8125, Show::Moment, false), "19:30");
        assert_eq!(number(1.0625, Show::Length, false), "25h 30m");
        assert_eq!(number(1e300, Show::Moment, false).len(), 301);
        assert_eq!(of_iso("PT19H30M00S"), "19:30");
        assert_eq!(of_iso("soon"), "soon");
    }
}
