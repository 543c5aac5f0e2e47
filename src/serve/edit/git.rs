//! What changed since the last commit, and the next one.

use super::Answer;
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a site's editors write.
const PARTS: [&str; 2] = ["content", "data"];

/// What differs from the last commit, as git shows it, file by file.
pub fn diff(root: &Path) -> Answer {
    let Ok(status) = git(
        root,
        &[
            "status",
            "--porcelain",
            "-z",
            "--no-renames",
            "--untracked-files=all",
            "--",
            PARTS[0],
            PARTS[1],
        ],
        "",
    ) else {
        return (StatusCode::OK, json!({"git": false}));
    };
    let files: Vec<(String, String)> = status
        .split('\0')
        .filter_map(|line| {
            let (sort, path) = line.split_at_checked(3)?;
            Some((sort.trim().to_owned(), path.to_owned()))
        })
        .collect();
    let mut shown = git(
        root,
        &[
            "diff",
            "--no-color",
            "--no-ext-diff",
            "HEAD",
            "--",
            PARTS[0],
            PARTS[1],
        ],
        "",
    )
    .unwrap_or_default();
    for (_, path) in files.iter().filter(|(sort, _)| sort == "??") {
        // Paths of status are counted from the top of the repository, which may lie above the site.
        let top = git(root, &["rev-parse", "--show-toplevel"], "").unwrap_or_default();
        let text =
            std::fs::read_to_string(Path::new(top.trim_end()).join(path)).unwrap_or_default();
        shown.push_str(&format!("new file: {path}\n"));
        shown.extend(text.lines().map(|line| format!("+{line}\n")));
    }
    let files: Vec<Value> = files
        .iter()
        .map(|(sort, path)| json!({"sort": sort, "file": path}))
        .collect();
    (
        StatusCode::OK,
        json!({"git": true, "files": files, "diff": shown}),
    )
}

/// Commits everything that editors write.
pub fn commit(root: &Path, message: &str) -> Answer {
    if message.trim().is_empty() {
        return (
            StatusCode::UNPROCESSABLE_ENTITY,
            json!({"refused": "a commit needs a message"}),
        );
    }
    let parts = PARTS
        .iter()
        .filter(|part| root.join(part).exists())
        .copied();
    let parts: Vec<&str> = parts.collect();
    let add: Vec<&str> = ["add", "--all", "--"]
        .into_iter()
        .chain(parts.iter().copied())
        .collect();
    let commit: Vec<&str> = ["commit", "--file=-", "--"]
        .into_iter()
        .chain(parts.iter().copied())
        .collect();
    let done = git(root, &add, "").and_then(|_| git(root, &commit, message));
    match done {
        Ok(_) => (StatusCode::OK, json!({"committed": true})),
        Err(why) => (StatusCode::UNPROCESSABLE_ENTITY, json!({"refused": why})),
    }
}

/// Runs git; in its own words why it did not do it.
fn git(root: &Path, arguments: &[&str], input: &str) -> Result<String, String> {
    let mut child = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("git could not be run: {error}"))?;
    if let Some(mut stdin) = child.stdin.take() {
        // What it does not read is no fault: it says itself what is wrong.
        let _ = stdin.write_all(input.as_bytes());
    }
    let output = child
        .wait_with_output()
        .map_err(|error| error.to_string())?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(
            String::from_utf8_lossy(&[output.stderr, output.stdout].concat())
                .trim()
                .to_owned(),
        ),
    }
}
