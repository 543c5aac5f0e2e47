//! Planted faults: each file of `tests/faults/` holds cases of one fault each, laid over the site in
//! `tests/faults/ground/`, with which all is well. `plein check` must tell the fault once, with its
//! code, at its place, and nothing else.
//!
//! A case begins with `## `. Its blocks are files, named by their info string; behind the name of one
//! of them stands the code. There the text between `«` and `»` is what is wrong; `«»` is the place
//! where something is missing, and in the name of a file it says that the file as a whole is wrong.

#![expect(
    clippy::disallowed_methods,
    reason = "the cases and the ground are read from disk"
)]

use plein::content::parse::Cache;
use plein::diagnostic::Diagnostic;
use plein::press::{self, Inputs};
use plein::source::disk::{self, Folder};
use plein::source::past::Past;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// When the faults are looked for.
const NOW: &str = "2026-11-22T12:00:00+01:00";

struct Case {
    name: String,
    /// Info strings and texts.
    blocks: Vec<(String, String)>,
}

/// What a case expects.
struct Fault<'a> {
    file: String,
    code: &'a str,
    /// Line and column of the first character, and the text; none when the whole file is wrong.
    place: Option<(usize, usize, String)>,
}

fn cases(path: &Path) -> Vec<Case> {
    let text = std::fs::read_to_string(path).expect("cases are UTF-8");
    let mut cases: Vec<Case> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        let case = cases.last_mut();
        match (open, case) {
            (true, Some(_)) if line == "```" => open = false,
            (true, Some(case)) => {
                let (_, text) = case.blocks.last_mut().expect("a block is open");
                *text += &format!("{line}\n");
            }
            (false, Some(case)) if line.starts_with("```") => {
                case.blocks.push((line[3..].to_owned(), String::new()));
                open = true;
            }
            _ if line.starts_with("## ") => cases.push(Case {
                name: line[3..].to_owned(),
                blocks: vec![],
            }),
            _ => {}
        }
    }
    assert!(!open, "{}: a block is not closed", path.display());
    cases
}

impl Case {
    /// The files of the case, and the fault in one of them.
    fn read(&self) -> (Vec<(String, String)>, Fault<'_>) {
        let (mut files, mut fault) = (Vec::new(), None);
        for (info, text) in &self.blocks {
            let coded = info
                .rsplit_once(' ')
                .filter(|(_, code)| code.contains('/') && !code.contains('.'));
            let (path, code) = coded.map_or((&**info, None), |(path, code)| (path, Some(code)));
            let file = path.replace("«»", "");
            let clean = text.replace(['«', '»'], "");
            let place = |()| {
                let start = text.find('«').filter(|_| file == path)?;
                let before = &text[..start];
                let wrong = &text[start + '«'.len_utf8()..text.find('»')?];
                let line = before.matches('\n').count() + 1;
                let column = before.rsplit('\n').next()?.chars().count() + 1;
                Some((line, column, wrong.to_owned()))
            };
            if let Some(code) = code {
                fault = Some(Fault {
                    file: file.clone(),
                    code,
                    place: place(()),
                });
            }
            files.push((file, clean));
        }
        (
            files,
            fault.unwrap_or_else(|| panic!("{}: no block has a code", self.name)),
        )
    }
}

/// All that `plein check` tells of a folder.
fn told(folder: &Folder) -> Vec<Diagnostic> {
    let now = NOW.parse().expect("a moment");
    let inputs = Inputs {
        folder,
        past: &Past::default(),
        now,
        preview: false,
    };
    let mut faults = Vec::new();
    let prepared = press::prepare(&inputs, &mut Cache::default(), &mut faults);
    if let Some((press, plan)) = &prepared {
        plein::check::check((press, plan), &folder.sources, &folder.theme, &mut faults);
    }
    press::sorted(faults, &inputs).iter().cloned().collect()
}

fn with(ground: &Folder, files: &[(String, String)]) -> Folder {
    let mut texts: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let sources = ground.sources.iter();
    texts.extend(sources.map(|(_, source)| (source.path.clone(), source.text.as_bytes().to_vec())));
    let media = ground.media.iter();
    texts.extend(media.map(|(name, bytes)| (format!("content/{name}"), bytes.to_vec())));
    texts.extend(
        files
            .iter()
            .map(|(path, text)| (path.clone(), text.clone().into_bytes())),
    );
    disk::gather(texts.into_iter().map(|(path, bytes)| (path, Ok(bytes))))
}

/// How what was told differs from the one fault that there is.
fn difference(case: &Case, folder: &Folder, told: &[Diagnostic], fault: &Fault) -> Option<String> {
    let sources = &folder.sources;
    let is_it = |diagnostic: &Diagnostic| {
        let (file, line, column) = diagnostic.place(sources);
        let text = diagnostic
            .labels
            .first()
            .map(|label| sources.snippet(label.span));
        let there = fault.place.as_ref().is_none_or(|(a, b, wrong)| {
            let same = wrong.is_empty()
                || text.is_none_or(|text| text == wrong.lines().next().unwrap_or(""));
            (*a, *b) == (line, column) && same
        });
        diagnostic.code == fault.code && file == fault.file && there
    };
    if matches!(told, [one] if is_it(one)) {
        return None;
    }
    let mut said = format!(
        "## {}\n  expected {} {} {:?}\n",
        case.name, fault.code, fault.file, fault.place
    );
    for diagnostic in told {
        let (file, line, column) = diagnostic.place(sources);
        let text = diagnostic
            .labels
            .first()
            .map(|label| sources.snippet(label.span));
        let _ = writeln!(
            said,
            "  told {} {file}:{line}:{column} {text:?}",
            diagnostic.code
        );
    }
    Some(said)
}

#[test]
fn every_planted_fault_is_told_once_at_its_place_and_nothing_else() {
    let root = Path::new("tests/faults");
    let ground = disk::read(&root.join("ground"));
    assert!(told(&ground).is_empty(), "the ground itself is sound");
    let mut files: Vec<_> = std::fs::read_dir(root)
        .expect("the cases")
        .flatten()
        .map(|it| it.path())
        .collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "md"));
    files.sort();
    let cases: Vec<Case> = files.iter().flat_map(|path| cases(path)).collect();
    assert!(cases.len() >= 120, "{} cases", cases.len());
    let wrong: Vec<String> = cases
        .par_iter()
        .filter_map(|case| {
            let (files, fault) = case.read();
            let folder = with(&ground, &files);
            difference(case, &folder, &told(&folder), &fault)
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {} cases\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}
