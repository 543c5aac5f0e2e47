//! Pictures of the content: how large they are, and in which sizes and formats they are published.
//!
//! What is known here is read from the first bytes of a file. The pixels are decoded when one of the files that are
//! made of them is rendered. Their names hold a hash of the original and of how they are made: a file of that name is
//! that file.

#[cfg(feature = "images")]
pub mod encode;
pub mod header;

use crate::diagnostic::Words;
use crate::say;
use header::{Fault, Format, Header, Sort};

/// Raised whenever the same picture makes other bytes than before.
const VERSION: u32 = 2;
/// How wide the published files are, in pixels. None is wider than the original, and none than the last of these.
const WIDTHS: [u32; 5] = [320, 640, 960, 1280, 1920];
/// Most pixels of an original. Whoever decodes more needs too much memory.
const MOST_PIXELS: u64 = 64_000_000;
/// Longest side of an original, which is the longest that WebP knows.
const LONGEST_SIDE: u32 = 16_383;

/// A picture as it is published.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// How it is made, unless it is published as it is.
    pub raster: Option<Raster>,
}

/// A picture that is made anew, in several sizes and without what a camera adds.
#[derive(Debug, Clone)]
pub struct Raster {
    /// Format of the original, and of its full size.
    pub format: Format,
    /// What the original says of itself.
    pub header: Header,
    /// Path of its files without the end of their names.
    stem: String,
    /// Narrowest first; the last is the full size.
    widths: Vec<u32>,
}

/// A format of the published files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// That of the original, for programs that know no other.
    Original,
    /// WebP.
    Webp,
    /// AVIF.
    Avif,
}

/// A published file of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct File {
    /// Its format.
    pub form: Form,
    /// Pixels across.
    pub width: u32,
}

/// What is wrong with a picture, and what to do.
#[derive(Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Code of the diagnostic.
    pub code: &'static str,
    /// What is wrong.
    pub message: Words,
    /// What to do.
    pub help: Words,
}

impl Picture {
    /// What is known of a file by its first bytes: nothing when it is no picture, or has no size of its own.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Option<Picture>, Mistake> {
        let as_it_is = |(width, height)| Picture {
            width,
            height,
            raster: None,
        };
        match header::sort(name, bytes) {
            Sort::Other => Ok(None),
            Sort::Svg => Ok(header::svg(bytes).map(as_it_is)),
            Sort::Gif => Ok(header::gif(bytes).map(as_it_is)),
            Sort::Foreign(format) => Err(foreign(format)),
            Sort::Raster(format) => {
                misnamed(name, format)?;
                let header = header::read(format, bytes).map_err(|fault| mistake(fault, format))?;
                small_enough(&header)?;
                let raster = Raster::new(name, bytes, format, header);
                let (width, height) = raster.size(raster.full());
                let raster = cfg!(feature = "images").then_some(raster);
                Ok(Some(Picture {
                    width,
                    height,
                    raster,
                }))
            }
        }
    }
}

impl Raster {
    fn new(name: &str, bytes: &[u8], format: Format, header: Header) -> Raster {
        let mut hasher = blake3::Hasher::new();
        hasher.update(bytes).update(&VERSION.to_le_bytes());
        let hash = hasher.finalize().to_hex();
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        // A space or a comma would part the addresses in a `srcset`.
        let parts = stem.split('/').map(crate::content::markdown::slug);
        let full = header.width.min(WIDTHS[WIDTHS.len() - 1]);
        let narrower = WIDTHS.into_iter().filter(|width| *width < full);
        Raster {
            format,
            header,
            stem: format!("{}.{}", parts.collect::<Vec<_>>().join("/"), &hash[..8]),
            widths: narrower.chain([full]).collect(),
        }
    }

    /// The one file in full size.
    pub fn full(&self) -> File {
        let width = self.widths.last().copied().unwrap_or(self.header.width);
        File {
            form: Form::Original,
            width,
        }
    }

    /// The formats in which it lies in all sizes, the best first. An original in WebP is itself one of its sizes.
    pub fn forms(&self) -> impl Iterator<Item = Form> {
        cfg!(feature = "avif")
            .then_some(Form::Avif)
            .into_iter()
            .chain([Form::Webp])
    }

    /// Its files in a format, narrowest first.
    pub fn sizes(&self, form: Form) -> impl Iterator<Item = File> {
        let is_full = move |file: &File| {
            form == Form::Webp && self.format == Format::Webp && file.width == self.full().width
        };
        let file = move |width: &u32| File {
            form,
            width: *width,
        };
        self.widths
            .iter()
            .map(file)
            .map(move |file| if is_full(&file) { self.full() } else { file })
    }

    /// Every file that is made of it.
    pub fn files(&self) -> Vec<File> {
        let others = self.forms().flat_map(|form| self.sizes(form));
        let others = others.filter(|file| file.form != Form::Original);
        std::iter::once(self.full()).chain(others).collect()
    }

    /// Pixels across and down of a file.
    pub fn size(&self, file: File) -> (u32, u32) {
        let (width, height) = (u64::from(self.header.width), u64::from(self.header.height));
        let down = (u64::from(file.width) * height + width / 2) / width.max(1);
        (file.width, u32::try_from(down).unwrap_or(u32::MAX).max(1))
    }

    /// The address of a file.
    pub fn path(&self, file: File) -> String {
        match file.form {
            Form::Original => format!("/{}.{}", self.stem, self.format.extension()),
            Form::Webp => format!("/{}-{}.webp", self.stem, file.width),
            Form::Avif => format!("/{}-{}.avif", self.stem, file.width),
        }
    }

    /// The media type of a file.
    pub fn media_type(&self, form: Form) -> &'static str {
        match (form, self.format) {
            (Form::Webp, _) | (Form::Original, Format::Webp) => "image/webp",
            (Form::Avif, _) => "image/avif",
            (Form::Original, Format::Jpeg) => "image/jpeg",
            (Form::Original, Format::Png) => "image/png",
        }
    }

    /// The addresses of all sizes in a format, as `srcset` lists them.
    pub fn srcset(&self, form: Form) -> String {
        let one = |file: File| format!("{} {}w", self.path(file), file.width);
        self.sizes(form).map(one).collect::<Vec<_>>().join(", ")
    }
}

/// Whether it may be decoded: a file of a few bytes can claim to hold as many pixels as it likes.
fn small_enough(header: &Header) -> Result<(), Mistake> {
    let Header { width, height, .. } = *header;
    if width <= LONGEST_SIDE
        && height <= LONGEST_SIDE
        && u64::from(width) * u64::from(height) <= MOST_PIXELS
    {
        return Ok(());
    }
    Err(Mistake {
        code: "picture/too-large",
        message: say!("this picture is too large: {} by {} pixels", width, height),
        help: say!(
            "make it smaller before you add it: {} pixels wide is enough on every screen",
            WIDTHS[WIDTHS.len() - 1]
        ),
    })
}

/// The end of a name that says something else than the file.
fn misnamed(name: &str, format: Format) -> Result<(), Mistake> {
    let (stem, end) = name.rsplit_once('.').unwrap_or((name, ""));
    let end = end.to_ascii_lowercase();
    let right = format.extension();
    if end == right || (end == "jpeg" && format == Format::Jpeg) {
        return Ok(());
    }
    Err(Mistake {
        code: "picture/wrong-name",
        message: say!(
            "the name of this file ends in `.{}`, but it holds a picture in {}",
            end,
            spoken(format)
        ),
        help: say!(
            "rename it to `content/{}.{}`, also where it is named",
            stem,
            right
        ),
    })
}

fn spoken(format: Format) -> &'static str {
    match format {
        Format::Jpeg => "JPEG",
        Format::Png => "PNG",
        Format::Webp => "WebP",
    }
}

fn foreign(format: &str) -> Mistake {
    Mistake {
        code: "picture/format",
        message: say!("this picture is in {}, which cannot be published", format),
        help: say!(
            "save it as JPEG, PNG or WebP; a telephone has a setting for it, such as \"most compatible\""
        ),
    }
}

fn mistake(fault: Fault, format: Format) -> Mistake {
    let (code, message, help) = match fault {
        Fault::Broken => return broken(format),
        Fault::Empty => (
            "picture/broken",
            say!("this picture has no pixels"),
            say!("save it again, or add another"),
        ),
        Fault::Cmyk => (
            "picture/format",
            say!("the colours of this picture are those of a printing press (CMYK)"),
            say!("save it in RGB, which screens show; in most programs: Image, Mode, RGB"),
        ),
        Fault::Moving => (
            "picture/format",
            say!("this WebP moves, and its sizes cannot be made"),
            say!("save it as GIF, or one picture of it as JPEG"),
        ),
    };
    Mistake {
        code,
        message,
        help,
    }
}

/// A picture that cannot be decoded.
pub fn broken(format: Format) -> Mistake {
    Mistake {
        code: "picture/broken",
        message: say!(
            "this file cannot be read as a picture in {}",
            spoken(format)
        ),
        help: say!(
            "it may have been cut off while it was copied: open it in another program, save it again, or add another"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raster(width: u32, height: u32, format: Format) -> Raster {
        let header = Header {
            width,
            height,
            orientation: 1,
            numbered: false,
        };
        Raster::new("media/Foto's van, de keuken.JPG", b"x", format, header)
    }

    #[test]
    fn no_file_is_wider_than_the_original_or_the_widest() {
        let widths = |width| raster(width, 100, Format::Jpeg).widths;
        assert_eq!(widths(200), [200]);
        assert_eq!(widths(640), [320, 640]);
        assert_eq!(widths(1000), [320, 640, 960, 1000]);
        assert_eq!(widths(9000), WIDTHS);
    }

    #[test]
    fn files_have_names_that_a_srcset_can_hold_and_each_name_one_file() {
        let raster = raster(700, 350, Format::Jpeg);
        assert!(
            raster
                .srcset(Form::Webp)
                .starts_with("/media/foto-s-van-de-keuken.")
        );
        assert_eq!(raster.srcset(Form::Webp).split(", ").count(), 3);
        let mut paths: Vec<String> = raster
            .files()
            .into_iter()
            .map(|file| raster.path(file))
            .collect();
        let all = paths.len();
        paths.sort();
        paths.dedup();
        assert_eq!(paths.len(), all);
        assert_eq!(
            raster.size(File {
                form: Form::Webp,
                width: 320
            }),
            (320, 160)
        );
    }

    #[test]
    fn the_full_size_of_a_webp_is_one_of_its_sizes() {
        let raster = raster(700, 350, Format::Webp);
        assert!(raster.srcset(Form::Webp).ends_with(".webp 700w"));
        assert_eq!(raster.sizes(Form::Webp).last(), Some(raster.full()));
    }

    #[test]
    fn a_picture_that_claims_to_be_huge_is_told_before_it_is_decoded() {
        let header = |width, height| Header {
            width,
            height,
            orientation: 1,
            numbered: false,
        };
        assert!(small_enough(&header(8000, 8000)).is_ok());
        for (width, height) in [(8001, 8000), (16_384, 1), (1, 65_535), (u32::MAX, u32::MAX)] {
            assert_eq!(
                small_enough(&header(width, height)).unwrap_err().code,
                "picture/too-large"
            );
        }
    }
}
