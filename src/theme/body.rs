//! The body of an entry as HTML, with every link resolved.

use super::Theme;
use crate::site::links::Target;
use crate::site::{Entry, Site};

/// Where the HTML will be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// On the site itself: addresses begin with `/`.
    Site,
    /// In a feed reader: addresses are absolute.
    Anywhere,
}

/// The body in a language, or in the default one where there is no translation.
pub fn html(site: &Site, theme: &Theme, entry: &Entry, language: &str, base: Base) -> String {
    let n = entry
        .versions
        .iter()
        .position(|version| version.language == language)
        .unwrap_or(0);
    let targets = &entry.targets[n];
    entry.versions[n].body.html(|link| {
        let path = match &targets[link] {
            Target::Entry(id, rest) => format!("{}{rest}", site.path(site.entry(*id), language)),
            Target::Media(file) => theme
                .media
                .get(file)
                .map_or(String::new(), |asset| asset.path.clone()),
            Target::Path(path) => path.clone(),
            Target::Nowhere => "#".to_owned(),
        };
        if base == Base::Anywhere {
            site.config.absolute(&path)
        } else {
            path
        }
    })
}
