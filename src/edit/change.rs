//! From what is said to what is wanted, by the fewest splices of the text.

use super::written::{Place, Style, Writer, is_text, written};
use super::{line_end, view};
use crate::content::shape::{is_nothing, resolve};
use crate::yaml::{Node, Value as Yaml};
use serde_json::{Map, Value};
use std::ops::Range;

/// The text with a mapping at `range` that says what is wanted.
pub fn mapping(
    text: &str,
    range: Range<usize>,
    node: &Node,
    wanted: &Value,
    schema: &Value,
) -> String {
    let mut change = Change {
        text,
        writer: Writer {
            root: schema,
            end: line_end(text),
        },
        splices: vec![],
    };
    match (&node.value, wanted) {
        // Nothing stands there yet, except perhaps comments.
        (Yaml::Mapping(own), Value::Object(fields)) if own.is_empty() => {
            let lines = change.writer.entries(fields, 0, schema);
            change.put(range.end..range.end, lines);
        }
        (Yaml::Mapping(own), Value::Object(fields)) => change.block_mapping(own, fields, schema),
        _ => {}
    }
    change.done()
}

struct Change<'a> {
    text: &'a str,
    writer: Writer<'a>,
    /// What is replaced by what; none lies within another.
    splices: Vec<(Range<usize>, String)>,
}

impl<'a> Change<'a> {
    fn put(&mut self, range: Range<usize>, text: String) {
        self.splices.push((range, text));
    }

    fn done(mut self) -> String {
        // What is put at one place stays in the order in which it was put there.
        self.splices
            .sort_by_key(|(range, _)| (range.start, range.end));
        let (mut out, mut at) = (String::with_capacity(self.text.len() + 64), 0);
        for (range, new) in &self.splices {
            if range.start < at {
                continue;
            }
            out.push_str(&self.text[at..range.start]);
            out.push_str(new);
            at = range.end;
        }
        out.push_str(&self.text[at..]);
        out
    }

    /// Where the line of a byte begins.
    fn line(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |n| n + 1)
    }

    /// Where the line behind a byte begins; the byte itself where a line begins there.
    fn behind(&self, at: usize) -> usize {
        match at > 0 && self.text.as_bytes()[at - 1] == b'\n' {
            true => at,
            false => self.text[at..]
                .find('\n')
                .map_or(self.text.len(), |n| at + n + 1),
        }
    }

    /// How far a byte is from the beginning of its line, in spaces.
    fn column(&self, at: usize) -> usize {
        self.text[self.line(at)..at].chars().count()
    }

    /// Where a node ends: a list or mapping between brackets with the bracket that closes it.
    fn end_of(&self, node: &Node) -> usize {
        let range = node.span.range();
        if !self.text[range.start..].starts_with(['[', '{'])
            || matches!(node.value, Yaml::Scalar { .. })
        {
            return match &node.value {
                Yaml::Sequence(items) => items.last().map_or(range.end, |item| self.end_of(item)),
                Yaml::Mapping(own) => own.last().map_or(range.end, |(key, value)| {
                    self.end_of(value).max(key.span.range().end)
                }),
                // What the parser counts to a text of several lines reaches into the next line, up to its name.
                Yaml::Scalar { .. } => {
                    let own = self.text[range.clone()].trim_end_matches(' ');
                    if own.ends_with('\n') {
                        range.start + own.len()
                    } else {
                        range.end
                    }
                }
            };
        }
        let last = match &node.value {
            Yaml::Sequence(items) => items.last(),
            Yaml::Mapping(own) => own.last().map(|(_, value)| value),
            Yaml::Scalar { .. } => None,
        };
        let mut at = last.map_or(range.start + 1, |last| self.end_of(last));
        while let Some(letter) = self.text[at..].chars().next() {
            match letter {
                ']' | '}' => return at + 1,
                '#' => at = self.behind(at + 1),
                letter => at += letter.len_utf8(),
            }
        }
        at
    }

    /// Where a field ends, without what stands behind it on its line.
    fn value_end(&self, key: &Node, value: &Node) -> usize {
        let end = key.span.range().end;
        match value.span.range().is_empty() {
            // Nothing stands there: its place may be anywhere up to the next field.
            true => self.text[end..].find(':').map_or(end, |n| end + n + 1),
            false => self.end_of(value).max(end),
        }
    }

    /// Where the lines of a field end.
    fn entry_end(&self, key: &Node, value: &Node) -> usize {
        self.behind(self.value_end(key, value))
    }

    fn value(&mut self, node: &Node, wanted: &Value, schema: &'a Value) -> bool {
        if view(node) == *wanted {
            return true;
        }
        let is_flow = self.text[node.span.range().start..].starts_with(['[', '{']);
        match (&node.value, wanted) {
            (Yaml::Scalar { .. }, Value::String(new)) => self.scalar(node, new, schema),
            (Yaml::Mapping(own), Value::Object(fields)) if !is_flow => {
                let stays = |(key, _): &(Node, Node)| {
                    key.text().is_some_and(|name| fields.contains_key(name))
                };
                let any = own.iter().any(stays);
                if any {
                    self.block_mapping(own, fields, schema);
                }
                any
            }
            (Yaml::Sequence(items), Value::Array(new)) if !is_flow => {
                self.block_sequence(items, new, schema)
            }
            (Yaml::Sequence(items), Value::Array(new)) if !items.is_empty() => {
                self.flow_sequence(items, new, schema);
                true
            }
            (Yaml::Mapping(own), Value::Object(fields)) => self.flow_mapping(own, fields, schema),
            _ => false,
        }
    }

    fn scalar(&mut self, node: &Node, new: &str, schema: &Value) -> bool {
        let range = node.span.range();
        let old = &self.text[range.clone()];
        let style = match old.as_bytes().first() {
            Some(b'"') => Style::Double,
            Some(b'\'') => Style::Single,
            Some(b'|' | b'>') | None => return false,
            Some(_) => Style::Plain,
        };
        if old.contains('\n') || new.contains('\n') {
            return false;
        }
        let text = written(new, style, self.place(&range), is_text(schema));
        self.put(range, text);
        true
    }

    /// Whether a scalar stands between brackets: then a bracket is open before it on its line or above. What is taken
    /// for one too many only gets quotes that it would not have needed.
    fn place(&self, range: &Range<usize>) -> Place {
        let before = &self.text[self.line(range.start)..range.start];
        match before.contains(['[', '{']) || before.trim_start().is_empty() {
            true => Place::Flow,
            false => Place::Block,
        }
    }

    fn block_mapping(
        &mut self,
        own: &[(Node, Node)],
        fields: &Map<String, Value>,
        schema: &'a Value,
    ) {
        let Some((first, _)) = own.first() else {
            return;
        };
        let column = self.column(first.span.range().start);
        for (n, (key, value)) in own.iter().enumerate() {
            let name = key.text().unwrap_or("");
            let inner = self.writer.schema_of(schema, name);
            match fields.get(name) {
                Some(wanted) if self.value(value, wanted, inner) => {}
                Some(wanted) => {
                    let behind = self.text[key.span.range().end..].find(':');
                    let start =
                        behind.map_or(key.span.range().end, |n| key.span.range().end + n + 1);
                    let (end, behind) = (self.value_end(key, value), self.entry_end(key, value));
                    let text = self.writer.filled(wanted, column, inner);
                    // A comment behind the old value stays on the line of the name.
                    let comment = self.text[end..behind].trim_end_matches(['\r', '\n']);
                    let (line, rest) = text.split_at(text.find(['\r', '\n']).unwrap_or(text.len()));
                    let text = format!("{line}{comment}{rest}");
                    self.put(start..behind, text);
                }
                None if is_nothing(&view(value)) => {}
                None => self.remove_entry(own, n, fields),
            }
        }
        let is_new = |name: &str| own.iter().all(|(key, _)| key.text() != Some(name));
        for (name, value) in fields.iter().filter(|(name, _)| is_new(name)) {
            let after = self.neighbour(own, fields, name, schema);
            let start = self.line(first.span.range().start);
            let is_alone = self.text[start..first.span.range().start].trim().is_empty();
            // Before the first field of an item there is no room: that line has the dash.
            let after = after.or_else(|| own.iter().rfind(|_| !is_alone));
            let at = after.map_or(start, |(key, value)| self.entry_end(key, value));
            let field = Map::from_iter([(name.clone(), value.clone())]);
            let lines = self.writer.entries(&field, column, schema);
            self.insert(at, lines);
        }
    }

    /// Puts lines where a line begins; behind a last line that has no end yet it gets one.
    fn insert(&mut self, at: usize, lines: String) {
        let is_open = at > 0 && self.text.as_bytes()[at - 1] != b'\n';
        let lines = match is_open {
            true => format!("{}{lines}", self.writer.end),
            false => lines,
        };
        self.put(at..at, lines);
    }

    /// The field behind which a new one comes: of those that stay, the last that comes before it in the schema.
    fn neighbour<'n>(
        &self,
        own: &'n [(Node, Node)],
        fields: &Map<String, Value>,
        name: &str,
        schema: &Value,
    ) -> Option<&'n (Node, Node)> {
        let names: Vec<&String> = resolve(self.writer.root, schema)["properties"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name)
            .collect();
        let rank = |name: &str| names.iter().position(|other| *other == name);
        let staying =
            |(key, _): &&(Node, Node)| key.text().is_some_and(|name| fields.contains_key(name));
        match rank(name) {
            Some(own_rank) => {
                let before = |(key, _): &&(Node, Node)| {
                    key.text()
                        .and_then(rank)
                        .is_some_and(|rank| rank < own_rank)
                };
                own.iter().filter(staying).rfind(before)
            }
            None => own.iter().rfind(staying),
        }
        .or_else(|| own.last().filter(|_| rank(name).is_none()))
    }

    fn remove_entry(&mut self, own: &[(Node, Node)], n: usize, fields: &Map<String, Value>) {
        let (key, value) = &own[n];
        let start = key.span.range().start;
        let line = self.line(start);
        if self.text[line..start].trim().is_empty() {
            let end = self.entry_end(key, value);
            return self.put(line..end, String::new());
        }
        // The first field behind a dash: the next one that stays takes its place.
        let mut others = own[n + 1..].iter().map(|(key, _)| key);
        let stays = |key: &&Node| key.text().is_some_and(|name| fields.contains_key(name));
        if let Some(next) = others.find(stays) {
            self.put(start..next.span.range().start, String::new());
        }
    }

    fn block_sequence(&mut self, items: &[Node], new: &[Value], schema: &'a Value) -> bool {
        let dash = |item: &Node| {
            let (line, start) = (self.line(item.span.range().start), item.span.range().start);
            let before = self.text[line..start].trim_end();
            (before.trim_start() == "-").then(|| (line, before.len() - 1))
        };
        let dashes: Option<Vec<(usize, usize)>> = items.iter().map(dash).collect();
        let Some(dashes) = dashes else { return false };
        let (Some(first), Some((_, column))) = (items.first(), dashes.first().copied()) else {
            return false;
        };
        if items.iter().any(|item| item.span.range().is_empty()) {
            return false;
        }
        let inner = self.writer.items_of(schema);
        let start = self.line(first.span.range().start);
        let mut at = start;
        for step in steps(items, new) {
            match step {
                Step::Keep(n) => at = self.behind(self.end_of(&items[n])),
                Step::Change(n, value) => {
                    at = self.behind(self.end_of(&items[n]));
                    if !self.value(&items[n], value, inner) {
                        let text = self.writer.item(value, column, inner);
                        self.put(dashes[n].0..at, text);
                    }
                }
                Step::Remove(n) => {
                    let (line, end) = (dashes[n].0, self.behind(self.end_of(&items[n])));
                    self.put(line..end, String::new());
                    at = end;
                }
                Step::Add(value) => {
                    let text = self.writer.item(value, column, inner);
                    self.insert(at, text);
                }
            }
        }
        true
    }

    /// A list between brackets: items that stay keep their text and what stands behind them.
    fn flow_sequence(&mut self, items: &[Node], new: &[Value], schema: &'a Value) {
        let inner = self.writer.items_of(schema);
        let mut parts: Vec<(String, Option<&str>)> = vec![];
        for step in steps(items, new) {
            match step {
                Step::Keep(n) => {
                    let range = items[n].span.range().start..self.end_of(&items[n]);
                    let behind = items
                        .get(n + 1)
                        .map(|next| &self.text[range.end..next.span.range().start]);
                    parts.push((self.text[range].to_owned(), behind));
                }
                Step::Change(_, value) | Step::Add(value) => {
                    parts.push((self.writer.flow(value, inner), None))
                }
                Step::Remove(_) => {}
            }
        }
        let last = parts.len().saturating_sub(1);
        let text: String = parts
            .iter()
            .enumerate()
            .map(|(n, (part, behind))| match n == last {
                true => part.clone(),
                false => format!("{part}{}", behind.unwrap_or(", ")),
            })
            .collect();
        if let Some((first, end)) = items.first().zip(items.last()) {
            self.put(first.span.range().start..self.end_of(end), text);
        }
    }

    /// Fields between braces: changed where they stand, and others come and go there; `false` where it has to be written
    /// anew as a whole.
    fn flow_mapping(
        &mut self,
        own: &[(Node, Node)],
        fields: &Map<String, Value>,
        schema: &'a Value,
    ) -> bool {
        let wanted = |(key, _): &(Node, Node)| fields.get(key.text().unwrap_or(""));
        let Some(last) = own.iter().rposition(|field| wanted(field).is_some()) else {
            return false;
        };
        if own.iter().any(|(_, value)| value.span.range().is_empty()) {
            return false;
        }
        let (start, end) = (|n: usize| own[n].0.span.range().start, |n: usize| &own[n].1);
        let mark = self.splices.len();
        for (n, field) in own[..=last].iter().enumerate() {
            match wanted(field) {
                Some(new) => {
                    let inner = self.writer.schema_of(schema, field.0.text().unwrap_or(""));
                    if !self.value(&field.1, new, inner) {
                        self.splices.truncate(mark);
                        return false;
                    }
                }
                None => self.put(start(n)..start(n + 1), String::new()),
            }
        }
        self.put(
            self.end_of(end(last))..self.end_of(end(own.len() - 1)),
            String::new(),
        );
        let is_new = |name: &str| own.iter().all(|(key, _)| key.text() != Some(name));
        for (name, value) in fields.iter().filter(|(name, _)| is_new(name)) {
            let field = Map::from_iter([(name.clone(), value.clone())]);
            let text = self.writer.flow(&Value::Object(field), schema);
            let text = &text[1..text.len() - 1];
            match self.neighbour(own, fields, name, schema) {
                Some((_, before)) => {
                    let at = self.end_of(before);
                    self.put(at..at, format!(", {text}"));
                }
                None => {
                    let first = own.iter().position(|field| wanted(field).is_some());
                    let at = start(first.unwrap_or(0));
                    self.put(at..at, format!("{text}, "));
                }
            }
        }
        true
    }
}

/// What happens to the items of a list, one after the other.
enum Step<'a> {
    Keep(usize),
    Change(usize, &'a Value),
    Remove(usize),
    Add(&'a Value),
}

/// The shortest way from items to others: most of them stay (a longest common subsequence), and between two that stay
/// one takes the place of another as far as there are as many.
fn steps<'a>(items: &[Node], new: &'a [Value]) -> Vec<Step<'a>> {
    let old: Vec<Value> = items.iter().map(view).collect();
    let mut lengths = vec![vec![0usize; new.len() + 1]; old.len() + 1];
    for a in (0..old.len()).rev() {
        for b in (0..new.len()).rev() {
            lengths[a][b] = match old[a] == new[b] {
                true => lengths[a + 1][b + 1] + 1,
                false => lengths[a + 1][b].max(lengths[a][b + 1]),
            };
        }
    }
    let (mut a, mut b, mut steps) = (0, 0, vec![]);
    let mut gap: (Vec<usize>, Vec<&Value>) = Default::default();
    while a < old.len() || b < new.len() {
        let is_same = a < old.len() && b < new.len() && old[a] == new[b];
        if is_same {
            close(&mut gap, &mut steps);
            steps.push(Step::Keep(a));
            (a, b) = (a + 1, b + 1);
        } else if b == new.len() || (a < old.len() && lengths[a + 1][b] >= lengths[a][b + 1]) {
            gap.0.push(a);
            a += 1;
        } else {
            gap.1.push(&new[b]);
            b += 1;
        }
    }
    close(&mut gap, &mut steps);
    steps
}

fn close<'a>(gap: &mut (Vec<usize>, Vec<&'a Value>), steps: &mut Vec<Step<'a>>) {
    let (old, new) = std::mem::take(gap);
    let both = old.len().min(new.len());
    steps.extend((0..both).map(|n| Step::Change(old[n], new[n])));
    steps.extend(old[both..].iter().map(|n| Step::Remove(*n)));
    steps.extend(new[both..].iter().map(|value| Step::Add(value)));
}
