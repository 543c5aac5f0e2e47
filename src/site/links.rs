//! Links in bodies: to other records by file, to pages by address, to pictures by file.

use super::{Entry, EntryId};
use crate::content::Kind;
use crate::content::markdown::LocalLink;
use crate::diagnostic::{Diagnostic, nearest};
use crate::say;
use std::collections::{BTreeMap, BTreeSet};

/// What a link in a body leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Another record, with what follows it (`#anchor`).
    Entry(EntryId, String),
    /// A file below `content/media/`, as a path below `content/`.
    Media(String),
    /// An address on this site.
    Path(String),
    /// What could not be found; an error has been told, unless it is only not published.
    Nowhere,
}

/// Finds entries by the path of their file, and knows which pictures exist.
pub struct LinkIndex<'a> {
    entries: BTreeMap<(&'static str, &'a str), EntryId>,
    media: &'a BTreeSet<String>,
    hidden: BTreeSet<(&'static str, &'a str)>,
}

impl<'a> LinkIndex<'a> {
    /// Indexes entries. `media` are paths below `content/`; `hidden` are folder and slug of what is
    /// not published or could not be read.
    pub fn new(
        entries: &'a [Entry],
        media: &'a BTreeSet<String>,
        hidden: &'a BTreeSet<(&'static str, String)>,
    ) -> Self {
        let by_file = entries
            .iter()
            .map(|entry| ((entry.kind.folder, entry.slug.as_str()), entry.id))
            .collect();
        Self {
            entries: by_file,
            media,
            hidden: hidden
                .iter()
                .map(|(folder, slug)| (*folder, slug.as_str()))
                .collect(),
        }
    }

    /// What a link in the body of a record of this kind leads to.
    pub fn resolve(&self, kind: &Kind, link: &LocalLink) -> Target {
        if link.target.starts_with('/') && !link.image {
            return Target::Path(link.target.clone());
        }
        let (file, rest) = link
            .target
            .find(['#', '?'])
            .map_or((&*link.target, ""), |n| link.target.split_at(n));
        let Some(path) = normalise(kind.folder, file) else {
            return Target::Nowhere;
        };
        if let Some((folder, name)) = path.split_once('/')
            && let (Some(kind), Some(stem)) = (Kind::in_folder(folder), name.strip_suffix(".md"))
        {
            let slug = stem.split('.').next().unwrap_or(stem);
            let found = self.entries.get(&(kind.folder, slug));
            return found.map_or(Target::Nowhere, |id| Target::Entry(*id, rest.to_owned()));
        }
        if self.media.contains(&path) {
            Target::Media(path)
        } else {
            Target::Nowhere
        }
    }

    /// Where every link of an entry leads, for each of its versions. Broken ones are told.
    pub fn targets(&self, entry: &Entry, faults: &mut Vec<Diagnostic>) -> Vec<Vec<Target>> {
        let mut find = |link: &LocalLink| {
            let target = self.resolve(entry.kind, link);
            if target == Target::Nowhere && !self.is_hidden(entry, link) {
                faults.push(self.broken(entry.kind, link));
            }
            target
        };
        entry
            .versions
            .iter()
            .map(|version| version.body.links.iter().map(&mut find).collect())
            .collect()
    }

    fn is_hidden(&self, entry: &Entry, link: &LocalLink) -> bool {
        let file = link.target.split(['#', '?']).next().unwrap_or("");
        let Some(path) = normalise(entry.kind.folder, file) else {
            return false;
        };
        let Some((folder, name)) = path.split_once('/') else {
            return false;
        };
        let slug = name.split('.').next().unwrap_or(name);
        self.hidden
            .iter()
            .any(|(known, hidden)| *known == folder && *hidden == slug)
    }

    /// Tells of a record's picture that does not exist.
    pub fn check_image(&self, entry: &Entry, faults: &mut Vec<Diagnostic>) {
        let Some(image) = &entry.original().common.image else {
            return;
        };
        if self.media.contains(&image.file.value) {
            return;
        }
        let message = say!("the picture `{}` does not exist", image.file.value);
        let fault =
            Diagnostic::error("content/missing-picture", message).at(image.file.span, "not found");
        let near = nearest(&image.file.value, self.media.iter().map(String::as_str));
        faults.push(fault.help(match near {
            Some(near) => say!("did you mean `{}`?", near),
            None => say!("put the file in `content/media/` and write `media/name.jpg`"),
        }));
    }

    fn broken(&self, kind: &Kind, link: &LocalLink) -> Diagnostic {
        let (message, otherwise) = match link.image {
            true => (
                say!("this picture does not exist: `{}`", link.target),
                say!("put the file in `content/media/` and write `../media/name.jpg`"),
            ),
            false => (
                say!("this link leads nowhere: `{}`", link.target),
                say!(
                    "link to the file, such as `../spaces/keuken.md`, or to an address that begins with `/`"
                ),
            ),
        };
        let fault = Diagnostic::error("markdown/broken-link", message);
        let path = link.target.split(['#', '?']).next().unwrap_or("");
        let file = normalise(kind.folder, path).unwrap_or_default();
        let records = self
            .entries
            .keys()
            .map(|(folder, slug)| format!("{folder}/{slug}.md"));
        let names: Vec<String> = records.chain(self.media.iter().cloned()).collect();
        let help = match nearest(&file, names.iter().map(String::as_str)) {
            Some(near) => say!("did you mean `../{}`?", near),
            None => otherwise,
        };
        fault.at(link.span, "not found").help(help)
    }
}

/// A relative path from a folder below `content/`, without `.` and `..`; `None` when it leaves.
///
/// `media/…` is understood from any folder, as in the `image` field.
fn normalise(folder: &str, target: &str) -> Option<String> {
    let target = target.trim_start_matches('/');
    if target.starts_with("media/") {
        return Some(target.to_owned());
    }
    let mut parts: Vec<&str> = vec![folder];
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths_are_followed_and_never_leave_the_content() {
        assert_eq!(
            normalise("events", "../spaces/keuken.md").as_deref(),
            Some("spaces/keuken.md")
        );
        assert_eq!(
            normalise("events", "./soep.md").as_deref(),
            Some("events/soep.md")
        );
        assert_eq!(normalise("events", "../../../etc/passwd"), None);
    }
}
