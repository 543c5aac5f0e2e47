//! What people come to: when, where, by whom, how it stands.

use super::offer::offers;
use super::{Fact, Value, class, image, json, named, place, publisher, schedule};
use crate::content::schedule::Status;
use crate::site::changes::Of;
use crate::site::changes::difference::What;
use crate::site::timetable::{Occurrence, Timetable};
use crate::site::{Entry, EntryId, Site};
use crate::theme::Theme;
use crate::theme::values::card::iso;
use crate::theme::values::entry::{bounds, standing_for};
use jiff::civil::DateTime;

/// Files of a theme that stand for the site where there is no picture, the most telling first.
const OF_SITE: &[&str] = &[
    "share.png",
    "share.jpg",
    "share.svg",
    "logo.png",
    "logo.svg",
    "favicon.svg",
];

/// What an event says beside its name.
pub fn facts(
    site: &Site,
    theme: &Theme,
    entry: &Entry,
    timetable: &Timetable,
    language: &str,
) -> Vec<Fact> {
    let version = entry.version(language);
    let record = &version.record;
    let time = Time::of(site, entry, timetable);
    let (mode, location) = place::of_event(site, theme, entry, time.status, language);
    let mut facts = vec![
        ("startDate", json!(time.start)),
        ("endDate", json!(time.end)),
        ("eventStatus", json!(time.event_status())),
        (
            "eventAttendanceMode",
            json!(format!("https://schema.org/{mode}")),
        ),
        ("previousStartDate", json!(time.previous)),
        ("location", location),
        ("organizer", organizer(site, entry, language)),
        ("isAccessibleForFree", json!(record.free())),
        (
            "offers",
            offers(site, entry, time.is_over(site), time.status, language),
        ),
        ("maximumAttendeeCapacity", json!(record.capacity())),
        ("image", json!(picture(site, theme, entry))),
    ];
    if !record.spoken().is_empty() {
        facts.push(("inLanguage", json!(record.spoken())));
    }
    let others = |field: &str, as_: Option<&str>| -> Value {
        let target = |id| {
            named(
                site,
                id,
                as_.unwrap_or_else(|| class(site.entry(id))),
                language,
            )
        };
        match entry.targets(field).map(target).collect::<Vec<Value>>() {
            targets if targets.is_empty() => Value::Null,
            targets => targets.into(),
        }
    };
    facts.push(("contributor", others("hosts", None)));
    facts.push(("about", others("initiatives", None)));
    facts.push(("superEvent", others("programme", Some("EventSeries"))));
    // When it is off, or put off, its rule no longer tells when it is.
    if !matches!(timetable.status, Status::Cancelled | Status::Postponed) {
        facts.push(("eventSchedule", schedule::of(site, timetable)));
    }
    facts
}

/// The time that stands for an event: search engines know one each.
struct Time {
    start: String,
    end: String,
    status: Status,
    /// When it was before it was moved.
    previous: Option<String>,
    occurrence: Occurrence,
}

impl Time {
    fn of(site: &Site, entry: &Entry, timetable: &Timetable) -> Time {
        let occurrence = standing_for(site, entry, timetable);
        let (start, end) = bounds(timetable, &occurrence);
        let moment = |at: DateTime| {
            let at = at.to_zoned(timetable.zone.clone()).ok()?;
            Some(iso(&at, timetable.all_day))
        };
        let previous = match occurrence.moved() {
            true => moment(occurrence.original),
            false if occurrence.status == Status::Rescheduled => {
                before(site, entry, &occurrence).and_then(moment)
            }
            false => None,
        };
        Time {
            start,
            end,
            status: occurrence.status,
            previous: previous.filter(|_| occurrence.status != Status::Cancelled),
            occurrence,
        }
    }

    fn is_over(&self, site: &Site) -> bool {
        self.occurrence.end <= site.now
    }

    /// Whoever is told that an event was moved asks when it was before. Where nobody knows that any
    /// more, it simply goes ahead at the time that is given.
    fn event_status(&self) -> String {
        let status = match self.status {
            Status::Cancelled => "EventCancelled",
            Status::Postponed => "EventPostponed",
            Status::MovedOnline => "EventMovedOnline",
            _ if self.previous.is_some() => "EventRescheduled",
            Status::Rescheduled | Status::Scheduled | Status::Tentative => "EventScheduled",
        };
        format!("https://schema.org/{status}")
    }
}

/// When an event was before it was moved as a whole: its file no longer says so, but what changed not
/// long ago does.
fn before(site: &Site, entry: &Entry, now: &Occurrence) -> Option<DateTime> {
    let changes = site.changes.iter().flatten();
    let own = changes.filter(|change| change.of == Of::Entry(entry.id));
    own.flat_map(|change| &change.what)
        .find_map(|what| match what {
            What::Moved { before, after, .. } if after.start == now.start.datetime() => {
                Some(before.start).filter(|start| *start != after.start)
            }
            _ => None,
        })
}

/// Where it has no picture of its own, that of where or within what it is, or of who organises it; else
/// what stands for the site.
fn picture(site: &Site, theme: &Theme, entry: &Entry) -> Option<Value> {
    let fields = ["space", "programme", "organiser", "hosts", "initiatives"];
    let near = fields.into_iter().flat_map(|field| entry.targets(field));
    let outer = entry
        .targets("space")
        .flat_map(|id| site.entry(id).targets("part_of"));
    let mut others = near.chain(outer).map(|id| site.entry(id));
    if image(site, theme, entry).is_some() {
        return None;
    }
    let found = others.find_map(|other| image(site, theme, other));
    found.or_else(|| {
        let mut files = OF_SITE.iter();
        let asset = files.find_map(|name| theme.assets.get(*name))?;
        Some(json!(site.config.absolute(&asset.path)))
    })
}

/// Who organises it, else who hosts it, else who publishes it.
fn organizer(site: &Site, entry: &Entry, language: &str) -> Value {
    let mut fields = ["organiser", "hosts"].into_iter();
    let own: Option<EntryId> = fields.find_map(|field| entry.targets(field).next());
    match (own, publisher(site)) {
        (Some(id), _) => named(site, id, class(site.entry(id)), language),
        (None, Value::Null) => {
            let name = site.text(&site.config.title, language);
            json!({ "@type": "Organization", "name": name, "url": site.config.absolute(&site.home(language)) })
        }
        (None, publisher) => publisher,
    }
}
