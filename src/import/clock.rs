//! Times of day as people write them: `19:30`, `19.00 uur`, `7pm`, `18h30 – 20h`.

use jiff::civil::Time;

/// The first two times of day in a text: `19:30`, `19.00 uur`, `7pm`, `7:30 p.m. - 9`.
pub fn clocks(text: &str) -> (Option<Time>, Option<Time>) {
    let text = text
        .to_lowercase()
        .replace("12 noon", "12pm")
        .replace("noon", "12pm")
        .replace("midnight", "12am");
    let exact = is_exact(&text);
    let text = text.trim_start_matches(['t', ' ']);
    let mut found: Vec<(Time, Option<bool>)> = Vec::new();
    let mut rest = text;
    while found.len() < 2 && !rest.is_empty() {
        let Some(at) = rest.find(|c: char| c.is_ascii_digit()) else {
            break;
        };
        // What follows a sign is an offset and no time, unless it ends a range.
        let before = rest.get(..at).unwrap_or("");
        rest = rest.get(at..).unwrap_or("");
        let end = rest
            .find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.' | 'h' | 'u')))
            .unwrap_or(rest.len());
        let word = rest.get(..end).unwrap_or("");
        let behind = rest.get(end..).unwrap_or("");
        rest = behind;
        let half = half(behind);
        let minus = before.ends_with('-') && !before.ends_with(" - ") && half.is_none();
        let short = word.len() == 4 && !word.contains(':') && before == " -";
        let signed = before.ends_with('+')
            || before.ends_with("gmt-")
            || before.ends_with("utc-")
            || minus && !found.is_empty() && (exact || short);
        if signed {
            continue;
        }
        let spoken = behind.trim_start().starts_with("uur")
            || behind.trim_start().starts_with("uhr")
            || behind.trim_start().starts_with("o'clock")
            || word.contains(['h', 'u', ':']);
        match time(word, half) {
            Some(time)
                if spoken
                    || half.is_some()
                    || word.contains('.')
                    || !found.is_empty()
                    || bare_hour(word, text) =>
            {
                found.push((time, half));
            }
            _ => {}
        }
    }
    // `7 - 9pm`: the first is in the same half of the day.
    if let [(first, None), (second, Some(true))] = found.as_slice()
        && let Ok(later) = Time::new(
            first.hour() + 12 * i8::from(first.hour() < 12),
            first.minute(),
            0,
            0,
        )
        && later < *second
    {
        return (Some(later), Some(*second));
    }
    (found.first().map(|f| f.0), found.get(1).map(|f| f.0))
}

/// Whether a time is written as programs do, with a `T` before it or with seconds: a hyphen is a minus then.
pub fn is_exact(text: &str) -> bool {
    let text = text.trim_start().to_lowercase();
    let first = text.split(['+', '-']).next().unwrap_or("");
    text.starts_with('t') && !text.starts_with("to") || first.matches(':').count() == 2
}

/// A text that is nothing but an hour, or an hour with minutes without a colon: `19`, `1930`.
fn bare_hour(word: &str, text: &str) -> bool {
    matches!(word.len(), 1 | 2 | 4)
        && text.trim().starts_with(word)
        && word.bytes().all(|b| b.is_ascii_digit())
}

/// Whether `pm` or `am` follows.
fn half(behind: &str) -> Option<bool> {
    let letters: String = behind
        .chars()
        .filter(|c| !matches!(c, ' ' | '.'))
        .take(3)
        .collect();
    let ends = !letters.chars().nth(2).is_some_and(char::is_alphabetic);
    match letters.get(..2) {
        Some("pm") if ends => Some(true),
        Some("am") if ends => Some(false),
        _ => None,
    }
}

fn time(word: &str, half: Option<bool>) -> Option<Time> {
    let word = word.trim_end_matches(['.', ':', 'h', 'u']);
    let mut parts = word.split([':', '.', 'h', 'u']);
    let (first, second) = (parts.next()?, parts.next());
    let (hour, minute) = match (first.len(), second) {
        (4, None) => (first.get(..2)?, first.get(2..)?),
        (1 | 2, minute) => (first, minute.unwrap_or("0")),
        _ => return None,
    };
    let (mut hour, minute) = (
        hour.parse::<i8>().ok()?,
        minute.get(..minute.len().min(2))?.parse::<i8>().ok()?,
    );
    match half {
        Some(true) if hour < 12 => hour += 12,
        Some(false) if hour == 12 => hour = 0,
        _ => {}
    }
    Time::new(if hour == 24 { 0 } else { hour }, minute, 0, 0).ok()
}
