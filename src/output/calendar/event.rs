//! What a VEVENT says beside its times: title, text, place, people.

use super::lines::{Lines, Parameter, escaped};
use super::text::{cut, one_line, plain};
use super::values::{degrees, mailbox, media_type, uri};
use crate::content::location::Precision;
use crate::content::schedule::{Role, Schedule, Status};
use crate::content::vocabulary::Vocabulary;
use crate::site::listing::Scope;
use crate::site::timetable::Timetable;
use crate::site::{Entry, EntryId, Site};
use crate::theme::Theme;
use crate::theme::body::{Base, html};
use crate::theme::dates::Style;
use crate::theme::messages::Locale;
use crate::theme::values::entry::place_of;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Most characters of summary and body in DESCRIPTION; the link below leads to the rest. Google takes
/// subscriptions of about a megabyte, which has to hold some hundreds of events.
const LONGEST: usize = 800;

/// An entry with dates, with all that its components share.
pub struct Event<'a> {
    /// The entry.
    pub entry: &'a Entry,
    /// When it happens.
    pub timetable: &'a Timetable,
    /// The language of its texts.
    pub language: &'a str,
    /// The site.
    pub site: &'a Site,
    /// The zone of its times: its IANA name; none for whole days and for UTC.
    pub zone: Option<String>,
    /// When anything that is shown of it was last changed: also the place and the organiser.
    pub updated: Timestamp,
    /// Without what is cancelled.
    pub confirmed: bool,
    theme: &'a Theme,
    schedule: &'a Schedule,
    /// The words of its language.
    pub locale: &'a Locale,
    /// Its page, absolute.
    pub url: String,
    /// Summary and body.
    text: String,
}

impl<'a> Event<'a> {
    /// Gathers what the components of an entry say.
    pub fn of(
        site: &'a Site,
        theme: &'a Theme,
        entry: &'a Entry,
        timetable: &'a Timetable,
        schedule: &'a Schedule,
        language: &'a str,
        confirmed: bool,
    ) -> Self {
        let zone = &timetable.zone;
        let timed = !timetable.all_day && *zone != TimeZone::UTC && !zone.is_unknown();
        let name = || zone.iana_name().unwrap_or(&timetable.zone_name).to_owned();
        let summary = entry.version(language).common.summary.as_ref();
        let summary = summary.map_or(String::new(), |summary| one_line(summary));
        // Of what was removed there is no page any more; its list is what comes nearest.
        let (path, body) = match entry.removed {
            true => (
                site.listing_path(Scope::Kind(entry.kind.number()), language),
                String::new(),
            ),
            false => (
                site.path(entry, language),
                plain(&html(site, theme, entry, language, Base::Site), LONGEST),
            ),
        };
        Event {
            confirmed,
            site,
            theme,
            entry,
            timetable,
            schedule,
            locale: theme.locale(language),
            language,
            url: uri(&site.config.absolute(&path)),
            text: cut(format!("{summary}\n\n{body}").trim(), LONGEST),
            zone: timed.then(name),
            updated: updated(site, entry),
        }
    }

    /// What to say of an event that was removed.
    pub fn removed(&self) -> String {
        self.locale.text("calendar.removed", &[])
    }

    /// Why it is not as it was planned.
    pub fn reason(&self, change: Option<usize>) -> Option<String> {
        let own = change.and_then(|n| self.schedule.changes.get(n)?.reason.as_ref());
        own.or(self.schedule.reason.as_ref())
            .map(|reason| one_line(reason))
    }

    /// The properties that say what it is, in an order that never changes.
    pub fn write(&self, status: Status, reason: Option<&str>, lines: &mut Lines) {
        lines.text("SUMMARY", &self.title(status));
        lines.text("DESCRIPTION", &self.description(reason));
        lines.raw("URL", &self.url);
        self.location(status, lines);
        self.conference(lines);
        self.organiser(lines);
        self.categories(lines);
        self.image(lines);
    }

    /// SUMMARY (RFC 5545 section 3.8.1.12). Google hides STATUS and others hardly show it, so the title says it too.
    fn title(&self, status: Status) -> String {
        let common = &self.entry.version(self.language).common;
        let title = Some(one_line(&common.title)).filter(|title| !title.is_empty());
        let title = title.unwrap_or_else(|| self.entry.document_id.clone());
        let title = match self.timetable.role {
            Role::Deadline => self.locale.text("calendar.deadline", &[("title", &title)]),
            Role::Gathering => title,
        };
        let prefix = match status {
            Status::Cancelled => "calendar.cancelled_prefix",
            Status::Postponed => "calendar.postponed_prefix",
            Status::Tentative => "calendar.tentative_prefix",
            Status::Scheduled | Status::Rescheduled | Status::MovedOnline => return title,
        };
        self.prefixed(prefix, &title)
    }

    /// What the last day to sign up is called.
    pub fn closing_title(&self) -> String {
        let common = &self.entry.version(self.language).common;
        let title = one_line(&common.title);
        let title = self
            .locale
            .text("calendar.registration_closes", &[("title", &title)]);
        match self.timetable.status {
            Status::Cancelled => self.prefixed("calendar.cancelled_prefix", &title),
            _ => title,
        }
    }

    fn prefixed(&self, prefix: &str, title: &str) -> String {
        format!("{}: {title}", self.locale.text(prefix, &[]))
    }

    /// DESCRIPTION (RFC 5545 section 3.8.1.5): why it changed, what it is, where to join; last the
    /// link, because Google shows no URL.
    fn description(&self, reason: Option<&str>) -> String {
        let online = self.entry.record().online();
        let join = online.map(|url| self.locale.text("calendar.join", &[("url", url)]));
        let more = self.locale.text("calendar.more", &[("url", &self.url)]);
        let links: Vec<String> = join.into_iter().chain([more]).collect();
        let parts = [
            reason.map(str::to_owned),
            self.hour(),
            Some(self.text.clone()),
            Some(links.join("\n")),
        ];
        let parts: Vec<String> = parts
            .into_iter()
            .flatten()
            .filter(|part| !part.is_empty())
            .collect();
        parts.join("\n\n")
    }

    /// Until what time, when a deadline is not the end of its day.
    fn hour(&self) -> Option<String> {
        let deadline = &self.schedule.start.value;
        let time = deadline
            .time
            .filter(|_| self.timetable.role == Role::Deadline)?;
        let day = self.locale.dates.day(deadline.date, Style::Long);
        let day = self.locale.at(&day, time);
        Some(self.locale.text("call.deadline.open", &[("date", &day)]))
    }

    /// LOCATION and GEO (RFC 5545 sections 3.8.1.7 and 3.8.1.6), and the form in which Apple knows the place.
    fn location(&self, status: Status, lines: &mut Lines) {
        let place = place_of(self.site, self.entry).filter(|_| status != Status::MovedOnline);
        let Some((holder, mut place)) = place else {
            // A space need not say where it is: its name tells those who know the house.
            let space = self.entry.targets("space").next();
            if let Some(space) = space.filter(|_| status != Status::MovedOnline) {
                let common = &self.site.entry(space).version(self.language).common;
                lines.text("LOCATION", &one_line(&common.title));
            } else if self.entry.record().online().is_some() || status == Status::MovedOnline {
                lines.text("LOCATION", &self.locale.text("calendar.online", &[]));
            }
            return;
        };
        let version = holder.version(self.language);
        if holder.id != self.entry.id {
            place.name = Some(version.common.title.clone());
        } else if let Some(own) = version.record.location() {
            place.name = own.public().name;
        }
        let address = one_line(&place.line());
        if !address.is_empty() {
            lines.text("LOCATION", &address);
        }
        let on_earth = |(lat, lon): &(f64, f64)| lat.abs() <= 90.0 && lon.abs() <= 180.0;
        let Some((lat, lon)) = place.coordinates().filter(on_earth) else {
            return;
        };
        let (lat, lon) = (degrees(lat), degrees(lon));
        lines.raw("GEO", &format!("{lat};{lon}"));
        if !address.is_empty() {
            let title = place
                .name
                .as_ref()
                .map_or_else(|| address.clone(), |name| one_line(name));
            // The circle within which it is, in metres.
            let radius = match place.precision {
                Precision::Exact => "70",
                Precision::Street => "150",
                Precision::Neighbourhood => "1000",
            };
            let parameters = [
                ("VALUE", "URI"),
                ("X-ADDRESS", &*address),
                ("X-APPLE-RADIUS", radius),
                ("X-TITLE", &*title),
            ];
            lines.with(
                "X-APPLE-STRUCTURED-LOCATION",
                &parameters,
                &format!("geo:{lat},{lon}"),
            );
        }
    }

    /// CONFERENCE (RFC 7986 section 5.11): where to join online.
    fn conference(&self, lines: &mut Lines) {
        if let Some(url) = self.entry.record().online() {
            let label = one_line(&self.locale.text("event.join", &[]));
            lines.with(
                "CONFERENCE",
                &[("VALUE", "URI"), ("FEATURE", "VIDEO"), ("LABEL", &label)],
                &uri(url),
            );
        }
    }

    /// ORGANIZER (RFC 5545 section 3.8.4.3) wants an address: that of the organiser's role where it is
    /// public, else the publisher's, under the publisher's name.
    pub fn organiser(&self, lines: &mut Lines) {
        let organiser = organiser(self.entry).map(|id| self.site.entry(id));
        write_organiser(self.site, organiser, self.language, lines);
    }

    /// CATEGORIES (RFC 5545 section 3.8.1.2): the topics, in the language of the calendar.
    fn categories(&self, lines: &mut Lines) {
        let topics = self
            .entry
            .terms
            .iter()
            .filter(|(vocabulary, _)| *vocabulary == Vocabulary::Topics);
        let title = |(vocabulary, n): &(Vocabulary, usize)| {
            let terms = self.site.terms(*vocabulary);
            escaped(&one_line(self.site.text(&terms[*n].title, self.language)))
        };
        let titles: Vec<String> = topics
            .map(title)
            .filter(|title| !title.is_empty())
            .collect();
        if !titles.is_empty() {
            lines.raw("CATEGORIES", &titles.join(","));
        }
    }

    /// IMAGE (RFC 7986 section 5.10).
    fn image(&self, lines: &mut Lines) {
        let image = self.entry.version(self.language).common.image.as_ref();
        let Some(asset) = image.and_then(|image| self.theme.media.get(&image.file.value)) else {
            return;
        };
        let mut parameters: Vec<Parameter> = vec![("VALUE", "URI"), ("DISPLAY", "BADGE")];
        parameters.extend(media_type(&asset.path).map(|media_type| ("FMTTYPE", media_type)));
        lines.with(
            "IMAGE",
            &parameters,
            &uri(&self.site.config.absolute(&asset.path)),
        );
    }
}

/// When anything that the components show was last changed: also the place and the organiser.
fn updated(site: &Site, entry: &Entry) -> Timestamp {
    let place = place_of(site, entry).map(|(holder, _)| holder);
    let outer = place
        .into_iter()
        .flat_map(|holder| holder.targets("part_of"));
    let others = place
        .map(|holder| holder.id)
        .into_iter()
        .chain(entry.targets("space"))
        .chain(outer)
        .chain(organiser(entry));
    // What was removed has no number among the entries, also where it is its own place.
    others
        .filter(|id| *id != entry.id)
        .map(|id| site.entry(id).history.updated)
        .fold(entry.history.updated, Timestamp::max)
}

/// ORGANIZER: an entry whose address is public, else the publisher; nothing where there is no address.
pub fn write_organiser(site: &Site, entry: Option<&Entry>, language: &str, lines: &mut Lines) {
    let own = entry.and_then(|entry| {
        let common = &entry.version(language).common;
        let contact = common.contact.as_ref().filter(|contact| contact.public)?;
        Some((one_line(&common.title), contact.email.as_ref()?))
    });
    let publisher = || {
        let publisher = site.config.publisher.as_ref()?;
        Some((one_line(&publisher.name), publisher.email.as_ref()?))
    };
    if let Some((name, email)) = own.or_else(publisher) {
        let name: Vec<Parameter> = if name.is_empty() {
            vec![]
        } else {
            vec![("CN", &name)]
        };
        lines.with("ORGANIZER", &name, &format!("mailto:{}", mailbox(email)));
    }
}

/// Who organises it, or who calls.
fn organiser(entry: &Entry) -> Option<EntryId> {
    ["organiser", "by"]
        .into_iter()
        .find_map(|field| entry.targets(field).next())
}
