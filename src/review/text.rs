//! The face for people at a terminal.

use super::Review;
use super::records::Changed;
use std::fmt::Write as _;

/// So many addresses that lead nowhere are named.
const NAMED: usize = 20;

/// The whole of it: the summary, then a part for each sort of change.
pub fn render(review: &Review) -> String {
    let mut out = super::sentence(&review.summary());
    out.push('\n');
    if review.doubtful {
        let _ = writeln!(out, "{}", review.words.doubtful());
    }
    for part in review.parts() {
        let _ = writeln!(out, "\n{}", review.part(part, true));
        for record in part {
            out += &one(review, record);
        }
    }
    out += &addresses(review);
    if !review.files.is_empty() {
        let _ = writeln!(out, "\n{}", review.words.files_heading());
        for (sort, files) in &review.files {
            let (told, counts) = (
                review.words.files(*sort, files.len()),
                review.words.counts(files),
            );
            let _ = writeln!(out, "  {told}: {counts}");
        }
    }
    if let Some(preview) = &review.preview {
        let _ = writeln!(out, "\n{}: {preview}", review.words.preview());
    }
    out
}

fn one(review: &Review, record: &Changed) -> String {
    let place = record.path.as_ref().or(record.was.as_ref());
    let place = place.map_or("", |place| place.as_str());
    let mut out = format!("  {}  {place}\n", plain(&record.title));
    for line in review.details(record) {
        let _ = writeln!(out, "    {}", plain(&line));
    }
    out
}

fn addresses(review: &Review) -> String {
    let (found, words) = (&review.addresses, review.words);
    if found.added.is_empty() && found.removed.is_empty() {
        return String::new();
    }
    let (added, removed, lost) = (found.added.len(), found.removed.len(), found.lost());
    let mut out = format!("\n{}\n", words.addresses(added, removed, lost));
    let mut nowhere = found.removed.iter().filter(|(_, to)| to.is_none());
    for (path, _) in nowhere.by_ref().take(NAMED) {
        let _ = writeln!(out, "  {path} {}", words.leads_nowhere());
    }
    let rest = nowhere.count();
    if rest > 0 {
        let _ = writeln!(out, "  {}", words.more(rest));
    }
    out
}

/// A text that cannot steer the terminal, on one line.
fn plain(text: &str) -> String {
    let harmless = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(harmless).collect()
}
