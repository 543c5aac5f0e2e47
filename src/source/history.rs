//! EDGE: the past of a site folder, from git, else from `data/history.json`.
//!
//! A file is published when it reaches the main line, so the first parent of each commit is followed:
//! what a branch changed a month ago and was merged today changed today.

#![expect(clippy::disallowed_methods, reason = "edge: asks git")]

use super::past::{self, History, Past, Removed};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

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
    let shallow = git(root, &["rev-parse", "--is-shallow-repository"], b"");
    let shallow = shallow.map(|answer| answer.starts_with(b"true"));
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
            past: from_git(root, now).unwrap_or_default(),
            doubt: Some(Doubt::Shallow),
        },
        Err(_) => Log::default(),
    }
}

/// The past as git knows it; `None` when there is no commit, or no git.
pub fn from_git(root: &Path, now: Timestamp) -> Option<Past> {
    // Names end with a zero byte, so that git quotes none of them; each commit begins with a byte
    // that no path begins with.
    let arguments = [
        "-c",
        "core.quotePath=off",
        "-c",
        "diff.renameLimit=0",
        "log",
        "--reverse",
        "--first-parent",
        "-m",
        "--format=%x01%H %ct",
        "--name-status",
        "-M75%",
        "-z",
        "--relative",
        "--",
        "content",
        "data",
    ];
    let (files, gone) = parse(&git(root, &arguments, b"")?);
    let since = past::since(now);
    let recent: Vec<(String, Gone)> = gone.into_iter().filter(|(_, g)| g.at > since).collect();
    let asked: String = recent
        .iter()
        .map(|(path, gone)| format!("{}^:./{path}\n", gone.commit))
        .collect();
    let answers = git(root, &["cat-file", "--batch"], asked.as_bytes()).unwrap_or_default();
    let removed = recent.into_iter().zip(objects(&answers));
    let removed = removed.filter_map(|((path, gone), text)| {
        let Gone { at, renamed_to, .. } = gone;
        let text = text?;
        Some((
            path,
            Removed {
                at,
                text,
                renamed_to,
            },
        ))
    });
    Some(Past {
        removed: removed.collect(),
        files,
    })
}

/// What git answers; `None` when it fails or is not there.
fn git(root: &Path, arguments: &[&str], input: &[u8]) -> Option<Vec<u8>> {
    let mut child = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(arguments)
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut stdin = child.stdin.take()?;
    // Written while git answers: neither waits for the other's full pipe.
    let output = std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(input));
        child.wait_with_output()
    });
    output
        .ok()
        .filter(|output| output.status.success())
        .map(|output| output.stdout)
}

/// A file that a commit took away.
#[derive(Debug, PartialEq, Eq)]
struct Gone {
    at: Timestamp,
    commit: String,
    renamed_to: Option<String>,
}

/// Reads `git log --reverse -z --format='%x01%H %ct' --name-status`: oldest commit first. Clocks of
/// several people differ, but a later commit never counts as earlier.
fn parse(log: &[u8]) -> (BTreeMap<String, History>, BTreeMap<String, Gone>) {
    let (mut files, mut gone) = (BTreeMap::<String, History>::new(), BTreeMap::new());
    let (mut at, mut commit) = (Timestamp::UNIX_EPOCH, String::new());
    let mut fields = log.split(|byte| *byte == 0).map(String::from_utf8_lossy);
    while let Some(field) = fields.next() {
        let mut field = field.trim_start_matches('\n');
        if let Some(head) = field.strip_prefix('\u{1}') {
            let (head, rest) = head.split_once('\n').unwrap_or((head, ""));
            let (hash, seconds) = head.split_once(' ').unwrap_or((head, ""));
            commit = hash.to_owned();
            let seconds = seconds.trim().parse().ok();
            let time = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
            at = at.max(time.unwrap_or(at));
            field = rest.trim_start_matches('\n');
        }
        let Some(letter) = field.chars().next() else {
            continue;
        };
        let Some(path) = fields.next().map(|path| path.into_owned()) else {
            break;
        };
        let renamed_to = match letter {
            'R' => fields.next().map(|path| path.into_owned()),
            _ => None,
        };
        let first = files.get(&path).map_or(at, |known| known.created);
        if let Some(new) = renamed_to.as_ref().or((letter != 'D').then_some(&path)) {
            gone.remove(new);
            let (created, updated) = (first, at);
            files.insert(new.clone(), History { created, updated });
        }
        if letter == 'D' || renamed_to.is_some() {
            let commit = commit.clone();
            gone.insert(
                path,
                Gone {
                    at,
                    commit,
                    renamed_to,
                },
            );
        }
    }
    (files, gone)
}

/// The texts in an answer of `git cat-file --batch`; `None` for what is not there or not text.
fn objects(mut answer: &[u8]) -> Vec<Option<String>> {
    let mut texts = Vec::new();
    while let Some(end) = answer.iter().position(|byte| *byte == b'\n') {
        let head = String::from_utf8_lossy(&answer[..end]);
        answer = &answer[end + 1..];
        let size = head.rsplit(' ').next().and_then(|size| size.parse().ok());
        let Some(size) = size.filter(|size: &usize| *size < answer.len()) else {
            texts.push(None);
            continue;
        };
        texts.push(std::str::from_utf8(&answer[..size]).ok().map(str::to_owned));
        answer = &answer[size + 1..];
    }
    texts
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
        let log = b"\x01aa 100\0\nA\0content/a.md\0\x01bb 200\0\x01cc 300\0\nA\0content/b.md\0M\0content/a.md\0";
        let (files, gone) = parse(log);
        assert_eq!(seconds(&files, "content/a.md"), Some((100, 300)));
        assert_eq!(seconds(&files, "content/b.md"), Some((300, 300)));
        assert_eq!((files.len(), gone.len()), (2, 0));
    }

    #[test]
    fn a_renamed_file_keeps_its_first_date_and_the_old_name_is_gone() {
        let log = b"\x01aa 100\0\nA\0a.md\0\x01bb 300\0\nR090\0a.md\0b.md\0\x01cc 250\0\nD\0b.md\0";
        let (files, gone) = parse(log);
        assert_eq!(seconds(&files, "b.md"), Some((100, 300)));
        let at = |path: &str| {
            gone.get(path)
                .map(|g| (g.at.as_second(), g.commit.as_str()))
        };
        assert_eq!(at("a.md"), Some((300, "bb")));
        assert_eq!(gone["a.md"].renamed_to.as_deref(), Some("b.md"));
        // The clock of the last committer was behind.
        assert_eq!(at("b.md"), Some((300, "cc")));
    }

    #[test]
    fn what_comes_back_is_not_gone() {
        let log = b"\x01aa 100\0\nA\0a.md\0\x01bb 200\0\nD\0a.md\0\x01cc 300\0\nA\0a.md\0";
        let (files, gone) = parse(log);
        assert_eq!(seconds(&files, "a.md"), Some((100, 300)));
        assert!(gone.is_empty());
    }

    #[test]
    fn objects_are_read_by_their_size() {
        let answer = b"aa blob 4\na\nb\n\nxx^:./c.md missing\nbb blob 0\n\ncc blob 1\n\xff\n";
        let found = objects(answer);
        let expected = [Some("a\nb\n".to_owned()), None, Some(String::new()), None];
        assert_eq!(found, expected);
    }
}
