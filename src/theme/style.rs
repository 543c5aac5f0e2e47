//! Style sheets of a theme, minified, with the addresses of fonts and pictures as they are published.
//! What lies in `styles/` becomes one sheet, in the order of the names.

use super::{Asset, DEFAULT, Layers};
use crate::diagnostic::Diagnostic;
use crate::say;
use lightningcss::printer::PrinterOptions;
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, StyleSheet};
use lightningcss::targets::{Features, Targets};
use std::collections::BTreeMap;

/// One style sheet of all whose names begin with `prefix`; `own` is the name of the site's theme. A
/// file that cannot be read is a fault, and left out.
pub fn sheet(
    layers: &Layers,
    prefix: &str,
    assets: &BTreeMap<String, Asset>,
    own: &str,
    faults: &mut Vec<Diagnostic>,
) -> String {
    let mut sheet = String::new();
    let within = layers.iter().filter_map(|(name, layer)| {
        let is_style = name.starts_with(prefix) && name.ends_with(".css");
        is_style.then_some((name, layer))
    });
    for (name, (is_own, bytes)) in within {
        let written = String::from_utf8_lossy(bytes);
        match minify(&with_addresses(&written, assets)) {
            Ok(text) => sheet.push_str(&text),
            Err((message, place)) => {
                let folder = if *is_own { own } else { DEFAULT };
                let fault = Diagnostic::error(
                    "theme/style",
                    say!("a style sheet cannot be read: {}", message),
                );
                let fault = fault
                    .in_file(format!("themes/{folder}/{name}"))
                    .help("mend it, or remove it to get the one that comes with Plein");
                faults.push(match place {
                    Some((line, column)) => fault.on_line(line, column),
                    None => fault,
                });
            }
        }
    }
    sheet
}

/// A sheet without what browsers do not need, or what is wrong and on which line and column.
fn minify(css: &str) -> Result<String, (String, Option<(usize, usize)>)> {
    let mut sheet = StyleSheet::parse(css, ParserOptions::default()).map_err(|error| {
        let place = error
            .loc
            .map(|at| (at.line as usize + 1, at.column as usize));
        (error.kind.to_string(), place)
    })?;
    // Browsers of before 2024 do not know `light-dark()`: it becomes custom properties, which all know.
    let targets = Targets {
        include: Features::LightDark,
        ..Targets::default()
    };
    let printing = |message: String| (message, None);
    sheet
        .minify(MinifyOptions {
            targets,
            ..MinifyOptions::default()
        })
        .map_err(|error| printing(error.kind.to_string()))?;
    let options = PrinterOptions {
        minify: true,
        targets,
        ..PrinterOptions::default()
    };
    sheet
        .to_css(options)
        // What `light-dark()` becomes is written some eighty times: under a shorter name.
        .map(|printed| printed.code.replace("--lightningcss-", "--"))
        .map_err(|error| printing(error.kind.to_string()))
}

/// `url(fonts/a.woff2)` as the address under which that asset is published.
fn with_addresses(css: &str, assets: &BTreeMap<String, Asset>) -> String {
    let mut pieces = css.split("url(");
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        text.push_str("url(");
        let (name, rest) = piece.split_at(piece.find(')').unwrap_or(0));
        match assets.get(name.trim_matches(['"', '\'', ' '])) {
            Some(asset) => text.push_str(&asset.path),
            None => text.push_str(name),
        }
        text.push_str(rest);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn a_sheet_is_minified_and_its_files_have_their_published_names() {
        let font = Asset {
            path: "/assets/fonts/a.12345678.woff2".to_owned(),
            bytes: Arc::from(&b"font"[..]),
        };
        let assets = BTreeMap::from([("fonts/a.woff2".to_owned(), font)]);
        let css = b"/* words */\n@font-face { font-family: A; src: url(\"fonts/a.woff2\"); }\nb { color: #ff0000; background: url(#x) }\n";
        let layers = Layers::from([("styles/10-a.css".to_owned(), (false, Arc::from(&css[..])))]);
        let mut faults = Vec::new();
        assert_eq!(
            sheet(&layers, "styles/", &assets, "own", &mut faults),
            "@font-face{font-family:A;src:url(/assets/fonts/a.12345678.woff2)}b{color:red;background:url(#x)}"
        );
        assert_eq!(faults.len(), 0);
    }
}
