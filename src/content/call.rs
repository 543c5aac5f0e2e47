//! An invitation to take part, with a deadline.

use super::Period;
use super::exchange::{Exchange, Part};
use super::fields::{Reference, Request, Text, Zone};
use super::schedule::{Role, Schedule, Status};
use super::time::{Day, Moment};
use super::{Kind, Link, Record, many, one};
use crate::source::Spanned;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kind.
pub const KIND: Kind = Kind::of::<Call>("call", "calls");

/// A call: who wants to take part, until when, and how it ended.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-class" = "schema:Demand"))]
pub struct Call {
    /// First day to answer.
    #[schemars(extend("x-term" = "schema:validFrom"))]
    pub opens: Option<Day>,
    /// Last day, or last moment, to answer.
    #[schemars(extend("x-term" = "schema:validThrough"))]
    pub deadline: Spanned<Moment>,
    /// Time zone of the deadline; the site's when left out.
    pub timezone: Option<Zone>,
    /// For whom it is.
    #[schemars(extend("x-term" = "schema:eligibleCustomerType"))]
    pub audience: Option<Text>,
    /// By what is chosen.
    #[serde(default)]
    pub criteria: Vec<Text>,
    /// How many can take part.
    pub places: Option<u32>,
    /// What there is to spend.
    pub budget: Option<Text>,
    /// How to answer.
    pub how_to_apply: Option<Text>,
    /// Where to answer.
    pub apply: Option<Request>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Who calls.
    #[serde(default)]
    #[schemars(extend("x-term" = "dct:creator", "x-ref" = ["organisations", "initiatives", "embassies"]))]
    pub by: Vec<Spanned<Reference>>,
    /// The programme that it belongs to.
    #[schemars(extend("x-ref" = ["programmes"]))]
    pub programme: Option<Spanned<Reference>>,
}

/// How a call ended.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// When it was decided.
    pub date: Option<Day>,
    /// What was decided, and why.
    pub text: Option<Text>,
    /// Who was chosen.
    #[serde(default)]
    pub selected: Vec<String>,
}

impl Record for Call {
    fn schedule(&self) -> Option<Schedule> {
        Some(Schedule {
            role: Role::Deadline,
            start: self.deadline.clone(),
            end: None,
            duration: None,
            all_day: true,
            zone: self.timezone.clone(),
            recurrence: None,
            changes: vec![],
            status: Status::Scheduled,
            reason: None,
        })
    }
    fn period(&self) -> Option<Period> {
        Some(Period {
            from: self.opens,
            until: Some(Day(self.deadline.date)),
        })
    }
    fn exchange(&self) -> Option<Exchange<'_>> {
        Some(Exchange {
            part: Part::Invitation,
            // It does not say what one gets or gives: its topics do.
            categories: &[],
            area: None,
            languages: &[],
            owners: &["by"],
            bound: false,
        })
    }
    fn links(&self) -> Vec<Link<'_>> {
        let mut links: Vec<_> = many("by", &self.by).collect();
        links.extend(one("programme", &self.programme));
        links
    }
}
