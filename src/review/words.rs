//! The words around what changes, in Dutch and English.

use super::files;
use super::records::Sort;
use crate::content::Kind;
use crate::diagnostic::words::Language;

/// The words of a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// Dutch.
    Dutch,
    /// English, also for those who have no words here.
    English,
}

/// One and more of a kind, in Dutch and in English.
const NOUNS: &[(&str, [&str; 2], [&str; 2])] = &[
    ("event", ["activiteit", "activiteiten"], ["event", "events"]),
    (
        "initiative",
        ["initiatief", "initiatieven"],
        ["initiative", "initiatives"],
    ),
    ("notice", ["briefje", "briefjes"], ["notice", "notices"]),
    ("space", ["plek", "plekken"], ["space", "spaces"]),
    ("call", ["oproep", "oproepen"], ["call", "calls"]),
    (
        "programme",
        ["programma", "programma's"],
        ["programme", "programmes"],
    ),
    (
        "embassy",
        ["stadsambassade", "stadsambassades"],
        ["city embassy", "city embassies"],
    ),
    (
        "practice",
        ["praktijk", "praktijken"],
        ["practice", "practices"],
    ),
    (
        "organisation",
        ["organisatie", "organisaties"],
        ["organisation", "organisations"],
    ),
    ("article", ["artikel", "artikelen"], ["article", "articles"]),
    ("page", ["pagina", "pagina's"], ["page", "pages"]),
];

impl Words {
    /// The words for a site in a language.
    pub fn of(language: &str) -> Words {
        match language == "nl" || language.starts_with("nl-") {
            true => Words::Dutch,
            false => Words::English,
        }
    }

    /// The language in which diagnostics are told.
    pub fn language(self) -> Language {
        match self {
            Words::Dutch => Language::Nl,
            Words::English => Language::En,
        }
    }

    /// The code of the language.
    pub fn code(self) -> &'static str {
        self.say("nl", "en")
    }

    fn say(self, dutch: &'static str, english: &'static str) -> &'static str {
        match self {
            Words::Dutch => dutch,
            Words::English => english,
        }
    }

    /// What a number of records of a kind is called.
    pub fn noun(self, kind: &Kind, n: usize) -> &'static str {
        let found = NOUNS.iter().find(|(name, ..)| *name == kind.name);
        let forms = found.map_or([kind.name, kind.folder], |(_, dutch, english)| match self {
            Words::Dutch => *dutch,
            Words::English => *english,
        });
        forms[usize::from(n != 1)]
    }

    /// "3 events moved"; "3 moved" where what they are was just said.
    pub fn part(self, sort: Sort, noun: Option<&str>, n: usize) -> String {
        let word = match sort {
            Sort::Moved => self.say("verplaatst", "moved"),
            Sort::Cancelled => self.say("afgelast", "cancelled"),
            Sort::Postponed => self.say("uitgesteld", "postponed"),
            Sort::Otherwise => self.say("deels anders", "partly changed"),
            Sort::New => self.say("nieuw", "new"),
            Sort::Removed => self.say("weg", "removed"),
            Sort::Renamed => self.say("op een ander adres", "renamed"),
            Sort::Retitled => self.say("met een andere titel", "with another title"),
            Sort::Edited => self.say("met andere gegevens", "with other facts"),
            Sort::Reworded => self.say("met andere tekst", "with other text"),
        };
        match (noun, sort, self) {
            (None, ..) => format!("{n} {word}"),
            (Some(noun), Sort::New, Words::English) => format!("{n} new {noun}"),
            (Some(noun), ..) => format!("{n} {noun} {word}"),
        }
    }

    /// How many of those that are gone lead on.
    pub fn redirected(self, leading: usize, of: usize) -> String {
        match leading {
            0 => self.say("niet doorverwezen", "not redirected").to_owned(),
            n if n == of => self.say("doorverwezen", "redirected").to_owned(),
            n => match self {
                Words::Dutch => format!("{n} van {of} doorverwezen"),
                Words::English => format!("{n} of {of} redirected"),
            },
        }
    }

    /// "14 feeds change".
    pub fn files(self, sort: files::Sort, n: usize) -> String {
        use files::Sort::{Calendars, Data, Feeds};
        let noun = match (sort, n) {
            (Feeds, 1) => "feed",
            (Feeds, _) => "feeds",
            (Calendars, 1) => self.say("kalender", "calendar"),
            (Calendars, _) => self.say("kalenders", "calendars"),
            (Data, 1) => self.say("databestand", "data file"),
            (Data, _) => self.say("databestanden", "data files"),
        };
        match (self, n) {
            (Words::Dutch, 1) => format!("1 {noun} verandert"),
            (Words::Dutch, _) => format!("{n} {noun} veranderen"),
            (Words::English, 1) => format!("1 {noun} changes"),
            (Words::English, _) => format!("{n} {noun} change"),
        }
    }

    /// How many of the files are new, other and gone.
    pub fn counts(self, files: &files::Files) -> String {
        let count = |n: usize, word: &str| (n > 0).then(|| format!("{n} {word}"));
        let told = [
            count(files.changed.len(), self.say("anders", "changed")),
            count(files.added.len(), self.say("nieuw", "new")),
            count(files.removed.len(), self.say("weg", "removed")),
        ];
        told.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// "1 new error, 2 new warnings".
    pub fn faults(self, errors: usize, warnings: usize) -> String {
        let count = |n: usize, one: &str, more: &str| match n {
            0 => None,
            1 => Some(format!("1 {one}")),
            n => Some(format!("{n} {more}")),
        };
        let told = match self {
            Words::Dutch => [
                count(errors, "nieuwe fout", "nieuwe fouten"),
                count(warnings, "nieuwe waarschuwing", "nieuwe waarschuwingen"),
            ],
            Words::English => [
                count(errors, "new error", "new errors"),
                count(warnings, "new warning", "new warnings"),
            ],
        };
        told.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// Nothing changes.
    pub fn nothing(self) -> &'static str {
        self.say(
            "voor bezoekers verandert er niets",
            "nothing changes for visitors",
        )
    }

    /// There is no site.
    pub fn broken(self, errors: usize) -> String {
        match (self, errors) {
            (Words::Dutch, 1) => "de site kan niet gebouwd worden: 1 fout".to_owned(),
            (Words::Dutch, n) => format!("de site kan niet gebouwd worden: {n} fouten"),
            (Words::English, 1) => "the site cannot be built: 1 error".to_owned(),
            (Words::English, n) => format!("the site cannot be built: {n} errors"),
        }
    }

    /// The state before had mistakes.
    pub fn doubtful(self) -> &'static str {
        self.say(
            "In de stand ervoor zaten zelf fouten, dus een deel hiervan kan niet kloppen.",
            "The state before had errors itself, so some of this may be wrong.",
        )
    }

    /// An address that was not there.
    pub fn added(self) -> &'static str {
        self.say("is nieuw", "is new")
    }

    /// Where a former address leads.
    pub fn leads_to(self) -> &'static str {
        self.say("verwijst door naar", "redirects to")
    }

    /// A former address that leads nowhere.
    pub fn leads_nowhere(self) -> &'static str {
        self.say("verwijst niet door", "is not redirected")
    }

    /// The heading over the addresses.
    pub fn addresses(self, added: usize, removed: usize, lost: usize) -> String {
        match self {
            Words::Dutch => format!(
                "Adressen: {added} nieuw, {removed} weg ({lost} daarvan zonder doorverwijzing)"
            ),
            Words::English => format!(
                "Addresses: {added} new, {removed} removed ({lost} of them without a redirect)"
            ),
        }
    }

    /// The heading over the files.
    pub fn files_heading(self) -> &'static str {
        self.say("Wat programma's lezen", "What programs read")
    }

    /// Before fields that hold something else.
    pub fn fields(self) -> &'static str {
        self.say("gegevens", "facts")
    }

    /// Before languages with other texts.
    pub fn texts(self) -> &'static str {
        self.say("tekst", "text")
    }

    /// Before languages into which it is newly translated.
    pub fn translated(self) -> &'static str {
        self.say("nieuwe vertaling", "new translation")
    }

    /// Before languages of which the translation is gone.
    pub fn untranslated(self) -> &'static str {
        self.say("vertaling weg", "translation removed")
    }

    /// The link to the preview.
    pub fn preview(self) -> &'static str {
        self.say("Bekijk hoe de site wordt", "See the site as it would be")
    }

    /// The title of a comment.
    pub fn title(self) -> &'static str {
        self.say("Wat er verandert", "What changes")
    }

    /// What was left out of a comment.
    pub fn cut(self, lines: usize) -> String {
        match self {
            Words::Dutch => format!(
                "Nog {lines} regels pasten hier niet meer. Alles staat in de uitvoer van `plein diff`."
            ),
            Words::English => format!(
                "{lines} more lines did not fit. The output of `plein diff` has all of them."
            ),
        }
    }

    /// How many records were listed.
    pub fn records(self, n: usize) -> String {
        match (self, n) {
            (Words::Dutch, 1) => "1 stuk".to_owned(),
            (Words::Dutch, n) => format!("{n} stuks"),
            (Words::English, 1) => "1 record".to_owned(),
            (Words::English, n) => format!("{n} records"),
        }
    }

    /// The columns of a list.
    pub fn columns(self) -> [&'static str; 5] {
        match self {
            Words::Dutch => ["soort", "wanneer", "titel", "opmerkingen", "bestand"],
            Words::English => ["kind", "when", "title", "notes", "file"],
        }
    }

    /// Not shown yet.
    pub fn draft(self) -> &'static str {
        self.say("concept", "draft")
    }

    /// Its last time or day has passed.
    pub fn over(self) -> &'static str {
        self.say("voorbij", "over")
    }

    /// Before languages in which it is not written.
    pub fn not_in(self) -> &'static str {
        self.say("niet in", "not in")
    }

    /// Before the day on which somebody checked it.
    pub fn verified(self) -> &'static str {
        self.say("nagekeken op", "verified on")
    }

    /// So many more.
    pub fn more(self, n: usize) -> String {
        match self {
            Words::Dutch => format!("en nog {n}"),
            Words::English => format!("and {n} more"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::KINDS;

    #[test]
    fn every_kind_has_a_noun() {
        for kind in KINDS {
            assert!(
                NOUNS.iter().any(|(name, ..)| *name == kind.name),
                "{kind:?}"
            );
        }
    }

    #[test]
    fn parts_of_the_summary_read_as_people_say_it() {
        let noun = Words::English.noun(&KINDS[0], 3);
        assert_eq!(
            Words::English.part(Sort::Moved, Some(noun), 3),
            "3 events moved"
        );
        assert_eq!(Words::English.part(Sort::New, None, 2), "2 new");
        assert_eq!(
            Words::English.part(Sort::New, Some("event"), 1),
            "1 new event"
        );
        let noun = Words::Dutch.noun(&KINDS[0], 1);
        assert_eq!(
            Words::Dutch.part(Sort::New, Some(noun), 1),
            "1 activiteit nieuw"
        );
        assert_eq!(Words::Dutch.redirected(1, 2), "1 van 2 doorverwezen");
        assert_eq!(Words::of("nl-BE"), Words::Dutch);
        assert_eq!(Words::of("de"), Words::English);
    }
}
