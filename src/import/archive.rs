//! Archives in the ZIP format, as workbooks are: a file of them by its name, or nothing. Sizes are checked before
//! anything is unpacked, so that a small file cannot fill the memory.

use flate2::read::DeflateDecoder;
use std::collections::BTreeMap;
use std::io::Read;

/// The largest file that is unpacked, in bytes.
const LARGEST: u64 = 400 << 20;
/// The most files that are looked for in an archive.
const MOST: usize = 20_000;

/// An archive, and where each of its files begins.
pub struct Archive<'a> {
    bytes: &'a [u8],
    entries: BTreeMap<String, Entry>,
}

struct Entry {
    /// Where its own header stands.
    at: usize,
    packed: usize,
    deflated: bool,
}

fn short(bytes: &[u8], at: usize) -> Option<usize> {
    let pair = bytes.get(at..at.checked_add(2)?)?;
    Some(usize::from(u16::from_le_bytes(pair.try_into().ok()?)))
}

fn long(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    usize::try_from(u32::from_le_bytes(four.try_into().ok()?)).ok()
}

impl<'a> Archive<'a> {
    /// Reads the directory at the end of an archive; nothing for what is none.
    pub fn read(bytes: &'a [u8]) -> Option<Archive<'a>> {
        let last = bytes.len().checked_sub(22)?;
        let first = last.saturating_sub(65_536);
        let end = (first..=last)
            .rev()
            .find(|at| bytes.get(*at..*at + 4) == Some(b"PK\x05\x06"))?;
        let count = short(bytes, end + 10)?.min(MOST);
        let mut at = long(bytes, end + 16)?;
        let mut entries = BTreeMap::new();
        for _ in 0..count {
            if bytes.get(at..at.checked_add(4)?) != Some(b"PK\x01\x02") {
                break;
            }
            let method = short(bytes, at + 10)?;
            // What is locked with a password has the first bit set.
            let open = short(bytes, at + 8)? & 1 == 0;
            let (name, more) = (short(bytes, at + 28)?, [at + 30, at + 32]);
            let start = at + 46;
            let text = String::from_utf8_lossy(bytes.get(start..start + name)?).into_owned();
            if open && (method == 0 || method == 8) {
                let entry = Entry {
                    at: long(bytes, at + 42)?,
                    packed: long(bytes, at + 20)?,
                    deflated: method == 8,
                };
                entries.insert(text.replace('\\', "/"), entry);
            }
            at = start + name + short(bytes, more[0])? + short(bytes, more[1])?;
        }
        Some(Archive { bytes, entries })
    }

    /// A file, unpacked; nothing where it is not there, damaged or larger than can be.
    pub fn file(&self, name: &str) -> Option<Vec<u8>> {
        let entry = self.entries.get(name.trim_start_matches('/'))?;
        let header = entry.at.checked_add(30)?;
        let skipped = short(self.bytes, header - 4)? + short(self.bytes, header - 2)?;
        let start = header.checked_add(skipped)?;
        let packed = self.bytes.get(start..start.checked_add(entry.packed)?)?;
        if !entry.deflated {
            return Some(packed.to_vec());
        }
        let mut unpacked = Vec::new();
        let mut reader = DeflateDecoder::new(packed).take(LARGEST + 1);
        reader.read_to_end(&mut unpacked).ok()?;
        (unpacked.len() as u64 <= LARGEST).then_some(unpacked)
    }

    /// A file as text.
    pub fn text(&self, name: &str) -> Option<String> {
        let bytes = self.file(name)?;
        Some(match bytes.as_slice() {
            [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
            bytes => String::from_utf8_lossy(bytes).into_owned(),
        })
    }
}
