//! What is to come in other cities, as one calendar: each event under the UID that it has at home, with the address of
//! its page (URL) and of the source that it was harvested from. SOURCE is for whole calendars (RFC 7986 section 5.8),
//! and of LINK (RFC 9253 section 8.2) programs of today say that it is broken; so that has a name of our own.

use super::feed::{self, Head};
use super::lines::Lines;
use super::values::{sequence, status, uri, utc};
use super::{full_name, text, vtimezone};
use crate::content::schedule::Status;
use crate::diagnostic::Diagnostic;
use crate::output::{Artifact, Output, Plan, Press, Subject, misplanned};
use crate::site::network::Foreign;
use crate::site::timetable::{Occurrence, Timetable};
use crate::theme::values::list::text as interface;
use jiff::Timestamp;
use jiff::civil::DateTime;
use std::collections::{BTreeMap, BTreeSet};

/// The output.
pub const OUTPUT: Output = Output {
    name: "network-calendar",
    about: "what is to come in other cities, under its own identity",
    plan,
};

fn plan(press: &Press, plan: &mut Plan) {
    let site = &press.site;
    if site.network.is_empty() {
        return;
    }
    for (n, code) in site.codes.iter().enumerate() {
        let path = format!("{}calendar.ics", site.network_path(code));
        plan.add(path, feed::MEDIA_TYPE, Subject::Network, Some(n), render);
    }
}

fn render(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let Some(language) = artifact.language else {
        return Err(misplanned(artifact));
    };
    let site = &press.site;
    let code = &site.codes[language];
    let wanted = [code.as_str(), site.config.default_language()];
    let (mut events, mut zones) = (Lines::default(), BTreeMap::new());
    let (mut seen, mut newest) = (BTreeSet::new(), None);
    for foreign in site.network.all() {
        let Some(timetable) = foreign
            .timetable
            .as_ref()
            .filter(|_| foreign.next(&site.now).is_some())
        else {
            continue;
        };
        // What two cities have has one identity, and is there once.
        let Some(uid) = uid(foreign).filter(|uid| seen.insert(uid.to_string())) else {
            continue;
        };
        let event = Event {
            foreign,
            timetable,
            uid,
            wanted: &wanted,
        };
        newest = newest.max(Some(event.updated()));
        event.write(&mut events);
        if let Some(zone) = event.zone() {
            let since = vtimezone::since(timetable);
            let known = zones.entry(zone.to_owned());
            let (_, first) = known.or_insert((&timetable.zone, since));
            *first = since.min(*first);
        }
    }
    let title = interface(site, "network.all", code);
    let head = Head {
        name: full_name(press, &title, code),
        description: text::one_line(&interface(site, "network.intro", code)),
        page: site.network_path(code),
        path: artifact.path.clone(),
    };
    let zones = zones.iter();
    let zones = zones.map(|(name, (zone, since))| vtimezone::vtimezone(name, zone, *since));
    let zones: String = zones.collect();
    Ok(feed::around(
        site,
        code,
        &head,
        newest,
        &(zones + &events.finish()),
    ))
}

/// Its identity in calendars: its own, else that under which it is known.
fn uid(foreign: &Foreign) -> Option<&str> {
    let own = foreign.record["calendar_uid"].as_str();
    own.or_else(|| foreign.record["harvest"]["key"].as_str())
}

/// An event of another city on its way into the calendar.
struct Event<'a> {
    foreign: &'a Foreign,
    timetable: &'a Timetable,
    uid: &'a str,
    wanted: &'a [&'a str],
}

impl Event<'_> {
    /// When it changed, as its source says, else when it came in this form.
    fn updated(&self) -> Timestamp {
        let record = &self.foreign.record;
        let said = [&record["updated"], &record["harvest"]["fetched"]];
        let said = said.iter().find_map(|value| value.as_str()?.parse().ok());
        said.unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// The zone of its times; none for whole days and for UTC.
    fn zone(&self) -> Option<&str> {
        let name = self
            .timetable
            .zone
            .iana_name()
            .unwrap_or(&self.timetable.zone_name);
        (!self.timetable.all_day && name != "UTC" && name != "Etc/UTC").then_some(name)
    }

    /// The master, then what was changed (RFC 5545 section 3.8.4.4).
    fn write(&self, lines: &mut Lines) {
        let Timetable {
            start,
            end,
            status,
            occurrences,
            ..
        } = self.timetable;
        if !self.timetable.repeats()
            && let Some(only) = occurrences.first()
        {
            return self.component(
                (only.start.datetime(), only.end.datetime()),
                only.status,
                None,
                lines,
            );
        }
        self.component((*start, *end), *status, None, lines);
        let changed = |time: &&Occurrence| {
            time.change.is_some() && !self.timetable.extra.contains(&time.original)
        };
        for time in occurrences.iter().filter(changed) {
            let times = (time.start.datetime(), time.end.datetime());
            self.component(times, time.status, Some(time.original), lines);
        }
    }

    fn component(
        &self,
        (start, end): (DateTime, DateTime),
        stands: Status,
        of: Option<DateTime>,
        lines: &mut Lines,
    ) {
        lines.begin("VEVENT");
        lines.text("UID", self.uid);
        let updated = self.updated();
        lines.raw("DTSTAMP", &utc(updated));
        lines.raw("LAST-MODIFIED", &utc(updated));
        lines.raw("SEQUENCE", &sequence(updated).to_string());
        lines.raw("STATUS", status(stands));
        lines.raw("TRANSP", "TRANSPARENT");
        lines.raw("CLASS", "PUBLIC");
        self.moment("DTSTART", start, lines);
        if self.is_unclear(start, end) {
            lines.raw("DURATION", &self.timetable.length.text());
        } else if end > start {
            self.moment("DTEND", end, lines);
        }
        match of {
            Some(original) => self.moment("RECURRENCE-ID", original, lines),
            None => self.recurrence(lines),
        }
        self.words(lines);
        lines.end("VEVENT");
    }

    /// Whether a length says better than an end how long it takes: programs disagree about an end that
    /// the clock skips or repeats, and of a series about one that is not what the clock shows.
    fn is_unclear(&self, start: DateTime, end: DateTime) -> bool {
        let times = self.timetable;
        let ambiguous = || times.zone.to_ambiguous_timestamp(end).is_ambiguous();
        !times.all_day
            && (start, end) == (times.start, times.end)
            && (ambiguous() || times.repeats() && !times.length.is_on_clock(start, end))
    }

    /// A date for whole days, else a time with its zone or in UTC (RFC 5545 sections 3.3.4 and 3.3.5).
    fn moment(&self, name: &str, at: DateTime, lines: &mut Lines) {
        let time = at.strftime("%Y%m%dT%H%M%S").to_string();
        match self.zone() {
            _ if self.timetable.all_day => lines.with(name, &[("VALUE", "DATE")], &time[..8]),
            Some(zone) => lines.with(name, &[("TZID", zone)], &time),
            None => lines.raw(name, &format!("{time}Z")),
        }
    }

    /// RRULE, EXDATE and RDATE (RFC 5545 section 3.8.5), one date a line.
    fn recurrence(&self, lines: &mut Lines) {
        if let Some(rule) = &self.timetable.rule {
            lines.raw("RRULE", &rule.text(self.timetable.until().as_deref()));
        }
        for at in &self.timetable.except {
            self.moment("EXDATE", *at, lines);
        }
        for at in &self.timetable.extra {
            self.moment("RDATE", *at, lines);
        }
    }

    /// What it is, where, and where to read more.
    fn words(&self, lines: &mut Lines) {
        let (foreign, record) = (self.foreign, &self.foreign.record);
        if let Some((language, title)) = foreign.text("title", self.wanted) {
            lines.with(
                "SUMMARY",
                &[("LANGUAGE", language)],
                &super::lines::escaped(title),
            );
        }
        if let Some((language, summary)) = foreign.text("summary", self.wanted) {
            lines.with(
                "DESCRIPTION",
                &[("LANGUAGE", language)],
                &super::lines::escaped(summary),
            );
        }
        let place = &record["location"];
        let name = place["name"]
            .as_object()
            .and_then(|names| names.values().next()?.as_str());
        let parts = [name, place["street"].as_str(), place["city"].as_str()];
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        if !parts.is_empty() {
            lines.text("LOCATION", &parts.join(", "));
        }
        if let Some(url) = foreign.url(self.wanted) {
            lines.raw("URL", &uri(url));
        }
        if let Some(source) = record["harvest"]["from"][0].as_str() {
            lines.with("X-PLEIN-SOURCE", &[("VALUE", "URI")], &uri(source));
        }
    }
}
