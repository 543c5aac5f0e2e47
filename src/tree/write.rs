//! EDGE: writes a tree into a folder without ever leaving it half done.
//!
//! Each file goes beside its target and is renamed in; assets go before pages, so that no page
//! names what is not there yet; removals come last and only take what our manifest says is ours.
//! Killed at any moment, the folder serves a whole site, and the next run finishes the work.

#![expect(
    clippy::disallowed_methods,
    reason = "edge: this is the one place that writes"
)]

use super::{Manifest, Tree, rank};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// The file in which we remember what is ours.
pub const MANIFEST: &str = ".plein-manifest";

/// What was done.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Files written.
    pub written: usize,
    /// Files that were as they should be.
    pub unchanged: usize,
    /// Files removed.
    pub removed: usize,
}

/// Why a tree could not be written.
#[derive(Debug)]
pub enum WriteError {
    /// The folder is a file.
    NotAFolder(PathBuf),
    /// Files of somebody else stand where ours should go.
    Foreign(Vec<String>),
    /// The machine refused.
    Io(PathBuf, io::Error),
}

impl std::fmt::Display for WriteError {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            WriteError::NotAFolder(path) => {
                write!(
                    f,
                    "`{}` is a file, so the site cannot be written there\n  = help: name another folder with `--output`",
                    path.display()
                )
            }
            WriteError::Foreign(files) => {
                writeln!(
                    f,
                    "the output folder holds files that Plein did not write, where its own should go:"
                )?;
                for file in files.iter().take(10) {
                    writeln!(f, "  {file}")?;
                }
                if files.len() > 10 {
                    writeln!(f, "  … and {} more", files.len() - 10)?;
                }
                write!(
                    f,
                    "  = help: nothing was written; name an empty folder with `--output`, or move these files away"
                )
            }
            WriteError::Io(path, error) => {
                write!(
                    f,
                    "`{}` could not be written: {error}\n  = help: the last good output is still there; mend this and run again",
                    path.display()
                )
            }
        }
    }
}
impl std::error::Error for WriteError {}

fn at(path: &Path) -> impl FnOnce(io::Error) -> WriteError + '_ {
    |error| WriteError::Io(path.to_owned(), error)
}

/// Makes a folder hold a tree, touching only what differs.
pub fn write(folder: &Path, tree: &Tree) -> Result<Written, WriteError> {
    if folder.exists() && !folder.is_dir() {
        return Err(WriteError::NotAFolder(folder.to_owned()));
    }
    let manifest_path = folder.join(MANIFEST);
    let fresh = !manifest_path.exists();
    let known = fs::read_to_string(&manifest_path)
        .map(|text| Manifest::parse(&text))
        .unwrap_or_default();
    let wanted = tree.manifest();
    let changes = known.changes(&wanted);
    let missing: Vec<&str> = match fresh {
        true => vec![],
        // Somebody may have cleaned up: what is gone is written again.
        false => wanted
            .0
            .keys()
            .filter(|path| {
                known.0.get(*path) == wanted.0.get(*path) && !folder.join(path).is_file()
            })
            .map(String::as_str)
            .collect(),
    };
    refuse_foreign(folder, tree, &known, &changes.write)?;
    let mut todo: Vec<&str> = changes.write.iter().chain(&missing).copied().collect();
    todo.sort_by_key(|path| (rank(path), *path));
    fs::create_dir_all(folder).map_err(at(folder))?;
    if !todo.is_empty() || !changes.remove.is_empty() {
        // Said before the first file changes: a run that is killed leaves no file that is not ours.
        let mut both = known.clone();
        both.0
            .extend(todo.iter().map(|path| ((*path).to_owned(), "-".repeat(32))));
        replace(&manifest_path, both.text().as_bytes()).map_err(at(&manifest_path))?;
    }
    make_folders(folder, &todo)?;
    for group in 0..=2 {
        let files: Vec<&str> = todo
            .iter()
            .copied()
            .filter(|path| rank(path) == group)
            .collect();
        files.par_iter().try_for_each(|path| {
            let target = folder.join(path);
            replace(&target, &tree.0[*path]).map_err(at(&target))
        })?;
    }
    for path in &changes.remove {
        remove(folder, path)?;
    }
    if !todo.is_empty() || !changes.remove.is_empty() {
        replace(&manifest_path, wanted.text().as_bytes()).map_err(at(&manifest_path))?;
    }
    Ok(Written {
        written: todo.len(),
        unchanged: wanted.0.len() - todo.len(),
        removed: changes.remove.len(),
    })
}

/// A file that we did not write is never overwritten, unless it already holds the very bytes.
fn refuse_foreign(
    folder: &Path,
    tree: &Tree,
    known: &Manifest,
    write: &[&str],
) -> Result<(), WriteError> {
    if !folder.exists() {
        return Ok(());
    }
    let foreign = |path: &&&str| {
        let target = folder.join(path);
        !known.0.contains_key(**path)
            && target.exists()
            && fs::read(&target).ok().as_deref() != Some(&tree.0[**path])
    };
    let found: Vec<String> = write
        .iter()
        .filter(foreign)
        .map(|path| (*path).to_owned())
        .collect();
    if found.is_empty() {
        Ok(())
    } else {
        Err(WriteError::Foreign(found))
    }
}

fn make_folders(folder: &Path, files: &[&str]) -> Result<(), WriteError> {
    let folders: BTreeSet<&str> = files
        .iter()
        .filter_map(|path| path.rsplit_once('/').map(|(folder, _)| folder))
        .collect();
    let make = |name: &&str| {
        let path = folder.join(name);
        fs::create_dir_all(&path).map_err(at(&path))
    };
    folders.iter().try_for_each(make)
}

/// Writes a file beside its target and renames it in.
fn replace(target: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(".plein-new");
    let beside = target.with_file_name(name);
    let written = fs::File::create(&beside)
        .and_then(|mut file| file.write_all(bytes))
        .and_then(|()| fs::rename(&beside, target));
    if written.is_err() {
        // Best effort: the error that matters is the first one.
        let _ = fs::remove_file(&beside);
    }
    written
}

/// Removes a file of ours and the folders that it leaves empty.
fn remove(folder: &Path, path: &str) -> Result<(), WriteError> {
    let target = folder.join(path);
    match fs::remove_file(&target) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(WriteError::Io(target, error));
        }
        _ => {}
    }
    let mut parent = target.parent();
    while let Some(inner) = parent.filter(|inner| *inner != folder) {
        // A folder that still holds something stays: `remove_dir` refuses it.
        if fs::remove_dir(inner).is_err() {
            break;
        }
        parent = inner.parent();
    }
    Ok(())
}
