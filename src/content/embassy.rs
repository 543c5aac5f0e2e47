//! A city that exchanges practices with ours.

use super::fields::{Country, LanguageTag, Location, Reference, Text, Url, Zone};
use super::time::Day;
use super::{Kind, Link, Record, many, one};
use crate::source::Spanned;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kind.
pub const KIND: Kind = Kind::of::<Embassy>("embassy", "embassies");

/// A city embassy: the door to what citizens make in another city.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-class" = "schema:Organization"))]
pub struct Embassy {
    /// The city.
    #[schemars(extend("x-term" = "schema:areaServed"))]
    pub city: Text,
    /// Its country, two letters.
    pub country: Country,
    /// Where it is.
    #[schemars(extend("x-term" = "schema:location"))]
    pub location: Option<Location>,
    /// Its time zone.
    pub timezone: Option<Zone>,
    /// Languages spoken.
    #[serde(default)]
    #[schemars(extend("x-term" = "schema:knowsLanguage"))]
    pub languages: Vec<LanguageTag>,
    /// Its own site.
    #[schemars(extend("x-term" = "schema:url"))]
    pub site: Option<Url>,
    /// Where its open data is described.
    pub catalog: Option<Url>,
    /// Calendars, feeds and files of open data that lie elsewhere.
    #[serde(default)]
    pub feeds: Vec<Url>,
    /// Member since.
    #[schemars(extend("x-term" = "schema:foundingDate"))]
    pub since: Option<Day>,
    /// Who houses it.
    #[schemars(extend("x-term" = "schema:parentOrganization", "x-ref" = ["organisations", "spaces", "initiatives"]))]
    pub host: Option<Spanned<Reference>>,
    /// Who works with it.
    #[serde(default)]
    #[schemars(extend("x-term" = "schema:member", "x-ref" = ["organisations", "initiatives"]))]
    pub partners: Vec<Spanned<Reference>>,
    /// Embassies that it exchanges most with.
    #[serde(default)]
    #[schemars(extend("x-ref" = ["embassies"]))]
    pub peers: Vec<Spanned<Reference>>,
}

impl Record for Embassy {
    fn location(&self) -> Option<&Location> {
        self.location.as_ref()
    }
    fn zone(&self) -> Option<&Zone> {
        self.timezone.as_ref()
    }
    fn links(&self) -> Vec<Link<'_>> {
        let mut links: Vec<_> = one("host", &self.host).collect();
        links.extend(many("partners", &self.partners));
        links.extend(many("peers", &self.peers));
        links
    }
}
