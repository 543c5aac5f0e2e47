//! What changed, for its page and its feeds.

use super::Object;
use crate::site::changes::Change;
use crate::site::{Entry, Site};
use crate::source::past::told_since;
use crate::theme::Theme;
use crate::theme::changed;
use crate::theme::dates::Style;
use crate::theme::messages::Locale;
use crate::theme::when::capital;
use jiff::Timestamp;
use jiff::civil::Date;
use std::cmp::Reverse;
use tera::Value;

/// Most changes on the page: who wants more has the history itself.
const MOST: usize = 200;

/// A change, told to the readers of a language.
pub struct Told<'a> {
    /// When it was published.
    pub at: Timestamp,
    /// The record that changed.
    pub entry: &'a Entry,
    /// Its title.
    pub title: &'a str,
    /// Where it is to be found: its page, or this line on the page of changes when it is gone.
    pub url: String,
    /// The name of its line on the page of changes.
    pub anchor: String,
    sentences: Vec<String>,
}

impl Told<'_> {
    /// What changed in one line, with the title before it.
    pub fn line(&self, locale: &Locale) -> String {
        changed::line(locale, self.title, &self.sentences)
    }

    /// Each sentence by itself.
    pub fn capitals(&self) -> impl Iterator<Item = String> {
        self.sentences.iter().map(|sentence| capital(sentence))
    }
}

/// Every change that readers of a language can be told of, newest first: of what has dates each one,
/// of all else that it is new or was brought up to date.
pub fn told<'a>(
    site: &'a Site,
    theme: &'a Theme,
    language: &'a str,
) -> impl Iterator<Item = Told<'a>> {
    let changes = site.changes.as_deref().unwrap_or_default().iter();
    let dated = changes.filter_map(|change| tell(site, theme, language, change));
    let mut told: Vec<Told> = dated.chain(undated(site, theme, language)).collect();
    told.sort_by_key(|told| Reverse(told.at));
    told.into_iter()
}

/// What has no dates and changed not long ago. What was there from the first day on is not new.
fn undated<'a>(
    site: &'a Site,
    theme: &'a Theme,
    language: &'a str,
) -> impl Iterator<Item = Told<'a>> {
    let first = site.entries.iter().map(|entry| entry.history.created).min();
    let since = told_since(site.now.utc_day()).max(first.unwrap_or(Timestamp::MAX));
    let is_told = move |entry: &&Entry| {
        let seen = entry.record().listed() && !entry.unpublished;
        seen && entry.timetable.is_none() && entry.history.updated > since
    };
    let known = site.changes.iter().flat_map(|_| &site.entries);
    known.filter(is_told).map(move |entry| {
        let locale = theme.locale(language);
        let one = &site.languages[language].kinds[entry.kind.name].one;
        let sentence = match entry.history.created == entry.history.updated {
            true => locale.text("changes.new_record", &[("kind", one)]),
            false => locale.text("changes.updated_record", &[]),
        };
        Told {
            at: entry.history.updated,
            entry,
            title: &entry.version(language).common.title,
            url: site.path(entry, language),
            anchor: anchor(entry, entry.history.updated),
            sentences: vec![sentence],
        }
    })
}

/// The name of a line: its record and the moment.
fn anchor(entry: &Entry, at: Timestamp) -> String {
    let moment = at.strftime("%Y%m%dT%H%M%SZ");
    format!("{}-{}-{moment}", entry.kind.name, entry.document_id)
}

fn tell<'a>(site: &'a Site, theme: &Theme, language: &str, change: &'a Change) -> Option<Told<'a>> {
    let entry = changed::entry(site, change)?;
    let sentences = changed::sentences(site, theme.locale(language), change, language);
    let anchor = anchor(entry, change.at);
    let url = match entry.removed {
        true => format!("{}#{anchor}", site.changes_path(language)),
        false => site.path(entry, language),
    };
    (!sentences.is_empty()).then(|| Told {
        at: change.at,
        entry,
        title: &entry.version(language).common.title,
        url,
        anchor,
        sentences,
    })
}

/// The value `changes`: the days on which anything changed, newest first.
pub fn changes(site: &Site, theme: &Theme, language: &str) -> Value {
    let dates = &theme.locale(language).dates;
    let mut days: Vec<(Date, Vec<Value>)> = Vec::new();
    for told in told(site, theme, language).take(MOST) {
        let at = told.at.to_zoned(site.now.time_zone().clone());
        let line = Object::new()
            .set("title", told.title)
            .set("lang", told.entry.version(language).language.as_str())
            .set("kind", told.entry.kind.name)
            .set("id", told.anchor.as_str())
            .some("url", (!told.entry.removed).then_some(told.url.as_str()))
            .set("iso", at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
            .set("time", dates.clock(at.time()))
            .set(
                "sentences",
                told.capitals().map(Value::from).collect::<Vec<_>>(),
            );
        match days.last_mut() {
            Some((day, lines)) if *day == at.date() => lines.push(line.into()),
            _ => days.push((at.date(), vec![line.into()])),
        }
    }
    let day = |(day, lines): (Date, Vec<Value>)| -> Value {
        Object::new()
            .set("title", dates.day(day, Style::Long))
            .set("iso", day.to_string())
            .set("lines", lines)
            .into()
    };
    Value::from(days.into_iter().map(day).collect::<Vec<Value>>())
}
