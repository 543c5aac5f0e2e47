//! The index as files: small enough that a query loads a few of them only, each with a sum by which a
//! browser sees that it fits the others.

use super::postings::Term;
use std::fmt::Write as _;
use std::ops::Range;

/// How many records share a file of what results show.
pub const RECORDS: usize = 16;
/// For how many records there is a file of terms.
const TERMS: usize = 128;

/// How many files of terms an index of so many records has. It follows from that number alone, so that
/// addresses are known before anything is read; what is in which follows from how long it is.
pub fn term_files(records: usize) -> usize {
    records.div_ceil(TERMS).max(1)
}

/// How many files of records there are.
pub fn record_files(records: usize) -> usize {
    records.div_ceil(RECORDS).max(1)
}

/// A file and its sum.
pub struct File {
    /// The first characters of the hash of what it holds.
    pub sum: String,
    /// What it holds: JSON, with the sum as `v`.
    pub bytes: Vec<u8>,
}

impl File {
    /// A file that holds one value, which is JSON already.
    pub fn new(name: &str, json: &str) -> Self {
        let sum = blake3::hash(json.as_bytes()).to_hex()[..6].to_owned();
        let bytes = format!("{{\"v\":\"{sum}\",\"{name}\":{json}}}\n").into_bytes();
        File { sum, bytes }
    }
}

/// Cuts the terms into so many files of about the same length, in order. Terms that weigh a lot fill a
/// file by themselves; where there are not enough, the last files are empty.
pub fn cut(terms: &[Term], files: usize) -> Vec<Range<usize>> {
    let weight = |term: &Term| term.term.len() + 6 + 3 * term.places.len();
    let total: usize = terms.iter().map(weight).sum();
    let (mut cuts, mut from, mut sum) = (Vec::with_capacity(files), 0, 0);
    for (n, term) in terms.iter().enumerate() {
        sum += weight(term);
        let full = sum * files >= total * (cuts.len() + 1);
        if full && cuts.len() + 1 < files {
            cuts.push(from..n + 1);
            from = n + 1;
        }
    }
    if from < terms.len() {
        cuts.push(from..terms.len());
    }
    cuts.resize(files, terms.len()..terms.len());
    cuts
}

/// Terms as JSON: each with its places, as how far on from the last record, times 16, and the fields.
pub fn terms(terms: &[Term]) -> String {
    let mut json = String::from("[");
    for (n, term) in terms.iter().enumerate() {
        json.push_str(if n > 0 { ",[" } else { "[" });
        json.push_str(&quoted(&term.term));
        let mut last = 0;
        for (record, fields) in &term.places {
            // Writing to a `String` cannot fail.
            let _ = write!(json, ",{}", (record - last) * 16 + u32::from(*fields));
            last = *record;
        }
        json.push(']');
    }
    json.push(']');
    json
}

/// A text as JSON.
pub fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn term(term: &str, places: &[(u32, u8)]) -> Term {
        Term {
            term: term.to_owned(),
            places: places.to_vec(),
            written: None,
        }
    }

    /// A file as the browser reads it.
    fn read(json: &str) -> Vec<Term> {
        let read: Vec<Vec<serde_json::Value>> = serde_json::from_str(json).unwrap();
        let one = |line: Vec<serde_json::Value>| {
            let mut record = 0;
            let places = line[1..].iter().map(|n| {
                let n = n.as_u64().unwrap() as u32;
                record += n / 16;
                (record, (n % 16) as u8)
            });
            term(line[0].as_str().unwrap(), &places.collect::<Vec<_>>())
        };
        read.into_iter().map(one).collect()
    }

    #[test]
    fn a_term_that_weighs_a_lot_leaves_no_hole() {
        let heavy: Vec<(u32, u8)> = (0..1000).map(|n| (n, 1)).collect();
        let all = [term("a", &[]), term("b", &heavy), term("c", &[])];
        assert_eq!(cut(&all, 5), [0..2, 2..3, 3..3, 3..3, 3..3]);
        assert_eq!(cut(&[], 2), [0..0, 0..0]);
    }

    #[test]
    fn a_file_knows_its_sum() {
        let file = File::new("t", "[[\"a\",17]]");
        let text = String::from_utf8(file.bytes).unwrap();
        assert_eq!(
            text,
            format!("{{\"v\":\"{}\",\"t\":[[\"a\",17]]}}\n", file.sum)
        );
    }

    proptest! {
        /// Every term is in exactly the file to which the first terms of the files lead.
        #[test]
        fn every_term_is_in_the_file_that_the_index_leads_to(
            found in prop::collection::btree_map("[a-c]{1,4}", prop::collection::btree_map(0u32..500, 1u8..16, 0..40), 0..60),
            files in 1usize..12,
        ) {
            let found: BTreeMap<String, BTreeMap<u32, u8>> = found;
            let all: Vec<Term> = found
                .iter()
                .map(|(name, places)| term(name, &places.clone().into_iter().collect::<Vec<_>>()))
                .collect();
            let cuts = cut(&all, files);
            prop_assert_eq!(cuts.len(), files);
            let parts: Vec<&[Term]> = cuts.into_iter().map(|part| &all[part]).collect();
            prop_assert_eq!(parts.concat(), all.clone());
            let filled: Vec<&&[Term]> = parts.iter().filter(|part| !part.is_empty()).collect();
            let firsts: Vec<&str> = filled.iter().map(|part| part[0].term.as_str()).collect();
            for one in &all {
                let n = firsts.partition_point(|first| *first <= one.term.as_str()) - 1;
                let holds = |part: &[Term]| read(&terms(part)).contains(one);
                prop_assert!(holds(filled[n]));
                prop_assert_eq!(parts.iter().filter(|part| holds(part)).count(), 1);
            }
        }
    }
}
