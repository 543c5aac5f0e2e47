//! A record while it is read: what readers fill in, and what every record must have before it counts.

use super::safe::{self, Markup, TITLE};
use super::time::When;
use crate::content::Kind;
use crate::content::shape::is_nothing;
use crate::diagnostic::Words;
use crate::diagnostic::words::Part;
use crate::harvest::found::{Found, Payload, Reading, Refused, Setting};
use crate::say;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Most records that are taken from one payload.
pub const RECORDS: usize = 5000;
/// Most refusals that are told one by one.
const REFUSALS: usize = 200;

/// A text with its language, as it was written.
pub type Said = (String, String);

/// A record while it is read.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Which kind it becomes.
    pub kind: &'static Kind,
    /// What its source knows it by.
    pub key: Option<String>,
    /// Its page.
    pub url: Option<String>,
    /// When it last changed.
    pub updated: Option<String>,
    /// Its title in each language.
    pub title: Vec<Said>,
    /// Its summary in each language, when its source has one apart from the description.
    pub summary: Vec<Said>,
    /// Its description in each language.
    pub description: Vec<(String, String, Markup)>,
    /// When it takes place.
    pub when: Option<When>,
    /// All other fields, as we publish them.
    pub fields: Map<String, Value>,
    /// Words under which its source files it.
    pub keywords: Vec<String>,
}

impl Draft {
    /// An empty draft of a kind.
    pub fn new(kind: &'static Kind) -> Draft {
        Draft {
            kind,
            key: None,
            url: None,
            updated: None,
            title: vec![],
            summary: vec![],
            description: vec![],
            when: None,
            fields: Map::new(),
            keywords: vec![],
        }
    }

    /// Sets a field, unless there is nothing to say.
    pub fn set(&mut self, name: &str, value: Value) {
        if !is_nothing(&value) {
            self.fields.insert(name.to_owned(), value);
        }
    }

    /// What refusals call it.
    fn name(&self) -> String {
        let title = self.title.first().map(|(_, text)| text.clone());
        safe::line_of_html(&title.or_else(|| self.key.clone()).unwrap_or_default(), 100)
    }
}

/// A reading while it is made.
pub struct Harvest<'a> {
    /// What is read.
    pub payload: &'a Payload<'a>,
    /// What it may leave unsaid.
    pub setting: &'a Setting<'a>,
    /// What was found so far.
    pub reading: Reading,
    /// The keys that are given away, and how many asked for each.
    keys: BTreeMap<String, usize>,
    /// How many more were refused than are told.
    untold: usize,
    /// How many records there were beyond the most that are taken.
    beyond: usize,
}

impl<'a> Harvest<'a> {
    /// Begins to read.
    pub fn new(payload: &'a Payload<'a>, setting: &'a Setting<'a>, system: &'static str) -> Self {
        let reading = Reading {
            system,
            ..Reading::default()
        };
        Harvest {
            payload,
            setting,
            reading,
            keys: BTreeMap::new(),
            untold: 0,
            beyond: 0,
        }
    }

    /// Tells that something is not taken.
    pub fn refuse(&mut self, what: impl Part, why: impl Into<Words>) {
        if self.reading.refused.len() >= REFUSALS {
            self.untold += 1;
            return;
        }
        // What Plein says is safe; what others wrote becomes so.
        let what = match what.part() {
            Words::Written(text) => safe::line_of_html(&text, 100).into(),
            said => said,
        };
        self.reading.refused.push(Refused {
            what,
            why: why.into(),
        });
    }

    /// An address of the web, read from that of the payload.
    pub fn address(&self, text: &str) -> Option<String> {
        safe::address(text, self.payload.url)
    }

    /// A text by language, as records hold it.
    pub fn text(&self, text: &str, most: usize) -> Value {
        let text = safe::line_of_html(text, most);
        match text.is_empty() {
            true => Value::Null,
            false => json!({ self.setting.language: text }),
        }
    }

    /// Takes a draft as a record, or tells why not.
    pub fn take(&mut self, draft: Draft) {
        let name = draft.name();
        if self.reading.found.len() >= RECORDS {
            self.beyond += 1;
            return;
        }
        match self.found(draft) {
            Ok(found) => self.reading.found.push(found),
            Err(why) => self.refuse(name, why),
        }
    }

    /// The reading, whole.
    pub fn finish(mut self) -> Reading {
        if self.untold > 0 {
            let what = say!("{} more", self.untold);
            let why = say!("refused as well; only the first are told");
            self.reading.refused.push(Refused { what, why });
        }
        if self.beyond > 0 {
            let what = say!("{} more", self.beyond);
            let why = say!("at most {} records are taken from one source", RECORDS);
            self.reading.refused.push(Refused { what, why });
        }
        self.reading
    }

    fn found(&mut self, draft: Draft) -> Result<Found, Words> {
        let mut record = Map::new();
        let title = self.texts(&draft.title, TITLE);
        if is_nothing(&title) {
            return Err(say!("it has no title"));
        }
        record.insert("title".to_owned(), title);
        let (mut summary, mut body) = (self.texts(&draft.summary, safe::SUMMARY), Map::new());
        let mut first = Map::new();
        for (language, text, markup) in &draft.description {
            let (text, plain) = safe::description(text, *markup);
            if !text.is_empty() {
                let language = self.language(language);
                first.insert(language.clone(), json!(safe::summary(&plain)));
                body.insert(language, json!(text));
            }
        }
        if is_nothing(&summary) {
            first.retain(|_, text| !is_nothing(text));
            summary = Value::Object(first);
        }
        let mut set = |name: &str, value: Value| {
            if !is_nothing(&value) {
                record.insert(name.to_owned(), value);
            }
        };
        set("summary", summary);
        if let Some(when) = &draft.when {
            for (name, value) in when.fields()? {
                set(name, value);
            }
        } else if draft.kind.name == "event" {
            return Err(say!("it does not say when it begins"));
        }
        for (name, value) in draft.fields {
            set(&name, value);
        }
        let mut extra = Map::new();
        if !body.is_empty() {
            extra.insert("description".to_owned(), Value::Object(body));
        }
        let keywords = keywords(&draft.keywords);
        if !keywords.is_empty() {
            extra.insert("keywords".to_owned(), json!(keywords));
        }
        set("extra", Value::Object(extra));
        self.in_its_language(&mut record);
        let key = self.key(draft.key.as_deref(), &record);
        Ok(Found {
            kind: draft.kind,
            key,
            url: draft.url,
            updated: draft.updated,
            record,
        })
    }

    fn texts(&self, said: &[Said], most: usize) -> Value {
        let mut texts = Map::new();
        for (language, text) in said {
            let text = safe::line_of_html(text, most);
            if !text.is_empty() {
                texts.entry(self.language(language)).or_insert(json!(text));
            }
        }
        Value::Object(texts)
    }

    /// Names of places and prices of which no language was told are in that of the title.
    fn in_its_language(&self, record: &mut Map<String, Value>) {
        let own = self.setting.language;
        let spoken = record.get("title").and_then(Value::as_object);
        let other = spoken.filter(|texts| !texts.contains_key(own));
        let Some(first) = other.and_then(|texts| texts.keys().next().cloned()) else {
            return;
        };
        let rename = |texts: &mut Value| {
            if let Some(texts) = texts.as_object_mut()
                && texts.len() == 1
                && let Some(text) = texts.shift_remove(own)
            {
                texts.insert(first.clone(), text);
            }
        };
        if let Some(name) = record
            .get_mut("location")
            .and_then(|place| place.get_mut("name"))
        {
            rename(name);
        }
        let prices = record.get_mut("price").and_then(Value::as_array_mut);
        for label in prices
            .into_iter()
            .flatten()
            .filter_map(|price| price.get_mut("label"))
        {
            rename(label);
        }
    }

    fn language(&self, given: &str) -> String {
        language(given).unwrap_or_else(|| self.setting.language.to_owned())
    }

    /// What stays the same: the source's own key, else made of source, start and title. Two with one key are told
    /// apart by their start.
    fn key(&mut self, given: Option<&str>, record: &Map<String, Value>) -> String {
        let start = record
            .get("start")
            .or(record.get("date"))
            .and_then(Value::as_str)
            .unwrap_or("");
        let given =
            given.map(|key| safe::head(&safe::visible(key).replace(['\n', '\t'], " "), 500));
        let mut key = match given.filter(|key| !key.trim().is_empty()) {
            Some(key) if runs(&key) => format!("made:{}", blake3::hash(key.as_bytes()).to_hex()),
            Some(key) => key.trim().to_owned(),
            None => {
                let source = self.payload.url.split(['?', '#']).next().unwrap_or("");
                let title = record
                    .get("title")
                    .map(Value::to_string)
                    .unwrap_or_default();
                let hash = blake3::hash(format!("{source}\n{start}\n{title}").as_bytes());
                format!("made:{}", hash.to_hex().get(..24).unwrap_or(""))
            }
        };
        if self.keys.contains_key(&key) {
            key = format!("{key} {start}");
        }
        let stem = key.clone();
        while self.keys.contains_key(&key) {
            let asked = self.keys.entry(stem.clone()).or_insert(1);
            *asked += 1;
            key = format!("{stem} #{asked}");
        }
        self.keys.insert(key.clone(), 1);
        key
    }
}

/// Whether a key is something that a browser would run, were it ever taken for an address or for HTML.
fn runs(key: &str) -> bool {
    let begin = key.trim_start().to_ascii_lowercase();
    let schemes = ["javascript:", "data:", "vbscript:"];
    key.contains("<s") || key.contains("<S") || schemes.iter().any(|it| begin.starts_with(it))
}

/// A language as BCP 47 writes it; the country is kept where it is another language to read.
pub fn language(text: &str) -> Option<String> {
    let mut parts = text.trim().split(['-', '_']);
    let first = parts.next()?.to_ascii_lowercase();
    if !(2..=3).contains(&first.len())
        || !first.bytes().all(|b| b.is_ascii_lowercase())
        || first == "und"
    {
        return None;
    }
    let second = parts
        .next()
        .filter(|part| part.bytes().all(|b| b.is_ascii_alphabetic()));
    match (first.as_str(), second) {
        ("zh" | "sr" | "pt", Some(part)) if (2..=4).contains(&part.len()) => {
            let part = part.to_ascii_lowercase();
            let part = match part.len() {
                4 => part.get(..1)?.to_ascii_uppercase() + part.get(1..)?,
                _ => part.to_ascii_uppercase(),
            };
            Some(format!("{first}-{part}"))
        }
        _ => Some(first),
    }
}

/// Each word once, at most twenty.
fn keywords(words: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for word in words.iter().take(200) {
        let word = safe::line_of_html(word.trim_start_matches('#'), 60);
        if !word.is_empty() && !kept.contains(&word) && kept.len() < 20 {
            kept.push(word);
        }
    }
    kept
}
