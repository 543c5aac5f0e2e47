//! The page on which people put together the calendar they want: its address, and the ways into
//! their programs.

use super::{Cards, Object, link, subscription};
use crate::site::Site;
use crate::site::listing::Scope;
use crate::site::selection::{Facet, Selection};
use crate::theme::values::list;
use crate::theme::{Theme, qr};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use tera::Value;

/// What a facet is called on its own.
pub fn facet_title(site: &Site, theme: &Theme, facet: &Facet, language: &str) -> String {
    let locale = theme.locale(language);
    match facet {
        Facet::Term((vocabulary, n)) => site
            .text(&site.terms(*vocabulary)[*n].title, language)
            .to_owned(),
        Facet::Entry(id) => site.entry(*id).version(language).common.title.0.clone(),
        Facet::Language(tag) => {
            locale.text("composer.language", &[("name", &locale.language_name(tag))])
        }
        Facet::Free => locale.text("composer.free", &[]),
        Facet::Accessible => locale.text("composer.accessible", &[]),
    }
}

/// What a choice is called: `Voedsel, Haven`; nothing chosen is everything.
pub fn title(site: &Site, theme: &Theme, selection: Option<&Selection>, language: &str) -> String {
    match selection {
        None => theme.locale(language).text("composer.title", &[]),
        Some(selection) => {
            let facets = selection.facets.iter();
            let titles: Vec<String> = facets
                .map(|facet| facet_title(site, theme, facet, language))
                .collect();
            titles.join(", ")
        }
    }
}

/// What the page of a choice is called.
pub fn page_title(
    site: &Site,
    theme: &Theme,
    selection: Option<&Selection>,
    language: &str,
) -> String {
    let title = title(site, theme, selection, language);
    match selection {
        None => title,
        Some(_) => theme
            .locale(language)
            .text("composer.of", &[("name", &title)]),
    }
}

/// The value `composer`: what is chosen, its calendar, and what it can be narrowed to.
pub fn composer(
    site: &Site,
    theme: &Theme,
    cards: &Cards,
    selection: Option<&Selection>,
    language: usize,
) -> Value {
    let code = &site.codes[language];
    let chosen = selection.map_or(&[][..], |selection| &selection.facets);
    let path = match selection {
        None => site.listing_path(Scope::Site, code) + "calendar.ics",
        Some(selection) => site.selection_calendar(selection, code),
    };
    let count = selection.map(|selection| {
        let count = selection.entries.len();
        theme.locale(code).count("count.events", count)
    });
    let title = title(site, theme, selection, code);
    let calendar = ways(site, &path, &title);
    Object::new()
        .set("title", page_title(site, theme, selection, code))
        .some("count", count)
        .set("calendar", calendar)
        .set("groups", groups(site, theme, cards, chosen, language))
        .set("all", site.composer_path(code))
        .into()
}

/// How a calendar gets into people's programs.
fn ways(site: &Site, path: &str, title: &str) -> Object {
    let (https, webcal) = subscription(site, path);
    let outlook = |host: &str| {
        let (url, name) = (encoded(&https), encoded(title));
        format!("https://{host}/calendar/0/addfromweb?url={url}&name={name}")
    };
    let google = format!(
        "https://calendar.google.com/calendar/r?cid={}",
        encoded(&webcal)
    );
    Object::new()
        .set("path", path)
        .set("outlook", outlook("outlook.live.com"))
        .set("office", outlook("outlook.office.com"))
        .set("google", google)
        .set("webcal", webcal)
        .some("qr", qr::picture(&https))
        .set("https", https)
}

/// What can still be chosen beside what is, by sort.
fn groups(
    site: &Site,
    theme: &Theme,
    cards: &Cards,
    chosen: &[Facet],
    language: usize,
) -> Vec<Value> {
    let code = &site.codes[language];
    let mut groups: BTreeMap<(u8, usize), Vec<(Vec<u8>, Value)>> = BTreeMap::new();
    for n in cards.choices(site, chosen) {
        let selection = &site.selections[*n];
        let Some(more) = selection
            .facets
            .iter()
            .find(|facet| !chosen.contains(facet))
        else {
            continue;
        };
        let title = facet_title(site, theme, more, code);
        let key = site.sort_key(&title, code);
        // One more leads to a page of its own; two are at hand where they are chosen.
        let item = match chosen {
            [] => link(&title, site.selection_path(selection, code)),
            _ => {
                let name = self::title(site, theme, Some(selection), code);
                let calendar = ways(site, &site.selection_calendar(selection, code), &name);
                Object::new().set("title", title).set("calendar", calendar)
            }
        };
        let item = item.set("count", selection.entries.len());
        let group = groups.entry(more.sort(site)).or_default();
        group.push((key, item.into()));
    }
    let heading = |(sort, number): (u8, usize)| match sort {
        0 => {
            let vocabulary = crate::content::vocabulary::Vocabulary::ALL[number];
            list::text(site, &format!("listing.{}", vocabulary.name()), code)
        }
        1 => list::title(site, theme, Scope::Kind(number), code),
        2 => theme.locale(code).text("entry.languages", &[]),
        _ => theme.locale(code).text("composer.more", &[]),
    };
    let mut shown: Vec<(String, Vec<Value>)> = Vec::new();
    for (sort, mut items) in groups {
        items.sort_by(|a, b| a.0.cmp(&b.0));
        let items: Vec<Value> = items.into_iter().map(|(_, item)| item).collect();
        let title = heading(sort);
        match shown.last_mut() {
            Some((last, all)) if *last == title => all.extend(items),
            _ => shown.push((title, items)),
        }
    }
    let value = |(title, items): (String, Vec<Value>)| -> Value {
        Object::new().set("title", title).set("items", items).into()
    };
    shown.into_iter().map(value).collect()
}

/// A text as part of a query (RFC 3986 section 2.3).
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a `String` cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_holds_no_sign_with_a_meaning() {
        assert_eq!(
            encoded("webcal://a.b/c_d é&"),
            "webcal%3A%2F%2Fa.b%2Fc_d%20%C3%A9%26"
        );
    }
}
