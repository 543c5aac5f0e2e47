//! What a proposal changes, told for people: a lab in git, with one proposal that holds a bit of everything.

#![allow(clippy::disallowed_methods, reason = "tests look at real files")]

mod support;

use plein::source::SourceId;
use serde_json::Value;
use std::path::Path;
use support::{Lab, NOW, Ran};

const SITE: &str = "title: Ons lab\nurl: https://lab.example\nlanguages: [nl, en]\ntimezone: Europe/Amsterdam\nsince: 2026-01-01\nlicense: https://creativecommons.org/licenses/by/4.0/\npublisher: { name: Ons lab, email: hallo@lab.example }\n";
const SITE_EN: &str = "title: Our lab\nurl: https://lab.example\nlanguages: [en, nl]\ntimezone: Europe/Amsterdam\nsince: 2026-01-01\nlicense: https://creativecommons.org/licenses/by/4.0/\npublisher: { name: Our lab, email: hello@lab.example }\n";

/// The configuration, the language of translations, and where the agenda is.
type Words = (&'static str, &'static str, &'static str);
const DUTCH: Words = (SITE, "en", "/agenda/");
const ENGLISH: Words = (SITE_EN, "nl", "/events/");

const DAY: &str = "2026-11-01T10:00:00Z";
const LATER: &str = "2026-11-20T10:00:00Z";

/// A lab on its main line.
fn lab((site, other, _): Words) -> Lab {
    let lab = Lab::new();
    lab.put("data/site.yaml", site);
    lab.put(".gitignore", "public\n");
    lab.put("content/spaces/zaal.md", "---\ntitle: De zaal\n---\n");
    lab.put(
        "content/pages/steun.md",
        "---\ntitle: Steun ons\n---\n\nGeef.\n",
    );
    lab.put(
        "content/pages/oud.md",
        "---\ntitle: Een oude pagina\n---\n\nNiets meer.\n",
    );
    for (name, more) in [
        ("debat", "start: 2026-12-10T20:00\nspace: keuken"),
        ("lezing", "start: 2026-12-11T20:00"),
        ("les", "start: 2026-12-12T20:00\ncapacity: 20"),
        ("feest", "start: 2026-12-13T20:00"),
        (
            "koor",
            "start: 2026-11-25T20:00\nrepeat: { every: week, until: 2027-01-27 }",
        ),
        ("markt", "start: 2026-12-14T10:00"),
    ] {
        let text = format!("---\ntitle: Het {name}\n{more}\n---\n\nKom langs.\n");
        lab.put(&format!("content/events/{name}.md"), text);
    }
    lab.put(
        &format!("content/events/feest.{other}.md"),
        "---\ntitle: The party\n---\n\nCome.\n",
    );
    lab.git(DAY, &["init", "-q", "-b", "main"]);
    commit(&lab, DAY);
    lab
}

fn commit(lab: &Lab, date: &str) {
    lab.git(date, &["add", "-A"]);
    lab.git(date, &["commit", "-q", "-m", "next"]);
}

/// The lab, with a proposal on a branch of its own.
fn proposed(words: Words) -> Lab {
    let (lab, (_, other, agenda)) = (lab(words), words);
    lab.git(LATER, &["checkout", "-q", "-b", "voorstel"]);
    let event = |name: &str| format!("content/events/{name}.md");
    lab.edit(&event("debat"), "2026-12-10T20:00", "2026-12-11T20:30");
    lab.edit(&event("debat"), "space: keuken", "space: zaal");
    lab.edit(
        &event("lezing"),
        "start:",
        "status: cancelled\nreason: De spreker is ziek\nstart:",
    );
    lab.edit(
        &event("les"),
        "capacity: 20",
        "capacity: 30\ntype: workshop",
    );
    lab.edit(
        &event("feest"),
        "title: Het feest",
        "title: Het _grote_ feest van @iedereen <b>#1</b>",
    );
    let translation = format!("feest.{other}");
    lab.edit(&event(&translation), "Come.", "Come along.");
    let off =
        "changes:\n  - { occurrence: 2026-12-09, status: cancelled, reason: vakantie }\nrepeat";
    lab.edit(&event("koor"), "repeat", off);
    lab.git(
        LATER,
        &[
            "mv",
            "content/events/markt.md",
            "content/events/kerstmarkt.md",
        ],
    );
    lab.edit(
        &event("kerstmarkt"),
        "title",
        &format!("id: markt\naliases: [{agenda}markt/]\ntitle"),
    );
    lab.put(
        "content/initiatives/tuin.md",
        "---\ntitle: Buurttuin\nsummary: Samen spitten.\nstage: idea\n---\n\nSamen tuinieren.\n",
    );
    lab.remove("content/pages/oud.md");
    lab.edit(
        "content/pages/over.md",
        "[/wie-zijn-wij/]",
        "[/wie-zijn-wij/, /oud/]",
    );
    lab.remove("content/pages/steun.md");
    lab.edit(
        "content/articles/open.md",
        "De deur staat open.",
        "De deur staat wijd open.",
    );
    commit(&lab, LATER);
    lab
}

fn diff(lab: &Lab, arguments: &[&str]) -> Ran {
    lab.run(&[&["diff", "--now", NOW], arguments].concat())
}

/// Whether what was told is what is expected; `UPDATE=1` writes it down.
#[track_caller]
fn golden(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/review")
        .join(name);
    if support::updates() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(&path, found).expect("a file");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = support::diff::lines(&expected, found);
    assert!(expected == found, "{name}: UPDATE=1 cargo test\n{differs}");
}

#[test]
fn a_proposal_is_told_in_a_text_a_comment_and_for_programs() {
    let lab = proposed(DUTCH);
    let ran = diff(&lab, &["main", "voorstel"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    golden("dutch.txt", &ran.out);
    let preview = [
        "main",
        "voorstel",
        "--format",
        "markdown",
        "--preview-url",
        "https://12--lab.example",
    ];
    golden("dutch.md", &diff(&lab, &preview).out);
    let ran = diff(&lab, &["main", "voorstel", "--format", "json"]);
    golden("dutch.json", &ran.out);
    let value: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(value["builds"], true);
    // Without names: from where the branch left the main line, to the folder as it stands.
    lab.edit("content/events/les.md", "capacity: 30", "capacity: 40");
    let ran = diff(&lab, &[]);
    assert!(ran.out.contains("capacity 20 → 40"), "{}", ran.out);
    let ran = diff(&lab, &["voorstel"]);
    assert!(
        ran.out.starts_with("1 activiteit met andere gegevens, "),
        "{}",
        ran.out
    );
}

#[test]
fn a_city_that_writes_english_is_told_in_english() {
    let lab = proposed(ENGLISH);
    let ran = diff(&lab, &["main", "voorstel"]);
    golden("english.txt", &ran.out);
}

#[test]
fn what_is_wrong_afterwards_is_told_and_what_was_wrong_before_is_not() {
    let lab = lab(DUTCH);
    lab.put(
        "content/articles/kort.md",
        "---\ntitle: Kort\ndate: 2026-11-01\n---\n\n[x](/nergens/)\n",
    );
    commit(&lab, DAY);
    lab.edit("content/articles/open.md", "date:", "dat:");
    let ran = diff(&lab, &["main"]);
    let summary = "De site kan niet gebouwd worden: 2 fouten.\n";
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (Some(1), summary),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains("there is no field `dat` here"),
        "{}",
        ran.err
    );
    let comment = diff(&lab, &["main", "--format", "markdown"]).out;
    golden("broken.md", &comment);
    let ran = diff(&lab, &["main", "--format", "json"]);
    let value: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(
        (&value["builds"], &value["doubtful"]),
        (&false.into(), &false.into())
    );
    let told = value["diagnostics"].as_array().into_iter().flatten();
    let errors = told.filter(|one| one["severity"] == "error");
    assert_eq!(errors.count(), 2);
    lab.edit("content/articles/open.md", "dat:", "date:");
    lab.remove("content/articles/kort.md");
    lab.put(
        "content/events/les.md",
        "---\ntitle: Les\nstart: 2026-12-12T20:00\n---\n",
    );
    let ran = diff(&lab, &["main", "--format", "github"]);
    assert_eq!(ran.code, Some(0));
    let summary = "\n::notice title=plein::1 activiteit met een andere titel, ";
    assert!(ran.out.contains(summary), "{}", ran.out);
}

#[test]
fn two_folders_are_compared_and_a_name_that_is_nothing_is_told() {
    let (old, new) = (Lab::new(), Lab::new());
    new.edit("content/spaces/keuken.md", "Kook mee!", "Kook vooral mee!");
    let paths = [old.path("."), new.path(".")].map(|path| path.display().to_string());
    let ran = old.run(&["diff", "--now", NOW, &paths[0], &paths[1]]);
    assert!(
        ran.out.starts_with("1 plek met andere tekst"),
        "{}{}",
        ran.out,
        ran.err
    );
    let same = old.run(&["diff", "--now", NOW, &paths[0], &paths[0]]);
    assert_eq!(same.out, "Voor bezoekers verandert er niets.\n");
    old.run(&["diff", "nergens"]).says(
        2,
        "
        error: `nergens` is neither a branch, tag or commit of git nor a folder
          = help: this folder is in no git repository: name two folders
        ",
    );
    old.run(&["diff"]).says(
        2,
        "
        error: there is no main line in git to compare with
          = help: name what was: plein diff BEFORE
        ",
    );
}

/// Every command line in the steps of a workflow, after the name of the program.
fn commands(workflow: &str) -> Vec<Vec<String>> {
    let (node, faults) = plein::yaml::parse(SourceId(0), workflow, 0..workflow.len());
    assert!(faults.is_empty(), "{faults:?}");
    let node = node.expect("a workflow");
    assert!(
        node.get("on")
            .and_then(|on| on.get("pull_request"))
            .is_some()
    );
    assert!(!workflow.contains("pull_request_target:"));
    let lines = workflow
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'));
    let words = |line: &str| {
        let line = line.trim().trim_start_matches("run: ");
        let rest = line.strip_prefix("plein ")?.to_owned();
        let words = rest.split_whitespace().take_while(|word| *word != ">");
        Some(words.map(str::to_owned).collect())
    };
    let named = lines.filter_map(words);
    named.collect()
}

#[test]
fn the_workflows_call_what_there_is() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/workflows");
    let lab = Lab::empty();
    for name in ["github.yml", "forgejo.yml"] {
        let workflow = std::fs::read_to_string(folder.join(name)).expect("it is there");
        let commands = commands(&workflow);
        assert_eq!(commands.len(), 2, "{name}: {commands:?}");
        for command in &commands {
            let help = lab.run(&[&command[0], "--help"]);
            assert_eq!(help.code, Some(0), "{command:?}");
            for option in command.iter().filter(|word| word.starts_with("--")) {
                assert!(help.out.contains(&format!("{option} ")), "{name}: {option}");
            }
        }
        assert!(workflow.contains("--preview-url"), "{name}");
        assert!(workflow.contains("<!-- plein diff -->"), "{name}");
    }
}

/// The lines of a table without what fills them up.
fn columns(out: &str) -> Vec<String> {
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    out.lines().map(words).collect()
}

#[test]
fn records_are_listed_by_how_they_stand() {
    let lab = Lab::new();
    lab.put("data/site.yaml", SITE);
    lab.put(
        "content/events/ooit.md",
        "---\ntitle: Ooit, \"toen\"\nstart: 2026-10-01T12:00\nverified: 2026-10-01\n---\n",
    );
    lab.put("content/events/soep.en.md", "---\ntitle: Soup\n---\n");
    lab.put(
        "content/events/later.md",
        "---\ntitle: Later\nstart: 2026-12-09T12:00\ndraft: true\n---\n",
    );
    let list = |arguments: &[&str]| lab.run(&[&["list", "--now", NOW], arguments].concat());
    let ran = list(&["--upcoming"]);
    let expected = [
        "soort wanneer titel opmerkingen bestand",
        "activiteit 2026-12-01 12:00 Soep content/events/soep.md",
        "activiteit 2026-12-09 12:00 Later concept, niet in en content/events/later.md",
    ];
    assert_eq!(
        (columns(&ran.out), ran.err.as_str()),
        (expected.map(str::to_owned).to_vec(), "2 stuks\n")
    );
    let csv = list(&["event", "--expired", "--untranslated=en", "--format", "csv"]);
    assert_eq!(
        csv.out,
        "kind,id,title,when,draft,upcoming,over,verified,missing,file,path\r\nevent,ooit,\"Ooit, \"\"toen\"\"\",2026-10-01 12:00,false,false,true,2026-10-01,en,content/events/ooit.md,/agenda/ooit/\n"
    );
    let ids = |arguments: &[&str]| -> Vec<String> {
        let ran = list(&[arguments, &["--format", "json"]].concat());
        let rows: Value = serde_json::from_str(&ran.out).expect("JSON");
        let rows = rows.as_array().expect("a list").iter();
        rows.map(|row| row["id"].as_str().expect("a text").to_owned())
            .collect()
    };
    assert_eq!(ids(&["--drafts"]), ["later"]);
    assert_eq!(ids(&["events", "--unverified"]), ["soep", "later"]);
    assert_eq!(ids(&["--expired", "--drafts"]), [""; 0]);
    assert_eq!(ids(&["--untranslated"]).len(), 5);
    assert_eq!(list(&["evnts"]).code, Some(2));
    list(&["--untranslated=fr"]).says(
        2,
        "
        error: the site is not written in `fr`
          = help: its languages are nl, en
        ",
    );
    lab.run(&["check", "--format", "csv"])
        .says(2, "error: only `plein list` knows this `--format`");
}

#[test]
fn a_new_file_is_right_and_nothing_is_overwritten() {
    let lab = Lab::new();
    let new = |arguments: &[&str]| lab.run(&[&["new", "--now", NOW], arguments].concat());
    let asked = ["event", "Soep koken", "--on", "next wednesday 18:00"];
    let ran = new(&asked);
    assert_eq!(
        (ran.code, ran.out.as_str(), ran.err.as_str()),
        (
            Some(0),
            "content/events/soep-koken.md\n",
            "woensdag 25 november 2026 18:00\n"
        )
    );
    let text = std::fs::read_to_string(lab.path("content/events/soep-koken.md")).expect("a file");
    golden("soep-koken.md", &text);
    new(&asked).says(
        2,
        "
        error: `content/events/soep-koken.md` is there already
          = help: nothing was written; give it another name: --name NAME
        ",
    );
    assert_eq!(new(&["notice", "Boor gezocht"]).code, Some(0));
    assert_eq!(new(&["space", "漢字", "--name", "zaal"]).code, Some(0));
    new(&["space", "漢字", "--name", "../zaal"]).says(
        2,
        "
        error: that makes no name for a file
          = help: give one of lower-case letters, digits and hyphens: --name soep-koken
        ",
    );
    let ran = new(&["event", "Soep", "--on", "ooit eens"]);
    assert!(
        ran.err
            .starts_with("error: in `--on \"ooit eens\"` the word `ooit` is not understood")
    );
    new(&["space", "Zaal", "--on", "morgen"]).says(
        2,
        "
        error: `space` has no day to be on
          = help: leave out `--on`; event, call, article have one
        ",
    );
    let ran = lab.run(&["check", "--now", NOW]);
    let errors = ran.err.contains("error[");
    assert_eq!((ran.code, errors), (Some(0), false), "{}", ran.err);
}
