//! Who can be of use to whom, and why, in words.

use super::{Cards, Object};
use crate::content::exchange::Category;
use crate::content::vocabulary::Vocabulary;
use crate::site::listing::Listing;
use crate::site::matching::{Match, Reason};
use crate::site::{Entry, Site};
use crate::theme::Theme;
use crate::theme::dates::Style;
use crate::theme::messages::Locale;
use crate::theme::when::join;
use tera::Value;

/// Whether a list is the market's board: it holds notices, and nothing else.
pub fn is_board(site: &Site, listing: &Listing) -> bool {
    let mut entries = listing.entries.iter().map(|id| site.entry(*id));
    let is_notice = |entry: &Entry| {
        let exchange = entry.record().exchange();
        exchange.is_some_and(|exchange| exchange.part.is_notice())
    };
    !listing.entries.is_empty() && entries.all(is_notice)
}

/// A sort of thing, in words.
pub fn category(category: Category, locale: &Locale) -> String {
    locale.text(&format!("notice.category.{}", category.name()), &[])
}

/// Who fits an entry, under a heading for each part.
pub fn matches(
    site: &Site,
    theme: &Theme,
    cards: &Cards,
    entry: &Entry,
    language: usize,
) -> Vec<Value> {
    let Some(own) = entry.record().exchange().map(|exchange| exchange.part) else {
        return vec![];
    };
    let locale = theme.locale(&site.codes[language]);
    let group = |found: &[Match]| -> Option<Value> {
        let other = found.first()?.part.name();
        let title = locale.text(&format!("match.{}.{other}", own.name()), &[]);
        let shown = found.iter();
        let shown: Vec<Value> = shown
            .map(|one| value(site, theme, cards, one, language))
            .collect();
        let group = Object::new()
            .set("part", other)
            .set("title", title)
            .set("matches", shown);
        Some(group.into())
    };
    let all = site.matches(entry);
    all.chunk_by(|a, b| a.part == b.part)
        .filter_map(group)
        .collect()
}

/// The one that fits an entry best.
pub fn best(
    site: &Site,
    theme: &Theme,
    cards: &Cards,
    entry: &Entry,
    language: usize,
) -> Option<Value> {
    // Of equals the first: a notice before a place, a place before a call.
    let all = site.matches(entry).iter().rev();
    let best = all.max_by_key(|found| found.score)?;
    Some(value(site, theme, cards, best, language))
}

fn value(site: &Site, theme: &Theme, cards: &Cards, found: &Match, language: usize) -> Value {
    reasoned(site, theme, found, language)
        .set("card", cards.get(site, theme, language, found.with))
        .into()
}

/// How well two fit, and why.
pub fn reasoned<T>(site: &Site, theme: &Theme, found: &Match<T>, language: usize) -> Object {
    let code = &site.codes[language];
    let locale = theme.locale(code);
    let strength = found.strength().name();
    Object::new()
        .set("strength", strength)
        .set("text", locale.text(&format!("match.{strength}"), &[]))
        .set("why", why(site, locale, found, code))
}

/// What two have in common, as a sentence.
fn why<T>(site: &Site, locale: &Locale, found: &Match<T>, language: &str) -> String {
    let reasons = found.reasons.iter();
    let reasons: Vec<String> = reasons
        .filter_map(|reason| said(site, locale, reason, language))
        .collect();
    locale.text("match.why", &[("reasons", &join(&reasons, locale))])
}

fn said(site: &Site, locale: &Locale, reason: &Reason, language: &str) -> Option<String> {
    let term = |vocabulary: Vocabulary, n: &usize| {
        let term = site.terms(vocabulary).get(*n)?;
        Some(site.text(&term.title, language).to_owned())
    };
    Some(match reason {
        Reason::Category(sort) => {
            locale.text("match.category", &[("category", &category(*sort, locale))])
        }
        Reason::Topics(topics) => {
            let named: Vec<String> = topics
                .iter()
                .filter_map(|n| term(Vocabulary::Topics, n))
                .collect();
            let n = named.len().to_string();
            let topics = join(&named, locale);
            locale.text("match.topics", &[("n", &n), ("topics", &topics)])
        }
        Reason::Neighbourhood(n) => {
            let area = term(Vocabulary::Neighbourhoods, n)?;
            locale.text("match.area", &[("area", &area)])
        }
        Reason::City => locale.text("match.city", &[]),
        Reason::Period(Some(last)) => {
            let date = locale.dates.day(*last, Style::Medium);
            locale.text("match.until", &[("date", &date)])
        }
        Reason::Period(None) => locale.text("match.open_ended", &[]),
        Reason::Languages(codes) => {
            let name = |code: &String| {
                let named = locale.find(&format!("language.{code}"), &[]);
                named.unwrap_or_else(|| code.clone())
            };
            let languages: Vec<String> = codes.iter().map(name).collect();
            locale.text(
                "match.languages",
                &[("languages", &join(&languages, locale))],
            )
        }
    })
}
