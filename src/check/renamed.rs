//! A file that was renamed without a word about its old name.

use super::{Check, Rule};
use crate::diagnostic::Diagnostic;
use crate::say;
use crate::site::{Entry, Site};
use crate::source::{Sources, Span};

/// The rule.
pub const RULE: Rule = Rule {
    code: "check/renamed",
    check: Check::OfWhole(check),
};

fn check(site: &Site, sources: &Sources) -> Vec<Diagnostic> {
    let renamed = site.gone.renamed.iter();
    renamed
        .filter_map(|(old, new)| forgotten(site, sources, old, site.entry(*new)))
        .collect()
}

/// The lines by which calendars and links would still know a record that was renamed.
fn forgotten(site: &Site, sources: &Sources, old: &Entry, new: &Entry) -> Option<Diagnostic> {
    let (version, language) = (new.original(), site.config.default_language());
    let common = &version.common;
    let is_known = new.document_id == old.document_id;
    if common.id.is_some() && !is_known {
        // With an identifier of its own it is another thing that merely looks like the old one.
        return None;
    }
    let (was, is) = (site.path(old, language), site.path(new, language));
    let leads_on = was == is || common.aliases.iter().any(|alias| alias.value.0 == was);
    let id = (!is_known).then(|| format!("id: {}", old.document_id));
    let alias = (!leads_on).then(|| {
        let known = common.aliases.iter().map(|alias| alias.value.0.as_str());
        let all: Vec<&str> = known.chain([was.as_str()]).collect();
        format!("aliases: [{}]", all.join(", "))
    });
    let lines: Vec<String> = id.into_iter().chain(alias).collect();
    if lines.is_empty() {
        return None;
    }
    let file = &sources.get(version.source).path;
    let fault = Diagnostic::error(
        RULE.code,
        say!(
            "`{}` was renamed: calendars and links know it as `{}`",
            file,
            was
        ),
    )
    .at(Span::new(version.source, 0, 3), "nothing here says so");
    let lines = lines.join("\n");
    Some(fault.help(match is_known {
        true => say!("add to the front matter:\n{}", lines),
        false => say!(
            "add to the front matter:\n{}\nor give it an `id` of its own, `id: {}`, if it is another thing",
            lines,
            new.slug
        ),
    }))
}
