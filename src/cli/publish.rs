//! `plein publish`: what was built, into an object store.

#![expect(
    clippy::disallowed_methods,
    reason = "edge: tells how long it took, and reads in which language"
)]

use super::{Common, Format, Outcome, report};
use crate::content::config;
use crate::diagnostic::words::in_language;
use crate::diagnostic::{Language, Words};
use crate::publish::built::Built;
use crate::publish::known::Known;
use crate::publish::store::Store;
use crate::publish::{self, Listed, Plan, Refusal, Wanted, Why};
use crate::say;
use crate::source::{Source, Sources};
use crate::tree::rank;
use object_store::UpdateVersion;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// So many foreign objects are named.
const NAMED: usize = 10;

/// What to publish, and where.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where to: `s3://bucket/path`, `gs://bucket/path`, `az://container/path` or `file:///folder`
    #[arg(value_name = "URL")]
    to: String,
    /// Folder that `plein build` wrote
    #[arg(long, default_value = "public", value_name = "DIR")]
    from: PathBuf,
    /// Change nothing; list what would be put and removed
    #[arg(long)]
    dry_run: bool,
    /// Read every object back, and put anew what is not what it should be
    #[arg(long)]
    verify: bool,
    /// Requests at a time
    #[arg(long, default_value_t = 16, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: u16,
}

/// What became of it.
struct Done {
    put: usize,
    damaged: usize,
    removed: usize,
    same: usize,
    /// Objects that were replaced by somebody and are no longer wanted.
    left: Vec<String>,
}

/// Publishes.
pub fn run(common: &Common, arguments: &Arguments) -> Outcome {
    let started = Instant::now();
    let language = language(common);
    match publish(common, arguments) {
        Ok(done) => {
            tell(common, arguments, &done, started, language);
            Outcome::Fine
        }
        Err(Refusal { why, help, misused }) => {
            let word = |english| in_language(language, english).to_owned();
            let mut told = why.to(language);
            if !help.is_empty() {
                told += &format!("\n  = {}: {}", word("help"), help.to(language));
            }
            match misused {
                true => Outcome::Misused(told),
                false => Outcome::MachineFailed(told),
            }
        }
    }
}

/// The language of whoever publishes: the site itself is not read.
fn language(common: &Common) -> Language {
    let text = std::fs::read_to_string(common.site.join(config::PATH)).unwrap_or_default();
    let source = Source {
        path: config::PATH.to_owned(),
        text: text.into(),
    };
    common.language(&Sources::new(vec![source]))
}

fn publish(common: &Common, arguments: &Arguments) -> Result<Done, Refusal> {
    let built = Built::open(&common.site.join(&arguments.from))?;
    let wanted = &built.wanted;
    let progress = Progress::start(common);
    let store = Store::open(&arguments.to, arguments.jobs.into(), arguments.dry_run)?;
    let (known, version) = store.record()?;
    let listed = store.list()?;
    let mut unclear = publish::questions(wanted, &known, &listed);
    if arguments.verify {
        let ours = listed.keys().filter(|path| wanted.contains_key(*path));
        let ours: BTreeSet<&str> = ours.map(String::as_str).chain(unclear).collect();
        unclear = ours.into_iter().collect();
    }
    progress.goes_through("looking", unclear.len());
    let seen = store.look(&unclear, wanted, arguments.verify, || progress.advance())?;
    let plan = publish::plan(wanted, &known, &listed, &seen, store.is_folder());
    if !plan.foreign.is_empty() {
        return Err(foreign(&plan, store.shown()));
    }
    if arguments.dry_run || common.format == Format::Json {
        list(common, &plan, wanted);
    }
    if !arguments.dry_run {
        progress.goes_through("publishing", plan.put.len());
        carry_out(&built, &store, (&known, version), &listed, &plan, &progress)?;
    }
    progress.end();
    let damaged = plan.put.iter().filter(|(_, why)| *why == Why::Damaged);
    Ok(Done {
        put: plan.put.len(),
        damaged: damaged.count(),
        removed: plan.early.len() + plan.remove.len(),
        same: plan.same.len(),
        left: plan.left.iter().map(|path| (*path).to_owned()).collect(),
    })
}

/// Puts and removes in the order of the plan, between what the record says before and what it says after.
fn carry_out(
    built: &Built,
    store: &Store,
    (known, mut version): (&Known, Option<UpdateVersion>),
    listed: &Listed,
    plan: &Plan,
    progress: &Progress,
) -> Result<(), Refusal> {
    let recorded = plan.claim(known, &built.wanted);
    if recorded != *known {
        version = store.remember(&recorded, version)?;
    }
    store.tidy(&recorded);
    store.remove(&plan.early)?;
    let tags = Mutex::new(BTreeMap::new());
    // Nothing of a group goes out before all of the one before it is there.
    for group in 0..=2 {
        let of_group = plan.put.iter().map(|(path, _)| *path);
        let of_group: Vec<&str> = of_group.filter(|path| rank(path) == group).collect();
        store.each(&of_group, |path| {
            let tags = &tags;
            async move {
                let bytes = built.read(path)?;
                let tag = store.put(path, &built.wanted[path], bytes).await?;
                let mut tags = tags.lock().unwrap_or_else(PoisonError::into_inner);
                tags.insert(path.to_owned(), tag);
                progress.advance();
                Ok(())
            }
        })?;
    }
    for group in [2, 1, 0] {
        let of_group = plan.remove.iter().copied();
        let of_group: Vec<&str> = of_group.filter(|path| rank(path) == group).collect();
        store.remove(&of_group)?;
    }
    let tags = tags.into_inner().unwrap_or_else(PoisonError::into_inner);
    let done = plan.done(&built.wanted, listed, &tags);
    match done == recorded {
        true => Ok(()),
        false => store.remember(&done, version).map(|_| ()),
    }
}

/// Objects of others in the way.
fn foreign(plan: &Plan, shown: &str) -> Refusal {
    let named = plan.foreign.iter().take(NAMED);
    let mut named: Vec<String> = named.map(|path| format!("`{path}`")).collect();
    if plan.foreign.len() > NAMED {
        named.push("…".to_owned());
    }
    Refusal {
        why: say!(
            "{} objects at {} were not put there by Plein and stand where its own should go: {}",
            plan.foreign.len(),
            shown,
            named.join(", ")
        ),
        help: say!("nothing was published; publish below another path, or move these away"),
        misused: false,
    }
}

/// What would be done, line by line; for programs with what each file is sent with.
fn list(common: &Common, plan: &Plan, wanted: &Wanted) {
    let line = |what: &str, path: &str| {
        if common.format != Format::Json {
            report::hand_over(format_args!("{what:<8} {path}"));
            return;
        }
        let mut line = json!({ "do": what, "path": path });
        if let Some(file) = wanted.get(path) {
            let headers = &file.headers;
            line["content_type"] = json!(headers.content_type);
            line["cache_control"] = json!(headers.cache_control);
            line["content_disposition"] = json!(headers.disposition);
            line["bytes"] = json!(file.size);
        }
        report::hand_over(line);
    };
    plan.early.iter().for_each(|path| line("remove", path));
    for (path, why) in &plan.put {
        let what = match why {
            Why::New => "put",
            Why::Changed => "replace",
            Why::Damaged => "repair",
        };
        line(what, path);
    }
    plan.remove.iter().for_each(|path| line("remove", path));
    plan.left.iter().for_each(|path| line("leave", path));
}

fn tell(common: &Common, arguments: &Arguments, done: &Done, started: Instant, language: Language) {
    if common.quiet {
        return;
    }
    for path in done.left.iter().take(NAMED) {
        let line = say!(
            "`{}` is no longer wanted, but was replaced by somebody: it stays",
            path
        );
        report::narrate(line.to(language));
    }
    if done.damaged > 0 {
        let line = match arguments.dry_run {
            true => say!("{} objects are damaged", done.damaged),
            false => say!("{} objects were damaged, and are put anew", done.damaged),
        };
        report::narrate(line.to(language));
    }
    let seconds = format!("{:.2}", started.elapsed().as_secs_f64());
    let line: Words = match arguments.dry_run {
        true => say!(
            "{} would be put, {} removed, {} are as they should be",
            done.put,
            done.removed,
            done.same
        ),
        false => say!(
            "{} put, {} removed, {} as they should be; in {} s",
            done.put,
            done.removed,
            done.same,
            seconds
        ),
    };
    report::narrate(line.to(language));
}

/// A bar for whoever looks; most of the time goes into waiting for the store.
struct Progress(Option<indicatif::ProgressBar>);

impl Progress {
    fn start(common: &Common) -> Self {
        use std::io::IsTerminal as _;
        let seen = !common.quiet && std::io::stderr().is_terminal();
        Progress(seen.then(|| indicatif::ProgressBar::new_spinner().with_message("listing")))
    }

    fn goes_through(&self, what: &'static str, files: usize) {
        if let Some(bar) = &self.0 {
            let style =
                indicatif::ProgressStyle::with_template("{spinner} {msg} {wide_bar} {pos}/{len}");
            bar.set_style(style.unwrap_or_else(|_| indicatif::ProgressStyle::default_bar()));
            bar.set_message(what);
            bar.set_length(files as u64);
            bar.set_position(0);
        }
    }

    fn advance(&self) {
        if let Some(bar) = &self.0 {
            bar.inc(1);
        }
    }

    fn end(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.end();
    }
}
