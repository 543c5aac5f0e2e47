//! Events of iCalendar (RFC 5545 section 3.6.1) as records.

use super::components::Component;
use super::lines::{self, Line};
use super::onward::{self, Onward};
use super::repeat::{self, Change, Dates, Repeats};
use super::stamp::{Length, Stamp, duration};
use super::zones::Zones;
use crate::content::event::KIND;
use crate::diagnostic::Words;
use crate::harvest::read::record::{Draft, Harvest};
use crate::harvest::read::safe::{self, Markup};
use crate::harvest::read::time::{Moment, When, instant, utc};
use crate::say;
use jiff::ToSpan;
use jiff::civil::DateTime;
use serde_json::{Value, json};

/// Most changes of single times of one event.
const CHANGES: usize = 500;

/// An event as it stands in a calendar, with its start worked out.
pub struct Event<'c> {
    component: &'c Component,
    /// What it is known by.
    pub uid: Option<String>,
    /// Which revision it is.
    pub sequence: i64,
    /// When it begins.
    start: Stamp,
    /// When it ends.
    end: Option<Stamp>,
    /// Which time of the event of that UID it is about.
    pub instead_of: Option<Stamp>,
    /// Whether the calendar takes back what it holds.
    cancelled: bool,
}

impl<'c> Event<'c> {
    /// Reads what says when it is; the reason when that cannot be read.
    pub fn new(
        component: &'c Component,
        zones: &mut Zones,
        cancelled: bool,
    ) -> Result<Event<'c>, Words> {
        let line = component
            .line("DTSTART")
            .ok_or_else(|| say!("it has no DTSTART"))?;
        let start = Stamp::of(line, zones).ok_or_else(|| say!("its DTSTART is no moment"))?;
        let end = component
            .line("DTEND")
            .and_then(|line| Stamp::of(line, zones));
        let sequence = component
            .value("SEQUENCE")
            .and_then(|n| n.parse().ok())
            .unwrap_or(0);
        Ok(Event {
            component,
            uid: component.value("UID").map(|uid| known_by(uid, component)),
            sequence,
            start,
            end,
            instead_of: component
                .line("RECURRENCE-ID")
                .and_then(|line| Stamp::of(line, zones)),
            cancelled,
        })
    }

    /// Whether it repeats by itself.
    fn repeats(&self) -> bool {
        ["RRULE", "RDATE"]
            .iter()
            .any(|name| self.component.line(name).is_some())
    }

    /// The zone on whose clock it is told. What repeats in UTC stays there, since its clock never changes.
    fn zone(&self, zones: &Zones) -> String {
        match (&self.start.moment, &self.start.zone) {
            (_, Some(zone)) => zone.clone(),
            (Moment::Instant(_), None) if self.repeats() => "UTC".to_owned(),
            (Moment::Instant(_), None) => zones.shown.clone(),
            _ => zones.place.clone(),
        }
    }

    /// Start and end on the clock of a zone.
    fn when(&self, zone: &str) -> Option<When> {
        let start = self.start.within(zone);
        let end = match (
            &self.end,
            self.component.value("DURATION").and_then(duration),
        ) {
            (Some(end), _) => Some(end.within(zone)),
            (None, Some(length)) => start.later(length),
            (None, None) => None,
        };
        When::new(start, end, zone)
    }

    /// Whether it has the words of another: else it needs a record of its own.
    fn says_the_same(&self, other: &Event) -> bool {
        ["SUMMARY", "LOCATION"].iter().all(|name| {
            let (own, others) = (self.component.value(name), other.component.value(name));
            own.is_none() || own == others
        })
    }

    /// Whether it holds for all later times as well.
    fn is_onward(&self) -> bool {
        let range = self.component.line("RECURRENCE-ID");
        range.and_then(|line| line.parameter("RANGE")) == Some("THISANDFUTURE")
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled || self.status() == Some("cancelled")
    }

    fn status(&self) -> Option<&'static str> {
        match self
            .component
            .value("STATUS")?
            .to_ascii_uppercase()
            .as_str()
        {
            "CANCELLED" | "CANCELED" => Some("cancelled"),
            "TENTATIVE" => Some("tentative"),
            _ => None,
        }
    }

    /// What refusals call it.
    pub fn name(&self) -> Words {
        let name = self.component.line("SUMMARY").map(Line::text);
        let name = name.or_else(|| self.uid.clone()).map(Words::from);
        name.unwrap_or_else(|| say!("an event without UID"))
    }
}

/// A UID, unless it is the address of somebody who takes part: then something that stands for it.
fn known_by(uid: &str, component: &Component) -> String {
    let people = component
        .lines
        .iter()
        .filter(|line| matches!(line.name.as_str(), "ORGANIZER" | "ATTENDEE" | "CONTACT"));
    let address = |line: &Line| {
        let lower = line.value.to_lowercase();
        lower.trim().trim_start_matches("mailto:").to_owned()
    };
    let lower = uid.to_lowercase();
    let mut addresses = people.map(address).filter(|it| it.contains('@'));
    match addresses.any(|it| lower.contains(&it)) {
        true => format!("made:{}", blake3::hash(uid.as_bytes()).to_hex()),
        false => uid.to_owned(),
    }
}

/// Takes an event with what is different about single times of it; those that need a record of their own are
/// given back.
pub fn take<'e, 'c>(
    event: &Event<'c>,
    changes: &'e [Event<'c>],
    hidden: &[Stamp],
    zones: &mut Zones,
    harvest: &mut Harvest,
    steps: &mut i64,
) -> Vec<&'e Event<'c>> {
    let Some(mut when) = event.when(&event.zone(zones)) else {
        harvest.refuse(
            event.name(),
            say!("its times are beyond what can be worked out"),
        );
        return vec![];
    };
    told_of_its_end(event, &when, harvest);
    if !event.repeats() && changes.is_empty() && hidden.is_empty() {
        harvest.take(draft(event, when, harvest));
        return vec![];
    }
    let zone = when.zone.clone();
    let moment = |stamp: &Stamp| moment_of(stamp, &when, &zone);
    let mut repeats = repeats(event, &zone, &when, zones);
    // What is not public is not told, but neither is the time that it stands in for.
    let left_out: Vec<DateTime> = repeats.except.iter().map(|(at, _)| *at).collect();
    let gone = hidden
        .iter()
        .filter_map(|stamp| Some((moment(stamp)?, false)));
    repeats.except.extend(gone);
    let found = repeat::dates(&when, &repeats, harvest.setting.now, steps);
    let mut found = found.map_err(|why| harvest.refuse(event.name(), why)).ok();
    let mut apart = Vec::new();
    let (onward, single_ones): (Vec<_>, Vec<_>) = changes
        .iter()
        .take(CHANGES)
        .partition(|change| change.is_onward());
    for change in single_ones {
        let at = change.instead_of.as_ref().and_then(moment);
        // What was taken out is not there to be changed.
        if at.is_some_and(|at| left_out.contains(&at)) {
            continue;
        }
        let there = at.zip(found.as_mut()).filter(|(at, found)| found.has(*at));
        match (there, single(change, event, &when)) {
            (Some(_), Some(change)) => repeats.changes.push(change),
            (Some((at, found)), None) => {
                found.leave_out(at);
                apart.push(change);
            }
            // It was there before the rule was made shorter.
            (None, _) if change.sequence < event.sequence => {}
            // Programs show what stands in for nothing all the same.
            (None, _) => apart.push(change),
        }
    }
    let Some(found) = found.filter(|found| !found.all.is_empty()) else {
        apart.extend(onward);
        return apart;
    };
    if !onward.is_empty() {
        take_onward(event, &when, &found, &repeats.changes, onward, harvest);
        return apart;
    }
    let settled = repeat::settled(&when, found, &repeats.changes, harvest.setting.now);
    for lost in settled.apply(&mut when) {
        harvest.refuse(event.name(), lost);
    }
    harvest.take(draft(event, when, harvest));
    apart
}

/// Takes an event of which something holds from a time on, and that as records of their own.
fn take_onward(
    event: &Event,
    usual: &When,
    found: &Dates,
    changes: &[Change],
    onward: Vec<&Event>,
    harvest: &mut Harvest,
) {
    let mut known: Vec<(Onward, &Event)> = onward
        .into_iter()
        .filter_map(|change| {
            let from = moment_of(change.instead_of.as_ref()?, usual, &usual.zone)?;
            let when = change.when(&usual.zone)?;
            Some((Onward { from, when }, change))
        })
        .collect();
    known.sort_by_key(|(onward, _)| onward.from);
    let (onward, events): (Vec<Onward>, Vec<&Event>) = known.into_iter().unzip();
    let (before, after, lost) = onward::split(usual, found, changes, &onward, harvest.setting.now);
    for why in lost {
        harvest.refuse(event.name(), why);
    }
    if let Some(when) = before {
        harvest.take(draft(event, when, harvest));
    }
    for ((when, change), from) in after.into_iter().zip(events).zip(&onward) {
        let Some(when) = when else { continue };
        let mut draft = draft(change, when, harvest);
        let uid = event.uid.as_deref().unwrap_or("");
        draft.key = Some(format!("{uid} {}", from.from.strftime("%Y%m%dT%H%M%S")));
        draft.fields.shift_remove("calendar_uid");
        harvest.take(draft);
    }
}

/// An event that stands in for one time of another, or whose other is not there, as a record of its own.
pub fn take_alone(event: &Event, zones: &Zones, harvest: &mut Harvest) {
    let zone = event.zone(zones);
    let Some(when) = event.when(&zone) else {
        return harvest.refuse(
            event.name(),
            say!("its times are beyond what can be worked out"),
        );
    };
    let mut draft = draft(event, when, harvest);
    let original = event
        .instead_of
        .as_ref()
        .and_then(|stamp| stamp.civil(&zone));
    if let (Some(uid), Some(at)) = (&event.uid, original) {
        draft.key = Some(format!("{uid} {}", at.strftime("%Y%m%dT%H%M%S")));
        draft.fields.shift_remove("calendar_uid");
    }
    harvest.take(draft);
}

fn told_of_its_end(event: &Event, when: &When, harvest: &mut Harvest) {
    let before = event
        .end
        .as_ref()
        .and_then(|end| end.civil(&when.zone))
        .is_some_and(|end| end < when.start);
    if before {
        harvest.refuse(
            event.name(),
            say!("it ends before it begins; its end was left out"),
        );
    }
}

/// What is different about one time, unless it needs a record of its own.
fn single(change: &Event, event: &Event, usual: &When) -> Option<Change> {
    let original = change.instead_of.as_ref()?;
    let own = change.when(&usual.zone)?;
    let original = moment_of(original, usual, &usual.zone)?;
    let fits = own.all_day == usual.all_day
        && own.zone == usual.zone
        && (change.is_cancelled() || change.says_the_same(event));
    fits.then(|| Change {
        original,
        status: match change.is_cancelled() {
            true => Some("cancelled"),
            false => change.status(),
        },
        start: own.start,
        // A day without an end is one day, whatever the others are.
        end: own
            .end
            .or(own.all_day.then(|| own.start.saturating_add(1.day()))),
    })
}

fn repeats(event: &Event, zone: &str, when: &When, zones: &mut Zones) -> Repeats {
    let mut repeats = Repeats::default();
    let rules = event
        .component
        .all("RRULE")
        .filter(|line| !line.value.trim().is_empty());
    repeats.rules = rules
        .take(5)
        .map(|line| line.value.trim().to_owned())
        .collect();
    for line in event.component.all("RDATE").take(1000) {
        for (stamp, length) in Stamp::all(line, zones) {
            let Some(at) = moment_of(&stamp, when, zone).filter(|_| repeats.extra.len() < 5000)
            else {
                continue;
            };
            repeats.extra.push(at);
            let end = length.and_then(|length| match length {
                Length::Span(span) => at.checked_add(span).ok(),
                Length::Until(end) => end.civil(zone),
            });
            if end.is_some_and(|end| end > at) {
                repeats.changes.push(Change {
                    original: at,
                    status: None,
                    start: at,
                    end,
                });
            }
        }
    }
    for line in event.component.all("EXDATE").take(1000) {
        for (stamp, _) in Stamp::all(line, zones) {
            let at = match when.all_day {
                true => stamp.day(zone),
                false => stamp.civil(zone),
            };
            let at = at.map(|at| (at, stamp.is_day() && !when.all_day));
            repeats
                .except
                .extend(at.filter(|_| repeats.except.len() < 5000));
        }
    }
    repeats
}

/// A time of an event: where only a day is named, at its usual time.
fn moment_of(stamp: &Stamp, when: &When, zone: &str) -> Option<DateTime> {
    match (when.all_day, stamp.is_day()) {
        (true, _) => stamp.day(zone),
        (false, true) => Some(stamp.civil(zone)?.date().to_datetime(when.start.time())),
        (false, false) => stamp.civil(zone),
    }
}

fn draft(event: &Event, when: When, harvest: &Harvest) -> Draft {
    let component = event.component;
    let own = harvest.setting.language;
    let text = |name: &str| {
        component.line(name).map(|line| {
            let language = line.parameter("LANGUAGE").unwrap_or(own).to_owned();
            (language, line.text())
        })
    };
    let mut draft = Draft::new(&KIND);
    draft.key.clone_from(&event.uid);
    draft.url = component
        .value("URL")
        .and_then(|url| harvest.address(&lines::unescaped(url)));
    let updated = component
        .line("LAST-MODIFIED")
        .map(|line| line.value.as_str());
    draft.updated = updated.and_then(|at| instant(at, "UTC")).map(utc);
    let described = text("DESCRIPTION").filter(|(_, text)| !text.trim().is_empty());
    let title = text("SUMMARY").filter(|(_, text)| !safe::line_of_html(text, 10).is_empty());
    // Programs show such events all the same.
    let title = title
        .or_else(|| text("LOCATION"))
        .unwrap_or_else(|| (own.to_owned(), "–".to_owned()));
    draft.title.push(title);
    draft
        .description
        .extend(described.map(|(language, text)| (language, text, Markup::Plain)));
    if event.is_cancelled() {
        draft.set("status", json!("cancelled"));
    } else {
        draft.set("status", json!(event.status()));
    }
    place(event, text("LOCATION"), &mut draft, harvest);
    draft.keywords = component
        .all("CATEGORIES")
        .flat_map(|line| lines::parts(&line.value))
        .take(100)
        .collect();
    if let Some(uid) = event.uid.as_deref().filter(|uid| uid.len() <= 255) {
        draft.set("calendar_uid", json!(safe::visible(uid)));
    }
    draft.when = Some(when);
    draft
}

/// Where it is: a place, or an address where to join.
fn place(event: &Event, said: Option<(String, String)>, draft: &mut Draft, harvest: &Harvest) {
    let (component, mut place) = (event.component, Value::Null);
    if let Some((language, text)) = said {
        let online = harvest
            .address(text.trim())
            .filter(|_| text.trim().starts_with("http"));
        match online {
            Some(address) => draft.set("online_url", json!(address)),
            None => place = named(&language, &text, harvest),
        }
    }
    let mut location = serde_json::Map::new();
    if !place.is_null() {
        location.insert("name".to_owned(), place);
    }
    if let Some((lat, lon)) = component.value("GEO").and_then(position) {
        location.insert("lat".to_owned(), json!(lat));
        location.insert("lon".to_owned(), json!(lon));
    }
    let join = ["CONFERENCE", "X-GOOGLE-CONFERENCE"]
        .iter()
        .find_map(|name| harvest.address(component.value(name)?));
    if let Some(join) = join {
        draft.set("online_url", json!(join));
    }
    if draft.fields.contains_key("online_url") {
        draft.set(
            "mode",
            json!(if location.is_empty() {
                "online"
            } else {
                "hybrid"
            }),
        );
    }
    draft.set("location", Value::Object(location));
}

fn named(language: &str, text: &str, harvest: &Harvest) -> Value {
    let name = safe::line_of_html(&text.replace('\n', ", "), 200);
    let language = crate::harvest::read::record::language(language)
        .unwrap_or_else(|| harvest.setting.language.to_owned());
    match name.is_empty() {
        true => Value::Null,
        false => json!({ language: name }),
    }
}

/// GEO (RFC 5545 section 3.8.1.6): latitude and longitude. Nought and nought is what programs write that know none.
fn position(text: &str) -> Option<(f64, f64)> {
    let text = text.replace("\\;", ";");
    let (lat, lon) = text.split_once([';', ','])?;
    let (lat, lon) = (
        lat.trim().parse::<f64>().ok()?,
        lon.trim().parse::<f64>().ok()?,
    );
    let known = lat.abs() <= 90.0 && lon.abs() <= 180.0 && (lat, lon) != (0.0, 0.0);
    known.then_some((lat, lon))
}
