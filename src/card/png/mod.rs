//! PNG pictures that are alike but for some words, written fast.
//!
//! All cards of a kind have the same ground. What it looks like compressed is worked out once; for each card only
//! the rows that hold words are compressed anew, and the rest is copied, bit by bit. The compression is the plainest
//! that suits flat colours (RFC 1951): each row holds its difference from the row above, runs of nothing, and codes
//! that were fitted to a row of letters.

mod code;

use code::{Bits, END, GAPS, LENGTHS, RUN, SHORT, SYMBOLS};

pub use code::Code;
use std::sync::Arc;

/// The filter of every row: its difference from the row above.
const UP: u8 = 2;
const ADLER: u64 = 65521;
/// How often a colour comes in a ground, compared with the letters that the code is fitted to.
const GROUND: u32 = 30;

/// A part of the compressed picture, with its share of the sum at the end.
#[derive(Default, Clone)]
struct Part {
    bits: Bits,
    /// Sum of all bytes, and of each times the bytes from it to the end.
    sums: (u64, u64),
}

/// Bytes that are compressed once, from the first that is not nothing to the last.
pub struct Piece {
    part: Part,
    /// Bytes of nothing, of the piece itself, and of nothing again.
    lengths: [usize; 3],
}

impl Piece {
    /// Compresses differences between two rows.
    pub fn new(bytes: &[u8], code: &Code) -> Piece {
        let before = bytes.iter().take_while(|byte| **byte == 0).count();
        let behind = bytes[before..]
            .iter()
            .rev()
            .take_while(|byte| **byte == 0)
            .count();
        let own = &bytes[before..bytes.len() - behind];
        let mut press = Press::new(code, own.len() as u64);
        press.bytes(own);
        let lengths = [before, own.len(), behind];
        Piece {
            part: press.finish(),
            lengths,
        }
    }

    /// Whether there is anything in it but nothing.
    pub fn is_filled(&self) -> bool {
        self.lengths[1] > 0
    }
}

/// Compresses bytes, most of which are nothing.
struct Press<'c> {
    code: &'c Code,
    part: Part,
    /// Bytes of nothing that were not told yet.
    nothing: usize,
    /// Bytes from here to the end.
    left: u64,
}

impl<'c> Press<'c> {
    fn new(code: &'c Code, left: u64) -> Self {
        let (part, nothing) = (Part::default(), 0);
        Press {
            code,
            part,
            nothing,
            left,
        }
    }

    #[inline]
    fn byte(&mut self, byte: u8) {
        self.flush();
        let (bits, count) = self.code.symbols[usize::from(byte)];
        self.part.bits.add(bits, count);
        self.part.sums.0 += u64::from(byte);
        self.part.sums.1 += u64::from(byte) * self.left;
        self.left -= 1;
    }

    #[inline]
    fn skip(&mut self, count: usize) {
        self.nothing += count;
        self.left -= count as u64;
    }

    #[inline]
    fn flush(&mut self) {
        let mut rest = std::mem::take(&mut self.nothing);
        while rest > 0 {
            let part = rest.min(GAPS - 1);
            let (bits, count) = self.code.gaps[part];
            self.part.bits.add(bits, count);
            rest -= part;
        }
    }

    /// A piece that was compressed before.
    #[inline]
    fn piece(&mut self, piece: &Piece) {
        let [before, _, behind] = piece.lengths;
        self.skip(before);
        self.filled(piece);
        self.skip(behind);
    }

    /// The part of a piece that is not nothing.
    #[inline]
    fn filled(&mut self, piece: &Piece) {
        let [_, own, _] = piece.lengths;
        if own > 0 {
            self.flush();
            self.part.bits.append(&piece.part.bits);
            // Its sums are counted from its own end.
            let (all, weighted) = piece.part.sums;
            self.left -= own as u64;
            self.part.sums.0 += all;
            self.part.sums.1 += weighted + all * self.left;
        }
    }

    /// Bytes as they are: what differs from nothing is found eight at a time.
    fn bytes(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            let mut all = u64::from_le_bytes(*word);
            if all == 0 {
                self.skip(8);
                continue;
            }
            let mut behind = 8;
            while all != 0 {
                let nothing = (all.trailing_zeros() / 8) as usize;
                self.skip(nothing);
                all >>= 8 * nothing;
                self.byte(all as u8);
                all >>= 8;
                behind -= nothing + 1;
            }
            self.skip(behind);
        }
        for byte in rest {
            match byte {
                0 => self.skip(1),
                byte => self.byte(*byte),
            }
        }
    }

    fn finish(mut self) -> Part {
        self.flush();
        self.part
    }
}

/// A place for words on a picture: rows and columns, the last ones excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    /// First column.
    pub left: usize,
    /// The column after the last.
    pub right: usize,
    /// First row.
    pub top: usize,
    /// The row after the last. No word may reach the row before it.
    pub bottom: usize,
}

impl Area {
    /// How many columns it has.
    pub fn width(&self) -> usize {
        self.right - self.left
    }

    /// How many rows it has.
    pub fn height(&self) -> usize {
        self.bottom - self.top
    }
}

/// Colours by number, and the numbers of all pixels.
pub struct Picture {
    /// At most 256 colours: red, green, blue.
    pub palette: Vec<[u8; 3]>,
    /// Row by row.
    pub pixels: Vec<u8>,
    /// How many pixels a row has.
    pub width: usize,
}

/// A picture on which words can be printed many times.
pub struct Sheet {
    picture: Picture,
    area: Area,
    code: Arc<Code>,
    /// What stands before the area and behind it, compressed.
    around: [Part; 2],
    /// What stands between the area's part of a row and that of the next: what words never change.
    between: Vec<Piece>,
    /// All of the file that comes before the compressed bytes.
    beginning: Vec<u8>,
}

impl Sheet {
    /// Works out everything that does not depend on the words.
    pub fn new(picture: Picture, area: Area, code: &Arc<Code>) -> Sheet {
        let mut sheet = Sheet {
            beginning: beginning(&picture),
            picture,
            area,
            code: code.clone(),
            around: Default::default(),
            between: vec![],
        };
        let rows: Vec<Vec<u8>> = (0..sheet.height()).map(|y| sheet.difference(y)).collect();
        let part = |rows: &[Vec<u8>], behind: usize, code| {
            let left = ((rows.len() + behind) * rows.first().map_or(0, Vec::len)) as u64;
            let mut press = Press::new(code, left);
            rows.iter().for_each(|row| press.bytes(row));
            press.finish()
        };
        let (head, tail) = (&rows[..area.top], &rows[area.bottom..]);
        let behind = rows.len() - area.top;
        sheet.around = [part(head, behind, &sheet.code), part(tail, 0, &sheet.code)];
        // From behind the area of one row to where it begins in the next; one piece before all of them.
        let rows = &rows[area.top..area.bottom];
        let ends = std::iter::once(&[][..]).chain(rows.iter().map(|row| &row[area.right + 1..]));
        let begins = rows.iter().map(|row| &row[..=area.left]).chain([&[][..]]);
        let pieces = ends
            .zip(begins)
            .map(|(end, begin)| Piece::new(&[end, begin].concat(), &sheet.code));
        sheet.between = pieces.collect();
        sheet
    }

    fn height(&self) -> usize {
        self.picture.pixels.len() / self.picture.width
    }

    /// A row of the picture.
    fn row(&self, y: usize) -> &[u8] {
        let width = self.picture.width;
        &self.picture.pixels[y * width..(y + 1) * width]
    }

    /// What a row adds to the one above, behind the number of its filter.
    fn difference(&self, y: usize) -> Vec<u8> {
        let blank = vec![0; self.picture.width];
        let above = match y {
            0 => &blank,
            _ => self.row(y - 1),
        };
        let pairs = self.row(y).iter().zip(above);
        std::iter::once(UP)
            .chain(pairs.map(|(now, above)| now.wrapping_sub(*above)))
            .collect()
    }

    /// The picture with words on it, as a PNG file. `ink` holds the number of a colour for each pixel of the area, and
    /// 0 where there is no ink.
    pub fn print(&self, ink: &[u8]) -> Vec<u8> {
        let (area, width) = (self.area, self.area.width());
        let mut press = self.begin();
        let mut above = self.row(area.top.saturating_sub(1))[area.left..area.right].to_vec();
        let (mut now, mut added) = (vec![0; width], vec![0; width]);
        for (n, ink) in ink.chunks_exact(width).enumerate() {
            now.copy_from_slice(&self.row(area.top + n)[area.left..area.right]);
            lay(&mut now, ink);
            for ((added, now), above) in added.iter_mut().zip(&now).zip(&above) {
                *added = now.wrapping_sub(*above);
            }
            press.piece(&self.between[n]);
            press.bytes(&added);
            std::mem::swap(&mut now, &mut above);
        }
        self.end(press)
    }

    /// The same from what words change, where nothing but them is in the area ([`Sheet::is_plain`]). For each of its
    /// rows `put` puts down how it differs from the row above.
    pub fn print_changes(&self, put: impl Fn(usize, &mut Changes)) -> Vec<u8> {
        let mut press = self.begin();
        for n in 0..self.area.height() {
            press.piece(&self.between[n]);
            let mut changes = Changes {
                press: &mut press,
                at: 0,
            };
            put(n, &mut changes);
            let behind = self.area.width() - changes.at;
            press.skip(behind);
        }
        self.end(press)
    }

    /// Whether the area is all of one colour, and the row above it.
    pub fn is_plain(&self) -> bool {
        let mut rows = self.area.top.saturating_sub(1)..self.area.bottom;
        rows.all(|y| {
            let row = &self.row(y)[self.area.left..self.area.right];
            row.iter().all(|number| *number == 0)
        })
    }

    fn begin(&self) -> Press<'_> {
        let area = self.area;
        let left = ((self.height() - area.top) * (self.picture.width + 1)) as u64;
        let mut press = Press::new(&self.code, left);
        let bits = &mut press.part.bits;
        // What words add is seldom more.
        let words = area.width() * area.height() / 16;
        let around = self.around.iter().map(|part| part.bits.len());
        bits.words.reserve((around.sum::<usize>() + words) / 8);
        self.code.header(bits);
        bits.append(&self.around[0].bits);
        press
    }

    fn end(&self, mut press: Press) -> Vec<u8> {
        press.piece(&self.between[self.between.len() - 1]);
        let mut part = press.finish();
        part.bits.append(&self.around[1].bits);
        let (end, count) = self.code.symbols[END];
        part.bits.add(end, count);
        let sums = self.around.iter().fold(part.sums, |all, part| {
            (all.0 + part.sums.0, all.1 + part.sums.1)
        });
        let total = (self.height() * (self.picture.width + 1)) as u64;
        let sum = (((total + sums.1) % ADLER) << 16) | ((1 + sums.0) % ADLER);
        self.file(&part.bits, sum as u32)
    }

    fn file(&self, compressed: &Bits, sum: u32) -> Vec<u8> {
        let mut file = Vec::with_capacity(self.beginning.len() + compressed.len() + 40);
        file.extend_from_slice(&self.beginning);
        // The beginning of a zlib stream (RFC 1950), the stream, and the sum of what it holds.
        chunk(&mut file, b"IDAT", |file| {
            file.extend_from_slice(&[0x78, 0x01]);
            compressed.write(file);
            file.extend_from_slice(&sum.to_be_bytes());
        });
        chunk(&mut file, b"IEND", |_| {});
        file
    }
}

/// Where a row differs from the one above.
pub struct Changes<'p, 'c> {
    press: &'p mut Press<'c>,
    /// The column behind the last change.
    at: usize,
}

impl Changes<'_, '_> {
    /// What differs from a column on. Pieces come in their order, and only nothing of them may overlap.
    #[inline]
    pub fn put(&mut self, column: usize, piece: &Piece) {
        let [before, own, _] = piece.lengths;
        self.press.skip(column + before - self.at);
        self.press.filled(piece);
        self.at = column + before + own;
    }
}

/// Lays ink over a ground.
fn lay(ground: &mut [u8], ink: &[u8]) {
    for (ground, ink) in ground.iter_mut().zip(ink) {
        *ground = if *ink == 0 { *ground } else { *ink };
    }
}

/// The code that suits rows which hold such differences, on a ground of any look.
pub fn fitted(rows: &[u8]) -> Code {
    let mut counts = tally(rows);
    for (number, count) in counts.iter_mut().enumerate() {
        *count += match number {
            // Grounds have edges of other colours than letters, and wide plains.
            1..64 | 192..256 => GROUND,
            _ if number == SYMBOLS - 1 => GROUND * 20,
            _ => 1,
        };
    }
    Code::fitted(counts)
}

/// How often each symbol would come.
fn tally(bytes: &[u8]) -> Vec<u32> {
    let mut counts = vec![0; SYMBOLS];
    let mut run = 0;
    for byte in bytes.iter().chain(&[UP]) {
        if *byte == 0 {
            run += 1;
            continue;
        }
        match run {
            0..=SHORT => counts[0] += run as u32,
            _ => {
                counts[0] += 1;
                counts[SYMBOLS - 1] += ((run - 1) / RUN) as u32;
                let rest = ((run - 1) % RUN).max(SHORT);
                counts[END + LENGTHS.partition_point(|first| *first <= rest)] += 1;
            }
        }
        counts[usize::from(*byte)] += 1;
        run = 0;
    }
    counts
}

/// The signature, what sort of picture it is, and its colours.
fn beginning(picture: &Picture) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let side = |length: usize| u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes();
    let height = picture.pixels.len() / picture.width;
    // Eight bits a pixel, each the number of a colour.
    let kind = [&side(picture.width)[..], &side(height), &[8, 3, 0, 0, 0]].concat();
    chunk(&mut file, b"IHDR", |file| file.extend_from_slice(&kind));
    let palette = picture.palette.as_flattened();
    chunk(&mut file, b"PLTE", |file| file.extend_from_slice(palette));
    file
}

/// A part of the file: its length, its name, what `write` adds, and a sum of both.
fn chunk(file: &mut Vec<u8>, name: &[u8; 4], write: impl FnOnce(&mut Vec<u8>)) {
    let start = file.len();
    file.extend_from_slice(&[0; 4]);
    file.extend_from_slice(name);
    write(file);
    let length = u32::try_from(file.len() - start - 8).unwrap_or(u32::MAX);
    file[start..start + 4].copy_from_slice(&length.to_be_bytes());
    let sum = crc32fast::hash(&file[start + 4..]);
    file.extend_from_slice(&sum.to_be_bytes());
}

#[cfg(test)]
mod tests;
