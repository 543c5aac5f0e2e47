//! The program in ten lines: sources in, a tree out, and everything that is wrong.

use crate::content::markdown::LocalLink;
use crate::content::{Document, Version, config, language, parse, vocabulary};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::output::{self, Artifact, Plan, Press};
use crate::say;
use crate::site::timetable::Timetable;
use crate::site::{self, Site, Surroundings};
use crate::source::disk::{Folder, Problem};
use crate::source::past::Past;
use crate::source::{Sources, Span};
use crate::theme::{FILES, Theme};
use crate::tree::Tree;
use jiff::Timestamp;
use rayon::prelude::*;

/// Everything that a build depends on; the same inputs give the same bytes.
pub struct Inputs<'a> {
    /// What the site folder holds.
    pub folder: &'a Folder,
    /// When each file was published, and what was removed.
    pub past: &'a Past,
    /// The moment of the build.
    pub now: Timestamp,
    /// Show drafts and what is not published yet.
    pub preview: bool,
}

/// How many files are rendered in a row before what is left may be shared among the threads anew: lists take long, and
/// stand together.
const FEW: usize = 32;

/// Told when a step begins and when it is done; how long it took only the edge can tell, for here is no clock.
pub trait Watch: Sync {
    /// A step begins; what this gives comes back with its end.
    fn begins(&self) -> u64;
    /// A step is done: its name, and what it was about.
    fn ends(&self, step: &'static str, about: &str, began: u64);
}

/// Nobody watches.
impl Watch for () {
    fn begins(&self) -> u64 {
        0
    }

    fn ends(&self, _: &'static str, _: &str, _: u64) {}
}

/// Does a step of the work under a watch.
pub fn watched<T>(
    watch: &dyn Watch,
    step: &'static str,
    about: &str,
    work: impl FnOnce() -> T,
) -> T {
    let began = watch.begins();
    let done = work();
    watch.ends(step, about, began);
    done
}

/// Builds a site. The tree is empty while there is an error.
pub fn build(inputs: &Inputs) -> (Tree, Diagnostics) {
    let mut faults = Vec::new();
    let prepared = prepare(inputs, &mut parse::Cache::default(), &mut faults);
    let tree = prepared
        .filter(|_| !has_errors(&faults))
        .map(|(mut press, plan)| render(&mut press, &plan, &mut faults));
    let tree = tree.filter(|_| !has_errors(&faults)).unwrap_or_default();
    (tree, sorted(faults, inputs))
}

/// Everything but rendering. `None` when not even the configuration can be read.
pub fn prepare(
    inputs: &Inputs,
    cache: &mut parse::Cache,
    faults: &mut Vec<Diagnostic>,
) -> Option<(Press, Plan)> {
    prepare_watched(inputs, cache, faults, &())
}

/// The same under a watch, whose steps are `parse`, `resolve`, `theme` and `plan`.
pub fn prepare_watched(
    inputs: &Inputs,
    cache: &mut parse::Cache,
    faults: &mut Vec<Diagnostic>,
    watch: &dyn Watch,
) -> Option<(Press, Plan)> {
    let prepared = resolve(inputs, cache, faults, watch);
    let conflicts: Vec<Diagnostic> = conflicts(&inputs.folder.sources).collect();
    let of = |fault: &Diagnostic| fault.labels.first().map(|label| label.span.source);
    // Whatever else is said of such a file is about both of its halves.
    faults.retain(|fault| of(fault).is_none() || conflicts.iter().all(|it| of(it) != of(fault)));
    faults.extend(conflicts);
    prepared
}

/// Files in which git left both sides of a merge, for somebody to choose from.
fn conflicts(sources: &Sources) -> impl Iterator<Item = Diagnostic> {
    sources.iter().filter_map(|(id, source)| {
        let text: &str = &source.text;
        // Few files hold either, and to ask that is quick.
        if !text.contains("<<<<<<< ") || !text.contains("\n>>>>>>> ") {
            return None;
        }
        let ours = text.match_indices("<<<<<<< ").map(|(at, _)| at);
        let mut ours = ours.filter(|at| *at == 0 || text[..*at].ends_with('\n'));
        let at = ours.find(|at| !in_code(&text[..*at]))?;
        text[at..].find("\n>>>>>>> ")?;
        let end = at + text[at..].find('\n')?;
        let message = say!("two versions of this file were merged, and nobody chose between them");
        let fault = Diagnostic::error("source/merge-conflict", message);
        let fault = fault.at(Span::new(id, at, end), "the first version begins here");
        Some(fault.help("keep the right lines, and remove those that begin with `<<<<<<<`, `=======` and `>>>>>>>`"))
    })
}

/// Whether a text ends within a block of code, which may show such lines to explain them.
fn in_code(before: &str) -> bool {
    let fences = before
        .lines()
        .filter(|line| line.trim_start().starts_with("```"));
    fences.count() % 2 == 1
}

fn resolve(
    inputs: &Inputs,
    cache: &mut parse::Cache,
    faults: &mut Vec<Diagnostic>,
    watch: &dyn Watch,
) -> Option<(Press, Plan)> {
    let sources = &inputs.folder.sources;
    faults.extend(inputs.folder.problems.iter().map(unreadable));
    faults.extend(inputs.folder.unread.iter().map(not_read));
    let config = config::parse(sources, faults)?;
    let languages = language::parse(&config.languages, FILES, sources, faults);
    let vocabularies = vocabulary::parse(sources, faults);
    let parse = || parse::parse(sources, &config, cache, faults);
    let parsed = watched(watch, "parse", "content", parse);
    let complete = config
        .languages
        .iter()
        .all(|code| languages.contains_key(&*code.value.0));
    if !complete {
        return None;
    }
    if !sources.iter().any(|(_, source)| is_content(&source.path)) && !has_errors(faults) {
        faults.push(no_content());
    }
    let media = inputs.folder.media.keys().cloned().collect();
    let (past, now, preview) = (inputs.past, inputs.now, inputs.preview);
    let around = Surroundings {
        config,
        languages,
        vocabularies,
        past,
        now,
        preview,
        media,
    };
    let resolve = || site::resolve(parsed, around, sources, faults);
    let site = watched(watch, "resolve", "site", resolve);
    let (theme, media) = (&inputs.folder.theme, &inputs.folder.media);
    let load = || Theme::load(&site, theme, media, faults);
    let theme = watched(watch, "theme", "templates and assets", load);
    let press = Press::new(site, theme);
    let plan = watched(watch, "plan", "paths", || output::plan(&press, faults));
    Some((press, plan))
}

/// The same site after an edit of one record's words: its bodies, its title, its summary. The rest of
/// the site is not worked out again. It comes back as it was, for [`prepare`] to do, when more changed
/// than that, when there is anything to say about it, or when since then something began, ended or
/// became yesterday.
pub fn with_words(
    (mut press, plan): (Press, Plan),
    before: &Sources,
    after: &Sources,
    path: &str,
    now: Timestamp,
) -> Result<(Press, Plan), (Press, Plan)> {
    let found = reworded(&press.site, before, after, path);
    match found.filter(|_| stands_still(&press.site, now)) {
        Some((entry, document)) => {
            press.site.entries[entry].versions = document.versions;
            // What pages share is made anew when it is asked for: some of it holds these words.
            #[cfg(feature = "images")]
            {
                let cards = (press.shares, press.cards.shares);
                let (mut press, mut plan) = (Press::new(press.site, press.theme), plan);
                let entry = press.site.entries[entry].id;
                output::cards::reword(&mut press, &mut plan, cards, entry);
                Ok((press, plan))
            }
            #[cfg(not(feature = "images"))]
            Ok((Press::new(press.site, press.theme), plan))
        }
        None => Err((press, plan)),
    }
}

/// The entry of a file, and the record as it is now, if nothing but its words changed and no list is
/// in another order for it.
fn reworded(
    site: &Site,
    before: &Sources,
    after: &Sources,
    path: &str,
) -> Option<(usize, Document)> {
    let ((id, _), (same, _)) = (before.find(path)?, after.find(path)?);
    if id != same || before.iter().count() != after.iter().count() {
        return None;
    }
    let document = parse::record(after, &site.config, path)?;
    let number = site.entries.iter().position(|entry| {
        let mut sources = entry.versions.iter().map(|version| version.source);
        sources.any(|source| source == id)
    })?;
    let entry = &site.entries[number];
    let pairs = || entry.versions.iter().zip(&document.versions);
    let is_same = entry.document_id == document.id
        && entry.versions.len() == document.versions.len()
        && pairs().all(|(old, new)| same_but_for_words(old, new));
    let titled = |version: &Version| version.common.title.0.clone();
    let retitled = titled(entry.original()) != titled(&document.versions[0]);
    // What has no day of its own stands in the order of titles.
    let moves = retitled && entry.timetable.is_none() && entry.record().published().is_none();
    (is_same && !moves).then_some((number, document))
}

/// Whether two versions of a record differ in title, summary and body only, with the same links.
fn same_but_for_words(old: &Version, new: &Version) -> bool {
    let facts = |version: &Version| {
        let mut common = serde_json::to_value(&*version.common).unwrap_or_default();
        for words in ["title", "summary"] {
            common.as_object_mut().map(|fields| fields.remove(words));
        }
        (common, version.record.data())
    };
    let same = |(a, b): (&LocalLink, &LocalLink)| (&a.target, a.image) == (&b.target, b.image);
    let (links, others) = (&old.body.links, &new.body.links);
    (&old.language, old.source) == (&new.language, new.source)
        && links.len() == others.len()
        && links.iter().zip(others).all(same)
        && facts(old) == facts(new)
}

/// Whether a site looks the same at another moment: no day has passed, here or where something
/// takes place, and nothing has begun or ended.
fn stands_still(site: &Site, now: Timestamp) -> bool {
    let then = site.now.exactly().timestamp();
    let between = |at: &jiff::Zoned| at.timestamp() > then && at.timestamp() <= now;
    let a_day_passed = |zone: &jiff::tz::TimeZone| {
        then.to_zoned(zone.clone()).date() != now.to_zoned(zone.clone()).date()
    };
    let mut timetables = site.entries.iter().filter_map(|e| e.timetable.as_ref());
    let moves = |timetable: &Timetable| {
        let mut times = timetable.occurrences.iter();
        times.any(|time| between(&time.start) || between(&time.end))
            || a_day_passed(&timetable.zone)
    };
    then == now || (then < now && !a_day_passed(site.now.time_zone()) && !timetables.any(moves))
}

/// Renders every path, in parallel.
fn render(press: &mut Press, plan: &Plan, faults: &mut Vec<Diagnostic>) -> Tree {
    Tree(
        render_each(press, plan, faults, |file, bytes| (file, bytes))
            .into_iter()
            .collect(),
    )
}

/// Renders every path, in parallel, and hands each file to `put` at once, so that a whole site need
/// not be held in memory. Gives what `put` made of them, in no order that means anything.
pub fn render_each<T: Send>(
    press: &mut Press,
    plan: &Plan,
    faults: &mut Vec<Diagnostic>,
    put: impl Fn(String, Vec<u8>) -> T + Sync,
) -> Vec<T> {
    render_missing(press, plan, faults, &(), |_, _| None, put)
}

/// The same, but for what `keep` still has, and under a watch, whose steps are the outputs.
/// What several files share is made, and so counted, with the first that asks for it, and let go of after their turn.
pub fn render_missing<T: Send>(
    press: &mut Press,
    plan: &Plan,
    faults: &mut Vec<Diagnostic>,
    watch: &dyn Watch,
    keep: impl Fn(&Press, &Artifact) -> Option<T> + Sync,
    put: impl Fn(String, Vec<u8>) -> T + Sync,
) -> Vec<T> {
    let one = |press: &Press, artifact: &Artifact| match keep(press, artifact) {
        Some(kept) => Ok(kept),
        None => {
            let render = || output::render(press, plan, artifact);
            let bytes = watched(watch, artifact.output, &artifact.path, render);
            let bytes = bytes.map_err(Box::new)?;
            Ok(put(artifact.file(), bytes))
        }
    };
    let mut turns: [Vec<&Artifact>; output::TURNS] = Default::default();
    for artifact in plan.iter() {
        turns[artifact.turn().0].push(artifact);
    }
    for artifacts in &mut turns {
        artifacts.sort_by_key(|artifact| artifact.turn());
    }
    let mut rendered: Vec<Result<T, Box<Diagnostic>>> = Vec::new();
    for (turn, artifacts) in turns.iter().enumerate() {
        let (shared, few) = (&*press, artifacts.par_iter().with_max_len(FEW));
        rendered.par_extend(few.map(|artifact| one(shared, artifact)));
        press.let_go(turn);
    }
    let mut kept = Vec::with_capacity(rendered.len());
    for result in rendered {
        match result {
            Ok(value) => kept.push(value),
            // One wrong template makes every page of its sort fail in the same words.
            Err(fault) if !faults.contains(&fault) => faults.push(*fault),
            Err(_) => {}
        }
    }
    kept
}

/// Whether anything forbids writing.
pub fn has_errors(faults: &[Diagnostic]) -> bool {
    faults
        .iter()
        .any(|fault| fault.severity == crate::diagnostic::Severity::Error)
}

/// The faults in file order.
pub fn sorted(faults: Vec<Diagnostic>, inputs: &Inputs) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    diagnostics.extend(faults);
    diagnostics.sort(&inputs.folder.sources);
    diagnostics
}

fn is_content(path: &str) -> bool {
    path.starts_with("content/") && path.ends_with(".md")
}

/// A folder without content is a mistake, such as a checkout that failed: publishing it would
/// remove every page of the last good site.
fn no_content() -> Diagnostic {
    Diagnostic::error("content/none", "there is no content: `content/` holds no Markdown files")
        .in_file("content")
        .help("write a first page, `content/pages/about.md`: a line `---`, then `title: About us`, then a line `---`")
}

/// A file that an editor may take for content.
fn not_read(path: &String) -> Diagnostic {
    let (stem, end) = path.rsplit_once('.').unwrap_or((path, ""));
    let help = match end.to_lowercase().as_str() {
        "yml" => say!("rename it to `{}.yaml`", stem),
        "markdown" | "txt" | "mdx" | "mdown" => say!("rename it to `{}.md`", stem),
        "jpg" | "jpeg" | "png" | "webp" | "gif" | "svg" | "pdf" => {
            say!("move it to `content/media/`, and link to it there")
        }
        _ => {
            say!("records are files that end in `.md`; what they link to lies in `content/media/`")
        }
    };
    let message = say!("nothing reads `{}`", path);
    Diagnostic::warning("source/not-read", message)
        .in_file(path)
        .help(help)
}

fn unreadable(problem: &Problem) -> Diagnostic {
    match problem {
        Problem::NotUtf8 { path, line } => {
            let message = say!(
                "this file is not UTF-8 text: line {} holds a character in another encoding",
                line
            );
            Diagnostic::error("source/not-utf8", message)
                .in_file(path)
                .on_line(*line, 1)
                .help("save it again as UTF-8; in most editors: Save as, Encoding")
        }
        Problem::Loop { path } => Diagnostic::error(
            "source/loop",
            "this link leads back to a folder that it lies in, so it would never end",
        )
        .in_file(path)
        .help("remove the link"),
        Problem::Unreadable { path, reason } => Diagnostic::error(
            "source/unreadable",
            say!(
                "this file could not be read: {}",
                reason
                    .split(" (os error")
                    .next()
                    .unwrap_or(reason)
                    .to_lowercase()
            ),
        )
        .in_file(path)
        .help("check that it is there and that you may read it; a link may point to what is gone"),
    }
}
