//! Words for editors, which can be said in each language that editors speak.
//!
//! The English stands in the code, where the mistake is known: [`say!`](crate::say) takes it with places, `{}`,
//! for the parts that differ each time. Other languages stand in `data/messages/`, one file each in the form of
//! gettext, found by the English. What has no translation is said in English.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

/// A language in which editors are told things. It has nothing to do with those of the site.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Dutch.
    Nl,
}

impl Language {
    /// The language of a code; English for one that editors are not spoken to in.
    pub fn of(code: &str) -> Self {
        match code {
            "nl" => Language::Nl,
            _ => Language::En,
        }
    }

    /// Its code, as `lang` in HTML has it.
    pub fn code(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::Nl => "nl",
        }
    }
}

/// Words for an editor: something that Plein says, or something that somebody wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Words {
    /// Said by Plein: an English text with places, and what stands in them.
    Said(Cow<'static, str>, Vec<Words>),
    /// Written by the editor, or by another program: the same in every language.
    Written(String),
}

/// What can stand in a place of a text. A plain text is what somebody wrote, and is not translated.
pub trait Part {
    /// As words.
    fn part(&self) -> Words;
}

/// Makes [`Words`] of an English text with a place, `{}`, for each of the parts that follow it.
///
/// A part is `Words` as well, and then translated too, or what somebody wrote.
#[macro_export]
macro_rules! say {
    ($text:literal $(, $part:expr)* $(,)?) => {{
        const { $crate::diagnostic::words::must_fit($text, &[$(stringify!($part)),*]) };
        $crate::diagnostic::Words::said($text, vec![$($crate::diagnostic::words::Part::part(&$part)),*])
    }};
}

/// Marks an English text that is said elsewhere, so that it is known to need a translation.
#[macro_export]
macro_rules! phrase {
    ($text:literal) => {
        $text
    };
}

/// Stops the compiler where a text has more places than parts, or less.
pub const fn must_fit(text: &str, parts: &[&str]) {
    let bytes = text.as_bytes();
    let (mut places, mut n) = (0, 1);
    while n < bytes.len() {
        if bytes[n - 1] == b'{' && bytes[n] == b'}' {
            places += 1;
        }
        n += 1;
    }
    assert!(places == parts.len(), "each part has one place, `{{}}`");
}

impl Words {
    /// An English text and what stands in its places; [`say!`](crate::say) checks that they fit.
    pub fn said(text: impl Into<Cow<'static, str>>, parts: Vec<Words>) -> Self {
        Words::Said(text.into(), parts)
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        match self {
            Words::Said(text, _) => text.is_empty(),
            Words::Written(text) => text.is_empty(),
        }
    }

    /// The words in a language.
    pub fn to(&self, language: Language) -> String {
        let mut told = String::new();
        self.tell(language, &mut told);
        told
    }

    fn tell(&self, language: Language, told: &mut String) {
        let (text, parts) = match self {
            Words::Written(text) => return told.push_str(text),
            Words::Said(text, parts) => (translation(language, text).unwrap_or(text), parts),
        };
        let (mut next, mut from) = (0, 0);
        for (at, end, number) in places(text) {
            told.push_str(&text[from..at]);
            let n = number.unwrap_or(next);
            next += 1;
            if let Some(part) = parts.get(n) {
                part.tell(language, told);
            }
            from = end;
        }
        told.push_str(&text[from..]);
    }

    /// Every English text within, its own first.
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Words::Written(_) => vec![],
            Words::Said(text, parts) => {
                let within = parts.iter().flat_map(Words::texts);
                std::iter::once(&**text).chain(within).collect()
            }
        }
    }
}

impl Default for Words {
    fn default() -> Self {
        Words::Written(String::new())
    }
}

/// One of these: "a or b or c".
pub fn either(choices: impl IntoIterator<Item = String>) -> Words {
    let both = |a: Words, b: Words| say!("{} or {}", a, b);
    choices
        .into_iter()
        .map(Words::Written)
        .reduce(both)
        .unwrap_or_default()
}

/// All of these: "a and b and c".
pub fn all(parts: impl IntoIterator<Item = String>) -> Words {
    let both = |a: Words, b: Words| say!("{} and {}", a, b);
    parts
        .into_iter()
        .map(Words::Written)
        .reduce(both)
        .unwrap_or_default()
}

/// A day as people say it: "Thursday 3 December 2026".
pub fn day(date: jiff::civil::Date) -> Words {
    let name = |names: &[&'static str], n: i8| {
        let name = usize::try_from(n).ok().and_then(|n| names.get(n));
        Words::from(*name.unwrap_or(&""))
    };
    let weekday = name(&WEEKDAYS, date.weekday().to_monday_zero_offset());
    let month = name(&MONTHS, date.month() - 1);
    say!("{} {} {} {}", weekday, date.day(), month, date.year())
}

const WEEKDAYS: [&str; 7] = [
    phrase!("Monday"),
    phrase!("Tuesday"),
    phrase!("Wednesday"),
    phrase!("Thursday"),
    phrase!("Friday"),
    phrase!("Saturday"),
    phrase!("Sunday"),
];
const MONTHS: [&str; 12] = [
    phrase!("January"),
    phrase!("February"),
    phrase!("March"),
    phrase!("April"),
    phrase!("May"),
    phrase!("June"),
    phrase!("July"),
    phrase!("August"),
    phrase!("September"),
    phrase!("October"),
    phrase!("November"),
    phrase!("December"),
];

/// The places of a text: `{}`, or `{1}` for the second part. Other braces are braces.
pub fn places(text: &str) -> Vec<(usize, usize, Option<usize>)> {
    let place = |(at, _): (usize, &str)| {
        let inner = text[at + 1..].split('}').next()?;
        let end = at + inner.len() + 2;
        let whole = inner.is_empty() || inner.parse::<u8>().is_ok();
        (whole && end <= text.len()).then(|| (at, end, inner.parse().ok()))
    };
    text.match_indices('{').filter_map(place).collect()
}

/// The Dutch words, by their English.
static DUTCH: LazyLock<BTreeMap<String, String>> =
    LazyLock::new(|| read(include_str!("../../data/messages/nl.po")));

/// A text of ours in a language; in English where nobody translated it.
pub fn in_language(language: Language, english: &str) -> &str {
    translation(language, english).unwrap_or(english)
}

/// How an English text is said in a language; none where nobody translated it.
pub fn translation(language: Language, english: &str) -> Option<&'static str> {
    match language {
        Language::En => None,
        Language::Nl => DUTCH.get(english).map(String::as_str),
    }
}

/// Every translation that a language has, by the English.
pub fn translations(language: Language) -> Vec<(&'static str, &'static str)> {
    match language {
        Language::En => vec![],
        Language::Nl => DUTCH.iter().map(|(a, b)| (&**a, &**b)).collect(),
    }
}

/// Reads gettext's form as far as it is used here: `msgid`, `msgstr`, comments, and texts that go on
/// on the next line.
fn read(file: &str) -> BTreeMap<String, String> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut translated = false;
    for line in file.lines().map(str::trim) {
        let text = if let Some(text) = line.strip_prefix("msgid ") {
            pairs.push(Default::default());
            translated = false;
            text
        } else if let Some(text) = line.strip_prefix("msgstr ") {
            translated = true;
            text
        } else if line.starts_with('"') {
            line
        } else {
            continue;
        };
        if let Some((english, own)) = pairs.last_mut() {
            let one = if translated { own } else { english };
            one.push_str(&unquoted(text));
        }
    }
    pairs.retain(|(english, own)| !english.is_empty() && !own.is_empty());
    pairs.into_iter().collect()
}

fn unquoted(text: &str) -> String {
    let text = text.trim();
    let inner = text.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
    let mut letters = inner.unwrap_or(text).chars();
    let mut plain = String::with_capacity(text.len());
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('n') => plain.push('\n'),
                other => plain.extend(other),
            },
            letter => plain.push(letter),
        }
    }
    plain
}

/// In English, as tests and logs read it.
impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.to(Language::En))
    }
}

/// A text that stands in the code is said by Plein.
impl From<&'static str> for Words {
    fn from(text: &'static str) -> Self {
        Words::said(text, vec![])
    }
}

/// A text that was made is what somebody wrote.
impl From<String> for Words {
    fn from(text: String) -> Self {
        Words::Written(text)
    }
}

impl PartialEq<str> for Words {
    fn eq(&self, other: &str) -> bool {
        self.to(Language::En) == other
    }
}

impl Part for Words {
    fn part(&self) -> Words {
        self.clone()
    }
}

impl<T: Part + ?Sized> Part for &T {
    fn part(&self) -> Words {
        (**self).part()
    }
}

macro_rules! parts {
    ($($type:ty)*) => {$(
        impl Part for $type {
            fn part(&self) -> Words {
                Words::Written(self.to_string())
            }
        }
    )*};
}
parts!(str String Cow<'_, str> char u8 u16 u32 u64 usize i8 i16 i32 i64 f64 jiff::civil::Date);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_translation_may_order_its_parts_in_another_way() {
        let read = read("msgid \"{} of {}\"\nmsgstr \"van {1}\"\n\" de {0}\"\n");
        assert_eq!(read["{} of {}"], "van {1} de {0}");
        let words = Words::said(read["{} of {}"].clone(), vec!["a".part(), "b".part()]);
        assert_eq!(words.to(Language::En), "van b de a");
    }

    #[test]
    fn what_somebody_wrote_is_never_taken_for_words_of_ours() {
        let braces = say!("`{}` is written twice", "{}{0}");
        assert_eq!(braces.to_string(), "`{}{0}` is written twice");
        assert_eq!("keep one of the two".part().texts(), [""; 0]);
        let own = Words::from("{name} { } {\"a\": 1} {x");
        assert_eq!(own.to_string(), "{name} { } {\"a\": 1} {x");
    }

    proptest! {
        #[test]
        fn any_text_is_told_and_what_stands_in_its_places_as_it_was_written(text in ".*", part in ".*") {
            let words = Words::said(format!("{text}{{}}"), vec![part.part(); 9]);
            prop_assert!(words.to(Language::Nl).ends_with(&part));
        }

        #[test]
        fn what_is_quoted_is_read_back(text in ".*") {
            let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            prop_assert_eq!(unquoted(&format!("\"{escaped}\"")), text);
        }
    }

    #[test]
    fn quotes_and_ends_of_lines_are_read() {
        assert_eq!(
            unquoted(r#""een \"aanhaling\"\\ en\n""#),
            "een \"aanhaling\"\\ en\n"
        );
    }
}
