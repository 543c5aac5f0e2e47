//! What two sources of a city tell is one thing or two, as somebody who looked at both says: `tests/network/pairs.csv`.

#![allow(
    clippy::disallowed_methods,
    reason = "reads the pairs from the repository"
)]

#[path = "network/harvested.rs"]
mod harvested;

use harvested::network;
use plein::source::rows::cells;
use serde_json::{Value, json};

/// A record of a source, so many metres east of Lisboa's hills.
fn record(source: &str, kind: &str, title: &str, day: &str, metres: &str) -> Value {
    let mut record = json!({
        "kind": kind, "id": format!("https://{source}.example/{title}"), "title": { "en": title },
        "harvest": { "key": format!("{source} {title}"), "from": [format!("https://{source}.example/")] },
    });
    if !day.is_empty() {
        record["start"] = json!(day);
        record["all_day"] = json!(true);
        record["timezone"] = json!("UTC");
    }
    if let Ok(metres) = metres.parse::<f64>() {
        let lon = -9.13 + metres / (111_320.0 * 38.72_f64.to_radians().cos());
        record["location"] = json!({ "lat": 38.72, "lon": lon });
    }
    record
}

#[test]
fn what_is_one_thing_is_joined_and_nothing_else() {
    let text = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/network/pairs.csv"
    ))
    .unwrap();
    let rows: Vec<Vec<String>> = cells(&text, ';').into_iter().skip(1).collect();
    assert!(rows.len() >= 60, "{} pairs", rows.len());
    let mut records = Vec::new();
    for (n, row) in rows.iter().enumerate() {
        let [_, kind, first, second, day, other_day, metres, _] = &row[..] else {
            panic!("{row:?}")
        };
        let folder = format!("data/harvest/pair-{n:02}/{kind}s");
        let start = if metres.is_empty() { "" } else { "0" };
        records.push((
            format!("{folder}/a.json"),
            record("a", kind, first, day, start),
        ));
        records.push((
            format!("{folder}/b.json"),
            record("b", kind, second, other_day, metres),
        ));
    }
    let press = network("2026-05-01T12:00:00Z", &records);
    let mut wrong = Vec::new();
    for (n, row) in rows.iter().enumerate() {
        let found = press.site.network.of(&format!("pair-{n:02}"));
        let kept: usize = found.iter().map(|one| 1 + one.also.len()).sum();
        assert_eq!(kept, 2, "all sources are kept: {row:?}");
        if (found.len() == 1) != (row[0] == "yes") {
            wrong.push(row.join(" | "));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} are judged otherwise:\n{}",
        wrong.len(),
        rows.len(),
        wrong.join("\n")
    );
}

#[test]
fn a_uid_is_the_same_event_and_one_source_means_what_it_says_twice() {
    let with = |source: &str, title: &str, day: &str, uid: &str| {
        let mut record = record(source, "event", title, day, "");
        record["calendar_uid"] = json!(uid);
        record
    };
    let path = |name: &str| format!("data/harvest/riga/events/{name}.json");
    let press = network(
        "2026-05-01T12:00:00Z",
        &[
            (path("a"), with("a", "Soup", "2026-12-05", "1@x")),
            (
                path("b"),
                with("b", "Stew on the stairs", "2026-12-06", "1@x"),
            ),
            (path("c"), with("c", "Soup", "2026-12-05", "2@x")),
            (path("d"), with("a", "Repair", "2026-12-07", "3@x")),
            (path("e"), with("a", "Repair", "2026-12-07", "4@x")),
        ],
    );
    let mut counts: Vec<usize> = press
        .site
        .network
        .of("riga")
        .iter()
        .map(|one| one.also.len())
        .collect();
    counts.sort_unstable();
    assert_eq!(counts, [0, 0, 2]);
}
