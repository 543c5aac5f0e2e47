//! `plein publish` into a folder: only what changed, pages last, taken up where it was killed, nothing of others touched.
//! What is different with a store that speaks S3 stands in `tests/conformance/publish.py`.

#![allow(clippy::disallowed_methods, reason = "tests look at real files")]

mod support;

use plein::tree::rank;
use std::collections::BTreeMap;
use std::fs;
use std::process::Stdio;
use std::time::{Duration, SystemTime};
use support::{Files, Lab, Ran, same_files};

/// Our record in a store.
const RECORD: &str = ".plein-published";

fn to(lab: &Lab) -> String {
    format!("file://{}", lab.path("store").display())
}

fn publish(lab: &Lab, more: &[&str]) -> Ran {
    lab.run(&[&["publish", &to(lab)], more].concat())
}

/// How many files are there at this moment, while somebody writes.
fn so_far(lab: &Lab) -> usize {
    let files = walkdir::WalkDir::new(lab.path("store"))
        .into_iter()
        .flatten();
    files.filter(|file| file.file_type().is_file()).count()
}

/// What is in the store but for our record.
fn stored(lab: &Lab) -> Files {
    let mut files = support::files(&lab.path("store"));
    files.remove(RECORD);
    files
}

fn built(lab: &Lab) -> Files {
    let mut files = lab.built();
    files.remove(".plein-manifest");
    files
}

/// When each file of the store was written.
fn moments(lab: &Lab) -> BTreeMap<String, SystemTime> {
    let moment = |path: &String| {
        let file = lab.path("store").join(path);
        fs::metadata(file)
            .and_then(|file| file.modified())
            .expect("it is there")
    };
    stored(lab)
        .keys()
        .map(|path| (path.clone(), moment(path)))
        .collect()
}

#[track_caller]
fn fine(ran: &Ran) -> &str {
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    ran.err.trim()
}

/// Publishes, and gives how many were put, removed, and left as they are.
#[track_caller]
fn counts(lab: &Lab, more: &[&str]) -> (usize, usize, usize) {
    let ran = publish(lab, more);
    let told = fine(&ran).lines().last().unwrap_or_default().to_owned();
    let numbers = told
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty());
    let numbers: Vec<usize> = numbers
        .map(|part| part.parse().expect("a number"))
        .collect();
    (numbers[0], numbers[1], numbers[2])
}

#[test]
fn a_store_becomes_what_was_built_and_the_second_time_nothing_is_put() {
    let lab = Lab::new();
    let files = built(&lab);
    assert_eq!(counts(&lab, &[]), (files.len(), 0, 0));
    same_files(&files, &stored(&lab));
    let (before, record) = (moments(&lab), fs::read(lab.path("store").join(RECORD)));
    assert_eq!(counts(&lab, &[]), (0, 0, files.len()));
    assert_eq!(moments(&lab), before);
    assert_eq!(fs::read(lab.path("store").join(RECORD)).ok(), record.ok());
}

#[test]
fn only_what_differs_is_put_and_what_is_gone_goes() {
    let lab = Lab::new();
    let before = built(&lab);
    publish(&lab, &[]);
    let written = moments(&lab);
    lab.edit("content/events/soep.md", "Samen koken", "Samen bakken");
    lab.remove("content/pages/over.md");
    let after = built(&lab);
    let differ = after
        .iter()
        .filter(|(path, bytes)| before.get(*path) != Some(bytes));
    let differ: Vec<&String> = differ.map(|(path, _)| path).collect();
    let gone = before
        .keys()
        .filter(|path| !after.contains_key(*path))
        .count();
    assert!(gone > 0 && !differ.is_empty() && differ.len() < after.len() / 2);
    let same = after.len() - differ.len();
    assert_eq!(counts(&lab, &[]), (differ.len(), gone, same));
    same_files(&after, &stored(&lab));
    for (path, moment) in moments(&lab) {
        assert_eq!(
            written.get(&path) != Some(&moment),
            differ.contains(&&path),
            "{path}"
        );
    }
    assert!(
        !lab.path("store/over").exists(),
        "folders that are empty go as well"
    );
}

#[test]
fn what_others_have_there_stays_and_is_never_written_over() {
    let lab = Lab::new();
    let files = built(&lab);
    lab.put("store/mine.txt", "mine\n");
    lab.put("store/index.html", "mine\n");
    let ran = publish(&lab, &[]);
    let name = to(&lab).replace(&lab.path("").display().to_string(), "LAB/");
    ran.says(
        3,
        &format!(
            "
            error: 1 objects at {name} were not put there by Plein and stand where its own should go: `index.html`
              = help: nothing was published; publish below another path, or move these away
            "
        ),
    );
    assert_eq!(stored(&lab).len(), 2);
    lab.remove("store/index.html");
    fine(&publish(&lab, &[]));
    lab.remove("content/pages/over.md");
    built(&lab);
    fine(&publish(&lab, &[]));
    assert_eq!(stored(&lab)["mine.txt"], b"mine\n");
    assert!(files.contains_key("over/index.html") && !stored(&lab).contains_key("over/index.html"));
}

/// Such as what another tool put there before: nothing is put twice, and from then on it is ours.
#[test]
fn the_very_bytes_are_taken_over() {
    let lab = Lab::new();
    let files = built(&lab);
    for (path, bytes) in &files {
        lab.put(&format!("store/{path}"), bytes);
    }
    assert_eq!(counts(&lab, &[]), (0, 0, files.len()));
    lab.remove("content/pages/over.md");
    built(&lab);
    fine(&publish(&lab, &[]));
    assert!(!stored(&lab).contains_key("over/index.html"));
}

#[test]
fn damage_is_noticed_and_mended_by_verify() {
    let lab = Lab::new();
    let files = built(&lab);
    publish(&lab, &[]);
    // Other bytes, of the same length, at the same moment, in the same place: no listing can tell.
    let path = lab.path("store/index.html");
    let moment = moments(&lab)["index.html"];
    let mut bytes = files["index.html"].clone();
    bytes[0] ^= 1;
    fs::write(&path, bytes).expect("it can be written");
    let file = fs::File::options()
        .write(true)
        .open(&path)
        .expect("it is there");
    file.set_modified(moment).expect("its time can be set");
    assert_eq!(counts(&lab, &[]), (0, 0, files.len()));
    let ran = publish(&lab, &["--verify", "--dry-run"]);
    assert_eq!(ran.out, "repair   index.html\n");
    assert!(
        fine(&ran).starts_with("1 objects are damaged"),
        "{}",
        ran.err
    );
    assert_eq!(counts(&lab, &["--verify"]), (1, 0, files.len() - 1));
    same_files(&files, &stored(&lab));
}

#[test]
fn what_somebody_changed_without_a_word_is_seen_in_the_listing() {
    let lab = Lab::new();
    let files = built(&lab);
    publish(&lab, &[]);
    lab.put("store/index.html", "mine\n");
    lab.remove("store/404.html");
    assert_eq!(counts(&lab, &[]), (2, 0, files.len() - 2));
    same_files(&files, &stored(&lab));
}

#[test]
fn a_dry_run_changes_nothing_and_lists_in_the_order_of_the_plan() {
    let lab = Lab::new();
    let files = built(&lab);
    let ran = publish(&lab, &["--dry-run"]);
    assert!(!lab.path("store").exists());
    let listed: Vec<&str> = ran
        .out
        .lines()
        .filter_map(|line| line.strip_prefix("put      "))
        .collect();
    assert_eq!(listed.len(), files.len());
    let ranks: Vec<u8> = listed.iter().map(|path| rank(path)).collect();
    assert!(ranks.is_sorted() && ranks.first() != ranks.last());
    assert!(fine(&ran).contains("would be put"));
}

/// Kills a run once so many files are there; none when it was done before.
fn killed(lab: &Lab, files: usize) -> bool {
    let mut command = lab.plein(&["publish", &to(lab), "--jobs", "1"]);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let mut child = child.expect("it starts");
    while so_far(lab) < files && child.try_wait().expect("a child").is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().expect("it can be killed");
    !child.wait().expect("it ends").success()
}

/// No page is there without what it loads.
#[track_caller]
fn whole(files: &Files) {
    for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".html")) {
        let text = String::from_utf8_lossy(bytes);
        for part in text.split("\"/assets/").skip(1) {
            let asset = format!("assets/{}", part.split('"').next().unwrap_or_default());
            assert!(files.contains_key(&asset), "{path} without {asset}");
        }
    }
}

#[test]
fn a_killed_run_is_taken_up_and_nothing_is_put_twice() {
    let lab = Lab::with_cards();
    let files = built(&lab);
    let mut kills = 0;
    fs::create_dir_all(lab.path("store")).expect("a folder");
    for share in 1..=6 {
        let before = moments(&lab);
        kills += usize::from(killed(&lab, files.len() * share / 7));
        whole(&stored(&lab));
        for (path, moment) in moments(&lab) {
            assert!(
                before.get(&path).is_none_or(|was| *was == moment),
                "{path} was put twice"
            );
        }
    }
    assert!(kills > 0, "no run was killed in its middle");
    // As if a run had been killed in the middle of a file.
    lab.put("store/index.html#1", "half");
    let there = stored(&lab);
    let there = there.keys().filter(|path| files.contains_key(*path));
    let there = there.count();
    let (put, removed, same) = counts(&lab, &[]);
    assert_eq!((put + there, removed, same), (files.len(), 0, there));
    same_files(&files, &stored(&lab));
    assert_eq!(counts(&lab, &[]), (0, 0, files.len()));
}

#[test]
fn a_file_may_become_a_folder_and_a_folder_a_file() {
    let lab = Lab::new();
    built(&lab);
    let page = |name: &str, aliases: &str| {
        let text = format!("---\ntitle: {name}\naliases: [{aliases}]\n---\n\nTekst.\n");
        lab.put(&format!("content/pages/{name}.md"), text);
    };
    page("een", "/oud/");
    built(&lab);
    fine(&publish(&lab, &[]));
    page("een", "/oud/dieper/");
    let files = built(&lab);
    fine(&publish(&lab, &[]));
    same_files(&files, &stored(&lab));
}

#[test]
fn only_a_whole_build_of_plein_is_published() {
    let lab = Lab::new();
    publish(&lab, &[]).says(
        2,
        "
        error: `./public` is no folder that `plein build` wrote
          = help: run `plein build`, or name the folder that it wrote to with `--from`
        ",
    );
    built(&lab);
    let unfinished = "
        error: the build in `./public` is not finished
          = help: wait until `plein build` is done, or run it again
        ";
    let manifest = fs::read_to_string(lab.path("public/.plein-manifest")).expect("it is there");
    let claimed = format!("{}{}", "-".repeat(32), &manifest[32..]);
    lab.put("public/.plein-manifest", claimed);
    publish(&lab, &[]).says(2, unfinished);
    lab.put("public/.plein-manifest", manifest);
    // Another build is under way, and has not touched what is there.
    lab.put("public/.plein-stage/0", "half");
    lab.put("public/index.html", "mine");
    publish(&lab, &[]).says(
        3,
        "
        error: `index.html` is no longer what `plein build` wrote
          = help: run `plein build`, then publish again
        ",
    );
    assert!(!stored(&lab).contains_key("index.html"));
}

#[test]
fn a_record_of_somebody_else_is_not_touched() {
    let lab = Lab::new();
    built(&lab);
    lab.put(&format!("store/{RECORD}"), "mine\n");
    assert_eq!(publish(&lab, &[]).code, Some(3));
    assert_eq!(stored(&lab), Files::new());
    assert_eq!(
        fs::read(lab.path("store").join(RECORD)).ok().as_deref(),
        Some(&b"mine\n"[..])
    );
}

#[test]
fn an_address_that_is_none_is_a_mistake_on_the_command_line() {
    let lab = Lab::new();
    built(&lab);
    for address in [
        "public",
        "ftp://x/y",
        "https://lab.example/x",
        "s3://a:geheim@b/c",
        "s3://b/c?sig=geheim",
    ] {
        let ran = lab.run(&["publish", address]);
        assert_eq!(ran.code, Some(2), "{address}: {}", ran.err);
        assert!(!ran.err.contains("geheim"), "{}", ran.err);
    }
    let ran = lab.run(&["publish", "ftp://x/y", "--language", "nl"]);
    assert!(
        ran.err.contains("geen adres om op te publiceren"),
        "{}",
        ran.err
    );
}

/// Programs read what is done as JSON.
#[test]
fn what_is_done_is_told_as_json() {
    let lab = Lab::new();
    let files = built(&lab);
    let ran = publish(&lab, &["--format", "json"]);
    let lines = ran
        .out
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
    let lines: Vec<_> = lines.collect();
    assert!(
        lines
            .iter()
            .all(|line| line["do"] == "put" && line["path"].is_string())
    );
    assert_eq!(lines.len(), files.len());
    let calendar = lines
        .iter()
        .find(|line| line["path"] == "agenda/soep/calendar.ics");
    let calendar = calendar.expect("it was built");
    assert_eq!(calendar["content_type"], "text/calendar; charset=utf-8");
    assert_eq!(
        calendar["cache_control"],
        "public, max-age=900, no-transform"
    );
    assert_eq!(calendar["content_disposition"], "attachment");
}
