//! Compressed forms beside each file of the data, for hosts that send them as they are: the same bytes
//! with every build, and better compressed than a host has time for.

use super::{Artifact, Output, Plan, Press, Subject, bare};
use crate::content::config::Coding;
use crate::diagnostic::Diagnostic;
use std::io::Write as _;

/// The output.
pub const OUTPUT: Output = Output {
    name: "precompressed",
    about: "the data once more, compressed",
    plan,
};

/// How hard Brotli tries, of 11: the last two steps take many times as long for little less.
const QUALITY: i32 = 9;

fn plan(press: &Press, plan: &mut Plan) {
    let of_data = |path: &str| path.starts_with("/data/") || path.starts_with("/catalog.");
    let text = |media_type: &str| {
        let ends = ["json", "xml"];
        media_type.starts_with("text/") || ends.iter().any(|end| media_type.ends_with(end))
    };
    let files: Vec<String> = plan
        .so_far()
        .filter(|file| of_data(&file.path) && text(bare(file.media_type)))
        .map(Artifact::file)
        .collect();
    for coding in &press.site.config.precompressed {
        let (end, media_type, render) = match coding {
            Coding::Br => ("br", "application/octet-stream", brotli as super::Render),
            Coding::Gz => ("gz", "application/gzip", gzip as super::Render),
        };
        for file in &files {
            let path = format!("/{file}.{end}");
            plan.add(path, media_type, Subject::Site, None, render);
        }
    }
}

/// What is compressed.
fn original(press: &Press, plan: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let file = artifact.original(plan);
    super::render(
        press,
        plan,
        file.ok_or_else(|| super::misplanned(artifact))?,
    )
}

fn brotli(press: &Press, plan: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let bytes = original(press, plan, artifact)?;
    let params = brotli::enc::BrotliEncoderParams {
        quality: QUALITY,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut compressed, &params)
        .map_err(|_| super::misplanned(artifact))?;
    Ok(compressed)
}

/// gzip without a name and a date (RFC 1952, section 2.3.1), so that the same text is the same bytes.
fn gzip(press: &Press, plan: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let bytes = original(press, plan, artifact)?;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let compressed = encoder.write_all(&bytes).and_then(|()| encoder.finish());
    compressed.map_err(|_| super::misplanned(artifact))
}
