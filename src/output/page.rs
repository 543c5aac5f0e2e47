//! The page of each record, in each language.

use super::{Artifact, Output, Plan, Press, Subject, alternates};
use crate::diagnostic::Diagnostic;
use crate::site::EntryId;
use crate::site::listing::Scope;
use crate::site::widget::Widget;
use crate::theme::json_ld;
use crate::theme::values::page::{Head, context};
use crate::theme::values::{card, entry};

/// The output.
pub const OUTPUT: Output = Output {
    name: "page",
    about: "the page of each record",
    plan,
};

/// Media type of a page.
pub const HTML: &str = "text/html; charset=utf-8";

fn plan(press: &Press, plan: &mut Plan) {
    for entry in &press.site.entries {
        for (n, code) in press.site.codes.iter().enumerate() {
            plan.add(
                press.site.path(entry, code),
                HTML,
                Subject::Entry(entry.id),
                Some(n),
                render,
            );
        }
    }
}

fn render(press: &Press, plan: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let (Subject::Entry(id), Some(language)) = (artifact.subject, artifact.language) else {
        return Err(super::misplanned(artifact));
    };
    let (site, theme) = (&press.site, &press.theme);
    let code = &site.codes[language];
    let record = site.entry(id);
    let version = record.version(code);
    let head = Head {
        kind: record.kind.name.to_owned(),
        title: version.common.title.0.clone(),
        description: json_ld::description(site, theme, record, code),
        path: artifact.path.clone(),
        content_language: (version.language != *code).then(|| version.language.clone()),
        noindex: site.is_over(record),
        draft: record.unpublished,
        image: card::image(theme, record, code),
        alternates: alternates(plan, artifact, language),
        translations: site
            .codes
            .iter()
            .enumerate()
            .map(|(n, code)| (n, site.path(record, code)))
            .collect(),
        breadcrumbs: breadcrumbs(press, id, code),
        json_ld: Some(json_ld::entry(site, theme, record, code)),
    };
    let mut context = context(site, &press.cards, language, head);
    context.insert_value(
        "entry",
        entry::entry(site, theme, &press.cards, record, language),
    );
    if record.record().embeddable() {
        let widget = Widget::Card(id);
        context.insert_value("oembed", super::oembed(site, widget, code).into());
        context.insert_value("widget", super::embed::value(site, theme, widget, code));
    }
    let layout = record
        .record()
        .layout()
        .map(|layout| format!("entry/{}.html", layout.value));
    let of_kind = format!("entry/{}.html", record.kind.name);
    let wanted = layout
        .as_deref()
        .into_iter()
        .chain([&*of_kind, "entry.html"]);
    theme.render(
        code,
        theme.choose(code, &wanted.collect::<Vec<_>>()),
        &context,
    )
}

fn breadcrumbs(press: &Press, id: EntryId, language: &str) -> Vec<(String, String)> {
    let site = &press.site;
    let entry = site.entry(id);
    let mut crumbs = vec![super::home_crumb(press, language)];
    if entry.record().listed() {
        let scope = Scope::Kind(entry.kind.number());
        let title = crate::theme::values::list::title(site, &press.theme, scope, language);
        crumbs.push((title, site.listing_path(scope, language)));
    }
    for page in site.above(entry) {
        let title = page.version(language).common.title.0.clone();
        crumbs.push((title, site.path(page, language)));
    }
    crumbs
}
