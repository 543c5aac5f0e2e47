//! `plein build`: the whole site into a folder.

use super::timings::Timings;
use super::{Common, OnDisk, Outcome, kept, report};
use crate::again::{self, Given, Memory};
use crate::content::parse::Cache;
use crate::diagnostic::{Diagnostic, Diagnostics, Words};
use crate::output::spared::Reworded;
use crate::output::{Artifact, Plan, Press};
use crate::press::{self, Inputs, Watch, watched};
use crate::say;
use crate::source::{SourceId, Sources};
use crate::tree::Kept;
use crate::tree::write::{self, Staged, WriteError, Writer, Written};
use indicatif::ProgressStyle;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
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
    /// Render everything, whatever is known of the last build
    #[arg(long)]
    fresh: bool,
    /// Tell where the time goes, and write a trace for chrome://tracing or ui.perfetto.dev
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "plein-trace.json")]
    timings: Option<PathBuf>,
}

/// How many files of each sort a build has.
type Counts = BTreeMap<String, usize>;

/// What was built last stays until the program ends, or builds again.
static LAST: Mutex<Option<(Press, Plan)>> = Mutex::new(None);

/// Builds and writes; an error leaves the last good output untouched.
pub fn run(common: &Common, arguments: &Arguments) -> Outcome {
    let started = Instant::now();
    let (progress, timings) = (Progress::start(common), Timings::start());
    let watch: &dyn Watch = match &arguments.timings {
        Some(_) => &timings,
        None => &(),
    };
    let output = common.site.join(&arguments.output);
    if holds_sources(&common.site, &output) {
        return Outcome::Misused(format!(
            "`{}` holds what the site is made of, and a build fills a folder with hundreds of files\n  = help: name another one with `--output`, such as `public`",
            arguments.output.display()
        ));
    }
    let mut disk = watched(watch, "read", "the folder and git", || OnDisk::read(common));
    let again = watched(watch, "compare", "with the last build", || {
        let inputs = disk.inputs(arguments.drafts);
        Again::look(&common.site, &output, &inputs, arguments.fresh)
    });
    let (diagnostics, written) = match again.is_done {
        Some(written) => (Diagnostics::default(), Some(Ok((written, again.counts())))),
        None => {
            let drafts = arguments.drafts;
            build(
                common,
                (&mut disk, drafts, again),
                &output,
                watch,
                &progress,
            )
        }
    };
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

/// Whether a folder is one that the site is made of, lies in one, or holds them.
fn holds_sources(site: &Path, output: &Path) -> bool {
    // What is not there yet lies in what is.
    let found = |path: &Path| {
        let there = path
            .ancestors()
            .find_map(|above| above.canonicalize().ok().zip(Some(above)));
        let (real, above) = there?;
        Some(real.join(path.strip_prefix(above).ok()?))
    };
    let absolute = |path: &Path| std::path::absolute(path).ok().and_then(|path| found(&path));
    let (Some(site), Some(output)) = (absolute(site), absolute(output)) else {
        return false;
    };
    let mut parts = ["content", "data", "themes", ".git"].into_iter();
    site.starts_with(&output) || parts.any(|part| output.starts_with(site.join(part)))
}

/// What is known of the last build into a folder, and what this one is made of.
struct Again {
    given: Option<Given>,
    memory: Memory,
    /// Whether what is remembered stands: nothing but bodies differs, at most.
    stands: bool,
    /// What there was to do, when that is nothing.
    is_done: Option<Written>,
}

impl Again {
    fn look(site: &Path, output: &Path, inputs: &Inputs, fresh: bool) -> Self {
        let given = kept::program().map(|program| Given::of(inputs, program));
        let place = kept::place(site, output);
        let wanted = !fresh && given.is_some() && output.join(write::MANIFEST).exists();
        let memory = wanted.then(|| kept::load(&place)).flatten();
        let mut again = Again {
            stands: false,
            memory: memory.unwrap_or_default(),
            is_done: None,
            given,
        };
        let (Some(given), memory) = (&again.given, &mut again.memory) else {
            return again;
        };
        if !memory.is_of(given, inputs.now) || !memory.files.contains_key(write::MANIFEST) {
            return again;
        }
        if memory.given == *given && memory.silent {
            let compared = write::compare(output, &memory.files);
            if let Ok(touched) = compared {
                again.is_done = Some(Written {
                    unchanged: memory.files.len() - 1,
                    ..Written::default()
                });
                if !touched.is_empty() {
                    memory.files.extend(touched);
                    kept::save(&place, memory);
                }
                return again;
            }
        }
        // Our manifest is written last: were it another, a run would have ended half way.
        let manifest = BTreeMap::from_iter(memory.files.remove_entry(write::MANIFEST));
        again.stands = write::compare(output, &manifest).is_ok();
        again
    }

    fn counts(&self) -> Counts {
        self.memory.counts.clone()
    }

    /// What a change of bodies reaches; `None` when everything is to be rendered.
    fn reworded(&self, inputs: &Inputs, press: &Press, plan: &Plan) -> Option<Reworded> {
        let (sources, memory) = (&inputs.folder.sources, &self.memory);
        let given = self.given.as_ref().filter(|_| self.stands)?;
        let records = memory.reworded(given, press, sources)?;
        let reworded = Reworded::new(press, plan, &records);
        let stays = |path: &str| {
            let file = plan.find(path);
            file.is_some_and(|file| !reworded.reaches(press, plan, file))
        };
        let sums = memory.sums.iter().filter(|(path, _)| stays(path));
        press
            .sums
            .recall(sums.map(|(path, sum)| (path.clone(), sum.clone())));
        Some(reworded)
    }

    /// Remembers this build for the next one.
    fn remember(self, site: &Path, output: &Path, made: Made) {
        let Some(given) = self.given else {
            return;
        };
        let now = again::nanoseconds(made.inputs.now);
        let until = made.press.site.now.until();
        let kept_until = if made.is_whole {
            until
        } else {
            until.min(self.memory.moment.1)
        };
        let memory = Memory {
            moment: (now, kept_until),
            silent: made.silent,
            counts: made.counts.clone(),
            faces: again::faces(made.press, &made.inputs.folder.sources),
            sums: made.press.sums.noted(),
            files: made.files,
            given,
        };
        kept::save(&kept::place(site, output), &memory);
    }
}

/// A build that is done.
struct Made<'a> {
    inputs: &'a Inputs<'a>,
    press: &'a Press,
    /// Whether all of it was rendered.
    is_whole: bool,
    silent: bool,
    counts: &'a Counts,
    files: BTreeMap<Arc<str>, Kept>,
}

/// Prepares, renders and writes. Nothing is renamed in while there is an error.
fn build(
    common: &Common,
    (disk, drafts, mut again): (&mut OnDisk, bool, Again),
    output: &Path,
    watch: &dyn Watch,
    progress: &Progress,
) -> (Diagnostics, Option<Result<(Written, Counts), WriteError>>) {
    let mut faults = Vec::new();
    let forbids = |faults: &[Diagnostic]| match common.strict {
        true => !faults.is_empty(),
        false => press::has_errors(faults),
    };
    let inputs = disk.inputs(drafts);
    let prepared = press::prepare_watched(&inputs, &mut Cache::default(), &mut faults, watch)
        .filter(|_| !forbids(&faults));
    let Some((mut press, plan)) = prepared else {
        return (press::sorted(faults, &inputs), None);
    };
    forget_texts(&mut disk.folder.sources, &faults);
    let inputs = &disk.inputs(drafts);
    let writer = match Writer::open_again(output, std::mem::take(&mut again.memory.files)) {
        Ok(writer) => writer,
        Err(error) => return (press::sorted(faults, inputs), Some(Err(error))),
    };
    let reworded = again.reworded(inputs, &press, &plan);
    let reached = |press: &Press, file: &Artifact| {
        let reworded = reworded.as_ref();
        reworded.is_none_or(|it| it.reaches(press, &plan, file))
    };
    let staged = render(
        (&mut press, &plan),
        &writer,
        &mut faults,
        reached,
        (watch, progress),
    );
    let failed = forbids(&faults);
    let silent = faults.is_empty();
    let diagnostics = press::sorted(faults, inputs);
    if failed {
        writer.abort();
        return (diagnostics, None);
    }
    let mut counts = Counts::new();
    for artifact in plan.iter() {
        let name = artifact.media_type.split(';').next().unwrap_or("");
        match counts.get_mut(name) {
            Some(count) => *count += 1,
            None => drop(counts.insert(name.to_owned(), 1)),
        }
    }
    let committed = match staged {
        Ok(staged) => watched(watch, "commit", "the folder", || writer.commit(staged)),
        Err(error) => {
            writer.abort();
            Err(error)
        }
    };
    let written = committed.map(|(written, files)| {
        let made = Made {
            inputs,
            press: &press,
            is_whole: reworded.is_none(),
            silent,
            counts: &counts,
            files,
        };
        watched(watch, "remember", "for the next build", || {
            again.remember(&common.site, output, made)
        });
        (written, counts)
    });
    // The program is about to end: taking ten thousand records down by hand takes longer than that.
    *LAST.lock().unwrap_or_else(PoisonError::into_inner) = Some((press, plan));
    (diagnostics, Some(written))
}

/// Lets go of the texts of records: all that is published of them is known. What points at one shows its words.
fn forget_texts(sources: &mut Sources, faults: &[Diagnostic]) {
    let shown: BTreeSet<SourceId> = faults
        .iter()
        .flat_map(|fault| &fault.labels)
        .map(|label| label.span.source)
        .collect();
    sources.forget(|id, path| path.starts_with("content/") && !shown.contains(&id));
}

/// Renders what is reached by what changed, and what is not there any more.
fn render(
    (press, plan): (&mut Press, &Plan),
    writer: &Writer,
    faults: &mut Vec<Diagnostic>,
    reached: impl Fn(&Press, &Artifact) -> bool + Sync,
    (watch, progress): (&dyn Watch, &Progress),
) -> Result<Vec<Staged>, WriteError> {
    progress.goes_through(plan.iter().count());
    let keep = |press: &Press, artifact: &Artifact| {
        let may_stay = artifact.is_named_by_content() || !reached(press, artifact);
        let keep = || {
            watched(watch, "keep", &artifact.path, || {
                writer.keep(artifact.file())
            })
        };
        let kept = may_stay.then(keep).flatten().map(Ok);
        progress.advance(kept.is_some());
        kept
    };
    let put = |file: String, bytes: Vec<u8>| {
        let stage = |file| writer.stage(file, &bytes);
        progress.advance(true);
        watched(watch, "stage", &file.clone(), || stage(file))
    };
    let files: Vec<String> = plan.iter().map(Artifact::file).collect();
    watched(watch, "folders", "of all that is new", || {
        writer.expect(files.iter().map(String::as_str))
    })?;
    drop(files);
    let staged = press::render_missing(press, plan, faults, watch, keep, put);
    staged.into_iter().collect()
}

fn closing(written: &Written, counts: &Counts) -> Words {
    let count = |media_types: &[&str]| {
        media_types
            .iter()
            .map(|name| counts.get(*name).copied().unwrap_or(0))
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
