//! Calendars (RFC 5545 and RFC 7986): one beside every page that has dates.
//!
//! A page of something that happens has a file with that one event; every list, and every record to
//! which dated things refer (a space, an organiser, a programme), has a calendar to subscribe to. The
//! same event has the same bytes in all of them: its component is written once for each language.

pub mod busy;
pub mod component;
pub mod deadline;
pub mod event;
pub mod feed;
pub mod lines;
pub mod network;
pub mod text;
pub mod values;
pub mod vtimezone;

use super::{Artifact, Output, Plan, Press, Subject};
use crate::content::rule::Until;
use crate::diagnostic::Diagnostic;
use crate::site::listing::Scope;
use crate::site::now::Now;
use crate::site::permalink::{CONFIRMED, REMINDER};
use crate::site::selection::{self, Facet};
use crate::site::timetable::Timetable;
use crate::site::{Entry, EntryId, Site};
use crate::theme::Theme;
use crate::theme::values::composer;
use crate::theme::values::list::title;
use component::Component;
use feed::Head;
use jiff::ToSpan;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The output.
pub const OUTPUT: Output = Output {
    name: "calendar",
    about: "calendars to subscribe to, and single events to keep",
    plan,
};

/// What all calendars of a build share, each written when it is first asked for.
///
/// An event stands in dozens of calendars: the site's, its kind's, its topics', its space's, those of
/// every two of these, and that of its year.
#[derive(Default)]
pub struct Shared {
    /// By language, then by the entry's number.
    components: OnceLock<Vec<Vec<OnceLock<Option<Component>>>>>,
    /// The VTIMEZONE of every zone in use, by name and the year from which on it is right.
    zones: OnceLock<BTreeMap<(String, i16), String>>,
}

impl Shared {
    fn component(
        &self,
        site: &Site,
        theme: &Theme,
        id: EntryId,
        language: usize,
    ) -> Option<&Component> {
        let empty = || {
            site.codes
                .iter()
                .map(|_| site.entries.iter().map(|_| OnceLock::new()).collect())
                .collect()
        };
        let place = &self.components.get_or_init(empty)[language][id.0 as usize];
        place
            .get_or_init(|| {
                component::component(site, theme, site.entry(id), &site.codes[language], false)
            })
            .as_ref()
    }

    fn zones(&self, site: &Site) -> &BTreeMap<(String, i16), String> {
        self.zones.get_or_init(|| {
            let all = site.entries.iter().chain(&site.gone.removed);
            let timed = all
                .filter_map(|entry| entry.timetable.as_ref())
                .filter(|timetable| !timetable.all_day);
            let mut zones = BTreeMap::new();
            for timetable in timed {
                let name = timetable.zone.iana_name().unwrap_or(&timetable.zone_name);
                let since = vtimezone::since(timetable);
                let make = || vtimezone::vtimezone(name, &timetable.zone, since);
                zones.entry((name.to_owned(), since)).or_insert_with(make);
            }
            zones
        })
    }
}

fn plan(press: &Press, plan: &mut Plan) {
    let site = &press.site;
    for (language, code) in site.codes.iter().enumerate() {
        let mut add = |path: String, subject, render| {
            plan.add(path, feed::MEDIA_TYPE, subject, Some(language), render);
        };
        for (n, listing) in site.listings.iter().enumerate() {
            let subject = Subject::Listing(n);
            if let Some(path) = site.year_calendar(listing.scope, code) {
                add(path, subject, render_listing);
            }
            let dated = |id: &EntryId| site.entry(*id).timetable.is_some();
            let any = listing.entries.iter().any(dated)
                || removed_from(site, listing.scope).next().is_some();
            if !listing.scope.has_feeds() || !any {
                continue;
            }
            let folder = site.listing_path(listing.scope, code);
            add(format!("{folder}calendar.ics"), subject, render_listing);
            if listing
                .entries
                .iter()
                .any(|id| site.entry(*id).has_certain())
            {
                add(format!("{folder}{CONFIRMED}"), subject, render_listing);
            }
        }
        for (n, selection) in site.selections.iter().enumerate() {
            // A topic or a record has its calendar beside its own page.
            if !matches!(selection.facets[..], [Facet::Term(_) | Facet::Entry(_)]) {
                let path = site.selection_calendar(selection, code);
                add(path, Subject::Selection(n), render_selection);
            }
        }
        for entry in site.entries.iter().filter(|entry| site.has_calendar(entry)) {
            let (folder, subject) = (site.path(entry, code), Subject::Entry(entry.id));
            add(format!("{folder}calendar.ics"), subject, render_entry);
            if !site.gathers_dates(entry) {
                if site.reminds(entry) {
                    add(format!("{folder}{REMINDER}"), subject, render_entry);
                }
            } else if gathered(entry)
                .iter()
                .any(|id| site.entry(*id).has_certain())
            {
                add(format!("{folder}{CONFIRMED}"), subject, render_entry);
            }
        }
        for gone in &site.gone.removed {
            let is_same = |entry: &Entry| entry.kind == gone.kind && entry.slug == gone.slug;
            if !site.entries.iter().any(is_same) {
                add(
                    own_calendar(site, gone, code),
                    Subject::Site,
                    render_removed,
                );
            }
        }
    }
}

fn own_calendar(site: &Site, entry: &Entry, code: &str) -> String {
    format!("{}calendar.ics", site.path(entry, code))
}

/// Removed events that a list would hold.
fn removed_from(site: &Site, scope: Scope) -> impl Iterator<Item = &Entry> {
    site.gone.removed.iter().filter(move |gone| match scope {
        Scope::Site => true,
        Scope::Kind(n) => gone.kind.number() == n,
        Scope::Term(vocabulary, n) => gone.terms.contains(&(vocabulary, n)),
        _ => false,
    })
}

/// An entry and all that refer to it.
fn gathered(entry: &Entry) -> Vec<EntryId> {
    std::iter::once(entry.id)
        .chain(entry.referenced_by.iter().map(|(_, id)| *id))
        .collect()
}

fn render_listing(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let (Subject::Listing(n), site) = (artifact.subject, &press.site) else {
        return Ok(vec![]);
    };
    let (listing, language) = (&site.listings[n], artifact.language.unwrap_or(0));
    let code = &site.codes[language];
    let site_title = site.text(&site.config.title, code);
    let name = match listing.scope {
        Scope::Site => site_title.to_owned(),
        scope => full_name(press, &title(site, &press.theme, scope, code), code),
    };
    let about = match listing.scope {
        Scope::Term(vocabulary, n) => site.text(&site.terms(vocabulary)[n].summary, code),
        _ => "",
    };
    let page = site.listing_path(listing.scope, code);
    let head = Head {
        description: describe(site, &[about], &name, code),
        name,
        page,
        path: artifact.path.clone(),
    };
    if site.year_calendar(listing.scope, code).is_some() {
        return Ok(year(press, &head, &listing.entries, language));
    }
    let removed = removed_from(site, listing.scope).collect();
    Ok(feed(
        press,
        head,
        listing.entries.clone(),
        removed,
        language,
    ))
}

fn render_selection(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let (Subject::Selection(n), site) = (artifact.subject, &press.site) else {
        return Err(super::misplanned(artifact));
    };
    let (selection, language) = (&site.selections[n], artifact.language.unwrap_or(0));
    let code = &site.codes[language];
    let name = composer::title(site, &press.theme, Some(selection), code);
    let name = full_name(press, &text::one_line(&name), code);
    let head = Head {
        description: describe(site, &[], &name, code),
        name,
        page: site.selection_path(selection, code),
        path: artifact.path.clone(),
    };
    let has_all = |gone: &&Entry| {
        let facets = selection::facets(site, gone);
        selection.facets.iter().all(|facet| facets.contains(facet))
    };
    let removed = site.gone.removed.iter().filter(has_all).collect();
    Ok(feed(
        press,
        head,
        selection.entries.clone(),
        removed,
        language,
    ))
}

fn render_entry(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let (Subject::Entry(id), site) = (artifact.subject, &press.site) else {
        return Ok(vec![]);
    };
    let (entry, language) = (site.entry(id), artifact.language.unwrap_or(0));
    let head = entry_head(press, entry, &site.codes[language], artifact.path.clone());
    if site.gathers_dates(entry) {
        let removed = site.removed_from(entry).collect();
        return Ok(feed(press, head, gathered(entry), removed, language));
    }
    Ok(single(press, &head, entry, language))
}

/// The calendar of an event that was removed: who subscribed to just that hears that it is off.
fn render_removed(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let (site, language) = (&press.site, artifact.language.unwrap_or(0));
    let code = &site.codes[language];
    let is_this = |gone: &&Entry| own_calendar(site, gone, code) == artifact.path;
    let gone = site.gone.removed.iter().find(is_this);
    let gone = gone.ok_or_else(|| super::misplanned(artifact))?;
    let head = Head {
        page: site.listing_path(Scope::Kind(gone.kind.number()), code),
        ..entry_head(press, gone, code, artifact.path.clone())
    };
    Ok(feed(press, head, vec![], vec![gone], language))
}

fn entry_head(press: &Press, entry: &Entry, code: &str, path: String) -> Head {
    let (site, common) = (&press.site, &entry.version(code).common);
    let name = full_name(press, &text::one_line(&common.title), code);
    let about = common.summary.as_ref().map_or("", |summary| &summary.0);
    Head {
        description: describe(site, &[about], &name, code),
        name,
        page: site.path(entry, code),
        path,
    }
}

/// All of a year that is over, to look things up.
fn year(press: &Press, head: &Head, entries: &[EntryId], language: usize) -> Vec<u8> {
    let (site, code) = (&press.site, &press.site.codes[language]);
    let shared = &press.calendars;
    let written = |id: &EntryId| shared.component(site, &press.theme, *id, language);
    let components: Vec<&Component> = entries.iter().filter_map(written).collect();
    feed::calendar(site, code, Some(head), &components, shared.zones(site))
}

/// A file with one event, wherever in time that is. It has no head, unless programs take it for more
/// than one.
fn single(press: &Press, head: &Head, entry: &Entry, language: usize) -> Vec<u8> {
    let Press { site, theme, .. } = press;
    let (shared, code) = (&press.calendars, &site.codes[language]);
    let written = shared.component(site, theme, entry.id, language);
    let reminding;
    let component = if head.path.ends_with(REMINDER) {
        reminding = written.map(Component::reminding);
        reminding.as_ref()
    } else {
        written
    };
    let head = component
        .is_some_and(|component| !component.is_one)
        .then_some(head);
    feed::calendar(site, code, head, component.as_slice(), shared.zones(site))
}

/// A calendar to subscribe to: what is over for not too long and everything ahead, by start.
///
/// A calendar must hold something (RFC 5545 section 3.6), and programs refuse one that does not: when
/// everything has long been over it holds what was last. What was removed not long ago is in it as
/// cancelled: programs keep an event that vanishes from its calendar, or drop it without a word.
fn feed(
    press: &Press,
    mut head: Head,
    entries: Vec<EntryId>,
    removed: Vec<&Entry>,
    language: usize,
) -> Vec<u8> {
    let Press { site, theme, .. } = press;
    let (shared, code) = (&press.calendars, &site.codes[language]);
    let confirmed = head.path.ends_with(CONFIRMED);
    if confirmed {
        let name = [("name", head.name.as_str())];
        head.name = theme.locale(code).text("calendar.confirmed", &name);
    }
    let fits = |entry: &Entry| entry.timetable.is_some() && (!confirmed || entry.has_certain());
    let dated = entries.into_iter().filter(|id| fits(site.entry(*id)));
    let mut dated: Vec<EntryId> = dated.collect();
    dated.sort_by_key(|id| {
        (
            site.entry(*id)
                .timetable
                .as_ref()
                .map(|timetable| timetable.start),
            *id,
        )
    });
    dated.dedup();
    let mut shown: Vec<EntryId> = dated
        .iter()
        .copied()
        .filter(|id| is_current(site, site.entry(*id)))
        .collect();
    if shown.is_empty() {
        shown.extend(dated.into_iter().max_by_key(|id| {
            site.entry(*id)
                .occurrences()
                .last()
                .map(|last| last.end.timestamp())
        }));
    }
    // Only what has a time that is off or not certain differs between the two calendars.
    let altered = shown
        .iter()
        .filter(|id| confirmed && site.entry(**id).has_uncertain());
    let altered: BTreeMap<EntryId, Component> = altered
        .filter_map(|id| {
            let own = component::component(site, theme, site.entry(*id), code, true);
            own.map(|own| (*id, own))
        })
        .collect();
    let removed: Vec<Component> = removed
        .into_iter()
        .filter_map(|gone| component::component(site, theme, gone, code, confirmed))
        .collect();
    let shown = shown.into_iter().filter_map(|id| {
        let own = altered.get(&id);
        own.or_else(|| shared.component(site, theme, id, language))
    });
    let components: Vec<&Component> = shown.chain(&removed).collect();
    feed::calendar(site, code, Some(&head), &components, shared.zones(site))
}

/// The UID of an event in the default language.
pub fn uid(site: &Site, entry: &Entry) -> String {
    component::uid_of(site, entry, "", site.config.default_language())
}

/// Bytes of the file that belongs to an entry with dates.
pub fn length(press: &Press, entry: &Entry, language: usize) -> usize {
    let (site, code) = (&press.site, &press.site.codes[language]);
    let head = entry_head(
        press,
        entry,
        code,
        format!("{}calendar.ics", site.path(entry, code)),
    );
    match site.gathers_dates(entry) {
        true => {
            let removed = site.removed_from(entry).collect();
            feed(press, head, gathered(entry), removed, language).len()
        }
        false => single(press, &head, entry, language).len(),
    }
}

/// `StadsMakersLab Almere – Agenda`.
fn full_name(press: &Press, title: &str, language: &str) -> String {
    let site_title = press.site.text(&press.site.config.title, language);
    press
        .theme
        .locale(language)
        .text("feed.title", &[("site", site_title), ("title", title)])
}

/// The first of these texts that says anything, else the site's description, else the name.
fn describe(site: &Site, texts: &[&str], name: &str, language: &str) -> String {
    let texts = texts
        .iter()
        .copied()
        .chain([site.text(&site.config.description, language), name]);
    texts
        .map(text::one_line)
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

/// Whether feeds hold an entry: some of it is ahead, or over for not longer than the window.
fn is_current(site: &Site, entry: &Entry) -> bool {
    let Some(timetable) = &entry.timetable else {
        return false;
    };
    let oldest = site
        .now
        .start_of_day()
        .saturating_sub(i64::from(site.config.window.past_days).days());
    timetable
        .occurrences
        .iter()
        .rev()
        .any(|occurrence| occurrence.end > oldest)
        || goes_on(timetable, &site.now)
}

/// Whether a rule makes more than the occurrences that were worked out.
fn goes_on(timetable: &Timetable, now: &Now) -> bool {
    let Some(rule) = &timetable.rule else {
        return false;
    };
    let made = timetable.occurrences.len() + timetable.except.len()
        - timetable.extra.len().min(timetable.occurrences.len());
    match (rule.count, rule.until) {
        (Some(count), _) => made < count as usize,
        (None, None) => true,
        (None, Some(Until::Day(day))) => day >= now.date(),
        (None, Some(Until::Local(at) | Until::Utc(at))) => !now.is_past(at),
    }
}

#[cfg(test)]
mod tests;
