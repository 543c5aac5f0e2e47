//! What the columns of tables are called.

use super::record::Said;
use crate::source::rows::{cells, separator};
use std::collections::BTreeMap;

/// Most columns.
const COLUMNS: usize = 300;

/// What columns are called, in the order in which they count.
const NAMES: [(&str, &[&str]); 24] = [
    (
        "title",
        &[
            "title",
            "titel",
            "naam",
            "name",
            "subject",
            "summary",
            "onderwerp",
            "titre",
            "nom",
            "event",
            "evenement",
            "activiteit",
            "veranstaltung",
        ],
    ),
    (
        "start",
        &[
            "start",
            "begin",
            "dtstart",
            "startdate",
            "startdatetime",
            "startdatum",
            "date",
            "datum",
            "begindatum",
            "datedebut",
            "debut",
            "startsat",
            "beginn",
            "dag",
            "when",
            "wanneer",
        ],
    ),
    (
        "start_time",
        &[
            "starttime",
            "starttijd",
            "tijd",
            "time",
            "begintijd",
            "aanvang",
            "van",
            "heure",
            "uhrzeit",
            "heuredebut",
        ],
    ),
    (
        "end",
        &[
            "end",
            "einde",
            "dtend",
            "enddate",
            "enddatetime",
            "einddatum",
            "datefin",
            "fin",
            "endsat",
            "ende",
            "tot",
        ],
    ),
    ("end_time", &["endtime", "eindtijd", "totuur", "heurefin"]),
    (
        "all_day",
        &["allday", "alldayevent", "heledag", "ganztagig"],
    ),
    (
        "description",
        &[
            "description",
            "omschrijving",
            "beschrijving",
            "details",
            "text",
            "tekst",
            "beschreibung",
            "inhoud",
            "notes",
        ],
    ),
    (
        "summary",
        &["intro", "samenvatting", "kort", "excerpt", "teaser"],
    ),
    (
        "place",
        &[
            "location",
            "locatie",
            "plaats",
            "waar",
            "where",
            "venue",
            "lieu",
            "ort",
            "locationname",
            "place",
        ],
    ),
    (
        "street",
        &[
            "street",
            "straat",
            "adres",
            "address",
            "adresse",
            "strasse",
            "locationstreet",
        ],
    ),
    (
        "postal_code",
        &[
            "postalcode",
            "postcode",
            "zip",
            "plz",
            "locationpostalcode",
            "codepostal",
        ],
    ),
    (
        "city",
        &[
            "city",
            "stad",
            "woonplaats",
            "ville",
            "stadt",
            "gemeente",
            "locationcity",
        ],
    ),
    ("country", &["country", "land", "pays", "locationcountry"]),
    ("lat", &["lat", "latitude", "breedtegraad", "locationlat"]),
    (
        "lon",
        &[
            "lon",
            "lng",
            "long",
            "longitude",
            "lengtegraad",
            "locationlon",
        ],
    ),
    (
        "url",
        &["url", "link", "website", "web", "lien", "site", "page"],
    ),
    ("online_url", &["onlineurl", "online", "stream", "zoom"]),
    ("key", &["id", "uid", "identifier", "nummer", "calendaruid"]),
    (
        "keywords",
        &[
            "topics",
            "categories",
            "category",
            "categorie",
            "tags",
            "tag",
            "thema",
            "keywords",
            "trefwoorden",
        ],
    ),
    ("status", &["status", "eventstatus"]),
    ("timezone", &["timezone", "tijdzone", "tz", "zone"]),
    (
        "updated",
        &[
            "updated",
            "modified",
            "lastmodified",
            "gewijzigd",
            "updatedat",
        ],
    ),
    ("private", &["private", "prive", "visibility", "class"]),
    ("license", &["license", "licence", "licentie"]),
];

/// Whether a text is a table whose columns we know: one with titles and one with dates.
pub fn is_table(text: &str) -> bool {
    let head = super::safe::head(table(text), 16 * 1024);
    let Some(first) = head.lines().find(|line| !line.trim().is_empty()) else {
        return false;
    };
    let names = cells(first, separator(&head))
        .into_iter()
        .next()
        .unwrap_or_default();
    let known = Columns::of(&names);
    names.len() > 1
        && names.len() <= COLUMNS
        && known.has("title")
        && (known.has("start") || known.has("date"))
}

/// A table without the line that tells a spreadsheet how its cells are parted.
pub fn table(text: &str) -> &str {
    match text.split_once('\n') {
        Some((first, rest)) if first.trim_matches(['"', '\r']).starts_with("sep=") => rest,
        _ => text,
    }
}

/// Which column holds what: by our name for it, with the language of texts.
pub struct Columns {
    at: BTreeMap<&'static str, Vec<(usize, Option<String>)>>,
    /// The month stands before the day, as Google and Outlook export dates in American English.
    pub american: bool,
    /// Where each column stands by its very name, for those that only we have.
    own: BTreeMap<String, usize>,
}

impl Columns {
    /// The columns of a heading.
    pub fn of(names: &[String]) -> Columns {
        let mut at: BTreeMap<&'static str, Vec<(usize, Option<String>)>> = BTreeMap::new();
        let plain = |name: &str| -> String {
            name.chars()
                .filter(|c| c.is_alphanumeric())
                .flat_map(char::to_lowercase)
                .collect()
        };
        for (n, name) in names.iter().enumerate().take(COLUMNS) {
            // Our own texts have their language behind them: `title_nl`.
            let (stem, language) = match name.trim().rsplit_once('_') {
                Some((stem, code))
                    if (2..=3).contains(&code.len())
                        && code.bytes().all(|b| b.is_ascii_lowercase())
                        && !matches!(code, "at" | "id" | "lat" | "lon" | "day") =>
                {
                    (stem, Some(code.to_owned()))
                }
                _ => (name.trim(), None),
            };
            let stem = plain(stem);
            let known = match stem.as_str() {
                "date" => Some("date"),
                stem => NAMES
                    .iter()
                    .find(|(_, names)| names.contains(&stem))
                    .map(|(ours, _)| *ours),
            };
            if let Some(known) = known {
                at.entry(known).or_default().push((n, language));
            }
        }
        // `summary` is the title of a calendar's export, and our own second text.
        let summary = names.iter().position(|name| plain(name) == "summary");
        let own = names
            .iter()
            .any(|name| plain(name) == "title" || name.starts_with("title_"));
        if own {
            let moved: Vec<(usize, Option<String>)> = names
                .iter()
                .enumerate()
                .filter(|(_, name)| plain(name) == "summary" || name.starts_with("summary_"))
                .map(|(n, name)| (n, name.split_once('_').map(|(_, code)| code.to_owned())))
                .collect();
            if let Some(titles) = at.get_mut("title") {
                titles.retain(|(n, _)| !moved.iter().any(|(m, _)| m == n) && Some(*n) != summary);
            }
            at.entry("summary").or_default().extend(moved);
        }
        let american = names.iter().any(|name| name == "Start Date")
            && names.iter().any(|name| name == "Subject");
        let own = names.iter().enumerate().take(COLUMNS);
        let own = own.map(|(n, name)| (name.trim().to_owned(), n)).collect();
        Columns { at, american, own }
    }

    /// A cell of one of our own columns.
    pub fn own<'r>(&self, row: &'r [String], name: &str) -> Option<&'r str> {
        let cell = row.get(*self.own.get(name)?)?.trim();
        (!cell.is_empty()).then_some(cell)
    }

    /// Whether there is such a column.
    pub fn has(&self, name: &str) -> bool {
        self.at.contains_key(name)
    }

    /// The first cell of a row that has something.
    pub fn cell<'r>(&self, row: &'r [String], name: &str) -> Option<&'r str> {
        let columns = self.at.get(name)?;
        columns.iter().find_map(|(n, _)| {
            row.get(*n)
                .map(|cell| cell.trim())
                .filter(|cell| !cell.is_empty())
        })
    }

    /// The texts of a row, by language.
    pub fn texts(&self, row: &[String], name: &str, language: &str) -> Vec<Said> {
        let columns = self
            .at
            .get(name)
            .map(Vec::as_slice)
            .unwrap_or_default()
            .iter();
        let given = columns.filter_map(|(n, own)| {
            let cell = row.get(*n).filter(|cell| !cell.trim().is_empty())?;
            Some((
                own.clone().unwrap_or_else(|| language.to_owned()),
                cell.clone(),
            ))
        });
        given.collect()
    }
}
