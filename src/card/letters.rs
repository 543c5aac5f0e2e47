//! Letters in their places: what they change from one row of an area to the next.

use super::font::Shape;
use super::png::{Area, Changes, Piece};

/// A letter in its place: columns and rows from the beginning of the area.
struct Letter<'a> {
    x: usize,
    y: usize,
    shape: &'a Shape,
}

/// Letters that stand beside each other.
pub struct Letters<'a> {
    area: Area,
    letters: Vec<Letter<'a>>,
}

/// What letters change in the rows of an area.
pub struct Rows<'a> {
    /// Where the changes of each row begin, and where those of the last end.
    begins: Vec<usize>,
    /// Each with the column from which it is counted, row by row and from left to right.
    changes: Vec<Option<(usize, &'a Piece)>>,
}

impl Letter<'_> {
    /// Whether there may be a pixel on which both lie; the other does not begin further to the left.
    fn touches(&self, other: &Letter) -> bool {
        let (own, others) = (&self.shape.rows, &other.shape.rows);
        let top = self.y.max(other.y);
        let bottom = (self.y + own.len()).min(other.y + others.len());
        (top..bottom).any(|y| {
            let ((a, _), (b, _)) = (&own[y - self.y], &others[y - other.y]);
            !a.is_empty() && !b.is_empty() && self.x + a.end > other.x + b.start
        })
    }
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
        let own = shape.ink.levels.len() / shape.ink.width.max(1);
        let fits = x >= 0 && x as usize + shape.ink.width <= self.area.width();
        let fits = fits && y >= 0 && y as usize + own < self.area.height();
        if fits && own > 0 {
            let (x, y) = (x as usize, y as usize);
            self.letters.push(Letter { x, y, shape });
        }
        fits || own == 0
    }

    /// What they change, row by row; `None` when two of them may lie on one another.
    pub fn rows(mut self) -> Option<Rows<'a>> {
        self.letters.sort_by_key(|letter| letter.x);
        for (n, letter) in self.letters.iter().enumerate() {
            let end = letter.x + letter.shape.ink.width;
            let mut beside = self.letters[n + 1..]
                .iter()
                .take_while(|other| other.x < end);
            if beside.any(|other| letter.touches(other)) {
                return None;
            }
        }
        let changes = || {
            self.letters.iter().flat_map(|letter| {
                let rows = letter.shape.rows.iter().enumerate();
                let rows = rows.filter(|(_, (_, piece))| piece.is_filled());
                rows.map(|(n, (_, piece))| (letter.y + n, (letter.x, piece)))
            })
        };
        // Counted first, so that each row knows its place.
        let mut begins = vec![0; self.area.height() + 1];
        changes().for_each(|(y, _)| begins[y + 1] += 1);
        for y in 1..begins.len() {
            begins[y] += begins[y - 1];
        }
        let mut free = begins.clone();
        let mut sorted = vec![None; begins.last().copied().unwrap_or(0)];
        for (y, change) in changes() {
            sorted[free[y]] = Some(change);
            free[y] += 1;
        }
        Some(Rows {
            begins,
            changes: sorted,
        })
    }
}

impl Rows<'_> {
    /// Puts down what changes in a row.
    pub fn put(&self, y: usize, row: &mut Changes) {
        for (x, piece) in self.changes[self.begins[y]..self.begins[y + 1]]
            .iter()
            .flatten()
        {
            row.put(*x, piece);
        }
    }
}
