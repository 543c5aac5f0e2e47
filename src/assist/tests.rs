//! What is offered and told, also in what is half written.

use super::place::{Place, Sort, is_body, link, place};
use super::*;
use crate::diagnostic::Diagnostic;
use crate::source::{Source, SourceId};
use proptest::prelude::*;

/// A text without its mark `^`, and where that stood.
fn marked(text: &str) -> (String, usize) {
    let at = text.find('^').expect("a mark");
    (text.replace('^', ""), at)
}

fn at(text: &str) -> Option<Place> {
    let (text, at) = marked(text);
    place(&text, at)
}

#[track_caller]
fn check_path(text: &str, expected: &str) {
    let found = at(text).map_or("nothing".to_owned(), |place| {
        let steps = place.path.iter().map(|step| match step {
            Step::Field(name) => name.clone(),
            Step::Item => "-".to_owned(),
        });
        let sort = match place.sort {
            Sort::Name { .. } => "name",
            Sort::Value { .. } => "value",
        };
        let (text, _) = marked(text);
        format!(
            "{} {sort} {:?}",
            steps.collect::<Vec<_>>().join("."),
            &text[place.word]
        )
    });
    assert_eq!(found, expected, "{text}");
}

#[test]
fn a_place_is_told_from_lines_and_indentation() {
    check_path("---\nti^", " name \"ti\"");
    check_path("---\ntit^le: Soep\n---\n", " name \"title\"");
    check_path("---\n^\n---\n", " name \"\"");
    check_path("---\ntitle: Soep ^koken\n---\n", "title value \"koken\"");
    check_path("---\nrepeat:\n  ev^\n", "repeat name \"ev\"");
    check_path("---\nrepeat:\n  every: we^\n", "repeat.every value \"we\"");
    check_path(
        "---\nrepeat:\n  # why\n\n  every: week\n  ^",
        "repeat name \"\"",
    );
    check_path(
        "---\nprice:\n  - amount: 5\n    no^\n",
        "price.- name \"no\"",
    );
    check_path("---\nprice:\n  - amount: 5\n  - ^\n", "price.- name \"\"");
    check_path("---\nprice:\n  -\n    no^\n", "price.- name \"no\"");
    check_path(
        "---\nhosts:\n- organisations/b^\n",
        "hosts.- name \"organisations/b\"",
    );
    check_path("---\ntopics: [voedsel, o^\n", "topics.- value \"o\"");
    check_path("---\ntopics: [voed^sel, x]\n", "topics.- value \"voedsel\"");
    check_path("---\nprice: [{amount: 1}, {n^}]\n", "price.- name \"n\"");
    check_path(
        "---\nprice: [{amount: 1, note: ^}]\n",
        "price.-.note value \"\"",
    );
    check_path("---\nrepeat: {every: w^}\n", "repeat.every value \"w\"");
    check_path(
        "---\nextra:\n  a:\n    b:\n      c: d^\n",
        "extra.a.b.c value \"d\"",
    );
    check_path(
        "---\ntopics: [voedsel, # one\n  o^\n]\n---\n",
        "topics.- value \"o\"",
    );
    check_path(
        "---\nprice:\n  - {\n    amount: 5,\n    no^\n  }\n",
        "price.- name \"no\"",
    );
    check_path(
        "---\nrepeat: {\n    every: we^\n  }\n",
        "repeat.every value \"we\"",
    );
    // One that was not closed does not swallow what stands below it.
    check_path("---\ntopics: [voedsel\nsta^\n", " name \"sta\"");
    check_path(
        "---\ntopics: [voedsel\nrepeat:\n  ev^\n",
        "repeat name \"ev\"",
    );
    check_path(
        "---\ntopics: [voedsel]\nrepeat:\n  ev^\n",
        "repeat name \"ev\"",
    );
    check_path("---\na: b: c\nspace: k^\n", "space value \"k\"");
    check_path("---\ntitle: 'a # b^'\n", "title value \"b\"");
}

#[test]
fn nothing_stands_in_comments_and_bodies() {
    for text in [
        "---\n# ti^\n---\n",
        "---\ntitle: a # b^\n",
        "---\n---\nti^",
        "ti^",
        "---\n---^\n",
        "--^-\n",
        "",
    ] {
        let (text, at) = if text.is_empty() {
            (String::new(), 0)
        } else {
            marked(text)
        };
        assert_eq!(place(&text, at), None, "{text}");
    }
    assert!(is_body("---\n---\nx", 9) && !is_body("---\nx", 5));
}

#[test]
fn a_link_is_found_by_its_words_and_its_target() {
    let text = "---\n---\nSee [one](a.md) and [two](../b.md \"B\").\n";
    let target = |word: &str| link(text, text.find(word).unwrap()).map(|range| &text[range]);
    assert_eq!(target("one"), Some("a.md"));
    assert_eq!(target("b.md"), Some("../b.md"));
    assert_eq!(target("and"), None);
}

fn known() -> Known {
    let record = |folder, slug: &str, title: &str| Record {
        folder,
        slug: slug.to_owned(),
        id: slug.to_owned(),
        title: title.to_owned(),
        summary: format!("Over {title}"),
        path: format!("content/{folder}/{slug}.md"),
    };
    let term = |vocabulary, id: &str| Term {
        vocabulary,
        id: id.to_owned(),
        title: id.to_uppercase(),
        summary: String::new(),
        path: format!("data/{vocabulary}.yaml"),
        span: Span::new(SourceId(0), 3, 4),
    };
    Known {
        records: vec![
            record("spaces", "keuken", "De keuken"),
            record("organisations", "buurt", "De buurt"),
            record("events", "soep", "Soep koken"),
        ],
        terms: vec![term("topics", "voedsel"), term("neighbourhoods", "haven")],
        media: vec!["media/soep.jpg".to_owned()],
    }
}

/// What is offered at the mark, for an event.
fn offered(path: &str, text: &str) -> Vec<(String, String)> {
    let known = known();
    let (text, at) = marked(text);
    let desk = Desk::of(path, Some("nl"), "nl", &known).expect("a record");
    let (_, mut offers) = desk.offers(&text, at);
    offers.sort_by_key(|offer| offer.rank);
    let inserted = |offer: offer::Offer| (offer.label, offer.snippet.unwrap_or(offer.text));
    offers.into_iter().map(inserted).collect()
}

const SOUP: &str = "content/events/soep.md";

#[track_caller]
fn check_offers(text: &str, expected: &[&str]) {
    let found: Vec<String> = offered(SOUP, text)
        .into_iter()
        .map(|(_, inserted)| inserted)
        .collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn fields_are_offered_that_are_not_there_yet() {
    let all = offered(SOUP, "---\n^");
    let first: Vec<&str> = all
        .iter()
        .take(2)
        .map(|(label, _)| label.as_str())
        .collect();
    assert_eq!(first, ["title", "start"]);
    let snippet = |name: &str| {
        all.iter()
            .find(|(label, _)| label == name)
            .map(|(_, text)| text.as_str())
    };
    assert_eq!(snippet("title"), Some("title: $1"));
    assert_eq!(snippet("topics"), Some("topics: [$1]"));
    assert_eq!(snippet("repeat"), Some("repeat:\n  $1"));
    assert_eq!(snippet("price"), Some("price:\n  - $1"));
    assert_eq!(snippet("draft"), Some("draft: ${1|true,false|}"));
    assert!(snippet("status").is_some_and(|text| text.starts_with("status: ${1|scheduled,")));
    let rest = offered(SOUP, "---\nstart: 2026-01-01\n^\ntitle: x\n---\n");
    assert_eq!(rest.len(), all.len() - 2);
    // Behind a name that has a colon already only the name is written.
    assert!(offered(SOUP, "---\nti^: x\n").contains(&("title".to_owned(), "title".to_owned())));
}

#[test]
fn a_translation_is_offered_texts_only() {
    let names: Vec<String> = offered("content/events/soep.en.md", "---\n^")
        .into_iter()
        .map(|(label, _)| label)
        .collect();
    assert!(names.contains(&"title".to_owned()) && names.contains(&"image".to_owned()));
    assert!(!names.contains(&"start".to_owned()) && !names.contains(&"topics".to_owned()));
    assert!(offered("content/events/soep.nl.md", "---\n^").len() > names.len());
}

#[test]
fn values_are_offered_where_they_fit() {
    check_offers("---\ndraft: ^\n", &["true", "false"]);
    check_offers("---\nspace: k^\n", &["keuken"]);
    check_offers("---\norganiser: ^\n", &["organisations/buurt"]);
    check_offers("---\ntopics: ^\n", &["[voedsel$0]"]);
    check_offers("---\ntopics: [^]\n", &["voedsel"]);
    check_offers("---\ntopics:\n  - ^\n", &["voedsel"]);
    check_offers("---\ntopics:\n  ^\n", &["- voedsel"]);
    check_offers("---\nneighbourhood: ha^\n", &["haven"]);
    check_offers("---\nimage:\n  file: med^\n", &["media/soep.jpg"]);
    check_offers("---\ntitle: ^\n", &[]);
    check_offers("---\nzzz: ^\n", &[]);
    check_offers(
        "---\n---\nSee [x](^)\n",
        &[
            "../spaces/keuken.md",
            "../organisations/buurt.md",
            "soep.md",
            "../media/soep.jpg",
        ],
    );
    check_offers("---\n---\nSee^\n", &[]);
    let every = offered(SOUP, "---\nrepeat:\n  every: ^\n");
    assert!(every.iter().any(|(label, _)| label == "week"));
    let price = offered(SOUP, "---\nprice:\n  - amount: 5\n    ^\n");
    assert!(
        price.iter().any(|(label, _)| label == "label")
            && price.iter().all(|(label, _)| label != "amount")
    );
}

#[test]
fn fields_and_what_is_pointed_at_are_told() {
    let known = known();
    let told = |language: &str, text: &str| {
        let (text, at) = marked(text);
        let desk = Desk::of(SOUP, Some("nl"), language, &known).unwrap();
        desk.hover(&text, at).map(|(_, told)| told)
    };
    assert_eq!(
        told("nl", "---\nspace: keu^ken\n").unwrap(),
        "**De keuken** · `content/spaces/keuken.md`\n\nOver De keuken"
    );
    assert_eq!(
        told("nl", "---\ntopics: [^voedsel]\n").unwrap(),
        "**VOEDSEL** · `data/topics.yaml`"
    );
    assert!(
        told("nl", "---\nst^art: x\n")
            .unwrap()
            .starts_with("**Begin** · `start`")
    );
    assert!(
        told("en", "---\nst^atus: x\n")
            .unwrap()
            .contains("\n- `cancelled`")
    );
    assert_eq!(told("nl", "---\ntitle: so^ep\n"), None);
    assert_eq!(
        told("nl", "---\n---\n[x](../spaces/keu^ken.en.md#x)").unwrap(),
        "**De keuken** · `content/spaces/keuken.md`\n\nOver De keuken"
    );
    let leads = |text: &str| {
        let (text, at) = marked(text);
        let desk = Desk::of(SOUP, Some("nl"), "nl", &known).unwrap();
        desk.definition(&text, at).map(|target| target.path)
    };
    assert_eq!(
        leads("---\nhosts: [organisations/bu^urt]\n").unwrap(),
        "content/organisations/buurt.md"
    );
    assert_eq!(
        leads("---\nneighbourhood: ha^ven\n").unwrap(),
        "data/neighbourhoods.yaml"
    );
    assert_eq!(
        leads("---\n---\n![x](../media/so^ep.jpg)").unwrap(),
        "content/media/soep.jpg"
    );
    assert_eq!(leads("---\n---\n[x](https://a.exa^mple/)"), None);
    assert_eq!(leads("---\n---\n[x](../../../et^c)"), None);
}

#[test]
fn one_word_for_another_is_a_mend() {
    let text = "titel: 'keukan'\n";
    let sources = Sources::new(vec![Source {
        path: "a.md".into(),
        text: text.into(),
    }]);
    let mended = |span: std::ops::Range<usize>, right: &str| {
        let fault = Diagnostic::error("yaml/unknown-field", "m")
            .at(Span::new(SourceId(0), span.start, span.end), "");
        let mend = mend::mend(
            &fault.help(crate::say!("did you mean `{}`?", right)),
            &sources,
        )?;
        let mut text = text.to_owned();
        text.replace_range(mend.span.range(), &mend.text);
        Some(text)
    };
    assert_eq!(mended(0..5, "title").unwrap(), "title: 'keukan'\n");
    assert_eq!(mended(7..15, "keuken").unwrap(), "titel: 'keuken'\n");
    assert_eq!(mended(0..15, "title"), None);
}

proptest! {
    /// Whatever is written, at whatever place: an answer and no panic.
    #[test]
    fn any_place_in_any_text_is_taken(text in "(---\n)?((title|repeat|price|topics|[a-z]{0,3})?[-:#\\[\\]{},'\" \né]{0,4}){0,12}", at in 0usize..80) {
        let known = known();
        let desk = Desk::of(SOUP, Some("nl"), "nl", &known).unwrap();
        let at = (0..=at.min(text.len())).rev().find(|n| text.is_char_boundary(*n)).unwrap();
        let (range, _) = desk.offers(&text, at);
        prop_assert!(text.get(range).is_some());
        let _ = desk.hover(&text, at);
        let _ = desk.definition(&text, at);
    }
}
