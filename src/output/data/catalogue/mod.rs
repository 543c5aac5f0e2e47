//! The catalogue of open data, by DCAT-AP 3.0.1 and DCAT-AP-NL 3.0, in three syntaxes of one graph.

mod describe;
mod graph;
mod shared;
mod vocabulary;

use crate::diagnostic::Diagnostic;
use crate::output::{Artifact, Output, Plan, Press, Subject};
use crate::say;

/// The output.
pub const OUTPUT: Output = Output {
    name: "catalogue",
    about: "what data there are, for catalogues of others",
    plan,
};

/// Where the catalogue lies, with the media type of each syntax.
pub const FILES: &[(&str, &str)] = &[
    ("/catalog.ttl", "text/turtle; charset=utf-8"),
    ("/catalog.jsonld", "application/ld+json"),
    ("/catalog.rdf", "application/rdf+xml"),
];

fn plan(_: &Press, plan: &mut Plan) {
    for (path, media_type) in FILES {
        plan.add((*path).to_owned(), media_type, Subject::Site, None, render);
    }
}

fn render(press: &Press, plan: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let graph = describe::graph(press, plan)?;
    let written = match artifact.media_type {
        "application/ld+json" => graph.json_ld(),
        "application/rdf+xml" => graph.rdf_xml(),
        _ => graph.turtle(),
    };
    let mut bytes = written.map_err(|error| {
        Diagnostic::error(
            "output/failed",
            say!("the catalogue cannot be written: {}", error.to_string()),
        )
        .in_file(artifact.file())
        .help("this is a fault in Plein; please report it")
    })?;
    if bytes.last() != Some(&b'\n') {
        bytes.push(b'\n');
    }
    Ok(bytes)
}
