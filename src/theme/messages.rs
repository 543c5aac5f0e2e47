//! Interface texts of one language, with plural forms by CLDR.

use super::dates::Dates;
use super::numbers::Numbers;
use crate::content::language::{Language, Message};
use icu_plurals::{PluralCategory, PluralRules};

/// Texts, plural rules and dates of one language.
pub struct Locale {
    /// The texts.
    pub language: Language,
    /// The dates.
    pub dates: Dates,
    /// The numbers.
    pub numbers: Numbers,
    plurals: PluralRules,
}

impl Locale {
    /// The locale of an interface language.
    pub fn new(language: &Language) -> Self {
        let locale = locale(&language.code);
        let plurals = PluralRules::try_new(locale.clone().into(), Default::default())
            .or_else(|_| {
                PluralRules::try_new(icu_locale_core::Locale::UNKNOWN.into(), Default::default())
            })
            .expect("the root plural rules are compiled in");
        Locale {
            language: language.clone(),
            dates: Dates::new(&locale),
            numbers: Numbers::new(&locale),
            plurals,
        }
    }

    /// A text by its key, with what stands between braces filled in. `None` when there is no such key.
    pub fn find(&self, key: &str, arguments: &[(&str, &str)]) -> Option<String> {
        let text = match self.language.texts.get(key)? {
            Message::Text(text) => text,
            Message::Plural(forms) => {
                let given = arguments.iter().find(|(name, _)| *name == "n");
                let n = given.and_then(|(_, n)| n.parse().ok()).unwrap_or(0);
                let text = forms.get(self.category(n)).or_else(|| forms.get("other"))?;
                // What is counted is written as the language does; a number that is a name is not.
                let counted = self.numbers.write(n as f64, None);
                let with_n = [&[("n", counted.as_str())], arguments].concat();
                return Some(fill(text, &with_n));
            }
        };
        Some(fill(text, arguments))
    }

    /// A text by its key; the key itself when there is none.
    pub fn text(&self, key: &str, arguments: &[(&str, &str)]) -> String {
        self.find(key, arguments).unwrap_or_else(|| key.to_owned())
    }

    /// A text that depends on a number.
    pub fn count(&self, key: &str, n: usize) -> String {
        self.text(key, &[("n", &n.to_string())])
    }

    /// The name of a language; its code when there is none.
    pub fn language_name(&self, code: &str) -> String {
        let name = self.find(&format!("language.{code}"), &[]);
        name.unwrap_or_else(|| code.to_owned())
    }

    /// A day and a time, such as "do 3 dec, 19:30".
    pub fn at(&self, day: &str, time: jiff::civil::Time) -> String {
        let time = self.dates.clock(time);
        self.text("when.at", &[("date", day), ("time", &time)])
    }

    fn category(&self, n: u64) -> &'static str {
        match self.plurals.category_for(n) {
            PluralCategory::Zero => "zero",
            PluralCategory::One => "one",
            PluralCategory::Two => "two",
            PluralCategory::Few => "few",
            PluralCategory::Many => "many",
            PluralCategory::Other => "other",
        }
    }
}

/// The locale by which a language is written here. A lab in Europe writes British dates in English.
fn locale(code: &str) -> icu_locale_core::Locale {
    let code = if code == "en" { "en-GB" } else { code };
    code.parse().unwrap_or(icu_locale_core::Locale::UNKNOWN)
}

fn fill(text: &str, arguments: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        filled.push_str(&rest[..open]);
        let inner = &rest[open + 1..];
        let argument = inner.find('}').and_then(|close| {
            let (_, value) = arguments
                .iter()
                .find(|(name, _)| *name == &inner[..close])?;
            Some((close, value))
        });
        match argument {
            Some((close, value)) => {
                filled.push_str(value);
                rest = &inner[close + 1..];
            }
            None => {
                filled.push('{');
                rest = inner;
            }
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_are_filled_once_and_unknown_ones_stay() {
        assert_eq!(
            fill("{a} en {b} {", &[("a", "{b}"), ("b", "2")]),
            "{b} en 2 {"
        );
        assert_eq!(fill("{weg}", &[]), "{weg}");
    }
}
