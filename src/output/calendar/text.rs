//! A body as plain text: DESCRIPTION is TEXT, and every calendar program shows it as it is.

/// HTML of ours as plain text: paragraphs, lines and items of lists on lines of their own. What comes long after `most`
/// characters is left out.
pub fn plain(html: &str, most: usize) -> String {
    let mut text = String::with_capacity(html.len().min(2 * most));
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        push_text(&rest[..open], &mut text);
        if text.len() > most && text.trim_end().chars().count() > most {
            return text;
        }
        let tag = &rest[open + 1..];
        let Some(close) = tag.find('>') else {
            return text.trim_end().to_owned();
        };
        let name = tag[..close]
            .split([' ', '/', '\n'])
            .find(|name| !name.is_empty())
            .unwrap_or("");
        match name {
            "li" if !tag.starts_with('/') => break_line(&mut text, "\n- "),
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "blockquote" | "pre" | "table"
            | "hr" => break_line(&mut text, "\n\n"),
            "ul" | "ol" | "li" | "br" | "tr" | "div" | "dl" | "dt" | "dd" => {
                break_line(&mut text, "\n")
            }
            "td" | "th" => push_text(" ", &mut text),
            _ => {}
        }
        rest = &tag[close + 1..];
    }
    push_text(rest, &mut text);
    text.trim_end().to_owned()
}

/// Ends the line, or the paragraph; a break that is already there is not made again.
fn break_line(text: &mut String, wanted: &str) {
    if text.ends_with("\n- ") {
        return;
    }
    text.truncate(text.trim_end_matches(' ').len());
    if text.is_empty() {
        text.push_str(wanted.trim_start_matches('\n'));
        return;
    }
    let wanted = match text.len() - text.trim_end_matches('\n').len() {
        0 => wanted,
        1 => wanted.strip_prefix('\n').unwrap_or(wanted),
        _ => wanted.trim_start_matches('\n'),
    };
    text.push_str(wanted);
}

/// Text between tags: white space is one space, the entities of our own HTML are what they mean.
fn push_text(html: &str, text: &mut String) {
    let mut rest = html;
    loop {
        let special = |byte: u8| byte == b'&' || byte <= b' ' || !byte.is_ascii();
        let plain = rest.bytes().position(special).unwrap_or(rest.len());
        text.push_str(&rest[..plain]);
        rest = &rest[plain..];
        let Some(c) = rest.chars().next() else {
            return;
        };
        let (shown, length) = match c {
            '&' => entity(rest),
            c if c.is_whitespace() && c != '\u{a0}' => (' ', c.len_utf8()),
            c => (c, c.len_utf8()),
        };
        if shown != ' ' || !(text.is_empty() || text.ends_with([' ', '\n'])) {
            text.push(shown);
        }
        rest = &rest[length..];
    }
}

fn entity(rest: &str) -> (char, usize) {
    let known = [
        ("&amp;", '&'),
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&quot;", '"'),
        ("&#39;", '\''),
        ("&#x27;", '\''),
    ];
    let found = known.iter().find(|(name, _)| rest.starts_with(name));
    found.map_or(('&', 1), |(name, c)| (*c, name.len()))
}

/// At most so many characters, cut between words.
pub fn cut(text: &str, most: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(most) else {
        return text.to_owned();
    };
    let kept = &text[..end];
    let words = kept
        .rfind(char::is_whitespace)
        .map_or(kept, |space| &kept[..space]);
    format!("{}…", words.trim_end())
}

/// A text on one line, with single spaces.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paragraphs_and_lists_keep_their_lines() {
        let html = "<h2 id=\"a\">Kop</h2>\n<p>Een <strong>vet</strong>, en <a href=\"/x?a&amp;b\">een\nlink</a>.</p>\n<ul>\n<li>een</li>\n<li>\n<p>twee &lt;3</p>\n</li>\n</ul>\n<p>Slot<br />regel &amp;amp;</p>\n";
        assert_eq!(
            plain(html, 100),
            "Kop\n\nEen vet, en een link.\n\n- een\n- twee <3\n\nSlot\nregel &amp;"
        );
        assert_eq!(plain("<ul>\n<li>a</li>\n</ul>", 100), "- a");
        assert_eq!(plain("<p></p> x <", 100), "x");
    }

    #[test]
    fn a_long_text_is_cut_between_words() {
        assert_eq!(cut("een twee drie", 9), "een twee…");
        assert_eq!(cut("één", 3), "één");
        assert_eq!(cut("éééé", 3), "ééé…");
    }

    proptest! {
        #[test]
        fn nothing_panics_and_no_gap_has_two_empty_lines(html in "(</?(p|li|ul|b|br|h2|td|div)>|&amp;|&|<|>|[a \né🛠]){0,60}") {
            let text = plain(&html, usize::MAX / 2);
            prop_assert!(!text.contains("\n\n\n"), "{text:?}");
            for most in [0, 3, 9] {
                prop_assert_eq!(cut(plain(&html, most).trim(), most), cut(&text, most));
            }
        }
    }
}
