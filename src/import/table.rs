//! Tables with a row for each record: CSV with any separator, quoted or not, and the sheets of workbooks.

use super::archive::Archive;
use super::layout::{Original, Skipped};
use super::matter::Note;
use super::{ods, slug, xlsx};
use crate::phrase;
use crate::source::rows::{cells, separator};
use crate::source::text;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The rows of a CSV file as documents.
pub fn csv(path: &str, bytes: &[u8]) -> Vec<Original> {
    let decoded = text::decode(bytes);
    let rows = cells(&decoded.text, separator(&decoded.text));
    let notes = decoded
        .notes
        .iter()
        .map(|what| Note::repaired(what))
        .collect();
    let table = Table {
        path,
        prefix: format!("{path}#"),
        rows,
        links: BTreeMap::new(),
        folder: stem(path).to_owned(),
    };
    table.documents(notes)
}

/// The rows of every sheet of a workbook as documents, and the sheets that have none. Nothing for what is damaged.
pub fn workbook(path: &str, bytes: &[u8]) -> Option<(Vec<Original>, Vec<Skipped>)> {
    let archive = Archive::read(bytes)?;
    let sheets = match path.to_lowercase().ends_with(".ods") {
        true => ods::sheets(&archive)?,
        false => xlsx::sheets(&archive)?,
    };
    let (mut documents, mut skipped) = (Vec::new(), Vec::new());
    let filled = |sheet: &&crate::import::cells::Sheet| !sheet.hidden && !sheet.cells.is_empty();
    let single = sheets.iter().filter(filled).count() == 1;
    for sheet in &sheets {
        let name = sheet.name.replace(['/', '*', '#', ':'], "-");
        let (prefix, folder) = match single {
            true => (format!("{path}#"), stem(path).to_owned()),
            false => (format!("{path}#{name}:"), name.clone()),
        };
        if sheet.hidden {
            skipped.push((format!("{path}#{name}"), phrase!("a sheet that is hidden")));
            continue;
        }
        let mut notes = Vec::new();
        if sheet.cut {
            notes.push(
                Note::lost(phrase!(
                    "a sheet is too large: its last rows or columns were left out"
                ))
                .about(&name),
            );
        }
        let table = Table {
            path,
            prefix,
            rows: sheet.rows(),
            links: sheet.links.clone(),
            folder,
        };
        let found = table.documents(notes);
        if found.is_empty() {
            skipped.push((
                format!("{path}#{name}"),
                phrase!("a sheet without rows below names of columns"),
            ));
        }
        documents.extend(found);
    }
    Some((documents, skipped))
}

fn stem(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.split('.').next().unwrap_or(file)
}

/// What a formula shows that went wrong.
const ERRORS: [&str; 7] = [
    "#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!",
];

/// A table: its rows, each with its cells.
struct Table<'a> {
    path: &'a str,
    /// What stands before the number of a row in its path.
    prefix: String,
    rows: Vec<Vec<String>>,
    /// Where cells lead to, by row and column.
    links: BTreeMap<(usize, usize), String>,
    folder: String,
}

fn full(row: &[String]) -> usize {
    row.iter().filter(|cell| !cell.trim().is_empty()).count()
}

impl Table<'_> {
    /// The rows as documents: the first row that has two cells names the fields, with the one below where that
    /// names parts of them.
    fn documents(&self, notes: Vec<Note>) -> Vec<Original> {
        let Some(head) = self.rows.iter().position(|row| full(row) > 1) else {
            return Vec::new();
        };
        let first = self.rows.get(head).map_or(&[][..], Vec::as_slice);
        let below = self
            .rows
            .get(head + 1)
            .filter(|row| names_parts(first, row));
        let names = names(first, below.map(Vec::as_slice));
        let mut documents = Vec::new();
        let mut notes = notes;
        let start = head + 1 + usize::from(below.is_some());
        for (n, row) in self
            .rows
            .iter()
            .enumerate()
            .skip(start)
            .filter(|(_, row)| full(row) > 0)
        {
            let mut notes = std::mem::take(&mut notes);
            let mut fields = Map::new();
            for (column, cell) in row
                .iter()
                .enumerate()
                .filter(|(_, cell)| !cell.trim().is_empty())
            {
                let Some(name) = names.get(column) else {
                    notes.push(
                        Note::lost(phrase!(
                            "a cell stands beyond the last column that has a name"
                        ))
                        .about(cell),
                    );
                    continue;
                };
                if ERRORS.contains(&cell.trim()) {
                    notes.push(
                        Note::lost(phrase!("a cell shows that its formula went wrong")).about(cell),
                    );
                    continue;
                }
                fields.insert(name.clone(), Value::String(cell.trim().to_owned()));
                if let Some(link) = self
                    .links
                    .get(&(n, column))
                    .filter(|link| !cell.contains(link.as_str()))
                {
                    fields.insert(format!("{name} link"), Value::String(link.clone()));
                }
            }
            documents.push(self.document(n + 1, fields, notes));
        }
        documents
    }

    fn document(&self, number: usize, fields: Map<String, Value>, notes: Vec<Note>) -> Original {
        let mut document = row_document(self.path, number, fields, notes);
        document.path = format!("{}{number}", self.prefix);
        if self.folder != document.folder {
            document.name = format!("{}-{number}", slug::slug(&self.folder));
            document.long_name.clone_from(&document.name);
            document.folder.clone_from(&self.folder);
        }
        document
    }
}

/// Whether a row below the first names parts of what that one names: it fills its gaps, with short words and no
/// numbers, and says nothing else where that one names a single column.
fn names_parts(first: &[String], row: &[String]) -> bool {
    let at = |row: &[String], n: usize| row.get(n).map_or("", |cell| cell.trim()).to_owned();
    let width = first.len().max(row.len());
    let gap = |n: usize| at(first, n).is_empty();
    let fills =
        (1..width).any(|n| gap(n) && !at(row, n).is_empty() && (0..n).any(|before| !gap(before)));
    let words = row
        .iter()
        .all(|cell| cell.chars().count() < 40 && !cell.contains(|c: char| c.is_ascii_digit()));
    let clean = (0..width).all(|n| {
        let (above, below) = (at(first, n), at(row, n));
        above.is_empty() || below.is_empty() || above == below || gap(n + 1) && n + 1 < width
    });
    fills && words && clean && full(row) > 1
}

/// The names of columns, each different. What is named twice gets the number of its column.
fn names(first: &[String], below: Option<&[String]>) -> Vec<String> {
    let clean = |row: &[String], n: usize| {
        let cell = row.get(n).map_or("", String::as_str);
        cell.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let width = first.len().max(below.map_or(0, <[String]>::len));
    let mut names: Vec<String> = Vec::new();
    let mut group = String::new();
    for n in 0..width {
        let above = clean(first, n);
        if !above.is_empty() {
            group.clone_from(&above);
        }
        let part = below.map_or_else(String::new, |row| clean(row, n));
        let name = match (part.is_empty(), above.is_empty()) {
            (false, _) if names.contains(&part) => format!("{group} {part}"),
            (false, _) => part,
            (true, false) => above,
            (true, true) => format!("column {}", n + 1),
        };
        let taken = names.contains(&name);
        names.push(if taken {
            format!("{name} {}", n + 1)
        } else {
            name
        });
    }
    names
}

/// A document for a row; its name is that of its title, when the record is made.
pub fn row_document(
    path: &str,
    number: usize,
    fields: Map<String, Value>,
    notes: Vec<Note>,
) -> Original {
    let stem = stem(path);
    let name = format!("{stem}-{number}");
    Original {
        path: format!("{path}#{number}"),
        folder: stem.to_owned(),
        long_name: name.clone(),
        name,
        date: None,
        language: None,
        index: false,
        fields,
        body: String::new(),
        html: false,
        notes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_read_with_any_separator() {
        for text in [
            "Titel;Datum;Waar\n\"Soep; voor \"\"allen\"\"\";3-12-2026;Keuken\n\n",
            "Titel\tDatum\tWaar\nSoep; voor \"allen\"\t3-12-2026\tKeuken\n",
            "\u{feff}Titel,Datum,Waar\r\n\"Soep; voor \"\"allen\"\"\",3-12-2026,Keuken",
        ] {
            let rows = csv("agenda.csv", text.as_bytes());
            assert_eq!(rows.len(), 1, "{text}");
            assert_eq!(rows[0].fields["Titel"], "Soep; voor \"allen\"");
            assert_eq!(rows[0].fields["Waar"], "Keuken");
            assert_eq!(rows[0].folder, "agenda");
        }
        assert!(csv("a.csv", b"\"never closed\n,,").is_empty());
    }
}
