//! Time zones by any of their names.

/// What people call zones in short.
const SHORT: [(&str, &str); 37] = [
    ("et", "America/New_York"),
    ("est", "America/New_York"),
    ("edt", "America/New_York"),
    ("eastern", "America/New_York"),
    ("ct", "America/Chicago"),
    ("cst", "America/Chicago"),
    ("cdt", "America/Chicago"),
    ("central", "America/Chicago"),
    ("mt", "America/Denver"),
    ("mst", "America/Denver"),
    ("mdt", "America/Denver"),
    ("mountain", "America/Denver"),
    ("pt", "America/Los_Angeles"),
    ("pst", "America/Los_Angeles"),
    ("pdt", "America/Los_Angeles"),
    ("pacific", "America/Los_Angeles"),
    ("cet", "Europe/Amsterdam"),
    ("cest", "Europe/Amsterdam"),
    ("mez", "Europe/Berlin"),
    ("mesz", "Europe/Berlin"),
    ("gmt", "Europe/London"),
    ("bst", "Europe/London"),
    ("utc", "UTC"),
    ("z", "UTC"),
    ("wet", "Europe/Lisbon"),
    ("west", "Europe/Lisbon"),
    ("eet", "Europe/Helsinki"),
    ("eest", "Europe/Helsinki"),
    ("aest", "Australia/Sydney"),
    ("aedt", "Australia/Sydney"),
    ("nzst", "Pacific/Auckland"),
    ("nzdt", "Pacific/Auckland"),
    ("jst", "Asia/Tokyo"),
    ("sast", "Africa/Johannesburg"),
    ("brt", "America/Sao_Paulo"),
    ("akst", "America/Anchorage"),
    ("hst", "Pacific/Honolulu"),
];

/// A zone by its letters, in capitals as they stand behind a time: `CET`, not `et`.
pub fn short(word: &str) -> Option<&'static str> {
    let letters = (2..=5).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_uppercase());
    let lower = word.to_ascii_lowercase();
    let known = SHORT
        .iter()
        .find(|(name, _)| *name == lower)
        .filter(|_| letters);
    known.map(|(_, zone)| *zone)
}

/// The zone whose letters stand behind a time in a text: `9:00 – 16:45 CET`. With an offset in figures that one counts.
pub fn behind(text: &str) -> Option<&'static str> {
    let first = text.find(|c: char| c.is_ascii_digit())?;
    let words: Vec<&str> = text
        .get(first..)?
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
        .collect();
    words.iter().find_map(|word| short(word))
}

/// The zone of a place whose time is named: `19:00 (Berlin time)`.
pub fn of_place(text: &str) -> Option<String> {
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
        .collect();
    let mut pairs = words.windows(2);
    pairs.find_map(|pair| {
        zone(pair.first()?).filter(|_| {
            pair.get(1)
                .is_some_and(|word| word.eq_ignore_ascii_case("time"))
        })
    })
}

/// A zone by any of its names: `Europe/Amsterdam`, `europe/amsterdam`, `Amsterdam`, `ET`, `CET`, `Eastern Time`.
pub fn zone(text: &str) -> Option<String> {
    let text = text.trim();
    let lower = text.to_lowercase();
    // `Eastern Standard Time (New York)` is `eastern`; `Central Europe Standard Time` is another zone than `central`.
    let mut words = lower.split('(').next().unwrap_or("").split_whitespace();
    let first = words.next().unwrap_or("");
    let is_one = words.all(|word| matches!(word, "standard" | "daylight" | "summer" | "time"));
    if let Some((_, zone)) = SHORT.iter().find(|(name, _)| is_one && *name == first) {
        return Some((*zone).to_owned());
    }
    let lower = lower.replace(' ', "_");
    let known = || {
        jiff::tz::db()
            .available()
            .map(|name| name.to_string())
            .filter(|name| name.contains('/'))
    };
    known()
        .find(|name| name.to_lowercase() == lower)
        .or_else(|| {
            known()
                .find(|name| lower.len() > 3 && name.to_lowercase().ends_with(&format!("/{lower}")))
        })
}
