//! What a site publishes as data, another site reads back to the same records.

#![allow(
    clippy::disallowed_methods,
    reason = "reads the demo from the repository"
)]

use plein::content::KINDS;
use plein::harvest::{self, Harvested};
use plein::output;
use plein::press::{self, Inputs};
use plein::source::disk::{self, Folder};
use plein::source::past::{History, Past};
use plein::source::{Source, Sources};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

const SITE: &str = "https://stadsmakerslab.example";

/// The datasets of a site, by folder.
fn published(folder: &Folder, past: &Past) -> BTreeMap<&'static str, Value> {
    let inputs = Inputs {
        folder,
        past,
        now: "2026-11-22T12:00:00+01:00".parse().unwrap(),
        preview: false,
    };
    let mut faults = vec![];
    let prepared = press::prepare(&inputs, &mut Default::default(), &mut faults);
    let faults: Vec<_> = faults.iter().map(|d| (d.code, d.message.clone())).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    let (press, plan) = prepared.unwrap();
    let dataset = |folder: &'static str| {
        let path = format!("/data/v1/{folder}.json");
        let file = plan.iter().find(|file| file.path == path).unwrap();
        let bytes = output::render(&press, &plan, file).unwrap();
        (folder, serde_json::from_slice(&bytes).unwrap())
    };
    KINDS.iter().map(|kind| dataset(kind.folder)).collect()
}

/// A record as the files that an editor would have written.
fn sources(record: &Harvested) -> Vec<(Source, History)> {
    let moment = |text: &Option<String>| text.as_deref().unwrap().parse().unwrap();
    let history = History {
        created: moment(&record.origin.created),
        updated: moment(&record.origin.updated),
        revisions: record.origin.revisions,
    };
    let file = |(n, (code, fields)): (usize, &(String, _))| {
        // Together the files have as many as the record.
        let revisions = if n == 0 { history.revisions } else { 0 };
        let history = History {
            revisions,
            ..history
        };
        let ending = if n == 0 {
            String::new()
        } else {
            format!(".{code}")
        };
        let path = format!("content/{}/{}{ending}.md", record.kind.folder, record.slug);
        // JSON is YAML.
        let text: Arc<str> = format!(
            "---\n{}\n---\n",
            serde_json::to_string_pretty(fields).unwrap()
        )
        .into();
        (Source { path, text }, history)
    };
    record.front_matter.iter().enumerate().map(file).collect()
}

#[test]
fn records_that_were_published_are_read_back_to_equal_records() {
    let demo = disk::read(Path::new(env!("CARGO_MANIFEST_DIR")));
    let first = published(&demo, &Past::default());
    let mut files: Vec<Source> = demo
        .sources
        .iter()
        .map(|(_, source)| source.clone())
        .collect();
    files.retain(|source| !source.path.starts_with("content/"));
    let mut past = Past::default();
    let mut images = BTreeMap::new();
    for dataset in first.values() {
        for read in harvest::dataset(&dataset.to_string(), SITE).unwrap() {
            let read = read.unwrap();
            images.insert(read.origin.id.clone(), read.image.clone());
            for (source, history) in sources(&read) {
                past.files.insert(source.path.clone(), history);
                files.push(source);
            }
        }
    }
    let again = Folder {
        sources: Sources::new(files),
        theme: demo.theme.clone(),
        media: demo.media.clone(),
        ..Folder::default()
    };
    let second = published(&again, &past);
    let mut compared = 0;
    for (folder, dataset) in &first {
        let (old, new) = (
            dataset["items"].as_array().unwrap(),
            &second[folder]["items"],
        );
        assert_eq!(old.len(), new.as_array().unwrap().len(), "{folder}");
        for (old, new) in old.iter().zip(new.as_array().unwrap()) {
            let mut new = new.clone();
            // A picture is not fetched again: where it is stays as it was published.
            if let Some(Some(image)) = images.get(old["id"].as_str().unwrap()) {
                new["image"] = image.clone();
            }
            assert_eq!(old, &new);
            compared += 1;
        }
    }
    assert!(compared > 100, "{compared}");
}
