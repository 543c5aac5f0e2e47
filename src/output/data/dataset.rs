//! The datasets of a site and their files, as catalogue, package, API and the page for people tell of them.

use super::csv::metadata_path;
use super::geojson::GEOJSON;
use super::{occurrences, record, schema};
use crate::content::KINDS;
use crate::output::{Artifact, Plan, Subject, rpde};
use crate::site::Site;
use crate::site::listing::Scope;
use crate::theme::values::list::text;
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// A dataset: all records of a kind, or the occurrences of events.
pub struct Dataset {
    /// Its name in paths.
    pub name: &'static str,
    /// What its files are about.
    pub subject: Subject,
    /// How many records it holds.
    pub count: usize,
    /// When the first of its records was published.
    pub issued: Option<Timestamp>,
    /// When one of its records last changed.
    pub modified: Option<Timestamp>,
    /// First and last day of which it tells.
    pub extent: Option<(Date, Date)>,
    /// Its files.
    pub distributions: Vec<Distribution>,
}

/// A file that holds a dataset.
pub struct Distribution {
    /// Its address on the site.
    pub path: String,
    /// The address at which it is asked for, where that is not its own.
    pub access: Option<String>,
    /// Its media type, without a character set.
    pub media_type: &'static str,
    /// What people call the format.
    pub title: &'static str,
    /// The format in the EU's list of file types.
    pub file_type: &'static str,
    /// What it conforms to: a path of this site, or an address elsewhere.
    pub conforms_to: String,
}

/// Media type, what people call it, its code in the EU's list of file types, and the standard that it
/// follows where no schema of ours says more.
pub(super) const FORMATS: &[(&str, &str, &str, &str)] = &[
    ("application/json", "JSON", "JSON", ""),
    (
        "application/x-ndjson",
        "NDJSON",
        "JSON",
        "https://github.com/ndjson/ndjson-spec",
    ),
    ("text/csv", "CSV", "CSV", ""),
    (
        GEOJSON,
        "GeoJSON",
        "GEOJSON",
        "https://www.rfc-editor.org/rfc/rfc7946",
    ),
    (
        "application/vnd.apache.parquet",
        "Parquet",
        "PARQUET",
        "https://parquet.apache.org/docs/file-format/",
    ),
    (
        "text/calendar",
        "iCalendar",
        "ICS",
        "https://www.rfc-editor.org/rfc/rfc5545",
    ),
    (
        "application/atom+xml",
        "Atom",
        "ATOM",
        "https://www.rfc-editor.org/rfc/rfc4287",
    ),
    (
        "application/rss+xml",
        "RSS",
        "RSS",
        "https://www.rssboard.org/rss-specification",
    ),
    (
        "application/feed+json",
        "JSON Feed",
        "JSON",
        "https://www.jsonfeed.org/version/1.1/",
    ),
];

/// What people call Parquet with points, and what it conforms to.
const GEOPARQUET: (&str, &str) = ("GeoParquet", "https://geoparquet.org/releases/v1.1.0/");

/// Every dataset, the kinds first.
pub fn datasets(site: &Site, plan: &Plan) -> Vec<Dataset> {
    let kinds = (0..KINDS.len()).map(|n| of_kind(site, plan, n));
    let occurrences = Dataset {
        name: occurrences::NAME,
        subject: Subject::Occurrences,
        count: occurrences::count(site),
        issued: None,
        modified: None,
        extent: occurrences::extent(site),
        distributions: files(plan, occurrences::NAME, Subject::Occurrences),
    };
    kinds.chain([occurrences]).collect()
}

fn of_kind(site: &Site, plan: &Plan, n: usize) -> Dataset {
    let entries = || record::of_kind(site, n);
    let days = || entries().flat_map(|entry| entry.days());
    let mut distributions = files(plan, KINDS[n].folder, Subject::Kind(n));
    let list = site
        .listings
        .iter()
        .position(|list| list.scope == Scope::Kind(n));
    if let Some(list) = list {
        let followed = plan.about(Subject::Listing(list), 0);
        let followed = followed.filter(|file| !crate::site::permalink::is_variant(&file.path));
        distributions.extend(followed.filter_map(|file| distribution(plan, KINDS[n].folder, file)));
    }
    distributions.extend(changes(site, plan, n));
    Dataset {
        name: KINDS[n].folder,
        subject: Subject::Kind(n),
        count: entries().count(),
        issued: entries().map(|entry| entry.history.created).min(),
        modified: entries().map(|entry| entry.history.updated).max(),
        extent: days().min().zip(days().max()),
        distributions,
    }
}

fn files(plan: &Plan, name: &str, subject: Subject) -> Vec<Distribution> {
    let within = plan.about(subject, 0);
    within
        .filter_map(|file| distribution(plan, name, file))
        .collect()
}

/// A file as a distribution; `None` for what describes the others, such as a schema.
fn distribution(plan: &Plan, name: &str, file: &Artifact) -> Option<Distribution> {
    let media_type = crate::output::bare(file.media_type);
    let format = FORMATS.iter().find(|format| format.0 == media_type)?;
    let (title, file_type, standard) = match format {
        (_, "Parquet", code, _) if has_points(plan, file) => (GEOPARQUET.0, *code, GEOPARQUET.1),
        (_, title, code, standard) => (*title, *code, *standard),
    };
    let conforms_to = match title {
        "JSON" => schema::dataset_path(name),
        "CSV" => metadata_path(&file.path),
        _ => standard.to_owned(),
    };
    let known = !conforms_to.starts_with('/') || plan.find(&conforms_to).is_some();
    known.then(|| Distribution {
        path: file.path.clone(),
        access: None,
        media_type,
        title,
        file_type,
        conforms_to,
    })
}

/// The change feed of a kind whose records gather people: it is what harvesters of events look for
/// among the files (OpenActive Dataset API Discovery). The feeds of all kinds are part of the API.
fn changes(site: &Site, plan: &Plan, n: usize) -> Option<Distribution> {
    let address = rpde::path(&KINDS[n]);
    let first = plan.find(&format!("{address}/after-0.json"))?;
    site.calendars.contains(&n).then(|| Distribution {
        path: first.path.clone(),
        access: Some(address),
        media_type: crate::output::bare(first.media_type),
        title: "RPDE",
        file_type: "JSON",
        conforms_to: rpde::schema_path("changes"),
    })
}

/// Whether the records of a file have places, so that they are also shown as points.
fn has_points(plan: &Plan, file: &Artifact) -> bool {
    let mut others = plan.about(file.subject, 0);
    others.any(|other| other.media_type == GEOJSON)
}

impl Dataset {
    /// What it is called in a language.
    pub fn title(&self, site: &Site, language: &str) -> String {
        super::title(site, self.name, language)
    }

    /// What it holds, in a sentence.
    pub fn about(&self, site: &Site, language: &str) -> String {
        text(site, &format!("data.about.{}", self.name), language)
    }

    /// Its permanent identifier.
    pub fn id(&self, site: &Site) -> String {
        super::dataset_id(site, self.name)
    }

    /// The file in a format, by what people call it.
    pub fn file(&self, title: &str) -> Option<&Distribution> {
        self.distributions.iter().find(|file| file.title == title)
    }
}

/// The paths whose length and sum others tell: the files of all datasets, and what says how to read them.
pub fn described(site: &Site, plan: &Plan) -> BTreeSet<String> {
    let files = datasets(site, plan)
        .into_iter()
        .flat_map(|dataset| dataset.distributions);
    let data = plan.iter().filter(|file| {
        // Pages tell of others; nobody tells of them.
        let bulk = !matches!(file.subject, Subject::Entry(_)) && !file.path.ends_with('/');
        bulk && file.path.starts_with("/data/") && file.path != "/data/SHA256SUMS"
    });
    let catalogue = plan
        .iter()
        .filter(|file| file.path.starts_with("/catalog."));
    let data = data.chain(catalogue).filter(|file| !file.is_compressed());
    let data = data.map(|file| file.path.clone());
    files.map(|file| file.path).chain(data).collect()
}
