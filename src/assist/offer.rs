//! What can be written at a place: names of fields, choices, records, topics and neighbourhoods, files to link to.

use super::place::{self, Place, Sort};
use super::{Desk, fields};
use serde_json::Value;
use std::ops::Range;

/// Something that can be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The word by which it is known.
    pub label: String,
    /// What it is called.
    pub title: String,
    /// What it is about.
    pub help: String,
    /// What sort of thing it is.
    pub sort: Offered,
    /// What is written.
    pub text: String,
    /// The same with places to fill in, in the syntax of snippets; none where there are none.
    pub snippet: Option<String>,
    /// Its place in the order.
    pub rank: usize,
}

/// What sort of thing is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offered {
    /// The name of a field.
    Field,
    /// One of the choices of a field.
    Choice,
    /// A record.
    Record,
    /// A topic or a neighbourhood.
    Term,
    /// A picture or another file.
    File,
}

impl Desk<'_> {
    /// What can be written at a byte, and the range of the text that it takes the place of.
    pub fn offers(&self, text: &str, at: usize) -> (Range<usize>, Vec<Offer>) {
        if let Some(place) = place::place(text, at) {
            let mut offers = self.at(&place);
            for (rank, offer) in offers.iter_mut().enumerate() {
                offer.rank += rank;
            }
            return (place.word, offers);
        }
        match place::link(text, at).filter(|target| place::is_body(text, at) && target.start <= at)
        {
            Some(target) if at <= target.end => (target, self.links()),
            _ => (at..at, vec![]),
        }
    }

    fn at(&self, place: &Place) -> Vec<Offer> {
        let Some(own) = self.field(&place.path) else {
            return vec![];
        };
        match &place.sort {
            Sort::Value { item } => self.values(own, *item),
            Sort::Name {
                present,
                colon,
                flow,
                dash,
            } => {
                let Some(fields) = fields(own).filter(|_| own["is"] != "list") else {
                    // In a list of words a line begins with a dash.
                    let lead = if *dash || *flow || own["is"] != "list" {
                        ""
                    } else {
                        "- "
                    };
                    let mut offers = self.values(own, true);
                    for offer in &mut offers {
                        offer.text.insert_str(0, lead);
                    }
                    return if *colon || own.is_array() {
                        vec![]
                    } else {
                        offers
                    };
                };
                let missing = |field: &&Value| !present.iter().any(|name| field["name"] == **name);
                let fits = |field: &&Value| !self.is_translation || is_translated(field);
                let fields = fields.iter().filter(missing).filter(fits);
                fields
                    .map(|field| name(field, *colon, *flow || *dash))
                    .collect()
            }
        }
    }

    /// What a field or an item can say.
    fn values(&self, own: &Value, item: bool) -> Vec<Offer> {
        let offer = |sort, label: &str, title: &str, help: &str| Offer {
            label: label.to_owned(),
            title: title.to_owned(),
            help: help.to_owned(),
            sort,
            text: label.to_owned(),
            snippet: None,
            rank: 0,
        };
        let word = |value: &Value| value.as_str().unwrap_or("").to_owned();
        match own["is"].as_str().unwrap_or("") {
            "list" => {
                let mut offers = self.values(&own["item"], true);
                for offer in offers.iter_mut().filter(|_| !item) {
                    offer.snippet = Some(format!("[{}$0]", escaped(&offer.text)));
                    offer.text = format!("[{}]", offer.text);
                }
                offers
            }
            "choice" => {
                let choices = own["choices"].as_array().into_iter().flatten();
                let offer = |choice: &Value| {
                    offer(
                        Offered::Choice,
                        &word(&choice["value"]),
                        &word(&choice["label"]),
                        "",
                    )
                };
                choices.map(offer).collect()
            }
            "truth" => ["true", "false"]
                .map(|one| offer(Offered::Choice, one, "", ""))
                .into(),
            "reference" => {
                let folders = &own["folders"];
                let is_one = folders
                    .as_array()
                    .is_some_and(|all| all.len() == 1 && all[0] != "*");
                let offer = |record: &super::Record| {
                    let name = match is_one {
                        true => record.slug.clone(),
                        false => format!("{}/{}", record.folder, record.slug),
                    };
                    offer(Offered::Record, &name, &record.title, &record.summary)
                };
                self.known.within(folders).map(offer).collect()
            }
            "term" => {
                let own = self
                    .known
                    .terms
                    .iter()
                    .filter(|term| own["vocabulary"] == term.vocabulary);
                own.map(|term| offer(Offered::Term, &term.id, &term.title, &term.summary))
                    .collect()
            }
            "picture" => {
                let media = self.known.media.iter();
                media
                    .map(|file| offer(Offered::File, file, "", ""))
                    .collect()
            }
            _ => vec![],
        }
    }

    /// Files that a body can link to.
    fn links(&self) -> Vec<Offer> {
        let offer = |(rank, record): (usize, &super::Record)| {
            let path = match record.folder == self.kind.folder {
                true => format!("{}.md", record.slug),
                false => format!("../{}/{}.md", record.folder, record.slug),
            };
            Offer {
                label: path.clone(),
                title: record.title.clone(),
                help: record.summary.clone(),
                sort: Offered::Record,
                text: path,
                snippet: None,
                rank,
            }
        };
        let file = |(rank, file): (usize, &String)| Offer {
            label: format!("../{file}"),
            title: String::new(),
            help: String::new(),
            sort: Offered::File,
            text: format!("../{file}"),
            snippet: None,
            rank: self.known.records.len() + rank,
        };
        let records = self.known.records.iter().enumerate().map(offer);
        records
            .chain(self.known.media.iter().enumerate().map(file))
            .collect()
    }
}

/// Whether a translation may hold a field: it is a text, or there are texts in it.
fn is_translated(field: &Value) -> bool {
    match field["is"].as_str().unwrap_or("") {
        "text" => field["translated"] == true,
        "list" => is_translated(&field["item"]),
        "group" => field["fields"]
            .as_array()
            .into_iter()
            .flatten()
            .any(is_translated),
        _ => false,
    }
}

/// The name of a field, with room for its value. `flow` says that nothing can stand on a line below.
fn name(field: &Value, colon: bool, flow: bool) -> Offer {
    let word = |key: &str| field[key].as_str().unwrap_or("").to_owned();
    let name = word("name");
    let item = &field["item"];
    let choices = |own: &Value| {
        let choices = own["choices"].as_array().into_iter().flatten();
        choices
            .filter_map(|choice| choice["value"].as_str())
            .collect::<Vec<_>>()
            .join(",")
    };
    let value = match (
        field["is"].as_str().unwrap_or(""),
        item["is"].as_str().unwrap_or(""),
    ) {
        ("choice", _) => format!(" ${{1|{}|}}", choices(field)),
        ("truth", _) => " ${1|true,false|}".to_owned(),
        ("list", "group") if flow => " [{$1}]".to_owned(),
        ("list", "group") => "\n  - $1".to_owned(),
        ("list", "choice") => format!(" [${{1|{}|}}]", choices(item)),
        ("list", _) => " [$1]".to_owned(),
        ("group", _) if flow => " {$1}".to_owned(),
        ("group", _) => "\n  $1".to_owned(),
        _ => " $1".to_owned(),
    };
    let is_group = value.starts_with('\n');
    Offer {
        label: name.clone(),
        title: word("label"),
        help: word("help"),
        sort: Offered::Field,
        text: match (colon, is_group) {
            (true, _) => name.clone(),
            (false, true) => format!("{name}:"),
            (false, false) => format!("{name}: "),
        },
        snippet: (!colon).then(|| format!("{name}:{value}")),
        // What must be there comes first.
        rank: if field["required"] == true { 0 } else { 1000 },
    }
}

/// A text as it stands in a snippet.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('$', "\\$")
        .replace('}', "\\}")
}
