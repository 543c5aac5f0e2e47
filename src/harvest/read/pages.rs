//! Pages, and the blocks of JSON-LD in them.

use super::linked::read_value;
use super::record::Harvest;
use crate::content::html::tags::{entities, read_tag};
use crate::say;
use serde_json::Value;

/// Most blocks of one page.
const BLOCKS: usize = 200;

/// The blocks of JSON-LD in a page: their text. What stands in a comment is not there.
pub fn blocks(html: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = html
        .get(at..)
        .and_then(|rest| rest.find('<'))
        .map(|n| at + n)
    {
        let rest = html.get(next..).unwrap_or("");
        at = next + 1;
        if rest.starts_with("<!--") {
            at = rest.find("-->").map_or(html.len(), |end| next + end + 3);
        } else if rest
            .as_bytes()
            .get(1..7)
            .is_some_and(|name| name.eq_ignore_ascii_case(b"script"))
        {
            let window = rest.get(..rest.floor_char_boundary(2000)).unwrap_or("");
            let Some(tag) = read_tag(window).filter(|tag| tag.name == "script") else {
                continue;
            };
            let body = rest.get(tag.end..).unwrap_or("");
            let end = closing(body);
            let kind = tag.attributes.iter().find(|(name, _)| name == "type");
            if kind.is_some_and(|(_, kind)| kind.to_ascii_lowercase().contains("ld+json"))
                && found.len() < BLOCKS
            {
                found.push(body.get(..end).unwrap_or(""));
            }
            at = next + tag.end + end;
        }
    }
    found
}

fn closing(body: &str) -> usize {
    let mut ends = body.match_indices("</").map(|(at, _)| at);
    let script = |at: &usize| {
        body.as_bytes()
            .get(at + 2..at + 8)
            .is_some_and(|name| name.eq_ignore_ascii_case(b"script"))
    };
    ends.find(script).unwrap_or(body.len())
}

/// Reads what stands in the blocks of a page.
pub fn read_blocks(blocks: &[&str], harvest: &mut Harvest) {
    for (n, block) in blocks.iter().enumerate() {
        let bare = bare(block);
        let named = || entities(bare);
        let read = serde_json::from_str::<Value>(bare)
            .or_else(|_| serde_json::from_str(&mended(bare)))
            .or_else(|why| serde_json::from_str(&named()).map_err(|_| why));
        match read {
            Ok(value) => read_value(&value, harvest),
            Err(error) => harvest.refuse(
                say!("block {} of JSON-LD", n + 1),
                say!("it is not JSON: {}", error.to_string()),
            ),
        }
    }
}

/// A block without what hides it from browsers that know no scripts, or from XML: whole comments before and behind it.
fn bare(block: &str) -> &str {
    const BEFORE: [&str; 7] = ["<!--//-->", "<![CDATA[", "<!--", "//", "/*", "*/", ">"];
    const BEHIND: [&str; 8] = ["<!]]>", "]]>", "-->", "//", "/*", "*/", ";", "/"];
    let mut bare = block.trim();
    while let Some(rest) = BEFORE.iter().find_map(|mark| bare.strip_prefix(mark)) {
        bare = rest.trim_start();
    }
    while let Some(rest) = BEHIND.iter().find_map(|mark| bare.strip_suffix(mark)) {
        bare = rest.trim_end();
    }
    bare
}

/// JSON in which line ends and tabs stand within texts, as many sites publish it, or a comma before the end.
fn mended(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut quoted, mut escaped) = (false, false);
    for c in text.chars() {
        match c {
            '"' if !escaped => quoted = !quoted,
            '\n' if quoted => {
                out += "\\n";
                continue;
            }
            c if quoted && c.is_control() => {
                out.push(' ');
                continue;
            }
            '}' | ']' if !quoted => {
                let kept = out.trim_end().len();
                if out.get(..kept).is_some_and(|text| text.ends_with(',')) {
                    out.truncate(kept - 1);
                }
            }
            _ => {}
        }
        escaped = c == '\\' && !escaped;
        out.push(c);
    }
    out
}
