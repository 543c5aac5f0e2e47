//! floor SOURCES SIZES OUT: reads every file below SOURCES, then writes the files of SIZES below OUT, full of nothing: what a
//! build of this size costs when no work is done between reading and writing. SIZES has a line `BYTES PATH` for each file.
//! Standard library only: `rustc -O floor.rs`.
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn below(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        match entry.file_type().expect("a type").is_dir() {
            true => below(&entry.path(), files),
            false => files.push(entry.path()),
        }
    }
}

/// Shares a list among all cores.
fn each<T: Sync>(items: &[T], work: impl Fn(&T) + Sync) {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let part = items.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        for items in items.chunks(part) {
            scope.spawn(|| items.iter().for_each(&work));
        }
    });
}

fn main() {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [sources, sizes, out] = arguments.as_slice() else {
        panic!("floor SOURCES SIZES OUT");
    };
    let mut files = vec![];
    below(sources, &mut files);
    each(&files, |file| {
        std::hint::black_box(fs::read(file).expect("a source"));
    });
    let sizes = fs::read_to_string(sizes).expect("sizes");
    let files: Vec<(usize, PathBuf)> = sizes
        .lines()
        .map(|line| line.split_once(' ').expect("a size and a path"))
        .map(|(size, path)| (size.parse().expect("a size"), out.join(path)))
        .collect();
    let folders: BTreeSet<&Path> = files.iter().filter_map(|(_, path)| path.parent()).collect();
    for folder in folders {
        fs::create_dir_all(folder).expect("a new folder");
    }
    let nothing = vec![b'x'; files.iter().map(|(size, _)| *size).max().unwrap_or(0)];
    each(&files, |(size, path)| {
        fs::write(path, &nothing[..*size]).expect("a new file")
    });
}
