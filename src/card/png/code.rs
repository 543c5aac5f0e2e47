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
/// First length that each symbol from 257 on stands for.
pub const LENGTHS: [usize; 29] = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258,
];
/// Bits, the first of them lowest.
#[derive(Default, Clone)]
pub struct Bits {
    /// Those that are whole bytes.
    pub bytes: Vec<u8>,
    waiting: u64,
    count: u32,
}

impl Bits {
    /// Adds at most 32 bits.
    pub fn add(&mut self, bits: u64, count: u32) {
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
    pub fn append(&mut self, other: &Bits) {
        let (words, rest) = other.bytes.as_chunks::<4>();
        for word in words {
            self.add(u64::from(u32::from_le_bytes(*word)), 32);
        }
        for byte in rest {
            self.add(u64::from(*byte), 8);
        }
        self.add(other.waiting, other.count);
    }

    /// The bytes, the last filled up with nothing.
    pub fn finish(mut self) -> Vec<u8> {
        let left = self.count.div_ceil(8) as usize;
        self.bytes
            .extend_from_slice(&self.waiting.to_le_bytes()[..left]);
        self.bytes
    }
}

/// A prefix code, and what a run of nothing looks like in it.
pub struct Code {
    /// Bits of each symbol and how many.
    pub symbols: Vec<(u64, u32)>,
    /// How many bits each symbol has.
    pub lengths: Vec<u8>,
    /// By the length of a run, up to [`RUN`].
    pub runs: Vec<(u64, u32)>,
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
        let runs = (0..=RUN).map(run).collect();
        Code {
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
