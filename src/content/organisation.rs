//! A group with a name that others work with.

use super::fields::{Location, Reference, Url};
use super::time::DayOrYear;
use super::{Badge, Kind, Link, Record, badge, one};
use crate::source::Spanned;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kind.
pub const KIND: Kind = Kind::of::<Organisation>("organisation", "organisations");

/// An organisation: a foundation, a cooperative, a municipality, a school.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-class" = "schema:Organization"))]
pub struct Organisation {
    /// What sort of organisation.
    #[serde(rename = "type")]
    pub type_: Option<Type>,
    /// Its own site.
    #[schemars(extend("x-term" = "schema:url"))]
    pub url: Option<Url>,
    /// When it was founded: a day or a year.
    #[schemars(extend("x-term" = "schema:foundingDate"))]
    pub founded: Option<DayOrYear>,
    /// Where it is.
    #[schemars(extend("x-term" = "schema:location"))]
    pub location: Option<Location>,
    /// The organisation that it is part of.
    #[schemars(extend("x-term" = "schema:parentOrganization", "x-ref" = ["organisations"]))]
    pub parent: Option<Spanned<Reference>>,
}

/// What sort of organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Type {
    Foundation,
    Association,
    Cooperative,
    Municipality,
    Company,
    School,
    Network,
    Fund,
    Informal,
}

impl Record for Organisation {
    fn location(&self) -> Option<&Location> {
        self.location.as_ref()
    }
    fn badge(&self) -> Option<Badge> {
        badge("type", &self.type_)
    }
    fn links(&self) -> Vec<Link<'_>> {
        one("parent", &self.parent).collect()
    }
}
