//! `plein plan`: every address of the site, without building it.

use super::{Common, OnDisk, Outcome, report};
use crate::content::parse::Cache;
use crate::output::{Artifact, Press, Subject};
use crate::press;
use crate::site::listing::Scope;
use std::io::Write as _;

/// Prints a line for each address: path, media type, output, language and subject, parted by tabs.
pub fn run(common: &Common) -> Outcome {
    let disk = OnDisk::read(common);
    let inputs = disk.inputs(false);
    let mut faults = Vec::new();
    let prepared = press::prepare(&inputs, &mut Cache::default(), &mut faults);
    let diagnostics = press::sorted(faults, &inputs);
    report::show(common, &diagnostics, &disk.folder.sources);
    let Some((press, plan)) = prepared else {
        return Outcome::ContentIsWrong;
    };
    let mut out = std::io::stdout().lock();
    for artifact in plan.iter() {
        // A closed pipe (`plein plan | head`) is no failure.
        if writeln!(out, "{}", line(&press, artifact)).is_err() {
            break;
        }
    }
    if common.forbids(&diagnostics) {
        Outcome::ContentIsWrong
    } else {
        Outcome::Fine
    }
}

/// One line of the plan.
pub fn line(press: &Press, artifact: &Artifact) -> String {
    let language = artifact
        .language
        .map_or("*", |n| press.site.codes[n].as_str());
    let media_type = artifact.media_type.split(';').next().unwrap_or("");
    format!(
        "{}\t{media_type}\t{}\t{language}\t{}",
        artifact.path,
        artifact.output,
        subject(press, artifact.subject)
    )
}

fn subject(press: &Press, subject: Subject) -> String {
    match subject {
        Subject::Site => "site".to_owned(),
        Subject::Entry(id) => {
            let entry = press.site.entry(id);
            format!("{}/{}", entry.kind.folder, entry.document_id)
        }
        Subject::Listing(n) => list(press, press.site.listings[n].scope),
        Subject::Page(n, page) => press.site.listings.get(n).map_or_else(
            || format!("part {page}"),
            |l| format!("{}, page {page}", list(press, l.scope)),
        ),
        Subject::Selection(n) => {
            let facets = press.site.selections[n].facets.len();
            format!("selection of {facets}")
        }
        Subject::Kind(n) => crate::content::KINDS[n].folder.to_owned(),
        Subject::Occurrences => "occurrences".to_owned(),
        Subject::Widget(_) => "widget".to_owned(),
        Subject::Search(_) => "search".to_owned(),
        Subject::File(_) => "file".to_owned(),
        Subject::Picture(n, _) => format!("picture {}", n + 1),
        Subject::Card(_) => "card".to_owned(),
        Subject::Changed(n, _) => format!("changes {}", crate::content::KINDS[n].folder),
        Subject::Changes => "changes".to_owned(),
        Subject::Network => "network".to_owned(),
        Subject::Redirect(_) => "redirect".to_owned(),
    }
}

/// A list by what is in it: `list`, `list events`, `list topics/voedsel`, `list events 2026-11`.
fn list(press: &Press, scope: Scope) -> String {
    let folder = |n: usize| crate::content::KINDS[n].folder;
    match scope {
        Scope::Site => "list".to_owned(),
        Scope::Kind(n) => format!("list {}", folder(n)),
        Scope::Terms(vocabulary) => format!("list {}", vocabulary.name()),
        Scope::Term(vocabulary, n) => {
            let id = &press.site.terms(vocabulary)[n].id.value.0;
            format!("list {}/{id}", vocabulary.name())
        }
        Scope::Archive(n) => format!("list {} archive", folder(n)),
        Scope::Year(n, year) => format!("list {} {year}", folder(n)),
        Scope::Month(n, year, month) => format!("list {} {year}-{month:02}", folder(n)),
        Scope::Week(n, monday) => {
            let week = monday.iso_week_date();
            format!("list {} {}-W{:02}", folder(n), week.year(), week.week())
        }
    }
}
