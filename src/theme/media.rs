//! What lies beside the content: pictures in the sizes in which they are published, and other files as they are.

use super::{Files, hashed_name};
use crate::diagnostic::Diagnostic;
use crate::picture::header::{Sort, sort};
use crate::picture::{Mistake, Picture};
use crate::site::Site;
use crate::site::links::Target;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A file that lies beside the content.
#[derive(Debug, Clone)]
pub struct Media {
    /// Address; of a picture, that of the one file in full size.
    pub path: String,
    /// The original.
    pub bytes: Arc<[u8]>,
    /// What is known of a picture.
    pub picture: Option<Picture>,
    /// Its pixels, while its files are made.
    #[cfg(feature = "images")]
    pub negative: Arc<crate::picture::encode::Negative>,
}

/// Every file that is published, by path below `content/`. A picture that nothing shows is left out: whatever its
/// camera wrote into it would be published with it.
pub fn load(site: &Site, files: &Files, faults: &mut Vec<Diagnostic>) -> BTreeMap<String, Media> {
    let used = used(site);
    let one = |(name, bytes): (&String, &Arc<[u8]>)| match Picture::read(name, bytes) {
        _ if !used.contains(&**name) && is_cleaned(name, bytes) => None,
        Ok(picture) => Some(Ok((name.clone(), media(name, bytes, picture)))),
        Err(mistake) => Some(Err(fault(name, mistake))),
    };
    let read: Vec<_> = files.par_iter().filter_map(one).collect();
    let mut found = BTreeMap::new();
    for file in read {
        match file {
            Ok((name, media)) => drop(found.insert(name, media)),
            Err(fault) => faults.push(fault),
        }
    }
    found
}

/// Whether a file is of a sort that is never published as it is.
fn is_cleaned(name: &str, bytes: &[u8]) -> bool {
    matches!(sort(name, bytes), Sort::Raster(_) | Sort::Foreign(_))
}

fn media(name: &str, bytes: &Arc<[u8]>, picture: Option<Picture>) -> Media {
    let raster = picture.as_ref().and_then(|picture| picture.raster.as_ref());
    let path = match raster {
        Some(raster) => raster.path(raster.full()),
        None => format!("/{}", plain_name(name, bytes)),
    };
    Media {
        path,
        bytes: bytes.clone(),
        picture,
        #[cfg(feature = "images")]
        negative: Arc::default(),
    }
}

/// The name under which a file is published, without what ends an address or has to be escaped in one.
fn plain_name(name: &str, bytes: &[u8]) -> String {
    let ends = |c: char| c.is_whitespace() || "%?#&\"'<>\\^`{|}".contains(c);
    let plain = name.replace(ends, "-");
    match plain == name {
        true => hashed_name(name, bytes),
        // Another file may have that very name: the number tells them apart.
        false => hashed_name(&plain, &[name.as_bytes(), bytes].concat()),
    }
}

/// The files that records show or link to.
fn used(site: &Site) -> BTreeSet<&str> {
    let all = site.entries.iter().chain(&site.gone.removed);
    let mut used = BTreeSet::new();
    for entry in all {
        for version in &entry.versions {
            used.extend(version.common.image.as_ref().map(|image| &**image.file));
        }
        used.extend(
            entry
                .targets
                .iter()
                .flatten()
                .filter_map(|target| match target {
                    Target::Media(file) => Some(&**file),
                    _ => None,
                }),
        );
    }
    used
}

/// What is wrong with a picture, in the words of an editor.
pub fn fault(name: &str, mistake: Mistake) -> Diagnostic {
    Diagnostic::error(mistake.code, mistake.message)
        .in_file(format!("content/{name}"))
        .help(mistake.help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_file_holds_no_marks_that_end_one() {
        assert_eq!(
            plain_name("media/a.svg", b"x"),
            hashed_name("media/a.svg", b"x")
        );
        let (spaced, plain) = (
            plain_name("media/a b.svg", b"x"),
            plain_name("media/a-b.svg", b"x"),
        );
        assert!(
            spaced.starts_with("media/a-b.") && spaced.ends_with(".svg"),
            "{spaced}"
        );
        assert_ne!(spaced, plain);
    }
}
