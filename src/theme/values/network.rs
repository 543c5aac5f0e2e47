//! What other cities have, with where it comes from: on the page of their embassy, on that of all cities, under a topic,
//! and of what they adopted from us.

use super::moments::Moments;
use super::{Object, page};
use crate::content::{KINDS, Kind, embassy, event};
use crate::site::lock::Remembered;
use crate::site::network::{Foreign, ForeignId};
use crate::site::timetable::Occurrence;
use crate::site::{Entry, Site};
use crate::theme::dates::Style;
use jiff::Timestamp;
use std::collections::BTreeMap;
use tera::Value;

/// Most times that a page shows.
const TIMES: usize = 12;
/// Most times on the page of all cities.
const ALL: usize = 100;
/// Most records of one kind, or on one topic.
const ITEMS: usize = 12;

/// What a city is called: by itself, as the title of its embassy, and where that is.
pub struct City {
    /// The city.
    pub name: String,
    /// Its embassy.
    pub title: String,
    /// The page of its embassy.
    pub url: String,
}

impl Moments<'_> {
    fn code(&self) -> &str {
        &self.site.codes[self.language]
    }

    /// The languages in which texts of others are looked for.
    pub fn wanted(&self) -> [&str; 2] {
        [self.code(), self.site.config.default_language()]
    }

    /// A city by the identifier of its embassy.
    pub fn city(&self, city: &str) -> Option<City> {
        let entry = self.site.entry(self.site.network.embassy(city)?);
        let code = self.code();
        Some(City {
            name: city_name(entry, code),
            title: entry.version(code).common.title.0.clone(),
            url: self.site.path(entry, code),
        })
    }

    /// The city of a record, its licence, its source and when that was read: `from Ljubljana, CC BY 4.0, fetched
    /// yesterday`.
    pub fn provenance(&self, foreign: &Foreign) -> Object {
        let city = self.city(&foreign.city);
        let city = city.map(|city| super::link(&city.name, city.url));
        let source = self.site.network.source(foreign);
        let origin = match source {
            Some(source) => origin(self, source),
            None => Object::new().set("name", foreign.part()),
        };
        let own = foreign.record["license"].as_str();
        origin
            .some("city", city)
            .some("license", own.map(|url| page::license(url, self.code())))
            .set("link_only", foreign.record["harvest"]["link_only"] == true)
    }

    /// What other cities have on a topic of ours and is not over; nothing where there is none.
    pub fn on_topic(&self, topic: usize) -> Option<Object> {
        let site = self.site;
        let current = site.network.on_topic(topic);
        let mut current: Vec<&Foreign> = current.filter(|it| !it.is_over(&site.now)).collect();
        current.sort_by_cached_key(|it| {
            let next = it.next(&site.now).map(|time| time.start.timestamp());
            (it.kind.number(), next)
        });
        let items: Vec<Value> = of_each_kind(&current)
            .into_iter()
            .filter_map(|it| {
                let next = it.next(&site.now).zip(it.timetable.as_ref());
                let next = next.map(|(time, timetable)| self.elsewhere(timetable, time));
                let line = card(self, it)?.set("from", self.provenance(it));
                Some(line.some("next", next).into())
            })
            .collect();
        let more = current.len().saturating_sub(items.len());
        let shown = Object::new()
            .set("more", more)
            .set("all_url", site.network_path(self.code()))
            .set("items", items.clone());
        (!items.is_empty()).then_some(shown)
    }
}

/// The first of each kind, then the second, as many as a page shows; in the order in which they stand. Where much is
/// to come, there is room left for what can be learnt.
fn of_each_kind<'a>(records: &[&'a Foreign]) -> Vec<&'a Foreign> {
    let kinds = records.chunk_by(|a, b| a.kind == b.kind);
    let ranked = kinds.flat_map(|of_kind| of_kind.iter().enumerate());
    let ranked = ranked.enumerate();
    let mut ranked: Vec<(usize, usize, &Foreign)> =
        ranked.map(|(n, (rank, it))| (rank, n, *it)).collect();
    ranked.sort_by_key(|(rank, n, _)| (*rank, *n));
    ranked.truncate(ITEMS);
    ranked.sort_by_key(|(_, n, _)| *n);
    ranked.into_iter().map(|(_, _, it)| it).collect()
}

/// What a city is called, in a language.
pub fn city_name(entry: &Entry, code: &str) -> String {
    let data = entry.data(code);
    let named = data["city"].as_str().map(str::to_owned);
    named.unwrap_or_else(|| entry.version(code).common.title.0.clone())
}

/// What a city has to come and to offer; nothing for what is no embassy, or one of which nothing was harvested.
pub fn of_city(moments: &Moments, entry: &Entry) -> Option<Object> {
    let (site, city) = (moments.site, entry.document_id.as_str());
    let records = site.network.of(city);
    if *entry.kind != embassy::KIND || records.is_empty() {
        return None;
    }
    let code = moments.code();
    let mut times: Vec<_> = records
        .iter()
        .filter_map(|it| Some((it.next(&site.now)?, it)))
        .collect();
    times.sort_by_key(|(time, _)| time.start.timestamp());
    let more = times.len().saturating_sub(TIMES);
    let line = |(time, foreign): &(&Occurrence, &Foreign)| {
        Some(
            moments
                .elsewhere(foreign.timetable.as_ref()?, time)
                .set("card", card(moments, foreign)?)
                .into(),
        )
    };
    let shown: Vec<Value> = times.iter().take(TIMES).filter_map(line).collect();
    let ids: Vec<ForeignId> = site.network.ids_of(city).collect();
    let groups = KINDS
        .iter()
        .filter(|kind| **kind != event::KIND)
        .filter_map(|kind| group(moments, kind, &ids));
    let named = super::link(&city_name(entry, code), site.path(entry, code));
    let named = Value::from(named);
    let sources = site.network.sources(city).map(|source| {
        let shown = origin(moments, source);
        shown.set("city", named.clone()).into()
    });
    let shown = Object::new()
        .list("times", shown)
        .set("more", more)
        .list("groups", groups.collect())
        .list("sources", sources.collect())
        .set("all_url", site.network_path(code));
    Some(shown)
}

/// What is to come in all cities, and how it stands with their sources.
pub fn of_all(moments: &Moments) -> Object {
    let site = moments.site;
    let all = site.network.all().iter();
    let mut times: Vec<_> = all
        .filter_map(|it| Some((it.next(&site.now)?, it)))
        .collect();
    times.sort_by_key(|(time, _)| time.start.timestamp());
    let mut names: BTreeMap<&str, Option<String>> = BTreeMap::new();
    let mut shown: Vec<Value> = Vec::new();
    for (time, foreign) in &times {
        if shown.len() == ALL {
            break;
        }
        let name = names
            .entry(&foreign.city)
            .or_insert_with(|| moments.city(&foreign.city).map(|city| city.name));
        let line = foreign
            .timetable
            .as_ref()
            .map(|it| moments.elsewhere(it, time));
        if let (Some(line), Some(card)) = (line, card(moments, foreign)) {
            shown.push(line.set("card", card).some("place", name.clone()).into());
        }
    }
    let more = times.len().saturating_sub(shown.len());
    let sources = site.network.every_source().iter();
    let sources = sources.map(|source| health(moments, source).into());
    Object::new()
        .list("times", shown)
        .set("more", more)
        .list("sources", sources.collect())
}

/// The cities that adopted a practice of ours.
pub fn adoptions(moments: &Moments, entry: &Entry) -> Vec<Value> {
    let adoptions = moments.site.network.adoptions(moments.site, entry);
    let line = |foreign: &Foreign| {
        let city = moments.city(&foreign.city)?.title;
        Some(card(moments, foreign)?.set("city", city).into())
    };
    adoptions.into_iter().filter_map(line).collect()
}

/// A record of a kind other than what people come to, as far as it still holds, with who here fits it.
fn group(moments: &Moments, kind: &'static Kind, ids: &[ForeignId]) -> Option<Value> {
    let site = moments.site;
    let current = ids.iter().filter(|id| {
        let it = site.network.get(**id);
        it.kind == kind && !it.is_over(&site.now)
    });
    let items: Vec<Value> = current
        .clone()
        .filter_map(|id| {
            let fits = super::abroad::fits(moments, *id);
            let card = card(moments, site.network.get(*id))?;
            Some(card.list("fits", fits).into())
        })
        .take(ITEMS)
        .collect();
    let words = site.languages[moments.code()].kinds.get(kind.name);
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
pub fn card(moments: &Moments, foreign: &Foreign) -> Option<Object> {
    let wanted = moments.wanted();
    let (lang, title) = foreign.text("title", &wanted)?;
    let url = foreign
        .url(&[lang])
        .or_else(|| foreign.record["id"].as_str())?;
    let summary = foreign.text("summary", &wanted);
    let words = moments.site.languages[moments.code()]
        .kinds
        .get(foreign.kind.name);
    let locale = moments.theme.locale(moments.code());
    let badge = foreign.facts.as_ref().and_then(|facts| facts.badge());
    let label = badge.as_ref().and_then(|(field, value)| {
        locale.find(&format!("{}.{field}.{value}", foreign.kind.name), &[])
    });
    let until = foreign.facts.as_ref().and_then(|facts| facts.period());
    let until = until.and_then(|period| period.until);
    let shown = Object::new()
        .set("kind", foreign.kind.name)
        .some("kind_name", words.map(|words| words.one.as_str()))
        .some("label", label)
        .some("tone", badge.map(|(_, value)| value))
        .some(
            "until",
            until.map(|day| locale.dates.day(day.0, Style::Medium)),
        )
        .set("title", title)
        .set("lang", lang)
        .set("url", url)
        .some("summary", summary.map(|(_, text)| text))
        .some("summary_lang", summary.map(|(lang, _)| lang));
    Some(shown)
}

/// The name of the machine that an address leads to.
pub fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

/// Where things come from: the source, its licence and since when.
fn origin(moments: &Moments, source: &Remembered) -> Object {
    let at = |text: &Option<String>| text.as_deref()?.parse::<Timestamp>().ok();
    let fetched = at(&source.fetched);
    let failed = at(&source.failed).filter(|_| source.error.is_some());
    let is_link = |url: &&String| url.starts_with("https://") || url.starts_with("http://");
    let license = source
        .license
        .as_ref()
        .filter(is_link)
        .map(|url| page::license(url, moments.code()));
    Object::new()
        .set("name", host(&source.url))
        .set("url", source.url.as_str())
        .some("system", source.system.as_deref())
        .some("license", license)
        .some("fetched", fetched.map(|at| when(moments, "", at)))
        .some("iso", fetched.map(|at| at.to_string()))
        .set("in_trouble", source.error.is_some())
        .some("failed", failed.map(|at| when(moments, "failed.", at)))
        .some("failed_iso", failed.map(|at| at.to_string()))
        .some("error", source.error.as_deref())
}

/// How it stands with a source: what it has of each kind, when it was read, and why it was not.
fn health(moments: &Moments, source: &Remembered) -> Object {
    let city = moments.city(&source.city);
    let city = city.map(|city| super::link(&city.title, city.url));
    let records: u64 = source.counts.values().sum();
    let counts = counted(moments.site, moments.code(), &source.counts);
    origin(moments, source)
        .some("city", city)
        .set("id", anchor(&source.city, &source.url))
        .set("records", records)
        .some("counts", Some(counts).filter(|it| !it.is_empty()))
}

/// What names a source on the page of all cities.
pub fn anchor(city: &str, url: &str) -> String {
    let sum = blake3::hash(url.as_bytes()).to_hex();
    format!("{city}-{}", &sum[..8])
}

/// How many records of each kind, in the words of the site.
pub fn counted(site: &Site, code: &str, counts: &BTreeMap<String, u64>) -> String {
    let of_kind = |kind: &Kind| {
        let n = *counts.get(kind.name).filter(|n| **n > 0)?;
        let words = site.languages[code].kinds.get(kind.name);
        let title = words.map_or(kind.folder, |words| words.many.as_str());
        Some(format!("{title}: {n}"))
    };
    let each: Vec<String> = KINDS.iter().filter_map(of_kind).collect();
    each.join(", ")
}

/// `today`, `yesterday`, or the day itself.
fn when(moments: &Moments, what: &str, at: Timestamp) -> String {
    let site = moments.site;
    let locale = moments.theme.locale(moments.code());
    let day = at.to_zoned(site.now.time_zone().clone()).date();
    let today = site.now.date();
    let text =
        |word: &str, values: &[(&str, &str)]| locale.text(&format!("network.{what}{word}"), values);
    match today.since(day).map(|span| span.get_days()) {
        Ok(0) => text("today", &[]),
        Ok(1) => text("yesterday", &[]),
        _ => text("on", &[("day", &locale.dates.day(day, Style::Medium))]),
    }
}
