//! QR codes (ISO/IEC 18004): what is on paper leads to what is on a screen.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use qrcodegen::{Mask, QrCode, QrCodeEcc, QrSegment, Version};

/// The code of a text as the address of a picture; none when the text is too long.
pub fn picture(text: &str) -> Option<String> {
    let segments = QrSegment::make_segments(text);
    // Any mask can be read; trying all eight takes longer than the rest of the page.
    let mask = Some(Mask::new(2));
    let (least, most) = (Version::MIN, Version::MAX);
    let code =
        QrCode::encode_segments_advanced(&segments, QrCodeEcc::Low, least, most, mask, false)
            .ok()?;
    let picture = STANDARD.encode(bitmap(&code));
    Some(format!("data:image/bmp;base64,{picture}"))
}

/// The modules with their quiet zone as a bitmap of one bit each: a tenth of what a drawing takes.
fn bitmap(code: &QrCode) -> Vec<u8> {
    const QUIET: i32 = 4;
    const HEAD: u32 = 62;
    let size = code.size() + 2 * QUIET;
    let row = (size as usize).div_ceil(32) * 4;
    let bytes = row * size as usize;
    let mut out = Vec::with_capacity(HEAD as usize + bytes);
    // The head of the file, that of the picture, then its two colours: white and black.
    out.extend(b"BM");
    for number in [HEAD + bytes as u32, 0, HEAD, 40, size as u32, size as u32] {
        out.extend(number.to_le_bytes());
    }
    for number in [1u16, 1] {
        out.extend(number.to_le_bytes());
    }
    for number in [0, bytes as u32, 2835, 2835, 2, 0, 0x00ff_ffff, 0] {
        out.extend(number.to_le_bytes());
    }
    // Rows stand from the bottom up, each filled up to four bytes.
    for y in (0..size).rev() {
        let first = out.len();
        out.resize(first + row, 0);
        for x in (0..size).filter(|x| code.get_module(x - QUIET, y - QUIET)) {
            out[first + x as usize / 8] |= 0x80 >> (x % 8);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_too_long_has_no_code() {
        let code = picture("https://lab.example/calendar.ics").unwrap();
        let bytes = STANDARD.decode(code.rsplit(',').next().unwrap()).unwrap();
        let size = u32::from_le_bytes(bytes[2..6].try_into().unwrap());
        assert_eq!((size as usize, bytes[18]), (bytes.len(), 33));
        assert!(picture(&"x".repeat(5000)).is_none());
    }
}
