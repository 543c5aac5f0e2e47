//! What an import made, what it could not make, and what was lost: by folder, by field, with counts.

use super::matter::Note;
use super::record::Fate;
use crate::diagnostic::Language;
use crate::diagnostic::words::in_language;
use crate::{phrase, say};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// How many examples are kept of anything.
const EXAMPLES: usize = 3;

/// What became of a folder.
#[derive(Debug, Default, Clone)]
pub struct Row {
    /// Documents that were found.
    pub found: usize,
    /// Records that were made, by kind.
    pub made: BTreeMap<&'static str, usize>,
    /// What became of each field.
    pub fields: BTreeMap<String, Column>,
}

/// What became of a field, in all documents of a folder.
#[derive(Debug, Default, Clone)]
pub struct Column {
    /// Where it went, with how often.
    pub to: BTreeMap<String, usize>,
    /// How often the mapping dropped it.
    pub dropped: usize,
    /// Why it was lost, with how often and an example.
    pub lost: BTreeMap<&'static str, (usize, String)>,
}

/// Something that happened several times.
#[derive(Debug, Default, Clone)]
pub struct Tally {
    /// Whether something was lost by it.
    pub lost: bool,
    /// How often.
    pub count: usize,
    /// About what, with a file in which it happened.
    pub examples: BTreeMap<String, (usize, String)>,
}

/// The whole of it.
#[derive(Debug, Default, Clone)]
pub struct Report {
    /// The language in which all of it is told.
    pub language: Language,
    /// Who made the site so far.
    pub generator: &'static str,
    /// By pattern of the mapping.
    pub folders: BTreeMap<String, Row>,
    /// What was repaired, decided or lost in files, by what.
    pub notes: BTreeMap<String, Tally>,
    /// Files that are no documents, and why.
    pub skipped: Vec<(String, String)>,
    /// Documents that could not be made into records, and why.
    pub left_out: Vec<(String, String)>,
    /// What became of each document: its file, and that of its record.
    pub made: Vec<(String, String)>,
    /// Records that are there already, and were not touched.
    pub exist: Vec<String>,
    /// Files that were made beside records.
    pub beside: Vec<String>,
    /// What the site that they go to lacks.
    pub site: Vec<String>,
    /// How many files would be or were written.
    pub files: usize,
    /// Whether they were written.
    pub written: bool,
}

impl Report {
    /// Counts what became of the fields of a document.
    pub fn fates(&mut self, pattern: &str, fates: &[(String, Fate)]) {
        let row = self.folders.entry(pattern.to_owned()).or_default();
        for (name, fate) in fates {
            let column = row.fields.entry(name.clone()).or_default();
            match fate {
                Fate::Mapped(to) => *column.to.entry(to.clone()).or_default() += 1,
                Fate::Dropped => column.dropped += 1,
                Fate::Lost(why, example) => {
                    column
                        .lost
                        .entry(why)
                        .or_insert_with(|| (0, example.clone()))
                        .0 += 1;
                }
            }
        }
    }

    /// Counts what was told of a file.
    pub fn note(&mut self, path: &str, note: &Note) {
        self.tell(path, note.lost, note.what, &note.about);
    }

    /// Counts what was told of a file, in any words.
    pub fn tell(&mut self, path: &str, lost: bool, what: &str, about: &str) {
        let tally = self.notes.entry(what.to_owned()).or_default();
        tally.lost |= lost;
        tally.count += 1;
        if tally.examples.len() < 400 || tally.examples.contains_key(about) {
            tally
                .examples
                .entry(about.to_owned())
                .or_insert_with(|| (0, path.to_owned()))
                .0 += 1;
        }
    }

    /// Documents found and records made.
    pub fn sums(&self) -> (usize, usize) {
        let found = self.folders.values().map(|row| row.found).sum();
        let made = self
            .folders
            .values()
            .flat_map(|row| row.made.values())
            .sum();
        (found, made)
    }

    /// For people.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let (found, made) = self.sums();
        let head = say!(
            "{} documents of {}; {} of them become records",
            found,
            self.generator,
            made
        );
        let _ = writeln!(out, "{}", head.to(self.language));
        for (pattern, row) in &self.folders {
            row.text(pattern, self.language, &mut out);
        }
        self.told(&mut out);
        self.list(
            &mut out,
            phrase!("Documents that were left out"),
            self.left_out
                .iter()
                .map(|(path, why)| format!("{path}: {why}")),
            usize::MAX,
        );
        self.list(
            &mut out,
            phrase!("There already, and not touched"),
            self.exist.iter().cloned(),
            20,
        );
        let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (path, why) in &self.skipped {
            reasons.entry(why).or_default().push(path);
        }
        let reason = |(why, paths): (&str, Vec<&str>)| {
            let first = paths.first().copied().unwrap_or("");
            let told = say!("{}, such as {}", self.said(why), first).to(self.language);
            format!("{:>6}  {told}", paths.len())
        };
        self.list(
            &mut out,
            phrase!("Files that are no documents"),
            reasons.into_iter().map(reason),
            usize::MAX,
        );
        self.list(
            &mut out,
            phrase!("Made beside the records"),
            self.beside.iter().cloned(),
            usize::MAX,
        );
        self.list(
            &mut out,
            phrase!("To do in the site"),
            self.site.iter().cloned(),
            20,
        );
        let last = match self.written {
            true => say!("{} files were written", self.files),
            false => say!(
                "{} files would be written; add --write to do so",
                self.files
            ),
        };
        let _ = writeln!(
            out,
            "
{}",
            last.to(self.language)
        );
        out
    }

    /// A text of ours in the language of the report.
    fn said<'t>(&self, text: &'t str) -> &'t str {
        in_language(self.language, text)
    }

    fn list(
        &self,
        out: &mut String,
        title: &str,
        lines: impl Iterator<Item = String>,
        most: usize,
    ) {
        let lines: BTreeSet<String> = lines.collect();
        if lines.is_empty() {
            return;
        }
        let _ = writeln!(out, "\n{}", self.said(title));
        for line in lines.iter().take(most) {
            let _ = writeln!(out, "  {line}");
        }
        if lines.len() > most {
            let more = say!("and {} more", lines.len() - most).to(self.language);
            let _ = writeln!(out, "  {more}");
        }
    }

    /// What was lost, repaired or decided within files.
    fn told(&self, out: &mut String) {
        for (title, lost) in [
            (phrase!("Lost in texts and files"), true),
            (phrase!("Repaired or decided"), false),
        ] {
            let notes: Vec<_> = self
                .notes
                .iter()
                .filter(|(_, tally)| tally.lost == lost)
                .collect();
            if !notes.is_empty() {
                let _ = writeln!(out, "\n{}", self.said(title));
            }
            for (what, tally) in notes {
                let _ = writeln!(out, "  {:>6}  {}", tally.count, self.said(what));
                let mut examples: Vec<_> = tally.examples.iter().collect();
                examples
                    .sort_by_key(|(about, (count, _))| (std::cmp::Reverse(*count), about.as_str()));
                let all = if lost { 40 } else { EXAMPLES };
                for (about, (count, path)) in examples.iter().take(all).filter(|_| !what.is_empty())
                {
                    let about = if about.is_empty() {
                        String::new()
                    } else {
                        format!("{about}, ")
                    };
                    let times = say!("{} times, such as in {}", count, path).to(self.language);
                    let _ = writeln!(out, "            {about}{times}");
                }
                if examples.len() > all {
                    let more = say!("and {} more", examples.len() - all).to(self.language);
                    let _ = writeln!(out, "            {more}");
                }
            }
        }
    }

    /// For programs: one object.
    pub fn json(&self) -> Value {
        let (found, made) = self.sums();
        let folders: Vec<Value> = self
            .folders
            .iter()
            .map(|(pattern, row)| row.json(pattern, self.language))
            .collect();
        let notes: Vec<Value> = self.notes.iter().map(|(what, tally)| {
            let examples: Vec<Value> = tally.examples.iter().map(|(about, (count, path))| json!({ "about": about, "count": count, "file": path })).collect();
            json!({ "what": self.said(what), "lost": tally.lost, "count": tally.count, "examples": examples })
        }).collect();
        let pairs = |list: &[(String, String)]| -> Vec<Value> {
            list.iter()
                .map(|(path, why)| json!({ "file": path, "reason": self.said(why) }))
                .collect()
        };
        let became: Vec<Value> = self
            .made
            .iter()
            .map(|(path, to)| json!({ "file": path, "to": to }))
            .collect();
        json!({
            "made": became,
            "generator": self.generator, "documents": found, "records": made, "folders": folders, "notes": notes,
            "left_out": pairs(&self.left_out), "skipped": pairs(&self.skipped), "exist": self.exist, "beside": self.beside, "site": self.site,
            "files": self.files, "written": self.written,
        })
    }
}

impl Row {
    fn text(&self, pattern: &str, language: Language, out: &mut String) {
        let made: Vec<String> = self
            .made
            .iter()
            .map(|(kind, count)| format!("{count} {kind}"))
            .collect();
        let made = if made.is_empty() {
            in_language(language, phrase!("nothing")).to_owned()
        } else {
            made.join(", ")
        };
        let head = say!("{}: {} documents -> {}", pattern, self.found, made).to(language);
        let _ = writeln!(out, "\n{head}");
        for (name, column) in &self.fields {
            for (to, count) in &column.to {
                let _ = writeln!(out, "  {count:>6}  {name} -> {to}");
            }
            for (why, (count, example)) in &column.lost {
                let why = in_language(language, why);
                let lost = say!("{} lost: {}, such as {}", name, why, example).to(language);
                let _ = writeln!(out, "  {count:>6}  {lost}");
            }
            if column.dropped > 0 {
                let dropped = say!("{} dropped, as the mapping says", name).to(language);
                let _ = writeln!(out, "  {:>6}  {dropped}", column.dropped);
            }
        }
    }

    fn json(&self, pattern: &str, language: Language) -> Value {
        let fields: Vec<Value> = self.fields.iter().map(|(name, column)| {
            let lost: Vec<Value> = column.lost.iter().map(|(why, (count, example))| json!({ "reason": in_language(language, why), "count": count, "example": example })).collect();
            json!({ "field": name, "to": column.to, "dropped": column.dropped, "lost": lost })
        }).collect();
        json!({ "from": pattern, "documents": self.found, "records": self.made, "fields": fields })
    }
}
