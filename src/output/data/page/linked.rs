//! The datasets in schema.org's terms, within the page about them, for search engines of data.

use crate::diagnostic::Diagnostic;
use crate::output::data::dataset::Dataset;
use crate::output::{Plan, Press};
use crate::site::Site;
use crate::theme::json_ld::within_script;
use serde_json::{Map, Value, json};

/// The catalogue with what it holds, safe to stand within a script element.
pub fn catalogue(
    press: &Press,
    plan: &Plan,
    datasets: &[Dataset],
    language: &str,
) -> Result<String, Diagnostic> {
    let site = &press.site;
    let locale = press.theme.locale(language);
    let of = |dataset| self::dataset(press, plan, dataset, language);
    let datasets = datasets.iter().map(of).collect::<Result<Vec<_>, _>>()?;
    let title = locale.text("data.title", &[]);
    let mut node = json!({
        "@context": "https://schema.org",
        "@type": "DataCatalog",
        "name": format!("{} – {title}", site.text(&site.config.title, language)),
        "description": locale.text("data.intro", &[]),
        "url": site.config.absolute(&site.data_path(language)),
        "inLanguage": language,
        "isAccessibleForFree": true,
        "dataset": datasets,
    });
    add_rights(site, &mut node);
    Ok(within_script(&node))
}

/// A dataset. Search engines want at least fifty characters to tell what it is.
fn dataset(
    press: &Press,
    plan: &Plan,
    dataset: &Dataset,
    language: &str,
) -> Result<Value, Diagnostic> {
    let (site, locale) = (&press.site, press.theme.locale(language));
    let name = site.text(&site.config.title, language);
    let about = dataset.about(site, language);
    let page = site.config.absolute(&site.data_path(language));
    let title = dataset.title(site, language);
    let mut node = json!({
        "@type": "Dataset",
        "@id": dataset.id(site),
        "name": locale.text("feed.title", &[("site", name), ("title", &title)]),
        "description": locale.text("data.description", &[("about", &about), ("site", name)]),
        "url": format!("{page}#{}", dataset.name),
        "identifier": dataset.id(site),
        "inLanguage": site.codes,
        "isAccessibleForFree": true,
    });
    let period = dataset
        .extent
        .map(|(first, last)| format!("{first}/{last}"));
    let times = [
        ("datePublished", dataset.issued.map(|at| at.to_string())),
        ("dateModified", dataset.modified.map(|at| at.to_string())),
        ("temporalCoverage", period),
    ];
    for (name, value) in times {
        if let Some(value) = value {
            node[name] = json!(value);
        }
    }
    add_rights(site, &mut node);
    let mut files = Vec::new();
    for file in &dataset.distributions {
        let bytes = press.sums.of(press, plan, &file.path)?.bytes;
        files.push(json!({
            "@type": "DataDownload",
            "name": file.title,
            "contentUrl": site.config.absolute(&file.path),
            "encodingFormat": file.media_type,
            "contentSize": format!("{bytes} B"),
        }));
    }
    node["distribution"] = json!(files);
    Ok(node)
}

/// Who made it, and what others may do with it.
fn add_rights(site: &Site, node: &mut Value) {
    if let Some(publisher) = &site.config.publisher {
        let url = publisher.url.as_ref().unwrap_or(&site.config.url.value);
        let mut who = Map::new();
        who.insert("@type".to_owned(), json!("Organization"));
        who.insert("name".to_owned(), json!(publisher.name));
        who.insert("url".to_owned(), json!(&*url.0));
        if let Some(email) = &publisher.email {
            who.insert("email".to_owned(), json!(&*email.0));
        }
        node["creator"] = json!(who);
        node["publisher"] = json!(who);
    }
    if let Some(license) = &site.config.license {
        node["license"] = json!(&*license.0);
    }
}
