//! Files that are published as they are: the theme's assets and the content's media.

use super::{Artifact, Output, Plan, Press, Subject};
use crate::diagnostic::Diagnostic;
use crate::theme::Asset;

/// The output.
pub const OUTPUT: Output = Output {
    name: "files",
    about: "styles, icons and pictures, under names that change with their content",
    plan,
};

fn files(press: &Press) -> impl Iterator<Item = (&String, &Asset)> {
    press.theme.assets.iter().chain(&press.theme.media)
}

fn plan(press: &Press, plan: &mut Plan) {
    for (n, (name, asset)) in files(press).enumerate() {
        plan.add(
            asset.path.clone(),
            media_type(name),
            Subject::File(n),
            None,
            render,
        );
    }
}

fn render(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let Subject::File(n) = artifact.subject else {
        return Err(super::misplanned(artifact));
    };
    files(press)
        .nth(n)
        .map(|(_, asset)| asset.bytes.to_vec())
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
