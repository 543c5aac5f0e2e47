//! From texts to the terms under which they are found: words, without accents, reduced to their stems.
//!
//! `themes/plein/assets/search.js` does the same to what people type, with the stemmers of the same
//! release of Snowball. `tests/browser/words.json` holds both to one table.

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use snowball_stemmers_rs::{Algorithm, Stemmer};

/// The languages that have stemmers, by code.
const STEMMERS: &[(&str, Algorithm)] = &[
    ("da", Algorithm::Danish),
    ("de", Algorithm::German),
    ("en", Algorithm::English),
    ("es", Algorithm::Spanish),
    ("fi", Algorithm::Finnish),
    ("fr", Algorithm::French),
    ("hu", Algorithm::Hungarian),
    ("it", Algorithm::Italian),
    ("nl", Algorithm::Dutch),
    ("no", Algorithm::Norwegian),
    ("pt", Algorithm::Portuguese),
    ("ro", Algorithm::Romanian),
    ("sv", Algorithm::Swedish),
];

/// How often a stem is stemmed again.
const MOST: usize = 3;

/// The name under which the theme has the stemmer of a language: `nl` for `nl-BE`, `no` for Bokmål and
/// Nynorsk; none where there is no stemmer.
pub fn stemmer_of(language: &str) -> Option<&'static str> {
    let base = language.split('-').next().unwrap_or(language);
    let base = if base == "nb" || base == "nn" {
        "no"
    } else {
        base
    };
    let mut known = STEMMERS.iter().map(|(code, _)| *code);
    known.find(|code| *code == base)
}

/// Reduces the words of one language to terms.
pub struct Terms {
    stemmer: Option<Stemmer>,
}

impl Terms {
    /// For a language by its code. Where it has no stemmer, words stay whole.
    pub fn new(language: &str) -> Self {
        let code = stemmer_of(language);
        let algorithm = STEMMERS.iter().find(|(known, _)| Some(*known) == code);
        Terms {
            stemmer: algorithm.map(|(_, algorithm)| Stemmer::create(*algorithm)),
        }
    }

    /// The terms of a word: its stem, and what would be the stem of who leaves out the accents.
    pub fn of(&self, word: &str) -> (String, Option<String>) {
        let first = fold(&self.stem(word));
        if word.is_ascii() {
            return (first, None);
        }
        let second = fold(&self.stem(&fold(word)));
        let second = Some(second).filter(|second| *second != first);
        (first, second)
    }

    /// What is left of a word when nothing more comes off: the stem of `initiatieven` is `initiatief`, of
    /// which the stem is `initieer`.
    fn stem(&self, word: &str) -> String {
        let mut stem = word.to_owned();
        for _ in 0..MOST {
            match self.stemmer.as_ref().map(|stemmer| stemmer.stem(&stem)) {
                Some(next) if next != stem => stem = next.into_owned(),
                _ => break,
            }
        }
        stem
    }
}

/// Calls `each` with every word of a text, in lower case. A single Latin letter is none: it is what an
/// apostrophe leaves behind.
pub fn words(text: &str, mut each: impl FnMut(&str)) {
    let composed;
    let text = if text.is_ascii() {
        text
    } else {
        composed = ComposingNormalizerBorrowed::new_nfc().normalize(text);
        &*composed
    };
    let mut word = String::new();
    let parts = text.split(|c: char| !is_of_word(c));
    for part in parts.filter(|part| !part.is_empty()) {
        word.clear();
        if part.is_ascii() {
            word.push_str(part);
            word.make_ascii_lowercase();
        } else {
            word.push_str(&part.to_lowercase());
        }
        let is_letter = word.len() == 1 && word.bytes().all(|byte| byte.is_ascii_lowercase());
        if !is_letter {
            each(&word);
        }
    }
}

/// Letters, digits, and the marks that some letters are written with.
fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || is_mark(c)
}

/// Accents, and the signs for vowels that Arabic leaves out or writes.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}')
}

/// A word in lower case without accents, and with the letters of one language that others write as two.
pub fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word.to_owned();
    }
    let plain = DecomposingNormalizerBorrowed::new_nfd();
    let mut folded = String::with_capacity(word.len());
    for c in plain.normalize_iter(word.chars()).filter(|c| !is_mark(*c)) {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'đ' | 'ð' => folded.push('d'),
            'ł' => folded.push('l'),
            'ı' => folded.push('i'),
            // The figures of Arabic, Persian and Urdu end as those of ASCII do.
            '٠'..='٩' | '۰'..='۹' => folded.extend(char::from_digit(c as u32 & 15, 10)),
            c => folded.push(c),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The table that the browser is held to as well: language, text, and the terms of each word.
    const TABLE: &str = include_str!("../../../tests/browser/words.json");

    fn all(language: &str, text: &str) -> Vec<Vec<String>> {
        let terms = Terms::new(language);
        let mut all = Vec::new();
        words(text, |word| {
            let (first, second) = terms.of(word);
            all.push([first].into_iter().chain(second).collect());
        });
        all
    }

    #[test]
    fn words_become_the_terms_of_the_table() {
        let table: Vec<(String, String, Vec<Vec<String>>)> = serde_json::from_str(TABLE).unwrap();
        for (language, text, expected) in table {
            assert_eq!(all(&language, &text), expected, "{language}: {text}");
        }
    }

    #[test]
    fn a_plural_is_found_by_its_singular() {
        for (language, one, many) in [
            ("nl", "huis", "huizen"),
            ("nl", "brief", "brieven"),
            ("nl", "initiatief", "initiatieven"),
            ("nl", "programma", "programma's"),
            ("en", "neighbour", "neighbours"),
            ("en", "city", "cities"),
            ("de", "haus", "häuser"),
            ("fr", "atelier", "l'atelier"),
            ("fr", "quartier", "quartiers"),
        ] {
            let (one, many) = (all(language, one), all(language, many));
            let shared = many.iter().flatten().any(|term| one[0].contains(term));
            assert!(shared, "{one:?} {many:?}");
        }
    }

    #[test]
    fn who_leaves_out_accents_finds_the_same() {
        for (language, written, typed) in [
            ("nl", "één", "een"),
            ("fr", "organisée", "organisee"),
            ("de", "Grüße", "grusse"),
            ("nb", "søndagsskolen", "sondagsskolen"),
            ("ar", "مُلَخَّص", "ملخص"),
            ("ar", "٢٠٢٦", "2026"),
        ] {
            let (written, typed) = (all(language, written), all(language, typed));
            assert!(written[0].contains(&typed[0][0]), "{written:?} {typed:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_has_terms_in_any_language(text in "\\PC{0,40}", n in 0..STEMMERS.len()) {
            for terms in all(STEMMERS[n].0, &text) {
                prop_assert!(terms.iter().all(|term| fold(term) == *term));
            }
        }
    }
}
