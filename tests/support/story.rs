//! A story of a diagnostic: a file in which code blocks are the files of a site, and the last one is what Plein says.

use plein::content::parse::Cache;
use plein::diagnostic::{Diagnostics, Language, terminal};
use plein::press::{self, Inputs};
use plein::source::disk;
use plein::source::history;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// When the stories happen.
const NOW: &str = "2026-11-22T12:00:00+01:00";

/// The site that lies under every story; a story replaces a file by one of the same name.
const SITE: &[(&str, &str)] = &[
    (
        "data/site.yaml",
        "title: Lab\nurl: https://lab.example\nlanguages: [nl, en]\ntimezone: Europe/Amsterdam\n",
    ),
    (
        "data/topics.yaml",
        "- id: energie\n  title: Energie\n- id: voedsel\n  title: Voedsel\n",
    ),
    (
        "data/neighbourhoods.yaml",
        "- id: centrum\n  title: Centrum\n",
    ),
    (
        "content/spaces/keuken.md",
        "---\ntitle: Keuken\n---\nHier koken we.\n",
    ),
];

/// What lies under the stories of `plein check` instead: a site with which all is well.
const CHECKED: &[(&str, &str)] = &[
    (
        "data/site.yaml",
        "title: Lab\nurl: https://lab.example\nlanguages: [nl]\ntimezone: Europe/Amsterdam\n\
         checks:\n  off:\n    - code: check/no-summary\n      reason: so that stories are short\n",
    ),
    (
        "content/spaces/keuken.md",
        "---\ntitle: Keuken\n---\nHier koken we.\n",
    ),
];

/// A line that takes the place of all files: the story cannot be shown by a site.
pub const TOLD_ONLY: &str = "<!-- told only: no file of a site can cause it -->";

/// The answers to every story of a code: they take a while, and several tests want them.
pub fn all_told() -> &'static BTreeMap<String, Told> {
    static ALL: LazyLock<BTreeMap<String, Told>> = LazyLock::new(|| {
        let stories = stories("tests/diagnostics");
        let told = stories.par_iter().filter(|story| !story.told_only());
        told.map(|story| (story.code.clone(), story.told()))
            .collect()
    });
    &ALL
}

/// A file of stories: its words and its blocks.
pub struct Story {
    pub file: PathBuf,
    /// The code that it tells of; the path below `tests/diagnostics/`.
    pub code: String,
    pub text: String,
    /// Everything before the first block.
    pub words: String,
    pub blocks: Vec<Block>,
}

/// What Plein says to a story.
pub struct Told {
    pub english: String,
    pub dutch: String,
    pub diagnostics: Diagnostics,
}

/// A block of a story.
pub struct Block {
    pub info: String,
    pub text: String,
    /// Number of the first line of its text.
    pub line: usize,
}

impl Story {
    pub fn read(root: &str, file: PathBuf) -> Story {
        let text = fs::read_to_string(&file).expect("a story is UTF-8");
        let mut blocks: Vec<Block> = Vec::new();
        let mut open = false;
        for (n, line) in text.lines().enumerate() {
            match (open, line.strip_prefix("```")) {
                (false, Some(info)) => {
                    blocks.push(Block {
                        info: info.trim().to_owned(),
                        text: String::new(),
                        line: n + 1,
                    });
                    open = true;
                }
                (true, Some("")) => open = false,
                (true, _) => {
                    let block = blocks.last_mut().expect("a block is open");
                    block.text.push_str(line);
                    block.text.push('\n');
                }
                (false, None) => {}
            }
        }
        assert!(!open, "{}: a block is not closed", file.display());
        let code = file.strip_prefix(root).expect("it lies below its folder");
        Story {
            code: code.with_extension("").to_string_lossy().replace('\\', "/"),
            words: text.split("\n```").next().unwrap_or("").to_owned(),
            file,
            text,
            blocks,
        }
    }

    pub fn told_only(&self) -> bool {
        self.text.contains(TOLD_ONLY)
    }

    /// Whether `plein check` tells it, and not every build.
    pub fn is_checked(&self) -> bool {
        self.code.starts_with("check/")
    }

    pub fn expected(&self) -> &Block {
        let last = self.blocks.last().filter(|b| b.info == "text expected");
        last.unwrap_or_else(|| panic!("{}: the last block is `text expected`", self.code))
    }

    /// Writes the site of the story into a folder.
    fn lay_out(&self, folder: &Path) {
        let checked = if self.is_checked() { CHECKED } else { &[] };
        for (path, text) in SITE.iter().chain(checked) {
            write(folder, path, text.as_bytes());
        }
        for block in self.blocks.iter().filter(|b| b.info != "text expected") {
            let (sort, rest) = block.info.split_once(' ').unwrap_or_default();
            let (path, fill) = match rest.split_once(" fill=") {
                Some((path, size)) => (path, Some(size)),
                None => (rest, None),
            };
            assert!(path.contains('/'), "{}: `{}`", self.code, block.info);
            match (sort, fill) {
                ("link", _) => link(folder, path, block.text.trim()),
                ("gone", _) => fs::remove_file(folder.join(path)).expect("it was there"),
                ("bytes", _) => write(folder, path, &hexadecimal(&block.text)),
                (_, Some(size)) => write(folder, path, filled(&block.text, size).as_bytes()),
                _ => write(folder, path, block.text.as_bytes()),
            }
        }
    }

    /// What Plein says to it, in English and in Dutch, and each message by itself.
    pub fn told(&self) -> Told {
        let folder = tempfile::tempdir().expect("there is room for a site");
        self.lay_out(folder.path());
        let now = NOW.parse().expect("a moment");
        let past = history::read(folder.path(), now).past;
        let folder = disk::read(folder.path());
        let inputs = Inputs {
            folder: &folder,
            past: &past,
            now,
            preview: false,
        };
        let (_, mut diagnostics) = press::build(&inputs);
        if self.is_checked() {
            let mut faults = Vec::new();
            let prepared = press::prepare(&inputs, &mut Cache::default(), &mut faults);
            let (press, plan) = prepared.expect("a site that can be checked");
            let (sources, theme) = (&folder.sources, &folder.theme);
            plein::check::check((&press, &plan), sources, theme, &mut faults);
            diagnostics = press::sorted(faults, &inputs);
        }
        let shown = |language| {
            let told = diagnostics.iter();
            let told = told.map(|d| terminal::render(d, &folder.sources, language, false));
            told.collect::<Vec<_>>().join("\n\n") + "\n"
        };
        Told {
            english: shown(Language::En),
            dutch: shown(Language::Nl),
            diagnostics,
        }
    }

    /// What it tells, and the message. Its words are English: in Dutch the manual has its own.
    pub fn in_short(&self, language: Language) -> String {
        let message = match language {
            Language::Nl if !self.told_only() => all_told()[&self.code].dutch.clone(),
            _ => self.blocks.last().map_or("", |block| &block.text).into(),
        };
        let words = match language {
            Language::Nl => String::new(),
            Language::En => self.words.replace(TOLD_ONLY, "").trim().to_owned() + "\n\n",
        };
        format!("{words}```text\n{message}```\n")
    }

    /// The same, with the file that is wrong, if it is a short one.
    pub fn in_full(&self, language: Language) -> String {
        let files = self.blocks.iter().filter(|block| {
            let path = block.info.split(' ').nth(1).unwrap_or("");
            let is_text = block.info.starts_with("markdown ") || block.info.starts_with("yaml ");
            is_text && !path.is_empty() && block.text.lines().count() <= 16
        });
        let files = files.map(|block| {
            let mut parts = block.info.split(' ');
            let (sort, path) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
            format!("`{path}`:\n\n```{sort}\n{}```\n\n", block.text)
        });
        files.collect::<String>() + &self.in_short(language)
    }

    /// Puts an answer in the place of the expected one.
    pub fn rewrite(&self, answer: &str) {
        let block = self.expected();
        let lines: Vec<&str> = self.text.lines().collect();
        let old = block.text.lines().count();
        let mut text = lines[..block.line].join("\n") + "\n" + answer;
        for line in &lines[block.line + old..] {
            text = text + line + "\n";
        }
        fs::write(&self.file, text).expect("a story can be rewritten");
    }
}

fn write(folder: &Path, path: &str, bytes: &[u8]) {
    let file = folder.join(path);
    fs::create_dir_all(file.parent().expect("it lies in a folder")).expect("a folder");
    fs::write(file, bytes).expect("a file");
}

fn link(folder: &Path, path: &str, target: &str) {
    let file = folder.join(path);
    fs::create_dir_all(file.parent().expect("it lies in a folder")).expect("a folder");
    #[cfg(unix)]
    std::os::unix::fs::symlink(target, file).expect("a link");
    #[cfg(windows)]
    std::os::windows::fs::symlink_dir(target, file).expect("a link");
}

fn hexadecimal(text: &str) -> Vec<u8> {
    text.split_whitespace()
        .map(|byte| u8::from_str_radix(byte, 16).expect("two hexadecimal digits"))
        .collect()
}

/// The text with as many lines for its line `…` as make the file `size` bytes long.
fn filled(text: &str, size: &str) -> String {
    let size: usize = size.parse().expect("a number of bytes");
    let line = text.lines().find(|line| line.trim() == "…");
    let line = line.expect("a line `…`");
    let more = format!("{}\n", line.replace('…', "en zo gaat het nog lang door"));
    text.replace(&format!("{line}\n"), &more.repeat(size / more.len()))
}

pub fn files(folder: &str, end: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            match path.is_dir() {
                true => folders.push(path),
                false if path.to_string_lossy().ends_with(end) => found.push(path),
                false => {}
            }
        }
    }
    found.sort();
    found
}

pub fn stories(root: &str) -> Vec<Story> {
    let files = files(root, ".md").into_iter();
    files.map(|file| Story::read(root, file)).collect()
}
