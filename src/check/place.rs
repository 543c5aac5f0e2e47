//! Where in a file something stands: fields of front matter, links and headings of a body.

use crate::content::markdown::OPTIONS;
use crate::source::front_matter::split;
use crate::source::{SourceId, Sources, Span};
use crate::yaml::{self, Node, Value};
use pulldown_cmark::{Event, Parser, Tag};
use std::ops::Range;

/// The front matter of a record, or the whole of a file with data, as a tree.
pub fn fields(sources: &Sources, source: SourceId) -> Option<Node> {
    let file = sources.get(source);
    let range = match file.path.ends_with(".md") {
        true => split(&file.text).ok()?.yaml,
        false => 0..file.text.len(),
    };
    yaml::parse(source, &file.text, range).0
}

/// The value of a field; of the part of the way that is there, or else the beginning of the file. Items of
/// lists are named by their number.
pub fn field(sources: &Sources, source: SourceId, way: &[&str]) -> Span {
    let start = Span::new(source, 0, 3);
    let Some(root) = fields(sources, source) else {
        return start;
    };
    let (mut node, mut span) = (&root, start);
    for step in way {
        let next = match &node.value {
            Value::Sequence(items) => step.parse().ok().and_then(|n: usize| items.get(n)),
            _ => node.get(step),
        };
        let Some(next) = next else { break };
        (node, span) = (next, next.span);
    }
    span
}

/// Every text in a tree, with its place.
pub fn texts(node: &Node, see: &mut impl FnMut(&str, Span)) {
    match &node.value {
        Value::Scalar { text, .. } => see(text, node.span),
        Value::Sequence(items) => items.iter().for_each(|item| texts(item, see)),
        Value::Mapping(fields) => fields.iter().for_each(|(_, value)| texts(value, see)),
    }
}

/// A link in a body.
pub struct Link {
    /// Where it leads, as written.
    pub target: String,
    /// Where it stands.
    pub span: Span,
}

/// A picture in a body with its text.
pub struct Picture {
    /// Where it lies, as written.
    pub target: String,
    /// What is said of it.
    pub alt: String,
    /// Where it stands.
    pub span: Span,
}

/// What a body holds that rules ask for.
#[derive(Default)]
pub struct Body {
    /// Links, in order.
    pub links: Vec<Link>,
    /// Pictures, in order.
    pub pictures: Vec<Picture>,
    /// Where the headings stand, in order.
    pub headings: Vec<Span>,
}

/// Reads the body of a record again, for what was not kept of it.
pub fn body(sources: &Sources, source: SourceId) -> Body {
    let text = &sources.get(source).text;
    let mut body = Body::default();
    let Ok(parts) = split(text) else {
        return body;
    };
    let base = parts.body.start;
    let span = |at: Range<usize>| Span::new(source, base + at.start, base + at.end);
    let mut open: Option<Picture> = None;
    let events = Parser::new_ext(&text[parts.body], OPTIONS).into_offset_iter();
    for (event, at) in events {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) => body.links.push(Link {
                target: dest_url.into_string(),
                span: span(at),
            }),
            Event::Start(Tag::Image { dest_url, .. }) => {
                open = Some(Picture {
                    target: dest_url.into_string(),
                    alt: String::new(),
                    span: span(at),
                });
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(picture) = &mut open {
                    picture.alt.push_str(&text);
                }
            }
            Event::End(pulldown_cmark::TagEnd::Image) => body.pictures.extend(open.take()),
            Event::Start(Tag::Heading { .. }) => {
                let heading = span(at);
                // Its line end is no part of it.
                let length = sources.snippet(heading).trim_end().len();
                let start = heading.range().start;
                body.headings.push(Span::new(source, start, start + length));
            }
            _ => {}
        }
    }
    body
}
