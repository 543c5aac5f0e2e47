//! `cargo bench --bench stages`: what each stage takes, on the demo site. Figures of one run compare with each other, and with those of
//! another run on the same machine, alone; `cargo bench --bench stages -- render` takes the lines with that name.
#![allow(
    clippy::disallowed_methods,
    reason = "reads the demo from the repository"
)]

use divan::{Bencher, black_box};
use plein::content::parse::Cache;
use plein::output::{self, Plan, Press};
use plein::press::{self, Inputs};
use plein::source::disk::{self, Folder};
use plein::source::past::Past;
use plein::source::{Source, SourceId};
use std::path::Path;
use std::sync::LazyLock;

static DEMO: LazyLock<Folder> = LazyLock::new(|| disk::read(Path::new(env!("CARGO_MANIFEST_DIR"))));
static PREPARED: LazyLock<(Press, Plan)> = LazyLock::new(|| prepare(&mut Cache::default()));

fn main() {
    divan::main();
}

fn prepare(cache: &mut Cache) -> (Press, Plan) {
    let inputs = Inputs {
        folder: &DEMO,
        past: &Past::default(),
        now: "2026-11-22T12:00:00+01:00".parse().expect("a moment"),
        preview: false,
    };
    press::prepare(&inputs, cache, &mut vec![]).expect("a site without errors")
}

/// Texts of the records.
fn records() -> impl Iterator<Item = &'static Source> {
    let sources = DEMO.sources.iter().map(|(_, source)| source);
    sources.filter(|source| source.path.starts_with("content/") && source.path.ends_with(".md"))
}

#[divan::bench]
fn yaml(bencher: Bencher) {
    let texts: Vec<&str> = records()
        .filter_map(|source| source.text.strip_prefix("---\n")?.split("\n---").next())
        .collect();
    bencher.bench(|| {
        for text in &texts {
            black_box(plein::yaml::parse(SourceId(0), text, 0..text.len()));
        }
    });
}

#[divan::bench]
fn markdown(bencher: Bencher) {
    let texts: Vec<&str> = records()
        .filter_map(|source| Some(source.text.split_once("\n---\n")?.1))
        .collect();
    bencher.bench(|| {
        for text in &texts {
            let (body, _) = plein::content::markdown::parse(SourceId(0), text, 0..text.len());
            black_box(body.html(|_| String::new().into()));
        }
    });
}

/// Everything before the first byte of the output.
#[divan::bench]
fn prepare_from_nothing(bencher: Bencher) {
    bencher.bench(|| prepare(&mut Cache::default()));
}

/// The same after an edit, when all other records were read before.
#[divan::bench]
fn prepare_again(bencher: Bencher) {
    let mut cache = Cache::default();
    prepare(&mut cache);
    bencher.bench_local(|| prepare(&mut cache));
}

/// All files of an output, one after the other; what they share was made before.
#[divan::bench(args = ["page", "list", "calendar", "rss", "atom", "json-feed", "data", "csv", "rpde", "catalogue", "search"])]
fn render(bencher: Bencher, name: &str) {
    let (press, plan) = &*PREPARED;
    let files: Vec<_> = plan.iter().filter(|file| file.output == name).collect();
    assert!(!files.is_empty(), "no output is called {name}");
    bencher.bench_local(|| {
        for file in &files {
            let _ = black_box(output::render(press, plan, file));
        }
    });
}
