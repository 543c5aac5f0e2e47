//! `plein check`: what is wrong, without writing anything.

use super::{Common, OnDisk, Outcome, report};
use crate::content::parse::Cache;
use crate::press;
use crate::say;

/// Reads, resolves and plans the whole site, and looks across it.
pub fn run(common: &Common) -> Outcome {
    let disk = OnDisk::read(common);
    let inputs = disk.inputs(false);
    let mut faults = Vec::new();
    let prepared = press::prepare(&inputs, &mut Cache::default(), &mut faults);
    let records = prepared
        .as_ref()
        .map_or(0, |(press, _)| press.site.entries.len());
    if let Some((press, _)) = &prepared {
        faults.extend(crate::check::check(&press.site, &disk.folder.sources));
    }
    let diagnostics = press::sorted(faults, &inputs);
    let sources = &disk.folder.sources;
    report::show(common, &diagnostics, sources);
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
