//! What is half said: that one can sign up, but not where; that it takes place online, but not at which address; that a time was
//! moved, but not to when.

use super::{Check, Rule, is_past, place};
use crate::diagnostic::{Diagnostic, Words};
use crate::say;
use crate::site::{Entry, Site};
use crate::source::Sources;
use serde_json::Value;

/// The rule.
pub const RULE: Rule = Rule {
    code: "check/half-said",
    check: Check::OfSite(check),
};

fn check(site: &Site, sources: &Sources) -> Vec<Diagnostic> {
    let lasting = site.entries.iter().filter(|entry| !is_past(site, entry));
    let found = lasting.flat_map(|entry| {
        let data = entry.record().data();
        let found = nowhere(entry, &data).into_iter().chain(moved(&data));
        let tell = |(way, message, label, help): Half| {
            let way: Vec<&str> = way.iter().map(String::as_str).collect();
            let span = place::field(sources, entry.original().source, &way);
            Diagnostic::warning(RULE.code, message)
                .at(span, label)
                .help(help)
        };
        found.map(tell).collect::<Vec<_>>()
    });
    found.collect()
}

/// Where it stands, what is wrong, in a few words, the mend.
type Half = (Vec<String>, Words, Words, Words);

/// Invitations without an address, also not that of a contact.
fn nowhere(entry: &Entry, data: &Value) -> Vec<Half> {
    let has = |group: &Value| {
        ["url", "email"]
            .iter()
            .any(|field| !group[*field].is_null())
    };
    let contact = entry.original().common.contact.as_ref();
    let reachable = contact.is_some_and(|it| {
        it.public && (it.email.is_some() || it.phone.is_some() || it.url.is_some())
    });
    let groups = ["registration", "apply", "request"].into_iter();
    let silent = groups.filter(|name| data[*name].is_object() && !has(&data[*name]) && !reachable);
    let mut found: Vec<Half> = silent
        .map(|name| {
            (
                vec![name.to_owned()],
                say!("`{}` says neither a page nor an address to write to", name),
                say!("where?"),
                say!("add `url: https://…` or `email: …` to it, or a public `contact`"),
            )
        })
        .collect();
    let online = matches!(data["mode"].as_str(), Some("online" | "hybrid"));
    if online && data["online_url"].is_null() && !data["registration"].is_object() && !reachable {
        found.push((
            vec!["mode".to_owned()],
            say!("one can take part online, and nobody says where"),
            say!("where?"),
            say!("add `online_url`, or a `registration` by which people get the address"),
        ));
    }
    found
}

/// Times that are moved to nowhere.
fn moved(data: &Value) -> Vec<Half> {
    let changes = data["changes"].as_array().into_iter().flatten().enumerate();
    let nowhere = changes.filter(|(_, change)| {
        change["status"] == "rescheduled" && change["start"].is_null() && change["end"].is_null()
    });
    let told = nowhere.map(|(n, _)| {
        (
            vec!["changes".to_owned(), n.to_string(), "status".to_owned()],
            say!("this time was moved, and nobody says to when"),
            say!("to when?"),
            say!("add the new `start`; or write `postponed` when it is not known yet"),
        )
    });
    told.collect()
}
