//! Values with a syntax of their own: numbers, prices, addresses, lengths of time, countries, languages.

use super::clock;
use super::convert::Reason;
use crate::phrase;
use serde_json::{Map, Value, json};

/// The first number in a value: 12.5 of `€ 12,50`.
pub fn number(value: &Value) -> Option<f64> {
    if let Some(number) = value.as_f64() {
        return Some(number);
    }
    let text = value.as_str()?;
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let digits: String = text
        .get(start..)?
        .chars()
        .take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
        .collect();
    let minus = text.get(..start)?.trim_end().ends_with('-') && start <= 1;
    let mut parts = digits.trim_end_matches(['.', ',']).rsplitn(2, ['.', ',']);
    let (last, first) = (parts.next()?, parts.next());
    let joined = match first {
        // A thousand and no third decimal.
        Some(first)
            if last.len() == 3
                && !first.starts_with('0')
                && !digits.contains("..")
                && text.contains(['€', '$', '£', ',']) =>
        {
            [first, last].concat()
        }
        Some(first) => format!("{first}.{last}"),
        None => last.to_owned(),
    };
    let clean: String = joined.replace(',', "");
    clean
        .parse::<f64>()
        .ok()
        .map(|n| if minus { -n } else { n })
        .filter(|n| n.is_finite())
}

/// A place on earth in one value, latitude first: `51.05, 3.71`, or a list of two.
pub fn pair(value: &Value) -> Option<(f64, f64)> {
    let of = |text: &str| {
        text.trim()
            .trim_matches(['(', ')', '[', ']'])
            .parse::<f64>()
            .ok()
    };
    let numbers: Option<Vec<f64>> = match value {
        Value::Array(items) => items
            .iter()
            .map(|item| item.as_f64().or_else(|| of(item.as_str()?)))
            .collect(),
        Value::String(text) => text
            .split([',', ';', ' '])
            .filter(|part| !part.trim().is_empty())
            .map(of)
            .collect(),
        _ => None,
    };
    let [first, second] = *numbers?.as_slice() else {
        return None;
    };
    let (lat, lon) = if first.abs() > 90.0 {
        (second, first)
    } else {
        (first, second)
    };
    (lat.abs() <= 90.0 && lon.abs() <= 180.0).then_some((lat, lon))
}

/// A price with its currency, if one is written.
pub fn price(text: &str) -> Result<Value, Reason> {
    let lower = text.to_lowercase();
    let free = [
        "free",
        "gratis",
        "kostenlos",
        "gratuit",
        "kosteloos",
        "none",
        "no charge",
    ];
    if free.iter().any(|word| lower.starts_with(word)) {
        return Ok(json!({ "amount": 0 }));
    }
    let amount = number(&Value::String(text.to_owned()))
        .filter(|n| *n >= 0.0)
        .ok_or(phrase!("is no price"))?;
    let currency = match () {
        () if text.contains('$') => Some("USD"),
        () if text.contains('£') => Some("GBP"),
        () if text.contains("CHF") => Some("CHF"),
        () => None,
    };
    let words: String = lower.chars().filter(|c| c.is_alphabetic()).collect();
    let mut made = Map::new();
    if words.len() > 3 && !matches!(words.as_str(), "euro" | "euros") {
        made.insert("label".to_owned(), json!(text.trim()));
    }
    made.insert("amount".to_owned(), json!(amount));
    if let Some(currency) = currency {
        made.insert("currency".to_owned(), json!(currency));
    }
    Ok(Value::Object(made))
}

/// A web address, whole.
pub fn address(text: &str) -> Result<String, Reason> {
    let text = text.trim().trim_matches(['<', '>']);
    let whole = match text {
        text if text.starts_with("http://") || text.starts_with("https://") => text.to_owned(),
        text if text.starts_with("//") => format!("https:{text}"),
        text if text.starts_with("www.") => format!("https://{text}"),
        text => {
            let host = text.split('/').next().unwrap_or("");
            let ending = host.rsplit('.').next().unwrap_or("");
            let domain = host.contains('.')
                && (2..=6).contains(&ending.len())
                && ending.bytes().all(|b| b.is_ascii_lowercase())
                && !host.starts_with('.');
            match domain
                && !text.contains([' ', '@'])
                && !matches!(
                    ending,
                    "html" | "md" | "jpg" | "png" | "pdf" | "svg" | "jpeg" | "webp" | "htm"
                ) {
                true => format!("https://{text}"),
                false => return Err(phrase!("is no web address")),
            }
        }
    };
    let whole = whole.replace(' ', "%20");
    let host = whole
        .split_once("://")
        .map_or("", |(_, rest)| rest)
        .split(['/', '?', '#'])
        .next()
        .unwrap_or("");
    let fits = !host.is_empty()
        && !whole
            .contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"{}|\\^`".contains(c));
    if fits {
        Ok(whole)
    } else {
        Err(phrase!("is no web address"))
    }
}

/// An e-mail address.
pub fn email(text: &str) -> Result<String, Reason> {
    let text = text
        .trim()
        .trim_start_matches("mailto:")
        .trim_matches(['<', '>']);
    let fits = text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && host.contains('.')
            && !host.starts_with('.')
            && !host.ends_with('.')
            && !host.contains('@')
    });
    let strange = |c: char| c.is_whitespace() || c.is_control() || "<>,;:\"()[]\\".contains(c);
    if fits && !text.contains(strange) {
        Ok(text.to_owned())
    } else {
        Err(phrase!("is no e-mail address"))
    }
}

/// An address on the site, with slashes around it.
pub fn path(text: &str) -> Option<String> {
    let text = text.split(['?', '#']).next()?.trim();
    let text = match text.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => text,
    };
    let text = text.trim_end_matches("index.html").trim_matches('/');
    let part = |p: &str| !p.is_empty() && p != "." && p != "..";
    let fits = !text.is_empty()
        && text.split('/').all(part)
        && !text.contains(|c: char| c.is_whitespace() || "<>\"{}|\\^`:*".contains(c));
    let file = text
        .rsplit('/')
        .next()
        .is_some_and(|last| last.contains('.') && !last.ends_with(".html"));
    (fits && !file).then(|| format!("/{text}/"))
}

/// A length of time in minutes.
pub fn length(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let (mut minutes, mut digits, mut seen) = (0.0, String::new(), false);
    if let (Some(time), None) = clock::clocks(&lower)
        && lower.contains(':')
    {
        minutes = f64::from(time.hour()) * 60.0 + f64::from(time.minute());
        seen = true;
    } else {
        let mut rest = lower.as_str();
        while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
            rest = rest.get(at..)?;
            let end = rest
                .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',')))
                .unwrap_or(rest.len());
            digits.clear();
            digits.push_str(&rest.get(..end)?.replace(',', "."));
            rest = rest.get(end..)?;
            let n: f64 = digits.trim_end_matches('.').parse().ok()?;
            minutes += match rest.trim_start().chars().next() {
                Some('h' | 'u' | 's') => n * 60.0,
                Some('d') => n * 1440.0,
                _ => n,
            };
            seen = true;
        }
    }
    let whole = minutes.round();
    (seen && (1.0..=60.0 * 24.0 * 366.0).contains(&whole)).then(|| format!("{}m", whole as u32))
}

/// A country by its two letters.
pub fn country(text: &str) -> Option<String> {
    const NAMES: [(&str, &str); 30] = [
        ("netherlands", "NL"),
        ("nederland", "NL"),
        ("the netherlands", "NL"),
        ("germany", "DE"),
        ("deutschland", "DE"),
        ("belgium", "BE"),
        ("belgië", "BE"),
        ("belgie", "BE"),
        ("france", "FR"),
        ("usa", "US"),
        ("united states", "US"),
        ("united states of america", "US"),
        ("uk", "GB"),
        ("united kingdom", "GB"),
        ("england", "GB"),
        ("scotland", "GB"),
        ("spain", "ES"),
        ("españa", "ES"),
        ("italy", "IT"),
        ("italia", "IT"),
        ("austria", "AT"),
        ("österreich", "AT"),
        ("switzerland", "CH"),
        ("schweiz", "CH"),
        ("sweden", "SE"),
        ("denmark", "DK"),
        ("canada", "CA"),
        ("ireland", "IE"),
        ("portugal", "PT"),
        ("poland", "PL"),
    ];
    let lower = text.trim().to_lowercase();
    let known = NAMES
        .iter()
        .find(|(name, _)| *name == lower)
        .map(|(_, code)| (*code).to_owned());
    let code = lower.len() == 2 && lower.bytes().all(|b| b.is_ascii_lowercase());
    known.or_else(|| code.then(|| lower.to_uppercase()))
}

/// A language by its code.
pub fn language(text: &str) -> Option<String> {
    const NAMES: [(&str, &str); 12] = [
        ("dutch", "nl"),
        ("nederlands", "nl"),
        ("english", "en"),
        ("engels", "en"),
        ("german", "de"),
        ("deutsch", "de"),
        ("french", "fr"),
        ("français", "fr"),
        ("spanish", "es"),
        ("español", "es"),
        ("arabic", "ar"),
        ("turkish", "tr"),
    ];
    let lower = text.trim().to_lowercase();
    let named = NAMES
        .iter()
        .find(|(name, _)| *name == lower)
        .map(|(_, code)| (*code).to_owned());
    named.or_else(|| {
        if lower.len() <= 5 {
            super::layout::language_code(&lower)
        } else {
            None
        }
    })
}
