//! `plein list`: records by how they stand, as a table, as JSON or as CSV.

use super::{Common, Format, OnDisk, Outcome, report};
use crate::content::KINDS;
use crate::content::Kind;
use crate::content::parse::Cache;
use crate::press;
use crate::review::words::Words;
use crate::site::{Entry, Site};
use crate::source::Sources;
use jiff::ToSpan;
use serde_json::{Value, json};
use std::io::IsTerminal as _;
use unicode_width::UnicodeWidthStr as _;

/// What to list.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Only this kind, such as `events`
    #[arg(value_parser = kind)]
    kind: Option<&'static Kind>,
    /// What is still to come, the next first
    #[arg(long)]
    upcoming: bool,
    /// What is not shown on the site yet
    #[arg(long)]
    drafts: bool,
    /// What is over: its last time, or its last day
    #[arg(long)]
    expired: bool,
    /// What nobody checked for a year, or never
    #[arg(long)]
    unverified: bool,
    /// What is not written in each language of the site, or not in this one: `--untranslated=en`
    #[arg(
        long,
        value_name = "LANGUAGE",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = ""
    )]
    untranslated: Option<String>,
}

/// A kind by its folder or its name.
pub fn kind(text: &str) -> Result<&'static Kind, String> {
    let known = |kind: &&Kind| kind.folder == text || kind.name == text;
    KINDS.iter().find(known).ok_or_else(|| {
        let folders: Vec<&str> = KINDS.iter().map(|kind| kind.folder).collect();
        match crate::diagnostic::nearest(text, folders.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it can be {}", folders.join(", ")),
        }
    })
}

/// A record as it is listed.
#[derive(Debug)]
struct Row {
    kind: &'static Kind,
    id: String,
    title: String,
    /// When it is next or was last, or the day that counts for it.
    when: String,
    draft: bool,
    upcoming: bool,
    over: bool,
    verified: Option<jiff::civil::Date>,
    /// Languages of the site in which it is not written.
    missing: Vec<String>,
    file: String,
    path: String,
}

/// Lists what fits all that was asked for.
pub fn run(common: &Common, arguments: &Arguments) -> Outcome {
    let disk = OnDisk::read(common);
    let inputs = disk.inputs(true);
    let mut faults = Vec::new();
    let prepared = press::prepare(&inputs, &mut Cache::default(), &mut faults);
    let diagnostics = press::sorted(faults, &inputs);
    let Some((press, _)) = prepared else {
        report::show(common, &diagnostics, &disk.folder.sources);
        return Outcome::ContentIsWrong;
    };
    let site = &press.site;
    if let Some(language) = arguments.untranslated.as_deref().filter(|l| !l.is_empty())
        && !site.codes.iter().any(|code| code == language)
    {
        let languages = site.codes.join(", ");
        return Outcome::Misused(format!(
            "the site is not written in `{language}`\n  = help: its languages are {languages}"
        ));
    }
    let rows = rows(site, &disk.folder.sources, arguments);
    show(common, site, &rows);
    if diagnostics.has_errors() {
        let sources = &disk.folder.sources;
        let summary = report::summary(common, &diagnostics, sources);
        if let Some(summary) = summary {
            report::narrate(summary.to(common.language(sources)));
        }
        return Outcome::ContentIsWrong;
    }
    Outcome::Fine
}

fn rows(site: &Site, sources: &Sources, asked: &Arguments) -> Vec<Row> {
    let entries = site.entries.iter();
    let of_kind = entries.filter(|entry| asked.kind.is_none_or(|kind| entry.kind == kind));
    let mut rows: Vec<Row> = of_kind.map(|entry| row(site, sources, entry)).collect();
    let a_year_ago = site.now.date().saturating_sub(1.year());
    let missing = |row: &Row, language: &str| match language {
        "" => !row.missing.is_empty(),
        language => row.missing.iter().any(|code| code == language),
    };
    rows.retain(|row| {
        (!asked.upcoming || row.upcoming)
            && (!asked.drafts || row.draft)
            && (!asked.expired || row.over)
            && (!asked.unverified || row.verified.is_none_or(|day| day < a_year_ago))
            && asked
                .untranslated
                .as_deref()
                .is_none_or(|language| missing(row, language))
    });
    match asked.upcoming {
        true => rows.sort_by_key(|row| row.when.clone()),
        false => rows.sort_by_key(|row| (row.kind.number(), row.when.clone(), row.id.clone())),
    }
    rows
}

fn row(site: &Site, sources: &Sources, entry: &Entry) -> Row {
    let (record, original) = (entry.record(), entry.original());
    let today = site.today_at(entry);
    let until = record.period().and_then(|period| period.until);
    let ended = until.is_some_and(|day| day.0 < today);
    let timetable = entry.timetable.as_ref();
    // What lies beyond the window has no times yet.
    let begins = timetable.is_some_and(|t| t.start > site.now.exactly().datetime());
    let next = entry.next(&site.now);
    let upcoming = timetable.is_some() && (next.is_some() || begins);
    let time = next.or(entry.occurrences().last());
    let when = match (timetable, time) {
        (Some(timetable), Some(time)) => shown(time.start.datetime(), timetable.all_day),
        (Some(timetable), None) => shown(timetable.start, timetable.all_day),
        (None, _) => {
            let day = until.or(record.published());
            day.map_or(String::new(), |day| day.0.to_string())
        }
    };
    let missing = site.codes.iter().filter(|code| !entry.is_written_in(code));
    Row {
        kind: entry.kind,
        id: entry.document_id.clone(),
        title: original.common.title.0.clone(),
        when,
        draft: entry.unpublished,
        upcoming,
        over: ended || (timetable.is_some() && !upcoming),
        verified: original.common.verified.map(|day| day.0),
        missing: missing.cloned().collect(),
        file: sources.get(original.source).path.clone(),
        path: site.path(entry, site.config.default_language()),
    }
}

fn shown(at: jiff::civil::DateTime, all_day: bool) -> String {
    match all_day {
        true => at.date().to_string(),
        false => at.strftime("%Y-%m-%d %H:%M").to_string(),
    }
}

fn show(common: &Common, site: &Site, rows: &[Row]) {
    match common.format {
        Format::Json => {
            let rows: Vec<Value> = rows.iter().map(json).collect();
            let text = serde_json::to_string_pretty(&rows).unwrap_or_default();
            report::hand_over(text);
        }
        Format::Csv => report::hand_over(csv(rows).trim_end()),
        _ => {
            let words = Words::of(site.config.default_language());
            let width = std::io::stdout()
                .is_terminal()
                .then(terminal_size::terminal_size)
                .flatten();
            let width = width.map(|(width, _)| usize::from(width.0));
            for line in table(rows, words, width) {
                report::show_line(line);
            }
            if !common.quiet {
                report::narrate(words.records(rows.len()));
            }
        }
    }
}

fn json(row: &Row) -> Value {
    json!({
        "kind": row.kind.name,
        "id": row.id,
        "title": row.title,
        "when": (!row.when.is_empty()).then_some(&row.when),
        "draft": row.draft,
        "upcoming": row.upcoming,
        "over": row.over,
        "verified": row.verified.map(|day| day.to_string()),
        "missing": row.missing,
        "file": row.file,
        "path": row.path,
    })
}

/// A table for a spreadsheet (RFC 4180).
fn csv(rows: &[Row]) -> String {
    let names = "kind,id,title,when,draft,upcoming,over,verified,missing,file,path\r\n";
    let mut text = names.to_owned();
    for row in rows {
        let verified = row.verified.map_or(String::new(), |day| day.to_string());
        let flags = [row.draft, row.upcoming, row.over].map(|yes| yes.to_string());
        let [draft, upcoming, over] = &flags;
        let missing = row.missing.join(" ");
        let cells = [
            row.kind.name,
            &row.id,
            &row.title,
            &row.when,
            draft,
            upcoming,
            over,
            &verified,
            &missing,
            &row.file,
            &row.path,
        ];
        text += &cells.map(cell).join(",");
        text += "\r\n";
    }
    text
}

/// A cell, in quotes where it must; a spreadsheet takes none for a formula.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    match text.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}

/// Nothing is narrower than this for the sake of the screen.
const NARROWEST: usize = 12;

/// A table for people: columns side by side, titles cut where the screen is narrow.
fn table(rows: &[Row], words: Words, width: Option<usize>) -> Vec<String> {
    if rows.is_empty() {
        return vec![];
    }
    let mut lines: Vec<[String; 5]> = rows.iter().map(|row| cells(row, words)).collect();
    lines.insert(0, words.columns().map(str::to_owned));
    let widest = |n: usize| {
        lines
            .iter()
            .map(|cells| cells[n].width())
            .max()
            .unwrap_or(0)
    };
    let mut widths = [0, 1, 2, 3, 4].map(widest);
    if let Some(width) = width {
        let all: usize = widths
            .iter()
            .filter(|w| **w > 0)
            .map(|w| w + 2)
            .sum::<usize>();
        let over = all.saturating_sub(2).saturating_sub(width);
        widths[2] = widths[2].saturating_sub(over).max(NARROWEST.min(widths[2]));
    }
    let line = |(n, cells): (usize, &[String; 5])| {
        let columns = cells.iter().zip(widths).filter(|(_, width)| *width > 0);
        let columns = columns.map(|(cell, width)| fit(cell, width));
        let line = columns.collect::<Vec<_>>().join("  ");
        match n {
            0 => format!("\u{1b}[1m{}\u{1b}[0m", line.trim_end()),
            _ => line.trim_end().to_owned(),
        }
    };
    lines.iter().enumerate().map(line).collect()
}

fn cells(row: &Row, words: Words) -> [String; 5] {
    let mut notes = Vec::new();
    if row.draft {
        notes.push(words.draft().to_owned());
    }
    if row.over {
        notes.push(words.over().to_owned());
    }
    if !row.missing.is_empty() {
        notes.push(format!("{} {}", words.not_in(), row.missing.join(" ")));
    }
    if let Some(day) = row.verified {
        notes.push(format!("{} {day}", words.verified()));
    }
    let plain = |text: &str| text.replace(char::is_control, " ");
    [
        words.noun(row.kind, 1).to_owned(),
        row.when.clone(),
        plain(&row.title),
        notes.join(", "),
        plain(&row.file),
    ]
}

/// A text of exactly this width.
fn fit(text: &str, width: usize) -> String {
    let mut text = text.to_owned();
    if text.width() > width {
        while text.width() + 1 > width && text.pop().is_some() {}
        text.push('…');
    }
    let room = width.saturating_sub(text.width());
    text + &" ".repeat(room)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(title: &str) -> Row {
        Row {
            kind: &KINDS[0],
            id: "soep".to_owned(),
            title: title.to_owned(),
            when: "2026-12-09 18:00".to_owned(),
            draft: true,
            upcoming: true,
            over: false,
            verified: None,
            missing: vec![],
            file: "content/events/soep.md".to_owned(),
            path: "/agenda/soep/".to_owned(),
        }
    }

    #[test]
    fn a_table_is_cut_to_the_screen_at_its_titles() {
        let rows = [
            row("Soep"),
            row("Een heel lange titel van een activiteit, 漢字"),
        ];
        let plain = |line: &String| anstream::adapter::strip_str(line).to_string();
        for line in table(&rows, Words::English, Some(80)).iter().map(plain) {
            assert!(line.width() <= 80, "{line}");
        }
        let lines: Vec<String> = table(&rows, Words::English, None)
            .iter()
            .map(plain)
            .collect();
        assert!(lines[2].contains("漢字"), "{lines:?}");
        let (head, end) = ("kind   when              title  ", "  notes  file");
        assert!(
            lines[0].starts_with(head) && lines[0].ends_with(end),
            "{lines:?}"
        );
        assert!(table(&[], Words::English, None).is_empty());
    }

    #[test]
    fn cells_are_quoted_where_they_must_and_never_taken_for_a_formula() {
        let written = ["a", "a,b", "a\"b", "=1+1", "-1,5"].map(cell);
        assert_eq!(
            written,
            ["a", "\"a,b\"", "\"a\"\"b\"", "'=1+1", "\"'-1,5\""]
        );
    }
}
