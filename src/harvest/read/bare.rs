//! HTML without its tags, as the plain words that people see.

use crate::content::html::tags;

/// HTML as plain text, with an empty line between blocks.
pub fn plain(html: &str) -> String {
    let html = html.replace("&commat;", "@");
    match html.contains('<') {
        true => tags::entities(&stripped(&html)),
        false => tags::entities(&html),
    }
}

/// Elements of which the words are for programs.
const FOR_PROGRAMS: [&str; 4] = ["script", "style", "template", "noscript"];

/// HTML without its tags, in one pass: a block ends a line, and what is for programs goes whole.
pub fn stripped(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        out += before;
        let begins = tag.get(1..).is_some_and(|name| {
            name.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'))
        });
        let end = if begins { tag.find('>') } else { None };
        let Some(end) = end else {
            out.push('<');
            rest = tag.get(1..).unwrap_or("");
            if begins {
                break;
            }
            continue;
        };
        let name: String = tag
            .trim_start_matches(['<', '/'])
            .chars()
            .take(12)
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        match name.to_ascii_lowercase().as_str() {
            "br" => out.push('\n'),
            name if tags::BLOCKS.contains(&name) => out += "\n\n",
            _ => {}
        }
        rest = tag.get(end + 1..).unwrap_or("");
        if let Some(name) = opens(tag, &name.to_ascii_lowercase()) {
            rest = behind(rest, name);
        }
    }
    out += rest;
    out
}

/// The element for programs that a tag of this name opens.
fn opens(tag: &str, name: &str) -> Option<&'static str> {
    let known = FOR_PROGRAMS.iter().copied().find(|known| *known == name);
    known.filter(|_| !tag.starts_with("</"))
}

/// What follows on the end of an element; nothing when it never ends.
fn behind<'h>(html: &'h str, name: &str) -> &'h str {
    let ends = |at: &usize| {
        let found = html.as_bytes().get(at + 2..at + 2 + name.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
    };
    let end = html.match_indices("</").map(|(at, _)| at).find(ends);
    let tag = end.and_then(|at| html.get(at..)).unwrap_or("");
    tag.find('>').and_then(|at| tag.get(at + 1..)).unwrap_or("")
}
