//! The body of an entry as HTML, with every link resolved.

use super::Theme;
use super::media::Media;
use crate::content::markdown::{Shown, escape};
use crate::picture::Raster;
use crate::site::links::Target;
use crate::site::{Entry, Site};

/// How wide a picture in a text is shown.
const SIZES: &str = "(min-width: 48rem) 44rem, 92vw";

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
    let whole = |path: String| match base {
        Base::Anywhere => site.config.absolute(&path),
        Base::Site => path,
    };
    let body = &entry.versions[n].body;
    let html = body.html(|link| match &targets[link] {
        Target::Entry(id, rest) => {
            whole(format!("{}{rest}", site.path(site.entry(*id), language))).into()
        }
        Target::Media(file) => match theme.media.get(file) {
            Some(media) if body.links[link].image => {
                picture(media, whole(media.path.clone()), base)
            }
            media => whole(media.map_or(String::new(), |media| media.path.clone())).into(),
        },
        Target::Path(path) => whole(path.clone()).into(),
        Target::Nowhere => whole("#".to_owned()).into(),
    });
    // Places on the page itself: headings and notes. Elsewhere they would be places on a page of somebody else's.
    match base {
        Base::Anywhere if html.contains(HERE) => {
            let page = whole(site.path(entry, language));
            html.replace(HERE, &format!("<a href=\"{}#", escape(&page)))
        }
        _ => html,
    }
}

/// How a link to a place on the page itself begins; no text of an editor's looks like it, for its `<` is escaped.
const HERE: &str = "<a href=\"#";

/// A picture in a text. It stands below the beginning of the page, so it is fetched when somebody comes near.
fn picture(media: &Media, address: String, base: Base) -> Shown {
    let Some(picture) = &media.picture else {
        return address.into();
    };
    let size = format!(" width=\"{}\" height=\"{}\"", picture.width, picture.height);
    if base == Base::Anywhere {
        return Shown {
            address,
            attributes: size,
            sources: String::new(),
        };
    }
    let source = |form, raster: &Raster| {
        let (media_type, srcset) = (raster.media_type(form), escape(&raster.srcset(form)));
        format!("<source type=\"{media_type}\" srcset=\"{srcset}\" sizes=\"{SIZES}\">")
    };
    let raster = picture.raster.as_ref();
    Shown {
        address,
        attributes: format!("{size} loading=\"lazy\" decoding=\"async\""),
        sources: raster.map_or(String::new(), |raster| {
            raster.forms().map(|form| source(form, raster)).collect()
        }),
    }
}
