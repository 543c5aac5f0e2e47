//! What is not meant for everybody is nowhere in what is published: not in a page, a feed, a calendar,
//! the data or what is told of changes. Each value is looked for in every byte of every file.

#![allow(clippy::disallowed_methods, reason = "tests look at real files")]

mod support;

use std::fmt::Write as _;
use support::{Files, Lab, NOW};

const SITE: &str = "\
title: Ons lab
url: https://lab.example
languages: [nl, en]
timezone: Europe/Amsterdam
publisher: { name: Ons lab, email: lab@lab.example, country: NL }
since: 2026-01-01
cards: false
";
const NEIGHBOURHOODS: &str = "- id: haven\n  title: { nl: Haven, en: Harbour }\n";

/// A kind with a place: its folder and what it needs beside a title.
const PLACED: &[(&str, &str)] = &[
    (
        "events",
        "start: 2026-12-05T10:00\nrepeat: { every: week, count: 3 }",
    ),
    ("initiatives", "stage: idea"),
    ("notices", "direction: offer\ncategory: space"),
    ("spaces", "capacity: 5"),
    ("organisations", "verified: 2026-11-01"),
    ("embassies", "city: Almere\ncountry: NL"),
];
/// The other kinds.
const OTHERS: &[(&str, &str)] = &[
    ("calls", "deadline: 2026-12-20"),
    ("programmes", "type: series"),
    ("practices", "topics: []"),
    ("articles", "date: 2026-11-01"),
    ("pages", "layout: page"),
];

/// What must be nowhere. What is planted of one record differs from that of any other by its number.
struct Secrets(Vec<String>);

impl Secrets {
    fn keep(&mut self, value: impl Into<String>) -> String {
        let value = value.into();
        self.0.push(value.clone());
        value
    }

    /// A contact that is not public.
    fn contact(&mut self, n: usize) -> String {
        let name = self.keep(format!("Achterwacht{n}"));
        let email = self.keep(format!("achterdeur{n}@prive.example"));
        let phone = self.keep(format!("+31 36 77{n:02} 8899"));
        self.keep(phone.replace(' ', ""));
        let url = self.keep(format!("https://achterdeur{n}.example/"));
        format!("contact: {{ name: {name}, email: {email}, phone: '{phone}', url: '{url}' }}")
    }

    /// A place of which only the neighbourhood may be known.
    fn neighbourhood(&mut self, n: usize) -> String {
        let name = self.keep(format!("Bij tante {n}"));
        let street = self.keep(format!("Stille{n}laan"));
        let code = self.keep(format!("13{n:02} XZ"));
        self.keep(format!("13{n:02}XZ"));
        let (lat, lon) = (self.degrees("52.37", n, 2), self.degrees("5.21", n, 2));
        format!(
            "location: {{ name: {name}, street: {street} 7, postal_code: {code}, city: Almere, country: NL, \
             lat: {lat}, lon: {lon}, precision: neighbourhood }}"
        )
    }

    /// A place of which only the street may be known.
    fn street(&mut self, n: usize) -> String {
        let number = self.keep(format!("Bredeweg{n} 44", n = letter(n)));
        let code = self.keep(format!("13{n:02} XY"));
        let (lat, lon) = (self.degrees("52.376", n, 3), self.degrees("5.213", n, 3));
        format!(
            "location: {{ name: Ons huis, street: {number}-b, postal_code: {code}, city: Almere, country: NL, \
             lat: {lat}, lon: {lon}, precision: street }}"
        )
    }

    /// A coordinate that begins with the decimals that may be shown, which are what it is rounded to.
    fn degrees(&mut self, shown: &str, n: usize, decimals: usize) -> String {
        let decimal = shown
            .split_once('.')
            .map_or(0, |(_, decimals)| decimals.len());
        assert_eq!(decimal, decimals);
        // The next digits stay below a half.
        self.keep(format!("{shown}{}", 1 + n % 4));
        format!("{shown}{}{:02}71", 1 + n % 4, n)
    }
}

/// A letter for a number, where digits would be taken for the number of a house.
fn letter(n: usize) -> char {
    char::from(b'a' + n as u8)
}

fn record(front: &[&str], body: &str) -> String {
    let mut text = "---\n".to_owned();
    for line in front {
        let _ = writeln!(text, "{line}");
    }
    text + "---\n\n" + body + "\n"
}

fn commit(lab: &Lab, date: &str) {
    lab.git(date, &["add", "-A"]);
    lab.git(date, &["commit", "-q", "-m", "next"]);
}

/// A lab in which every kind holds something private, and what must be nowhere.
fn planted() -> (Lab, Secrets) {
    let (lab, mut secrets) = (Lab::empty(), Secrets(vec![]));
    lab.put("data/site.yaml", SITE);
    lab.put("data/neighbourhoods.yaml", NEIGHBOURHOODS);
    lab.put(".gitignore", "public\n");
    let mut n = 0;
    for (folder, needs) in PLACED.iter().chain(OTHERS) {
        let placed = PLACED.iter().any(|(known, _)| known == folder);
        let places = if placed { 2 } else { 1 };
        for which in 0..places {
            n += 1;
            let title = format!("title: Te zien {n}");
            let place = match (placed, which) {
                (false, _) => String::new(),
                (true, 0) => secrets.neighbourhood(n),
                _ => secrets.street(n),
            };
            let contact = secrets.contact(n);
            let text = record(&[&title, needs, &place, &contact], "Voor iedereen.");
            lab.put(&format!("content/{folder}/zichtbaar-{n}.md"), text);
            let translated = format!("title: To be seen {n}");
            let text = record(&[&translated], "For everybody.");
            lab.put(&format!("content/{folder}/zichtbaar-{n}.en.md"), text);
        }
    }
    // What is held in a space and organised by somebody takes place and address from there.
    let text = record(
        &[
            "title: In een ruimte",
            "start: 2026-12-06T10:00",
            "space: zichtbaar-7",
            "organiser: organisations/zichtbaar-9",
            "hosts: [initiatives/zichtbaar-3]",
        ],
        "Samen [plannen](geheim-plan.md).",
    );
    lab.put("content/events/in-een-ruimte.md", text);
    hidden(&lab, &mut secrets);
    (lab, secrets)
}

/// What is not published yet.
fn hidden(lab: &Lab, secrets: &mut Secrets) {
    for (path, front) in [
        ("events/geheim-plan", "start: 2026-12-24T10:00\ndraft: true"),
        ("spaces/geheime-kelder", "draft: true"),
        ("articles/geheim-nieuws", "date: 2026-11-23"),
        ("articles/geheim-concept", "date: 2026-11-01\ndraft: true"),
    ] {
        let slug = path.split_once('/').map_or(path, |(_, slug)| slug);
        let title = secrets.keep(format!("Titel van {slug}"));
        let summary = secrets.keep(format!("Kort gezegd {slug}"));
        let body = secrets.keep(format!("Alles over {slug}"));
        secrets.keep(slug.to_owned());
        let alias = format!("aliases: [/vroeger-{slug}/]");
        let front = [
            &format!("title: {title}"),
            &format!("summary: {summary}"),
            front,
            &alias,
        ];
        lab.put(&format!("content/{path}.md"), record(&front, &body));
    }
}

fn build(lab: &Lab) -> Files {
    let ran = lab.run(&["build", "--quiet", "--now", NOW]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    lab.public()
}

/// Every file that holds one of the values, with the value.
fn found<'a>(files: &'a Files, values: &'a [String]) -> Vec<String> {
    let mut found = Vec::new();
    for (path, bytes) in files {
        // What is no text around a value leaves the value as it is.
        let text = String::from_utf8_lossy(bytes);
        // Content lines of calendars are folded.
        let unfolded = text.replace("\r\n ", "");
        for value in values {
            let value = value.as_str();
            if path.contains(value) || text.contains(value) || unfolded.contains(value) {
                found.push(format!("{value:?} in {path}"));
            }
        }
    }
    found
}

#[track_caller]
fn nowhere(files: &Files, secrets: &Secrets) {
    let found = found(files, &secrets.0);
    let shown = found
        .iter()
        .take(40)
        .cloned()
        .collect::<Vec<_>>()
        .join("\n");
    assert!(found.is_empty(), "{} places:\n{shown}", found.len());
}

#[test]
fn what_is_private_is_in_no_file() {
    let (lab, secrets) = planted();
    let files = build(&lab);
    assert!(secrets.0.len() > 100 && files.len() > 200);
    nowhere(&files, &secrets);
    for shown in ["52.37,", "Bredewegc\"", "1301", "Te zien 17", "Almere"] {
        let found = found(&files, &[shown.to_owned()]);
        assert!(!found.is_empty(), "{shown} is to be seen");
    }
}

#[test]
fn what_is_public_is_in_pages_data_and_calendars() {
    let (lab, secrets) = planted();
    let organiser = "content/organisations/zichtbaar-9.md";
    lab.edit(organiser, "contact: {", "contact: { public: true,");
    lab.edit(organiser, "precision: neighbourhood", "precision: exact");
    let files = build(&lab);
    let of_nine = |secret: &&String| {
        [
            "Achterwacht9",
            "achterdeur9@",
            "Stille9laan",
            "Bij tante 9",
            "1309 XZ",
        ]
        .iter()
        .any(|start| secret.starts_with(start))
    };
    for secret in secrets.0.iter().filter(of_nine) {
        let found = found(&files, std::slice::from_ref(secret)).join("\n");
        for place in ["organisaties/zichtbaar-9/index.html", "data/"] {
            assert!(found.contains(place), "{secret} is not in {place}");
        }
    }
    let mail = found(&files, &["mailto:achterdeur9@prive.example".to_owned()]).join("\n");
    assert!(mail.contains("calendar.ics"), "{mail}");
}

#[test]
fn what_was_removed_or_is_told_of_as_changed_keeps_it_private_too() {
    let (lab, secrets) = planted();
    let first = "2026-01-01T10:00:00Z";
    lab.git(first, &["init", "-q", "-b", "main"]);
    // Was it shown exactly once, then no longer.
    let (one, two) = (
        "content/events/zichtbaar-1.md",
        "content/events/zichtbaar-2.md",
    );
    lab.edit(one, "precision: neighbourhood", "precision: exact");
    lab.edit(two, "precision: street", "precision: exact");
    let gone = lab_text(&lab, two).replace("precision: exact", "precision: street");
    lab.put(
        "content/events/verdwenen.md",
        gone.replace("Te zien 2", "Verdwenen"),
    );
    commit(&lab, first);
    lab.edit(one, "precision: exact", "precision: neighbourhood");
    lab.edit(one, "T10:00", "T11:00");
    lab.edit(two, "precision: exact", "precision: street");
    lab.edit(two, "T10:00", "T11:00");
    commit(&lab, "2026-11-10T10:00:00Z");
    lab.remove("content/events/verdwenen.md");
    lab.remove("content/events/geheim-plan.md");
    lab.edit(
        "content/events/in-een-ruimte.md",
        "[plannen](geheim-plan.md)",
        "plannen",
    );
    commit(&lab, "2026-11-12T10:00:00Z");
    let files = build(&lab);
    let told = found(&files, &["Verdwenen".to_owned()]).join("\n");
    assert!(
        told.contains("changes.json") && told.contains("calendar.ics"),
        "{told}"
    );
    nowhere(&files, &secrets);
}

fn lab_text(lab: &Lab, path: &str) -> String {
    std::fs::read_to_string(lab.path(path)).expect("it is there")
}
