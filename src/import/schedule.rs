//! When an event of theirs takes place: start, end, times and zone, from one to five fields.

use super::beside::beside;
use super::clock;
use super::convert::plain;
use super::matter::Note;
use super::moment::{self, When};
use super::parts::example;
use super::record::{Fate, Maker};
use crate::content::zone;
use crate::phrase;
use jiff::ToSpan;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

impl Maker<'_> {
    /// Start, end, whole days and zone: what stands in one to four fields of theirs.
    pub(super) fn schedule(&mut self) {
        if !self.is_event() {
            return;
        }
        let named = self.source("timezone").and_then(|source| self.take(source));
        let zone_name = named
            .as_ref()
            .and_then(|(_, value)| zone::zone(&plain(value)?));
        if let Some((paths, value)) = named {
            let fate = match &zone_name {
                Some(_) => Fate::Mapped("timezone".to_owned()),
                None => Fate::Lost(phrase!("is no time zone"), example(&value)),
            };
            self.tell(paths, &fate);
        }
        let zone_name = zone_name.or_else(|| self.spoken_zone());
        let zone = zone_name
            .as_deref()
            .and_then(|name| TimeZone::get(name).ok());
        if let Some(name) = zone_name.filter(|name| name != self.manner.zone_name) {
            self.set("timezone", json!(name));
        }
        let zone = zone.unwrap_or_else(|| self.manner.zone.clone());
        let start = self.moment("start", &zone);
        let Some(mut start) = start else { return };
        let (from, until) = self.clock("start_time");
        if start.time.is_none()
            || start.time == Some(jiff::civil::Time::midnight()) && from.is_some()
        {
            start.time = from.or(start.time);
        }
        start.until = start.until.or(until);
        let end = self.end(&start, &zone);
        self.days(start, end);
    }

    /// The zone that stands behind a time: `19:00 CET`.
    fn spoken_zone(&self) -> Option<String> {
        ["start_time", "start"].into_iter().find_map(|ours| {
            let source = self.source(ours).filter(|source| source.zone.is_none())?;
            let (_, value) = self.take(source)?;
            let text = plain(&value)?;
            zone::behind(&text)
                .map(str::to_owned)
                .or_else(|| zone::of_place(&text))
        })
    }

    /// What a date or time says beside the day and the hour.
    fn more(&mut self, paths: &[String], text: &str) {
        if let (Some(words), Some(path)) = (beside(text), paths.first()) {
            self.partly(path, &words);
        }
    }

    fn moment(&mut self, ours: &str, zone: &TimeZone) -> Option<When> {
        let source = self.source(ours)?.clone();
        for (paths, value) in self.each(&source) {
            let text = plain(&value).unwrap_or_default();
            let first = match &value {
                Value::Array(items) => items.first().and_then(plain).unwrap_or_default(),
                _ => text,
            };
            let found = moment::read(&first, &self.habits(&source, zone));
            if let Some(when) = found {
                self.notes
                    .extend(when.note.map(|what| Note::repaired(what).about(&first)));
                self.more(&paths, &first);
                if let (Value::Array(items), Some(path)) = (&value, paths.first()) {
                    let end = format!("{path}.1");
                    let paired = self
                        .source("end")
                        .is_some_and(|source| source.from.contains(&end));
                    for item in items.iter().skip(1 + usize::from(paired)) {
                        self.partly(path, &example(item));
                    }
                }
                self.tell(paths, &Fate::Mapped(ours.to_owned()));
                return found;
            }
            self.tell(paths, &Fate::Lost(phrase!("is no date"), example(&value)));
        }
        None
    }

    fn clock(&mut self, ours: &str) -> (Option<jiff::civil::Time>, Option<jiff::civil::Time>) {
        let Some((paths, value)) = self.source(ours).and_then(|source| self.take(source)) else {
            return (None, None);
        };
        let text = plain(&value).unwrap_or_default();
        let times = match text.split_once(['T', ' ']) {
            Some((day, time))
                if day.len() == 10
                    && day.starts_with(|c: char| c.is_ascii_digit())
                    && day.contains('-') =>
            {
                clock::clocks(time)
            }
            // Seconds since midnight, as YAML 1.1 reads 19:30.
            _ if (3..=6).contains(&text.len())
                && text
                    .parse::<u32>()
                    .is_ok_and(|n| n > 2400 && n < 86_400 && n % 60 == 0) =>
            {
                let n: u32 = text.parse().unwrap_or(0);
                (
                    jiff::civil::Time::new((n / 3600) as i8, (n % 3600 / 60) as i8, 0, 0).ok(),
                    None,
                )
            }
            _ => clock::clocks(&text),
        };
        match times.0 {
            Some(_) => {
                self.more(&paths, &text);
                self.tell(paths, &Fate::Mapped(ours.to_owned()));
            }
            None => self.tell(paths, &Fate::Lost(phrase!("is no time"), example(&value))),
        }
        times
    }

    /// The end, also where only a time is written, or a second time behind the first.
    fn end(&mut self, start: &When, zone: &TimeZone) -> Option<When> {
        let (clock, _) = self.clock("end_time");
        let source = self.source("end").cloned();
        let taken = source.as_ref().and_then(|source| self.take(source));
        let mut end = None;
        if let (Some((paths, value)), Some(source)) = (taken, &source) {
            let text = plain(&value).unwrap_or_default();
            end = moment::read(&text, &self.habits(source, zone));
            if end.is_none()
                && let (Some(time), _) = clock::clocks(&text)
            {
                end = Some(When {
                    date: start.date,
                    time: Some(time),
                    until: None,
                    last: None,
                    note: None,
                });
            }
            let fate = match end {
                Some(_) => Fate::Mapped("end".to_owned()),
                None => Fate::Lost(phrase!("is no date"), example(&value)),
            };
            if end.is_some() {
                self.more(&paths, &text);
            }
            self.notes.extend(
                end.and_then(|end| end.note)
                    .map(|what| Note::repaired(what).about(&text)),
            );
            self.tell(paths, &fate);
        }
        let time = clock.or(start.until);
        match (end, time) {
            (Some(mut end), time) => {
                if end.time.is_none()
                    || end.time == Some(jiff::civil::Time::midnight()) && time.is_some()
                {
                    end.time = time.or(end.time);
                }
                Some(end)
            }
            (None, Some(time)) if start.last.is_some() => Some(When {
                date: start.last.unwrap_or(start.date),
                time: Some(time),
                ..*start
            }),
            (None, Some(time)) => {
                let next = start
                    .time
                    .is_some_and(|start| time < start && time.hour() < 7);
                let date = if next {
                    start.date.tomorrow().unwrap_or(start.date)
                } else {
                    start.date
                };
                Some(When {
                    date,
                    time: Some(time),
                    until: None,
                    last: None,
                    note: None,
                })
            }
            (None, None) => start.last.map(|date| When {
                date,
                time: None,
                ..*start
            }),
        }
    }

    /// Whole days or times: both ends the same way.
    fn days(&mut self, start: When, end: Option<When>) {
        let midnight = jiff::civil::Time::midnight();
        let no_time = |when: &When| when.time.is_none() || when.time == Some(midnight);
        let mut end = end;
        if self.fields.get("all_day") == Some(&json!(true))
            || no_time(&start) && end.as_ref().is_none_or(no_time)
        {
            let day = |when: &When| json!(when.date.to_string());
            self.set("all_day", json!(true));
            self.fields.insert("start".to_owned(), day(&start));
            match end {
                Some(end) if end.date > start.date => {
                    self.fields.insert("end".to_owned(), day(&end));
                }
                Some(end) if end.date < start.date => self.notes.push(early(&end)),
                _ => {}
            }
            // As many days as it lasts.
            let minutes = self.fields.shift_remove("duration");
            let minutes = minutes
                .as_ref()
                .and_then(|length| length.as_str()?.strip_suffix('m')?.parse::<i64>().ok());
            let more = minutes
                .filter(|minutes| minutes % 1440 == 0)
                .map_or(0, |minutes| minutes / 1440 - 1);
            if let (1..400, None) = (more, self.fields.get("end"))
                && let Ok(last) = start.date.checked_add(more.days())
            {
                self.fields
                    .insert("end".to_owned(), json!(last.to_string()));
            }
            return;
        }
        self.fields.shift_remove("all_day");
        let start = When {
            time: start.time.or(Some(midnight)),
            ..start
        };
        if let Some(end) = &mut end
            && end.time.is_none()
        {
            // The last day of several: until late that day.
            end.time = jiff::civil::Time::new(23, 59, 0, 0).ok();
            if end.date > start.date {
                self.notes.push(Note::repaired(phrase!(
                    "an end without a time became the end of that day"
                )));
            } else {
                end.date = start.date;
                end.time = None;
            }
        }
        self.fields
            .insert("start".to_owned(), json!(start.written()));
        let after =
            |end: &When| (end.date, end.time) > (start.date, start.time) && end.time.is_some();
        match end {
            Some(end) if after(&end) => {
                self.fields.insert("end".to_owned(), json!(end.written()));
                self.fields.shift_remove("duration");
            }
            Some(end) if end.time.is_some() => self.notes.push(early(&end)),
            _ => {}
        }
    }
}

/// What is told of an end that is none.
fn early(end: &When) -> Note {
    Note::lost(phrase!("an end that is not after the start was left out")).about(&end.written())
}
