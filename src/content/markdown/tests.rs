use super::*;

fn html(text: &str) -> (String, Vec<&'static str>) {
    let (body, faults) = parse(SourceId(0), text, 0..text.len());
    let html = body.html(|n| format!("/x?{}&", body.links[n].target).into());
    (html, faults.iter().map(|f| f.code).collect())
}

#[test]
fn local_links_wait_for_their_address_and_others_do_not() {
    let (html, faults) = html("[a](../b.md) [c](https://d.example/) ![e](media/f.svg)");
    let expected = "<p><a href=\"/x?../b.md&amp;\">a</a> <a href=\"https://d.example/\">c</a> <img src=\"/x?media/f.svg&amp;\" alt=\"e\" /></p>\n";
    assert_eq!((html.as_str(), faults), (expected, vec![]));
}

#[test]
fn an_address_in_angle_brackets_is_one_to_write_to() {
    let (html, faults) = html("Vraag <info@lab.example>.");
    let expected = "<p>Vraag <a href=\"mailto:info@lab.example\">info@lab.example</a>.</p>\n";
    assert_eq!((html.as_str(), faults), (expected, vec![]));
}

#[test]
fn characters_that_steer_a_machine_are_told_wherever_they_stand() {
    let code = "source/control-character";
    assert_eq!(html("Kom\u{b} eten\u{1}.").1, [code; 2]);
    assert_eq!(html("Kom &#1; eten").1, [code]);
    assert_eq!(html("```\na\u{7f}\n```").1, [code]);
    assert_eq!(html("Kom\teten  \r\nnu\u{a0}!").1, [] as [&str; 0]);
}

#[test]
fn what_stands_in_the_text_of_a_picture_leads_nowhere_and_takes_no_address() {
    let (html, faults) = html("![a [b](c.md) ![d](e.jpg)](f.jpg) [g](h.md) ![i](j.jpg)");
    let expected = "<p><img src=\"/x?f.jpg&amp;\" alt=\"a b d\" /> <a href=\"/x?h.md&amp;\">g</a> <img src=\"/x?j.jpg&amp;\" alt=\"i\" /></p>\n";
    assert_eq!((html.as_str(), faults), (expected, vec![]));
}

#[test]
fn a_picture_says_what_is_to_be_seen_or_that_it_decorates() {
    assert_eq!(html("![](a.jpg)").1, ["markdown/no-alt"]);
    assert_eq!(
        html("![ ](https://x.example/a.jpg) ![`b`](b.jpg)").1,
        ["markdown/no-alt"]
    );
    let (html, faults) = html("![](a.jpg \"decorative\") ![c](c.jpg \"decorative\")");
    assert_eq!(faults, [] as [&str; 0]);
    assert!(
        html.contains("alt=\"\" />") && html.contains("alt=\"c\" title=\"decorative\""),
        "{html}"
    );
}

#[test]
fn the_sizes_of_a_picture_stand_around_it_and_of_a_link_nothing_changes() {
    let text = "[![a > b](a.jpg)](b.md) ![c](c.jpg)";
    let (body, _) = parse(SourceId(0), text, 0..text.len());
    let shown = |n: usize| Shown {
        address: body.links[n].target.clone(),
        attributes: if n == 1 {
            " width=\"2\"".to_owned()
        } else {
            String::new()
        },
        sources: if n < 2 {
            "<source>".to_owned()
        } else {
            String::new()
        },
    };
    let expected = "<p><a href=\"b.md\"><picture><source><img src=\"a.jpg\" width=\"2\" alt=\"a &gt; b\" /></picture></a> <img src=\"c.jpg\" alt=\"c\" /></p>\n";
    assert_eq!(body.html(shown), expected);
}

#[test]
fn what_looks_like_our_mark_in_a_text_stays_text() {
    let (html, _) = html("`=\"plein-link:\"` [x](y.md)");
    assert_eq!(
        html,
        "<p><code>=\"plein-link:\"</code> <a href=\"/x?y.md&amp;\">x</a></p>\n"
    );
}

#[test]
fn a_title_is_found_wherever_it_may_stand() {
    let found = |text: &str| has_title(text);
    for text in [
        "# A",
        "  # A",
        "> # A",
        "- 1. # A",
        "A\n===",
        "> A\n> =",
        "a # b\n\n# A",
    ] {
        assert!(found(text), "{text}");
    }
    for text in [
        "## A",
        "a # b",
        "a = b",
        "    # A",
        "```\n# A\n```",
        "\\# A",
        "",
    ] {
        assert!(!found(text), "{text}");
    }
}

#[test]
fn headings_get_unique_anchors_below_the_title() {
    let (body, _) = parse(SourceId(0), "# Een\n## Twee\n## Twee\n", 0..22);
    let shown: Vec<_> = body
        .headings
        .iter()
        .map(|h| (h.level, h.id.as_str()))
        .collect();
    assert_eq!(shown, [(2, "een"), (3, "twee"), (3, "twee-2")]);
}

#[test]
fn scripts_and_raw_html_never_reach_the_page() {
    for text in [
        "<script>x</script>",
        "a <b onclick=x>b</b>",
        "[x](javascript:alert(1))",
        "[x](JaVaScript:alert(1))",
        "<div>\n<p>\n</div>",
    ] {
        let (html, faults) = html(text);
        assert!(
            !html.contains("<script")
                && !html.contains("onclick")
                && !html.to_lowercase().contains("javascript:"),
            "{html}"
        );
        assert!(!faults.is_empty(), "{text}");
    }
    assert_eq!(html("<!-- a note -->\n\ntext").1, [] as [&str; 0]);
}

#[test]
fn html_is_told_once_a_block_or_pair_and_comments_of_any_length_never() {
    let told = |text| html(text).1.len();
    assert_eq!(told("<div>\na\nb\nc\n</div>\n"), 1);
    assert_eq!(told("een <b>vet</b> woord en nog <i>een</i>"), 2);
    assert_eq!(told("<!-- a\nlong\nnote -->\n\nx <!-- y --> z"), 0);
    assert_eq!(told("<!-- a --> <b>x</b>\n"), 1);
    assert_eq!(told("<!-- never closed\n\ntext\n"), 1);
}

#[test]
fn columns_of_a_table_are_aligned_without_a_style_and_it_takes_the_focus() {
    let (html, faults) =
        html("| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | style=\"text-align: right\">|\n");
    assert!(
        html.starts_with("<div class=\"table\" tabindex=\"0\">\n<table><thead><tr><th>a</th><th class=\"center\">b</th><th class=\"end\">c</th>"),
        "{html}"
    );
    assert!(html.ends_with("</tbody></table>\n</div>\n"), "{html}");
    assert!(html.contains("<td class=\"end\">style="), "{html}");
    assert_eq!(faults, [] as [&str; 0]);
}
