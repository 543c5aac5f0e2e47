//! Addresses that lead elsewhere: permanent identifiers and the former addresses of records.
//!
//! Hosts that read `_redirects` answer with a redirect; on every other host a small page leads on.

use super::page::HTML;
use super::{Artifact, Output, Plan, Press, Redirect, Subject};
use crate::content::KINDS;
use crate::content::markdown::escape;
use crate::diagnostic::Diagnostic;
use crate::site::permalink::id_path;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The output.
pub const OUTPUT: Output = Output {
    name: "redirects",
    about: "permanent identifiers and former addresses",
    plan,
};

fn plan(press: &Press, plan: &mut Plan) {
    let site = &press.site;
    for entry in &site.entries {
        let to = site.path(entry, &site.codes[0]);
        add(
            plan,
            Redirect {
                from: id_path(entry),
                to: to.clone(),
                status: 302,
                entry: entry.id,
            },
        );
        for alias in &entry.original().common.aliases {
            add(
                plan,
                Redirect {
                    from: alias.value.0.clone(),
                    to: to.clone(),
                    status: 301,
                    entry: entry.id,
                },
            );
        }
    }
    plan.add(
        "/_redirects".to_owned(),
        "text/plain; charset=utf-8",
        Subject::Site,
        None,
        rules,
    );
}

/// A redirect, and the page that leads on where the host does not.
fn add(plan: &mut Plan, redirect: Redirect) {
    let path = match redirect.from.strip_suffix('/') {
        Some(_) => redirect.from.clone(),
        None if redirect.from.ends_with(".html") => redirect.from.clone(),
        None => format!("{}.html", redirect.from),
    };
    let n = plan.redirects.len();
    plan.redirects.push(redirect);
    plan.add(path, HTML, Subject::Redirect(n), None, page);
}

fn page(press: &Press, plan: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let Subject::Redirect(n) = artifact.subject else {
        return Err(super::misplanned(artifact));
    };
    let to = &plan.redirects[n].to;
    let (path, absolute) = (escape(to), escape(&press.site.config.absolute(to)));
    let language = &press.site.codes[0];
    Ok(format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head><meta charset=\"utf-8\"><title>{path}</title><link rel=\"canonical\" href=\"{absolute}\">\
         <meta name=\"robots\" content=\"noindex\"><meta http-equiv=\"refresh\" content=\"0; url={path}\"></head>\n<body><p><a href=\"{path}\">{path}</a></p></body>\n</html>\n"
    )
    .into_bytes())
}

/// `_redirects`, as Netlify and Cloudflare Pages read it: one rule for all identifiers of a kind
/// that are also the slug, after those that are not.
fn rules(press: &Press, plan: &Plan, _: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let site = &press.site;
    let mut rules = super::rpde::rules();
    let same: BTreeSet<String> = site
        .entries
        .iter()
        .filter(|entry| entry.document_id == entry.slug)
        .map(id_path)
        .collect();
    for redirect in plan
        .redirects
        .iter()
        .filter(|redirect| !same.contains(&redirect.from))
    {
        let _ = writeln!(
            rules,
            "{} {} {}",
            redirect.from, redirect.to, redirect.status
        );
    }
    for kind in KINDS {
        let Some(entry) = site.entries.iter().find(|entry| entry.kind == kind) else {
            continue;
        };
        let path = site.path(entry, &site.codes[0]);
        let folder = path
            .trim_end_matches('/')
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder);
        let _ = writeln!(rules, "/id/{}/:id {folder}/:id/ 302", kind.name);
    }
    Ok(rules.into_bytes())
}
