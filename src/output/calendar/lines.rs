//! Content lines of RFC 5545 section 3.1: escaped, folded, nothing in them that could break a line.

/// Most octets on a line, without its CRLF (RFC 5545 section 3.1).
const WIDTH: usize = 75;

/// A parameter: its name and value, not yet quoted.
pub type Parameter<'a> = (&'a str, &'a str);

/// Content lines, ready to be published.
#[derive(Default)]
pub struct Lines {
    finished: String,
    line: String,
}

impl Lines {
    /// Opens a component (RFC 5545 section 3.6).
    pub fn begin(&mut self, component: &str) {
        self.raw("BEGIN", component);
    }

    /// Closes a component (RFC 5545 section 3.6).
    pub fn end(&mut self, component: &str) {
        self.raw("END", component);
    }

    /// A property whose value needs no escaping: a date, an address, a rule.
    pub fn raw(&mut self, name: &str, value: &str) {
        self.with(name, &[], value);
    }

    /// A property of type TEXT (RFC 5545 section 3.3.11).
    pub fn text(&mut self, name: &str, text: &str) {
        self.with(name, &[], &escaped(text));
    }

    /// A property with parameters (RFC 5545 section 3.2); the value is taken as it is.
    pub fn with(&mut self, name: &str, parameters: &[Parameter], value: &str) {
        self.line.clear();
        self.line.push_str(name);
        for (name, value) in parameters {
            self.line.push(';');
            self.line.push_str(name);
            self.line.push('=');
            push_parameter(value, &mut self.line);
        }
        self.line.push(':');
        self.line.push_str(value);
        fold(&self.line, &mut self.finished);
    }

    /// Gets ready for so many bytes more.
    pub fn reserve(&mut self, bytes: usize) {
        self.finished.reserve(bytes);
    }

    /// Lines that were written before.
    pub fn append(&mut self, finished: &str) {
        self.finished.push_str(finished);
    }

    /// The lines, each with its CRLF.
    pub fn finish(self) -> String {
        self.finished
    }
}

/// A text as TEXT wants it (RFC 5545 section 3.3.11); lists put their commas between such texts.
///
/// Whatever readers take for the end of a line becomes one `\n`, also the separators of Unicode on
/// which some of them split; control characters say nothing to people and are dropped.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    let mut rest = text;
    loop {
        let special =
            |byte: u8| matches!(byte, b'\\' | b';' | b',') || !(b' '..=b'~').contains(&byte);
        let plain = rest.bytes().position(special).unwrap_or(rest.len());
        out.push_str(&rest[..plain]);
        let mut characters = rest[plain..].chars();
        let Some(c) = characters.next() else {
            return out;
        };
        rest = characters.as_str();
        match c {
            '\r' => {
                rest = rest.strip_prefix('\n').unwrap_or(rest);
                out.push_str("\\n");
            }
            '\n' | '\u{2028}' | '\u{2029}' => out.push_str("\\n"),
            '\t' => out.push(' '),
            '\\' | ';' | ',' => out.extend(['\\', c]),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
}

/// A parameter's value: quoted where it must be, with `"`, `^` and line ends by RFC 6868. Older
/// readers (sabre 2) take a `^` within quotes only.
fn push_parameter(value: &str, out: &mut String) {
    let quoted = value.contains([',', ';', ':', '"', '^', '\n']);
    if quoted {
        out.push('"');
    }
    for c in value.chars() {
        match c {
            '"' => out.push_str("^'"),
            '^' => out.push_str("^^"),
            '\n' => out.push_str("^n"),
            c => out.push(c),
        }
    }
    if quoted {
        out.push('"');
    }
}

/// Folds a line (RFC 5545 section 3.1), never inside a character or between an escape and what it
/// escapes: readers that unfold bytes, or unescape before they unfold, would show rubbish.
fn fold(line: &str, out: &mut String) {
    let whole: String;
    let mut rest = line;
    // Few lines have any, and to look at bytes first is quick.
    let control = line
        .bytes()
        .fold(false, |any, byte| any | (byte < b' ' || byte == 0x7f));
    if control || (!line.is_ascii() && line.contains(breaks)) {
        whole = line.chars().filter(|c| !breaks(*c)).collect();
        rest = &whole;
    }
    let mut width = WIDTH;
    while rest.len() > width {
        let (now, later) = rest.split_at(last_break(rest, width));
        out.extend([now, "\r\n "]);
        rest = later;
        // The space at its beginning counts.
        width = WIDTH - 1;
    }
    out.extend([rest, "\r\n"]);
}

/// The last place up to `most` octets where a longer line may be broken.
fn last_break(line: &str, most: usize) -> usize {
    let at = line.floor_char_boundary(most);
    let (before, behind) = line.split_at(at);
    let run = |text: &str, c: char| text.len() - text.trim_end_matches(c).len();
    // Of a row of backslashes each second one is what the one before it escapes.
    let inside = match run(before, '^') {
        0 => run(before, '\\') % 2 == 1,
        carets => {
            let escaped = run(&before[..at - carets], '\\') % 2;
            (carets - escaped) % 2 == 1 && behind.starts_with(['^', '\'', 'n'])
        }
    };
    at - usize::from(inside)
}

/// What must not stand in a content line: control characters, and what some readers split lines on.
fn breaks(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn unfold(text: &str) -> String {
        text.replace("\r\n ", "")
    }

    fn unescape(value: &str) -> String {
        let mut out = String::new();
        let mut characters = value.chars();
        while let Some(c) = characters.next() {
            match c {
                '\\' => match characters.next() {
                    Some('n') => out.push('\n'),
                    Some(c) => out.push(c),
                    None => panic!("an escape of nothing"),
                },
                c => out.push(c),
            }
        }
        out
    }

    /// What readers get to see of a text.
    fn shown(text: &str) -> String {
        let lines = text
            .replace("\r\n", "\n")
            .replace(['\r', '\u{2028}', '\u{2029}'], "\n")
            .replace('\t', " ");
        lines
            .chars()
            .filter(|c| *c == '\n' || !c.is_control())
            .collect()
    }

    fn check(text: &str) {
        let mut lines = Lines::default();
        lines.text("SUMMARY", text);
        let written = lines.finish();
        assert!(written.ends_with("\r\n"));
        for line in written.trim_end_matches("\r\n").split("\r\n") {
            assert!(line.len() <= WIDTH, "{} octets", line.len());
            assert!(!line.is_empty() && !line.chars().any(breaks));
            let trailing = line.chars().rev().take_while(|c| *c == '\\').count();
            assert!(trailing % 2 == 0, "a fold within an escape: {line}");
        }
        let unfolded = unfold(&written);
        let value = unfolded
            .strip_prefix("SUMMARY:")
            .and_then(|rest| rest.strip_suffix("\r\n"))
            .unwrap();
        assert_eq!(unescape(value), shown(text));
    }

    #[test]
    fn hostile_texts_come_back_as_they_were() {
        for text in [
            "",
            " ",
            "\\",
            "\\n",
            "a\r\nb\rc\nd",
            "END:VCALENDAR\r\nBEGIN:VEVENT",
            "\u{0}\u{7}\u{85}\u{2028}x\u{feff}",
            ";,:\"^'",
            "^\\",
            "^,",
            "👩‍👩‍👧‍👦",
            "^\\",
            "\n^,",
        ] {
            check(text);
            check(&text.repeat(40));
            for shift in 0..80 {
                check(&format!(
                    "{}{text}{}",
                    "x".repeat(shift),
                    "é\\;,🛠️".repeat(20)
                ));
            }
        }
    }

    #[test]
    fn parameters_are_quoted_and_escaped_by_rfc_6868() {
        let mut lines = Lines::default();
        lines.with(
            "ORGANIZER",
            &[("CN", "De \"Kas\"\n^ x")],
            "mailto:a@b.example",
        );
        lines.with(
            "CONFERENCE",
            &[("VALUE", "URI"), ("LABEL", "Video: open, gratis")],
            "https://meet.example/",
        );
        let expected = "ORGANIZER;CN=\"De ^'Kas^'^n^^ x\":mailto:a@b.example\r\nCONFERENCE;VALUE=URI;LABEL=\"Video: open, gratis\":https://meet.example/\r\n";
        assert_eq!(lines.finish(), expected);
    }

    proptest! {
        #[test]
        fn any_text_comes_back_as_it_was(text in "\\PC{0,300}|[\\\\;,\r\n\té🛠a]{0,300}|(?s).{0,300}") {
            check(&text);
        }

        #[test]
        fn no_value_breaks_a_line(value in "(?s).{0,200}", parameter in "(?s).{0,200}") {
            let mut lines = Lines::default();
            lines.with("X-TEST", &[("X-P", &parameter)], &value);
            let written = lines.finish();
            prop_assert_eq!(unfold(&written).matches("\r\n").count(), 1);
            prop_assert!(written.split("\r\n").all(|line| line.len() <= WIDTH && !line.chars().any(breaks)));
        }
    }
}
