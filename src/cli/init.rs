//! `plein init`: an empty folder becomes a working site.

#![expect(
    clippy::disallowed_methods,
    reason = "edge: writes the first files of a site"
)]

use super::{Common, Outcome, report};
use std::fs;
use std::path::{Path, PathBuf};

/// Where to begin.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Folder of the new site
    dir: PathBuf,
}

/// The first files of a site: path and text. `{today}` and `{start}`, a day next week, are filled in.
const FILES: &[(&str, &str)] = &[
    ("data/site.yaml", include_str!("init/site.yaml")),
    ("data/topics.yaml", include_str!("init/topics.yaml")),
    ("content/spaces/keuken.md", include_str!("init/keuken.md")),
    (
        "content/initiatives/buurtsoep.md",
        include_str!("init/buurtsoep.md"),
    ),
    (
        "content/events/soep-koken.md",
        include_str!("init/soep-koken.md"),
    ),
    ("content/pages/over.md", include_str!("init/over.md")),
    (".gitignore", "public/\n.plein/\n"),
];

/// Writes a small lab. Nothing is ever overwritten.
pub fn run(common: &Common, arguments: &Arguments) -> Outcome {
    let taken: Vec<&str> = FILES
        .iter()
        .map(|(path, _)| *path)
        .filter(|path| arguments.dir.join(path).exists())
        .collect();
    if !taken.is_empty() {
        return Outcome::MachineFailed(format!(
            "`{}` already holds {}\n  = help: nothing was written; name an empty folder",
            arguments.dir.display(),
            taken.join(", ")
        ));
    }
    let now = common.now().to_zoned(jiff::tz::TimeZone::UTC);
    let start = now
        .date()
        .saturating_add(jiff::Span::new().days(7))
        .to_string();
    let today = now.date().to_string();
    for (path, text) in FILES {
        let text = text.replace("{start}", &start).replace("{today}", &today);
        if let Err(error) = put(&arguments.dir, path, &text) {
            return Outcome::MachineFailed(format!("`{path}` could not be written: {error}"));
        }
    }
    if !common.quiet {
        let dir = arguments.dir.display();
        report::narrate(format_args!(
            "{} files in {dir}; look at it with: plein serve -C {dir}",
            FILES.len()
        ));
    }
    Outcome::Fine
}

fn put(dir: &Path, path: &str, text: &str) -> std::io::Result<()> {
    let target = dir.join(path);
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(target, text)
}
