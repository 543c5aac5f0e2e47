//! Where what a build leaves for the next one lies: in the folder `.plein` of the site, a file for each output folder.
//!
//! Nothing depends on it. It may be deleted at any time, or not be there because the folder of the site cannot be written.

use crate::again::Memory;
use crate::tree::{Digest, Hasher};
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::SystemTime;

/// The folder, in that of the site.
const FOLDER: &str = ".plein";
/// For so many output folders it is kept.
const MOST: usize = 4;

/// The very program that runs, by its bytes: another one, were it of the same version, may build otherwise.
static PROGRAM: LazyLock<Option<String>> = LazyLock::new(|| {
    let mut file = fs::File::open(std::env::current_exe().ok()?).ok()?;
    let (mut hasher, mut part) = (Hasher::new(), vec![0; 1 << 18]);
    loop {
        match file.read(&mut part).ok()? {
            0 => return Some(Digest::seen_by(&hasher).to_string()),
            n => hasher.write(&part[..n]),
        };
    }
});

/// What names the program; none where the system does not tell which one runs, and then nothing is kept.
pub fn program() -> Option<&'static str> {
    PROGRAM.as_deref()
}

/// Where it lies for an output folder.
pub fn place(site: &Path, output: &Path) -> PathBuf {
    let whole = fs::canonicalize(output).or_else(|_| std::path::absolute(output));
    let whole = whole.unwrap_or_else(|_| output.to_owned());
    let name = Digest::of(whole.to_string_lossy().as_bytes()).to_string();
    site.join(FOLDER).join(format!("build-{}", &name[..16]))
}

/// What was kept; none where it is not whole.
pub fn load(place: &Path) -> Option<Memory> {
    Memory::parse(&fs::read_to_string(place).ok()?)
}

/// Keeps it, if that can be done. It is renamed into its place, so that nobody ever reads half of it.
pub fn save(place: &Path, memory: &Memory) {
    let Some((text, folder)) = memory.text().zip(place.parent()) else {
        return;
    };
    let new = place.with_extension(format!("{}.new", std::process::id()));
    let written = fs::create_dir_all(folder).and_then(|()| {
        let ignored = folder.join(".gitignore");
        if !ignored.exists() {
            fs::write(ignored, "build-*\n.gitignore\n")?;
        }
        fs::write(&new, text)?;
        fs::rename(&new, place)
    });
    if written.is_err() {
        let _ = fs::remove_file(&new);
    }
    forget(folder);
}

/// Takes away what was not used for longest, and what a run left that was killed.
fn forget(folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let ours = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with("build-"))
    };
    let modified = |path: &PathBuf| fs::metadata(path).and_then(|found| found.modified());
    let found = entries.map(|entry| entry.path()).filter(ours);
    let mut found: Vec<(SystemTime, PathBuf)> = found
        .filter_map(|path| Some((modified(&path).ok()?, path)))
        .collect();
    found.sort();
    for (_, path) in found.iter().rev().skip(MOST) {
        let _ = fs::remove_file(path);
    }
}
