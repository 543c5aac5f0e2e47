//! Which terms stand where: what the index is made of.

use super::words::{Terms, fold, words};
use std::collections::BTreeMap;

/// In the title.
pub const TITLE: u8 = 1;
/// In what it is filed under: kind, topics, neighbourhood, place, month.
pub const FILED: u8 = 2;
/// In the summary.
pub const SUMMARY: u8 = 4;
/// In the headings of the body.
pub const HEADINGS: u8 = 8;

/// A record, by its number in the index, and the fields in which a term stands, as bits.
pub type Place = (u32, u8);

/// A term and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The term.
    pub term: String,
    /// Where it stands, by record.
    pub places: Vec<Place>,
    /// How people write it most often: what is suggested, and what slips are measured by.
    pub written: Option<String>,
}

/// Words as they are written, and where they stand. Records come in the order of their numbers.
#[derive(Default)]
pub struct Postings {
    written: BTreeMap<Box<str>, Vec<Place>>,
    facets: BTreeMap<String, Vec<Place>>,
}

impl Postings {
    /// Files a text of a record. Gives how many words it has.
    pub fn add(&mut self, record: u32, field: u8, text: &str) -> usize {
        let mut count = 0;
        words(text, |word| {
            count += 1;
            match self.written.get_mut(word) {
                Some(places) => file(places, record, field),
                None => {
                    self.written.insert(word.into(), vec![(record, field)]);
                }
            }
        });
        count
    }

    /// Files a record under something that results can be narrowed to. No word begins with `#`.
    pub fn add_facet(&mut self, record: u32, vocabulary: &str, id: &str) {
        let places = self.facets.entry(format!("#{vocabulary}/{id}"));
        file(places.or_default(), record, FILED);
    }

    /// The terms in the order in which browsers compare texts.
    pub fn terms(self, language: &str) -> Vec<Term> {
        let terms = Terms::new(language);
        let mut all: Vec<Term> = Vec::with_capacity(self.written.len() + self.facets.len());
        for (written, places) in self.written {
            let (first, second) = terms.of(&written);
            // While somebody types `geme`, what they mean is not yet to be known by its stem.
            let whole = Some(fold(&written)).filter(|whole| !whole.starts_with(&*first));
            let others = second.into_iter().chain(whole).map(|term| Term {
                term,
                places: places.clone(),
                written: None,
            });
            all.extend(others);
            all.push(Term {
                term: first,
                places,
                written: Some(written.into_string()),
            });
        }
        let facet = |(term, places)| Term {
            term,
            places,
            written: None,
        };
        all.extend(self.facets.into_iter().map(facet));
        all.sort_by(|a, b| a.term.encode_utf16().cmp(b.term.encode_utf16()));
        join(all)
    }
}

/// Terms that are the same become one.
fn join(terms: Vec<Term>) -> Vec<Term> {
    let mut joined: Vec<Term> = Vec::with_capacity(terms.len());
    let mut most = 0;
    for mut term in terms {
        match joined.last_mut().filter(|last| last.term == term.term) {
            Some(last) => {
                if term.written.is_some() && (last.written.is_none() || term.places.len() > most) {
                    most = term.places.len();
                    last.written = term.written.take();
                }
                last.places.append(&mut term.places);
                last.places.sort_unstable();
                last.places.dedup_by(|next, one| {
                    let same = next.0 == one.0;
                    if same {
                        one.1 |= next.1;
                    }
                    same
                });
            }
            None => {
                most = term.places.len();
                joined.push(term);
            }
        }
    }
    joined
}

/// One record of this many that say something in their summary or headings makes a term common.
const COMMON: usize = 4;
/// With fewer records nothing is common.
const FEW: usize = 20;

/// Takes out of the summaries and headings what stands in so many of them that it tells nothing, such
/// as articles, and gives what that was. In titles and names it stays.
pub fn without_common(terms: &mut [Term], records: usize) -> Vec<String> {
    let mut common = Vec::new();
    for term in terms.iter_mut().filter(|_| records >= FEW) {
        let told = |place: &&Place| place.1 & (SUMMARY | HEADINGS) != 0;
        if term.places.iter().filter(told).count() * COMMON > records {
            for place in &mut term.places {
                place.1 &= TITLE | FILED;
            }
            term.places.retain(|place| place.1 != 0);
            common.push(term.term.clone());
        }
    }
    common
}

fn file(places: &mut Vec<Place>, record: u32, field: u8) {
    match places.last_mut() {
        Some(last) if last.0 == record => last.1 |= field,
        _ => places.push((record, field)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(texts: &[&str]) -> Vec<Term> {
        let mut postings = Postings::default();
        for (n, text) in texts.iter().enumerate() {
            postings.add(n as u32, TITLE, text);
        }
        postings.terms("nl")
    }

    #[test]
    fn forms_of_a_word_are_one_term_under_the_form_that_is_written_most() {
        let found = terms(&["Huis", "huizen", "Huizen en een huis", "huizen"]);
        let house = found.iter().find(|term| term.term == "huis").unwrap();
        let records: Vec<u32> = house.places.iter().map(|place| place.0).collect();
        assert_eq!(records, [0, 1, 2, 3]);
        assert_eq!(house.written.as_deref(), Some("huizen"));
    }

    #[test]
    fn a_word_is_found_by_its_beginning_also_where_its_stem_begins_otherwise() {
        let found = terms(&["gemeente", "fietsen"]);
        let found: Vec<&str> = found.iter().map(|term| term.term.as_str()).collect();
        assert_eq!(found, ["fiet", "gemeente", "meen"]);
    }

    #[test]
    fn a_record_counts_once_with_all_its_fields() {
        let mut postings = Postings::default();
        assert_eq!(postings.add(7, TITLE, "Plein, plein!"), 2);
        postings.add(7, SUMMARY, "Het plein");
        postings.add_facet(7, "topics", "haven");
        let terms = postings.terms("nl");
        let places = |term: &str| &terms.iter().find(|t| t.term == term).unwrap().places;
        assert_eq!(places("plein"), &[(7, TITLE | SUMMARY)]);
        assert_eq!(places("#topics/haven"), &[(7, FILED)]);
    }

    #[test]
    fn what_stands_in_every_summary_is_found_in_titles_only() {
        let mut postings = Postings::default();
        for n in 0..20 {
            postings.add(n, TITLE, if n == 3 { "De haven" } else { "Haven" });
            postings.add(n, SUMMARY, "Van de stad");
        }
        let mut terms = postings.terms("nl");
        assert_eq!(without_common(&mut terms, 20), ["de", "stad", "van"]);
        let the = terms.iter().find(|term| term.term == "de").unwrap();
        assert_eq!(the.places, [(3, TITLE)]);
        assert!(without_common(&mut terms, 20).is_empty());
    }
}
