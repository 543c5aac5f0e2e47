//! Takes the indentation out of templates when they are loaded, so that no page carries it.
//!
//! White space between elements counts only as one space: a line break stays wherever there was
//! one, and lines keep their numbers, so that Tera's messages point at the right one.

use std::borrow::Cow;

/// A template without indentation; a line that holds one `{% tag %}` and nothing else leaves no
/// empty line behind.
pub fn squeeze(template: &str) -> String {
    if template.contains("<pre") || template.contains("<textarea") {
        return template.to_owned();
    }
    template
        .split('\n')
        .map(|line| line_without(line.trim()))
        .collect::<Vec<_>>()
        .join("\n")
}

/// `{% if x %}` alone on its line becomes `{% if x -%}`, which takes the line break with it.
fn line_without(line: &str) -> Cow<'_, str> {
    for (open, close) in [("{%", "%}"), ("{#", "#}")] {
        let alone =
            line.starts_with(open) && line.find(close) == Some(line.len().saturating_sub(2));
        if alone && !line.ends_with(&format!("-{close}")) {
            return Cow::Owned(format!("{}-{close}", &line[..line.len() - 2]));
        }
    }
    Cow::Borrowed(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indentation_and_lines_of_tags_go_and_lines_keep_their_numbers() {
        let template = "<ul>\n  {% for x in xs %}\n    <li>{{ x }}</li> {% if a %}b{% endif %}\n  {% endfor -%}\n</ul>\n";
        let expected = "<ul>\n{% for x in xs -%}\n<li>{{ x }}</li> {% if a %}b{% endif %}\n{% endfor -%}\n</ul>\n";
        assert_eq!(squeeze(template), expected);
        assert_eq!(
            squeeze("{% if a %}{% endif %}\n"),
            "{% if a %}{% endif %}\n"
        );
        assert_eq!(squeeze("<pre>\n  x</pre>"), "<pre>\n  x</pre>");
    }
}
