//! Small sites of each generator become sites of Plein that build. `UPDATE=1` writes what is expected anew.

#![allow(clippy::disallowed_methods, reason = "tests look at real files")]

use plein::diagnostic::Language;
use plein::import::layout::Files;
use plein::import::{import, mapping, read, suggest};
use plein::press::{Inputs, build};
use plein::source::disk::{self, Folder};
use plein::source::past::Past;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

#[path = "support/untidy.rs"]
mod generated;
use generated::{CONFIGURATIONS, stored, untidy};

const NOW: &str = "2026-11-22T12:00:00+01:00";

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import")
}

fn files(folder: &Path) -> Files {
    let mut found = BTreeMap::new();
    for entry in walkdir::WalkDir::new(folder).into_iter().flatten() {
        if entry.file_type().is_file() {
            let name = disk::relative(folder, entry.path());
            found.insert(name, fs::read(entry.path()).unwrap());
        }
    }
    found
}

fn plein(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plein"));
    command.args(arguments).args(["--now", NOW]);
    command.env_remove("SOURCE_DATE_EPOCH").output().unwrap()
}

/// What the import says, proposes and writes, as one text.
fn imported(files: &Files, language: Language) -> (String, Folder) {
    let suggested = suggest(&read(files, None), language);
    let (mapping, faults, _) = mapping::read("mapping.yaml", &suggested);
    assert!(faults.is_empty(), "{faults:?}\n{suggested}");
    let mapping = mapping.unwrap();
    let repository = read(files, Some(&mapping));
    let site = Folder::default();
    let made = import(
        files,
        &repository,
        &mapping,
        &site,
        NOW.parse().unwrap(),
        language,
    );
    let mut text = format!(
        "==== mapping.yaml\n{suggested}\n==== report\n{}",
        made.report.text()
    );
    let mut folder = Folder::default();
    let mut sources = Vec::new();
    for (path, bytes) in made.files {
        match String::from_utf8(bytes) {
            Ok(file) => {
                if !path.starts_with("data/languages/") {
                    let _ = write!(text, "\n==== {path}\n{file}");
                }
                let text = file.into();
                sources.push(plein::source::Source { path, text });
            }
            Err(error) => {
                let _ = writeln!(text, "\n==== {path}\n{} bytes", error.as_bytes().len());
                let name = path.trim_start_matches("content/").to_owned();
                folder.media.insert(name, error.into_bytes().into());
            }
        }
    }
    folder.sources = plein::source::Sources::new(sources);
    (text, folder)
}

#[test]
fn each_generator_becomes_what_is_expected_and_builds() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    for name in [
        "eleventy", "hugo", "jekyll", "lab", "lab.nl", "sheets", "tables", "zola",
    ] {
        let (folder, language) = name.split_once('.').unwrap_or((name, "en"));
        let (text, folder) = imported(&files(&fixtures().join(folder)), Language::of(language));
        let expected = fixtures().join(format!("{name}.expected.txt"));
        if update {
            fs::write(&expected, &text).unwrap();
        }
        if fs::read_to_string(&expected).unwrap_or_default() != text {
            wrong.push(format!("{name} differs from {}", expected.display()));
        }
        let past = Past::default();
        let inputs = Inputs {
            folder: &folder,
            past: &past,
            now: NOW.parse().unwrap(),
            preview: true,
        };
        let (tree, faults) = build(&inputs);
        assert!(
            !faults.has_errors(),
            "{name}: {:?}",
            faults.iter().collect::<Vec<_>>()
        );
        assert!(!tree.0.is_empty());
    }
    assert!(
        wrong.is_empty(),
        "{wrong:?}; see what differs with UPDATE=1 and git diff"
    );
}

#[test]
fn the_command_writes_what_it_reports_and_overwrites_nothing() {
    let temporary = tempfile::tempdir().unwrap();
    let site = temporary.path().join("site");
    let (source, to) = (fixtures().join("hugo"), site.to_str().unwrap().to_owned());
    let source = source.to_str().unwrap();
    let suggested = plein(&["import", source, "--suggest"]);
    let mapping = temporary.path().join("mapping.yaml");
    fs::write(&mapping, &suggested.stdout).unwrap();
    let mapping = mapping.to_str().unwrap();
    let dry = plein(&["import", source, "--mapping", mapping, "--site", &to]);
    assert!(
        dry.status.success(),
        "{}",
        String::from_utf8_lossy(&dry.stderr)
    );
    assert!(!site.exists(), "a dry run writes nothing");
    let report = plein(&[
        "import",
        source,
        "--mapping",
        mapping,
        "--site",
        &to,
        "--format",
        "json",
        "--write",
    ]);
    let report: serde_json::Value = serde_json::from_slice(&report.stdout).unwrap();
    assert_eq!(report["documents"], report["records"]);
    let checked = plein(&["check", "--site", &to]);
    assert!(
        checked.status.success(),
        "{}",
        String::from_utf8_lossy(&checked.stderr)
    );
    let file = site.join("content/events/soep-koken.md");
    fs::write(
        &file,
        "---\ntitle: Mine\nstart: 2026-12-03\nall_day: true\n---\n",
    )
    .unwrap();
    let again = plein(&[
        "import",
        source,
        "--mapping",
        mapping,
        "--site",
        &to,
        "--write",
    ]);
    let text = String::from_utf8_lossy(&again.stdout).into_owned();
    assert!(text.contains("There already, and not touched"), "{text}");
    assert!(fs::read_to_string(&file).unwrap().contains("Mine"));
    fs::write(mapping, "folders:\n- from: x\n  kind: evnts\n").unwrap();
    let wrong = plein(&["import", source, "--mapping", mapping]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("`evnts` is no kind"));
}

#[test]
fn a_report_is_told_in_dutch_to_the_last_word() {
    let all = files(&fixtures().join("lab"));
    let told = |language| {
        let mapping = mapping::read("mapping.yaml", &suggest(&read(&all, None), language))
            .0
            .unwrap();
        let site = Folder::default();
        let made = import(
            &all,
            &read(&all, Some(&mapping)),
            &mapping,
            &site,
            NOW.parse().unwrap(),
            language,
        );
        made.report
    };
    let (english, dutch) = (told(Language::En), told(Language::Nl));
    assert_eq!(english.sums(), dutch.sums());
    let reasons = |report: &serde_json::Value| -> Vec<String> {
        let (mut found, mut todo) = (Vec::new(), vec![report.clone()]);
        while let Some(value) = todo.pop() {
            let said = ["what", "reason"]
                .iter()
                .filter_map(|name| value[*name].as_str());
            found.extend(said.map(str::to_owned));
            match value {
                serde_json::Value::Array(items) => todo.extend(items),
                serde_json::Value::Object(parts) => {
                    todo.extend(parts.into_iter().map(|(_, part)| part))
                }
                _ => {}
            }
        }
        found
    };
    let (english, dutch) = (reasons(&english.json()), reasons(&dutch.json()));
    assert!(
        english.len() > 15 && english.len() == dutch.len(),
        "{english:?}"
    );
    let same: Vec<&String> = dutch
        .iter()
        .filter(|reason| english.contains(reason))
        .collect();
    assert!(same.is_empty(), "not in Dutch: {same:?}");
    let lab = fixtures().join("lab");
    let ran = plein(&[
        "import",
        lab.to_str().unwrap(),
        "--language",
        "nl",
        "--site",
        "/nowhere",
    ]);
    let out = String::from_utf8(ran.stdout).unwrap();
    assert!(
        out.contains("documenten van jekyll; ") && out.ends_with("dat gebeurt met --write\n"),
        "{out}"
    );
}

/// Text files that were not read, and of which the report does not say why.
fn untold(files: &Files, read: &[&String], report: &serde_json::Value) -> Vec<String> {
    let told = |list: &str| -> Vec<String> {
        let items = report[list].as_array().into_iter().flatten();
        items
            .filter_map(|item| item["file"].as_str().map(str::to_owned))
            .collect()
    };
    let aside: Vec<String> = ["skipped", "left_out"].into_iter().flat_map(told).collect();
    let ends = [".md", ".markdown", ".html", ".mdx"];
    let texts = files
        .keys()
        .filter(|path| ends.iter().any(|end| path.ends_with(end)));
    let untold = texts.filter(|path| !aside.contains(path) && !read.contains(path));
    untold.cloned().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(6) })]

    /// A repository in which everything is untidy: every file is told of, and what is written builds.
    #[test]
    fn every_file_of_an_untidy_repository_is_told_of(
        untidy in prop::collection::vec(untidy(), 1..24),
        configuration in 0usize..CONFIGURATIONS.len(),
    ) {
        let mut files: Files = untidy.into_iter().collect();
        let (name, text) = CONFIGURATIONS[configuration];
        files.insert(name.to_owned(), text.as_bytes().to_vec());
        let suggested = suggest(&read(&files, None), Language::En);
        let (mapping, faults, _) = mapping::read("mapping.yaml", &suggested);
        prop_assert!(mapping.is_some(), "{faults:?}\n{suggested}");
        let mapping = mapping.unwrap();
        let repository = read(&files, Some(&mapping));
        let made = import(&files, &repository, &mapping, &Folder::default(), NOW.parse().unwrap(), Language::En);
        let report = made.report.json();
        let read: Vec<&String> = repository.originals.iter().map(|original| &original.path).collect();
        let untold = untold(&files, &read, &report);
        prop_assert!(untold.is_empty(), "{untold:?}\n{}", made.report.text());
        let whole = report["documents"].as_u64() == report["records"].as_u64();
        prop_assert!(whole, "{}", made.report.text());
        let (text, folder) = imported(&files, Language::En);
        let past = Past::default();
        let inputs = Inputs { folder: &folder, past: &past, now: NOW.parse().unwrap(), preview: false };
        let mut faults = Vec::new();
        plein::press::prepare(&inputs, &mut Default::default(), &mut faults);
        faults.retain(|fault| !matches!(fault.code, "content/none" | "config/missing"));
        prop_assert!(!plein::press::has_errors(&faults), "{faults:?}\n{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    /// A workbook with bytes that are wrong, or that ends too early, is read or told, and never a crash.
    #[test]
    fn no_workbook_is_too_damaged(
        wrong in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        end in any::<prop::sample::Index>(),
        cut in any::<bool>(),
        xml in "(<(row r=\"[0-9]{0,20}\"|c r=\"[A-Z]{0,4}[0-9]{0,12}\" t=\"[sbnd]\"|v|/v|/c|/row|mergeCell ref=\"A1:[A-Z]{1,3}[0-9]{1,9}\"/|table:table|table:table-row table:number-rows-repeated=\"[0-9]{1,20}\"|table:table-cell table:number-columns-repeated=\"[0-9]{1,20}\" office:value-type=\"float\" office:value=\"[0-9e.]{1,9}\"|/table:table-cell|/table:table-row|text:p|/text:p)>|[a-z0-9&;]{0,9}){0,14}",
    ) {
        let damage = |bytes: &[u8]| {
            let mut bytes = bytes.to_vec();
            for (at, byte) in &wrong {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            if cut {
                bytes.truncate(end.index(bytes.len()));
            }
            bytes
        };
        let fixture = |name: &str| damage(&fs::read(fixtures().join("sheets").join(name)).unwrap());
        let book = b"<workbook><sheets><sheet name='a' r:id='r1'/></sheets></workbook>";
        let relations = b"<Relationships><Relationship Id='r1' Type='x/worksheet' Target='s.xml'/></Relationships>";
        let files: Files = [
            ("a.xlsx", fixture("voorjaar.xlsx")),
            ("b.ods", fixture("najaar.ods")),
            ("c.xlsx", stored(&[("xl/workbook.xml", book), ("xl/_rels/workbook.xml.rels", relations), ("xl/s.xml", xml.as_bytes())])),
            ("d.ods", stored(&[("content.xml", xml.as_bytes())])),
        ]
        .map(|(path, bytes)| (path.to_owned(), bytes))
        .into();
        read(&files, None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(12) })]

    /// Whatever stands in the files: no panic, and what is written has no errors.
    #[test]
    fn no_file_is_too_strange(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        front in "(---|\\+\\+\\+|\\{)\n([a-z]{1,5}(:|=|) ?[\\[\\]\"'a-z0-9:{}#&*!|>-]{0,12}\n){0,6}(---|\\+\\+\\+)?\n",
        body in "([<>/a-z\\[\\]()!`{%}|*_#=&;\" -]{0,12}(div|script|\\{\\{<|\\{% |\\]\\(|```|<!--|<p|\n)){0,10}",
        row in "([,;\"\n a-z0-9]{0,6}){0,12}",
    ) {
        let files: Files = [
            ("content/events/a.md", bytes.clone()),
            ("content/news/b.md", format!("{front}{body}").into_bytes()),
            ("content/events/c.md", format!("---\ntitle: x\ndate: 2026-01-02\n---\n{body}").into_bytes()),
            ("_posts/2026-01-02-d.html", bytes.clone()),
            ("t.csv", row.clone().into_bytes()),
            ("t.ics", format!("BEGIN:VEVENT\nDTSTART:{row}\nRRULE:{front}\nEND:VEVENT").into_bytes()),
        ]
        .map(|(path, bytes)| (path.to_owned(), bytes))
        .into();
        imported(&files, Language::En);
        let tables: Files = files.into_iter().filter(|(path, _)| path.starts_with("t.")).collect();
        let (text, folder) = imported(&tables, Language::Nl);
        let past = Past::default();
        let inputs = Inputs { folder: &folder, past: &past, now: NOW.parse().unwrap(), preview: false };
        let mut faults = Vec::new();
        plein::press::prepare(&inputs, &mut Default::default(), &mut faults);
        faults.retain(|fault| fault.code != "content/none");
        prop_assert!(!plein::press::has_errors(&faults), "{faults:?}\n{text}");
    }
}
