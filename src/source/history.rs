//! EDGE: the past of a site folder, from git, else from `data/history.json`.
//!
//! A file is published when it reaches the main line, so the first parent of each commit is followed:
//! what a branch changed a month ago and was merged today changed today.

#![expect(
    clippy::disallowed_methods,
    reason = "edge: reads what a folder outside git remembers"
)]

use super::git::git;
use super::numbering::{Numbering, Texts, Touch};
use super::past::{self, Changed, DATED, History, Past, Removed};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::path::Path;

/// What is known of a folder's past.
#[derive(Debug, Default)]
pub struct Log {
    /// The past itself.
    pub past: Past,
    /// Why it is not what it should be, with the mend.
    pub doubt: Option<Doubt>,
}

/// Why the past is not known well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// Git has only part of the history, and `data/history.json` is not there.
    Shallow,
    /// `data/history.json` cannot be read.
    Unreadable(String),
}

impl std::fmt::Display for Doubt {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Doubt::Shallow => f.write_str(
                "warning: git has only part of the history, so dates of change are wrong\n  = help: git fetch --unshallow",
            ),
            Doubt::Unreadable(why) => write!(
                f,
                "warning: `{}` cannot be read, so dates of change are wrong: {why}\n  = help: write it again where git is: plein history",
                past::FILE
            ),
        }
    }
}

/// Reads the past of a site folder; nothing when neither git nor `data/history.json` knows it. What was
/// removed long before `now` is left out.
pub fn read(root: &Path, now: Timestamp) -> Log {
    let shallow = is_shallow(root);
    if shallow == Some(false)
        && let Some(past) = from_git(root, now)
    {
        return Log { past, doubt: None };
    }
    match std::fs::read(root.join(past::FILE)) {
        Ok(bytes) => match serde_json::from_slice(&bytes) {
            Ok(past) => Log { past, doubt: None },
            Err(error) => Log {
                doubt: Some(Doubt::Unreadable(error.to_string())),
                ..Log::default()
            },
        },
        Err(_) if shallow == Some(true) => Log {
            // What was there before the oldest commit that git has would seem to be new.
            past: Past {
                changed: None,
                ..from_git(root, now).unwrap_or_default()
            },
            doubt: Some(Doubt::Shallow),
        },
        Err(_) => Log::default(),
    }
}

/// The past of a site folder as a commit knew it.
pub fn read_revision(root: &Path, commit: &str, now: Timestamp) -> Log {
    let mut past = from_commit(root, commit, now).unwrap_or_default();
    let doubt = (is_shallow(root) != Some(false)).then_some(Doubt::Shallow);
    if doubt.is_some() {
        past.changed = None;
    }
    Log { past, doubt }
}

/// Whether git has only part of the history; `None` outside git.
fn is_shallow(root: &Path) -> Option<bool> {
    let answer = git(root, &["rev-parse", "--is-shallow-repository"], b"");
    answer.map(|answer| answer.starts_with(b"true"))
}

/// What git is asked for. Names end with a zero byte, so that git quotes none of them; each commit
/// begins with a byte that no path begins with.
const LOG: &[&str] = &[
    "-c",
    "core.quotePath=off",
    "-c",
    "diff.renameLimit=0",
    "log",
    "--reverse",
    "--first-parent",
    "-m",
    "--format=%x01%ct",
    "--raw",
    "--no-abbrev",
    "-M75%",
    "-z",
    "--relative",
];

/// The past as git knows it; `None` when there is no commit, or no git.
pub fn from_git(root: &Path, now: Timestamp) -> Option<Past> {
    from_commit(root, "HEAD", now)
}

fn from_commit(root: &Path, commit: &str, now: Timestamp) -> Option<Past> {
    let asked = [LOG, &[commit, "--", "content", "data"]].concat();
    let mut told = parse(&git(root, &asked, b"")?);
    let since = past::since(now);
    let gone: Vec<(String, Gone)> = told.gone.into_iter().filter(|g| g.1.at > since).collect();
    let since = past::told_since(now);
    let steps: Vec<(String, Vec<Step>)> = told
        .steps
        .into_iter()
        .map(|(path, steps)| (path, steps.into_iter().filter(|s| s.at > since).collect()))
        .filter(|(_, steps): &(String, Vec<Step>)| !steps.is_empty())
        .collect();
    let of_gone = gone.iter().map(|(_, gone)| gone.blob.as_str());
    let of_steps = steps.iter().flat_map(|(_, steps)| wanted(steps));
    let names = told.numbering.wanted(now);
    let asked = of_gone
        .chain(of_steps)
        .chain(names.iter().map(String::as_str));
    let mut texts = texts(root, asked).into_iter();
    let mut removed = BTreeMap::new();
    for ((path, gone), text) in gone.into_iter().zip(texts.by_ref()) {
        let Gone { at, renamed_to, .. } = gone;
        if let Some(text) = text {
            removed.insert(
                path,
                Removed {
                    at,
                    text,
                    renamed_to,
                },
            );
        }
    }
    let mut changed = BTreeMap::new();
    for (path, steps) in steps {
        let answers = texts.by_ref().take(wanted(&steps).count()).collect();
        // With a text that cannot be read nobody can tell what changed.
        if let Some(changes) = changes(steps, answers) {
            changed.insert(path, changes);
        }
    }
    let named = names.into_iter().zip(texts);
    let named = named.filter_map(|(object, text)| Some((object, text?)));
    let (objects, zone) = (named.collect(), zone(root));
    let numbers = told.numbering.finish(&Texts { objects, zone }, now);
    Some(Past {
        files: told.files,
        removed,
        changed: Some(changed),
        numbers: Some(numbers),
    })
}

/// The zone of a site, whose configuration is read as a whole elsewhere.
fn zone(root: &Path) -> TimeZone {
    let config = std::fs::read_to_string(root.join("data/site.yaml")).unwrap_or_default();
    let lines = config
        .lines()
        .filter_map(|line| line.strip_prefix("timezone:"));
    let name = lines.map(|name| {
        name.split('#')
            .next()
            .unwrap_or_default()
            .trim()
            .trim_matches(['"', '\''])
    });
    let mut zones = name.filter_map(|name| TimeZone::get(name).ok());
    zones.next().unwrap_or(TimeZone::UTC)
}

/// The objects that a file's changes ask for: what it held before each, and what it holds since the
/// last. What was merely added asks for none, so a young repository is read no slower.
fn wanted(steps: &[Step]) -> impl Iterator<Item = &str> {
    let any = steps.iter().any(|step| step.old.is_some());
    let last = steps
        .last()
        .filter(|_| any)
        .and_then(|step| step.new.as_ref());
    let old = steps.iter().filter_map(|step| step.old.as_ref());
    old.chain(last).map(String::as_str)
}

/// A file's changes, with the texts that they asked for.
fn changes(steps: Vec<Step>, answers: Vec<Option<String>>) -> Option<Vec<Changed>> {
    let mut texts = answers.into_iter();
    let mut changes = Vec::with_capacity(steps.len());
    for step in steps {
        changes.push(Changed {
            at: step.at,
            before: match step.old {
                Some(_) => Some(texts.next()??),
                None => None,
            },
            after: None,
            renamed_from: step.renamed_from,
        });
    }
    if let (Some(last), Some(text)) = (changes.last_mut(), texts.next()) {
        last.after = Some(text?);
    }
    Some(changes)
}

/// The texts of objects, asked of git all at once; git is not asked for none.
fn texts<'a>(root: &Path, objects: impl Iterator<Item = &'a str>) -> Vec<Option<String>> {
    let asked: String = objects.map(|blob| format!("{blob}\n")).collect();
    if asked.is_empty() {
        return vec![];
    }
    let answer = git(root, &["cat-file", "--batch"], asked.as_bytes());
    self::objects(&answer.unwrap_or_default())
}

/// A file that a commit took away.
#[derive(Debug, PartialEq, Eq)]
struct Gone {
    at: Timestamp,
    /// The object that it was.
    blob: String,
    renamed_to: Option<String>,
}

/// A commit's change of a file with dates.
#[derive(Debug, PartialEq, Eq)]
struct Step {
    at: Timestamp,
    /// The object that it was.
    old: Option<String>,
    /// The object that it became.
    new: Option<String>,
    renamed_from: Option<String>,
}

/// What a log tells.
#[derive(Default)]
struct Told {
    files: BTreeMap<String, History>,
    gone: BTreeMap<String, Gone>,
    /// The changes of what has dates and is still there, oldest first.
    steps: BTreeMap<String, Vec<Step>>,
    /// The order of all changes.
    numbering: Numbering,
}

/// Reads `git log --reverse -z --format=%x01%ct --raw --no-abbrev`: oldest commit first. Clocks of
/// several people differ, but a later commit never counts as earlier.
fn parse(log: &[u8]) -> Told {
    let mut told = Told::default();
    let mut at = Timestamp::UNIX_EPOCH;
    let mut fields = log.split(|byte| *byte == 0).map(String::from_utf8_lossy);
    while let Some(field) = fields.next() {
        let mut field = field.trim_start_matches('\n');
        if let Some(head) = field.strip_prefix('\u{1}') {
            let (seconds, rest) = head.split_once('\n').unwrap_or((head, ""));
            let seconds = seconds.trim().parse().ok();
            let time = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
            at = at.max(time.unwrap_or(at));
            told.numbering.begin(at);
            field = rest.trim_start_matches('\n');
        }
        // `:100644 100644 <object> <object> M`
        let mut words = field.split(' ').skip(2);
        let (Some(old), Some(new), Some(letter)) = (words.next(), words.next(), words.next())
        else {
            continue;
        };
        let Some(path) = fields.next().map(|path| path.into_owned()) else {
            break;
        };
        let object = |name: &str| (!name.bytes().all(|b| b == b'0')).then(|| name.to_owned());
        let renamed_to = match letter.starts_with('R') {
            true => fields.next().map(|path| path.into_owned()),
            false => None,
        };
        let step = Step {
            at,
            old: object(old),
            new: object(new),
            renamed_from: renamed_to.is_some().then(|| path.clone()),
        };
        told.numbering.touch(Touch {
            path: path.clone(),
            renamed_to: renamed_to.clone(),
            old: step.old.clone(),
            new: step.new.clone(),
        });
        told.note(path, renamed_to, step);
    }
    told
}

impl Told {
    /// Notes what a commit did to a file.
    fn note(&mut self, path: String, renamed_to: Option<String>, step: Step) {
        let at = step.at;
        let known = self.files.get(&path);
        let created = known.map_or(at, |known| known.created);
        let revisions = known.map_or(1, |known| known.revisions + 1);
        let is_gone = step.new.is_none() || renamed_to.is_some();
        let new = renamed_to.clone().unwrap_or_else(|| path.clone());
        let mut steps = self.steps.remove(&path).unwrap_or_default();
        if is_gone {
            let (blob, renamed_to) = (step.old.clone().unwrap_or_default(), renamed_to);
            let gone = Gone {
                at,
                blob,
                renamed_to,
            };
            self.gone.insert(path, gone);
        }
        if step.new.is_some() {
            self.gone.remove(&new);
            let history = History {
                created,
                updated: at,
                revisions,
            };
            self.files.insert(new.clone(), history);
            if DATED.iter().any(|folder| new.starts_with(folder)) {
                steps.push(step);
                self.steps.insert(new, steps);
            }
        }
    }
}

/// The texts in an answer of `git cat-file --batch`; `None` for what is not there or not text.
fn objects(answer: &[u8]) -> Vec<Option<String>> {
    let text = |bytes| {
        let text = std::str::from_utf8(bytes).ok()?;
        Some(text.strip_prefix('\u{feff}').unwrap_or(text).to_owned())
    };
    let objects = super::git::objects(answer).into_iter();
    objects.map(|object| object.and_then(text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(files: &BTreeMap<String, History>, path: &str) -> Option<(i64, i64)> {
        files
            .get(path)
            .map(|file| (file.created.as_second(), file.updated.as_second()))
    }

    #[test]
    fn a_file_has_the_dates_of_its_first_and_last_commit() {
        let log = b"\x01100\0\n:0 1 00 aa A\0content/a.md\0\x01200\0\x01300\0\n:0 1 00 bb A\0content/b.md\0:1 1 aa ab M\0content/a.md\0";
        let Told { files, gone, .. } = parse(log);
        assert_eq!(seconds(&files, "content/a.md"), Some((100, 300)));
        assert_eq!(seconds(&files, "content/b.md"), Some((300, 300)));
        assert_eq!((files.len(), gone.len()), (2, 0));
    }

    #[test]
    fn a_renamed_file_keeps_its_first_date_and_the_old_name_is_gone() {
        let log = b"\x01100\0\n:0 1 00 aa A\0a.md\0\x01300\0\n:1 1 aa bb R090\0a.md\0b.md\0\x01250\0\n:1 0 bb 00 D\0b.md\0";
        let Told { files, gone, .. } = parse(log);
        assert_eq!(seconds(&files, "b.md"), Some((100, 300)));
        let at = |path: &str| gone.get(path).map(|g| (g.at.as_second(), g.blob.as_str()));
        assert_eq!(at("a.md"), Some((300, "aa")));
        assert_eq!(gone["a.md"].renamed_to.as_deref(), Some("b.md"));
        // The clock of the last committer was behind.
        assert_eq!(at("b.md"), Some((300, "bb")));
    }

    #[test]
    fn what_comes_back_is_not_gone() {
        let log = b"\x01100\0\n:0 1 00 aa A\0a.md\0\x01200\0\n:1 0 aa 00 D\0a.md\0\x01300\0\n:0 1 00 aa A\0a.md\0";
        let Told { files, gone, .. } = parse(log);
        assert_eq!(seconds(&files, "a.md"), Some((100, 300)));
        assert!(gone.is_empty());
    }

    #[test]
    fn changes_of_what_has_dates_are_kept_under_its_last_name_and_ask_for_what_it_was() {
        let log = b"\x01100\0\n:0 1 00 aa A\0content/events/a.md\0:0 1 00 cc A\0content/events/c.md\0:0 1 00 dd A\0content/spaces/d.md\0\x01200\0\n:1 1 aa ab M\0content/events/a.md\0:1 1 dd de M\0content/spaces/d.md\0\x01300\0\n:1 1 ab ac R090\0content/events/a.md\0content/events/b.md\0";
        let told = parse(log);
        let paths: Vec<&String> = told.steps.keys().collect();
        assert_eq!(paths, ["content/events/b.md", "content/events/c.md"]);
        let steps = &told.steps["content/events/b.md"];
        let times: Vec<i64> = steps.iter().map(|step| step.at.as_second()).collect();
        assert_eq!(times, [100, 200, 300]);
        assert_eq!(
            steps[2].renamed_from.as_deref(),
            Some("content/events/a.md")
        );
        assert_eq!(wanted(steps).collect::<Vec<_>>(), ["aa", "ab", "ac"]);
        assert_eq!(wanted(&told.steps["content/events/c.md"]).count(), 0);
    }

    #[test]
    fn texts_go_to_the_changes_that_asked_for_them() {
        let step = |old: Option<&str>, new: &str| Step {
            at: Timestamp::UNIX_EPOCH,
            old: old.map(str::to_owned),
            new: Some(new.to_owned()),
            renamed_from: None,
        };
        let steps = || vec![step(None, "aa"), step(Some("aa"), "ab")];
        let found = changes(steps(), vec![Some("a".into()), Some("b".into())]).unwrap();
        let texts: Vec<_> = found
            .iter()
            .map(|c| (c.before.as_deref(), c.after.as_deref()))
            .collect();
        assert_eq!(texts, [(None, None), (Some("a"), Some("b"))]);
        assert_eq!(changes(steps(), vec![None, Some("b".into())]), None);
    }

    #[test]
    fn objects_are_read_by_their_size() {
        let answer = b"aa blob 4\na\nb\n\nxx^:./c.md missing\nbb blob 0\n\ncc blob 1\n\xff\n";
        let found = objects(answer);
        let expected = [Some("a\nb\n".to_owned()), None, Some(String::new()), None];
        assert_eq!(found, expected);
    }
}
