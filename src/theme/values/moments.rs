//! Times that belong to a record by way of others: the sessions of a programme, when a space is taken,
//! what an embassy has to come, on two clocks.

use super::card::{moment, status, text};
use super::{Cards, Object};
use crate::content::schedule::Status;
use crate::site::timetable::{Occurrence, Timetable};
use crate::site::{Entry, Site};
use crate::theme::Theme;
use crate::theme::dates::Style;
use crate::theme::spans::difference;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use tera::Value;

/// Most times that a page shows.
const SHOWN: usize = 24;
/// Most of them that are over.
const OVER: usize = 8;

/// A time and whose it is.
type Time<'a> = (&'a Entry, &'a Occurrence);

/// What makes a line of a time.
pub struct Moments<'a> {
    /// The site.
    pub site: &'a Site,
    /// Its theme.
    pub theme: &'a Theme,
    /// Its cards.
    pub cards: &'a Cards,
    /// Number of the language.
    pub language: usize,
}

impl Moments<'_> {
    /// What belongs to a programme, in order: what was, what is next, what is to come.
    pub fn sessions(&self, programme: &Entry) -> Option<Object> {
        let now = &self.site.now;
        let own = programme.referenced_by.iter();
        let own = own.filter(|(field, _)| *field == "programme");
        let times = in_order(own.map(|(_, id)| self.site.entry(*id)));
        let over = times.partition_point(|(_, time)| time.end <= *now);
        let goes_ahead =
            |time: &Occurrence| !matches!(time.status, Status::Cancelled | Status::Postponed);
        let next = times
            .iter()
            .skip(over)
            .position(|(_, time)| goes_ahead(time));
        let from = over.saturating_sub(OVER);
        let line = |(n, time): (usize, &Time)| -> Value {
            let state = match () {
                () if n < over => "done",
                () if next == Some(n - over) => "next",
                () => "coming",
            };
            self.line(time).set("state", state).into()
        };
        let shown = times.iter().enumerate().skip(from).take(SHOWN);
        let shown: Vec<Value> = shown.map(line).collect();
        let sessions = Object::new()
            .set("before", from)
            .set("after", times.len() - from - shown.len())
            .set("done", over)
            .set("total", times.len())
            .set("times", shown.clone());
        (!shown.is_empty()).then_some(sessions)
    }

    /// When a space is taken in the time to come.
    pub fn taken(&self, space: &Entry) -> Vec<Value> {
        let off = [Status::Cancelled, Status::Postponed, Status::MovedOnline];
        let times = in_order(self.site.held_in(space)).into_iter();
        times
            .filter(|(_, time)| time.end > self.site.now && !off.contains(&time.status))
            .take(SHOWN / 2)
            .map(|time| self.line(&time).into())
            .collect()
    }

    /// What is to come in another time zone than the site's: here and there.
    pub fn on_two_clocks(&self, entry: &Entry) -> Vec<Value> {
        let Some(zone) = self.zone_of(entry) else {
            return vec![];
        };
        let here = self.site.now.time_zone();
        if zone == *here {
            return vec![];
        }
        let others = entry.referenced_by.iter();
        let mut others: Vec<&Entry> = others.map(|(_, id)| self.site.entry(*id)).collect();
        others.sort_by_key(|other| other.id);
        others.dedup_by_key(|other| other.id);
        let times = in_order(others.into_iter()).into_iter();
        times
            .filter(|(_, time)| time.end > self.site.now)
            .take(SHOWN / 2)
            .map(|time| {
                let line = self.line(&time);
                if time.0.timetable.as_ref().is_none_or(|it| it.all_day) {
                    return line.into();
                }
                self.two_clocks(line, time.1, &zone).into()
            })
            .collect()
    }

    /// A time of another city: when, there and here where the clocks differ.
    pub fn elsewhere(&self, timetable: &Timetable, time: &Occurrence) -> Object {
        let locale = self.theme.locale(&self.site.codes[self.language]);
        let line = Object::new()
            .set("date", moment(self.site, timetable, time, locale))
            .some("status", status(locale, time.status));
        if timetable.all_day {
            return line.set("when", self.when(timetable, time));
        }
        self.two_clocks(line, time, &timetable.zone)
    }

    /// Says when something begins here and there; once, where the clocks are the same.
    fn two_clocks(&self, line: Object, time: &Occurrence, zone: &TimeZone) -> Object {
        let at = |zone: &TimeZone| time.start.with_time_zone(zone.clone()).datetime();
        let (here, there) = (at(self.site.now.time_zone()), at(zone));
        let hour = self.hour(there);
        if here == there {
            return line.set("when", format!("{}, {hour}", self.day(here)));
        }
        let on_another_day = (here.date() != there.date()).then(|| self.day(there));
        let there = on_another_day.map_or(hour.clone(), |day| format!("{day}, {hour}"));
        line.set("when", self.day(here))
            .set("here", self.hour(here))
            .set("there", there)
    }

    /// How much later or earlier it is there than here, in a sentence.
    pub fn clock(&self, entry: &Entry) -> Option<String> {
        let locale = self.theme.locale(&self.site.codes[self.language]);
        let (here, there) = self.site.now.on_both_clocks(&self.zone_of(entry)?);
        let span = difference(locale, here, there);
        Some(match span {
            Some(span) => locale.text("embassy.time.other", &[("span", &span)]),
            None => locale.text("embassy.time.same", &[]),
        })
    }

    fn zone_of(&self, entry: &Entry) -> Option<TimeZone> {
        TimeZone::get(&entry.record().zone()?.0).ok()
    }

    /// A day, with the year when it is not this one.
    fn day(&self, at: DateTime) -> String {
        let locale = self.theme.locale(&self.site.codes[self.language]);
        let style = match at.year() == self.site.now.year() {
            true => Style::Short,
            false => Style::ShortYear,
        };
        locale.dates.day(at.date(), style)
    }

    fn hour(&self, at: DateTime) -> String {
        let locale = self.theme.locale(&self.site.codes[self.language]);
        locale.dates.clock(at.time())
    }

    /// `do 3 dec, 19:30–22:00`; of what takes days, its days.
    fn when(&self, timetable: &Timetable, time: &Occurrence) -> String {
        let (start, end) = (time.start.datetime(), time.end.datetime());
        let within_a_day = !timetable.all_day && start.date() == end.date();
        if within_a_day {
            let (from, until) = (self.hour(start), self.hour(end));
            return format!("{}, {from}–{until}", self.day(start));
        }
        let locale = self.theme.locale(&self.site.codes[self.language]);
        text(timetable, time, locale, self.site.now.date())
    }

    fn line(&self, (entry, time): &Time) -> Object {
        let (site, theme) = (self.site, self.theme);
        let locale = theme.locale(&site.codes[self.language]);
        let at = entry.timetable.as_ref();
        Object::new()
            .set("card", self.cards.get(site, theme, self.language, entry.id))
            .some("date", at.map(|table| moment(site, table, time, locale)))
            .some("when", at.map(|table| self.when(table, time)))
            .some("status", status(locale, time.status))
    }
}

/// The times of what people come to, in order.
fn in_order<'a>(entries: impl Iterator<Item = &'a Entry>) -> Vec<Time<'a>> {
    let gathering = entries.filter(|entry| entry.gathers());
    let times = gathering.flat_map(|entry| entry.occurrences().iter().map(move |t| (entry, t)));
    let mut times: Vec<Time> = times.collect();
    times.sort_by_key(|(entry, time)| (time.start.timestamp(), entry.id));
    times
}
