//! Records that were removed, and whose address now leads nowhere; identifiers that were changed.

use super::{Check, Look, Rule};
use crate::diagnostic::Diagnostic;
use crate::say;
use crate::source::Span;

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
        let message = say!(
            "`{}` was removed from the site, and its address `{}` leads nowhere",
            entry.original().common.title.0,
            path
        );
        let lines = format!("checks:\n  off:\n    - code: {}\n      file: {file}", RULE.code);
        let help = say!(
            "give what took its place `aliases: [{}]`; or, if nothing did, say so in `data/site.yaml`:\n{}\n      reason: why it is gone",
            path,
            lines
        );
        let fault = Diagnostic::warning(RULE.code, message).in_file(file);
        Some(fault.help(help))
    });
    let renamed = site.gone.identifiers.iter().map(|(id, old)| {
        let entry = site.entry(*id);
        let message = say!(
            "this was known as `{}` until not long ago, and calendars take `{}` for something else",
            old,
            entry.document_id
        );
        let id = entry.original().common.id.as_ref();
        let source = entry.original().source;
        let span = id.map_or(Span::new(source, 0, 3), |id| id.span);
        let fault = Diagnostic::warning(RULE.code, message).at(span, "another identifier");
        fault.help(say!(
            "write `id: {}` again: an identifier never changes",
            old
        ))
    });
    vanished.chain(renamed).collect()
}
