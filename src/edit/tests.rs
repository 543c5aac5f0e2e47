//! What stays as it was, and that the rest says what was asked for.

use super::*;
use crate::content::{KINDS, shape};
use proptest::prelude::*;
use serde_json::json;

/// The schema of events.
fn schema() -> &'static Value {
    let kind = KINDS.iter().find(|kind| kind.name == "event");
    &shape::shape(kind.unwrap()).schema
}

const SOUP: &str = "---
# For the kitchen team: never change the id.
title: Soep koken   # also on the poster
id: '007'
summary: \"Elke week: soep\"
topics: [voedsel, ontmoeten] # at most three
start: 2026-09-02T18:00
repeat:
  # in the holidays too
  every: week
  on: [wednesday]
price:
  - {amount: 0, note: gratis}
  # for who can pay more
  - amount: 5
    note: solidair
hosts:
- organisations/buurt
- organisations/kookclub
capacity:
---
Kom ook!

En neem een kom mee.
";

/// Sets one field by its path, or takes it away with null.
fn set(text: &str, path: &[&str], value: Value) -> String {
    let mut all = Value::Object(fields(text).unwrap());
    let mut at = &mut all;
    for name in path {
        at = match name.parse::<usize>() {
            Ok(n) => &mut at[n],
            Err(_) => &mut at[*name],
        };
    }
    *at = value;
    let Value::Object(all) = all else {
        unreachable!()
    };
    apply(text, &all, None, schema()).unwrap()
}

/// The lines that differ, as a `diff` shows them.
fn difference(before: &str, after: &str) -> String {
    let (a, b): (Vec<&str>, Vec<&str>) = (
        before.split_inclusive('\n').collect(),
        after.split_inclusive('\n').collect(),
    );
    let head = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let tail = a[head..]
        .iter()
        .rev()
        .zip(b[head..].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let lines = |sign: char, lines: &[&str]| {
        lines
            .iter()
            .map(|line| format!("{sign}{line}"))
            .collect::<String>()
    };
    lines('-', &a[head..a.len() - tail]) + &lines('+', &b[head..b.len() - tail])
}

fn check(path: &[&str], value: Value, expected: &str) {
    let after = set(SOUP, path, value);
    assert_eq!(difference(SOUP, &after), expected, "\n{after}");
}

#[test]
fn a_scalar_keeps_its_quotes_and_the_comment_behind_it() {
    check(
        &["title"],
        json!("Soep eten"),
        "-title: Soep koken   # also on the poster\n+title: Soep eten   # also on the poster\n",
    );
    check(
        &["title"],
        json!("Soep: eten"),
        "-title: Soep koken   # also on the poster\n+title: 'Soep: eten'   # also on the poster\n",
    );
    check(
        &["title"],
        json!("2027"),
        "-title: Soep koken   # also on the poster\n+title: '2027'   # also on the poster\n",
    );
    check(&["id"], json!("008"), "-id: '007'\n+id: '008'\n");
    check(
        &["summary"],
        json!("Een \"kom\""),
        "-summary: \"Elke week: soep\"\n+summary: \"Een \\\"kom\\\"\"\n",
    );
    check(
        &["repeat", "every"],
        json!("month"),
        "-  every: week\n+  every: month\n",
    );
    check(
        &["price", "0", "note"],
        json!("niets"),
        "-  - {amount: 0, note: gratis}\n+  - {amount: 0, note: niets}\n",
    );
}

#[test]
fn items_of_lists_come_and_go_without_the_others() {
    check(
        &["topics"],
        json!(["voedsel", "wonen", "ontmoeten"]),
        "-topics: [voedsel, ontmoeten] # at most three\n+topics: [voedsel, wonen, ontmoeten] # at most three\n",
    );
    check(
        &["topics"],
        json!(["ontmoeten"]),
        "-topics: [voedsel, ontmoeten] # at most three\n+topics: [ontmoeten] # at most three\n",
    );
    check(
        &["hosts"],
        json!(["organisations/kookclub"]),
        "-- organisations/buurt\n",
    );
    check(
        &["hosts"],
        json!([
            "organisations/buurt",
            "organisations/x",
            "organisations/kookclub"
        ]),
        "+- organisations/x\n",
    );
    check(
        &["price"],
        json!([{"amount": "0", "note": "gratis"}]),
        "-  - amount: 5\n-    note: solidair\n",
    );
    check(
        &["price", "1"],
        json!({"note": "solidair"}),
        "-  - amount: 5\n-    note: solidair\n+  - note: solidair\n",
    );
}

#[test]
fn fields_come_in_the_order_of_their_kind_and_go_with_their_lines() {
    check(
        &["neighbourhood"],
        json!("centrum"),
        "+neighbourhood: centrum\n",
    );
    check(
        &["repeat"],
        Value::Null,
        "-repeat:\n-  # in the holidays too\n-  every: week\n-  on: [wednesday]\n",
    );
    check(&["capacity"], json!(30), "-capacity:\n+capacity: 30\n");
    check(&["repeat", "count"], json!("5"), "+  count: 5\n");
    check(
        &["price", "1"],
        json!({"note": "solidair"}),
        "-  - amount: 5\n-    note: solidair\n+  - note: solidair\n",
    );
    let without = set(SOUP, &["price", "1", "amount"], Value::Null);
    let with = set(&without, &["price", "1", "amount"], json!("6"));
    assert_eq!(difference(&without, &with), "+    amount: 6\n");
    check(
        &["location"],
        json!({"name": "Het Plein", "city": "Almere"}),
        "+location:\n+  name: Het Plein\n+  city: Almere\n",
    );
    check(
        &["hosts"],
        json!(["a"]),
        "-- organisations/buurt\n-- organisations/kookclub\n+- a\n",
    );
    check(
        &["summary"],
        json!("Soep.\nEn brood.\n"),
        "-summary: \"Elke week: soep\"\n+summary: |\n+  Soep.\n+  En brood.\n",
    );
}

#[test]
fn fields_between_braces_come_and_go_and_the_others_stay() {
    let text = "---
title: a
repeat: {every: week,  on: [wednesday, 'friday'], count: 3} # a
price:
  - {amount: 0,
     label: 'gratis'}
---
";
    let line = "-repeat: {every: week,  on: [wednesday, 'friday'], count: 3} # a\n";
    let shown = |path: &[&str], value: Value| difference(text, &set(text, path, value));
    assert_eq!(
        shown(&["repeat", "count"], Value::Null),
        format!("{line}+repeat: {{every: week,  on: [wednesday, 'friday']}} # a\n")
    );
    assert_eq!(
        shown(&["repeat", "on"], Value::Null),
        format!("{line}+repeat: {{every: week,  count: 3}} # a\n")
    );
    assert_eq!(
        shown(&["repeat", "until"], json!("2027-01-01")),
        format!(
            "{line}+repeat: {{every: week,  on: [wednesday, 'friday'], until: 2027-01-01, count: 3}} # a\n"
        )
    );
    assert_eq!(
        shown(&["repeat"], json!({"interval": "2", "count": "4"})),
        format!("{line}+repeat: {{interval: 2, count: 4}} # a\n")
    );
    assert_eq!(
        shown(&["price", "0", "currency"], json!("EUR")),
        "-     label: 'gratis'}\n+     label: 'gratis', currency: EUR}\n"
    );
    assert_eq!(
        shown(&["price", "0", "label"], Value::Null),
        "-  - {amount: 0,\n-     label: 'gratis'}\n+  - {amount: 0}\n"
    );
}

#[test]
fn nothing_asked_for_changes_nothing_and_line_ends_stay() {
    let windows = SOUP.replace('\n', "\r\n");
    for text in [SOUP, &windows] {
        assert_eq!(
            apply(text, &fields(text).unwrap(), Some(&body(text)), schema()).unwrap(),
            text
        );
    }
    let after = set(&windows, &["neighbourhood"], json!("centrum"));
    assert!(
        after.contains("neighbourhood: centrum\r\n") && !after.replace("\r\n", "").contains('\n')
    );
    let all = fields(&windows).unwrap();
    let after = apply(
        &windows,
        &all,
        Some("Kom ook!\n\nEn neem brood mee.\nTot dan.\n"),
        schema(),
    )
    .unwrap();
    assert_eq!(
        difference(&windows, &after),
        "-En neem een kom mee.\r\n+En neem brood mee.\r\n+Tot dan.\r\n"
    );
}

#[test]
fn a_place_in_the_file_belongs_to_a_field() {
    let at = |words: &str| field_at(SOUP, SOUP.find(words).unwrap());
    assert_eq!(at("Soep koken"), "title");
    assert_eq!(at("every"), "repeat.every");
    assert_eq!(at("ontmoeten"), "topics.1");
    assert_eq!(at("solidair"), "price.1.note");
    assert_eq!(at("Kom ook"), "body");
}

#[test]
fn what_cannot_be_read_is_not_changed() {
    for text in [
        "",
        "---\ntitle: a\n",
        "---\na: b: c\n---\n",
        "---\n- a\n---\n",
        "---\na: 1\na: 2\n---\n",
    ] {
        assert_eq!(
            apply(text, &Map::new(), None, schema()),
            Err(Refusal::Unreadable),
            "{text}"
        );
    }
    let text = "---\n---\n";
    let fields = Map::from_iter([("title".to_owned(), json!("Soep"))]);
    assert_eq!(
        apply(text, &fields, Some("Kom!"), schema()).unwrap(),
        "---\ntitle: Soep\n---\nKom!"
    );
}

/// Texts as editors write them, and as nobody should.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-z]{1,8}( [a-z]{1,6}){0,2}",
        1 => "\\PC{0,12}",
        1 => prop::sample::select(vec!["true", "null", "~", "007", "1e3", "- x", "a: b", "a #b", "[x", "{", "'", "\"", "x:", "a, b", "a\nb", "a\n\n b\n", " x ", "|", "2026-01-01", "---", "\u{feff}"]).prop_map(str::to_owned),
    ]
}

fn value(depth: u32) -> BoxedStrategy<Value> {
    let leaf = text().prop_map(Value::String);
    if depth == 0 {
        return leaf.boxed();
    }
    let inner = value(depth - 1);
    let object = prop::collection::btree_map("[a-e]", inner.clone(), 0..4)
        .prop_map(|map| Value::Object(map.into_iter().collect()));
    prop_oneof![2 => leaf, 1 => prop::collection::vec(inner, 0..4).prop_map(Value::Array), 1 => object].boxed()
}

fn all() -> impl Strategy<Value = Map<String, Value>> {
    let name = prop::sample::select(vec![
        "title", "summary", "topics", "repeat", "price", "zzz", "extra",
    ]);
    prop::collection::btree_map(name.prop_map(str::to_owned), value(2), 0..6)
        .prop_map(|map| map.into_iter().collect())
}

proptest! {
    /// From any fields to any others and on, in either line end: what is written says what was asked for.
    #[test]
    fn any_fields_become_any_others(first in all(), second in all(), windows: bool) {
        let start = if windows { "---\r\n# a comment\r\n---\r\nBody\r\n" } else { "---\n# a comment\n---\nBody\n" };
        let one = apply(start, &first, None, schema());
        prop_assert!(one.is_ok(), "{first:?}");
        let one = one.unwrap();
        prop_assert_eq!(Value::Object(fields(&one).unwrap()), pruned(&Value::Object(first)));
        let two = apply(&one, &second, None, schema());
        prop_assert!(two.is_ok(), "{one}\n{second:?}");
        let two = two.unwrap();
        prop_assert!(two.contains("# a comment") && two.ends_with("Body\n") | two.ends_with("Body\r\n"));
        prop_assert_eq!(Value::Object(fields(&two).unwrap()), pruned(&Value::Object(second)));
    }

    /// The same between braces.
    #[test]
    fn any_fields_between_braces_become_any_others(first in all(), second in all()) {
        let writer = written::Writer { root: schema(), end: "\n" };
        let flow = writer.flow(&Value::Object(first.clone()), schema());
        let start = format!("---\n# a comment\nrepeat: {flow} # b\n---\nBody\n");
        let one = fields(&start);
        prop_assert!(one.is_ok(), "{start}");
        let mut wanted = Map::new();
        wanted.insert("repeat".to_owned(), Value::Object(second));
        let two = apply(&start, &wanted, None, schema());
        prop_assert!(two.is_ok(), "{start}\n{wanted:?}");
        let two = two.unwrap();
        prop_assert!(two.contains("# a comment") && two.ends_with("Body\n"));
        prop_assert_eq!(Value::Object(fields(&two).unwrap()), pruned(&Value::Object(wanted)));
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,60}", yaml in "[-a-c: \\[\\]{},#'\"|>\n]{0,40}", wanted in all()) {
        let _ = apply(&text, &wanted, Some("x"), schema());
        let file = format!("---\n{yaml}\n---\n");
        if let Ok(after) = apply(&file, &wanted, None, schema()) {
            prop_assert_eq!(Value::Object(fields(&after).unwrap()), pruned(&Value::Object(wanted)));
        }
        if let Ok(own) = fields(&file) {
            prop_assert_eq!(apply(&file, &own, None, schema()).unwrap(), file);
        }
    }
}
