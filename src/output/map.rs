//! The map: its page, what its script needs to know, and the shapes and places that it reads.

use super::page::HTML;
use super::{Artifact, Output, Plan, Press, Subject, home_crumb, misplanned};
use crate::diagnostic::Diagnostic;
use crate::site::Site;
use crate::site::widget::Widget;
use crate::theme::hashed_name;
use crate::theme::values::list::text;
use crate::theme::values::map;
use crate::theme::values::page::{Head, context};
use serde_json::{Value, json};

/// The output.
pub const OUTPUT: Output = Output {
    name: "map",
    about: "the map, with the same places as a list",
    plan,
};

const JSON: &str = "application/json";

/// What the script says to people, by the names under which it looks for them.
const WORDS: &[(&str, &str)] = &[
    ("map", "map.title"),
    ("zoomIn", "map.zoom_in"),
    ("zoomOut", "map.zoom_out"),
    ("close", "nav.close"),
    ("cluster", "map.cluster"),
    ("here", "map.here"),
    ("about", "map.about"),
    ("show", "map.show"),
    ("failed", "map.failed"),
    ("outline", "map.outline"),
];

fn plan(press: &Press, plan: &mut Plan) {
    let (site, places) = (&press.site, &press.cards.places);
    if !places.any {
        return;
    }
    for (n, code) in site.codes.iter().enumerate() {
        let mut add =
            |path, media_type, render| plan.add(path, media_type, Subject::Site, Some(n), render);
        add(site.map_settings_path(code), JSON, settings);
        if !places.standing.is_empty() {
            add(site.map_path(code), HTML, page);
        }
        if places.are_many() {
            add(site.map_places_path(code), JSON, file);
        }
    }
    if let Some(path) = outline_path(site) {
        plan.add(path, JSON, Subject::Site, None, outline);
    }
}

/// Where the shape of the city is published: it may be kept for ever, like any asset.
fn outline_path(site: &Site) -> Option<String> {
    let shapes = site.config.map.shapes.as_ref()?;
    Some(format!(
        "/assets/{}",
        hashed_name("outlines/city.json", shapes.as_bytes())
    ))
}

fn outline(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let shapes = press.site.config.map.shapes.as_ref();
    shapes
        .map(|shapes| shapes.as_bytes().to_vec())
        .ok_or_else(|| misplanned(artifact))
}

fn file(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let code = language(press, artifact)?.1;
    Ok(map::file(&press.site, &press.cards.places, code))
}

fn language<'a>(press: &'a Press, artifact: &Artifact) -> Result<(usize, &'a str), Diagnostic> {
    let n = artifact.language.ok_or_else(|| misplanned(artifact))?;
    Ok((n, &press.site.codes[n]))
}

/// What the script needs to know, the same for every page of a language.
fn settings(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let (_, code) = language(press, artifact)?;
    let (site, theme) = (&press.site, &press.theme);
    let asset = |name: &str| theme.assets.get(name).map(|asset| asset.path.as_str());
    let locale = theme.locale(code);
    let words: serde_json::Map<String, Value> = WORDS
        .iter()
        .map(|(name, key)| ((*name).to_owned(), locale.text(key, &[]).into()))
        .collect();
    let tiles = site.config.map.tiles.as_ref().map(|tiles| {
        json!({
            "url": tiles.url.value,
            "attribution": tiles.attribution,
            "link": tiles.attribution_url.as_ref().map(|url| &*url.0),
            "minZoom": tiles.min_zoom,
            "maxZoom": tiles.max_zoom.value,
        })
    });
    let settings = json!({
        "language": code,
        "leaflet": asset("vendor/leaflet/leaflet.js"),
        "style": asset("map.css"),
        "world": tiles.is_none().then(|| asset("outlines/world.json")),
        "city": outline_path(site).filter(|_| tiles.is_none()),
        "tiles": tiles,
        "words": words,
    });
    Ok(super::pretty(&settings))
}

fn page(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let (n, code) = language(press, artifact)?;
    let (site, theme) = (&press.site, &press.theme);
    let head = Head {
        kind: "map".to_owned(),
        title: text(site, "map.title", code),
        description: Some(text(site, "map.intro", code)),
        path: artifact.path.clone(),
        translations: site
            .codes
            .iter()
            .map(|code| site.map_path(code))
            .enumerate()
            .collect(),
        breadcrumbs: vec![home_crumb(press, code)],
        ..Head::default()
    };
    let mut context = context(site, &press.cards, n, head);
    context.insert_value("map", map::map(site, theme, &press.cards.places, code));
    context.insert_value("oembed", super::oembed(site, Widget::Map, code).into());
    theme.render(code, "map.html", &context)
}
