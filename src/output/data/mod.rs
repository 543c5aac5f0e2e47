//! Open data: each kind as a dataset, in the formats that people use, from one serialisation.

pub mod catalogue;
pub mod context;
pub mod csv;
pub mod dataset;
pub mod discovery;
pub mod geojson;
pub mod json;
pub mod occurrences;
pub mod openapi;
pub mod package;
pub mod page;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod record;
pub mod schema;
pub mod sums;
pub mod table;

use super::{Artifact, Plan, Press, Subject};
use crate::content::{KINDS, Kind};
use crate::diagnostic::Diagnostic;
use crate::say;
use crate::site::{Entry, Site};
use crate::theme::Theme;
use crate::theme::json_ld::harmless;
use crate::theme::values::list::text;
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};
use table::{Column, Row};

/// Where the data of this version of the format lie.
pub const ROOT: &str = "/data/v1";

/// Where programs look for what data and interfaces there are (RFC 9727, section 2).
pub const API_CATALOG: &str = "/.well-known/api-catalog";

/// The media type of that list (RFC 9264, section 4.2).
pub const LINKSET: &str = "application/linkset+json";

/// Which version of the format it is: the first number is that of [`ROOT`].
pub const VERSION: &str = "1.0.0";

/// A record as every file of its dataset holds it.
pub struct Published {
    /// As JSON, without white space.
    pub json: Box<str>,
    /// As a row of its kind's table.
    pub row: Row,
}

/// Each record as it is published, worked out once and shared by every file that holds it.
pub struct Records {
    columns: Vec<Vec<Column>>,
    records: Vec<OnceLock<Published>>,
}

impl Records {
    /// Room for every record of a site.
    pub fn new(site: &Site) -> Self {
        let columns = KINDS.iter().map(|kind| table::columns(kind, &site.codes));
        Records {
            columns: columns.collect(),
            records: site.entries.iter().map(|_| OnceLock::new()).collect(),
        }
    }

    /// A record as it is published.
    pub fn get(&self, site: &Site, theme: &Theme, entry: &Entry) -> &Published {
        self.records[entry.id.0 as usize].get_or_init(|| {
            let mut record = record::record(site, theme, entry);
            harmless(&mut record);
            Published {
                json: record.to_string().into(),
                row: table::row(site, entry, self.columns(entry.kind.number()), &record),
            }
        })
    }

    /// Lets go of all that was worked out.
    pub fn let_go(&mut self) {
        self.records.par_iter_mut().for_each(|it| drop(it.take()));
    }

    /// The columns of a kind's table, by its number in `KINDS`.
    pub fn columns(&self, kind: usize) -> &[Column] {
        &self.columns[kind]
    }
}

/// What a dataset is called: a kind's folder, or the occurrences.
pub fn title(site: &Site, name: &str, language: &str) -> String {
    match Kind::in_folder(name) {
        Some(kind) => site.languages[language].kinds[kind.name].many.clone(),
        None => text(site, "data.occurrences", language),
    }
}

/// The identifier of a dataset.
pub fn dataset_id(site: &Site, name: &str) -> String {
    site.config.absolute(&format!("/id/dataset/{name}"))
}

/// Length and SHA-256 of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// How many bytes.
    pub bytes: u64,
    /// SHA-256 in lower-case hexadecimal digits.
    pub sha256: String,
}

/// The sums of what was rendered, for whoever describes it.
#[derive(Default)]
pub struct Sums(Mutex<BTreeMap<String, Sum>>);

impl Sums {
    /// Notes what a path holds, if it is one that others describe.
    pub fn note(&self, plan: &Plan, artifact: &Artifact, bytes: &[u8]) {
        if plan.described.contains(&artifact.path) {
            let sum = Sum {
                bytes: bytes.len() as u64,
                sha256: hexadecimal(&Sha256::digest(bytes)),
            };
            let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            known.insert(artifact.path.clone(), sum);
        }
    }

    /// Everything that was noted.
    pub fn noted(&self) -> BTreeMap<String, Sum> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Takes over what was noted before, of files that are the same still.
    pub fn recall(&self, sums: impl IntoIterator<Item = (String, Sum)>) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(sums);
    }

    /// The sum of a path, which is rendered now if it was not before.
    pub fn of(&self, press: &Press, plan: &Plan, path: &str) -> Result<Sum, Diagnostic> {
        let known = |path: &str| {
            let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            known.get(path).cloned()
        };
        if let Some(sum) = known(path) {
            return Ok(sum);
        }
        if let Some(artifact) = plan.find(path) {
            super::render(press, plan, artifact)?;
        }
        known(path).ok_or_else(|| {
            Diagnostic::error("output/failed", say!("nothing describes `{}`", path))
                .help("this is a fault in Plein; please report it")
        })
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The number of the kind that a path is about.
fn kind_of(artifact: &Artifact) -> Result<usize, Diagnostic> {
    match artifact.subject {
        Subject::Kind(n) => Ok(n),
        _ => Err(super::misplanned(artifact)),
    }
}
