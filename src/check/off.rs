//! Rules that a site has switched off.

use super::RULES;
use super::elsewhere::CODES;
use crate::content::config::{self, Checks};
use crate::diagnostic::{Diagnostic, nearest};
use crate::say;
use crate::source::Sources;

/// Told of what cannot be switched off, or not like this.
const CODE: &str = "check/switched-off";

/// What a site does not want to hear.
pub struct Off<'a>(Vec<&'a config::Off>);

impl<'a> Off<'a> {
    /// Takes what is switched off, and tells what is not a rule or has no reason.
    pub fn new(checks: &'a Checks, faults: &mut Vec<Diagnostic>) -> Self {
        let mut off = Vec::new();
        for one in &checks.off {
            match wrong(one) {
                Some(fault) => faults.push(fault),
                None => off.push(one),
            }
        }
        Off(off)
    }

    /// Whether a rule is switched off for the whole site.
    pub fn whole(&self, code: &str) -> bool {
        let mut all = self.0.iter();
        all.any(|off| *off.code == code && off.file.is_none())
    }

    /// Whether one of the files that a message names is left alone by its rule.
    pub fn hides(&self, fault: &Diagnostic, sources: &Sources) -> bool {
        let labels = fault.labels.iter();
        let named = labels.map(|label| sources.get(label.span.source).path.as_str());
        let mut files = named.chain(fault.file.iter().map(|file| file.path.as_str()));
        let is = |off: &str, file: &str| off == file || off.ends_with('/') && file.starts_with(off);
        files.any(|file| {
            let mut all = self.0.iter();
            all.any(|off| *off.code == fault.code && off.file.as_ref().is_some_and(|f| is(f, file)))
        })
    }
}

fn wrong(off: &config::Off) -> Option<Diagnostic> {
    let rules = RULES.iter().map(|rule| rule.code);
    let codes = rules.chain(CODES);
    if !codes.clone().any(|code| code == *off.code) {
        let known = crate::diagnostic::stories::codes().any(|code| code == *off.code);
        let message = match known {
            true => say!(
                "`{}` is no rule of `plein check`: what it tells must be mended",
                off.code.value
            ),
            false => say!("there is no rule `{}`", off.code.value),
        };
        let help = match nearest(&off.code, codes) {
            Some(near) if !known => say!("did you mean `{}`?", near),
            _ => say!("the manual lists the rules that can be switched off: docs/checks.md"),
        };
        let fault = Diagnostic::error(CODE, message).at(off.code.span, "no rule");
        return Some(fault.help(help));
    }
    let silent = off.reason.trim().is_empty();
    silent.then(|| {
        let message = say!("`{}` is switched off without a reason", off.code.value);
        let fault = Diagnostic::error(CODE, message).at(off.reason.span, "no reason");
        fault.help("say why, for who wonders about it a year from now")
    })
}
