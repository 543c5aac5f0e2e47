//! Names as parts of addresses: lower-case letters, digits and single hyphens.

use icu_normalizer::DecomposingNormalizerBorrowed;

/// A text as a slug; empty when nothing of it can be written so.
pub fn slug(text: &str) -> String {
    let mut slug = String::new();
    let plain = DecomposingNormalizerBorrowed::new_nfkd()
        .normalize(text)
        .into_owned();
    for c in plain.chars().flat_map(char::to_lowercase) {
        let letters = match c {
            'ß' => "ss",
            'æ' => "ae",
            'ø' => "o",
            'œ' => "oe",
            'ł' => "l",
            'đ' | 'ð' => "d",
            'þ' => "th",
            'ı' => "i",
            '&' => "-",
            // Accents stand alone once letters are taken apart; apostrophes part no words.
            '\u{300}'..='\u{36f}' | '\'' | '’' => continue,
            c if c.is_ascii_alphanumeric() => {
                slug.push(c);
                continue;
            }
            _ => "-",
        };
        if letters != "-" {
            slug += letters;
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let mut end = slug.len().min(100);
    if slug.len() > 100 {
        end = slug
            .get(..100)
            .and_then(|start| start.rfind('-'))
            .unwrap_or(100);
    }
    slug.truncate(end);
    slug.trim_matches('-').to_owned()
}

/// A file's name as a title: `soup-for_all` is "Soup for all".
pub fn title(name: &str) -> String {
    let words = name.replace(['-', '_', '+'], " ");
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut chars = words.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => "-".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_parts_of_addresses() {
        assert_eq!(slug("Café “De Óost” & Straße_2"), "cafe-de-oost-strasse-2");
        assert_eq!(slug("会議"), "");
        assert_eq!(slug(&"lang ".repeat(60)).len(), 99);
        assert_eq!(title("soup-for_all"), "Soup for all");
    }
}
