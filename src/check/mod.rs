//! Rules that look across the whole site: what is valid, but should not stay so.

pub mod renamed;
pub mod runs_dry;

use crate::diagnostic::Diagnostic;
use crate::site::Site;
use crate::source::Sources;

/// A rule: its code, and what finds offences against it.
pub struct Rule {
    /// The diagnostic code of its warnings.
    pub code: &'static str,
    /// Finds offences.
    pub check: fn(&Site, &Sources) -> Vec<Diagnostic>,
}

/// Every rule, each in its own file.
pub static RULES: &[Rule] = &[renamed::RULE, runs_dry::RULE];

/// What all rules find.
pub fn check(site: &Site, sources: &Sources) -> Vec<Diagnostic> {
    RULES
        .iter()
        .flat_map(|rule| (rule.check)(site, sources))
        .collect()
}
