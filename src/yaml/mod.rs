//! YAML as a tree in which every node knows its place.
//!
//! The parser underneath is serde-saphyr's own, `granit-parser`: we take its events ourselves, for
//! then every scalar keeps the text as it was written (`007` stays `007`), every node keeps its
//! span, duplicate keys are told with both places, and one bad field does not hide the next.
//! Anchors and aliases are refused: no editor needs them, and they are how a small file becomes
//! gigabytes.

pub mod decode;
pub mod own;
pub mod problem;
mod refusal;

use crate::diagnostic::Diagnostic;
use crate::say;
use crate::source::{SourceId, Span};
use granit_parser::{Event, Parser, ScalarStyle};
pub use refusal::control;
use std::collections::BTreeMap;

/// Largest front matter or data file that is read, in bytes.
pub const LIMIT: usize = 1 << 20;
/// Deepest nesting that is read.
const DEPTH: usize = 32;

/// A node of the tree.
#[derive(Debug, Clone)]
pub struct Node {
    /// Number of the node in its file; tells nodes apart while decoding.
    pub id: u32,
    /// Where it stands.
    pub span: Span,
    /// What it holds.
    pub value: Value,
}

/// What a node holds.
#[derive(Debug, Clone)]
pub enum Value {
    /// A text, number, truth value or nothing: which of them is decided by who reads it.
    Scalar {
        /// The text after escapes.
        text: String,
        /// Whether it stood there without quotes.
        plain: bool,
    },
    /// A list.
    Sequence(Vec<Node>),
    /// Fields in the order in which they were written.
    Mapping(Vec<(Node, Node)>),
}

impl Node {
    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Whether nothing was written: an empty value, `null`, `~`.
    pub fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, plain: true } if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// Whether a program that asks for every field filled in nothing: `''`, `[]`, `{}`, `null`, and lists and groups
    /// of only these. A line on which somebody forgot the value is none of them.
    pub fn is_blank(&self) -> bool {
        match &self.value {
            Value::Scalar { text, plain: false } => text.is_empty(),
            // The parser tells a value that is not there as `~`.
            Value::Scalar { text, .. } => matches!(text.as_str(), "null" | "Null" | "NULL"),
            Value::Sequence(items) => items.iter().all(Node::is_blank),
            Value::Mapping(fields) => fields.iter().all(|(_, value)| value.is_blank()),
        }
    }

    /// Whether it is a text of which nobody sees anything: spaces, and the letters without width that come along when
    /// text is pasted. Among facts a space may have a meaning, in a title it has none.
    pub fn is_unseen(&self) -> bool {
        let without_width = |c: char| matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}');
        let unseen = |text: &str| text.chars().all(|c| c.is_whitespace() || without_width(c));
        self.text().is_some_and(unseen)
    }

    /// Whether the node of a number, this one or one below it, says nothing.
    fn is_blank_at(&self, id: u32) -> bool {
        match &self.value {
            _ if self.id == id => self.is_blank(),
            Value::Scalar { .. } => false,
            Value::Sequence(items) => items.iter().any(|item| item.is_blank_at(id)),
            Value::Mapping(fields) => fields.iter().any(|(_, value)| value.is_blank_at(id)),
        }
    }

    /// A group that stands between braces, written again, when all its values are texts.
    fn in_braces(&self) -> Option<String> {
        let Value::Mapping(fields) = &self.value else {
            return None;
        };
        // Without a brace a group begins where its first field does. A group that was put together has no number.
        let (first, _) = fields.first().filter(|_| self.id != 0)?;
        let written = fields
            .iter()
            .map(|(key, value)| Some(format!("{}: {}", key.text()?, value.text()?)));
        let written: Option<Vec<String>> = written.collect();
        (first.span.start > self.span.start)
            .then(|| format!("{{{}}}", written.unwrap_or_default().join(", ")))
    }

    /// The value of a field.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|(_, value)| value)
    }

    /// A field's name and value.
    pub fn entry(&self, key: &str) -> Option<&(Node, Node)> {
        match &self.value {
            Value::Mapping(fields) => fields.iter().find(|(name, _)| name.text() == Some(key)),
            _ => None,
        }
    }
}

/// Parses the bytes `range` of a source into a tree.
///
/// Returns what could be read together with everything that is wrong. An empty text is an empty
/// mapping.
pub fn parse(
    source: SourceId,
    text: &str,
    range: std::ops::Range<usize>,
) -> (Option<Node>, Vec<Diagnostic>) {
    let whole = Span::new(source, range.start, range.start);
    if range.len() > LIMIT {
        let size = range.len() as f64 / LIMIT as f64;
        let (what, help) = match range.start {
            0 => (
                say!("this file"),
                say!("spread it over fewer words: fields are names and short texts"),
            ),
            _ => (
                say!("this front matter"),
                say!("move the long text below the second line of dashes, where the body is"),
            ),
        };
        let message = say!(
            "{} is {} MB; at most 1 MB is read",
            what,
            format!("{size:.1}")
        );
        return (
            None,
            vec![
                Diagnostic::error("yaml/too-large", message)
                    .at(whole, "starts here")
                    .help(help),
            ],
        );
    }
    let yaml = &text[range.clone()];
    let mut unreadable = tabs(source, yaml, range.start);
    unreadable.extend(controls(source, yaml, range.start));
    if !unreadable.is_empty() {
        return (None, unreadable);
    }
    let mut builder = Builder {
        source,
        yaml,
        base: range.start,
        nodes: 0,
        faults: vec![],
    };
    let parsed = builder.document(&mut Parser::new_from_str(yaml));
    let mut faults = builder.faults;
    match parsed {
        Ok(Some(node)) => (Some(node), faults),
        Ok(None) => (
            Some(Node {
                id: 0,
                span: whole,
                value: Value::Mapping(vec![]),
            }),
            faults,
        ),
        Err(fault) => {
            faults.push(*fault);
            (None, faults)
        }
    }
}

/// A tab in an indentation is the slip that YAML explains worst, so it is found before parsing.
fn tabs(source: SourceId, yaml: &str, base: usize) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut at = base;
    for line in yaml.split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        if let Some(tab) = line[..indent].find('\t')
            && !line.trim().is_empty()
        {
            let span = Span::new(source, at + tab, at + indent);
            found.push(
                Diagnostic::error(
                    "yaml/tab",
                    "this line is indented with a tab; YAML allows only spaces",
                )
                .at(span, "a tab")
                .help("replace it with two spaces for each level"),
            );
        }
        at += line.len();
    }
    found
}

/// Whether a character is one that steers a machine: no text has it, no page may hold it, and no editor shows it.
pub fn is_control(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}')
}

/// The characters of a text that steer a machine, each with its place. They come along from word processors.
pub fn controls(source: SourceId, text: &str, base: usize) -> Vec<Diagnostic> {
    let found = text.char_indices().filter(|(_, c)| is_control(*c));
    let span = |n: usize| Span::new(source, base + n, base + n + 1);
    found.map(|(n, c)| refusal::control(span(n), c)).collect()
}

struct Builder<'y> {
    source: SourceId,
    yaml: &'y str,
    base: usize,
    nodes: u32,
    faults: Vec<Diagnostic>,
}

type Events<'a> = Parser<'a, granit_parser::StrInput<'a>>;
type Fault = Box<Diagnostic>;

impl Builder<'_> {
    fn span(&self, span: granit_parser::Span) -> Span {
        let range = span.byte_range().unwrap_or(0..0);
        Span::new(self.source, self.base + range.start, self.base + range.end)
    }

    fn document(&mut self, events: &mut Events) -> Result<Option<Node>, Fault> {
        let mut root = None;
        while let Some((event, span)) = self.next(events)? {
            match event {
                Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd => {}
                Event::StreamEnd => break,
                _ if root.is_some() => {
                    let fault = Diagnostic::error(
                        "yaml/syntax",
                        "a second YAML document begins here; only one is read",
                    );
                    return Err(Box::new(
                        fault
                            .at(self.span(span), "the second")
                            .help("remove the line `---` before it"),
                    ));
                }
                event => root = Some(self.node(event, span, events, 0)?),
            }
        }
        let nothing = root.as_ref().is_some_and(Node::is_null);
        Ok(root.filter(|_| !nothing))
    }

    fn next<'a>(
        &self,
        events: &mut Events<'a>,
    ) -> Result<Option<(Event<'a>, granit_parser::Span)>, Fault> {
        let next = events.next_event().transpose();
        next.map_err(|error| Box::new(refusal::tell(self.source, self.yaml, self.base, &error)))
    }

    fn node(
        &mut self,
        event: Event,
        span: granit_parser::Span,
        events: &mut Events,
        depth: usize,
    ) -> Result<Node, Fault> {
        let start = self.span(span);
        if depth > DEPTH {
            let fault = Diagnostic::error(
                "yaml/syntax",
                say!("this is nested more than {} levels deep", DEPTH),
            );
            return Err(Box::new(
                fault
                    .at(start, "too deep")
                    .help("no field needs that; check brackets and indentation"),
            ));
        }
        if event.is_alias() {
            return Err(Box::new(refusal::anchor(start)));
        }
        if event.anchor_id().is_some() {
            return Err(Box::new(refusal::anchor(self.anchor_before(start))));
        }
        self.nodes += 1;
        let id = self.nodes;
        let (value, span) = match event {
            Event::Scalar(text, style, ..) => {
                let plain = style == ScalarStyle::Plain;
                // Those that stand there as they are were told: these are written as `\x01`.
                if let Some(control) = text.chars().find(|c| is_control(*c)) {
                    self.faults.push(refusal::control(start, control));
                }
                (
                    Value::Scalar {
                        text: text.into_owned(),
                        plain,
                    },
                    start,
                )
            }
            Event::SequenceStart(..) => self.sequence(start, events, depth)?,
            Event::MappingStart(..) => self.mapping(start, events, depth)?,
            _ => {
                return Err(Box::new(
                    Diagnostic::error("yaml/syntax", "this YAML cannot be read")
                        .at(start, "here")
                        .help("check brackets, quotes and indentation"),
                ));
            }
        };
        Ok(Node { id, span, value })
    }

    /// The `&name` before what it names.
    fn anchor_before(&self, named: Span) -> Span {
        let before = named.range().start.saturating_sub(self.base);
        let before = self.yaml.get(..before).unwrap_or("");
        let Some(at) = before.rfind('&') else {
            return named;
        };
        let name = &before[at..];
        let end = at + name.find(char::is_whitespace).unwrap_or(name.len());
        Span::new(self.source, self.base + at, self.base + end)
    }

    fn sequence(
        &mut self,
        start: Span,
        events: &mut Events,
        depth: usize,
    ) -> Result<(Value, Span), Fault> {
        let mut items = Vec::new();
        let mut end = start;
        while let Some((event, span)) = self.next(events)? {
            if matches!(event, Event::SequenceEnd) {
                break;
            }
            let item = self.node(event, span, events, depth + 1)?;
            end = item.span;
            items.push(item);
        }
        Ok((
            Value::Sequence(items),
            Span {
                end: end.end.max(start.end),
                ..start
            },
        ))
    }

    fn mapping(
        &mut self,
        start: Span,
        events: &mut Events,
        depth: usize,
    ) -> Result<(Value, Span), Fault> {
        let mut fields: Vec<(Node, Node)> = Vec::new();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        let mut end = start;
        while let Some((event, span)) = self.next(events)? {
            if matches!(event, Event::MappingEnd) {
                break;
            }
            let key = self.node(event, span, events, depth + 1)?;
            let Some((event, span)) = self.next(events)? else {
                break;
            };
            let value = self.node(event, span, events, depth + 1)?;
            end = value.span;
            let first = key.text().and_then(|name| places.get(name));
            if let Some((first, _)) = first.map(|n| &fields[*n]) {
                let message = say!("`{}` is written twice", key.text().unwrap_or(""));
                self.faults.push(
                    Diagnostic::error("yaml/duplicate-key", message)
                        .at(key.span, "the second time")
                        .at(first.span, "the first time")
                        .help("keep one of the two"),
                );
                continue;
            }
            if let Some(name) = key.text() {
                places.insert(name.to_owned(), fields.len());
            }
            fields.push((key, value));
        }
        Ok((
            Value::Mapping(fields),
            Span {
                end: end.end.max(start.end),
                ..start
            },
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(yaml: &str) -> (Option<Node>, Vec<Diagnostic>) {
        parse(SourceId(0), yaml, 0..yaml.len())
    }

    #[test]
    fn scalars_keep_their_text_and_place() {
        let (node, faults) = read("code: 007\nname: \"x\"\n");
        assert!(faults.is_empty());
        let node = node.unwrap();
        let code = node.get("code").unwrap();
        assert_eq!(code.text(), Some("007"));
        assert_eq!(code.span.range(), 6..9);
        assert_eq!(node.get("name").unwrap().span.range(), 16..19);
    }

    #[test]
    fn duplicate_keys_tabs_and_anchors_each_have_their_code() {
        let codes = |yaml| read(yaml).1.iter().map(|d| d.code).collect::<Vec<_>>();
        assert_eq!(
            codes("a: 1\nb: 2\na: 3\na: 4\n"),
            ["yaml/duplicate-key", "yaml/duplicate-key"]
        );
        assert_eq!(codes("a:\n\tb: 1\n\tc: 1\n"), ["yaml/tab", "yaml/tab"]);
        assert_eq!(codes("a: &x [1]\nb: *x\n"), ["yaml/anchor"]);
        assert_eq!(codes("a: b: c\n"), ["yaml/syntax"]);
    }

    #[test]
    fn characters_that_steer_a_machine_are_told_as_they_are_and_as_escapes() {
        let told = |yaml: &str| {
            let faults = read(yaml).1.into_iter();
            let told = faults.map(|d| (d.code, yaml[d.labels[0].span.range()].to_owned()));
            told.collect::<Vec<_>>()
        };
        let code = "source/control-character";
        assert_eq!(told("a: x\u{b}y\n"), [(code, "\u{b}".to_owned())]);
        assert_eq!(
            told("a: \"x\\x01y\\0\"\n"),
            [(code, "\"x\\x01y\\0\"".to_owned())]
        );
        assert_eq!(told("a: \"x\\ty\\n\"\r\nb: c\td\n"), []);
    }

    #[test]
    fn nothing_is_an_empty_mapping() {
        for yaml in ["", "\n", "# a comment\n", "~"] {
            let (node, faults) = read(yaml);
            assert!(
                faults.is_empty()
                    && matches!(node.unwrap().value, Value::Mapping(fields) if fields.is_empty())
            );
        }
    }
}
