//! A dataset as the page shows it: its files with their sizes, its first rows, its columns.

use crate::diagnostic::Diagnostic;
use crate::output::data::dataset::{Dataset, Distribution};
use crate::output::data::table::{Column, Row, Type};
use crate::output::data::{ROOT, occurrences, record};
use crate::output::{Plan, Press, Subject};
use crate::site::Site;
use crate::theme::dates::Style;
use crate::theme::messages::Locale;
use crate::theme::values::Object;
use std::borrow::Cow;
use tera::Value;

/// How many rows are shown.
const ROWS: usize = 4;

/// How many columns of them.
const COLUMNS: usize = 6;

/// Longest text of a cell, in characters.
const LONGEST: usize = 48;

/// The fields by which people recognise a record, most telling first; what a dataset does not have, or
/// the rows that are shown leave empty, is passed over.
const TELLING: &[&str] = &[
    "event",
    "title",
    "date",
    "start",
    "end",
    "opens",
    "deadline",
    "period_start",
    "period_end",
    "valid_until",
    "direction",
    "category",
    "stage",
    "started",
    "city",
    "status",
    "space",
    "location_name",
    "location_street",
    "capacity",
    "neighbourhood",
    "topics",
];

/// A dataset with all that the page tells of it.
pub fn dataset(
    press: &Press,
    plan: &Plan,
    dataset: &Dataset,
    language: usize,
) -> Result<Value, Diagnostic> {
    let (site, code) = (&press.site, &press.site.codes[language]);
    let locale = press.theme.locale(code);
    let day = |day| locale.dates.day(day, Style::Medium);
    let period = dataset.extent.map(|(first, last)| {
        let words = [("start", &*day(first)), ("end", &*day(last))];
        locale.text("data.period.days", &words)
    });
    let updated = dataset.modified.map(|at| {
        let at = at.to_zoned(site.now.time_zone().clone());
        let iso = at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
        Object::new().set("iso", iso).set("text", day(at.date()))
    });
    let mut files = Vec::new();
    for file in &dataset.distributions {
        let bytes = press.sums.of(press, plan, &file.path)?.bytes;
        files.push(download(locale, file, bytes));
    }
    let within = |format: &str| {
        let path = dataset.file(format).map(|file| file.conforms_to.as_str());
        path.filter(|path| path.starts_with('/'))
    };
    let (columns, preview) = table(press, dataset, language);
    Ok(named(site, dataset, code)
        .set(
            "count",
            locale.count(&format!("count.{}", dataset.name), dataset.count),
        )
        .some("updated", updated)
        .some("period", period)
        .set("files", files)
        .some("schema", within("JSON"))
        .some("metadata", within("CSV"))
        .set("preview", preview)
        .set("columns", columns)
        .into())
}

/// A dataset that holds nothing yet.
pub fn empty(site: &Site, dataset: &Dataset, code: &str) -> Value {
    let files = dataset.distributions.iter();
    let files = files.filter(|file| file.path.starts_with(ROOT));
    let link = |file: &Distribution| -> Value {
        Object::new()
            .set("path", file.path.as_str())
            .set("name", name(&file.path))
            .into()
    };
    named(site, dataset, code)
        .set("files", files.map(link).collect::<Vec<_>>())
        .into()
}

fn named(site: &Site, dataset: &Dataset, code: &str) -> Object {
    Object::new()
        .set("name", dataset.name)
        .set("title", dataset.title(site, code))
        .set("about", dataset.about(site, code))
}

fn download(locale: &Locale, file: &Distribution, bytes: u64) -> Value {
    let key = file.title.to_lowercase().replace(' ', "_");
    Object::new()
        .set("path", file.path.as_str())
        .set("name", name(&file.path))
        .set("format", file.title)
        .set("type", file.media_type)
        .set("size", size(locale, bytes))
        .set("bytes", bytes)
        .set("download", file.path.starts_with(ROOT))
        .some("use", locale.find(&format!("data.format.{key}"), &[]))
        .into()
}

/// What a file is called: its own name where it lies among the data, else its address.
pub fn name(path: &str) -> &str {
    let own = path.strip_prefix(ROOT);
    own.map_or(path, |own| own.trim_start_matches('/'))
}

/// A length as people read it: `812 bytes`, `7,4 kB`, `58 kB`.
pub fn size(locale: &Locale, bytes: u64) -> String {
    let (key, n) = match bytes {
        0..1_000 => ("data.size.bytes", bytes as f64),
        1_000..1_000_000 => ("data.size.kilobytes", bytes as f64 / 1e3),
        _ => ("data.size.megabytes", bytes as f64 / 1e6),
    };
    // One decimal tells enough of a small number, none of a large one.
    let decimals = usize::from(n < 10.0);
    locale.text(key, &[("n", &locale.numbers.write(n, Some(decimals)))])
}

/// All columns with what they hold, and the first rows in a few of them.
fn table(press: &Press, dataset: &Dataset, language: usize) -> (Vec<Value>, Value) {
    let (site, codes) = (&press.site, &press.site.codes);
    let (columns, rows): (Cow<[Column]>, Cow<[Row]>) = match dataset.subject {
        Subject::Kind(n) => {
            let first = record::of_kind(site, n).take(ROWS);
            let row = |entry| press.records.get(site, &press.theme, entry).row.clone();
            (press.records.columns(n).into(), first.map(row).collect())
        }
        _ => {
            let mut rows = occurrences::rows(site);
            rows.truncate(ROWS);
            (occurrences::columns().into(), rows.into())
        }
    };
    let cells: Vec<Vec<&str>> = rows.iter().map(|row| row.cells().collect()).collect();
    let chosen = telling(&columns, &cells, codes, &codes[language]);
    let heads = chosen
        .iter()
        .map(|n| Value::from(columns[*n].name.as_str()));
    let line = |row: &Vec<&str>| -> Value {
        let cell = |n: &usize| cell(site, &columns[*n], row[*n]);
        chosen.iter().map(cell).collect::<Vec<Value>>().into()
    };
    let preview = Object::new()
        .set("heads", heads.collect::<Vec<_>>())
        .set("rows", cells.iter().map(line).collect::<Vec<_>>())
        .set("all", columns.len());
    let described = columns.iter().map(|column| -> Value {
        Object::new()
            .set("name", column.name.as_str())
            .set("type", column.type_.name())
            // Marks of Markdown mean nothing here.
            .set("about", column.description.replace('`', ""))
            .into()
    });
    (described.collect(), preview.into())
}

/// Numbers of the columns to show. A text has one for each language: the one that says most, and of two
/// that say as much that of the page.
fn telling(columns: &[Column], rows: &[Vec<&str>], codes: &[String], code: &str) -> Vec<usize> {
    let filled = |n: &usize| rows.iter().filter(|row| !row[*n].is_empty()).count();
    let best = |field: &&str| {
        let of_field = |n: &usize| columns[*n].field(codes) == **field;
        let candidates = (0..columns.len()).filter(of_field);
        let best =
            candidates.max_by_key(|n| (filled(n), columns[*n].language(codes) == Some(code)));
        best.filter(|n| filled(n) > 0)
    };
    TELLING.iter().filter_map(best).take(COLUMNS).collect()
}

/// A cell as it stands in the file, cut where it is long; an identifier of ours leads to its page.
fn cell(site: &Site, column: &Column, text: &str) -> Value {
    let own = text.strip_prefix(site.config.url.value.0.trim_end_matches('/'));
    let own = own.filter(|path| column.type_ == Type::Uri && path.starts_with("/id/"));
    let shown = match text.char_indices().nth(LONGEST) {
        Some((end, _)) if own.is_none() => format!("{}…", text[..end].trim_end()),
        _ => own.unwrap_or(text).to_owned(),
    };
    Object::new()
        .set("text", shown)
        .some("path", own)
        .some("lang", column.language(&site.codes))
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::KINDS;

    #[test]
    fn sizes_are_written_as_the_language_writes_numbers() {
        let shown = |code| {
            let locale = super::super::tests::locale(code);
            [0, 999, 7_351, 58_724, 1_250_000].map(|bytes| size(&locale, bytes))
        };
        assert_eq!(
            shown("nl"),
            ["0 bytes", "999 bytes", "7,4 kB", "59 kB", "1,2 MB"]
        );
        assert_eq!(shown("en")[2], "7.4 kB");
    }

    #[test]
    fn the_columns_that_say_something_are_shown_in_the_language_that_says_most() {
        let codes = ["nl".to_owned(), "en".to_owned()];
        let kind = KINDS.iter().find(|kind| kind.folder == "events").unwrap();
        let columns = crate::output::data::table::columns(kind, &codes);
        let row = |filled: &[&str]| -> Vec<&str> {
            let cell = |column: &Column| {
                if filled.contains(&&*column.name) {
                    "x"
                } else {
                    ""
                }
            };
            columns.iter().map(cell).collect()
        };
        let names = |rows: &[Vec<&str>], code| -> Vec<&str> {
            let chosen = telling(&columns, rows, &codes, code);
            chosen.iter().map(|n| &*columns[*n].name).collect()
        };
        let both = row(&["id", "title_nl", "title_en", "start", "image_url"]);
        assert_eq!(
            names(std::slice::from_ref(&both), "en"),
            ["title_en", "start"]
        );
        assert_eq!(
            names(std::slice::from_ref(&both), "nl"),
            ["title_nl", "start"]
        );
        assert_eq!(
            names(&[both, row(&["title_nl"])], "en"),
            ["title_nl", "start"]
        );
    }
}
