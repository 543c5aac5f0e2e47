//! Records as rows: the columns follow from the schema, so that CSV, Parquet and GeoJSON agree.

use super::schema;
use crate::content::Kind;
use crate::content::shape::{is_moment, resolve};
use crate::site::{Entry, Site};
use crate::theme::values::card::iso;
use crate::theme::values::entry::place_of;
use jiff::ToSpan;
use serde_json::Value;
use std::fmt::Write as _;

/// What the cells of a column hold; all of them are written as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Any text.
    Text,
    /// An absolute address or identifier.
    Uri,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// A day: `2026-12-03`.
    Date,
    /// A time with its offset from UTC (RFC 3339); of whole days, midnight at the place, and of a last day its last second.
    DateTime,
    /// Several texts with [`SEPARATOR`] between them.
    List,
    /// JSON: what has parts of its own.
    Json,
}

impl Type {
    /// All of them.
    pub const ALL: &[Type] = &[
        Type::Text,
        Type::Uri,
        Type::Boolean,
        Type::Integer,
        Type::Number,
        Type::Date,
        Type::DateTime,
        Type::List,
        Type::Json,
    ];

    /// Its name, as the texts for people know it.
    pub fn name(self) -> &'static str {
        match self {
            Type::Text => "text",
            Type::Uri => "uri",
            Type::Boolean => "boolean",
            Type::Integer => "integer",
            Type::Number => "number",
            Type::Date => "date",
            Type::DateTime => "datetime",
            Type::List => "list",
            Type::Json => "json",
        }
    }
}

/// What stands between the items of a list.
pub const SEPARATOR: char = '|';

/// A column of a dataset's table.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its name: lower-case letters, digits and underscores.
    pub name: String,
    /// What its cells hold.
    pub type_: Type,
    /// What it is about.
    pub description: String,
    /// Whether every row has it.
    pub required: bool,
    /// Where it stands in the record.
    pub(super) path: Vec<String>,
}

/// A record as a row of its table; an empty cell holds nothing.
#[derive(Debug, Default, Clone)]
pub struct Row {
    text: String,
    ends: Vec<u32>,
    /// Longitude and latitude, degrees, WGS 84, as exact as they may be shown.
    pub point: Option<(f64, f64)>,
}

impl Row {
    /// The cells, in the order of the columns.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let cell = &self.text[start..*end as usize];
            start = *end as usize;
            cell
        })
    }

    /// How many bytes its cells have, each with what separates it from the next.
    pub fn size(&self) -> usize {
        self.text.len() + self.ends.len()
    }

    /// A cell, by the number of its column.
    pub fn cell(&self, n: usize) -> &str {
        let end = |n: usize| {
            self.ends
                .get(n)
                .map_or(self.text.len(), |end| *end as usize)
        };
        let start = if n == 0 { 0 } else { end(n - 1) };
        &self.text[start..end(n)]
    }

    /// Adds a cell.
    pub fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.close();
    }

    fn close(&mut self) {
        self.ends.push(self.text.len() as u32);
    }
}

impl Column {
    /// A column that no schema gives.
    pub fn new(name: &str, type_: Type, description: &str) -> Self {
        Column {
            name: name.to_owned(),
            type_,
            description: description.to_owned(),
            required: false,
            path: vec![],
        }
    }

    /// The language of its texts, if it is one of those that a text is given in.
    pub fn language<'a>(&self, codes: &'a [String]) -> Option<&'a str> {
        let last = self.path.last().filter(|_| self.path.len() > 1)?;
        let of_text = self.type_ == Type::Text;
        let known = codes.iter().find(|code| of_text && *code == last);
        known.map(String::as_str)
    }

    /// The name of its field, the same for the columns of all languages.
    pub fn field(&self, codes: &[String]) -> String {
        match self.language(codes) {
            Some(_) => self.path[..self.path.len() - 1].join("_"),
            None => self.name.clone(),
        }
    }
}

/// The columns of a kind's table: texts have one for each language, what has parts one for each part.
pub fn columns(kind: &Kind, codes: &[String]) -> Vec<Column> {
    let schema = schema::record(kind);
    let mut columns = Vec::new();
    walk(&schema, &schema, codes, &[], &mut columns);
    let required = |column: &Column| matches!(&*column.name, "id" | "type" | "kind" | "updated");
    for column in &mut columns {
        column.required = required(column);
    }
    let what = "of the place, degrees in WGS 84, as exact as it may be shown.";
    for name in ["longitude", "latitude"] {
        let about = format!("{}{} {what}", name[..1].to_uppercase(), &name[1..]);
        columns.push(Column::new(name, Type::Number, &about));
    }
    columns
}

fn walk(root: &Value, schema: &Value, codes: &[String], path: &[String], into: &mut Vec<Column>) {
    let fields = schema["properties"].as_object().into_iter().flatten();
    for (name, field) in fields.filter(|(name, _)| !name.starts_with(['$', '@'])) {
        let mut path = path.to_vec();
        path.push(name.clone());
        let inner = resolve(root, field);
        let texts = &inner["additionalProperties"];
        if texts["type"] == "string" {
            for code in codes {
                let mut path = path.clone();
                path.push(code.clone());
                into.push(column(path, scalar(texts), field));
            }
        } else if inner["properties"].is_object() {
            walk(root, inner, codes, &path, into);
        } else {
            let type_ = match is_type(inner, "array") {
                true if is_type(resolve(root, &inner["items"]), "string") => Type::List,
                true => Type::Json,
                false => scalar(inner),
            };
            into.push(column(path, type_, field));
        }
    }
}

fn column(path: Vec<String>, type_: Type, field: &Value) -> Column {
    Column {
        name: path.join("_").replace('-', "_"),
        type_,
        description: field["description"].as_str().unwrap_or_default().to_owned(),
        required: false,
        path,
    }
}

fn is_type(schema: &Value, name: &str) -> bool {
    match &schema["type"] {
        Value::Array(types) => types.iter().any(|one| one == name),
        one => one == name,
    }
}

fn scalar(schema: &Value) -> Type {
    match schema["format"].as_str() {
        _ if is_moment(schema) => Type::DateTime,
        Some("uri") => Type::Uri,
        Some("date") => Type::Date,
        Some("date-time") => Type::DateTime,
        _ if is_type(schema, "boolean") => Type::Boolean,
        _ if is_type(schema, "integer") => Type::Integer,
        _ if is_type(schema, "number") => Type::Number,
        _ => Type::Text,
    }
}

/// A record's row.
pub fn row(site: &Site, entry: &Entry, columns: &[Column], record: &Value) -> Row {
    let place = place_of(site, entry).and_then(|(_, place)| place.coordinates());
    let mut row = Row {
        ends: Vec::with_capacity(columns.len()),
        point: place.map(|(lat, lon)| (lon, lat)),
        ..Row::default()
    };
    for column in columns {
        let mut inner = column.path.iter();
        let value = inner
            .try_fold(record, |value, name| value.get(name))
            .filter(|_| !column.path.is_empty());
        match (value, &*column.name) {
            (Some(Value::String(day)), name) if LAST.contains(&name) && !day.contains('T') => {
                let end = last_second(day, site, entry).unwrap_or_default();
                row.text.push_str(&end);
            }
            (Some(value), _) => write(&mut row.text, column.type_, value, site, entry),
            (None, "longitude") => number(&mut row.text, row.point.map(|point| point.0)),
            (None, "latitude") => number(&mut row.text, row.point.map(|point| point.1)),
            (None, _) => {}
        }
        row.close();
    }
    // Ten thousand of them wait for the files that they stand in.
    row.text.shrink_to_fit();
    row
}

fn number(text: &mut String, number: Option<f64>) {
    if let Some(number) = number {
        // Writing into a `String` cannot fail.
        let _ = write!(text, "{number}");
    }
}

fn write(text: &mut String, type_: Type, value: &Value, site: &Site, entry: &Entry) {
    match (type_, value) {
        (Type::DateTime, Value::String(day)) if !day.contains('T') => {
            text.push_str(&midnight(day, site, entry).unwrap_or_default());
        }
        (Type::List, Value::Array(items)) => {
            for (n, item) in items.iter().filter_map(Value::as_str).enumerate() {
                if n > 0 {
                    text.push(SEPARATOR);
                }
                // What separates the items must not stand in them.
                text.extend(item.chars().map(|c| if c == SEPARATOR { '/' } else { c }));
            }
        }
        (_, Value::String(value)) => text.push_str(value),
        (_, value) => {
            let _ = write!(text, "{value}");
        }
    }
}

/// The columns that hold a last day, or a last moment.
const LAST: [&str; 2] = ["deadline", "registration_closes"];

/// The last second of a day at the place: who asks what is still open before a moment finds it open all that day.
fn last_second(day: &str, site: &Site, entry: &Entry) -> Option<String> {
    let day: jiff::civil::Date = day.parse().ok()?;
    let next = day.tomorrow().ok()?;
    let next = next.to_zoned(super::record::zone(site, entry)).ok()?;
    Some(iso(&next.checked_sub(1.second()).ok()?, false))
}

/// The first moment of a day at the place.
fn midnight(day: &str, site: &Site, entry: &Entry) -> Option<String> {
    let day: jiff::civil::Date = day.parse().ok()?;
    let at = day.to_zoned(super::record::zone(site, entry)).ok()?;
    Some(iso(&at, false))
}
