//! What differs between what was expected and what was found, for people to read.

use super::Files;
use std::fmt::Write as _;

/// How many lines around a difference are shown.
const AROUND: usize = 2;
/// How many files with differences are shown whole.
const SHOWN: usize = 10;

/// What differs between two trees: nothing when they are the same.
pub fn files(expected: &Files, found: &Files) -> String {
    let mut report = String::new();
    let mut shown = 0;
    for (path, bytes) in expected {
        match found.get(path) {
            None => drop(writeln!(report, "missing: {path}")),
            Some(other) if other != bytes => {
                shown += 1;
                let _ = writeln!(report, "different: {path}");
                if shown <= SHOWN {
                    report.push_str(&bytes_of(bytes, other));
                }
            }
            Some(_) => {}
        }
    }
    for path in found.keys().filter(|path| !expected.contains_key(*path)) {
        let _ = writeln!(report, "unexpected: {path}");
    }
    report
}

fn bytes_of(expected: &[u8], found: &[u8]) -> String {
    match (std::str::from_utf8(expected), std::str::from_utf8(found)) {
        (Ok(expected), Ok(found)) => lines(expected, found),
        _ => format!("  {} bytes, expected {}\n", found.len(), expected.len()),
    }
}

/// What differs between two texts, line by line: `-` was expected, `+` was found.
pub fn lines(expected: &str, found: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) =
        (expected.split('\n').collect(), found.split('\n').collect());
    let script = compare(&old, &new);
    let near = |n: usize| {
        let range = n.saturating_sub(AROUND)..(n + AROUND + 1).min(script.len());
        script[range].iter().any(|(sign, _)| *sign != ' ')
    };
    let mut report = String::new();
    let mut gap = false;
    for (n, (sign, line)) in script.iter().enumerate() {
        if near(n) {
            let _ = writeln!(report, "  {sign} {}", line.escape_debug());
        } else if !gap {
            report.push_str("  …\n");
        }
        gap = !near(n);
    }
    report
}

/// The lines of both, in order, each with the sign of where it stands.
fn compare<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<(char, &'a str)> {
    let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - start;
    let tails = old.iter().rev().zip(new.iter().rev());
    let end = tails.take(rest).take_while(|(a, b)| a == b).count();
    let (a, b) = (&old[start..old.len() - end], &new[start..new.len() - end]);
    // Length of the longest common part of the rest of both, from each pair of lines on.
    let mut common = vec![vec![0u32; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            common[i][j] = if a[i] == b[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let mut script: Vec<(char, &str)> = old[..start].iter().map(|line| (' ', *line)).collect();
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a[i] == b[j] {
            script.push((' ', a[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == b.len() || (i < a.len() && common[i + 1][j] >= common[i][j + 1]) {
            script.push(('-', a[i]));
            i += 1;
        } else {
            script.push(('+', b[j]));
            j += 1;
        }
    }
    script.extend(old[old.len() - end..].iter().map(|line| (' ', *line)));
    script
}
