//! The pages on which people put together a calendar: of everything, and of each facet with all that it
//! can be narrowed to.

use super::page::HTML;
use super::{Artifact, Output, Plan, Press, Subject, home_crumb, misplanned};
use crate::diagnostic::Diagnostic;
use crate::site::permalink::TASKS;
use crate::theme::values::composer;
use crate::theme::values::page::{Head, context};

/// The output.
pub const OUTPUT: Output = Output {
    name: "composer",
    about: "the pages on which people put together the calendar they want",
    plan,
};

fn plan(press: &Press, plan: &mut Plan) {
    let site = &press.site;
    if site.selections.is_empty() {
        return;
    }
    for (language, code) in site.codes.iter().enumerate() {
        let mut add = |path, subject| plan.add(path, HTML, subject, Some(language), render);
        add(site.composer_path(code), Subject::Site);
        for (n, selection) in site.selections.iter().enumerate() {
            // Two together stand on the page of each.
            if selection.facets.len() == 1 {
                add(site.selection_path(selection, code), Subject::Selection(n));
            }
        }
    }
}

fn render(press: &Press, plan: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let (site, theme) = (&press.site, &press.theme);
    let (selection, Some(language)) = (
        match artifact.subject {
            Subject::Selection(n) => Some(&site.selections[n]),
            _ => None,
        },
        artifact.language,
    ) else {
        return Err(misplanned(artifact));
    };
    let code = &site.codes[language];
    let title = composer::page_title(site, theme, selection, code);
    let address = |code: &String| match selection {
        Some(selection) => site.selection_path(selection, code),
        None => site.composer_path(code),
    };
    let all = composer::title(site, theme, None, code);
    let inner = selection.map(|_| (all, site.composer_path(code)));
    let head = Head {
        kind: "composer".to_owned(),
        title,
        description: Some(theme.locale(code).text("composer.intro", &[])),
        path: artifact.path.clone(),
        translations: site.codes.iter().map(address).enumerate().collect(),
        breadcrumbs: std::iter::once(home_crumb(press, code))
            .chain(inner)
            .collect(),
        ..Head::default()
    };
    let mut context = context(site, &press.cards, language, head);
    let value = composer::composer(site, theme, &press.cards, selection, language);
    context.insert_value("composer", value);
    let tasks = format!("{}{TASKS}", site.home(code));
    if selection.is_none() && plan.find(&tasks).is_some() {
        context.insert_value("tasks", tasks.into());
    }
    theme.render(code, "composer.html", &context)
}
