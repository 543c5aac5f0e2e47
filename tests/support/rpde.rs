//! Pages of change feeds, as programs read them.

use serde_json::Value;

/// A page as a program reads it: what changed, each with its number, identifier and the record as it
/// stands there; then the address of the next page.
#[derive(Clone)]
pub struct Page {
    pub items: Vec<(i64, String, Option<String>)>,
    pub next: String,
}

/// The number in the address of a page.
pub fn number(address: &str) -> i64 {
    let (_, number) = address.split_once('=').expect("a number");
    number.parse().expect("a number")
}

/// Reads a page.
pub fn read(text: &str) -> Page {
    let value: Value = serde_json::from_str(text).expect("JSON");
    let lines = text.lines().filter(|line| line.starts_with("{\"state\":"));
    let item = |line: &str| {
        let line = line.strip_suffix(',').unwrap_or(line);
        let value: Value = serde_json::from_str(line).expect("JSON");
        let context = "\"data\":{\"@context\":\"https://lab.example/data/v1/context.jsonld\",";
        let record = line
            .split_once(context)
            .map(|(_, rest)| format!("{{{}", &rest[..rest.len() - 1]));
        assert_eq!(record.is_some(), value["state"] == "updated");
        let id = value["id"].as_str().expect("a text");
        (
            value["modified"].as_i64().expect("a number"),
            id.to_owned(),
            record,
        )
    };
    Page {
        items: lines.map(item).collect(),
        next: value["next"].as_str().expect("a text").to_owned(),
    }
}
