//! Letters in their places: what they change from one row of an area to the next.

use super::font::Shape;
use super::png::{Area, Changes, Piece};
use std::ops::Range;

/// A letter in its place.
struct Letter<'a> {
    /// Columns and rows from the beginning of the area.
    x: usize,
    y: i32,
    /// The row behind the last that it changes.
    end: i32,
    shape: &'a Shape,
}

/// Letters that stand beside each other.
pub struct Letters<'a> {
    area: Area,
    letters: Vec<Letter<'a>>,
}

impl<'a> Letters<'a> {
    /// None yet.
    pub fn new(area: Area) -> Self {
        let letters = Vec::with_capacity(128);
        Letters { area, letters }
    }

    /// Adds a letter whose shape begins at a pixel of the picture; `false` when some of it would stand outside of the
    /// area, or in its last row.
    pub fn add(&mut self, x: i32, y: i32, shape: &'a Shape) -> bool {
        let (x, y) = (x - self.area.left as i32, y - self.area.top as i32);
        let (width, height) = (self.area.width(), self.area.bottom - self.area.top);
        let own = (shape.ink.levels.len() / shape.ink.width.max(1)) as i32;
        let fits = x >= 0 && x as usize + shape.ink.width <= width;
        let fits = fits && y >= 0 && y + own < height as i32;
        if fits && own > 0 {
            self.letters.push(Letter {
                x: x as usize,
                y,
                end: y + own + 1,
                shape,
            });
        }
        fits || own == 0
    }

    /// Puts down what they change in a row; `None` when two of them may lie on one another there.
    pub fn row(&self, y: usize, changes: &mut Changes) -> Option<()> {
        let y = y as i32;
        let touching = self
            .letters
            .iter()
            .filter(|letter| y >= letter.y && y < letter.end);
        let rows = touching.filter_map(|letter| Some((letter.x, letter.shape.row(y - letter.y)?)));
        let mut rows: Vec<(usize, &(Range<usize>, Piece))> = rows.collect();
        // Two lines may meet in a row.
        rows.sort_by_key(|(x, _)| *x);
        let mut free = 0;
        for (x, (reach, piece)) in rows {
            if x + reach.start < free {
                return None;
            }
            free = x + reach.end;
            changes.put(x, piece);
        }
        Some(())
    }
}
