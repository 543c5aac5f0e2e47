//! The data as an API (OpenAPI 3.1), from the schemas that are published, by the Dutch API Design Rules.
//!
//! Nothing answers but files. So it describes what the files are: paths without an extension, which
//! hosts lead to the file, and no more parameters than a path can hold.

use super::dataset::{Dataset, datasets};
use super::json::slugs;
use super::{ROOT, VERSION, context};
use crate::content::Kind;
use crate::diagnostic::Diagnostic;
use crate::output::{Artifact, Output, Plan, Press, Subject, bare, pretty};
use crate::theme::values::page::license_name;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The output.
pub const OUTPUT: Output = Output {
    name: "openapi",
    about: "the data as an API, for programs that make programs",
    plan,
};

/// Where it lies: at the root of the API (API Design Rules, /core/publish-openapi).
pub const PATH: &str = "/data/v1/openapi.json";

/// The media type.
pub const OPENAPI: &str = "application/openapi+json";

/// The folder of the feeds of changes.
const CHANGES: &str = "/data/v1/changes/";

/// The folder of the schemas.
const SCHEMAS: &str = "/data/v1/schema/";

/// Up to how many records a path lists its identifiers: of more it says what they look like. A list
/// that leaves some out would forbid them.
const LISTED: usize = 200;

fn plan(_: &Press, plan: &mut Plan) {
    plan.add(PATH.to_owned(), OPENAPI, Subject::Site, None, render);
}

fn render(press: &Press, plan: &Plan, _: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let site = &press.site;
    let all = datasets(site, plan);
    let language = &site.codes[0];
    let mut tags: Vec<Value> = all
        .iter()
        .map(
            |dataset| json!({ "name": dataset.name, "description": dataset.about(site, language) }),
        )
        .collect();
    let mut paths = Map::new();
    for dataset in &all {
        describe(press, dataset, &mut paths);
    }
    let feeds = feeds(plan);
    if !feeds.is_empty() {
        tags.push(json!({ "name": "changes", "description": "What changed since a reader last looked, and what is gone." }));
        changes(plan, &feeds, &mut paths);
    }
    tags.push(
        json!({ "name": "meta", "description": "What the data mean, and this description." }),
    );
    meta(plan, &mut paths);
    Ok(pretty(&json!({
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": info(press),
        "servers": [{ "url": site.config.absolute(ROOT) }],
        "security": [],
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": schemas(press, plan)?,
            "headers": headers(),
            "responses": {
                "BadRequest": problem("What was asked for cannot be. Only a host that looks at parameters tells it from what is not there."),
                "NotFound": problem("There is nothing at this address."),
            },
        },
    })))
}

/// Who publishes it and what others may do with it (OpenAPI 3.1, section 4.8.2).
fn info(press: &Press) -> Value {
    let config = &press.site.config;
    let language = &press.site.codes[0];
    let title = press.site.text(&config.title, language);
    let (name, email, url) = contact(press);
    let mut info = json!({
        "title": format!("Open data {title}"),
        "version": VERSION,
        "description": "Every record of the site, to be read and used again. Files stand behind it: they answer \
            GET and HEAD, know ETags, and take no key. Times have their offset; texts are by language; \
            references are permanent identifiers.",
        "contact": { "name": name, "email": email, "url": url },
    });
    if let Some(license) = &config.license {
        info["license"] = json!({ "name": license_name(license), "url": &*license.0 });
    }
    info
}

/// Name, address for mail and page of who answers for the data. The API Design Rules want all three
/// (/core/doc-openapi-contact): where a site gives no address for mail, one that says of itself that it
/// leads nowhere (RFC 6761, section 6.4).
fn contact(press: &Press) -> (String, String, String) {
    let config = &press.site.config;
    let publisher = config.publisher.as_ref();
    let title = press.site.text(&config.title, &press.site.codes[0]);
    let host = config.url.split("//").nth(1).unwrap_or_default();
    let host = host.split(['/', ':']).next().unwrap_or_default();
    let email = publisher.and_then(|publisher| publisher.email.as_ref());
    let url = publisher.and_then(|publisher| publisher.url.as_ref());
    (
        publisher.map_or_else(|| title.to_owned(), |publisher| publisher.name.clone()),
        email.map_or_else(
            || format!("no-address@{host}.invalid"),
            |email| email.0.to_string(),
        ),
        url.map_or_else(|| config.absolute("/"), |url| url.0.to_string()),
    )
}

fn headers() -> Value {
    json!({
        "ApiVersion": { "description": "Version of the API in full.", "schema": { "type": "string", "examples": [VERSION] } },
        "ETag": { "description": "Changes when the answer does: send it back as `If-None-Match`.", "schema": { "type": "string" } },
    })
}

/// An answer that tells what is wrong (RFC 9457).
fn problem(description: &str) -> Value {
    json!({
        "description": description,
        "headers": { "API-Version": { "$ref": "#/components/headers/ApiVersion" } },
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
    })
}

/// One thing that can be asked.
struct Operation<'a> {
    id: String,
    tag: &'a str,
    summary: String,
    description: String,
    parameters: Vec<Value>,
    media_type: &'a str,
    schema: Value,
}

impl Operation<'_> {
    /// It as a path of the API.
    fn path(self) -> Value {
        let headers = json!({
            "API-Version": { "$ref": "#/components/headers/ApiVersion" },
            "ETag": { "$ref": "#/components/headers/ETag" },
        });
        let mut responses = json!({
            "200": { "description": self.summary, "headers": headers, "content": { self.media_type: { "schema": self.schema } } },
            "304": { "description": "It is as it was.", "headers": headers },
            "404": { "$ref": "#/components/responses/NotFound" },
        });
        let mut get =
            json!({ "operationId": self.id, "tags": [self.tag], "summary": self.summary });
        if !self.description.is_empty() {
            get["description"] = json!(self.description);
        }
        if !self.parameters.is_empty() {
            responses["400"] = json!({ "$ref": "#/components/responses/BadRequest" });
            get["parameters"] = json!(self.parameters);
        }
        get["responses"] = responses;
        json!({ "get": get })
    }
}

/// A dataset as a whole, and each of its records.
fn describe(press: &Press, dataset: &Dataset, paths: &mut Map<String, Value>) {
    let Some(whole) = dataset.file("JSON") else {
        return;
    };
    let site = &press.site;
    let name = dataset.name;
    let others = dataset
        .distributions
        .iter()
        .filter(|file| file.path != whole.path);
    let others =
        others.map(|file| format!("[{}]({})", file.title, site.config.absolute(&file.path)));
    let others: Vec<String> = others.collect();
    let about = dataset.about(site, &site.codes[0]);
    let list = Operation {
        id: format!("list{}", pascal(name)),
        tag: name,
        summary: format!("Everything in `{name}`"),
        description: format!("{about} Also as {}.", others.join(", ")),
        parameters: vec![],
        media_type: whole.media_type,
        schema: component(&pascal(name)),
    };
    paths.insert(format!("/{name}"), list.path());
    let Some(kind) = Kind::in_folder(name) else {
        return;
    };
    let identifiers = slugs(press, kind.number());
    if identifiers.is_empty() {
        return;
    }
    let one = Operation {
        id: format!("get{}", pascal(kind.name)),
        tag: name,
        summary: format!("One record of `{name}`"),
        description: String::new(),
        parameters: vec![one_of("id", "Which record.", &identifiers)],
        media_type: whole.media_type,
        schema: component(&pascal(kind.name)),
    };
    paths.insert(format!("/{name}/{{id}}"), one.path());
}

/// A part of the path. What it can be is listed as far as a list helps.
fn one_of(name: &str, description: &str, values: &[&str]) -> Value {
    let schema = if values.len() <= LISTED {
        json!({ "type": "string", "enum": values })
    } else {
        json!({ "type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "examples": values[..3] })
    };
    json!({ "name": name, "in": "path", "required": true, "description": description, "schema": schema })
}

/// The datasets of whose changes there is a feed.
fn feeds(plan: &Plan) -> BTreeSet<&str> {
    let within = plan
        .iter()
        .filter_map(|file| file.path.strip_prefix(CHANGES));
    within
        .filter_map(|path| path.strip_suffix("/after-0.json"))
        .filter(|name| !name.contains('/'))
        .collect()
}

/// The feeds of changes (OpenActive Realtime Paged Data Exchange 1.0).
fn changes(plan: &Plan, feeds: &BTreeSet<&str>, paths: &mut Map<String, Value>) {
    let index = Operation {
        id: "listFeeds".to_owned(),
        tag: "changes",
        summary: "The feeds of changes".to_owned(),
        description: String::new(),
        parameters: vec![],
        media_type: "application/json",
        schema: published(plan, "feeds"),
    };
    paths.insert("/feeds".to_owned(), index.path());
    let feeds: Vec<&str> = feeds.iter().copied().collect();
    let after = json!({
        "name": "afterChangeNumber", "in": "query", "required": false,
        "description": "The number after which to go on, as `next` of the page before gave it. Follow `next`; do not make addresses.",
        "schema": { "type": "integer", "format": "int64", "minimum": 0 },
    });
    let page = Operation {
        id: "listChanges".to_owned(),
        tag: "changes",
        summary: "A page of the changes in a dataset".to_owned(),
        description: "Realtime Paged Data Exchange 1.0, ordered by change number.".to_owned(),
        parameters: vec![one_of("dataset", "Which dataset.", &feeds), after],
        media_type: "application/json",
        schema: published(plan, "changes"),
    };
    paths.insert("/changes/{dataset}".to_owned(), page.path());
}

/// What the data mean, and this description itself.
fn meta(plan: &Plan, paths: &mut Map<String, Value>) {
    let mut add = |path: &str, id: &str, summary: &str, parameters, media_type| {
        let operation = Operation {
            id: id.to_owned(),
            tag: "meta",
            summary: summary.to_owned(),
            description: String::new(),
            parameters,
            media_type,
            schema: json!({ "type": "object" }),
        };
        paths.insert(path.to_owned(), operation.path());
    };
    if let Some(file) = plan.find(context::PATH) {
        let summary = "What the names in the data mean, as a JSON-LD context";
        add(
            "/context",
            "getContext",
            summary,
            vec![],
            bare(file.media_type),
        );
    }
    let names: Vec<&str> = schema_files(plan).map(|(name, _)| name).collect();
    if let Some((_, file)) = schema_files(plan).next() {
        let which = one_of("name", "Which schema.", &names);
        let summary = "What the fields hold, as JSON Schema";
        add(
            "/schema/{name}",
            "getSchema",
            summary,
            vec![which],
            bare(file.media_type),
        );
    }
    add(
        "/openapi.json",
        "getOpenapi",
        "This description",
        vec![],
        OPENAPI,
    );
}

/// The schemas that are published, by name.
fn schema_files(plan: &Plan) -> impl Iterator<Item = (&str, &Artifact)> {
    plan.iter().filter_map(|file| {
        let name = file.path.strip_prefix(SCHEMAS)?.strip_suffix(".json")?;
        Some((name, file))
    })
}

/// The component of a published schema; of one that is not there, any object.
fn published(plan: &Plan, name: &str) -> Value {
    match plan.find(&format!("{SCHEMAS}{name}.json")) {
        Some(_) => component(&pascal(name)),
        None => json!({ "type": "object" }),
    }
}

fn component(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// The published schemas as components, and each reference leads to a component. What a schema defines
/// stands beside it under both names: a `Type` of one kind is not that of another.
fn schemas(press: &Press, plan: &Plan) -> Result<BTreeMap<String, Value>, Diagnostic> {
    let mut components = BTreeMap::from([("Problem".to_owned(), problem_schema())]);
    for (name, file) in schema_files(plan) {
        let bytes = crate::output::render(press, plan, file)?;
        let mut schema: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let name = pascal(name);
        lead(&mut schema, &press.site.config.absolute(SCHEMAS), &name);
        if let Value::Object(fields) = &mut schema {
            fields.shift_remove("$schema");
            fields.shift_remove("$id");
            if let Some(Value::Object(defined)) = fields.shift_remove("$defs") {
                let own =
                    |(other, one): (String, Value)| (format!("{name}{}", pascal(&other)), one);
                components.extend(defined.into_iter().map(own));
            }
        }
        components.insert(name, schema);
    }
    Ok(components)
}

/// Leads references to definitions and to published schemas to the components that hold them.
fn lead(value: &mut Value, schemas: &str, own: &str) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(to) if name == "$ref" => *to = target(to, schemas, own),
                    value => lead(value, schemas, own),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| lead(item, schemas, own)),
        _ => {}
    }
}

fn target(to: &str, schemas: &str, own: &str) -> String {
    let name = if let Some(name) = to.strip_prefix(schemas) {
        pascal(name.trim_end_matches(".json"))
    } else if let Some(name) = to.strip_prefix("#/$defs/") {
        format!("{own}{}", pascal(name))
    } else if to == "#" {
        own.to_owned()
    } else {
        return to.to_owned();
    };
    format!("#/components/schemas/{name}")
}

/// What an answer says when something is wrong (RFC 9457, section 3.1).
fn problem_schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "type": { "type": "string", "format": "uri-reference", "default": "about:blank" },
            "title": { "type": "string" },
            "status": { "type": "integer", "minimum": 100, "maximum": 599 },
            "detail": { "type": "string" },
        },
        "required": ["title", "status", "detail"],
    })
}

/// A name in UpperCamelCase (API Design Rules, /core/schema-camel-case).
fn pascal(name: &str) -> String {
    let parts = name.split(|c: char| !c.is_ascii_alphanumeric());
    let upper = |part: &str| {
        let mut letters = part.chars();
        let first = letters.next().map(|c| c.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    parts.map(upper).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_lead_to_components() {
        let mut value = json!({ "a": [{ "$ref": "#/$defs/Place" }], "b": { "$ref": "https://lab.example/data/v1/schema/city-event.json" }, "c": { "$ref": "#" } });
        lead(&mut value, "https://lab.example/data/v1/schema/", "Own");
        let to = |name: &str| component(name);
        assert_eq!(
            value,
            json!({ "a": [to("OwnPlace")], "b": to("CityEvent"), "c": to("Own") })
        );
    }

    #[test]
    fn many_identifiers_are_told_by_what_they_look_like() {
        let many: Vec<String> = (0..=LISTED).map(|n| format!("soep-{n}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(one_of("id", "", &many)["schema"]["enum"].is_null());
        assert!(one_of("id", "", &many[1..])["schema"]["pattern"].is_null());
    }

    #[test]
    fn feeds_of_changes_are_described_where_there_are_some() {
        let mut plan = Plan::default();
        for path in [
            "changes/events/after-0",
            "changes/events/after-9",
            "feeds",
            "schema/changes",
        ] {
            let path = format!("{ROOT}/{path}.json");
            plan.add(path, "application/json", Subject::Site, None, |_, _, _| {
                Ok(vec![])
            });
        }
        plan.order();
        let feeds = feeds(&plan);
        assert_eq!(feeds, BTreeSet::from(["events"]));
        let mut paths = Map::new();
        changes(&plan, &feeds, &mut paths);
        let get = &paths["/changes/{dataset}"]["get"];
        assert_eq!(get["parameters"][0]["schema"]["enum"], json!(["events"]));
        let content = &get["responses"]["200"]["content"]["application/json"];
        assert_eq!(content["schema"], component("Changes"));
        assert!(paths.contains_key("/feeds"));
    }
}
