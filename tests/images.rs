//! Pictures of the content and share cards, as they are published.

#![cfg(feature = "images")]
#![allow(clippy::disallowed_methods, reason = "tests look at real files")]

mod support;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ExtendedColorType, ImageEncoder as _, RgbImage};
use std::collections::BTreeMap;
use support::{Files, Lab, same_files};

/// Where a telephone says that the picture was taken: 52 degrees north. It must never be published.
const SECRET: &[u8] = b"GPS-52.37";

/// EXIF that says which way up, in a directory of one entry, and where, as text behind it.
fn exif(orientation: u16) -> Vec<u8> {
    let mut exif = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01".to_vec();
    exif.extend(orientation.to_be_bytes());
    exif.extend([0; 6]);
    exif.extend(SECRET);
    exif
}

/// A picture that is red on the left and blue on the right.
fn two_colours(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| {
        image::Rgb(if x < width / 2 {
            [220, 20, 20]
        } else {
            [20, 20, 220]
        })
    })
}

/// The same as a telephone writes it: lying on its side, with where it was taken.
fn photograph(width: u32, height: u32, orientation: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 90);
    encoder.set_exif_metadata(exif(orientation)).unwrap();
    let pixels = two_colours(width, height);
    encoder
        .write_image(&pixels, width, height, ExtendedColorType::Rgb8)
        .unwrap();
    assert!(holds(&bytes, SECRET));
    bytes
}

fn encoded(image: impl Into<DynamicImage>, format: image::ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

/// A lab whose kitchen has a picture, also in its text.
fn lab(name: &str, picture: &[u8]) -> Lab {
    let lab = Lab::with_cards();
    lab.put(&format!("content/media/{name}"), picture);
    let text = format!(
        "---\ntitle: Kamer\nimage:\n  file: media/{name}\n  alt: Een kamer\n---\nZie ![De kamer](../media/{name}) en [het plan](../media/{name}).\n"
    );
    lab.put("content/spaces/kamer.md", text);
    lab
}

/// Names without their hashes, of the published files below a folder.
fn names(files: &Files, folder: &str) -> Vec<String> {
    let within = files.keys().filter(|path| path.starts_with(folder));
    within.map(|path| support::without_hashes(path)).collect()
}

fn page<'a>(files: &'a Files, title: &str) -> &'a str {
    let heading = format!(">{title}</h1>");
    let mut pages = files
        .values()
        .filter_map(|bytes| std::str::from_utf8(bytes).ok());
    pages.find(|page| page.contains(&heading)).unwrap()
}

#[test]
fn a_photograph_is_upright_in_several_sizes_and_nobody_learns_where_it_was_taken() {
    // Turned a quarter to the right it stands upright: red above, blue below.
    let files = lab("foto.jpg", &photograph(1000, 700, 6)).built();
    let media: Vec<(&String, &Vec<u8>)> = files
        .iter()
        .filter(|(path, _)| path.starts_with("media/"))
        .collect();
    assert_eq!(media.len(), 4, "{:?}", names(&files, "media/"));
    for (path, bytes) in &media {
        assert!(!holds(bytes, SECRET) && !holds(bytes, b"Exif"), "{path}");
        let picture = image::load_from_memory(bytes).unwrap().to_rgb8();
        let (width, height) = picture.dimensions();
        assert_eq!(height, (width * 10 + 3) / 7, "{path}");
        let (above, below) = (
            picture.get_pixel(width / 2, height / 8),
            picture.get_pixel(width / 2, height * 7 / 8),
        );
        assert!(
            above[0] > 150 && above[2] < 90 && below[2] > 150 && below[0] < 90,
            "{path}: {above:?} {below:?}"
        );
    }
    assert!(files.values().all(|bytes| !holds(bytes, SECRET)));
    let page = page(&files, "Kamer");
    assert!(
        page.contains("width=\"700\" height=\"1000\" fetchpriority=\"high\""),
        "{page}"
    );
    assert!(page.contains("width=\"700\" height=\"1000\" loading=\"lazy\" decoding=\"async\" alt=\"De kamer\" /></picture>"), "{page}");
    for width in [320, 640, 700] {
        assert!(page.contains(&format!("-{width}.webp {width}w")), "{page}");
    }
    // Nothing points at what is not there.
    let srcset = page
        .split("srcset=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap();
    for one in srcset.split(", ") {
        let path = one.split(' ').next().unwrap();
        assert!(files.contains_key(path.trim_start_matches('/')), "{path}");
    }
}

#[test]
fn pictures_of_every_sort_come_out_small_and_clean() {
    use image::ImageFormat::{Png, WebP};
    let deep = image::ImageBuffer::from_fn(400, 300, |x, y| {
        image::Rgba([x as u16 * 100, y as u16 * 100, 9000, 40_000])
    });
    let mut chunk = encoded(two_colours(400, 300), Png);
    // A chunk of text behind the header (PNG, section 11.3.3.3); readers that check its sum take any.
    let text: Vec<u8> = [b"tEXtComment\0", SECRET].concat();
    let mut sum = crc32fast::Hasher::new();
    sum.update(&text);
    let length = (text.len() as u32 - 4).to_be_bytes();
    chunk.splice(
        33..33,
        [&length[..], &text, &sum.finalize().to_be_bytes()].concat(),
    );
    for (name, bytes) in [
        ("diep.png", encoded(DynamicImage::ImageRgba16(deep), Png)),
        ("tekst.png", chunk),
        ("web.webp", encoded(two_colours(400, 300), WebP)),
        (
            "grijs.png",
            encoded(DynamicImage::ImageLuma8(image::GrayImage::new(40, 30)), Png),
        ),
        ("klein.jpg", photograph(1, 1, 1)),
    ] {
        let files = lab(name, &bytes).built();
        let media: BTreeMap<&String, &Vec<u8>> = files
            .iter()
            .filter(|(path, _)| path.starts_with("media/"))
            .collect();
        assert!(!media.is_empty(), "{name}");
        for (path, bytes) in media {
            assert!(!holds(bytes, SECRET), "{path}");
            image::load_from_memory(bytes).unwrap();
        }
    }
}

#[test]
fn a_second_build_renders_no_picture_and_no_card_again() {
    let lab = lab("foto.jpg", &photograph(1000, 700, 1));
    let first = lab.built();
    let pictures: Vec<_> = first
        .keys()
        .filter(|path| path.starts_with("media/") || path.starts_with("assets/cards/"))
        .cloned()
        .collect();
    assert!(pictures.len() > 6, "{pictures:?}");
    // Although everything is rendered, what is there under the name of its content is not.
    let all = ["build", "--now", support::NOW, "--fresh", "--timings"];
    let told = lab.run(&all).err;
    let renders = |output: &str| told.lines().any(|line| line.starts_with(output));
    assert!(renders("page ") && renders("keep "), "{told}");
    assert!(!renders("pictures ") && !renders("cards "), "{told}");
    // What somebody damaged is made again.
    for path in &pictures {
        lab.put(&format!("public/{path}"), "damaged");
    }
    assert!(lab.built() == first);
    // Another picture under the same name has other files, and those of the first go.
    lab.put("content/media/foto.jpg", photograph(640, 480, 1));
    let other = lab.built();
    let media = |files: &Files| -> Vec<String> {
        files
            .keys()
            .filter(|path| path.starts_with("media/"))
            .cloned()
            .collect()
    };
    assert!(media(&other).iter().all(|path| !pictures.contains(path)));
    assert_eq!(media(&other).len(), 3);
    // A card whose words changed is drawn again, and only that one.
    lab.edit("content/spaces/kamer.md", "title: Kamer", "title: Zaal");
    let renamed = lab.built();
    let new: Vec<&String> = renamed
        .keys()
        .filter(|path| path.starts_with("assets/cards/") && !other.contains_key(*path))
        .collect();
    assert!((1..=2).contains(&new.len()), "{new:?}");
}

#[test]
fn the_same_bytes_with_one_thread_and_with_two() {
    let lab = lab("foto.jpg", &photograph(1400, 900, 8));
    let one = {
        lab.run(&["build", "--now", support::NOW, "--threads", "1", "--quiet"]);
        lab.public()
    };
    lab.run(&[
        "build",
        "--now",
        support::NOW,
        "--threads",
        "2",
        "--quiet",
        "--output",
        "other",
    ]);
    same_files(&one, &support::files(&lab.path("other")));
}

#[test]
fn a_picture_that_nothing_shows_is_not_published() {
    let lab = Lab::with_cards();
    lab.put("content/media/los.jpg", photograph(40, 30, 1));
    lab.put("content/media/los.heic", b"\0\0\0\x18ftypheic");
    lab.put("content/media/blad.pdf", "%PDF-1.7");
    let files = lab.built();
    assert_eq!(names(&files, "media/"), ["media/blad.HASH.pdf"]);
}

#[test]
fn a_picture_that_breaks_off_is_told_when_it_is_decoded_and_nothing_is_written() {
    let mut bytes = encoded(two_colours(400, 300), image::ImageFormat::Png);
    bytes.truncate(bytes.len() / 2);
    let lab = lab("half.png", &bytes);
    let ran = lab.build();
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(
        ran.err.contains("error[picture/broken]") && ran.err.contains("content/media/half.png"),
        "{}",
        ran.err
    );
    assert!(!lab.path("public").exists());
}

#[test]
fn each_page_has_a_card_and_pages_that_look_alike_share_one() {
    let lab = Lab::with_cards();
    let files = lab.built();
    let card = |page: &str| {
        let address = page
            .split("property=\"og:image\" content=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        let file = address
            .and_then(|address| address.split_once("/assets/"))
            .map(|(_, name)| format!("assets/{name}"));
        file.unwrap_or_else(|| panic!("{page}"))
    };
    let pages = files.iter().filter(|(path, _)| path.ends_with(".html"));
    let heads = pages.filter_map(|(_, bytes)| {
        std::str::from_utf8(bytes)
            .ok()
            .filter(|page| page.contains("og:title"))
    });
    let mut cards: Vec<String> = heads.map(card).collect();
    let pages = cards.len();
    cards.sort();
    cards.dedup();
    assert!(
        pages > cards.len() && cards.len() > 5,
        "{pages} pages, {} cards",
        cards.len()
    );
    for file in &cards {
        let picture = image::load_from_memory(&files[file]).unwrap();
        assert_eq!((picture.width(), picture.height()), (1200, 630));
        assert!(
            files[file].len() < 32_000,
            "{file}: {} bytes",
            files[file].len()
        );
    }
    assert_eq!(
        files
            .keys()
            .filter(|path| path.starts_with("assets/cards/"))
            .count(),
        cards.len()
    );
    lab.edit("data/site.yaml", "title:", "cards: false\ntitle:");
    let without = lab.built();
    assert!(
        without
            .keys()
            .all(|path| !path.starts_with("assets/cards/"))
    );
}
