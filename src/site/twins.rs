//! One thing of which several sources of a city tell: events by UID, else by day and title; what has a place by place
//! and title.

use icu_normalizer::DecomposingNormalizerBorrowed;
use jiff::civil::Date;
use serde_json::Value;
use std::collections::BTreeMap;

/// How near places are that may be one, in metres.
const NEAR: f64 = 100.0;
/// Shortest beginning of a title that stands for the whole of it, in letters.
const BEGINNING: usize = 12;
/// Most of a title of a place that may be written otherwise, in parts of a hundred.
const OTHERWISE: usize = 30;
/// A cell of the grid in which places are looked for: more than a hundred metres of latitude, in degrees.
const CELL: f64 = 0.001;

/// What is known of a record: itself, and the day of its first time.
pub type Known<'r> = (&'r Value, Option<Date>);

/// Which records tell of one thing, each group by the number of its first, in the order of the records. Of a group no two
/// are from one source: a source that says two things means two.
pub fn groups(records: &[Known]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut drawers: BTreeMap<Drawer, Vec<usize>> = BTreeMap::new();
    for (n, known) in records.iter().enumerate() {
        let own = drawers_of(known);
        let candidates = own
            .iter()
            .filter_map(|drawer| drawers.get(drawer))
            .flatten();
        let found = candidates
            .copied()
            .find(|group| are_one(&groups[*group], n, records));
        let group = found.unwrap_or_else(|| {
            groups.push(vec![]);
            groups.len() - 1
        });
        groups[group].push(n);
        for drawer in own {
            let drawer = drawers.entry(drawer).or_default();
            if !drawer.contains(&group) {
                drawer.push(group);
            }
        }
    }
    groups
}

/// Where records that may be one are looked for, so that not each is held against each.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Drawer {
    Uid(String),
    Day(Date),
    Cell(String, i32, i32),
}

/// Of a place also the cells around its own.
fn drawers_of((record, day): &Known) -> Vec<Drawer> {
    let uid = record["calendar_uid"].as_str().map(str::to_owned);
    let mut drawers: Vec<Drawer> = uid.map(Drawer::Uid).into_iter().collect();
    drawers.extend(day.map(Drawer::Day));
    if let (Some((lat, lon)), None) = (position(record), day) {
        let kind = record["kind"].as_str().unwrap_or_default();
        // A degree of longitude is shorter the further one is from the equator.
        let cell = |degrees: f64, size: f64| (degrees / size).floor() as i32;
        let (row, column) = (cell(lat, CELL), cell(lon, width(lat)));
        for (row, column) in (-1..=1).flat_map(|r| (-1..=1).map(move |c| (row + r, column + c))) {
            drawers.push(Drawer::Cell(kind.to_owned(), row, column));
        }
    }
    drawers
}

/// How many degrees of longitude are a cell wide there; the same for a whole band of a degree, so that cells stay.
fn width(lat: f64) -> f64 {
    CELL / lat.floor().to_radians().cos().abs().max(0.01)
}

fn are_one(group: &[usize], n: usize, records: &[Known]) -> bool {
    let (record, day) = records[n];
    let from = |record: &Value| record["harvest"]["from"].clone();
    let others = || group.iter().map(|other| records[*other]);
    if others().any(|(other, _)| from(other) == from(record) || other["kind"] != record["kind"]) {
        return false;
    }
    let uid = &record["calendar_uid"];
    let alike = |(other, its_day): Known| {
        let pairs = titles(other);
        let own = titles(record);
        let mut pairs = pairs.iter().flat_map(|a| own.iter().map(move |b| (a, b)));
        match (its_day, day) {
            _ if uid.is_string() && *uid == other["calendar_uid"] => true,
            (Some(its_day), Some(day)) => its_day == day && pairs.any(|(a, b)| say_the_same(a, b)),
            (None, None) => are_near(other, record) && pairs.any(|(a, b)| nearly(a, b)),
            _ => false,
        }
    };
    others().any(alike)
}

/// The titles of a record in all its languages: words of small letters without accents and signs. What becomes of an event
/// stands before its title in calendars, `VERVALT: Soep`: then also the title without it.
fn titles(record: &Value) -> Vec<Vec<String>> {
    let titles = record["title"].as_object().into_iter().flatten();
    let said = titles.filter_map(|(_, title)| title.as_str());
    let both = said.flat_map(|title| {
        let (before, rest) = title.split_once(": ").unwrap_or_default();
        let what = before.len() > 3 && before.chars().all(char::is_uppercase);
        std::iter::once(title).chain(what.then_some(rest))
    });
    both.map(words).filter(|words| !words.is_empty()).collect()
}

fn words(title: &str) -> Vec<String> {
    let plain = DecomposingNormalizerBorrowed::new_nfd().normalize(title);
    let is_mark = |c: &char| ('\u{300}'..='\u{36f}').contains(c);
    let letters = plain.chars().filter(|c| !is_mark(c));
    let plain: String = letters.flat_map(char::to_lowercase).collect();
    let words = plain.split(|c: char| !c.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// Whether two titles of events are the same, or one begins with the other: with at least twelve letters of it, and three
/// quarters.
fn say_the_same(a: &[String], b: &[String]) -> bool {
    let (a, b) = (a.concat(), b.concat());
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let (few, many) = (short.chars().count(), long.chars().count());
    short == long || few >= BEGINNING && few * 4 >= many * 3 && long.starts_with(&short)
}

/// Whether two titles of places are nearly the same: at most 30 parts of a hundred of their letters differ, or two of their
/// words, as openFairDB has it.
fn nearly(a: &[String], b: &[String]) -> bool {
    let (one, other) = (a.join(" "), b.join(" "));
    let longest = one.chars().count().max(other.chars().count());
    // Titles of others may be long; the distance takes time with the square of it.
    if longest > 200 {
        return one == other;
    }
    if strsim::levenshtein(&one, &other) * 100 <= longest * OTHERWISE {
        return true;
    }
    let only = |these: &[String], those: &[String]| {
        these.iter().filter(|word| !those.contains(word)).count()
    };
    let same = a.iter().filter(|word| b.contains(word)).count();
    match (only(a, b), only(b, a)) {
        // One only says more.
        (0, more) | (more, 0) => same > 0 && more <= 2,
        (one, other) => same > 1 && one + other <= 2,
    }
}

/// Latitude and longitude.
fn position(record: &Value) -> Option<(f64, f64)> {
    let place = &record["location"];
    Some((place["lat"].as_f64()?, place["lon"].as_f64()?))
}

/// Whether two places are within a hundred metres; over so little the earth is flat.
fn are_near(a: &Value, b: &Value) -> bool {
    const DEGREE: f64 = 111_320.0;
    let (Some((lat, lon)), Some((other_lat, other_lon))) = (position(a), position(b)) else {
        return false;
    };
    let north = (lat - other_lat) * DEGREE;
    let east = (lon - other_lon) * DEGREE * lat.to_radians().cos();
    north.hypot(east) <= NEAR
}
