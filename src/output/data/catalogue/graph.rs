//! A graph of triples in the order in which they are told, and its three syntaxes.

use oxjsonld::JsonLdSerializer;
use oxrdf::vocab::{rdf, xsd};
use oxrdf::{GraphNameRef, Literal, NamedNode, NamedNodeRef, Term, Triple};
use oxrdfxml::RdfXmlSerializer;
use oxttl::TurtleSerializer;
use std::collections::BTreeSet;

/// The prefixes of the vocabularies, and what they stand for.
pub const PREFIXES: &[(&str, &str)] = &[
    ("adms", "http://www.w3.org/ns/adms#"),
    ("dcat", "http://www.w3.org/ns/dcat#"),
    ("dcatap", "http://data.europa.eu/r5r/"),
    ("dct", "http://purl.org/dc/terms/"),
    ("foaf", "http://xmlns.com/foaf/0.1/"),
    ("geo", "http://www.opengis.net/ont/geosparql#"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("spdx", "http://spdx.org/rdf/terms#"),
    ("vcard", "http://www.w3.org/2006/vcard/ns#"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
];

/// Triples, each once, grouped by what they are about.
#[derive(Default)]
pub struct Graph {
    triples: Vec<Triple>,
    /// What is already told in full, so that what many refer to is told once.
    told: BTreeSet<String>,
}

/// One thing in the graph, of which more is being told.
pub struct Node<'a> {
    graph: &'a mut Graph,
    subject: NamedNode,
}

/// A name such as `dct:title`, or a whole address, as a node. Spaces and the like, which an address
/// may not hold, are written as such addresses write them.
fn node(name: &str) -> NamedNode {
    let whole = name.split_once(':').and_then(|(prefix, local)| {
        let (_, base) = PREFIXES.iter().find(|(known, _)| *known == prefix)?;
        Some(format!("{base}{local}"))
    });
    let whole = whole.unwrap_or_else(|| name.to_owned());
    NamedNode::new(&whole).unwrap_or_else(|_| {
        let safe = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#@!$&'()*+,;=%".contains(c);
        let kept: String = whole.chars().filter(|c| safe(*c)).collect();
        NamedNode::new_unchecked(kept)
    })
}

/// A serializer that knows the prefixes: the three have the same methods, but no trait that has them.
macro_rules! with_prefixes {
    ($serializer:expr) => {{
        let mut serializer = $serializer;
        for (name, base) in PREFIXES {
            serializer = serializer
                .with_prefix(*name, *base)
                .map_err(std::io::Error::other)?;
        }
        serializer
    }};
}

impl Graph {
    /// Begins to tell of something, with its classes.
    pub fn tell(&mut self, subject: &str, classes: &[&str]) -> Node<'_> {
        let mut told = Node {
            subject: node(subject),
            graph: self,
        };
        for class in classes {
            told = told.add(rdf::TYPE, node(class));
        }
        told
    }

    /// Whether something still has to be told of; from then on it counts as told.
    pub fn is_new(&mut self, subject: &str) -> bool {
        self.told.insert(subject.to_owned())
    }

    /// As Turtle (W3C RDF 1.1 Turtle).
    pub fn turtle(&self) -> std::io::Result<Vec<u8>> {
        let mut writer = with_prefixes!(TurtleSerializer::new()).for_writer(Vec::new());
        for triple in &self.triples {
            writer.serialize_triple(triple)?;
        }
        writer.finish()
    }

    /// As JSON-LD (W3C JSON-LD 1.1).
    pub fn json_ld(&self) -> std::io::Result<Vec<u8>> {
        let mut writer = with_prefixes!(JsonLdSerializer::new()).for_writer(Vec::new());
        for triple in &self.triples {
            writer.serialize_quad(triple.as_ref().in_graph(GraphNameRef::DefaultGraph))?;
        }
        writer.finish()
    }

    /// As RDF/XML (W3C RDF 1.1 XML Syntax).
    pub fn rdf_xml(&self) -> std::io::Result<Vec<u8>> {
        let mut writer = with_prefixes!(RdfXmlSerializer::new()).for_writer(Vec::new());
        for triple in &self.triples {
            writer.serialize_triple(triple)?;
        }
        writer.finish()
    }
}

impl Node<'_> {
    fn add<'b>(self, predicate: impl Into<NamedNodeRef<'b>>, object: impl Into<Term>) -> Self {
        let predicate: NamedNodeRef<'b> = predicate.into();
        let triple = Triple::new(self.subject.clone(), predicate.into_owned(), object);
        self.graph.triples.push(triple);
        self
    }

    /// Refers to another thing.
    pub fn to(self, predicate: &str, object: &str) -> Self {
        let object = node(object);
        self.add(&node(predicate), object)
    }

    /// Says a text in a language.
    pub fn text(self, predicate: &str, text: &str, language: &str) -> Self {
        let plain = || Literal::new_simple_literal(text);
        let literal = Literal::new_language_tagged_literal(text, language);
        let literal = literal.unwrap_or_else(|_| plain());
        self.add(&node(predicate), literal)
    }

    /// Says a text that is the same in every language.
    pub fn plain(self, predicate: &str, text: &str) -> Self {
        self.add(&node(predicate), Literal::new_simple_literal(text))
    }

    /// Says a value of a data type of XML Schema or GeoSPARQL.
    pub fn typed(self, predicate: &str, value: &str, type_: &str) -> Self {
        let literal = Literal::new_typed_literal(value, node(type_));
        self.add(&node(predicate), literal)
    }

    /// Says a day.
    pub fn date(self, predicate: &str, day: jiff::civil::Date) -> Self {
        let literal = Literal::new_typed_literal(day.to_string(), xsd::DATE);
        self.add(&node(predicate), literal)
    }

    /// Says a moment.
    pub fn moment(self, predicate: &str, at: jiff::Timestamp) -> Self {
        let literal = Literal::new_typed_literal(at.to_string(), xsd::DATE_TIME);
        self.add(&node(predicate), literal)
    }
}
