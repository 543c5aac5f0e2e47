//! Cards as a decoder sees them.

use super::*;

fn fonts() -> Fonts {
    let read = |bytes: &[u8]| Arc::from(bytes);
    let bold = read(include_bytes!("../../themes/plein/cards/bold.ttf"));
    let regular = read(include_bytes!("../../themes/plein/cards/regular.ttf"));
    Fonts::read(&bold, &regular).unwrap()
}

const SVG: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 630">
  <rect width="1200" height="630" fill="#ffc72e"/>
  <circle cx="1000" cy="300" r="200" fill="#d23a1e"/>
  <text id="title" x="72" y="200" font-size="90" data-least="60" font-weight="700" fill="#16203a" data-width="640" data-lines="4"/>
  <text id="line" x="72" y="560" font-size="30" fill="#16203a" data-width="640"/>
  <text x="1128" y="60" font-size="30" fill="#ffffff" text-anchor="end">Plein</text>
</svg>"##;

fn pixels(file: &[u8]) -> image::RgbImage {
    image::load_from_memory(file).unwrap().to_rgb8()
}

/// The smallest box around what two pictures have different.
fn difference(a: &image::RgbImage, b: &image::RgbImage) -> Option<(u32, u32, u32, u32)> {
    let differ = a
        .enumerate_pixels()
        .filter(|(x, y, pixel)| b.get_pixel(*x, *y) != *pixel);
    differ.fold(None, |found, (x, y, _)| {
        let (left, top, right, bottom) = found.unwrap_or((x, y, x, y));
        Some((left.min(x), top.min(y), right.max(x), bottom.max(y)))
    })
}

#[test]
fn words_stand_in_their_place_and_nothing_else_changes() {
    let ground = Ground::draw(SVG, &fonts()).unwrap();
    let (blank, card) = (
        ground.card(&[]),
        ground.card(&[("title", "Soep op woensdag"), ("line", "2 december")]),
    );
    assert!(card.len() < 20_000, "{} bytes", card.len());
    let (blank, card) = (pixels(&blank), pixels(&card));
    assert_eq!((card.width(), card.height()), (1200, 630));
    assert_eq!(card.get_pixel(1000, 300).0, [0xd2, 0x3a, 0x1e]);
    let (left, top, right, bottom) = difference(&blank, &card).unwrap();
    assert!(
        left >= 68 && right <= 716 && top > 100 && bottom < 580,
        "{left} {top} {right} {bottom}"
    );
}

#[test]
fn words_look_the_same_in_whichever_way_they_are_laid() {
    let ground = Ground::draw(SVG, &fonts()).unwrap();
    let mut beside_each_other = 0;
    for title in [
        "Soep op woensdag",
        "AVAtar, Têtes à têtes & fjord: (gjjg) \"ff\"",
        "Ångström ÅÅÅ gggg jjjj ÅÅÅÅ gjpqy ÂÊÎÔÛ gjpqy",
        "Een heel lange titel die niet past, hoe klein hij ook wordt, en dus eindigt met een beletselteken",
        "",
    ] {
        let words = [("title", title), ("line", "jgjgj · 2 december, 19:30")];
        let slow = ground.of_pixels(&words);
        assert!(ground.card(&words) == slow, "{title}");
        if let Some(quick) = ground.of_letters(&words) {
            assert!(quick == slow, "{title}");
            beside_each_other += 1;
        }
    }
    assert!(beside_each_other >= 4, "only {beside_each_other}");
}

#[test]
fn the_built_in_template_leaves_its_words_a_plain_ground() {
    let mut svg = include_str!("../../themes/plein/templates/card.svg").to_owned();
    for (tag, end, instead) in [
        ("{#", "#}", ""),
        ("{%", "%}", ""),
        ("{{ label", "}}", "Åg Programma"),
        ("{{ site", "}}", "Åg Stadslab"),
        ("{{", "}}", "#16203a"),
    ] {
        while let Some(from) = svg.find(tag) {
            let until = from + svg[from..].find(end).unwrap() + end.len();
            svg.replace_range(from..until, instead);
        }
    }
    let ground = Ground::draw(&svg, &fonts()).unwrap();
    let words = [
        ("title", "Soep op woensdag"),
        ("line", "woensdag 2 december, 19:30"),
    ];
    assert!(ground.of_letters(&words).is_some());
}

#[test]
fn a_long_title_is_made_smaller_then_cut_and_never_leaves_its_place() {
    let ground = Ground::draw(SVG, &fonts()).unwrap();
    let blank = pixels(&ground.card(&[]));
    for title in [
        "Een heel lange titel ".repeat(40),
        "Donaudampfschifffahrtsgesellschaft".repeat(9),
        "é".repeat(900),
        "🎉".to_owned(),
    ] {
        let card = pixels(&ground.card(&[("title", &title)]));
        if let Some((left, top, right, bottom)) = difference(&blank, &card) {
            assert!(
                left >= 66 && right <= 718 && top > 90 && bottom < 560,
                "{left} {top} {right} {bottom}"
            );
        }
    }
}

#[test]
fn letters_are_known_in_four_scripts_and_strangers_are_told() {
    let fonts = fonts();
    for text in [
        "Soep op woensdag",
        "Łódź, Čakovec, Győr",
        "Αθήνα",
        "София",
        "Feest! 🎉",
    ] {
        assert!(fonts.can_write(text), "{text}");
    }
    for text in ["東京", "مدينة", "", "🎉🎉"] {
        assert!(!fonts.can_write(text), "{text}");
    }
}

#[test]
fn pairs_of_letters_stand_nearer_where_the_font_says_so() {
    let pen = fonts().pen(true, 100.0);
    assert!(pen.width("AV") < pen.width("A") + pen.width("V") - 1.0);
}

#[test]
fn a_wrong_template_is_told() {
    let fault = |svg: &str| Ground::draw(svg, &fonts()).err().unwrap_or_default();
    assert!(fault("<svg").contains("root") || !fault("<svg").is_empty());
    assert!(fault(&SVG.replace("id=", "class=")).contains("no place for the title"));
    assert!(fault(&SVG.replace("#16203a", "blue")).contains("#rrggbb"));
    assert!(fault(&SVG.replace("\"90\"", "\"big\"")).contains("no number"));
}
