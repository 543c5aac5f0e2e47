//! HTML as Markdown's writer makes it: with gaps for addresses, and tables as pages have them.

use std::fmt;

/// What stands for the address of a local link until it is known. It is told from what somebody wrote by
/// where it lies in memory.
pub(super) static MARK: &str = "plein-link:";

/// HTML as it is written, and where a mark stood.
pub(super) struct Gapped {
    pub(super) html: String,
    pub(super) gaps: Vec<usize>,
}

impl fmt::Write for Gapped {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if std::ptr::eq(text, MARK) {
            self.gaps.push(self.html.len());
        } else {
            self.html.push_str(tag(text));
        }
        Ok(())
    }
}

/// How the writer aligns the cells of tables, as pages have it: a policy without inline styles leaves those out. No text
/// of an editor's looks like one of these, for its `>` is escaped.
fn tag(written: &str) -> &str {
    match written {
        " style=\"text-align: left\">" => ">",
        " style=\"text-align: center\">" => " class=\"center\">",
        " style=\"text-align: right\">" => " class=\"end\">",
        other => other,
    }
}
