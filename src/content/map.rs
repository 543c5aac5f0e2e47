//! `map` in `data/site.yaml`: whose tiles the map shows, or the outline of the city where it asks nobody
//! for anything.

use super::fields::Url;
use super::outline;
use crate::diagnostic::{Diagnostic, Words, nearest, words};
use crate::say;
use crate::source::{Sources, Spanned};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// What the map shows below its places.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Map {
    /// Pictures of the map by somebody else. Without them no page asks anybody else for anything.
    pub tiles: Option<Tiles>,
    /// File with the shape of the city, as GeoJSON, below `data/`.
    pub outline: Option<Spanned<String>>,
    /// That shape as the map reads it, once it was found to be sound.
    #[serde(skip)]
    pub shapes: Option<Arc<str>>,
}

/// Pictures of the map by somebody else.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tiles {
    /// Their address, with `{z}`, `{x}` and `{y}` where zoom, column and row go.
    pub url: Spanned<String>,
    /// Who made them, as their licence asks to have it named.
    pub attribution: String,
    /// Where that leads to.
    pub attribution_url: Option<Url>,
    /// The least zoom for which there are any.
    #[serde(default)]
    pub min_zoom: u8,
    /// The greatest.
    #[serde(default = "nineteen")]
    pub max_zoom: Spanned<u8>,
}

fn nineteen() -> Spanned<u8> {
    let span = crate::source::Span::new(crate::source::SourceId(0), 0, 0);
    Spanned { value: 19, span }
}

impl Tiles {
    /// The host that they come from, as a Content-Security-Policy names it: `https://tiles.example`.
    pub fn origin(&self) -> &str {
        origin(&self.url).unwrap_or_default()
    }
}

/// Scheme, host and port of an address; none when it has none that could stand in a header.
pub fn origin(url: &str) -> Option<&str> {
    let start = ["https://", "http://"]
        .into_iter()
        .find(|scheme| url.starts_with(scheme))?
        .len();
    let host = url.get(start..)?.split(['/', '?', '#']).next()?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || ['.', '-', ':'].contains(&c);
    let sound = host.starts_with(|c: char| c.is_ascii_alphanumeric()) && host.chars().all(allowed);
    sound.then(|| url.get(..start + host.len())).flatten()
}

/// Looks at what was written, and reads the outline.
pub fn check(map: &mut Map, sources: &Sources, faults: &mut Vec<Diagnostic>) {
    if let Some(tiles) = &map.tiles {
        check_tiles(tiles, faults);
    }
    let Some(path) = &map.outline else { return };
    let Some((id, source)) = sources.find(path) else {
        let files = sources.iter().map(|(_, source)| source.path.as_str());
        let known = files.filter(|path| path.ends_with(outline::ENDING));
        let help = match nearest(path, known) {
            Some(near) => say!("did you mean `{}`?", near),
            None => say!(
                "put the file below `data/`; its name ends in `{}`",
                outline::ENDING
            ),
        };
        let fault = Diagnostic::error(
            "config/no-outline",
            say!("there is no file `{}`", path.value),
        );
        faults.push(fault.at(path.span, "not found").help(help));
        return;
    };
    map.shapes = outline::read(id, &source.text, faults).map(Arc::from);
}

fn check_tiles(tiles: &Tiles, faults: &mut Vec<Diagnostic>) {
    let url = &tiles.url;
    let example =
        || say!("write it as the provider does, such as `https://tiles.example/{z}/{x}/{y}.png`");
    let mut tell = |message: Words, span, label: Words, help: Words| {
        let fault = Diagnostic::error("config/bad-tiles", message);
        faults.push(fault.at(span, label).help(help));
    };
    if origin(url).is_none() {
        tell(
            say!("`url` of the tiles does not name one host"),
            url.span,
            say!("no host"),
            example(),
        );
    }
    let missing: Vec<String> = ["`{z}`", "`{x}`", "`{y}`"]
        .into_iter()
        .filter(|part| !url.contains(part.trim_matches('`')))
        .map(str::to_owned)
        .collect();
    if !missing.is_empty() {
        let message = say!("`url` of the tiles lacks {}", words::all(missing));
        let label = say!("always the same picture");
        tell(message, url.span, label, example());
    }
    if tiles.max_zoom.value < tiles.min_zoom || tiles.max_zoom.value > 24 {
        let message = say!(
            "`max_zoom` is {}, which shows nothing",
            tiles.max_zoom.value
        );
        let help = say!(
            "write a number from {} to 24; most tiles have 19",
            tiles.min_zoom
        );
        tell(message, tiles.max_zoom.span, say!("no zoom"), help);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_what_a_policy_can_name() {
        let cases = [
            (
                "https://tile.example/{z}/{x}/{y}.png",
                Some("https://tile.example"),
            ),
            (
                "http://127.0.0.1:8080/{z}.png",
                Some("http://127.0.0.1:8080"),
            ),
            ("https://{s}.tile.example/{z}", None),
            ("https://tile.example;script-src *", None),
            ("https://", None),
            ("//tile.example/", None),
            ("data:image/png", None),
        ];
        for (url, expected) in cases {
            assert_eq!(origin(url), expected, "{url}");
        }
    }
}
