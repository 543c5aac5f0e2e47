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
/// Where VS Code keeps the settings of a folder, and which extensions it proposes for it.
const SETTINGS: &str = ".vscode/settings.json";
const EXTENSIONS: &str = ".vscode/extensions.json";

/// What to write.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Print the schema of this kind, such as `event`, or of `site`, `terms`, `language`, and write nothing
    #[arg(value_parser = described, value_name = "KIND")]
    of: Option<Described>,
    /// Also write what has VS Code complete front matter and the files of `data/`
    #[arg(long)]
    vscode: bool,
}

/// What a schema is of.
#[derive(Clone, Copy)]
enum Described {
    Record(&'static Kind),
    Data(&'static schema::Data),
}

impl std::fmt::Debug for Described {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl Described {
    fn name(self) -> &'static str {
        match self {
            Described::Record(kind) => kind.name,
            Described::Data(data) => data.name,
        }
    }

    fn schema(self) -> String {
        let value = match self {
            Described::Record(kind) => schema::schema(kind),
            Described::Data(data) => schema::data(data),
        };
        pretty(&value)
    }
}

fn described(text: &str) -> Result<Described, String> {
    match schema::DATA.iter().find(|data| data.name == text) {
        Some(data) => Ok(Described::Data(data)),
        None => super::list::kind(text).map(Described::Record),
    }
}

/// Writes or prints schemas.
pub fn run(common: &Common, arguments: &Arguments) -> Outcome {
    if let Some(one) = arguments.of {
        report::hand_over(one.schema());
        return Outcome::Fine;
    }
    let kinds = KINDS.iter().map(Described::Record);
    let all = kinds.chain(schema::DATA.iter().map(Described::Data));
    let file = |one: Described| (format!("{FOLDER}/{}.json", one.name()), one.schema() + "\n");
    let mut files: Vec<(String, String)> = all.map(file).collect();
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
        true => [
            (SETTINGS, snippets::SETTINGS),
            (EXTENSIONS, snippets::EXTENSIONS),
        ]
        .into_iter()
        .map(|(path, text)| settings(common, path, text))
        .find(|outcome| !matches!(outcome, Outcome::Fine))
        .unwrap_or(Outcome::Fine),
        false => Outcome::Fine,
    }
}

/// Writes a file that VS Code reads, or tells what it needs where there is one already.
fn settings(common: &Common, path: &str, text: &str) -> Outcome {
    let target = common.site.join(path);
    if !target.exists() {
        return match put(&common.site, path, text) {
            Ok(()) => {
                report::hand_over(path);
                Outcome::Fine
            }
            Err(error) => Outcome::MachineFailed(format!("`{path}` cannot be written: {error}")),
        };
    }
    let known = fs::read_to_string(&target).unwrap_or_default();
    if !common.quiet && known != text {
        report::narrate(format_args!(
            "`{path}` is there already and stays as it is; for completion while you type it needs:\n{}",
            text.trim_end()
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
