//! What citizens undertake together.

use super::fields::{Location, Reference, Text, Url};
use super::time::Day;
use super::{Badge, Kind, Link, Record, badge, many, one};
use crate::source::Spanned;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kind.
pub const KIND: Kind = Kind::of::<Initiative>("initiative", "initiatives");

/// An initiative: something that citizens undertake together, from first idea to done.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-class" = "schema:Project"))]
pub struct Initiative {
    /// Where it stands.
    #[serde(default)]
    pub stage: Stage,
    /// When it began.
    #[schemars(extend("x-term" = "schema:foundingDate"))]
    pub started: Option<Day>,
    /// When it ended.
    #[schemars(extend("x-term" = "schema:dissolutionDate"))]
    pub ended: Option<Day>,
    /// Where it is to be found.
    #[schemars(extend("x-term" = "schema:location"))]
    pub location: Option<Location>,
    /// What happened, latest last.
    #[serde(default)]
    pub updates: Vec<Update>,
    /// What it is looking for.
    #[serde(default)]
    pub needs: Vec<Text>,
    /// What it has to offer.
    #[serde(default)]
    pub offers: Vec<Text>,
    /// Who leads it.
    #[schemars(extend("x-term" = "schema:parentOrganization", "x-ref" = ["organisations", "initiatives", "embassies"]))]
    pub led_by: Option<Spanned<Reference>>,
    /// Who joins in.
    #[serde(default)]
    #[schemars(extend("x-term" = "schema:member", "x-ref" = ["organisations", "initiatives", "embassies"]))]
    pub partners: Vec<Spanned<Reference>>,
    /// Its space in the lab.
    #[schemars(extend("x-ref" = ["spaces"]))]
    pub space: Option<Spanned<Reference>>,
    /// The embassy that it belongs to.
    #[schemars(extend("x-ref" = ["embassies"]))]
    pub embassy: Option<Spanned<Reference>>,
}

/// Where an initiative stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Stage {
    Idea,
    #[default]
    Running,
    Paused,
    Done,
    Stopped,
}

/// A piece of news about an initiative.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// When.
    pub date: Day,
    /// What happened.
    pub text: Text,
    /// Where to read more.
    #[serde(default)]
    pub links: Vec<Url>,
}

impl Record for Initiative {
    fn location(&self) -> Option<&Location> {
        self.location.as_ref()
    }
    fn badge(&self) -> Option<Badge> {
        badge("stage", &self.stage)
    }
    fn embeddable(&self) -> bool {
        true
    }
    fn links(&self) -> Vec<Link<'_>> {
        let mut links: Vec<_> = one("led_by", &self.led_by).collect();
        links.extend(many("partners", &self.partners));
        links.extend(one("space", &self.space));
        links.extend(one("embassy", &self.embassy));
        links
    }
}
