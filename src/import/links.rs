//! Links and pictures in bodies, to where their targets lie now.

use super::layout::{Files, Layout, Original};
use super::matter::Note;
use super::slug;
use crate::content::html::target;
use crate::phrase;
use pulldown_cmark::{Event, LinkType, Options, Parser, Tag};
use std::collections::BTreeMap;

/// Where an address leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// To where it led already.
    Same,
    /// To a document, by its number, with what follows the address.
    Document(usize, String),
    /// To a file of the repository.
    File(String),
    /// Elsewhere.
    Address(String),
    /// Nowhere that is known.
    Nowhere,
}

/// Knows documents by their old addresses and files by their paths.
pub struct Index<'a> {
    files: &'a Files,
    layout: &'a Layout,
    old_site: Option<&'a str>,
    addresses: BTreeMap<String, usize>,
    /// By what an address may have been; nothing where several may have had it.
    likely: BTreeMap<String, Option<usize>>,
    /// By the last part alone; nothing where several share it.
    names: BTreeMap<String, Option<usize>>,
}

fn key(address: &str) -> String {
    let address = address.to_lowercase().replace("%20", "-").replace(' ', "-");
    let address = address.trim_matches('/');
    let mut rest = address;
    for end in [".html", ".md", ".markdown", "/index", "/_index", ".htm"] {
        rest = rest.strip_suffix(end).unwrap_or(rest);
    }
    rest.trim_matches('/').to_owned()
}

impl<'a> Index<'a> {
    /// Indexes documents.
    pub fn new(
        originals: &[Original],
        files: &'a Files,
        layout: &'a Layout,
        old_site: Option<&'a str>,
    ) -> Self {
        let mut index = Index {
            files,
            layout,
            old_site,
            addresses: BTreeMap::new(),
            likely: BTreeMap::new(),
            names: BTreeMap::new(),
        };
        for (n, original) in originals.iter().enumerate() {
            let (sure, likely) = addresses(original, layout);
            for address in sure {
                index.addresses.entry(key(&address)).or_insert(n);
            }
            for address in likely {
                let known = index.likely.entry(key(&address)).or_insert(Some(n));
                if known.is_some_and(|known| known != n) {
                    *known = None;
                }
            }
            for name in [&original.name, &original.long_name] {
                let known = index.names.entry(key(name)).or_insert(Some(n));
                if known.is_some_and(|known| known != n) {
                    *known = None;
                }
            }
        }
        index
    }

    /// Where an address in a document leads.
    pub fn find(&self, from: &Original, address: &str, picture: bool) -> Found {
        let address = address.trim();
        let local = match self.old_site.and_then(|site| address.strip_prefix(site)) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => rest,
            _ => address,
        };
        if address.is_empty() {
            return Found::Nowhere;
        }
        if address.starts_with('#') || local.starts_with("//") {
            return if picture { Found::Nowhere } else { Found::Same };
        }
        if let Some((scheme, _)) = local.split_once(':').filter(|(scheme, _)| {
            scheme.len() > 1
                && scheme
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
        }) {
            return match scheme.to_ascii_lowercase().as_str() {
                "http" | "https" | "mailto" | "tel" | "webcal" | "geo" => Found::Same,
                _ => Found::Nowhere,
            };
        }
        let (path, rest) = local
            .find(['#', '?'])
            .map_or((local, ""), |n| local.split_at(n));
        let path = path.trim_start_matches("@/").replace("%20", " ");
        if !picture && let Some(document) = self.document(from, &path) {
            let anchor = rest.find('#').and_then(|n| rest.get(n..)).unwrap_or("");
            return Found::Document(document, anchor.to_owned());
        }
        if let Some(file) = self.file(from, &path) {
            return Found::File(file);
        }
        let whole = self.old_site.map(|site| {
            let joined = joined(&path, from);
            let joined = self
                .below(joined.trim_start_matches('/'))
                .trim_start_matches('_');
            format!("{site}/{joined}{rest}")
        });
        whole.map_or(Found::Nowhere, Found::Address)
    }

    /// A path without the folder that holds the content.
    fn below<'p>(&self, path: &'p str) -> &'p str {
        let mut roots = self.layout.content.iter();
        roots
            .find_map(|root| path.strip_prefix(root.as_str()))
            .unwrap_or(path)
    }

    fn document(&self, from: &Original, path: &str) -> Option<usize> {
        if path.is_empty() || path == "/" {
            return None;
        }
        let beside = joined(path, from);
        let root = self.below(&beside);
        // As a browser reads it: from the address of the page, which is a folder.
        let within = format!("{}/x", stem(&from.path));
        let page = resolved(path, &within);
        let page = self.below(&page).to_owned();
        let tried = [path, root, beside.as_str(), page.as_str()];
        let sure = || {
            tried
                .iter()
                .find_map(|path| self.addresses.get(&key(path)).copied())
        };
        let likely = || {
            tried
                .iter()
                .find_map(|path| self.likely.get(&key(path)).copied().flatten())
        };
        let found = sure().or_else(likely);
        let last = key(path).rsplit('/').next().unwrap_or("").to_owned();
        let file = path.rsplit('/').next().is_some_and(|name| {
            name.contains('.') && !name.ends_with(".md") && !name.ends_with(".html")
        });
        found.or_else(|| {
            self.names
                .get(&last)
                .copied()
                .flatten()
                .filter(|_| !file && last.len() > 6)
        })
    }

    /// A file of the repository, by an address on the old site or a path beside the document.
    pub fn file(&self, from: &Original, path: &str) -> Option<String> {
        let path = path.split(['?', '#']).next()?;
        if path.is_empty() || path.ends_with('/') {
            return None;
        }
        let plain = path.trim_start_matches('/');
        let root = &self.layout.root;
        let mut tried = vec![joined(path, from)];
        let base = from.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        tried.push(format!("{base}/{plain}"));
        for folder in [
            "static/",
            "assets/",
            "",
            "public/",
            "static/images/",
            "assets/images/",
            "assets/img/",
            "images/",
            "static/img/",
            "src/",
            "src/static/",
            "src/assets/",
            "content/",
        ] {
            tried.push(format!("{root}{folder}{plain}"));
        }
        tried.extend(
            self.layout
                .content
                .iter()
                .map(|content| format!("{content}{plain}")),
        );
        tried
            .into_iter()
            .find(|path| self.files.contains_key(path) && !path.ends_with(".md"))
    }
}

/// A path beside a document, from the root of the repository.
fn joined(path: &str, from: &Original) -> String {
    if path.starts_with('/') {
        return path.trim_start_matches('/').to_owned();
    }
    resolved(path, &from.path)
}

/// A path without its extension.
fn stem(path: &str) -> &str {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    stem.strip_suffix("/index")
        .or_else(|| stem.strip_suffix("/_index"))
        .unwrap_or(stem)
}

/// A path from that of a file.
fn resolved(path: &str, from: &str) -> String {
    if path.starts_with('/') {
        return path.trim_start_matches('/').to_owned();
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The addresses under which a document was known, and those under which it may have been.
fn addresses(original: &Original, layout: &Layout) -> (Vec<String>, Vec<String>) {
    let text = |name: &str| {
        original
            .fields
            .get(name)
            .and_then(|value| value.as_str())
            .map(str::to_owned)
    };
    let mut found = vec![original.path.clone()];
    let mut likely = Vec::new();
    found.extend(super::former::addresses(original, layout));
    found.extend(
        layout
            .content
            .iter()
            .filter_map(|root| original.path.strip_prefix(root.as_str()).map(str::to_owned)),
    );
    found.extend(["url", "permalink"].iter().filter_map(|name| text(name)));
    for name in ["aliases", "redirect_from"] {
        if let Some(serde_json::Value::Array(items)) = original.fields.get(name) {
            found.extend(
                items
                    .iter()
                    .filter_map(|item| item.as_str().map(str::to_owned)),
            );
        }
    }
    let slugs = [
        text("slug"),
        Some(original.name.clone()),
        Some(original.long_name.clone()),
    ];
    let language = original.language.clone();
    for name in slugs.into_iter().flatten() {
        found.push(format!("{}/{name}", original.folder));
        likely.push(format!("{}/{name}", original.section()));
        if let Some(language) = &language {
            found.push(format!("{language}/{}/{name}", original.folder));
        }
        if let Some(date) = original.date {
            let day = format!("{}/{:02}/{:02}", date.year(), date.month(), date.day());
            likely.push(format!("{day}/{name}"));
            likely.push(format!("blog/{day}/{name}"));
            likely.push(format!("news/{day}/{name}"));
            if let Some(category) = text("category").or_else(|| text("categories")) {
                likely.push(format!("{category}/{day}/{name}"));
            }
        }
    }
    (found, likely)
}

/// The name of a file among the media: its path without what every path begins with.
pub fn media_name(path: &str, layout: &Layout) -> String {
    let mut rest = path.strip_prefix(layout.root.as_str()).unwrap_or(path);
    for start in [
        "static/", "assets/", "public/", "src/", "content/", "images/", "img/", "media/",
        "uploads/",
    ] {
        rest = rest.strip_prefix(start).unwrap_or(rest);
    }
    let (stem, extension) = rest.rsplit_once('.').unwrap_or((rest, ""));
    let parts: Vec<String> = stem
        .split('/')
        .map(slug::slug)
        .filter(|part| !part.is_empty())
        .collect();
    let stem = if parts.is_empty() {
        "file".to_owned()
    } else {
        parts.join("/")
    };
    format!("media/{stem}.{}", extension.to_lowercase())
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST
}

/// A body with its links and pictures led to `lead`, which says what an address becomes; nothing where it leads nowhere.
pub fn led(
    body: &str,
    lead: &mut dyn FnMut(&str, bool) -> Option<String>,
    notes: &mut Vec<Note>,
) -> String {
    if !body.contains('[') {
        return body.to_owned();
    }
    let pictures = pass(body, true, lead, notes);
    pass(&pictures, false, lead, notes)
}

fn pass(
    body: &str,
    pictures: bool,
    lead: &mut dyn FnMut(&str, bool) -> Option<String>,
    notes: &mut Vec<Note>,
) -> String {
    let mut edits: Vec<(std::ops::Range<usize>, String)> = Vec::new();
    let parser = Parser::new_ext(body, options());
    if !pictures {
        for (_, definition) in parser.reference_definitions().iter() {
            let line = body.get(definition.span.clone()).unwrap_or("");
            let new = lead(&definition.dest, false).unwrap_or_else(|| "#".to_owned());
            if new != *definition.dest && line.contains(&*definition.dest) {
                edits.push((
                    definition.span.clone(),
                    line.replacen(&*definition.dest, &target(&new), 1),
                ));
            }
        }
    }
    for (event, range) in parser.into_offset_iter() {
        let (link_type, address, picture) = match event {
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                ..
            }) => (link_type, dest_url, false),
            Event::Start(Tag::Image {
                link_type,
                dest_url,
                ..
            }) => (link_type, dest_url, true),
            _ => continue,
        };
        let Some(slice) = body.get(range.clone()).filter(|_| picture == pictures) else {
            continue;
        };
        if matches!(link_type, LinkType::Autolink | LinkType::Email)
            || !picture && link_type != LinkType::Inline
        {
            continue;
        }
        let words = inner(slice);
        match lead(&address, picture) {
            Some(new) if picture && words.trim().is_empty() => {
                notes.push(
                    Note::repaired(phrase!(
                        "a picture without a text counts as decoration: say what is to be seen"
                    ))
                    .about(&address),
                );
                edits.push((range, format!("![]({} \"decorative\")", target(&new))));
            }
            Some(new) if new == *address => {}
            Some(new) if picture => edits.push((range, format!("![{words}]({})", target(&new)))),
            Some(new) => edits.push((range, format!("[{words}]({})", target(&new)))),
            None => {
                let what = if picture {
                    phrase!("a picture that is not there was left out")
                } else {
                    phrase!("a link that leads nowhere became plain text")
                };
                notes.push(Note::lost(what).about(&address));
                edits.push((range, words.to_owned()));
            }
        }
    }
    edited(body, edits)
}

/// What stands between the brackets of a link or picture.
fn inner(slice: &str) -> &str {
    let start = slice.find('[').map_or(0, |n| n + 1);
    let end = slice
        .rfind("](")
        .or_else(|| slice.rfind("]["))
        .or_else(|| slice.rfind(']'))
        .unwrap_or(slice.len());
    slice.get(start..end.max(start)).unwrap_or("")
}

/// A text with ranges replaced; of two that overlap the first counts.
pub fn edited(text: &str, mut edits: Vec<(std::ops::Range<usize>, String)>) -> String {
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (range, new) in edits {
        if range.start < at || range.end > text.len() {
            continue;
        }
        out += text.get(at..range.start).unwrap_or("");
        out += &new;
        at = range.end;
    }
    out + text.get(at..).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_led_and_what_leads_nowhere_keeps_its_words() {
        let mut notes = Vec::new();
        let mut lead = |address: &str, _: bool| match address {
            "/a" => Some("../events/a.md".to_owned()),
            "/p.png" => Some("../media/p.png".to_owned()),
            "/gone" => None,
            other => Some(other.to_owned()),
        };
        let body = "[a](/a \"t\") [b](/gone) ![](/p.png) [![x](/p.png)](/a) [c][r]\n\n[r]: /a\n";
        let expected = "[a](../events/a.md) b ![](../media/p.png \"decorative\") [![x](../media/p.png)](../events/a.md) [c][r]\n\n[r]: ../events/a.md\n";
        assert_eq!(led(body, &mut lead, &mut notes), expected);
    }
}
