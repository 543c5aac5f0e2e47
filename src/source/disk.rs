//! EDGE: reads a site folder: texts, theme files and media, each problem told by its file.

#![expect(
    clippy::disallowed_methods,
    reason = "edge: this is the one place that reads a site"
)]

use super::{Source, Sources};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a site folder holds.
#[derive(Default, Clone)]
pub struct Folder {
    /// Markdown and YAML, sorted by path.
    pub sources: Sources,
    /// Files below `themes/`, by path.
    pub theme: BTreeMap<String, Arc<[u8]>>,
    /// Files below `content/media/`, by path below `content/`.
    pub media: BTreeMap<String, Arc<[u8]>>,
    /// Files among the content that nothing reads, such as `content/events/soep.txt`.
    pub unread: Vec<String>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// A file that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// It is not UTF-8; the line of the first byte that is not.
    NotUtf8 {
        /// File.
        path: String,
        /// Line, from 1.
        line: usize,
    },
    /// A link that leads back to a folder that holds it.
    Loop {
        /// Link.
        path: String,
    },
    /// The machine refused; in its words.
    Unreadable {
        /// File.
        path: String,
        /// Why.
        reason: String,
    },
}

enum Sort {
    Text,
    Theme,
    Media,
}

/// Reads a site folder.
pub fn read(root: &Path) -> Folder {
    let mut folder = Folder::default();
    let mut files: Vec<(Sort, String, PathBuf)> = Vec::new();
    for part in ["content", "data", "themes"] {
        list(root, part, &mut files, &mut folder);
    }
    folder.unread.sort();
    // A text is made of its bytes at once, so that the bytes of all of them are never held.
    let one = |(sort, path, file): (Sort, String, PathBuf)| match (sort, std::fs::read(file)) {
        (_, Err(error)) => Err(Problem::Unreadable {
            path,
            reason: error.to_string(),
        }),
        (Sort::Text, Ok(bytes)) => text(path, bytes).map(Read::Text),
        (Sort::Theme, Ok(bytes)) => Ok(Read::Theme(path, bytes)),
        (Sort::Media, Ok(bytes)) => Ok(Read::Media(path, bytes)),
    };
    collect(files.into_par_iter().map(one).collect(), folder)
}

/// A site folder of which somebody else read the files: each by its path in it, with its bytes.
pub fn gather(files: impl IntoIterator<Item = (String, Result<Vec<u8>, String>)>) -> Folder {
    let mut folder = Folder::default();
    let one = |(path, bytes): (String, Result<Vec<u8>, String>)| {
        let Some(sort) = sort(&path) else {
            folder.unread.extend(Some(path).filter(|path| is_odd(path)));
            return None;
        };
        Some(match (sort, bytes) {
            (_, Err(reason)) => Err(Problem::Unreadable { path, reason }),
            (Sort::Text, Ok(bytes)) => text(path, bytes).map(Read::Text),
            (Sort::Theme, Ok(bytes)) => Ok(Read::Theme(path, bytes)),
            (Sort::Media, Ok(bytes)) => Ok(Read::Media(path, bytes)),
        })
    };
    let read = files.into_iter().filter_map(one).collect();
    collect(read, folder)
}

/// Whether a build looks at a file.
pub fn is_read(path: &str) -> bool {
    sort(path).is_some()
}

/// What a build makes of a file, if it looks at it at all.
fn sort(path: &str) -> Option<Sort> {
    let (part, _) = path.split_once('/')?;
    Some(match part {
        "themes" => Sort::Theme,
        "content" if path.starts_with("content/media/") => Sort::Media,
        "content" | "data" if is_text(path) => Sort::Text,
        _ => return None,
    })
}

fn collect(read: Vec<Result<Read, Problem>>, mut folder: Folder) -> Folder {
    let mut texts = Vec::with_capacity(read.len());
    for file in read {
        match file {
            Ok(Read::Text(source)) => texts.push(source),
            Ok(Read::Theme(path, bytes)) => drop(folder.theme.insert(path, bytes.into())),
            Ok(Read::Media(path, bytes)) => {
                let name = path.trim_start_matches("content/").to_owned();
                folder.media.insert(name, bytes.into());
            }
            Err(problem) => folder.problems.push(problem),
        }
    }
    folder.sources = Sources::new(texts);
    folder
}

/// The folder after some of its files changed: only those are read again.
///
/// `None` when something changed that cannot be told file by file, such as a folder.
pub fn refresh(root: &Path, before: &Folder, changed: &[PathBuf]) -> Option<Folder> {
    let mut folder = before.clone();
    let mut texts: BTreeMap<String, Source> = before
        .sources
        .iter()
        .map(|(_, source)| (source.path.clone(), source.clone()))
        .collect();
    for file in changed {
        let path = relative(root, file);
        if path.split('/').any(|part| part.starts_with('.')) || !one_file(before, file, &path) {
            return None;
        }
        folder.problems.retain(|problem| problem.path() != path);
        let bytes = std::fs::read(file).ok();
        if path.starts_with("themes/") {
            put(&mut folder.theme, path, bytes);
        } else if let Some(name) = path
            .strip_prefix("content/")
            .filter(|name| name.starts_with("media/"))
        {
            put(&mut folder.media, name.to_owned(), bytes);
        } else if is_text(&path) {
            texts.remove(&path);
            match bytes.map(|bytes| text(path, bytes)) {
                Some(Ok(source)) => drop(texts.insert(source.path.clone(), source)),
                Some(Err(problem)) => folder.problems.push(problem),
                None => {}
            }
        }
    }
    folder.sources = Sources::new(texts.into_values().collect());
    Some(folder)
}

/// Whether a changed path is a file, or was one: not a folder that came, went or was renamed, and
/// not a link that leads nowhere.
fn one_file(before: &Folder, file: &Path, path: &str) -> bool {
    if file.is_file() {
        return true;
    }
    let inside = format!("{path}/");
    let within = |name: &str| name.starts_with(&inside);
    file.symlink_metadata().is_err()
        && !before
            .sources
            .iter()
            .any(|(_, source)| within(&source.path))
        && !before.theme.keys().any(|name| within(name))
        && !before
            .media
            .keys()
            .any(|name| within(&format!("content/{name}")))
}

fn put(files: &mut BTreeMap<String, Arc<[u8]>>, path: String, bytes: Option<Vec<u8>>) {
    match bytes {
        Some(bytes) => drop(files.insert(path, bytes.into())),
        None => drop(files.remove(&path)),
    }
}

impl Problem {
    /// The file that it is about.
    pub fn path(&self) -> &str {
        match self {
            Problem::NotUtf8 { path, .. }
            | Problem::Loop { path }
            | Problem::Unreadable { path, .. } => path,
        }
    }
}

/// The files of a part of the folder that a build looks at; names that begin with a dot are not.
fn list(root: &Path, part: &str, files: &mut Vec<(Sort, String, PathBuf)>, folder: &mut Folder) {
    let top = root.join(part);
    if !top.exists() {
        return;
    }
    let visible = |entry: &walkdir::DirEntry| !entry.file_name().to_string_lossy().starts_with('.');
    for entry in walkdir::WalkDir::new(&top)
        .follow_links(true)
        .into_iter()
        .filter_entry(visible)
    {
        match entry {
            Ok(entry) if entry.file_type().is_file() => {
                let path = relative(root, entry.path());
                match sort(&path) {
                    Some(sort) => files.push((sort, path, entry.into_path())),
                    None => folder.unread.extend(Some(path).filter(|path| is_odd(path))),
                }
            }
            Ok(_) => {}
            Err(error) => {
                let path = error
                    .path()
                    .map_or_else(|| part.to_owned(), |path| relative(root, path));
                folder.problems.push(match error.loop_ancestor() {
                    Some(_) => Problem::Loop { path },
                    None => Problem::Unreadable {
                        path,
                        reason: error
                            .io_error()
                            .map_or_else(|| error.to_string(), ToString::to_string),
                    },
                });
            }
        }
    }
}

/// Whether a file is one that editors write or review: content, configuration, the outline of a city, a record of
/// another city.
fn is_text(path: &str) -> bool {
    let drawn = path.starts_with("data/") && path.ends_with(".geojson");
    let harvested = path.starts_with("data/harvest/") && path.ends_with(".json");
    path.ends_with(".md") || path.ends_with(".yaml") || drawn || harvested
}

/// Whether somebody may think that a file is read which is not. What systems and editors leave behind is known.
fn is_odd(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let left = name.ends_with('~') || matches!(name, "Thumbs.db" | "desktop.ini");
    let of_content = path.starts_with("content/") && path.matches('/').count() > 1;
    (of_content || path.ends_with(".yml")) && !left
}

/// A path below a site's folder as sources name it, with `/` between folders.
pub fn relative(root: &Path, path: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path);
    path.components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}

/// A file that was read.
enum Read {
    Text(Source),
    Theme(String, Vec<u8>),
    Media(String, Vec<u8>),
}

fn text(path: String, bytes: Vec<u8>) -> Result<Source, Problem> {
    match String::from_utf8(bytes) {
        Ok(text) => {
            let text = text.strip_prefix('\u{feff}').unwrap_or(&text).into();
            Ok(Source { path, text })
        }
        Err(error) => {
            let good = error.utf8_error().valid_up_to();
            let line = error.as_bytes()[..good]
                .iter()
                .filter(|byte| **byte == b'\n')
                .count()
                + 1;
            Err(Problem::NotUtf8 { path, line })
        }
    }
}
