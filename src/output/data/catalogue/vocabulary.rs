//! The terms of the EU's lists that a catalogue uses, with their labels, so that it can be understood
//! without fetching them.

use super::graph::Graph;
use crate::content::config::{Frequency, Theme};

/// Where the EU's lists are.
const AUTHORITY: &str = "http://publications.europa.eu/resource/authority/";

/// A theme: its code and its names in English and Dutch.
pub fn theme(theme: Theme) -> (&'static str, [&'static str; 2]) {
    match theme {
        Theme::Agri => (
            "AGRI",
            [
                "Agriculture, fisheries, forestry and food",
                "Landbouw, visserij, bosbouw en voeding",
            ],
        ),
        Theme::Econ => ("ECON", ["Economy and finance", "Economie en financiën"]),
        Theme::Educ => (
            "EDUC",
            [
                "Education, culture and sport",
                "Onderwijs, cultuur en sport",
            ],
        ),
        Theme::Ener => ("ENER", ["Energy", "Energie"]),
        Theme::Envi => ("ENVI", ["Environment", "Milieu"]),
        Theme::Gove => (
            "GOVE",
            [
                "Government and public sector",
                "Overheid en publieke sector",
            ],
        ),
        Theme::Heal => ("HEAL", ["Health", "Gezondheid"]),
        Theme::Intr => (
            "INTR",
            ["International issues", "Internationale vraagstukken"],
        ),
        Theme::Just => (
            "JUST",
            [
                "Justice, legal system and public safety",
                "Justitie, rechtsstelsel en openbare veiligheid",
            ],
        ),
        Theme::Regi => ("REGI", ["Regions and cities", "Regio's en steden"]),
        Theme::Soci => (
            "SOCI",
            ["Population and society", "Bevolking en samenleving"],
        ),
        Theme::Tech => (
            "TECH",
            ["Science and technology", "Wetenschap en technologie"],
        ),
        Theme::Tran => ("TRAN", ["Transport", "Vervoer"]),
    }
}

/// A frequency: its code and its names.
pub fn frequency(frequency: Frequency) -> (&'static str, [&'static str; 2]) {
    match frequency {
        Frequency::Cont => ("CONT", ["continuous", "voortdurend"]),
        Frequency::Daily => ("DAILY", ["daily", "dagelijks"]),
        Frequency::Weekly => ("WEEKLY", ["weekly", "wekelijks"]),
        Frequency::Monthly => ("MONTHLY", ["monthly", "maandelijks"]),
        Frequency::Irreg => ("IRREG", ["irregular", "onregelmatig"]),
    }
}

/// The EU's code of a language, with its names; of the languages in its list, those that the tests
/// hold a copy of.
pub fn language(code: &str) -> Option<(&'static str, [&'static str; 2])> {
    Some(match code.split('-').next()? {
        "nl" => ("NLD", ["Dutch", "Nederlands"]),
        "en" => ("ENG", ["English", "Engels"]),
        "de" => ("DEU", ["German", "Duits"]),
        "fr" => ("FRA", ["French", "Frans"]),
        "fy" => ("FRY", ["Western Frisian", "Fries"]),
        "it" => ("ITA", ["Italian", "Italiaans"]),
        "pl" => ("POL", ["Polish", "Pools"]),
        "es" => ("SPA", ["Spanish", "Spaans"]),
        _ => return None,
    })
}

/// Countries by ISO 3166-1: two letters, the three of the EU's list, and what they are called at home.
const COUNTRIES: &[(&str, &str, &str)] = &[
    ("AT", "AUT", "Österreich"),
    ("BE", "BEL", "België"),
    ("BG", "BGR", "България"),
    ("CH", "CHE", "Schweiz"),
    ("CY", "CYP", "Κύπρος"),
    ("CZ", "CZE", "Česko"),
    ("DE", "DEU", "Deutschland"),
    ("DK", "DNK", "Danmark"),
    ("EE", "EST", "Eesti"),
    ("ES", "ESP", "España"),
    ("FI", "FIN", "Suomi"),
    ("FR", "FRA", "France"),
    ("GB", "GBR", "United Kingdom"),
    ("GR", "GRC", "Ελλάδα"),
    ("HR", "HRV", "Hrvatska"),
    ("HU", "HUN", "Magyarország"),
    ("IE", "IRL", "Ireland"),
    ("IT", "ITA", "Italia"),
    ("LT", "LTU", "Lietuva"),
    ("LU", "LUX", "Luxembourg"),
    ("LV", "LVA", "Latvija"),
    ("MT", "MLT", "Malta"),
    ("NL", "NLD", "Nederland"),
    ("NO", "NOR", "Norge"),
    ("PL", "POL", "Polska"),
    ("PT", "PRT", "Portugal"),
    ("RO", "ROU", "România"),
    ("SE", "SWE", "Sverige"),
    ("SI", "SVN", "Slovenija"),
    ("SK", "SVK", "Slovensko"),
    ("TR", "TUR", "Türkiye"),
    ("UA", "UKR", "Україна"),
];

/// The EU's code of a country, by its two letters, and its name.
pub fn country(code: &str) -> Option<(&'static str, &'static str)> {
    let found = COUNTRIES.iter().find(|country| country.0 == code)?;
    Some((found.1, found.2))
}

/// Tells of a term of one of the EU's lists and of the list itself, once, and gives its address.
pub fn term(
    graph: &mut Graph,
    list: &str,
    code: &str,
    labels: [&str; 2],
    classes: &[&str],
) -> String {
    let scheme = format!("{AUTHORITY}{list}");
    let term = format!("{scheme}/{code}");
    if graph.is_new(&term) {
        let mut all = classes.to_vec();
        all.push("skos:Concept");
        graph
            .tell(&term, &all)
            .text("skos:prefLabel", labels[0], "en")
            .text("skos:prefLabel", labels[1], "nl")
            .to("skos:inScheme", &scheme);
    }
    if graph.is_new(&scheme) {
        let title = list.replace('-', " ");
        graph
            .tell(&scheme, &["skos:ConceptScheme"])
            .text("dct:title", &title, "en");
    }
    term
}

/// The licences of Creative Commons in the EU's list, by what their addresses end with.
const LICENCES: &[(&str, &str, &str)] = &[
    ("/publicdomain/zero/1.0/", "CC0", "CC0 1.0"),
    (
        "/publicdomain/mark/1.0/",
        "CC_PDM_1_0",
        "Public Domain Mark 1.0",
    ),
    ("/licenses/by/4.0/", "CC_BY_4_0", "CC BY 4.0"),
    ("/licenses/by-sa/4.0/", "CC_BYSA_4_0", "CC BY-SA 4.0"),
    ("/licenses/by-nc/4.0/", "CC_BYNC_4_0", "CC BY-NC 4.0"),
    ("/licenses/by-nd/4.0/", "CC_BYND_4_0", "CC BY-ND 4.0"),
    (
        "/licenses/by-nc-sa/4.0/",
        "CC_BYNCSA_4_0",
        "CC BY-NC-SA 4.0",
    ),
    (
        "/licenses/by-nc-nd/4.0/",
        "CC_BYNCND_4_0",
        "CC BY-NC-ND 4.0",
    ),
];

/// A licence: its own address without the language of its summary (`deed.nl`), its name, and its
/// address in the EU's list where it is there.
pub fn licence(url: &str) -> (String, String, Option<String>) {
    let end = url
        .rfind("/deed.")
        .filter(|_| url.contains("creativecommons.org"));
    let mut bare = end.map_or(url, |end| &url[..=end]).to_owned();
    if bare.contains("creativecommons.org/") && !bare.ends_with('/') {
        bare.push('/');
    }
    let known = LICENCES.iter().find(|(path, _, _)| bare.ends_with(path));
    match known.filter(|_| bare.contains("creativecommons.org")) {
        Some((_, code, name)) => {
            let same = format!("{AUTHORITY}licence/{code}");
            (bare, (*name).to_owned(), Some(same))
        }
        None => (bare.clone(), bare, None),
    }
}

#[cfg(test)]
mod tests {
    use super::licence;

    #[test]
    fn a_licence_is_named_by_its_own_address_and_that_of_the_list() {
        let (url, name, same) = licence("https://creativecommons.org/licenses/by/4.0/deed.nl");
        assert_eq!(url, "https://creativecommons.org/licenses/by/4.0/");
        assert_eq!(name, "CC BY 4.0");
        assert!(same.is_some_and(|same| same.ends_with("/licence/CC_BY_4_0")));
        let own = "https://lab.example/voorwaarden";
        assert_eq!(licence(own), (own.to_owned(), own.to_owned(), None));
    }
}
