//! The values that templates get. Each entry's card is built once, when a page first needs it, and
//! shared; bodies are never in the values of lists.

pub mod abroad;
pub mod atlas;
pub mod calendar;
pub mod card;
pub mod changes;
pub mod composer;
pub mod entry;
pub mod home;
pub mod list;
pub mod map;
pub mod market;
pub mod moments;
pub mod narrow;
pub mod network;
pub mod page;
pub mod sections;

use super::Theme;
use super::media::Media;
use crate::site::selection::Facet;
use crate::site::{EntryId, Site};
use serde::ser::{Serialize, SerializeStruct, Serializer};
use std::collections::BTreeMap;
use std::sync::OnceLock;
use tera::Value;
use tera::value::Key;

/// A group of named values, in the order in which they were set. It becomes a map only when it is whole: then its
/// size is known, and each name is hashed once.
#[derive(Default)]
pub struct Object(Vec<(&'static str, Value)>);

impl Object {
    /// An empty group.
    pub fn new() -> Self {
        Self::default()
    }

    /// The values of a group that was made before, for more to be added.
    pub fn of(group: &Value) -> Self {
        let fields = group.as_map().into_iter().flatten();
        let named = fields.filter_map(|(name, value)| match name {
            Key::Str(name) => Some((*name, value.clone())),
            _ => None,
        });
        Object(named.collect())
    }

    /// The same but for one value.
    pub fn without(mut self, name: &str) -> Self {
        self.0.retain(|(other, _)| *other != name);
        self
    }

    /// Sets a value. Of two of one name the last counts, once it becomes a map.
    pub fn set(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.0.push((name, value.into()));
        self
    }

    /// Sets a value if there is one; otherwise the name is absent.
    pub fn some(self, name: &'static str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.set(name, value),
            None => self,
        }
    }

    /// Sets a list if it is not empty.
    pub fn list(self, name: &'static str, values: Vec<Value>) -> Self {
        if values.is_empty() {
            self
        } else {
            self.set(name, values)
        }
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Value {
        Value::from_serializable(&object)
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Object", self.0.len())?;
        for (name, value) in &self.0 {
            fields.serialize_field(name, value)?;
        }
        fields.end()
    }
}

/// A title and an address.
pub fn link(title: &str, url: String) -> Object {
    Object::new().set("title", title).set("url", url)
}

/// The address of a calendar, and the same as calendar programs open it.
pub fn subscription(site: &Site, path: &str) -> (String, String) {
    let https = site.config.absolute(path);
    let webcal = match https.split_once("://") {
        Some((_, rest)) => format!("webcal://{rest}"),
        None => https.clone(),
    };
    (https, webcal)
}

/// A picture: its one file in full size, its size, and the addresses of all sizes by media type, the best first.
pub fn picture(media: &Media) -> Object {
    let shown = Object::new().set("src", media.path.as_str());
    let Some(picture) = &media.picture else {
        return shown;
    };
    let shown = shown
        .set("width", picture.width)
        .set("height", picture.height);
    let Some(raster) = &picture.raster else {
        return shown;
    };
    let source = |form| -> Value {
        let source = Object::new().set("type", raster.media_type(form));
        source.set("srcset", raster.srcset(form)).into()
    };
    shown.set(
        "sources",
        raster.forms().map(source).collect::<Vec<Value>>(),
    )
}

/// What every page of a build shares: the card of each entry in each language.
pub struct Cards {
    /// By language, then by the entry's number; each is made when the first page asks for it.
    cards: Vec<Vec<OnceLock<Value>>>,
    /// Topics and neighbourhoods as cards name them, by language; each stands on many.
    terms: Vec<card::Terms>,
    /// The value `site`, by language.
    sites: Vec<Value>,
    /// What can be shown on a map.
    pub places: map::Places,
    /// What the pages of each list share.
    pub lists: list::Lists,
    /// Numbers of selections by the one facet that is chosen already, or none.
    choices: OnceLock<BTreeMap<Option<Facet>, Vec<usize>>>,
    /// The address of the share card of each page, by the page's, once all are planned.
    pub shares: OnceLock<BTreeMap<String, String>>,
}

impl Cards {
    /// Room for every card of a site in every language.
    pub fn new(site: &Site, theme: &Theme) -> Self {
        let room = |_: &String| site.entries.iter().map(|_| OnceLock::new()).collect();
        let places = map::Places::new(site);
        let sites = site
            .codes
            .iter()
            .map(|language| page::site_value(site, theme, &places, language))
            .collect();
        Cards {
            cards: site.codes.iter().map(room).collect(),
            terms: site
                .codes
                .iter()
                .map(|code| card::terms(site, code))
                .collect(),
            sites,
            places,
            lists: list::Lists::new(site),
            choices: OnceLock::new(),
            shares: OnceLock::new(),
        }
    }

    /// Lets go of the cards and of what the pages of lists share.
    pub fn let_go(&mut self) {
        let cards = self.cards.iter_mut().flatten();
        cards.for_each(|card| drop(card.take()));
        self.lists.let_go();
    }

    /// The value `site` in a language, by the language's number.
    pub fn site(&self, language: usize) -> Value {
        self.sites[language].clone()
    }

    /// What can be chosen beside what is: numbers of selections with one facet more.
    pub fn choices(&self, site: &Site, chosen: &[Facet]) -> &[usize] {
        let all = || {
            let mut choices = BTreeMap::<Option<Facet>, Vec<usize>>::new();
            for (n, selection) in site.selections.iter().enumerate() {
                match &selection.facets[..] {
                    [_] => choices.entry(None).or_default().push(n),
                    facets => {
                        for facet in facets {
                            choices.entry(Some(facet.clone())).or_default().push(n);
                        }
                    }
                }
            }
            choices
        };
        let key = match chosen {
            [] => None,
            [one] => Some(one.clone()),
            _ => return &[],
        };
        self.choices
            .get_or_init(all)
            .get(&key)
            .map_or(&[], Vec::as_slice)
    }

    /// The card of an entry in a language, by the language's number.
    pub fn get(&self, site: &Site, theme: &Theme, language: usize, id: EntryId) -> Value {
        let terms = &self.terms[language];
        let make = || card::card(site, theme, site.entry(id), (&site.codes[language], terms));
        self.cards[language][id.0 as usize]
            .get_or_init(make)
            .clone()
    }
}
