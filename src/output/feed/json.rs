//! JSON Feed 1.1, with the dates of events under `_event`.

use super::{Event, Item, feed};
use crate::diagnostic::Diagnostic;
use crate::output::{Artifact, Output, Plan, Press};
use serde_json::{Value, json};

/// The output.
pub const OUTPUT: Output = Output {
    name: "json-feed",
    about: "JSON Feed beside every list, and of what changed",
    plan,
};

/// Media type of JSON Feed.
pub const JSON_FEED: &str = "application/feed+json; charset=utf-8";

fn plan(press: &Press, plan: &mut Plan) {
    super::plan(press, plan, "json", JSON_FEED, render);
}

fn render(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let feed = feed(press, artifact)?;
    let mut document = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.address,
        "language": feed.language,
        "authors": [{ "name": feed.author, "url": feed.author_url }],
        "_open_data": { "about": "https://www.rfc-editor.org/rfc/rfc9727", "api_catalog": feed.catalogue },
        "items": feed.items.iter().map(|each| item(each)).collect::<Vec<_>>(),
    });
    if !feed.description.is_empty() {
        document["description"] = json!(feed.description);
    }
    Ok(crate::output::pretty(&document))
}

fn item(item: &Item) -> Value {
    let mut value = json!({
        "id": item.id,
        "url": item.url,
        "title": item.title,
        // The format asks for a text or HTML even where there is only a title.
        "content_html": if item.html.trim().is_empty() { &item.title } else { &item.html },
        "date_published": item.published.to_string(),
        "date_modified": item.updated.to_string(),
        "language": item.language,
    });
    if let Some(summary) = &item.summary {
        value["summary"] = json!(summary);
    }
    if !item.categories.is_empty() {
        value["tags"] = json!(item.categories);
    }
    if let Some(event) = &item.event {
        value["attachments"] = json!([{ "url": event.calendar, "mime_type": "text/calendar", "title": item.title, "size_in_bytes": event.length }]);
        value["_event"] = self::event(event);
    }
    value
}

fn event(event: &Event) -> Value {
    let mut value = json!({ "start": event.start, "end": event.end, "time_zone": event.timezone, "status": event.status });
    if let Some(place) = &event.place {
        value["location"] = json!({ "name": place });
        if let Some((lat, lon)) = event.coordinates {
            value["location"]["geo"] = json!([lat, lon]);
        }
    }
    value
}
