//! The program in ten lines: sources in, a tree out, and everything that is wrong.

use crate::content::{config, language, parse, vocabulary};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::output::{self, Plan, Press};
use crate::site::{self, History, Surroundings};
use crate::source::disk::{Folder, Problem};
use crate::theme::{FILES, Theme};
use crate::tree::Tree;
use jiff::Timestamp;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Everything that a build depends on; the same inputs give the same bytes.
pub struct Inputs<'a> {
    /// What the site folder holds.
    pub folder: &'a Folder,
    /// When each file was committed, by path.
    pub history: &'a BTreeMap<String, History>,
    /// The moment of the build.
    pub now: Timestamp,
    /// Show drafts and what is not published yet.
    pub preview: bool,
}

/// Builds a site. The tree is empty while there is an error.
pub fn build(inputs: &Inputs) -> (Tree, Diagnostics) {
    let mut faults = Vec::new();
    let prepared = prepare(inputs, &mut parse::Cache::default(), &mut faults);
    let tree = prepared
        .filter(|_| !has_errors(&faults))
        .map(|(press, plan)| render(&press, &plan, &mut faults));
    let tree = tree.filter(|_| !has_errors(&faults)).unwrap_or_default();
    (tree, sorted(faults, inputs))
}

/// Everything but rendering. `None` when not even the configuration can be read.
pub fn prepare(
    inputs: &Inputs,
    cache: &mut parse::Cache,
    faults: &mut Vec<Diagnostic>,
) -> Option<(Press, Plan)> {
    let sources = &inputs.folder.sources;
    faults.extend(inputs.folder.problems.iter().map(unreadable));
    let config = config::parse(sources, faults)?;
    let languages = language::parse(&config.languages, FILES, sources, faults);
    let vocabularies = vocabulary::parse(sources, faults);
    let parsed = parse::parse(sources, &config, cache, faults);
    let complete = config
        .languages
        .iter()
        .all(|code| languages.contains_key(&*code.value.0));
    if !complete {
        return None;
    }
    if !sources.iter().any(|(_, source)| is_content(&source.path)) && !has_errors(faults) {
        faults.push(no_content());
    }
    let media = inputs.folder.media.keys().cloned().collect();
    let (history, now, preview) = (inputs.history, inputs.now, inputs.preview);
    let site = site::resolve(
        parsed,
        Surroundings {
            config,
            languages,
            vocabularies,
            history,
            now,
            preview,
            media,
        },
        sources,
        faults,
    );
    let theme = Theme::load(&site, &inputs.folder.theme, &inputs.folder.media, faults);
    let press = Press::new(site, theme);
    let plan = output::plan(&press, faults);
    Some((press, plan))
}

/// Renders every path, in parallel.
fn render(press: &Press, plan: &Plan, faults: &mut Vec<Diagnostic>) -> Tree {
    Tree(
        render_each(press, plan, faults, |file, bytes| (file, bytes))
            .into_iter()
            .collect(),
    )
}

/// Renders every path, in parallel, and hands each file to `put` at once, so that a whole site need
/// not be held in memory. Gives what `put` made of them, in the order of the paths.
pub fn render_each<T: Send>(
    press: &Press,
    plan: &Plan,
    faults: &mut Vec<Diagnostic>,
    put: impl Fn(String, Vec<u8>) -> T + Sync,
) -> Vec<T> {
    let artifacts: Vec<&output::Artifact> = plan.iter().collect();
    let one = |artifact: &&output::Artifact| {
        output::render(press, plan, artifact).map(|bytes| put(artifact.file(), bytes))
    };
    let rendered: Vec<Result<T, Diagnostic>> = artifacts.par_iter().map(one).collect();
    let mut kept = Vec::with_capacity(rendered.len());
    for result in rendered {
        match result {
            Ok(value) => kept.push(value),
            // One wrong template makes every page of its sort fail in the same words.
            Err(fault) if !faults.contains(&fault) => faults.push(fault),
            Err(_) => {}
        }
    }
    kept
}

/// Whether anything forbids writing.
pub fn has_errors(faults: &[Diagnostic]) -> bool {
    faults
        .iter()
        .any(|fault| fault.severity == crate::diagnostic::Severity::Error)
}

/// The faults in file order.
pub fn sorted(faults: Vec<Diagnostic>, inputs: &Inputs) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    diagnostics.extend(faults);
    diagnostics.sort(&inputs.folder.sources);
    diagnostics
}

fn is_content(path: &str) -> bool {
    path.starts_with("content/") && path.ends_with(".md")
}

/// A folder without content is a mistake, such as a checkout that failed: publishing it would
/// remove every page of the last good site.
fn no_content() -> Diagnostic {
    Diagnostic::error("content/none", "there is no content: `content/` holds no Markdown files")
        .in_file("content")
        .help("write a first page, `content/pages/about.md`: a line `---`, then `title: About us`, then a line `---`")
}

fn unreadable(problem: &Problem) -> Diagnostic {
    match problem {
        Problem::NotUtf8 { path, line } => {
            let message = format!(
                "this file is not UTF-8 text: line {line} holds a character in another encoding"
            );
            Diagnostic::error("source/not-utf8", message)
                .in_file(path)
                .on_line(*line, 1)
                .help("save it again as UTF-8; in most editors: Save as, Encoding")
        }
        Problem::Loop { path } => Diagnostic::error(
            "source/loop",
            "this link leads back to a folder that it lies in, so it would never end",
        )
        .in_file(path)
        .help("remove the link"),
        Problem::Unreadable { path, reason } => Diagnostic::error(
            "source/unreadable",
            format!(
                "this file could not be read: {}",
                reason
                    .split(" (os error")
                    .next()
                    .unwrap_or(reason)
                    .to_lowercase()
            ),
        )
        .in_file(path)
        .help("check that it is there and that you may read it; a link may point to what is gone"),
    }
}
