//! `plein schema`: what front matter may hold, for editors and other tools.

#![expect(
    clippy::disallowed_methods,
    reason = "edge: writes schemas into the site's folder"
)]

use super::{Common, Outcome, report};
use crate::blank::{Known, schema, snippets};
use crate::content::{KINDS, Kind};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Where the schemas are written.
const FOLDER: &str = ".plein/schemas";
/// Where VS Code keeps the settings of a folder.
const SETTINGS: &str = ".vscode/settings.json";

/// What to write.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Print the schema of this kind, such as `event`, and write nothing
    #[arg(value_parser = super::list::kind)]
    kind: Option<&'static Kind>,
    /// Also write what has VS Code complete front matter
    #[arg(long)]
    vscode: bool,
}

/// Writes or prints schemas.
pub fn run(common: &Common, arguments: &Arguments) -> Outcome {
    if let Some(kind) = arguments.kind {
        report::hand_over(pretty(&schema::schema(kind)));
        return Outcome::Fine;
    }
    let mut files: Vec<(String, String)> = KINDS
        .iter()
        .map(|kind| {
            let path = format!("{FOLDER}/{}.json", kind.name);
            (path, pretty(&schema::schema(kind)) + "\n")
        })
        .collect();
    if arguments.vscode {
        let text = pretty(&snippets::snippets(&Nothing)) + "\n";
        files.push((snippets::PATH.to_owned(), text));
    }
    for (path, text) in &files {
        if let Err(error) = put(&common.site, path, text) {
            return Outcome::MachineFailed(format!("`{path}` cannot be written: {error}"));
        }
        report::hand_over(path);
    }
    match arguments.vscode {
        true => settings(common),
        false => Outcome::Fine,
    }
}

/// Writes the settings that VS Code needs, or tells them where there are some already.
fn settings(common: &Common) -> Outcome {
    let target = common.site.join(SETTINGS);
    if !target.exists() {
        return match put(&common.site, SETTINGS, snippets::SETTINGS) {
            Ok(()) => {
                report::hand_over(SETTINGS);
                Outcome::Fine
            }
            Err(error) => {
                Outcome::MachineFailed(format!("`{SETTINGS}` cannot be written: {error}"))
            }
        };
    }
    let known = fs::read_to_string(&target).unwrap_or_default();
    if !common.quiet && known != snippets::SETTINGS {
        report::narrate(format_args!(
            "`{SETTINGS}` is there already and stays as it is; for completion while you type it needs:\n{}",
            snippets::SETTINGS.trim_end()
        ));
    }
    Outcome::Fine
}

fn pretty(value: &Value) -> String {
    // A JSON value always serialises.
    serde_json::to_string_pretty(value).unwrap_or_default()
}

fn put(site: &Path, path: &str, text: &str) -> std::io::Result<()> {
    let target = site.join(path);
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(target, text)
}

/// Snippets are the same for every site.
struct Nothing;

impl Known for Nothing {
    fn names(&self, _: &str) -> Vec<String> {
        vec![]
    }
    fn terms(&self, _: &str) -> Vec<String> {
        vec![]
    }
    fn country(&self) -> Option<String> {
        None
    }
}
