//! The page that tells what changed, for who has no feed reader.

use super::page::HTML;
use super::{Artifact, Output, Plan, Press, Subject, alternates};
use crate::diagnostic::Diagnostic;
use crate::theme::values::changes::changes;
use crate::theme::values::list::text;
use crate::theme::values::page::{Head, context};

/// The output.
pub const OUTPUT: Output = Output {
    name: "changes",
    about: "the page that tells what changed, where history is known",
    plan,
};

fn plan(press: &Press, plan: &mut Plan) {
    for (n, code) in press.site.codes.iter().enumerate() {
        if press.site.changes.is_some() {
            let path = press.site.changes_path(code);
            plan.add(path, HTML, Subject::Changes, Some(n), render);
        }
    }
}

fn render(press: &Press, plan: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let Some(language) = artifact.language else {
        return Err(super::misplanned(artifact));
    };
    let (site, theme) = (&press.site, &press.theme);
    let code = &site.codes[language];
    let translations = site.codes.iter().enumerate();
    let head = Head {
        kind: "changes".to_owned(),
        title: text(site, "changes.title", code),
        description: Some(text(site, "changes.intro", code)),
        path: artifact.path.clone(),
        alternates: alternates(plan, artifact, language),
        translations: translations
            .map(|(n, code)| (n, site.changes_path(code)))
            .collect(),
        breadcrumbs: vec![super::home_crumb(press, code)],
        ..Head::default()
    };
    let mut context = context(site, &press.cards, language, head);
    context.insert_value("changes", changes(site, theme, code));
    theme.render(code, "changes.html", &context)
}
