//! An entry in a list.

use super::{Object, link};
use crate::content::schedule::Status;
use crate::content::vocabulary::Vocabulary;
use crate::site::listing::Scope;
use crate::site::timetable::{Occurrence, Timetable};
use crate::site::{Entry, Site};
use crate::theme::Theme;
use crate::theme::dates::Style;
use crate::theme::messages::Locale;
use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use std::collections::BTreeMap;
use tera::Value;

/// The terms of each vocabulary, by their numbers.
pub type Terms = BTreeMap<Vocabulary, Vec<Value>>;

/// All terms of a site in a language.
pub fn terms(site: &Site, language: &str) -> Terms {
    let all = |vocabulary| {
        let numbers = 0..site.terms(vocabulary).len();
        numbers
            .map(|n| term(site, vocabulary, n, language))
            .collect()
    };
    Vocabulary::ALL
        .map(|vocabulary| (vocabulary, all(vocabulary)))
        .into()
}

/// The card of an entry in a language, with the date that is next.
pub fn card(site: &Site, theme: &Theme, entry: &Entry, (language, terms): (&str, &Terms)) -> Value {
    let version = entry.version(language);
    let (common, record) = (&version.common, &version.record);
    let locale = theme.locale(language);
    let words = &site.languages[language].kinds.get(entry.kind.name);
    let badge = record.badge();
    let label = badge.as_ref().and_then(|(field, value)| {
        locale.find(&format!("{}.{field}.{value}", entry.kind.name), &[])
    });
    let own = |vocabulary| {
        let within = entry
            .terms
            .iter()
            .filter(move |(known, _)| *known == vocabulary);
        within
            .map(|(_, n)| terms[&vocabulary][*n].clone())
            .collect::<Vec<Value>>()
    };
    let status = entry.timetable.as_ref().map(|timetable| timetable.status);
    let card = Object::new()
        .set("id", entry.document_id.as_str())
        .set("number", number(entry, None))
        .set("kind", entry.kind.name)
        .set(
            "kind_name",
            words.map_or(entry.kind.name, |words| &words.one),
        )
        .set("title", &*common.title.0)
        .some("summary", common.summary.as_ref().map(|text| &*text.0))
        .set("url", site.path(entry, language))
        .set("lang", version.language.as_str())
        .some(
            "language",
            (version.language != language).then(|| locale.language_name(&version.language)),
        )
        .some("image", image(theme, entry, language))
        .list("topics", own(Vocabulary::Topics))
        .some("neighbourhood", own(Vocabulary::Neighbourhoods).pop())
        .some("place", place(site, entry, language))
        .some(
            "city",
            record
                .location()
                .and_then(|location| location.city.as_deref()),
        )
        .some("label", label)
        .some("tone", badge.map(|(_, value)| value))
        .some(
            "status",
            status.and_then(|status| self::status(locale, status)),
        )
        .some("date", date(site, entry, locale))
        .some("free", record.free())
        .set("online", record.online().is_some())
        .some("deadline", deadline(site, entry, locale))
        .some(
            "calendar",
            entry
                .timetable
                .as_ref()
                .map(|_| format!("{}calendar.ics", site.path(entry, language))),
        )
        .set("draft", entry.unpublished);
    card.into()
}

/// What tells a card from all others of a site: the record, and which of its times it shows where that is not the next.
fn number(entry: &Entry, time: Option<usize>) -> i64 {
    let time = time.map_or(0, |n| n as i64 + 1);
    (i64::from(entry.id.0) << 32) | time
}

/// The same card with the date and status of one of its times, by its number; as it is where there is none such.
pub fn of_occurrence(card: Value, site: &Site, entry: &Entry, n: usize, locale: &Locale) -> Value {
    let Some(timetable) = &entry.timetable else {
        return card;
    };
    let Some(occurrence) = timetable.occurrences.get(n) else {
        return card;
    };
    Object::of(&card)
        .without("number")
        .set("number", number(entry, Some(n)))
        .without("date")
        .without("status")
        .set("date", moment(site, timetable, occurrence, locale))
        .some("status", status(locale, occurrence.status))
        .into()
}

/// A topic or neighbourhood with its page.
fn term(site: &Site, vocabulary: Vocabulary, n: usize, language: &str) -> Value {
    let term = &site.terms(vocabulary)[n];
    let url = site.listing_path(Scope::Term(vocabulary, n), language);
    link(site.text(&term.title, language), url)
        .set("id", &*term.id.value.0)
        .into()
}

/// The picture, with its text in the language of the page.
pub fn image(theme: &Theme, entry: &Entry, language: &str) -> Option<Value> {
    let image = entry.version(language).common.image.as_ref()?;
    let shown = super::picture(theme.media.get(&image.file.value)?);
    Some(
        shown
            .set("alt", &*image.alt.0)
            .some("credit", image.credit.as_deref())
            .into(),
    )
}

/// Where it is, in a few words: its own place, else the space that it is in.
pub fn place(site: &Site, entry: &Entry, language: &str) -> Option<String> {
    let own = entry
        .version(language)
        .record
        .location()
        .map(|location| location.public());
    let named = own.and_then(|place| place.name.map(|name| name.0).or(place.city));
    let space = || {
        entry
            .targets("space")
            .next()
            .map(|id| site.entry(id).version(language).common.title.0.clone())
    };
    named.or_else(space)
}

/// How it stands in a word, unless it simply goes ahead.
pub fn status_text(locale: &Locale, status: Status) -> Option<String> {
    let otherwise = status != Status::Scheduled;
    otherwise.then(|| locale.text(&format!("event.status.{}", status.name()), &[]))
}

/// How it stands, unless it simply goes ahead.
pub fn status(locale: &Locale, status: Status) -> Option<Value> {
    let text = status_text(locale, status)?;
    Some(
        Object::new()
            .set("code", status.name())
            .set("text", text)
            .into(),
    )
}

/// The next occurrence, else the last, else the day of publication.
fn date(site: &Site, entry: &Entry, locale: &Locale) -> Option<Object> {
    if let Some(timetable) = &entry.timetable {
        let occurrence = entry.next(&site.now).or(timetable.occurrences.last())?;
        return Some(moment(site, timetable, occurrence, locale));
    }
    let published = entry.record().published()?.0;
    let day = Object::new()
        .set("iso", published.to_string())
        .set("text", locale.dates.day(published, Style::Medium));
    Some(
        day_parts(day, published, locale)
            .set("relative", relative(published, published, site.now.date()))
            .set("all_day", true),
    )
}

/// One occurrence in words and numbers.
pub fn moment(
    site: &Site,
    timetable: &Timetable,
    occurrence: &Occurrence,
    locale: &Locale,
) -> Object {
    let (first, end) = (occurrence.start.datetime(), occurrence.end.datetime());
    let (start, all_day) = (first.date(), timetable.all_day);
    let last = if all_day {
        end.saturating_sub(1.day()).date()
    } else {
        end.date()
    };
    let today = site.now.date_in(&timetable.zone);
    let when = if occurrence.end <= site.now {
        "past"
    } else {
        relative(start, last, today)
    };
    let value = Object::new()
        .set("iso", iso(&occurrence.start, all_day))
        .set(
            "end_iso",
            if all_day {
                last.to_string()
            } else {
                iso(&occurrence.end, false)
            },
        )
        .set("text", text(timetable, occurrence, locale, today))
        .set("relative", when)
        .set("all_day", all_day);
    let value = day_parts(value, start, locale);
    if all_day {
        value
    } else {
        let clock = |at: DateTime| locale.dates.clock(at.time());
        value.set("time", format!("{}–{}", clock(first), clock(end)))
    }
}

/// `do 3 dec, 19:30`; with the year when it is not this one.
pub fn text(
    timetable: &Timetable,
    occurrence: &Occurrence,
    locale: &Locale,
    today: Date,
) -> String {
    let (first, end) = (occurrence.start.datetime(), occurrence.end.datetime());
    let write = |day: Date| {
        locale.dates.day(
            day,
            if day.year() == today.year() {
                Style::Short
            } else {
                Style::ShortYear
            },
        )
    };
    if !timetable.all_day {
        return locale.at(&write(first.date()), first.time());
    }
    let last = end.saturating_sub(1.day()).date();
    if last > first.date() {
        format!("{} – {}", write(first.date()), write(last))
    } else {
        write(first.date())
    }
}

fn day_parts(object: Object, day: Date, locale: &Locale) -> Object {
    object
        .set("day", day.day().to_string())
        .set("month", locale.dates.day(day, Style::MonthShort))
        .set("weekday", locale.dates.day(day, Style::WeekdayShort))
        .set("year", day.year().to_string())
}

fn relative(first: Date, last: Date, today: Date) -> &'static str {
    match () {
        () if last < today => "past",
        () if first > today => "future",
        () => "today",
    }
}

/// RFC 3339, with the offset of the place; only the day when there are no times.
pub fn iso(at: &jiff::Zoned, all_day: bool) -> String {
    match all_day {
        true => at.date().to_string(),
        false => at.timestamp().display_with_offset(at.offset()).to_string(),
    }
}

/// Until when one can answer, whether one still can, and how many days that is.
fn deadline(site: &Site, entry: &Entry, locale: &Locale) -> Option<Object> {
    let (period, today) = (entry.record().period()?, site.today_at(entry));
    let last = period.until?.0;
    let moment = site.deadline(entry);
    let passed = match &moment {
        Some(at) => site.has_passed(entry, at),
        None => last < today,
    };
    let opens = period.from.filter(|day| day.0 > today);
    let state = match opens {
        _ if passed => "closed",
        Some(_) => "soon",
        None => "open",
    };
    let day = locale.dates.day(last, Style::Long);
    let exact = moment.filter(|at| at.time.is_some());
    let exact = exact.and_then(|at| site.at_the_place(entry, &at));
    let text = match moment.and_then(|at| at.time) {
        Some(time) => locale.text(
            "deadline.at",
            &[("date", &day), ("time", &locale.dates.clock(time))],
        ),
        None => day,
    };
    let label = locale.find(&format!("{}.{state}", entry.kind.name), &[]);
    let left = match state {
        "soon" => opens.map(|day| left("deadline.opens", day.0, today, locale)),
        "open" => Some(left("deadline.left", last, today, locale)),
        _ => None,
    };
    Some(
        Object::new()
            .set("iso", exact.map_or(last.to_string(), |at| iso(&at, false)))
            .set("text", text)
            .set("open", state == "open")
            .set("state", state)
            .some("label", label)
            .some("left", left),
    )
}

/// How long until a day, in days, or in weeks where it is long: "nog 12 dagen".
fn left(key: &str, day: Date, today: Date, locale: &Locale) -> String {
    const MOST_DAYS: i64 = 28;
    let days = today
        .until(day)
        .map_or(0, |span| i64::from(span.get_days()));
    let (unit, n) = match days {
        0 => return locale.text(&format!("{key}.today"), &[]),
        n if n <= MOST_DAYS => ("days", n),
        n => ("weeks", n / 7),
    };
    locale.count(&format!("{key}.{unit}"), n.unsigned_abs() as usize)
}
