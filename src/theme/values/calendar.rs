//! Months and weeks of an agenda: its days in rows, and the ways to other views.

use super::list::Item;
use super::{Cards, Object, card, link};
use crate::site::Site;
use crate::site::listing::{Scope, monday};
use crate::site::timetable::Occurrence;
use crate::theme::Theme;
use crate::theme::dates::Style;
use crate::theme::messages::Locale;
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::BTreeMap;
use tera::Value;

/// A day in a month shows at most so many lines; its week shows all.
const LINES: usize = 5;

/// The value `calendar` of a month or a week; `None` for any other list.
pub fn calendar(
    site: &Site,
    theme: &Theme,
    cards: &Cards,
    language: usize,
    scope: Scope,
    items: &[Item],
) -> Option<Value> {
    let (first, last) = scope.days()?;
    let code = &site.codes[language];
    let locale = theme.locale(code);
    let mut lines: BTreeMap<Date, Vec<Value>> = BTreeMap::new();
    for (id, n) in items {
        let entry = site.entry(*id);
        let Some(occurrence) = n.and_then(|n| entry.occurrences().get(n)) else {
            continue;
        };
        let all_day = entry.timetable.as_ref().is_some_and(|t| t.all_day);
        let card = cards.get(site, theme, language, *id);
        for day in occurrence.days().filter(|day| (first..=last).contains(day)) {
            let time = (!all_day && day == occurrence.start.date())
                .then(|| locale.dates.clock(occurrence.start.time()));
            let line = line(&card, occurrence, time, locale);
            lines.entry(day).or_default().push(line);
        }
    }
    let around = Around {
        site,
        locale,
        code,
        scope,
        kind: scope.kind()?.number(),
        first,
        last,
    };
    let mondays = std::iter::successors(Some(monday(first)), |monday| {
        Some(monday.saturating_add(7.days()))
    });
    let weeks: Vec<Value> = mondays
        .take_while(|monday| *monday <= last)
        .map(|monday| around.week(monday, &mut lines))
        .collect();
    let weekday = |n: i64| -> Value {
        let day = monday(first).saturating_add(n.days());
        Object::new()
            .set("short", locale.dates.day(day, Style::WeekdayShort))
            .set("long", locale.dates.day(day, Style::Weekday))
            .into()
    };
    let to = |scope: Scope| -> Value {
        link(&name(scope, locale), site.listing_path(scope, code)).into()
    };
    let calendar = Object::new()
        .set(
            "view",
            if matches!(scope, Scope::Week(..)) {
                "week"
            } else {
                "month"
            },
        )
        .set("weekdays", (0..7).map(weekday).collect::<Vec<_>>())
        .set("weeks", weeks)
        .some("previous", around.nearest(|days| days < first).map(to))
        .some("next", around.nearest(|days| days > last).map(to))
        .some(
            "today",
            around
                .today()
                .filter(|today| *today != scope)
                .map(|today| site.listing_path(today, code)),
        );
    Some(calendar.into())
}

/// What a month or a week is called among its like: `november 2026`, `week 47`.
fn name(scope: Scope, locale: &Locale) -> String {
    match (scope, scope.days()) {
        (Scope::Week(_, monday), _) => {
            let number = monday.iso_week_date().week().to_string();
            locale.text("calendar.week_number", &[("n", &number)])
        }
        (_, Some((first, _))) => locale.dates.day(first, Style::Month),
        _ => String::new(),
    }
}

/// One line of a day: what, from when, and whether it goes ahead.
fn line(card: &Value, occurrence: &Occurrence, time: Option<String>, locale: &Locale) -> Value {
    Object::new()
        .set("card", card.clone())
        .some("time", time)
        .some("status", card::status(locale, occurrence.status))
        .into()
}

/// What the parts of one calendar have in common.
struct Around<'a> {
    site: &'a Site,
    locale: &'a Locale,
    code: &'a str,
    scope: Scope,
    kind: usize,
    first: Date,
    last: Date,
}

impl Around<'_> {
    /// A row of seven days; those of another month are there without lines.
    fn week(&self, monday: Date, lines: &mut BTreeMap<Date, Vec<Value>>) -> Value {
        let days = (0..7).map(|n| monday.saturating_add(n.days()));
        let number = monday.iso_week_date().week();
        // Only weeks with something on them have a page.
        let scope = Scope::Week(self.kind, monday);
        let mut listings = self.site.listings.iter();
        let url = listings
            .any(|listing| listing.scope == scope)
            .then(|| self.site.listing_path(scope, self.code));
        let days: Vec<Value> = days
            .map(|day| self.day(day, lines.remove(&day).unwrap_or_default(), url.as_deref()))
            .collect();
        Object::new()
            .set("number", i64::from(number))
            .some("url", url)
            .set("days", days)
            .into()
    }

    fn day(&self, day: Date, mut lines: Vec<Value>, week: Option<&str>) -> Value {
        let today = self.site.now.date();
        let within = (self.first..=self.last).contains(&day);
        let when = match day {
            _ if day < today => "past",
            _ if day > today => "future",
            _ => "today",
        };
        let count = lines.len();
        let more = count.saturating_sub(LINES);
        let cut = matches!(self.scope, Scope::Month(..)) && more > 1;
        if cut {
            lines.truncate(LINES);
        }
        // What is over is folded where most visitors look for what comes; older pages are about the past.
        let folded = when == "past" && self.today() == Some(self.scope);
        Object::new()
            .set("iso", day.to_string())
            .set("number", i64::from(day.day()))
            .set("title", self.locale.dates.day(day, Style::Long))
            .set("within", within)
            .set("when", when)
            .set("folded", folded && count > 0)
            .set("count", self.locale.count("count.events", count))
            .set("lines", lines)
            .some(
                "more",
                week.filter(|_| cut).map(|week| {
                    let text = self.locale.count("calendar.rest", more);
                    Value::from(link(&text, format!("{week}#d{day}")))
                }),
            )
            .into()
    }

    /// The month or the week of today, like the one that is shown.
    fn today(&self) -> Option<Scope> {
        let today = self.site.now.date();
        match self.scope {
            Scope::Month(kind, ..) => Some(Scope::Month(kind, today.year(), today.month())),
            Scope::Week(kind, _) => Some(Scope::Week(kind, monday(today))),
            _ => None,
        }
    }

    /// The list of the same sort nearest to this one, of those whose first day is on the asked side.
    fn nearest(&self, on_side: impl Fn(Date) -> bool) -> Option<Scope> {
        same_sort(self.site, self.scope)
            .filter_map(|scope| Some((scope.days()?.0, scope)))
            .filter(|(day, _)| on_side(*day))
            .min_by_key(|(day, _)| {
                self.first
                    .until(*day)
                    .map_or(0, |span| span.get_days().abs())
            })
            .map(|(_, scope)| scope)
    }
}

/// The months, or the weeks, of the same kind.
fn same_sort(site: &Site, scope: Scope) -> impl Iterator<Item = Scope> {
    let like = move |other: &Scope| match (scope, other) {
        (Scope::Month(a, ..), Scope::Month(b, ..)) | (Scope::Week(a, _), Scope::Week(b, _)) => {
            a == *b
        }
        _ => false,
    };
    site.listings
        .iter()
        .map(|listing| listing.scope)
        .filter(like)
}

/// The three views of an agenda, with the one that is shown: the list, a month and a week.
pub fn views(site: &Site, theme: &Theme, scope: Scope, language: &str) -> Vec<Value> {
    let Some(kind) = scope.kind().map(|kind| kind.number()) else {
        return vec![];
    };
    if !site.calendars.contains(&kind) {
        return vec![];
    }
    let today = site.now.date();
    let (first, last) = scope.days().unwrap_or((today, today));
    // The day by which the other views are chosen: today where it is in view, else the middle.
    let day = if (first..=last).contains(&today) {
        today
    } else {
        first.saturating_add(3.days())
    };
    let near = |wanted: Scope| {
        let distance = |(from, to): (Date, Date)| {
            let days = |a: Date, b: Date| a.until(b).map_or(0, |span| span.get_days()).max(0);
            days(day, from) + days(to, day)
        };
        same_sort(site, wanted).min_by_key(|other| other.days().map_or(0, distance))
    };
    let view = |name: &str, scope: Scope, current: bool| -> Value {
        let title = theme
            .locale(language)
            .text(&format!("calendar.{name}"), &[]);
        link(&title, site.listing_path(scope, language))
            .set("current", current)
            .into()
    };
    let mut views = vec![view(
        "list",
        Scope::Kind(kind),
        matches!(scope, Scope::Kind(_)),
    )];
    let month = near(Scope::Month(kind, day.year(), day.month()));
    views.extend(month.map(|to| view("month", to, matches!(scope, Scope::Month(..)))));
    let week = near(Scope::Week(kind, monday(day)));
    views.extend(week.map(|to| view("week", to, matches!(scope, Scope::Week(..)))));
    views
}
