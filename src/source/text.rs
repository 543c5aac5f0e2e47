//! Bytes of unknown origin as text: byte order marks, UTF-16, Windows-1252, all sorts of line ends.

use crate::phrase;

/// A text, and what had to be done to read it.
pub struct Decoded {
    /// The text, with `\n` at the end of lines.
    pub text: String,
    /// What was repaired, in words; each counted in the report.
    pub notes: Vec<&'static str>,
}

/// What Windows-1252 has between 0x80 and 0x9F; five of them are not in use.
const WINDOWS: [char; 32] = [
    '€', '\u{fffd}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{fffd}', 'Ž',
    '\u{fffd}', '\u{fffd}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{fffd}',
    'ž', 'Ÿ',
];

/// Reads bytes as text. Never fails: what no encoding explains is read as Windows-1252.
pub fn decode(bytes: &[u8]) -> Decoded {
    let mut notes = Vec::new();
    let text = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => {
            notes.push(phrase!("a byte order mark was taken off"));
            utf8(rest, &mut notes)
        }
        [0xFF, 0xFE, rest @ ..] => wide(rest, u16::from_le_bytes, &mut notes),
        [0xFE, 0xFF, rest @ ..] => wide(rest, u16::from_be_bytes, &mut notes),
        bytes => utf8(bytes, &mut notes),
    };
    Decoded {
        text: lines(text, &mut notes),
        notes,
    }
}

fn utf8(bytes: &[u8], notes: &mut Vec<&'static str>) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => {
            notes.push(phrase!(
                "the text was not UTF-8 and was read as Windows-1252"
            ));
            bytes.iter().map(|byte| windows(*byte)).collect()
        }
    }
}

fn windows(byte: u8) -> char {
    match byte {
        0x80..=0x9F => WINDOWS
            .get(usize::from(byte - 0x80))
            .copied()
            .unwrap_or('\u{fffd}'),
        byte => char::from(byte),
    }
}

fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16, notes: &mut Vec<&'static str>) -> String {
    notes.push(phrase!("the text was UTF-16"));
    let (pairs, _) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    String::from_utf16_lossy(&units)
}

/// Line ends become `\n`; control characters, which no editor shows, are left out.
fn lines(text: String, notes: &mut Vec<&'static str>) -> String {
    let control = |c: char| c.is_control() && !matches!(c, '\n' | '\t' | '\r');
    let text = match text.contains('\r') {
        true => text.replace("\r\n", "\n").replace('\r', "\n"),
        false => text,
    };
    if !text.contains(control) && !text.contains('\u{feff}') {
        return text;
    }
    notes.push(phrase!("characters that cannot be seen were left out"));
    text.chars()
        .filter(|c| !control(*c) && *c != '\u{feff}')
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_of_the_same_words_is_the_same_text() {
        let words = "Café “open”\nvoor iedereen\n";
        let wide: Vec<u8> = words.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let written = [
            words.as_bytes().to_vec(),
            ["\u{feff}", &words.replace('\n', "\r\n")]
                .concat()
                .into_bytes(),
            [&[0xFF, 0xFE][..], &wide].concat(),
            b"Caf\xe9 \x93open\x94\nvoor iedereen\n".to_vec(),
        ];
        for bytes in written {
            assert_eq!(decode(&bytes).text, words);
        }
    }
}
