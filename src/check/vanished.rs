//! Records that were removed, and whose address now leads nowhere.

use super::{Check, Look, Rule};
use crate::diagnostic::Diagnostic;

/// The rule.
pub const RULE: Rule = Rule {
    code: "check/vanished",
    check: Check::OfPages(check),
};

fn check(look: &Look) -> Vec<Diagnostic> {
    let site = &look.press.site;
    let language = site.config.default_language();
    let vanished = site.gone.vanished.iter().filter_map(|(file, entry)| {
        let path = site.path(entry, language);
        // A notice that had run out is missed by nobody.
        if look.plan.leads_somewhere(&path) || site.is_over(entry) {
            return None;
        }
        let message = format!(
            "`{}` was removed from the site, and its address `{path}` leads nowhere",
            entry.original().common.title.0
        );
        let help = format!(
            "give what took its place `aliases: [{path}]`; or, if nothing did, say so in `data/site.yaml`:\n\
             checks:\n  off:\n    - code: {}\n      file: {file}\n      reason: why it is gone",
            RULE.code
        );
        let fault = Diagnostic::warning(RULE.code, message).in_file(file);
        Some(fault.help(help))
    });
    vanished.collect()
}
