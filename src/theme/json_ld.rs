//! Linked data in pages: what an entry is, in schema.org's terms, for search engines and others.
//!
//! schema.org/Event asks for a start with offset, a status, an attendance mode and a location; the
//! context is left to schema.org, so that every term is known.

use super::Theme;
use super::body::Base;
use super::values::entry::{bounds, place_of};
use crate::content::fields::Location;
use crate::content::schedule::{Role, Status};
use crate::site::permalink::id_path;
use crate::site::timetable::Timetable;
use crate::site::{Entry, EntryId, Site};
use serde_json::{Map, Value, json};

/// The linked data of an entry's page, safe to stand within a script element.
pub fn entry(site: &Site, theme: &Theme, entry: &Entry, language: &str) -> String {
    let version = entry.version(language);
    let common = &version.common;
    let mut node = Map::new();
    let mut set = |name: &str, value: Value| {
        if !value.is_null() {
            node.insert(name.to_owned(), value);
        }
    };
    set("@context", json!("https://schema.org"));
    set("@type", json!(entry.class().trim_start_matches("schema:")));
    set("@id", json!(site.config.absolute(&id_path(entry))));
    set(
        "url",
        json!(site.config.absolute(&site.path(entry, language))),
    );
    set("name", json!(&*common.title.0));
    set(
        "description",
        json!(description(site, theme, entry, language)),
    );
    let picture = common
        .image
        .as_ref()
        .and_then(|image| theme.media.get(&image.file.value));
    set(
        "image",
        picture.map_or(Value::Null, |asset| {
            json!(site.config.absolute(&asset.path))
        }),
    );
    set(
        "license",
        json!(
            common
                .license
                .as_ref()
                .or(site.config.license.as_ref())
                .map(|url| &*url.0)
        ),
    );
    set(
        "sameAs",
        if common.same_as.is_empty() {
            Value::Null
        } else {
            json!(common.same_as)
        },
    );
    for (name, value) in facts(site, entry, language) {
        set(name, value);
    }
    within_script(&Value::Object(node))
}

/// What depends on what it can answer: when it was written, when and where it takes place, until
/// when it holds.
fn facts(site: &Site, entry: &Entry, language: &str) -> Vec<(&'static str, Value)> {
    let version = entry.version(language);
    let mut facts = vec![("keywords", keywords(site, entry, language))];
    let mut set = |name: &'static str, value: Value| facts.push((name, value));
    if is_creative_work(entry) {
        set("inLanguage", json!(version.language));
        set("datePublished", json!(entry.published().to_string()));
        set("dateModified", json!(entry.history.updated.to_string()));
        set("headline", json!(&*version.common.title.0));
        set("author", publisher(site));
    }
    if let Some(timetable) = entry
        .timetable
        .as_ref()
        .filter(|timetable| timetable.role == Role::Gathering)
    {
        for (name, value) in event(site, entry, timetable, language) {
            set(name, value);
        }
    } else if let Some(location) = entry.record().location() {
        let place = location.public();
        if entry.class() == "schema:Place" {
            set("address", address(&place));
            set("geo", geo(&place));
        } else {
            set("location", self::place(&place, None));
        }
    }
    if let Some(period) = entry.record().period() {
        set("validFrom", json!(period.from.map(|day| day.to_string())));
        set(
            "validThrough",
            json!(period.until.map(|day| day.to_string())),
        );
    }
    facts
}

/// The linked data of a list: its entries, by their identifiers.
pub fn list(site: &Site, title: &str, path: &str, entries: &[EntryId], language: &str) -> String {
    let item = |(n, id): (usize, &EntryId)| {
        let url = site.config.absolute(&site.path(site.entry(*id), language));
        json!({ "@type": "ListItem", "position": n + 1, "url": url })
    };
    within_script(&json!({
        "@context": "https://schema.org", "@type": "ItemList", "name": title, "url": site.config.absolute(path),
        "numberOfItems": entries.len(), "itemListElement": entries.iter().enumerate().map(item).collect::<Vec<_>>(),
    }))
}

/// The linked data of the home page: the site and who publishes it.
pub fn home(site: &Site, language: &str) -> String {
    within_script(&json!({
        "@context": "https://schema.org", "@type": "WebSite", "name": site.text(&site.config.title, language),
        "url": site.config.absolute(&site.home(language)), "inLanguage": language,
        "description": site.text(&site.config.description, language), "publisher": publisher(site),
    }))
}

/// JSON that is safe to stand within a script element.
pub fn within_script(value: &Value) -> String {
    // `</script>` in a text would end the element.
    value
        .to_string()
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
}

fn publisher(site: &Site) -> Value {
    let Some(publisher) = &site.config.publisher else {
        return Value::Null;
    };
    let url = publisher.url.as_ref().unwrap_or(&site.config.url.value);
    json!({ "@type": "Organization", "name": publisher.name, "url": &*url.0 })
}

fn is_creative_work(entry: &Entry) -> bool {
    matches!(entry.class(), "schema:Article" | "schema:WebPage")
}

/// The summary, else the beginning of the text.
pub fn description(site: &Site, theme: &Theme, entry: &Entry, language: &str) -> Option<String> {
    let version = entry.version(language);
    if let Some(summary) = &version.common.summary {
        return Some(summary.0.clone());
    }
    let html = super::body::html(site, theme, entry, language, Base::Site);
    let text = plain_text(&html);
    let cut = text
        .char_indices()
        .nth(200)
        .map_or(text.len(), |(n, _)| text[..n].rfind(' ').unwrap_or(n));
    (!text.is_empty()).then(|| {
        if cut < text.len() {
            format!("{}…", &text[..cut])
        } else {
            text
        }
    })
}

/// Elements that stand within a line: before and after them words go on.
const INLINE: &[&str] = &[
    "a", "abbr", "code", "del", "em", "s", "span", "strong", "sub", "sup",
];

/// HTML of ours without its tags, white space collapsed.
pub fn plain_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        let (tag, after) = tag.split_once('>').unwrap_or((tag, ""));
        let name = tag.trim_start_matches('/').split([' ', '/']).next();
        if !INLINE.contains(&name.unwrap_or("")) {
            text.push(' ');
        }
        rest = after;
    }
    text.push_str(rest);
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn keywords(site: &Site, entry: &Entry, language: &str) -> Value {
    let titles: Vec<&str> = entry
        .terms
        .iter()
        .map(|(vocabulary, n)| site.text(&site.terms(*vocabulary)[*n].title, language))
        .collect();
    if titles.is_empty()
        || !matches!(
            entry.class(),
            "schema:Event"
                | "schema:Article"
                | "schema:Place"
                | "schema:Organization"
                | "schema:Project"
        )
    {
        return Value::Null;
    }
    json!(titles.join(", "))
}

/// When, where, by whom and for how much: the next time, or the last when all are over.
fn event(
    site: &Site,
    entry: &Entry,
    timetable: &Timetable,
    language: &str,
) -> Vec<(&'static str, Value)> {
    let Some(occurrence) = entry.next(&site.now).or(timetable.occurrences.last()) else {
        return vec![];
    };
    let (start, end) = bounds(timetable, occurrence);
    let record = &entry.version(language).record;
    let online = record
        .online()
        .map(|url| json!({ "@type": "VirtualLocation", "url": &*url.0 }));
    let place = place_of(site, entry).map(|(holder, place)| {
        let title =
            (holder.id != entry.id).then(|| holder.version(language).common.title.0.as_str());
        self::place(&place, title)
    });
    let mode = match (&place, &online) {
        (Some(_), Some(_)) => "MixedEventAttendanceMode",
        (None, Some(_)) => "OnlineEventAttendanceMode",
        _ => "OfflineEventAttendanceMode",
    };
    let status = match occurrence.status {
        Status::Cancelled => "EventCancelled",
        Status::Postponed => "EventPostponed",
        Status::Rescheduled => "EventRescheduled",
        Status::MovedOnline => "EventMovedOnline",
        Status::Scheduled | Status::Tentative => "EventScheduled",
    };
    let mut facts = vec![
        ("startDate", json!(start)),
        ("endDate", json!(end)),
        ("eventStatus", json!(format!("https://schema.org/{status}"))),
        (
            "eventAttendanceMode",
            json!(format!("https://schema.org/{mode}")),
        ),
        ("organizer", organizer(site, entry, language)),
        ("isAccessibleForFree", json!(record.free())),
        ("offers", offers(site, entry, language)),
    ];
    if occurrence.moved() {
        let original = occurrence.original.to_zoned(timetable.zone.clone());
        facts.push((
            "previousStartDate",
            json!(
                original
                    .ok()
                    .map(|at| super::values::card::iso(&at, timetable.all_day))
            ),
        ));
    }
    facts.push((
        "location",
        match (place, online) {
            (Some(place), Some(online)) => json!([place, online]),
            (place, online) => place.or(online).unwrap_or(Value::Null),
        },
    ));
    if let Some(id) = entry.targets("programme").next() {
        let programme = site.entry(id);
        facts.push(("superEvent", json!({ "@type": "EventSeries", "@id": site.config.absolute(&id_path(programme)), "name": &*programme.version(language).common.title.0 })));
    }
    facts
}

fn organizer(site: &Site, entry: &Entry, language: &str) -> Value {
    match entry.targets("organiser").next() {
        Some(id) => {
            let organiser = site.entry(id);
            let name = &*organiser.version(language).common.title.0;
            json!({ "@type": "Organization", "name": name, "url": site.config.absolute(&site.path(organiser, language)) })
        }
        None => publisher(site),
    }
}

fn offers(site: &Site, entry: &Entry, language: &str) -> Value {
    let version = entry.version(language);
    let Some(prices) = version.record.prices() else {
        return Value::Null;
    };
    let url = site.config.absolute(&site.path(entry, language));
    let offer = |name: Option<&str>, amount: f64, currency: &str| {
        let mut offer = json!({ "@type": "Offer", "price": amount, "priceCurrency": currency, "url": url, "availability": "https://schema.org/InStock", "validFrom": entry.history.created.to_string() });
        if let Some(name) = name {
            offer["name"] = json!(name);
        }
        offer
    };
    if prices.is_empty() {
        return offer(None, 0.0, "EUR");
    }
    json!(
        prices
            .iter()
            .map(|price| offer(
                price.label.as_ref().map(|label| &*label.0),
                price.amount,
                &price.currency
            ))
            .collect::<Vec<_>>()
    )
}

fn place(location: &Location, title: Option<&str>) -> Value {
    let mut place = json!({ "@type": "Place", "name": title.map(str::to_owned).unwrap_or_else(|| location.line()) });
    for (name, value) in [("address", address(location)), ("geo", geo(location))] {
        if !value.is_null() {
            place[name] = value;
        }
    }
    place
}

fn address(location: &Location) -> Value {
    let parts = [
        ("streetAddress", location.street.as_deref()),
        ("postalCode", location.postal_code.as_deref()),
        ("addressLocality", location.city.as_deref()),
        ("addressCountry", location.country.as_deref()),
    ];
    let given: Map<String, Value> = parts
        .iter()
        .filter_map(|(name, value)| Some(((*name).to_owned(), json!((*value)?))))
        .collect();
    if given.is_empty() {
        return Value::Null;
    }
    let mut address = json!({ "@type": "PostalAddress" });
    if let Some(fields) = address.as_object_mut() {
        fields.extend(given);
    }
    address
}

fn geo(location: &Location) -> Value {
    location.coordinates().map_or(
        Value::Null,
        |(lat, lon)| json!({ "@type": "GeoCoordinates", "latitude": lat, "longitude": lon }),
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn plain_text_parts_paragraphs_and_keeps_a_full_stop_at_its_word() {
        let html = "<h2 id=\"a\">A</h2>\n<p>See <a href=\"/x/\">the <em>club</em></a>.<br />Bye &amp; <b>b</b></p><hr>";
        assert_eq!(super::plain_text(html), "A See the club. Bye & b");
    }
}
