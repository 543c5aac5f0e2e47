//! The pictures of the content, in the sizes and formats in which browsers ask for them.

use super::{Artifact, Output, Plan, Press, Subject};
use crate::diagnostic::Diagnostic;
use crate::picture::Raster;
use crate::picture::encode;
use crate::theme::media::{Media, fault};

/// The output.
pub const OUTPUT: Output = Output {
    name: "pictures",
    about: "pictures in several sizes, without what cameras add",
    plan,
};

/// The pictures that are made anew, by path.
fn rasters(press: &Press) -> impl Iterator<Item = (&String, &Media, &Raster)> {
    let media = press.theme.media.iter();
    media.filter_map(|(name, media)| Some((name, media, media.picture.as_ref()?.raster.as_ref()?)))
}

fn plan(press: &Press, plan: &mut Plan) {
    for (n, (_, _, raster)) in rasters(press).enumerate() {
        for (k, file) in raster.files().into_iter().enumerate() {
            let media_type = raster.media_type(file.form);
            plan.add(
                raster.path(file),
                media_type,
                Subject::Picture(n, k),
                None,
                render,
            );
        }
    }
}

fn render(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let found = match artifact.subject {
        Subject::Picture(n, k) => rasters(press).nth(n).and_then(|(name, media, raster)| {
            let file = raster.files().get(k).copied()?;
            Some((name, media, raster, file))
        }),
        _ => None,
    };
    let (name, media, raster, file) = found.ok_or_else(|| super::misplanned(artifact))?;
    encode::render(raster, &media.negative, &media.bytes, file)
        .map_err(|mistake| fault(name, mistake))
}
