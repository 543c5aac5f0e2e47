//! From the original to a published file: decoded, turned upright, in the colours of the web, made smaller, encoded.
//! Of what a camera or a program wrote beside the pixels, nothing is kept.

use super::header::Format;
use super::{File, Form, Mistake, Raster, broken};
use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x4;
use fast_image_resize::{ResizeOptions, Resizer};
use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::{CompressionType, FilterType, PngDecoder, PngEncoder};
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, Limits};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};
use std::borrow::Cow;
use std::io::Cursor;
use std::sync::{Arc, Mutex, PoisonError};

/// Quality of JPEG files, of 100.
const JPEG_QUALITY: u8 = 78;
/// Quality of WebP files, of 100.
const WEBP_QUALITY: f32 = 78.0;
/// How long the encoder of WebP looks for a smaller file, of 6. The usual 4 takes two and a half times as long for
/// three per cent.
const WEBP_METHOD: i32 = 2;
/// Quality of AVIF files, of 100, and how much haste is made, of 10.
#[cfg(feature = "avif")]
const AVIF: (f32, u8) = (62.0, 7);
/// Most memory that a decoder may ask for at once.
const MEMORY: u64 = 1 << 30;

/// Pixels, row by row: red, green and blue, and how opaque they are where not all are.
pub struct Pixels {
    width: u32,
    height: u32,
    opaque: bool,
    bytes: Vec<u8>,
}

/// The pixels of an original in full size, kept until all its files are made.
#[derive(Debug, Default)]
pub struct Negative(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    pixels: Option<Arc<Pixels>>,
    /// How many files were made of it.
    used: usize,
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "used {} times", self.used)
    }
}

impl Negative {
    /// The pixels, decoded for the first that asks. Others wait: decoding twice would take longer.
    fn pixels(&self, raster: &Raster, original: &[u8]) -> Result<Arc<Pixels>, Mistake> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pixels = match kept.pixels.take() {
            Some(pixels) => pixels,
            None => Arc::new(develop(raster, original).ok_or_else(|| broken(raster.format))?),
        };
        kept.used += 1;
        // Many photographs of a build would not fit into memory together.
        let more = !kept.used.is_multiple_of(raster.files().len());
        kept.pixels = more.then(|| pixels.clone());
        Ok(pixels)
    }
}

/// One of the files that are made of a picture.
pub fn render(
    raster: &Raster,
    negative: &Negative,
    original: &[u8],
    file: File,
) -> Result<Vec<u8>, Mistake> {
    let pixels = negative.pixels(raster, original)?;
    let (width, height) = raster.size(file);
    let smaller = match (pixels.width, pixels.height) == (width, height) {
        true => pixels,
        false => Arc::new(shrunk(&pixels, width, height).ok_or_else(|| broken(raster.format))?),
    };
    encoded(raster, file.form, &smaller).ok_or_else(|| broken(raster.format))
}

/// The original, upright, in the colours of the web, and no larger than the largest file.
fn develop(raster: &Raster, original: &[u8]) -> Option<Pixels> {
    let (image, profile) = decoded(raster.format, original)?;
    let opaque = !image.color().has_alpha();
    let mut image = match opaque {
        true => DynamicImage::ImageRgb8(image.into_rgb8()),
        false => DynamicImage::ImageRgba8(image.into_rgba8()),
    };
    image.apply_orientation(Orientation::from_exif(raster.header.orientation)?);
    let (width, height) = (image.width(), image.height());
    if (width, height) != (raster.header.width, raster.header.height) {
        return None;
    }
    let whole = Pixels {
        width,
        height,
        opaque,
        bytes: image.into_bytes(),
    };
    let (width, height) = raster.size(raster.full());
    let mut pixels = match (width, height) == (whole.width, whole.height) {
        true => whole,
        false => shrunk(&whole, width, height)?,
    };
    if let Some(profile) = profile {
        in_srgb(&mut pixels, &profile);
    }
    Some(pixels)
}

fn decoded(format: Format, original: &[u8]) -> Option<(DynamicImage, Option<Vec<u8>>)> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY);
    let bytes = Cursor::new(original);
    match format {
        Format::Jpeg => with_profile(JpegDecoder::new(bytes).ok()?, limits),
        Format::Png => with_profile(PngDecoder::with_limits(bytes, limits.clone()).ok()?, limits),
        Format::Webp => with_profile(WebPDecoder::new(bytes).ok()?, limits),
    }
}

fn with_profile(
    mut decoder: impl ImageDecoder,
    limits: Limits,
) -> Option<(DynamicImage, Option<Vec<u8>>)> {
    decoder.set_limits(limits).ok()?;
    let profile = decoder.icc_profile().ok().flatten();
    Some((DynamicImage::from_decoder(decoder).ok()?, profile))
}

/// Turns the colours of a camera into those that are meant where nothing is said. A profile that cannot be followed
/// is left out: the colours are then a little off, as in any program that knows none.
fn in_srgb(pixels: &mut Pixels, profile: &[u8]) {
    let layout = if pixels.opaque {
        Layout::Rgb
    } else {
        Layout::Rgba
    };
    let profile = ColorProfile::new_from_slice(profile)
        .ok()
        .filter(|profile| profile.color_space == DataColorSpace::Rgb);
    let transform = profile.and_then(|profile| {
        let (srgb, options) = (ColorProfile::new_srgb(), TransformOptions::default());
        profile
            .create_transform_8bit(layout, &srgb, layout, options)
            .ok()
    });
    if let Some(transform) = transform {
        let mut converted = vec![0; pixels.bytes.len()];
        if transform.transform(&pixels.bytes, &mut converted).is_ok() {
            pixels.bytes = converted;
        }
    }
}

/// A picture in another size. The library is compiled for each sort of pixels that is asked for, which takes longer than any
/// build of a site: so all of them go through it as four bytes.
fn shrunk(pixels: &Pixels, width: u32, height: u32) -> Option<Pixels> {
    let wide = |rgb: &[u8; 3]| [rgb[0], rgb[1], rgb[2], u8::MAX];
    let from: Cow<[u8]> = match pixels.opaque {
        true => pixels.bytes.as_chunks().0.iter().flat_map(wide).collect(),
        false => Cow::Borrowed(&pixels.bytes),
    };
    let from = TypedImageRef::<U8x4>::from_buffer(pixels.width, pixels.height, &from).ok()?;
    let mut bytes = vec![0; width as usize * height as usize * 4];
    let mut to = TypedImage::from_buffer(width, height, &mut bytes).ok()?;
    let options = ResizeOptions::new().use_alpha(!pixels.opaque);
    Resizer::new().resize_typed(&from, &mut to, &options).ok()?;
    if pixels.opaque {
        let narrow = bytes.as_chunks::<4>().0.iter();
        bytes = narrow.flat_map(|[r, g, b, _]| [*r, *g, *b]).collect();
    }
    let opaque = pixels.opaque;
    Some(Pixels {
        width,
        height,
        opaque,
        bytes,
    })
}

fn encoded(raster: &Raster, form: Form, pixels: &Pixels) -> Option<Vec<u8>> {
    // A drawing of few colours, such as a map or a chart, has edges that would blur.
    let exact = raster.header.numbered;
    match (form, raster.format) {
        (Form::Webp, _) | (Form::Original, Format::Webp) => webp(pixels, exact),
        (Form::Avif, _) => avif(pixels),
        (Form::Original, Format::Jpeg) => {
            let mut bytes = Vec::new();
            let encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
            encoder
                .write_image(
                    &pixels.bytes,
                    pixels.width,
                    pixels.height,
                    ExtendedColorType::Rgb8,
                )
                .ok()?;
            Some(bytes)
        }
        (Form::Original, Format::Png) => {
            let mut bytes = Vec::new();
            let colours = if pixels.opaque {
                ExtendedColorType::Rgb8
            } else {
                ExtendedColorType::Rgba8
            };
            let encoder = PngEncoder::new_with_quality(
                &mut bytes,
                CompressionType::Best,
                FilterType::Adaptive,
            );
            encoder
                .write_image(&pixels.bytes, pixels.width, pixels.height, colours)
                .ok()?;
            Some(bytes)
        }
    }
}

fn webp(pixels: &Pixels, exact: bool) -> Option<Vec<u8>> {
    let layout = if pixels.opaque {
        webp::PixelLayout::Rgb
    } else {
        webp::PixelLayout::Rgba
    };
    let encoder = webp::Encoder::new(&pixels.bytes, layout, pixels.width, pixels.height);
    let mut settings = webp::WebPConfig::new().ok()?;
    settings.lossless = i32::from(exact);
    settings.alpha_compression = i32::from(!exact);
    settings.quality = WEBP_QUALITY;
    if !exact {
        settings.method = WEBP_METHOD;
    }
    let memory = encoder.encode_advanced(&settings).ok()?;
    Some(memory.to_vec())
}

#[cfg(feature = "avif")]
fn avif(pixels: &Pixels) -> Option<Vec<u8>> {
    let encoder = ravif::Encoder::new()
        .with_quality(AVIF.0)
        .with_speed(AVIF.1);
    let (width, height) = (pixels.width as usize, pixels.height as usize);
    let (opaque, _) = pixels.bytes.as_chunks::<3>();
    let (clear, _) = pixels.bytes.as_chunks::<4>();
    let file = match pixels.opaque {
        true => {
            let colours: Vec<ravif::RGB8> = opaque
                .iter()
                .map(|[r, g, b]| ravif::RGB8::new(*r, *g, *b))
                .collect();
            encoder
                .encode_rgb(ravif::Img::new(&colours, width, height))
                .ok()?
        }
        false => {
            let colours: Vec<ravif::RGBA8> = clear
                .iter()
                .map(|[r, g, b, a]| ravif::RGBA8::new(*r, *g, *b, *a))
                .collect();
            encoder
                .encode_rgba(ravif::Img::new(&colours, width, height))
                .ok()?
        }
    };
    Some(file.avif_file)
}

#[cfg(not(feature = "avif"))]
fn avif(_: &Pixels) -> Option<Vec<u8>> {
    None
}
