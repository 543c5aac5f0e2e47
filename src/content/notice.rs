//! An offer or a need on the market.

use super::Period;
use super::exchange::{Category, Exchange, Part};
use super::fields::{Id, LanguageTag, Location, Reference, Text};
use super::time::Day;
use super::{Badge, Kind, Link, Record, badge, one};
use crate::source::Spanned;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kind.
pub const KIND: Kind = Kind::of::<Notice>("notice", "notices");

/// A notice on the market: something offered or something needed.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-class" = "schema:Demand"))]
pub struct Notice {
    /// Offered or needed.
    pub direction: Direction,
    /// What sort of thing.
    #[schemars(extend("x-term" = "dct:type"))]
    pub category: Category,
    /// How much of it.
    pub quantity: Option<Text>,
    /// On which conditions.
    pub conditions: Option<Text>,
    /// First day on which it holds.
    #[schemars(extend("x-term" = "schema:validFrom"))]
    pub valid_from: Option<Day>,
    /// Last day on which it holds.
    #[schemars(extend("x-term" = "schema:validThrough"))]
    pub valid_until: Option<Spanned<Day>>,
    /// The neighbourhood for which it holds.
    #[schemars(extend("x-term" = "schema:areaServed"))]
    pub area: Option<Spanned<Id>>,
    /// Languages spoken.
    #[serde(default)]
    #[schemars(extend("x-term" = "dct:language"))]
    pub languages: Vec<LanguageTag>,
    /// Where it is to be found.
    #[schemars(extend("x-term" = "schema:availableAtOrFrom"))]
    pub location: Option<Location>,
    /// Who offers or needs it.
    #[schemars(extend("x-term" = "dct:creator", "x-ref" = ["organisations", "initiatives", "embassies"]))]
    pub by: Option<Spanned<Reference>>,
}

/// Offered or needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Direction {
    Offer,
    Need,
}

impl Record for Notice {
    fn location(&self) -> Option<&Location> {
        self.location.as_ref()
    }
    fn period(&self) -> Option<Period> {
        Some(Period {
            from: self.valid_from,
            until: self.valid_until.as_ref().map(|day| day.value),
        })
    }
    fn exchange(&self) -> Option<Exchange<'_>> {
        Some(Exchange {
            part: match self.direction {
                Direction::Need => Part::Need,
                Direction::Offer => Part::Offer,
            },
            categories: std::slice::from_ref(&self.category),
            area: self.area.as_ref(),
            languages: &self.languages,
            owners: &["by"],
            // What somebody knows, and money, can be sent.
            bound: !matches!(self.category, Category::Knowledge | Category::Money),
        })
    }
    fn badge(&self) -> Option<Badge> {
        badge("direction", &self.direction)
    }
    fn class(&self) -> Option<&'static str> {
        Some(if self.direction == Direction::Offer {
            "schema:Offer"
        } else {
            "schema:Demand"
        })
    }
    fn links(&self) -> Vec<Link<'_>> {
        one("by", &self.by).collect()
    }
}
