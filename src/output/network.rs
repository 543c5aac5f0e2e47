//! The page of the network: what is to come in all cities, and how it stands with their sources.

use super::page::HTML;
use super::{Artifact, Output, Plan, Press, Subject, alternates, home_crumb, misplanned};
use crate::diagnostic::Diagnostic;
use crate::theme::values::atlas;
use crate::theme::values::list::text;
use crate::theme::values::moments::Moments;
use crate::theme::values::network;
use crate::theme::values::page::{Head, context};

/// The output.
pub const OUTPUT: Output = Output {
    name: "network",
    about: "what is to come in other cities, and how it stands with their sources",
    plan,
};

fn plan(press: &Press, plan: &mut Plan) {
    let site = &press.site;
    if site.network.is_empty() {
        return;
    }
    for (n, code) in site.codes.iter().enumerate() {
        plan.add(
            site.network_path(code),
            HTML,
            Subject::Network,
            Some(n),
            render,
        );
        // No subject of its own: it is a part of the page, and no other form of it.
        if atlas::are_many(site) {
            let path = site.network_places_path(code);
            plan.add(path, "application/json", Subject::Site, Some(n), places);
        }
    }
}

fn moments(press: &Press, language: usize) -> Moments<'_> {
    Moments {
        site: &press.site,
        theme: &press.theme,
        cards: &press.cards,
        language,
    }
}

fn places(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let language = artifact.language.ok_or_else(|| misplanned(artifact))?;
    Ok(atlas::file(&moments(press, language)))
}

fn render(press: &Press, plan: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let Some(language) = artifact.language else {
        return Err(misplanned(artifact));
    };
    let (site, theme) = (&press.site, &press.theme);
    let code = &site.codes[language];
    let addresses = site.codes.iter().enumerate();
    let head = Head {
        kind: "network".to_owned(),
        title: text(site, "network.all", code),
        description: Some(text(site, "network.intro", code)),
        path: artifact.path.clone(),
        alternates: alternates(plan, artifact, language),
        translations: addresses
            .map(|(n, code)| (n, site.network_path(code)))
            .collect(),
        breadcrumbs: vec![home_crumb(press, code)],
        ..Head::default()
    };
    let mut context = context(site, &press.cards, language, head);
    let moments = moments(press, language);
    context.insert_value("network", network::of_all(&moments).into());
    if let Some(map) = atlas::atlas(&moments) {
        context.insert_value("map", map);
    }
    theme.render(code, "network.html", &context)
}
