//! A template's mistake, with its file and line where Tera knows them.

use super::DEFAULT;
use crate::diagnostic::words::Part as _;
use crate::diagnostic::{Diagnostic, Words};
use crate::say;
use tera::ErrorKind;

/// What is wrong with a template; `own` is the name of the site's theme.
pub fn tell(error: &tera::Error, own: &str) -> Diagnostic {
    let fault = |message: Words| {
        let message = say!("a template cannot be used: {}", message);
        Diagnostic::error("theme/template", message)
            .help("mend the template, or remove it to get the one that comes with Plein")
    };
    // An override is known by its bare name, what lies under it as `plein/…`.
    let file = |name: &str| match name.strip_prefix("plein/") {
        Some(name) => format!("themes/{DEFAULT}/templates/{name}"),
        None => format!("themes/{own}/templates/{name}"),
    };
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let (line, column) = (report.span().start_line, report.span().start_col + 1);
            fault(report.message().part())
                .in_file(file(report.filename()))
                .on_line(line, column)
        }
        ErrorKind::MissingParent { current, parent } => {
            fault(say!("it extends `{}`, which does not exist", parent)).in_file(file(current))
        }
        ErrorKind::CircularExtend { tpl, .. } => {
            fault(say!("it extends itself")).in_file(file(tpl))
        }
        ErrorKind::CircularInclude { tpl, .. } => {
            fault(say!("it includes itself")).in_file(file(tpl))
        }
        ErrorKind::TemplateNotFound(name) => fault(say!("it does not exist")).in_file(file(name)),
        _ => {
            let mut text = error.to_string();
            let mut source = std::error::Error::source(error);
            while let Some(inner) = source {
                text = format!("{text}: {inner}");
                source = inner.source();
            }
            fault(text.part()).in_file(format!("themes/{own}"))
        }
    }
}
