//! Values of single properties, in the form that their types ask for.

use crate::content::schedule::Status;
use jiff::Timestamp;

/// UTC form of DATE-TIME (RFC 5545 section 3.3.5).
pub fn utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// An address as a URI (RFC 3986): what must not stand in one is percent-encoded.
pub fn uri(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    for byte in address.bytes() {
        match byte {
            b'!'..=b'~' if !b"\"<>\\^`{|}".contains(&byte) => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// SEQUENCE (RFC 5545 section 3.8.7.4): seconds from the beginning of 2020 to the last change.
///
/// It has to grow with every change. Time does so by itself, also when commits are squashed or
/// rebased; counted from the first commit it would begin anew when that one is squashed.
pub fn sequence(updated: Timestamp) -> i32 {
    const FROM: i64 = 1_577_836_800;
    i32::try_from((updated.as_second() - FROM).max(0)).unwrap_or(i32::MAX)
}

/// STATUS (RFC 5545 section 3.8.1.11).
///
/// What is put off has no word there. It is TENTATIVE: programs hide what is CANCELLED, and then
/// nobody would read that there will be another date.
pub fn status(status: Status) -> &'static str {
    match status {
        Status::Cancelled => "CANCELLED",
        Status::Tentative | Status::Postponed => "TENTATIVE",
        Status::Scheduled | Status::Rescheduled | Status::MovedOnline => "CONFIRMED",
    }
}

/// FLOAT (RFC 5545 section 3.3.7), with six decimals at most: a tenth of a metre.
pub fn degrees(value: f64) -> String {
    let text = format!("{value:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}

/// An address as a `mailto:` URI wants it (RFC 6068 section 2).
pub fn mailbox(email: &str) -> String {
    uri(email)
        .replace('?', "%3F")
        .replace('&', "%26")
        .replace('#', "%23")
        .replace('/', "%2F")
}

/// The media type of a picture, by the end of its name.
pub fn media_type(path: &str) -> Option<&'static str> {
    let (_, extension) = path.rsplit_once('.')?;
    let known = [
        ("avif", "image/avif"),
        ("gif", "image/gif"),
        ("jpeg", "image/jpeg"),
        ("jpg", "image/jpeg"),
        ("png", "image/png"),
        ("svg", "image/svg+xml"),
        ("webp", "image/webp"),
    ];
    known
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(extension))
        .map(|(_, media_type)| *media_type)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequence_grows_with_time_and_never_overflows() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let (year, second) = ("2020-01-01T00:00:00Z", at(1_577_836_801));
        assert_eq!(sequence(year.parse().unwrap()), 0);
        assert_eq!([sequence(at(0)), sequence(second)], [0, 1]);
        assert_eq!(sequence(Timestamp::MAX), i32::MAX);
    }

    #[test]
    fn addresses_hold_only_what_a_uri_may() {
        assert_eq!(
            uri("https://a.example/é b/%20\n\"<>"),
            "https://a.example/%C3%A9%20b/%20%0A%22%3C%3E"
        );
        assert_eq!(
            mailbox("a&b?c/d#e@f.example"),
            "a%26b%3Fc%2Fd%23e@f.example"
        );
    }

    #[test]
    fn degrees_have_no_exponent_and_no_idle_zeros() {
        assert_eq!(
            [
                degrees(52.37),
                degrees(-0.000_000_1),
                degrees(1e-5),
                degrees(180.0)
            ],
            ["52.37", "0", "0.00001", "180"]
        );
    }
}
