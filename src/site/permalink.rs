//! Addresses: predictable, in the words of each language, the same with every build.

use super::listing::Scope;
use super::selection::{Facet, Selection};
use super::{Entry, Site};
use crate::content::{KINDS, Kind};

impl Site {
    /// What stands before every path of a language: nothing for the default one, else `/en`.
    pub fn prefix(&self, language: &str) -> String {
        if language == self.config.default_language() {
            String::new()
        } else {
            format!("/{language}")
        }
    }

    /// The home page of a language.
    pub fn home(&self, language: &str) -> String {
        format!("{}/", self.prefix(language))
    }

    /// The page of an entry: in the folder of its kind, or below the page that it lies under.
    pub fn path(&self, entry: &Entry, language: &str) -> String {
        let folder = self.folder(entry.kind, language);
        let mut path = self.prefix(language);
        let above = self.above(entry);
        let above = above.iter().map(|page| page.slug.as_str());
        for part in [folder].into_iter().chain(above).chain([&*entry.slug]) {
            if !part.is_empty() {
                path.push('/');
                path.push_str(part);
            }
        }
        path.push('/');
        path
    }

    /// The page of an entry that holds its text in the language in which it was written: of a page
    /// without a translation the original.
    pub fn canonical_path(&self, entry: &Entry, language: &str) -> String {
        self.path(entry, &entry.version(language).language)
    }

    /// The first page of a list.
    pub fn listing_path(&self, scope: Scope, language: &str) -> String {
        let prefix = self.prefix(language);
        let folder = |n: usize| self.folder(&KINDS[n], language);
        let archive = |n: usize| {
            let calendar = self.calendars.contains(&n);
            self.word(if calendar { "calendar" } else { "archive" }, language)
        };
        match scope {
            Scope::Site => format!("{prefix}/"),
            Scope::Kind(n) => format!("{prefix}/{}/", folder(n)),
            Scope::Terms(vocabulary) => {
                format!("{prefix}/{}/", self.word(vocabulary.name(), language))
            }
            Scope::Term(vocabulary, n) => {
                let id = &self.terms(vocabulary)[n].id.value.0;
                format!("{prefix}/{}/{id}/", self.word(vocabulary.name(), language))
            }
            Scope::Archive(n) => format!("{prefix}/{}/{}/", folder(n), archive(n)),
            Scope::Year(n, year) => format!("{prefix}/{}/{}/{year}/", folder(n), archive(n)),
            Scope::Month(n, year, month) => {
                format!("{prefix}/{}/{}/{year}/{month:02}/", folder(n), archive(n))
            }
            Scope::Week(n, monday) => {
                let week = monday.iso_week_date();
                format!(
                    "{prefix}/{}/{}/{}/{}-{:02}/",
                    folder(n),
                    archive(n),
                    week.year(),
                    self.word("week", language),
                    week.week()
                )
            }
        }
    }

    /// The page on which people put together a calendar.
    pub fn composer_path(&self, language: &str) -> String {
        let word = self.word("calendars", language);
        format!("{}/{word}/", self.prefix(language))
    }

    /// The accessibility statement, of a site that has one.
    pub fn accessibility_path(&self, language: &str) -> Option<String> {
        self.config.accessibility.as_ref()?;
        let word = self.word("accessibility", language);
        Some(format!("{}/{word}/", self.prefix(language)))
    }

    /// The page of a choice: `/kalenders/themas-voedsel_wijken-haven/`, in the words of the pages of what
    /// is chosen.
    pub fn selection_path(&self, selection: &Selection, language: &str) -> String {
        let facet = |facet: &Facet| match facet {
            Facet::Term((vocabulary, n)) => {
                let id = &self.terms(*vocabulary)[*n].id.value.0;
                format!("{}-{id}", self.word(vocabulary.name(), language))
            }
            Facet::Entry(id) => {
                let entry = self.entry(*id);
                let folder = self.folder(entry.kind, language);
                format!("{folder}-{}", entry.slug)
            }
            Facet::Language(tag) => format!("{}-{tag}", self.word("language", language)),
            Facet::Free => self.word("free", language).to_owned(),
            Facet::Accessible => self.word("accessible", language).to_owned(),
        };
        let facets: Vec<String> = selection.facets.iter().map(facet).collect();
        format!("{}{}/", self.composer_path(language), facets.join("_"))
    }

    /// The calendar of a choice: beside the page of a topic or a record, else below that of the choice.
    pub fn selection_calendar(&self, selection: &Selection, language: &str) -> String {
        let page = match selection.facets[..] {
            [Facet::Term((vocabulary, n))] => {
                self.listing_path(Scope::Term(vocabulary, n), language)
            }
            [Facet::Entry(id)] => self.path(self.entry(id), language),
            _ => {
                let page = self.selection_path(selection, language);
                return format!("{}.ics", page.trim_end_matches('/'));
            }
        };
        format!("{page}calendar.ics")
    }

    /// The calendar of a year that is over, beside the one to subscribe to; none for any other list.
    pub fn year_calendar(&self, scope: Scope, language: &str) -> Option<String> {
        let Scope::Year(kind, year) = scope else {
            return None;
        };
        let is_over = self.calendars.contains(&kind) && year < self.now.year();
        let folder = self.listing_path(Scope::Kind(kind), language);
        is_over.then(|| format!("{folder}calendar-{year}.ics"))
    }

    /// The page that tells what changed.
    pub fn changes_path(&self, language: &str) -> String {
        format!(
            "{}/{}/",
            self.prefix(language),
            self.word("changes", language)
        )
    }

    /// What there is in other cities.
    pub fn network_path(&self, language: &str) -> String {
        format!(
            "{}/{}/",
            self.prefix(language),
            self.word("network", language)
        )
    }

    /// Its places, where they are too many to stand in it.
    pub fn network_places_path(&self, language: &str) -> String {
        format!("{}places.json", self.network_path(language))
    }

    /// The map.
    pub fn map_path(&self, language: &str) -> String {
        format!("{}/{}/", self.prefix(language), self.word("map", language))
    }

    /// What the script of the map needs to know.
    pub fn map_settings_path(&self, language: &str) -> String {
        format!("{}map.json", self.map_path(language))
    }

    /// The places on the map, where there are too many for its page.
    pub fn map_places_path(&self, language: &str) -> String {
        format!("{}places.json", self.map_path(language))
    }

    /// The page for an address that leads nowhere: at the top in the default language, where every host
    /// looks for it, and in the folder of each other.
    pub fn not_found_path(&self, language: &str) -> String {
        format!("{}/404.html", self.prefix(language))
    }

    /// The page on which people search, above a page for each letter.
    pub fn search_path(&self, language: &str) -> String {
        format!(
            "{}/{}/",
            self.prefix(language),
            self.word("search", language)
        )
    }

    /// The folder of the index that the search reads.
    pub fn search_index(&self, language: &str) -> String {
        format!("{SEARCH}/{language}/")
    }

    /// What tells browsers how to search in a language.
    pub fn search_description(&self, language: &str) -> String {
        format!("{SEARCH}/{language}/opensearch.xml")
    }

    /// The page about the open data, above the data themselves: `/data/` in the default language.
    pub fn data_path(&self, language: &str) -> String {
        format!("{}/data/", self.prefix(language))
    }

    /// The folder of a kind in addresses.
    fn folder<'a>(&'a self, kind: &'a Kind, language: &str) -> &'a str {
        self.languages[language]
            .kinds
            .get(kind.name)
            .map_or(kind.folder, |words| &words.path)
    }

    /// A word in addresses, such as `archief` for `archive`.
    pub fn word<'a>(&'a self, name: &'a str, language: &str) -> &'a str {
        self.languages[language]
            .paths
            .get(name)
            .map_or(name, String::as_str)
    }
}

/// Where the indexes of the search lie; the number is that of their form.
pub const SEARCH: &str = "/search/v1";

/// The calendar without what is cancelled, beside each that people subscribe to: some programs show a
/// cancelled event like any other.
pub const CONFIRMED: &str = "calendar-confirmed.ics";

/// The file with one event that also reminds of it. It is no `.ics`: whoever collects those must not
/// come upon the alarms of others, and two of them would say different things about one event.
pub const REMINDER: &str = "calendar-reminder.ical";

/// All deadlines as tasks, at the root of each language.
pub const TASKS: &str = "calendar-tasks.ics";

/// When a space is taken.
pub const BUSY: &str = "busy.ics";

/// Whether a path is another form of a calendar that stands beside it.
pub fn is_variant(path: &str) -> bool {
    let name = path.rsplit('/').next();
    name.is_some_and(|name| [CONFIRMED, REMINDER, BUSY].contains(&name))
}

/// The permanent identifier of an entry, as a path.
pub fn id_path(entry: &Entry) -> String {
    format!("/id/{}/{}", entry.kind.name, entry.document_id)
}
