//! A shortcode that was called: its name, what was handed to it, and what it shows.

use crate::content::html::tags::words;
use crate::content::html::{bracketed, target};
use std::collections::BTreeMap;

/// A shortcode with what was handed to it.
pub struct Call {
    /// Its name.
    pub name: String,
    /// Whether it closes one that was opened.
    pub closes: bool,
    /// What was handed to it by name.
    pub named: BTreeMap<String, String>,
    /// What was handed to it in order.
    pub listed: Vec<String>,
}

impl Call {
    /// The first of these names that holds something.
    pub fn any(&self, names: &[&str]) -> Option<&str> {
        let found = names
            .iter()
            .find_map(|name| self.named.get(*name).map(String::as_str));
        found.map(str::trim).filter(|text| !text.is_empty())
    }

    fn first(&self, names: &[&str]) -> Option<&str> {
        self.any(names)
            .or_else(|| self.listed.first().map(String::as_str))
            .filter(|text| !text.is_empty())
    }
}

/// `name "listed" key="named"`, `name(key="named")`.
pub fn read_call(text: &str) -> Call {
    let text = text.trim().trim_end_matches('/').trim();
    let closes = text.starts_with('/');
    let text = text.trim_start_matches('/').trim_start();
    let end = text
        .find(|c: char| c.is_whitespace() || c == '(')
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let mut call = Call {
        name: name.to_owned(),
        closes,
        named: BTreeMap::new(),
        listed: vec![],
    };
    let mut rest = rest.trim_start_matches('(').trim_end_matches(')');
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        if rest.is_empty() {
            return call;
        }
        let stop = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '=' | '"' | '\'' | '`'))
            .unwrap_or(rest.len());
        let (word, behind) = rest.split_at(stop);
        let behind_equals = behind.trim_start().strip_prefix('=').map(str::trim_start);
        match (word, behind_equals) {
            ("", None) => {
                let (value, after) = quoted(behind);
                call.listed.push(value);
                rest = after;
            }
            ("", Some(after)) => rest = after,
            (key, Some(after)) => {
                let (value, after) = quoted(after);
                call.named
                    .insert(key.trim_matches(['"', '\'']).to_ascii_lowercase(), value);
                rest = after;
            }
            (word, None) => {
                call.listed.push(word.trim_matches(',').to_owned());
                rest = behind;
            }
        }
    }
}

/// A value, in quotes or up to the next space, and what follows it.
fn quoted(text: &str) -> (String, &str) {
    match text
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\'' | '`'))
    {
        Some(quote) => {
            let inner = text.get(1..).unwrap_or("");
            let mut escaped = false;
            let end = inner.char_indices().find(|(_, c)| {
                let ends = *c == quote && !escaped;
                escaped = *c == '\\' && !escaped;
                ends
            });
            let end = end.map_or(inner.len(), |(n, _)| n);
            let value = inner
                .get(..end)
                .unwrap_or("")
                .replace(&format!("\\{quote}"), &quote.to_string());
            (value, inner.get(end + 1..).unwrap_or(""))
        }
        None => {
            let end = text
                .find(|c: char| c.is_whitespace() || c == ',')
                .unwrap_or(text.len());
            let (value, rest) = text.split_at(end);
            (value.to_owned(), rest)
        }
    }
}

/// What a known shortcode shows, before and behind what stands in it.
pub fn known(call: &Call, pair: bool) -> Option<(String, String)> {
    let name = call.name.to_lowercase().replace(['-', '_'], "");
    let shown = |text: String| (text, String::new());
    if pair && let Some(around) = around(call, &name) {
        return Some(around);
    }
    let found = film(call, &name).or_else(|| picture(call, &name));
    if let Some(text) = found.or_else(|| reference(call, &name).filter(|_| !pair)) {
        return Some(shown(text));
    }
    let address = call.any(&["href", "url", "link", "to", "file", "src"])?;
    let starts = ["/", "mailto:"]
        .iter()
        .any(|start| address.starts_with(start));
    if !starts && !address.contains('.') {
        return None;
    }
    if pair {
        return Some(("[".to_owned(), format!("]({})", target(address))));
    }
    let label = call
        .any(&["text", "label", "title", "name", "caption", "content"])
        .map(words);
    let last = address
        .rsplit('/')
        .find(|part| !part.is_empty())
        .unwrap_or(address);
    let label = label.unwrap_or_else(|| last.to_owned());
    Some(shown(format!(
        "[{}]({})",
        bracketed(&label),
        target(address)
    )))
}

/// Films and posts elsewhere, as links.
fn film(call: &Call, name: &str) -> Option<String> {
    let id = || {
        call.first(&[
            "id", "video", "videoid", "video_id", "v", "code", "url", "src",
        ])
    };
    let whole = |id: &str, start: &str| {
        if id.contains("://") {
            id.to_owned()
        } else {
            format!("{start}{id}")
        }
    };
    let tube = name == "yt" || name.contains("youtube");
    let (label, address) = match name {
        "gist" => (
            "Gist",
            format!("https://gist.github.com/{}", call.listed.join("/")),
        ),
        "vimeo" => ("Video", whole(id()?, "https://vimeo.com/")),
        "instagram" => ("Instagram", whole(id()?, "https://www.instagram.com/p/")),
        "tweet" | "twitter" | "x" => match (call.any(&["user"]), id()?) {
            (Some(user), id) => ("Twitter", format!("https://twitter.com/{user}/status/{id}")),
            (None, id) => ("Twitter", whole(id, "https://twitter.com/i/status/")),
        },
        _ if tube || name.starts_with("video") => {
            let id = id()?;
            let start = if tube || id.len() == 11 && !id.contains('.') {
                "https://www.youtube.com/watch?v="
            } else {
                ""
            };
            ("Video", whole(id, start))
        }
        _ => return None,
    };
    let label = call
        .any(&["title", "label", "text", "caption"])
        .map_or_else(|| label.to_owned(), words);
    Some(format!(
        "\n\n[{}]({})\n\n",
        bracketed(&label),
        target(&address)
    ))
}

fn picture(call: &Call, name: &str) -> Option<String> {
    let pictured = ["img", "image", "figure", "photo", "picture"];
    if !pictured.iter().any(|word| name.contains(word)) {
        return None;
    }
    let file = call.first(&[
        "src",
        "file",
        "url",
        "path",
        "image",
        "image_path",
        "link",
        "href",
        "img",
        "name",
    ])?;
    let alt = call
        .any(&["alt", "title", "caption"])
        .map(words)
        .or_else(|| {
            call.listed
                .get(1)
                .map(|text| words(text))
                .filter(|text| text.contains(' '))
        })
        .unwrap_or_default();
    let caption = call
        .any(&["caption"])
        .map(words)
        .filter(|caption| *caption != alt);
    let caption = caption.map_or(String::new(), |caption| format!("\n\n*{caption}*"));
    Some(format!(
        "\n\n![{}]({}){caption}\n\n",
        bracketed(&alt),
        target(file)
    ))
}

/// Addresses of other pages and of people, and what shows nothing.
fn reference(call: &Call, name: &str) -> Option<String> {
    match name {
        "ref" | "relref" | "link" | "linkto" | "posturl" | "url" | "absurl" | "relurl"
        | "internallink" => {
            let address = target(call.first(&["path", "href", "url", "to", "page"])?);
            let text = call.any(&["text", "title", "label"]).map(words);
            Some(text.map_or(address.clone(), |text| {
                format!("[{}]({address})", bracketed(&text))
            }))
        }
        "br" | "toc" | "tableofcontents" | "clear" | "clearfix" | "spacer" | "hr" | "more" => {
            Some("\n".to_owned())
        }
        "email" | "mail" | "mailto" | "cloakemail" => {
            let address = call.first(&["address", "email", "to"])?;
            let linked = format!("[{address}](mailto:{})", target(address));
            Some(if address.contains('@') {
                linked
            } else {
                address.to_owned()
            })
        }
        _ => None,
    }
}

/// What stands around what a pair holds.
fn around(call: &Call, name: &str) -> Option<(String, String)> {
    const TITLED: &str = "details accordion expand collapse spoiler tab card note notice alert callout box tip info warning admonition cardbody";
    const BARE: &str =
        "rawhtml html raw center div row column columns section markdown md tabs container grid";
    let is_one = |names: &str| names.split(' ').any(|known| known == name);
    match name {
        "highlight" | "code" => {
            let language = call.first(&["lang", "language"]).unwrap_or("");
            Some((format!("\n```{language}\n"), "\n```\n".to_owned()))
        }
        "blockquote" | "quote" | "pullquote" => {
            let by = call
                .any(&["author", "by", "cite", "source", "attribution", "name"])
                .map(words);
            let by = by.map_or(String::new(), |by| format!("\n\n— {by}"));
            Some((
                "\n\n<blockquote>\n".to_owned(),
                format!("{by}\n</blockquote>\n\n"),
            ))
        }
        _ if is_one(TITLED) => {
            let title = call
                .any(&["title", "summary", "header", "heading", "name", "kicker"])
                .map(words);
            let title = title.map_or("\n\n".to_owned(), |title| format!("\n\n**{title}**\n\n"));
            Some((title, "\n\n".to_owned()))
        }
        _ if is_one(BARE) => Some((String::new(), String::new())),
        _ => None,
    }
}
