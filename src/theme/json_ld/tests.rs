use super::*;

#[test]
fn plain_text_parts_paragraphs_and_keeps_a_full_stop_at_its_word() {
    let html = "<h2 id=\"a\">A</h2>\n<p>See <a href=\"/x/\">the <em>club</em></a>.<br />Bye &amp; <b>b</b></p><hr>";
    assert_eq!(plain_text(html), "A See the club. Bye & b");
}
