//! `plein build`: the whole site into a folder.

use super::timings::Timings;
use super::{Common, OnDisk, Outcome, report};
use crate::content::parse::Cache;
use crate::diagnostic::{Diagnostic, Diagnostics, Words};
use crate::press::{self, Inputs, Watch, watched};
use crate::say;
use crate::tree::write::{WriteError, Writer, Written};
use indicatif::ProgressStyle;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Where to build.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Folder to write the site to
    #[arg(long, short, default_value = "public", value_name = "DIR")]
    output: PathBuf,
    /// Include drafts and what is not published yet
    #[arg(long)]
    drafts: bool,
    /// Tell where the time goes, and write a trace for chrome://tracing or ui.perfetto.dev
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "plein-trace.json")]
    timings: Option<PathBuf>,
}

/// How many files of each sort a build has.
type Counts = BTreeMap<&'static str, usize>;

/// Builds and writes; an error leaves the last good output untouched.
pub fn run(common: &Common, arguments: &Arguments) -> Outcome {
    let started = Instant::now();
    let (progress, timings) = (Progress::start(common), Timings::start());
    let watch: &dyn Watch = match &arguments.timings {
        Some(_) => &timings,
        None => &(),
    };
    let disk = watched(watch, "read", "the folder and git", || OnDisk::read(common));
    let inputs = disk.inputs(arguments.drafts);
    let output = common.site.join(&arguments.output);
    let (diagnostics, written) = build(common, &inputs, &output, watch, &progress);
    progress.end();
    if let Some(trace) = &arguments.timings {
        report::narrate(timings.table().trim_end());
        if let Err(error) = std::fs::write(trace, timings.trace()) {
            return Outcome::MachineFailed(format!("cannot write {}: {error}", trace.display()));
        }
    }
    let sources = &disk.folder.sources;
    let language = common.language(sources);
    report::show(common, &diagnostics, sources);
    let (written, counts) = match written {
        None => {
            let summary = report::summary(common, &diagnostics, sources).unwrap_or_default();
            report::narrate(say!("nothing was written: {}", summary).to(language));
            return Outcome::ContentIsWrong;
        }
        Some(Err(error)) => return Outcome::MachineFailed(error.to_string()),
        Some(Ok(written)) => written,
    };
    if !common.quiet {
        let seconds = format!("{:.2}", started.elapsed().as_secs_f64());
        let done = say!("{} in {} s", closing(&written, &counts), seconds);
        let told = match report::counts(&diagnostics) {
            Some(counts) => say!("{}; {}", done, counts),
            None => done,
        };
        report::narrate(told.to(language));
    }
    Outcome::Fine
}

/// Prepares, renders and writes. Nothing is renamed in while there is an error.
fn build(
    common: &Common,
    inputs: &Inputs,
    output: &Path,
    watch: &dyn Watch,
    progress: &Progress,
) -> (Diagnostics, Option<Result<(Written, Counts), WriteError>>) {
    let mut faults = Vec::new();
    let forbids = |faults: &[Diagnostic]| match common.strict {
        true => !faults.is_empty(),
        false => press::has_errors(faults),
    };
    let prepared = press::prepare_watched(inputs, &mut Cache::default(), &mut faults, watch)
        .filter(|_| !forbids(&faults));
    let Some((site, plan)) = prepared else {
        return (press::sorted(faults, inputs), None);
    };
    let writer = match Writer::open(output) {
        Ok(writer) => writer,
        Err(error) => return (press::sorted(faults, inputs), Some(Err(error))),
    };
    progress.goes_through(plan.iter().count());
    let keep = |file| {
        let kept = writer.keep(file).map(Ok);
        progress.advance(kept.is_some());
        kept
    };
    let put = |file: String, bytes: Vec<u8>| {
        let stage = |file| writer.stage(file, &bytes);
        progress.advance(true);
        watched(watch, "stage", &file.clone(), || stage(file))
    };
    let staged = press::render_missing(&site, &plan, &mut faults, watch, keep, put);
    let failed = forbids(&faults);
    let diagnostics = press::sorted(faults, inputs);
    if failed {
        writer.abort();
        return (diagnostics, None);
    }
    let mut counts = Counts::new();
    for artifact in plan.iter() {
        *counts
            .entry(artifact.media_type.split(';').next().unwrap_or(""))
            .or_default() += 1;
    }
    let written = match staged.into_iter().collect::<Result<Vec<_>, _>>() {
        Ok(staged) => watched(watch, "commit", "the folder", || writer.commit(staged)),
        Err(error) => {
            writer.abort();
            Err(error)
        }
    };
    // The program is about to end: taking ten thousand records down by hand takes longer than that.
    std::mem::forget((site, plan));
    (diagnostics, Some(written.map(|written| (written, counts))))
}

fn closing(written: &Written, counts: &Counts) -> Words {
    let count = |media_types: &[&str]| {
        media_types
            .iter()
            .map(|name| counts.get(name).copied().unwrap_or(0))
            .sum::<usize>()
    };
    say!(
        "{} pages, {} calendars, {} feeds, {} data files: {} written, {} unchanged, {} removed",
        count(&["text/html"]),
        count(&["text/calendar"]),
        count(&[
            "application/rss+xml",
            "application/atom+xml",
            "application/feed+json"
        ]),
        count(&["application/json", "application/schema+json"]),
        written.written,
        written.unchanged,
        written.removed
    )
}

/// A word about what is going on, once it takes longer than half a second and somebody looks.
struct Progress(Option<indicatif::ProgressBar>);

impl Progress {
    fn start(common: &Common) -> Self {
        use std::io::IsTerminal as _;
        if common.quiet || !std::io::stderr().is_terminal() {
            return Progress(None);
        }
        let bar = indicatif::ProgressBar::new_spinner().with_message("reading");
        let later = bar.clone();
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(500));
            if !later.is_finished() {
                later.enable_steady_tick(Duration::from_millis(100));
            }
        });
        Progress(Some(bar))
    }

    /// From here on there are so many files to make.
    fn goes_through(&self, files: usize) {
        if let Some(bar) = &self.0 {
            bar.set_style(
                ProgressStyle::with_template("{spinner} building {wide_bar} {pos}/{len}")
                    .unwrap_or_else(|_| ProgressStyle::default_bar()),
            );
            bar.set_length(files as u64);
        }
    }

    /// One more is there.
    fn advance(&self, is_there: bool) {
        if let Some(bar) = self.0.as_ref().filter(|_| is_there) {
            bar.inc(1);
        }
    }

    fn end(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
