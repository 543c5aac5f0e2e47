//! Content lines of iCalendar (RFC 5545 section 3.1): the one place that knows the `ical` crate.
//!
//! Of that crate only the lexer of a line is used. Bytes are decoded and lines unfolded here, since it loses
//! spaces at folds; what it strips of values and parameters is mended here.

use crate::source::text;
use ical::property::PropertyParser;
use std::collections::BTreeSet;

/// Most bytes of name and parameters: what is longer is no property.
const HEAD: usize = 4096;
/// Most bytes of a value that are kept.
const VALUE: usize = 256 * 1024;
/// Most values of one parameter that the crate reads.
const VALUES: usize = 10;

/// A content line: name and parameters in capitals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its name.
    pub name: String,
    /// Its parameters with their first value.
    pub parameters: Vec<(String, String)>,
    /// Its value, as it is written.
    pub value: String,
}

impl Line {
    /// The value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The value as text (RFC 5545 section 3.3.11).
    pub fn text(&self) -> String {
        unescaped(&self.value)
    }
}

/// What a calendar consists of.
#[derive(Debug, Default)]
pub struct Lines {
    /// Its lines.
    pub found: Vec<Line>,
    /// How many more are none.
    pub bad: usize,
    /// What had to be done to read them, in words.
    pub notes: BTreeSet<&'static str>,
}

/// The lines of a calendar, of any encoding and with any ends of lines.
pub fn lines(bytes: &[u8]) -> Lines {
    let wide = matches!(bytes, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]);
    let mut lines = Lines::default();
    let decoded;
    let bytes = match (wide, narrow(bytes)) {
        (true, _) => {
            let whole = text::decode(bytes);
            lines.notes.extend(whole.notes);
            decoded = whole.text;
            decoded.as_bytes()
        }
        (false, Some(bytes)) => {
            decoded = bytes;
            decoded.as_bytes()
        }
        _ => bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes),
    };
    for line in unfolded(bytes) {
        // Each line by itself, so that one that was put together badly spoils no other.
        let line = text::decode(&line);
        lines.notes.extend(line.notes);
        let line = line
            .text
            .trim_start_matches('\u{feff}')
            .trim_matches(['\0', ' ', '\t']);
        if line.is_empty() {
            continue;
        }
        match read(line) {
            Some(line) => lines.found.push(line),
            None => lines.bad += 1,
        }
    }
    lines
}

/// UTF-16 without its mark: every other byte is nought.
fn narrow(bytes: &[u8]) -> Option<String> {
    let unit: fn([u8; 2]) -> u16 = match bytes {
        [0, b'B', 0, b'E', ..] => u16::from_be_bytes,
        [b'B', 0, b'E', 0, ..] => u16::from_le_bytes,
        _ => return None,
    };
    let (pairs, _) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    Some(String::from_utf16_lossy(&units))
}

/// Lines with their folds undone, on bytes: folds may stand within a character.
fn unfolded(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> = Vec::new();
    for line in bytes.split(|byte| matches!(byte, b'\n' | b'\r')) {
        match (line.first(), lines.last_mut()) {
            (None, _) => {}
            (Some(b' ' | b'\t'), Some(last)) => {
                if last.len() < HEAD + VALUE {
                    last.extend_from_slice(line.get(1..).unwrap_or(&[]));
                }
            }
            _ => lines.push(line.to_vec()),
        }
    }
    lines
}

/// A line, read by the crate, with what it takes off put back.
fn read(line: &str) -> Option<Line> {
    let line = line.get(..line.floor_char_boundary(HEAD + VALUE))?;
    let colon = value_begins(line)?;
    let (head, value) = line.split_at(colon);
    if head.len() > HEAD {
        return None;
    }
    // The value is what follows on the first colon outside quotes, with those that it begins with itself.
    let value = value.get(1..)?.to_owned();
    let short = format!("{}:x", within_limits(head));
    let property = PropertyParser::from_reader(short.as_bytes()).next()?.ok()?;
    let parameters = property.params.unwrap_or_default().into_iter();
    let name = property.name.trim().to_ascii_uppercase();
    let fits = !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    let mut line = fits.then(|| Line {
        // A group before the name is from vCard.
        name: name.rsplit('.').next().unwrap_or("").to_owned(),
        parameters: parameters
            .map(|(name, values)| {
                (
                    name.trim().to_owned(),
                    caret(values.first().map_or("", |v| v)),
                )
            })
            .collect(),
        value,
    })?;
    if line
        .parameter("ENCODING")
        .is_some_and(|way| way.eq_ignore_ascii_case("QUOTED-PRINTABLE"))
    {
        line.value = printed(&line.value);
    }
    Some(line)
}

/// A value as calendars before iCalendar wrote letters beyond ASCII (RFC 2045 section 6.7).
fn printed(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).filter(|_| *first == b'=');
        let code = digits
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(code.unwrap_or(*first));
        rest = after
            .get(if code.is_some() { 2 } else { 0 }..)
            .unwrap_or(&[]);
    }
    text::decode(&bytes).text
}

/// Where the colon before the value stands: the first outside quotes; with a quote that never closes, the first.
fn value_begins(line: &str) -> Option<usize> {
    let mut quoted = false;
    for (at, byte) in line.bytes().enumerate().take(HEAD + 1) {
        match byte {
            b'"' => quoted = !quoted,
            b':' if !quoted => return Some(at),
            _ => {}
        }
    }
    line.find(':')
}

/// Name and parameters with at most as many values as the crate reads.
fn within_limits(head: &str) -> String {
    let mut out = String::with_capacity(head.len());
    let (mut quoted, mut commas) = (false, 0);
    for c in head.chars() {
        match c {
            '"' => quoted = !quoted,
            ';' if !quoted => commas = 0,
            ',' if !quoted => commas += 1,
            _ => {}
        }
        if commas < VALUES {
            out.push(c);
        }
    }
    // A quote that never closes would take the rest of the line with it.
    if quoted {
        out = out.replace('"', "");
    }
    out
}

/// Parameters as RFC 6868 writes quotes and lines in them.
fn caret(value: &str) -> String {
    if !value.contains('^') {
        return value.trim().to_owned();
    }
    value
        .replace("^n", "\n")
        .replace("^'", "\"")
        .replace("^^", "^")
}

/// A text with `\n`, `\,`, `\;` and `\\` as the characters that they stand for.
pub fn unescaped(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(other @ (',' | ';' | '\\' | ':' | '"')) => out.push(other),
                Some(other) => {
                    out.push('\\');
                    out.push(other);
                }
                None => {}
            },
            c => out.push(c),
        }
    }
    out
}

/// A list of texts: commas part them, except escaped ones.
pub fn parts(value: &str) -> Vec<String> {
    let (mut parts, mut part, mut escaped) = (Vec::new(), String::new(), false);
    for c in value.chars() {
        match c {
            ',' if !escaped => parts.push(std::mem::take(&mut part)),
            c => part.push(c),
        }
        escaped = c == '\\' && !escaped;
    }
    parts.push(part);
    parts.iter().map(|part| unescaped(part)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Line {
        lines(text.as_bytes()).found.remove(0)
    }

    #[test]
    fn what_the_crate_takes_off_is_there() {
        assert_eq!(one("SUMMARY::a: b").value, ":a: b");
        assert_eq!(one("summary:Soep\r\n  en brood\r\n").value, "Soep en brood");
        let many = one("X;A=1,2,3,4,5,6,7,8,9,10,11,12;B=\"x:y\":z");
        assert_eq!(
            (many.parameter("B"), many.value.as_str()),
            (Some("x:y"), "z")
        );
        assert_eq!(
            one("DTSTART;TZID=\"Europe/Berlin\":20261203T193000").parameter("TZID"),
            Some("Europe/Berlin")
        );
        assert_eq!(one("X;CN=\"never closed:20261203").value, "20261203");
        assert_eq!(
            one("SUMMARY;X=^'a^':a\\, b\\; c\\\\d\\ne").text(),
            "a, b; c\\d\ne"
        );
    }

    #[test]
    fn any_encoding_and_folds_within_a_character_are_read() {
        let folded = b"SUMMARY:Caf\xc3\r\n \xa9 open\r\nLOCATION:Caf\xe9\r\n";
        let read = lines(folded);
        assert_eq!(
            (read.found[0].value.as_str(), read.found[1].value.as_str()),
            ("Café open", "Café")
        );
        assert_eq!(read.notes.len(), 1);
        let wide: Vec<u8> = "BEGIN:x\r\nSUMMARY:é"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(lines(&wide).found[1].value, "é");
        assert_eq!(
            lines(&[&[0xFF, 0xFE][..], &wide].concat()).found[1].value,
            "é"
        );
    }

    #[test]
    fn a_line_of_parameters_takes_no_time() {
        let mut bad = 0;
        for piece in [";A=b", ";A=\"", ",", ":", "\"", ";"] {
            for line in [
                format!("X{}:y", piece.repeat(500_000)),
                format!("X;A=1{}:y", piece.repeat(1000)),
            ] {
                bad += lines(line.as_bytes()).bad;
            }
        }
        assert!(bad > 0);
    }
}
