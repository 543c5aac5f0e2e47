//! The fields that every kind has.

use super::fields::{Contact, Id, Image, SitePath, Text, Url};
use super::time::Day;
use crate::source::Spanned;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The fields that every kind has.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Common {
    /// Permanent identifier; the file's name when left out. It stays when the file is renamed.
    #[schemars(extend("x-term" = "schema:identifier"))]
    pub id: Option<Spanned<Id>>,
    /// The name under which people know it.
    #[schemars(extend("x-term" = "schema:name"))]
    pub title: Text,
    /// One or two sentences for lists, feeds and search results.
    #[schemars(extend("x-term" = "schema:description"))]
    pub summary: Option<Text>,
    /// What it is about: identifiers from `data/topics.yaml`.
    #[serde(default)]
    #[schemars(extend("x-term" = "dct:subject"))]
    pub topics: Vec<Spanned<Id>>,
    /// Where in the city: an identifier from `data/neighbourhoods.yaml`.
    pub neighbourhood: Option<Spanned<Id>>,
    /// A picture.
    #[schemars(extend("x-term" = "schema:image"))]
    pub image: Option<Image>,
    /// How to reach the people behind it.
    #[schemars(extend("x-term" = "dcat:contactPoint"))]
    pub contact: Option<Contact>,
    /// Addresses on this site under which it was known before.
    #[serde(default)]
    pub aliases: Vec<Spanned<SitePath>>,
    /// The same thing elsewhere on the web.
    #[serde(default)]
    #[schemars(extend("x-term" = "schema:sameAs"))]
    pub same_as: Vec<Url>,
    /// Licence of this record, when it is not the site's.
    #[schemars(extend("x-term" = "dct:license"))]
    pub license: Option<Url>,
    /// When somebody last checked that all of this is true.
    pub verified: Option<Day>,
    /// Not shown on the site yet.
    #[serde(default)]
    pub draft: bool,
    /// Anything that a theme of your own wants to know.
    #[serde(default)]
    pub extra: serde_json::Map<String, serde_json::Value>,
}
