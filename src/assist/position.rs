//! Places in a text as programs for editing count them: lines from 0, and in a line UTF-16 units or bytes.

/// How a place in a line is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// In bytes.
    Utf8,
    /// In the units of UTF-16, which every program understands.
    #[default]
    Utf16,
}

impl Encoding {
    fn units(self, letter: char) -> usize {
        match self {
            Encoding::Utf8 => letter.len_utf8(),
            Encoding::Utf16 => letter.len_utf16(),
        }
    }
}

/// Where each line begins: behind `\n`, `\r\n` or `\r`.
fn starts(text: &str) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    let ends = move |(n, byte): (usize, &u8)| match byte {
        b'\n' => true,
        b'\r' => bytes.get(n + 1) != Some(&b'\n'),
        _ => false,
    };
    let behind = bytes
        .iter()
        .enumerate()
        .filter(move |one| ends(*one))
        .map(|(n, _)| n + 1);
    std::iter::once(0).chain(behind)
}

/// Line and place in it of a byte.
pub fn position(text: &str, byte: usize, encoding: Encoding) -> (usize, usize) {
    let mut byte = byte.min(text.len());
    while !text.is_char_boundary(byte) {
        byte -= 1;
    }
    let before = starts(text)
        .take_while(|start| *start <= byte)
        .enumerate()
        .last();
    let (line, start) = before.unwrap_or((0, 0));
    let units = text[start..byte]
        .chars()
        .map(|letter| encoding.units(letter))
        .sum();
    (line, units)
}

/// The byte at a place; the end of the line where it has less, and of the text where that has less.
pub fn byte(text: &str, line: usize, character: usize, encoding: Encoding) -> usize {
    let Some(start) = starts(text).nth(line) else {
        return text.len();
    };
    let (mut at, mut units) = (start, 0);
    for letter in text[start..].chars() {
        units += encoding.units(letter);
        if units > character || matches!(letter, '\n' | '\r') {
            break;
        }
        at += letter.len_utf8();
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_place_is_counted_as_was_agreed() {
        let text = "één\r\n🍲 soep\n";
        let at = text.find("soep").unwrap();
        assert_eq!(position(text, at, Encoding::Utf16), (1, 3));
        assert_eq!(position(text, at, Encoding::Utf8), (1, 5));
        assert_eq!(position(text, 9999, Encoding::Utf16), (2, 0));
        assert_eq!(byte(text, 1, 3, Encoding::Utf16), at);
        // Within a letter of two units: before it.
        assert_eq!(byte(text, 1, 1, Encoding::Utf16), 7);
        assert_eq!(byte(text, 0, 99, Encoding::Utf16), 5);
        assert_eq!(byte(text, 99, 0, Encoding::Utf16), text.len());
    }

    proptest! {
        #[test]
        fn there_and_back(text in "[a-é🍲\n\r]{0,30}", at in 0usize..60, wide: bool) {
            let encoding = if wide { Encoding::Utf16 } else { Encoding::Utf8 };
            let (line, character) = position(&text, at, encoding);
            let back = byte(&text, line, character, encoding);
            prop_assert!(text.is_char_boundary(back));
            let between = text.as_bytes().get(back) == Some(&b'\r') && at == back + 1;
            let floor = (0..=at.min(text.len())).rev().find(|n| text.is_char_boundary(*n)).unwrap();
            prop_assert!(back == floor || between, "{} {}", back, at);
        }
    }
}
