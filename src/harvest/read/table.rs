//! Tables in CSV: our own columns, those that calendar programs export, and names that people give to columns.

use super::json::{Place, attendance};
use super::linked::day;
use super::record::{Draft, Harvest, Said};
use super::safe::Markup;
use super::time::{Moment, When, date, instant, iso, utc};
use crate::content::{article, event};
use crate::source::rows::{cells, separator};
use jiff::ToSpan;
use jiff::civil::{Date, Time};
use serde_json::json;
use std::collections::BTreeMap;

/// Most rows that are looked at.
const ROWS: usize = 20_000;
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
    let head = super::safe::head(text, 16 * 1024);
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

/// Which column holds what: by our name for it, with the language of texts.
struct Columns {
    at: BTreeMap<&'static str, Vec<(usize, Option<String>)>>,
    /// The month stands before the day, as Google and Outlook export dates in American English.
    american: bool,
}

impl Columns {
    fn of(names: &[String]) -> Columns {
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
        Columns { at, american }
    }

    fn has(&self, name: &str) -> bool {
        self.at.contains_key(name)
    }

    fn cell<'r>(&self, row: &'r [String], name: &str) -> Option<&'r str> {
        let columns = self.at.get(name)?;
        columns.iter().find_map(|(n, _)| {
            row.get(*n)
                .map(|cell| cell.trim())
                .filter(|cell| !cell.is_empty())
        })
    }

    fn texts(&self, row: &[String], name: &str, language: &str) -> Vec<Said> {
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

/// Reads a table: a record for each row.
pub fn read(text: &str, harvest: &mut Harvest) {
    let mut rows = cells(text, separator(text)).into_iter();
    let names = rows
        .by_ref()
        .find(|row| row.iter().any(|cell| !cell.trim().is_empty()));
    let mut columns = Columns::of(&names.unwrap_or_default());
    let rows: Vec<Vec<String>> = rows
        .filter(|row| row.iter().any(|cell| !cell.trim().is_empty()))
        .collect();
    columns.american |= rows
        .iter()
        .take(ROWS)
        .filter_map(|row| columns.cell(row, "start"))
        .any(month_first);
    if rows.len() > ROWS {
        harvest.refuse(
            &format!("{} rows", rows.len() - ROWS),
            "a table is too long: its last rows were left out",
        );
    }
    let licenses: Vec<Option<&str>> = rows
        .iter()
        .take(ROWS)
        .map(|row| columns.cell(row, "license"))
        .collect();
    if let Some(Some(license)) = licenses.first()
        && licenses.iter().all(|other| other == &Some(*license))
    {
        harvest.reading.license = super::feeds::license(license);
    }
    for (n, row) in rows.iter().take(ROWS).enumerate() {
        of_row(row, n + 2, &columns, harvest);
    }
}

/// Whether a date can only be read with its month first.
fn month_first(text: &str) -> bool {
    let parts: Vec<&str> = text
        .split([' ', 'T'])
        .next()
        .unwrap_or("")
        .split(['/', '-', '.'])
        .collect();
    let number = |n: usize| {
        parts
            .get(n)
            .and_then(|part| part.parse::<u16>().ok())
            .unwrap_or(0)
    };
    parts.len() == 3 && number(0) <= 12 && number(1) > 12 && number(2) > 31
}

fn of_row(row: &[String], number: usize, columns: &Columns, harvest: &mut Harvest) {
    let line = format!("row {number}");
    let cell = |name: &str| columns.cell(row, name);
    let hidden = cell("private").is_some_and(|text| {
        matches!(
            text.to_lowercase().as_str(),
            "true" | "yes" | "ja" | "1" | "private" | "confidential"
        )
    });
    if hidden {
        return harvest.refuse(&line, "it says that it is private");
    }
    let (own, zone) = (
        harvest.setting.language,
        cell("timezone")
            .filter(|zone| jiff::tz::TimeZone::get(zone).is_ok())
            .unwrap_or(harvest.setting.timezone),
    );
    let article = !columns.has("start");
    let mut draft = Draft::new(if article {
        &article::KIND
    } else {
        &event::KIND
    });
    draft.key = cell("key").map(str::to_owned);
    draft.url = cell("url").and_then(|url| harvest.address(url));
    draft.updated = cell("updated").and_then(|at| instant(at, zone)).map(utc);
    draft.title = columns.texts(row, "title", own);
    draft.summary = columns.texts(row, "summary", own);
    draft.description = columns
        .texts(row, "description", own)
        .into_iter()
        .map(|(code, text)| (code, text, Markup::Plain))
        .collect();
    draft.keywords = cell("keywords")
        .map(|text| {
            text.split(['|', ',', ';'])
                .map(|word| word.trim().to_owned())
                .collect()
        })
        .unwrap_or_default();
    if article {
        let Some(date) = cell("date").and_then(|text| day(text, zone)) else {
            return harvest.refuse(&line, "it has no date");
        };
        draft.set("date", json!(date));
        return harvest.take(draft);
    }
    let all_day = cell("all_day").is_some_and(|text| {
        matches!(
            text.to_lowercase().as_str(),
            "true" | "yes" | "ja" | "1" | "oui"
        )
    });
    let moment = |day: &str, clock: &str| moment(cell(day)?, cell(clock), columns.american);
    let start = moment("start", "start_time").or_else(|| moment("date", "start_time"));
    let Some(start) = start.map(|moment| whole(moment, all_day)) else {
        return harvest.refuse(&line, "it does not say when it begins");
    };
    let same_day = || match (start, cell("end_time").and_then(clock)) {
        (Moment::Local(at), Some(time)) => Some(Moment::Local(at.date().to_datetime(time))),
        _ => None,
    };
    let end = moment("end", "end_time")
        .map(|moment| whole(moment, all_day))
        .or_else(same_day);
    // In a table the last day is the end, as it is with us.
    let end = end.map(|end| match end {
        Moment::Day(day) if matches!(start, Moment::Day(_)) => {
            Moment::Day(day.saturating_add(1.day()))
        }
        other => other,
    });
    draft.when = When::new(start, end, zone);
    const STATUSES: [(&str, &[&str]); 4] = [
        (
            "cancelled",
            &[
                "cancelled",
                "canceled",
                "geannuleerd",
                "afgelast",
                "vervallen",
                "annulé",
                "abgesagt",
            ],
        ),
        ("tentative", &["tentative", "voorlopig"]),
        ("postponed", &["postponed", "uitgesteld"]),
        ("rescheduled", &["rescheduled", "verplaatst"]),
    ];
    let status = cell("status").map(str::to_lowercase);
    let status = STATUSES.iter().find(|(_, words)| {
        status
            .as_deref()
            .is_some_and(|status| words.contains(&status))
    });
    draft.set("status", json!(status.map(|(ours, _)| *ours)));
    let coordinate =
        |name: &str| cell(name).and_then(|text| text.replace(',', ".").parse::<f64>().ok());
    let place = Place {
        name: columns.texts(row, "place", own),
        street: cell("street").map(str::to_owned),
        postal_code: cell("postal_code").map(str::to_owned),
        city: cell("city").map(str::to_owned),
        country: cell("country").map(str::to_owned),
        position: coordinate("lat").zip(coordinate("lon")),
    };
    let place = place.location(harvest);
    let online = cell("online_url").and_then(|url| harvest.address(url));
    attendance(&mut draft, place, online, None);
    harvest.take(draft);
}

fn whole(moment: Moment, all_day: bool) -> Moment {
    match moment {
        Moment::Local(at) if all_day => Moment::Day(at.date()),
        other => other,
    }
}

/// A day, or a day with a time, perhaps in a cell of its own.
fn moment(text: &str, time: Option<&str>, american: bool) -> Option<Moment> {
    let whole = iso(text).filter(|_| {
        text.get(..4)
            .is_some_and(|year| year.bytes().all(|b| b.is_ascii_digit()))
    });
    let found = match whole {
        Some(found) => found,
        None => {
            let (day, rest) = text.split_once([' ', 'T']).unwrap_or((text, ""));
            let day = of_people(day, american)?;
            match clock(rest) {
                Some(time) => Moment::Local(day.to_datetime(time)),
                None => Moment::Day(day),
            }
        }
    };
    match (found, time.and_then(clock)) {
        (Moment::Day(day), Some(time)) => Some(Moment::Local(day.to_datetime(time))),
        (found, _) => Some(found),
    }
}

/// A day as people write it: `3-12-2026`, `3/12/26`, `12/3/2026` in American English.
fn of_people(text: &str, american: bool) -> Option<Date> {
    let parts: Vec<i16> = text
        .split(['-', '/', '.'])
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    match (parts.as_slice(), american) {
        ([year, ..], _) if *year >= 1000 => date(text),
        ([month, day, year], true) | ([day, month, year], false) => {
            let year = if *year < 100 { year + 2000 } else { *year };
            Date::new(year, i8::try_from(*month).ok()?, i8::try_from(*day).ok()?).ok()
        }
        _ => None,
    }
}

/// A time: `19:30`, `19.30`, `19:30:00`, `7:30 PM`, `19u30`, `19h`.
fn clock(text: &str) -> Option<Time> {
    let lower = text.trim().to_lowercase();
    let afternoon = lower.contains("pm") || lower.contains("p.m");
    let morning = lower.contains("am") || lower.contains("a.m");
    let numbers: Vec<i8> = lower
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .take(3)
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    let hour = match numbers.first()? {
        12 if morning => 0,
        hour if afternoon && *hour < 12 => hour + 12,
        hour => *hour,
    };
    Time::new(hour, numbers.get(1).copied().unwrap_or(0), 0, 0).ok()
}
