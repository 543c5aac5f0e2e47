//! What other cities have, with where it comes from: on the page of their embassy, and of what they adopted from us.

use super::moments::Moments;
use super::{Object, page};
use crate::content::{KINDS, Kind, embassy, event};
use crate::site::Entry;
use crate::site::lock::Remembered;
use crate::site::network::Foreign;
use crate::theme::dates::Style;
use jiff::Timestamp;
use std::collections::BTreeMap;
use tera::Value;

/// Most times that a page shows.
const TIMES: usize = 12;
/// Most times on the page of all cities.
const ALL: usize = 100;
/// Most records of one kind.
const ITEMS: usize = 12;

/// What a city has to come and to offer; nothing for what is no embassy, or one of which nothing was harvested.
pub fn of_city(moments: &Moments, entry: &Entry) -> Option<Object> {
    let (site, city) = (moments.site, entry.document_id.as_str());
    let records = site.network.of(city);
    if *entry.kind != embassy::KIND || records.is_empty() {
        return None;
    }
    let language = site.codes[moments.language].as_str();
    let wanted = [language, site.config.default_language()];
    let mut times: Vec<_> = records
        .iter()
        .filter_map(|it| Some((it.next(&site.now)?, it)))
        .collect();
    times.sort_by_key(|(time, _)| time.start.timestamp());
    let more = times.len().saturating_sub(TIMES);
    let line = |(time, foreign): &(&crate::site::timetable::Occurrence, &Foreign)| {
        Some(
            moments
                .elsewhere(foreign.timetable.as_ref()?, time)
                .set("card", card(foreign, &wanted)?)
                .into(),
        )
    };
    let shown: Vec<Value> = times.iter().take(TIMES).filter_map(line).collect();
    let groups = KINDS
        .iter()
        .filter(|kind| **kind != event::KIND)
        .filter_map(|kind| group(moments, kind, records, &wanted));
    let sources = site
        .network
        .sources(city)
        .map(|source| origin(moments, source).into());
    let shown = Object::new()
        .list("times", shown)
        .set("more", more)
        .list("groups", groups.collect())
        .list("sources", sources.collect())
        .set("all_url", site.network_path(language));
    Some(shown)
}

/// What is to come in all cities, and how it stands with their sources.
pub fn of_all(moments: &Moments) -> Object {
    let site = moments.site;
    let language = site.codes[moments.language].as_str();
    let wanted = [language, site.config.default_language()];
    let embassies = site
        .entries
        .iter()
        .filter(|entry| *entry.kind == embassy::KIND);
    let embassies: BTreeMap<&str, &Entry> = embassies
        .map(|entry| (entry.document_id.as_str(), entry))
        .collect();
    let name = |city: &str| {
        embassies
            .get(city)
            .map(|entry| entry.version(language).common.title.0.as_str())
    };
    let all = site.network.all();
    let mut times: Vec<_> = all
        .filter_map(|(city, it)| Some((it.next(&site.now)?, city, it)))
        .collect();
    times.sort_by_key(|(time, ..)| time.start.timestamp());
    let line = |(time, city, foreign): &(&crate::site::timetable::Occurrence, &str, &Foreign)| {
        let line = moments.elsewhere(foreign.timetable.as_ref()?, time);
        Some(
            line.set("card", card(foreign, &wanted)?)
                .some("place", name(city))
                .into(),
        )
    };
    let shown: Vec<Value> = times.iter().filter_map(line).take(ALL).collect();
    let sources = site.network.every_source().iter().map(|source| {
        let entry = embassies.get(source.city.as_str());
        let city = entry.map(|entry| {
            let title = entry.version(language).common.title.0.clone();
            Object::new()
                .set("title", title)
                .set("url", site.path(entry, language))
        });
        let records: u64 = source.counts.values().sum();
        origin(moments, source)
            .some("city", city)
            .set("records", records)
            .into()
    });
    Object::new()
        .list("times", shown)
        .list("sources", sources.collect())
}

/// The cities that adopted a practice of ours.
pub fn adoptions(moments: &Moments, entry: &Entry) -> Vec<Value> {
    let site = moments.site;
    let language = site.codes[moments.language].as_str();
    let wanted = [language, site.config.default_language()];
    let adoptions = site.network.adoptions(site, entry).into_iter();
    let line = |(city, foreign): (&str, &Foreign)| {
        let embassy = site
            .entries
            .iter()
            .find(|it| *it.kind == embassy::KIND && it.document_id == city)?;
        let city = embassy.version(language).common.title.0.clone();
        Some(card(foreign, &wanted)?.set("city", city).into())
    };
    adoptions.filter_map(line).collect()
}

/// A record of a kind other than what people come to, as far as it still holds.
fn group(
    moments: &Moments,
    kind: &'static Kind,
    records: &[Foreign],
    wanted: &[&str],
) -> Option<Value> {
    let site = moments.site;
    let current = records
        .iter()
        .filter(|it| it.kind == kind && !it.is_over(&site.now));
    let items: Vec<Value> = current
        .clone()
        .filter_map(|it| card(it, wanted))
        .take(ITEMS)
        .map(Value::from)
        .collect();
    let words = site.languages[&site.codes[moments.language]]
        .kinds
        .get(kind.name);
    let title = words.map_or(kind.folder, |words| words.many.as_str());
    let more = current.count().saturating_sub(items.len());
    let group = Object::new()
        .set("kind", kind.name)
        .set("title", title)
        .set("more", more)
        .set("items", items.clone());
    (!items.is_empty()).then(|| group.into())
}

/// What there is to say of a record in a line; `None` for one that has no page to lead to.
fn card(foreign: &Foreign, wanted: &[&str]) -> Option<Object> {
    let (lang, title) = foreign.text("title", wanted)?;
    let url = foreign
        .url(&[lang])
        .or_else(|| foreign.record["id"].as_str())?;
    let summary = foreign.text("summary", wanted);
    let shown = Object::new()
        .set("title", title)
        .set("lang", lang)
        .set("url", url)
        .some("summary", summary.map(|(_, text)| text))
        .some("summary_lang", summary.map(|(lang, _)| lang));
    Some(shown)
}

/// Where things come from: the source, its licence and since when.
fn origin(moments: &Moments, source: &Remembered) -> Object {
    let site = moments.site;
    let code = site.codes[moments.language].as_str();
    let host = source
        .url
        .split_once("://")
        .map_or(source.url.as_str(), |(_, rest)| rest);
    let host = host.split('/').next().unwrap_or(host);
    let fetched = source
        .fetched
        .as_deref()
        .and_then(|text| text.parse::<Timestamp>().ok());
    let is_link = |url: &&String| url.starts_with("https://") || url.starts_with("http://");
    let license = source
        .license
        .as_ref()
        .filter(is_link)
        .map(|url| page::license(url, code));
    Object::new()
        .set("name", host)
        .set("url", source.url.as_str())
        .some("system", source.system.as_deref())
        .some("license", license)
        .some("fetched", fetched.map(|at| when(moments, at)))
        .some("iso", fetched.map(|at| at.to_string()))
        .set("in_trouble", source.error.is_some())
}

/// `today`, `yesterday`, or the day itself.
fn when(moments: &Moments, at: Timestamp) -> String {
    let site = moments.site;
    let locale = moments.theme.locale(&site.codes[moments.language]);
    let day = at.to_zoned(site.now.time_zone().clone()).date();
    let today = site.now.date();
    match today.since(day).map(|span| span.get_days()) {
        Ok(0) => locale.text("network.today", &[]),
        Ok(1) => locale.text("network.yesterday", &[]),
        _ => locale.text(
            "network.on",
            &[("day", &locale.dates.day(day, Style::Medium))],
        ),
    }
}
