//! Last days: of signing up as all-day events in feeds, and all of them as tasks (RFC 5545 section 3.6.2).

use super::event::Event;
use super::feed::{self, Head};
use super::lines::Lines;
use super::values::status;
use super::{describe, full_name};
use crate::content::schedule::{Role, Status};
use crate::diagnostic::Diagnostic;
use crate::output::{Artifact, Output, Plan, Press, Subject};
use crate::site::permalink::TASKS;
use crate::site::{Entry, Site};
use crate::theme::dates::Style;
use jiff::civil::Date;

/// The output.
pub const OUTPUT: Output = Output {
    name: "tasks",
    about: "deadlines as tasks, for programs that keep a list of what to do",
    plan,
};

/// The last day to sign up for an event, as an event of its own for the whole day; calendars show no
/// deadline of an event itself.
pub fn closing(event: &Event) -> Option<String> {
    let day = event.entry.record().closes()?.value.date;
    let mut lines = Lines::default();
    lines.begin("VEVENT");
    lines.text("UID", &event.uid_of(".registration"));
    event.stamps(&mut lines);
    lines.raw("STATUS", status(event.timetable.status));
    lines.raw("TRANSP", "TRANSPARENT");
    lines.raw("CLASS", "PUBLIC");
    on_day("DTSTART", day, &mut lines);
    on_day("DTEND", day.tomorrow().unwrap_or(day), &mut lines);
    say(event, &mut lines);
    lines.end("VEVENT");
    Some(lines.finish())
}

/// A deadline as a task that is due on its day.
fn task(event: &Event, day: Date, lines: &mut Lines) {
    lines.begin("VTODO");
    lines.text("UID", &event.uid_of(".task"));
    event.stamps(lines);
    lines.raw(
        "STATUS",
        match event.timetable.status {
            Status::Cancelled => "CANCELLED",
            _ => "NEEDS-ACTION",
        },
    );
    lines.raw("CLASS", "PUBLIC");
    lines.raw("PRIORITY", "0");
    // What is published has to begin (RFC 5546 section 3.4.1): on the day when it was announced.
    let zone = event.site.now.time_zone().clone();
    let announced = event.entry.published().to_zoned(zone).date();
    on_day(
        "DTSTART",
        announced.min(day.yesterday().unwrap_or(day)),
        lines,
    );
    on_day("DUE", day, lines);
    say(event, lines);
    lines.end("VTODO");
}

/// What it is the last day of, until what time, and where to read more.
fn say(event: &Event, lines: &mut Lines) {
    match event.entry.record().closes() {
        None => event.write(event.timetable.status, None, lines),
        Some(closes) => {
            let hour = closes.value.time.map(|time| {
                let day = event.locale.dates.day(closes.value.date, Style::Long);
                event.locale.at(&day, time)
            });
            let until =
                hour.map(|day: String| event.locale.text("call.deadline.open", &[("date", &day)]));
            let more = event.locale.text("calendar.more", &[("url", &event.url)]);
            let text: Vec<String> = until.into_iter().chain([more]).collect();
            lines.text("SUMMARY", &event.closing_title());
            lines.text("DESCRIPTION", &text.join("\n\n"));
            lines.raw("URL", &event.url);
            event.organiser(lines);
        }
    }
    lines.text("RELATED-TO", &event.uid_of(""));
}

fn on_day(name: &str, day: Date, lines: &mut Lines) {
    let day = day.strftime("%Y%m%d").to_string();
    lines.with(name, &[("VALUE", "DATE")], &day);
}

/// The last day of an entry: its own, or that of signing up.
fn last_day(entry: &Entry) -> Option<Date> {
    let timetable = entry.timetable.as_ref()?;
    match timetable.role {
        Role::Deadline => Some(timetable.start.date()),
        Role::Gathering => entry.record().closes().map(|closes| closes.value.date),
    }
}

/// Entries with a last day that is not over, by that day: nobody wants to be told for ever what is too late.
fn due(site: &Site) -> Vec<(Date, &Entry)> {
    let listed = site.entries.iter().filter(|entry| entry.record().listed());
    let mut due: Vec<(Date, &Entry)> = listed
        .filter_map(|entry| Some((last_day(entry)?, entry)))
        .filter(|(day, entry)| *day >= site.today_at(entry))
        .collect();
    due.sort_by_key(|(day, entry)| (*day, entry.id));
    due
}

fn plan(press: &Press, plan: &mut Plan) {
    if due(&press.site).is_empty() {
        return;
    }
    for (language, code) in press.site.codes.iter().enumerate() {
        let path = format!("{}{TASKS}", press.site.home(code));
        let language = Some(language);
        plan.add(path, feed::MEDIA_TYPE, Subject::Site, language, render);
    }
}

fn render(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let (site, theme) = (&press.site, &press.theme);
    let code = &site.codes[artifact.language.unwrap_or(0)];
    let name = theme.locale(code).text("calendar.tasks", &[]);
    let name = full_name(press, &name, code);
    let head = Head {
        description: describe(site, &[], &name, code),
        name,
        page: site.home(code),
        path: artifact.path.clone(),
    };
    let mut lines = Lines::default();
    let mut updated = None;
    for (day, entry) in due(site) {
        let schedule = entry.version(code).record.schedule();
        if let (Some(timetable), Some(schedule)) = (&entry.timetable, &schedule) {
            let event = Event::of(site, theme, entry, timetable, schedule, code, false);
            task(&event, day, &mut lines);
            updated = updated.max(Some(event.updated));
        }
    }
    Ok(feed::around(site, code, &head, updated, &lines.finish()))
}
