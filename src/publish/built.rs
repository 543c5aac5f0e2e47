//! EDGE: a folder that `plein build` wrote, as what is wanted in a store.

#![expect(
    clippy::disallowed_methods,
    reason = "edge: reads what was built from disk"
)]

use super::headers::{Headers, Table};
use super::{File, Refusal, Wanted, is_inside};
use crate::say;
use crate::tree::write::MANIFEST;
use crate::tree::{Digest, Manifest};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// A whole build.
#[derive(Debug)]
pub struct Built {
    folder: PathBuf,
    /// Its files, by path.
    pub wanted: Wanted,
}

impl Built {
    /// Looks at a folder; nothing is read but its manifest, its `_headers` and the lengths of its files.
    pub fn open(folder: &Path) -> Result<Self, Refusal> {
        let shown = folder.display().to_string();
        let Ok(manifest) = std::fs::read_to_string(folder.join(MANIFEST)) else {
            return Err(Refusal {
                why: say!("`{}` is no folder that `plein build` wrote", shown),
                help: say!("run `plein build`, or name the folder that it wrote to with `--from`"),
                misused: true,
            });
        };
        let manifest = Manifest::parse(&manifest);
        // While files are renamed in, those that may not be there yet have no hash. Before that, what a build has staged
        // changes nothing: the last good output is whole.
        let is_whole = manifest.0.values().all(|hash| *hash != Digest::UNFINISHED);
        if !is_whole {
            return Err(unfinished(&shown));
        }
        let table = std::fs::read_to_string(folder.join("_headers"));
        let table = table.map(|text| Table::parse(&text)).unwrap_or_default();
        let known = Mutex::new(BTreeSet::new());
        let file = |(path, hash): (Arc<str>, Digest)| {
            let (path, hash) = (path.to_string(), hash.to_string());
            let metadata = std::fs::metadata(folder.join(&path));
            match metadata.ok().filter(std::fs::Metadata::is_file) {
                Some(metadata) if is_inside(&path) => {
                    let (size, headers) = (metadata.len(), shared(&known, table.of(&path)));
                    Ok((
                        path,
                        File {
                            hash,
                            size,
                            headers,
                        },
                    ))
                }
                _ => Err(changed(&path)),
            }
        };
        let wanted: Result<Wanted, Refusal> = manifest.0.into_par_iter().map(file).collect();
        let (folder, wanted) = (folder.to_owned(), wanted?);
        match wanted.is_empty() {
            true => Err(unfinished(&shown)),
            false => Ok(Built { folder, wanted }),
        }
    }

    /// The bytes of a file, if they are still those that were built.
    pub fn read(&self, path: &str) -> Result<Vec<u8>, Refusal> {
        let bytes = std::fs::read(self.folder.join(path)).ok();
        let expected = self.wanted.get(path).map(|file| &file.hash);
        let same = |bytes: &Vec<u8>| Some(&Digest::of(bytes).to_string()) == expected;
        bytes.filter(same).ok_or_else(|| changed(path))
    }
}

/// The headers themselves, or the same that stand somewhere already.
fn shared(known: &Mutex<BTreeSet<Arc<Headers>>>, headers: Headers) -> Arc<Headers> {
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    match known.get(&headers) {
        Some(headers) => Arc::clone(headers),
        None => {
            let headers = Arc::new(headers);
            known.insert(Arc::clone(&headers));
            headers
        }
    }
}

fn unfinished(folder: &str) -> Refusal {
    Refusal {
        why: say!("the build in `{}` is not finished", folder),
        help: say!("wait until `plein build` is done, or run it again"),
        misused: true,
    }
}

fn changed(path: &str) -> Refusal {
    Refusal {
        why: say!("`{}` is no longer what `plein build` wrote", path),
        help: say!("run `plein build`, then publish again"),
        misused: false,
    }
}
