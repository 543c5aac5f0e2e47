//! The mend of a mistake where it is one word for another: "did you mean …?".

use crate::diagnostic::{Diagnostic, Words, nearest};
use crate::source::{Sources, Span};

/// What to write instead, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mend {
    /// What it takes the place of.
    pub span: Span,
    /// What to write.
    pub text: String,
}

/// The mend of a mistake, if it is one word that can be written for another.
pub fn mend(fault: &Diagnostic, sources: &Sources) -> Option<Mend> {
    let Some(Words::Said(said, parts)) = &fault.help else {
        return None;
    };
    let parts: Vec<&str> = parts
        .iter()
        .map(|part| match part {
            Words::Written(text) => Some(text.as_str()),
            Words::Said(..) => None,
        })
        .collect::<Option<_>>()?;
    let right = match (said.strip_prefix("did you mean "), &parts[..]) {
        (Some(rest), [word, ..]) if rest.starts_with("`{}`?") => (*word).to_owned(),
        (Some("`{}/{}`?"), [folder, name]) => format!("{folder}/{name}"),
        _ => return None,
    };
    let mut span = fault.labels.first()?.span;
    let written = sources.get(span.source).text.get(span.range())?;
    let quotes = written.starts_with(['"', '\'']) && written.len() >= 2;
    let wrong = match quotes {
        true => &written[1..written.len() - 1],
        false => written,
    };
    // Some mistakes are shown on more than the word that is wrong.
    if wrong.is_empty()
        || wrong.contains(char::is_whitespace)
        || nearest(wrong, [&*right]).is_none()
    {
        return None;
    }
    if quotes {
        (span.start, span.end) = (span.start + 1, span.end - 1);
    }
    Some(Mend { span, text: right })
}
