//! Marks of Markdown, or of another system's templates, that mean nothing where they stand, so that people read them as they are;
//! and in a field a `#` that cuts off a text.

use super::{Check, Rule};
use crate::content::Kind;
use crate::content::markdown::OPTIONS;
use crate::content::shape::{is_text, resolve, shape};
use crate::diagnostic::{Diagnostic, Words};
use crate::say;
use crate::site::Site;
use crate::source::front_matter::split;
use crate::source::{SourceId, Sources, Span};
use crate::yaml::{self, Node, Value};
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};
use serde_json::Value as Schema;
use std::ops::Range;

/// The rule.
pub const RULE: Rule = Rule {
    code: "check/stray-marks",
    check: Check::OfSite(check),
};

fn check(site: &Site, sources: &Sources) -> Vec<Diagnostic> {
    let versions = site.entries.iter().flat_map(|entry| &entry.versions);
    let bodies = versions
        .clone()
        .flat_map(|version| of_body(sources, version.source));
    let fields = site.entries.iter().flat_map(|entry| {
        let versions = entry.versions.iter();
        versions.flat_map(|version| of_fields(sources, version.source, entry.kind))
    });
    fields.chain(bodies).collect()
}

/// Texts of fields that a `#` cuts off: `title: Vergadering #3`.
fn of_fields(sources: &Sources, source: SourceId, kind: &Kind) -> Vec<Diagnostic> {
    let text = &sources.get(source).text;
    let mut found = Vec::new();
    let cut = |line: &str| {
        let begins = |rest: &str| rest.starts_with(|c: char| c.is_alphanumeric());
        line.starts_with(' ') && line.trim_start().strip_prefix('#').is_some_and(begins)
    };
    // Most files hold no `#` where one could cut anything off, and are not read again.
    let Some(matter) = split(text)
        .ok()
        .filter(|parts| text[parts.yaml.clone()].contains(" #"))
    else {
        return found;
    };
    let root = &shape(kind).schema;
    let Some(node) = yaml::parse(source, text, matter.yaml).0 else {
        return found;
    };
    written(root, root, &node, &mut |key, value| {
        let rest = text.get(value.range().end..).unwrap_or("");
        let line = rest.lines().next().unwrap_or("");
        if cut(line) {
            let end = value.range().end + line.trim_end().len();
            let span = Span::new(source, value.range().start, end);
            let whole = text.get(span.range()).unwrap_or("");
            let message = say!("this text ends before the `#`: a comment begins there");
            let quoted = whole.replace('\\', "\\\\").replace('"', "\\\"");
            let help = say!("put quotes around the whole: `{}: \"{}\"`", key, quoted);
            let fault = Diagnostic::warning(RULE.code, message).at(span, "the rest is left out");
            found.push(fault.help(help));
        }
    });
    found
}

/// The texts among the fields that stand there without quotes, each with the name of its field.
fn written(root: &Schema, schema: &Schema, node: &Node, see: &mut impl FnMut(&str, Span)) {
    let Value::Mapping(fields) = &node.value else {
        return;
    };
    for (key, value) in fields {
        let name = key.text().unwrap_or("");
        let schema = resolve(root, &schema["properties"][name]);
        match &value.value {
            Value::Scalar { plain: true, .. } if is_text(schema) => see(name, value.span),
            Value::Scalar { .. } => {}
            Value::Mapping(_) => written(root, schema, value, see),
            Value::Sequence(items) => {
                let schema = resolve(root, &schema["items"]);
                items
                    .iter()
                    .for_each(|item| written(root, schema, item, see));
            }
        }
    }
}

/// What is wrong and how to mend it.
type Told = (Words, Words);

fn of_body(sources: &Sources, source: SourceId) -> Vec<Diagnostic> {
    let text = &sources.get(source).text;
    let Ok(parts) = split(text) else {
        return vec![];
    };
    let base = parts.body.start;
    let found = strays(&text[parts.body]);
    let tell = |(at, (message, help)): (Range<usize>, Told)| {
        let span = Span::new(source, base + at.start, base + at.end);
        Diagnostic::warning(RULE.code, message)
            .at(span, "as it stands")
            .help(help)
    };
    found.into_iter().map(tell).collect()
}

/// Everything stray in a body, in its order.
fn strays(body: &str) -> Vec<(Range<usize>, Told)> {
    let mut found = Vec::new();
    let mut read: Vec<Range<usize>> = Vec::new();
    let (mut link, mut in_code) = (None, false);
    for (event, at) in Parser::new_ext(body, OPTIONS).into_offset_iter() {
        match event {
            Event::Text(_) if !in_code => match read.last_mut() {
                Some(last) if last.end == at.start => last.end = at.end,
                _ => read.push(at.clone()),
            },
            Event::Start(Tag::CodeBlock(ref kind)) => {
                in_code = true;
                found.extend(open_fence(body, kind, at.clone()));
            }
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::End(TagEnd::Link) => found.extend(link.take().map(|at| (at, wordless()))),
            _ => {}
        }
        link = match event {
            Event::Start(Tag::Link { .. }) => Some(at),
            _ => None,
        };
    }
    for at in read {
        let strays = in_text(&body[at.clone()]).into_iter();
        found.extend(strays.map(|(part, told)| (at.start + part.start..at.start + part.end, told)));
    }
    found.sort_by_key(|(at, _)| at.start);
    found
}

fn wordless() -> Told {
    (
        say!("this link has no words, so nobody can see or hear it"),
        say!("write between the brackets where it leads"),
    )
}

/// A block of code that goes on to the end of the text, because nothing closes it.
fn open_fence(body: &str, kind: &CodeBlockKind, at: Range<usize>) -> Option<(Range<usize>, Told)> {
    let block = body[at.clone()].trim_end();
    let last = block
        .lines()
        .last()
        .unwrap_or("")
        .trim_start_matches([' ', '>']);
    let closed = block.contains('\n') && (last.starts_with("```") || last.starts_with("~~~"));
    if closed || matches!(kind, CodeBlockKind::Indented) {
        return None;
    }
    let first = block.lines().next().unwrap_or("").len();
    let message = say!("this block of code is not closed, so all that follows is part of it");
    let help = say!("put a line with the same marks below it");
    Some((at.start..at.start + first, (message, help)))
}

/// Marks in what is read as plain text.
fn in_text(text: &str) -> Vec<(Range<usize>, Told)> {
    let mut found = Vec::new();
    let until = |from: usize, end: &str| Some(from + text[from..].find(end)? + end.len());
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let Some(c) = rest.chars().next() else { break };
        let stray = match c {
            '[' if rest.starts_with("[^") => {
                until(at, "]").map(|end| (end, footnote(&text[at..end])))
            }
            '[' => until(at, "]").and_then(|end| match text[end..].chars().next()? {
                '(' => Some((until(end, ")")?, unread_link())),
                '[' => {
                    let end = until(end, "]")?;
                    Some((end, reference(&text[at..end])))
                }
                _ => None,
            }),
            '{' if rest.starts_with("{%") => until(at, "%}").map(|end| (end, template())),
            '{' if rest.starts_with("{{") => until(at, "}}").map(|end| (end, template())),
            _ => None,
        };
        match stray {
            Some((end, told)) => {
                found.push((at..end, told));
                at = end;
            }
            None => at += c.len_utf8(),
        }
    }
    found
}

fn footnote(written: &str) -> Told {
    (
        say!("there is no footnote `{}`", written),
        say!("add a line `{}: …` with its words, below the text", written),
    )
}

fn reference(written: &str) -> Told {
    (
        say!("nothing says where `{}` leads", written),
        say!("write the address behind the words, between `(` and `)`"),
    )
}

fn unread_link() -> Told {
    (
        say!("this is no link: its address holds a space"),
        say!("write `%20` for the space, or put the address between `<` and `>`"),
    )
}

fn template() -> Told {
    (
        say!("this is a command of another system, which means nothing here"),
        say!(
            "write what should stand here; to show the characters themselves, put backticks around them"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(body: &str) -> Vec<&str> {
        strays(body).into_iter().map(|(at, _)| &body[at]).collect()
    }

    #[test]
    fn marks_that_mean_nothing_are_found() {
        assert_eq!(of("Zie dit[^1]."), ["[^1]"]);
        assert_eq!(
            of("Zie [de keuken][k] en *[daar][d]*."),
            ["[de keuken][k]", "[daar][d]"]
        );
        assert_eq!(of("Zie [hier](de keuken.md)."), ["[hier](de keuken.md)"]);
        assert_eq!(
            of("{% include x %} en {{< y >}}"),
            ["{% include x %}", "{{< y >}}"]
        );
        assert_eq!(of("Zie [](over.md)."), ["[](over.md)"]);
        assert_eq!(of("Zie\n\n```sh\nplein\n"), ["```sh"]);
    }

    #[test]
    fn marks_that_mean_something_are_not() {
        for fine in [
            "Zie dit[^1].\n\n[^1]: Daar.",
            "Zie [de keuken][k].\n\n[k]: keuken.md",
            "Hij zei [sic] niets (nu).",
            "`{{ page.title }}` en \\[a\\](b c)",
            "```\n{% x %}\n```\n\n> ~~~\n> [a][b]\n> ~~~",
            "    {{ ingesprongen }}",
            "[![Een pan](pan.svg)](soep.md) en <https://lab.example>",
        ] {
            assert_eq!(of(fine), [""; 0], "{fine}");
        }
    }
}
