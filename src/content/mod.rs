//! From files to typed records: the eleven kinds, their fields and their bodies.
//!
//! A kind is one file with a struct; its JSON Schema is where everything else reads what the kind
//! has. Outputs never ask which kind a record is: they ask [`Record`] for a capability.

pub mod common;
pub mod config;
pub mod exchange;
pub mod fields;
pub mod html;
pub mod language;
pub mod location;
pub mod map;
pub mod markdown;
pub mod outline;
pub mod parse;
pub mod rule;
pub mod schedule;
pub mod shape;
pub mod time;
pub mod translation;
pub mod vocabulary;
pub mod zone;

pub mod accessibility;
pub mod article;
pub mod call;
pub mod embassy;
pub mod event;
pub mod initiative;
pub mod notice;
pub mod organisation;
pub mod page;
pub mod practice;
pub mod programme;
pub mod space;

use crate::diagnostic::{Diagnostic, Words};
use crate::say;
use crate::source::{SourceId, Spanned};
use crate::yaml::Node;
use common::Common;
use exchange::Exchange;
use fields::{Accessibility, LanguageTag, Location, Price, Reference, Registration, Url, Zone};
use markdown::Markdown;
use schedule::{Mode, Schedule};
use schemars::{JsonSchema, Schema};
use serde::{Serialize, de::DeserializeOwned};
use std::sync::Arc;
use time::{Day, Moment};

/// Every kind, in the order in which menus, catalogues and schemas list them.
pub static KINDS: &[Kind] = &[
    event::KIND,
    initiative::KIND,
    notice::KIND,
    space::KIND,
    call::KIND,
    programme::KIND,
    embassy::KIND,
    practice::KIND,
    organisation::KIND,
    article::KIND,
    page::KIND,
];

/// A reference as a record states it: the field's name and what was written.
pub type Link<'a> = (&'static str, &'a Spanned<Reference>);

/// A field and its value, such as `type` and `werklab`.
pub type Badge = (&'static str, String);

/// From when until when something holds; both days count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from: Option<Day>,
    /// Last day.
    pub until: Option<Day>,
}

impl Period {
    /// Whether a day lies within.
    pub fn contains(&self, day: jiff::civil::Date) -> bool {
        self.from.is_none_or(|from| from.0 <= day) && self.until.is_none_or(|until| day <= until.0)
    }
}

/// What outputs may ask any record for. Every capability has an answer for who lacks it.
pub trait Record: Data + Send + Sync {
    /// When it happens.
    fn schedule(&self) -> Option<Schedule> {
        None
    }
    /// Where it is; ask [`Location::public`] for what may be shown.
    fn location(&self) -> Option<&Location> {
        None
    }
    /// The time zone of the place, where it differs from the site's.
    fn zone(&self) -> Option<&Zone> {
        None
    }
    /// Where to join online.
    fn online(&self) -> Option<&Url> {
        None
    }
    /// In person, online or both; `None` when that question does not arise.
    fn mode(&self) -> Option<Mode> {
        None
    }
    /// How many people can come.
    fn capacity(&self) -> Option<u32> {
        None
    }
    /// What it costs: `None` when that question does not arise, an empty list when it is free.
    fn prices(&self) -> Option<&[Price]> {
        None
    }
    /// How to sign up.
    fn registration(&self) -> Option<&Registration> {
        None
    }
    /// Until when one can sign up.
    fn closes(&self) -> Option<&Spanned<Moment>> {
        None
    }
    /// What somebody with a disability will find.
    fn accessibility(&self) -> Option<&Accessibility> {
        None
    }
    /// Languages spoken.
    fn spoken(&self) -> &[LanguageTag] {
        &[]
    }
    /// When it holds.
    fn period(&self) -> Option<Period> {
        None
    }
    /// What it asks of others, or has for them.
    fn exchange(&self) -> Option<Exchange<'_>> {
        None
    }
    /// When it is published; not shown before that day.
    fn published(&self) -> Option<Day> {
        None
    }
    /// When it is open, and on which days it is not.
    fn hours(&self) -> (&[space::Hours], &[space::Closed]) {
        (&[], &[])
    }
    /// Whether it is free of charge; `None` when that question does not arise.
    fn free(&self) -> Option<bool> {
        self.prices()
            .map(|prices| prices.iter().all(|price| price.amount == 0.0))
    }
    /// The one word that says what it is or how it stands.
    fn badge(&self) -> Option<Badge> {
        None
    }
    /// Its vocabulary term, where the record decides and not the kind.
    fn class(&self) -> Option<&'static str> {
        None
    }
    /// Its place in the menu.
    fn menu(&self) -> Option<&page::Menu> {
        None
    }
    /// The template that it asks for, instead of its kind's.
    fn layout(&self) -> Option<&Spanned<String>> {
        None
    }
    /// Whether it appears in lists and feeds.
    fn listed(&self) -> bool {
        true
    }
    /// The field that names the record below whose address its own lies.
    fn below(&self) -> Option<&'static str> {
        None
    }
    /// Whether others may want to show it as a card on their own site.
    fn embeddable(&self) -> bool {
        false
    }
    /// What it points at.
    fn links(&self) -> Vec<Link<'_>> {
        Vec::new()
    }
    /// What is wrong between its own fields.
    fn check(&self, _faults: &mut Vec<Diagnostic>) {}
}

/// A record's own fields as JSON, without those that were left out.
pub trait Data {
    /// The fields in the order in which the kind declares them.
    fn data(&self) -> serde_json::Value;
}

impl<T: Serialize> Data for T {
    fn data(&self) -> serde_json::Value {
        let mut value = serde_json::to_value(self).unwrap_or_default();
        prune(&mut value);
        value
    }
}

/// Drops what says nothing: null, empty lists and empty groups.
fn prune(value: &mut serde_json::Value) {
    use serde_json::Value;
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(prune);
            fields.retain(|_, value| match value {
                Value::Null => false,
                Value::Array(items) => !items.is_empty(),
                Value::Object(fields) => !fields.is_empty(),
                _ => true,
            });
        }
        Value::Array(items) => items.iter_mut().for_each(prune),
        _ => {}
    }
}

/// One of the eleven kinds.
pub struct Kind {
    /// Name in the singular, as templates and data call it.
    pub name: &'static str,
    /// Folder below `content/`, also its name in references.
    pub folder: &'static str,
    /// JSON Schema of its own fields.
    schema: fn() -> Schema,
    /// Reads its own fields.
    decode: Decode,
}

type Decode = fn(&Node, &mut Vec<Diagnostic>) -> Option<Arc<dyn Record>>;

impl Kind {
    const fn of<T: Record + JsonSchema + DeserializeOwned + 'static>(
        name: &'static str,
        folder: &'static str,
    ) -> Self {
        Kind {
            name,
            folder,
            schema: || schemars::schema_for!(T),
            decode: decode::<T>,
        }
    }

    /// A record of this kind from its own fields.
    pub fn decode(&self, node: &Node, faults: &mut Vec<Diagnostic>) -> Option<Arc<dyn Record>> {
        (self.decode)(node, faults)
    }

    /// The kind with this folder.
    pub fn in_folder(folder: &str) -> Option<&'static Kind> {
        KINDS.iter().find(|kind| kind.folder == folder)
    }

    /// Its number in [`KINDS`].
    pub fn number(&self) -> usize {
        KINDS
            .iter()
            .position(|kind| kind.name == self.name)
            .unwrap_or(0)
    }

    /// Its vocabulary term, such as `schema:Event`.
    pub fn class(&self) -> &'static str {
        shape::shape(self).class.as_str()
    }
}

impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

fn decode<T: Record + DeserializeOwned + 'static>(
    node: &Node,
    faults: &mut Vec<Diagnostic>,
) -> Option<Arc<dyn Record>> {
    let before = faults.len();
    let record: T = crate::yaml::decode::decode(node, faults)?;
    let whole = faults.len() == before;
    record.check(faults);
    if let Some(location) = record.location().filter(|_| whole) {
        check_coordinates(location, faults);
    }
    Some(Arc::new(record))
}

/// A pin on the map needs both numbers, and both lie on the globe.
fn check_coordinates(location: &Location, faults: &mut Vec<Diagnostic>) {
    let fault = |span, message: Words, label: Words, help: Words| {
        Diagnostic::error("content/bad-coordinates", message)
            .at(span, label)
            .help(help)
    };
    if let (Some(only), None) | (None, Some(only)) = (&location.lat, &location.lon) {
        faults.push(fault(
            only.span,
            say!("a place on the map needs `lat` and `lon`"),
            say!("only one of the two"),
            say!("add the other, or leave both out"),
        ));
    }
    let axes = [
        (
            &location.lat,
            90.0,
            say!("`lat` goes from -90 to 90"),
            say!("no latitude"),
        ),
        (
            &location.lon,
            180.0,
            say!("`lon` goes from -180 to 180"),
            say!("no longitude"),
        ),
    ];
    for (degrees, most, message, label) in axes {
        if let Some(degrees) = degrees
            && degrees.value.abs() > most
        {
            let help = say!(
                "write degrees with a point before the decimals, such as `lat: 52.3712` and `lon: 5.2185`"
            );
            faults.push(fault(degrees.span, message, label, help));
        }
    }
}

/// The value of a choice, as content writes it; `None` when none was made.
fn badge<T: Serialize>(field: &'static str, value: &T) -> Option<Badge> {
    Some((
        field,
        serde_json::to_value(value).ok()?.as_str()?.to_owned(),
    ))
}

fn one<'a>(
    field: &'static str,
    reference: &'a Option<Spanned<Reference>>,
) -> impl Iterator<Item = Link<'a>> {
    reference.iter().map(move |reference| (field, reference))
}

fn many<'a>(
    field: &'static str,
    references: &'a [Spanned<Reference>],
) -> impl Iterator<Item = Link<'a>> {
    references.iter().map(move |reference| (field, reference))
}

/// One record as its files state it: in the default language and in each translation.
#[derive(Clone)]
pub struct Document {
    /// Which kind it is.
    pub kind: &'static Kind,
    /// Permanent identifier.
    pub id: String,
    /// The file's name without language and `.md`; the last part of its address.
    pub slug: String,
    /// The default language first, then translations by language.
    pub versions: Vec<Version>,
    /// Whether nothing is wrong in its files. Of one that is not whole, only what it points at is
    /// looked at: the rest would be told again, as it looks without the fields that were left out.
    pub whole: bool,
}

/// A document in one language. Facts are those of the default language.
#[derive(Clone)]
pub struct Version {
    /// Language of its texts.
    pub language: String,
    /// The file.
    pub source: SourceId,
    /// The fields that every kind has.
    pub common: Arc<Common>,
    /// The kind's own fields.
    pub record: Arc<dyn Record>,
    /// The text below the front matter.
    pub body: Arc<Markdown>,
}
