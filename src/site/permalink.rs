//! Addresses: predictable, in the words of each language, the same with every build.

use super::listing::Scope;
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

    /// The page of an entry.
    pub fn path(&self, entry: &Entry, language: &str) -> String {
        let folder = self.folder(entry.kind, language);
        let separator = if folder.is_empty() { "" } else { "/" };
        format!(
            "{}/{folder}{separator}{}/",
            self.prefix(language),
            entry.slug
        )
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

    /// The page that tells what changed.
    pub fn changes_path(&self, language: &str) -> String {
        format!(
            "{}/{}/",
            self.prefix(language),
            self.word("changes", language)
        )
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

/// The calendar without what is cancelled, beside each that people subscribe to: some programs show a
/// cancelled event like any other.
pub const CONFIRMED: &str = "calendar-confirmed.ics";

/// The permanent identifier of an entry, as a path.
pub fn id_path(entry: &Entry) -> String {
    format!("/id/{}/{}", entry.kind.name, entry.document_id)
}
