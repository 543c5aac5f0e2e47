//! What a decoder makes of these files.

use super::*;
use proptest::prelude::*;

const WIDTH: usize = 40;
const AREA: Area = Area {
    left: 3,
    right: 33,
    top: 2,
    bottom: 18,
};

/// What a decoder makes of a file: red, green and blue of each pixel.
fn decoded(file: &[u8]) -> Vec<u8> {
    image::load_from_memory(file).unwrap().to_rgb8().into_raw()
}

proptest! {
    #[test]
    fn any_words_on_any_ground_come_out_as_they_went_in(
        pixels in prop::collection::vec(prop_oneof![4 => Just(0u8), 1 => 0u8..8], WIDTH * 20),
        ink in prop::collection::vec(prop_oneof![9 => Just(0u8), 1 => 1u8..8], 30 * 16),
        sample in prop::collection::vec(0u8..8, 30 * 16),
    ) {
        let palette: Vec<[u8; 3]> = (0..8).map(|n| [n * 30, 255 - n, n]).collect();
        // No word may reach the last row.
        let mut ink = ink;
        ink[30 * 15..].fill(0);
        let mut expected = pixels.clone();
        for (n, ink) in ink.iter().enumerate().filter(|(_, ink)| **ink != 0) {
            expected[(AREA.top + n / 30) * WIDTH + AREA.left + n % 30] = *ink;
        }
        let picture = Picture { palette: palette.clone(), pixels, width: WIDTH };
        let file = Sheet::new(picture, AREA, &Arc::new(fitted(&sample))).print(&ink);
        let expected: Vec<u8> = expected.iter().flat_map(|n| palette[usize::from(*n)]).collect();
        prop_assert_eq!(decoded(&file), expected);
    }
}

#[test]
fn long_runs_are_told_whatever_their_length() {
    for width in [1000, 1031, 1032, 1033, 1034, 1290] {
        let picture = Picture {
            palette: vec![[1, 2, 3]; 2],
            pixels: vec![0; width * 3],
            width,
        };
        let area = Area {
            left: 0,
            right: 10,
            top: 1,
            bottom: 2,
        };
        let file = Sheet::new(picture, area, &Arc::new(fitted(&[0; 10]))).print(&[0; 10]);
        assert_eq!(decoded(&file), [1, 2, 3].repeat(width * 3));
    }
}

#[test]
fn a_code_is_complete_and_none_of_it_is_too_long() {
    let counts = (0..SYMBOLS).map(|n| 1u32 << (n % 30)).collect();
    let code = Code::fitted(counts);
    let room: f64 = code
        .lengths
        .iter()
        .map(|length| 0.5f64.powi(i32::from(*length)))
        .sum();
    assert!((room - 1.0).abs() < 1e-9 && code.lengths.iter().all(|length| *length <= 15));
}
