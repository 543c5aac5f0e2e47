//! `plein history`: writes down what git knows, for builds where git is not.

use super::{Common, Outcome, report};
use crate::source::{history, past};

/// Writes `data/history.json`.
pub fn run(common: &Common) -> Outcome {
    let Some(past) = history::from_git(&common.site, common.now()) else {
        return Outcome::MachineFailed(format!(
            "`{}` is in no git repository with commits, so there is no history to write down\n  = help: run this where the content is kept in git",
            common.site.display()
        ));
    };
    let file = common.site.join(past::FILE);
    if let Err(error) = std::fs::write(&file, past.to_json()) {
        return Outcome::MachineFailed(format!("`{}` cannot be written: {error}", file.display()));
    }
    if !common.quiet {
        report::narrate(format_args!(
            "{}: {} files, {} removed not long ago",
            past::FILE,
            past.files.len(),
            past.removed.len()
        ));
    }
    Outcome::Fine
}
