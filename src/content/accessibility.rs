//! What a site says of its own accessibility: `accessibility` in `data/site.yaml`, and what tests found,
//! in `data/accessibility.yaml`.
//!
//! The statement follows the model of Implementing Decision (EU) 2018/1523.

use super::fields::{Email, Texts, Url};
use super::time::Day;
use crate::diagnostic::Diagnostic;
use crate::source::Sources;
use schemars::JsonSchema;
use serde::Deserialize;

/// Where the results of the tests stand.
pub const PATH: &str = "data/accessibility.yaml";

/// What the site's people say.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Statement {
    /// Where to tell what does not work; the publisher's address when left out.
    pub email: Option<Email>,
    /// Telephone number for the same.
    pub phone: Option<super::fields::Phone>,
    /// Within how many working days there is an answer.
    pub answer_days: Option<u16>,
    /// What is known not to work yet.
    pub limitations: Vec<Texts>,
    /// Who to turn to when the answer does not help, such as an ombudsman.
    pub complaints: Option<Url>,
    /// What the tests found; from a file of its own.
    #[serde(skip)]
    pub results: Option<Results>,
}

/// What tests in a browser found.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Results {
    /// Day of the tests.
    pub date: Day,
    /// Programs that looked, with their versions.
    pub tools: Vec<String>,
    /// How many pages were looked at.
    pub pages: u32,
    /// How many times a page was looked at: light, dark, narrow and so on.
    pub checks: u32,
    /// What was found, a line each.
    #[serde(default)]
    pub faults: Vec<Fault>,
}

/// A rule that pages break.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Its name, such as `color-contrast`.
    pub rule: String,
    /// What is wrong, in the words of the program.
    pub text: String,
    /// On how many pages.
    pub pages: u32,
}

/// Reads what the tests found. No file: nothing was tested.
pub fn results(sources: &Sources, faults: &mut Vec<Diagnostic>) -> Option<Results> {
    let (id, source) = sources.find(PATH)?;
    let (node, more) = crate::yaml::parse(id, &source.text, 0..source.text.len());
    faults.extend(more);
    crate::yaml::decode::decode(&node?, faults)
}
