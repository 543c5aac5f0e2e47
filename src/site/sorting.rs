//! The order in which a language puts texts, by the collation of Unicode.

use super::Site;
use crate::content::vocabulary::Vocabulary;
use std::collections::BTreeMap;

/// What sorts texts, by language.
pub struct Sorting(BTreeMap<String, icu_collator::CollatorBorrowed<'static>>);

impl Sorting {
    /// What sorts texts in these languages.
    pub fn new(codes: &[String]) -> Self {
        let collators = codes.iter().map(|code| (code.clone(), collator(code)));
        Sorting(collators.collect())
    }
}

impl Site {
    /// What sorts texts as a language of the site does, when compared byte by byte.
    pub fn sort_key(&self, text: &str, language: &str) -> Vec<u8> {
        let mut key = Vec::new();
        if let Some(collator) = self.sorting.0.get(language) {
            // Writing into a `Vec` cannot fail.
            let _ = collator.write_sort_key_to(text, &mut key);
        }
        key
    }

    /// The numbers of the terms of a vocabulary, by title as a language sorts them.
    pub fn sorted_terms(&self, vocabulary: Vocabulary, language: &str) -> Vec<usize> {
        let terms = self.terms(vocabulary);
        let mut numbers: Vec<usize> = (0..terms.len()).collect();
        numbers.sort_by_cached_key(|n| {
            let title = terms
                .get(*n)
                .map_or("", |term| self.text(&term.title, language));
            (self.sort_key(title, language), *n)
        });
        numbers
    }
}

fn collator(language: &str) -> icu_collator::CollatorBorrowed<'static> {
    let locale: icu_locale_core::Locale =
        language.parse().unwrap_or(icu_locale_core::Locale::UNKNOWN);
    let options = icu_collator::options::CollatorOptions::default();
    icu_collator::CollatorBorrowed::try_new(locale.into(), options)
        .or_else(|_| {
            icu_collator::CollatorBorrowed::try_new(
                icu_locale_core::Locale::UNKNOWN.into(),
                options,
            )
        })
        .expect("the root collation is compiled in")
}
