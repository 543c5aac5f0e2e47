//! Everything from A to Z, as a language orders its letters.

use super::words::fold;
use crate::site::{EntryId, Site};
use icu_collator::CollatorBorrowed;
use icu_collator::options::{CollatorOptions, Strength};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// What titles that begin with a digit stand under.
pub const DIGITS: char = '0';

/// A letter and what stands under it.
pub struct Letter {
    /// In lower case; [`DIGITS`] for what begins with a digit.
    pub letter: char,
    /// What stands under it, in order.
    pub entries: Vec<EntryId>,
}

impl Letter {
    /// What it is called on pages.
    pub fn title(letter: char) -> String {
        match letter {
            DIGITS => "0–9".to_owned(),
            letter => letter.to_uppercase().collect(),
        }
    }

    /// Its part of an address, in ASCII.
    pub fn slug(letter: char) -> String {
        match letter {
            DIGITS => "0-9".to_owned(),
            letter if letter.is_ascii() => letter.to_string(),
            letter => format!("u{:04x}", u32::from(letter)),
        }
    }
}

/// The order of one language.
pub struct Alphabet {
    full: CollatorBorrowed<'static>,
    letters: CollatorBorrowed<'static>,
}

impl Alphabet {
    /// The order of a language by its code; that of most languages where it has none of its own.
    pub fn new(language: &str) -> Self {
        let collator = |strength| {
            let mut options = CollatorOptions::default();
            options.strength = strength;
            let of =
                |locale: icu_locale_core::Locale| CollatorBorrowed::try_new(locale.into(), options);
            let own = language.parse().unwrap_or(icu_locale_core::Locale::UNKNOWN);
            of(own)
                .or_else(|_| of(icu_locale_core::Locale::UNKNOWN))
                .expect("the root collation is compiled in")
        };
        Alphabet {
            full: collator(None),
            letters: collator(Some(Strength::Primary)),
        }
    }

    /// The letter that a title stands under. An accent makes no letter of its own, unless the language
    /// takes it for one: `å` is one in Danish.
    pub fn letter(&self, title: &str) -> char {
        let Some(first) = title.chars().find(|c| c.is_alphanumeric()) else {
            return DIGITS;
        };
        if first.is_numeric() {
            return DIGITS;
        }
        let lower = first.to_lowercase().next().unwrap_or(first);
        let plain = fold(lower.encode_utf8(&mut [0; 4])).chars().next();
        let plain = plain.unwrap_or(lower);
        let same = |a: char, b: char| {
            let (mut one, mut other) = ([0; 4], [0; 4]);
            let (one, other) = (a.encode_utf8(&mut one), b.encode_utf8(&mut other));
            self.letters.compare(one, other) == Ordering::Equal
        };
        if plain == lower || same(plain, lower) {
            plain
        } else {
            lower
        }
    }

    /// Entries under their letters, in the order of their titles; quotes before a title do not count.
    pub fn sorted(&self, site: &Site, entries: &[EntryId], language: &str) -> Vec<Letter> {
        let mut letters: BTreeMap<(Vec<u8>, char), Vec<(Vec<u8>, EntryId)>> = BTreeMap::new();
        for id in entries {
            let title = &*site.entry(*id).version(language).common.title.0;
            let letter = self.letter(title);
            let of_letter = self.key(letter.encode_utf8(&mut [0; 4]));
            let key = self.key(title.trim_start_matches(|c: char| !c.is_alphanumeric()));
            letters
                .entry((of_letter, letter))
                .or_default()
                .push((key, *id));
        }
        let letter = |((_, letter), mut entries): ((_, char), Vec<(Vec<u8>, EntryId)>)| {
            entries.sort();
            Letter {
                letter,
                entries: entries.into_iter().map(|(_, id)| id).collect(),
            }
        };
        letters.into_iter().map(letter).collect()
    }

    fn key(&self, text: &str) -> Vec<u8> {
        let mut key = Vec::new();
        // Writing into a `Vec` cannot fail.
        let _ = self.full.write_sort_key_to(text, &mut key);
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_stands_under_the_letter_that_its_language_gives_it() {
        for (language, title, letter) in [
            ("nl", "Één tafel", 'e'),
            ("nl", "‘t Hofje", 't'),
            ("nl", "3D-printen", DIGITS),
            ("nl", "…", DIGITS),
            ("da", "Århus", 'å'),
            ("nl", "Århus", 'a'),
            ("de", "Öffnung", 'o'),
            ("sv", "Öppet", 'ö'),
            ("el", "Αθήνα", 'α'),
        ] {
            assert_eq!(Alphabet::new(language).letter(title), letter, "{title}");
        }
        assert_eq!(Letter::slug('α'), "u03b1");
        assert_eq!(
            (Letter::title('a'), Letter::slug('a')),
            ("A".into(), "a".into())
        );
    }
}
