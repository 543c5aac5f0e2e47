//! What becomes even, and that nothing is said otherwise afterwards.

use super::*;
use crate::content::KINDS;
use proptest::prelude::*;

fn event() -> &'static Kind {
    KINDS.iter().find(|kind| kind.name == "event").unwrap()
}

fn check(before: &str, after: &str) {
    let once = record(before, event()).unwrap();
    assert_eq!(once, after);
    assert_eq!(record(&once, event()).unwrap(), after);
}

#[test]
fn everything_is_even_and_nothing_is_lost() {
    check(
        "\u{feff}---  \n\n# For the kitchen team: never change the id.\n\nstart :   2026-09-02T18:00  \n# also on the poster\ntitle: \"Soep koken\"   # large\nid: '007'\nhosts:\n- organisations/buurt\n-   'organisations/kookclub'\nprice:\n    # nobody is turned away\n    -   amount: 0\n        note:   \"gratis: ja\"\n    # for who can pay more\n    -\n      amount: 5\ntopics: [ voedsel,ontmoeten ]\nextra:\n      poster: |\n        Kom\n          ook  \n\n      colour: >-\n          rood\n          en wit\n\n\n# the end\n\n---\n\n\nKom ook!  \n",
        "---\n# For the kitchen team: never change the id.\n\nid: '007'\n# also on the poster\ntitle: Soep koken   # large\ntopics: [voedsel, ontmoeten]\nextra:\n  poster: |\n    Kom\n      ook  \n\n  colour: >-\n      rood\n      en wit\nstart: 2026-09-02T18:00\nprice:\n  # nobody is turned away\n  - amount: 0\n    note: \"gratis: ja\"\n  # for who can pay more\n  -\n    amount: 5\nhosts:\n  - organisations/buurt\n  - organisations/kookclub\n\n# the end\n---\n\nKom ook!  \n",
    );
}

#[test]
fn line_ends_stay_and_an_empty_body_stays_as_it_is() {
    check(
        "---\r\nstart: 2026-09-02\r\ntitle:  A\r\n---\r\nBody\r\n",
        "---\r\ntitle: A\r\nstart: 2026-09-02\r\n---\r\n\r\nBody\r\n",
    );
    for text in [
        "---\ntitle: A\n---\n",
        "---\ntitle: A\n---\n\n",
        "---\ntitle: A\n---",
        "---\n---\n",
    ] {
        check(text, text);
    }
}

#[test]
fn what_may_mean_something_keeps_its_quotes() {
    for text in [
        "'007'",
        "\"true\"",
        "'null'",
        "'~'",
        "''",
        "'12:30'",
        "\"a: b\"",
        "'a #b'",
        "\"x\\ty\"",
        "'- a'",
        "[\"a, b\"]",
        "'2026-01-01'",
        "'a '",
        "|+\n  a\n\n\n",
        "|\n  'a'",
    ] {
        let text = format!("---\ntitle: {text}\n---\n");
        check(&text, &text);
    }
    check(
        "---\ntitle: 'Soep, brood & thee?'\n---\n",
        "---\ntitle: Soep, brood & thee?\n---\n",
    );
}

#[test]
fn fields_move_around_what_stands_between_them() {
    check(
        "---\nsummary: B\n\n# --- when ---\n\nstart: 2026-09-02T18:00\n# There is more below.\n# help\n#hosts: [naam]\n# ours\ntitle: A\n#space: naam\n---\n",
        "---\n# ours\ntitle: A\n\n# --- when ---\n\nsummary: B\n# There is more below.\n# help\n#hosts: [naam]\nstart: 2026-09-02T18:00\n#space: naam\n---\n",
    );
}

#[test]
fn a_file_with_a_mistake_in_its_yaml_stays_as_it_is() {
    for text in [
        "",
        "title: a\n",
        "---\na: b: c\n---\n",
        "---\n- a\n---\n",
        "---\na: 1\na: 2\n---\n",
        "---\na:\n\tb: 1\n---\n",
    ] {
        assert_eq!(record(text, event()), Err(Refusal::Unreadable), "{text}");
    }
    // One that is not known is no mistake in the YAML, nor is a field that stands twice on different levels.
    check(
        "---\nzzz: {title: a}\ntitle: b\n---\n",
        "---\ntitle: b\nzzz: {title: a}\n---\n",
    );
}

#[test]
fn vocabularies_keep_their_order() {
    let before = "# words\n-   id: b\n    title: {nl: B,en: \"B\"}\n\n\n-   id: a\n    title:\n     nl:   A\n";
    let after = "# words\n- id: b\n  title: {nl: B,en: \"B\"}\n\n- id: a\n  title:\n    nl: A\n";
    assert_eq!(data(before).unwrap(), after);
    assert_eq!(data(after).unwrap(), after);
    assert_eq!(data("").unwrap(), "");
}

/// A scalar as people write it, some of them on several lines.
fn scalar() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "soep",
        "007",
        "'007'",
        "\"a b\"",
        "'it''s'",
        "\"x: y\"",
        "null",
        "~",
        "",
        "2026-01-01",
        "a  b",
        "\"\\u00e9\"",
        "[a,  b ]",
        "[ 'a', \"b\" ,[c ,d]]",
        "{ a: 1,b: 'c' }",
        "{}",
        "[]",
    ])
    .prop_map(str::to_owned)
}

fn comment() -> impl Strategy<Value = Option<String>> {
    prop::option::weighted(0.4, "( |  |    )?# ?[a-z:]{0,6}")
}

/// A value on several lines.
fn long(column: usize) -> impl Strategy<Value = String> {
    let margin = " ".repeat(column + 2);
    prop_oneof![
        Just(format!(" |\n{margin}  a\n{margin}   b  \n\n")),
        Just(format!(" |+\n{margin}a\n\n\n")),
        Just(format!(" >-\n{margin} a\n\n{margin} b\n")),
        Just(format!(" \"a\n{margin}  b\"\n")),
        Just(format!(" a\n{margin}b c\n")),
        Just(format!(" [a,\n{margin}  b] # x\n")),
    ]
}

/// Items of a list, which hold fields.
fn items(depth: u32, column: usize) -> impl Strategy<Value = String> {
    let item = (0usize..3).prop_flat_map(move |n| (block(depth, column + 2 + n), Just(n)));
    let item = item.prop_map(move |(item, n): (String, usize)| {
        let dash = " ".repeat(column);
        // The first line of the item may be a comment: then the dash stands alone.
        let first = item.lines().next().unwrap_or("");
        let lead = first.len() - first.trim_start().len();
        match lead == column + 2 + n && !first.trim_start().starts_with('#') {
            true => format!("{dash}-{}{}", " ".repeat(n + 1), &item[lead..]),
            false => format!("{dash}-\n{item}"),
        }
    });
    prop::collection::vec(item, 1..3).prop_map(|items| items.concat())
}

/// Lines of YAML at a level, in any indentation that is allowed, with comments and blank lines.
fn block(depth: u32, column: usize) -> BoxedStrategy<String> {
    let margin = " ".repeat(column);
    let leaf = (
        scalar(),
        "( {1,3})",
        "( {0,2})",
        prop::option::of("# ?[a-z]{1,4}"),
    )
        .prop_map(|(value, gap, behind, comment)| match comment {
            Some(comment) => format!("{gap}{value}{behind} {comment}\n"),
            None => format!("{gap}{value}{behind}\n"),
        });
    let long = long(column);
    let value = if depth == 0 {
        prop_oneof![4 => leaf, 1 => long].boxed()
    } else {
        let nested = (1usize..4).prop_flat_map(move |n| block(depth - 1, column + n));
        let items = items(depth - 1, column);
        prop_oneof![4 => leaf, 1 => long, 2 => nested.prop_map(|b| format!("\n{b}")), 1 => items.prop_map(|b| format!(" # list\n{b}"))].boxed()
    };
    let names = prop::sample::subsequence(
        vec!["title", "start", "summary", "zzz", "price", "hosts"],
        1..4,
    )
    .prop_shuffle();
    names
        .prop_flat_map(move |names| {
            let (value, margin) = (value.clone(), margin.clone());
            let entries: Vec<_> = names
                .into_iter()
                .map(|name| {
                    let margin = margin.clone();
                    (comment(), 0usize..3, value.clone()).prop_map(
                        move |(comment, blank, value)| {
                            let comment =
                                comment.map_or(String::new(), |comment| format!("{comment}\n"));
                            format!("{}{comment}{margin}{name}:{value}", "\n".repeat(blank))
                        },
                    )
                })
                .collect();
            entries
        })
        .prop_map(|entries| entries.concat())
        .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// The same fields, every comment, the same body; and once is enough.
    #[test]
    fn any_front_matter_says_what_it_said(yaml in block(2, 0), windows: bool, body in "(\n{0,2}[a-z ]{0,9}\n)?") {
        let text = format!("---\n{yaml}---\n{body}");
        let text = if windows { text.replace('\n', "\r\n") } else { text };
        let place: Place = |text| split(text).ok().map(|split| split.yaml);
        let before = read(&text, place);
        prop_assert_eq!(before.is_none(), record(&text, event()).is_err());
        let Some((before, range)) = before else { return Ok(()) };
        let once = record(&text, event()).unwrap();
        let (after, there) = read(&once, place).unwrap();
        prop_assert!(same(&before, &after), "{}\n{}", text, once);
        prop_assert_eq!(kept(&text[range]), kept(&once[there.clone()]));
        let body = |text: &str| crate::edit::body(text).trim().to_owned();
        prop_assert_eq!(body(&text), body(&once));
        prop_assert_eq!(&record(&once, event()).unwrap(), &once, "{}", text);
        prop_assert!(!windows || !once.replace("\r\n", "").contains('\n'));
        // Most of what is generated can be made even.
        let odd = once[there].lines().find(|line| line.starts_with(' ') && !line.trim_start().starts_with('#') && line.contains("title:") && (line.len() - line.trim_start().len()) % 2 == 1);
        prop_assert!(odd.is_none(), "{}", once);
    }

    /// No text makes it panic.
    #[test]
    fn any_text_is_taken(text in "(---\n)?[-a: \n#'\"\\[\\]{}|>?é\t,]{0,40}(\n---\n)?[a\n]{0,3}") {
        let _ = record(&text, event());
        let _ = data(&text);
    }
}
