//! The ground of cards: the template drawn once, and the places where words come.

use super::font::{LEVELS, Pen, Shape};
use super::letters::Letters;
use super::png::{Area, Picture, Sheet};
use super::words;
use super::{Fonts, HEIGHT, WIDTH};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::roxmltree::{self, Node};
use resvg::usvg::{self, Tree};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Steps between the largest and the smallest size of a text.
const SIZES: usize = 4;
/// Colours that a picture has at most: with more of them its edges look no smoother, and it takes more bytes.
const COLOURS: usize = 64;
type Colour = [u8; 3];
/// Pixels of one colour beside each other: the colour, and how many they are.
type Run = (Colour, usize);

/// A place for words.
struct Slot {
    /// Its name, by which words are put into it; without one the template itself holds its words.
    name: Option<String>,
    words: String,
    pens: Vec<Arc<Pen>>,
    colour: Colour,
    /// Where the first line stands.
    x: f32,
    y: f32,
    /// Where `x` is: 0 at the beginning of lines, 1 at their end.
    anchor: f32,
    width: f32,
    lines: usize,
    /// From one line to the next, in sizes of the font.
    leading: f32,
    /// Number of the colour before its first shade.
    shade: u8,
}

/// The ground of cards that differ in their words only.
pub struct Ground {
    slots: Vec<Slot>,
    area: Area,
    sheet: Sheet,
    /// Whether there is nothing in the area but words of one colour.
    plain: bool,
}

impl Ground {
    /// Draws a template. The words tell what is wrong with it.
    pub fn draw(svg: &str, fonts: &Fonts) -> Result<Ground, String> {
        let options = roxmltree::ParsingOptions::default();
        let document = roxmltree::Document::parse_with_options(svg, options)
            .map_err(|error| error.to_string())?;
        let mut settings = usvg::Options::default();
        // A template holds all that it shows: nothing is read from the disk.
        settings.image_href_resolver.resolve_string = Box::new(|_, _| None);
        let tree = Tree::from_xmltree(&document, &settings).map_err(|error| error.to_string())?;
        let scale = WIDTH as f32 / tree.size().width();
        let texts = document
            .descendants()
            .filter(|node| node.has_tag_name("text") || node.tag_name().name() == "text");
        let slots: Vec<Slot> = texts
            .map(|node| slot(node, scale, fonts))
            .collect::<Result<_, _>>()?;
        let mut pixels = pixels(&tree, scale)?;
        let (mut slots, fixed): (Vec<Slot>, Vec<Slot>) =
            slots.into_iter().partition(|slot| slot.name.is_some());
        for slot in &fixed {
            slot.print(&slot.words, |place, ink| {
                if let Some(under) = place.and_then(|(x, y)| pixels.get_mut(y * WIDTH + x)) {
                    *under = mixed(*under, slot.colour, ink);
                }
            });
        }
        let area = area(&slots)?;
        let picture = numbered(&pixels, area, &mut slots);
        let sheet = Sheet::new(picture, area, &fonts.code);
        // Letters are compressed beforehand in the first colour only.
        let plain = sheet.is_plain() && slots.iter().all(|slot| slot.shade == 0);
        Ok(Ground {
            plain,
            slots,
            area,
            sheet,
        })
    }

    /// A card with words in the places of these names, as a PNG file.
    pub fn card(&self, words: &[(&str, &str)]) -> Vec<u8> {
        self.of_letters(words)
            .unwrap_or_else(|| self.of_pixels(words))
    }

    /// From letters that were compressed before; `None` where there is more in the area, or letters lie on one another.
    pub(super) fn of_letters(&self, words: &[(&str, &str)]) -> Option<Vec<u8>> {
        let mut letters = Letters::new(self.area);
        let mut filled = self.plain.then(|| self.filled(words))?;
        filled.try_for_each(|(slot, words)| slot.set(words, &mut letters))?;
        let rows = letters.rows()?;
        Some(self.sheet.print_changes(|y, row| rows.put(y, row)))
    }

    /// From the ink on each pixel of the area.
    pub(super) fn of_pixels(&self, words: &[(&str, &str)]) -> Vec<u8> {
        let mut ink = vec![0; self.area.width() * self.area.height()];
        self.filled(words)
            .for_each(|(slot, words)| slot.lay(words, self.area, &mut ink));
        self.sheet.print(&ink)
    }

    /// The places that words were given for.
    fn filled<'a>(
        &'a self,
        words: &'a [(&str, &str)],
    ) -> impl Iterator<Item = (&'a Slot, &'a str)> {
        self.slots.iter().filter_map(|slot| {
            let mut named = words.iter();
            let own = named.find(|(name, _)| slot.name.as_deref() == Some(*name));
            own.map(|(_, words)| (slot, *words))
        })
    }
}

impl Slot {
    /// Where its box begins, from the left.
    fn left(&self) -> f32 {
        self.x - self.anchor * self.width
    }

    /// Hands each letter to `put` with the pixel where its shape begins, line by line.
    fn letters<'a>(&'a self, words: &str, mut put: impl FnMut(i32, i32, &'a Shape)) {
        let Some((pen, lines)) = words::set(&self.pens, words, self.width, self.lines) else {
            return;
        };
        for (n, line) in lines.iter().enumerate() {
            let y = (self.y + n as f32 * pen.size() * self.leading).round() as i32;
            let x = match self.anchor {
                0.0 => self.x,
                anchor => self.x - anchor * pen.width(line),
            };
            pen.write(line, x, |at, shape| {
                put(at + shape.ink.left, y + shape.ink.top, shape);
            });
        }
    }

    /// Sets its words among other letters; `None` where they do not fit in.
    fn set<'a>(&'a self, words: &str, letters: &mut Letters<'a>) -> Option<()> {
        let mut fits = true;
        self.letters(words, |x, y, shape| {
            fits &= letters.add(x, y, shape);
        });
        fits.then_some(())
    }

    /// Hands each row of each letter's ink to `put`: the pixels where it begins, and the ink.
    fn rows(&self, words: &str, mut put: impl FnMut(i32, i32, &[u8])) {
        self.letters(words, |x, y, shape| {
            let rows = shape.ink.levels.chunks_exact(shape.ink.width.max(1));
            for (n, row) in rows.enumerate() {
                put(x, y + n as i32, row);
            }
        });
    }

    /// Hands each pixel with ink to `put`.
    fn print(&self, words: &str, mut put: impl FnMut(Option<(usize, usize)>, u8)) {
        self.rows(words, |x, y, row| {
            for (n, ink) in row.iter().enumerate().filter(|(_, ink)| **ink > 0) {
                let place = (usize::try_from(x + n as i32), usize::try_from(y));
                let inside = |(x, y): &(usize, usize)| *x < WIDTH && *y < HEIGHT;
                put(place.0.ok().zip(place.1.ok()).filter(inside), *ink);
            }
        });
    }

    /// Lays its words into an area; what leads out of it is cut off.
    fn lay(&self, words: &str, area: Area, ink: &mut [u8]) {
        let (width, shade) = (area.width(), self.shade);
        // The last row stays free: what follows is compressed as if there were no words.
        let last = area.bottom as i32 - 1;
        self.rows(words, |x, y, row| {
            if y < area.top as i32 || y >= last {
                return;
            }
            let from = (area.left as i32 - x).max(0) as usize;
            let until = (area.right as i32 - x).clamp(0, row.len() as i32) as usize;
            let Some(row) = row.get(from..until) else {
                return;
            };
            let start = (y as usize - area.top) * width + (x + from as i32) as usize - area.left;
            for (under, level) in ink[start..].iter_mut().zip(row) {
                let over = if *level == 0 { 0 } else { level + shade };
                *under = (*under).max(over);
            }
        });
    }
}

/// A `<text>` of the template. Beside what SVG knows it may say `data-width`, `data-lines`, `data-leading` and
/// `data-least`, the smallest size.
fn slot(node: Node, scale: f32, fonts: &Fonts) -> Result<Slot, String> {
    let number = |name: &str, otherwise: f32| match node.attribute(name) {
        Some(text) => text
            .trim_end_matches("px")
            .parse::<f32>()
            .ok()
            .filter(|n| n.is_finite())
            .ok_or_else(|| format!("`{name}` of a text is `{text}`, which is no number")),
        None => Ok(otherwise),
    };
    let size = number("font-size", 16.0)?.clamp(4.0, 400.0);
    let least = number("data-least", size)?.clamp(4.0, size);
    let bold = number("font-weight", 400.0)? >= 600.0;
    let step = |n: usize| size - (size - least) * n as f32 / (SIZES - 1) as f32;
    let mut pens: Vec<Arc<Pen>> = (0..SIZES)
        .map(|n| fonts.pen(bold, (step(n) * scale).round()))
        .collect();
    pens.dedup_by(|a, b| a.size() == b.size());
    let anchor = match node.attribute("text-anchor") {
        Some("middle") => 0.5,
        Some("end") => 1.0,
        _ => 0.0,
    };
    Ok(Slot {
        name: node.attribute("id").map(str::to_owned),
        words: node.text().unwrap_or("").trim().to_owned(),
        pens,
        colour: colour(node.attribute("fill").unwrap_or("#000000"))?,
        x: number("x", 0.0)? * scale,
        y: number("y", 0.0)? * scale,
        anchor,
        width: (number("data-width", 4096.0)? * scale).max(1.0),
        lines: number("data-lines", 1.0)?.clamp(1.0, 20.0) as usize,
        leading: number("data-leading", 1.05)?,
        shade: 0,
    })
}

/// A colour as `#rrggbb`.
fn colour(text: &str) -> Result<Colour, String> {
    let part =
        |from: usize| u8::from_str_radix(text.strip_prefix('#')?.get(from..from + 2)?, 16).ok();
    match (text.len(), part(0), part(2), part(4)) {
        (7, Some(red), Some(green), Some(blue)) => Ok([red, green, blue]),
        _ => Err(format!(
            "`fill` of a text is `{text}`; write it as `#rrggbb`"
        )),
    }
}

/// The template without its texts, on white.
fn pixels(tree: &Tree, scale: f32) -> Result<Vec<Colour>, String> {
    let mut pixmap = Pixmap::new(WIDTH as u32, HEIGHT as u32).ok_or("it has no size")?;
    resvg::render(
        tree,
        Transform::from_scale(scale, scale),
        &mut pixmap.as_mut(),
    );
    let on_white = |pixel: &[u8; 4]| {
        let white = 255 - pixel[3];
        [0, 1, 2].map(|n| pixel[n].saturating_add(white))
    };
    Ok(pixmap
        .data()
        .as_chunks::<4>()
        .0
        .iter()
        .map(on_white)
        .collect())
}

/// Ink over a colour, by how much of it there is.
fn mixed(under: Colour, ink: Colour, level: u8) -> Colour {
    let (level, most) = (u32::from(level), u32::from(LEVELS));
    [0, 1, 2].map(|n| {
        ((u32::from(ink[n]) * level + u32::from(under[n]) * (most - level) + most / 2) / most) as u8
    })
}

/// The rows and columns that words may reach.
fn area(slots: &[Slot]) -> Result<Area, String> {
    let tallest = |slot: &Slot| slot.pens.first().map_or(0.0, |pen| pen.size());
    let below = |slot: &Slot| {
        let lines = (slot.lines - 1) as f32 * slot.leading;
        slot.y + tallest(slot) * (lines + 0.4) + 2.0
    };
    let ends = |of: &dyn Fn(&Slot) -> f32| {
        slots
            .iter()
            .map(of)
            .fold((f32::MAX, f32::MIN), |(least, most), at| {
                (least.min(at), most.max(at))
            })
    };
    let (left, right) = (
        ends(&Slot::left).0 - 4.0,
        ends(&|slot| slot.left() + slot.width).1 + 4.0,
    );
    let (top, bottom) = (ends(&|slot| slot.y - tallest(slot) * 1.1).0, ends(&below).1);
    let place = |at: f32, most: usize| (at.max(0.0) as usize).min(most);
    let area = Area {
        left: place(left, WIDTH - 1),
        right: place(right, WIDTH),
        top: place(top, HEIGHT - 2),
        bottom: place(bottom, HEIGHT),
    };
    match slots.is_empty() || area.left >= area.right || area.top + 1 >= area.bottom {
        true => Err("it has no place for the title: `<text id=\"title\" …/>`".to_owned()),
        false => Ok(area),
    }
}

/// The picture in numbered colours: the shades of each text first, then what comes most often, and anything else as
/// the colour next to it.
fn numbered(pixels: &[Colour], area: Area, slots: &mut [Slot]) -> Picture {
    let rows: Vec<Vec<Run>> = pixels.chunks_exact(WIDTH).map(runs).collect();
    let columns = area.left..area.right;
    let within = rows[area.top..area.bottom].iter();
    let under = most_frequent(within.flat_map(|row| inside(row, columns.clone())));
    let ground = under.first().copied().unwrap_or([255; 3]);
    let mut palette = vec![ground];
    let mut inks: Vec<(Colour, u8)> = vec![];
    for slot in slots {
        let known = inks.iter().find(|(colour, _)| *colour == slot.colour);
        slot.shade = match known {
            Some((_, shade)) => *shade,
            None if palette.len() + usize::from(LEVELS) <= COLOURS / 2 => {
                let shade = palette.len() as u8 - 1;
                palette.extend((1..=LEVELS).map(|level| mixed(ground, slot.colour, level)));
                inks.push((slot.colour, shade));
                shade
            }
            None => 0,
        };
    }
    for colour in most_frequent(rows.iter().flatten().copied()) {
        if palette.len() < COLOURS && !palette.contains(&colour) {
            palette.push(colour);
        }
    }
    let mut numbers: BTreeMap<Colour, u8> = BTreeMap::new();
    let mut numbered = Vec::with_capacity(pixels.len());
    for (colour, length) in rows.into_iter().flatten() {
        let number = numbers
            .entry(colour)
            .or_insert_with(|| nearest(&palette, colour));
        numbered.resize(numbered.len() + length, *number);
    }
    Picture {
        palette,
        pixels: numbered,
        width: WIDTH,
    }
}

/// A row of pixels, run by run.
fn runs(row: &[Colour]) -> Vec<Run> {
    let mut rest = row;
    let mut runs = Vec::new();
    while let Some(first) = rest.first() {
        // Most of a row is of one colour: a hundred bytes are compared in the time of one pixel.
        let mut length = 1;
        while length < rest.len()
            && rest[length..].len() >= 32
            && rest[length..length + 32] == [*first; 32]
        {
            length += 32;
        }
        length += rest[length..]
            .iter()
            .take_while(|colour| *colour == first)
            .count();
        runs.push((*first, length));
        rest = &rest[length..];
    }
    runs
}

/// The runs between two columns of a row.
fn inside(row: &[Run], columns: std::ops::Range<usize>) -> impl Iterator<Item = Run> {
    let mut at = 0;
    row.iter().map(move |(colour, length)| {
        let begin = at;
        at += length;
        let within = at.min(columns.end).saturating_sub(begin.max(columns.start));
        (*colour, within)
    })
}

/// Number of the colour that is most like another.
fn nearest(palette: &[Colour], colour: Colour) -> u8 {
    let distance = |other: &Colour| -> u32 {
        (0..3)
            .map(|n| u32::from(other[n].abs_diff(colour[n])).pow(2))
            .sum()
    };
    let nearest = (0..palette.len()).min_by_key(|n| distance(&palette[*n]));
    nearest.unwrap_or(0) as u8
}

/// Colours of runs, those that come most often first.
fn most_frequent(runs: impl Iterator<Item = Run>) -> Vec<Colour> {
    let mut counts: BTreeMap<Colour, usize> = BTreeMap::new();
    for (colour, length) in runs.filter(|(_, length)| *length > 0) {
        *counts.entry(colour).or_default() += length;
    }
    let mut colours: Vec<(Colour, usize)> = counts.into_iter().collect();
    colours.sort_by_key(|(colour, count)| (std::cmp::Reverse(*count), *colour));
    colours.into_iter().map(|(colour, _)| colour).collect()
}
