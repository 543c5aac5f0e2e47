//! Tags, entities and code in texts: what is HTML and what is not.

/// A tag: its name, its attributes, whether it closes, and where it ends.
pub struct Tag {
    /// Its name.
    pub name: String,
    /// Its attributes.
    pub attributes: Vec<(String, String)>,
    /// Whether it closes.
    pub closes: bool,
    /// Whether it closes itself.
    pub empty: bool,
    /// Where it ends.
    pub end: usize,
}

/// Elements that hold nothing.
pub const VOID: [&str; 12] = [
    "br", "hr", "img", "input", "meta", "link", "source", "col", "wbr", "area", "track", "embed",
];

/// Elements that stand on lines of their own.
pub const BLOCKS: [&str; 34] = [
    "p",
    "div",
    "section",
    "article",
    "header",
    "footer",
    "main",
    "aside",
    "nav",
    "figure",
    "figcaption",
    "center",
    "address",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "blockquote",
    "pre",
    "table",
    "tr",
    "details",
    "summary",
    "form",
    "hr",
    "fieldset",
];

/// What says nothing without a program, and is left out with all that stands in it.
pub const GONE: [&str; 11] = [
    "script", "style", "svg", "form", "noscript", "template", "head", "canvas", "map", "object",
    "select",
];

/// Elements within a line.
pub const INLINE: [&str; 33] = [
    "a", "b", "strong", "i", "em", "code", "kbd", "samp", "tt", "var", "span", "font", "small",
    "big", "sub", "sup", "u", "s", "del", "strike", "ins", "mark", "abbr", "cite", "q", "time",
    "label", "acronym", "dfn", "bdi", "bdo", "data", "button",
];

const OTHER: [&str; 14] = [
    "tbody", "thead", "tfoot", "th", "td", "caption", "colgroup", "iframe", "video", "audio",
    "picture", "html", "body", "title",
];

/// Whether a name is that of an element.
pub fn is_element(name: &str) -> bool {
    VOID.contains(&name)
        || BLOCKS.contains(&name)
        || GONE.contains(&name)
        || INLINE.contains(&name)
        || OTHER.contains(&name)
        || name.contains('-') && name.len() > 2
        || matches!(
            name,
            "textarea"
                | "option"
                | "hgroup"
                | "search"
                | "dialog"
                | "menu"
                | "ruby"
                | "rt"
                | "rp"
                | "param"
                | "nobr"
                | "path"
                | "g"
                | "slot"
                | "math"
                | "image"
        )
}

/// The tag that begins here, if one does.
pub fn read_tag(text: &str) -> Option<Tag> {
    let mut rest = text.strip_prefix('<')?;
    let closes = rest.starts_with('/');
    rest = rest.trim_start_matches('/');
    let end = rest
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
        .unwrap_or(rest.len());
    let name = rest.get(..end)?.to_ascii_lowercase();
    if !name.starts_with(|c: char| c.is_ascii_alphabetic())
        || !rest.get(end..)?.starts_with(['>', ' ', '\n', '\t', '/'])
    {
        return None;
    }
    rest = rest.get(end..)?;
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| {
            c.is_whitespace() || c == '/' || c == '"' || c == '\'' || c == ','
        });
        if let Some(behind) = rest.strip_prefix('>') {
            let end = text.len() - behind.len();
            let empty = text.get(..end).is_some_and(|tag| tag.ends_with("/>"));
            return Some(Tag {
                name,
                attributes,
                closes,
                empty,
                end,
            });
        }
        let stop = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/' | '<' | '"' | '\''))?;
        let key = rest.get(..stop)?.to_ascii_lowercase();
        rest = rest.get(stop..)?.trim_start();
        if rest.starts_with('<') || key.is_empty() && !rest.starts_with('=') {
            return None;
        }
        let mut value = String::new();
        if let Some(behind) = rest.strip_prefix('=') {
            let behind = behind.trim_start();
            let quote = behind.chars().next().filter(|c| matches!(c, '"' | '\''));
            let (inner, after) = match quote {
                Some(quote) => behind.get(1..)?.split_once(quote)?,
                None => behind.split_at(behind.find(|c: char| c.is_whitespace() || c == '>')?),
            };
            value = entities(inner);
            rest = after;
        }
        attributes.push((key, value));
    }
}

/// The words of a text, without HTML, entities and line ends.
pub fn words(text: &str) -> String {
    let mut out = text.to_owned();
    if text.contains('<') {
        out.clear();
        let mut rest = text;
        while let Some(at) = rest.find('<') {
            let (before, tag) = rest.split_at(at);
            out += before;
            let known = read_tag(tag).filter(|tag| is_element(&tag.name));
            let comment = tag
                .starts_with("<!--")
                .then(|| tag.find("-->").map_or(tag.len(), |end| end + 3));
            match comment.or(known.map(|tag| tag.end)) {
                Some(end) => {
                    out.push(' ');
                    rest = tag.get(end..).unwrap_or("");
                }
                None => {
                    out.push('<');
                    rest = tag.get(1..).unwrap_or("");
                }
            }
        }
        out += rest;
    }
    let out = entities(&out);
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Entities as the characters that they stand for; the usual ones.
pub fn entities(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    const KNOWN: [(&str, &str); 26] = [
        ("amp", "&"),
        ("lt", "<"),
        ("gt", ">"),
        ("quot", "\""),
        ("apos", "'"),
        ("nbsp", " "),
        ("ndash", "–"),
        ("mdash", "—"),
        ("rsquo", "’"),
        ("lsquo", "‘"),
        ("rdquo", "”"),
        ("ldquo", "“"),
        ("hellip", "…"),
        ("euro", "€"),
        ("eacute", "é"),
        ("egrave", "è"),
        ("euml", "ë"),
        ("iuml", "ï"),
        ("ouml", "ö"),
        ("uuml", "ü"),
        ("auml", "ä"),
        ("copy", "©"),
        ("bull", "•"),
        ("raquo", "»"),
        ("laquo", "«"),
        ("shy", ""),
    ];
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, tail) = rest.split_at(at);
        out += before;
        let end = tail
            .char_indices()
            .take(12)
            .find(|(_, c)| *c == ';')
            .map(|(n, _)| n);
        let name = end.and_then(|end| tail.get(1..end)).unwrap_or("");
        let number = name
            .strip_prefix('#')
            .and_then(|n| match n.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok(),
                None => n.parse().ok(),
            });
        let known = KNOWN
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, text)| (*text).to_owned());
        match known.or_else(|| number.and_then(char::from_u32).map(String::from)) {
            Some(text) => {
                out += &text;
                rest = tail.get(name.len() + 2..).unwrap_or("");
            }
            None => {
                out.push('&');
                rest = tail.get(1..).unwrap_or("");
            }
        }
    }
    out + rest
}

/// A text on one line, cut after so many characters.
pub fn short(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or("")),
        None => line,
    }
}

/// The end of a fenced block that begins here.
pub fn fence(text: &str) -> Option<usize> {
    let line = text.lines().next()?;
    let bare = line.trim_start_matches(' ');
    let mark = bare.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let count = bare.chars().take_while(|c| *c == mark).count();
    if count < 3 || line.len() - bare.len() > 12 || mark == '`' && bare.get(count..)?.contains('`')
    {
        return None;
    }
    let mut at = line.len() + 1;
    for line in text.get(at..)?.split_inclusive('\n') {
        at += line.len();
        let bare = line.trim();
        if bare.len() >= count && bare.chars().all(|c| c == mark) {
            return Some(at);
        }
    }
    Some(text.len())
}

/// The end of the code that begins here, or of its first marks when it does not end.
pub fn code(text: &str) -> usize {
    let count = text.bytes().take_while(|b| *b == b'`').count();
    let fence = "`".repeat(count);
    let mut at = count;
    while let Some(n) = text.get(at..).and_then(|rest| rest.find(&fence)) {
        let end = at + n;
        let more = text
            .get(end..)
            .map_or(0, |rest| rest.bytes().take_while(|b| *b == b'`').count());
        if more == count {
            return if text.get(..end).is_some_and(|inner| inner.contains("\n\n")) {
                count
            } else {
                end + count
            };
        }
        at = end + more;
    }
    count
}
