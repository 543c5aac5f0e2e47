//! EDGE: when each file was first and last committed, from one `git log`.

#![expect(clippy::disallowed_methods, reason = "edge: asks git")]

use jiff::Timestamp;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// First and last commit of each file, by path relative to the site folder.
pub type Dates = BTreeMap<String, (Timestamp, Timestamp)>;

/// What git knows of a folder.
#[derive(Debug, Default)]
pub struct Log {
    /// Dates of the files that are still there or once were.
    pub dates: Dates,
    /// Whether the history was cut off: then the dates are those of the cut.
    pub shallow: bool,
}

/// Reads the history of a site folder; nothing when it is not in git or git is not there.
pub fn read(root: &Path) -> Log {
    let git = |arguments: &[&str]| {
        let output = Command::new("git")
            .arg("-C")
            .arg(root)
            .args(arguments)
            .env("LC_ALL", "C")
            .output()
            .ok()?;
        output.status.success().then_some(output.stdout)
    };
    let Some(shallow) = git(&["rev-parse", "--is-shallow-repository"]) else {
        return Log::default();
    };
    // Names end with a zero byte, so that git quotes none of them; each commit begins with a byte
    // that no path begins with.
    let arguments = [
        "-c",
        "core.quotePath=off",
        "log",
        "--format=%x01%ct",
        "--name-only",
        "--no-renames",
        "-z",
        "--relative",
        "--",
        "content",
        "data",
    ];
    let log = git(&arguments).unwrap_or_default();
    Log {
        dates: parse(&log),
        shallow: shallow.starts_with(b"true"),
    }
}

/// Reads `git log -z --format=%x01%ct --name-only`: newest commit first.
fn parse(log: &[u8]) -> Dates {
    let mut dates = Dates::new();
    let mut commit = Timestamp::UNIX_EPOCH;
    for field in log.split(|byte| *byte == 0) {
        let field = String::from_utf8_lossy(field);
        let mut name = field.trim_start_matches('\n');
        if let Some(rest) = name.strip_prefix('\u{1}') {
            let (seconds, path) = rest.split_once('\n').unwrap_or((rest, ""));
            commit = seconds
                .trim()
                .parse()
                .ok()
                .and_then(|s| Timestamp::from_second(s).ok())
                .unwrap_or(commit);
            name = path.trim_start_matches('\n');
        }
        if !name.is_empty() {
            let known = dates.entry(name.to_owned()).or_insert((commit, commit));
            *known = (known.0.min(commit), known.1.max(commit));
        }
    }
    dates
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_the_dates_of_its_first_and_last_commit() {
        let log = b"\x01300\0\ncontent/b.md\0content/a.md\0\x01200\0\n\x01100\0\ncontent/a.md\0";
        let dates = parse(log);
        let seconds = |path: &str| dates.get(path).map(|(a, b)| (a.as_second(), b.as_second()));
        assert_eq!(seconds("content/a.md"), Some((100, 300)));
        assert_eq!(seconds("content/b.md"), Some((300, 300)));
        assert_eq!(dates.len(), 2);
    }
}
