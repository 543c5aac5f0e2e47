//! DCAT catalogues of others (W3C DCAT 3): which of their files can be read.

use crate::diagnostic::Words;
use crate::say;
use oxrdf::{NamedOrBlankNode, Term, Triple};
use std::collections::{BTreeMap, BTreeSet};

/// A file that a catalogue names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct File {
    /// Its address.
    pub url: String,
    /// Under which licence, where one is named.
    pub license: Option<String>,
    /// What the dataset is called.
    pub title: String,
}

/// Most triples of a catalogue that are looked at.
const MOST: usize = 300_000;
/// Most bytes of them: prefixes can make much of little.
const BYTES: usize = 64 * 1024 * 1024;
/// Most files of one catalogue that are fetched.
const FILES: usize = 30;

const DCAT: &str = "http://www.w3.org/ns/dcat#";
const DCT: &str = "http://purl.org/dc/terms/";
const TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

/// Ends of addresses and words for formats that can be read, best first: what holds most of the meaning.
const READABLE: &[(&str, &[&str])] = &[
    (".ics", &["text/calendar", "ics", "icalendar"]),
    (".jsonld", &["application/ld+json", "json_ld", "json-ld"]),
    (
        ".json",
        &["application/json", "application/feed+json", "json"],
    ),
    (".atom", &["application/atom+xml", "atom"]),
    (".rss", &["application/rss+xml", "rss"]),
    (".csv", &["text/csv", "csv"]),
];

/// Whether a payload is RDF in one of the syntaxes that catalogues are written in.
pub fn syntax(media_type: Option<&str>, text: &str) -> Option<Syntax> {
    let start = text.trim_start();
    match media_type {
        Some("text/turtle" | "application/x-turtle" | "application/n-triples") => {
            Some(Syntax::Turtle)
        }
        Some("application/rdf+xml") => Some(Syntax::Xml),
        _ if start.starts_with("<?xml") || start.starts_with("<rdf:RDF") => text
            .get(..2000.min(text.len()))
            .unwrap_or(text)
            .contains("<rdf:RDF")
            .then_some(Syntax::Xml),
        _ if start.starts_with("@prefix") || start.starts_with("PREFIX ") => Some(Syntax::Turtle),
        _ if start.starts_with(['{', '[']) && text.contains("dcat#") => Some(Syntax::Json),
        _ => None,
    }
}

/// A syntax of RDF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// Turtle, and N-Triples, which is part of it.
    Turtle,
    /// RDF/XML.
    Xml,
    /// JSON-LD; contexts that lie elsewhere are not fetched.
    Json,
}

/// The graph by subject and predicate.
type Graph = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// The files of a catalogue that can be read, one for each dataset.
pub fn files(syntax: Syntax, base: &str, bytes: &[u8]) -> Result<Vec<File>, Words> {
    let graph = graph(syntax, base, bytes)?;
    let is = |node: &str, class: &str| {
        let types = graph.get(node).and_then(|about| about.get(TYPE));
        types.is_some_and(|types| types.iter().any(|it| *it == format!("{DCAT}{class}")))
    };
    let of_catalogue = graph
        .keys()
        .filter(|node| is(node, "Catalog"))
        .find_map(|node| one(&graph, node, DCT, "license"));
    let datasets: Vec<&String> = graph.keys().filter(|node| is(node, "Dataset")).collect();
    if datasets.is_empty() {
        return Err(say!("it is RDF, but no catalogue: it names no datasets"));
    }
    let mut files = Vec::new();
    let mut seen = BTreeSet::new();
    for dataset in datasets {
        let title = one(&graph, dataset, DCT, "title").unwrap_or_default();
        let license = one(&graph, dataset, DCT, "license").or_else(|| of_catalogue.clone());
        let ways = all(&graph, dataset, DCAT, "distribution");
        let mut ways: Vec<(usize, File)> = ways
            .iter()
            .filter_map(|way| file(&graph, way, &title, license.as_ref()))
            .collect();
        ways.sort();
        files.extend(ways.into_iter().map(|(_, file)| file).next());
    }
    files.retain(|file| seen.insert(file.url.clone()));
    files.truncate(FILES);
    Ok(files)
}

/// A distribution as a file, and how well it suits; `None` when nobody here can read it.
fn file(graph: &Graph, way: &str, title: &str, license: Option<&String>) -> Option<(usize, File)> {
    let url =
        one(graph, way, DCAT, "downloadURL").or_else(|| one(graph, way, DCAT, "accessURL"))?;
    let said = [(DCAT, "mediaType"), (DCT, "format"), (DCAT, "format")];
    let said = said
        .iter()
        .filter_map(|(base, name)| one(graph, way, base, name));
    let said: Vec<String> = said.map(|it| it.to_ascii_lowercase()).collect();
    let path = url
        .split(['?', '#'])
        .next()
        .unwrap_or(&url)
        .to_ascii_lowercase();
    let suits = |(end, words): &(&str, &[&str])| {
        let named = |word: &&str| {
            let ends = |it: &String| *it == **word || it.ends_with(&format!("/{word}"));
            said.iter().any(ends)
        };
        match said.is_empty() {
            true => path.ends_with(end),
            false => words.iter().any(named),
        }
    };
    let rank = READABLE.iter().position(suits)?;
    let own = one(graph, way, DCT, "license");
    let file = File {
        url,
        license: own.or_else(|| license.cloned()),
        title: title.chars().take(200).collect(),
    };
    Some((rank, file))
}

/// Addresses of change feeds that a catalogue of a Plein site names: the list of them lies two folders above.
pub fn plein_feeds(syntax: Syntax, base: &str, bytes: &[u8]) -> Option<String> {
    let graph = graph(syntax, base, bytes).ok()?;
    let ways = graph
        .values()
        .filter_map(|about| about.get(&format!("{DCAT}accessURL")));
    let feed = ways.flatten().find(|url| {
        let path = url.split('?').next().unwrap_or(url);
        path.ends_with("/data/v1/changes/events")
    })?;
    let root = feed.split("/changes/").next()?;
    Some(format!("{root}/feeds.json"))
}

fn one(graph: &Graph, node: &str, base: &str, name: &str) -> Option<String> {
    all(graph, node, base, name).first().cloned()
}

fn all<'a>(graph: &'a Graph, node: &str, base: &str, name: &str) -> &'a [String] {
    let found = graph
        .get(node)
        .and_then(|about| about.get(&format!("{base}{name}")));
    found.map_or(&[], Vec::as_slice)
}

/// Whether the names that an XML document defines (XML 1.0 section 4.2) may stand for more than is read of a payload: names
/// within names, or a long one said often.
fn swells(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let (mut rest, mut longest) = (&*text, 0);
    while let Some((_, entity)) = rest.split_once("<!ENTITY") {
        let is_quote = |c: char| matches!(c, '"' | '\'');
        let value = entity.find(is_quote).and_then(|open| {
            let (name, value) = entity.split_at(open);
            let (value, behind) = value[1..].split_once(&value[..1])?;
            Some((name, value, behind))
        });
        let Some((name, value, behind)) = value else {
            return true;
        };
        if name.contains('%') || value.contains(['&', '%']) {
            return true;
        }
        (rest, longest) = (behind, longest.max(value.len()));
    }
    let said = bytes.iter().filter(|byte| **byte == b'&').count();
    longest.saturating_mul(said) > super::read::LARGEST
}

/// The triples of a payload.
fn graph(syntax: Syntax, base: &str, bytes: &[u8]) -> Result<Graph, Words> {
    let mut graph = Graph::new();
    let (mut count, mut size) = (0, 0);
    let mut keep = |triple: Triple| {
        let subject = match &triple.subject {
            NamedOrBlankNode::NamedNode(node) => node.as_str().to_owned(),
            NamedOrBlankNode::BlankNode(node) => node.to_string(),
        };
        let object = match &triple.object {
            Term::NamedNode(node) => node.as_str().to_owned(),
            Term::Literal(literal) => literal.value().to_owned(),
            other => other.to_string(),
        };
        size += subject.len() + object.len() + triple.predicate.as_str().len();
        let about = graph.entry(subject).or_default();
        about
            .entry(triple.predicate.into_string())
            .or_default()
            .push(object);
        count += 1;
        count < MOST && size < BYTES
    };
    let wrong = |error: String| say!("it cannot be read as RDF: {}", error);
    match syntax {
        Syntax::Turtle => {
            let parser = oxttl::TurtleParser::new().lenient().with_base_iri(base);
            for triple in parser.map_err(|e| wrong(e.to_string()))?.for_slice(bytes) {
                if !keep(triple.map_err(|e| wrong(e.to_string()))?) {
                    break;
                }
            }
        }
        Syntax::Xml if swells(bytes) => {
            return Err(say!("its XML has names that stand for too much"));
        }
        Syntax::Xml => {
            let parser = oxrdfxml::RdfXmlParser::new().lenient().with_base_iri(base);
            for triple in parser.map_err(|e| wrong(e.to_string()))?.for_slice(bytes) {
                if !keep(triple.map_err(|e| wrong(e.to_string()))?) {
                    break;
                }
            }
        }
        Syntax::Json => {
            let parser = oxjsonld::JsonLdParser::new().lenient().with_base_iri(base);
            for quad in parser.map_err(|e| wrong(e.to_string()))?.for_slice(bytes) {
                let quad = quad.map_err(|e| wrong(e.to_string()))?;
                if !keep(Triple::new(quad.subject, quad.predicate, quad.object)) {
                    break;
                }
            }
        }
    }
    Ok(graph)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TURTLE: &str = r#"
        @prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
        <#c> a dcat:Catalog ; dct:license <https://creativecommons.org/licenses/by/4.0/> ; dcat:dataset <#d>, <#e> .
        <#d> a dcat:Dataset ; dct:title "Agenda" ; dcat:distribution
          [ dcat:downloadURL </agenda.csv> ; dcat:mediaType <https://www.iana.org/assignments/media-types/text/csv> ] ,
          [ dcat:downloadURL </agenda.ics> ; dcat:mediaType <https://www.iana.org/assignments/media-types/text/calendar> ] ,
          [ dcat:downloadURL </agenda.parquet> ; dcat:mediaType <https://www.iana.org/assignments/media-types/application/vnd.apache.parquet> ] .
        <#e> a dcat:Dataset ; dct:title "Trees" ; dcat:distribution [ dcat:downloadURL </trees.zip> ] .
    "#;

    #[test]
    fn the_best_file_of_each_dataset_is_taken_with_its_licence() {
        let files = files(
            Syntax::Turtle,
            "https://city.example/catalog.ttl",
            TURTLE.as_bytes(),
        )
        .unwrap();
        let expected = File {
            url: "https://city.example/agenda.ics".into(),
            license: Some("https://creativecommons.org/licenses/by/4.0/".into()),
            title: "Agenda".into(),
        };
        assert_eq!(files, [expected]);
    }

    #[test]
    fn what_is_no_catalogue_says_so() {
        let other = files(Syntax::Turtle, "https://city.example/", b"<#a> <#b> <#c> .");
        assert!(other.is_err());
        assert!(files(Syntax::Xml, "https://city.example/", b"<html><p>").is_err());
        assert!(files(Syntax::Json, "https://city.example/", b"{").is_err());
    }

    #[test]
    fn little_that_stands_for_much_is_refused_or_cut() {
        let names = (0..12).map(|n| match n {
            0 => "<!ENTITY a0 \"xxxxxxxxxx\">".to_owned(),
            n => format!("<!ENTITY a{n} \"{}\">", format!("&a{};", n - 1).repeat(10)),
        });
        let xml = |names: &str, said: &str| {
            format!(
                "<?xml version=\"1.0\"?><!DOCTYPE r [{names}]><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:dcat=\"http://www.w3.org/ns/dcat#\">\
                 <dcat:Catalog rdf:about=\"#c\"><dcat:keyword>{said}</dcat:keyword></dcat:Catalog></rdf:RDF>"
            )
        };
        let long = format!("<!ENTITY a \"{}\">", "x".repeat(100_000));
        let bombs = [
            xml(&names.collect::<String>(), "&a11;"),
            xml(&long, &"&a;".repeat(100_000)),
            xml("<!ENTITY a \">\"><!ENTITY b '>&a;&a;'>", "&b;"),
        ];
        for bomb in &bombs {
            let why = files(Syntax::Xml, "https://city.example/", bomb.as_bytes()).unwrap_err();
            assert!(why.to_string().contains("too much"), "{why}");
        }
        let unended = xml(&"<!ENTITY".repeat(1_000_000), "");
        assert!(files(Syntax::Xml, "https://city.example/", unended.as_bytes()).is_err());
        // The names that RDF/XML is usually written with.
        let usual = "<!ENTITY xsd \"http://www.w3.org/2001/XMLSchema#\">";
        let why = files(
            Syntax::Xml,
            "https://city.example/",
            xml(usual, "&xsd;").as_bytes(),
        )
        .unwrap_err();
        assert!(why.to_string().contains("no datasets"), "{why}");
        let prefix = format!(
            "@prefix a: <https://x.example/{}> .\n",
            "x".repeat(1_000_000)
        );
        let turtle = prefix + &"a:b a:c a:d .\n".repeat(100_000);
        assert!(files(Syntax::Turtle, "https://city.example/", turtle.as_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn no_catalogue_stops_the_reading(
            text in "(@prefix |<#a>|dcat:|a |;|,|\\.|\\[|\\]|\"|<rdf:RDF|<|>|\\{|\\}|:|@id|https://x.example/|[a-z]{0,4}| |\\PC){0,60}",
        ) {
            for syntax in [Syntax::Turtle, Syntax::Xml, Syntax::Json] {
                let _ = files(syntax, "https://city.example/", text.as_bytes());
                plein_feeds(syntax, "https://city.example/", text.as_bytes());
            }
            super::syntax(None, &text);
            crate::harvest::changes::feeds(&text, "https://city.example/");
            crate::harvest::changes::topics(&text);
        }
    }
}
