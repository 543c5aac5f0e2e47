//! What a site publishes: a table of outputs, and the plan of every path they make.
//!
//! The site is a pure function from path to bytes. [`plan`] lists every path with its media type,
//! what it is about and how to render it, before any byte exists: pages find their alternates in
//! it, the sitemap and the redirects are read from it, and two outputs that want one path are told.
//! `build` renders all paths in parallel; `serve` renders the one that was asked for.

pub mod accessibility;
pub mod calendar;
#[cfg(feature = "images")]
pub mod cards;
pub mod changes;
mod clash;
pub mod composer;
pub mod data;
pub mod embed;
pub mod feed;
pub mod files;
pub mod guide;
pub mod headers;
pub mod list;
pub mod map;
pub mod network;
pub mod not_found;
pub mod page;
mod paths;
#[cfg(feature = "images")]
pub mod pictures;
#[cfg(feature = "precompressed")]
pub mod precompressed;
pub mod redirects;
pub mod robots;
pub mod rpde;
pub mod search;
pub mod sitemap;
pub mod spared;

pub use paths::{Plan, Redirect};

use crate::diagnostic::Diagnostic;
use crate::say;
use crate::site::links::Target;
use crate::site::permalink::is_variant;
use crate::site::widget::Widget;
use crate::site::{EntryId, Site};
use crate::theme::Theme;
use crate::theme::values::Cards;
use rayon::prelude::*;

/// Everything that is published, each output in its own file.
///
/// What reads the plan (sitemap, headers) stands last.
pub static OUTPUTS: &[Output] = &[
    page::OUTPUT,
    list::OUTPUT,
    composer::OUTPUT,
    guide::OUTPUT,
    accessibility::OUTPUT,
    changes::OUTPUT,
    map::OUTPUT,
    network::OUTPUT,
    embed::OUTPUT,
    embed::oembed::OUTPUT,
    feed::rss::OUTPUT,
    feed::atom::OUTPUT,
    feed::json::OUTPUT,
    calendar::OUTPUT,
    calendar::deadline::OUTPUT,
    calendar::busy::OUTPUT,
    calendar::network::OUTPUT,
    data::json::OUTPUT,
    data::csv::OUTPUT,
    data::geojson::OUTPUT,
    data::occurrences::OUTPUT,
    #[cfg(feature = "parquet")]
    data::parquet::OUTPUT,
    data::schema::OUTPUT,
    data::context::OUTPUT,
    rpde::OUTPUT,
    data::openapi::OUTPUT,
    data::catalogue::OUTPUT,
    data::discovery::OUTPUT,
    data::package::OUTPUT,
    data::page::OUTPUT,
    data::sums::OUTPUT,
    search::OUTPUT,
    files::OUTPUT,
    #[cfg(feature = "images")]
    pictures::OUTPUT,
    redirects::OUTPUT,
    not_found::OUTPUT,
    // Reads which pages there are.
    #[cfg(feature = "images")]
    cards::OUTPUT,
    robots::OUTPUT,
    headers::OUTPUT,
    sitemap::OUTPUT,
    #[cfg(feature = "precompressed")]
    precompressed::OUTPUT,
];

/// The outputs that tell how long other files are and what their sums are: rendered after them, so
/// that nothing is rendered twice.
const TELLING_OF_OTHERS: &[&str] = &["catalogue", "data-page", "package", "sums", COMPRESSED];

/// The outputs that share what is worked out once, each group before the next: what one shared is let go of before
/// another begins, so that no build holds all of it at once. Then come all others, and what tells of them.
const SHARING: &[&[&str]] = &[
    &["data", "csv", "geojson", "occurrences", "parquet", "rpde"],
    &["calendar", "tasks", "rss", "atom", "json-feed"],
    // While one thread makes the index, the others have the addresses that lead elsewhere.
    &["search", "redirects", "oembed"],
];

/// How many turns a build takes; [`Artifact::turn`] tells which is whose.
pub const TURNS: usize = SHARING.len() + 2;

/// The outputs whose files are named by a hash of all that they are made of: a file of that name is that file.
const NAMED_BY_CONTENT: &[&str] = &["pictures", "cards"];

/// The outputs that search engines need not know, for they show nothing of the city.
const NOT_INDEXED: &[&str] = &["style-guide"];

/// The output whose files hold others once more.
const COMPRESSED: &str = "precompressed";

/// A sort of file that a site publishes.
pub struct Output {
    /// Its name, as `plein plan` shows it.
    pub name: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    /// Lists its paths.
    pub plan: fn(&Press, &mut Plan),
}

/// What a path is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The whole site.
    Site,
    /// A record.
    Entry(EntryId),
    /// A list, by its number in `Site::listings`.
    Listing(usize),
    /// A further page of a list, from 2.
    Page(usize, usize),
    /// A choice of what to hear of, by its number in `Site::selections`.
    Selection(usize),
    /// Something that others can show on their own site.
    Widget(Widget),
    /// What changed not long ago.
    Changes,
    /// What there is in other cities.
    Network,
    /// All records of a kind, by its number in `KINDS`.
    Kind(usize),
    /// When events take place, time by time.
    Occurrences,
    /// A page of a kind's changes, by its number among them.
    Changed(usize, usize),
    /// A part of the search.
    Search(search::Part),
    /// A file that is published as it is, by its number in the sorted assets, then media.
    File(usize),
    /// A file of a picture: the picture's number among those that are made anew, and its own.
    Picture(usize, usize),
    /// A share card, by its number.
    Card(usize),
    /// An address that leads elsewhere, by its number in `Plan::redirects`.
    Redirect(usize),
}

/// How a path becomes bytes.
pub type Render = fn(&Press, &Plan, &Artifact) -> Result<Vec<u8>, Diagnostic>;

/// A path and how to fill it.
#[derive(Clone)]
pub struct Artifact {
    /// Address on the site, beginning with `/`; a page's ends with `/`.
    pub path: String,
    /// Media type, with its character set where it has one.
    pub media_type: &'static str,
    /// What it is about.
    pub subject: Subject,
    /// Number of its language in `Site::codes`; `None` when it is for all of them.
    pub language: Option<usize>,
    /// How it is filled.
    pub render: Render,
    /// Name of the output.
    pub output: &'static str,
}

impl Artifact {
    /// Whether it tells of the bytes of others.
    pub fn tells_of_others(&self) -> bool {
        TELLING_OF_OTHERS.contains(&self.output)
    }

    /// When it is rendered: in which turn, and where among the others of that.
    pub fn turn(&self) -> (usize, usize) {
        let place = |group: &&[&str]| group.iter().position(|it| *it == self.output);
        let mut groups = SHARING.iter().enumerate();
        let group = groups.find_map(|(n, group)| Some((n, place(group)?)));
        match self.tells_of_others() {
            true => (TURNS - 1, 0),
            false => group.unwrap_or((SHARING.len(), 0)),
        }
    }

    /// Whether its name tells its bytes: what was rendered under that name need not be rendered again.
    pub fn is_named_by_content(&self) -> bool {
        NAMED_BY_CONTENT.contains(&self.output)
    }

    /// Whether search engines should know it.
    pub fn is_indexed(&self) -> bool {
        !NOT_INDEXED.contains(&self.output)
    }

    /// Whether it holds another file once more.
    pub fn is_compressed(&self) -> bool {
        self.output == COMPRESSED
    }

    /// The file that it holds once more: the one whose name is the beginning of its own.
    pub fn original<'a>(&self, plan: &'a Plan) -> Option<&'a Artifact> {
        let (path, _) = self.path.rsplit_once('.')?;
        let folder = || path.strip_suffix("index.html");
        plan.find(path).or_else(|| plan.find(folder()?))
    }

    /// The file in which a host finds it, relative to the published folder.
    pub fn file(&self) -> String {
        let path = self.path.trim_start_matches('/');
        if path.is_empty() || path.ends_with('/') {
            format!("{path}index.html")
        } else {
            path.to_owned()
        }
    }
}

/// What rendering needs: the site, its theme, and what all pages share.
pub struct Press {
    /// The site.
    pub site: Site,
    /// Its theme.
    pub theme: Theme,
    /// The card of each entry.
    pub cards: Cards,
    /// Each record as JSON.
    pub records: data::Records,
    /// Length and sum of what others describe.
    pub sums: data::Sums,
    /// Each record as an item of feeds.
    pub items: feed::Items,
    /// What calendars share.
    pub calendars: calendar::Shared,
    /// The pages of the change feeds.
    pub feeds: rpde::Feeds,
    /// The index of the search.
    pub search: search::Shared,
    /// What the share cards show.
    #[cfg(feature = "images")]
    pub shares: cards::Cards,
}

impl Press {
    /// Gets a site ready to be planned and rendered.
    pub fn new(site: Site, theme: Theme) -> Self {
        let (cards, records, items) = (
            Cards::new(&site, &theme),
            data::Records::new(&site),
            feed::Items::new(&site),
        );
        for (n, code) in site.codes.iter().enumerate() {
            theme.furnish(
                code,
                crate::theme::values::page::around_fragments(&site, &cards, n),
            );
        }
        Press {
            feeds: rpde::Feeds::new(&site),
            search: search::Shared::new(&site),
            site,
            theme,
            cards,
            records,
            sums: data::Sums::default(),
            items,
            calendars: calendar::Shared::default(),
            #[cfg(feature = "images")]
            shares: cards::Cards::default(),
        }
    }

    /// Lets go of what was shared by the files of a turn. Whoever asks for it again has it worked out again.
    pub fn let_go(&mut self, turn: usize) {
        match turn {
            0 => self.records.let_go(),
            1 => {
                self.calendars = calendar::Shared::default();
                self.items.let_go();
            }
            2 => self.search = search::Shared::new(&self.site),
            3 => {
                self.cards.let_go();
                self.theme.let_go();
            }
            _ => {}
        }
    }
}

/// Plans every path of a site. Two outputs on one path, and links to paths that are not there, are faults.
pub fn plan(press: &Press, faults: &mut Vec<Diagnostic>) -> Plan {
    let records = press.site.entries.len() * press.site.codes.len();
    let mut plan = Plan {
        // A page, a calendar, its data and its identifier for each record; lists come on top.
        artifacts: Vec::with_capacity(records * 5),
        redirects: Vec::with_capacity(press.site.entries.len()),
        ..Plan::default()
    };
    for output in OUTPUTS {
        plan.output = output.name;
        (output.plan)(press, &mut plan);
    }
    plan.order();
    plan.described = data::dataset::described(&press.site, &plan);
    clash::tell(press, &plan, faults);
    check_links(press, &plan, faults);
    plan
}

/// Links in bodies to addresses of this site that lead nowhere.
fn check_links(press: &Press, plan: &Plan, faults: &mut Vec<Diagnostic>) {
    let of_entry = |entry: &crate::site::Entry| {
        let versions = entry.versions.iter().zip(&entry.targets);
        let links = versions.flat_map(|(version, targets)| version.body.links.iter().zip(targets));
        let broken = links.filter_map(|(link, target)| match target {
            Target::Path(path) if !plan.leads_somewhere(path) => {
                Some(broken_link(plan, path, link.span))
            }
            _ => None,
        });
        broken.collect::<Vec<_>>()
    };
    let found: Vec<Vec<Diagnostic>> = press.site.entries.par_iter().map(of_entry).collect();
    faults.extend(found.into_iter().flatten());
}

fn broken_link(plan: &Plan, path: &str, span: crate::source::Span) -> Diagnostic {
    let known = plan.iter().map(|artifact| artifact.path.as_str());
    let near = crate::diagnostic::nearest(path, known);
    let near = near.map(|near| say!("did you mean `{}`?", near));
    let everything = || say!("`plein plan` lists every address of the site");
    Diagnostic::error(
        "markdown/broken-link",
        say!("this link leads nowhere: `{}`", path),
    )
    .at(span, "not found")
    .help(near.unwrap_or_else(everything))
}

/// Renders one path.
pub fn render(press: &Press, plan: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let bytes = (artifact.render)(press, plan, artifact)?;
    press.sums.note(plan, artifact, &bytes);
    Ok(bytes)
}

/// An artifact whose subject does not fit its output: a mistake of ours, told like any other.
fn misplanned(artifact: &Artifact) -> Diagnostic {
    let message = say!(
        "`{}` was planned for something that `{}` cannot show",
        artifact.path,
        artifact.output
    );
    Diagnostic::error("output/failed", message)
        .in_file(artifact.file())
        .help("this is a fault in Plein; please report it")
}

/// JSON for people and machines: indented, with a newline at the end.
fn pretty(value: &serde_json::Value) -> Vec<u8> {
    // A JSON value always serialises.
    let mut bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// The same subject in other formats: media type, name of the format, path.
fn alternates(
    plan: &Plan,
    page: &Artifact,
    language: usize,
) -> Vec<(&'static str, String, String)> {
    let others = plan
        .about(page.subject, language)
        .filter(|other| other.path != page.path && !is_variant(&other.path));
    others
        .filter_map(|other| {
            Some((
                bare(other.media_type),
                format_name(other.media_type)?.to_owned(),
                other.path.clone(),
            ))
        })
        .collect()
}

/// A media type without its parameters.
fn bare(media_type: &'static str) -> &'static str {
    media_type.split(';').next().unwrap_or(media_type)
}

/// What people call a format.
fn format_name(media_type: &str) -> Option<&'static str> {
    Some(match media_type.split(';').next()? {
        "text/calendar" => "iCalendar",
        "application/rss+xml" => "RSS",
        "application/atom+xml" => "Atom",
        "application/feed+json" => "JSON Feed",
        "application/json" => "JSON",
        _ => return None,
    })
}

/// Where programs learn how to show a page of ours in theirs.
fn oembed(site: &Site, widget: Widget, language: &str) -> String {
    let folder = site.widget_path(widget, language);
    site.config.absolute(&format!("{folder}oembed.json"))
}

/// The first step of every way: the home page.
fn home_crumb(press: &Press, language: &str) -> (String, String) {
    (
        crate::theme::values::list::text(&press.site, "nav.home", language),
        press.site.home(language),
    )
}
