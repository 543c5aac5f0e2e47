//! `plein check`: what is wrong, without writing anything.

use super::{Common, OnDisk, Outcome, report};
use crate::content::parse::Cache;
use crate::press;

/// Reads, resolves and plans the whole site, and looks across it.
pub fn run(common: &Common) -> Outcome {
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
    let diagnostics = press::sorted(faults, &inputs);
    report::show(common, &diagnostics, &disk.folder.sources);
    match report::summary(&diagnostics) {
        Some(summary) => report::narrate(format_args!("{summary}")),
        None if !common.quiet => report::narrate(format_args!("{records} records, nothing wrong")),
        None => {}
    }
    if diagnostics.has_errors() {
        Outcome::ContentIsWrong
    } else {
        Outcome::Fine
    }
}
