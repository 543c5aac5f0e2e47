//! A file to begin with: what a kind must have is filled in, what it may have stands there to be chosen.

pub mod on;
pub mod schema;
pub mod snippets;

pub use crate::content::parse::file_name;
use crate::content::shape::{self, Shape, shape};
use crate::content::{KINDS, Kind};
use crate::edit::written::{Place, Style, written};
use jiff::ToSpan;
use jiff::civil::{DateTime, Time};
use on::On;
use serde_json::Value;
use std::fmt::Write as _;

/// What a site knows that helps to fill in a form.
pub trait Known {
    /// The names of the records in a folder.
    fn names(&self, folder: &str) -> Vec<String>;
    /// The identifiers of topics or neighbourhoods, by the name of the field.
    fn terms(&self, field: &str) -> Vec<String>;
    /// The country of the site, in two letters.
    fn country(&self) -> Option<String>;
}

/// What is to be written.
pub struct Blank<'a> {
    /// Which kind.
    pub kind: &'static Kind,
    /// Its title.
    pub title: &'a str,
    /// When it is, if that was said.
    pub on: Option<On>,
    /// The clock of the site.
    pub now: DateTime,
    /// Whether the words in the file are Dutch; else they are English.
    pub dutch: bool,
}

/// A file to begin with.
#[derive(Debug, PartialEq, Eq)]
pub struct Form {
    /// What is in it.
    pub text: String,
    /// Fields of which the value is a guess.
    pub open: Vec<String>,
    /// When it is, if it has such a field.
    pub on: Option<On>,
}

/// Fields for later, or for who knows them already.
const SELDOM: &[&str] = &[
    "id", "aliases", "same_as", "license", "extra", "verified", "draft",
];

/// Values that an editor mostly wants.
const USUAL: &[(&str, &str)] = &[("duration", "2h")];

/// Examples where the schema does not say enough.
const EXAMPLES: &[(&str, &str)] = &[
    ("timezone", "Europe/Amsterdam"),
    ("repeat", "{ every: week, count: 10 }"),
    ("rrule", "FREQ=WEEKLY;COUNT=10"),
    ("email", "info@example.org"),
    ("file", "media/….jpg"),
];

/// When people meet, if nobody said when.
const EVENING: Time = Time::constant(19, 30, 0, 0);

/// The field that says when something of a kind is, and whether it takes a time.
pub fn dated(kind: &Kind) -> Option<(&'static str, bool)> {
    let shape = shape(kind);
    shape.required.iter().find_map(|name| {
        let schema = field(shape, name);
        let is_day = schema["format"] == "date";
        (is_day || shape::is_moment(schema)).then_some((name.as_str(), !is_day))
    })
}

impl Blank<'_> {
    /// Fills in the form.
    pub fn write(&self, known: &impl Known) -> Form {
        let shape = shape(self.kind);
        let mut form = Form {
            text: "---\n".to_owned(),
            open: vec![],
            on: None,
        };
        let mut lines = String::new();
        for name in &shape.required {
            let value = match name.as_str() {
                "title" => scalar(self.title),
                name => self.required(shape, name, known, &mut form),
            };
            if form.open.contains(name) {
                let _ = writeln!(lines, "# {}", self.fill_in(shape, name));
            }
            let _ = writeln!(lines, "{name}: {value}");
        }
        for (name, value) in USUAL.iter().filter(|(name, _)| has(shape, name)) {
            let _ = writeln!(lines, "{name}: {value}");
        }
        let only = self.only_space(shape, known);
        if let Some(space) = &only {
            let _ = writeln!(lines, "space: {space}");
        }
        if !form.open.is_empty() {
            lines += "draft: true\n";
        }
        form.text += &lines;
        form.text += &self.optional(shape, known, only.is_some());
        form.text += "---\n\n";
        form
    }

    fn say(&self, dutch: &'static str, english: &'static str) -> &'static str {
        if self.dutch { dutch } else { english }
    }

    /// A value for a field that must be there. What is a guess is noted.
    fn required(&self, shape: &Shape, name: &str, known: &impl Known, form: &mut Form) -> String {
        if let Some((dated, takes_time)) = dated(self.kind)
            && dated == name
        {
            let on = self.when(shape, takes_time);
            form.on = Some(on);
            return moment(on);
        }
        form.open.push(name.to_owned());
        let schema = field(shape, name);
        let country = || known.country().unwrap_or_else(|| "NL".to_owned());
        match name {
            "country" => country(),
            _ => choices(schema)
                .into_iter()
                .next()
                .unwrap_or_else(|| example(shape, name, schema, known)),
        }
    }

    /// When it is: as was said, else in a week, or today for what is only published.
    fn when(&self, shape: &Shape, takes_time: bool) -> On {
        let needs_time = has(shape, "all_day");
        let days = if takes_time { 7 } else { 0 };
        let otherwise = On {
            day: self.now.date().saturating_add(days.days()),
            time: None,
        };
        let on = self.on.unwrap_or(otherwise);
        let time = on.time.or(needs_time.then_some(EVENING));
        On {
            time: time.filter(|_| takes_time),
            ..on
        }
    }

    fn fill_in(&self, shape: &Shape, name: &str) -> String {
        let schema = field(shape, name);
        let choices = choices(schema);
        match choices.is_empty() {
            true => self.say("Vul dit in:", "Fill this in:").to_owned() + " " + help(shape, name),
            false => format!("{} {}", self.say("Kies:", "Choose:"), choices.join(", ")),
        }
    }

    /// The only space, of what takes place in one.
    fn only_space(&self, shape: &Shape, known: &impl Known) -> Option<String> {
        let folders = shape.references.get("space")?;
        let names: Vec<String> = folders
            .iter()
            .flat_map(|folder| known.names(folder))
            .collect();
        match &names[..] {
            [only] => Some(only.clone()),
            _ => None,
        }
    }

    /// What may be said besides, each line to be switched on by taking its `#` away.
    fn optional(&self, shape: &Shape, known: &impl Known, has_space: bool) -> String {
        let mut lines = format!(
            "# {}\n",
            self.say(
                "Meer kan hieronder: haal het # weg voor een regel, en vul hem in.",
                "There is more below: take the # before a line away, and fill it in.",
            )
        );
        let common = shape.common.iter();
        for name in common.chain(&shape.own).map(String::as_str) {
            let written = shape.required.iter().any(|required| required == name)
                || USUAL.iter().any(|(usual, _)| *usual == name)
                || (has_space && name == "space");
            if written || SELDOM.contains(&name) {
                continue;
            }
            let schema = field(shape, name);
            let choices = choices(schema);
            let told = match choices.is_empty() {
                true => help(shape, name).to_owned(),
                false => format!("{} {}", help(shape, name), choices.join(", ")),
            };
            let example = example(shape, name, schema, known);
            let _ = writeln!(lines, "# {told}\n#{name}: {example}");
        }
        lines
    }
}

fn has(shape: &Shape, name: &str) -> bool {
    shape.own.iter().any(|own| own == name)
}

fn field<'a>(shape: &'a Shape, name: &str) -> &'a Value {
    shape::resolve(&shape.schema, &shape.schema["properties"][name])
}

/// The help text of a field: its doc comment, on one line.
fn help<'a>(shape: &'a Shape, name: &str) -> &'a str {
    let text = shape.schema["properties"][name]["description"].as_str();
    text.unwrap_or("").lines().next().unwrap_or("")
}

/// The words that a field can hold.
fn choices(schema: &Value) -> Vec<String> {
    let words = |list: &Value, key: Option<&str>| -> Vec<String> {
        let items = list.as_array().into_iter().flatten();
        let word = |item: &Value| match key {
            Some(key) => item[key].as_str().map(str::to_owned),
            None => item.as_str().map(str::to_owned),
        };
        items.filter_map(word).collect()
    };
    let plain = words(&schema["enum"], None);
    match plain.is_empty() {
        true => words(&schema["oneOf"], Some("const")),
        false => plain,
    }
}

/// A value that a field could have.
fn example(shape: &Shape, name: &str, schema: &Value, known: &impl Known) -> String {
    let schema = shape::resolve(&shape.schema, schema);
    let choices = choices(schema);
    let terms = known.terms(name);
    let by_name = EXAMPLES.iter().find(|(known, _)| *known == name);
    match schema["type"].as_str().or(schema["type"][0].as_str()) {
        _ if by_name.is_some() => by_name.map_or("", |(_, example)| example).to_owned(),
        _ if !choices.is_empty() => choices.last().cloned().unwrap_or_default(),
        Some("array") => {
            let item = match (shape.references.contains_key(name), terms.first()) {
                (true, _) => reference(shape, name, known),
                (false, Some(term)) => term.clone(),
                _ => example(shape, "", &schema["items"], known),
            };
            format!("[{item}]")
        }
        Some("object") => object(shape, schema, known),
        Some("boolean") => "true".to_owned(),
        Some("integer" | "number") => "10".to_owned(),
        _ if shape.references.contains_key(name) => reference(shape, name, known),
        _ if !terms.is_empty() => terms.first().cloned().unwrap_or_default(),
        _ => text(name, schema),
    }
}

fn text(name: &str, schema: &Value) -> String {
    let day = on::EXAMPLE;
    let pattern = schema["pattern"].as_str().unwrap_or("");
    match schema["format"].as_str() {
        Some("date") => day.to_string(),
        Some("uri") => "https://example.org/".to_owned(),
        Some("email") => "info@example.org".to_owned(),
        _ if shape::is_moment(schema) => format!("{day}T19:30"),
        _ if pattern.starts_with("^(PT)?") => "2h".to_owned(),
        _ if pattern == "^[A-Z]{2}$" => "NL".to_owned(),
        _ if pattern.starts_with("^[a-z]{2,3}") => "nl".to_owned(),
        _ if pattern == r"^\d{2}:\d{2}$" => {
            ["09:00", "17:00"][usize::from(name == "closes")].to_owned()
        }
        _ if pattern.starts_with(r"^\d{4}(-") => day.year().to_string(),
        _ if pattern.starts_with("^[a-z0-9]") || pattern.starts_with("^([a-z]+/)?") => {
            "naam".to_owned()
        }
        _ if pattern.starts_with("^/") => "/oud/".to_owned(),
        _ => "…".to_owned(),
    }
}

/// A record that a field can point at: one that there is.
fn reference(shape: &Shape, name: &str, known: &impl Known) -> String {
    let folders = shape.references.get(name).map_or(&[][..], Vec::as_slice);
    let any = folders.iter().any(|folder| folder == "*");
    let folders: Vec<&str> = match any {
        true => KINDS.iter().map(|kind| kind.folder).collect(),
        false => folders.iter().map(String::as_str).collect(),
    };
    let mut all = folders.iter();
    let found = all.find_map(|folder| Some((*folder, known.names(folder).into_iter().next()?)));
    match (found, &folders[..]) {
        (Some((_, name)), [_]) => name,
        (Some((folder, name)), _) => format!("{folder}/{name}"),
        (None, [folder, _, ..]) => format!("{folder}/…"),
        (None, _) => "…".to_owned(),
    }
}

/// A group of fields: those that it must have, else its first two.
fn object(shape: &Shape, schema: &Value, known: &impl Known) -> String {
    let required: Vec<&str> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let fields = schema["properties"].as_object();
    let fields = fields.into_iter().flatten();
    let wanted =
        fields.filter(|(name, _)| required.is_empty() || required.contains(&name.as_str()));
    let shown = wanted
        .take(if required.is_empty() { 2 } else { usize::MAX })
        .map(|(name, schema)| format!("{name}: {}", example(shape, name, schema, known)));
    format!("{{ {} }}", shown.collect::<Vec<_>>().join(", "))
}

fn moment(on: On) -> String {
    match on.time {
        Some(time) => on
            .day
            .to_datetime(time)
            .strftime("%Y-%m-%dT%H:%M")
            .to_string(),
        None => on.day.to_string(),
    }
}

/// A title as YAML, on one line.
fn scalar(text: &str) -> String {
    let text: Vec<&str> = text.split_whitespace().collect();
    written(&text.join(" "), Style::Plain, Place::Block, true)
}

#[cfg(test)]
mod tests;
