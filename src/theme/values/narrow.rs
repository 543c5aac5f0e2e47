//! What leads on from a list: its topics and neighbourhoods, its years and months, the terms it names.

use super::list::{Item, text};
use super::{Object, link};
use crate::content::vocabulary::Vocabulary;
use crate::site::listing::{Listing, Scope};
use crate::site::{EntryId, Site};
use crate::theme::Theme;
use crate::theme::dates::Style;
use std::collections::{BTreeMap, BTreeSet};
use tera::Value;

/// Topics and neighbourhoods of what a list holds, with how often each comes.
pub fn facets(site: &Site, listing: &Listing, items: &[Item], language: &str) -> Vec<Value> {
    if !matches!(listing.scope, Scope::Kind(_)) {
        return vec![];
    }
    // Of an agenda the lines are its times, and what is over is not among them.
    let shown: BTreeSet<EntryId> = match items.iter().any(|(_, time)| time.is_some()) {
        true => listing.entries.iter().copied().collect(),
        false => items.iter().map(|(id, _)| *id).collect(),
    };
    let facet = |vocabulary: Vocabulary| {
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for (_, n) in shown
            .iter()
            .flat_map(|id| &site.entry(*id).terms)
            .filter(|(known, _)| *known == vocabulary)
        {
            *counts.entry(*n).or_default() += 1;
        }
        let item = |n: usize| -> Option<Value> {
            let title = site.text(&site.terms(vocabulary)[n].title, language);
            let path = site.listing_path(Scope::Term(vocabulary, n), language);
            Some(link(title, path).set("count", *counts.get(&n)?).into())
        };
        let sorted = site.sorted_terms(vocabulary, language).into_iter();
        let items: Vec<Value> = sorted.filter_map(item).collect();
        let title = text(site, &format!("listing.{}", vocabulary.name()), language);
        (!items.is_empty()).then(|| Object::new().set("title", title).set("items", items).into())
    };
    Vocabulary::ALL.into_iter().filter_map(facet).collect()
}

/// Years with their months, latest first, of the kind that a list belongs to.
pub fn archive(site: &Site, theme: &Theme, listing: &Listing, language: &str) -> Vec<Value> {
    let (Scope::Kind(kind) | Scope::Archive(kind) | Scope::Year(kind, _)) = listing.scope else {
        return vec![];
    };
    let only = match listing.scope {
        Scope::Year(_, year) => Some(year),
        _ => None,
    };
    let mut years: BTreeMap<i16, Vec<(i8, usize)>> = BTreeMap::new();
    for other in &site.listings {
        match other.scope {
            Scope::Month(n, year, month) if n == kind && only.is_none_or(|only| only == year) => {
                years
                    .entry(year)
                    .or_default()
                    .push((month, other.entries.len()));
            }
            _ => {}
        }
    }
    let month = |year: i16, (month, count): &(i8, usize)| -> Value {
        let title = theme
            .locale(language)
            .dates
            .day(jiff::civil::date(year, *month, 1), Style::MonthName);
        link(
            &title,
            site.listing_path(Scope::Month(kind, year, *month), language),
        )
        .set("count", *count)
        .into()
    };
    let year = |(year, months): (&i16, &Vec<(i8, usize)>)| -> Value {
        let months: Vec<Value> = months.iter().map(|m| month(*year, m)).collect();
        link(
            &year.to_string(),
            site.listing_path(Scope::Year(kind, *year), language),
        )
        .set("months", months)
        .into()
    };
    years.iter().rev().map(year).collect()
}

/// Every topic or neighbourhood with how much there is.
pub fn terms(site: &Site, theme: &Theme, listing: &Listing, language: &str) -> Vec<Value> {
    let Scope::Terms(vocabulary) = listing.scope else {
        return vec![];
    };
    let term = |n: usize| -> Value {
        let term = &site.terms(vocabulary)[n];
        let scope = Scope::Term(vocabulary, n);
        let count = site
            .listings
            .iter()
            .find(|l| l.scope == scope)
            .map_or(0, |l| l.entries.len());
        let summary = site.text(&term.summary, language);
        link(
            site.text(&term.title, language),
            site.listing_path(scope, language),
        )
        .some("summary", Some(summary).filter(|text| !text.is_empty()))
        .set("count", count)
        .set(
            "count_text",
            theme.locale(language).count("count.entries", count),
        )
        .into()
    };
    let sorted = site.sorted_terms(vocabulary, language).into_iter();
    sorted.map(term).collect()
}
