//! The search page, and without a script: the topics, the neighbourhoods and everything from A to Z.

use super::alphabet::{Alphabet, Letter};
use super::record::is_found;
use super::words::stemmer_of;
use super::{LISTED, misplanned};
use crate::content::KINDS;
use crate::content::vocabulary::Vocabulary;
use crate::diagnostic::Diagnostic;
use crate::output::{Artifact, Plan, Press, home_crumb};
use crate::site::listing::Scope;
use crate::site::{EntryId, Site};
use crate::theme::values::list::text;
use crate::theme::values::page::{Head, context};
use crate::theme::values::{Object, link};
use tera::Value;

/// The page, or what begins with a letter.
pub fn render(
    press: &Press,
    plan: &Plan,
    artifact: &Artifact,
    letter: Option<char>,
) -> Result<Vec<u8>, Diagnostic> {
    let Some(language) = artifact.language else {
        return Err(misplanned(artifact));
    };
    let (site, theme) = (&press.site, &press.theme);
    let code = &site.codes[language];
    let title = text(site, "search.title", code);
    let own = letter.map(|letter| {
        let letter = Letter::title(letter);
        theme
            .locale(code)
            .text("search.letter", &[("letter", &letter)])
    });
    // A letter of one language need not be one of another; the search always is.
    let translated = |(n, code): (usize, &String)| {
        let page = site.search_path(code);
        let same = letter.map(|letter| format!("{page}{}/", Letter::slug(letter)));
        (
            n,
            same.filter(|path| plan.find(path).is_some())
                .unwrap_or(page),
        )
    };
    let inner = letter.map(|_| (title.clone(), site.search_path(code)));
    let head = Head {
        kind: if letter.is_some() { "letter" } else { "search" }.to_owned(),
        title: own.unwrap_or(title),
        description: Some(text(site, "search.description", code)),
        path: artifact.path.clone(),
        translations: site.codes.iter().enumerate().map(translated).collect(),
        breadcrumbs: std::iter::once(home_crumb(press, code))
            .chain(inner)
            .collect(),
        ..Head::default()
    };
    let mut context = context(site, &press.cards, language, head);
    context.insert_value("search", value(press, plan, letter, language));
    theme.render(code, "search.html", &context)
}

/// The value `search`: where the index is, what results can be narrowed to, and what there is from A to Z.
fn value(press: &Press, plan: &Plan, letter: Option<char>, language: usize) -> Value {
    let site = &press.site;
    let code = &site.codes[language];
    let found: Vec<EntryId> = site
        .entries
        .iter()
        .filter(|entry| is_found(entry))
        .map(|entry| entry.id)
        .collect();
    let shared = &press.search.0[language].letters;
    let letters = shared.get_or_init(|| Alphabet::new(code).sorted(site, &found, code));
    let path = |letter: char| format!("{}{}/", site.search_path(code), Letter::slug(letter));
    let whole = found.len() <= LISTED;
    let group = |one: &Letter| -> Value {
        let entries = one.entries.iter().map(|id| line(press, *id, language));
        Object::new()
            .set("title", Letter::title(one.letter))
            .set("id", format!("az-{}", Letter::slug(one.letter)))
            .set("entries", entries.collect::<Vec<Value>>())
            .into()
    };
    let shown = letters
        .iter()
        .filter(|one| whole || Some(one.letter) == letter);
    let step = |one: &Letter| -> Option<Value> {
        let url = match whole {
            true => format!("#az-{}", Letter::slug(one.letter)),
            false => path(one.letter),
        };
        // While titles are being edited in the preview a letter may have no page yet.
        let leads = whole || plan.find(&url).is_some();
        let step = link(&Letter::title(one.letter), url)
            .set("current", Some(one.letter) == letter)
            .set("count", one.entries.len());
        leads.then(|| step.into())
    };
    Object::new()
        .set("folder", site.search_index(code))
        .some(
            "stemmer",
            stemmer_of(code).map(|code| format!("vendor/stemmer-{code}.js")),
        )
        .set("count", found.len())
        .set("kinds", kinds(site, &found, code))
        .set("vocabularies", vocabularies(site, code))
        .set(
            "letters",
            letters.iter().filter_map(step).collect::<Vec<Value>>(),
        )
        .set("groups", shown.map(group).collect::<Vec<Value>>())
        .into()
}

/// A line from A to Z.
fn line(press: &Press, id: EntryId, language: usize) -> Value {
    let site = &press.site;
    let (entry, code) = (site.entry(id), &site.codes[language]);
    let version = entry.version(code);
    let words = site.languages[code].kinds.get(entry.kind.name);
    link(&version.common.title, site.path(entry, code))
        .set("lang", version.language.as_str())
        .set("kind", words.map_or(entry.kind.name, |words| &words.one))
        .into()
}

/// The kinds that there are, with how many of each.
fn kinds(site: &Site, found: &[EntryId], language: &str) -> Vec<Value> {
    let count = |n: usize| {
        let of_kind = |id: &&EntryId| site.entry(**id).kind == &KINDS[n];
        found.iter().filter(of_kind).count()
    };
    let kind = |(n, kind): (usize, &crate::content::Kind)| -> Option<Value> {
        let words = site.languages[language].kinds.get(kind.name);
        let many = words.map_or(kind.folder, |words| &words.many);
        let one = words.map_or(kind.name, |words| &words.one);
        let value = Object::new()
            .set("name", kind.name)
            .set("one", one)
            .set("title", many)
            .set("count", count(n));
        (count(n) > 0).then(|| value.into())
    };
    KINDS.iter().enumerate().filter_map(kind).collect()
}

/// The topics and the neighbourhoods, with how much there is of each.
fn vocabularies(site: &Site, language: &str) -> Vec<Value> {
    let vocabulary = |vocabulary: Vocabulary| -> Option<Value> {
        let term = |listing: &crate::site::listing::Listing| -> Option<Value> {
            let Scope::Term(of, n) = listing.scope else {
                return None;
            };
            let term = &site.terms(of)[n];
            let value = link(
                site.text(&term.title, language),
                site.listing_path(listing.scope, language),
            );
            let value = value
                .set("id", &*term.id.value.0)
                .set("count", listing.entries.len());
            (of == vocabulary).then(|| value.into())
        };
        let items: Vec<Value> = site.listings.iter().filter_map(term).collect();
        let title = text(site, &format!("listing.{}", vocabulary.name()), language);
        let value = Object::new()
            .set("name", vocabulary.name())
            .set("title", title)
            .set("url", site.listing_path(Scope::Terms(vocabulary), language));
        (!items.is_empty()).then(|| value.set("items", items).into())
    };
    Vocabulary::ALL.into_iter().filter_map(vocabulary).collect()
}
