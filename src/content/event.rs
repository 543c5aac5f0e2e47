//! A gathering at a time and a place.

use super::fields::{
    Accessibility, LanguageTag, Location, Price, Reference, Registration, Text, Url, Zone,
};
use super::rule::Rule;
use super::schedule::{Change, Mode, Recurrence, Repeat, Role, Schedule, Status};
use super::time::{Minutes, Moment, PartStart};
use super::{Badge, Kind, Link, Record, badge, many, one};
use crate::diagnostic::Diagnostic;
use crate::say;
use crate::source::Spanned;
use jiff::ToSpan;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kind.
pub const KIND: Kind = Kind::of::<Event>("event", "events");

/// A gathering at a time and a place: a workshop, a werklab, an excursion.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-class" = "schema:Event"))]
pub struct Event {
    /// What sort of gathering.
    #[serde(default, rename = "type")]
    pub type_: Type,
    /// When it begins: day and time, or only the day with `all_day`.
    #[schemars(extend("x-term" = "schema:startDate"))]
    pub start: Spanned<Moment>,
    /// When it ends; the last day itself with `all_day`.
    #[schemars(extend("x-term" = "schema:endDate"))]
    pub end: Option<Spanned<Moment>>,
    /// How long it takes, instead of `end`; two hours when neither is given.
    #[schemars(extend("x-term" = "schema:duration"))]
    pub duration: Option<Spanned<Minutes>>,
    /// Whole days, without times.
    #[serde(default)]
    pub all_day: bool,
    /// Time zone of the place; the site's when left out.
    pub timezone: Option<Zone>,
    /// How it repeats, in words.
    pub repeat: Option<Spanned<Repeat>>,
    /// How it repeats, as a rule of RFC 5545.
    pub rrule: Option<Spanned<Rule>>,
    /// What is different about single occurrences.
    #[serde(default)]
    pub changes: Vec<Change>,
    /// How the event as a whole stands.
    #[serde(default)]
    #[schemars(extend("x-term" = "schema:eventStatus"))]
    pub status: Status,
    /// Why it is cancelled, moved or postponed.
    pub reason: Option<Text>,
    /// In person, online or both.
    #[serde(default)]
    #[schemars(extend("x-term" = "schema:eventAttendanceMode"))]
    pub mode: Mode,
    /// Where to join online.
    pub online_url: Option<Url>,
    /// Where it is, when not in one of our spaces.
    #[schemars(extend("x-term" = "schema:location"))]
    pub location: Option<Location>,
    /// How many people can come.
    #[schemars(extend("x-term" = "schema:maximumAttendeeCapacity"))]
    pub capacity: Option<u32>,
    /// What it costs; free of charge when left out.
    #[serde(default)]
    #[schemars(extend("x-term" = "schema:offers"))]
    pub price: Vec<Price>,
    /// How to sign up, and until when.
    pub registration: Option<Registration>,
    /// What somebody with a disability will find.
    pub accessibility: Option<Accessibility>,
    /// Languages spoken.
    #[serde(default)]
    #[schemars(extend("x-term" = "schema:inLanguage"))]
    pub languages: Vec<LanguageTag>,
    /// The programme of the day.
    #[serde(default)]
    pub parts: Vec<Part>,
    /// Where to see it afterwards.
    pub recording: Option<Url>,
    /// Who organises it.
    #[schemars(extend("x-term" = "schema:organizer", "x-ref" = ["organisations", "initiatives", "embassies"]))]
    pub organiser: Option<Spanned<Reference>>,
    /// Who hosts it.
    #[serde(default)]
    #[schemars(extend("x-ref" = ["organisations", "initiatives", "embassies"]))]
    pub hosts: Vec<Spanned<Reference>>,
    /// The space where it is.
    #[schemars(extend("x-ref" = ["spaces"]))]
    pub space: Option<Spanned<Reference>>,
    /// The programme that it is part of.
    #[schemars(extend("x-term" = "schema:superEvent", "x-ref" = ["programmes"]))]
    pub programme: Option<Spanned<Reference>>,
    /// The initiatives that it is about.
    #[serde(default)]
    #[schemars(extend("x-term" = "schema:about", "x-ref" = ["initiatives"]))]
    pub initiatives: Vec<Spanned<Reference>>,
    /// The embassies that take part.
    #[serde(default)]
    #[schemars(extend("x-ref" = ["embassies"]))]
    pub embassies: Vec<Spanned<Reference>>,
}

/// What sort of gathering.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Type {
    Workshop,
    Excursion,
    Inspiration,
    Werklab,
    Debate,
    FieldTrip,
    Summit,
    Meal,
    Making,
    #[default]
    Meeting,
}

/// A part of the day's programme.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// When it begins, such as `19:30`.
    pub start: Option<PartStart>,
    /// What happens.
    pub title: Text,
    /// Who does it: a role or a group.
    pub by: Option<Text>,
}

impl Record for Event {
    fn schedule(&self) -> Option<Schedule> {
        let words = self.repeat.clone().map(Recurrence::Words);
        Some(Schedule {
            role: Role::Gathering,
            start: self.start.clone(),
            end: self.end.clone(),
            duration: self.duration.as_ref().map(|d| d.value),
            all_day: self.all_day,
            zone: self.timezone.clone(),
            recurrence: words.or_else(|| self.rrule.clone().map(Recurrence::Rule)),
            changes: self.changes.clone(),
            status: self.status,
            reason: self.reason.clone(),
        })
    }
    fn location(&self) -> Option<&Location> {
        self.location.as_ref()
    }
    fn online(&self) -> Option<&Url> {
        self.online_url.as_ref()
    }
    fn mode(&self) -> Option<Mode> {
        Some(self.mode)
    }
    fn capacity(&self) -> Option<u32> {
        self.capacity
    }
    fn prices(&self) -> Option<&[Price]> {
        Some(&self.price)
    }
    fn registration(&self) -> Option<&Registration> {
        self.registration.as_ref()
    }
    fn closes(&self) -> Option<&Spanned<Moment>> {
        self.registration.as_ref()?.closes.as_ref()
    }
    fn accessibility(&self) -> Option<&Accessibility> {
        self.accessibility.as_ref()
    }
    fn spoken(&self) -> &[LanguageTag] {
        &self.languages
    }
    fn badge(&self) -> Option<Badge> {
        badge("type", &self.type_)
    }
    fn links(&self) -> Vec<Link<'_>> {
        let mut links: Vec<_> = one("organiser", &self.organiser).collect();
        links.extend(many("hosts", &self.hosts));
        links.extend(one("space", &self.space));
        links.extend(one("programme", &self.programme));
        links.extend(many("initiatives", &self.initiatives));
        links.extend(many("embassies", &self.embassies));
        links
    }

    fn check(&self, faults: &mut Vec<Diagnostic>) {
        if let (Some(words), Some(rule)) = (&self.repeat, &self.rrule) {
            faults.push(
                Diagnostic::error(
                    "event/bad-repeat",
                    "`repeat` and `rrule` both say how it repeats",
                )
                .at(rule.span, "the rule")
                .at(words.span, "the words")
                .help("keep one of the two"),
            );
        }
        if let (Some(end), Some(duration)) = (&self.end, &self.duration) {
            faults.push(
                Diagnostic::error(
                    "event/two-ends",
                    "`end` and `duration` both say when it ends",
                )
                .at(duration.span, "this")
                .at(end.span, "and this")
                .help("keep one of the two"),
            );
        } else if let Some(duration) = self.duration.as_ref().filter(|_| self.all_day) {
            faults.push(self.days_have_no_length(duration));
        }
    }
}

impl Event {
    /// Whole days last until their last day; hours would be ignored in silence.
    fn days_have_no_length(&self, duration: &Spanned<Minutes>) -> Diagnostic {
        const DAY: u32 = 24 * 60;
        let more = (duration.value.0.saturating_sub(1) / DAY).min(366);
        let last = self.start.date.saturating_add(i64::from(more).days());
        let message = say!("an event of whole days (`all_day: true`) has no `duration`");
        Diagnostic::error("event/time-or-day", message)
            .at(duration.span, "a length in hours")
            .help(say!(
                "write the last day instead: `end: {}`; or remove `all_day` and write at what time it starts",
                last
            ))
    }
}
