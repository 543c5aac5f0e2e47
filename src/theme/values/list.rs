//! Everything that the page of a list shows.

use super::moments::Moments;
use super::{Cards, Object, abroad, calendar, card, market, narrow, sections};
use crate::content::KINDS;
use crate::content::vocabulary::Vocabulary;
use crate::site::listing::{Listing, Order, Scope};
use crate::site::permalink::CONFIRMED;
use crate::site::timetable::Occurrence;
use crate::site::{Entry, EntryId, Site};
use crate::theme::Theme;
use crate::theme::dates::Style;
use jiff::civil::Date;
use std::sync::OnceLock;
use tera::Value;

/// A line of a list: an entry, and which occurrence of it where the list is an agenda.
pub type Item = (EntryId, Option<usize>);

/// An interface text outside of any template.
pub fn text(site: &Site, key: &str, language: &str) -> String {
    match site.languages[language].texts.get(key) {
        Some(crate::content::language::Message::Text(text)) => text.clone(),
        _ => key.to_owned(),
    }
}

/// Whether a list shows what is coming, time by time.
fn is_agenda(site: &Site, scope: Scope) -> bool {
    let timed = matches!(scope, Scope::Kind(_) | Scope::Month(..) | Scope::Week(..));
    timed && is_calendar(site, scope)
}

/// Whether a list is of a kind whose records gather people on days.
pub fn is_calendar(site: &Site, scope: Scope) -> bool {
    let kind = scope.kind().map(|kind| kind.number());
    kind.is_some_and(|kind| site.calendars.contains(&kind))
}

/// What the pages of a list have in common, worked out when the first of them needs it.
#[derive(Default)]
pub struct Lists {
    /// By language, then by list; the same for the headings and the parts.
    items: Vec<Vec<OnceLock<Vec<Item>>>>,
    headings: Vec<Vec<OnceLock<Option<Vec<sections::Place>>>>>,
    parts: Vec<Vec<OnceLock<Parts>>>,
    /// By language.
    orders: Vec<OnceLock<Order>>,
}

/// The values of a list that are the same on each of its pages.
struct Parts {
    facets: Vec<Value>,
    archive: Vec<Value>,
    terms: Vec<Value>,
}

impl Lists {
    /// Room for every list of a site.
    pub fn new(site: &Site) -> Self {
        fn room<T>(site: &Site) -> Vec<Vec<OnceLock<T>>> {
            let lists = || site.listings.iter().map(|_| OnceLock::new());
            site.codes.iter().map(|_| lists().collect()).collect()
        }
        Lists {
            items: room(site),
            headings: room(site),
            parts: room(site),
            orders: site.codes.iter().map(|_| OnceLock::new()).collect(),
        }
    }

    /// Lets go of all that pages share.
    pub fn let_go(&mut self) {
        fn clear<T>(shared: &mut [Vec<OnceLock<T>>]) {
            let shared = shared.iter_mut().flatten();
            shared.for_each(|one| drop(one.take()));
        }
        clear(&mut self.items);
        clear(&mut self.headings);
        clear(&mut self.parts);
    }

    /// The lines of a list, by the numbers of the list and of the language.
    pub fn items(&self, site: &Site, n: usize, language: usize) -> &[Item] {
        let listing = &site.listings[n];
        let order = || Order::new(site, &site.codes[language]);
        let shown = || {
            let items = items(site, listing, self.orders[language].get_or_init(order));
            let too_many = matches!(listing.scope, Scope::Year(..))
                && items.len() > site.config.page_size.value;
            if too_many { vec![] } else { items }
        };
        self.items[language][n].get_or_init(shown)
    }

    /// Where its headings are, of a list that has any.
    fn headings(&self, site: &Site, n: usize, language: usize) -> Option<&[sections::Place]> {
        let items = || self.items(site, n, language);
        let found = || sections::headings(site, &site.listings[n], items());
        self.headings[language][n].get_or_init(found).as_deref()
    }

    fn parts(&self, site: &Site, theme: &Theme, n: usize, language: usize) -> &Parts {
        let (listing, code) = (&site.listings[n], &site.codes[language]);
        self.parts[language][n].get_or_init(|| Parts {
            facets: narrow::facets(site, listing, self.items(site, n, language), code),
            archive: narrow::archive(site, theme, listing, code),
            terms: narrow::terms(site, theme, listing, code),
        })
    }
}

/// The lines of a list. An agenda has one for each occurrence that is not over; its months and weeks have all.
fn items(site: &Site, listing: &Listing, order: &Order) -> Vec<Item> {
    if let Some(arranged) = sections::items(site, listing, order) {
        return arranged;
    }
    if !is_agenda(site, listing.scope) {
        let entries = order.of(listing).into_iter();
        return entries.map(|id| (id, None)).collect();
    }
    let within = |occurrence: &Occurrence| match listing.scope.days() {
        Some((first, last)) => {
            let mut days = occurrence.days();
            days.any(|day| (first..=last).contains(&day))
        }
        None => occurrence.end > site.now,
    };
    let mut items: Vec<(jiff::Timestamp, Item)> = Vec::new();
    for id in &listing.entries {
        for (n, occurrence) in site.entry(*id).occurrences().iter().enumerate() {
            if within(occurrence) {
                items.push((occurrence.start.timestamp(), (*id, Some(n))));
            }
        }
    }
    items.sort();
    items.into_iter().map(|(_, item)| item).collect()
}

/// The title of a list.
pub fn title(site: &Site, theme: &Theme, scope: Scope, language: &str) -> String {
    let many = |n: usize| {
        site.languages[language]
            .kinds
            .get(KINDS[n].name)
            .map_or(KINDS[n].folder, |words| &words.many)
            .to_owned()
    };
    match scope {
        Scope::Site => site.text(&site.config.title, language).to_owned(),
        Scope::Kind(n) => many(n),
        Scope::Term(vocabulary, n) => site
            .text(&site.terms(vocabulary)[n].title, language)
            .to_owned(),
        Scope::Terms(vocabulary) => text(site, &format!("listing.{}", vocabulary.name()), language),
        Scope::Archive(n) => {
            let name = if is_calendar(site, scope) {
                "calendar.index"
            } else {
                "listing.archive"
            };
            format!("{}: {}", many(n), text(site, name, language))
        }
        Scope::Year(n, year) => format!("{} {year}", many(n)),
        Scope::Month(n, year, month) => {
            let day = jiff::civil::date(year, month, 1);
            format!(
                "{}, {}",
                many(n),
                theme.locale(language).dates.day(day, Style::Month)
            )
        }
        Scope::Week(n, monday) => {
            let locale = theme.locale(language);
            let week = locale.text(
                "calendar.week_title",
                &[
                    ("n", &monday.iso_week_date().week().to_string()),
                    ("start", &locale.dates.day(monday, Style::Short)),
                    (
                        "end",
                        &locale.dates.day(
                            scope.days().map_or(monday, |(_, sunday)| sunday),
                            Style::ShortYear,
                        ),
                    ),
                ],
            );
            format!("{}, {week}", many(n))
        }
    }
}

/// Which page of how many.
#[derive(Debug, Clone, Copy)]
pub struct Paging {
    /// From 1.
    pub number: usize,
    /// At least 1.
    pub total: usize,
    /// Lines on a page.
    pub size: usize,
}

/// The path of a page of a list; the first is the list itself.
pub fn page_path(site: &Site, first: &str, number: usize, language: &str) -> String {
    if number == 1 {
        first.to_owned()
    } else {
        format!("{first}{}/{number}/", site.word("page", language))
    }
}

/// The value `listing`: a page of the list with this number.
pub fn listing(
    site: &Site,
    theme: &Theme,
    cards: &Cards,
    language: usize,
    n: usize,
    paging: Paging,
) -> Value {
    let (code, listing) = (&site.codes[language], &site.listings[n]);
    let scope = listing.scope;
    let items = cards.lists.items(site, n, language);
    let parts = cards.lists.parts(site, theme, n, language);
    let first = site.listing_path(scope, code);
    let agenda = is_agenda(site, scope);
    let calendar = agenda
        .then(|| calendar::calendar(site, theme, cards, language, scope, items))
        .flatten();
    // A month or a week has its lines by day, and no others.
    let shown = match calendar {
        Some(_) => &[],
        None => {
            let from = (paging.number - 1) * paging.size;
            &items[from..items.len().min(from + paging.size)]
        }
    };
    let entries: Vec<Value> = shown
        .iter()
        .map(|item| line(site, theme, cards, language, item))
        .collect();
    let groups = match agenda {
        true => months(site, theme, code, shown, &entries),
        false => vec![],
    };
    let locale = theme.locale(code);
    let words = scope
        .kind()
        .and_then(|kind| site.languages[code].kinds.get(kind.name));
    let empty = words.map_or_else(
        || locale.count("count.entries", 0),
        |words| words.empty.clone(),
    );
    let counted = scope.kind().map_or("entries", |kind| kind.folder);
    let headings = cards.lists.headings(site, n, language);
    let count = match headings {
        Some(_) => items.len(),
        None => listing.entries.len(),
    };
    let intro = match scope {
        Scope::Term(vocabulary, n) => site.text(&site.terms(vocabulary)[n].summary, code),
        _ => "",
    };
    // What narrows a list and what leads to earlier years stand on its first page only.
    let on_first = |values: &[Value]| match paging.number {
        1 => values.to_vec(),
        _ => vec![],
    };
    let page = sections::Page {
        site,
        theme,
        cards,
        language,
        headings: headings.unwrap_or_default(),
        items,
        paging,
    };
    let (feed, confirmed) = calendars(site, listing, code);
    let moments = Moments {
        site,
        theme,
        cards,
        language,
    };
    let elsewhere = of_others(&moments, listing).filter(|_| paging.number == 1);
    Object::new()
        .set("name", name(site, scope))
        .set("title", title(site, theme, scope, code))
        .some("intro", Some(intro).filter(|text| !text.is_empty()))
        .list("groups", groups)
        .list("sections", page.sections(&entries))
        .set("entries", entries)
        .set("pages", pages(site, &first, paging, code))
        .set("count", count)
        .set(
            "count_text",
            locale.count(&format!("count.{counted}"), count),
        )
        .list(
            "facets",
            [page.contents(&first), on_first(&parts.facets)].concat(),
        )
        .list("archive", on_first(&parts.archive))
        .list("terms", parts.terms.clone())
        .list("views", calendar::views(site, theme, scope, code))
        .some("month", calendar)
        .some("elsewhere", elsewhere)
        .some("changes", changes(site, scope, code))
        .some("calendar", feed)
        .some("calendar_confirmed", confirmed)
        .set("empty", empty)
        .into()
}

/// What other cities have on a topic, or for the notices of the market.
fn of_others(moments: &Moments, listing: &Listing) -> Option<Object> {
    match listing.scope {
        Scope::Term(Vocabulary::Topics, n) => moments.on_topic(n),
        Scope::Kind(_) if market::is_board(moments.site, listing) => {
            abroad::board(moments, &listing.entries)
        }
        _ => None,
    }
}

/// The calendar to which visitors of a list subscribe, and the one with only what goes ahead.
fn calendars(site: &Site, listing: &Listing, language: &str) -> (Option<String>, Option<String>) {
    if let Some(path) = site.year_calendar(listing.scope, language) {
        return (Some(path), None);
    }
    let scope = match listing.scope {
        scope if scope.has_feeds() => scope,
        scope => match scope.kind() {
            Some(kind) if is_calendar(site, scope) => Scope::Kind(kind.number()),
            _ => return (None, None),
        },
    };
    let entries = || listing.entries.iter().map(|id| site.entry(*id));
    let path = site.listing_path(scope, language);
    let any = scope != listing.scope || entries().any(|entry| entry.timetable.is_some());
    let confirmed = scope == listing.scope && entries().any(Entry::has_certain);
    (
        any.then(|| format!("{path}calendar.ics")),
        confirmed.then(|| format!("{path}{CONFIRMED}")),
    )
}

/// The page that tells what changed, for the list of what gathers people.
fn changes(site: &Site, scope: Scope, language: &str) -> Option<String> {
    let known = site.changes.is_some() && is_calendar(site, scope);
    known.then(|| site.changes_path(language))
}

/// The name of a list, which is also its template's.
pub fn name(site: &Site, scope: Scope) -> &'static str {
    use Vocabulary::{Neighbourhoods, Topics};
    match scope {
        Scope::Term(Topics, _) => "topic",
        Scope::Term(Neighbourhoods, _) => "neighbourhood",
        Scope::Terms(vocabulary) => vocabulary.name(),
        Scope::Month(..) | Scope::Week(..) if is_calendar(site, scope) => "calendar",
        Scope::Archive(_) | Scope::Year(..) | Scope::Month(..) | Scope::Week(..) => "archive",
        Scope::Site => "home",
        Scope::Kind(n) => KINDS[n].name,
    }
}

/// A line of a list: the card, with the time that the line is about.
pub fn line(
    site: &Site,
    theme: &Theme,
    cards: &Cards,
    language: usize,
    (id, occurrence): &Item,
) -> Value {
    let card = cards.get(site, theme, language, *id);
    match occurrence {
        Some(n) => {
            let locale = theme.locale(&site.codes[language]);
            card::of_occurrence(card, site, site.entry(*id), *n, locale)
        }
        None => card,
    }
}

/// The lines of an agenda by month.
fn months(
    site: &Site,
    theme: &Theme,
    language: &str,
    items: &[Item],
    entries: &[Value],
) -> Vec<Value> {
    let month = |(id, n): &Item| {
        n.and_then(|n| site.entry(*id).occurrences().get(n))
            .map(|o| o.start.date().first_of_month())
    };
    let mut groups: Vec<(Date, Vec<Value>)> = Vec::new();
    for (item, entry) in items.iter().zip(entries) {
        let Some(month) = month(item) else { continue };
        match groups.last_mut() {
            Some((last, entries)) if *last == month => entries.push(entry.clone()),
            _ => groups.push((month, vec![entry.clone()])),
        }
    }
    let show = |(month, entries): (Date, Vec<Value>)| -> Value {
        let title = theme.locale(language).dates.day(month, Style::Month);
        Object::new()
            .set("title", title)
            .set("entries", entries)
            .into()
    };
    groups.into_iter().map(show).collect()
}

fn pages(site: &Site, first: &str, paging: Paging, language: &str) -> Value {
    let path = |number| page_path(site, first, number, language);
    // Around the current page, and always the first and the last: a list of hundreds helps nobody.
    let near = |n: &usize| n.abs_diff(paging.number) <= 3 || *n == 1 || *n == paging.total;
    let all = (1..=paging.total).filter(near).map(|n| -> Value {
        Object::new()
            .set("number", n)
            .set("url", path(n))
            .set("current", n == paging.number)
            .into()
    });
    Object::new()
        .set("number", paging.number)
        .set("total", paging.total)
        .some(
            "previous",
            (paging.number > 1).then(|| path(paging.number - 1)),
        )
        .some(
            "next",
            (paging.number < paging.total).then(|| path(paging.number + 1)),
        )
        .set("first", path(1))
        .set("last", path(paging.total))
        .set("all", all.collect::<Vec<Value>>())
        .into()
}
