//! The page about the open data, for people: what there is, how to get it, and how to use it.

mod cite;
mod linked;
mod shown;

use super::dataset::{Dataset, datasets};
use super::{ROOT, json, record};
use crate::content::KINDS;
use crate::diagnostic::Diagnostic;
use crate::output::page::HTML;
use crate::output::{Artifact, Output, Plan, Press, Subject, home_crumb, misplanned};
use crate::site::Site;
use crate::theme::values::Object;
use crate::theme::values::list::text;
use crate::theme::values::page::{Head, context};
use tera::Value;

/// The output.
pub const OUTPUT: Output = Output {
    name: "data-page",
    about: "the page about the open data",
    plan,
};

/// What programs begin with, by its key in the texts, and where it lies.
const ENTRANCES: &[(&str, &[&str])] = &[
    (
        "catalogue",
        &["/catalog.ttl", "/catalog.jsonld", "/catalog.rdf"],
    ),
    ("api", &["/data/v1/openapi.json"]),
    ("changes", &["/data/v1/feeds.json"]),
    ("package", &["/data/datapackage.json"]),
    ("context", &["/data/v1/context.jsonld"]),
    ("sums", &["/data/SHA256SUMS"]),
    ("linkset", &["/.well-known/api-catalog"]),
];

/// The catalogue as the head of the page names it.
const CATALOGUE: &[(&str, &str, &str)] = &[
    ("text/turtle", "DCAT (Turtle)", "/catalog.ttl"),
    ("application/ld+json", "DCAT (JSON-LD)", "/catalog.jsonld"),
    ("application/rdf+xml", "DCAT (RDF/XML)", "/catalog.rdf"),
];

/// What people want to do with data, by its key in the texts, and the format that serves it.
const WAYS: &[(&str, &str)] = &[
    ("sheet", "CSV"),
    ("map", "GeoJSON"),
    ("calendar", "iCalendar"),
    ("program", "JSON"),
];

fn plan(press: &Press, plan: &mut Plan) {
    for (n, code) in press.site.codes.iter().enumerate() {
        let path = press.site.data_path(code);
        plan.add(path, HTML, Subject::Site, Some(n), render);
    }
}

fn render(press: &Press, plan: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let Some(language) = artifact.language else {
        return Err(misplanned(artifact));
    };
    let (site, theme) = (&press.site, &press.theme);
    let code = &site.codes[language];
    // The kinds that have nothing yet come last, in a line each.
    let (filled, empty): (Vec<Dataset>, Vec<Dataset>) = datasets(site, plan)
        .into_iter()
        .partition(|dataset| dataset.count > 0);
    let paths = site.codes.iter().map(|code| site.data_path(code));
    let head = Head {
        kind: "data".to_owned(),
        title: text(site, "data.title", code),
        description: Some(text(site, "data.intro", code)),
        path: artifact.path.clone(),
        alternates: catalogue(plan),
        translations: paths.enumerate().collect(),
        breadcrumbs: vec![home_crumb(press, code)],
        json_ld: Some(linked::catalogue(press, plan, &filled, code)?),
        ..Head::default()
    };
    let mut context = context(site, &press.cards, language, head);
    let shown = |dataset| shown::dataset(press, plan, dataset, language);
    let values = filled.iter().map(shown).collect::<Result<Vec<_>, _>>()?;
    let data = Object::new()
        .set("start", start(press, plan, &filled, language)?)
        .set("datasets", values)
        .list(
            "empty",
            empty.iter().map(|d| shown::empty(site, d, code)).collect(),
        )
        .set("entrances", entrances(plan))
        .set("examples", examples(site, &filled, code))
        .set("cite", cite::cite(site, theme, code));
    context.insert_value("data", data.into());
    theme.render(code, "data.html", &context)
}

/// The catalogue in the formats in which it is there.
fn catalogue(plan: &Plan) -> Vec<(&'static str, String, String)> {
    let there = CATALOGUE.iter().filter(|form| plan.find(form.2).is_some());
    there
        .map(|(media_type, title, path)| (*media_type, (*title).to_owned(), (*path).to_owned()))
        .collect()
}

/// What programs begin with, as far as it is there.
fn entrances(plan: &Plan) -> Vec<Value> {
    let entrance = |(key, paths): &(&'static str, &[&'static str])| -> Option<Value> {
        let there = paths.iter().filter(|path| plan.find(path).is_some());
        let there: Vec<Value> = there.map(|path| Value::from(*path)).collect();
        (!there.is_empty()).then(|| Object::new().set("key", *key).set("paths", there).into())
    };
    ENTRANCES.iter().filter_map(entrance).collect()
}

/// The way in for who does not know yet what to take: a spreadsheet, a map, a calendar, a program.
fn start(
    press: &Press,
    plan: &Plan,
    datasets: &[Dataset],
    language: usize,
) -> Result<Vec<Value>, Diagnostic> {
    let (site, locale) = (&press.site, press.theme.locale(&press.site.codes[language]));
    let mut ways = Vec::new();
    for (key, format) in WAYS {
        let first = datasets
            .iter()
            .find_map(|dataset| Some((dataset, dataset.file(format)?)));
        if let Some((dataset, file)) = first {
            let bytes = press.sums.of(press, plan, &file.path)?.bytes;
            let way = Object::new()
                .set("key", *key)
                .set("title", dataset.title(site, &site.codes[language]))
                .set("path", file.path.as_str())
                .set("name", shown::name(&file.path))
                .set("download", file.path.starts_with(ROOT))
                .set("size", shown::size(locale, bytes));
            ways.push(way.into());
        }
    }
    Ok(ways)
}

/// What the examples need to know of the site: where its data lie, its languages as columns name them
/// with that of the page first, its zone, and a record to ask for.
fn examples(site: &Site, datasets: &[Dataset], code: &str) -> Object {
    let others = site.codes.iter().filter(|other| *other != code);
    let languages = std::iter::once(code).chain(others.map(String::as_str));
    let codes: Vec<Value> = languages
        .map(|code| Value::from(code.replace('-', "_")))
        .collect();
    let first = datasets.iter().find_map(|dataset| match dataset.subject {
        Subject::Kind(n) => record::of_kind(site, n).next(),
        _ => None,
    });
    let dataset = datasets.first().map_or(KINDS[0].folder, |d| d.name);
    Object::new()
        .set("base", site.config.absolute(ROOT))
        .set("zone", &*site.config.timezone)
        .set("lang", code)
        .set("codes", codes)
        .set("dataset", dataset)
        .some(
            "record",
            first.map(|entry| site.config.absolute(&json::record_path(entry))),
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::data::dataset::FORMATS;
    use crate::output::data::table::Type;
    use crate::theme::messages::Locale;

    /// The texts that come with the program.
    pub fn locale(code: &str) -> Locale {
        let path = format!("data/languages/{code}.yaml");
        let (_, bytes) = crate::theme::FILES.iter().find(|f| f.0 == path).unwrap();
        let text = std::str::from_utf8(bytes).unwrap();
        let (node, _) = crate::yaml::parse(crate::source::SourceId(0), text, 0..text.len());
        Locale::new(&crate::yaml::decode::decode(&node.unwrap(), &mut vec![]).unwrap())
    }

    #[test]
    fn what_is_looked_up_by_its_name_has_words_in_every_language() {
        for code in ["nl", "en"] {
            let locale = locale(code);
            let has = |key: String| assert!(locale.find(&key, &[]).is_some(), "{code}: {key}");
            for (key, _) in ENTRANCES {
                has(format!("data.entrance.{key}"));
                has(format!("data.entrance.{key}.about"));
            }
            for (key, _) in WAYS {
                has(format!("data.start.{key}"));
                has(format!("data.start.{key}.about"));
            }
            let formats = FORMATS.iter().map(|format| format.1);
            for title in formats.chain(["GeoParquet", "RPDE"]) {
                let key = title.to_lowercase().replace(' ', "_");
                has(format!("data.format.{key}"));
            }
            for type_ in Type::ALL {
                has(format!("data.type.{}", type_.name()));
            }
            let names = KINDS.iter().map(|kind| kind.folder);
            for name in names.chain([crate::output::data::occurrences::NAME]) {
                has(format!("count.{name}"));
                let about = locale.text(&format!("data.about.{name}"), &[]);
                let words = [("about", &*about), ("site", "Lab")];
                let told = locale.text("data.description", &words);
                // Search engines of data pass over what is told in less than fifty characters.
                assert!((50..5000).contains(&told.chars().count()), "{code}: {told}");
            }
        }
    }
}
