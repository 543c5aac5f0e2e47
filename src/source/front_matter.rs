//! Splits a Markdown file into its YAML front matter and its body.

use std::ops::Range;

/// Where front matter and body lie in the text, as byte ranges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// The YAML between the two lines of dashes, without them.
    pub yaml: Range<usize>,
    /// Everything after the closing line.
    pub body: Range<usize>,
}

/// Why a file has no readable front matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SplitError {
    /// The file does not begin with a line `---`.
    Missing,
    /// There is no second line `---`.
    Unclosed,
}

/// Finds the front matter: the text between a first line `---` and the next line `---`.
pub fn split(text: &str) -> Result<Split, SplitError> {
    let first = text.lines().next().unwrap_or("");
    if first.trim_end() != "---" {
        return Err(SplitError::Missing);
    }
    let mut at = text.find('\n').map_or(text.len(), |n| n + 1);
    let start = at;
    while at < text.len() {
        let end = text[at..].find('\n').map_or(text.len(), |n| at + n + 1);
        if text[at..end].trim_end() == "---" {
            return Ok(Split {
                yaml: start..at,
                body: end..text.len(),
            });
        }
        at = end;
    }
    Err(SplitError::Unclosed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_ends_at_the_second_line_of_dashes() {
        let text = "---\r\ntitle: A\r\n---\r\nBody\n---\n";
        let split = split(text).unwrap();
        assert_eq!(&text[split.yaml], "title: A\r\n");
        assert_eq!(&text[split.body], "Body\n---\n");
    }

    #[test]
    fn empty_front_matter_and_missing_ends_are_told_apart() {
        assert_eq!(
            split("---\n---\n"),
            Ok(Split {
                yaml: 4..4,
                body: 8..8
            })
        );
        assert_eq!(split("# Hello"), Err(SplitError::Missing));
        assert_eq!(split(""), Err(SplitError::Missing));
        assert_eq!(split("---\ntitle: A"), Err(SplitError::Unclosed));
    }
}
