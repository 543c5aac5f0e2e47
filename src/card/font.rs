//! A font as cards need it: which glyph writes a character, how far each reaches, and their shapes.

use super::WIDTH;
use super::png::{Code, Piece};
use resvg::tiny_skia::{FillRule, Mask, Path, PathBuilder, Transform};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicI16, Ordering};
use std::sync::{Arc, OnceLock};
use ttf_parser::gpos::{PairAdjustment, PositioningSubtable};
use ttf_parser::{Face, GlyphId, OutlineBuilder, Tag};

/// Positions within a pixel at which a small glyph is drawn; nobody sees a large one move by less than a pixel.
const STEPS: usize = 4;
/// From how many pixels on a glyph is large.
const LARGE: f32 = 48.0;
/// Shades between nothing and full ink.
pub const LEVELS: u8 = 8;
/// Letters whose glyphs stand in a row: Latin, Greek and Cyrillic.
const NEAR: usize = 0x530;
/// A pair whose distance was not looked up yet.
const UNKNOWN: i16 = i16::MIN;

/// A font: what is asked for every letter lies ready, the rest is read from its bytes once.
pub struct Font {
    bytes: Arc<[u8]>,
    /// By letter, as far as most texts go; 0 where there is none.
    near: Vec<u16>,
    /// The letters beyond.
    far: BTreeMap<char, u16>,
    /// By glyph, in units of the font.
    advances: Vec<u16>,
    /// By left glyph, then by right one; a row is made when it is first asked for.
    kerns: Vec<OnceLock<Box<[AtomicI16]>>>,
    units: f32,
}

impl Font {
    /// Reads a font; `None` when it is none.
    pub fn read(bytes: &Arc<[u8]>) -> Option<Font> {
        let face = Face::parse(bytes, 0).ok()?;
        let count = face.number_of_glyphs();
        let (mut near, mut far) = (vec![0; NEAR], BTreeMap::new());
        for table in face
            .tables()
            .cmap
            .into_iter()
            .flat_map(|cmap| cmap.subtables)
        {
            if table.is_unicode() {
                table.codepoints(|point| {
                    let glyph = table.glyph_index(point).filter(|glyph| glyph.0 != 0);
                    if let (Some(letter), Some(glyph)) = (char::from_u32(point), glyph) {
                        match near.get_mut(letter as usize) {
                            Some(place) => *place = glyph.0,
                            None => drop(far.insert(letter, glyph.0)),
                        }
                    }
                });
            }
        }
        let advance = |glyph| face.glyph_hor_advance(GlyphId(glyph)).unwrap_or(0);
        Some(Font {
            bytes: bytes.clone(),
            near,
            far,
            advances: (0..count).map(advance).collect(),
            kerns: (0..count).map(|_| OnceLock::new()).collect(),
            units: f32::from(face.units_per_em()).max(1.0),
        })
    }

    /// Whether it has most letters of a text: the rest, such as a smiley, is left out.
    pub fn can_write(&self, text: &str) -> bool {
        let letters = || text.chars().filter(|c| !c.is_whitespace());
        let known = letters().filter(|c| self.glyph(*c).is_some()).count();
        known > 0 && known * 4 >= letters().count() * 3
    }

    fn glyph(&self, letter: char) -> Option<u16> {
        let near = self.near.get(letter as usize).copied();
        near.or_else(|| self.far.get(&letter).copied())
            .filter(|glyph| *glyph != 0)
    }

    /// Hands the glyphs of a text to `put`, each with how far from the beginning of the text it stands, in units of
    /// the font. Gives how wide the text is.
    fn set(&self, text: &str, mut put: impl FnMut(u16, i32)) -> i32 {
        let (mut at, mut before) = (0, None);
        for glyph in text.chars().filter_map(|letter| self.glyph(letter)) {
            at += before.map_or(0, |before| i32::from(self.kern(before, glyph)));
            put(glyph, at);
            at += i32::from(self.advances.get(usize::from(glyph)).copied().unwrap_or(0));
            before = Some(glyph);
        }
        at
    }

    /// How much nearer two letters stand to each other than others do.
    fn kern(&self, left: u16, right: u16) -> i16 {
        let row = || {
            self.advances
                .iter()
                .map(|_| AtomicI16::new(UNKNOWN))
                .collect()
        };
        let cell = self
            .kerns
            .get(usize::from(left))
            .and_then(|cells| cells.get_or_init(row).get(usize::from(right)));
        let Some(cell) = cell else {
            return 0;
        };
        match cell.load(Ordering::Relaxed) {
            UNKNOWN => {
                let found = self.look_up(GlyphId(left), GlyphId(right)).unwrap_or(0);
                cell.store(found, Ordering::Relaxed);
                found
            }
            known => known,
        }
    }

    fn look_up(&self, left: GlyphId, right: GlyphId) -> Option<i16> {
        let face = Face::parse(&self.bytes, 0).ok()?;
        let positions = face.tables().gpos?;
        let kern = Tag::from_bytes(b"kern");
        let features = positions
            .features
            .into_iter()
            .filter(|feature| feature.tag == kern);
        let mut lookups: Vec<u16> = features
            .flat_map(|feature| feature.lookup_indices)
            .collect();
        lookups.sort_unstable();
        lookups.dedup();
        // Of each lookup the first part that knows the left letter decides.
        let of_lookup = |number: u16| {
            let subtables = positions.lookups.get(number)?.subtables;
            subtables
                .into_iter::<PositioningSubtable>()
                .find_map(|part| {
                    let PositioningSubtable::Pair(part) = part else {
                        return None;
                    };
                    let row = part.coverage().get(left)?;
                    match part {
                        PairAdjustment::Format1 { sets, .. } => {
                            Some(sets.get(row)?.get(right)?.0.x_advance)
                        }
                        PairAdjustment::Format2 {
                            classes, matrix, ..
                        } => {
                            let pair = (classes.0.get(left), classes.1.get(right));
                            Some(matrix.get(pair)?.0.x_advance)
                        }
                    }
                })
        };
        lookups
            .into_iter()
            .filter_map(of_lookup)
            .find(|by| *by != 0)
    }

    /// Rows as a line of text leaves them, one below the other: how each differs from the one above.
    pub fn sample(&self, text: &str, size: f32) -> Vec<u8> {
        let (width, height, base) = (WIDTH, (size * 1.5) as usize, size as i32);
        let mut page = vec![0u8; width * height];
        self.set(text, |glyph, at| {
            let ink = self.draw(glyph, size, 0.0).unwrap_or_default();
            let x = (at as f32 * size / self.units) as i32 + ink.left;
            for (n, row) in ink.levels.chunks_exact(ink.width.max(1)).enumerate() {
                let place = (base + ink.top + n as i32) * width as i32 + x;
                let under = usize::try_from(place)
                    .ok()
                    .and_then(|at| page.get_mut(at..));
                for (under, level) in under.into_iter().flatten().zip(row) {
                    *under = (*under).max(*level);
                }
            }
        });
        let below = page.iter().skip(width);
        let differences = below
            .zip(&page)
            .map(|(now, above)| now.wrapping_sub(*above));
        differences.collect()
    }

    /// A glyph at a size in pixels, that many of them to the right of where it stands.
    fn draw(&self, glyph: u16, size: f32, shift: f32) -> Option<Ink> {
        let scale = size / self.units;
        let path = self.outline(glyph)?;
        let path = path.transform(Transform::from_row(scale, 0.0, 0.0, scale, shift, 0.0))?;
        let bounds = path.bounds();
        let (left, top) = (bounds.left().floor() as i32, bounds.top().floor() as i32);
        let side = |length: f32| (length.ceil() as u32).clamp(1, 4096);
        let width = side(bounds.right() - left as f32);
        let mut mask = Mask::new(width, side(bounds.bottom() - top as f32))?;
        let place = Transform::from_translate(-left as f32, -top as f32);
        mask.fill_path(&path, FillRule::Winding, true, place);
        let level = |ink: &u8| ((u16::from(*ink) * u16::from(LEVELS) + 127) / 255) as u8;
        Some(Ink {
            left,
            top,
            width: width as usize,
            levels: mask.data().iter().map(level).collect(),
        })
    }

    fn outline(&self, glyph: u16) -> Option<Path> {
        let face = Face::parse(&self.bytes, 0).ok()?;
        let mut outline = Outline(PathBuilder::new());
        face.outline_glyph(GlyphId(glyph), &mut outline)?;
        outline.0.finish()
    }
}

struct Outline(PathBuilder);

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(x, -y);
    }
    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(x, -y);
    }
    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.0.quad_to(x1, -y1, x, -y);
    }
    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.0.cubic_to(x1, -y1, x2, -y2, x, -y);
    }
    fn close(&mut self) {
        self.0.close();
    }
}

/// A glyph in pixels.
#[derive(Default)]
pub struct Ink {
    /// Pixels right of the glyph's place.
    pub left: i32,
    /// Pixels below the line that letters stand on.
    pub top: i32,
    /// Pixels in a row.
    pub width: usize,
    /// How much lies on each, from 0 to [`LEVELS`], row by row.
    pub levels: Vec<u8>,
}

/// The shape of a glyph: its ink, and what that changes in a compressed picture.
#[derive(Default)]
pub struct Shape {
    /// The glyph in pixels.
    pub ink: Ink,
    /// Of each row, and of the one below the last: the columns with ink in it or in the one above, and how it differs
    /// from that.
    pub rows: Vec<(Range<usize>, Piece)>,
}

impl Shape {
    fn new(ink: Ink, code: &Code) -> Shape {
        let blank = vec![0; ink.width];
        let rows = || ink.levels.chunks_exact(ink.width).chain([&blank[..]]);
        let above = std::iter::once(&blank[..]).chain(rows());
        let rows = rows().zip(above).map(|(now, above)| {
            let filled = |column: &usize| now[*column] > 0 || above[*column] > 0;
            let first = (0..ink.width).find(filled).unwrap_or(ink.width);
            let last = (0..ink.width).rfind(filled).map_or(0, |last| last + 1);
            let differences = now
                .iter()
                .zip(above)
                .map(|(now, above)| now.wrapping_sub(*above));
            let differences: Vec<u8> = differences.collect();
            (first..last, Piece::new(&differences, code))
        });
        Shape {
            rows: rows.collect(),
            ink,
        }
    }
}

/// A font at a size. Each shape is drawn once, by whichever thread asks first.
pub struct Pen {
    font: Arc<Font>,
    code: Arc<Code>,
    size: f32,
    /// Positions within a pixel.
    steps: usize,
    shapes: Vec<OnceLock<Shape>>,
}

impl Pen {
    /// A font at a size in pixels, for pictures that are compressed with a code.
    pub fn new(font: &Arc<Font>, size: f32, code: &Arc<Code>) -> Pen {
        let steps = if size < LARGE { STEPS } else { 1 };
        let shapes = font.advances.len() * steps;
        Pen {
            font: font.clone(),
            code: code.clone(),
            size,
            steps,
            shapes: (0..shapes).map(|_| OnceLock::new()).collect(),
        }
    }

    /// Its size in pixels.
    pub fn size(&self) -> f32 {
        self.size
    }

    /// How wide a text is, in pixels.
    pub fn width(&self, text: &str) -> f32 {
        self.font.set(text, |_, _| {}) as f32 * self.size / self.font.units
    }

    /// Hands each shape of a text to `put` with the pixel at which it stands, when the text begins at `x`.
    pub fn write<'a>(&'a self, text: &str, x: f32, mut put: impl FnMut(i32, &'a Shape)) {
        let (scale, steps) = (self.size / self.font.units, self.steps as i32);
        self.font.set(text, |glyph, at| {
            let at = ((x + at as f32 * scale) * steps as f32).round() as i32;
            let (pixel, step) = (at.div_euclid(steps), at.rem_euclid(steps));
            let place = usize::from(glyph) * self.steps + step as usize;
            let draw = || {
                let shift = step as f32 / steps as f32;
                let ink = self.font.draw(glyph, self.size, shift);
                ink.map_or_else(Shape::default, |ink| Shape::new(ink, &self.code))
            };
            if let Some(shape) = self.shapes.get(place) {
                put(pixel, shape.get_or_init(draw));
            }
        });
    }
}
