//! One message to an editor: what is wrong, where, what was expected and how to mend it.
//!
//! A diagnostic is made where the mistake is known, in [`words`] that can be said in each language of editors, and
//! shown by one of five faces: [`terminal`], [`json`], [`github`], [`gitlab`] and [`sarif`].

pub mod github;
pub mod gitlab;
pub mod json;
pub mod sarif;
pub mod stories;
pub mod terminal;
pub mod words;

use crate::say;
use crate::source::{Sources, Span};
use std::collections::BTreeMap;
pub use words::{Language, Words};

/// How bad it is. Only an error stops a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is written while there is one of these.
    Error,
    /// The site is built; somebody should look.
    Warning,
}

/// A place in a source with a few words beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What about it; may be empty.
    pub text: Words,
}

/// A place in a file that is no source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InFile {
    /// Path relative to the site folder.
    pub path: String,
    /// Line, from 1; 0 where it has none.
    pub line: usize,
    /// Column, from 1; 0 where it has none.
    pub column: usize,
}

/// What is wrong, where, and the mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable name, `group/what-is-wrong`; `plein explain` tells its story.
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// One sentence in the editor's words.
    pub message: Words,
    /// The first label is where it is wrong, the others are what it clashes with.
    pub labels: Vec<Label>,
    /// The file, for a mistake that has no place in a source (a template, an image, a folder).
    pub file: Option<Box<InFile>>,
    /// What to do about it.
    pub help: Option<Words>,
}

impl Diagnostic {
    /// An error: nothing is written until it is mended.
    pub fn error(code: &'static str, message: impl Into<Words>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            labels: vec![],
            file: None,
            help: None,
        }
    }

    /// A warning: the site is built all the same.
    pub fn warning(code: &'static str, message: impl Into<Words>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, message)
        }
    }

    /// Points at a place. The first call names the main one, later calls what it clashes with.
    pub fn at(mut self, span: Span, text: impl Into<Words>) -> Self {
        self.labels.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Names a file for a mistake that has no place in a source.
    pub fn in_file(mut self, path: impl Into<String>) -> Self {
        let (line, column) = (0, 0);
        self.file = Some(Box::new(InFile {
            path: path.into(),
            line,
            column,
        }));
        self
    }

    /// Line and column in the file that [`Diagnostic::in_file`] names.
    pub fn on_line(mut self, line: usize, column: usize) -> Self {
        if let Some(file) = &mut self.file {
            (file.line, file.column) = (line, column);
        }
        self
    }

    /// Says what to do.
    pub fn help(mut self, help: impl Into<Words>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds "did you mean …?" when one of the known names is near.
    pub fn suggest<'a>(self, wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        match nearest(wrong, known) {
            Some(name) => self.help(say!("did you mean `{}`?", name)),
            None => self,
        }
    }

    /// The message and what to do about it in one text, with `between` between them.
    pub fn told(&self, language: Language, between: &str) -> String {
        let mut told = self.message.to(language);
        if let Some(help) = &self.help {
            told.push_str(between);
            told.push_str(&help.to(language));
        }
        told
    }

    /// File, line and column, for sorting and for messages of one line.
    pub fn place(&self, sources: &Sources) -> (String, usize, usize) {
        match self.labels.first() {
            Some(label) => {
                let (line, column) = sources.position(label.span.source, label.span.range().start);
                (sources.get(label.span.source).path.clone(), line, column)
            }
            None => self.file.as_ref().map_or_else(Default::default, |file| {
                (file.path.clone(), file.line, file.column)
            }),
        }
    }
}

/// What is longer than this is no name, and comparing it with all names would take long.
const LONGEST_NAME: usize = 200;

/// The known name that is nearest to a wrong one, if any is near enough to be meant.
pub fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if wrong.len() > LONGEST_NAME {
        return None;
    }
    let wrong = wrong.to_lowercase();
    let limit = (wrong.chars().count() / 3).clamp(1, 4);
    let letters = letters(&wrong);
    let measure = |name: &'a str| {
        let longer = wrong.len() > 3 && name.starts_with(&wrong);
        // Each edit makes a name at most one letter longer or shorter.
        let plain = name.is_ascii() && wrong.is_ascii();
        if !longer && plain && name.len().abs_diff(wrong.len()) > limit {
            return None;
        }
        let lower = name.to_lowercase();
        // Each edit changes at most one letter for another: most names need no closer look.
        let apart = |(a, b): (&i32, &i32)| a.abs_diff(*b) as usize;
        let others = self::letters(&lower);
        let differences: usize = letters.iter().zip(&others).map(apart).sum();
        if !longer && differences > 2 * limit {
            return None;
        }
        let distance = strsim::damerau_levenshtein(&wrong, &lower);
        (longer || distance <= limit).then_some((distance, name))
    };
    known
        .into_iter()
        .filter_map(measure)
        .min()
        .map(|(_, name)| name)
}

/// How often letters come in a text; several that are seldom met together share a place.
fn letters(text: &str) -> [i32; 256] {
    let mut counts = [0; 256];
    for letter in text.chars() {
        counts[letter as usize % 256] += 1;
    }
    counts
}

/// How many messages about one file are told.
pub const MOST: usize = 100;

/// All messages of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds many.
    pub fn extend(&mut self, more: impl IntoIterator<Item = Diagnostic>) {
        self.0.extend(more);
    }

    /// Every message, in the order of [`Diagnostics::sort`] once that was called.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// Those of one severity, in the same order.
    pub fn of(&self, severity: Severity) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter().filter(move |d| d.severity == severity)
    }

    /// How many of one severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.of(severity).count()
    }

    /// Whether anything forbids writing.
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A name for each by which it is known again when lines above it came or went: the code, the file, the
    /// message and the words it points at; of two that have all of these in common, which of them.
    pub fn fingerprints(&self, sources: &Sources) -> Vec<String> {
        let mut seen: BTreeMap<[u8; 32], u32> = BTreeMap::new();
        let print = |diagnostic: &Diagnostic| {
            let words = diagnostic.labels.first();
            let words = words.map_or("", |label| sources.snippet(label.span));
            let (file, _, _) = diagnostic.place(sources);
            let message = diagnostic.message.to_string();
            let mut hash = blake3::Hasher::new();
            for part in [diagnostic.code, &file, &message, words] {
                hash.update(part.as_bytes()).update(&[0]);
            }
            let again = seen.entry(*hash.finalize().as_bytes()).or_default();
            hash.update(&again.to_le_bytes());
            *again += 1;
            hash.finalize().to_hex()[..32].to_owned()
        };
        self.0.iter().map(print).collect()
    }

    /// Puts them in file order, then line and column, and drops exact repeats. Of each file the
    /// first [`MOST`] stay, errors before warnings.
    pub fn sort(&mut self, sources: &Sources) {
        self.limit();
        self.0
            .sort_by_cached_key(|d| (d.place(sources), d.severity, d.code));
    }
}

impl Diagnostics {
    /// Finding the line of a message takes a walk through its file, so this comes before sorting.
    fn limit(&mut self) {
        let place = |d: &Diagnostic| d.labels.first().map(|l| (l.span.source, l.span.start));
        let file = |d: &Diagnostic| d.labels.first().map(|l| l.span.source);
        self.0
            .sort_by_key(|d| (file(d), d.severity != Severity::Error, place(d)));
        // Repeats stand among those of the same place, but not always side by side.
        let mut each: Vec<Diagnostic> = Vec::with_capacity(self.0.len());
        for diagnostic in self.0.drain(..) {
            let mut here = each
                .iter()
                .rev()
                .take_while(|d| place(d) == place(&diagnostic));
            if here.all(|other| *other != diagnostic) {
                each.push(diagnostic);
            }
        }
        self.0 = each;
        let mut kept: Vec<Diagnostic> = Vec::new();
        for same in self.0.chunk_by(|a, b| file(a) == file(b)) {
            let most = file(&same[0]).map_or(same.len(), |_| MOST.min(same.len()));
            kept.extend_from_slice(&same[..most]);
            if let (Some(last), true) = (kept.last_mut(), same.len() > most) {
                let more = say!("{} more in this file are not shown", same.len() - most);
                last.help = Some(match last.help.take() {
                    Some(help) => say!("{}; {}", help, more),
                    None => more,
                });
            }
        }
        self.0 = kept;
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_messages_about_one_file_are_cut_short_and_errors_stay() {
        use crate::source::{Source, SourceId};
        let source = |path: &str| Source {
            path: path.into(),
            text: "x".repeat(1000).into(),
        };
        let sources = Sources::new(vec![source("a.md"), source("b.md")]);
        let at = |d: Diagnostic, file, byte| d.at(Span::new(SourceId(file), byte, byte), "");
        let mut diagnostics = Diagnostics::default();
        diagnostics.extend((0..200).map(|n| at(Diagnostic::warning("x/y", "m"), 0, n)));
        diagnostics.push(at(Diagnostic::error("x/y", "m"), 0, 999));
        diagnostics.push(at(Diagnostic::error("x/y", "m"), 1, 0));
        diagnostics.sort(&sources);
        assert_eq!(diagnostics.count(Severity::Warning), MOST - 1);
        assert_eq!(diagnostics.count(Severity::Error), 2);
        let more = diagnostics.iter().find_map(|d| d.help.as_ref());
        assert_eq!(
            more.map(Words::to_string).as_deref(),
            Some("101 more in this file are not shown")
        );
    }

    #[test]
    fn a_near_name_is_offered_and_a_far_one_is_not() {
        assert_eq!(nearest("titel", ["title", "topics"]), Some("title"));
        assert_eq!(
            nearest("stadskueken", ["stadskeuken", "stadstuin"]),
            Some("stadskeuken")
        );
        assert_eq!(nearest("zzzz", ["title", "topics"]), None);
    }

    #[test]
    fn a_message_is_told_once_also_when_another_of_its_place_stands_between() {
        let source = crate::source::Source {
            path: "a.md".into(),
            text: "x".into(),
        };
        let sources = Sources::new(vec![source]);
        let span = Span::new(crate::source::SourceId(0), 0, 1);
        let told =
            |message: &'static str| Diagnostic::error("yaml/missing-field", message).at(span, "");
        let mut diagnostics = Diagnostics::default();
        diagnostics.extend(["title", "start", "title", "start"].map(told));
        diagnostics.sort(&sources);
        let messages: Vec<String> = diagnostics.iter().map(|d| d.message.to_string()).collect();
        assert_eq!(messages, ["title", "start"]);
    }
}
