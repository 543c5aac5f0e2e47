//! Time zones by any of their names.

/// A zone by any of its names: `Europe/Amsterdam`, `europe/amsterdam`, `Amsterdam`, `ET`, `CET`, `Eastern Time`.
pub fn zone(text: &str) -> Option<String> {
    const SHORT: [(&str, &str); 24] = [
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
    ];
    let text = text.trim();
    let lower = text.to_lowercase();
    let first = lower.split([' ', '(']).next().unwrap_or("");
    if let Some((_, zone)) = SHORT
        .iter()
        .find(|(name, _)| *name == lower || *name == first)
    {
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
