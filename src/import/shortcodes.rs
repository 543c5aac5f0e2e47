//! Shortcodes of Hugo and Zola, Liquid of Jekyll and Eleventy: replaced where that is possible, else told.

use super::call::{Call, known, read_call};
use super::matter::Note;
use crate::content::html::tags::{code, fence, words};
use crate::phrase;
use serde_json::Value;

/// A body without shortcodes and Liquid. `field` gives what front matter holds.
pub fn plain(text: &str, field: &dyn Fn(&str) -> Option<Value>, notes: &mut Vec<Note>) -> String {
    if !text.contains("{{") && !text.contains("{%") && !text.contains("{:") {
        return text.to_owned();
    }
    let mut reader = Reader {
        out: String::with_capacity(text.len()),
        waiting: vec![],
        field,
        notes,
    };
    let mut at = 0;
    let mut line_start = true;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let step = match rest.as_bytes().first() {
            _ if line_start && fence(rest).is_some() => fence(rest).unwrap_or(1),
            Some(b'`') => code(rest),
            Some(b'{') => {
                at += reader.brace(rest).max(1);
                line_start = false;
                continue;
            }
            _ => {
                let end = rest.find(['{', '`', '\n']).unwrap_or(rest.len());
                if rest.starts_with('\n') {
                    1
                } else {
                    end.max(1)
                }
            }
        };
        let piece = rest.get(..step).unwrap_or(rest);
        reader.out += piece;
        line_start = piece.ends_with('\n');
        at += piece.len();
    }
    reader.out
}

/// Liquid that decides and counts, and shows nothing by itself.
const CONTROL: [&str; 26] = [
    "if",
    "elsif",
    "elif",
    "else",
    "endif",
    "unless",
    "endunless",
    "case",
    "when",
    "endcase",
    "assign",
    "set",
    "endfor",
    "break",
    "continue",
    "endset",
    "import",
    "extends",
    "block",
    "endblock",
    "cycle",
    "increment",
    "toc",
    "endraw",
    "endcomment",
    "endcapture",
];

struct Reader<'a> {
    out: String,
    /// What to write where an opened shortcode closes.
    waiting: Vec<(String, String)>,
    field: &'a dyn Fn(&str) -> Option<Value>,
    notes: &'a mut Vec<Note>,
}

impl Reader<'_> {
    /// What begins with `{`; gives how much of it was read.
    fn brace(&mut self, rest: &str) -> usize {
        for (open, close) in [("{{</*", "*/>}}"), ("{{%/*", "*/%}}")] {
            if rest.starts_with(open)
                && let Some(end) = rest.find(close)
            {
                let inner = rest.get(open.len()..end).unwrap_or("");
                self.out += &format!("`{{{{< {} >}}}}`", inner.trim());
                return end + close.len();
            }
        }
        for (open, close) in [("{{<", ">}}"), ("{{%", "%}}")] {
            if rest.starts_with(open)
                && let Some(end) = rest.find(close)
            {
                let call = read_call(rest.get(open.len()..end).unwrap_or(""));
                let pair = rest
                    .get(end..)
                    .is_some_and(|after| closed_later(after, &call.name));
                self.call(&call, pair, "shortcode");
                return end + close.len();
            }
        }
        if rest.starts_with("{%")
            && let Some(end) = rest.find("%}")
        {
            let inner = rest
                .get(2..end)
                .unwrap_or("")
                .trim_matches(['-', ' ', '\n', '\t']);
            return self.liquid(inner, rest, end + 2);
        }
        if rest.starts_with("{{")
            && let Some(end) = rest.find("}}")
        {
            self.output(
                rest.get(2..end)
                    .unwrap_or("")
                    .trim_matches(['-', ' ', '\n', '\t', '{', '}']),
            );
            return end
                + 2
                + usize::from(
                    rest.get(end + 2..)
                        .is_some_and(|after| after.starts_with('}'))
                        && rest.starts_with("{{{"),
                );
        }
        // Attributes of kramdown: classes and targets, which no text needs.
        if rest.starts_with("{:")
            && let Some(end) = rest.find(['}', '\n'])
            && rest.get(end..).is_some_and(|r| r.starts_with('}'))
        {
            return end + 1;
        }
        self.out.push('{');
        1
    }

    fn liquid(&mut self, inner: &str, rest: &str, end: usize) -> usize {
        let name = inner
            .split(|c: char| c.is_whitespace() || c == '(')
            .next()
            .unwrap_or("");
        let until = |word: &str| tag_after(rest.get(end..).unwrap_or(""), word);
        match name {
            "raw" | "verbatim" => match until(&format!("end{name}")) {
                Some((start, stop)) => {
                    self.out += rest.get(end..end + start).unwrap_or("");
                    return end + stop;
                }
                None => return end,
            },
            "comment" | "for" | "tablerow" | "capture" | "macro" | "set_block" => {
                let closing = format!("end{name}");
                if name != "comment" {
                    self.notes
                        .push(Note::lost(phrase!("a loop in a body was left out")).about(inner));
                }
                return until(&closing).map_or(end, |(_, stop)| end + stop);
            }
            "highlight" => {
                let language = inner.split_whitespace().nth(1).unwrap_or("");
                self.out += &format!("```{language}");
                return end;
            }
            "endhighlight" => {
                self.out += "```";
                return end;
            }
            "link" | "post_url" => {
                let named = inner
                    .get(name.len()..)
                    .unwrap_or("")
                    .trim()
                    .trim_matches(['"', '\'']);
                self.out += named;
                return end;
            }
            "" => return end,
            _ => {}
        }
        if CONTROL.contains(&name) {
            self.notes.push(
                Note::lost(phrase!("a condition or assignment in a body was left out"))
                    .about(inner),
            );
            return end;
        }
        self.tag(name, inner, rest, end);
        end
    }

    /// A tag that a site made for itself, or an included file.
    fn tag(&mut self, name: &str, inner: &str, rest: &str, end: usize) {
        let until = |word: &str| tag_after(rest.get(end..).unwrap_or(""), word);
        let mut call = match name {
            "include" | "include_relative" | "include_cached" | "render" => {
                let inside = inner.get(name.len()..).unwrap_or("").trim();
                let mut call = read_call(inside);
                let file = call.name.rsplit('/').next().unwrap_or("").to_owned();
                call.name = file.split('.').next().unwrap_or("").to_owned();
                call
            }
            _ => read_call(inner),
        };
        if let Some(of) = name.strip_prefix("end") {
            call.closes = true;
            call.name = of.to_owned();
        }
        let pair = !name.starts_with("include")
            && until("end").is_some_and(|(start, _)| {
                rest.get(end + start..).is_some_and(|tag| {
                    tag.trim_start_matches(['{', '%', '-', ' '])
                        .starts_with(&format!("end{name}"))
                }) || inner.contains('(')
            });
        self.call(&call, pair, "tag");
    }

    /// `{{ site.baseurl }}`, `{{ "/x" | relative_url }}`, `{{ page.title }}`, `{{ youtube(id="x") }}`.
    fn output(&mut self, inner: &str) {
        let value = inner.split('|').next().unwrap_or("").trim();
        if let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) {
            self.out += value.trim_matches(quote);
            return;
        }
        let silent = [
            "site.baseurl",
            "site.url",
            "site.base_url",
            "site.github.url",
            "base_url",
            "config.base_url",
            "baseurl",
            ".Site.BaseURL",
            "content",
        ];
        if silent.contains(&value) || inner.starts_with('#') || inner.starts_with('/') {
            return;
        }
        let name = ["page.", "include.", ".Page.Params.", ".Params.", "."]
            .iter()
            .find_map(|start| value.strip_prefix(start))
            .unwrap_or(value);
        if let Some(found) = (self.field)(name)
            .or_else(|| (self.field)(&name.to_lowercase()))
            .and_then(|v| super::convert::plain(&v))
        {
            self.out += &found;
            return;
        }
        if value.contains('(') {
            self.call(&read_call(value), false, "shortcode");
            return;
        }
        self.notes
            .push(Note::lost(phrase!("a value that a program fills in was left out")).about(inner));
    }

    /// A call with what it names of the page and the site filled in; what is not there is nothing.
    fn filled(&self, call: &Call) -> Call {
        let value = |text: &String| {
            let bare = text.trim_matches(['{', '}', ' ']);
            let name = ["page.", "include.", "site."]
                .iter()
                .find(|start| bare.starts_with(**start));
            let Some(start) = name.filter(|_| !bare.contains(char::is_whitespace)) else {
                return text.clone();
            };
            let own = if *start == "site." {
                bare
            } else {
                bare.trim_start_matches(start)
            };
            (self.field)(own)
                .and_then(|value| super::convert::plain(&value))
                .unwrap_or_default()
        };
        Call {
            name: call.name.clone(),
            closes: call.closes,
            named: call
                .named
                .iter()
                .map(|(name, text)| (name.clone(), value(text)))
                .collect(),
            listed: call.listed.iter().map(value).collect(),
        }
    }

    fn call(&mut self, call: &Call, pair: bool, sort: &str) {
        let call = &self.filled(call);
        if call.closes {
            let at = self
                .waiting
                .iter()
                .rposition(|(name, _)| *name == call.name || call.name.is_empty());
            if let Some(at) = at {
                let (_, text) = self.waiting.remove(at);
                self.out += &text;
            }
            return;
        }
        if let ("param", Some(name)) = (call.name.as_str(), call.listed.first())
            && let Some(text) = (self.field)(name)
                .or_else(|| (self.field)(&format!("site.{name}")))
                .and_then(|value| super::convert::plain(&value))
        {
            self.out += &text;
            return;
        }
        let (before, after) = match known(call, pair) {
            Some(text) => {
                self.notes.push(
                    Note::repaired(phrase!("replaced by what it shows"))
                        .about(&format!("{sort} {}", call.name)),
                );
                text
            }
            None => {
                let what = match pair {
                    true => phrase!("left out; what stands in it was kept"),
                    false => phrase!("left out: nothing is known of it"),
                };
                self.notes
                    .push(Note::lost(what).about(&format!("{sort} {}", call.name)));
                let names = [
                    "title", "heading", "summary", "text", "label", "caption", "content", "quote",
                ];
                let said = call
                    .any(&names)
                    .filter(|text| !text.starts_with("page.") && !text.starts_with("include."));
                let within =
                    !self.out.is_empty() && !self.out.trim_end_matches([' ', '\t']).ends_with('\n');
                let said = said.map(|text| match text.contains('\n') || text.len() > 80 {
                    true => format!("\n\n{}\n\n", text.trim()),
                    false if within => words(text),
                    false => format!("\n\n**{}**\n\n", words(text)),
                });
                (said.unwrap_or_default(), String::new())
            }
        };
        self.out += &before;
        if pair {
            self.waiting.push((call.name.clone(), after));
        }
    }
}

/// Where the next tag lies whose name begins so.
fn tag_after(text: &str, word: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    while let Some(n) = text.get(from..).and_then(|rest| rest.find("{%")) {
        let start = from + n;
        let tag = text.get(start..)?;
        let stop = tag.find("%}").map_or(tag.len(), |n| n + 2);
        let inner = tag.get(2..stop)?.trim_matches(['-', ' ', '%', '}']);
        if inner.starts_with(word) {
            return Some((start, start + stop));
        }
        from = start + 2;
    }
    None
}

fn closed_later(after: &str, name: &str) -> bool {
    ["{{< /", "{{</", "{{</ ", "{{% /", "{{%/", "{{%/ ", "{{< / "]
        .iter()
        .any(|open| after.contains(&format!("{open}{name}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, usize) {
        let mut notes = Vec::new();
        let fields = |name: &str| (name == "title").then(|| Value::String("Soup".into()));
        (
            plain(text, &fields, &mut notes),
            notes.iter().filter(|note| note.lost).count(),
        )
    }

    #[test]
    fn known_shortcodes_become_markdown_and_unknown_ones_are_told() {
        assert_eq!(
            read("a {{< youtube abc >}} b").0,
            "a \n\n[Video](https://www.youtube.com/watch?v=abc)\n\n b"
        );
        assert_eq!(read("[x]({{< ref \"/topics/a\" >}})").0, "[x](/topics/a)");
        assert_eq!(
            read("[x]({% link _posts/2024-01-01-a.md %})").0,
            "[x](_posts/2024-01-01-a.md)"
        );
        assert_eq!(
            read("![x]({{ site.baseurl }}/img/a.png){:.wide}").0,
            "![x](/img/a.png)"
        );
        assert_eq!(
            read("{{ '/about' | relative_url }} {{ page.title }}").0,
            "/about Soup"
        );
        assert_eq!(
            read("{{< btn href=\"https://a.example\" >}}Go{{< /btn >}}"),
            ("[Go](https://a.example)".into(), 0)
        );
        assert_eq!(
            read("{{< strange x >}}Go{{< /strange >}}"),
            ("Go".into(), 1)
        );
        assert_eq!(
            read("`{{ code }}` and\n```\n{% raw %}\n```\n"),
            ("`{{ code }}` and\n```\n{% raw %}\n```\n".into(), 0)
        );
        assert_eq!(read("{% raw %}{{ x }}{% endraw %}").0, "{{ x }}");
        assert_eq!(read("{% for a in b %}x{% endfor %}y"), ("y".into(), 1));
        assert_eq!(
            read("{{ open and {% never closed").0,
            "{{ open and {% never closed"
        );
    }
}
