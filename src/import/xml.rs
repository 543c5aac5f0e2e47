//! The few things of XML that workbooks are read by: tags without prefixes, attributes, text.

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

/// A tag that opens: its name without prefix, and its attributes by theirs.
pub struct Tag {
    /// Its name.
    pub name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    /// The value of an attribute.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// A piece of a document.
pub enum Piece {
    /// A tag opens; one that is empty closes at once.
    Open(Tag),
    /// A tag closes.
    Close(String),
    /// What stands between tags.
    Text(String),
}

fn local(name: &[u8]) -> String {
    let name = String::from_utf8_lossy(name);
    name.rsplit(':').next().unwrap_or("").to_owned()
}

fn tag(start: &BytesStart) -> Tag {
    let mut attributes = start.attributes();
    let value =
        |value: quick_xml::Result<std::borrow::Cow<str>>| value.unwrap_or_default().into_owned();
    Tag {
        name: local(start.name().as_ref()),
        attributes: attributes
            .with_checks(false)
            .flatten()
            .map(|one| {
                (
                    local(one.key.as_ref()),
                    value(one.normalized_value(XmlVersion::Implicit1_0)),
                )
            })
            .collect(),
    }
}

/// Every piece of a document, in order. False when it ends before it is whole.
pub fn pieces(text: &str, mut each: impl FnMut(Piece)) -> bool {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => each(Piece::Open(tag(&start))),
            Ok(Event::Empty(start)) => {
                let tag = tag(&start);
                let name = tag.name.clone();
                each(Piece::Open(tag));
                each(Piece::Close(name));
            }
            Ok(Event::End(end)) => each(Piece::Close(local(end.name().as_ref()))),
            Ok(Event::Text(text)) => {
                each(Piece::Text(text.decode().unwrap_or_default().into_owned()))
            }
            Ok(Event::CData(text)) => {
                each(Piece::Text(text.decode().unwrap_or_default().into_owned()))
            }
            Ok(Event::GeneralRef(reference)) => {
                let named = reference.decode().unwrap_or_default();
                let known = match reference.resolve_char_ref() {
                    Ok(Some(character)) => character.to_string(),
                    _ => resolve_predefined_entity(&named).unwrap_or("").to_owned(),
                };
                each(Piece::Text(known));
            }
            Ok(Event::Eof) => return true,
            Err(_) => return false,
            Ok(_) => {}
        }
    }
}
