//! A site that has nothing but what it harvested.

use plein::press::{self, Inputs};
use plein::source::disk::Folder;
use plein::source::past::Past;
use plein::source::{Source, Sources};
use serde_json::Value;

/// The files of a site that harvested these records.
pub fn network(now: &str, records: &[(String, Value)]) -> plein::output::Press {
    let site = "title: Lab\nurl: https://lab.example\nlanguages: [en]\ntimezone: Europe/Amsterdam\ncards: false\n";
    let mut files = vec![("data/site.yaml".to_owned(), site.to_owned())];
    files.extend(
        records
            .iter()
            .map(|(path, record)| (path.clone(), record.to_string())),
    );
    let source = |(path, text): (String, String)| Source {
        path,
        text: text.into(),
    };
    let folder = Folder {
        sources: Sources::new(files.into_iter().map(source).collect()),
        ..Folder::default()
    };
    let inputs = Inputs {
        folder: &folder,
        past: &Past::default(),
        now: now.parse().unwrap(),
        preview: false,
    };
    press::prepare(&inputs, &mut Default::default(), &mut vec![])
        .expect("a site")
        .0
}
