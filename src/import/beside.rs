//! What stands beside a day or a time and says more: `Every Monday, from 3 March`.

use super::moment::month;
use crate::content::zone;

/// Words that belong to days and times.
const KNOWN: &str = "mon monday mo maandag ma montag lundi lunes lunedi segunda tue tues tuesday dinsdag di dienstag mardi martes martedi terca \
    wed weds wednesday woensdag wo mittwoch mi mercredi miercoles mercoledi quarta thu thur thurs thursday donderdag do donnerstag jeudi jueves \
    giovedi quinta fri friday vrijdag vr freitag fr vendredi viernes venerdi sexta sat saturday zaterdag za samstag sa samedi sabado sabato sun \
    sunday zondag zo sonntag so dimanche domingo domenica am pm noon midnight uur uhr hr hrs hours hour o clock st nd rd th er ste \
    at on from to until till through and the of om op van tot tm t bis und um ab den der le la du de au et y a e el al en ore alle h u z \
    time local standard daylight est edt";

/// The words of a text that are not the day or the time itself; nothing when all of it is.
pub fn beside(text: &str) -> Option<String> {
    let known = |word: &str| {
        let bare: String = word.to_lowercase().chars().map(plain).collect();
        KNOWN.split_whitespace().any(|known| known == bare)
            || month(word).is_some()
            || zone::short(word).is_some()
            || word.chars().count() < 2
    };
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
        .collect();
    let of_zone = |n: usize| {
        let time = words
            .get(n + 1)
            .is_some_and(|word| word.eq_ignore_ascii_case("time"));
        time && words.get(n).and_then(|word| zone::zone(word)).is_some()
    };
    let more = words
        .iter()
        .enumerate()
        .filter(|(n, word)| !known(word) && !of_zone(*n));
    let more: Vec<&str> = more.map(|(_, word)| *word).collect();
    (!more.is_empty() && text.contains(char::is_whitespace)).then(|| more.join(" "))
}

fn plain(c: char) -> char {
    match c {
        'á' | 'à' | 'ä' => 'a',
        'é' | 'è' => 'e',
        'ì' | 'í' => 'i',
        'ç' => 'c',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_no_day_and_no_time_is_told() {
        for text in [
            "Sun, 1 February 2015",
            "woensdag 1 mei 2024, 19.00 uur",
            "9:00 – 16:45 CET (UTC +1:00)",
            "19:00-20:00 (Berlin Time)",
            "Thu, 03 Dec 2026 19:00:00 CEST",
            "2026-12-03T19:30:00Z",
            "1er février 2024 de 18h à 20h",
        ] {
            assert_eq!(beside(text), None, "{text}");
        }
        assert_eq!(
            beside("Every Monday, from 3 March 2025").as_deref(),
            Some("Every")
        );
        assert_eq!(
            beside("3 March 2025 (postponed)").as_deref(),
            Some("postponed")
        );
    }
}
