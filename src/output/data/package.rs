//! All datasets as one package (Data Package, version 2), with what each column of a table holds
//! (Table Schema).

use super::csv::CSV;
use super::dataset::{Dataset, Distribution, datasets};
use super::table::{Column, SEPARATOR, Type};
use super::{VERSION, occurrences};
use crate::content::shape::shape;
use crate::content::{KINDS, Kind};
use crate::diagnostic::Diagnostic;
use crate::output::{Artifact, Output, Plan, Press, Subject, bare, pretty};
use crate::theme::values::page::license_name;
use serde_json::{Map, Value, json};

/// The output.
pub const OUTPUT: Output = Output {
    name: "package",
    about: "all datasets as one package, with length and sum of each file",
    plan,
};

/// Where it lies: above all that it names, since its paths may not lead up (Data Resource, `path`).
pub const PATH: &str = "/data/datapackage.json";

/// The folder to which its paths are relative, and the page about the data.
const FOLDER: &str = "/data/";

fn plan(_: &Press, plan: &mut Plan) {
    plan.add(
        PATH.to_owned(),
        "application/json",
        Subject::Site,
        None,
        render,
    );
}

fn render(press: &Press, plan: &Plan, _: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let site = &press.site;
    let (config, language) = (&site.config, &site.codes[0]);
    let all = datasets(site, plan);
    let mut resources = Vec::new();
    for dataset in &all {
        for file in dataset
            .distributions
            .iter()
            .filter(|file| is_readable(file))
        {
            resources.push(resource(press, plan, dataset, file)?);
        }
    }
    let title = site.text(&config.title, language);
    let mut package = json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "open-data",
        "id": config.absolute(PATH),
        "title": format!("Open data {title}"),
        "homepage": config.absolute(plan.find(FOLDER).map_or("/", |page| &page.path)),
        "version": VERSION,
    });
    let about = site.text(&config.description, language);
    if !about.is_empty() {
        package["description"] = json!(about);
    }
    // The moment of the build would make it another package every day.
    if let Some(modified) = all.iter().filter_map(|dataset| dataset.modified).max() {
        package["created"] = json!(modified.to_string());
    }
    package["contributors"] = json!([contributor(press)]);
    if let Some(license) = &config.license {
        package["licenses"] = json!([licence(license)]);
    }
    package["resources"] = json!(resources);
    Ok(pretty(&package))
}

/// Whether readers of packages can read a file without more than they come with. Lines of JSON and
/// Parquet they take for tables, and then lack a plug-in; a change feed is more than its first page.
fn is_readable(file: &Distribution) -> bool {
    let known = ["CSV", "JSON", "GeoJSON"];
    file.path.starts_with(FOLDER) && known.contains(&file.title)
}

/// Who publishes it (Data Package, `contributors`).
fn contributor(press: &Press) -> Value {
    let config = &press.site.config;
    let title = press.site.text(&config.title, &press.site.codes[0]);
    let mut contributor =
        json!({ "title": title, "path": config.absolute("/"), "roles": ["publisher"] });
    if let Some(publisher) = &config.publisher {
        contributor["title"] = json!(publisher.name);
        if let Some(email) = &publisher.email {
            contributor["email"] = json!(email);
        }
        if let Some(url) = &publisher.url {
            contributor["path"] = json!(url);
        }
    }
    contributor
}

/// A licence (Data Package, `licenses`); only those of Creative Commons have a name in the list that the
/// standard points to.
fn licence(url: &str) -> Value {
    let name = license_name(url);
    let mut licence = json!({ "path": url, "title": name });
    if name.starts_with("CC") {
        licence["name"] = json!(name.replace(' ', "-"));
    }
    licence
}

/// A file (Data Resource). A table bears the name of its dataset, any other file that of its format too.
fn resource(
    press: &Press,
    plan: &Plan,
    dataset: &Dataset,
    file: &Distribution,
) -> Result<Value, Diagnostic> {
    let (site, language) = (&press.site, &press.site.codes[0]);
    let sum = press.sums.of(press, plan, &file.path)?;
    let format = file.path.rsplit('.').next().unwrap_or_default();
    let is_table = file.media_type == bare(CSV);
    let name = match is_table {
        true => dataset.name.to_owned(),
        false => format!("{}-{format}", dataset.name),
    };
    let mut resource = json!({
        "name": name,
        "path": file.path.trim_start_matches(FOLDER),
        "title": format!("{} ({})", dataset.title(site, language), file.title),
        "description": dataset.about(site, language),
        "format": format,
        "mediatype": file.media_type,
        "encoding": "utf-8",
        "bytes": sum.bytes,
        "hash": format!("sha256:{}", sum.sha256),
    });
    if is_table {
        resource["type"] = json!("table");
        resource["dialect"] = json!({
            "$schema": "https://datapackage.org/profiles/2.0/tabledialect.json",
            "delimiter": ",", "lineTerminator": "\r\n", "quoteChar": "\"", "doubleQuote": true, "header": true,
        });
        resource["schema"] = schema(press, dataset);
    }
    Ok(resource)
}

/// What the columns of a table hold (Table Schema).
fn schema(press: &Press, dataset: &Dataset) -> Value {
    let of_occurrences = occurrences::columns();
    let kind = Kind::in_folder(dataset.name);
    let (columns, key): (&[Column], &[&str]) = match kind {
        Some(kind) => (press.records.columns(kind.number()), &["id"]),
        None => (&of_occurrences, &["event", "original"]),
    };
    let mut schema = json!({
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fields": columns.iter().map(field).collect::<Vec<_>>(),
        "missingValues": [""],
        "primaryKey": key,
    });
    let keys = kind.map_or_else(|| of_events(press), |kind| foreign_keys(kind, columns));
    if !keys.is_empty() {
        schema["foreignKeys"] = json!(keys);
    }
    schema
}

/// A column (Table Schema, `fields`).
fn field(column: &Column) -> Value {
    let mut field = Map::new();
    let mut set = |name: &str, value: Value| field.insert(name.to_owned(), value);
    set("name", json!(column.name));
    let about = match column.type_ {
        Type::List => format!(
            "{} Several have `{SEPARATOR}` between them.",
            column.description
        ),
        _ => column.description.clone(),
    };
    if !about.is_empty() {
        set("description", json!(about.trim_start()));
    }
    let type_ = match column.type_ {
        // The standard has lists, but its own schema of version 2.0 refuses them.
        Type::Text | Type::Uri | Type::List => "string",
        Type::Boolean => "boolean",
        Type::Integer => "integer",
        Type::Number => "number",
        Type::Date => "date",
        Type::DateTime => "datetime",
        Type::Json => "array",
    };
    set("type", json!(type_));
    if column.type_ == Type::Uri {
        set("format", json!("uri"));
    }
    if column.required {
        set("constraints", json!({ "required": true }));
    }
    Value::Object(field)
}

/// The columns that name one record of one other table (Table Schema, `foreignKeys`). What may point at
/// several kinds, or at several records, the standard cannot say.
fn foreign_keys(kind: &'static Kind, columns: &[Column]) -> Vec<Value> {
    let of = |column: &Column| match shape(kind).references.get(&column.name).map(Vec::as_slice) {
        Some([folder]) if column.type_ == Type::Uri => {
            let other = Kind::in_folder(folder)?;
            Some(key(
                &column.name,
                if other == kind { "" } else { other.folder },
            ))
        }
        _ => None,
    };
    columns.iter().filter_map(of).collect()
}

/// What takes place is of one kind on most sites: then each of its times names a row of that table.
fn of_events(press: &Press) -> Vec<Value> {
    let gathers = |n: &usize| {
        let mut entries = super::record::of_kind(&press.site, *n);
        entries.any(|entry| entry.gathers())
    };
    let kinds: Vec<usize> = (0..KINDS.len()).filter(gathers).collect();
    match kinds[..] {
        [n] => vec![key("event", KINDS[n].folder)],
        _ => vec![],
    }
}

fn key(field: &str, table: &str) -> Value {
    json!({ "fields": [field], "reference": { "resource": table, "fields": ["id"] } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_bear_the_names_of_the_list_of_licences() {
        let known = licence("https://creativecommons.org/licenses/by/4.0/deed.nl");
        assert_eq!(known["name"], "CC-BY-4.0");
        let other = licence("https://lab.example/licence");
        assert!(other["name"].is_null(), "{other}");
    }

    #[test]
    fn lists_say_what_stands_between_their_items() {
        let list = field(&Column::new("topics", Type::List, "About what."));
        let about = "About what. Several have `|` between them.";
        assert_eq!(
            list,
            json!({ "name": "topics", "description": about, "type": "string" })
        );
    }
}
