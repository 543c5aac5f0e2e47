//! EDGE: the command line. Data go to standard output, narration to standard error.
//!
//! Exit codes: 0 fine, 1 the content is wrong, 2 the command line is wrong, 3 the machine failed us.

#![expect(
    clippy::disallowed_methods,
    reason = "edge: the clock, the environment and the terminal"
)]

mod admin;
#[cfg(feature = "harvest")]
mod adopt;
mod build;
mod check;
mod completions;
mod diff;
mod explain;
mod fmt;
#[cfg(feature = "harvest")]
mod harvest;
mod history;
mod import;
mod init;
mod kept;
mod links;
mod list;
mod lsp;
mod new;
mod plan;
#[cfg(feature = "publish")]
mod publish;
mod report;
mod schema;
#[cfg(feature = "serve")]
mod serve;
mod timings;

use crate::content::config;
use crate::diagnostic::{Diagnostics, Language};
use crate::press::Inputs;
use crate::source::Sources;
use crate::source::disk::{self, Folder};
use crate::source::history as log;
use clap::{Parser, Subcommand, ValueEnum};
use jiff::Timestamp;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

/// Static site generator and open data publisher for city labs.
#[derive(Debug, Parser)]
#[command(name = "plein", version, about, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

/// What every command understands.
#[derive(Debug, Clone, clap::Args)]
struct Common {
    /// Folder of the site
    #[arg(
        long,
        short = 'C',
        global = true,
        default_value = ".",
        value_name = "DIR"
    )]
    site: PathBuf,
    /// How mistakes are shown
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Language in which mistakes are told; `editors_language` of the site when left out, else English
    #[arg(long, global = true, value_enum, value_name = "CODE")]
    language: Option<Language>,
    /// Let warnings forbid what errors forbid
    #[arg(long, global = true)]
    strict: bool,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    color: Colour,
    /// Build as if it were this moment: `2026-12-01` or `2026-12-01T12:00:00+01:00`
    #[arg(long, global = true, value_name = "TIME", value_parser = moment)]
    now: Option<Timestamp>,
    /// Threads to use; all processors when left out
    #[arg(long, global = true, value_name = "N")]
    threads: Option<usize>,
    /// Say less
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Say more
    #[arg(long, short, global = true)]
    verbose: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One JSON object a line
    Json,
    /// Annotations on GitHub and Forgejo
    Github,
    /// A Code Quality report for GitLab
    Gitlab,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
    /// For a comment: `plein diff`
    Markdown,
    /// For a spreadsheet: `plein list`
    Csv,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Colour {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a new site in a folder
    Init(init::Arguments),
    /// Write a file to begin with: an event, a notice, a page
    New(new::Arguments),
    /// Build the site
    Build(build::Arguments),
    /// Preview the site in a browser, and again after every edit
    #[cfg(feature = "serve")]
    Serve(serve::Arguments),
    /// Tell what is wrong, and where
    Check(check::Arguments),
    /// Tell what a proposal changes, for people
    Diff(diff::Arguments),
    /// List records by how they stand: upcoming, drafts, expired, unverified, untranslated
    List(list::Arguments),
    /// List every address of the site with its media type and what it is about
    Plan,
    /// Put what was built into an object store: only what changed, pages last
    #[cfg(feature = "publish")]
    Publish(publish::Arguments),
    /// Make front matter even: order, indentation, spaces; comments and meaning stay
    Fmt(fmt::Arguments),
    /// Help while writing, in an editor that speaks the Language Server Protocol
    Lsp(lsp::Arguments),
    /// Write what front matter may hold as JSON Schema, and what has VS Code complete it
    Schema(schema::Arguments),
    /// Write what an editor in the browser needs that works on the forge: Sveltia CMS, Decap CMS
    Admin(admin::Arguments),
    /// Take over content from Hugo, Jekyll, Zola, Eleventy, calendars and tables
    Import(import::Arguments),
    /// Take in what other cities publish, for people to review
    #[cfg(feature = "harvest")]
    Harvest(harvest::Arguments),
    /// Take over a practice of another city, as a file to begin with
    #[cfg(feature = "harvest")]
    Adopt(adopt::Arguments),
    /// Write down what git knows of the past, for builds where git is not
    History,
    /// Tell the story of a mistake by its code
    Explain(explain::Arguments),
    /// Print completions for a shell
    Completions(completions::Arguments),
}

/// How a command ended.
enum Outcome {
    Fine,
    ContentIsWrong,
    Misused(String),
    MachineFailed(String),
}

/// Runs the program.
pub fn run() -> ExitCode {
    ExitCode::from(run_with(std::env::args_os(), true))
}

/// Runs the program on these arguments, the first of which is its name. Gives the exit code.
pub fn run_on(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    run_with(arguments, false)
}

/// The same; `is_all` where the process does nothing else, before or after.
fn run_with(arguments: impl IntoIterator<Item = OsString>, is_all: bool) -> u8 {
    let mut arguments = Arguments::parse_from(arguments);
    if arguments.common.now.is_none() {
        match epoch() {
            Ok(epoch) => arguments.common.now = epoch,
            Err(message) => {
                report::narrate(format_args!("error: {message}"));
                return 2;
            }
        }
    }
    let common = &arguments.common;
    choose_colour(common.color);
    let mut pool = rayon::ThreadPoolBuilder::new().num_threads(common.threads.unwrap_or(0));
    if is_all && matches!(arguments.command, Command::Build(_)) {
        // This thread builds too: what one lets go of, another cannot use at once.
        pool = pool.use_current_thread();
    }
    // Fails only when a pool exists already, and nothing has run yet.
    let _ = pool.build_global();
    let asked = match (common.format, &arguments.command) {
        (Format::Markdown, command) if !matches!(command, Command::Diff(_)) => Some("diff"),
        (Format::Csv, command) if !matches!(command, Command::List(_)) => Some("list"),
        _ => None,
    };
    if let Some(only) = asked {
        report::narrate(format_args!(
            "error: only `plein {only}` knows this `--format`"
        ));
        return 2;
    }
    let outcome = match &arguments.command {
        Command::Init(own) => init::run(common, own),
        Command::New(own) => new::run(common, own),
        Command::Build(own) => build::run(common, own),
        #[cfg(feature = "serve")]
        Command::Serve(own) => serve::run(common, own),
        Command::Check(own) => check::run(common, own),
        Command::Diff(own) => diff::run(common, own),
        Command::List(own) => list::run(common, own),
        Command::Plan => plan::run(common),
        #[cfg(feature = "publish")]
        Command::Publish(own) => publish::run(common, own),
        Command::Schema(own) => schema::run(common, own),
        Command::Admin(own) => admin::run(common, own),
        Command::Import(own) => import::run(common, own),
        #[cfg(feature = "harvest")]
        Command::Harvest(own) => harvest::run(common, own),
        #[cfg(feature = "harvest")]
        Command::Adopt(own) => adopt::run(common, own),
        Command::History => history::run(common),
        Command::Fmt(own) => fmt::run(common, own),
        Command::Lsp(_) => lsp::run(common),
        Command::Explain(own) => explain::run(own),
        Command::Completions(own) => completions::run(own),
    };
    match outcome {
        Outcome::Fine => 0,
        Outcome::ContentIsWrong => 1,
        Outcome::Misused(message) => {
            report::narrate(format_args!("error: {message}"));
            2
        }
        Outcome::MachineFailed(message) => {
            report::narrate(format_args!("error: {message}"));
            3
        }
    }
}

fn choose_colour(colour: Colour) {
    match colour {
        Colour::Auto => {}
        Colour::Always => anstream::ColorChoice::Always.write_global(),
        Colour::Never => anstream::ColorChoice::Never.write_global(),
    }
}

/// A moment as the command line gives it: a day means its beginning in UTC.
fn moment(text: &str) -> Result<Timestamp, String> {
    let day = || {
        text.parse::<jiff::civil::Date>()
            .ok()?
            .to_zoned(jiff::tz::TimeZone::UTC)
            .ok()
    };
    let found = text
        .parse::<Timestamp>()
        .ok()
        .or_else(|| day().map(|day| day.timestamp()));
    found.ok_or_else(|| {
        "write a day, `2026-12-01`, or a moment with its offset, `2026-12-01T12:00:00+01:00`"
            .to_owned()
    })
}

/// The moment that `SOURCE_DATE_EPOCH` sets for reproducible builds. A wrong one is no reason to
/// fall back on the clock: whoever sets it counts on the same bytes.
fn epoch() -> Result<Option<Timestamp>, String> {
    let Some(text) = std::env::var_os("SOURCE_DATE_EPOCH").filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let text = text.to_string_lossy();
    let seconds = text.trim().parse().ok();
    match seconds.and_then(|seconds| Timestamp::from_second(seconds).ok()) {
        Some(moment) => Ok(Some(moment)),
        None => Err(format!(
            "SOURCE_DATE_EPOCH is `{text}`, which is no number of seconds since 1970\n  \
             = help: set it to a whole number, such as the output of `git log -1 --format=%ct`, or unset it"
        )),
    }
}

impl Common {
    /// The moment of the build: `--now`, else `SOURCE_DATE_EPOCH`, else the clock, read once.
    fn now(&self) -> Timestamp {
        self.now.unwrap_or_else(Timestamp::now)
    }

    /// The language in which editors are told things: `--language`, else that of the site, else English.
    fn language(&self, sources: &Sources) -> Language {
        let of_site = || config::editors_language(sources);
        self.language.or_else(of_site).unwrap_or_default()
    }

    /// Whether something forbids to write: an error, or with `--strict` anything.
    fn forbids(&self, diagnostics: &Diagnostics) -> bool {
        diagnostics.has_errors() || self.strict && !diagnostics.is_empty()
    }
}

/// What the machine holds of a site.
struct OnDisk {
    folder: Folder,
    log: log::Log,
    now: Timestamp,
}

impl OnDisk {
    fn read(common: &Common) -> Self {
        let now = common.now();
        let (folder, log) =
            rayon::join(|| disk::read(&common.site), || log::read(&common.site, now));
        if let Some(doubt) = log.doubt.as_ref().filter(|_| !common.quiet) {
            report::narrate(doubt);
        }
        OnDisk { folder, log, now }
    }

    fn inputs(&self, preview: bool) -> Inputs<'_> {
        Inputs {
            folder: &self.folder,
            past: &self.log.past,
            now: self.now,
            preview,
        }
    }
}
