//! The feed of what changed: an item a change, told in its title.
//!
//! A program that reads a calendar may wait for a day before it looks again; a reader of feeds hears
//! of a change within the hour. An item is known by its record and the moment of the change, so a
//! later build never brings it again.

use super::{Feed, Item, about, categories, clean, event, tag};
use crate::content::markdown::escape;
use crate::output::{Artifact, Press};
use crate::theme::values::changes::{Told, told};
use std::sync::Arc;

/// The feed of a language.
pub fn feed(press: &Press, artifact: &Artifact, language: usize) -> Feed {
    let (site, code) = (&press.site, &press.site.codes[language]);
    let told = told(site, &press.theme, code);
    let items: Vec<Arc<Item>> = told
        .take(super::MOST)
        .map(|told| Arc::new(item(press, &told, code)))
        .collect();
    let text = |key: &str| press.theme.locale(code).text(key, &[]);
    let about = about(
        press,
        artifact,
        &site.changes_path(code),
        &text("changes.title"),
        code,
    );
    Feed {
        description: clean(&text("changes.intro")),
        updated: items.first().map_or(about.updated, |item| item.updated),
        items,
        ttl: 60,
        ..about
    }
}

fn item(press: &Press, told: &Told, code: &str) -> Item {
    let (site, entry, at) = (&press.site, told.entry, told.at);
    let url = site.config.absolute(&told.url);
    let sentences: Vec<String> = told.capitals().map(|text| clean(&text)).collect();
    let lines: String = sentences
        .iter()
        .map(|text| format!("<li>{}</li>", escape(text)))
        .collect();
    let title = clean(told.title);
    Item {
        id: tag(
            site,
            &format!(
                "{}/{}/changes/{}",
                entry.kind.name,
                entry.document_id,
                at.strftime("%Y%m%dT%H%M%SZ")
            ),
        ),
        title: clean(&told.line(press.theme.locale(code))),
        summary: Some(sentences.join(". ") + "."),
        html: format!(
            "<p><a href=\"{}\">{}</a></p><ul>{lines}</ul>",
            escape(&url),
            escape(&title)
        ),
        url,
        language: code.to_owned(),
        published: at,
        updated: at,
        categories: categories(site, entry, code),
        // What was removed has no page any more, and no calendar beside it.
        event: (!entry.removed)
            .then(|| event(press, entry, code))
            .flatten(),
    }
}
