//! Texts of others, made safe to keep: what is private goes, HTML becomes Markdown, addresses are of the web or nothing.

use super::bare::{plain, stripped};
use super::private::{has_mail, public, regex};
use crate::content::html::{Fate, markdown, tags};
use regex::Regex;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Most characters of a title.
pub const TITLE: usize = 200;
/// Most characters of a summary.
pub const SUMMARY: usize = 300;
/// Most characters of a description.
pub const DESCRIPTION: usize = 10_000;
/// Most bytes of HTML that are read for one description.
const HTML: usize = 64 * 1024;
/// Most tags in it: what has more is no text, and browsers' rules for mending it take ever longer.
const TAGS: usize = 800;

/// Most tags within one another.
const DEPTH: usize = 60;

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Markup {
    /// Plain, or HTML where it looks like it, as calendars have both in one field.
    Plain,
    /// HTML.
    Html,
    /// Markdown, perhaps with HTML in it.
    Markdown,
}

/// A text on one line without anything private, cut after so many characters.
pub fn line(text: &str, most: usize) -> String {
    let text = visible(&head(text, most.saturating_mul(8)));
    tags::short(&public(&text), most)
}

/// The same, of a text in which HTML and entities may stand.
pub fn line_of_html(text: &str, most: usize) -> String {
    let text = head(text, most.saturating_mul(16).max(4096));
    line(&plain(&text), most)
}

/// A description as Markdown that our texts may hold, and as plain words.
pub fn description(text: &str, markup: Markup) -> (String, String) {
    let text = head(text, HTML);
    let (html, lines) = match markup {
        Markup::Html => (true, false),
        Markup::Plain | Markup::Markdown => (looks_like_html(&text), true),
    };
    if !html && markup == Markup::Markdown {
        let text = public(&visible(&text));
        return (cut(&text, DESCRIPTION), plain_of_markdown(&text));
    }
    if !html {
        let text = public(&visible(&text));
        return (cut(&escaped_lines(&text), DESCRIPTION), text);
    }
    // Programs that let people write a little HTML keep the ends of their lines besides.
    let lower = text.to_ascii_lowercase();
    let broken = ["<br", "<p>", "<p ", "<li"]
        .iter()
        .any(|tag| lower.contains(tag));
    let text = match lines && !broken {
        true => text.replace('\n', "<br>\n"),
        false => text,
    };
    if is_tangled(&text) {
        let text = public(&visible(&stripped(&text)));
        return (cut(&escaped_lines(&text), DESCRIPTION), text);
    }
    let clean = CLEANER.clean(&visible(&text)).to_string();
    // A link of which the address is not one of the web lost it; what remains are its words.
    let clean = clean.replace("<a>", "");
    let made = markdown(&escaped_html(&clean), &mut |_: Fate, _: &str| {});
    let made = public(&settled(&made));
    (cut(&made, DESCRIPTION), public(&plain(&clean)))
}

/// Whether a text has so many tags, or so many within one another, that a browser's rules for mending it take long.
fn is_tangled(text: &str) -> bool {
    const SHUT_BY_THE_NEXT: [&str; 9] =
        ["p", "li", "tr", "td", "th", "dt", "dd", "option", "tbody"];
    let mut open: BTreeMap<String, usize> = BTreeMap::new();
    let mut depth = 0;
    for (n, (at, _)) in text.match_indices('<').enumerate() {
        let tag = text.get(at + 1..).unwrap_or("");
        let bare = tag.strip_prefix('/');
        let name = bare.unwrap_or(tag).chars().take(12);
        let name: String = name.take_while(char::is_ascii_alphanumeric).collect();
        let name = name.to_ascii_lowercase();
        if name.is_empty() || tags::VOID.contains(&name.as_str()) {
            continue;
        }
        if bare.is_none() && !SHUT_BY_THE_NEXT.contains(&name.as_str()) {
            *open.entry(name).or_default() += 1;
            depth += 1;
        } else if let Some(count) = open.get_mut(&name).filter(|count| **count > 0) {
            *count -= 1;
            depth -= 1;
        }
        if n > TAGS || depth > DEPTH {
            return true;
        }
    }
    false
}

/// The first words of a plain text, as a summary.
pub fn summary(plain: &str) -> String {
    let text = head(plain, SUMMARY * 8);
    let paragraph = text
        .split("\n\n")
        .map(str::trim)
        .find(|part| !part.is_empty());
    let text = tags::short(paragraph.unwrap_or(""), SUMMARY);
    if !text.ends_with('…') {
        return text;
    }
    // The last sentence that is whole, else the last word.
    let end = text.rfind(['.', '!', '?']).filter(|at| *at > SUMMARY / 3);
    match end.and_then(|at| text.get(..=at)) {
        Some(whole) => whole.to_owned(),
        None => match text.rsplit_once(' ') {
            Some((words, _)) => format!("{words} …"),
            None => text,
        },
    }
}

/// An address of the web, whole and in ASCII; nothing for what is none, or holds a name and a password.
/// What is relative is read from `base`.
pub fn address(text: &str, base: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() || text.len() > 2000 || text.contains(char::is_control) {
        return None;
    }
    let parsed = match ammonia::Url::parse(text) {
        Ok(url) => url,
        Err(ammonia::url::ParseError::RelativeUrlWithoutBase) if !base.is_empty() => {
            ammonia::Url::parse(base).ok()?.join(text).ok()?
        }
        Err(_) => return None,
    };
    let named = !parsed.username().is_empty() || parsed.password().is_some();
    let web = matches!(parsed.scheme(), "http" | "https") && parsed.host_str().is_some();
    let shown = parsed.as_str();
    let personal = has_mail(&shown.replace("%40", "@"));
    let fits = !shown.contains(['<', '>', '"', '{', '}', '|', '\\', '^', '`']);
    (web && !named && !personal && fits).then(|| shown.to_owned())
}

/// The first bytes of a text, at most so many.
pub fn head(text: &str, most: usize) -> String {
    text.get(..text.floor_char_boundary(most))
        .unwrap_or("")
        .to_owned()
}

/// A text without what cannot be seen: control characters, marks that turn the direction of what follows.
pub fn visible(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control() && !matches!(c, '\n' | '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
    };
    text.replace("\r\n", "\n")
        .chars()
        .filter_map(|c| match c {
            '\r' => Some('\n'),
            '\u{2028}' | '\u{2029}' => Some('\n'),
            c if hidden(c) => None,
            c => Some(c),
        })
        .collect()
}

/// Whether a text has tags of HTML in it.
fn looks_like_html(text: &str) -> bool {
    let mut tags_begin = text.match_indices('<').take(40);
    let tag = tags_begin.any(|(at, _)| {
        let rest = text
            .get(at..text.floor_char_boundary(at + 2000))
            .unwrap_or("");
        tags::read_tag(rest).is_some_and(|tag| tags::is_element(&tag.name))
    });
    let names = ["&nbsp;", "&amp;", "&lt;", "&#", "&commat;"];
    tag || names.iter().any(|name| text.contains(name))
}

static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut builder = ammonia::Builder::default();
    let kept = [
        "p",
        "br",
        "b",
        "strong",
        "i",
        "em",
        "a",
        "ul",
        "ol",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "hr",
        "div",
        "section",
        "article",
        "table",
        "tr",
        "td",
        "th",
        "tbody",
        "thead",
        "dl",
        "dt",
        "dd",
        "pre",
    ];
    builder
        .tags(kept.into_iter().collect())
        .url_schemes(["http", "https"].into_iter().collect())
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(None)
        .clean_content_tags(
            [
                "script", "style", "noscript", "template", "svg", "math", "iframe", "object",
                "title", "head",
            ]
            .into_iter()
            .collect(),
        )
        .generic_attributes(std::iter::empty().collect());
    builder
});

/// The text of HTML with the marks of Markdown in it escaped, tags as they are.
fn escaped_html(html: &str) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 8);
    let mut tag = false;
    let mut blank = true;
    for c in html.chars() {
        match c {
            '<' => tag = true,
            '>' if tag => {
                tag = false;
                out.push('>');
                continue;
            }
            _ => {}
        }
        if !tag {
            escape(&mut out, c, blank);
            blank = c == '\n' || blank && c.is_whitespace();
        } else {
            blank = true;
            out.push(c);
        }
    }
    out
}

/// A character of a plain text in Markdown; `first` is whether nothing stands before it on its line.
fn escape(out: &mut String, c: char, first: bool) {
    if matches!(c, '\\' | '*' | '_' | '`' | '[' | ']' | '~' | '|')
        || first && matches!(c, '#' | '+' | '-' | '=' | '>')
    {
        out.push('\\');
    }
    out.push(c);
}

/// A plain text as Markdown: its lines stay lines, addresses become links.
fn escaped_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    for (n, line) in lines.iter().enumerate() {
        if line.is_empty() {
            if !out.is_empty() && !out.ends_with("\n\n") {
                out.push('\n');
            }
            continue;
        }
        for (k, word) in line.split_whitespace().enumerate() {
            if k > 0 {
                out.push(' ');
            }
            push_word(&mut out, word, k == 0);
        }
        let more = lines.get(n + 1).is_some_and(|next| !next.is_empty());
        out += if more { "  \n" } else { "\n" };
    }
    out.trim_end().to_owned()
}

fn push_word(out: &mut String, word: &str, first: bool) {
    let bare = word.trim_start_matches(['(', '<', '"', '\'']);
    let bare = bare.trim_end_matches([')', '>', '"', '\'', '.', ',', ';', '!', '?', ':']);
    let begins = bare.starts_with("http://") || bare.starts_with("https://");
    if let (true, Some(url)) = (begins, address(bare, ""))
        && let Some((before, after)) = word.split_once(bare)
    {
        for c in before.chars().filter(|c| *c != '<') {
            out.push(c);
        }
        *out += &format!("<{url}>");
        out.extend(after.chars().filter(|c| *c != '>'));
        return;
    }
    let numbered = first
        && word
            .trim_end_matches(['.', ')'])
            .bytes()
            .all(|b| b.is_ascii_digit());
    for (n, c) in word.chars().enumerate() {
        match c {
            '<' => *out += "&lt;",
            '&' => *out += "&amp;",
            '.' | ')' if numbered && n > 0 => {
                out.push('\\');
                out.push(c);
            }
            c => escape(out, c, first && n == 0),
        }
    }
}

/// Markdown as plain text: good enough for a summary.
fn plain_of_markdown(text: &str) -> String {
    static LINK: LazyLock<Regex> =
        LazyLock::new(|| regex(r"!?\[([^\]\n]{0,200})\]\([^)\n]{0,500}\)"));
    let text = LINK.replace_all(text, "$1");
    text.lines()
        .map(|line| {
            line.trim_start_matches(['#', '>', ' '])
                .replace("**", "")
                .replace("__", "")
        })
        .collect::<Vec<_>>()
        .join("\n")
}

/// Markdown without empty lines at its ends, or more than one in a row.
fn settled(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let line = match line.ends_with("  ") {
            true => format!("{}  ", line.trim_end()),
            false => line.trim_end().to_owned(),
        };
        let blank = line.trim().is_empty();
        if blank && (out.is_empty() || out.ends_with("\n\n")) {
            continue;
        }
        out += if blank { "" } else { &line };
        out.push('\n');
    }
    out.trim().to_owned()
}

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => {
            let kept = text.get(..at).unwrap_or("");
            let whole = kept.rfind("\n\n").filter(|n| *n > most / 2).unwrap_or(at);
            format!("{}\n\n…", kept.get(..whole).unwrap_or("").trim_end())
        }
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_markdown_without_anything_that_runs() {
        let html = "<p onclick=x>Kom <b>koken</b>!<script>alert(1)</script></p><p><a href=\"javascript:x\">klik</a> <a href=\"https://a.example/?a=1&amp;b=2\">hier</a><img src=x onerror=alert(1)></p><ul><li>een *ster*</li></ul>";
        let (text, plain) = description(html, Markup::Html);
        assert_eq!(
            text,
            "Kom **koken**!\n\nklik [hier](https://a.example/?a=1&b=2)\n\n- een \\*ster\\*"
        );
        assert!(plain.contains("Kom koken!"), "{plain}");
        let (text, _) = description(
            "a &lt;script&gt; b <svg><script>x</script></svg>",
            Markup::Html,
        );
        assert_eq!(text, "a &lt;script&gt; b");
    }

    #[test]
    fn plain_text_keeps_its_lines_and_escapes_marks() {
        let (text, _) = description(
            "# Soep\n1. *warm*\nzie https://a.example/x.\n\n\n< 5 euro",
            Markup::Plain,
        );
        assert_eq!(
            text,
            "\\# Soep  \n1\\. \\*warm\\*  \nzie <https://a.example/x>.\n\n&lt; 5 euro"
        );
    }

    #[test]
    fn only_addresses_of_the_web_are_kept() {
        let base = "https://a.example/agenda/x";
        let is = |text: &str| address(text, base);
        assert_eq!(is("/b?c").as_deref(), Some("https://a.example/b?c"));
        assert_eq!(
            is("//b.example/ü").as_deref(),
            Some("https://b.example/%C3%BC")
        );
        for text in [
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://a.example",
            "https://me:secret@a.example/",
            "https://a.example/?m=b@c.example",
            "",
            "mailto:a@b.example",
        ] {
            assert_eq!(is(text), None, "{text}");
        }
    }

    #[test]
    fn many_tags_take_no_time() {
        for piece in [
            "<a><b>",
            "<p>",
            "<!--",
            "<a b=x",
            "<table><tr>",
            "`",
            "[](",
            "&amp",
            "\\",
        ] {
            let text = piece.repeat(200_000);
            for markup in [Markup::Html, Markup::Plain, Markup::Markdown] {
                description(&text, markup);
            }
            line_of_html(&text, 100);
        }
    }
}
