//! The feed of how it stands with the sources of other cities: an item for each time that one failed, came back or has
//! another number of records than before.
//!
//! Everything in it is from the lock file, so that an item is the same in every build: it is known by its source, the
//! moment and what became of it, and an outage is one item, however many nights it lasts.

use super::{Feed, Item, about, clean, tag};
use crate::content::markdown::escape;
use crate::output::{Artifact, Press};
use crate::site::lock::{Became, Remembered, Turn};
use crate::theme::values::moments::Moments;
use crate::theme::values::network::{anchor, counted, host};
use jiff::Timestamp;
use std::cmp::Reverse;
use std::sync::Arc;

/// The feed of a language.
pub fn feed(press: &Press, artifact: &Artifact, language: usize) -> Feed {
    let (site, code) = (&press.site, &press.site.codes[language]);
    let text = |key: &str| press.theme.locale(code).text(key, &[]);
    let sources = site.network.every_source().iter();
    let items = sources.flat_map(|source| {
        let turns = turns(source);
        turns
            .into_iter()
            .filter_map(move |turn| item(press, source, &turn, language))
    });
    let mut items: Vec<Item> = items.collect();
    items.sort_by_key(|item| Reverse((item.published, item.id.clone())));
    items.truncate(super::MOST);
    let page = site.network_path(code);
    let about = about(press, artifact, &page, &text("network.health"), code);
    Feed {
        description: clean(&text("network.health.intro")),
        updated: items.first().map_or(about.updated, |item| item.updated),
        items: items.into_iter().map(Arc::new).collect(),
        ttl: 720,
        ..about
    }
}

/// What became of a source. A lock file of before this was noted tells only how it stands.
fn turns(source: &Remembered) -> Vec<Turn> {
    if !source.log.is_empty() {
        return source.log.clone();
    }
    let failed = source.failed.clone().zip(source.error.clone());
    let turn = failed.map(|(at, error)| Turn {
        at,
        became: Became::Failed,
        error: Some(error),
        counts: source.counts.clone(),
    });
    turn.into_iter().collect()
}

fn item(press: &Press, source: &Remembered, turn: &Turn, language: usize) -> Option<Item> {
    let (site, code) = (&press.site, &press.site.codes[language]);
    let locale = press.theme.locale(code);
    let moments = Moments {
        site,
        theme: &press.theme,
        cards: &press.cards,
        language,
    };
    let at: Timestamp = turn.at.parse().ok()?;
    let city = moments.city(&source.city);
    let city = city.map_or_else(|| source.city.clone(), |city| city.name);
    let counts = match counted(site, code, &turn.counts) {
        counts if counts.is_empty() => locale.text("network.health.none", &[]),
        counts => counts,
    };
    let name = host(&source.url);
    let values = [("source", name), ("city", &*city), ("counts", &*counts)];
    let title = locale.text(&format!("network.health.{}", turn.became.name()), &values);
    let anchor = anchor(&source.city, &source.url);
    let had = locale.text("network.health.counts", &values);
    let why = turn.error.as_deref().map(|error| {
        // The harvest notes reasons in English.
        format!("<p lang=\"en\">{}</p>", escape(error))
    });
    let link = format!(
        "<p><a href=\"{}\">{}</a></p>",
        escape(&source.url),
        escape(&source.url)
    );
    let summary = turn.error.clone().unwrap_or_else(|| had.clone());
    let name = format!(
        "network/{anchor}/{}/{}",
        at.strftime("%Y%m%dT%H%M%SZ"),
        turn.became.name()
    );
    Some(Item {
        id: tag(site, &name),
        url: site
            .config
            .absolute(&format!("{}#{anchor}", site.network_path(code))),
        title: clean(&title),
        summary: Some(clean(&summary)),
        html: clean(&format!(
            "{}<p>{}</p>{link}",
            why.unwrap_or_default(),
            escape(&had)
        )),
        language: code.clone(),
        published: at,
        updated: at,
        categories: vec![clean(&city)],
        event: None,
    })
}
