//! VEVENT (RFC 5545 section 3.6.1): an entry with dates, as calendar programs know it.
//!
//! All the components of an entry stand together: the master, then one for each occurrence that was
//! changed (RFC 5545 section 3.8.4.4), because programs hide a change without its master.

use super::deadline;
use super::event::Event;
use super::lines::Lines;
use super::values::{sequence, status, utc};
use super::vtimezone;
use crate::content::schedule::Status;
use crate::site::timetable::{Occurrence, Timetable};
use crate::site::{Entry, Site};
use crate::theme::Theme;
use jiff::civil::DateTime;
use jiff::{Timestamp, Zoned};

/// The components of an entry in a language, written once and shared by all calendars that hold it.
#[derive(Clone)]
pub struct Component {
    /// Their lines.
    pub text: String,
    /// The last day to sign up, as a component of its own; for feeds, not for a file with one event.
    pub closing: Option<String>,
    /// The zone that their times are in: its IANA name; none for whole days and for UTC.
    pub zone: Option<String>,
    /// From which year on that zone has to be right.
    pub since: i16,
    /// When anything that they show was last changed; LAST-MODIFIED.
    pub updated: Timestamp,
    /// Whether they are one event to calendar programs, and not several with identities of their own.
    pub is_one: bool,
}

impl Component {
    /// The same with an alarm a day ahead (RFC 5545 section 3.6.6); of whole days at nine o'clock in the
    /// morning before. Only for a file that somebody keeps: nobody wants the alarms of a whole feed.
    pub fn reminding(&self) -> Self {
        let before = match self.text.contains("DTSTART;VALUE=DATE:") {
            true => "-PT15H",
            false => "-P1D",
        };
        let mut text = String::with_capacity(self.text.len() + 200);
        for event in self.text.split_inclusive("END:VEVENT\r\n") {
            let mut alarm = Lines::default();
            alarm.begin("VALARM");
            alarm.raw("ACTION", "DISPLAY");
            alarm.raw("TRIGGER", before);
            let start = event.find("SUMMARY:").unwrap_or(event.len());
            let unfolded = event[start..].replace("\r\n ", "");
            let title = unfolded.lines().next().and_then(|line| line.get(8..));
            alarm.raw("DESCRIPTION", title.unwrap_or(""));
            alarm.end("VALARM");
            let body = event.strip_suffix("END:VEVENT\r\n");
            text.push_str(body.unwrap_or(event));
            if body.is_some() {
                text.push_str(&alarm.finish());
                text.push_str("END:VEVENT\r\n");
            }
        }
        Component {
            text,
            ..self.clone()
        }
    }
}

/// The identity of an entry in people's calendars (RFC 5545 section 3.8.4.7).
///
/// Derived from the permanent identifier and never from title, address or file: programs match on it,
/// so a correction must mend the appointment and not add a second one. The kind stands before it,
/// since identifiers are unique within a kind only. Translations have an identity of their own: two
/// feeds may not say different things about one UID, else a program that has both shows whichever it
/// read last. So `event-soep@…` is the event in the default language, `event-soep.en@…` in English.
///
/// `part` stands for what is only a part of it, such as `.20261205T150000`.
pub fn uid_of(site: &Site, entry: &Entry, part: &str, language: &str) -> String {
    let language = Some(language).filter(|code| *code != site.config.default_language());
    let language = language.map_or(String::new(), |code| format!(".{code}"));
    let Entry {
        kind, document_id, ..
    } = entry;
    format!(
        "{}-{document_id}{part}{language}@{}",
        kind.name,
        site.config.uid_domain()
    )
}

/// Writes the components of an entry. `None` when it has no dates. With `confirmed` what is off,
/// put off or not certain yet is left out, and the event has an identity of its own: under the same one programs that have both
/// calendars would show whichever they read last.
pub fn component(
    site: &Site,
    theme: &Theme,
    entry: &Entry,
    language: &str,
    confirmed: bool,
) -> Option<Component> {
    let timetable = entry.timetable.as_ref()?;
    let schedule = entry.version(language).record.schedule()?;
    let event = Event::of(
        site, theme, entry, timetable, &schedule, language, confirmed,
    );
    let mut lines = Lines::default();
    let mut instances = event.instances();
    if entry.removed {
        let why = Some(event.removed());
        for instance in &mut instances {
            (instance.status, instance.reason) = (Status::Cancelled, why.clone());
        }
    }
    instances.retain(|instance| !confirmed || instance.status.is_certain());
    if instances.is_empty() {
        return None;
    }
    for instance in &instances {
        event.component(instance, &mut lines);
    }
    let is_one = !instances
        .iter()
        .any(|instance| matches!(instance.identity, Identity::Extra(_)));
    let text = lines.finish();
    let is_off = entry.removed || confirmed && !timetable.status.is_certain();
    let closing = match is_off {
        true => None,
        false => deadline::closing(&event),
    };
    let zone = event.zone.filter(|_| text.contains(";TZID="));
    Some(Component {
        text,
        closing,
        zone,
        since: vtimezone::since(timetable),
        updated: event.updated,
        is_one,
    })
}

/// What a component stands for.
#[derive(PartialEq, Eq)]
enum Identity {
    /// The event, with all that is as its rule says.
    Whole,
    /// The occurrence that the rule puts here (RFC 5545 section 3.8.4.4).
    Change(DateTime),
    /// The date that stands by itself: an extra one which was changed, or what goes ahead of a
    /// series that is off or not certain.
    Extra(DateTime),
}

/// One component: what differs between those of an event.
struct Instance {
    identity: Identity,
    start: Point,
    end: Point,
    status: Status,
    reason: Option<String>,
}

/// A time on the clock of the place, and the moment itself where the clock shows that time twice.
type Point = (DateTime, Option<Timestamp>);

impl Event<'_> {
    /// The master, then what was changed. A single event carries its change itself.
    fn instances(&self) -> Vec<Instance> {
        let Timetable {
            start,
            end,
            status,
            occurrences,
            ..
        } = self.timetable;
        let only = occurrences.first().filter(|_| !self.timetable.repeats());
        if let Some(only) = only {
            return vec![self.instance(only, Identity::Whole)];
        }
        let reason = self.reason(None);
        let whole = Instance {
            identity: Identity::Whole,
            start: (*start, None),
            end: (*end, None),
            status: *status,
            reason,
        };
        let changed = occurrences
            .iter()
            .filter(|occurrence| occurrence.change.is_some());
        // Without its master a change would be hidden.
        let alone = self.confirmed && !status.is_certain();
        let change = |occurrence: &Occurrence| {
            let identity = if alone || self.timetable.extra.contains(&occurrence.original) {
                Identity::Extra
            } else {
                Identity::Change
            };
            self.instance(occurrence, identity(occurrence.original))
        };
        std::iter::once(whole).chain(changed.map(change)).collect()
    }

    fn instance(&self, occurrence: &Occurrence, identity: Identity) -> Instance {
        let point = |at: &Zoned| {
            let ambiguous = at
                .time_zone()
                .to_ambiguous_timestamp(at.datetime())
                .is_ambiguous();
            (at.datetime(), ambiguous.then(|| at.timestamp()))
        };
        Instance {
            identity,
            start: point(&occurrence.start),
            end: point(&occurrence.end),
            status: occurrence.status,
            reason: self.reason(occurrence.change),
        }
    }

    /// The properties of a component, in an order that never changes.
    fn component(&self, instance: &Instance, lines: &mut Lines) {
        lines.begin("VEVENT");
        lines.text("UID", &self.uid(&instance.identity));
        if let Identity::Change(original) = instance.identity {
            self.moment("RECURRENCE-ID", (original, None), lines);
        }
        self.stamps(lines);
        lines.raw("STATUS", status(instance.status));
        lines.raw("TRANSP", "TRANSPARENT");
        lines.raw("CLASS", "PUBLIC");
        self.moment("DTSTART", instance.start, lines);
        self.end(instance, lines);
        if instance.identity == Identity::Whole {
            self.recurrence(lines);
        }
        self.write(instance.status, instance.reason.as_deref(), lines);
        lines.end("VEVENT");
    }

    /// When it was made and changed. DTSTAMP is not the moment of the build: only what changed may look so.
    pub fn stamps(&self, lines: &mut Lines) {
        let updated = utc(self.updated);
        lines.raw("DTSTAMP", &updated);
        lines.raw("CREATED", &utc(self.entry.history.created));
        lines.raw("LAST-MODIFIED", &updated);
        lines.raw("SEQUENCE", &sequence(self.updated).to_string());
    }

    fn uid(&self, identity: &Identity) -> String {
        let part = match identity {
            Identity::Whole | Identity::Change(_) => String::new(),
            Identity::Extra(at) => at.strftime(".%Y%m%dT%H%M%S").to_string(),
        };
        self.uid_of(&part)
    }

    /// The identity of a part of it, such as `.registration`; the same part of what is confirmed is
    /// another one.
    pub fn uid_of(&self, part: &str) -> String {
        let view = if self.confirmed { ".confirmed" } else { "" };
        let part = format!("{part}{view}");
        uid_of(self.site, self.entry, &part, self.language)
    }

    /// A date for whole days, else a time with its zone or in UTC (RFC 5545 sections 3.3.4 and 3.3.5).
    /// A time that the clock shows twice is in UTC: programs disagree on which of the two is meant.
    fn moment(&self, name: &str, (at, moment): Point, lines: &mut Lines) {
        if self.timetable.all_day {
            return lines.with(
                name,
                &[("VALUE", "DATE")],
                &at.strftime("%Y%m%d").to_string(),
            );
        }
        match (&self.zone, moment) {
            (Some(_), Some(moment)) => lines.raw(name, &utc(moment)),
            (Some(zone), None) => {
                lines.with(
                    name,
                    &[("TZID", zone)],
                    &at.strftime("%Y%m%dT%H%M%S").to_string(),
                );
            }
            (None, _) => lines.raw(name, &at.strftime("%Y%m%dT%H%M%SZ").to_string()),
        }
    }

    /// DTEND (RFC 5545 section 3.8.2.2), exclusive. At the end of the calendar there is none.
    ///
    /// Of a series it says how long each time takes. Where the clock skips or repeats the first end, or
    /// the length is not what the clock shows, programs disagree about that; the length itself is clear
    /// (RFC 5545 section 3.8.2.5).
    fn end(&self, instance: &Instance, lines: &mut Lines) {
        let ((start, _), (end, moment)) = (instance.start, instance.end);
        let timetable = self.timetable;
        if timetable.all_day {
            if end.date() > start.date() {
                self.moment("DTEND", instance.end, lines);
            }
            return;
        }
        let is_unclear = || {
            let ambiguous = timetable.zone.to_ambiguous_timestamp(end).is_ambiguous();
            ambiguous || !timetable.length.is_on_clock(start, end)
        };
        if instance.identity == Identity::Whole && timetable.repeats() && is_unclear() {
            return lines.raw("DURATION", &timetable.length.text());
        }
        if end > start || moment.is_some() {
            self.moment("DTEND", instance.end, lines);
        }
    }

    /// RRULE, EXDATE and RDATE (RFC 5545 section 3.8.5), one date a line.
    ///
    /// Times of RDATE are in UTC: libical, which is GNOME's and KDE's, takes them for that also where
    /// a zone is given. A change of an extra date would then have to be found across zones, which
    /// ical.js (Thunderbird, Nextcloud) cannot; so an extra date that was changed stands by itself.
    fn recurrence(&self, lines: &mut Lines) {
        let timetable = self.timetable;
        if let Some(rule) = &timetable.rule {
            lines.raw("RRULE", &rule.text(timetable.until().as_deref()));
        } else if !timetable.extra.is_empty() {
            // With RDATE alone ical.js forgets the start; a rule that makes just that one reminds it.
            lines.raw("RRULE", "FREQ=DAILY;COUNT=1");
        }
        let uncertain = timetable.occurrences.iter().filter(|occurrence| {
            let of_rule = !timetable.extra.contains(&occurrence.original);
            self.confirmed && of_rule && !occurrence.status.is_certain()
        });
        let uncertain = uncertain.map(|occurrence| &occurrence.original);
        for at in timetable.except.iter().chain(uncertain) {
            self.moment("EXDATE", (*at, None), lines);
        }
        let changed = |at: &DateTime| {
            let mut changed = timetable.occurrences.iter().filter(|o| o.change.is_some());
            changed.any(|occurrence| occurrence.original == *at)
        };
        for at in timetable.extra.iter().filter(|at| !changed(at)) {
            let moment = at
                .to_zoned(timetable.zone.clone())
                .ok()
                .map(|at| at.timestamp());
            self.moment("RDATE", (*at, moment), lines);
        }
    }
}
