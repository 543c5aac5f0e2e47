//! Links to other sites, and every place that holds them: for who wants to try them.

use super::place;
use crate::content::config::PATH;
use crate::diagnostic::{Diagnostic, Words};
use crate::site::Site;
use crate::source::{SourceId, Sources, Span};
use crate::yaml::{Node, Value};
use crate::{phrase, say};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Codes of what is told of them; they can be switched off like rules.
pub const CODES: [&str; 3] = ["link/broken", "link/moved", "link/unreachable"];

/// What came of trying an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It leads somewhere.
    Fine,
    /// It leads somewhere, which has another address for good.
    Moved(String),
    /// Nothing is there any more; with the status.
    Gone(u16),
    /// It could not be told, and why.
    Unclear(Words),
}

/// What there is to say of addresses, at each place that holds them.
pub fn tell(
    links: &BTreeMap<String, Vec<Span>>,
    answers: &BTreeMap<String, Answer>,
) -> Vec<Diagnostic> {
    let told = links.iter().filter_map(|(address, spans)| {
        let (fault, label) = fault(address, answers.get(address)?)?;
        let each = spans.iter().map(move |span| fault.clone().at(*span, label));
        Some(each.collect::<Vec<_>>())
    });
    told.flatten().collect()
}

/// What there is to say of an address, and in a word beside it.
fn fault(address: &str, answer: &Answer) -> Option<(Diagnostic, &'static str)> {
    let (fault, label, help) = match answer {
        Answer::Fine => return None,
        Answer::Moved(to) => (
            Diagnostic::warning("link/moved", say!("`{}` has moved for good", address)),
            phrase!("the old address"),
            say!("write `{}`", to),
        ),
        Answer::Gone(status) => (
            Diagnostic::warning(
                "link/broken",
                say!("`{}` leads nowhere: its host answers {}", address, status),
            ),
            phrase!("gone"),
            say!(
                "look for its new address, or for a copy on web.archive.org; else remove the link"
            ),
        ),
        Answer::Unclear(reason) => (
            Diagnostic::warning(
                "link/unreachable",
                say!("`{}` could not be reached: {}", address, reason),
            ),
            phrase!("look yourself"),
            say!(
                "open it in a browser: some hosts answer people only, and some are down for an hour"
            ),
        ),
    };
    Some((fault.help(help), label))
}

/// Ends of names that never lead anywhere: they are for examples and tests (RFC 2606 and RFC 6761).
const RESERVED: [&str; 7] = [
    "example",
    "test",
    "invalid",
    "localhost",
    "example.com",
    "example.org",
    "example.net",
];

/// Addresses elsewhere, each with the places that hold it, in the order of files.
pub fn links(site: &Site, sources: &Sources) -> BTreeMap<String, Vec<Span>> {
    let versions = site.entries.iter().flat_map(|entry| &entry.versions);
    let mut files: BTreeSet<SourceId> = versions.map(|version| version.source).collect();
    files.extend(sources.find(PATH).map(|(source, _)| source));
    let mut found: BTreeMap<String, Vec<Span>> = BTreeMap::new();
    for source in files {
        let mut add = |text: &str, span: Span| {
            let address = text.split('#').next().unwrap_or(text);
            let http = address.starts_with("https://") || address.starts_with("http://");
            if http && is_elsewhere(site, address) && !address.contains(['{', '}', ' ']) {
                found.entry(address.to_owned()).or_default().push(span);
            }
        };
        if let Some(root) = place::fields(sources, source) {
            published(&root, &mut add);
        }
        for link in place::body(sources, source).links {
            add(&link.target, link.span);
        }
    }
    for spans in found.values_mut() {
        spans.sort();
        spans.dedup();
    }
    found
}

/// The texts of fields, but not those of a contact that is not published.
fn published(root: &Node, add: &mut impl FnMut(&str, Span)) {
    let Value::Mapping(fields) = &root.value else {
        return;
    };
    for (key, value) in fields {
        let public = value.get("public").and_then(Node::text) == Some("true");
        if key.text() != Some("contact") || public {
            place::texts(value, add);
        }
    }
}

/// Whether an address leads to another site than this one, and to one that can exist.
fn is_elsewhere(site: &Site, address: &str) -> bool {
    let host = host(address);
    let own = self::host(&site.config.url);
    let reserved = |end: &&str| {
        host.strip_suffix(*end)
            .is_some_and(|before| before.is_empty() || before.ends_with('.'))
    };
    host != own && !host.is_empty() && !RESERVED.iter().any(reserved)
}

/// The name of the host in an address, in lower case and without its port.
pub fn host(address: &str) -> String {
    let rest = address.split_once("//").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    let host = authority.rsplit('@').next().unwrap_or(authority);
    let bracketed = host.starts_with('[');
    let host = match bracketed {
        true => host.split(']').next().unwrap_or(host),
        false => host.split(':').next().unwrap_or(host),
    };
    host.to_ascii_lowercase()
}
