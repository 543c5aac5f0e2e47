//! Tables with a row for each record: CSV with any separator, quoted or not.

use super::layout::Original;
use super::matter::Note;
use super::text;
use serde_json::{Map, Value};

/// The rows of a CSV file as documents.
pub fn csv(path: &str, bytes: &[u8]) -> Vec<Original> {
    let decoded = text::decode(bytes);
    let rows = cells(&decoded.text, separator(&decoded.text));
    let notes = decoded
        .notes
        .iter()
        .map(|what| Note::repaired(what))
        .collect();
    documents(path, &rows, notes)
}

/// Rows of cells as documents: the first row that has two cells names the fields.
pub fn documents(path: &str, rows: &[Vec<String>], notes: Vec<Note>) -> Vec<Original> {
    let full = |row: &Vec<String>| row.iter().filter(|cell| !cell.trim().is_empty()).count();
    let Some(head) = rows.iter().position(|row| full(row) > 1) else {
        return Vec::new();
    };
    let mut names: Vec<String> = Vec::new();
    for (n, name) in rows.get(head).into_iter().flatten().enumerate() {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let name = if name.is_empty() {
            format!("column {}", n + 1)
        } else {
            name
        };
        let taken = names.contains(&name);
        names.push(if taken {
            format!("{name} {}", n + 1)
        } else {
            name
        });
    }
    let mut documents = Vec::new();
    let mut notes = notes;
    for (n, row) in rows
        .iter()
        .enumerate()
        .skip(head + 1)
        .filter(|(_, row)| full(row) > 0)
    {
        let mut notes = std::mem::take(&mut notes);
        let mut fields = Map::new();
        for (n, cell) in row
            .iter()
            .enumerate()
            .filter(|(_, cell)| !cell.trim().is_empty())
        {
            match names.get(n) {
                Some(name) => {
                    drop(fields.insert(name.clone(), Value::String(cell.trim().to_owned())))
                }
                None => notes.push(
                    Note::lost("a cell stands beyond the last column that has a name").about(cell),
                ),
            }
        }
        documents.push(row_document(path, n + 1, fields, notes));
    }
    documents
}

/// A document for a row; its name is that of its title, when the record is made.
pub fn row_document(
    path: &str,
    number: usize,
    fields: Map<String, Value>,
    notes: Vec<Note>,
) -> Original {
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = file.split('.').next().unwrap_or(file);
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

/// The character that parts cells: the one that the first lines have most evenly.
fn separator(text: &str) -> char {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .take(12)
        .collect();
    let score = |c: char| {
        let first = lines.first().map_or(0, |line| line.matches(c).count());
        let even = lines
            .iter()
            .filter(|line| line.matches(c).count() == first)
            .count();
        if first == 0 { 0 } else { even * 100 + first }
    };
    [';', '\t', '|', ',']
        .into_iter()
        .rev()
        .max_by_key(|c| score(*c))
        .unwrap_or(',')
}

/// Cells, with `""` for a quote within quotes. A quote that never closes ends with the text.
fn cells(text: &str, separator: char) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.trim().is_empty() => {
                cell.clear();
                quoted = true;
            }
            c if c == separator && !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            c => cell.push(c),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows
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
