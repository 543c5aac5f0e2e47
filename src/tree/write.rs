//! EDGE: writes a tree into a folder without ever leaving it half done.
//!
//! Every file that differs is first staged in a folder of its own inside the target; only when all
//! of them are there are they renamed in: assets before pages, so that no page names what is not
//! there yet. Removals come last and only take what our manifest says is ours. Killed at any
//! moment, the folder serves a whole site, and the next run finishes the work.

#![expect(
    clippy::disallowed_methods,
    reason = "edge: this is the one place that writes"
)]

use super::{Digest, Kept, Manifest, rank};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The file in which we remember what is ours.
pub const MANIFEST: &str = ".plein-manifest";
/// The folder in which files wait until all of them are there.
const STAGE: &str = ".plein-stage";
/// The folder on the stage in which files of a first build lie as they will be published.
const FRESH: &str = "fresh";

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

/// For so long a disk may give two writes the same time; one that counts in seconds, for longer.
const SAME_MOMENT: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(3));

/// Length and time of a file, as the disk knows them.
type Stat = (u64, i64);

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

/// A folder that is being made to hold a new tree.
pub struct Writer {
    folder: PathBuf,
    known: Manifest,
    /// The files as we left them, as far as that is remembered.
    left: BTreeMap<Arc<str>, Kept>,
    staged: AtomicUsize,
    /// Whether the folder was there before us.
    existed: bool,
    /// Whether it holds nothing yet: what is staged then lies there as it will be published, and
    /// goes in by a few renames of whole folders.
    fresh: bool,
}

/// A file that waits to be renamed in, or that is as it should be.
pub struct Staged {
    path: Arc<str>,
    hash: Digest,
    /// Its number in the stage; `None` when the target already holds these bytes.
    number: Option<usize>,
    foreign: bool,
    /// How the disk knows it, where that was asked.
    stat: Option<Stat>,
}

impl Writer {
    /// Opens a folder, which need not exist, and clears what a killed run left in its stage.
    pub fn open(folder: &Path) -> Result<Self, WriteError> {
        Self::open_again(folder, BTreeMap::new())
    }

    /// The same, when it is remembered how we left the files. What the disk still knows as we left it is not read;
    /// any other file is, before it is taken for ours.
    pub fn open_again(folder: &Path, left: BTreeMap<Arc<str>, Kept>) -> Result<Self, WriteError> {
        if folder.exists() && !folder.is_dir() {
            return Err(WriteError::NotAFolder(folder.to_owned()));
        }
        let known = fs::read_to_string(folder.join(MANIFEST))
            .map(|text| Manifest::parse(&text))
            .unwrap_or_default();
        let mut writer = Writer {
            folder: folder.to_owned(),
            known,
            left,
            staged: AtomicUsize::new(0),
            existed: folder.exists(),
            fresh: false,
        };
        writer.clear_stage();
        writer.fresh = fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none());
        Ok(writer)
    }

    /// Makes the folders of files that will come, where all are new: none of them will be tried before its folder.
    pub fn expect<'a>(&self, files: impl Iterator<Item = &'a str>) -> Result<(), WriteError> {
        match self.fresh {
            true => make_folders(&self.folder.join(STAGE).join(FRESH), files),
            false => Ok(()),
        }
    }

    /// A file that we wrote before and that would be the same again: it stays as it is, if it is still there.
    pub fn keep(&self, path: String) -> Option<Staged> {
        let hash = *self.known.0.get(&*path)?;
        let stat = holds(&self.folder, &path, hash, self.left.get(&*path))?;
        Some(Staged {
            path: path.into(),
            hash,
            number: None,
            foreign: false,
            stat: Some(stat),
        })
    }

    /// Puts a file on the stage, unless the folder already holds it. Many threads may do so.
    pub fn stage(&self, path: String, bytes: &[u8]) -> Result<Staged, WriteError> {
        let (path, hash): (Arc<str>, Digest) = (path.into(), Digest::of(bytes));
        let target = self.folder.join(&*path);
        let ours = self.known.0.get(&path);
        let known = ours.filter(|known| **known == hash);
        let there = known.and_then(|_| holds(&self.folder, &path, hash, self.left.get(&path)));
        let staged = |number, foreign, stat| Staged {
            path: path.clone(),
            hash,
            number,
            foreign,
            stat,
        };
        if there.is_some() {
            return Ok(staged(None, false, there));
        }
        // A file that we did not write is never overwritten, unless it already holds the very bytes.
        let in_the_way = || target.symlink_metadata().is_ok() && !self.holds_only_ours(&target);
        if self.existed && ours.is_none() && in_the_way() {
            let foreign = fs::read(&target).ok().as_deref() != Some(bytes);
            return Ok(staged(None, foreign, stat_of(&target)));
        }
        let number = self.staged.fetch_add(1, Ordering::Relaxed);
        let waiting = self.waiting(&path, number);
        let written = write(&waiting, bytes).or_else(|error| match error.kind() {
            // Folders are made when the first file of theirs comes.
            io::ErrorKind::NotFound => {
                fs::create_dir_all(waiting.parent().unwrap_or(&self.folder))?;
                write(&waiting, bytes)
            }
            _ => Err(error),
        });
        let stat = written.map_err(at(&target))?;
        Ok(staged(Some(number), false, Some(stat)))
    }

    /// Renames everything in and removes what the tree no longer has. Gives what was done, and the files as they are now,
    /// our manifest among them.
    pub fn commit(
        self,
        mut staged: Vec<Staged>,
    ) -> Result<(Written, BTreeMap<Arc<str>, Kept>), WriteError> {
        let foreign = self.foreign(&staged);
        if !foreign.is_empty() {
            self.abort();
            return Err(WriteError::Foreign(foreign));
        }
        staged.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        let wanted = Manifest(
            staged
                .iter()
                .map(|file| (file.path.clone(), file.hash))
                .collect(),
        );
        let todo: Vec<&Staged> = staged.iter().filter(|file| file.number.is_some()).collect();
        let removed = self.known.gone(&wanted);
        let text = wanted.text();
        let renamed = match self.known != wanted || !todo.is_empty() {
            true => self.rename_in(&todo, &text, &removed),
            false => Ok(()),
        };
        self.clear_stage();
        renamed?;
        let written = Written {
            written: todo.len(),
            unchanged: staged.len() - todo.len(),
            removed: removed.len(),
        };
        let manifest = Staged {
            path: MANIFEST.into(),
            hash: Digest::of(text.as_bytes()),
            number: None,
            foreign: false,
            stat: stat_of(&self.folder.join(MANIFEST)),
        };
        let files = staged.into_iter().chain([manifest]);
        let kept = files.filter_map(|file| Some((file.path, kept(file.hash, file.stat?))));
        Ok((written, kept.collect()))
    }

    /// Whether a path is a folder in which everything is ours: it may become a file.
    fn holds_only_ours(&self, path: &Path) -> bool {
        let ours = |path: &Path| {
            let name = path.strip_prefix(&self.folder).unwrap_or(path);
            self.known.0.contains_key(&*name.to_string_lossy())
        };
        let mut inside = walkdir::WalkDir::new(path).into_iter();
        path.is_dir()
            && inside.all(|entry| {
                entry.is_ok_and(|entry| entry.file_type().is_dir() || ours(entry.path()))
            })
    }

    /// Files of somebody else that stand where a file of ours goes, or a folder that it lies in.
    fn foreign(&self, staged: &[Staged]) -> Vec<String> {
        let files = staged.iter().filter(|file| file.foreign);
        // In an empty folder there is nothing.
        let todo = staged
            .iter()
            .filter(|file| file.number.is_some() && !self.fresh);
        let folders: BTreeSet<&str> = todo.flat_map(|file| above(&file.path)).collect();
        let in_the_way = |path: &&str| {
            let place = self.folder.join(path);
            !self.known.0.contains_key(*path) && place.symlink_metadata().is_ok() && !place.is_dir()
        };
        let folders = folders.into_iter().filter(in_the_way);
        files
            .map(|file| &*file.path)
            .chain(folders)
            .map(str::to_owned)
            .collect()
    }

    /// Gives up: the folder stays as it was.
    pub fn abort(self) {
        self.clear_stage();
        if !self.existed {
            // `remove_dir` takes only an empty folder.
            let _ = fs::remove_dir(&self.folder);
        }
    }

    fn rename_in(
        &self,
        todo: &[&Staged],
        wanted: &str,
        removed: &[&str],
    ) -> Result<(), WriteError> {
        // Said before the first file changes: a run that is killed leaves no file that is not ours.
        let mut both = self.known.text();
        let unfinished = Digest::UNFINISHED.to_string();
        for file in todo {
            both.extend([&unfinished, "  ", &*file.path, "\n"]);
        }
        self.remember(&both)?;
        if self.fresh {
            self.rename_whole()?;
            return self.remember(wanted);
        }
        let (early, late) = parted(todo, removed);
        for path in early {
            remove(&self.folder, path)?;
        }
        make_folders(&self.folder, todo.iter().map(|file| &*file.path))?;
        for group in 0..=2 {
            let files: Vec<&&Staged> = todo
                .iter()
                .filter(|file| rank(&file.path) == group)
                .collect();
            files.par_iter().try_for_each(|file| {
                let target = self.folder.join(&*file.path);
                fs::rename(
                    self.waiting(&file.path, file.number.unwrap_or_default()),
                    &target,
                )
                .map_err(at(&target))
            })?;
        }
        for path in late {
            remove(&self.folder, path)?;
        }
        self.remember(wanted)
    }

    /// Renames what lies at the top of the stage: nothing stands in the way in an empty folder.
    fn rename_whole(&self) -> Result<(), WriteError> {
        let stage = self.folder.join(STAGE).join(FRESH);
        let entries = fs::read_dir(&stage).map_err(at(&stage))?;
        let mut names: Vec<String> = entries
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        // Assets first, what is a page itself last.
        let order = |name: &String| (rank(&format!("{name}/")), rank(name), name.clone());
        names.sort_by_key(order);
        names.iter().try_for_each(|name| {
            let target = self.folder.join(name);
            fs::rename(stage.join(name), &target).map_err(at(&target))
        })
    }

    fn waiting(&self, path: &str, number: usize) -> PathBuf {
        let stage = self.folder.join(STAGE);
        if self.fresh {
            stage.join(FRESH).join(path)
        } else {
            stage.join(number.to_string())
        }
    }

    /// Writes the manifest beside itself and renames it in.
    fn remember(&self, manifest: &str) -> Result<(), WriteError> {
        let path = self.folder.join(MANIFEST);
        fs::create_dir_all(self.folder.join(STAGE)).map_err(at(&self.folder))?;
        let waiting = self.folder.join(STAGE).join("manifest");
        fs::write(&waiting, manifest)
            .and_then(|()| fs::rename(&waiting, &path))
            .map_err(at(&path))
    }

    /// The stage is ours: whatever is in it was put there by a run that did not end.
    fn clear_stage(&self) {
        let stage = self.folder.join(STAGE);
        let _ = fs::remove_dir_all(&stage);
    }
}

/// What of the files that were left in a folder is there no more, or is another; and those that only the disk knows in
/// another way, as it does now.
pub fn compare(
    folder: &Path,
    left: &BTreeMap<Arc<str>, Kept>,
) -> Result<BTreeMap<Arc<str>, Kept>, String> {
    // What waits there was left by a run that was killed.
    if folder.join(STAGE).exists() {
        return Err(STAGE.to_owned());
    }
    let one = |(path, old): (&Arc<str>, &Kept)| {
        let stat = holds(folder, path, old.hash, Some(old)).ok_or_else(|| path.to_string())?;
        let now = kept(old.hash, stat);
        Ok((now != *old).then(|| (path.clone(), now)))
    };
    let files: Vec<_> = left.iter().collect();
    let found: Result<Vec<_>, String> = files.into_par_iter().map(one).collect();
    Ok(found?.into_iter().flatten().collect())
}

/// Length and time of a file, if it holds what we wrote: the disk knows it as we left it, or else its bytes have the hash.
fn holds(folder: &Path, path: &str, wanted: Digest, left: Option<&Kept>) -> Option<Stat> {
    let target = folder.join(path);
    let stat = stat_of(&target)?;
    let as_left = left.is_some_and(|left| {
        left.hash == wanted && (left.bytes, left.modified) == (stat.0, Some(stat.1))
    });
    let same = || fs::read(&target).is_ok_and(|bytes| Digest::of(&bytes) == wanted);
    (wanted != Digest::UNFINISHED && (as_left || same())).then_some(stat)
}

/// How the disk knows a file; `None` of what is none.
fn stat_of(path: &Path) -> Option<Stat> {
    let found = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    Some((found.len(), nanoseconds(found.modified().ok()?)))
}

fn nanoseconds(at: SystemTime) -> i64 {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

/// Writes a file and asks how the disk knows it.
fn write(path: &Path, bytes: &[u8]) -> io::Result<Stat> {
    let mut file = fs::File::create(path)?;
    file.write_all(bytes)?;
    let modified = file.metadata()?.modified()?;
    Ok((bytes.len() as u64, nanoseconds(modified)))
}

/// A file by which it will be known again. One that was written a moment ago might be written again within the same
/// moment, with as many bytes: its time tells nothing.
fn kept(hash: Digest, (bytes, modified): Stat) -> Kept {
    let in_seconds = modified % 1_000_000_000 == 0;
    let moment = if in_seconds {
        SAME_MOMENT.1
    } else {
        SAME_MOMENT.0
    };
    let age = nanoseconds(SystemTime::now()).saturating_sub(modified);
    let told = age > i64::try_from(moment.as_nanos()).unwrap_or(i64::MAX);
    Kept {
        hash,
        bytes,
        modified: told.then_some(modified),
    }
}

/// What must go before the new files come, because a file becomes a folder or a folder a file; and
/// what goes after them.
fn parted<'a>(todo: &[&Staged], removed: &[&'a str]) -> (Vec<&'a str>, Vec<&'a str>) {
    if removed.is_empty() {
        return (vec![], vec![]);
    }
    let files: BTreeSet<&str> = todo.iter().map(|file| &*file.path).collect();
    let folders: BTreeSet<&str> = files.iter().flat_map(|path| above(path)).collect();
    let in_the_way =
        |path: &&str| folders.contains(*path) || above(path).any(|folder| files.contains(folder));
    removed.iter().partition(|path| in_the_way(path))
}

/// The folders that a path lies in: `a` and `a/b` for `a/b/c.html`.
fn above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(n, _)| &path[..n])
}

fn make_folders<'a>(folder: &Path, files: impl Iterator<Item = &'a str>) -> Result<(), WriteError> {
    let folders = files.filter_map(|file| Some(file.rsplit_once('/')?.0));
    let mut folders: Vec<&str> = folders.collect();
    folders.sort_unstable();
    folders.dedup();
    let make = |name: &&str| {
        let path = folder.join(name);
        let made = fs::create_dir(&path).or_else(|_| fs::create_dir_all(&path));
        made.map_err(at(&path))
    };
    folders.par_iter().try_for_each(make)
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
