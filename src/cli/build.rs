//! `plein build`: the whole site into a folder.

use super::{Common, OnDisk, Outcome, report};
use crate::press;
use crate::tree::write;
use std::path::PathBuf;
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
}

/// Builds and writes; an error leaves the last good output untouched.
pub fn run(common: &Common, arguments: &Arguments) -> Outcome {
    let started = Instant::now();
    let progress = Progress::start(common);
    let disk = OnDisk::read(common);
    progress.say("building");
    let inputs = disk.inputs(common.now(), arguments.drafts);
    let (tree, diagnostics) = press::build(&inputs);
    progress.say("writing");
    let output = common.site.join(&arguments.output);
    let written = if diagnostics.has_errors() {
        None
    } else {
        Some(write::write(&output, &tree))
    };
    progress.end();
    report::show(common, &diagnostics, &disk.folder.sources);
    if disk.shallow && !common.quiet {
        anstream::eprintln!(
            "warning: git has only part of the history, so dates of change are wrong\n  = help: git fetch --unshallow\n"
        );
    }
    let written = match written {
        None => {
            anstream::eprintln!("{}", report::summary(&diagnostics).unwrap_or_default());
            anstream::eprintln!("{}", report::next_step(&diagnostics).unwrap_or_default());
            return Outcome::ContentIsWrong;
        }
        Some(Err(error)) => return Outcome::MachineFailed(error.to_string()),
        Some(Ok(written)) => written,
    };
    if !common.quiet {
        let count = |end: &str| tree.0.keys().filter(|path| path.ends_with(end)).count();
        let feeds = count("/feed.rss")
            + count("/feed.atom")
            + count("/feed.json")
            + 3.min(count("feed.rss") - count("/feed.rss")) * 3;
        let data = tree
            .0
            .keys()
            .filter(|path| path.starts_with("data/"))
            .count();
        let mut line = format!(
            "{} pages, {} calendars, {feeds} feeds, {data} data files: {} written, {} unchanged, {} removed in {:.2} s",
            count(".html"),
            count(".ics"),
            written.written,
            written.unchanged,
            written.removed,
            started.elapsed().as_secs_f64()
        );
        if let Some(summary) = report::summary(&diagnostics) {
            line = format!("{line}; {summary}");
        }
        anstream::eprintln!("{line}");
    }
    Outcome::Fine
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

    fn say(&self, step: &'static str) {
        if let Some(bar) = &self.0 {
            bar.set_message(step);
        }
    }

    fn end(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
