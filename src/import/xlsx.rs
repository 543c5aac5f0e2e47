//! Workbooks of Excel: what cells show, by the values that were last computed.

use super::archive::Archive;
use super::cells::{Sheet, Show, number};
use super::xml::{Piece, Tag, pieces};
use std::collections::BTreeMap;

/// The sheets of a workbook; nothing for what is none.
pub fn sheets(archive: &Archive) -> Option<Vec<Sheet>> {
    let by_type = |relations: &[Relation], end: &str| {
        let found = relations.iter().find(|one| one.sort.ends_with(end));
        found.map(|one| one.target.clone())
    };
    let book = by_type(&relations(archive, ""), "/officeDocument")
        .unwrap_or_else(|| "xl/workbook.xml".to_owned());
    let text = archive.text(&book)?;
    let relations = relations(archive, &book);
    let strings = by_type(&relations, "/sharedStrings").and_then(|path| archive.text(&path));
    let strings = strings.map(|text| shared(&text)).unwrap_or_default();
    let styles = by_type(&relations, "/styles").and_then(|path| archive.text(&path));
    let styles = styles.map(|text| shows(&text)).unwrap_or_default();
    let mut from_1904 = false;
    let mut found: Vec<(String, bool, String)> = Vec::new();
    pieces(&text, |piece| {
        let Piece::Open(tag) = piece else { return };
        match tag.name.as_str() {
            "workbookPr" => from_1904 = matches!(tag.get("date1904"), Some("1" | "true")),
            "sheet" => {
                let hidden = tag.get("state").is_some_and(|state| state != "visible");
                let (name, id) = (tag.get("name").unwrap_or(""), tag.get("id").unwrap_or(""));
                found.push((name.to_owned(), hidden, id.to_owned()));
            }
            _ => {}
        }
    });
    let mut sheets = Vec::new();
    for (name, hidden, id) in found {
        let path = relations
            .iter()
            .find(|one| one.id == id)
            .map(|one| one.target.clone());
        let Some(text) = path.as_ref().and_then(|path| archive.text(path)) else {
            continue;
        };
        let mut reader = Reader {
            sheet: Sheet {
                name,
                hidden,
                ..Sheet::default()
            },
            strings: &strings,
            styles: &styles,
            from_1904,
            links: self::relations(archive, &path.unwrap_or_default()),
            ..Reader::default()
        };
        if !pieces(&text, |piece| reader.piece(piece)) {
            return None;
        }
        sheets.push(reader.sheet);
    }
    Some(sheets)
}

/// What a part of a workbook leads to.
#[derive(Default)]
struct Relation {
    id: String,
    sort: String,
    target: String,
}

fn relations(archive: &Archive, part: &str) -> Vec<Relation> {
    let (folder, name) = part
        .rsplit_once('/')
        .map_or(("", part), |(folder, name)| (folder, name));
    let path = format!("{folder}/_rels/{name}.rels");
    let mut found = Vec::new();
    pieces(&archive.text(&path).unwrap_or_default(), |piece| {
        if let Piece::Open(tag) = piece
            && tag.name == "Relationship"
        {
            let text = |name: &str| tag.get(name).unwrap_or("").to_owned();
            let mut target = text("Target");
            if text("TargetMode") != "External" {
                target = match target.strip_prefix('/') {
                    Some(whole) => whole.to_owned(),
                    None => format!("{folder}/{target}")
                        .trim_start_matches('/')
                        .to_owned(),
                };
            }
            found.push(Relation {
                id: text("Id"),
                sort: text("Type"),
                target,
            });
        }
    });
    found
}

/// Texts that cells share, without how they are pronounced.
fn shared(text: &str) -> Vec<String> {
    let (mut strings, mut now) = (Vec::new(), String::new());
    let (mut inside, mut aside) = (false, false);
    pieces(text, |piece| match piece {
        Piece::Open(tag) => match tag.name.as_str() {
            "t" => inside = !aside,
            "rPh" => aside = true,
            _ => {}
        },
        Piece::Close(name) => match name.as_str() {
            "t" => inside = false,
            "rPh" => aside = false,
            "si" => strings.push(std::mem::take(&mut now)),
            _ => {}
        },
        Piece::Text(text) if inside => now += &text,
        Piece::Text(_) => {}
    });
    strings
}

/// How each style shows numbers.
fn shows(text: &str) -> Vec<Show> {
    let mut own: BTreeMap<String, Show> = BTreeMap::new();
    let (mut shows, mut inside) = (Vec::new(), false);
    pieces(text, |piece| match piece {
        Piece::Open(tag) => match tag.name.as_str() {
            "numFmt" => {
                let id = tag.get("numFmtId").unwrap_or("").to_owned();
                own.insert(id, by_code(tag.get("formatCode").unwrap_or("")));
            }
            "cellXfs" => inside = true,
            "xf" if inside => {
                let id = tag.get("numFmtId").unwrap_or("");
                let built_in = || by_number(id.parse().unwrap_or(0));
                shows.push(own.get(id).copied().unwrap_or_else(built_in));
            }
            _ => {}
        },
        Piece::Close(name) if name == "cellXfs" => inside = false,
        _ => {}
    });
    shows
}

/// What the numbers of formats stand for that need no code.
fn by_number(id: u32) -> Show {
    match id {
        9 | 10 => Show::Percent,
        14..=22 | 27..=36 | 45 | 47 | 50..=58 => Show::Moment,
        46 => Show::Length,
        _ => Show::Number,
    }
}

/// A format by its code: `dd-mm-yyyy hh:mm`, `0.0%`, `[h]:mm`.
fn by_code(code: &str) -> Show {
    let mut letters = String::new();
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => drop(chars.by_ref().find(|c| *c == '"')),
            '\\' | '_' | '*' => drop(chars.next()),
            '[' => {
                let inner: String = chars.by_ref().take_while(|c| *c != ']').collect();
                let inner = inner.to_lowercase();
                if !inner.is_empty() && inner.chars().all(|c| matches!(c, 'h' | 'm' | 's')) {
                    return Show::Length;
                }
            }
            ';' => break,
            c => letters.extend(c.to_lowercase()),
        }
    }
    match () {
        () if letters.contains('%') => Show::Percent,
        () if letters == "general" => Show::Number,
        () if letters.contains(['y', 'd', 'm', 'h', 's']) => Show::Moment,
        () => Show::Number,
    }
}

#[derive(Default)]
struct Reader<'a> {
    sheet: Sheet,
    strings: &'a [String],
    styles: &'a [Show],
    from_1904: bool,
    links: Vec<Relation>,
    /// The row and column of the cell.
    at: (usize, usize),
    sort: String,
    show: Show,
    value: String,
    inside: bool,
}

impl Reader<'_> {
    fn piece(&mut self, piece: Piece) {
        match piece {
            Piece::Open(tag) => self.open(&tag),
            Piece::Text(text) if self.inside => self.value += &text,
            Piece::Text(_) => {}
            Piece::Close(name) => match name.as_str() {
                "v" | "t" => self.inside = false,
                "c" => {
                    let text = self.shown();
                    self.sheet.put(self.at.0, self.at.1, &text);
                    self.at.1 = self.at.1.saturating_add(1);
                }
                "row" => self.at = (self.at.0.saturating_add(1), 0),
                _ => {}
            },
        }
    }

    fn open(&mut self, tag: &Tag) {
        match tag.name.as_str() {
            "row" => {
                let number = tag.get("r").and_then(|r| r.parse::<usize>().ok());
                self.at = (number.map_or(self.at.0, |n| n.saturating_sub(1)), 0);
            }
            "c" => {
                self.at = tag.get("r").and_then(place).unwrap_or(self.at);
                self.sort = tag.get("t").unwrap_or("n").to_owned();
                let style = tag.get("s").and_then(|s| s.parse::<usize>().ok());
                self.show = style
                    .and_then(|n| self.styles.get(n))
                    .copied()
                    .unwrap_or_default();
                self.value.clear();
            }
            "v" | "t" => self.inside = true,
            // How a text is pronounced.
            "rPh" => self.inside = false,
            "mergeCell" => {
                let (first, last) = tag
                    .get("ref")
                    .and_then(|r| r.split_once(':'))
                    .unwrap_or_default();
                if let (Some(first), Some(last)) = (place(first), place(last)) {
                    self.sheet.merged.push([first.0, first.1, last.0, last.1]);
                }
            }
            "hyperlink" => {
                let id = tag.get("id").unwrap_or("");
                let found = self
                    .links
                    .iter()
                    .find(|link| link.id == id && !id.is_empty());
                let at = tag.get("ref").and_then(|r| place(r.split(':').next()?));
                if let (Some(link), Some(at)) = (found, at) {
                    self.sheet.links.insert(at, link.target.clone());
                }
            }
            _ => {}
        }
    }

    fn shown(&self) -> String {
        let value = self.value.trim();
        match self.sort.as_str() {
            "s" => {
                let text = value
                    .parse::<usize>()
                    .ok()
                    .and_then(|n| self.strings.get(n));
                text.cloned().unwrap_or_default()
            }
            "b" => (if value == "1" { "true" } else { "false" }).to_owned(),
            "n" => match value.parse::<f64>() {
                Ok(n) if n.is_finite() => number(n, self.show, self.from_1904),
                _ => value.to_owned(),
            },
            // Texts, texts of formulas, days in the way of ISO 8601, and what went wrong in a formula.
            _ => value.to_owned(),
        }
    }
}

/// Row and column of `B3`.
fn place(name: &str) -> Option<(usize, usize)> {
    let name = name.replace('$', "");
    let digits = name.find(|c: char| c.is_ascii_digit())?;
    let mut column: usize = 0;
    for letter in name.get(..digits)?.bytes() {
        let letter = letter.to_ascii_uppercase();
        if !letter.is_ascii_uppercase() || column > 20_000 {
            return None;
        }
        column = column * 26 + usize::from(letter - b'A') + 1;
    }
    let row: usize = name.get(digits..)?.parse().ok()?;
    Some((row.checked_sub(1)?, column.checked_sub(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_tell_days_from_numbers() {
        assert_eq!(by_code("dd\\-mm\\-yyyy"), Show::Moment);
        assert_eq!(by_code("[$-413]d mmmm yyyy;@"), Show::Moment);
        assert_eq!(by_code("\"days: \"0"), Show::Number);
        assert_eq!(by_code("[Red]0.00"), Show::Number);
        assert_eq!(by_code("[h]:mm:ss"), Show::Length);
        assert_eq!(by_code("0.0%"), Show::Percent);
        assert_eq!(place("AB12"), Some((11, 27)));
        assert_eq!(place("12"), None);
    }
}
