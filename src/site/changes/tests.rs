//! Changes of one record, as its file tells them.

use super::difference::{Place, Time};
use super::*;
use crate::content::{config, vocabulary};
use crate::site::{Site, Surroundings, resolve};
use crate::source::past::Removed;

const SITE: &str =
    "title: Lab\nurl: https://lab.example\nlanguages: [nl]\ntimezone: Europe/Amsterdam\n";
const SPACES: [&str; 2] = ["keuken", "zaal"];

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A lab on 22 November 2026 with two spaces and these files.
fn site(files: &[(&str, &str)], past: &Past) -> Site {
    let source = |path: &str, text: &str| Source {
        path: path.into(),
        text: text.into(),
    };
    let mut sources = vec![source(config::PATH, SITE)];
    for space in SPACES {
        let text = format!("---\ntitle: De {space}\n---\n");
        sources.push(source(&format!("content/spaces/{space}.md"), &text));
    }
    sources.extend(files.iter().map(|(path, text)| source(path, &matter(text))));
    let (sources, mut faults) = (Sources::new(sources), vec![]);
    let config = config::parse(&sources, &mut faults).unwrap();
    let around = Surroundings {
        languages: BTreeMap::new(),
        vocabularies: vocabulary::parse(&sources, &mut faults),
        past,
        now: moment("2026-11-22T11:00:00Z"),
        preview: false,
        media: Default::default(),
        config,
    };
    let mut cache = parse::Cache::default();
    let parsed = parse::parse(&sources, &around.config, &mut cache, &mut faults);
    let site = resolve(parsed, around, &sources, &mut faults);
    assert!(faults.is_empty(), "{faults:?}");
    site
}

fn matter(text: &str) -> String {
    format!("---\n{text}\n---\n")
}

fn changed(at: &str, before: Option<&str>) -> Changed {
    Changed {
        at: moment(at),
        before: before.map(matter),
        after: None,
        renamed_from: None,
    }
}

fn past(path: &str, changes: Vec<Changed>) -> Past {
    Past {
        changed: Some(BTreeMap::from([(path.to_owned(), changes)])),
        ..Past::default()
    }
}

fn tell(what: &What) -> String {
    let time = |time: &Time| format!("{}..{}", time.start, time.end.time());
    let place = |place: &Option<Place>| match place {
        Some(Place::Space(id)) => format!("space {}", SPACES[id.0 as usize - 1]),
        Some(Place::Line(line)) => line.clone(),
        Some(Place::Online) => "online".to_owned(),
        None => "nowhere".to_owned(),
    };
    match what {
        What::Announced(timetable) => format!("new {}", timetable.start),
        What::Removed => "removed".to_owned(),
        What::Title { before, after } => format!("title {before} > {after}"),
        What::Stands { how, times, reason } => {
            let times: Vec<String> = times.iter().map(|t| t.start.to_string()).collect();
            let reason = reason.as_deref().unwrap_or("-");
            format!("{how:?} {} {reason}", times.join(" "))
        }
        What::Moved {
            before,
            after,
            reason,
            ..
        } => {
            let why = reason.as_ref().map_or(String::new(), |r| format!(" {r}"));
            format!("{} > {}{why}", time(before), time(after))
        }
        What::Pattern(both) => format!("pattern {} > {}", both.0.start, both.1.start),
        What::Place { before, after } => format!("{} > {}", place(before), place(after)),
    }
}

/// What is told of an event that held `old` until 20 November and holds `new` since.
fn told(old: &str, new: &str) -> Vec<String> {
    let path = "content/events/soep.md";
    let past = past(path, vec![changed("2026-11-20T10:00:00Z", Some(old))]);
    all(stories(&site(&[(path, new)], &past)))
}

fn all(stories: Vec<(String, Vec<String>)>) -> Vec<String> {
    stories.into_iter().flat_map(|(_, what)| what).collect()
}

/// The moment of each change and what changed.
fn stories(site: &Site) -> Vec<(String, Vec<String>)> {
    let changes = site.changes.as_ref().unwrap().iter();
    let story = |c: &Change| (c.at.to_string(), c.what.iter().map(tell).collect());
    changes.map(story).collect()
}

const ONCE: &str = "title: Soep\nstart: 2026-12-02T18:00\nspace: keuken";
const WEEKLY: &str = "title: Soep\nstart: 2026-11-04T18:00\nrepeat: { every: week }";

#[test]
fn what_happens_once_is_moved_from_one_time_to_another() {
    let new = ONCE.replace("02T18:00", "03T18:30");
    let expected = "2026-12-02T18:00:00..20:00:00 > 2026-12-03T18:30:00..20:30:00";
    assert_eq!(told(ONCE, &new), [expected]);
    let longer = format!("{ONCE}\nduration: 3h");
    let expected = "2026-12-02T18:00:00..20:00:00 > 2026-12-02T18:00:00..21:00:00";
    assert_eq!(told(ONCE, &longer), [expected]);
}

#[test]
fn mere_text_and_what_was_over_are_no_news() {
    let over = "title: Soep\nstart: 2026-11-19T18:00";
    assert!(told(ONCE, &format!("{ONCE}\nsummary: Met brood.\ncapacity: 3")).is_empty());
    assert!(told(over, &over.replace("19T18:00", "18T17:00")).is_empty());
    assert!(told(over, "title: Brood\nstart: 2026-11-19T18:00").is_empty());
    // What is put back from the past to the future is news again.
    assert_eq!(told(over, &over.replace("11-19", "12-19")).len(), 1);
}

#[test]
fn several_changes_in_one_go_are_one() {
    let new = "title: Soep en brood\nstart: 2026-12-02T19:00\nspace: zaal";
    let expected = [
        "2026-12-02T18:00:00..20:00:00 > 2026-12-02T19:00:00..21:00:00",
        "space keuken > space zaal",
        "title Soep > Soep en brood",
    ];
    assert_eq!(told(ONCE, new), expected);
}

#[test]
fn a_place_is_a_space_an_address_or_online() {
    let at = |place: &str| format!("title: Soep\nstart: 2026-12-02T18:00\n{place}");
    let street = at("location: { name: Het plein, city: Almere }");
    assert_eq!(told(ONCE, &street), ["space keuken > Het plein, Almere"]);
    let online = at("online_url: https://lab.example/");
    assert_eq!(told(&street, &online), ["Het plein, Almere > online"]);
    assert_eq!(told(ONCE, &at("")), ["space keuken > nowhere"]);
}

#[test]
fn status_is_told_with_the_reason_and_what_is_off_has_no_other_news() {
    let with = |status: &str| format!("{ONCE}\nstatus: {status}");
    let off = with("cancelled\nreason: De kok is ziek");
    assert_eq!(told(ONCE, &off), ["Off  De kok is ziek"]);
    assert_eq!(told(&off, ONCE), ["On  -"]);
    assert_eq!(
        told(&off, &off.replace("cancelled", "scheduled")),
        ["On  -"]
    );
    let well = with("scheduled\nreason: De kok is beter");
    assert_eq!(told(&off, &well), ["On  De kok is beter"]);
    assert!(told(&off, &off.replace("18:00", "19:00").replace("Soep", "Thee")).is_empty());
    assert_eq!(told(ONCE, &with("postponed")), ["Postponed  -"]);
    assert_eq!(told(ONCE, &with("moved_online")), ["Online  -"]);
    assert_eq!(told(&with("moved_online"), ONCE), ["InPerson  -"]);
    assert_eq!(told(ONCE, &with("tentative")), ["Tentative  -"]);
    assert_eq!(told(&with("tentative"), ONCE), ["Certain  -"]);
    assert!(told(ONCE, &with("rescheduled")).is_empty());
}

#[test]
fn a_series_has_another_pattern_or_the_same_in_other_words() {
    let expected = ["pattern 2026-11-04T18:00:00 > 2026-11-05T18:00:00"];
    assert_eq!(told(WEEKLY, &WEEKLY.replace("04T", "05T")), expected);
    let until = WEEKLY.replace("week }", "week, until: 2026-12-31 }");
    assert_eq!(told(WEEKLY, &until).len(), 1);
    assert_eq!(
        told(WEEKLY, ONCE.trim_end_matches("\nspace: keuken")).len(),
        1
    );
    let rule = "title: Soep\nstart: 2026-11-04T18:00\nrrule: FREQ=WEEKLY;BYDAY=WE";
    assert!(told(WEEKLY, rule).is_empty());
    // It began long ago: that it began a week later makes no difference to anybody.
    assert!(told(WEEKLY, &WEEKLY.replace("04T", "11T")).is_empty());
}

#[test]
fn single_times_of_a_series_are_off_or_moved() {
    let changes = |list: &str| format!("{WEEKLY}\nchanges: [{list}]");
    let ill = changes("{ occurrence: 2026-12-09, status: cancelled, reason: Ziek }");
    assert_eq!(told(WEEKLY, &ill), ["Off 2026-12-09T18:00:00 Ziek"]);
    assert_eq!(told(&ill, WEEKLY), ["On 2026-12-09T18:00:00 -"]);
    let later = changes("{ occurrence: 2026-12-09, start: 2026-12-10T19:00 }");
    let expected = "2026-12-09T18:00:00..20:00:00 > 2026-12-10T19:00:00..21:00:00";
    assert_eq!(told(WEEKLY, &later), [expected]);
    let why = later.replace(" }]", ", reason: Verf }]");
    assert_eq!(told(WEEKLY, &why), [format!("{expected} Verf")]);
    let again = why.replace("19:00", "19:15");
    assert!(!told(&why, &again)[0].contains("Verf"));
    let on = "On 2026-12-10T19:00:00 -";
    assert_eq!(told(&ill, &later), [on, expected]);
    let past = changes("{ occurrence: 2026-11-11, status: cancelled }");
    assert!(told(WEEKLY, &past).is_empty());
}

#[test]
fn exceptions_are_off_and_extra_times_come_on_top() {
    let with = |more: &str| WEEKLY.replace("week }", &format!("week, {more} }}"));
    let holiday = with("except: [2026-12-23, 2026-12-30]");
    let both = "2026-12-23T18:00:00 2026-12-30T18:00:00";
    assert_eq!(told(WEEKLY, &holiday), [format!("Off {both} -")]);
    assert_eq!(told(&holiday, WEEKLY), [format!("On {both} -")]);
    let extra = with("extra: [2026-12-25T18:00]");
    assert_eq!(told(WEEKLY, &extra), ["Extra 2026-12-25T18:00:00 -"]);
    assert_eq!(told(&extra, WEEKLY), ["Off 2026-12-25T18:00:00 -"]);
}

#[test]
fn a_series_at_another_hour_still_knows_its_times() {
    let ill = "\nchanges: [{ occurrence: 2026-12-09, status: cancelled }]";
    let new = format!("{}{ill}", WEEKLY.replace("18:00", "18:30"));
    let pattern = "pattern 2026-11-04T18:00:00 > 2026-11-04T18:30:00";
    assert_eq!(told(WEEKLY, &new), [pattern, "Off 2026-12-09T18:30:00 -"]);
    let before = format!("{WEEKLY}{ill}");
    assert_eq!(told(&before, &new), [pattern]);
    let off = format!("{before}\nstatus: cancelled");
    assert_eq!(told(&before, &off), ["Off  -"]);
}

#[test]
fn a_deadline_is_moved_too() {
    let path = "content/calls/tafels.md";
    let call = "title: Tafels\ndeadline: 2026-12-01";
    let past = past(path, vec![changed("2026-11-20T10:00:00Z", Some(call))]);
    let site = site(&[(path, "title: Tafels\ndeadline: 2026-12-08")], &past);
    let expected = "2026-12-01T00:00:00..00:00:00 > 2026-12-08T00:00:00..00:00:00";
    assert_eq!(stories(&site)[0].1, [expected]);
}

#[test]
fn what_is_published_is_announced_and_a_draft_is_not() {
    let path = "content/events/soep.md";
    let draft = format!("{ONCE}\ndraft: true");
    let (first, second) = ("2026-11-10T10:00:00Z", "2026-11-20T10:00:00Z");
    let changes = vec![changed(first, None), changed(second, Some(&draft))];
    let found = stories(&site(&[(path, ONCE)], &past(path, changes)));
    assert_eq!(
        found,
        [(
            second.to_owned(),
            vec!["new 2026-12-02T18:00:00".to_owned()]
        )]
    );
    let found = site(&[(path, ONCE)], &past(path, vec![changed(first, None)]));
    assert_eq!(stories(&found).len(), 1);
    let over = "title: Soep\nstart: 2026-11-09T18:00";
    let found = site(&[(path, over)], &past(path, vec![changed(first, None)]));
    assert!(stories(&found).is_empty());
}

#[test]
fn a_version_with_mistakes_was_never_seen() {
    let path = "content/events/soep.md";
    let (first, second) = ("2026-11-10T10:00:00Z", "2026-11-20T10:00:00Z");
    let wrong = ONCE.replace("start", "strat");
    let changes = vec![changed(first, Some(ONCE)), changed(second, Some(&wrong))];
    let new = ONCE.replace("18:00", "19:00");
    let found = stories(&site(&[(path, &new)], &past(path, changes)));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, second);
}

#[test]
fn what_a_second_commit_in_the_same_second_took_back_was_never_seen() {
    let path = "content/events/soep.md";
    let new = ONCE.replace("18:00", "19:00");
    let at = "2026-11-20T10:00:00Z";
    let changes = vec![changed(at, Some(ONCE)), changed(at, Some(&new))];
    assert!(stories(&site(&[(path, ONCE)], &past(path, changes))).is_empty());
}

#[test]
fn newest_first_within_sixty_days_and_nothing_from_the_future() {
    let path = "content/events/soep.md";
    let hours = [17, 16, 15, 14].map(|hour| ONCE.replace("18", &hour.to_string()));
    let days = ["2026-09-20", "2026-09-25", "2026-11-20", "2026-11-23"];
    let changes = days.iter().zip(&hours);
    let changes = changes.map(|(day, old)| changed(&format!("{day}T10:00:00Z"), Some(old)));
    let found = stories(&site(&[(path, ONCE)], &past(path, changes.collect())));
    let days: Vec<&str> = found.iter().map(|(at, _)| &at[..10]).collect();
    assert_eq!(days, ["2026-11-20", "2026-09-25"]);
}

#[test]
fn a_renamed_file_is_the_same_unless_it_says_otherwise() {
    let (path, at) = ("content/events/thee.md", "2026-11-20T10:00:00Z");
    let renamed = Changed {
        renamed_from: Some("content/events/soep.md".into()),
        ..changed(at, Some(ONCE))
    };
    let removed = Removed {
        at: moment(at),
        text: matter(ONCE),
        renamed_to: Some(path.into()),
    };
    let past = Past {
        removed: BTreeMap::from([("content/events/soep.md".to_owned(), removed)]),
        ..past(path, vec![renamed])
    };
    let of = |text: &str| all(stories(&site(&[(path, text)], &past)));
    assert!(of(ONCE).is_empty());
    assert!(of(&format!("id: soep\n{ONCE}")).is_empty());
    assert_eq!(
        of(&format!("id: thee\n{ONCE}")),
        ["new 2026-12-02T18:00:00", "removed"]
    );
}

#[test]
fn what_was_removed_is_told_once_and_nobody_knows_without_history() {
    let removed = Removed {
        at: moment("2026-11-20T10:00:00Z"),
        text: matter(ONCE),
        renamed_to: None,
    };
    let mut past = Past {
        removed: BTreeMap::from([("content/events/soep.md".to_owned(), removed)]),
        changed: Some(BTreeMap::new()),
        ..Past::default()
    };
    assert_eq!(stories(&site(&[], &past)).len(), 1);
    past.changed = None;
    let dated = [("content/events/soep.md", ONCE)];
    assert!(site(&dated, &past).changes.is_none());
}
