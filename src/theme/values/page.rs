//! What every page has: the site around it and the page's own head.

use super::map::Places;
use super::{Cards, Object, link, subscription};
use crate::content::KINDS;
use crate::content::config::FullText;
use crate::content::vocabulary::Vocabulary;
use crate::site::listing::Scope;
use crate::site::{Entry, Site};
use crate::theme::Theme;
use crate::theme::dates::Style;
use tera::{Context, Map, Value};

/// The head of a page.
#[derive(Default)]
pub struct Head {
    /// What sort of page, for styles and for checks.
    pub kind: String,
    /// Its title, without the site's.
    pub title: String,
    /// A sentence or two about it.
    pub description: Option<String>,
    /// Address of the page itself.
    pub path: String,
    /// Language of its content, where that is not the language of the page.
    pub content_language: Option<String>,
    /// Not to be found by search engines.
    pub noindex: bool,
    /// Seen only in the preview.
    pub draft: bool,
    /// Picture of the page.
    pub image: Option<Value>,
    /// The same in other formats: media type, title, path.
    pub alternates: Vec<(&'static str, String, String)>,
    /// The same page in each language: number of the language and path.
    pub translations: Vec<(usize, String)>,
    /// The way from the home page to here: title and path.
    pub breadcrumbs: Vec<(String, String)>,
    /// Linked data for search engines.
    pub json_ld: Option<String>,
}

/// The values that are in every template.
pub fn context(site: &Site, cards: &Cards, language: usize, head: Head) -> Context {
    let mut context = around_fragments(site, cards, language);
    context.insert_value("section", section(&cards.site(language), &head).into());
    let share = cards.shares.get().and_then(|shares| shares.get(&head.path));
    context.insert_value("page", page(site, language, share, head));
    context
}

/// The values that are in every fragment.
pub fn around_fragments(site: &Site, cards: &Cards, language: usize) -> Context {
    let code = &site.codes[language];
    let mut context = Context::new();
    context.insert_value("lang", code.as_str().into());
    context.insert_value("dir", site.languages[code].dir.as_str().into());
    // Where the site is written in both directions, a text in another language says its own.
    let mut languages = site.languages.values();
    let mixed = languages.any(|other| other.dir != site.languages[code].dir);
    context.insert_value("mixed", mixed.into());
    context.insert_value("site", cards.site(language));
    context
}

fn page(site: &Site, language: usize, share: Option<&String>, head: Head) -> Value {
    let code = &site.codes[language];
    let alternate = |(media_type, title, path): (&'static str, String, String)| -> Value {
        Object::new()
            .set("type", media_type)
            .set("title", title)
            .set("href", path)
            .into()
    };
    let translation = |(n, url): (usize, String)| -> Value {
        let other = &site.codes[n];
        let name = site.languages[other].name.as_str();
        Object::new()
            .set("lang", other.as_str())
            .set("name", name)
            .set("url", url)
            .set("current", other == code)
            .into()
    };
    // A page without a translation is for search engines a copy of the original.
    let written = head.content_language.as_ref().unwrap_or(code);
    let mut all = head.translations.iter();
    let original = all.find(|(n, _)| *n != language && site.codes[*n] == *written);
    let canonical = original.map_or(&head.path, |(_, path)| path);
    Object::new()
        .set("kind", head.kind)
        .set("title", head.title)
        .some("description", head.description)
        .set("url", site.config.absolute(&head.path))
        .set("canonical", site.config.absolute(canonical))
        .set("lang", written.as_str())
        .set("path", head.path)
        .set("draft", head.draft)
        .set("noindex", head.noindex)
        .some("image", head.image)
        .some("card", share.map(String::as_str))
        .set(
            "alternates",
            head.alternates
                .into_iter()
                .map(alternate)
                .collect::<Vec<Value>>(),
        )
        .set(
            "translations",
            head.translations
                .into_iter()
                .map(translation)
                .collect::<Vec<Value>>(),
        )
        .set(
            "breadcrumbs",
            head.breadcrumbs
                .into_iter()
                .map(|(title, url)| link(&title, url).into())
                .collect::<Vec<Value>>(),
        )
        .some("json_ld", head.json_ld)
        .set("preview", site.preview)
        .into()
}

/// The address of the part of the menu in which a page lies; nothing when it lies in none.
fn section(site: &Value, head: &Head) -> String {
    let menu = site
        .get_from_path("navigation")
        .and_then(Value::as_array)
        .unwrap_or_default();
    let urls = menu
        .iter()
        .filter_map(|item| item.get_from_path("url").and_then(Value::as_str));
    urls.into_iter()
        .find(|url| url.len() > 1 && head.path.starts_with(url))
        .unwrap_or("")
        .to_owned()
}

/// The value `site`, the same for all pages of a language.
pub fn site_value(site: &Site, theme: &Theme, places: &Places, language: &str) -> Value {
    let config = &site.config;
    let title = site.text(&config.title, language);
    let text = |texts| Some(site.text(texts, language)).filter(|text: &&str| !text.is_empty());
    let publisher = config.publisher.as_ref().map(|publisher| {
        Object::new()
            .set("name", publisher.name.as_str())
            .some("email", publisher.email.as_ref().map(|email| &*email.0))
            .some("url", publisher.url.as_ref().map(|url| &*url.0))
    });
    let (navigation, footer) = menus(site, language);
    let home = site.home(language);
    let feed = |media_type: &'static str, name: &str, title: &str| -> Value {
        link(title, format!("{home}{name}"))
            .set("type", media_type)
            .into()
    };
    let value = Object::new()
        .set("title", title)
        .some("tagline", text(&config.tagline))
        .some("description", text(&config.description))
        .set("url", config.url.value.0.as_str())
        .set("origin", config.absolute(""))
        .set("webcal", subscription(site, "").1)
        .set("home", home.as_str())
        .set("navigation", navigation)
        .set("sections", sections(site, language))
        .set("footer", footer)
        .some(
            "license",
            config.license.as_ref().map(|url| license(url, language)),
        )
        .some("publisher", publisher)
        .some(
            "calendar",
            site.entries
                .iter()
                .any(|e| e.timetable.is_some())
                .then(|| format!("{home}calendar.ics")),
        )
        .some(
            "composer",
            (!site.selections.is_empty()).then(|| site.composer_path(language)),
        )
        .set(
            "feeds",
            vec![
                feed("application/rss+xml", "feed.rss", "RSS"),
                feed("application/atom+xml", "feed.atom", "Atom"),
                feed("application/feed+json", "feed.json", "JSON Feed"),
            ],
        )
        .set("data", site.data_path(language))
        .set("search", site.search_path(language))
        .set("search_description", site.search_description(language))
        .set("pagefind", config.search == Some(FullText::Pagefind))
        .some("repository", config.repository.as_ref().map(|url| &*url.0))
        .set("generator", concat!("Plein ", env!("CARGO_PKG_VERSION")))
        .set(
            "updated",
            theme
                .locale(language)
                .dates
                .day(site.now.date(), Style::Medium),
        );
    shown(value, site, places, language).into()
}

/// With the ways to what is shown on a map and on other sites.
fn shown(value: Object, site: &Site, places: &Places, language: &str) -> Object {
    value
        .some(
            "map",
            (!places.standing.is_empty()).then(|| site.map_path(language)),
        )
        .some(
            "map_settings",
            places.any.then(|| site.map_settings_path(language)),
        )
        .some(
            "network",
            (!site.network.is_empty()).then(|| site.network_path(language)),
        )
        .some(
            "embed",
            (!places.standing.is_empty() || site.widgets().next().is_some())
                .then(|| site.widgets_path(language)),
        )
}

/// A licence by the name that people know.
pub fn license(url: &str, language: &str) -> Object {
    Object::new()
        .set("name", license_name(url))
        .set("url", deed(url, language))
}

/// The summary of a licence in the language of the page, where Creative Commons has one.
fn deed(url: &str, language: &str) -> String {
    const DEEDS: &[&str] = &[
        "cs", "da", "de", "el", "en", "es", "fi", "fr", "it", "nl", "pl", "pt", "sv",
    ];
    match url.rsplit_once("/deed.") {
        Some((licence, _)) if url.contains("creativecommons.org/") && DEEDS.contains(&language) => {
            format!("{licence}/deed.{language}")
        }
        _ => url.to_owned(),
    }
}

/// What people call a licence: a Creative Commons one by its name, any other by its address.
pub fn license_name(url: &str) -> String {
    let name = |url: &str| -> Option<String> {
        let path = url.split("creativecommons.org/").nth(1)?;
        let mut parts = path.split('/');
        let (section, code, version) = (parts.next()?, parts.next()?, parts.next().unwrap_or(""));
        Some(match section {
            "publicdomain" => format!("CC0 {version}"),
            _ => format!("CC {} {version}", code.to_uppercase()),
        })
    };
    let short = name(url).unwrap_or_else(|| {
        url.trim_start_matches("https://")
            .trim_end_matches('/')
            .to_owned()
    });
    short.trim().to_owned()
}

/// The list of each kind, by the kind's name.
fn sections(site: &Site, language: &str) -> Value {
    let listed = KINDS.iter().enumerate().filter(|(n, _)| {
        site.listings
            .iter()
            .any(|listing| listing.scope == Scope::Kind(*n))
    });
    let section = |(n, kind): (usize, &'static crate::content::Kind)| {
        let title = site.languages[language]
            .kinds
            .get(kind.name)
            .map_or(kind.folder, |words| &words.many);
        (
            tera::value::Key::from(kind.name),
            Value::from(link(title, site.listing_path(Scope::Kind(n), language))),
        )
    };
    Value::from(listed.map(section).collect::<Map>())
}

/// The main menu and what stands in the footer.
fn menus(site: &Site, language: &str) -> (Vec<Value>, Vec<Value>) {
    let listed = |n: &usize| {
        site.listings
            .iter()
            .any(|listing| listing.scope == Scope::Kind(*n))
    };
    let all: Vec<usize> = (0..KINDS.len()).filter(listed).collect();
    let chosen: Vec<usize> = match &site.config.menu {
        Some(menu) => menu
            .iter()
            .filter_map(|name| all.iter().copied().find(|n| KINDS[*n].folder == name.value))
            .collect(),
        None => all.clone(),
    };
    let of_kind = |n: &usize| -> Value {
        let title = site.languages[language]
            .kinds
            .get(KINDS[*n].name)
            .map_or(KINDS[*n].folder, |words| &words.many);
        link(title, site.listing_path(Scope::Kind(*n), language)).into()
    };
    let (footer_pages, menu_pages): (Vec<_>, Vec<_>) = pages(site, language)
        .into_iter()
        .partition(|(footer, ..)| *footer);
    let values = |pages: Vec<(bool, i32, Value)>| {
        pages
            .into_iter()
            .map(|(_, _, value)| value)
            .collect::<Vec<Value>>()
    };
    let navigation = chosen
        .iter()
        .map(of_kind)
        .chain(values(menu_pages))
        .collect();
    let rest = all.iter().filter(|n| !chosen.contains(n)).map(of_kind);
    let vocabularies = Vocabulary::ALL
        .into_iter()
        .filter(|vocabulary| !site.terms(*vocabulary).is_empty());
    let terms = vocabularies.map(|vocabulary| -> Value {
        let key = format!("listing.{}", vocabulary.name());
        let title = super::list::text(site, &key, language);
        link(
            &title,
            site.listing_path(Scope::Terms(vocabulary), language),
        )
        .into()
    });
    let statement = site.accessibility_path(language).map(|path| {
        let title = super::list::text(site, "statement.title", language);
        Value::from(link(&title, path))
    });
    let footer = rest
        .chain(terms)
        .chain(values(footer_pages))
        .chain(statement);
    (navigation, footer.collect())
}

/// Pages with a place in a menu: whether it is the footer, their order and their link.
fn pages(site: &Site, language: &str) -> Vec<(bool, i32, Value)> {
    let place = |entry: &Entry| {
        let menu = entry.record().menu()?;
        let version = entry.version(language);
        let own = version.record.menu().and_then(|menu| menu.title.as_ref());
        let title = own.unwrap_or(&version.common.title);
        let other = Some(version.language.as_str()).filter(|code| *code != language);
        let item = link(title, site.path(entry, language)).some("lang", other);
        Some((menu.footer, menu.order, Value::from(item)))
    };
    let mut found: Vec<_> = site.entries.iter().filter_map(place).collect();
    found.sort_by_key(|(footer, order, _)| (*footer, *order));
    found
}
