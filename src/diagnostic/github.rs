//! The face for GitHub and Forgejo: workflow commands that become annotations on a pull request.

use super::words::Language;
use super::{Diagnostic, Severity};
use crate::source::Sources;

/// One diagnostic of the site in `folder` of the repository, as a workflow command, such as
/// `::error file=content/events/soep.md,line=3,col=1,title=yaml/unknown-field::…`.
pub fn render(
    diagnostic: &Diagnostic,
    sources: &Sources,
    language: Language,
    folder: &str,
) -> String {
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let (file, line, column) = diagnostic.place(sources);
    format!(
        "::{level} file={},line={line},col={column},title={}::{}",
        escape_property(&format!("{folder}{file}")),
        escape_property(diagnostic.code),
        escape_data(&diagnostic.told(language, "\n"))
    )
}

fn escape_data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}
