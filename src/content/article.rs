//! News, a report, an interview.

use super::fields::{Reference, Text};
use super::time::Day;
use super::{Badge, Kind, Link, Record, badge, many};
use crate::source::Spanned;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kind.
pub const KIND: Kind = Kind::of::<Article>("article", "articles");

/// An article: news, a report, an interview.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-class" = "schema:Article"))]
pub struct Article {
    /// When it is published; not shown before.
    #[schemars(extend("x-term" = "schema:datePublished"))]
    pub date: Spanned<Day>,
    /// What sort of article.
    #[serde(default, rename = "type")]
    pub type_: Type,
    /// Who wrote it: a role or a group.
    #[serde(default)]
    #[schemars(extend("x-term" = "schema:author"))]
    pub authors: Vec<Text>,
    /// What it is about.
    #[serde(default)]
    #[schemars(extend("x-term" = "schema:about", "x-ref" = ["*"]))]
    pub about: Vec<Spanned<Reference>>,
}

/// What sort of article.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Type {
    #[default]
    News,
    Report,
    Interview,
    Column,
    Minutes,
}

impl Record for Article {
    fn published(&self) -> Option<Day> {
        Some(self.date.value)
    }
    fn badge(&self) -> Option<Badge> {
        badge("type", &self.type_)
    }
    fn links(&self) -> Vec<Link<'_>> {
        many("about", &self.about).collect()
    }
}
