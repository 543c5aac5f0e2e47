//! `data/site.yaml`: the configuration of a site.

use super::accessibility::{self, Statement};
use super::fields::{Country, Email, LanguageTag, Texts, Url, Zone};
use super::map::{self, Map};
use super::time::Day;
use crate::diagnostic::{Diagnostic, Language};
use crate::say;
use crate::source::{Sources, Spanned};
use crate::yaml::Node;
use crate::yaml::problem::{empty_field, is_misspelt, missing_field};
use schemars::JsonSchema;
use serde::Deserialize;

/// Where the configuration stands.
pub const PATH: &str = "data/site.yaml";

/// The fields that must be there.
const REQUIRED: [&str; 4] = ["title", "url", "languages", "timezone"];

/// The configuration of a site.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Name of the site, for each language.
    pub title: Texts,
    /// A few words below the name.
    #[serde(default)]
    pub tagline: Texts,
    /// A sentence or two about the site, for search engines, feeds and catalogues.
    #[serde(default)]
    pub description: Texts,
    /// Where the site will be, without a slash at the end: `https://lab.example`.
    pub url: Spanned<Url>,
    /// What stands behind the `@` of identifiers in calendars. It never changes, even when the site moves.
    pub uid_domain: Option<String>,
    /// Languages of the site; the first is the default.
    pub languages: Vec<Spanned<LanguageTag>>,
    /// Language in which editors are told what is wrong, `en` or `nl`; English when left out.
    pub editors_language: Option<Language>,
    /// Time zone of the site.
    pub timezone: Zone,
    /// Who publishes the site.
    pub publisher: Option<Publisher>,
    /// Licence of the content.
    pub license: Option<Url>,
    /// First day of the site. It dates what git knows nothing of.
    pub since: Option<Day>,
    /// How many entries a page of a list holds.
    #[serde(default = "twenty")]
    pub page_size: Spanned<usize>,
    /// How far back and ahead repeating events are worked out for pages.
    #[serde(default)]
    pub window: Window,
    /// Folder below `themes/` with your own templates and assets.
    pub theme: Option<Spanned<String>>,
    /// Folders of the kinds in the main menu, in order; all of them when left out.
    pub menu: Option<Vec<Spanned<String>>>,
    /// Whether the site has a page that shows every part of its theme, for those who change it.
    #[serde(default)]
    pub style_guide: bool,
    /// What the site says of its own accessibility; without it there is no such page.
    pub accessibility: Option<Statement>,
    /// Where the content lives, for "improve this page".
    pub repository: Option<Url>,
    /// Compressed forms that lie beside each file of the data, for hosts that send them as they are.
    #[cfg(feature = "precompressed")]
    #[serde(default)]
    pub precompressed: std::collections::BTreeSet<Coding>,
    /// Whether each page has a picture for who shares it.
    #[cfg(feature = "images")]
    #[serde(default = "yes")]
    pub cards: bool,
    /// What the catalogue of open data says of all datasets.
    #[serde(default)]
    pub catalogue: Catalogue,
    /// What the map shows below its places.
    #[serde(default)]
    pub map: Map,
    /// Which sites may show the pages that are made to be shown elsewhere.
    #[serde(default)]
    pub embed: Embed,
    /// A search of whole texts, beside that of titles and summaries.
    pub search: Option<FullText>,
    /// What `plein check` leaves alone.
    #[serde(default)]
    pub checks: Checks,
}

/// What `plein check` leaves alone.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Checks {
    /// The rules that are switched off, each with the reason.
    pub off: Vec<Off>,
}

/// A rule of `plein check` that is switched off.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Off {
    /// Its code, such as `check/no-summary`.
    pub code: Spanned<String>,
    /// The one file, or folder with `/` behind it, of which it says nothing; the whole site when left out.
    pub file: Option<String>,
    /// Why.
    pub reason: Spanned<String>,
}

/// Which sites may show the pages that are made to be shown elsewhere.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Embed {
    /// Their addresses, such as `https://stad.example`; all sites when left out.
    pub allow: Vec<Spanned<String>>,
}

/// What searches whole texts. It makes its own index of the published pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FullText {
    /// Pagefind, run after every build: `npx pagefind --site public`.
    Pagefind,
}

/// A compressed form of a file, by the end of its name.
#[cfg(feature = "precompressed")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Coding {
    /// Brotli (RFC 7932).
    Br,
    /// gzip (RFC 1952).
    Gz,
}

/// What the catalogue of open data says of all datasets.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Catalogue {
    /// Themes of the EU's list for data: `[REGI, SOCI]` when left out.
    pub themes: Vec<Theme>,
    /// How often the site is published again: `IRREG` when left out.
    pub frequency: Frequency,
    /// Name of the area that the data are about, such as the city.
    pub area: Option<String>,
    /// The same area elsewhere, such as `https://sws.geonames.org/2759879/`.
    pub area_uri: Option<Url>,
    /// Words under which people look for such data.
    pub keywords: Vec<String>,
}

/// A theme of the EU's list for data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the names are the codes of the list")]
pub enum Theme {
    Agri,
    Econ,
    Educ,
    Ener,
    Envi,
    Gove,
    Heal,
    Intr,
    Just,
    Regi,
    Soci,
    Tech,
    Tran,
}

/// How often, in the codes of the EU's list of frequencies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the names are the codes of the list")]
pub enum Frequency {
    Cont,
    Daily,
    Weekly,
    Monthly,
    #[default]
    Irreg,
}

#[cfg(feature = "images")]
fn yes() -> bool {
    true
}

fn twenty() -> Spanned<usize> {
    let span = crate::source::Span::new(crate::source::SourceId(0), 0, 0);
    Spanned { value: 20, span }
}

/// Who publishes the site.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Publisher {
    /// Name of the organisation.
    pub name: String,
    /// Address of a role.
    pub email: Option<Email>,
    /// Its own site.
    pub url: Option<Url>,
    /// Its country.
    pub country: Option<Country>,
}

/// How far back and ahead, in days.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Window {
    /// Days back that calendar feeds keep.
    pub past_days: u16,
    /// Days ahead that repeating events are worked out.
    pub future_days: u16,
}

impl Default for Window {
    fn default() -> Self {
        Window {
            past_days: 90,
            future_days: 400,
        }
    }
}

impl Config {
    /// The default language.
    pub fn default_language(&self) -> &str {
        &self.languages[0]
    }

    /// What stands behind the `@` of identifiers in calendars.
    pub fn uid_domain(&self) -> &str {
        let host = self
            .url
            .split("//")
            .nth(1)
            .unwrap_or("localhost")
            .split(['/', ':'])
            .next();
        self.uid_domain
            .as_deref()
            .unwrap_or(host.unwrap_or("localhost"))
    }

    /// An absolute address for a path that begins with `/`.
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.url.trim_end_matches('/'))
    }
}

/// The language in which editors want to be told what is wrong, whatever else may be wrong with the configuration.
pub fn editors_language(sources: &Sources) -> Option<Language> {
    let (id, source) = sources.find(PATH)?;
    let (node, _) = crate::yaml::parse(id, &source.text, 0..source.text.len());
    crate::yaml::decode::decode(node?.get("editors_language")?, &mut vec![])
}

/// Reads the configuration.
pub fn parse(sources: &Sources, faults: &mut Vec<Diagnostic>) -> Option<Config> {
    let Some((id, source)) = sources.find(PATH) else {
        let fault = Diagnostic::error(
            "config/missing",
            say!("there is no `{}`, so this folder is not a site", PATH),
        );
        faults.push(
            fault.in_file(PATH).help(
                "run Plein in the folder of your site, or make a new one: `plein init my-lab`",
            ),
        );
        return None;
    };
    let (node, more) = crate::yaml::parse(id, &source.text, 0..source.text.len());
    faults.extend(more);
    let node = node?;
    let mut more = Vec::new();
    let config: Option<Config> = crate::yaml::decode::decode(&node, &mut more);
    // Missing fields are told all at once; the decoder tells only the first of them.
    let missing = missing(&node);
    for (name, fault) in &missing {
        if !is_misspelt(name, &more) {
            faults.push(fault.clone());
        }
    }
    let known = |fault: &Diagnostic| missing.iter().any(|(_, other)| other == fault);
    faults.extend(more.into_iter().filter(|fault| !known(fault)));
    let mut config = config?;
    if config.languages.is_empty() {
        let span = node
            .entry("languages")
            .map_or(node.span, |(key, _)| key.span);
        let fault = Diagnostic::error("config/no-language", "a site needs at least one language")
            .at(span, "there is none");
        faults.push(fault.help("write `languages: [nl]`; the first is the default"));
        return None;
    }
    check(&config, faults);
    if let Some(statement) = &mut config.accessibility {
        statement.results = accessibility::results(sources, faults);
    }
    map::check(&mut config.map, sources, faults);
    // The rest of the site is looked through all the same, and a page of nothing has no end.
    config.page_size.value = config.page_size.value.max(1);
    Some(config)
}

/// What must be there and is not, or is empty.
fn missing(node: &Node) -> Vec<(&'static str, Diagnostic)> {
    let told = |name: &&'static str| match node.entry(name) {
        None => Some((*name, missing_field(name, "", node.span))),
        Some((key, value)) if value.is_null() => Some((*name, empty_field(name, key.span))),
        Some(_) => None,
    };
    REQUIRED.iter().filter_map(told).collect()
}

fn check(config: &Config, faults: &mut Vec<Diagnostic>) {
    if config.url.ends_with('/')
        || config
            .url
            .split("//")
            .nth(1)
            .is_some_and(|rest| rest.contains('/'))
    {
        let fault = Diagnostic::error(
            "config/bad-url",
            "`url` is the address of the site's root, without a path",
        );
        let root: String = config
            .url
            .splitn(4, '/')
            .take(3)
            .collect::<Vec<_>>()
            .join("/");
        faults.push(
            fault
                .at(config.url.span, "more than the root")
                .help(say!("write `url: {}`", root)),
        );
    }
    for folder in config.menu.iter().flatten() {
        if super::Kind::in_folder(folder).is_none() {
            let known = super::KINDS.iter().map(|kind| kind.folder);
            let fault = Diagnostic::error(
                "config/unknown-kind",
                say!("`{}` in `menu` is not the folder of a kind", folder.value),
            );
            let help = match crate::diagnostic::nearest(folder, known.clone()) {
                Some(near) => say!("did you mean `{}`?", near),
                None => say!("the folders are {}", known.collect::<Vec<_>>().join(", ")),
            };
            faults.push(fault.at(folder.span, "unknown").help(help));
        }
    }
    for site in &config.embed.allow {
        if map::origin(site) != Some(site) {
            let message = say!("`{}` in `embed` is not the address of a site", site.value);
            let fault = Diagnostic::error("config/bad-site", message).at(site.span, "no site");
            let help = match map::origin(site) {
                Some(origin) => say!("write `{}`, without a path", origin),
                None => say!("write `https://` and the name of the host"),
            };
            faults.push(fault.help(help));
        }
    }
    if config.page_size.value == 0 {
        let fault = Diagnostic::error(
            "config/page-size",
            "a page of a list holds at least one entry",
        );
        faults.push(
            fault
                .at(config.page_size.span, "none at all")
                .help("write `page_size: 20`"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    fn read(text: &str) -> (Option<Config>, Vec<String>) {
        let source = Source {
            path: PATH.into(),
            text: text.into(),
        };
        let mut faults = Vec::new();
        let config = parse(&Sources::new(vec![source]), &mut faults);
        (
            config,
            faults.into_iter().map(|f| f.message.to_string()).collect(),
        )
    }

    #[test]
    fn everything_that_is_missing_is_told_at_once() {
        let (config, faults) = read("titel: Lab\nurl:\n");
        assert!(config.is_none());
        let expected = [
            "the field `url` is empty",
            "the field `languages` is missing",
            "the field `timezone` is missing",
            "there is no field `titel` here",
        ];
        assert_eq!(faults, expected);
    }

    #[test]
    fn what_must_be_there_is_enough() {
        let text =
            "title: Lab\nurl: https://lab.example\nlanguages: [nl]\ntimezone: Europe/Amsterdam\n";
        let (config, faults) = read(text);
        assert!(config.is_some() && faults.is_empty(), "{faults:?}");
    }

    #[test]
    fn a_name_that_yaml_takes_for_something_else_is_a_text() {
        let text =
            "title: 007\ntagline: true\nurl: https://lab.example\nlanguages: [nl]\ntimezone: UTC\n";
        let config = read(text).0.unwrap();
        assert_eq!(config.title.get("nl", "nl"), "007");
        assert_eq!(config.tagline.get("nl", "nl"), "true");
    }
}
