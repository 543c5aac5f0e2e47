//! A place to meet, learn, make or cook.

use super::exchange::{Category, Exchange, Part};
use super::fields::{Accessibility, Location, Reference, Request, Text, Weekday};
use super::time::{Clock, Day};
use super::{Kind, Link, Record, one};
use crate::source::Spanned;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kind.
pub const KIND: Kind = Kind::of::<Space>("space", "spaces");

/// A space that citizens can use.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-class" = "schema:Place"))]
pub struct Space {
    /// How many people fit in.
    #[schemars(extend("x-term" = "schema:maximumAttendeeCapacity"))]
    pub capacity: Option<u32>,
    /// Floor area in square metres.
    pub area: Option<f64>,
    /// On which floor.
    pub floor: Option<Text>,
    /// When it is open.
    #[serde(default)]
    #[schemars(extend("x-term" = "schema:openingHoursSpecification"))]
    pub hours: Vec<Hours>,
    /// When it is closed.
    #[serde(default)]
    #[schemars(extend("x-term" = "schema:specialOpeningHoursSpecification"))]
    pub closed: Vec<Closed>,
    /// What is there.
    #[serde(default)]
    #[schemars(extend("x-term" = "schema:amenityFeature"))]
    pub facilities: Vec<Text>,
    /// What somebody with a disability will find.
    pub accessibility: Option<Accessibility>,
    /// What to mind.
    pub rules: Option<Text>,
    /// Whether it is free of charge.
    #[schemars(extend("x-term" = "schema:isAccessibleForFree"))]
    pub free: Option<bool>,
    /// How to ask for it.
    pub request: Option<Request>,
    /// Where it is.
    #[schemars(extend("x-term" = "schema:address"))]
    pub location: Option<Location>,
    /// The place that it is part of.
    #[schemars(extend("x-term" = "schema:containedInPlace", "x-ref" = ["spaces"]))]
    pub part_of: Option<Spanned<Reference>>,
    /// Who runs it.
    #[schemars(extend("x-ref" = ["organisations"]))]
    pub operator: Option<Spanned<Reference>>,
}

/// When a place is open.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// On which days.
    pub days: Vec<Weekday>,
    /// From when.
    pub opens: Clock,
    /// Until when.
    pub closes: Clock,
    /// What is special about it.
    pub note: Option<Text>,
}

/// When a place is closed.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Closed {
    /// First day.
    pub from: Day,
    /// Last day.
    pub until: Day,
    /// Why.
    pub reason: Option<Text>,
}

impl Record for Space {
    fn accessibility(&self) -> Option<&Accessibility> {
        self.accessibility.as_ref()
    }
    fn location(&self) -> Option<&Location> {
        self.location.as_ref()
    }
    fn capacity(&self) -> Option<u32> {
        self.capacity
    }
    fn hours(&self) -> (&[Hours], &[Closed]) {
        (&self.hours, &self.closed)
    }
    fn exchange(&self) -> Option<Exchange<'_>> {
        Some(Exchange {
            part: Part::Place,
            categories: &[Category::Space, Category::Tool],
            area: None,
            languages: &[],
            owners: &["operator"],
            bound: true,
        })
    }
    fn free(&self) -> Option<bool> {
        self.free
    }
    fn links(&self) -> Vec<Link<'_>> {
        let mut links: Vec<_> = one("part_of", &self.part_of).collect();
        links.extend(one("operator", &self.operator));
        links
    }
}
