//! Bodies: Markdown to HTML in one pass, with the links and headings that later stages need.

mod gapped;

use crate::diagnostic::{Diagnostic, Words};
use crate::source::{SourceId, Span};
use crate::yaml::{control, controls, is_control};
use crate::{phrase, say};
use gapped::{Gapped, MARK};
use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html};
use std::collections::VecDeque;
use std::ops::Range;

/// A body, ready but for the addresses of what it links to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Markdown {
    /// HTML without the addresses of [`Markdown::links`].
    html: Box<str>,
    /// Where in `html` each of those addresses belongs.
    gaps: Vec<usize>,
    /// Links and pictures within the site, in the order of `gaps`.
    pub links: Vec<LocalLink>,
    /// Headings, in order.
    pub headings: Vec<Heading>,
}

/// A link or picture within the site, to be resolved once all addresses are known.
#[derive(Debug, Clone, PartialEq)]
pub struct LocalLink {
    /// As written, such as `../spaces/keuken.md` or `/agenda/`.
    pub target: String,
    /// Where it stands.
    pub span: Span,
    /// A picture, and not a link.
    pub image: bool,
}

/// How a local link or picture stands on a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// Where it leads, or where the picture lies.
    pub address: String,
    /// More attributes of a picture, ready for HTML, each with a space before it.
    pub attributes: String,
    /// Its other sizes and formats, as `<source>` elements; none of a link.
    pub sources: String,
}

impl From<String> for Shown {
    fn from(address: String) -> Self {
        Shown {
            address,
            ..Shown::default()
        }
    }
}

/// A heading of the body.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Heading {
    /// 2 to 6; the page's title is 1.
    pub level: u8,
    /// Anchor.
    pub id: String,
    /// Text without markup.
    pub title: String,
}

/// What Markdown can do beyond CommonMark.
pub const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_HEADING_ATTRIBUTES)
    .union(Options::ENABLE_DEFINITION_LIST);

/// Parses the bytes `range` of a source as Markdown.
pub fn parse(source: SourceId, text: &str, range: Range<usize>) -> (Markdown, Vec<Diagnostic>) {
    let body = &text[range.clone()];
    let mut pass = Pass {
        source,
        text: body,
        base: range.start,
        body: Markdown::default(),
        faults: controls(source, body, range.start),
        heading: None,
        picture: None,
        inner: 0,
        shift: u8::from(has_title(body)),
    };
    let mut parser = Parser::new_ext(body, OPTIONS).into_offset_iter();
    let mut held = VecDeque::new();
    let events = std::iter::from_fn(|| {
        while held.is_empty() || pass.heading.is_some() || pass.picture.is_some() {
            let Some((event, at)) = parser.next() else {
                break;
            };
            pass.event(event, at, &mut held);
        }
        held.pop_front()
    });
    let mut written = Gapped {
        html: String::with_capacity(body.len() * 3 / 2),
        gaps: vec![],
    };
    // Cannot fail: what is written to does not.
    let _ = html::write_html_fmt(&mut written, events);
    pass.body.html = written.html.as_str().into();
    pass.body.gaps = written.gaps;
    (pass.body, pass.faults)
}

/// Whether a body has a heading of level 1. Few have, and only what may have one is read twice.
fn has_title(body: &str) -> bool {
    let may_be = |line: &str| {
        let marks = line.bytes().position(|byte| byte == b'#' || byte == b'=');
        marks.is_some_and(|at| !line[at..].starts_with("##"))
    };
    let is_title = |event: Event| {
        let Event::Start(Tag::Heading { level, .. }) = event else {
            return false;
        };
        level == HeadingLevel::H1
    };
    body.lines().any(may_be) && Parser::new_ext(body, OPTIONS).any(is_title)
}

impl Markdown {
    /// The HTML, with the address of each local link by its number, and what else is known of a picture.
    pub fn html(&self, mut shown: impl FnMut(usize) -> Shown) -> String {
        let mut html = String::with_capacity(self.html.len() + self.links.len() * 32);
        let first = self.gaps.first().copied().unwrap_or(self.html.len());
        html.push_str(&self.html[..first]);
        let ends = self.gaps.iter().skip(1).copied().chain([self.html.len()]);
        for (n, (gap, end)) in self.gaps.iter().zip(ends).enumerate() {
            let piece = &self.html[*gap..end];
            let Shown {
                address,
                attributes,
                sources,
            } = shown(n);
            let begun = if sources.is_empty() {
                None
            } else {
                html.strip_suffix("<img src=\"")
            };
            let picture = begun.map(|before| format!("{before}<picture>{sources}<img src=\""));
            let in_picture = picture.is_some();
            html = picture.unwrap_or(html);
            html.push_str(&escape(&address));
            html.push('"');
            html.push_str(&attributes);
            let piece = piece.strip_prefix('"').unwrap_or(piece);
            // Texts in tags are escaped: the next `/>` ends the tag that was begun.
            match piece.split_once("/>").filter(|_| in_picture) {
                Some((rest, behind)) => html.extend([rest, "/></picture>", behind]),
                None => html.push_str(piece),
            }
        }
        html
    }

    /// Whether there is any text.
    pub fn is_empty(&self) -> bool {
        self.html.trim().is_empty()
    }
}

/// Escapes a text for HTML, also within quotes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"']) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => "&quot;",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out
}

/// The title of a picture that nobody misses who cannot see it.
const DECORATIVE: &str = "decorative";
const RAW_HTML: &str = phrase!("HTML in a text is not shown");
const MARKDOWN_INSTEAD: &str =
    phrase!("write it in Markdown; to show the characters themselves, put a backslash before `<`");

struct Pass<'t> {
    source: SourceId,
    /// The body, and where it begins in the source.
    text: &'t str,
    base: usize,
    body: Markdown,
    faults: Vec<Diagnostic>,
    /// Number of the heading's event among those that are held back until it ends, and its text so far.
    heading: Option<(usize, String)>,
    /// Number of a picture's event among them, where it stands, and whether it has a text.
    picture: Option<(usize, Range<usize>, bool)>,
    /// How many pictures were begun in the text of that one.
    inner: usize,
    /// One when the body has a heading of level 1, which is the page's own.
    shift: u8,
}

impl<'t> Pass<'t> {
    fn event<'a>(&mut self, event: Event<'a>, at: Range<usize>, out: &mut VecDeque<Event<'a>>) {
        if let Event::Text(text) | Event::Code(text) = &event {
            self.read(text, &at);
        }
        match event {
            event if self.is_unseen(&event) || is_mail(&event) => out.push_back(event),
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                title,
                id,
            }) => {
                let dest_url = self.link(dest_url, at, false);
                out.push_back(Event::Start(Tag::Link {
                    link_type,
                    dest_url,
                    title,
                    id,
                }));
            }
            Event::Start(Tag::Image {
                link_type,
                dest_url,
                title,
                id,
            }) => {
                self.picture = Some((out.len(), at.clone(), false));
                let dest_url = self.link(dest_url, at, true);
                out.push_back(Event::Start(Tag::Image {
                    link_type,
                    dest_url,
                    title,
                    id,
                }));
            }
            Event::End(TagEnd::Image) => {
                self.close_picture(out);
                out.push_back(event);
            }
            Event::Start(Tag::Heading {
                level,
                id,
                classes,
                attrs,
            }) => {
                self.heading = Some((out.len(), String::new()));
                out.push_back(Event::Start(Tag::Heading {
                    level: self.level(level),
                    id,
                    classes,
                    attrs,
                }));
            }
            Event::End(TagEnd::Heading(level)) => {
                self.close_heading(out);
                out.push_back(Event::End(TagEnd::Heading(self.level(level))));
            }
            Event::Start(Tag::Table(columns)) => {
                out.push_back(Event::Html("<div class=\"table\" tabindex=\"0\">\n".into()));
                out.push_back(Event::Start(Tag::Table(columns)));
            }
            Event::End(TagEnd::Table) => {
                out.push_back(Event::End(TagEnd::Table));
                out.push_back(Event::Html("</div>\n".into()));
            }
            Event::Start(Tag::HtmlBlock) => self.html_block(&at),
            Event::Html(_) | Event::End(TagEnd::HtmlBlock) => {}
            Event::InlineHtml(html) => self.tag(&html, &at),
            event => out.push_back(event),
        }
    }

    /// Whether it is a link or picture in the text of a picture, of which only the words are shown.
    fn is_unseen(&mut self, event: &Event) -> bool {
        if self.picture.is_none() {
            return false;
        }
        match event {
            Event::Start(Tag::Image { .. }) => self.inner += 1,
            Event::End(TagEnd::Image) if self.inner > 0 => self.inner -= 1,
            Event::Start(Tag::Link { .. }) => {}
            _ => return false,
        }
        true
    }

    /// The words of a heading are its title, those of a picture say what is on it.
    fn read(&mut self, text: &str, at: &Range<usize>) {
        self.refuse_control(text, at);
        if let Some((_, title)) = &mut self.heading {
            title.push_str(text);
        }
        if let Some((.., told)) = &mut self.picture {
            *told |= !text.trim().is_empty();
        }
    }

    /// A comment is dropped, anything else is refused: it would end up unchecked on the page.
    fn html_block(&mut self, at: &Range<usize>) {
        let html = &self.text[at.clone()];
        let first = html.lines().next().unwrap_or("").trim_end().len();
        let at = &(at.start..at.start + first);
        let mut rest = html.trim();
        while let Some(inner) = rest.strip_prefix("<!--") {
            let Some(end) = inner.find("-->") else {
                let message = say!("a comment begins here and does not end");
                return self.refuse_html(at, message, say!("put `-->` behind its last word"));
            };
            rest = inner[end + 3..].trim_start();
        }
        self.tag(rest, at);
    }

    /// A tag is told, unless it only closes what was told.
    fn tag(&mut self, html: &str, at: &Range<usize>) {
        let told = || self.faults.iter().any(|fault| fault.message == *RAW_HTML);
        let harmless = html.is_empty() || html.starts_with("<!--");
        if !harmless && (!html.starts_with("</") || !told()) {
            self.refuse_html(at, RAW_HTML, MARKDOWN_INSTEAD);
        }
    }

    /// A character that steers a machine may also be written by its number: `&#1;`.
    fn refuse_control(&mut self, text: &str, at: &Range<usize>) {
        let written = &self.text[at.clone()];
        if text.contains(is_control) && !written.contains(is_control) {
            let span = Span::new(self.source, self.base + at.start, self.base + at.end);
            let character = text.chars().find(|c| is_control(*c));
            self.faults.extend(character.map(|c| control(span, c)));
        }
    }

    fn refuse_html(
        &mut self,
        at: &Range<usize>,
        message: impl Into<Words>,
        help: impl Into<Words>,
    ) {
        let span = Span::new(self.source, self.base + at.start, self.base + at.end);
        self.faults.push(
            Diagnostic::error("markdown/raw-html", message)
                .at(span, "this would be left out")
                .help(help),
        );
    }

    /// A picture says in words what is to be seen, or that it is there for decoration only.
    fn close_picture(&mut self, out: &mut VecDeque<Event>) {
        let Some((n, at, false)) = self.picture.take() else {
            return;
        };
        match out.get_mut(n) {
            Some(Event::Start(Tag::Image { title, .. })) if &**title == DECORATIVE => {
                *title = CowStr::from("")
            }
            _ => {
                let span = Span::new(self.source, self.base + at.start, self.base + at.end);
                let fault = Diagnostic::error(
                    "markdown/no-alt",
                    "this picture has no text for who cannot see it",
                );
                let help = say!(
                    "say between the brackets what is to be seen: `![A pan of soup](…)`; if it is there for decoration only: `![](… \"{}\")`",
                    DECORATIVE
                );
                self.faults.push(fault.at(span, "no text").help(help));
            }
        }
    }

    fn level(&self, level: HeadingLevel) -> HeadingLevel {
        HeadingLevel::try_from(level as usize + usize::from(self.shift)).unwrap_or(HeadingLevel::H6)
    }

    fn close_heading(&mut self, out: &mut VecDeque<Event>) {
        let Some((n, title)) = self.heading.take() else {
            return;
        };
        let Some(Event::Start(Tag::Heading { level, id, .. })) = out.get_mut(n) else {
            return;
        };
        let wanted = id.as_deref().map_or_else(|| slug(&title), str::to_owned);
        let taken = |id: &str| self.body.headings.iter().any(|h| h.id == id);
        let unique = if taken(&wanted) {
            (2..).map(|n| format!("{wanted}-{n}")).find(|id| !taken(id))
        } else {
            None
        };
        let anchor = unique.unwrap_or(wanted);
        *id = Some(CowStr::from(anchor.clone()));
        self.body.headings.push(Heading {
            level: *level as u8,
            id: anchor,
            title,
        });
    }

    /// Addresses elsewhere stay; those within the site are noted and resolved later.
    fn link<'a>(&mut self, target: CowStr<'a>, at: Range<usize>, image: bool) -> CowStr<'a> {
        let scheme = target
            .split_once(':')
            .map(|(scheme, _)| scheme.to_ascii_lowercase());
        let is_scheme = |s: &str| {
            s.len() > 1
                && s.bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
        };
        match scheme.as_deref().filter(|s| is_scheme(s)) {
            Some("http" | "https" | "mailto" | "tel" | "webcal" | "geo") => return target,
            Some(scheme) => {
                let span = Span::new(self.source, self.base + at.start, self.base + at.end);
                let message = say!("links of the sort `{}:` are not allowed", scheme);
                let help = say!(
                    "link to a page with `https://`, to an address with `mailto:`, or to a file of this site"
                );
                self.faults.push(
                    Diagnostic::error("markdown/bad-link", message)
                        .at(span, "not allowed")
                        .help(help),
                );
                return CowStr::from("#");
            }
            None => {}
        }
        if target.starts_with('#') || target.starts_with("//") {
            return target;
        }
        let span = Span::new(self.source, self.base + at.start, self.base + at.end);
        self.body.links.push(LocalLink {
            target: target.into_string(),
            span,
            image,
        });
        CowStr::Borrowed(MARK)
    }
}

/// Whether an address to write to begins, in angle brackets: it gets its `mailto:` where it is written.
fn is_mail(event: &Event) -> bool {
    let Event::Start(Tag::Link { link_type, .. }) = event else {
        return false;
    };
    *link_type == LinkType::Email
}

/// A text as an anchor or part of an address: lower case, letters and digits, hyphens between.
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() {
        "deel".to_owned()
    } else {
        slug.to_owned()
    }
}

#[cfg(test)]
mod tests;
