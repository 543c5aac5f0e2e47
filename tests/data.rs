//! What is published for programs holds together: the description of the API, the package and the sums
//! tell of files that are there, and the rules for hosts lead to them.

#![allow(clippy::disallowed_methods, reason = "tests look at real files")]

mod support;

use plein::output::data::VERSION;
use plein::press::{self, Inputs};
use plein::source::disk;
use plein::source::past::Past;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use support::{Files, Lab, NOW};

/// A built site as a host serves it.
struct Host {
    files: Files,
    /// Media type by path, as planned.
    planned: BTreeMap<String, &'static str>,
}

/// A small lab, with names and texts that are out to make trouble.
fn host(more: &str) -> Host {
    let lab = Lab::new();
    let site = std::fs::read_to_string(lab.path("data/site.yaml")).expect("it is there");
    lab.put("data/site.yaml", site + more);
    lab.put(
        "content/articles/changes.md",
        "---\ntitle: '=HYPERLINK(\"https://lab.example\")'\nsummary: \"Line 1\\n\\\"line 2\\\", | and ;\"\ndate: 2026-11-02\n---\n\nText.\n",
    );
    lab.put(
        "content/articles/feed.md",
        "---\ntitle: '@SUM(A1)'\ndate: 2026-11-03\n---\n\nText.\n",
    );
    lab.put("content/media/days.ics", "BEGIN:VCALENDAR\r\n");
    lab.put("content/media/plan.pdf", "%PDF");
    let folder = disk::read(&lab.path(""));
    let past = Past::default();
    let inputs = Inputs {
        folder: &folder,
        past: &past,
        now: NOW.parse().expect("a moment"),
        preview: false,
    };
    let mut faults = Vec::new();
    let (mut press, plan) =
        press::prepare(&inputs, &mut Default::default(), &mut faults).expect("a site");
    let files = press::render_each(&mut press, &plan, &mut faults, |file, bytes| (file, bytes));
    assert!(faults.is_empty(), "{faults:?}");
    let planned = plan.iter().map(|one| (one.path.clone(), one.media_type));
    Host {
        files: files.into_iter().collect(),
        planned: planned.collect(),
    }
}

/// Whether a path fits a pattern with `*` and `:names`; what each of them stands for.
fn fit(pattern: &str, path: &str) -> Option<Vec<(String, String)>> {
    let special = pattern.find(['*', ':']);
    let Some(at) = special else {
        return (pattern == path).then(Vec::new);
    };
    let rest = path.strip_prefix(&pattern[..at])?;
    let after = &pattern[at + 1..];
    let (name, after, longest) = if pattern[at..].starts_with('*') {
        ("splat", after, rest.len())
    } else {
        let end = after.find(|c: char| !c.is_ascii_alphanumeric());
        let end = end.unwrap_or(after.len());
        let longest = rest.find('/').unwrap_or(rest.len());
        (&after[..end], &after[end..], longest)
    };
    (0..=longest).rev().find_map(|length| {
        let mut found = fit(after, rest.get(length..)?)?;
        found.push((name.to_owned(), rest[..length].to_owned()));
        Some(found)
    })
}

impl Host {
    fn text(&self, file: &str) -> &str {
        let bytes = self.files.get(file).unwrap_or_else(|| panic!("no {file}"));
        std::str::from_utf8(bytes).expect("a text")
    }

    fn json(&self, file: &str) -> Value {
        serde_json::from_str(self.text(file)).expect("JSON")
    }

    /// Status and file of a path. A rule goes before a file where `rules_first`, as on Cloudflare Pages,
    /// which knows no rules with 404.
    fn get(&self, path: &str, rules_first: bool) -> (u16, Option<String>) {
        let file = path.trim_start_matches('/').to_owned();
        if !rules_first && self.files.contains_key(&file) {
            return (200, Some(file));
        }
        for line in self.text("_redirects").lines() {
            let parts: Vec<&str> = line.split_whitespace().collect();
            let [from, to, status] = parts[..] else {
                continue;
            };
            let Some(found) = fit(from, path).filter(|_| !rules_first || status != "404") else {
                continue;
            };
            let to = found.iter().fold(to.to_owned(), |to, (name, value)| {
                to.replace(&format!(":{name}"), value)
            });
            let file = to.trim_start_matches('/').to_owned();
            let is_there = self.files.contains_key(&file);
            return match status.parse().expect("a status") {
                200 if !is_there => (404, None),
                status => (status, is_there.then_some(file)),
            };
        }
        match self.files.contains_key(&file) {
            true => (200, Some(file)),
            false => (404, None),
        }
    }

    /// The headers of a path, by the rules that fit it.
    fn headers(&self, path: &str) -> Vec<(&str, &str)> {
        let mut fits = false;
        let mut headers = Vec::new();
        for line in self.text("_headers").lines() {
            match line.strip_prefix("  ") {
                None => fits = fit(line, path).is_some(),
                Some(header) if fits => headers.extend(header.split_once(": ")),
                Some(_) => {}
            }
        }
        headers
    }
}

/// The addresses that a path of the API stands for.
fn addresses(path: &str, operation: &Value) -> Vec<String> {
    let mut addresses = vec![path.to_owned()];
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    for parameter in parameters.filter(|parameter| parameter["in"] == "path") {
        let name = format!("{{{}}}", parameter["name"].as_str().expect("a name"));
        let values = parameter["schema"]["enum"].as_array().expect("values");
        let values = values.iter().filter_map(Value::as_str);
        addresses = values
            .flat_map(|value| {
                addresses
                    .iter()
                    .map(|one| one.replace(&name, value))
                    .collect::<Vec<_>>()
            })
            .collect();
    }
    addresses
}

#[test]
fn every_path_of_the_api_is_answered_as_described() {
    let host = host("");
    let api = host.json("data/v1/openapi.json");
    let mut ids = BTreeSet::new();
    for (path, item) in api["paths"].as_object().expect("paths") {
        let operation = &item["get"];
        assert!(ids.insert(operation["operationId"].to_string()), "{path}");
        let content = operation["responses"]["200"]["content"].as_object();
        let (media_type, content) = content
            .and_then(|content| content.iter().next())
            .expect("content");
        let schema = json!({ "components": api["components"], "allOf": [content["schema"]] });
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        for address in addresses(path, operation) {
            let (status, file) = host.get(&format!("/data/v1{address}"), false);
            let file = file.unwrap_or_else(|| panic!("{address}: {status}"));
            assert_eq!(host.planned[&format!("/{file}")], media_type, "{address}");
            let errors: Vec<String> = validator
                .iter_errors(&host.json(&file))
                .map(|error| error.to_string())
                .collect();
            assert!(errors.is_empty(), "{address}: {errors:?}");
        }
    }
    assert!(ids.len() > 8, "{ids:?}");
}

#[test]
fn nothing_but_the_api_is_at_its_address() {
    let host = host("");
    let rules = host.text("_redirects");
    let last = rules.lines().last();
    assert_eq!(last, Some("/data/* /data/v1/problem-404.json 404"));
    let (status, file) = host.get("/data/v1/no-such-thing", false);
    let file = file.expect("it says so");
    let problem = host.json(&file);
    assert_eq!((status, &problem["status"]), (404, &json!(404)));
    assert_eq!(
        host.planned[&format!("/{file}")],
        "application/problem+json"
    );
}

#[test]
fn hosts_that_put_rules_before_files_serve_every_file_of_the_data() {
    let host = host("");
    for path in host
        .planned
        .keys()
        .filter(|path| path.starts_with("/data/") && !path.ends_with('/'))
    {
        let file = path.trim_start_matches('/').to_owned();
        assert_eq!(host.get(path, true), (200, Some(file)));
    }
}

#[test]
fn sums_are_those_of_the_files() {
    let host = host("");
    let sums = host.text("data/SHA256SUMS");
    let mut named = BTreeSet::new();
    for line in sums.lines() {
        let (sum, file) = line.split_once("  ").expect("a sum and a file");
        assert_eq!(sum, sha256(&host.files[file]), "{file}");
        named.insert(file);
    }
    for file in [
        "data/datapackage.json",
        "data/v1/events.csv",
        "data/v1/openapi.json",
    ] {
        assert!(named.contains(file), "{file}");
    }
    assert!(sums.lines().map(|line| &line[66..]).is_sorted());
}

fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_package_tells_of_its_files() {
    let host = host("");
    let package = host.json("data/datapackage.json");
    let mut names = BTreeSet::new();
    for resource in package["resources"].as_array().expect("resources") {
        let name = resource["name"].as_str().expect("a name");
        assert!(names.insert(name), "{name} twice");
        let file = format!("data/{}", resource["path"].as_str().expect("a path"));
        let bytes = &host.files[&file];
        assert_eq!(resource["bytes"], json!(bytes.len()), "{file}");
        assert_eq!(resource["hash"], format!("sha256:{}", sha256(bytes)));
        if resource["type"] == "table" {
            let fields = resource["schema"]["fields"].as_array().expect("fields");
            let fields: Vec<&str> = fields
                .iter()
                .filter_map(|field| field["name"].as_str())
                .collect();
            let head = host.text(&file).lines().next().expect("a head");
            assert_eq!(head.split(',').collect::<Vec<_>>(), fields, "{file}");
        }
    }
    assert!(
        names.contains("events") && names.contains("occurrences-json"),
        "{names:?}"
    );
}

#[test]
fn no_path_gets_two_values_of_one_header() {
    let host = host("");
    let api = host.json("data/v1/openapi.json");
    let asked = [
        "/data/v1",
        "/data/v1/events",
        "/data/v1/schema/event",
        "/data/v1/changes.json",
    ];
    let asked = asked.iter().map(|path| (path.to_string(), None));
    let planned = host
        .planned
        .iter()
        .map(|(path, media_type)| (path.clone(), Some(*media_type)));
    for (path, media_type) in planned.chain(asked) {
        let headers = host.headers(&path);
        let names: BTreeSet<&str> = headers.iter().map(|(name, _)| *name).collect();
        assert_eq!(names.len(), headers.len(), "{path}: {headers:?}");
        let get = |wanted: &str| {
            headers
                .iter()
                .find(|(name, _)| *name == wanted)
                .map(|found| found.1)
        };
        let in_media = path.starts_with("/media/");
        if let (Some(sent), Some(planned)) = (get("Content-Type"), media_type.filter(|_| !in_media))
        {
            assert_eq!(sent, planned, "{path}");
        }
        if path.starts_with("/data/") {
            assert_eq!(get("API-Version"), Some(VERSION), "{path}");
            assert_eq!(get("Access-Control-Allow-Origin"), Some("*"), "{path}");
        }
        assert!(get("Strict-Transport-Security").is_some(), "{path}");
    }
    assert_eq!(api["info"]["version"], VERSION);
}

#[test]
fn programs_find_the_api_from_the_name_of_the_site() {
    let host = host("");
    let links = host.json(".well-known/api-catalog");
    let api = &links["linkset"][1];
    assert_eq!(api["anchor"], "https://lab.example/data/v1");
    assert_eq!(links["linkset"][0]["item"][0]["href"], api["anchor"]);
    for relation in ["service-desc", "service-doc", "service-meta"] {
        for link in api[relation].as_array().into_iter().flatten() {
            let href = link["href"].as_str().expect("an address");
            let path = href
                .strip_prefix("https://lab.example")
                .expect("of the site");
            assert!(host.planned.contains_key(path), "{relation}: {href}");
        }
    }
    assert_eq!(
        host.get("/data/v1", false).1.as_deref(),
        Some("data/v1/openapi.json")
    );
}

#[cfg(feature = "precompressed")]
#[test]
fn compressed_forms_hold_the_files_beside_them() {
    use std::io::Read as _;
    let host = host("precompressed: [gz, br]\n");
    let compressed = |file: &String| file.ends_with(".gz") || file.ends_with(".br");
    for (file, bytes) in host.files.iter().filter(|(file, _)| compressed(file)) {
        let mut found = Vec::new();
        let read = match file.ends_with(".gz") {
            true => {
                assert_eq!(bytes[4..8], [0; 4], "{file} has a date");
                flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut found)
            }
            false => brotli::Decompressor::new(&bytes[..], 4096).read_to_end(&mut found),
        };
        read.expect("it can be read");
        assert!(found == host.files[&file[..file.len() - 3]], "{file}");
    }
    for file in ["data/v1/events/soep.json.br", "data/SHA256SUMS.gz"] {
        assert!(host.files.contains_key(file), "{file}");
    }
    assert!(!host.text("data/SHA256SUMS").contains(".gz"));
}
