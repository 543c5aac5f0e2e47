//! Quotes go where nobody needs them, and lists between brackets get a space behind each comma.

use super::{is_flow, replaced};
use crate::yaml::{Node, Value};
use std::ops::Range;

/// The text with its values in plain form.
pub fn plain(text: &str, _: Range<usize>, node: &Node) -> Option<String> {
    let mut splices = vec![];
    value(text, node, false, &mut splices);
    Some(replaced(text, splices))
}

fn value(text: &str, node: &Node, within: bool, splices: &mut Vec<(Range<usize>, String)>) {
    let flow = is_flow(text, node);
    match &node.value {
        Value::Scalar { text: said, plain } => {
            let own = &text[node.span.range()];
            if !plain
                && own.starts_with(['"', '\''])
                && !own.contains(['\n', '\\'])
                && is_word(said, within || flow)
            {
                splices.push((node.span.range(), said.clone()));
            }
        }
        Value::Sequence(items) => {
            if flow {
                spaces(text, node.span.range().start, items, splices);
            }
            items
                .iter()
                .for_each(|item| value(text, item, within || flow, splices));
        }
        Value::Mapping(fields) => {
            fields
                .iter()
                .for_each(|(_, own)| value(text, own, within || flow, splices));
        }
    }
}

/// One space behind each comma of a list on one line, and none within its brackets.
fn spaces(text: &str, start: usize, items: &[Node], splices: &mut Vec<(Range<usize>, String)>) {
    let mut gap = |range: Range<usize>, around: &str, new: &str| {
        let own = text.get(range.clone()).unwrap_or("\n");
        if own != new && !own.contains('\n') && own.trim() == around {
            splices.push((range, new.to_owned()));
        }
    };
    let (Some(first), Some(last)) = (items.first(), items.last()) else {
        return;
    };
    gap(start + 1..first.span.range().start, "", "");
    for pair in items.windows(2) {
        if let [one, two] = pair {
            gap(one.span.range().end..two.span.range().start, ",", ", ");
        }
    }
    let end = last.span.range().end;
    if let Some(closing) = text[end..].find(']') {
        gap(end..end + closing, "", "");
    }
}

/// Whether a text is the same with and without quotes for every reader of YAML: it begins with a letter, and no letter in
/// it means anything.
fn is_word(text: &str, flow: bool) -> bool {
    const NOT_TEXT: &[&str] = &[
        "true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf", "infinity",
    ];
    let inside = |c: char| match c {
        ' ' | '.' | '!' | '?' | '(' | ')' | '/' | '&' | '-' | '\'' | '’' | '…' | '–' | ';'
        | '+' => true,
        ',' => !flow,
        c => c.is_alphanumeric(),
    };
    text.starts_with(char::is_alphabetic)
        && text.chars().all(inside)
        && !text.ends_with(' ')
        && !NOT_TEXT.contains(&&*text.to_lowercase())
}
