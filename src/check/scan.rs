//! Pages as they are rendered: what they link to, and what can be linked to in them.
//!
//! Each page is read as it is rendered, and of it is kept only what leads nowhere, what leads to a place
//! within another page, and a number for each of its own places: a large site takes little memory.

use crate::diagnostic::Diagnostic;
use crate::output::{self, Artifact, Plan, Press, Subject};
use crate::site::listing::Scope;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// What was found in the files that are published.
#[derive(Default)]
pub struct Found {
    /// Links to addresses of this site where nothing is.
    pub addresses: Vec<Reference>,
    /// Links to a place that the page lacks.
    pub anchors: Vec<Reference>,
    /// Calendars and feeds: address, media type and length.
    pub feeds: Vec<(String, &'static str, usize)>,
}

/// A link as it stands in a page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// As it was written.
    pub written: String,
    /// The address that it means.
    pub path: String,
    /// The place within the page.
    pub anchor: Option<String>,
    /// The page that holds it.
    pub page: String,
    /// What that page is about.
    pub subject: Subject,
    /// Number of that page's language.
    pub language: Option<usize>,
}

/// A page that was read.
struct Page {
    path: String,
    places: Vec<u64>,
    nowhere: Vec<Reference>,
    elsewhere: Vec<Reference>,
}

enum Read {
    Page(Page),
    Feed(String, &'static str, usize),
}

/// Renders and reads every page, calendar and feed.
pub fn look(press: &Press, plan: &Plan, faults: &mut Vec<Diagnostic>) -> Found {
    let known: BTreeSet<&str> = plan.redirects.iter().map(|r| r.from.as_str()).collect();
    let is_read = |one: &&Artifact| is_page(one) || (is_feed(one) && !is_of_a_year(press, one));
    let wanted: Vec<&Artifact> = plan.iter().filter(is_read).collect();
    let read: Vec<Result<Read, Diagnostic>> = wanted
        .par_iter()
        .map(|artifact| {
            let bytes = output::render(press, plan, artifact)?;
            if is_feed(artifact) {
                let path = artifact.path.clone();
                return Ok(Read::Feed(path, artifact.media_type, bytes.len()));
            }
            let html = String::from_utf8_lossy(&bytes);
            Ok(Read::Page(page(press, plan, &known, artifact, &html)))
        })
        .collect();
    let (mut found, mut pages) = (Found::default(), Vec::new());
    for one in read {
        match one {
            Ok(Read::Page(page)) => pages.push(page),
            Ok(Read::Feed(path, media_type, length)) => {
                found.feeds.push((path, media_type, length))
            }
            Err(fault) if !faults.contains(&fault) => faults.push(fault),
            Err(_) => {}
        }
    }
    let lacks = |reference: &&Reference| {
        let at = |path: &str| {
            pages
                .binary_search_by(|page| page.path.as_str().cmp(path))
                .ok()
        };
        let page = at(&reference.path).and_then(|n| pages.get(n));
        let anchor = reference.anchor.as_deref().unwrap_or("");
        page.is_some_and(|page| !page.has(anchor))
    };
    let leading = pages.iter().flat_map(|page| &page.elsewhere);
    found.anchors = leading.filter(lacks).cloned().collect();
    found.addresses = pages.into_iter().flat_map(|page| page.nowhere).collect();
    found
}

fn is_page(artifact: &Artifact) -> bool {
    artifact.media_type.starts_with("text/html") && !artifact.is_compressed()
}

fn is_feed(artifact: &Artifact) -> bool {
    let feeds = [
        "text/calendar",
        "application/rss+xml",
        "application/atom+xml",
        "application/feed+json",
    ];
    let is = |feed: &&str| artifact.media_type.starts_with(feed);
    feeds.iter().any(is) && !artifact.is_compressed()
}

/// The calendar of a year that is over: nobody subscribes to it.
fn is_of_a_year(press: &Press, artifact: &Artifact) -> bool {
    let listings = &press.site.listings;
    let Subject::Listing(n) = artifact.subject else {
        return false;
    };
    let scope = listings.get(n).map(|listing| listing.scope);
    matches!(scope, Some(Scope::Year(..)))
}

impl Page {
    fn has(&self, place: &str) -> bool {
        self.places.binary_search(&number(place)).is_ok()
    }
}

/// A number for the name of a place (FNV-1a).
fn number(name: &str) -> u64 {
    let mix = |sum: u64, byte: u8| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    name.bytes().fold(0xcbf2_9ce4_8422_2325, mix)
}

fn page(
    press: &Press,
    plan: &Plan,
    redirects: &BTreeSet<&str>,
    artifact: &Artifact,
    html: &str,
) -> Page {
    let root = press.site.config.url.trim_end_matches('/');
    let mut page = Page {
        path: artifact.path.clone(),
        places: vec![],
        nowhere: vec![],
        elsewhere: vec![],
    };
    let mut written: BTreeSet<String> = BTreeSet::new();
    attributes(html, |tag, name, value| match name {
        "id" => page.places.push(number(&value)),
        "name" if tag == "a" => page.places.push(number(&value)),
        "href" | "src" | "poster" => drop(written.insert(value)),
        "action" if !value.is_empty() => drop(written.insert(value)),
        "srcset" => {
            let each = value
                .split(", ")
                .filter_map(|one| one.split_whitespace().next());
            written.extend(each.map(str::to_owned));
        }
        "content" if tag == "meta" && value.starts_with(root) => drop(written.insert(value)),
        _ => {}
    });
    page.places.sort_unstable();
    for written in written {
        let Some((path, anchor)) = resolve(root, &artifact.path, &written) else {
            continue;
        };
        let planned = planned(plan, redirects, &path);
        let reference = Reference {
            path: planned.clone().unwrap_or(path),
            anchor: anchor.filter(|anchor| !anchor.is_empty() && !anchor.starts_with(":~:")),
            written,
            page: artifact.path.clone(),
            subject: artifact.subject,
            language: artifact.language,
        };
        match planned {
            None => page.nowhere.push(reference),
            Some(_) if reference.anchor.is_some() => page.elsewhere.push(reference),
            Some(_) => {}
        }
    }
    page
}

/// What is planned at an address, or where it is understood; `None` when nothing is there.
fn planned(plan: &Plan, redirects: &BTreeSet<&str>, path: &str) -> Option<String> {
    // The index of whole texts is made from the pages, after them.
    if path.starts_with("/pagefind/") {
        return Some(path.to_owned());
    }
    let decoded = percent_decoded(path);
    let folder = format!("{decoded}/");
    let index = decoded.strip_suffix("index.html").unwrap_or(&decoded);
    let mut forms = [path, &decoded, &folder, index].into_iter();
    let found = forms.find(|form| plan.find(form).is_some() || redirects.contains(form));
    found.map(str::to_owned)
}

/// The address on this site, without what is asked of it, and the place within it; `None` for what lies
/// elsewhere.
pub fn resolve(root: &str, page: &str, written: &str) -> Option<(String, Option<String>)> {
    let (address, anchor) = match written.split_once('#') {
        Some((address, anchor)) => (address, Some(percent_decoded(anchor))),
        None => (written, None),
    };
    let own = address.strip_prefix(root);
    let own = own.filter(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    let address = own.unwrap_or(address);
    let scheme = address.split(['/', '?']).next().unwrap_or("");
    if address.starts_with("//") || (own.is_none() && scheme.contains(':')) {
        return None;
    }
    let address = address.split('?').next().unwrap_or("");
    let path = match address {
        "" if own.is_some() => "/".to_owned(),
        "" => page.to_owned(),
        rooted if rooted.starts_with('/') => rooted.to_owned(),
        relative => {
            let folder = page.rfind('/').map_or("/", |n| &page[..=n]);
            joined(folder, relative)
        }
    };
    Some((path, anchor))
}

/// A relative address from a folder.
fn joined(folder: &str, relative: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let mut is_folder = false;
    for part in relative.split('/') {
        is_folder = matches!(part, "" | "." | "..");
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let end = if is_folder && !parts.is_empty() {
        "/"
    } else {
        ""
    };
    format!("/{}{end}", parts.join("/"))
}

/// A text without percent signs for its characters.
pub fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        let digits = behind
            .get(..2)
            .and_then(|two| std::str::from_utf8(two).ok());
        let byte = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
        match (first, byte) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = behind.get(2..).unwrap_or(&[]);
            }
            _ => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// Every attribute of every element: its element, its name and its value.
fn attributes(html: &str, mut see: impl FnMut(&str, &str, String)) {
    let mut rest = html;
    while let Some((_, inner)) = rest.split_once('<') {
        rest = inner;
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, behind)| behind);
            continue;
        }
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        let (tag, behind) = rest.split_at(end.unwrap_or(rest.len()));
        if !tag.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let tag = tag.to_ascii_lowercase();
        rest = of_element(behind, |name, value| see(&tag, name, value));
        if matches!(tag.as_str(), "script" | "style") {
            let end = format!("</{tag}");
            rest = rest.find(&end).map_or("", |n| &rest[n..]);
        }
    }
}

/// The attributes of one element; gives what stands behind it.
fn of_element(mut rest: &str, mut see: impl FnMut(&str, String)) -> &str {
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() || rest.starts_with('>') {
            return rest.strip_prefix('>').unwrap_or("");
        }
        let is_end = |c: char| c.is_ascii_whitespace() || matches!(c, '=' | '>' | '/');
        // A name has at least one character, whichever it is.
        let first = rest.chars().next().map_or(1, char::len_utf8);
        let length = rest[first..].find(is_end).map_or(rest.len(), |n| first + n);
        let (name, behind) = rest.split_at(length);
        rest = behind.trim_start();
        let Some(value) = rest.strip_prefix('=') else {
            continue;
        };
        let value = value.trim_start();
        let (value, behind) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
            _ => {
                let end = value.find(|c: char| c.is_ascii_whitespace() || c == '>');
                value.split_at(end.unwrap_or(value.len()))
            }
        };
        rest = behind;
        see(&name.to_ascii_lowercase(), unescaped(value));
    }
}

/// A value as it is meant.
fn unescaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, behind)) = rest.split_once('&') {
        text.push_str(before);
        let character = behind.split_once(';').filter(|(name, _)| name.len() <= 8);
        match character.and_then(|(name, after)| Some((named(name)?, after))) {
            Some((character, after)) => {
                text.push(character);
                rest = after;
            }
            None => {
                text.push('&');
                rest = behind;
            }
        }
    }
    text + rest
}

fn named(name: &str) -> Option<char> {
    let code = match name {
        "amp" => return Some('&'),
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "quot" => return Some('"'),
        "apos" => return Some('\''),
        name => name.strip_prefix('#')?,
    };
    let number = match code.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok()?,
        None => code.parse().ok()?,
    };
    char::from_u32(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn links_and_places_are_read_and_scripts_are_not() {
        let html = "<!doctype html><a href=/a/?x=1&amp;y=2 ID='eén'>x</a><!-- <a href=no> -->\
            <script>a = \"<a href='no'>\"</script><img alt=\"a > b\" src=\"&#x2F;b.jpg\"/><p hidden>";
        let mut found = Vec::new();
        attributes(html, |tag, name, value| {
            found.push(format!("{tag} {name} {value}"))
        });
        let expected = [
            "a href /a/?x=1&y=2",
            "a id eén",
            "img alt a > b",
            "img src /b.jpg",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn an_address_is_understood_from_its_page() {
        let at = |written| resolve("https://lab.example", "/en/agenda/", written);
        let on = |path: &str| Some((path.to_owned(), None));
        assert_eq!(at("soep/"), on("/en/agenda/soep/"));
        assert_eq!(at("../plekken/a.ics?x"), on("/en/plekken/a.ics"));
        assert_eq!(at("https://lab.example"), on("/"));
        assert_eq!(at("https://lab.example/a/"), on("/a/"));
        assert_eq!(at("https://lab.example.org/"), None);
        assert_eq!(at("mailto:a@b.example"), None);
        assert_eq!(at("//elders.example/"), None);
        let here = Some(("/en/agenda/".to_owned(), Some("één".to_owned())));
        assert_eq!(at("#%C3%A9%C3%A9n"), here);
    }

    proptest! {
        #[test]
        fn any_page_can_be_read(html in ".{0,200}", page in "/[a-z/]{0,9}") {
            attributes(&html, |_, _, value| drop(resolve("https://a.example", &page, &value)));
            percent_decoded(&html);
            unescaped(&html);
        }

        #[test]
        fn anything_like_a_page_can_be_read(html in "[<>a-c=\"'/! &;#x0-9%é-]{0,80}") {
            attributes(&html, |_, _, value| drop(resolve("https://a.example", "/", &value)));
            percent_decoded(&html);
        }
    }
}
