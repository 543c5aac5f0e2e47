//! `plein fmt`: front matter in an even form, with every comment and every word as it was.

#![expect(
    clippy::disallowed_methods,
    reason = "edge: reads and writes the files that were named"
)]

use super::{Common, Outcome, report};
use crate::content::{Kind, config};
use crate::diagnostic::Language;
use crate::edit::Refusal;
use crate::edit::format;
use crate::say;
use crate::source::disk::relative;
use crate::source::{Source, Sources};
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

/// What to make even.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Files and folders; everything in `content/` and `data/` when left out
    files: Vec<PathBuf>,
    /// Change nothing: list what would change, and end with 1 if there is any
    #[arg(long)]
    check: bool,
    /// Read the text from standard input and print it; the one file that is named tells what it is
    #[arg(long, conflicts_with = "check")]
    stdin: bool,
}

/// Makes files even, or tells which are not.
pub fn run(common: &Common, own: &Arguments) -> Outcome {
    let root = root(common, own.files.first().filter(|_| own.stdin));
    let language = language(common, &root);
    if own.stdin {
        return of_stdin(&root, own, language);
    }
    let mut files = vec![];
    let named = match own.files.is_empty() {
        true => ["content", "data"]
            .map(|part| root.join(part))
            .into_iter()
            .filter(|part| part.exists())
            .collect(),
        false => own.files.clone(),
    };
    for named in named {
        if !named.exists() {
            return Outcome::Misused(format!("there is no file `{}`", named.display()));
        }
        files.extend(below(&named));
    }
    let (mut changed, mut refused) = (0, 0);
    for file in files {
        let path = inside(&root, &file);
        let Some(sort) = sort(&path) else { continue };
        let before = match fs::read(&file) {
            Ok(bytes) => bytes,
            Err(error) => {
                return Outcome::MachineFailed(format!("`{path}` cannot be read: {error}"));
            }
        };
        let text = std::str::from_utf8(&before).map_err(|_| Refusal::Unreadable);
        match text.and_then(|text| even(text, &sort)) {
            Ok(after) if after.as_bytes() == before => {}
            Ok(after) => {
                changed += 1;
                if !own.check
                    && let Err(error) = fs::write(&file, after)
                {
                    return Outcome::MachineFailed(format!("`{path}` cannot be written: {error}"));
                }
                report::hand_over(path);
            }
            Err(_) => {
                refused += 1;
                report::narrate(refusal(&path, language));
            }
        }
    }
    if !common.quiet && changed > 0 {
        let told = match (changed, own.check) {
            (1, false) => say!("1 file is even now"),
            (n, false) => say!("{} files are even now", n),
            (1, true) => say!("1 file is not even; `plein fmt` makes it so"),
            (n, true) => say!("{} files are not even; `plein fmt` makes them so", n),
        };
        report::narrate(told.to(language));
    }
    match refused > 0 || (own.check && changed > 0) {
        true => Outcome::ContentIsWrong,
        false => Outcome::Fine,
    }
}

/// The folder of the site; an editor that hands in a text may run elsewhere and name the file by its whole path.
fn root(common: &Common, file: Option<&PathBuf>) -> PathBuf {
    let is_site = |folder: &&Path| folder.join(config::PATH).is_file();
    let above = file.and_then(|file| file.ancestors().find(is_site));
    let site = above.filter(|_| !common.site.join(config::PATH).is_file());
    let site = site.unwrap_or(&common.site);
    fs::canonicalize(site).unwrap_or_else(|_| site.to_owned())
}

/// From standard input to standard output. What cannot be read comes out as it came in.
fn of_stdin(root: &Path, own: &Arguments, language: Language) -> Outcome {
    let file = match &own.files[..] {
        [file] => root.join(file),
        _ => {
            return Outcome::Misused(
                "`--stdin` needs the name of one file, such as `content/events/soep.md`".to_owned(),
            );
        }
    };
    let path = inside(root, &file);
    let Some(sort) = sort(&path) else {
        return Outcome::Misused(format!(
            "`{path}` is no file of this site's `content/` or `data/`"
        ));
    };
    let mut text = String::new();
    if let Err(error) = std::io::stdin().read_to_string(&mut text) {
        return Outcome::MachineFailed(format!("standard input cannot be read: {error}"));
    }
    let after = even(&text, &sort);
    let written = std::io::stdout().write_all(after.as_ref().unwrap_or(&text).as_bytes());
    match (after, written) {
        (_, Err(error)) => {
            Outcome::MachineFailed(format!("standard output cannot be written: {error}"))
        }
        (Ok(_), Ok(())) => Outcome::Fine,
        (Err(_), Ok(())) => {
            report::narrate(refusal(&path, language));
            Outcome::ContentIsWrong
        }
    }
}

fn refusal(path: &str, language: Language) -> String {
    say!(
        "`{}` stays as it is, for it cannot be read; `plein check` tells why",
        path
    )
    .to(language)
}

/// What a file is.
enum Sort {
    Record(&'static Kind),
    Data,
}

fn sort(path: &str) -> Option<Sort> {
    match path.split_once('/')? {
        ("content", rest) if rest.ends_with(".md") => {
            Some(Sort::Record(Kind::in_folder(rest.split_once('/')?.0)?))
        }
        ("data", rest) if rest.ends_with(".yaml") => Some(Sort::Data),
        _ => None,
    }
}

fn even(text: &str, sort: &Sort) -> Result<String, Refusal> {
    match sort {
        Sort::Record(kind) => format::record(text, kind),
        Sort::Data => format::data(text),
    }
}

/// A file by its path within the site. It need not be there yet.
fn inside(root: &Path, file: &Path) -> String {
    let beside = || {
        Some(
            fs::canonicalize(file.parent()?)
                .ok()?
                .join(file.file_name()?),
        )
    };
    let whole = fs::canonicalize(file).ok().or_else(beside);
    let whole = whole.unwrap_or_else(|| file.to_owned());
    relative(root, &whole)
}

/// A file, or all files in a folder but hidden ones.
fn below(path: &Path) -> Vec<PathBuf> {
    let visible = |entry: &walkdir::DirEntry| {
        entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.')
    };
    let walk = walkdir::WalkDir::new(path).sort_by_file_name().into_iter();
    let entries = walk.filter_entry(visible).flatten();
    let files = entries.filter(|entry| entry.file_type().is_file());
    files.map(walkdir::DirEntry::into_path).collect()
}

fn language(common: &Common, root: &Path) -> Language {
    let text = fs::read_to_string(root.join(config::PATH)).unwrap_or_default();
    let source = Source {
        path: config::PATH.to_owned(),
        text: text.into(),
    };
    common.language(&Sources::new(vec![source]))
}
