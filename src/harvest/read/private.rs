//! What is private in texts: addresses of mail and numbers of telephones.

use regex::Regex;
use std::sync::LazyLock;

static MAIL: LazyLock<Regex> = LazyLock::new(|| regex(MAIL_PATTERN));
const MAIL_PATTERN: &str =
    r"(?i)(?:mailto:)?[\p{L}\p{N}_.+%'-]+[@＠][\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+(?:\?[^\s)>\]]*)?";

/// As people write it for people only: `agenda (at) example.org`.
static HIDDEN_MAIL: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)[\p{L}\p{N}_.+-]+\s?[\[({](?:at|a|@|apenstaartje)[\])}]\s?[\p{L}\p{N}-]+(?:\s?(?:\.|[\[({](?:dot|punt)[\])}])\s?[\p{L}\p{N}-]+)+",
    )
});

/// `tel:` and what else leads to a telephone.
static CALL: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b(tel|telefoon|telephone|phone|telefon|telefone|telefono|teléfono|telemóvel|tlm|tlf|téléphone|tél|puhelin|puh|tālr|τηλ|тел|mobiel|mobile|mob|gsm|bel|call|whatsapp|signal|sms|fax)((?:\.|\s?:|\s)\s?(?:naar\s|met\s|us\sat\s|nr\.?\s)?)(\(?\+?\d[\d ().\u{a0}/-]{4,22}\d)",
    )
});

/// Numbers that are written as telephone numbers are: international, national with a zero, American.
static PHONE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?:\+|\b00)\d[\d ().\u{a0}/-]{6,20}\d|\(0\d{1,4}\)[\d .\u{a0}/-]{5,14}\d|\b0[\d][\d ().\u{a0}/-]{6,16}\d|\(\d{3}\) ?\d{3}[ .-]\d{4}\b|\b\d{3}[.-]\d{3}[.-]\d{4}\b",
    )
});

/// A day or a time, or a span of times, that looks like a part of such a number.
static DAY: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^(?:(?:[012]?\d|3[01])[-/.](?:[012]?\d|3[01])[-/.](?:19|20)?\d{2}|(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}|[012]?\d\.[0-5]\d(?:-[012]?\d\.[0-5]\d)?)$",
    )
});

/// A day with spaces between its parts.
static SPACED: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^(?:[012]?\d|3[01]) (?:0?\d|1[012]) (?:19|20)\d\d$"));

/// Whether what looks like a number of a telephone is days and times, and nothing else.
fn is_day(text: &str) -> bool {
    let (mut days, mut short) = (0, 0);
    for word in text.split_whitespace() {
        let word = word.trim_matches(['(', ')', '-', '/', '.']);
        match word.len() {
            _ if DAY.is_match(word) => days += 1,
            0 => {}
            1 | 2 => short += 1,
            _ => return SPACED.is_match(text.trim()),
        }
    }
    days > 0 && short < 2 || SPACED.is_match(text.trim())
}

/// A pattern of ours.
pub fn regex(pattern: &str) -> Regex {
    #[expect(
        clippy::expect_used,
        reason = "a pattern of this file; the tests try it"
    )]
    Regex::new(pattern).expect("a pattern that reads")
}

/// A text without e-mail addresses and telephone numbers.
pub fn public(text: &str) -> String {
    let mut text = text.to_owned();
    if text.contains(['@', '＠']) || text.contains("%40") {
        text = MAIL
            .replace_all(&text.replace("%40", "@"), "…")
            .into_owned();
    }
    if text.contains(['(', '[', '{']) {
        text = HIDDEN_MAIL.replace_all(&text, "…").into_owned();
    }
    if text.bytes().filter(u8::is_ascii_digit).count() < 6 {
        return text;
    }
    let text = CALL.replace_all(&text, "${1}${2}…").into_owned();
    let mut out = String::with_capacity(text.len());
    let mut last = 0;
    for found in PHONE.find_iter(&text) {
        let before = text.get(..found.start()).unwrap_or("");
        let word = before.rsplit(char::is_whitespace).next().unwrap_or("");
        // Within an address of the web, or the end of a longer number.
        let within = word.contains("://") || word.contains("www.") || word.contains("](/");
        let longer = before.ends_with(|c: char| c.is_ascii_digit() || c == ',' || c == '€');
        let digits = found.as_str().bytes().filter(u8::is_ascii_digit).count();
        if within || longer || !(7..=15).contains(&digits) || is_day(found.as_str()) {
            continue;
        }
        out += text.get(last..found.start()).unwrap_or("");
        out += "…";
        last = found.end();
    }
    out + text.get(last..).unwrap_or("")
}

/// Whether there is an e-mail address in a text.
pub fn has_mail(text: &str) -> bool {
    MAIL.is_match(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_private_goes() {
        for text in [
            "Mail agenda@example.org of bel",
            "mailto:a.b+c@mail.example.org?subject=x",
            "agenda [at] example [dot] org",
            "Bel 06-12345678",
            "bel 06 1234 5678 voor meer",
            "Tel. 555-1234",
            "tel: 036 123 45 67",
            "+31 (0)36 123 45 67",
            "(036) 123 4567",
            "(555) 123-4567",
            "0031612345678",
            "WhatsApp: +49 151 23456789",
        ] {
            let shown = public(text);
            let digits = shown.bytes().filter(u8::is_ascii_digit).count();
            assert!(digits == 0 && !shown.contains("example"), "{text}: {shown}");
        }
    }

    #[test]
    fn days_times_prices_and_addresses_stay() {
        for text in [
            "01-12-2026 tot 05-12-2026",
            "09.00 - 17.00 uur",
            "Van 2026-12-01 10:00 tot 12:00",
            "€ 12,50 of 10.000",
            "https://a.example/agenda/0612345678/?id=0123456789",
            "Kamer 1.04, 1315 AB Almere",
            "https://a.example/@lab",
        ] {
            assert_eq!(public(text), text);
        }
    }
}
