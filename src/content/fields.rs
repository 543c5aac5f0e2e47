//! Field types that several kinds share. Each reads its own syntax and says so when it is wrong.

mod address;

pub use super::location::{Location, Precision};
use super::time::{Day, Moment};
use super::zone;
use crate::diagnostic::Words;
use crate::source::Spanned;
use crate::yaml::own::{Fault, TEXT_OR_FIELDS, scalar};
use crate::{phrase, say};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A text that is written once for each language; the only thing that a translation may hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Text(pub String);

impl std::ops::Deref for Text {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl JsonSchema for Text {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "x-text": true })
    }
}

/// Gives a text type its `Deserialize` and JSON Schema: what it checks, and which pattern tools see.
macro_rules! checked_text {
    ($(#[$doc:meta])* $name:ident, $check:expr, $schema:tt) => {
        checked_text!($(#[$doc])* $name, $check, $schema, str::to_owned);
    };
    ($(#[$doc:meta])* $name:ident, $check:expr, $schema:tt, $keep:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        pub struct $name(pub String);

        impl std::ops::Deref for $name {
            type Target = str;
            fn deref(&self) -> &str { &self.0 }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let check: fn(&str) -> Result<(), Fault> = $check;
                let keep: fn(&str) -> String = $keep;
                scalar(deserializer, |text| check(text).map(|()| $name(keep(text))))
            }
        }
        impl JsonSchema for $name {
            fn inline_schema() -> bool { true }
            fn schema_name() -> Cow<'static, str> { stringify!($name).into() }
            fn json_schema(_: &mut SchemaGenerator) -> Schema { json_schema!($schema) }
        }
    };
}

checked_text!(
    /// A permanent identifier: lower-case letters, digits and hyphens.
    Id, check_id, { "type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$" });
checked_text!(
    /// Another record: its slug, or `folder/slug`.
    Reference, check_reference, { "type": "string", "pattern": "^([a-z]+/)?[a-z0-9]+(-[a-z0-9]+)*$" });
checked_text!(
    /// A web address that begins with `https://` or `http://`.
    Url, address::check_url, { "type": "string", "format": "uri" }, address::in_ascii);
checked_text!(
    /// An e-mail address of a role or a group, never of a person.
    Email, check_email, { "type": "string", "format": "email" });
checked_text!(
    /// A path on this site that begins and ends with `/`.
    SitePath, address::check_path, { "type": "string", "pattern": "^/.*" });
checked_text!(
    /// An IANA time zone, such as `Europe/Amsterdam`.
    Zone, check_zone, { "type": "string" });
checked_text!(
    /// A language, as BCP 47 writes it: `nl`, `en`, `pt-BR`.
    LanguageTag, check_language, { "type": "string", "pattern": "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$" });
checked_text!(
    /// A country by its two letters of ISO 3166: `NL`, `DE`.
    Country, check_country, { "type": "string", "pattern": "^[A-Z]{2}$" });

checked_text!(
    /// A telephone number with the number of its country: `+31 36 000 0000`.
    Phone, check_phone, { "type": "string", "pattern": "^\\+[0-9][0-9 ()./-]{5,28}$" });
checked_text!(
    /// A currency by its three letters of ISO 4217: `EUR`.
    Currency, check_currency, { "type": "string", "pattern": "^[A-Z]{3}$" });

fn fault(code: &'static str, message: impl Into<Words>, help: impl Into<Words>) -> Fault {
    Fault {
        code,
        message: message.into(),
        help: help.into(),
    }
}

/// Whether a text can be an identifier, and a part of an address.
pub fn check_id(text: &str) -> Result<(), Fault> {
    let word = |w: &str| {
        !w.is_empty()
            && w.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    if text.len() <= 200 && text.split('-').all(word) {
        return Ok(());
    }
    let message = say!("`{}` is not an identifier", text);
    Err(fault(
        "content/bad-id",
        message,
        say!("use lower-case letters, digits and single hyphens, such as `soep-koken`"),
    ))
}

fn check_reference(text: &str) -> Result<(), Fault> {
    let (folder, id) = text.split_once('/').unwrap_or(("x", text));
    if check_id(id).is_ok() && check_id(folder).is_ok() {
        return Ok(());
    }
    let message = say!("`{}` does not name a record", text);
    Err(fault(
        "content/bad-id",
        message,
        say!(
            "write the file's name without `.md`, such as `keuken`, or with its folder: `spaces/keuken`"
        ),
    ))
}

fn check_email(text: &str) -> Result<(), Fault> {
    let fits = text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && host.contains('.')
            && !host.starts_with('.')
            && !host.ends_with('.')
            && !host.contains('@')
    });
    if fits
        && !text
            .contains(|c: char| c.is_whitespace() || c.is_control() || "<>,;:\"()[]\\".contains(c))
    {
        return Ok(());
    }
    Err(fault(
        "content/bad-email",
        say!("`{}` is not an e-mail address", text),
        say!("write it as `agenda@example.org`"),
    ))
}

fn check_zone(text: &str) -> Result<(), Fault> {
    if jiff::tz::TimeZone::get(text).is_ok() && text.contains('/') || text == "UTC" {
        return Ok(());
    }
    let is_old = jiff::tz::TimeZone::get(text).is_ok();
    // `EST5EDT` is known by its first letters.
    let letters = text.split(|c: char| !c.is_ascii_uppercase()).next();
    let old = letters.filter(|_| is_old).and_then(zone::short);
    let known = || jiff::tz::db().available().map(|name| name.to_string());
    let is_place = |name: &str| name.contains('/') || name == "UTC";
    // A slip of one or two letters, but never another city.
    let slip = |name: &String| is_place(name) && strsim::damerau_levenshtein(text, name) <= 2;
    let near = old.map(str::to_owned).or_else(|| known().find(slip));
    let help = match near {
        Some(near) => say!("did you mean `{}`?", near),
        None => say!(
            "write a continent and a large city with the same time, such as `Europe/Amsterdam`"
        ),
    };
    let message = match is_old {
        true => say!(
            "`{}` is an old abbreviation: it does not name a place",
            text
        ),
        false => say!("`{}` is not a time zone of the IANA list", text),
    };
    Err(fault("content/bad-timezone", message, help))
}

fn check_language(text: &str) -> Result<(), Fault> {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or("");
    let fits = (2..=3).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_lowercase());
    if fits
        && parts.all(|p| (2..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()))
    {
        return Ok(());
    }
    Err(fault(
        "content/bad-language",
        say!("`{}` is not a language code", text),
        say!("write two letters, such as `nl`, `en` or `ar`"),
    ))
}

fn check_country(text: &str) -> Result<(), Fault> {
    if text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase()) {
        return Ok(());
    }
    Err(fault(
        "content/bad-country",
        say!("`{}` is not a country code", text),
        say!("write two capitals, such as `NL` or `DE`"),
    ))
}

fn check_phone(text: &str) -> Result<(), Fault> {
    let rest = text.trim().strip_prefix('+').unwrap_or("");
    let digits = rest.bytes().filter(u8::is_ascii_digit).count();
    let plain = |c: char| c.is_ascii_digit() || " \u{a0}()./-".contains(c);
    // ITU-T E.164: at most fifteen digits, that of the country included.
    if (6..=15).contains(&digits) && rest.chars().all(plain) {
        return Ok(());
    }
    Err(fault(
        "content/bad-phone",
        say!("`{}` is not an international telephone number", text),
        say!(
            "write it with the number of the country and without the first 0: `\"+31 36 000 0000\"`"
        ),
    ))
}

fn check_currency(text: &str) -> Result<(), Fault> {
    if text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase()) {
        return Ok(());
    }
    Err(fault(
        "content/bad-price",
        say!("`{}` is not a currency", text),
        say!("write its three capitals, such as `EUR`, `GBP` or `CHF`"),
    ))
}

/// How much something costs: a number that is not negative.
fn amount<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let amount = f64::deserialize(deserializer)?;
    if amount >= 0.0 && amount.is_finite() {
        return Ok(amount);
    }
    let help = say!("write 0 for what is free of charge");
    Err(fault(
        "content/bad-price",
        say!("nothing costs `{}`", amount.to_string()),
        help,
    )
    .packed())
}

impl Reference {
    /// The folder, if it was written, and the identifier.
    pub fn parts(&self) -> (Option<&str>, &str) {
        match self.0.split_once('/') {
            Some((folder, id)) => (Some(folder), id),
            None => (None, &self.0),
        }
    }
}

/// One text, or one for each language: `Energie`, or `{nl: Energie, en: Energy}`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts(pub BTreeMap<String, String>);

impl Texts {
    /// The text in a language, else in the default language, else in any.
    pub fn get(&self, language: &str, default: &str) -> &str {
        let found = self
            .0
            .get(language)
            .or_else(|| self.0.get(default))
            .or_else(|| self.0.get(""));
        found
            .or_else(|| self.0.values().next())
            .map_or("", String::as_str)
    }
}

impl JsonSchema for Texts {
    fn schema_name() -> Cow<'static, str> {
        "Texts".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let each = generator.subschema_for::<BTreeMap<String, String>>();
        json_schema!({ "anyOf": [{ "type": "string" }, each] })
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Texts;
            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str(phrase!("a text, or one for each language"))
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Texts, E> {
                Ok(Texts(BTreeMap::from([(String::new(), text.to_owned())])))
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<Texts, A::Error> {
                let mut texts = BTreeMap::new();
                while let Some((LanguageTag(language), text)) = map.next_entry()? {
                    texts.insert(language, text);
                }
                Ok(Texts(texts))
            }
        }
        deserializer.deserialize_struct(TEXT_OR_FIELDS, &[], Visitor)
    }
}

/// A picture that goes with a record.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Image {
    /// The file, below `content/`, such as `media/keuken.svg`.
    pub file: Spanned<String>,
    /// What is to be seen, for who cannot see it.
    pub alt: Text,
    /// Who made it, and under which licence.
    pub credit: Option<String>,
}

/// How to reach the people behind a record. Published only when `public` is true.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// A role or a group, such as "Buurtkas team".
    #[schemars(extend("x-term" = "schema:name"))]
    pub name: Option<Text>,
    /// An address that may be read by anyone.
    #[schemars(extend("x-term" = "schema:email"))]
    pub email: Option<Email>,
    /// A telephone number, international: `+31 36 000 0000`.
    #[schemars(extend("x-term" = "schema:telephone"))]
    pub phone: Option<Phone>,
    /// A page with more.
    #[schemars(extend("x-term" = "schema:url"))]
    pub url: Option<Url>,
    /// Whether this may be published. Without it nothing of the contact leaves the repository.
    #[serde(default)]
    pub public: bool,
}

/// What somebody with a disability will find.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Accessibility {
    /// Step-free, with a wheelchair-accessible toilet.
    pub wheelchair: Option<bool>,
    /// A hearing loop.
    pub hearing_loop: Option<bool>,
    /// Interpretation in sign language.
    pub sign_language: Option<bool>,
    /// A quiet place to withdraw to.
    pub quiet_space: Option<bool>,
    /// Anything else that people should know.
    pub note: Option<Text>,
}

/// What it costs.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-class" = "schema:Offer"))]
pub struct Price {
    /// For whom or for what.
    #[schemars(extend("x-term" = "schema:name"))]
    pub label: Option<Text>,
    /// How much; 0 is free of charge.
    #[serde(deserialize_with = "amount")]
    #[schemars(extend("x-term" = "schema:price"), range(min = 0))]
    pub amount: f64,
    /// Currency, three letters of ISO 4217.
    #[serde(default = "euro")]
    #[schemars(extend("x-term" = "schema:priceCurrency"))]
    pub currency: Currency,
}

fn euro() -> Currency {
    Currency("EUR".to_owned())
}

/// How to sign up, and until when.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// Page to sign up at.
    pub url: Option<Url>,
    /// Address to sign up at.
    pub email: Option<Email>,
    /// First day to sign up.
    pub opens: Option<Day>,
    /// Last day, or last moment, to sign up.
    pub closes: Option<Spanned<Moment>>,
}

/// Where to turn to.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Page with a form.
    pub url: Option<Url>,
    /// Address to write to.
    pub email: Option<Email>,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

#[cfg(test)]
mod tests;
