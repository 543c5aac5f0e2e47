//! What the first bytes of a picture tell: its format, its size, and which way up it is. Nothing is decoded.

/// A format in which pictures are made smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// WebP.
    Webp,
}

impl Format {
    /// The end of its files' names.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Jpeg => "jpg",
            Format::Png => "png",
            Format::Webp => "webp",
        }
    }
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// A picture that is made smaller.
    Raster(Format),
    /// A drawing, which has any size.
    Svg,
    /// A GIF, which may move.
    Gif,
    /// A picture of a sort that is not published, by its name.
    Foreign(&'static str),
    /// No picture.
    Other,
}

/// What is said of a picture before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Pixels across, when it stands upright.
    pub width: u32,
    /// Pixels down, when it stands upright.
    pub height: u32,
    /// How it is to be turned: 1 to 8, as EXIF counts.
    pub orientation: u8,
    /// Whether its colours are few and numbered.
    pub numbered: bool,
}

/// Why a picture cannot be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It breaks off, or is none.
    Broken,
    /// It has no pixels.
    Empty,
    /// Its colours are those of a printing press.
    Cmyk,
    /// It is a film.
    Moving,
}

/// What a file is, by its first bytes; a drawing by its name.
pub fn sort(name: &str, bytes: &[u8]) -> Sort {
    let end = name.rsplit('.').next().unwrap_or("").to_ascii_lowercase();
    let brand = bytes.get(4..12).unwrap_or(&[]);
    match bytes {
        [0xff, 0xd8, 0xff, ..] => Sort::Raster(Format::Jpeg),
        [0x89, b'P', b'N', b'G', ..] => Sort::Raster(Format::Png),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Sort::Raster(Format::Webp),
        [b'G', b'I', b'F', b'8', ..] => Sort::Gif,
        [b'I', b'I', b'*', 0, ..] | [b'M', b'M', 0, b'*', ..] => Sort::Foreign("TIFF"),
        [b'B', b'M', ..] if end == "bmp" => Sort::Foreign("BMP"),
        _ if [b"ftypavif", b"ftypavis"].contains(&&brand.try_into().unwrap_or([0; 8])) => {
            Sort::Foreign("AVIF")
        }
        _ if brand.starts_with(b"ftyphe") || brand == b"ftypmif1" || brand == b"ftypmsf1" => {
            Sort::Foreign("HEIC")
        }
        _ => match &*end {
            "svg" => Sort::Svg,
            // By its name it would be one, so that people are told and not shown nothing.
            "jpg" | "jpeg" => Sort::Raster(Format::Jpeg),
            "png" => Sort::Raster(Format::Png),
            "webp" => Sort::Raster(Format::Webp),
            "heic" | "heif" => Sort::Foreign("HEIC"),
            "avif" => Sort::Foreign("AVIF"),
            "tif" | "tiff" => Sort::Foreign("TIFF"),
            "bmp" => Sort::Foreign("BMP"),
            _ => Sort::Other,
        },
    }
}

/// Reads what a picture says of itself.
pub fn read(format: Format, bytes: &[u8]) -> Result<Header, Fault> {
    let header = match format {
        Format::Jpeg => jpeg(bytes)?,
        Format::Png => png(bytes).ok_or(Fault::Broken)?,
        Format::Webp => webp(bytes)?,
    };
    match header {
        Header { width: 0, .. } | Header { height: 0, .. } => Err(Fault::Empty),
        // From 5 on it lies on its side.
        Header {
            orientation: 5.., ..
        } => Ok(Header {
            width: header.height,
            height: header.width,
            ..header
        }),
        header => Ok(header),
    }
}

fn plain(width: u32, height: u32) -> Header {
    Header {
        width,
        height,
        orientation: 1,
        numbered: false,
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(u16::from_be_bytes(
        bytes.get(at..at + 2)?.try_into().ok()?,
    )))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// Segment by segment (ITU T.81, annex B), up to where the picture itself begins.
fn jpeg(bytes: &[u8]) -> Result<Header, Fault> {
    let (mut at, mut turned) = (2, 1);
    loop {
        let marker = *bytes.get(at + 1).ok_or(Fault::Broken)?;
        if bytes[at] != 0xff {
            return Err(Fault::Broken);
        }
        match marker {
            0xff => at += 1,
            0x01 | 0xd0..=0xd8 => at += 2,
            0xd9 | 0xda => return Err(Fault::Broken),
            _ => {
                let length = u16_at(bytes, at + 2).ok_or(Fault::Broken)? as usize;
                let segment = bytes
                    .get(at + 4..at + 2 + length.max(2))
                    .ok_or(Fault::Broken)?;
                match marker {
                    0xc0..=0xcf if ![0xc4, 0xc8, 0xcc].contains(&marker) => {
                        let (height, width) = (u16_at(segment, 1), u16_at(segment, 3));
                        let (height, width) = height.zip(width).ok_or(Fault::Broken)?;
                        return match segment.get(5) {
                            Some(4) => Err(Fault::Cmyk),
                            Some(_) => Ok(Header {
                                orientation: turned,
                                ..plain(width, height)
                            }),
                            None => Err(Fault::Broken),
                        };
                    }
                    0xe1 => {
                        turned = segment
                            .strip_prefix(b"Exif\0\0")
                            .and_then(orientation)
                            .unwrap_or(turned)
                    }
                    _ => {}
                }
                at += 2 + length.max(2);
            }
        }
    }
}

/// Chunk by chunk (PNG, section 5), up to where the picture itself begins.
fn png(bytes: &[u8]) -> Option<Header> {
    let (mut at, mut header) = (8, None);
    loop {
        let length = u32_at(bytes, at)? as usize;
        let name = bytes.get(at + 4..at + 8)?;
        let data = bytes.get(at + 8..(at + 8).checked_add(length)?);
        match name {
            b"IHDR" => {
                let read = plain(u32_at(data?, 0)?, u32_at(data?, 4)?);
                header = Some(Header {
                    numbered: *data?.get(9)? == 3,
                    ..read
                });
            }
            b"eXIf" => {
                let turned = orientation(data?);
                header = header.map(|known| Header {
                    orientation: turned.unwrap_or(1),
                    ..known
                });
            }
            b"IDAT" | b"IEND" => return header,
            _ => drop(data?),
        }
        at += 12 + length;
    }
}

/// A file of chunks (RFC 9649, section 2).
fn webp(bytes: &[u8]) -> Result<Header, Fault> {
    let little = |at: usize, count: usize| -> Option<u32> {
        let bytes = bytes.get(at..at + count)?;
        Some(
            bytes
                .iter()
                .rev()
                .fold(0, |all, byte| all << 8 | u32::from(*byte)),
        )
    };
    let read = || {
        Some(Ok(match bytes.get(12..16)? {
            b"VP8 " => plain(little(26, 2)? & 0x3fff, little(28, 2)? & 0x3fff),
            b"VP8L" => {
                let both = little(21, 4)?;
                plain((both & 0x3fff) + 1, (both >> 14 & 0x3fff) + 1)
            }
            b"VP8X" if little(20, 1)? & 2 != 0 => return Some(Err(Fault::Moving)),
            b"VP8X" => Header {
                orientation: webp_exif(bytes).unwrap_or(1),
                ..plain(little(24, 3)? + 1, little(27, 3)? + 1)
            },
            _ => return None,
        }))
    };
    read().unwrap_or(Err(Fault::Broken))
}

fn webp_exif(bytes: &[u8]) -> Option<u8> {
    let mut at = 12;
    loop {
        let length = u32::from_le_bytes(bytes.get(at + 4..at + 8)?.try_into().ok()?) as usize;
        if bytes.get(at..at + 4)? == b"EXIF" {
            let data = bytes.get(at + 8..(at + 8).checked_add(length)?)?;
            return orientation(data.strip_prefix(b"Exif\0\0").unwrap_or(data));
        }
        at = (at + 8).checked_add(length)?.checked_add(length % 2)?;
    }
}

/// Which way up, out of the first directory of EXIF (CIPA DC-008, tag 0x0112).
fn orientation(tiff: &[u8]) -> Option<u8> {
    let little = tiff.starts_with(b"II");
    let number = |at: usize, count: usize| -> Option<usize> {
        let bytes = tiff.get(at..at.checked_add(count)?)?;
        let add = |all: usize, byte: &u8| all << 8 | usize::from(*byte);
        Some(if little {
            bytes.iter().rev().fold(0, add)
        } else {
            bytes.iter().fold(0, add)
        })
    };
    let directory = number(4, 4)?;
    let entries = number(directory, 2)?;
    let tags = (0..entries).map_while(|n| {
        let at = directory.checked_add(2 + n * 12)?;
        Some((number(at, 2)?, number(at.checked_add(8)?, 2)?))
    });
    let found = tags.into_iter().find(|(tag, _)| *tag == 0x0112)?.1;
    u8::try_from(found)
        .ok()
        .filter(|turned| (1..=8).contains(turned))
}

/// The size of a GIF.
pub fn gif(bytes: &[u8]) -> Option<(u32, u32)> {
    let side = |at: usize| {
        Some(u32::from(u16::from_le_bytes(
            bytes.get(at..at + 2)?.try_into().ok()?,
        )))
    };
    Some((side(6)?, side(8)?)).filter(|(width, height)| *width > 0 && *height > 0)
}

/// The size of a drawing: what it says itself, else the sides of its `viewBox`.
pub fn svg(bytes: &[u8]) -> Option<(u32, u32)> {
    let text = String::from_utf8_lossy(bytes);
    let start = text
        .match_indices("<svg")
        .find(|(n, _)| text[n + 4..].starts_with([' ', '\n', '\r', '\t', '>', '/']))?
        .0;
    let mut rest = &text[start + 4..];
    let (mut sides, mut view) = ((None, None), None);
    // Attribute by attribute: a value may hold what looks like the end of the tag.
    while let Some((name, after)) = rest.split_once('=').filter(|(name, _)| !name.contains('>')) {
        let after = after.trim_start();
        let quote = after.chars().next().filter(|c| ['"', '\''].contains(c))?;
        let (value, behind) = after[1..].split_once(quote)?;
        match name.trim() {
            "width" => sides.0 = length(value),
            "height" => sides.1 = length(value),
            "viewBox" => {
                let parts = value
                    .split([' ', ',', '\n', '\t'])
                    .filter(|part| !part.is_empty());
                let numbers: Vec<f32> = parts.filter_map(|part| part.parse().ok()).collect();
                view = <[f32; 4]>::try_from(numbers)
                    .ok()
                    .map(|[_, _, width, height]| (width, height));
            }
            _ => {}
        }
        rest = behind;
    }
    let view = view.filter(|(width, height)| *width > 0.0 && *height > 0.0);
    let (width, height) = match (sides, view) {
        ((Some(width), Some(height)), _) => (width, height),
        ((Some(width), None), Some(view)) => (width, width * view.1 / view.0),
        ((None, Some(height)), Some(view)) => (height * view.0 / view.1, height),
        (_, view) => view?,
    };
    let side = |length: f32| {
        Some(length.round())
            .filter(|n| (1.0..100_000.0).contains(n))
            .map(|n| n as u32)
    };
    side(width).zip(side(height))
}

/// A length in pixels; any other unit depends on where it is shown.
fn length(value: &str) -> Option<f32> {
    value
        .trim()
        .trim_end_matches("px")
        .parse()
        .ok()
        .filter(|n: &f32| n.is_finite() && *n > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A JPEG up to where its picture would begin.
    fn jpeg_of(width: u16, height: u16, parts: u8, turned: u16) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8, 0xff, 0xe1, 0, 34];
        bytes.extend(b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01");
        bytes.extend(turned.to_be_bytes());
        bytes.extend([0; 6]);
        bytes.extend([0xff, 0xc2, 0, 8 + 3 * parts, 8]);
        bytes.extend(height.to_be_bytes());
        bytes.extend(width.to_be_bytes());
        bytes.push(parts);
        bytes.resize(bytes.len() + 3 * usize::from(parts), 0);
        bytes
    }

    #[test]
    fn a_photograph_on_its_side_is_told_upright() {
        let size = |turned| {
            read(Format::Jpeg, &jpeg_of(400, 300, 3, turned))
                .map(|h| (h.width, h.height, h.orientation))
        };
        assert_eq!(size(1), Ok((400, 300, 1)));
        assert_eq!(size(6), Ok((300, 400, 6)));
        assert_eq!(size(99), Ok((400, 300, 1)));
        assert_eq!(
            read(Format::Jpeg, &jpeg_of(400, 300, 4, 1)),
            Err(Fault::Cmyk)
        );
        assert_eq!(
            read(Format::Jpeg, &jpeg_of(0, 300, 3, 1)),
            Err(Fault::Empty)
        );
    }

    #[test]
    fn a_moving_webp_is_told() {
        let mut bytes = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0\x07\0\0\x05\0\0".to_vec();
        assert_eq!(read(Format::Webp, &bytes), Err(Fault::Moving));
        bytes[20] = 0;
        assert_eq!(
            read(Format::Webp, &bytes).map(|h| (h.width, h.height)),
            Ok((8, 6))
        );
    }

    #[test]
    fn a_drawing_has_the_size_that_it_says_or_that_of_its_view() {
        let size = |attributes: &str| {
            svg(format!(
                "<?xml version=\"1.0\"?><!-- x --><svg {attributes}><rect width=\"9\"/></svg>"
            )
            .as_bytes())
        };
        assert_eq!(size("viewBox=\"0 0 1200 800\""), Some((1200, 800)));
        assert_eq!(size("viewBox='0,0,30,20' width=\"60\""), Some((60, 40)));
        assert_eq!(
            size("width=\"10px\" height=\"20.4\" viewBox=\"0 0 1 1\""),
            Some((10, 20))
        );
        assert_eq!(size("width=\"100%\" viewBox=\"0 0 3 4\""), Some((3, 4)));
        assert_eq!(size("viewBox=\"0 0 0 4\""), None);
        assert_eq!(size("x=\"a>b\" viewBox=\"0 0 5 4\""), Some((5, 4)));
        assert_eq!(svg(b"<svgx width=\"1\">"), None);
    }

    #[test]
    fn what_a_file_is_stands_in_its_bytes() {
        assert_eq!(
            sort("a.txt", &jpeg_of(1, 1, 3, 1)),
            Sort::Raster(Format::Jpeg)
        );
        assert_eq!(sort("a.jpg", b"\0\0\0\x18ftypheic"), Sort::Foreign("HEIC"));
        assert_eq!(sort("a.jpg", b"no picture"), Sort::Raster(Format::Jpeg));
        assert_eq!(sort("a.pdf", b"%PDF"), Sort::Other);
        assert_eq!(sort("a.svg", b"<svg/>"), Sort::Svg);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_fail(bytes in prop::collection::vec(any::<u8>(), 0..200), at in 0usize..60, value: u8) {
            for format in [Format::Jpeg, Format::Png, Format::Webp] {
                let _ = read(format, &bytes);
            }
            let mut near = jpeg_of(400, 300, 3, 6);
            let at = at % near.len();
            near[at] = value;
            let _ = read(Format::Jpeg, &near);
            let _ = (gif(&bytes), svg(&bytes), sort("a.svg", &bytes));
        }
    }
}
