//! TOML as front matter has it, read leniently: tables, arrays, strings of all four sorts, dates.

use super::matter::Note;
use crate::phrase;
use serde_json::{Map, Value};

/// Reads a text as TOML. A line that is none is told and left out.
pub fn read(text: &str, notes: &mut Vec<Note>) -> Value {
    let mut root = Map::new();
    let mut table: Vec<String> = Vec::new();
    let mut rest = Reader { text, at: 0 };
    loop {
        rest.blank();
        if rest.peek().is_none() {
            return Value::Object(root);
        }
        let start = rest.at;
        let read = match rest.peek() {
            Some('[') => rest.header(&mut root, &mut table),
            _ => rest.pair().and_then(|(mut path, value)| {
                let name = path.pop()?;
                let within = [table.as_slice(), &path].concat();
                let fields = open(&mut root, &within)?;
                if fields.insert(name.clone(), value).is_some() {
                    notes.push(
                        Note::repaired(phrase!("a field stands there twice: the last one counts"))
                            .about(&name),
                    );
                }
                Some(())
            }),
        };
        if read.is_none() || !rest.ends_line() {
            rest.at = start.max(rest.at);
            let line = rest.skip_line(start);
            if read.is_none() {
                notes.push(
                    Note::lost(phrase!("a line of the front matter is no field")).about(line),
                );
            }
        }
    }
}

/// The table at a path, made where it is not there; of a list of tables the last.
fn open<'m>(
    root: &'m mut Map<String, Value>,
    path: &[String],
) -> Option<&'m mut Map<String, Value>> {
    let mut at = root;
    for name in path {
        let next = at
            .entry(name.clone())
            .or_insert_with(|| Value::Object(Map::new()));
        at = match next {
            Value::Object(fields) => fields,
            Value::Array(items) => items.last_mut()?.as_object_mut()?,
            _ => return None,
        };
    }
    Some(at)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self, what: &str) -> bool {
        let found = self.rest().starts_with(what);
        self.at += if found { what.len() } else { 0 };
        found
    }

    fn spaces(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t']).len();
    }

    /// Spaces, line ends and comments.
    fn blank(&mut self) {
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start().len();
            if self.peek() != Some('#') {
                return;
            }
            self.at += self.rest().find('\n').unwrap_or(self.rest().len());
        }
    }

    fn ends_line(&mut self) -> bool {
        self.spaces();
        matches!(self.peek(), None | Some('\n' | '#'))
    }

    fn skip_line(&mut self, start: usize) -> &'t str {
        self.at += self.rest().find('\n').unwrap_or(self.rest().len());
        self.text.get(start..self.at).unwrap_or("")
    }

    /// `[table]` or `[[list of tables]]`.
    fn header(&mut self, root: &mut Map<String, Value>, table: &mut Vec<String>) -> Option<()> {
        let list = self.take("[[");
        if !list {
            self.take("[");
        }
        let mut path = self.path()?;
        self.spaces();
        if !self.take(if list { "]]" } else { "]" }) {
            return None;
        }
        table.clone_from(&path);
        if !list {
            // Also a table that nothing stands in is there.
            open(root, &path)?;
        } else {
            let name = path.pop()?;
            let items = open(root, &path)?
                .entry(name)
                .or_insert_with(|| Value::Array(vec![]));
            items.as_array_mut()?.push(Value::Object(Map::new()));
        }
        Some(())
    }

    fn path(&mut self) -> Option<Vec<String>> {
        let mut path = Vec::new();
        loop {
            self.spaces();
            let name = match self.peek()? {
                '"' | '\'' => self.string()?,
                _ => {
                    let rest = self.rest();
                    let fits = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
                    let end = rest.find(|c| !fits(c)).unwrap_or(rest.len());
                    self.at += end;
                    rest.get(..end)?.to_owned()
                }
            };
            if name.is_empty() {
                return None;
            }
            path.push(name);
            self.spaces();
            if !self.take(".") {
                return Some(path);
            }
        }
    }

    fn pair(&mut self) -> Option<(Vec<String>, Value)> {
        let path = self.path()?;
        self.spaces();
        if !self.take("=") && !self.take(":") {
            return None;
        }
        self.spaces();
        Some((path, self.value(0)?))
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        if depth > 32 {
            return None;
        }
        match self.peek()? {
            '"' | '\'' => self.string().map(Value::String),
            '[' => {
                self.take("[");
                let mut items = Vec::new();
                loop {
                    self.blank();
                    if self.take("]") {
                        return Some(Value::Array(items));
                    }
                    items.push(self.value(depth + 1)?);
                    self.blank();
                    self.take(",");
                }
            }
            '{' => {
                self.take("{");
                let mut fields = Map::new();
                loop {
                    self.blank();
                    if self.take("}") {
                        return Some(Value::Object(fields));
                    }
                    let (mut path, value) = self.pair()?;
                    let name = path.pop()?;
                    open(&mut fields, &path)?.insert(name, value);
                    self.blank();
                    self.take(",");
                }
            }
            _ => self.bare(),
        }
    }

    /// Numbers, dates and truth values; numbers and dates stay as they were written.
    fn bare(&mut self) -> Option<Value> {
        let rest = self.rest();
        let end = rest.find([',', ']', '}', '\n', '#']).unwrap_or(rest.len());
        let word = rest.get(..end)?.trim();
        self.at += end;
        match word {
            "" => None,
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            word => Some(Value::String(word.to_owned())),
        }
    }

    fn string(&mut self) -> Option<String> {
        for (fence, escapes) in [("\"\"\"", true), ("'''", false)] {
            if self.take(fence) {
                self.take("\n");
                let end = self.rest().find(fence)?;
                let inner = self.rest().get(..end)?;
                self.at += end + fence.len();
                return Some(if escapes {
                    unescaped(inner)
                } else {
                    inner.to_owned()
                });
            }
        }
        if self.take("'") {
            let end = self.rest().find(['\'', '\n'])?;
            let inner = self.rest().get(..end)?;
            self.at += end;
            return self.take("'").then(|| inner.to_owned());
        }
        self.take("\"");
        let mut escaped = false;
        for (n, c) in self.rest().char_indices() {
            match c {
                '"' if !escaped => {
                    let inner = self.rest().get(..n)?;
                    self.at += n + 1;
                    return Some(unescaped(inner));
                }
                '\n' => return None,
                c => escaped = c == '\\' && !escaped,
            }
        }
        None
    }
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let digits = match chars.next() {
            Some('n') => {
                out.push('\n');
                0
            }
            Some('t') => {
                out.push('\t');
                0
            }
            Some('r' | 'b' | 'f') => 0,
            Some('u') => 4,
            Some('U') => 8,
            Some('\n') => {
                let rest = chars.as_str().trim_start();
                chars = rest.chars();
                0
            }
            Some(other) => {
                out.push(other);
                0
            }
            None => 0,
        };
        if digits > 0 {
            let hex: String = chars.by_ref().take(digits).collect();
            out.extend(u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tables_lists_and_strings_are_read_and_what_is_none_is_told() {
        let text = "title = \"A \\\"b\\\"\"\ndate = 2024-05-01T09:30:00Z # when\ntags = [\n  \"a\",\n  'b', # c\n]\nnonsense\n\
                    [extra]\nplace.name = '''x'''\nopen = true\n[[parts]]\nby = {a = 1, b = \"2\"}\n[[parts]]\nby = 3\n";
        let mut notes = Vec::new();
        let value = read(text, &mut notes);
        let expected = json!({
            "title": "A \"b\"", "date": "2024-05-01T09:30:00Z", "tags": ["a", "b"],
            "extra": {"place": {"name": "x"}, "open": true},
            "parts": [{"by": {"a": "1", "b": "2"}}, {"by": "3"}],
        });
        assert_eq!(value, expected);
        assert_eq!(notes.len(), 1, "{notes:?}");
    }
}
