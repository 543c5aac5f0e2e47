//! Bits and prefix codes, as the format wants them (RFC 1951).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Symbols of the code: 256 bytes, the end, and 29 lengths of runs.
pub const SYMBOLS: usize = 286;
pub const END: usize = 256;
/// Longest code that the format allows.
pub const LONGEST: u8 = 15;
/// Shortest run that one symbol can tell.
pub const SHORT: usize = 3;
/// Longest run that one symbol can tell.
pub const RUN: usize = 258;
/// Fewer bytes of nothing than these are told by one byte and at most two runs.
pub const GAPS: usize = 2 * RUN + 2;
/// First length that each symbol from 257 on stands for.
pub const LENGTHS: [usize; 29] = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258,
];
/// Bits, the first of them lowest.
#[derive(Default, Clone)]
pub struct Bits {
    /// Those that are whole words.
    pub words: Vec<u64>,
    waiting: u64,
    /// How many are waiting for their word to be full, fewer than 64.
    count: u32,
}

impl Bits {
    /// Adds fewer than 64 bits.
    #[inline]
    pub fn add(&mut self, bits: u64, count: u32) {
        self.waiting |= bits << self.count;
        self.count += count;
        if self.count >= 64 {
            self.words.push(self.waiting);
            self.count -= 64;
            // What found no room.
            self.waiting = bits >> (count - self.count);
        }
    }

    /// Adds all bits of another.
    #[inline]
    pub fn append(&mut self, other: &Bits) {
        let (low, high) = (self.count, 63 - self.count);
        for word in &other.words {
            self.words.push(self.waiting | word << low);
            // In two steps, since none of it is left when none was waiting.
            self.waiting = word >> 1 >> high;
        }
        self.add(other.waiting, other.count);
    }

    /// How many bytes they fill.
    pub fn len(&self) -> usize {
        self.words.len() * 8 + self.count.div_ceil(8) as usize
    }

    /// Writes the bytes, the last filled up with nothing.
    pub fn write(&self, out: &mut Vec<u8>) {
        let (from, until) = (out.len(), out.len() + self.len());
        out.resize(from + self.words.len() * 8, 0);
        let places = out[from..].as_chunks_mut::<8>().0;
        for (place, word) in places.iter_mut().zip(&self.words) {
            *place = word.to_le_bytes();
        }
        let left = until - out.len();
        out.extend_from_slice(&self.waiting.to_le_bytes()[..left]);
    }
}

/// A prefix code, and what a run of nothing looks like in it.
pub struct Code {
    /// Bits of each symbol and how many.
    pub symbols: Vec<(u64, u32)>,
    /// How many bits each symbol has.
    pub lengths: Vec<u8>,
    /// By the length of a run behind its first byte, up to [`RUN`].
    pub runs: Vec<(u64, u32)>,
    /// By the number of bytes of nothing, for those that fit into a word.
    pub gaps: Vec<(u64, u32)>,
}

impl Code {
    /// The shortest code for symbols that come so often.
    pub fn fitted(mut counts: Vec<u32>) -> Code {
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
        let runs: Vec<(u64, u32)> = (0..=RUN).map(run).collect();
        let gaps = (0..GAPS).map(|nothing| gap(nothing, symbols[0], &runs));
        Code {
            gaps: gaps.collect(),
            symbols,
            lengths,
            runs,
        }
    }

    /// The beginning of the only block, which tells the code (RFC 1951, section 3.2.7).
    pub fn header(&self, bits: &mut Bits) {
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

/// Bytes of nothing, fewer than [`GAPS`]: a few by themselves, more of them as one and runs of the same.
fn gap(nothing: usize, one: (u64, u32), runs: &[(u64, u32)]) -> (u64, u32) {
    let mut parts = vec![one; nothing.min(SHORT)];
    if nothing > SHORT {
        parts.truncate(1);
        let rest = nothing - 1;
        // What is left over is never too short to be told as a run.
        let first = match rest {
            rest if rest <= RUN => rest,
            rest if rest < RUN + SHORT => rest - SHORT,
            _ => RUN,
        };
        parts.extend(
            [first, rest - first]
                .iter()
                .filter(|length| **length > 0)
                .map(|length| runs[*length]),
        );
    }
    let join =
        |(all, total): (u64, u32), (bits, count): (u64, u32)| (all | bits << total, total + count);
    parts.into_iter().fold((0, 0), join)
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
