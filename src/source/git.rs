//! EDGE: asks the git program.

#![expect(clippy::disallowed_methods, reason = "edge: asks git")]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// What git answers; `None` when it fails or is not there.
pub fn git(root: &Path, arguments: &[&str], input: &[u8]) -> Option<Vec<u8>> {
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

/// The objects in an answer of `git cat-file --batch`; `None` for what is not there.
pub fn objects(mut answer: &[u8]) -> Vec<Option<&[u8]>> {
    let mut objects = Vec::new();
    while let Some(end) = answer.iter().position(|byte| *byte == b'\n') {
        let head = String::from_utf8_lossy(&answer[..end]);
        answer = &answer[end + 1..];
        let size = head.rsplit(' ').next().and_then(|size| size.parse().ok());
        let Some(size) = size.filter(|size: &usize| *size < answer.len()) else {
            objects.push(None);
            continue;
        };
        objects.push(Some(&answer[..size]));
        answer = &answer[size + 1..];
    }
    objects
}
