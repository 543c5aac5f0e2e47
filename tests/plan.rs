//! The addresses of a site are a contract: people, calendars and programs hold on to them.
//!
//! `UPDATE=1 cargo test --test plan` accepts a change. An address that is gone needs a redirect.

#![allow(clippy::disallowed_methods, reason = "tests look at real files")]

mod support;

use std::collections::BTreeSet;
use std::path::Path;
use support::{Lab, NOW, diff, files, updates, without_hashes};

const SITE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sites/small-lab");
const PLAN: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/sites/small-lab/plan.txt"
);

#[test]
fn the_addresses_of_a_small_lab() {
    // Outside of our own git, so that the plan does not depend on how this was checked out.
    let lab = Lab::empty();
    for (path, bytes) in files(Path::new(SITE)) {
        lab.put(&path, bytes);
    }
    lab.put("data/history.json", "{\"files\": {}, \"changed\": {}}");
    let ran = lab.run(&["plan", "--now", NOW]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    let found = without_hashes(&ran.out);
    if updates() {
        return std::fs::write(PLAN, found).expect("a file");
    }
    let expected = std::fs::read_to_string(PLAN).expect("the plan that was accepted");
    let addresses = |plan: &str| -> BTreeSet<String> {
        let first = |line: &str| line.split('\t').next().unwrap_or("").to_owned();
        plan.lines().map(first).collect()
    };
    let (before, after) = (addresses(&expected), addresses(&found));
    let gone: Vec<&String> = before.difference(&after).collect();
    assert!(gone.is_empty(), "addresses that are gone: {gone:#?}");
    assert!(
        found == expected,
        "{}\nUPDATE=1 cargo test --test plan accepts this",
        diff::lines(&expected, &found)
    );
}
