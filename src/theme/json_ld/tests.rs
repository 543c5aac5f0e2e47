use super::*;

#[test]
fn plain_text_parts_paragraphs_and_keeps_a_full_stop_at_its_word() {
    let html = "<h2 id=\"a\">A</h2>\n<p>See <a href=\"/x/\">the <em>club</em></a>.<br />Bye &amp; <b>b</b></p><hr>";
    assert_eq!(plain_text(html), "A See the club. Bye & b");
}

#[test]
fn a_script_in_a_text_does_not_reach_readers_that_take_it_for_html() {
    let value = json!({ "name": "A </script><SCRIPT>b", "about": ["1 < 2"] });
    assert_eq!(
        text(&value),
        r#"{"name":"A ‹/script>‹SCRIPT>b","about":["1 < 2"]}"#
    );
}
