//! Events that belong together.

use super::fields::Reference;
use super::time::Day;
use super::{Badge, Kind, Link, Record, badge, many, one};
use crate::source::Spanned;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kind.
pub const KIND: Kind = Kind::of::<Programme>("programme", "programmes");

/// A programme: a trajectory, a series, field trips or a summit; its events name it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-class" = "schema:EventSeries"))]
pub struct Programme {
    /// What sort of programme.
    #[serde(rename = "type")]
    pub type_: Option<Type>,
    /// From when until when.
    pub period: Option<Dates>,
    /// Whether one should come to all of it.
    #[serde(default)]
    pub attend_all: bool,
    /// The call by which one joins.
    #[schemars(extend("x-ref" = ["calls"]))]
    pub call: Option<Spanned<Reference>>,
    /// The embassies that take part.
    #[serde(default)]
    #[schemars(extend("x-ref" = ["embassies"]))]
    pub embassies: Vec<Spanned<Reference>>,
    /// Who organises it.
    #[schemars(extend("x-term" = "schema:organizer", "x-ref" = ["organisations", "initiatives", "embassies"]))]
    pub organiser: Option<Spanned<Reference>>,
}

/// What sort of programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Type {
    Trajectory,
    Series,
    FieldTrips,
    Summit,
}

/// From when until when.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dates {
    /// First day.
    #[schemars(extend("x-term" = "schema:startDate"))]
    pub start: Option<Day>,
    /// Last day.
    #[schemars(extend("x-term" = "schema:endDate"))]
    pub end: Option<Day>,
}

impl Record for Programme {
    fn badge(&self) -> Option<Badge> {
        badge("type", &self.type_)
    }
    fn links(&self) -> Vec<Link<'_>> {
        let mut links: Vec<_> = one("call", &self.call).collect();
        links.extend(many("embassies", &self.embassies));
        links.extend(one("organiser", &self.organiser));
        links
    }
}
