//! Files that are published as they are: the theme's assets, and what of the content's media is not made anew.

use super::page::HTML;
use super::{Artifact, Output, Plan, Press, Subject};
use crate::diagnostic::Diagnostic;
use std::sync::Arc;

/// The output.
pub const OUTPUT: Output = Output {
    name: "files",
    about: "styles, icons and pictures, under names that change with their content",
    plan,
};

/// Name, address and bytes of each.
fn files(press: &Press) -> impl Iterator<Item = (&String, &String, &Arc<[u8]>)> {
    let assets = press.theme.assets.iter().chain(&press.theme.admin);
    let media = press.theme.media.iter().filter(|(_, media)| {
        let picture = media.picture.as_ref();
        picture.is_none_or(|picture| picture.raster.is_none())
    });
    let assets = assets.map(|(name, asset)| (name, &asset.path, &asset.bytes));
    assets.chain(media.map(|(name, media)| (name, &media.path, &media.bytes)))
}

fn plan(press: &Press, plan: &mut Plan) {
    for (n, (name, path, _)) in files(press).enumerate() {
        // The page of an editor in the browser; no other file is a page.
        let media_type = match path.ends_with('/') {
            true => HTML,
            false => media_type(name),
        };
        plan.add(path.clone(), media_type, Subject::File(n), None, render);
    }
}

fn render(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let Subject::File(n) = artifact.subject else {
        return Err(super::misplanned(artifact));
    };
    files(press)
        .nth(n)
        .map(|(_, _, bytes)| bytes.to_vec())
        .ok_or_else(|| super::misplanned(artifact))
}

/// The media type of a file by the end of its name.
pub fn media_type(name: &str) -> &'static str {
    match name
        .rsplit('.')
        .next()
        .unwrap_or("")
        .to_ascii_lowercase()
        .as_str()
    {
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "yml" | "yaml" => "application/yaml",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "gif" => "image/gif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "pdf" => "application/pdf",
        "mp3" => "audio/mpeg",
        "mp4" => "video/mp4",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
