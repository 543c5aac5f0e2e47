//! Texts that are missing, unfinished, or hard to find one's way in.

use super::{Check, Rule, is_past, place};
use crate::content::Version;
use crate::diagnostic::{Diagnostic, Words, words};
use crate::site::{Entry, Site};
use crate::source::{Sources, Span};
use crate::{phrase, say};

/// A record that lacks a language of the site.
pub const UNTRANSLATED: Rule = Rule {
    code: "check/untranslated",
    check: Check::OfSite(untranslated),
};

/// A translation that lacks texts which the original has.
pub const UNFINISHED: Rule = Rule {
    code: "check/unfinished-translation",
    check: Check::OfSite(unfinished),
};

/// A record without a summary.
pub const NO_SUMMARY: Rule = Rule {
    code: "check/no-summary",
    check: Check::OfSite(no_summary),
};

/// A picture of which the text says nothing.
pub const POOR_ALT: Rule = Rule {
    code: "check/poor-alt",
    check: Check::OfSite(poor_alt),
};

/// A heading that skips a level.
pub const HEADINGS: Rule = Rule {
    code: "check/heading-skips",
    check: Check::OfSite(headings),
};

/// Where the title of a version stands.
fn title(sources: &Sources, version: &Version) -> Span {
    place::field(sources, version.source, &["title"])
}

/// Nobody will write more of what is over.
fn lasting(site: &Site) -> impl Iterator<Item = &Entry> {
    let entries = site.entries.iter();
    entries.filter(|entry| !is_past(site, entry))
}

fn untranslated(site: &Site, sources: &Sources) -> Vec<Diagnostic> {
    let found = lasting(site).filter_map(|entry| {
        let codes = site.codes.iter().map(String::as_str);
        let missing: Vec<&str> = codes.filter(|code| !entry.is_written_in(code)).collect();
        let first = missing.first()?;
        let original = entry.original();
        let names = missing.iter().map(|code| format!("`{code}`"));
        let message = say!(
            "`{}` is not translated into {}",
            original.common.title.0,
            words::all(names)
        );
        let file = &sources.get(original.source).path;
        let stem = file.strip_suffix(".md").unwrap_or(file);
        let help = say!(
            "write `{}.{}.md`: a line `---`, the title and the other texts, a line `---`, and the body",
            stem,
            first
        );
        let fault = Diagnostic::warning(UNTRANSLATED.code, message);
        Some(fault.at(title(sources, original), "only here").help(help))
    });
    found.collect()
}

fn unfinished(site: &Site, sources: &Sources) -> Vec<Diagnostic> {
    let of_entry = |entry: &Entry| {
        let (original, translations) = entry.versions.split_first()?;
        let found = translations.iter().filter_map(|version| {
            let message = say!(
                "the translation of `{}` lacks what the original has: {}",
                original.common.title.0,
                missing_texts(original, version)?
            );
            let fault = Diagnostic::warning(UNFINISHED.code, message);
            let fault = fault.at(title(sources, version), "unfinished");
            Some(fault.help("translate it here; until then readers get the original text"))
        });
        Some(found.collect::<Vec<_>>())
    };
    lasting(site).filter_map(of_entry).flatten().collect()
}

/// What an editor still has to translate.
fn missing_texts(original: &Version, version: &Version) -> Option<Words> {
    let summary = |version: &Version| version.common.summary.as_ref().map(|text| text.0.clone());
    let alt = |version: &Version| {
        version
            .common
            .image
            .as_ref()
            .map(|image| image.alt.0.clone())
    };
    let same = |a: Option<String>, b: Option<String>| a.is_some_and(|a| Some(a) == b);
    let texts = [
        (
            same(summary(original), summary(version)),
            phrase!("the summary"),
        ),
        (
            same(alt(original), alt(version)),
            phrase!("the text of the picture"),
        ),
        (
            !original.body.is_empty() && version.body.is_empty(),
            phrase!("the body"),
        ),
    ];
    let missing = texts.into_iter().filter(|(missing, _)| *missing);
    let both = |a: Words, b: Words| say!("{} and {}", a, b);
    missing.map(|(_, name)| Words::from(name)).reduce(both)
}

fn no_summary(site: &Site, sources: &Sources) -> Vec<Diagnostic> {
    let found = lasting(site).filter_map(|entry| {
        let version = entry.original();
        let summary = version.common.summary.as_ref();
        let is_there = summary.is_some_and(|summary| !summary.trim().is_empty());
        (!is_there).then(|| {
            let message = say!("`{}` has no summary", version.common.title.0);
            Diagnostic::warning(NO_SUMMARY.code, message)
                .at(title(sources, version), "nothing more is said")
                .help("add a `summary` of one or two sentences: lists, feeds and search engines show it")
        })
    });
    found.collect()
}

fn poor_alt(site: &Site, sources: &Sources) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for version in site.entries.iter().flat_map(|entry| &entry.versions) {
        let tell = |alt: &str, span| {
            let message = say!(
                "`{}` does not say what is to be seen in this picture",
                alt.trim()
            );
            let fault = Diagnostic::warning(POOR_ALT.code, message).at(span, "says nothing");
            fault.help("say in a few words what is to be seen, for who cannot see it")
        };
        // Without any text it is decoration, or an error that was told.
        let poor = |alt: &str, file: &str| !alt.trim().is_empty() && is_poor(alt, file);
        if let Some(image) = version
            .common
            .image
            .as_ref()
            .filter(|i| poor(&i.alt, &i.file))
        {
            let span = place::field(sources, version.source, &["image", "alt"]);
            found.push(tell(&image.alt, span));
        }
        if version.body.links.iter().any(|link| link.image) {
            let pictures = place::body(sources, version.source).pictures;
            let poor = pictures
                .iter()
                .filter(|picture| poor(&picture.alt, &picture.target));
            found.extend(poor.map(|picture| tell(&picture.alt, picture.span)));
        }
    }
    found
}

/// Whether a text tells no more than the name of the file, or that it is a picture.
fn is_poor(alt: &str, file: &str) -> bool {
    const EMPTY_WORDS: [&str; 10] = [
        "",
        "alt",
        "afbeelding",
        "bild",
        "foto",
        "image",
        "img",
        "photo",
        "picture",
        "plaatje",
    ];
    let alt = alt.trim().to_lowercase();
    let file = file.rsplit('/').next().unwrap_or(file).to_lowercase();
    let endings = [".jpg", ".jpeg", ".png", ".webp", ".gif", ".svg", ".avif"];
    let is_file = endings.iter().any(|end| alt.ends_with(end)) && !alt.contains(' ');
    let bare = alt.trim_end_matches(|c: char| c.is_ascii_digit() || "-_ ".contains(c));
    let of_camera = ["img", "dsc", "dscn", "pxl", "image"].iter().any(|word| {
        let rest = alt.strip_prefix(word);
        rest.is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || "-_".contains(c)))
    });
    is_file || of_camera || EMPTY_WORDS.contains(&bare) || (alt.contains('.') && alt == file)
}

fn headings(site: &Site, sources: &Sources) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for version in site.entries.iter().flat_map(|entry| &entry.versions) {
        let levels = version.body.headings.iter().map(|heading| heading.level);
        let before = std::iter::once(1).chain(levels.clone());
        let skipping: Vec<(usize, (u8, u8))> = (before.zip(levels).enumerate())
            .filter(|(_, (before, level))| *level > before + 1)
            .collect();
        if skipping.is_empty() {
            continue;
        }
        let places = place::body(sources, version.source).headings;
        found.extend(skipping.into_iter().filter_map(|(n, levels)| {
            let written = sources.snippet(*places.get(n)?);
            let marks = written.chars().take_while(|c| *c == '#').count();
            Some(skip(*places.get(n)?, n == 0, marks, levels))
        }));
    }
    found
}

/// A heading of `marks` marks that stands lower than the one before it allows.
fn skip(span: Span, first: bool, marks: usize, (before, level): (u8, u8)) -> Diagnostic {
    let message = match (first, level - before) {
        (true, _) => say!("the first heading skips a level below the title of the page"),
        (false, 2) => say!("this heading skips a level: it is two levels below the one before it"),
        (false, 3) => {
            say!("this heading skips a level: it is three levels below the one before it")
        }
        _ => say!("this heading skips several levels"),
    };
    let right = (marks + 1 + usize::from(before)).saturating_sub(usize::from(level));
    let fault = Diagnostic::warning(HEADINGS.code, message).at(span, "too low");
    fault.help(say!(
        "begin it with `{}`: who listens to a page goes from heading to heading",
        "#".repeat(right.max(1))
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_names_the_file_says_nothing() {
        for poor in [
            "",
            " ",
            "Foto",
            "foto 2",
            "IMG_1234",
            "keuken.jpg",
            "image1.PNG",
            "Afbeelding",
        ] {
            assert!(is_poor(poor, "media/keuken.jpg"), "{poor}");
        }
        for good in [
            "Een pan soep",
            "keuken",
            "Foto van een pan",
            "Imgburg",
            "Soep.",
        ] {
            assert!(!is_poor(good, "media/keuken.jpg"), "{good}");
        }
    }
}
