//! The interface texts that come with the program: whole in every language, and as each language writes.

#![allow(clippy::disallowed_methods, reason = "tests look at real files")]

mod support;

use icu_plurals::{PluralCategory, PluralRules};
use plein::content::language::{Language, Message};
use plein::source::SourceId;
use plein::theme;
use std::collections::{BTreeMap, BTreeSet};
use support::Lab;

/// Texts that happen to be the same as in English. Whatever else is the same was forgotten.
const SAME: &[(&str, &[&str])] = &[
    (
        "nl",
        &[
            "article.type.column",
            "article.type.interview",
            "calendar.online",
            "calendar.week",
            "calendar.week_number",
            "calendar.week_short",
            "calendar.week_title",
            "call.budget",
            "call.open",
            "changes.later",
            "data.datasets",
            "data.size.bytes",
            "data.title",
            "entry.contact",
            "entry.website",
            "event.mode.online",
            "event.occurrences.moved",
            "event.type.workshop",
            "language.ti",
            "nav.menu",
            "organisation.type.school",
        ],
    ),
    (
        "de",
        &[
            "calendar.online",
            "call.budget",
            "data.format",
            "entry.website",
            "event.mode",
            "event.mode.online",
            "language.so",
            "language.ti",
        ],
    ),
    (
        "fr",
        &[
            "call.budget",
            "call.places",
            "data.entrance.catalogue",
            "data.format",
            "data.type",
            "entry.contact",
            "event.capacity",
            "event.type.excursion",
            "event.type.inspiration",
            "listing.page",
            "listing.pages",
            "nav.menu",
            "notice.category.transport",
            "notice.conditions",
            "organisation.type.association",
            "refs.initiatives",
            "refs.organisations",
            "refs.programmes",
            "related.initiatives",
            "related.programme",
            "statement.pages",
        ],
    ),
];

/// Names and abbreviations that are the same in every language.
const NAMES: &[&str] = &[
    "composer.apple",
    "composer.office",
    "composer.outlook",
    "data.entrance.api",
    "data.size.kilobytes",
    "data.size.megabytes",
    "data.type.json",
    "entry.license",
    "event.type.werklab",
    "guide.sample.letters",
    "space.area.value",
];

/// The built-in languages by code, and the text of each file.
fn languages() -> BTreeMap<String, (Language, &'static str)> {
    let files = theme::FILES.iter().filter_map(|(path, bytes)| {
        let code = path
            .strip_prefix("data/languages/")?
            .strip_suffix(".yaml")?;
        Some((code.to_owned(), std::str::from_utf8(bytes).unwrap()))
    });
    let read = |(code, text): (String, &'static str)| {
        let mut faults = vec![];
        let (node, _) = plein::yaml::parse(SourceId(0), text, 0..text.len());
        let language = plein::yaml::decode::decode(&node.unwrap(), &mut faults);
        assert!(faults.is_empty(), "{code}: {faults:?}");
        (code, (language.unwrap(), text))
    };
    files.map(read).collect()
}

/// The language that the others are held against.
fn english() -> Language {
    languages().remove("en").unwrap().0
}

/// Each form of a text with the name of its plural category; the name is empty where there is only one.
fn forms(message: &Message) -> Vec<(&str, &str)> {
    match message {
        Message::Text(text) => vec![("", text)],
        Message::Plural(forms) => {
            let forms = forms.iter();
            forms.map(|(form, text)| (&**form, &**text)).collect()
        }
    }
}

/// What a text has between braces.
fn places(text: &str) -> BTreeSet<&str> {
    let parts = text.split('{').skip(1);
    parts
        .filter_map(|part| Some(part.split_once('}')?.0))
        .collect()
}

#[test]
fn every_language_has_every_key_in_the_order_of_english() {
    // The order as it is written: two files are read beside each other.
    let keys = |text: &'static str| -> Vec<&'static str> {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let lines = lines.filter(|line| !line.trim_start().starts_with('#'));
        lines
            .filter_map(|line| Some(line.split_once(':')?.0))
            .collect()
    };
    let all = languages();
    assert_eq!(all.keys().collect::<Vec<_>>(), ["de", "en", "fr", "nl"]);
    for (code, (language, text)) in &all {
        assert_eq!(keys(text), keys(all["en"].1), "data/languages/{code}.yaml");
        assert_eq!(language.code, *code);
        assert!(["ltr", "rtl"].contains(&&*language.dir), "{code}");
        for other in all.keys() {
            let key = format!("language.{other}");
            assert!(language.texts.contains_key(&key), "{code}: {key}");
        }
    }
}

#[test]
fn every_text_has_the_same_places_to_fill_in() {
    let english = english();
    for (code, (language, _)) in languages() {
        for (key, message) in &language.texts {
            let wanted: BTreeSet<&str> = forms(&english.texts[key])
                .iter()
                .flat_map(|(_, text)| places(text))
                .collect();
            for (form, text) in forms(message) {
                let found = places(text);
                // A form for one number may leave out the number.
                let may_lack = matches!(form, "one" | "two" | "zero");
                let lacks = wanted.iter().any(|name| !found.contains(name));
                assert!(
                    found.is_subset(&wanted) && (may_lack || !lacks),
                    "{code}: `{key}` {form} has {found:?}, English has {wanted:?}"
                );
            }
        }
    }
}

#[test]
fn plural_forms_are_those_of_the_language() {
    let english = english();
    for (code, (language, _)) in languages() {
        let locale: icu_locale_core::Locale = code.parse().unwrap();
        let rules = PluralRules::try_new(locale.into(), Default::default()).unwrap();
        let name = |category| match category {
            PluralCategory::Zero => "zero",
            PluralCategory::One => "one",
            PluralCategory::Two => "two",
            PluralCategory::Few => "few",
            PluralCategory::Many => "many",
            PluralCategory::Other => "other",
        };
        let wanted: BTreeSet<&str> = rules.categories().map(name).collect();
        for (key, message) in &language.texts {
            let of_english = matches!(english.texts[key], Message::Plural(_));
            assert_eq!(
                matches!(message, Message::Plural(_)),
                of_english,
                "{code}: {key}"
            );
            if of_english {
                let found: BTreeSet<&str> = forms(message).iter().map(|form| form.0).collect();
                assert_eq!(found, wanted, "{code}: {key}");
            }
        }
    }
}

#[test]
fn no_text_was_left_in_english() {
    let english = english();
    let is_words = |text: &str| {
        let bare = text
            .split('{')
            .map(|part| part.split_once('}').map_or(part, |part| part.1));
        bare.flat_map(str::chars).any(char::is_alphabetic)
    };
    for (code, (language, _)) in languages() {
        let Some((_, allowed)) = SAME.iter().find(|(known, _)| *known == code) else {
            assert_eq!(code, "en", "name what is the same in {code} as in English");
            continue;
        };
        let is_same = |key: &&String| {
            let text = &language.texts[*key];
            *text == english.texts[*key] && forms(text).iter().any(|(_, text)| is_words(text))
        };
        let same: BTreeSet<&str> = language
            .texts
            .keys()
            .filter(is_same)
            .map(|key| &**key)
            .collect();
        let names: BTreeSet<&str> = NAMES.iter().copied().collect();
        let own: BTreeSet<&str> = same.difference(&names).copied().collect();
        assert_eq!(own, allowed.iter().copied().collect(), "{code}");
    }
}

#[test]
fn words_in_addresses_are_short_and_plain() {
    let is_plain = |word: &str| word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    for (code, (language, _)) in languages() {
        let kinds = language.kinds.values().map(|kind| &kind.path);
        for word in kinds.clone().chain(language.paths.values()) {
            assert!(is_plain(word) && word.len() <= 20, "{code}: {word}");
        }
        let different: BTreeSet<&String> = kinds.collect();
        assert_eq!(
            different.len(),
            language.kinds.len(),
            "{code}: two kinds on one path"
        );
    }
}

#[test]
fn french_keeps_its_signs_with_their_words() {
    let (french, _) = languages().remove("fr").unwrap();
    for (key, message) in &french.texts {
        for (_, text) in forms(message) {
            let mut before = 'a';
            for (at, sign) in text.char_indices() {
                let rest = &text[at..];
                let fault = match sign {
                    ';' | '!' | '?' => before != '\u{202f}',
                    ':' => before != '\u{a0}' && !before.is_ascii_digit(),
                    '»' => before != '\u{a0}',
                    '«' => !rest.starts_with("«\u{a0}"),
                    '\'' => true,
                    _ => false,
                };
                assert!(!fault, "{key}: `{sign}` in {text:?}");
                before = sign;
            }
        }
    }
}

/// Every side of a style is that of the writing, so that a page from right to left is its mirror image.
#[test]
fn styles_know_no_left_and_no_right() {
    let sides = ["left", "right"];
    let mut wrong = vec![];
    for (path, bytes) in theme::FILES
        .iter()
        .filter(|(path, _)| path.ends_with(".css"))
    {
        let text = std::str::from_utf8(bytes).unwrap();
        // A map has its west at the left in every language, and Leaflet counts from there.
        let lines = text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.contains(".leaflet-"));
        for (n, line) in lines {
            let declarations = line
                .split(['{', ';', '}'])
                .filter_map(|part| part.split_once(':'));
            for (name, value) in declarations {
                let (name, value) = (name.trim(), value.trim());
                let sided = sides
                    .iter()
                    .any(|side| name.split('-').any(|part| part == *side));
                let aligned = ["text-align", "float", "clear", "justify-content"].contains(&name)
                    && sides.contains(&value);
                // Four values of which the second and the last differ.
                let values: Vec<&str> = value.split_whitespace().collect();
                let uneven = ["margin", "padding", "inset"].contains(&name)
                    && !value.contains('(')
                    && values.len() == 4
                    && values[1] != values[3];
                if sided || aligned || uneven {
                    wrong.push(format!("{path}:{}: {name}: {value}", n + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const LAB: &str = "\
title: Lab
url: https://lab.example
languages: [nl, de, fr]
timezone: Europe/Amsterdam
page_size: 2
cards: false
";

/// A lab in three languages, with places whose order differs by language, and its files.
fn lab() -> support::Files {
    let lab = Lab::empty();
    lab.put("data/site.yaml", LAB);
    lab.put(
        "data/topics.yaml",
        "- { id: a, title: { nl: zorg, de: Ärger, fr: École } }\n\
         - { id: b, title: { nl: Bouw, de: Zoo, fr: étude } }\n\
         - { id: c, title: { nl: ijs, de: Arbeit, fr: Eau } }\n",
    );
    for (name, dutch, german) in [
        ("een", "Zaal", Some("Anbau")),
        ("twee", "Élan", None),
        ("drie", "dak", Some("Öfen")),
        ("vier", "Erf", Some("Zelt")),
    ] {
        let of = |title: &str| format!("---\ntitle: {title}\n---\n\nTekst.\n");
        let facts = format!("---\ntitle: {dutch}\ntopics: [a, b, c]\n---\n\nTekst.\n");
        lab.put(&format!("content/spaces/{name}.md"), facts);
        if let Some(german) = german {
            lab.put(&format!("content/spaces/{name}.de.md"), of(german));
        }
    }
    lab.built()
}

/// The page of a path.
fn page<'a>(files: &'a support::Files, path: &str) -> &'a str {
    let file = files.get(path).unwrap_or_else(|| panic!("no {path}"));
    std::str::from_utf8(file).unwrap()
}

/// Where some words first stand in the main part of a page, in the order in which they stand there.
fn order<'a>(page: &str, words: &[&'a str]) -> Vec<&'a str> {
    let (_, main) = page.split_once("<main").expect("a main part");
    let find = |word: &&'a str| Some((main.find(&format!(">{word}<"))?, *word));
    let found: BTreeMap<usize, &str> = words.iter().filter_map(find).collect();
    found.into_values().collect()
}

#[test]
fn lists_are_in_the_order_of_their_language() {
    let files = lab();
    let places = |path: &str, words: &[&'static str]| order(page(&files, path), words);
    let dutch = ["Zaal", "Élan", "dak", "Erf"];
    assert_eq!(places("plekken/index.html", &dutch), ["dak", "Élan"]);
    assert_eq!(
        places("plekken/pagina/2/index.html", &dutch),
        ["Erf", "Zaal"]
    );
    let german = ["Anbau", "Élan", "Öfen", "Zelt"];
    assert_eq!(places("de/orte/index.html", &german), ["Anbau", "Élan"]);
    assert_eq!(
        places("de/orte/seite/2/index.html", &german),
        ["Öfen", "Zelt"]
    );
    let words = ["zorg", "Bouw", "ijs"];
    assert_eq!(places("themas/index.html", &words), ["Bouw", "ijs", "zorg"]);
    let words = ["Zoo", "Ärger", "Arbeit"];
    assert_eq!(
        places("de/themen/index.html", &words),
        ["Arbeit", "Ärger", "Zoo"]
    );
    let words = ["École", "étude", "Eau"];
    assert_eq!(
        places("fr/themes/index.html", &words),
        ["Eau", "École", "étude"]
    );
}

#[test]
fn what_is_not_translated_is_a_copy_of_the_original() {
    let files = lab();
    let head = |path: &str| {
        page(&files, path)
            .split("</head>")
            .next()
            .unwrap()
            .to_owned()
    };
    let (dutch, copy, german) = (
        head("plekken/een/index.html"),
        head("fr/lieux/een/index.html"),
        head("de/orte/een/index.html"),
    );
    let canonical =
        |path: &str| format!("<link rel=\"canonical\" href=\"https://lab.example{path}\">");
    assert!(dutch.contains(&canonical("/plekken/een/")));
    assert!(!copy.contains("rel=\"canonical\""));
    let shared = "<meta property=\"og:url\" content=\"https://lab.example/plekken/een/\">";
    assert!(copy.contains(shared));
    assert!(german.contains(&canonical("/de/orte/een/")));
    assert!(copy.contains("<title>Zaal (néerlandais) – Lab</title>"));
    let languages = |head: &str| head.matches("hreflang=").count();
    // Dutch, German and the one for everyone else.
    let counts = [languages(&dutch), languages(&copy), languages(&german)];
    assert_eq!(counts, [3, 0, 3]);
    let sitemap = page(&files, "sitemap.xml");
    assert!(sitemap.contains("<loc>https://lab.example/de/orte/een/</loc>"));
    assert!(!sitemap.contains("/fr/lieux/een/"));
    assert!(!sitemap.contains("/de/orte/twee/"));
}
