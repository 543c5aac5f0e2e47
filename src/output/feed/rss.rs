//! RSS 2.0, with the content, Dublin Core, Atom and event modules.

use super::{Feed, Item, feed};
use crate::diagnostic::Diagnostic;
use crate::output::data::LINKSET;
use crate::output::{Artifact, Output, Plan, Press};
use crate::say;
use jiff::Timestamp;
use rss::extension::{Extension, ExtensionMap};
use std::collections::BTreeMap;

/// The output.
pub const OUTPUT: Output = Output {
    name: "rss",
    about: "RSS 2.0 beside every list, and of what changed",
    plan,
};

/// Media type of RSS.
pub const RSS: &str = "application/rss+xml; charset=utf-8";

fn plan(press: &Press, plan: &mut Plan) {
    super::plan(press, plan, "rss", RSS, render);
}

fn render(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let feed = feed(press, artifact)?;
    let namespaces = [
        ("atom", "http://www.w3.org/2005/Atom"),
        ("content", "http://purl.org/rss/1.0/modules/content/"),
        ("dc", "http://purl.org/dc/elements/1.1/"),
        ("ev", "http://purl.org/rss/1.0/modules/event/"),
        ("georss", "http://www.georss.org/georss"),
    ];
    let channel = rss::Channel {
        title: feed.title.clone(),
        link: feed.page.clone(),
        description: feed.description.clone(),
        language: Some(feed.language.clone()),
        copyright: feed.rights.clone(),
        last_build_date: Some(rfc_822(feed.updated)),
        generator: Some(concat!("Plein ", env!("CARGO_PKG_VERSION")).to_owned()),
        docs: Some("https://www.rssboard.org/rss-specification".to_owned()),
        ttl: Some(feed.ttl.to_string()),
        items: feed.items.iter().map(|each| item(each, &feed)).collect(),
        extensions: links(&feed),
        namespaces: namespaces
            .iter()
            .map(|(prefix, uri)| ((*prefix).to_owned(), (*uri).to_owned()))
            .collect(),
        ..Default::default()
    };
    let mut xml = Vec::new();
    channel
        .pretty_write_to(&mut xml, b' ', 1)
        .map_err(|error| {
            Diagnostic::error(
                "output/failed",
                say!("this feed could not be made: {}", error.to_string()),
            )
            .in_file(artifact.file())
            .help("this is a fault in Plein; please report it")
        })?;
    Ok(xml)
}

fn item(item: &Item, feed: &Feed) -> rss::Item {
    let mut extensions = ExtensionMap::new();
    if let Some(event) = &item.event {
        let mut ev = BTreeMap::new();
        put(&mut ev, "ev", "startdate", &event.start);
        put(&mut ev, "ev", "enddate", &event.end);
        if let Some(place) = &event.place {
            put(&mut ev, "ev", "location", place);
        }
        extensions.insert("ev".to_owned(), ev);
        if let Some((lat, lon)) = event.coordinates {
            let mut georss = BTreeMap::new();
            put(&mut georss, "georss", "point", &format!("{lat} {lon}"));
            extensions.insert("georss".to_owned(), georss);
        }
    }
    let mut creator = BTreeMap::new();
    put(&mut creator, "dc", "creator", &feed.author);
    extensions.insert("dc".to_owned(), creator);
    rss::Item {
        title: Some(item.title.clone()),
        link: Some(item.url.clone()),
        guid: Some(rss::Guid {
            value: item.id.clone(),
            permalink: false,
        }),
        pub_date: Some(rfc_822(item.published)),
        description: item.summary.clone(),
        content: Some(item.html.clone()).filter(|html| !html.trim().is_empty()),
        categories: item
            .categories
            .iter()
            .map(|name| rss::Category {
                name: name.clone(),
                domain: None,
            })
            .collect(),
        enclosure: item.event.as_ref().map(|event| rss::Enclosure {
            url: event.calendar.clone(),
            length: event.length.to_string(),
            mime_type: "text/calendar".to_owned(),
        }),
        extensions,
        ..Default::default()
    }
}

fn put(map: &mut BTreeMap<String, Vec<Extension>>, prefix: &str, name: &str, value: &str) {
    let extension = Extension {
        name: format!("{prefix}:{name}"),
        value: Some(value.to_owned()),
        ..Default::default()
    };
    map.insert(name.to_owned(), vec![extension]);
}

/// `<atom:link>`: how a reader knows the feed again after a redirect, and where the open data are.
fn links(feed: &Feed) -> ExtensionMap {
    let link = |attributes: [(&str, &str); 3]| Extension {
        name: "atom:link".to_owned(),
        attrs: attributes
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        ..Default::default()
    };
    let links = [
        ("self", "application/rss+xml", &feed.address),
        ("api-catalog", LINKSET, &feed.catalogue),
    ];
    let links =
        links.map(|(rel, type_, href)| link([("rel", rel), ("type", type_), ("href", href)]));
    ExtensionMap::from([(
        "atom".to_owned(),
        BTreeMap::from([("link".to_owned(), links.into())]),
    )])
}

/// A date as RFC 822 writes it, with a year of four digits.
fn rfc_822(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}
