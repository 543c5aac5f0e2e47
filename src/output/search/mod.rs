//! Search without a server: an index that we write, in files so small that a query loads a few of them.
//!
//! `index.json` tells which file holds a term and what each file must be; `terms/` says where terms
//! stand, `records/` what results show, `words.json` how the terms are written, for slips of the pen.
//! MiniSearch ranks in the browser. Each language has an index of its own.

mod alphabet;
mod page;
mod postings;
mod record;
mod shards;
pub mod words;

use super::{Artifact, Output, Plan, Press, Subject, misplanned};
use crate::content::KINDS;
use crate::content::markdown::escape;
use crate::diagnostic::Diagnostic;
use crate::site::{EntryId, Site};
use crate::theme::values::list::text;
use alphabet::{Alphabet, Letter};
use postings::{Postings, without_common};
use record::{Months, is_found, is_over};
use serde_json::json;
use shards::{File, RECORDS, record_files, term_files};
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// The output.
pub const OUTPUT: Output = Output {
    name: "search",
    about: "the search page, the index that it reads, and everything from A to Z",
    plan,
};

/// The media type of what tells browsers how to search here (OpenSearch 1.1, section 3).
pub const DESCRIPTION: &str = "application/opensearchdescription+xml";

/// Most records that the search page lists itself; more of them have a page for each letter.
const LISTED: usize = 300;

/// A part of the search, in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The page.
    Page,
    /// What begins with a letter.
    Letter(char),
    /// Which file holds what.
    Index,
    /// A file of terms.
    Terms(usize),
    /// A file of records.
    Records(usize),
    /// How terms are written.
    Words,
    /// How browsers search here.
    Description,
}

/// The files of an index.
struct Index {
    index: Vec<u8>,
    terms: Vec<File>,
    records: Vec<File>,
    words: File,
}

/// What the files and pages of a language share, worked out when the first of them is asked for.
#[derive(Default)]
struct OfLanguage {
    index: OnceLock<Index>,
    letters: OnceLock<Vec<Letter>>,
}

/// What the search of a site shares, by the number of the language.
pub struct Shared(Vec<OfLanguage>);

impl Shared {
    /// Room for every language of a site.
    pub fn new(site: &Site) -> Self {
        Shared(site.codes.iter().map(|_| OfLanguage::default()).collect())
    }
}

fn plan(press: &Press, plan: &mut Plan) {
    let site = &press.site;
    let records = site.entries.iter().filter(|entry| is_found(entry));
    let count = records.clone().count();
    for (n, code) in site.codes.iter().enumerate() {
        let page = site.search_path(code);
        let folder = site.search_index(code);
        let mut add = |path, media_type, part| {
            plan.add(path, media_type, Subject::Search(part), Some(n), render);
        };
        let json = "application/json";
        if count > LISTED {
            let alphabet = Alphabet::new(code);
            let title =
                |entry| alphabet.letter(&crate::site::Entry::version(entry, code).common.title);
            let letters: BTreeSet<char> = records.clone().map(title).collect();
            for letter in letters {
                let path = format!("{page}{}/", Letter::slug(letter));
                add(path, super::page::HTML, Part::Letter(letter));
            }
        }
        add(page, super::page::HTML, Part::Page);
        add(format!("{folder}index.json"), json, Part::Index);
        for n in 0..term_files(count) {
            add(format!("{folder}terms/{n}.json"), json, Part::Terms(n));
        }
        for n in 0..record_files(count) {
            add(format!("{folder}records/{n}.json"), json, Part::Records(n));
        }
        add(format!("{folder}words.json"), json, Part::Words);
        add(
            site.search_description(code),
            DESCRIPTION,
            Part::Description,
        );
    }
}

fn render(press: &Press, plan: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let (Subject::Search(part), Some(language)) = (artifact.subject, artifact.language) else {
        return Err(misplanned(artifact));
    };
    let index = || {
        let shared = &press.search.0[language].index;
        shared.get_or_init(|| index(press, language))
    };
    let bytes = |file: Option<&File>| {
        let bytes = file.map(|file| file.bytes.clone());
        bytes.ok_or_else(|| misplanned(artifact))
    };
    match part {
        Part::Page => page::render(press, plan, artifact, None),
        Part::Letter(letter) => page::render(press, plan, artifact, Some(letter)),
        Part::Index => Ok(index().index.clone()),
        Part::Terms(n) => bytes(index().terms.get(n)),
        Part::Records(n) => bytes(index().records.get(n)),
        Part::Words => Ok(index().words.bytes.clone()),
        Part::Description => Ok(description(&press.site, &press.site.codes[language])),
    }
}

/// What is found, kind by kind: first what is current, as lists show it, then what is over. So results
/// that belong together share files, and the number of a record tells its kind and whether it is over.
fn numbered(site: &Site) -> (Vec<EntryId>, Vec<(usize, usize, usize)>) {
    let mut all = Vec::with_capacity(site.entries.len());
    let mut kinds = Vec::new();
    for (kind, own) in KINDS.iter().enumerate() {
        let scope = crate::site::listing::Scope::Kind(kind);
        let listing = site.listings.iter().find(|listing| listing.scope == scope);
        let unlisted = || {
            let of_kind = |entry: &&crate::site::Entry| entry.kind == own;
            site.entries.iter().filter(of_kind).map(|entry| entry.id)
        };
        let ids: Vec<EntryId> = match listing {
            Some(listing) => listing.entries.clone(),
            None => unlisted().collect(),
        };
        let found = ids.into_iter().filter(|id| is_found(site.entry(*id)));
        let (over, current): (Vec<_>, Vec<_>) =
            found.partition(|id| is_over(site, site.entry(*id)));
        if over.len() + current.len() > 0 {
            kinds.push((kind, all.len(), all.len() + current.len()));
        }
        all.extend(current.into_iter().chain(over));
    }
    (all, kinds)
}

fn index(press: &Press, language: usize) -> Index {
    let (site, theme) = (&press.site, &press.theme);
    let code = &site.codes[language];
    let (all, kinds) = numbered(site);
    let (mut postings, mut months) = (Postings::default(), Months::default());
    let (mut lengths, mut words, mut shown) = (String::new(), 0, Vec::with_capacity(all.len()));
    for (n, id) in all.iter().enumerate() {
        let card = press.cards.get(site, theme, language, *id);
        let record = (n as u32, site.entry(*id), &card);
        let length = record::file(&mut postings, (site, theme, &mut months), record, code);
        lengths.extend(char::from_digit(length.min(35) as u32, 36));
        words += length;
        shown.push(record::shown(&card, code));
    }
    let mut terms = postings.terms(code);
    let common = without_common(&mut terms, all.len());
    let cuts = shards::cut(&terms, term_files(all.len()));
    let files: Vec<File> = cuts
        .iter()
        .map(|part| File::new("t", &shards::terms(&terms[part.clone()])))
        .collect();
    let chunk = |n| shown.chunks(RECORDS).nth(n).unwrap_or_default().join(",");
    let records: Vec<File> = (0..record_files(all.len()))
        .map(|n| File::new("r", &format!("[{}]", chunk(n))))
        .collect();
    let is_word = |word: &&str| word.chars().any(char::is_alphabetic);
    let written = terms.iter().filter_map(|term| term.written.as_deref());
    let written: Vec<&str> = written.filter(is_word).collect();
    let written = File::new("w", &shards::quoted(&written.join(" ")));
    let filled = cuts.iter().zip(&files).filter(|(cut, _)| !cut.is_empty());
    let index = json!({
        "records": all.len(),
        "kinds": kinds.iter().map(|(kind, from, over)| json!([KINDS[*kind].name, from, over])).collect::<Vec<_>>(),
        "lengths": lengths,
        "average": words as f64 / all.len().max(1) as f64,
        "common": common,
        "each": RECORDS,
        "terms": filled.map(|(cut, file)| json!([terms[cut.start].term, file.sum])).collect::<Vec<_>>(),
        "shown": records.iter().map(|file| file.sum.as_str()).collect::<String>(),
        "words": written.sum,
    });
    Index {
        index: format!("{index}\n").into_bytes(),
        terms: files,
        records,
        words: written,
    }
}

/// How browsers search here: OpenSearch 1.1, section 3.
fn description(site: &Site, language: &str) -> Vec<u8> {
    let title = escape(site.text(&site.config.title, language));
    let short = short_name(site.text(&site.config.title, language));
    let about = escape(&text(site, "search.description", language));
    let page = escape(&site.config.absolute(&site.search_path(language)));
    let own = escape(&site.config.absolute(&site.search_description(language)));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <OpenSearchDescription xmlns=\"http://a9.com/-/spec/opensearch/1.1/\">\n\
         <ShortName>{}</ShortName>\n<LongName>{title}</LongName>\n<Description>{about}</Description>\n\
         <Url type=\"text/html\" template=\"{page}?q={{searchTerms}}\"/>\n\
         <Url type=\"{DESCRIPTION}\" rel=\"self\" template=\"{own}\"/>\n\
         <Language>{language}</Language>\n<InputEncoding>UTF-8</InputEncoding>\n\
         </OpenSearchDescription>\n",
        escape(&short)
    )
    .into_bytes()
}

/// As many words of a name as the format allows: 16 characters.
fn short_name(name: &str) -> String {
    const MOST: usize = 16;
    let mut short = String::new();
    for word in name.split_whitespace() {
        let longer = format!("{short} {word}");
        if longer.trim().chars().count() > MOST {
            break;
        }
        short = longer.trim().to_owned();
    }
    match short.is_empty() {
        true => name.trim().chars().take(MOST).collect(),
        false => short,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_name_ends_after_a_word() {
        assert_eq!(short_name("StadsMakersLab Almere"), "StadsMakersLab");
        assert_eq!(short_name("Stadsmakerslaboratorium"), "Stadsmakerslabor");
        assert_eq!(short_name(" Ons lab "), "Ons lab");
    }
}
