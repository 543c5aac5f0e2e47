//! Atom (RFC 4287).

use super::{Item, feed};
use crate::diagnostic::Diagnostic;
use crate::output::data::LINKSET;
use crate::output::{Artifact, Output, Plan, Press};
use atom_syndication as atom;
use jiff::Timestamp;

/// The output.
pub const OUTPUT: Output = Output {
    name: "atom",
    about: "Atom beside every list, and of what changed",
    plan,
};

/// Media type of Atom.
pub const ATOM: &str = "application/atom+xml; charset=utf-8";

fn plan(press: &Press, plan: &mut Plan) {
    super::plan(press, plan, "atom", ATOM, render);
}

fn render(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let feed = feed(press, artifact)?;
    let document = atom::Feed {
        id: feed.id.clone(),
        title: feed.title.clone().into(),
        subtitle: Some(feed.description.clone().into()).filter(|_| !feed.description.is_empty()),
        updated: date(feed.updated),
        lang: Some(feed.language.clone()),
        authors: vec![atom::Person {
            name: feed.author.clone(),
            uri: Some(feed.author_url.clone()),
            ..Default::default()
        }],
        links: vec![
            link("self", &feed.address, Some("application/atom+xml")),
            link("alternate", &feed.page, Some("text/html")),
            link("api-catalog", &feed.catalogue, Some(LINKSET)),
        ],
        rights: feed.rights.clone().map(Into::into),
        generator: Some(atom::Generator {
            value: "Plein".into(),
            version: Some(env!("CARGO_PKG_VERSION").into()),
            uri: None,
        }),
        entries: feed.items.iter().map(|item| entry(item)).collect(),
        ..Default::default()
    };
    let mut xml = document.to_string();
    xml.push('\n');
    Ok(xml.into_bytes())
}

fn entry(item: &Item) -> atom::Entry {
    let mut links = vec![link("alternate", &item.url, Some("text/html"))];
    if let Some(event) = &item.event {
        links.push(atom_syndication::Link {
            length: Some(event.length.to_string()),
            ..link("enclosure", &event.calendar, Some("text/calendar"))
        });
    }
    let content = atom::Content {
        value: Some(item.html.clone()),
        content_type: Some("html".into()),
        lang: Some(item.language.clone()),
        ..Default::default()
    };
    atom::Entry {
        id: item.id.clone(),
        title: item.title.clone().into(),
        published: Some(date(item.published)),
        updated: date(item.updated),
        summary: item.summary.clone().map(Into::into),
        content: Some(content).filter(|_| !item.html.trim().is_empty()),
        categories: item
            .categories
            .iter()
            .map(|name| atom::Category {
                term: name.clone(),
                ..Default::default()
            })
            .collect(),
        links,
        ..Default::default()
    }
}

fn link(rel: &str, href: &str, media_type: Option<&str>) -> atom::Link {
    atom::Link {
        rel: rel.into(),
        href: href.into(),
        mime_type: media_type.map(Into::into),
        ..Default::default()
    }
}

fn date(at: Timestamp) -> atom::FixedDateTime {
    at.strftime("%Y-%m-%dT%H:%M:%S+00:00")
        .to_string()
        .parse()
        .unwrap_or_default()
}
