//! What a new name of a record changes in other files.

use serde_json::{Map, Value};

/// A name of a record: the folder of its kind, and the last part of its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name<'a> {
    /// Folder of the kind.
    pub folder: &'a str,
    /// The file's name without its end.
    pub slug: &'a str,
}

/// Fields of another record, of which `fields` point at what is renamed. A reference stays as short as it was.
pub fn references(all: &mut Map<String, Value>, fields: &[&str], old: Name, new: &str) {
    let renamed = |value: &mut Value| {
        let whole = format!("{}/{}", old.folder, old.slug);
        let now = match value.as_str() {
            Some(written) if written == old.slug => new.to_owned(),
            Some(written) if written == whole => format!("{}/{new}", old.folder),
            _ => return,
        };
        *value = Value::String(now);
    };
    for name in fields {
        match all.get_mut(*name) {
            Some(Value::Array(items)) => items.iter_mut().for_each(renamed),
            Some(value) => renamed(value),
            None => {}
        }
    }
}

/// A body, in a file of a folder, whose links to the renamed record's files lead to the new ones.
pub fn links(body: &str, folder: &str, old: Name, new: &str) -> String {
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(found) = rest.find(old.slug) {
        let (before, behind) = (&rest[..found], &rest[found + old.slug.len()..]);
        // The path up to the name: what stands between the bracket and it.
        let start = before
            .rfind(['(', '<', ' ', '\n', ':'])
            .map_or(0, |n| n + 1);
        let path = &before[start..];
        let opened = before[..start].ends_with(['(', '<', ' ']);
        let leads_there = match path.strip_suffix('/') {
            None => path.is_empty() && folder == old.folder,
            Some(".") => folder == old.folder,
            Some(path) => path.rsplit('/').next() == Some(old.folder),
        };
        let is_file = behind.starts_with(".md")
            || behind
                .strip_prefix('.')
                .and_then(|end| end.split_once(".md"))
                .is_some_and(|(language, _)| {
                    (2..=8).contains(&language.len())
                        && language
                            .bytes()
                            .all(|b| b.is_ascii_alphanumeric() || b == b'-')
                });
        out.push_str(before);
        out.push_str(if opened && leads_there && is_file {
            new
        } else {
            old.slug
        });
        rest = behind;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const OLD: Name = Name {
        folder: "events",
        slug: "soep",
    };

    #[test]
    fn references_follow_and_stay_as_short_as_they_were() {
        let Value::Object(mut all) = json!({"about": ["soep", "events/soep", "spaces/soep"], "event": "soep", "title": "soep"})
        else {
            unreachable!()
        };
        references(&mut all, &["about", "event"], OLD, "bouillon");
        assert_eq!(
            Value::Object(all),
            json!({"about": ["bouillon", "events/bouillon", "spaces/soep"], "event": "bouillon", "title": "soep"})
        );
    }

    #[test]
    fn links_follow_and_other_words_stay() {
        let body = "[a](soep.md) [b](../events/soep.md#x) [c](../spaces/soep.md) [d](soep.en.md) soep.md-achtig (soepel.md) [e]: soep.md\n";
        let after = "[a](bouillon.md) [b](../events/bouillon.md#x) [c](../spaces/soep.md) [d](bouillon.en.md) bouillon.md-achtig (soepel.md) [e]: bouillon.md\n";
        assert_eq!(links(body, "events", OLD, "bouillon"), after);
        assert_eq!(
            links("[b](../events/soep.md) [a](soep.md)", "articles", OLD, "x"),
            "[b](../events/x.md) [a](soep.md)"
        );
    }
}
