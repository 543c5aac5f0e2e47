//! A lab in a temporary folder, the program run on it, and texts and trees compared.

#![allow(dead_code, reason = "each test file uses its own part")]

pub mod chance;
pub mod diff;
pub mod manual;
pub mod rpde;
pub mod story;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The moment of every build in the tests, unless one says otherwise.
pub const NOW: &str = "2026-11-22T12:00:00+01:00";
/// Processor time that one run may take, in seconds: waiting for neighbours does not count.
const PROCESSOR_SECONDS: u32 = 60;
/// Time after which a run hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// Files by path, with `/` between folders.
pub type Files = BTreeMap<String, Vec<u8>>;

/// A site in a folder of its own.
pub struct Lab {
    folder: TempDir,
}

/// How a run of the program ended.
#[derive(Debug)]
pub struct Ran {
    /// Exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error, with the lab's folder as `LAB`.
    pub err: String,
}

impl Lab {
    /// An empty folder.
    pub fn empty() -> Self {
        Lab {
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    /// A small lab in which nothing is wrong.
    pub fn new() -> Self {
        let lab = Lab::empty();
        lab.put("data/site.yaml", SITE);
        lab.put(
            "content/spaces/keuken.md",
            "---\ntitle: De keuken\n---\n\nKook mee!\n",
        );
        lab.put(
            "content/pages/over.md",
            "---\ntitle: Over ons\naliases: [/wie-zijn-wij/]\n---\n\nWij maken de stad.\n",
        );
        lab.put("content/events/soep.md", EVENT);
        lab.put("content/articles/open.md", ARTICLE);
        lab
    }

    /// The same with share cards, which take most of the time of a build that is not optimised.
    pub fn with_cards() -> Self {
        let lab = Lab::new();
        lab.put("data/site.yaml", SITE.replace("cards: false\n", ""));
        lab
    }

    /// A path in the lab.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Writes a file.
    pub fn put(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("inside the lab")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// Removes a file.
    pub fn remove(&self, path: &str) {
        fs::remove_file(self.path(path)).expect("it was there");
    }

    /// Writes `to` instead of the first `from` in a file.
    #[track_caller]
    pub fn edit(&self, path: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(path)).expect("it is there");
        assert!(text.contains(from), "{path} does not hold {from:?}");
        self.put(path, text.replacen(from, to, 1));
    }

    /// Runs git in the lab at a moment, and gives what it answers.
    #[track_caller]
    pub fn git(&self, date: &str, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .current_dir(self.folder.path())
            .args(["-c", "user.name=Lab", "-c", "user.email=lab@lab.example"])
            .args(["-c", "commit.gpgsign=false"])
            .args(arguments)
            .env("GIT_AUTHOR_DATE", date)
            .env("GIT_COMMITTER_DATE", date)
            .output()
            .expect("git runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "git {arguments:?}: {said}");
        String::from_utf8(output.stdout).expect("git answers in UTF-8")
    }

    /// A clone of the lab in `site`, with the last commit only.
    pub fn shallow_clone(&self) -> Lab {
        let origin = format!("file://{}", self.folder.path().display());
        let clone = Lab::empty();
        let cloned = Command::new("git")
            .args(["clone", "-q", "--depth", "1", &origin])
            .arg(clone.path("site"))
            .status();
        assert!(cloned.expect("git runs").success());
        clone
    }

    /// The program, ready to run in the lab, without anything of our environment that it heeds.
    pub fn plein(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_plein"));
        command.args(arguments);
        self.ready(command)
    }

    /// A shell in the lab that runs `script`; `"$0" "$@"` is the program with its arguments.
    pub fn shell(&self, script: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new("sh");
        command
            .args(["-c", script, env!("CARGO_BIN_EXE_plein")])
            .args(arguments);
        self.ready(command)
    }

    fn ready(&self, mut command: Command) -> Command {
        for name in [
            "NO_COLOR",
            "CLICOLOR",
            "CLICOLOR_FORCE",
            "SOURCE_DATE_EPOCH",
        ] {
            command.env_remove(name);
        }
        command.current_dir(self.folder.path());
        command
    }

    /// Runs the program to its end.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        let script = format!("ulimit -t {PROCESSOR_SECONDS}; exec \"$0\" \"$@\"");
        self.wait(self.shell(&script, arguments))
    }

    /// Runs a command to its end.
    pub fn wait(&self, mut command: Command) -> Ran {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = child.expect("it starts");
        let out = drain(child.stdout.take());
        let err = drain(child.stderr.take());
        let code = patient(&mut child);
        let lab = self.folder.path().display().to_string();
        Ran {
            code,
            out: out.join().expect("read"),
            err: err.join().expect("read").replace(&lab, "LAB"),
        }
    }

    /// Builds at the usual moment.
    pub fn build(&self) -> Ran {
        self.run(&["build", "--now", NOW])
    }

    /// Builds, and nothing is wrong.
    pub fn built(&self) -> Files {
        let ran = self.build();
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        self.public()
    }

    /// What stands in the output folder.
    pub fn public(&self) -> Files {
        files(&self.path("public"))
    }
}

const SITE: &str = "\
title: Ons lab
url: https://lab.example
languages: [nl]
timezone: Europe/Amsterdam
since: 2026-01-01
license: https://creativecommons.org/licenses/by/4.0/
publisher: { name: Ons lab, email: hallo@lab.example }
checks: { off: [{ code: check/no-summary, reason: tests are short }] }
cards: false
";

const EVENT: &str = "\
---
title: Soep
start: 2026-12-01T12:00
duration: 2h
space: keuken
---

Samen koken en eten.
";

const ARTICLE: &str = "\
---
title: Wij zijn open
date: 2026-11-01
---

De deur staat open.
";

impl Ran {
    /// The run ended with this code and said this, and nothing more, to whoever looks.
    #[track_caller]
    pub fn says(&self, code: i32, expected: &str) {
        let found = self.err.trim();
        let expected = dedent(expected);
        assert!(
            self.code == Some(code) && found == expected,
            "exit code {:?}, expected {code}\n{}",
            self.code,
            diff::lines(&expected, found)
        );
    }
}

/// Reads a stream to its end in a thread of its own, so that no pipe fills up.
fn drain(stream: Option<impl std::io::Read + Send + 'static>) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            stream.read_to_end(&mut bytes).expect("it can be read");
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Waits for a child to end, but not for ever.
pub fn patient(child: &mut Child) -> Option<i32> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("it can be waited for") {
            return status.code();
        }
        if started.elapsed() > PATIENCE {
            child.kill().expect("it can be killed");
            panic!("it did not end within {PATIENCE:?}");
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Every file below a folder.
pub fn files(folder: &Path) -> Files {
    let mut found = Files::new();
    for entry in walkdir::WalkDir::new(folder).into_iter().flatten() {
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(folder).expect("below it");
            let bytes = fs::read(entry.path()).expect("it can be read");
            found.insert(path.to_string_lossy().replace('\\', "/"), bytes);
        }
    }
    found
}

/// Every folder below a folder.
pub fn folders(folder: &Path) -> Vec<String> {
    let entries = walkdir::WalkDir::new(folder)
        .min_depth(1)
        .sort_by_file_name();
    let folders = entries.into_iter().flatten();
    folders
        .filter(|entry| entry.file_type().is_dir())
        .map(|entry| {
            let path = entry.path().strip_prefix(folder).expect("below it");
            path.to_string_lossy().replace('\\', "/")
        })
        .collect()
}

/// Both trees hold the same files with the same bytes.
#[track_caller]
pub fn same_files(expected: &Files, found: &Files) {
    let report = diff::files(expected, found);
    assert!(report.is_empty(), "{report}");
}

/// A text in which names of assets do not tell their content: `style.25006966.css` is
/// `style.HASH.css`.
pub fn without_hashes(text: &str) -> String {
    let hash =
        |part: &str, length| part.len() == length && part.bytes().all(|b| b.is_ascii_hexdigit());
    let shortened = |part: &str| match part.rsplit_once("/cards/") {
        Some((before, name)) if hash(name, 16) => format!("{before}/cards/HASH"),
        _ if hash(part, 8) => "HASH".to_owned(),
        _ => part.to_owned(),
    };
    text.split('.').map(shortened).collect::<Vec<_>>().join(".")
}

/// What the preview adds to a page in which nothing is wrong, before the number of the version and behind it.
const SCRIPT: [&str; 2] = [
    "<script src=\"/_plein/reload.js\" data-version=\"",
    "\" async></script>\n",
];

/// A page without what the preview adds, and which version it says to be.
pub fn parted(page: &str) -> (String, Option<u64>) {
    let found = page.split_once(SCRIPT[0]).and_then(|(before, rest)| {
        let (version, after) = rest.split_once(SCRIPT[1])?;
        Some((format!("{before}{after}"), version.parse().ok()))
    });
    found.unwrap_or_else(|| (page.to_owned(), None))
}

/// Whether what is expected is to be written anew: `UPDATE=1 cargo test`.
pub fn updates() -> bool {
    std::env::var_os("UPDATE").is_some_and(|value| !value.is_empty() && value != "0")
}

/// A text without the indentation that all of its lines share.
pub fn dedent(text: &str) -> String {
    let lines: Vec<&str> = text.trim_matches('\n').trim_end().lines().collect();
    let indent = |line: &&str| line.len() - line.trim_start().len();
    let filled = lines.iter().filter(|line| !line.trim().is_empty());
    let shared = filled.map(indent).min().unwrap_or(0);
    let cut = lines.iter().map(|line| line.get(shared..).unwrap_or(""));
    cut.collect::<Vec<_>>().join("\n")
}
