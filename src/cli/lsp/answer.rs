//! Answers to what an editor asks about a document.

use super::desk::{Shared, range};
use super::uri;
use crate::assist::Desk;
use crate::assist::offer::{Offer, Offered};
use crate::assist::position::{Encoding, byte};
use crate::content::Kind;
use crate::edit::format;
use serde_json::{Value, json};
use std::ops::Range;
use std::path::Path;

/// What is asked, and what is known.
pub struct Asked<'a> {
    /// As the editor put it.
    pub params: &'a Value,
    /// The document's address.
    pub uri: &'a str,
    /// Its path within the site.
    pub path: &'a str,
    /// Its text, as it stands in the editor.
    pub text: &'a str,
    /// The folder of the site.
    pub root: Option<&'a Path>,
    /// How places are counted.
    pub encoding: Encoding,
    /// Whether the editor fills in snippets.
    pub snippets: bool,
    /// What is known of the site.
    pub shared: &'a Shared,
}

impl<'a> Asked<'a> {
    /// The byte of a place.
    fn byte(&self, place: &Value) -> Option<usize> {
        let number = |name: &str| usize::try_from(place[name].as_u64()?).ok();
        Some(byte(
            self.text,
            number("line")?,
            number("character")?,
            self.encoding,
        ))
    }

    fn range(&self, bytes: Range<usize>) -> Value {
        range(self.text, bytes, self.encoding)
    }

    fn desk(&self) -> Option<Desk<'a>> {
        let shared = self.shared;
        Desk::of(
            self.path,
            shared.default.as_deref(),
            shared.language.code(),
            &shared.known,
        )
    }
}

/// What can be written here.
pub fn completion(asked: &Asked) -> Option<Value> {
    let at = asked.byte(&asked.params["position"])?;
    let (word, offers) = asked.desk()?.offers(asked.text, at);
    let range = asked.range(word);
    let items: Vec<Value> = offers
        .iter()
        .map(|offer| item(offer, &range, asked.snippets))
        .collect();
    Some(json!({ "isIncomplete": false, "items": items }))
}

fn item(offer: &Offer, range: &Value, snippets: bool) -> Value {
    let snippet = offer.snippet.as_ref().filter(|_| snippets);
    let kind = match offer.sort {
        Offered::Field => 5,
        Offered::Choice => 20,
        Offered::Record => 18,
        Offered::Term => 21,
        Offered::File => 17,
    };
    let mut item = json!({
        "label": offer.label,
        "kind": kind,
        "detail": offer.title,
        "documentation": { "kind": "markdown", "value": offer.help },
        // By its title, too: who looks for a record may not know the name of its file.
        "filterText": format!("{} {}", offer.label, offer.title),
        "sortText": format!("{:06}", offer.rank),
        "textEdit": { "range": range, "newText": snippet.unwrap_or(&offer.text) },
        "insertTextFormat": if snippet.is_some() { 2 } else { 1 },
        "insertTextMode": 2,
    });
    if let Some(fields) = item.as_object_mut() {
        fields.retain(|_, value| *value != "" && value["value"] != "");
    }
    item
}

/// What the word here means.
pub fn hover(asked: &Asked) -> Option<Value> {
    let at = asked.byte(&asked.params["position"])?;
    let (word, told) = asked.desk()?.hover(asked.text, at)?;
    Some(json!({ "contents": { "kind": "markdown", "value": told }, "range": asked.range(word) }))
}

/// Where the word here leads.
pub fn definition(asked: &Asked) -> Option<Value> {
    let at = asked.byte(&asked.params["position"])?;
    let target = asked.desk()?.definition(asked.text, at)?;
    let start = json!({ "line": 0, "character": 0 });
    let top = json!({ "start": start, "end": start });
    let range = target.span.map_or(top, |span| {
        range(
            &asked.shared.sources.get(span.source).text,
            span.range(),
            asked.encoding,
        )
    });
    Some(json!({ "uri": uri::of(&asked.root?.join(&target.path)), "range": range }))
}

/// The mends of the mistakes here.
pub fn actions(asked: &Asked) -> Option<Value> {
    let wanted = &asked.params["range"];
    let (from, to) = (asked.byte(&wanted["start"])?, asked.byte(&wanted["end"])?);
    let mends = asked.shared.mends.get(asked.path);
    let touches = |fault: &Value| {
        let place = &fault["range"];
        let start = asked.byte(&place["start"])?;
        Some(start <= to && from <= asked.byte(&place["end"])?)
    };
    let here = mends
        .into_iter()
        .flatten()
        .filter(|(fault, _)| touches(fault) == Some(true));
    let action = |(fault, edit): &(Value, Value)| {
        let title = fault["message"]
            .as_str()
            .and_then(|told| told.lines().last())
            .unwrap_or("");
        json!({
            "title": title,
            "kind": "quickfix",
            "diagnostics": [fault],
            "isPreferred": true,
            "edit": { "changes": { asked.uri: [edit] } },
        })
    };
    Some(here.map(action).collect())
}

/// The document in an even form: one edit from the first line that differs to the last. None where it cannot be read.
pub fn formatting(asked: &Asked) -> Option<Value> {
    let kind = asked
        .path
        .strip_prefix("content/")
        .and_then(|path| Kind::in_folder(path.split_once('/')?.0));
    let even = match kind {
        Some(kind) => format::record(asked.text, kind),
        None if asked.path.ends_with(".yaml") => format::data(asked.text),
        None => return None,
    };
    let after = even.ok()?;
    let (before, new): (Vec<&str>, Vec<&str>) = (
        asked.text.split_inclusive('\n').collect(),
        after.split_inclusive('\n').collect(),
    );
    let same = |(a, b): &(&&str, &&str)| a == b;
    let head = before.iter().zip(&new).take_while(same).count();
    let rest = (before[head..].iter().rev()).zip(new[head..].iter().rev());
    let tail = rest.take_while(same).count();
    if head + tail == before.len() && before.len() == new.len() {
        return Some(json!([]));
    }
    let length = |lines: &[&str]| lines.iter().map(|line| line.len()).sum::<usize>();
    let start = length(&before[..head]);
    let end = asked.text.len() - length(&before[before.len() - tail..]);
    let text = new[head..new.len() - tail].concat();
    Some(json!([{ "range": asked.range(start..end), "newText": text }]))
}
