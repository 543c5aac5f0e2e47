//! Repeats against an oracle: `recurrence/rules.txt` holds rules with the times that dateutil makes of
//! them on the clock of the place, checked against a second reading of RFC 5545 section 3.3.10.
//!
//! What is refused stands there with its reason.

#![allow(clippy::disallowed_methods, reason = "tests look at real files")]

mod support;

use serde_json::Value;
use std::collections::BTreeMap;
use support::{Lab, NOW};

const RULES: &str = include_str!("recurrence/rules.txt");

/// A rule, where and when it begins, and what comes of it.
struct Case<'a> {
    rule: &'a str,
    zone: &'a str,
    start: &'a str,
    /// The starts, or `refused: …`.
    expected: String,
}

fn cases() -> Vec<Case<'static>> {
    let blocks = RULES.trim().split("\n\n").map(|block| {
        let mut lines = block.lines().map(str::trim);
        let rule = lines.next().expect("a rule");
        let place = lines.next().and_then(|line| line.split_once(' '));
        let (zone, start) = place.expect("a zone and a start");
        let expected = lines.collect::<Vec<_>>().join(" ");
        Case {
            rule,
            zone,
            start,
            expected,
        }
    });
    blocks.collect()
}

/// A lab with an event for each of these.
fn lab<'a>(cases: impl Iterator<Item = (usize, &'a Case<'a>)>) -> Lab {
    let lab = Lab::new();
    for (n, case) in cases {
        let Case {
            rule, zone, start, ..
        } = case;
        let kind = if rule.starts_with('{') {
            "repeat"
        } else {
            "rrule"
        };
        let length = match start.contains('T') {
            true => "duration: 45m",
            false => "all_day: true",
        };
        lab.put(
            &format!("content/events/case-{n}.md"),
            format!("---\ntitle: Case {n}\nstart: {start}\n{length}\ntimezone: {zone}\n{kind}: {rule}\n---\n"),
        );
    }
    lab
}

fn is_refused(case: &Case) -> bool {
    case.expected.starts_with("refused: ")
}

#[test]
fn every_time_of_a_rule_is_the_oracles() {
    let cases = cases();
    let lab = lab(cases
        .iter()
        .enumerate()
        .filter(|(_, case)| !is_refused(case)));
    let files = lab.built();
    let table: Value = serde_json::from_slice(&files["data/v1/occurrences.json"]).expect("JSON");
    let mut wrong = Vec::new();
    for (n, case) in cases.iter().enumerate().filter(|(_, c)| !is_refused(c)) {
        let times = table["items"].as_array().into_iter().flatten();
        let of = format!("/id/event/case-{n}");
        let own = times.filter(|time| time["event"].as_str().is_some_and(|id| id.ends_with(&of)));
        let starts = own.filter_map(|occurrence| occurrence["start"].as_str());
        // 2026-12-03T19:30:00+01:00: no second is ever but 0.
        let starts: Vec<String> = starts
            .map(|at| at.replacen(":00+", "+", 1).replacen(":00-", "-", 1))
            .collect();
        let found = starts.join(" ");
        if found != case.expected {
            let Case { rule, start, .. } = case;
            let expected = &case.expected;
            wrong.push(format!("{rule} from {start}\n  {expected}\n  {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_refused_says_why() {
    let cases = cases();
    let refused = || {
        cases
            .iter()
            .enumerate()
            .filter(|(_, case)| is_refused(case))
    };
    let ran = lab(refused()).run(&["check", "--format", "json", "--now", NOW]);
    let mut said = BTreeMap::new();
    for line in ran.out.lines() {
        let fault: Value = serde_json::from_str(line).expect("JSON");
        let text = |name: &str| fault[name].as_str().unwrap_or("").to_owned();
        let why = format!("refused: {}; {}", text("message"), text("help"));
        said.entry(text("file")).or_insert(why);
    }
    let mut wrong = Vec::new();
    for (n, case) in refused() {
        let found = said.get(&format!("content/events/case-{n}.md"));
        if found != Some(&case.expected) {
            wrong.push(format!("{}\n  {}\n  {found:?}", case.rule, case.expected));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
