//! Pictures from the editor's computer.

use super::store::{failed, refused};
use super::{Answer, Editor};
use crate::blank;
use crate::picture::header::{self, Sort};
use axum::http::StatusCode;
use serde_json::json;
use std::fs::OpenOptions;
use std::io::{self, Write as _};

/// Where pictures lie, below `content/`.
const FOLDER: &str = "media";
/// As large as a picture may be: more than a good camera makes.
pub const MOST: usize = 24 << 20;
/// So often a name is tried with another number behind it.
const TRIES: usize = 1000;

impl Editor {
    /// The pictures that are there, as records name them.
    pub fn pictures(&self) -> Vec<String> {
        let standing = self.live.standing();
        let media = standing
            .site
            .iter()
            .flat_map(|site| site.0.theme.media.keys());
        let ends = ["jpg", "jpeg", "png", "webp", "gif", "svg"];
        let is_picture = |name: &&String| {
            let end = name.rsplit('.').next().unwrap_or("").to_ascii_lowercase();
            ends.contains(&&*end)
        };
        media.filter(is_picture).cloned().collect()
    }

    /// Keeps a picture under a name of its own. Nothing is overwritten; the same picture again is the one that is there.
    pub fn picture(&self, name: &str, bytes: &[u8]) -> Answer {
        if bytes.len() > MOST {
            return refused(self.words.say("picture.large"), json!([]));
        }
        let Some(end) = end(name, bytes) else {
            return refused(self.words.say("picture.sort"), json!([]));
        };
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let stem = blank::file_name(stem).unwrap_or_else(|| "beeld".to_owned());
        for n in 1..TRIES {
            let file = match n {
                1 => format!("{FOLDER}/{stem}.{end}"),
                n => format!("{FOLDER}/{stem}-{n}.{end}"),
            };
            match self.keep(&file, bytes) {
                Ok(true) => return (StatusCode::OK, json!({ "file": file })),
                Ok(false) => {}
                Err(error) => return failed(&error),
            }
        }
        failed(&io::ErrorKind::AlreadyExists.into())
    }

    /// Writes a new file; whether it is there now with these bytes.
    fn keep(&self, file: &str, bytes: &[u8]) -> io::Result<bool> {
        let place = self.place(&format!("content/{file}"))?;
        let new = OpenOptions::new().write(true).create_new(true).open(&place);
        let mut new = match new {
            Ok(new) => new,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Ok(std::fs::read(&place).is_ok_and(|known| known == bytes));
            }
            Err(error) => return Err(error),
        };
        // Half a picture would stand in the way of the whole one.
        new.write_all(bytes)
            .inspect_err(|_| drop(std::fs::remove_file(&place)))?;
        drop(new);
        self.live.changed(&[place]);
        Ok(true)
    }
}

/// How the name of a picture ends, by what it holds; none for what no site can show.
fn end(name: &str, bytes: &[u8]) -> Option<&'static str> {
    match header::sort(name, bytes) {
        Sort::Raster(format) => header::read(format, bytes).ok().map(|_| format.extension()),
        Sort::Gif => header::gif(bytes).map(|_| "gif"),
        Sort::Svg => header::svg(bytes).map(|_| "svg"),
        Sort::Foreign(_) | Sort::Other => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_holds_decides_and_not_its_name() {
        assert_eq!(end("foto.jpg", b"#!/bin/sh"), None);
        assert_eq!(end("foto.svg", b"<html></html>"), None);
        assert_eq!(end("foto.heic", b"\0\0\0\x18ftypheic\0\0\0\0"), None);
        assert_eq!(end("foto", b"GIF89a\x01\0\x01\0\0\0\0"), Some("gif"));
        assert_eq!(
            end(
                "a.svg",
                b"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"/>"
            ),
            Some("svg")
        );
    }
}
