//! Addresses that lead elsewhere: permanent identifiers, the former addresses of records and the paths
//! of the API.
//!
//! Hosts that read `_redirects` answer with a redirect; on every other host a small page leads on.

use super::data::record::of_kind;
use super::data::{ROOT, context, discovery, occurrences, openapi};
use super::page::HTML;
use super::{Artifact, Output, Plan, Press, Redirect, Subject};
use crate::content::KINDS;
use crate::content::markdown::escape;
use crate::diagnostic::Diagnostic;
use crate::site::permalink::id_path;
use crate::site::{Entry, Site};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The output.
pub const OUTPUT: Output = Output {
    name: "redirects",
    about: "permanent identifiers and former addresses",
    plan,
};

/// The page about the data, and the folder of all that is theirs.
const DATA: &str = "/data/";

/// The catalogue in the form that others ask for first.
const CATALOGUE: &str = "/catalog.ttl";

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
        for (from, to) in former(site, entry) {
            add(
                plan,
                Redirect {
                    from,
                    to,
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

/// The former addresses of a record and where each leads: to the page in its own language. An address in the default
/// language stands for those that the record then had in the others too.
fn former(site: &Site, entry: &Entry) -> Vec<(String, String)> {
    let aliases = &entry.original().common.aliases;
    let file = format!("{}/", entry.slug);
    let pages: Vec<String> = site
        .codes
        .iter()
        .map(|code| site.path(entry, code))
        .collect();
    let folder = |page: &str| page.strip_suffix(&file).unwrap_or(page).len();
    // The language of an address, and the name that the record had in it.
    let read = |alias: &str| {
        let read = pages.iter().enumerate().filter_map(|(n, page)| {
            let folder = &page[..folder(page)];
            let name = alias.strip_prefix(folder)?.strip_suffix('/')?;
            (!name.is_empty() && !name.contains('/')).then(|| (folder.len(), n, name.to_owned()))
        });
        read.max()
    };
    let stated = aliases.iter().map(|alias| {
        let language = read(&alias.value).map_or(0, |(_, n, _)| n);
        (alias.value.0.clone(), pages[language].clone())
    });
    let mut found: Vec<(String, String)> = stated.collect();
    for alias in aliases {
        let Some((_, 0, name)) = read(&alias.value) else {
            continue;
        };
        for page in pages.iter().skip(1) {
            let from = format!("{}{name}/", &page[..folder(page)]);
            if found.iter().all(|(known, _)| *known != from) {
                found.push((from, page.clone()));
            }
        }
    }
    found
}

/// A redirect, and the page that leads on where the host does not. It names no canonical address: it is
/// not another copy of the page that it leads to, and is not to be found by itself.
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
    let path = escape(to);
    let language = &press.site.codes[0];
    Ok(format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head><meta charset=\"utf-8\"><title>{path}</title>\
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
        let Redirect {
            from, to, status, ..
        } = redirect;
        let _ = writeln!(rules, "{from} {to} {status}");
        // Whoever subscribed to a record under its former address hears of it at its new one.
        let calendar = format!("{to}calendar.ics");
        if *status == 301 && from.ends_with('/') && plan.find(&calendar).is_some() {
            let _ = writeln!(rules, "{from}calendar.ics {calendar} {status}");
        }
    }
    rules += &data_files(plan);
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
    rules += &data_folders(press, plan);
    rules += &nothing(press, plan);
    Ok(rules.into_bytes())
}

/// The paths of the API that lead to one file, and where others look for the catalogue.
fn data_files(plan: &Plan) -> String {
    let mut rules = String::new();
    let mut lead = |from: &str, to: &str, status| {
        if plan.find(to).is_some() {
            let _ = writeln!(rules, "{from} {to} {status}");
        }
    };
    lead(ROOT, openapi::PATH, 200);
    lead(&format!("{ROOT}/context"), context::PATH, 200);
    for name in datasets().chain(["feeds"]) {
        let path = format!("{ROOT}/{name}");
        lead(&path, &format!("{path}.json"), 200);
    }
    lead("/.well-known/void", CATALOGUE, 302);
    lead("/.well-known/datacatalog", CATALOGUE, 302);
    rules
}

/// The paths of the API that lead to the files of a folder, and the identifiers of datasets.
fn data_folders(press: &Press, plan: &Plan) -> String {
    let mut rules = String::new();
    let kinds = KINDS.iter().enumerate();
    let kinds = kinds.filter(|(n, _)| of_kind(&press.site, *n).next().is_some());
    for folder in kinds.map(|(_, kind)| kind.folder).chain(["schema"]) {
        let path = format!("{ROOT}/{folder}");
        // Cloudflare Pages follows a rule also where there is a file, and would add a second `.json`.
        let _ = writeln!(rules, "{path}/*.json {path}/:splat.json 200");
        let _ = writeln!(rules, "{path}/:name {path}/:name.json 200");
    }
    let page = match plan.find(DATA) {
        Some(_) => format!("{DATA}#:name"),
        None => format!("{ROOT}/:name.json"),
    };
    let _ = writeln!(rules, "/id/dataset/:name {page} 302");
    rules
}

/// What programs get under `/data/` where there is nothing, and people in the folder of a language. They
/// stand last: they fit everything there.
fn nothing(press: &Press, plan: &Plan) -> String {
    let mut rules = match plan.find(discovery::NOT_FOUND) {
        Some(file) => format!("{DATA}* {} 404\n", file.path),
        None => String::new(),
    };
    for code in press.site.codes.iter().skip(1) {
        let folder = press.site.home(code);
        let page = press.site.not_found_path(code);
        let _ = writeln!(rules, "{folder}* {page} 404");
    }
    rules
}

/// The names of all datasets.
fn datasets() -> impl Iterator<Item = &'static str> {
    KINDS
        .iter()
        .map(|kind| kind.folder)
        .chain([occurrences::NAME])
}
