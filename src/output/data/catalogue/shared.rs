//! What all parts of a catalogue share: who publishes, under which licence, about which area and themes.

use super::graph::{Graph, Node};
use super::vocabulary::{self, term};
use crate::content::config::Theme;
use crate::output::Press;
use crate::site::Site;
use crate::theme::values::list::text;

/// The standards to which a catalogue and its service conform.
pub const DCAT_AP_NL: (&str, &str) = (
    "https://docs.geostandaarden.nl/dcat/dcat-ap-nl30/",
    "DCAT-AP-NL 3.0",
);
pub const API_DESIGN_RULES: (&str, &str) = (
    "https://gitdocumentatie.logius.nl/publicatie/api/adr/",
    "NL API Design Rules",
);

/// What all parts of the catalogue share.
pub struct Shared {
    /// Address of the publisher.
    pub publisher: String,
    /// Address of the contact point.
    pub contact: String,
    /// Address of the licence.
    pub licence: String,
    /// Address of the statement of rights.
    pub rights: String,
    /// Themes of the EU's list.
    pub themes: Vec<String>,
    /// Languages of the EU's list.
    pub languages: Vec<String>,
    /// How often the site is published.
    pub frequency: String,
    /// The area that the data are about.
    pub area: Option<String>,
    /// That the data are public.
    pub access: String,
    /// Address of the API.
    pub service: String,
    /// The page for people.
    pub page: String,
}

/// An address of this site.
pub fn at(site: &Site, path: &str) -> String {
    site.config.absolute(path)
}

/// Says a text of the interface in every language of the site.
pub fn in_all<'a>(
    mut node: Node<'a>,
    site: &Site,
    predicate: &str,
    text: impl Fn(&str) -> String,
) -> Node<'a> {
    for code in &site.codes {
        node = node.text(predicate, &text(code), code);
    }
    node
}

/// Tells of the publisher, the licence and the terms that all parts share.
pub fn shared(press: &Press, graph: &mut Graph) -> Shared {
    let site = &press.site;
    let catalogue = &site.config.catalogue;
    let page = at(site, "/data/");
    graph.tell(&page, &["foaf:Document"]);
    let themes: &[Theme] = match &catalogue.themes[..] {
        [] => &[Theme::Regi, Theme::Soci],
        given => given,
    };
    let themes = themes.iter().map(|theme| {
        let (code, labels) = vocabulary::theme(*theme);
        term(graph, "data-theme", code, labels, &[])
    });
    let themes = themes.collect();
    let languages = site.codes.iter().filter_map(|code| {
        let (code, labels) = vocabulary::language(code)?;
        Some(term(
            graph,
            "language",
            code,
            labels,
            &["dct:LinguisticSystem"],
        ))
    });
    let languages = languages.collect();
    let (code, labels) = vocabulary::frequency(catalogue.frequency);
    let frequency = term(graph, "frequency", code, labels, &["dct:Frequency"]);
    let public = ["public", "openbaar"];
    let access = term(
        graph,
        "access-right",
        "PUBLIC",
        public,
        &["dct:RightsStatement"],
    );
    let (publisher, contact) = publisher(site, graph);
    let (licence, rights) = licence(site, graph);
    for (url, title) in [DCAT_AP_NL, API_DESIGN_RULES] {
        standard(graph, url, title);
    }
    Shared {
        publisher,
        contact,
        licence,
        rights,
        themes,
        languages,
        frequency,
        area: area(site, graph),
        access,
        service: format!("{page}#api"),
        page,
    }
}

/// Who publishes, and how to reach them.
fn publisher(site: &Site, graph: &mut Graph) -> (String, String) {
    let language = &site.codes[0];
    let given = site.config.publisher.as_ref();
    let title = site.text(&site.config.title, language);
    let name = given.map_or(title, |publisher| &publisher.name);
    let home = given
        .and_then(|publisher| publisher.url.as_ref())
        .map_or_else(|| at(site, "/"), |url| url.0.clone());
    let (publisher, contact) = (at(site, "/data/#publisher"), at(site, "/data/#contact"));
    let kind = "http://purl.org/adms/publishertype/NonProfitOrganisation";
    graph
        .tell(&publisher, &["foaf:Agent", "foaf:Organization"])
        .text("foaf:name", name, language)
        .to("foaf:homepage", &home)
        .to("dct:type", kind);
    graph.tell(&home, &["foaf:Document"]);
    let scheme = "http://purl.org/adms/publishertype/1.0";
    graph
        .tell(kind, &["skos:Concept"])
        .text("skos:prefLabel", "Non-Profit Organisation", "en")
        .to("skos:inScheme", scheme);
    graph
        .tell(scheme, &["skos:ConceptScheme"])
        .text("dct:title", "Publisher type", "en");
    let node = graph
        .tell(&contact, &["vcard:Kind", "vcard:Organization"])
        .text("vcard:fn", name, language)
        .to("vcard:hasURL", &at(site, "/data/"));
    if let Some(email) = given.and_then(|publisher| publisher.email.as_ref()) {
        node.to("vcard:hasEmail", &format!("mailto:{}", email.0));
    }
    (publisher, contact)
}

/// What others may do with the data: the licence, and the statement of rights.
fn licence(site: &Site, graph: &mut Graph) -> (String, String) {
    let stated = at(site, "/data/#licence");
    let (url, name, same) = match &site.config.license {
        Some(url) => vocabulary::licence(url),
        // What nobody gave away is not free: the page says so, and so does the catalogue.
        None => (
            stated.clone(),
            text(site, "data.license.none", &site.codes[0]),
            None,
        ),
    };
    let (code, label) = match &same {
        Some(_) if url.contains("/publicdomain/") => ("PublicDomain", "Work in the public domain"),
        Some(_) => ("Attribution", "Attribution"),
        None => ("UnknownIPR", "Unknown IPR"),
    };
    let scheme = "http://purl.org/adms/licencetype/1.0";
    let kind = format!("http://purl.org/adms/licencetype/{code}");
    let mut node = graph
        .tell(&url, &["dct:LicenseDocument"])
        .text("dct:title", &name, &site.codes[0])
        .to("dct:type", &kind);
    if let Some(same) = same {
        node = node.to("skos:exactMatch", &same);
    }
    let _ = node;
    graph
        .tell(&kind, &["skos:Concept"])
        .text("skos:prefLabel", label, "en")
        .to("skos:inScheme", scheme);
    graph
        .tell(scheme, &["skos:ConceptScheme"])
        .text("dct:title", "Licence type", "en");
    let node = graph.tell(&stated, &["dct:RightsStatement"]);
    in_all(node, site, "rdfs:label", |code| {
        match &site.config.license {
            Some(_) => format!("{} {name}", text(site, "footer.license", code)),
            None => text(site, "data.license.none", code),
        }
    });
    (url, stated)
}

/// The area that the data are about: as it is configured, else around all that is on the map.
fn area(site: &Site, graph: &mut Graph) -> Option<String> {
    let catalogue = &site.config.catalogue;
    let points: Vec<(f64, f64)> = site
        .entries
        .iter()
        .filter_map(|entry| entry.record().location()?.public().coordinates())
        .collect();
    let language = &site.codes[0];
    let area = match &catalogue.area_uri {
        Some(uri) => uri.0.clone(),
        None if points.is_empty() && catalogue.area.is_none() => return country(site, graph),
        None => at(site, "/data/#area"),
    };
    let mut node = graph.tell(&area, &["dct:Location"]);
    if let Some(name) = &catalogue.area {
        node = node.text("skos:prefLabel", name, language);
    }
    if let Some((box_, centre)) = around(&points) {
        node.typed("dcat:bbox", &box_, "geo:wktLiteral").typed(
            "dcat:centroid",
            &centre,
            "geo:wktLiteral",
        );
    }
    Some(area)
}

/// The publisher's country, where nothing says more.
fn country(site: &Site, graph: &mut Graph) -> Option<String> {
    let country = site.config.publisher.as_ref()?.country.as_ref()?;
    let (code, name) = vocabulary::country(country)?;
    Some(term(graph, "country", code, [name; 2], &["dct:Location"]))
}

/// The box around points of latitude and longitude and its centre, as Well-Known Text (OGC Simple
/// Features): longitude before latitude.
fn around(points: &[(f64, f64)]) -> Option<(String, String)> {
    let (first, rest) = points.split_first()?;
    let (mut south, mut west, mut north, mut east) = (first.0, first.1, first.0, first.1);
    for (lat, lon) in rest {
        (south, north) = (south.min(*lat), north.max(*lat));
        (west, east) = (west.min(*lon), east.max(*lon));
    }
    let box_ = format!(
        "POLYGON(({west} {south},{east} {south},{east} {north},{west} {north},{west} {south}))"
    );
    let centre = format!(
        "POINT({:.5} {:.5})",
        (west + east) / 2.0,
        (south + north) / 2.0
    );
    Some((box_, centre))
}

pub fn standard(graph: &mut Graph, url: &str, title: &str) {
    if graph.is_new(url) {
        graph
            .tell(url, &["dct:Standard"])
            .text("dct:title", title, "en");
    }
}
