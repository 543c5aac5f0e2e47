//! The face for a comment on a proposal, on GitHub, Forgejo and Gitea.
//!
//! Whatever comes from content is escaped: a title cannot become a link, markup, a picture or a call to
//! somebody (`@name`), nor a reference (`#12`).

use super::Review;
use super::records::Changed;
use crate::diagnostic::words::Language;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Sources;
use std::fmt::Write as _;

/// Hosts take comments of 65,536 characters; this leaves room for what a workflow adds.
pub const MOST: usize = 60_000;

/// By this line a workflow finds the comment that it wrote before.
pub const MARK: &str = "<!-- plein diff -->";

/// So much of one line is shown.
const LINE: usize = 600;

/// A zero-width space: what it parts is no name, reference or address any more.
const GAP: &str = "&#8203;";

/// What is folded: its heading and its lines.
struct Section {
    heading: String,
    lines: Vec<String>,
}

/// The whole comment, at most [`MOST`] bytes.
pub fn render(review: &Review, sources: &Sources) -> String {
    let words = review.words;
    let summary = super::sentence(&review.summary());
    let title = words.title();
    let mut out = format!("{MARK}\n### {title}\n\n**{}**\n", escape(&summary));
    if review.doubtful {
        let _ = writeln!(out, "\n{}", words.doubtful());
    }
    if let Some(address) = review.preview.as_deref().and_then(safe) {
        let _ = writeln!(out, "\n[{}]({address})", words.preview());
    }
    let mut sections = vec![faults(review, sources)];
    sections.extend(review.parts().map(|part| Section {
        heading: review.part(part, true),
        lines: part.iter().map(|record| one(review, record)).collect(),
    }));
    sections.push(addresses(review));
    sections.push(files(review));
    // A mistake is to be seen at once.
    let mut open = true;
    let mut left_out = 0;
    for section in sections {
        let unfold = std::mem::take(&mut open);
        if !section.lines.is_empty() {
            left_out += add(&mut out, &section, unfold);
        }
    }
    if left_out > 0 {
        let _ = writeln!(out, "\n{}", words.cut(left_out));
    }
    out
}

/// Adds as much of a section as fits, and tells how many lines did not.
fn add(out: &mut String, section: &Section, unfold: bool) -> usize {
    const END: &str = "\n</details>\n";
    const ROOM: usize = 400;
    let open = if unfold { " open" } else { "" };
    // Nothing is markup within a heading that folds.
    let heading = crate::content::markdown::escape(&section.heading);
    let head = format!("\n<details{open}><summary>{heading}</summary>\n\n");
    let fits = |out: &String, more: usize| out.len() + more + END.len() + ROOM <= MOST;
    let lines = |text: &str| text.lines().count();
    let all: usize = section.lines.iter().map(|text| lines(text)).sum();
    let Some(first) = section.lines.first() else {
        return 0;
    };
    if !fits(out, head.len() + first.len()) {
        return all;
    }
    *out += &head;
    let mut shown = 0;
    for line in &section.lines {
        if !fits(out, line.len()) {
            break;
        }
        *out += line;
        shown += lines(line);
    }
    *out += END;
    all - shown
}

fn one(review: &Review, record: &Changed) -> String {
    let title = format!("**{}**", escape(&record.title));
    let base = review.preview.as_deref().and_then(safe);
    let linked = match (&record.path, base) {
        (Some(path), Some(base)) => {
            let address = safe(&format!("{}{path}", base.trim_end_matches('/')));
            address.map(|address| format!("[{title}]({address})"))
        }
        _ => None,
    };
    let place = record.path.as_ref().or(record.was.as_ref());
    let place = place.map_or(String::new(), |place| format!(" {}", code(place)));
    let mut out = format!("- {}{place}\n", linked.unwrap_or(title));
    for line in review.details(record) {
        let _ = writeln!(out, "  - {}", escape(&line));
    }
    out
}

fn faults(review: &Review, sources: &Sources) -> Section {
    let (errors, warnings) = (
        review.count(Severity::Error),
        review.count(Severity::Warning),
    );
    Section {
        heading: review.words.faults(errors, warnings),
        lines: review
            .faults
            .iter()
            .map(|f| fault(f, sources, review.words.language()))
            .collect(),
    }
}

fn fault(fault: &Diagnostic, sources: &Sources, language: Language) -> String {
    let (file, line, _) = fault.place(sources);
    let place = match line {
        0 => file,
        line => format!("{file}:{line}"),
    };
    let help = fault.help.as_ref();
    let help = help.map_or(String::new(), |help| help.to(language));
    let help = match help.is_empty() {
        true => String::new(),
        false => format!("\n  - {}", escape(&help)),
    };
    let message = escape(&fault.message.to(language));
    format!(
        "- {} {message} ({}){help}\n",
        code(&place),
        code(fault.code)
    )
}

fn addresses(review: &Review) -> Section {
    let (found, words) = (&review.addresses, review.words);
    let (added, removed, lost) = (found.added.len(), found.removed.len(), found.lost());
    let gone = found.removed.iter().map(|(path, to)| match to {
        Some(to) => format!("- {} {} {}\n", code(path), words.leads_to(), code(to)),
        None => format!("- {} {}\n", code(path), words.leads_nowhere()),
    });
    let new = |path: &String| format!("- {} {}\n", code(path), words.added());
    let new = found.added.iter().map(new);
    Section {
        heading: words.addresses(added, removed, lost),
        lines: gone.chain(new).collect(),
    }
}

fn files(review: &Review) -> Section {
    let words = review.words;
    let line = |(sort, files): (&super::files::Sort, &super::files::Files)| {
        format!(
            "- {}: {}\n",
            words.files(*sort, files.len()),
            words.counts(files)
        )
    };
    Section {
        heading: words.files_heading().to_owned(),
        lines: review.files.iter().map(line).collect(),
    }
}

/// An address that may stand in a link: of the web, and without what ends a link.
fn safe(address: &str) -> Option<String> {
    let of_the_web = address.starts_with("https://") || address.starts_with("http://");
    let encode = |c: char| match c {
        '(' | ')' | '<' | '>' | '[' | ']' | '\\' | '`' | '"' | '|' | '*' | '_' => {
            format!("%{:02X}", u32::from(c))
        }
        c => c.to_string(),
    };
    let clean = !address.chars().any(|c| c.is_whitespace() || c.is_control());
    (of_the_web && clean).then(|| address.chars().map(encode).collect())
}

/// A text between backticks, in which nothing means anything.
fn code(text: &str) -> String {
    let text = line(text).replace('`', "'");
    format!("`{text}`")
}

/// A text in which nothing is markup, a name or a reference.
pub fn escape(text: &str) -> String {
    let text = line(text);
    let mut out = String::with_capacity(text.len() + 16);
    let mut before = ' ';
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '@' | '#' => {
                out.push(c);
                out += GAP;
            }
            // `https://`, `www.` and `GH-12` become links by themselves.
            ':' | '.' => {
                out.push(c);
                let linked = match c {
                    ':' => letters.peek() == Some(&'/'),
                    _ => before == 'w' || before == 'W',
                };
                out += if linked { GAP } else { "" };
            }
            '-' if before == 'H' || before == 'h' => {
                out.push(c);
                out += GAP;
            }
            '\\' | '^' | '`' | '*' | '_' | '[' | ']' | '(' | ')' | '|' | '~' | '$' | '!' | '{'
            | '}' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
        before = c;
    }
    out
}

/// A text on one line, without what is not to be seen or turns the direction of what follows, and cut where
/// it is very long.
fn line(text: &str) -> String {
    let harmless = |c: char| match c {
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' => None,
        c if c.is_control() || c.is_whitespace() => Some(' '),
        c => Some(c),
    };
    let mut text: String = text.chars().filter_map(harmless).take(LINE + 1).collect();
    if text.chars().count() > LINE {
        text.pop();
        text.push('…');
    }
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag};

    #[test]
    fn a_title_cannot_become_anything_but_text() {
        for (title, expected) in [
            ("Soep & brood", "Soep &amp; brood"),
            ("@iemand", "@&#8203;iemand"),
            ("zie #12", "zie #&#8203;12"),
            ("<img src=x>", "&lt;img src=x&gt;"),
            ("[x](http://y)", "\\[x\\]\\(http:&#8203;//y\\)"),
            ("GH-1", "GH-&#8203;1"),
            ("a\n\n# b", "a  #&#8203; b"),
            ("www.x.nl", "www.&#8203;x.nl"),
        ] {
            assert_eq!(escape(title), expected);
        }
        assert_eq!(safe("javascript:alert(1)"), None);
        assert_eq!(safe("https://x.nl/a b"), None);
        assert_eq!(safe("https://x.nl/)").as_deref(), Some("https://x.nl/%29"));
        assert_eq!(code("a`b"), "`a'b`");
    }

    #[test]
    fn a_long_comment_is_cut_where_it_still_closes_what_it_opened() {
        let mut review = Review::new(super::super::words::Words::English, Default::default());
        let article = crate::content::Kind::in_folder("articles").unwrap();
        let record = |n: usize| Changed {
            sort: super::super::records::Sort::New,
            kind: article,
            id: format!("a{n}"),
            title: format!("{n} {}", "(&".repeat(n % 400)),
            file: String::new(),
            path: Some(format!("/a{n}/")),
            was: None,
            leads_to: None,
            sentences: vec![],
            fields: vec![],
            reworded: vec![],
            translated: vec!["en".to_owned()],
            untranslated: vec![],
        };
        for n in [10, 50, 3000] {
            review.records = (0..n).map(record).collect();
            review.addresses.added = (0..n).map(|n| format!("/a{n}/")).collect();
            let comment = render(&review, &Sources::default());
            assert!(comment.len() <= MOST, "{}", comment.len());
            let count = |text: &str| comment.matches(text).count();
            assert_eq!(count("<details"), count("</details>"));
            let (shown, cut) = (count("\n- ") + count("\n  - "), 3 * n);
            match comment.split_once(" more lines did not fit") {
                Some((before, _)) => {
                    let left = before.rsplit('\n').next().unwrap();
                    assert_eq!(shown + left.parse::<usize>().unwrap(), cut);
                }
                None => assert_eq!(shown, cut),
            }
        }
    }

    proptest! {
        #[test]
        fn whatever_a_title_holds_it_stays_one_text(title in "[ -~\\n\\té→]{0,60}") {
            let comment = format!("- **x {} y**\n", escape(&title));
            let mut open = 0;
            for event in Parser::new_ext(&comment, Options::all()) {
                match event {
                    Event::Start(Tag::List(_) | Tag::Item | Tag::Strong) => open += 1,
                    Event::Text(_) | Event::End(_) => {}
                    other => prop_assert!(false, "{other:?} of {title:?}"),
                }
            }
            prop_assert_eq!(open, 3);
        }
    }
}
