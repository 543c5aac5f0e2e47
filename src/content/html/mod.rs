//! HTML as Markdown: what Markdown has is kept, of what it has not the words.

mod blocks;
pub mod tags;

use blocks::{items, table, tidy};
use tags::{
    BLOCKS, GONE, INLINE, Tag, VOID, code, entities, fence, is_element, read_tag, short, words,
};

/// What of HTML is not kept as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// An element that Markdown does not have, left out with all that stands in it.
    LeftOut,
    /// An element that a site made for itself, of which what stands in it is kept.
    Unwrapped,
    /// A frame, film or sound, of which a link is kept.
    Linked,
    /// A remark in the source; told with its text.
    Remark,
    /// A link without words; told with its address.
    Wordless,
}

/// An element that was opened and not closed yet, with what stands in it so far.
struct Open {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
}

impl Open {
    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// A body with its HTML in the words of Markdown. Fenced code and code in lines stay as they are.
/// `tell` hears what is not kept, with the name of its element.
pub fn markdown(text: &str, tell: &mut dyn FnMut(Fate, &str)) -> String {
    if !text.contains('<') {
        return text.to_owned();
    }
    let mut writer = Writer {
        open: vec![],
        out: String::with_capacity(text.len()),
        tell,
    };
    let (mut at, mut line_start) = (0, true);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if line_start && writer.depth_of("pre") == 0 {
            if let Some(end) = fence(rest) {
                writer.push(rest.get(..end).unwrap_or(""));
                at += end;
                continue;
            }
            // What stands in a block of HTML is indented for the eye only.
            if writer
                .open
                .iter()
                .any(|open| BLOCKS.contains(&open.name.as_str()))
            {
                let spaces = rest.len() - rest.trim_start_matches([' ', '\t']).len();
                at += spaces;
                line_start = false;
                continue;
            }
        }
        let step = match rest.as_bytes().first() {
            Some(b'`') if writer.depth_of("pre") == 0 => {
                let end = code(rest);
                writer.push(rest.get(..end).unwrap_or(""));
                end
            }
            Some(b'\\') => {
                let end = 1 + rest.chars().nth(1).map_or(0, char::len_utf8);
                writer.push(rest.get(..end).unwrap_or(""));
                end
            }
            Some(b'<') => writer.angle(rest),
            _ => {
                let end = rest.find(['<', '`', '\\', '\n']).unwrap_or(rest.len());
                let end = if rest.starts_with('\n') {
                    1
                } else {
                    end.max(1)
                };
                writer.text(rest.get(..end).unwrap_or(""));
                end
            }
        };
        let step = step.max(1);
        line_start = text
            .get(at..at + step)
            .is_some_and(|piece| piece.ends_with('\n'));
        at += step;
        while !text.is_char_boundary(at) {
            at += 1;
        }
    }
    while writer.open.pop().map(|open| writer.close(open)).is_some() {}
    tidy(&writer.out)
}

struct Writer<'n> {
    open: Vec<Open>,
    out: String,
    tell: &'n mut dyn FnMut(Fate, &str),
}

impl Writer<'_> {
    fn push(&mut self, text: &str) {
        match self.open.last_mut() {
            Some(open) => open.text += text,
            None => self.out += text,
        }
    }

    /// A text; an empty line ends what was left open within a paragraph.
    fn text(&mut self, text: &str) {
        self.push(text);
        let ends = self.open.last().is_some_and(|open| {
            INLINE.contains(&open.name.as_str()) && open.text.ends_with("\n\n")
        });
        if ends && let Some(mut open) = self.open.pop() {
            let words = open.text.trim_end().len();
            open.text.truncate(words);
            self.close(open);
            self.push("\n\n");
        }
    }

    fn depth_of(&self, name: &str) -> usize {
        self.open.iter().filter(|open| open.name == name).count()
    }

    /// What begins with `<`: a comment, a tag, an address, or the sign itself. Gives its length.
    fn angle(&mut self, rest: &str) -> usize {
        for (begin, end) in [
            ("<!--", "-->"),
            ("<?", "?>"),
            ("<![CDATA[", "]]>"),
            ("<!", ">"),
        ] {
            if rest.starts_with(begin) {
                let stop = rest.find(end);
                self.remark(
                    rest.get(begin.len()..stop.unwrap_or(rest.len()))
                        .unwrap_or(""),
                );
                return stop.map_or(rest.len(), |n| n + end.len());
            }
        }
        let Some(tag) = read_tag(rest).filter(|tag| is_element(&tag.name)) else {
            let inner = rest
                .get(1..)
                .and_then(|r| r.split(['>', '\n']).next())
                .unwrap_or("");
            let linked =
                inner.contains("://") || inner.starts_with("mailto:") || inner.contains('@');
            if linked
                && !inner.contains(char::is_whitespace)
                && rest
                    .get(1 + inner.len()..)
                    .is_some_and(|r| r.starts_with('>'))
            {
                self.push(rest.get(..inner.len() + 2).unwrap_or("<"));
                return inner.len() + 2;
            }
            let lone = inner
                .starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
            self.push(if lone { "\\<" } else { "<" });
            return 1;
        };
        if GONE.contains(&tag.name.as_str()) && !tag.closes {
            (self.tell)(Fate::LeftOut, &tag.name);
            let end = format!("</{}", tag.name);
            let closes = |at: &usize| {
                let slice = rest.get(*at..*at + end.len());
                slice.is_some_and(|slice| slice.eq_ignore_ascii_case(&end))
            };
            let mut ends = rest.match_indices("</").map(|(at, _)| at);
            let stop = ends
                .find(closes)
                .and_then(|n| Some(n + rest.get(n..)?.find('>')? + 1));
            return if tag.empty {
                tag.end
            } else {
                stop.unwrap_or(tag.end)
            };
        }
        if !tag.closes && (tag.name.contains('-') || tag.name == "slot") {
            (self.tell)(Fate::Unwrapped, &tag.name);
        }
        let breaks = tag.name == "br";
        let end = self.tag(tag);
        end + usize::from(breaks && rest.get(end..).is_some_and(line_ends))
    }

    /// A remark in the source, that nobody reads on the page. Marks for programs have no words.
    fn remark(&mut self, inner: &str) {
        if inner.contains(char::is_whitespace)
            && inner.contains(char::is_alphabetic)
            && inner.trim().contains(' ')
        {
            (self.tell)(Fate::Remark, inner);
        }
    }

    fn tag(&mut self, tag: Tag) -> usize {
        let Tag {
            name,
            attributes,
            closes,
            empty,
            end,
        } = tag;
        if closes {
            if self.open.iter().any(|open| open.name == name) {
                while let Some(open) = self.open.pop() {
                    let found = open.name == name;
                    self.close(open);
                    if found {
                        break;
                    }
                }
            }
            return end;
        }
        // A paragraph or an item ends where the next begins.
        let sibling = |open: &str| match name.as_str() {
            "li" => open == "li",
            "tr" => open == "tr" || open == "td" || open == "th",
            "td" | "th" => open == "td" || open == "th",
            "dt" | "dd" => open == "dt" || open == "dd",
            block => open == "p" && BLOCKS.contains(&block),
        };
        while self.open.last().is_some_and(|open| sibling(&open.name)) {
            if let Some(open) = self.open.pop() {
                self.close(open);
            }
        }
        let open = Open {
            name,
            attributes,
            text: String::new(),
        };
        if empty || VOID.contains(&open.name.as_str()) {
            self.close(open);
        } else if self.open.len() < 200 {
            self.open.push(open);
        }
        end
    }

    fn in_cell(&self) -> bool {
        self.open
            .iter()
            .any(|open| matches!(open.name.as_str(), "td" | "th"))
    }

    /// What an element becomes, once all that stands in it is known.
    fn close(&mut self, open: Open) {
        let (text, inner) = (open.text.as_str(), open.text.trim());
        let around = |marks: &str| match inner.is_empty() {
            true => text.to_owned(),
            false => {
                let lead = text.len() - text.trim_start().len();
                let trail = text.trim_end().len();
                [
                    text.get(..lead).unwrap_or(""),
                    marks,
                    inner,
                    marks,
                    text.get(trail..).unwrap_or(""),
                ]
                .concat()
            }
        };
        let flat = || inner.split_whitespace().collect::<Vec<_>>().join(" ");
        let made = match open.name.as_str() {
            "b" | "strong" => around("**"),
            "i" | "em" | "cite" | "dfn" => around("*"),
            "s" | "del" | "strike" => around("~~"),
            "code" if self.depth_of("pre") == 0 => around("`"),
            "kbd" | "samp" | "tt" => around("`"),
            "q" => format!("“{inner}”"),
            "br" if self.in_cell() || self.line_is_cell() => " ".to_owned(),
            "br" => "  \n".to_owned(),
            "hr" => "\n\n---\n\n".to_owned(),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                let level = open
                    .name
                    .get(1..)
                    .and_then(|n| n.parse::<usize>().ok())
                    .unwrap_or(2);
                format!("\n\n{} {}\n\n", "#".repeat(level), flat())
            }
            "a" => {
                self.wordless(&open, inner);
                link(&open, &flat())
            }
            "img" | "image" => picture(&open),
            "input" => self.gone("input"),
            "iframe" | "embed" | "video" | "audio" | "source" => self.media(&open),
            "li" => format!("\u{1}{}\n", inner.replace('\n', "\n\u{2}")),
            "ul" | "ol" | "menu" => items(text, open.name == "ol", self.depth_of("li") > 0),
            "blockquote" => format!("\n\n> {}\n\n", tidy(inner).trim().replace('\n', "\n> ")),
            "pre" => format!(
                "\n\n```\n{}\n```\n\n",
                entities(text.trim_matches('\n')).replace("```", "'''")
            ),
            "dt" => format!("\n\n**{inner}**\n\n"),
            "summary" => format!("\n\n**{}**\n\n", flat()),
            "figcaption" | "caption" => format!("\n\n*{}*\n\n", flat()),
            "td" | "th" => format!("\u{3}{}", flat().replace('|', "\\|")),
            "tr" => format!("\u{4}{}\n", text.replace('\n', " ")),
            "table" => table(text),
            "meta" | "link" | "col" | "wbr" | "area" | "track" | "title" => String::new(),
            name if BLOCKS.contains(&name) => format!("\n\n{}\n\n", text.trim_matches('\n')),
            _ => text.to_owned(),
        };
        self.push(&made);
    }

    /// Tells of an element that is left out.
    fn gone(&mut self, name: &str) -> String {
        (self.tell)(Fate::LeftOut, name);
        String::new()
    }

    /// Tells of a link within the site that shows a sign and no words.
    fn wordless(&mut self, open: &Open, inner: &str) {
        let href = open.attribute("href").unwrap_or("").trim();
        if inner.is_empty() && !href.is_empty() && !href.contains("://") {
            (self.tell)(Fate::Wordless, href);
        }
    }

    /// Whether the line so far is a row of a table in Markdown.
    fn line_is_cell(&self) -> bool {
        let text = self
            .open
            .last()
            .map_or(self.out.as_str(), |open| open.text.as_str());
        text.rsplit('\n')
            .next()
            .is_some_and(|line| line.trim_start().starts_with('|'))
    }

    fn media(&mut self, open: &Open) -> String {
        let address = open
            .attribute("src")
            .or_else(|| open.attribute("data-src"))
            .unwrap_or("");
        if address.is_empty() {
            return open.text.clone();
        }
        (self.tell)(Fate::Linked, &open.name);
        let address = match address {
            a if a.starts_with("//") => format!("https:{a}"),
            a => a.to_owned(),
        };
        let title = open
            .attribute("title")
            .map(words)
            .filter(|title| !title.is_empty());
        let host = address
            .split("://")
            .nth(1)
            .and_then(|rest| rest.split('/').next())
            .unwrap_or("");
        let name = title.unwrap_or_else(|| {
            if host.is_empty() {
                address.clone()
            } else {
                host.trim_start_matches("www.").to_owned()
            }
        });
        format!("\n\n[{}]({})\n\n", bracketed(&name), target(&address))
    }
}

/// A text between brackets.
pub fn bracketed(text: &str) -> String {
    text.replace('[', "\\[").replace(']', "\\]")
}

/// An address between parentheses.
pub fn target(address: &str) -> String {
    let address = address.trim().replace([' ', '\n', '\t'], "%20");
    address
        .replace('(', "%28")
        .replace(')', "%29")
        .replace('<', "%3C")
        .replace('>', "%3E")
}

fn link(open: &Open, text: &str) -> String {
    match open
        .attribute("href")
        .map(str::trim)
        .filter(|href| !href.is_empty())
    {
        Some(href) if !text.is_empty() && !text.contains("](") => {
            format!("[{text}]({})", target(href))
        }
        Some(href) if text.contains("![") => format!("[{text}]({})", target(href)),
        // A sign without words: what it is called, or where it leads.
        Some(href) if text.is_empty() && href.contains("://") => {
            let called = ["aria-label", "title"]
                .iter()
                .find_map(|name| open.attribute(name));
            let address = href
                .split("://")
                .nth(1)
                .unwrap_or(href)
                .trim_end_matches('/');
            let words = called.map(words).filter(|words| !words.is_empty());
            let words = words.unwrap_or_else(|| short(address, 60));
            format!("[{}]({})", words.replace(['[', ']'], ""), target(href))
        }
        _ => text.to_owned(),
    }
}

fn picture(open: &Open) -> String {
    let source = open
        .attribute("src")
        .or_else(|| open.attribute("data-src"))
        .unwrap_or("");
    if source.is_empty() {
        return String::new();
    }
    let alt = open
        .attribute("alt")
        .or_else(|| open.attribute("title"))
        .unwrap_or("");
    format!("![{}]({})", bracketed(&words(alt)), target(source))
}

/// Whether a line ends here already, behind a `<br>` that ends it too.
fn line_ends(rest: &str) -> bool {
    rest.starts_with('\n')
}
