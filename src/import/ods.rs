//! Workbooks of LibreOffice and others: OpenDocument.

use super::archive::Archive;
use super::cells::{COLUMNS, ROWS, Sheet, Show, number, of_iso};
use super::xml::{Piece, Tag, pieces};
use std::collections::BTreeSet;

/// The sheets of a workbook; nothing for what is none.
pub fn sheets(archive: &Archive) -> Option<Vec<Sheet>> {
    let text = archive.text("content.xml")?;
    let mut reader = Reader::default();
    pieces(&text, |piece| reader.piece(piece)).then_some(reader.sheets)
}

#[derive(Default)]
struct Reader {
    sheets: Vec<Sheet>,
    /// The style that is being read, and those that hide a sheet.
    style: String,
    hiding: BTreeSet<String>,
    at: (usize, usize),
    /// How often the row and the cell stand there.
    rows: usize,
    columns: usize,
    row: Vec<(usize, String, Option<String>)>,
    cell: Option<Cell>,
    /// How deep in a comment.
    aside: usize,
}

#[derive(Default)]
struct Cell {
    value: Option<String>,
    words: String,
    paragraphs: usize,
    link: Option<String>,
}

fn count(tag: &Tag, name: &str) -> usize {
    tag.get(name)
        .and_then(|n| n.parse().ok())
        .unwrap_or(1)
        .max(1)
}

impl Reader {
    fn piece(&mut self, piece: Piece) {
        match piece {
            Piece::Open(tag) if tag.name == "annotation" => self.aside += 1,
            Piece::Close(name) if name == "annotation" => self.aside = self.aside.saturating_sub(1),
            _ if self.aside > 0 => {}
            Piece::Open(tag) => self.open(&tag),
            Piece::Text(text) => {
                if let Some(cell) = self.cell.as_mut().filter(|cell| cell.paragraphs > 0) {
                    cell.words += &text;
                }
            }
            Piece::Close(name) => match name.as_str() {
                "table-cell" | "covered-table-cell" => self.close_cell(),
                "table-row" => self.close_row(),
                _ => {}
            },
        }
    }

    fn open(&mut self, tag: &Tag) {
        match tag.name.as_str() {
            "style" => self.style = tag.get("name").unwrap_or("").to_owned(),
            "table-properties" if tag.get("display") == Some("false") => {
                self.hiding.insert(self.style.clone());
            }
            // Within a cell stands a table of its own: what it holds is no part of the sheet.
            "table" if self.cell.is_none() => {
                self.at = (0, 0);
                self.sheets.push(Sheet {
                    name: tag.get("name").unwrap_or("").to_owned(),
                    hidden: tag
                        .get("style-name")
                        .is_some_and(|style| self.hiding.contains(style)),
                    ..Sheet::default()
                });
            }
            "table-row" => {
                self.rows = count(tag, "number-rows-repeated");
                self.at.1 = 0;
                self.row.clear();
            }
            "table-cell" | "covered-table-cell" => {
                self.columns = count(tag, "number-columns-repeated");
                let (down, right) = (
                    count(tag, "number-rows-spanned"),
                    count(tag, "number-columns-spanned"),
                );
                if let (true, Some(sheet)) = (down > 1 || right > 1, self.sheets.last_mut()) {
                    let (row, column) = self.at;
                    sheet.merged.push([
                        row,
                        column,
                        row.saturating_add(down - 1),
                        column.saturating_add(right - 1),
                    ]);
                }
                self.cell = Some(Cell {
                    value: value(tag),
                    ..Cell::default()
                });
            }
            name => {
                let Some(cell) = &mut self.cell else { return };
                match name {
                    "p" => {
                        cell.words += if cell.paragraphs > 0 { "\n" } else { "" };
                        cell.paragraphs += 1;
                    }
                    "s" => cell.words += &" ".repeat(count(tag, "c").min(100)),
                    "tab" | "line-break" => cell.words.push(' '),
                    "a" => cell.link = tag.get("href").map(str::to_owned),
                    _ => {}
                }
            }
        }
    }

    fn close_cell(&mut self) {
        let Some(cell) = self.cell.take() else { return };
        let text = cell.value.unwrap_or(cell.words);
        if !text.trim().is_empty() {
            for n in 0..self.columns.min(COLUMNS) {
                self.row
                    .push((self.at.1.saturating_add(n), text.clone(), cell.link.clone()));
            }
        }
        self.at.1 = self.at.1.saturating_add(self.columns);
    }

    fn close_row(&mut self) {
        if let Some(sheet) = self.sheets.last_mut().filter(|_| !self.row.is_empty()) {
            for row in self.at.0..self.at.0.saturating_add(self.rows.min(ROWS)) {
                for (column, text, link) in &self.row {
                    sheet.put(row, *column, text);
                    if let Some(link) = link.clone().filter(|_| row < ROWS && *column < COLUMNS) {
                        sheet.links.insert((row, *column), link);
                    }
                }
                if sheet.cut {
                    break;
                }
            }
        }
        self.at.0 = self.at.0.saturating_add(self.rows);
    }
}

/// What a cell holds, when that is no text.
fn value(tag: &Tag) -> Option<String> {
    let as_number = |show| {
        let value: f64 = tag.get("value")?.parse().ok()?;
        Some(number(value, show, false))
    };
    match tag.get("value-type")? {
        "float" | "currency" => as_number(Show::Number),
        "percentage" => as_number(Show::Percent),
        "date" => tag.get("date-value").map(str::to_owned),
        "time" => tag.get("time-value").map(of_iso),
        "boolean" => tag.get("boolean-value").map(str::to_owned),
        "string" => tag.get("string-value").map(str::to_owned),
        _ => None,
    }
}
