//! The page for an address that leads nowhere.

use super::page::HTML;
use super::{Artifact, Output, Plan, Press, Subject, misplanned};
use crate::diagnostic::Diagnostic;
use crate::theme::values::list::text;
use crate::theme::values::page::{Head, context};

/// The output.
pub const OUTPUT: Output = Output {
    name: "not-found",
    about: "the page for an address that leads nowhere",
    plan,
};

fn plan(press: &Press, plan: &mut Plan) {
    for (n, code) in press.site.codes.iter().enumerate() {
        let path = press.site.not_found_path(code);
        plan.add(path, HTML, Subject::Site, Some(n), render);
    }
}

fn render(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let site = &press.site;
    let language = artifact.language.ok_or_else(|| misplanned(artifact))?;
    let code = &site.codes[language];
    let head = Head {
        kind: "404".to_owned(),
        title: text(site, "404.title", code),
        path: artifact.path.clone(),
        noindex: true,
        ..Head::default()
    };
    press.theme.render(
        code,
        "404.html",
        &context(site, &press.cards, language, head),
    )
}
