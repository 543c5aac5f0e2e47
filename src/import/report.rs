//! What an import made, what it could not make, and what was lost: by folder, by field, with counts.

use super::matter::Note;
use super::record::Fate;
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
        let _ = writeln!(
            out,
            "{} documents of {}; {made} of them become records",
            found, self.generator
        );
        for (pattern, row) in &self.folders {
            row.text(pattern, &mut out);
        }
        self.told(&mut out);
        list(
            &mut out,
            "Documents that were left out",
            self.left_out
                .iter()
                .map(|(path, why)| format!("{path}: {why}")),
            usize::MAX,
        );
        list(
            &mut out,
            "There already, and not touched",
            self.exist.iter().cloned(),
            20,
        );
        let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (path, why) in &self.skipped {
            reasons.entry(why).or_default().push(path);
        }
        let reason = |(why, paths): (&str, Vec<&str>)| {
            format!(
                "{:>6}  {why}, such as {}",
                paths.len(),
                paths.first().copied().unwrap_or("")
            )
        };
        list(
            &mut out,
            "Files that are no documents",
            reasons.into_iter().map(reason),
            usize::MAX,
        );
        list(
            &mut out,
            "Made beside the records",
            self.beside.iter().cloned(),
            usize::MAX,
        );
        list(&mut out, "To do in the site", self.site.iter().cloned(), 20);
        let _ = match self.written {
            true => writeln!(out, "\n{} files were written", self.files),
            false => writeln!(
                out,
                "\n{} files would be written; add --write to do so",
                self.files
            ),
        };
        out
    }

    /// What was lost, repaired or decided within files.
    fn told(&self, out: &mut String) {
        for (title, lost) in [
            ("Lost in texts and files", true),
            ("Repaired or decided", false),
        ] {
            let notes: Vec<_> = self
                .notes
                .iter()
                .filter(|(_, tally)| tally.lost == lost)
                .collect();
            if !notes.is_empty() {
                let _ = writeln!(out, "\n{title}");
            }
            for (what, tally) in notes {
                let _ = writeln!(out, "  {:>6}  {what}", tally.count);
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
                    let _ = writeln!(out, "            {about}{count} times, such as in {path}");
                }
                if examples.len() > all {
                    let _ = writeln!(out, "            and {} more", examples.len() - all);
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
            .map(|(pattern, row)| row.json(pattern))
            .collect();
        let notes: Vec<Value> = self.notes.iter().map(|(what, tally)| {
            let examples: Vec<Value> = tally.examples.iter().map(|(about, (count, path))| json!({ "about": about, "count": count, "file": path })).collect();
            json!({ "what": what, "lost": tally.lost, "count": tally.count, "examples": examples })
        }).collect();
        let pairs = |list: &[(String, String)]| -> Vec<Value> {
            list.iter()
                .map(|(path, why)| json!({ "file": path, "reason": why }))
                .collect()
        };
        json!({
            "generator": self.generator, "documents": found, "records": made, "folders": folders, "notes": notes,
            "left_out": pairs(&self.left_out), "skipped": pairs(&self.skipped), "exist": self.exist, "beside": self.beside, "site": self.site,
            "files": self.files, "written": self.written,
        })
    }
}

fn list(out: &mut String, title: &str, lines: impl Iterator<Item = String>, most: usize) {
    let lines: BTreeSet<String> = lines.collect();
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{title}");
    for line in lines.iter().take(most) {
        let _ = writeln!(out, "  {line}");
    }
    if lines.len() > most {
        let _ = writeln!(out, "  and {} more", lines.len() - most);
    }
}

impl Row {
    fn text(&self, pattern: &str, out: &mut String) {
        let made: Vec<String> = self
            .made
            .iter()
            .map(|(kind, count)| format!("{count} {kind}"))
            .collect();
        let made = if made.is_empty() {
            "nothing".to_owned()
        } else {
            made.join(", ")
        };
        let _ = writeln!(out, "\n{pattern}: {} documents -> {made}", self.found);
        for (name, column) in &self.fields {
            for (to, count) in &column.to {
                let _ = writeln!(out, "  {count:>6}  {name} -> {to}");
            }
            for (why, (count, example)) in &column.lost {
                let _ = writeln!(out, "  {count:>6}  {name} lost: {why}, such as {example}");
            }
            if column.dropped > 0 {
                let _ = writeln!(
                    out,
                    "  {:>6}  {name} dropped, as the mapping says",
                    column.dropped
                );
            }
        }
    }

    fn json(&self, pattern: &str) -> Value {
        let fields: Vec<Value> = self.fields.iter().map(|(name, column)| {
            let lost: Vec<Value> = column.lost.iter().map(|(why, (count, example))| json!({ "reason": why, "count": count, "example": example })).collect();
            json!({ "field": name, "to": column.to, "dropped": column.dropped, "lost": lost })
        }).collect();
        json!({ "from": pattern, "documents": self.found, "records": self.made, "fields": fields })
    }
}
