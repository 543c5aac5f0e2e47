//! Numbers of small histories.

use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(BEGINNING + second).expect("a moment")
}

/// A file that was one object and became another; `-` is none. With `>` it was renamed.
fn touch(told: &str) -> Touch {
    let words: Vec<&str> = told.split(' ').collect();
    let (path, renamed_to) = match words[0].split_once('>') {
        Some((from, to)) => (from, Some(format!("content/{to}"))),
        None => (words[0], None),
    };
    let object = |name: &str| (name != "-").then(|| name.to_owned());
    Touch {
        path: format!("content/{path}"),
        renamed_to,
        old: object(words[1]),
        new: object(words[2]),
    }
}

fn number(commits: &[(i64, &[&str])], texts: &[(&str, &str)]) -> Numbers {
    let mut numbering = Numbering::default();
    for (second, touches) in commits {
        numbering.begin(at(*second));
        for told in *touches {
            numbering.touch(touch(told));
        }
    }
    let wanted = numbering.wanted(at(1_000));
    let text = |fields: &str| format!("---\ntitle: A\n{fields}\n---\n");
    let objects = texts
        .iter()
        .map(|(object, fields)| ((*object).to_owned(), text(fields)))
        .filter(|(object, _)| wanted.contains(object))
        .collect();
    let zone = TimeZone::UTC;
    numbering.finish(&Texts { objects, zone }, at(1_000))
}

fn keys<T>(map: &BTreeMap<String, T>) -> Vec<&str> {
    map.keys().map(String::as_str).collect()
}

#[test]
fn a_number_is_the_time_of_the_commit_and_the_place_of_the_record() {
    let numbers = number(
        &[
            (
                5,
                &["events/a.md - 1", "events/b.md - 2", "events/b.en.md - 3"],
            ),
            (5, &["events/c.md - 4", "spaces/d.md - 5"]),
            (9, &["events/a.md 1 6", "events/b.en.md 3 -"]),
        ],
        &[],
    );
    let known = |name: &str| numbers.records.get(name).map(|n| (n.order, n.changed));
    assert_eq!(known("content/events/a"), Some((1, 9_000_000)));
    assert_eq!(known("content/events/b"), Some((2, 9_000_000)));
    // The second commit of a second begins after the last number of the first.
    assert_eq!(known("content/events/c"), Some((3, 5_000_004)));
    let steps = |folder: &str| -> Vec<(i64, u32)> {
        let steps = numbers.steps[folder].iter();
        steps.map(|step| (step.to, step.changes)).collect()
    };
    assert_eq!(
        steps("events"),
        [(5_000_004, 2), (5_000_012, 1), (9_000_008, 2)]
    );
    assert_eq!(steps("spaces"), [(5_000_012, 1)]);
}

#[test]
fn a_commit_of_thousands_has_pages_and_the_configuration_changes_all() {
    let names: Vec<String> = (0..1_200)
        .map(|n| format!("events/e{n:04}.md - a{n}"))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut numbering = Numbering::default();
    numbering.begin(at(1));
    names.iter().for_each(|told| numbering.touch(touch(told)));
    numbering.begin(at(2));
    numbering.touch(Touch {
        path: "data/site.yaml".to_owned(),
        renamed_to: None,
        old: Some("1".to_owned()),
        new: Some("2".to_owned()),
    });
    numbering.wanted(at(3));
    let (objects, zone) = (BTreeMap::new(), TimeZone::UTC);
    let numbers = numbering.finish(&Texts { objects, zone }, at(3));
    let steps = numbers.steps["events"]
        .iter()
        .map(|step| (step.to, step.changes));
    let one = |base: i64| {
        [
            (base + 1_000, 500),
            (base + 2_000, 500),
            (base + 2_400, 200),
        ]
    };
    assert!(steps.eq(one(1_000_000).into_iter().chain(one(2_000_000))));
    assert!(
        numbers
            .records
            .values()
            .all(|known| known.changed == 2_000_000)
    );
}

#[test]
fn what_was_seen_and_is_not_any_more_is_told() {
    let commits: &[(i64, &[&str])] = &[
        (
            1,
            &[
                "events/a.md - 1",
                "events/b.md - 2",
                "events/c.md - 3",
                "events/d.md - 4",
            ],
        ),
        (
            2,
            &[
                "events/a.md 1 -",
                "events/b.md 2 5",
                "events/c.md>events/e.md 3 6",
            ],
        ),
        (3, &["events/d.md 4 -"]),
    ];
    let texts = [
        ("1", ""),
        ("2", "id: \"bee\" # for ever"),
        ("3", ""),
        ("4", "draft: true"),
        ("5", "id: bee\ndraft: true"),
        ("6", "id: c"),
    ];
    let numbers = number(commits, &texts);
    assert_eq!(keys(&numbers.unseen), ["events/a", "events/bee"]);
    assert_eq!(numbers.unseen["events/a"], 2_000_001);
    assert_eq!(numbers.unseen["events/bee"], 2_000_003);
    assert_eq!(keys(&numbers.named), ["events/b", "events/bee"]);
    assert_eq!(numbers.others, [2_000_010]);
}

#[test]
fn what_comes_back_under_its_name_is_not_gone_and_a_date_is_a_day() {
    let commits: &[(i64, &[&str])] = &[
        (1, &["articles/a.md - 1", "articles/b.md - 3"]),
        (2, &["articles/a.md 1 2"]),
        (3, &["articles/a.md 2 1", "articles/b.md 3 -"]),
    ];
    let texts = [("1", ""), ("2", "draft: true"), ("3", "date: 2020-01-02")];
    let numbers = number(commits, &texts);
    // The second was to be seen from the next day on.
    assert!(numbers.unseen.is_empty());
    assert_eq!(numbers.named["articles/a"], 3_000_000);
    assert!(numbers.days.iter().map(Date::to_string).eq(["2020-01-02"]));
}

#[test]
fn a_picture_changes_who_shows_it() {
    let commits: &[(i64, &[&str])] = &[
        (1, &["events/a.md - 1", "media/a.png - 2"]),
        (2, &["media/a.png 2 3"]),
    ];
    let numbers = number(commits, &[]);
    assert_eq!(numbers.pictures["content/media/a.png"], 2_000_000);
    assert_eq!(numbers.others, [2_000_002]);
}
