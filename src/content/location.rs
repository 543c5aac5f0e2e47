//! Where something is, and how much of that may be published.

use super::fields::{Country, Text};
use crate::source::Spanned;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How exactly a place may be shown.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// The place itself.
    #[default]
    Exact,
    /// The street: no house number, coordinates to about a hundred metres.
    Street,
    /// The neighbourhood: no street, coordinates to about a kilometre.
    Neighbourhood,
}

/// A place on the map.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-class" = "schema:Place"))]
pub struct Location {
    /// What people call the place.
    #[schemars(extend("x-term" = "schema:name"))]
    pub name: Option<Text>,
    /// Street and number.
    #[schemars(extend("x-term" = "schema:streetAddress"))]
    pub street: Option<String>,
    /// Postal code.
    #[schemars(extend("x-term" = "schema:postalCode"))]
    pub postal_code: Option<String>,
    /// City or village.
    #[schemars(extend("x-term" = "schema:addressLocality"))]
    pub city: Option<String>,
    /// Country, two letters.
    #[schemars(extend("x-term" = "schema:addressCountry"))]
    pub country: Option<Country>,
    /// Latitude, degrees north, WGS 84.
    #[schemars(extend("x-term" = "schema:latitude"), range(min = -90, max = 90))]
    pub lat: Option<Spanned<f64>>,
    /// Longitude, degrees east, WGS 84.
    #[schemars(extend("x-term" = "schema:longitude"), range(min = -180, max = 180))]
    pub lon: Option<Spanned<f64>>,
    /// How exactly the place may be shown.
    #[serde(default)]
    pub precision: Precision,
}

impl Location {
    /// The location as it may be published: what `precision` hides is gone.
    pub fn public(&self) -> Location {
        let mut shown = self.clone();
        let digits = match self.precision {
            Precision::Exact => return shown,
            Precision::Street => {
                shown.street = self.street.as_deref().and_then(without_number);
                // Some name a place after its address.
                let hidden = shown.street != self.street;
                shown.name = shown
                    .name
                    .filter(|name| !(hidden && self.is_addressed_in(name)));
                1000.0
            }
            Precision::Neighbourhood => {
                (shown.street, shown.name) = (None, None);
                100.0
            }
        };
        shown.postal_code = self.postal_code.as_deref().and_then(district);
        for degrees in [&mut shown.lat, &mut shown.lon].into_iter().flatten() {
            degrees.value = (degrees.value * digits).round() / digits;
        }
        shown
    }

    fn is_addressed_in(&self, text: &str) -> bool {
        let street = self.street.as_deref().unwrap_or("").trim();
        !street.is_empty() && text.to_lowercase().contains(&street.to_lowercase())
    }

    /// Latitude and longitude, when both are given.
    pub fn coordinates(&self) -> Option<(f64, f64)> {
        Some((self.lat.as_ref()?.value, self.lon.as_ref()?.value))
    }

    /// One line: "Name, street, postal code city".
    pub fn line(&self) -> String {
        let join = |parts: &[Option<&str>], with| {
            let parts: Vec<&str> = parts
                .iter()
                .flatten()
                .copied()
                .filter(|p| !p.is_empty())
                .collect();
            parts.join(with)
        };
        let city = join(&[self.postal_code.as_deref(), self.city.as_deref()], " ");
        join(
            &[self.name.as_deref(), self.street.as_deref(), Some(&city)],
            ", ",
        )
    }
}

/// A street without the number of the house and what follows on it: "Wisselweg" of "Wisselweg 33a-2
/// hoog". A number that stands first, as in "12 Rue Haute", goes as well.
fn without_number(street: &str) -> Option<String> {
    let numbered = |word: &&str| word.contains(char::is_numeric);
    let words = street.split_whitespace().skip_while(numbered);
    let words: Vec<&str> = words.take_while(|word| !numbered(word)).collect();
    let name = words.join(" ");
    let name = name.trim_matches(|c: char| !c.is_alphanumeric() && c != '.' && c != ')');
    (!name.is_empty()).then(|| name.to_owned())
}

/// The part of a postal code that stands for a neighbourhood: "1315" of "1315 AB", "SW1A" of "SW1A 1AA",
/// all of "10115". Where it is not clear which part that is, nothing.
fn district(code: &str) -> Option<String> {
    let code = code.trim();
    let (first, rest) = match code.split_once(|c: char| c.is_whitespace() || c == '-') {
        Some((first, rest)) => (first, rest),
        None => (code, ""),
    };
    let digits = first.len() - first.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let shown = match digits {
        0 if rest.is_empty() => "",
        0 => first,
        1..=5 => &first[..digits],
        _ => "",
    };
    (!shown.is_empty()).then(|| shown.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_street_loses_its_number_wherever_it_stands() {
        let cases = [
            ("Wisselweg 33", Some("Wisselweg")),
            ("Wisselweg 33a", Some("Wisselweg")),
            ("Wisselweg 33-2 hoog", Some("Wisselweg")),
            ("Wisselweg, 33 bis", Some("Wisselweg")),
            ("12 Rue Haute", Some("Rue Haute")),
            ("Burg. de Witstr. 4", Some("Burg. de Witstr.")),
            ("Wisselweg33", None),
            ("Wisselweg", Some("Wisselweg")),
        ];
        for (street, expected) in cases {
            assert_eq!(without_number(street).as_deref(), expected, "{street}");
        }
    }

    #[test]
    fn a_postal_code_is_cut_to_its_district() {
        let cases = [
            ("1315 AB", Some("1315")),
            ("1315AB", Some("1315")),
            ("10115", Some("10115")),
            ("111 22", Some("111")),
            ("1000-205", Some("1000")),
            ("SW1A 1AA", Some("SW1A")),
            ("SW1A1AA", None),
            ("238823", None),
            ("", None),
        ];
        for (code, expected) in cases {
            assert_eq!(district(code).as_deref(), expected, "{code}");
        }
    }

    #[test]
    fn a_name_that_is_the_address_goes_with_it() {
        let named = |name: &str| Location {
            name: Some(Text(name.to_owned())),
            street: Some("Wisselweg 33".to_owned()),
            precision: Precision::Street,
            ..Location::default()
        };
        assert_eq!(named("Bij wisselweg 33").public().name, None);
        assert!(named("De Wissel").public().name.is_some());
    }
}
