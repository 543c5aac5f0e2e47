//! How programs find the data from the name of the site alone (RFC 9727), and what they get where there
//! is nothing (RFC 9457).

use super::{API_CATALOG, ROOT, openapi};
use crate::diagnostic::Diagnostic;
use crate::output::{Artifact, Output, Plan, Press, Subject, bare, pretty};
use serde_json::{Value, json};

/// The output.
pub const OUTPUT: Output = Output {
    name: "discovery",
    about: "where programs find the data, and what they get where there is nothing",
    plan,
};

/// The media type of what lies where programs look, with its profile (RFC 9727, section 4.2).
pub const PROFILED: &str =
    "application/linkset+json; profile=\"https://www.rfc-editor.org/info/rfc9727\"";

/// What is answered under `/data/` where there is nothing.
pub const NOT_FOUND: &str = "/data/v1/problem-404.json";

/// Its media type (RFC 9457, section 3).
pub const PROBLEM: &str = "application/problem+json";

/// The page about the data, for people.
const PAGE: &str = "/data/";

fn plan(_: &Press, plan: &mut Plan) {
    let mut add = |path: &str, media_type, render| {
        plan.add(path.to_owned(), media_type, Subject::Site, None, render);
    };
    add(API_CATALOG, PROFILED, api_catalog);
    add(NOT_FOUND, PROBLEM, not_found);
}

/// The API, and what tells of it (RFC 9727, section 4.1; relations of RFC 8631).
fn api_catalog(press: &Press, plan: &Plan, _: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let absolute = |path: &str| press.site.config.absolute(path);
    let link = |path: &str| {
        let file = plan.find(path)?;
        Some(json!({ "href": absolute(path), "type": bare(file.media_type) }))
    };
    let catalogues = ["ttl", "jsonld", "rdf"];
    let catalogues = catalogues
        .iter()
        .filter_map(|end| link(&format!("/catalog.{end}")));
    let mut api = json!({ "anchor": absolute(ROOT) });
    let mut tell = |relation: &str, links: Vec<Value>| {
        if !links.is_empty() {
            api[relation] = json!(links);
        }
    };
    tell("service-desc", link(openapi::PATH).into_iter().collect());
    tell("service-doc", link(PAGE).into_iter().collect());
    tell("service-meta", catalogues.collect());
    Ok(pretty(&json!({
        "linkset": [
            { "anchor": absolute(API_CATALOG), "item": [{ "href": absolute(ROOT) }] },
            api,
        ],
    })))
}

/// That there is nothing at an address (RFC 9457, section 3.1): the status says all that there is to
/// say, so the type is the usual one (section 4.2.1).
fn not_found(press: &Press, _: &Plan, _: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let api = press.site.config.absolute(openapi::PATH);
    Ok(pretty(&json!({
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": format!("There is nothing at this address. {api} tells what there is."),
    })))
}
