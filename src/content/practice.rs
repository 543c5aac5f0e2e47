//! What worked, so that another city can do it too.

use super::exchange::{Category, Exchange, Part};
use super::fields::{Reference, Text, Url};
use super::{Kind, Link, Record, many};
use crate::source::Spanned;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kind.
pub const KIND: Kind = Kind::of::<Practice>("practice", "practices");

/// A practice: what was done, where it works and where it does not.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-class" = "schema:Article"))]
pub struct Practice {
    /// Where and why it began.
    pub context: Option<Text>,
    /// What the trouble was.
    pub problem: Option<Text>,
    /// What was done.
    pub approach: Option<Text>,
    /// What came of it.
    pub result: Option<Text>,
    /// The figures.
    pub facts: Option<Facts>,
    /// When it works.
    #[serde(default)]
    pub works_when: Vec<Text>,
    /// When it fails.
    #[serde(default)]
    pub fails_when: Vec<Text>,
    /// Where to check it.
    #[serde(default)]
    #[schemars(extend("x-term" = "schema:citation"))]
    pub evidence: Vec<Url>,
    /// Who did it too.
    #[serde(default)]
    pub adopted_by: Vec<String>,
    /// The permanent identifier of another city's practice that this one was adopted from.
    #[schemars(extend("x-term" = "schema:isBasedOn"))]
    pub adopted_from: Option<Url>,
    /// Whose practice it is.
    #[serde(default)]
    #[schemars(extend("x-term" = "schema:creator", "x-ref" = ["initiatives", "organisations", "embassies", "programmes"]))]
    pub from: Vec<Spanned<Reference>>,
    /// What it builds on.
    #[serde(default)]
    #[schemars(extend("x-term" = "schema:isBasedOn", "x-ref" = ["practices", "initiatives", "events", "programmes"]))]
    pub based_on: Vec<Spanned<Reference>>,
}

/// The figures of a practice.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// How many people took part.
    pub participants: Option<u32>,
    /// How it was done.
    pub method: Option<Text>,
    /// What it cost.
    pub cost: Option<Text>,
    /// Who paid.
    pub funding: Option<Text>,
}

impl Record for Practice {
    fn exchange(&self) -> Option<Exchange<'_>> {
        Some(Exchange {
            part: Part::Lesson,
            categories: &[Category::Knowledge, Category::Skill],
            area: None,
            languages: &[],
            owners: &["from"],
            bound: false,
        })
    }
    fn links(&self) -> Vec<Link<'_>> {
        let mut links: Vec<_> = many("from", &self.from).collect();
        links.extend(many("based_on", &self.based_on));
        links
    }
}
