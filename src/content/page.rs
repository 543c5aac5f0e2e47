//! A page that belongs to no list.

use super::fields::{Reference, Text};
use super::{Kind, Link, Record, one};
use crate::source::Spanned;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kind.
pub const KIND: Kind = Kind::of::<Page>("page", "pages");

/// A page: about the lab, how to take part.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-class" = "schema:WebPage"))]
pub struct Page {
    /// The page that it lies under: its address begins with that of the other.
    #[schemars(extend("x-term" = "schema:isPartOf", "x-ref" = ["pages"]))]
    pub parent: Option<Spanned<Reference>>,
    /// Its place in the menu; none when left out.
    pub menu: Option<Menu>,
    /// Template of your own to show it with: `wide` is `templates/entry/wide.html` in your theme.
    pub layout: Option<Spanned<String>>,
}

/// A place in the menu.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Menu {
    /// What the menu calls it; the title when left out.
    pub title: Option<Text>,
    /// Where in the menu: low comes first.
    #[serde(default)]
    pub order: i32,
    /// In the footer instead of at the top.
    #[serde(default)]
    pub footer: bool,
}

impl Record for Page {
    fn menu(&self) -> Option<&Menu> {
        self.menu.as_ref()
    }
    fn layout(&self) -> Option<&Spanned<String>> {
        self.layout.as_ref()
    }
    fn listed(&self) -> bool {
        false
    }
    fn below(&self) -> Option<&'static str> {
        Some("parent")
    }
    fn links(&self) -> Vec<Link<'_>> {
        one("parent", &self.parent).collect()
    }
}
