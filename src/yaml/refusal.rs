//! Why YAML cannot be read, in an editor's words: the parser speaks of simple keys and indicators.

use crate::diagnostic::{Diagnostic, Words};
use crate::say;
use crate::source::{SourceId, Span};
use granit_parser::{ErrorKind, ScanError};
use std::ops::Range;

/// What the parser refuses, told by the line on which it stumbles.
pub(super) fn tell(source: SourceId, text: &str, base: usize, error: &ScanError) -> Diagnostic {
    let at = error.marker().byte_offset().unwrap_or(0).min(text.len());
    let at = match error.kind() {
        ErrorKind::UnclosedQuotedScalar
        | ErrorKind::InvalidQuotedScalarIndent
        | ErrorKind::DocumentIndicatorInQuotedScalar => opening_quote(text, at),
        ErrorKind::InvalidTrailingSingleQuotedScalar
            if has_apostrophe(&text[line_of(text, at)]) =>
        {
            opening_quote(text, at)
        }
        ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::ExpectedFlowSequenceSeparator
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping
        | ErrorKind::ExpectedFlowMappingSeparator => opening_bracket(text, at),
        _ => at,
    };
    if matches!(
        error.kind(),
        ErrorKind::UnknownAnchor | ErrorKind::MissingAnchorOrAliasName
    ) {
        let end = at
            + text[at..]
                .find(char::is_whitespace)
                .unwrap_or(text.len() - at);
        return anchor(Span::new(source, base + at, base + end));
    }
    let line = &text[line_of(text, at)];
    let (message, help) =
        apostrophe(error.kind(), line).unwrap_or_else(|| words(error.kind(), line));
    let escape = matches!(error.kind(), ErrorKind::UnknownQuotedScalarEscape);
    let escape = escape.then(|| unknown_escape(text, at)).flatten();
    let place = escape.unwrap_or_else(|| place(error.kind(), text, at));
    let span = Span::new(source, base + place.start, base + place.end);
    Diagnostic::error("yaml/syntax", message)
        .at(span, "here")
        .help(help)
}

/// What is told of `&name` and `*name`.
pub(super) fn anchor(span: Span) -> Diagnostic {
    Diagnostic::error(
        "yaml/anchor",
        "anchors (`&name`) and aliases (`*name`) are not used in Plein",
    )
    .at(span, "not read")
    .help("write the value out; put quotes around a text that begins with `&` or `*`")
}

/// What is told of a character that steers a machine.
pub fn control(span: Span, character: char) -> Diagnostic {
    let number = format!("U+{:04X}", u32::from(character));
    Diagnostic::error(
        "source/control-character",
        say!("a character that nobody can see stands here: {}", number),
    )
    .at(span, "not for texts")
    .help("remove it; it came along when the text was pasted")
}

/// The quote that is not closed: the parser reads on from it, to the end if need be.
fn opening_quote(text: &str, at: usize) -> usize {
    let mut line = line_of(text, at);
    loop {
        let words = &text[line.clone()];
        let value = words.find(": ").map_or(0, |n| n + 2);
        let value = words.len() - words[value..].trim_start_matches(['-', ' ']).len();
        if words[value..].starts_with(['"', '\'']) && line.start + value <= at {
            return line.start + value;
        }
        if line.start == 0 {
            return at;
        }
        line = line_of(text, line.start - 1);
    }
}

/// The bracket that is not closed: the last one before the place where the parser gives up. Within a text
/// brackets mean nothing.
fn opening_bracket(text: &str, at: usize) -> usize {
    let mut open = Vec::new();
    let mut before = '\n';
    for (n, c) in text[..at].char_indices() {
        match c {
            '[' | '{' if "\n:-,[{".contains(before) => open.push(n),
            ']' | '}' => drop(open.pop()),
            _ => {}
        }
        before = if c == ' ' { before } else { c };
    }
    open.pop().unwrap_or(at)
}

/// The backslash, with the character behind it, that means nothing between the double quotes that begin here.
fn unknown_escape(text: &str, at: usize) -> Option<Range<usize>> {
    let mut letters = text[at..].char_indices();
    while let Some((n, c)) = letters.next() {
        if c != '\\' {
            continue;
        }
        let (_, next) = letters.next()?;
        if !"0abt\tnvfre \"/\\N_LPxuU\n\r".contains(next) {
            return Some(at + n..at + n + 1 + next.len_utf8());
        }
    }
    None
}

fn words(kind: &ErrorKind, line: &str) -> (Words, Words) {
    use ErrorKind as K;
    match kind {
        K::UnclosedQuotedScalar
        | K::InvalidQuotedScalarIndent
        | K::DocumentIndicatorInQuotedScalar => (
            say!("a quote is opened here and not closed"),
            say!(
                "put the same quote at the end of the text; an apostrophe within single quotes is written twice: `'foto''s'`"
            ),
        ),
        K::InvalidTrailingSingleQuotedScalar | K::InvalidTrailingDoubleQuotedScalar => (
            say!("there is more after the closing quote"),
            say!(
                "put the whole text between quotes, and quotes of the other sort within it: `'\"Soep\" koken'`"
            ),
        ),
        K::UnknownQuotedScalarEscape => (
            say!("a backslash between double quotes has a meaning of its own"),
            say!("use single quotes, or write the backslash twice"),
        ),
        K::UnclosedFlowCollection { open } => closing(*open),
        K::UnexpectedEofFlowSequence | K::ExpectedFlowSequenceSeparator => closing('['),
        K::UnexpectedEofFlowMapping
        | K::UnexpectedEofImplicitFlowMapping
        | K::ExpectedFlowMappingSeparator => closing('{'),
        K::MisplacedFlowCollectionEnd | K::MismatchedFlowCollectionEnd { .. } => (
            say!("this bracket closes nothing"),
            say!(
                "check that each `[` has its `]` and each `{` its `}`; a text with brackets needs quotes around it"
            ),
        ),
        K::SimpleKeyExpected | K::InvalidSimpleKey | K::UnexpectedEndOfPlainScalar => (
            say!("this line is no field: it has no `: ` after its name"),
            say!(
                "write `name: value`, with a space after the colon; a text that goes on on the next line is indented by two spaces"
            ),
        ),
        K::UnexpectedCharacter { character } => (
            say!("a value cannot begin with `{}`", character),
            say!("put quotes around it: `{}`", quoted(line)),
        ),
        K::BlockSequenceEntryNotAllowed | K::BlockEntryInFlowCollection => (
            say!("a list cannot begin here"),
            say!(
                "put each item on a line of its own below the field's name, after two spaces and `- `"
            ),
        ),
        _ if has_second_colon(line) => (
            say!("there is a second `: ` in this line"),
            say!("put quotes around the value: `{}`", quoted(line)),
        ),
        K::ExpectedBlockMappingKey
        | K::InvalidIndentation
        | K::ExpectedBlockSequenceEntry
        | K::InvalidColonPlacement
        | K::MappingValueNotAllowed => (
            say!("this line is indented otherwise than those above it"),
            say!(
                "fields of one group begin below each other; those within a field are indented by two spaces"
            ),
        ),
        _ => (
            say!("this YAML cannot be read"),
            say!(
                "a value that holds `: ` or ` #`, or begins with one of `@ % & * ! | > [ { \" '`, needs quotes around it"
            ),
        ),
    }
}

fn closing(open: char) -> (Words, Words) {
    let (close, example) = match open {
        '{' => ('}', "{nl: Energie, en: Energy}"),
        _ => (']', "[energie, wonen]"),
    };
    (
        say!("`{}` is opened and not closed with `{}`", open, close),
        say!(
            "write `{}`; a text that begins with `{}` needs quotes around it",
            example,
            open
        ),
    )
}

/// What is told of a quote that is none: a text begins with a word that is shortened.
fn apostrophe(kind: &ErrorKind, line: &str) -> Option<(Words, Words)> {
    let of_quotes = matches!(
        kind,
        ErrorKind::UnclosedQuotedScalar
            | ErrorKind::InvalidTrailingSingleQuotedScalar
            | ErrorKind::InvalidQuotedScalarIndent
            | ErrorKind::DocumentIndicatorInQuotedScalar
    );
    (of_quotes && has_apostrophe(line)).then(|| {
        (
            say!("a text that begins with an apostrophe needs quotes around it"),
            say!("put quotes around it: `{}`", quoted(line)),
        )
    })
}

/// Whether the value of a line begins with a word that is shortened: `'t`, `'s`, `'n`, `'90`.
fn has_apostrophe(line: &str) -> bool {
    let value = line.split_once(": ").map_or("", |(_, value)| value.trim());
    let word = value
        .strip_prefix('\'')
        .and_then(|rest| rest.split(' ').next());
    word.is_some_and(|word| {
        let shortened = ["t", "s", "n", "k", "m", "r", "ns", "tis", "twas"];
        shortened.contains(&&*word.to_lowercase()) || word.starts_with(|c: char| c.is_ascii_digit())
    })
}

fn has_second_colon(line: &str) -> bool {
    line.matches(": ").count() + usize::from(line.ends_with(':')) > 1
}

/// The line with its value between quotes, of a sort that the value does not hold.
fn quoted(line: &str) -> String {
    let (name, value) = line.split_once(": ").unwrap_or((line, ""));
    let quote = if value.contains('"') { '\'' } else { '"' };
    format!("{}: {quote}{}{quote}", name.trim(), value.trim())
}

/// The words to point at: the value when the line has a second colon, else from where it goes wrong.
fn place(kind: &ErrorKind, text: &str, at: usize) -> Range<usize> {
    let line = line_of(text, at);
    let words = &text[line.clone()];
    let indent = words.len() - words.trim_start().len();
    let whole = line.start + indent..line.end;
    if matches!(
        kind,
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey
    ) {
        return whole;
    }
    if text[at..].starts_with(['"', '\'']) {
        return at..line.end.max(at);
    }
    if has_second_colon(words)
        && let Some(n) = words.find(": ")
    {
        return line.start + n + 2..line.end;
    }
    if matches!(kind, ErrorKind::MappingValueNotAllowed) {
        return whole;
    }
    let next = text[at..].chars().next().filter(|c| *c != '\n');
    match next {
        Some(c) => at..at + c.len_utf8(),
        None if whole.is_empty() => at..at,
        None => whole,
    }
}

/// The line that holds a byte, without its end; the last line that holds anything when `at` is the end.
fn line_of(text: &str, at: usize) -> Range<usize> {
    let mut at = at;
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let at = match text[at..].trim().is_empty() {
        true => text[..at].trim_end().len(),
        false => at,
    };
    let start = text[..at].rfind('\n').map_or(0, |n| n + 1);
    let end = text[at..].find('\n').map_or(text.len(), |n| at + n);
    start..start + text[start..end].trim_end().len()
}
