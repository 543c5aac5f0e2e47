//! PNG pictures that are alike but for some words, written fast.
//!
//! All cards of a kind have the same ground. What it looks like compressed is worked out once; for each card only
//! the rows that hold words are compressed anew, and the rest is copied, bit by bit. The compression is the plainest
//! that suits flat colours (RFC 1951): each row holds its difference from the row above, runs of nothing, and codes
//! that were fitted to a row of letters.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Symbols of the code: 256 bytes, the end, and 29 lengths of runs.
const SYMBOLS: usize = 286;
const END: usize = 256;
/// Longest code that the format allows.
const LONGEST: u8 = 15;
/// Shortest run that one symbol can tell.
const SHORT: usize = 3;
/// Longest run that one symbol can tell.
const RUN: usize = 258;
/// First length that each symbol from 257 on stands for.
const LENGTHS: [usize; 29] = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258,
];
/// The filter of every row: its difference from the row above.
const UP: u8 = 2;
const ADLER: u64 = 65521;

/// Bits, the first of them lowest.
#[derive(Default, Clone)]
struct Bits {
    bytes: Vec<u8>,
    waiting: u64,
    count: u32,
}

impl Bits {
    /// Adds at most 32 bits.
    fn add(&mut self, bits: u64, count: u32) {
        self.waiting |= bits << self.count;
        self.count += count;
        if self.count >= 32 {
            self.bytes
                .extend_from_slice(&(self.waiting as u32).to_le_bytes());
            self.waiting >>= 32;
            self.count -= 32;
        }
    }

    /// Adds all bits of another.
    fn append(&mut self, other: &Bits) {
        let (words, rest) = other.bytes.as_chunks::<4>();
        for word in words {
            self.add(u64::from(u32::from_le_bytes(*word)), 32);
        }
        for byte in rest {
            self.add(u64::from(*byte), 8);
        }
        self.add(other.waiting, other.count);
    }

    fn finish(mut self) -> Vec<u8> {
        let left = self.count.div_ceil(8) as usize;
        self.bytes
            .extend_from_slice(&self.waiting.to_le_bytes()[..left]);
        self.bytes
    }
}

/// A prefix code, and what a run of nothing looks like in it.
struct Code {
    /// Bits of each symbol and how many.
    symbols: Vec<(u64, u32)>,
    lengths: Vec<u8>,
    /// By the length of a run, up to [`RUN`].
    runs: Vec<(u64, u32)>,
}

impl Code {
    /// The shortest code for symbols that come so often.
    fn fitted(mut counts: Vec<u32>) -> Code {
        counts.iter_mut().for_each(|count| *count = (*count).max(1));
        let lengths = loop {
            let lengths = depths(&counts);
            if lengths.iter().all(|length| *length <= LONGEST) {
                break lengths;
            }
            counts
                .iter_mut()
                .for_each(|count| *count = (*count / 2).max(1));
        };
        let symbols = canonical(&lengths);
        let run = |length: usize| match length {
            0..SHORT => (0, 0),
            _ => {
                let n = LENGTHS.partition_point(|first| *first <= length) - 1;
                let (bits, count) = symbols[END + 1 + n];
                let more = (length - LENGTHS[n]) as u64;
                // Behind the length stands the distance, of one bit: always 1.
                (bits | more << count, count + extra(n) + 1)
            }
        };
        let runs = (0..=RUN).map(run).collect();
        Code {
            symbols,
            lengths,
            runs,
        }
    }

    /// The beginning of the only block, which tells the code (RFC 1951, section 3.2.7).
    fn header(&self, bits: &mut Bits) {
        // The last block, with a code of its own.
        bits.add(0b101, 3);
        bits.add((SYMBOLS - 257) as u64, 5);
        bits.add(0, 5);
        bits.add(19 - 4, 4);
        // The lengths themselves are told in four bits each, without the three signs for repeats.
        for _ in 0..3 {
            bits.add(0, 3);
        }
        for _ in 0..16 {
            bits.add(4, 3);
        }
        for length in &self.lengths {
            bits.add(u64::from(*length).reverse_bits() >> 60, 4);
        }
        bits.add(1u64.reverse_bits() >> 60, 4);
    }
}

/// How many bits tell the rest of a length, by the number of its symbol.
fn extra(n: usize) -> u32 {
    match n {
        28 => 0,
        n => (n as u32 / 4).saturating_sub(1),
    }
}

/// How deep each symbol lies in Huffman's tree.
fn depths(counts: &[u32]) -> Vec<u8> {
    let mut heap: BinaryHeap<Reverse<(u32, usize)>> = counts
        .iter()
        .enumerate()
        .map(|(n, c)| Reverse((*c, n)))
        .collect();
    let mut parents = vec![0; counts.len()];
    while let (Some(Reverse((a, first))), Some(Reverse((b, second)))) = (heap.pop(), heap.pop()) {
        let node = parents.len();
        parents.push(0);
        (parents[first], parents[second]) = (node, node);
        if heap.is_empty() {
            break;
        }
        heap.push(Reverse((a.saturating_add(b), node)));
    }
    let mut deep = vec![0u8; parents.len()];
    for node in (0..parents.len().saturating_sub(1)).rev() {
        deep[node] = deep[parents[node]].saturating_add(1);
    }
    deep.truncate(counts.len());
    deep
}

/// Codes in the order of their lengths, each with its bits turned round as the format wants them.
fn canonical(lengths: &[u8]) -> Vec<(u64, u32)> {
    let mut order: Vec<usize> = (0..lengths.len()).collect();
    order.sort_by_key(|n| (lengths[*n], *n));
    let mut symbols = vec![(0, 0); lengths.len()];
    let (mut code, mut before) = (0u64, 0u32);
    for n in order {
        let length = u32::from(lengths[n]);
        code <<= length - before;
        symbols[n] = (code.reverse_bits() >> (64 - length), length);
        (code, before) = (code + 1, length);
    }
    symbols
}

/// A part of the compressed picture, with its share of the sum at the end.
#[derive(Default, Clone)]
struct Part {
    bits: Bits,
    /// Sum of all bytes, and of each times the bytes from it to the end.
    sums: (u64, u64),
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

    /// A run is one byte of nothing, and then as often the same.
    fn flush(&mut self) {
        let mut rest = std::mem::take(&mut self.nothing);
        let (nothing, bits) = (self.code.symbols[0], &mut self.part.bits);
        if rest > SHORT {
            bits.add(nothing.0, nothing.1);
            rest -= 1;
            while rest > 0 {
                // What is left over is never too short to be told as a run.
                let length = match rest {
                    rest if rest <= RUN => rest,
                    rest if rest < RUN + SHORT => rest - SHORT,
                    _ => RUN,
                };
                let (run, count) = self.code.runs[length];
                bits.add(run, count);
                rest -= length;
            }
        }
        (0..rest).for_each(|_| bits.add(nothing.0, nothing.1));
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
    code: Code,
    /// What stands before the area and behind it, compressed.
    around: [Part; 2],
    /// The differences of each row of the area that words never change: left of it and right of it.
    beside: Vec<[Vec<u8>; 2]>,
    /// All of the file that comes before the compressed bytes.
    beginning: Vec<u8>,
}

impl Sheet {
    /// Works out everything that does not depend on the words. `sample` is ink such as words leave it, to fit the
    /// code to.
    pub fn new(picture: Picture, area: Area, sample: &[u8]) -> Sheet {
        let beginning = beginning(&picture);
        let mut sheet = Sheet {
            picture,
            area,
            code: Code::fitted(vec![1; SYMBOLS]),
            around: Default::default(),
            beside: vec![],
            beginning,
        };
        let rows: Vec<Vec<u8>> = (0..sheet.height())
            .map(|y| sheet.difference(y, sample))
            .collect();
        sheet.code = Code::fitted(tally(&rows.concat()));
        let blank = vec![0; sample.len()];
        let rows: Vec<Vec<u8>> = (0..sheet.height())
            .map(|y| sheet.difference(y, &blank))
            .collect();
        let part = |rows: &[Vec<u8>], behind: usize, code| {
            let left = ((rows.len() + behind) * rows.first().map_or(0, Vec::len)) as u64;
            let mut press = Press::new(code, left);
            rows.iter().for_each(|row| press.bytes(row));
            press.finish()
        };
        let (head, tail) = (&rows[..area.top], &rows[area.bottom..]);
        let behind = rows.len() - area.top;
        sheet.around = [part(head, behind, &sheet.code), part(tail, 0, &sheet.code)];
        let sides = |row: &Vec<u8>| [row[..=area.left].to_vec(), row[area.right + 1..].to_vec()];
        sheet.beside = rows[area.top..area.bottom].iter().map(sides).collect();
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

    /// A row with its words on it.
    fn printed(&self, y: usize, ink: &[u8]) -> Vec<u8> {
        let mut row = self.row(y).to_vec();
        if (self.area.top..self.area.bottom).contains(&y) {
            let width = self.area.width();
            let ink = &ink[(y - self.area.top) * width..][..width];
            lay(&mut row[self.area.left..self.area.right], ink);
        }
        row
    }

    /// What a row adds to the one above, behind the number of its filter.
    fn difference(&self, y: usize, ink: &[u8]) -> Vec<u8> {
        let above = match y {
            0 => vec![0; self.picture.width],
            _ => self.printed(y - 1, ink),
        };
        let pairs = self.printed(y, ink).into_iter().zip(above);
        std::iter::once(UP)
            .chain(pairs.map(|(now, above)| now.wrapping_sub(above)))
            .collect()
    }

    /// The picture with words on it, as a PNG file. `ink` holds the number of a colour for each pixel of the area, and
    /// 0 where there is no ink.
    pub fn print(&self, ink: &[u8]) -> Vec<u8> {
        let (area, width) = (self.area, self.area.width());
        let total = (self.height() * (self.picture.width + 1)) as u64;
        let mut bits = Bits::default();
        bits.bytes.reserve(
            self.around[0].bits.bytes.len() + self.around[1].bits.bytes.len() + ink.len() / 16,
        );
        self.code.header(&mut bits);
        bits.append(&self.around[0].bits);
        let left = ((self.height() - area.top) * (self.picture.width + 1)) as u64;
        let mut press = Press::new(&self.code, left);
        press.part.bits = bits;
        let mut above = self.row(area.top.saturating_sub(1))[area.left..area.right].to_vec();
        let (mut now, mut added) = (vec![0; width], vec![0; width]);
        for (n, ink) in ink.chunks_exact(width).enumerate() {
            now.copy_from_slice(&self.row(area.top + n)[area.left..area.right]);
            lay(&mut now, ink);
            for ((added, now), above) in added.iter_mut().zip(&now).zip(&above) {
                *added = now.wrapping_sub(*above);
            }
            let [before, behind] = &self.beside[n];
            press.bytes(before);
            press.bytes(&added);
            press.bytes(behind);
            std::mem::swap(&mut now, &mut above);
        }
        let mut part = press.finish();
        part.bits.append(&self.around[1].bits);
        let (end, count) = self.code.symbols[END];
        part.bits.add(end, count);
        let sums = self.around.iter().fold(part.sums, |all, part| {
            (all.0 + part.sums.0, all.1 + part.sums.1)
        });
        let sum = ((total + sums.1) % ADLER) << 16 | (1 + sums.0) % ADLER;
        self.file(part.bits.finish(), sum as u32)
    }

    fn file(&self, compressed: Vec<u8>, sum: u32) -> Vec<u8> {
        let mut file = Vec::with_capacity(self.beginning.len() + compressed.len() + 40);
        file.extend_from_slice(&self.beginning);
        // The beginning of a zlib stream (RFC 1950), the stream, and the sum of what it holds.
        let data = [&[0x78, 0x01], &compressed[..], &sum.to_be_bytes()].concat();
        chunk(&mut file, b"IDAT", &data);
        chunk(&mut file, b"IEND", &[]);
        file
    }
}

/// Lays ink over a ground.
fn lay(ground: &mut [u8], ink: &[u8]) {
    for (ground, ink) in ground.iter_mut().zip(ink) {
        *ground = if *ink == 0 { *ground } else { *ink };
    }
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
    chunk(&mut file, b"IHDR", &kind);
    chunk(&mut file, b"PLTE", picture.palette.as_flattened());
    file
}

fn chunk(file: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    let length = u32::try_from(data.len()).unwrap_or(u32::MAX);
    file.extend_from_slice(&length.to_be_bytes());
    file.extend_from_slice(name);
    file.extend_from_slice(data);
    let mut sum = crc32fast::Hasher::new();
    sum.update(name);
    sum.update(data);
    file.extend_from_slice(&sum.finalize().to_be_bytes());
}

#[cfg(test)]
mod tests;
