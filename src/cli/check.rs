//! `plein check`: what is wrong, without writing anything.

use super::{Common, OnDisk, Outcome, links, report};
use crate::check::{elsewhere, off::Off};
use crate::content::parse::Cache;
use crate::press;
use crate::say;

/// What to look at.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Try links to other sites, too
    #[arg(long)]
    links: bool,
}

/// Reads, resolves and plans the whole site, and looks across it.
pub fn run(common: &Common, own: &Arguments) -> Outcome {
    let disk = OnDisk::read(common);
    let inputs = disk.inputs(false);
    let mut faults = Vec::new();
    let prepared = press::prepare(&inputs, &mut Cache::default(), &mut faults);
    let records = prepared
        .as_ref()
        .map_or(0, |(press, _)| press.site.entries.len());
    if let Some((press, plan)) = &prepared {
        let folder = &disk.folder;
        crate::check::check((press, plan), &folder.sources, &folder.theme, &mut faults);
    }
    let mut tried = None;
    if let Some((press, _)) = prepared.as_ref().filter(|_| own.links) {
        let sources = &disk.folder.sources;
        let links = elsewhere::links(&press.site, sources);
        let answers = match links::answers((common, sources), links.keys(), disk.now) {
            Ok(answers) => answers,
            Err(message) => return Outcome::MachineFailed(message),
        };
        let off = Off::new(&press.site.config.checks, &mut vec![]);
        let told = elsewhere::tell(&links, &answers).into_iter();
        faults.extend(told.filter(|fault| !off.whole(fault.code) && !off.hides(fault, sources)));
        tried = Some(links::summary(&answers));
    }
    let diagnostics = press::sorted(faults, &inputs);
    let sources = &disk.folder.sources;
    report::show(common, &diagnostics, sources);
    if let Some(tried) = tried.filter(|_| !common.quiet) {
        report::narrate(tried.to(common.language(sources)));
    }
    let fine = || match records {
        1 => say!("1 record, nothing wrong"),
        _ => say!("{} records, nothing wrong", records),
    };
    match report::summary(common, &diagnostics, sources) {
        Some(summary) => report::narrate(summary.to(common.language(sources))),
        None if !common.quiet => report::narrate(fine().to(common.language(sources))),
        None => {}
    }
    if common.forbids(&diagnostics) {
        Outcome::ContentIsWrong
    } else {
        Outcome::Fine
    }
}
