//! A template's mistake, with its file and line where Tera knows them.

use super::DEFAULT;
use crate::diagnostic::Diagnostic;
use tera::ErrorKind;

/// What is wrong with a template; `own` is the name of the site's theme.
pub fn tell(error: &tera::Error, own: &str) -> Diagnostic {
    let fault = |message: &str| {
        let message = format!("a template cannot be used: {message}");
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
            fault(report.message())
                .in_file(file(report.filename()))
                .on_line(line, column)
        }
        ErrorKind::MissingParent { current, parent } => {
            fault(&format!("it extends `{parent}`, which does not exist")).in_file(file(current))
        }
        ErrorKind::CircularExtend { tpl, .. } => fault("it extends itself").in_file(file(tpl)),
        ErrorKind::CircularInclude { tpl, .. } => fault("it includes itself").in_file(file(tpl)),
        ErrorKind::TemplateNotFound(name) => fault("it does not exist").in_file(file(name)),
        _ => {
            let mut text = error.to_string();
            let mut source = std::error::Error::source(error);
            while let Some(inner) = source {
                text = format!("{text}: {inner}");
                source = inner.source();
            }
            fault(&text).in_file(format!("themes/{own}"))
        }
    }
}
