//! Pictures and other files that records show or link to: only those that can be published.

use super::layout::{Files, Layout};
use super::links::media_name;
use super::report::Report;
use crate::diagnostic::Words;
use crate::picture::Picture;
use crate::{phrase, say};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The largest file that is copied, in bytes.
const LARGEST: usize = 60 << 20;

/// The files that are taken along.
pub struct Media<'a> {
    files: &'a Files,
    layout: &'a Layout,
    wanted: bool,
    /// Name among the media, by path in the repository; nothing for what cannot be published.
    names: BTreeMap<String, Option<String>>,
    /// Path in the repository, by name.
    taken: BTreeMap<String, String>,
    refused: Vec<(String, Words)>,
}

impl<'a> Media<'a> {
    /// None so far.
    pub fn new(files: &'a Files, layout: &'a Layout, wanted: bool) -> Self {
        Media {
            files,
            layout,
            wanted,
            names: BTreeMap::new(),
            taken: BTreeMap::new(),
            refused: vec![],
        }
    }

    /// Takes a file along; gives its name among the media.
    pub fn take(&mut self, path: &str) -> Option<String> {
        if !self.wanted {
            return None;
        }
        if let Some(known) = self.names.get(path) {
            return known.clone();
        }
        let name = self.named(path);
        self.names.insert(path.to_owned(), name.clone());
        name
    }

    fn named(&mut self, path: &str) -> Option<String> {
        let bytes = self.files.get(path)?;
        let wished = media_name(path, self.layout);
        let (stem, extension) = wished.rsplit_once('.')?;
        let program = [
            "html", "htm", "md", "js", "css", "php", "yml", "yaml", "toml", "njk", "liquid",
            "json", "scss", "xml", "ts", "py", "sh", "rb",
        ];
        if extension.is_empty() || program.contains(&extension) {
            return None;
        }
        if let Err(why) = fit(&wished, bytes) {
            self.refused.push((path.to_owned(), why));
            return None;
        }
        let mut name = wished.clone();
        for n in 2.. {
            match self.taken.get(&name) {
                Some(other) if other != path => name = format!("{stem}-{n}.{extension}"),
                _ => break,
            }
        }
        self.taken.insert(name.clone(), path.to_owned());
        Some(name)
    }

    /// Whether a record shows a file or links to it.
    pub fn has(&self, path: &str) -> bool {
        self.names.contains_key(path)
    }

    /// Pictures and files that no record shows or links to.
    pub fn unseen(&self) -> Vec<String> {
        let unseen = self
            .files
            .keys()
            .filter(|path| is_medium(path) && !self.has(path));
        unseen.cloned().collect()
    }

    /// The files by name. What was refused is told.
    pub fn sound(self, report: &mut Report) -> BTreeMap<String, Arc<[u8]>> {
        for (path, why) in &self.refused {
            report.tell(
                path,
                true,
                phrase!("a picture cannot be published"),
                &why.to(report.language),
            );
        }
        let files: Vec<(String, String)> = self.taken.into_iter().collect();
        // Decoding takes long: all at once. What fails is not there, and what showed it is mended with the rest.
        let one = |(name, path): (String, String)| {
            let bytes = self.files.get(&path)?;
            let found = drawn(&name, bytes).map(|()| Arc::from(bytes.as_slice()));
            Some((name, path, found))
        };
        let looked: Vec<_> = files.into_par_iter().filter_map(one).collect();
        let mut media = BTreeMap::new();
        for (name, path, found) in looked {
            match found {
                Ok(bytes) => drop(media.insert(name, bytes)),
                Err(why) => report.tell(
                    &path,
                    true,
                    phrase!("a picture cannot be published"),
                    &why.to(report.language),
                ),
            }
        }
        media
    }
}

/// Whether a file is a picture, a film, a sound or a paper, by its name.
pub fn is_medium(path: &str) -> bool {
    const ENDS: &str = "png jpg jpeg gif webp svg avif pdf mp4 mp3 webm pptx docx";
    let end = path.rsplit('.').next().unwrap_or("").to_lowercase();
    ENDS.split(' ').any(|known| known == end)
}

/// Whether a file can be published: a picture has to be one, to its end.
fn fit(name: &str, bytes: &[u8]) -> Result<(), Words> {
    if bytes.len() > LARGEST {
        return Err(say!("it is larger than 60 MB"));
    }
    if bytes.starts_with(b"version https://git-lfs") {
        return Err(say!("it is kept elsewhere (git LFS)"));
    }
    Picture::read(name, bytes)
        .map(drop)
        .map_err(|mistake| mistake.message)
}

/// Whether a picture can be decoded to its end.
#[cfg(feature = "images")]
fn drawn(name: &str, bytes: &[u8]) -> Result<(), Words> {
    use crate::picture::encode;
    let picture = Picture::read(name, bytes).map_err(|mistake| mistake.message)?;
    let Some(raster) = picture.and_then(|picture| picture.raster) else {
        return Ok(());
    };
    let Some(file) = raster.files().into_iter().min_by_key(|file| file.width) else {
        return Ok(());
    };
    encode::render(&raster, &encode::Negative::default(), bytes, file)
        .map(drop)
        .map_err(|mistake| mistake.message)
}

#[cfg(not(feature = "images"))]
fn drawn(_: &str, _: &[u8]) -> Result<(), Words> {
    Ok(())
}
