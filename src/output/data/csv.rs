//! Records as CSV (RFC 4180) with its metadata (CSV on the Web, W3C 2015): what each column holds.

use super::record::of_kind;
use super::table::{Column, Row, SEPARATOR, Type};
use super::{ROOT, kind_of};
use crate::content::KINDS;
use crate::diagnostic::Diagnostic;
use crate::output::{Artifact, Output, Plan, Press, Subject};
use serde_json::{Map, Value, json};

/// The output.
pub const OUTPUT: Output = Output {
    name: "csv",
    about: "records as tables, with what each column holds",
    plan,
};

/// The media type of tables.
pub const CSV: &str = "text/csv; charset=utf-8";

/// The media type of a table's metadata.
pub const METADATA: &str = "application/csvm+json";

fn plan(_: &Press, plan: &mut Plan) {
    for (n, kind) in KINDS.iter().enumerate() {
        let path = format!("{ROOT}/{}.csv", kind.folder);
        let metadata = metadata_path(&path);
        plan.add(path, CSV, Subject::Kind(n), None, render);
        plan.add(metadata, METADATA, Subject::Kind(n), None, render_metadata);
    }
}

/// Where the metadata of a table lies (Tabular Data Model, section 5.3).
pub fn metadata_path(path: &str) -> String {
    format!("{path}-metadata.json")
}

fn render(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let n = kind_of(artifact)?;
    let of = |entry| &press.records.get(&press.site, &press.theme, entry).row;
    let rows = of_kind(&press.site, n).map(of);
    Ok(write(press.records.columns(n), rows).into_bytes())
}

fn render_metadata(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let n = kind_of(artifact)?;
    let table = Table {
        file: format!("{}.csv", KINDS[n].folder),
        title: super::title(&press.site, KINDS[n].folder, &press.site.codes[0]),
        columns: press.records.columns(n),
        key: &["id"],
    };
    Ok(metadata(press, &table))
}

/// A table as CSV: a line of names, then one a row, each ending with CR and LF.
pub fn write<'a>(columns: &[Column], rows: impl Iterator<Item = &'a Row> + Clone) -> String {
    let names: Vec<&str> = columns.iter().map(|column| &*column.name).collect();
    let mut text = names.join(",") + "\r\n";
    // Some cells have quotes.
    text.reserve(rows.clone().map(|row| row.size() * 9 / 8).sum());
    for row in rows {
        for (n, (column, cell)) in columns.iter().zip(row.cells()).enumerate() {
            if n > 0 {
                text.push(',');
            }
            write_cell(column, cell, &mut text);
        }
        text.push_str("\r\n");
    }
    text
}

/// A cell, in quotes where it must. A text that a spreadsheet would take for a formula begins with an
/// apostrophe.
fn write_cell(column: &Column, cell: &str, text: &mut String) {
    let free = matches!(column.type_, Type::Text | Type::List | Type::Json);
    let formula = free && cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let quoted = cell.contains(['"', ',', '\n', '\r']);
    if quoted {
        text.push('"');
    }
    if formula {
        text.push('\'');
    }
    if quoted {
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(cell);
    }
}

/// A table of which the metadata speaks.
pub struct Table<'a> {
    /// Its file, beside the metadata.
    pub file: String,
    /// What it is called.
    pub title: String,
    /// Its columns.
    pub columns: &'a [Column],
    /// The columns that together tell a row from all others.
    pub key: &'a [&'a str],
}

/// The metadata of a table (Metadata Vocabulary for Tabular Data, sections 5.3 to 5.6).
pub fn metadata(press: &Press, table: &Table) -> Vec<u8> {
    let config = &press.site.config;
    let mut schema = Map::new();
    let columns: Vec<Value> = table.columns.iter().map(describe).collect();
    schema.insert("columns".to_owned(), json!(columns));
    schema.insert("primaryKey".to_owned(), json!(table.key));
    if table.key.len() == 1 {
        schema.insert(
            "aboutUrl".to_owned(),
            json!(format!("{{{}}}", table.key[0])),
        );
    }
    let mut metadata = json!({
        "@context": ["http://www.w3.org/ns/csvw", { "@language": config.default_language() }],
        "url": table.file,
        "dc:title": table.title,
        "dialect": { "lineTerminators": ["\r\n"] },
        "tableSchema": schema,
    });
    if let Some(license) = &config.license {
        metadata["dc:license"] = json!({ "@id": &*license.0 });
    }
    crate::output::pretty(&metadata)
}

fn describe(column: &Column) -> Value {
    let datatype = match column.type_ {
        Type::Text | Type::List => "string",
        Type::Uri => "anyURI",
        Type::Boolean => "boolean",
        Type::Integer => "integer",
        Type::Number => "double",
        Type::Date => "date",
        Type::DateTime => "dateTime",
        Type::Json => "json",
    };
    let mut described = json!({ "name": column.name, "titles": column.name, "datatype": datatype });
    if !column.description.is_empty() {
        described["dc:description"] = json!(column.description);
    }
    if column.required {
        described["required"] = json!(true);
    }
    if column.type_ == Type::List {
        described["separator"] = json!(SEPARATOR);
    }
    described
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_and_never_taken_for_a_formula() {
        let columns = [
            Column::new("a", Type::Text, ""),
            Column::new("b", Type::Number, ""),
        ];
        let mut row = Row::default();
        row.push("=1+\"1\"\nx");
        row.push("-4.5");
        let text = write(&columns, [&row].into_iter());
        assert_eq!(text, "a,b\r\n\"'=1+\"\"1\"\"\nx\",-4.5\r\n");
    }
}
