//! Share cards: the picture that others show where somebody names a page.
//!
//! A card is drawn from an SVG template of the theme. What all cards of a kind have in common is its ground, drawn
//! once; the words are laid on it from the shapes of letters, and only the rows that hold them are compressed anew.
//! So a card costs a fraction of what drawing its SVG would.

pub mod font;
mod ground;
mod letters;
mod png;
mod words;

pub use ground::Ground;

use font::{Font, Pen};
use png::Code;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Raised whenever the same template and words make other bytes than before.
pub const VERSION: u32 = 3;
/// How wide a card is.
pub const WIDTH: usize = 1200;
/// How high a card is.
pub const HEIGHT: usize = 630;
/// Words such as titles hold, to fit the compression to.
const SAMPLE: &str = "Samen koken en eten: de hele buurt schuift aan";

/// The fonts of cards, and every size at which they are used.
pub struct Fonts {
    /// For a `font-weight` of 600 and more.
    bold: Arc<Font>,
    /// For any other.
    regular: Arc<Font>,
    /// What all cards are compressed with, so that a letter is compressed once.
    code: Arc<Code>,
    pens: Mutex<BTreeMap<(bool, u32), Arc<Pen>>>,
}

impl Fonts {
    /// Reads both fonts; `None` when one of them is no font.
    pub fn read(bold: &Arc<[u8]>, regular: &Arc<[u8]>) -> Option<Fonts> {
        let (bold, regular) = (Font::read(bold)?, Font::read(regular)?);
        let mut rows = bold.sample(SAMPLE, 90.0);
        rows.extend(regular.sample(SAMPLE, 30.0));
        Some(Fonts {
            bold: Arc::new(bold),
            regular: Arc::new(regular),
            code: Arc::new(png::fitted(&rows)),
            pens: Mutex::default(),
        })
    }

    /// Whether the fonts have the letters of a text.
    pub fn can_write(&self, text: &str) -> bool {
        self.bold.can_write(text)
    }

    /// A font at a size in pixels.
    fn pen(&self, bold: bool, size: f32) -> Arc<Pen> {
        let font = if bold { &self.bold } else { &self.regular };
        let mut pens = self.pens.lock().unwrap_or_else(PoisonError::into_inner);
        let pen = pens.entry((bold, size.to_bits()));
        pen.or_insert_with(|| Arc::new(Pen::new(font, size, &self.code)))
            .clone()
    }
}

#[cfg(test)]
mod tests;
