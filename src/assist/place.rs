//! What stands at a place of a file: which field's name or value, told from lines and indentation alone.

use std::ops::Range;

/// A step into front matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Into a field.
    Field(String),
    /// Into an item of a list.
    Item,
}

/// What stands at a place of front matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The way to it: to the group of a name, or to a value.
    pub path: Vec<Step>,
    /// The word that stands there, or is begun.
    pub word: Range<usize>,
    /// What it is.
    pub sort: Sort,
}

/// What can be written at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sort {
    /// The name of a field; behind a dash it may also be an item.
    Name {
        /// The names in the same group.
        present: Vec<String>,
        /// Whether a colon stands behind it.
        colon: bool,
        /// Whether it stands between braces.
        flow: bool,
        /// Whether a dash stands before it.
        dash: bool,
    },
    /// A value: whether it stands between brackets, or a bracket is still to be written.
    Value {
        /// Between brackets or behind a dash.
        item: bool,
    },
}

/// A line of front matter.
struct Line<'a> {
    start: usize,
    text: &'a str,
    /// The columns of the dashes before what it says.
    dashes: Vec<usize>,
    /// Where that begins.
    column: usize,
    /// The name with which it begins, if a colon stands behind it.
    name: Option<&'a str>,
}

impl<'a> Line<'a> {
    fn read(start: usize, text: &'a str) -> Line<'a> {
        let bytes = text.as_bytes();
        let (mut dashes, mut column) = (vec![], 0);
        loop {
            match (bytes.get(column), bytes.get(column + 1)) {
                (Some(b' '), _) => column += 1,
                (Some(b'-'), Some(b' ') | None) => {
                    dashes.push(column);
                    column += 1;
                }
                _ => break,
            }
        }
        let said = &text[column..];
        let name = said.split_once(':').filter(|(name, rest)| {
            !name.is_empty()
                && name.chars().all(is_name)
                && (rest.is_empty() || rest.starts_with([' ', '\t']))
        });
        Line {
            start,
            text,
            dashes,
            column,
            name: name.map(|(name, _)| name),
        }
    }

    fn said(&self) -> &'a str {
        &self.text[self.column..]
    }

    /// Whether it says nothing about the fields around it.
    fn is_silent(&self) -> bool {
        (self.said().trim().is_empty() && self.dashes.is_empty()) || self.said().starts_with('#')
    }
}

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '-')
}

/// What belongs to a word that is a value: also a name with its folder, or with an end.
fn is_word(letter: char) -> bool {
    is_name(letter) || matches!(letter, '/' | '.')
}

/// The lines between the dashes, also where the second line of dashes is still missing; and where they end.
fn matter(text: &str) -> Option<(Vec<Line<'_>>, usize)> {
    let mut lines = text.split_inclusive('\n');
    let first = lines
        .next()
        .filter(|line| line.trim_end() == "---" && line.ends_with('\n'))?;
    let (mut at, mut found) = (first.len(), vec![]);
    for line in lines {
        if line.trim_end() == "---" {
            return Some((found, at));
        }
        found.push(Line::read(at, line.trim_end_matches(['\r', '\n'])));
        at += line.len();
    }
    if text.ends_with('\n') {
        found.push(Line::read(at, ""));
    }
    Some((found, at + 1))
}

/// Whether a byte stands in the text below the front matter.
pub fn is_body(text: &str, at: usize) -> bool {
    matter(text).is_none_or(|(_, end)| at > end)
}

/// What stands at a byte of front matter; nothing in a comment, and nothing in the body.
pub fn place(text: &str, at: usize) -> Option<Place> {
    let (lines, end) = matter(text)?;
    if at >= end || !text.is_char_boundary(at) {
        return None;
    }
    let number = lines.iter().rposition(|line| line.start <= at)?;
    let line = &lines[number];
    let cursor = at - line.start;
    let before = line.text.get(..cursor)?;
    if before.trim_start().starts_with('#') {
        return None;
    }
    if let Some((path, from)) = unclosed(text, &lines, number, at) {
        return value(path, text, from..at, word(line, cursor, is_word));
    }
    let mut path = parents(&lines, number, cursor);
    let colon = line.name.map(|name| line.column + name.len());
    if let (Some(name), Some(colon)) = (line.name, colon)
        && cursor > colon
    {
        path.push(Step::Field(name.to_owned()));
        return value(
            path,
            text,
            line.start + colon + 1..at,
            word(line, cursor, is_word),
        );
    }
    if line.said().starts_with(['[', '{', '"', '\'']) && cursor > line.column {
        return value(
            path,
            text,
            line.start + line.column..at,
            word(line, cursor, is_word),
        );
    }
    let word = word(
        line,
        cursor,
        if line.name.is_some() {
            is_name
        } else {
            is_word
        },
    );
    // Behind other words there is no name of a field.
    let lead = line
        .text
        .get(line.column..word.start - line.start)
        .unwrap_or("");
    if !lead.trim().is_empty() {
        return None;
    }
    Some(Place {
        path,
        word,
        sort: Sort::Name {
            present: present(&lines, number, cursor),
            colon: line.name.is_some(),
            flow: false,
            dash: !line.dashes.is_empty(),
        },
    })
}

/// The word around a place of a line.
fn word(line: &Line, cursor: usize, belongs: fn(char) -> bool) -> Range<usize> {
    let (before, behind) = line.text.split_at(cursor);
    let start = before
        .trim_end_matches(belongs)
        .len()
        .max(line.column.min(cursor));
    let end = cursor + (behind.len() - behind.trim_start_matches(belongs).len());
    line.start + start..line.start + end
}

/// Where the name in a line stands, or would stand where there is none yet.
fn column(line: &Line, cursor: usize) -> usize {
    match line.said().is_empty() && line.dashes.is_empty() {
        true => cursor,
        false => line.column,
    }
}

/// The way to the group that a line belongs to.
fn parents(lines: &[Line], number: usize, cursor: usize) -> Vec<Step> {
    let Some(own) = lines.get(number) else {
        return vec![];
    };
    let (mut path, mut at) = (vec![], column(own, cursor));
    let mut in_list = up(own, &mut path, &mut at);
    for line in lines[..number]
        .iter()
        .rev()
        .filter(|line| !line.is_silent())
    {
        if in_list {
            // The list of a field may begin right below it, in the same column.
            if let Some(name) = line
                .name
                .filter(|_| line.column <= at && !line.dashes.contains(&at))
            {
                path.push(Step::Field(name.to_owned()));
                at = line.column;
                in_list = up(line, &mut path, &mut at);
            }
        } else if line.column == at && !line.dashes.is_empty() {
            in_list = up(line, &mut path, &mut at);
        } else if let Some(name) = line.name.filter(|_| line.column < at) {
            path.push(Step::Field(name.to_owned()));
            at = line.column;
            in_list = up(line, &mut path, &mut at);
        } else if line.name.is_none()
            && line.said().is_empty()
            && line.dashes.last().is_some_and(|dash| *dash < at)
        {
            // A dash that stands alone on its line.
            in_list = up(line, &mut path, &mut at);
        }
    }
    path.reverse();
    path
}

/// Out of the items that a line begins.
fn up(line: &Line, path: &mut Vec<Step>, at: &mut usize) -> bool {
    for dash in line.dashes.iter().rev() {
        path.push(Step::Item);
        *at = *dash;
    }
    !line.dashes.is_empty()
}

/// The other names in the group that a line belongs to.
fn present(lines: &[Line], number: usize, cursor: usize) -> Vec<String> {
    let Some(own) = lines.get(number) else {
        return vec![];
    };
    let at = column(own, cursor);
    let mut names = vec![];
    let mut take =
        |line: &Line| names.extend(line.name.filter(|_| line.column == at).map(str::to_owned));
    if own.dashes.is_empty() {
        for line in lines[..number]
            .iter()
            .rev()
            .filter(|line| !line.is_silent())
        {
            if line.column < at {
                break;
            }
            take(line);
            if line.column == at && !line.dashes.is_empty() {
                break;
            }
        }
    }
    for line in lines[number + 1..].iter().filter(|line| !line.is_silent()) {
        if line.column < at || line.dashes.first().is_some_and(|dash| *dash < at) {
            break;
        }
        take(line);
    }
    names
}

/// A bracket or brace that is open.
struct Open {
    brace: bool,
    name: Option<String>,
    present: Vec<String>,
}

/// A list or group in brackets that began on a line above and is still open: the way to it, and where it begins.
/// Lines in it are deeper than its name, so one that somebody forgot to close does not swallow the fields below it.
fn unclosed(text: &str, lines: &[Line], number: usize, at: usize) -> Option<(Vec<Step>, usize)> {
    const FAR: usize = 50;
    let own = lines.get(number)?;
    let mut least = column(own, at.checked_sub(own.start)?);
    for (n, line) in lines[..number].iter().enumerate().rev().take(FAR) {
        let from = line
            .name
            .map_or(line.column, |name| line.column + name.len() + 1);
        let behind = line.text.get(from..).unwrap_or("").trim_start();
        if line.column < least && behind.starts_with(['[', '{']) {
            let from = line.start + from;
            let is_open = value(vec![], text, from..at, at..at).is_some_and(|place| {
                !place.path.is_empty() || matches!(place.sort, Sort::Name { .. })
            });
            let mut path = parents(lines, n, line.column);
            path.extend(line.name.map(|name| Step::Field(name.to_owned())));
            return is_open.then_some((path, from));
        }
        if !line.is_silent() {
            least = least.min(line.column);
        }
    }
    None
}

/// What stands at the end of a range that begins behind a colon or a dash, in brackets or not.
fn value(
    mut path: Vec<Step>,
    text: &str,
    range: Range<usize>,
    word: Range<usize>,
) -> Option<Place> {
    let written = text.get(range)?;
    let (mut open, mut quote, mut token): (Vec<Open>, Option<char>, usize) = (vec![], None, 0);
    let (mut last, mut comment) = (' ', false);
    for (n, letter) in written.char_indices() {
        match (quote, letter) {
            _ if comment => comment = letter != '\n',
            (Some(own), letter) if own == letter => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') if written[token..n].trim().is_empty() => quote = Some(letter),
            (None, '#') if last.is_whitespace() => comment = true,
            (None, '[' | '{') => {
                open.push(Open {
                    brace: letter == '{',
                    name: None,
                    present: vec![],
                });
                token = n + 1;
            }
            (None, ']' | '}') => {
                open.pop();
                token = n + 1;
            }
            (None, ',') => {
                if let Some(own) = open.last_mut() {
                    own.name = None;
                    token = n + 1;
                }
            }
            (None, ':') => {
                if let Some(own) = open
                    .last_mut()
                    .filter(|own| own.brace && own.name.is_none())
                {
                    let name = written[token..n].trim().to_owned();
                    own.present.push(name.clone());
                    own.name = Some(name);
                    token = n + 1;
                }
            }
            _ => {}
        }
        last = letter;
    }
    if comment {
        return None;
    }
    let mut sort = Sort::Value { item: false };
    for own in open {
        match (own.brace, own.name) {
            (false, _) => {
                path.push(Step::Item);
                sort = Sort::Value { item: true };
            }
            (true, Some(name)) => {
                path.push(Step::Field(name));
                sort = Sort::Value { item: false };
            }
            (true, None) => {
                let behind = text.get(word.end..).unwrap_or("");
                sort = Sort::Name {
                    present: own.present,
                    colon: behind.starts_with(':'),
                    flow: true,
                    dash: false,
                };
            }
        }
    }
    Some(Place { path, word, sort })
}

/// The link of a text around a byte: where its target stands.
pub fn link(text: &str, at: usize) -> Option<Range<usize>> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |n| n + 1);
    let end = text[at..].find('\n').map_or(text.len(), |n| at + n);
    let line = &text[start..end];
    for (n, _) in line.match_indices("](") {
        let from = line[..n].rfind('[').unwrap_or(n);
        let rest = &line[n + 2..];
        let closing = rest.find(')').unwrap_or(rest.len());
        let target = rest[..closing].split([' ', '\t']).next().unwrap_or("");
        if (from..=n + 2 + closing).contains(&(at - start)) {
            return Some(start + n + 2..start + n + 2 + target.len());
        }
    }
    None
}
