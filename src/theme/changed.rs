//! What changed about something, in sentences.

use super::dates::Style;
use super::messages::Locale;
use super::spans::{difference, minutes};
use super::when::{capital, join, phrase};
use crate::content::schedule::Role;
use crate::site::changes::difference::{Place, Standing, Time, What};
use crate::site::changes::{Change, Of};
use crate::site::timetable::Timetable;
use crate::site::{Entry, Site};
use jiff::ToSpan;
use jiff::civil::{Date, DateTime};

/// So many times are named one by one.
const NAMED: usize = 5;

/// The record that changed, as it is now or was at the last.
pub fn entry<'a>(site: &'a Site, change: &Change) -> Option<&'a Entry> {
    match change.of {
        Of::Entry(id) => site.entries.get(id.0 as usize),
        Of::Removed(n) => site.gone.removed.get(n),
    }
}

/// What changed, each thing in a sentence that follows on the title: "vervalt op woensdag 9 december".
/// None where nothing of it concerns the readers of a language.
pub fn sentences(site: &Site, locale: &Locale, change: &Change, language: &str) -> Vec<String> {
    let Some(entry) = entry(site, change) else {
        return vec![];
    };
    let words = Words {
        site,
        locale,
        change,
        language,
        // A title and a reason are known from before in the default language only.
        original: entry.version(language).language == site.config.default_language(),
        year: change.at.to_zoned(site.now.time_zone().clone()).year(),
    };
    let role = entry.timetable.as_ref().map(|timetable| timetable.role);
    let told = change.what.iter().flat_map(|what| words.tell(what, role));
    told.collect()
}

/// What changed in one line, with the title before it: a sentence of its own after a title that is one.
pub fn line(locale: &Locale, title: &str, sentences: &[String]) -> String {
    let changes = sentences.join("; ");
    if title.ends_with(['?', '!', '.', '…']) {
        return format!("{title} {}", capital(&changes));
    }
    locale.text("changes.item", &[("title", title), ("changes", &changes)])
}

/// What the sentences about one change need.
struct Words<'a> {
    site: &'a Site,
    locale: &'a Locale,
    change: &'a Change,
    language: &'a str,
    original: bool,
    /// The year of which readers think.
    year: i16,
}

impl Words<'_> {
    fn tell(&self, what: &What, role: Option<Role>) -> Vec<String> {
        let text = |key: &str| self.locale.text(key, &[]);
        match what {
            What::Announced(timetable) => vec![self.announced(timetable)],
            What::Removed if role == Some(Role::Deadline) => vec![text("changes.removed_deadline")],
            What::Removed => vec![text("changes.removed")],
            What::Title { before, after } if self.original => {
                vec![self.two("changes.retitled", before, after)]
            }
            What::Title { .. } => vec![],
            What::Stands { how, times, reason } => vec![self.stands(*how, times, reason)],
            What::Moved {
                role,
                before,
                after,
                reason,
            } => {
                let mut told = self.moved(*role, before, after);
                if let Some(last) = told.pop() {
                    told.push(self.because(last, reason));
                }
                told
            }
            What::Pattern(both) => vec![self.pattern(&both.0, &both.1)],
            What::Place { before, after } => vec![self.place(before.as_ref(), after.as_ref())],
        }
    }

    fn two(&self, key: &str, before: &str, after: &str) -> String {
        self.locale
            .text(key, &[("before", before), ("after", after)])
    }

    fn announced(&self, timetable: &Timetable) -> String {
        let (key, name, when) = match timetable.role {
            Role::Gathering => ("changes.new", "when", phrase(timetable, self.locale)),
            Role::Deadline => (
                "changes.new_deadline",
                "date",
                self.day(timetable.start.date()),
            ),
        };
        self.locale.text(key, &[(name, &when)])
    }

    fn stands(&self, how: Standing, times: &[Time], reason: &Option<String>) -> String {
        let key = match how {
            Standing::Off => "off",
            Standing::On => "on",
            Standing::Extra => "extra",
            Standing::Postponed => "postponed",
            Standing::Online => "online",
            Standing::InPerson => "in_person",
            Standing::Tentative => "tentative",
            Standing::Certain => "certain",
        };
        let told = match times {
            [] => self.locale.text(&format!("changes.{key}"), &[]),
            times => {
                let mut named: Vec<String> =
                    times.iter().take(NAMED).map(|t| self.moment(t)).collect();
                if times.len() > NAMED {
                    named.push(self.locale.count("changes.more", times.len() - NAMED));
                }
                let key = format!("changes.{key}_times");
                self.locale
                    .text(&key, &[("times", &join(&named, self.locale))])
            }
        };
        self.because(told, reason)
    }

    fn because(&self, told: String, reason: &Option<String>) -> String {
        match reason.as_ref().filter(|_| self.original) {
            Some(reason) => {
                let arguments = [("change", told.as_str()), ("reason", reason)];
                self.locale.text("changes.reason", &arguments)
            }
            None => told,
        }
    }

    fn moved(&self, role: Role, before: &Time, after: &Time) -> Vec<String> {
        let length = |time: &Time| time.start.duration_until(time.end).as_mins();
        let timed = !before.all_day && !after.all_day;
        if timed && before.start == after.start {
            return vec![self.two("changes.until", &self.end(before), &self.end(after))];
        }
        let same_day = timed && before.start.date() == after.start.date();
        let to = match same_day {
            true => self.time(after.start),
            false => self.moment(after),
        };
        let key = match role {
            Role::Gathering => "changes.moved",
            Role::Deadline => "changes.moved_deadline",
        };
        let moved = self.two(key, &self.moment(before), &to);
        let difference = difference(self.locale, before.start, after.start);
        let mut told = vec![
            match difference.filter(|_| before.all_day == after.all_day) {
                Some(difference) => self.locale.text(
                    "changes.moved_by",
                    &[("moved", &moved), ("difference", &difference)],
                ),
                None => moved,
            },
        ];
        if timed && length(before) != length(after) {
            let span = minutes(self.locale, length(after));
            told.push(self.locale.text("changes.lasts", &[("span", &span)]));
        }
        told
    }

    fn pattern(&self, before: &Timetable, after: &Timetable) -> String {
        let last = |t: &Timetable| t.rule.as_ref().map(|rule| (rule.until, rule.count));
        let goes_on = last(before) == last(after);
        let (was, is) = (self.repeats(before, goes_on), self.repeats(after, goes_on));
        let ahead =
            |time: &&crate::site::timetable::Occurrence| time.end.timestamp() > self.change.at;
        match after.occurrences.iter().find(ahead) {
            // Not all of a rule is in its sentence.
            Some(next) if was == is => {
                let date = self.day(next.start.date());
                self.locale.text("changes.days", &[("date", &date)])
            }
            _ => self.two("changes.moved", &was, &is),
        }
    }

    /// How it repeats, without its end where that stays the same.
    fn repeats(&self, timetable: &Timetable, goes_on: bool) -> String {
        let mut timetable = timetable.clone();
        if let Some(rule) = timetable.rule.as_mut().filter(|_| goes_on) {
            (rule.until, rule.count) = (None, None);
        }
        phrase(&timetable, self.locale)
    }

    fn place(&self, before: Option<&Place>, after: Option<&Place>) -> String {
        let name = |place: &Place| match place {
            Place::Space(id) => {
                let space = self.site.entry(*id).version(self.language);
                space.common.title.0.clone()
            }
            Place::Line(line) => line.clone(),
            Place::Online => self.locale.text("event.mode.online", &[]),
        };
        match (before.map(name), after.map(name)) {
            (Some(before), Some(after)) => self.two("changes.place", &before, &after),
            (Some(before), None) => self.two("changes.place_from", &before, ""),
            (None, after) => self.two("changes.place_to", "", &after.unwrap_or_default()),
        }
    }

    /// A day, with its year only when it is another one than that of the change.
    fn day(&self, day: Date) -> String {
        let style = match day.year() == self.year {
            true => Style::Day,
            false => Style::Long,
        };
        self.locale.dates.day(day, style)
    }

    /// When something begins: "woensdag 4 november 18:00", or all of its days.
    fn moment(&self, time: &Time) -> String {
        let (first, last) = time.days();
        let (from, to) = (self.day(first), self.day(last));
        match time.all_day {
            false => self.at(&from, time.start),
            true if first == last => from,
            true => self
                .locale
                .text("when.all_days", &[("start", &from), ("end", &to)]),
        }
    }

    /// When something ends, with the day when it takes a day or longer.
    fn end(&self, time: &Time) -> String {
        match time.end < time.start.saturating_add(1.day()) {
            true => self.time(time.end),
            false => self.at(&self.day(time.end.date()), time.end),
        }
    }

    fn time(&self, at: DateTime) -> String {
        let time = self.locale.dates.clock(at.time());
        self.locale.text("when.time", &[("time", &time)])
    }

    fn at(&self, day: &str, at: DateTime) -> String {
        let time = self.locale.dates.clock(at.time());
        let arguments = [("date", day), ("time", &*time)];
        self.locale.text("when.moment", &arguments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::language;
    use crate::content::schedule::Role;
    use crate::source::past::Past;
    use crate::source::{Source, Sources, Spanned};
    use crate::{content, site};

    /// A site without anything in it, in Dutch and English.
    fn empty() -> Site {
        let text = "title: Lab\nurl: https://lab.example\nlanguages: [nl, en]\ntimezone: Europe/Amsterdam\n";
        let sources = Sources::new(vec![Source {
            path: content::config::PATH.into(),
            text: text.into(),
        }]);
        let mut faults = vec![];
        let config = content::config::parse(&sources, &mut faults).unwrap();
        let codes: &[Spanned<_>] = &config.languages;
        let around = site::Surroundings {
            languages: language::parse(codes, crate::theme::FILES, &sources, &mut faults),
            vocabularies: content::vocabulary::parse(&sources, &mut faults),
            past: &Past::default(),
            now: "2026-11-22T11:00:00Z".parse().unwrap(),
            preview: false,
            media: Default::default(),
            config,
        };
        site::resolve(Default::default(), around, &sources, &mut faults)
    }

    fn with<T>(language: &str, tell: impl Fn(&Words) -> T) -> T {
        let site = empty();
        let locale = Locale::new(&site.languages[language]);
        tell(&Words {
            site: &site,
            locale: &locale,
            change: &Change {
                at: site.now.exactly().timestamp(),
                of: Of::Removed(0),
                what: vec![],
            },
            language,
            original: true,
            year: 2026,
        })
    }

    fn time(start: &str, minutes: i64) -> Time {
        let start: DateTime = start.parse().unwrap();
        Time {
            start,
            end: start.saturating_add(minutes.minutes()),
            all_day: false,
        }
    }

    fn days(start: &str, days: i64) -> Time {
        Time {
            all_day: true,
            ..time(start, days * 24 * 60)
        }
    }

    #[test]
    fn a_new_time_is_told_with_how_much_later_it_is() {
        let at = "2026-11-04T18:00";
        let told = |language: &str, to: &str| {
            with(language, |words| {
                words.moved(Role::Gathering, &time(at, 120), &time(to, 120))
            })
            .concat()
        };
        for (to, expected) in [
            (
                "2026-11-05T18:30",
                "donderdag 5 november 18:30, een dag en een half uur later",
            ),
            (
                "2026-11-03T17:00",
                "dinsdag 3 november 17:00, een dag en een uur eerder",
            ),
            ("2026-11-04T18:15", "18:15, een kwartier later"),
            ("2026-11-04T16:30", "16:30, anderhalf uur eerder"),
            ("2026-11-04T20:10", "20:10, 2 uur en 10 minuten later"),
            (
                "2026-11-18T18:00",
                "woensdag 18 november 18:00, 2 weken later",
            ),
            (
                "2026-11-07T10:00",
                "zaterdag 7 november 10:00, 3 dagen later en 8 uur eerder",
            ),
            (
                "2026-11-05T01:00",
                "donderdag 5 november 01:00, 7 uur later",
            ),
            (
                "2027-01-06T18:00",
                "woensdag 6 januari 2027 18:00, 9 weken later",
            ),
        ] {
            let expected = format!("woensdag 4 november 18:00 → {expected}");
            assert_eq!(told("nl", to), expected);
        }
        assert_eq!(
            told("en", "2026-11-05T18:30"),
            "Wednesday 4 November 18:00 → Thursday 5 November 18:30, a day and half an hour later"
        );
    }

    #[test]
    fn another_end_another_length_and_whole_days() {
        let moved = |before: Time, after: Time| {
            with("nl", |words| words.moved(Role::Gathering, &before, &after))
        };
        let at = "2026-11-04T18:00";
        assert_eq!(
            moved(time(at, 120), time(at, 180)),
            ["duurt tot 21:00 in plaats van 20:00"]
        );
        assert_eq!(
            moved(time(at, 120), time("2026-11-04T19:00", 180)),
            [
                "woensdag 4 november 18:00 → 19:00, een uur later",
                "duurt nu 3 uur"
            ]
        );
        assert_eq!(
            moved(time(at, 120), time(at, 26 * 60)),
            ["duurt tot donderdag 5 november 20:00 in plaats van 20:00"]
        );
        assert_eq!(
            moved(days("2026-11-04T00:00", 1), days("2026-11-05T00:00", 2)),
            [
                "woensdag 4 november → donderdag 5 november tot en met vrijdag 6 november, een dag later"
            ]
        );
        assert_eq!(
            moved(days("2026-11-04T00:00", 1), time(at, 120)),
            ["woensdag 4 november → woensdag 4 november 18:00"]
        );
        let deadline = with("nl", |words| {
            let (before, after) = (days("2026-11-04T00:00", 1), days("2026-11-11T00:00", 1));
            words.moved(Role::Deadline, &before, &after)
        });
        assert_eq!(
            deadline,
            ["laatste dag woensdag 4 november → woensdag 11 november, een week later"]
        );
    }

    #[test]
    fn many_times_are_counted_after_the_first_few() {
        let evening = |n: i64| time(&format!("2026-11-{:02}T18:00", 4 + n), 120);
        let told = |n| {
            let times: Vec<Time> = (0..n).map(evening).collect();
            with("nl", |words| words.stands(Standing::Off, &times, &None))
        };
        let first = "woensdag 4 november 18:00";
        assert_eq!(told(1), format!("vervalt op {first}"));
        let second = "donderdag 5 november 18:00";
        assert_eq!(told(2), format!("vervalt op {first} en {second}"));
        let many = told(8);
        assert!(
            many.ends_with(", zondag 8 november 18:00 en nog 3 keer"),
            "{many}"
        );
    }

    #[test]
    fn every_way_to_stand_has_words_for_all_and_for_some_times() {
        for language in ["nl", "en"] {
            for how in [
                Standing::Off,
                Standing::On,
                Standing::Extra,
                Standing::Postponed,
                Standing::Online,
                Standing::InPerson,
                Standing::Tentative,
                Standing::Certain,
            ] {
                let some = [time("2026-11-04T18:00", 120)];
                for times in [&some[..], &[]] {
                    let told = with(language, |words| words.stands(how, times, &None));
                    // What comes on top of a rule is always some of the times.
                    let known = how == Standing::Extra && times.is_empty();
                    assert!(known || !told.contains("changes."), "{told}");
                }
            }
        }
    }

    #[test]
    fn a_title_that_is_a_sentence_takes_no_colon() {
        let site = empty();
        let locale = Locale::new(&site.languages["nl"]);
        let told = |title: &str| line(&locale, title, &["vervalt".into(), "ook op zondag".into()]);
        assert_eq!(told("Soep"), "Soep: vervalt; ook op zondag");
        assert_eq!(told("Wie kookt?"), "Wie kookt? Vervalt; ook op zondag");
    }
}
