//! `plein import`: content of other generators, calendars and tables as content of Plein.

#![expect(
    clippy::disallowed_methods,
    reason = "edge: reads a repository and writes the files of a site"
)]

use super::{Common, Format, Outcome, report};
use crate::diagnostic::Diagnostics;
use crate::import::layout::Files;
use crate::import::mapping::{self, Mapping};
use crate::import::{self, Imported};
use crate::source::disk;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// What to import.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Folder of the other site (Hugo, Jekyll, Zola, Eleventy, Markdown), a calendar or a table
    source: PathBuf,
    /// Which folder becomes which kind, and which field which; proposed when left out
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Print a mapping to begin with, and nothing else
    #[arg(long, conflicts_with_all = ["mapping", "write"])]
    suggest: bool,
    /// Write the files; without it they are only counted
    #[arg(long)]
    write: bool,
}

/// Largest file that is read, in bytes: what is larger is no text and no picture of a page.
const LARGEST: u64 = 200 << 20;

/// Reports what would come along, or writes it. Nothing is ever overwritten.
pub fn run(common: &Common, arguments: &Arguments) -> Outcome {
    let files = match read(&arguments.source) {
        Ok(files) => files,
        Err(why) => {
            return Outcome::MachineFailed(format!(
                "`{}` could not be read: {why}",
                arguments.source.display()
            ));
        }
    };
    let repository = import::read(&files, None);
    let target = disk::read(&common.site);
    let language = common.language(&target.sources);
    let suggested = import::suggest(&repository, language);
    if arguments.suggest {
        report::hand_over(suggested.trim_end());
        return Outcome::Fine;
    }
    let mapping = match read_mapping(common, arguments, &suggested) {
        Ok(mapping) => mapping,
        Err(outcome) => return outcome,
    };
    let repository = match &arguments.mapping {
        Some(_) => import::read(&files, Some(&mapping)),
        None => repository,
    };
    let mut imported = import::import(
        &files,
        &repository,
        &mapping,
        &target,
        common.now(),
        language,
    );
    if arguments.write {
        if let Err(why) = write(&common.site, &imported) {
            return Outcome::MachineFailed(why);
        }
        imported.report.written = true;
    }
    match common.format {
        Format::Json => report::hand_over(imported.report.json()),
        _ => report::hand_over(imported.report.text().trim_end()),
    }
    match imported.report.left_out.is_empty() {
        true => Outcome::Fine,
        false => Outcome::ContentIsWrong,
    }
}

/// The mapping that was given, or the one that was proposed.
fn read_mapping(
    common: &Common,
    arguments: &Arguments,
    suggested: &str,
) -> Result<Mapping, Outcome> {
    let (name, text) = match &arguments.mapping {
        Some(path) => {
            let text = std::fs::read_to_string(path);
            let text = text.map_err(|error| {
                Outcome::MachineFailed(format!("`{}` could not be read: {error}", path.display()))
            })?;
            (path.display().to_string(), text)
        }
        None => ("mapping.yaml".to_owned(), suggested.to_owned()),
    };
    let (mapping, faults, sources) = mapping::read(&name, &text);
    let mut diagnostics = Diagnostics::default();
    diagnostics.extend(faults);
    diagnostics.sort(&sources);
    report::show(common, &diagnostics, &sources);
    mapping.ok_or(Outcome::ContentIsWrong)
}

/// Every file of a folder, or one file.
fn read(source: &Path) -> Result<Files, String> {
    let metadata = source.metadata().map_err(|error| error.to_string())?;
    let mut files = BTreeMap::new();
    if metadata.is_file() {
        let name = source
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        files.insert(
            name,
            std::fs::read(source).map_err(|error| error.to_string())?,
        );
        return Ok(files);
    }
    let aside = [
        ".git",
        "node_modules",
        "_site",
        ".hg",
        ".svn",
        "bower_components",
        ".bundle",
        ".cache",
    ];
    let visible = |entry: &walkdir::DirEntry| !aside.iter().any(|name| entry.file_name() == *name);
    for entry in walkdir::WalkDir::new(source)
        .into_iter()
        .filter_entry(visible)
        .flatten()
    {
        let small = entry
            .metadata()
            .is_ok_and(|metadata| metadata.len() <= LARGEST);
        if !entry.file_type().is_file() || !small {
            continue;
        }
        // What cannot be read is not there; a link that leads nowhere is the usual reason.
        if let Ok(bytes) = std::fs::read(entry.path()) {
            files.insert(disk::relative(source, entry.path()), bytes);
        }
    }
    Ok(files)
}

/// Writes the new files. A file that appeared in the meantime stays as it is.
fn write(site: &Path, imported: &Imported) -> Result<(), String> {
    for (path, bytes) in &imported.files {
        let target = site.join(path);
        let failed =
            |error: std::io::Error| format!("`{}` could not be written: {error}", target.display());
        if let Some(folder) = target.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        match std::fs::File::create_new(&target) {
            Ok(mut file) => file.write_all(bytes).map_err(failed)?,
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed(error)),
        }
    }
    Ok(())
}
