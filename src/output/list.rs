//! The pages of each list, the home page among them.

use super::page::HTML;
use super::{Artifact, Output, Plan, Press, Subject, alternates};
use crate::diagnostic::Diagnostic;
use crate::site::listing::{Listing, Scope};
use crate::site::widget::Widget;
use crate::site::{EntryId, Site};
use crate::theme::values::home;
use crate::theme::values::list::{self, Item, Paging};
use crate::theme::values::page::{Head, context};
use crate::theme::{json_ld, qr};

/// Bytes of a description that search engines still show.
const DESCRIPTION: usize = 155;

/// The output.
pub const OUTPUT: Output = Output {
    name: "list",
    about: "the pages of each list, and the home page",
    plan,
};

fn plan(press: &Press, plan: &mut Plan) {
    let site = &press.site;
    for (n, listing) in site.listings.iter().enumerate() {
        // The same lines in each language, in another order.
        let total = pages(press, listing, press.cards.lists.items(site, n, 0).len());
        for (language, code) in site.codes.iter().enumerate() {
            let first = site.listing_path(listing.scope, code);
            for page in 2..=total {
                plan.add(
                    list::page_path(site, &first, page, code),
                    HTML,
                    Subject::Page(n, page),
                    Some(language),
                    render,
                );
            }
            plan.add(first, HTML, Subject::Listing(n), Some(language), render);
        }
    }
}

/// How many pages a list has. The home page and the lists of lists have one, and a year of more
/// than one page shows its months only: every line of it stands there. A month or a week of an
/// agenda has its days on one page.
fn pages(press: &Press, listing: &Listing, lines: usize) -> usize {
    match listing.scope {
        Scope::Site | Scope::Terms(_) | Scope::Archive(_) | Scope::Year(..) | Scope::Week(..) => 1,
        Scope::Month(..) if list::is_calendar(&press.site, listing.scope) => 1,
        _ => lines.div_ceil(press.site.config.page_size.value).max(1),
    }
}

fn render(press: &Press, plan: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let (number, n) = match artifact.subject {
        Subject::Listing(n) => (1, n),
        Subject::Page(n, number) => (number, n),
        _ => return Err(super::misplanned(artifact)),
    };
    let (site, theme) = (&press.site, &press.theme);
    let Some(language) = artifact.language else {
        return Err(super::misplanned(artifact));
    };
    let (code, listing) = (&site.codes[language], &site.listings[n]);
    let items = press.cards.lists.items(site, n, language);
    let paging = Paging {
        number,
        total: pages(press, listing, items.len()),
        size: site.config.page_size.value,
    };
    let mut context = context(
        site,
        &press.cards,
        language,
        head(press, plan, artifact, listing, items, paging, language),
    );
    if let Some(kind) = shown_elsewhere(press, listing.scope) {
        let answer = super::oembed(site, Widget::Agenda(kind), code);
        context.insert_value("oembed", answer.into());
    }
    if listing.scope == Scope::Site {
        context.insert_value("home", home::home(site, theme, &press.cards, language));
        return theme.render(code, "home.html", &context);
    }
    context.insert_value(
        "listing",
        list::listing(site, theme, &press.cards, language, n, paging),
    );
    if list::is_calendar(site, listing.scope) {
        // An agenda on a wall leads to the one that is kept up to date.
        let address = site
            .config
            .absolute(&site.listing_path(listing.scope, code));
        let code = qr::picture(&address).map(tera::Value::from);
        context.insert_value("qr", code.unwrap_or(tera::Value::none()));
    }
    let own = format!("listing/{}.html", list::name(site, listing.scope));
    theme.render(code, theme.choose(code, &[&own, "listing.html"]), &context)
}

/// The kind whose agenda stands on a page, which others can show as well.
fn shown_elsewhere(press: &Press, scope: Scope) -> Option<usize> {
    let mut agendas = press.site.widgets().map_while(|widget| match widget {
        Widget::Agenda(kind) => Some(kind),
        _ => None,
    });
    match scope {
        Scope::Site => agendas.next(),
        Scope::Kind(n) => agendas.find(|kind| *kind == n),
        _ => None,
    }
}

fn head(
    press: &Press,
    plan: &Plan,
    artifact: &Artifact,
    listing: &Listing,
    items: &[Item],
    paging: Paging,
    language: usize,
) -> Head {
    let (site, theme) = (&press.site, &press.theme);
    let code = &site.codes[language];
    let title = list::title(site, theme, listing.scope, code);
    let from = (paging.number - 1) * paging.size;
    let shown = items.iter().skip(from).take(paging.size);
    let mut shown: Vec<EntryId> = shown.map(|(id, _)| *id).collect();
    shown.dedup();
    let json_ld = match listing.scope {
        Scope::Site => json_ld::home(site, code),
        _ => json_ld::list(site, &title, &artifact.path, &shown, code),
    };
    let numbered = (paging.number > 1).then(|| {
        format!(
            "{title}, {}",
            theme.locale(code).count("listing.page", paging.number)
        )
    });
    let translations = site.codes.iter().enumerate().map(|(n, code)| {
        (
            n,
            list::page_path(
                site,
                &site.listing_path(listing.scope, code),
                paging.number,
                code,
            ),
        )
    });
    Head {
        kind: if listing.scope == Scope::Site {
            "home".to_owned()
        } else {
            format!("{}-list", list::name(site, listing.scope))
        },
        description: description(site, listing.scope, &title, &shown, code),
        title: numbered.unwrap_or(title),
        path: artifact.path.clone(),
        alternates: alternates(plan, artifact, language),
        translations: translations.collect(),
        breadcrumbs: breadcrumbs(press, listing.scope, code),
        json_ld: Some(json_ld),
        ..Head::default()
    }
}

/// What search engines show under the title of a list: what somebody wrote about it, else what stands on it.
fn description(
    site: &Site,
    scope: Scope,
    title: &str,
    shown: &[EntryId],
    language: &str,
) -> Option<String> {
    let of_kind = || {
        let key = format!("data.about.{}", scope.kind()?.folder);
        Some(list::text(site, &key, language))
    };
    let written = match scope {
        Scope::Site => Some(site.text(&site.config.description, language).to_owned()),
        Scope::Term(vocabulary, n) => {
            let term = &site.terms(vocabulary)[n];
            Some(site.text(&term.summary, language).to_owned())
        }
        Scope::Kind(_) => of_kind(),
        _ => None,
    };
    let terms = match scope {
        Scope::Terms(vocabulary) => site.terms(vocabulary),
        _ => &[],
    };
    let terms = terms.iter().map(|term| site.text(&term.title, language));
    let titles = shown
        .iter()
        .map(|id| &*site.entry(*id).version(language).common.title.0);
    let mut named = title.to_owned();
    for name in terms.chain(titles) {
        if named.len() + name.len() > DESCRIPTION {
            break;
        }
        if !named.contains(name) {
            let first = named.len() == title.len();
            named.extend([if first { ": " } else { ", " }, name]);
        }
    }
    let named = Some(named).filter(|named| named.len() > title.len());
    let of_site = || Some(site.text(&site.config.description, language).to_owned());
    let written = written.filter(|text| !text.is_empty()).or(named);
    written
        .or_else(of_kind)
        .or_else(of_site)
        .filter(|text| !text.is_empty())
}

/// The lists that this one lies within.
fn breadcrumbs(press: &Press, scope: Scope, language: &str) -> Vec<(String, String)> {
    let outer = match scope {
        Scope::Site => return vec![],
        Scope::Kind(_) | Scope::Terms(_) => vec![],
        Scope::Term(vocabulary, _) => vec![Scope::Terms(vocabulary)],
        Scope::Archive(n) => vec![Scope::Kind(n)],
        Scope::Year(n, _) => vec![Scope::Kind(n), Scope::Archive(n)],
        Scope::Month(n, year, _) => vec![Scope::Kind(n), Scope::Archive(n), Scope::Year(n, year)],
        Scope::Week(n, _) => vec![Scope::Kind(n), Scope::Archive(n)],
    };
    let crumb = |scope: Scope| {
        (
            list::title(&press.site, &press.theme, scope, language),
            press.site.listing_path(scope, language),
        )
    };
    std::iter::once(super::home_crumb(press, language))
        .chain(outer.into_iter().map(crumb))
        .collect()
}
