//! `plein diff`: what a proposal changes, for people.

#![expect(
    clippy::disallowed_methods,
    reason = "edge: asks whether a name is that of a folder"
)]

use super::{Common, Format, Outcome, report};
use crate::content::fields::LanguageTag;
use crate::content::parse::Cache;
use crate::diagnostic::words::Language;
use crate::diagnostic::{Diagnostic, Severity, github};
use crate::output::{Plan, Press};
use crate::press::{self, Inputs};
use crate::review::words::Words;
use crate::review::{self, Review, State, files, json, markdown, text};
use crate::source::disk::{self, Folder};
use crate::source::{SourceId, Span, Spanned, history, revision};
use crate::theme::{FILES, messages::Locale};
use std::path::{Path, PathBuf};

/// What to compare.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// What was: a branch, tag or commit of git, or the folder of a site; where the work left the main line when
    /// left out
    before: Option<String>,
    /// What it becomes; the folder as it stands now when left out
    after: Option<String>,
    /// Where the site can be looked at as it would be: records are linked to it
    #[arg(long, value_name = "URL", value_parser = address)]
    preview_url: Option<String>,
}

fn address(text: &str) -> Result<String, String> {
    match text.starts_with("https://") || text.starts_with("http://") {
        true => Ok(text.to_owned()),
        false => Err("write an address that begins with `https://`".to_owned()),
    }
}

/// Where a state of the site is to be found.
enum Place {
    Folder(PathBuf),
    Commit(String),
}

/// A state of a site as the machine holds it.
struct Read {
    folder: Folder,
    log: history::Log,
}

/// A state of a site, worked out.
struct Worked {
    site: Option<(Press, Plan)>,
    faults: Vec<Diagnostic>,
    hashes: files::Hashes,
}

impl Worked {
    fn state<'a>(&'a self, inputs: &Inputs<'a>) -> Option<State<'a>> {
        self.site.as_ref().map(|(press, plan)| State {
            press,
            plan,
            sources: &inputs.folder.sources,
        })
    }
}

/// Compares, and tells what people should know before they agree.
pub fn run(common: &Common, arguments: &Arguments) -> Outcome {
    let places = match places(&common.site, arguments) {
        Ok(places) => places,
        Err(outcome) => return outcome,
    };
    let [(before, _), (after, _)] = &places;
    let now = common.now();
    let read = |place| read(&common.site, place, now);
    let (Some(before), Some(after)) = rayon::join(|| read(before), || read(after)) else {
        return Outcome::MachineFailed("git does not give what it holds of the site".to_owned());
    };
    if let Some(doubt) = before.log.doubt.iter().chain(&after.log.doubt).next()
        && !common.quiet
    {
        report::narrate(doubt);
    }
    let inputs = [&before, &after].map(|read| Inputs {
        folder: &read.folder,
        past: &read.log.past,
        now,
        preview: false,
    });
    let [old, new] = &inputs;
    let (old, new) = rayon::join(|| work(old), || work(new));
    let names = places.map(|(_, name)| name);
    let mut review = compare(&inputs, [&old, &new], names, common.language);
    review.preview = arguments.preview_url.clone();
    show(common, &review, &inputs[1]);
    match review.builds {
        true => Outcome::Fine,
        false => Outcome::ContentIsWrong,
    }
}

/// Which two states to compare, each with the name by which it is told of.
fn places(root: &Path, arguments: &Arguments) -> Result<[(Place, String); 2], Outcome> {
    let after = match &arguments.after {
        Some(name) => place(root, name)?,
        None => (Place::Folder(root.to_owned()), root.display().to_string()),
    };
    let before = match &arguments.before {
        Some(name) => place(root, name)?,
        None => {
            let found = revision::fork_point(root, "HEAD");
            let (commit, main) = found.ok_or_else(|| {
                Outcome::Misused(
                    "there is no main line in git to compare with\n  = help: name what was: plein diff BEFORE".to_owned(),
                )
            })?;
            (Place::Commit(commit), main.to_owned())
        }
    };
    Ok([before, after])
}

/// A name is that of a commit before it is that of a folder; `./name` is always a folder.
fn place(root: &Path, name: &str) -> Result<(Place, String), Outcome> {
    let is_path = name.starts_with('.') || Path::new(name).is_absolute();
    let commit = (!is_path).then(|| revision::commit(root, name)).flatten();
    if let Some(commit) = commit {
        return Ok((Place::Commit(commit), name.to_owned()));
    }
    if Path::new(name).is_dir() {
        return Ok((Place::Folder(name.into()), name.to_owned()));
    }
    Err(Outcome::Misused(format!(
        "`{name}` is neither a branch, tag or commit of git nor a folder\n  = help: {}",
        match revision::is_repository(root) {
            true =>
                "`git branch --all` lists the branches; a clone that is not whole may lack it: git fetch --unshallow",
            false => "this folder is in no git repository: name two folders",
        }
    )))
}

fn read(root: &Path, place: &Place, now: jiff::Timestamp) -> Option<Read> {
    Some(match place {
        Place::Folder(folder) => {
            let (read, log) = rayon::join(|| disk::read(folder), || history::read(folder, now));
            Read { folder: read, log }
        }
        Place::Commit(commit) => {
            let (folder, log) = rayon::join(
                || revision::read(root, commit),
                || history::read_revision(root, commit, now),
            );
            Read {
                folder: folder?,
                log,
            }
        }
    })
}

/// Works out a site, checks it, and renders what programs read.
fn work(inputs: &Inputs) -> Worked {
    let mut faults = Vec::new();
    let site = press::prepare(inputs, &mut Cache::default(), &mut faults);
    let mut hashes = files::Hashes::new();
    if let Some((press, plan)) = &site {
        let folder = inputs.folder;
        if !press::has_errors(&faults) {
            hashes = files::hashes(press, plan, &mut faults);
        }
        crate::check::check((press, plan), &folder.sources, &folder.theme, &mut faults);
    }
    let faults = press::sorted(faults, inputs).into_iter().collect();
    Worked {
        site,
        faults,
        hashes,
    }
}

fn compare(
    inputs: &[Inputs; 2],
    [old, new]: [&Worked; 2],
    names: [String; 2],
    spoken: Option<Language>,
) -> Review {
    let language = new.site.as_ref().or(old.site.as_ref());
    let language = language.map_or("en", |(press, _)| press.site.config.default_language());
    let words = Words::of(spoken.map(Language::code).unwrap_or(language));
    let mut review = Review::new(words, names);
    let placed = |faults: &[Diagnostic], n: usize| -> Vec<(String, Diagnostic)> {
        let sources = &inputs[n].folder.sources;
        let file = |fault: &Diagnostic| (fault.place(sources).0, fault.clone());
        faults.iter().map(file).collect()
    };
    review.builds = new.site.is_some() && !press::has_errors(&new.faults);
    review.doubtful = review.builds && press::has_errors(&old.faults);
    let mut known = placed(&old.faults, 0);
    if !review.builds {
        // Whatever stands in the way is told, also when it stood there before.
        known.retain(|(_, fault)| fault.severity == Severity::Warning);
    }
    review.faults = review::fresh(&known, &placed(&new.faults, 1));
    if let Some(after) = new.state(&inputs[1]).filter(|_| review.builds) {
        let locale = locale(after.press, words);
        review.compare(old.state(&inputs[0]), after, &locale);
        review.files = files::compare(&old.hashes, &new.hashes);
    }
    review
}

/// The sentences of a language, also of one that the site itself is not written in.
fn locale(press: &Press, words: Words) -> Locale {
    let default = press.site.config.default_language();
    let language = press.site.languages.get(words.code()).cloned();
    let built_in = || {
        let tag = Spanned {
            value: LanguageTag(words.code().to_owned()),
            span: Span::new(SourceId(0), 0, 0),
        };
        let none = Default::default();
        let found = crate::content::language::parse(&[tag], FILES, &none, &mut vec![]);
        found.into_values().next()
    };
    match language.or_else(built_in) {
        Some(language) => Locale::new(&language),
        None => Locale::new(&press.site.languages[default]),
    }
}

fn show(common: &Common, review: &Review, after: &Inputs) {
    let sources = &after.folder.sources;
    let told = |face| {
        let mut faults = crate::diagnostic::Diagnostics::default();
        faults.extend(review.faults.iter().cloned());
        let common = Common {
            format: face,
            ..common.clone()
        };
        report::show(&common, &faults, sources);
    };
    match common.format {
        Format::Markdown => report::hand_over(markdown::render(review, sources).trim_end()),
        Format::Json => report::hand_over(json::render(review, sources)),
        Format::Github => {
            told(Format::Github);
            report::hand_over(github::notice(&review::sentence(&review.summary())));
        }
        _ => {
            told(Format::Text);
            report::hand_over(text::render(review).trim_end());
        }
    }
}
