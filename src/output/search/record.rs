//! What of a record is searched, and what results show of it.

use super::postings::{FILED, HEADINGS, Postings, SUMMARY, TITLE};
use super::shards::quoted;
use crate::site::{Entry, Site};
use crate::theme::Theme;
use crate::theme::dates::Style;
use std::collections::BTreeMap;
use tera::Value;

/// Most characters that results show of a summary.
const SHOWN: usize = 180;

/// Whether a record is found: what is not published is not, also in the preview.
pub fn is_found(entry: &Entry) -> bool {
    !entry.unpublished
}

/// Whether a record is over: it took place, or nobody can answer any more. Results show it after others.
pub fn is_over(site: &Site, entry: &Entry) -> bool {
    match entry.gathers() {
        true => entry.next(&site.now).is_none(),
        false => !site.is_current(entry),
    }
}

/// Months in words, each written once.
#[derive(Default)]
pub struct Months(BTreeMap<(i16, i8), String>);

impl Months {
    /// The month in which a record falls next, or fell last.
    fn of(&mut self, site: &Site, theme: &Theme, entry: &Entry, language: &str) -> Option<&str> {
        let next = entry.next(&site.now).filter(|_| entry.gathers());
        let day = match next {
            Some(time) => time.start.date(),
            None => entry.days().last()?,
        };
        let written = self.0.entry((day.year(), day.month()));
        Some(written.or_insert_with(|| theme.locale(language).dates.day(day, Style::Month)))
    }
}

/// Files everything that is searched of a record. Gives how many words its title has.
pub fn file(
    postings: &mut Postings,
    (site, theme, months): (&Site, &Theme, &mut Months),
    (number, entry, card): (u32, &Entry, &Value),
    language: &str,
) -> usize {
    let version = entry.version(language);
    for (vocabulary, n) in &entry.terms {
        let term = &site.terms(*vocabulary)[*n];
        postings.add(number, FILED, site.text(&term.title, language));
        postings.add_facet(number, vocabulary.name(), &term.id.value.0);
    }
    for name in ["kind_name", "label", "place", "city"] {
        postings.add(number, FILED, text(card, name));
    }
    if let Some(month) = months.of(site, theme, entry, language) {
        postings.add(number, FILED, month);
    }
    if let Some(summary) = &version.common.summary {
        postings.add(number, SUMMARY, summary);
    }
    for heading in &version.body.headings {
        postings.add(number, HEADINGS, &heading.title);
    }
    postings.add(number, TITLE, &version.common.title.0)
}

/// What results show of a record, as a list in JSON: address, title, summary, when, where, how it stands,
/// what sort it is and the language, the last of these only as far as there is something to say.
pub fn shown(card: &Value, language: &str) -> String {
    let place = [text(card, "place"), text(card, "neighbourhood.title")];
    let place: Vec<&str> = place.into_iter().filter(|name| !name.is_empty()).collect();
    let own = text(card, "lang");
    let mut parts = vec![
        quoted(text(card, "url")),
        quoted(text(card, "title")),
        quoted(&shortened(text(card, "summary"))),
        quoted(text(card, "date.text")),
        quoted(&place.join(", ")),
        quoted(text(card, "status.text")),
        quoted(text(card, "label")),
        quoted(if own == language { "" } else { own }),
    ];
    while parts.last().is_some_and(|part| part == "\"\"") {
        parts.pop();
    }
    format!("[{}]", parts.join(","))
}

fn text<'a>(card: &'a Value, path: &'a str) -> &'a str {
    let found = card.get_from_path(path).and_then(Value::as_str);
    found.unwrap_or_default()
}

/// The first words of a text that is long.
fn shortened(text: &str) -> String {
    let Some((end, _)) = text.char_indices().nth(SHOWN) else {
        return text.to_owned();
    };
    let head = &text[..end];
    let words = head.rsplit_once(' ').map_or(head, |(words, _)| words);
    format!("{} …", words.trim_end_matches([',', ';', ':']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_summary_ends_after_a_word() {
        assert_eq!(shortened("Kom langs."), "Kom langs.");
        let long = "woord, ".repeat(40);
        let short = shortened(&long);
        assert!(short.chars().count() <= SHOWN + 2 && short.ends_with("woord …"));
        assert_eq!(shortened(&"é".repeat(200)).chars().count(), SHOWN + 2);
    }
}
