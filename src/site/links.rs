//! Links in bodies: to other records by file, to pages by address, to pictures by file.

use super::{Entry, EntryId, Site};
use crate::content::Kind;
use crate::content::markdown::LocalLink;
use crate::diagnostic::{Diagnostic, nearest};
use crate::source::Sources;
use std::collections::{BTreeMap, BTreeSet};

/// What a link in a body leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target<'a> {
    /// Another record, with what follows it (`#anchor`).
    Entry(EntryId, &'a str),
    /// A file below `content/media/`, as a path below `content/`.
    Media(String),
    /// An address on this site.
    Path(&'a str),
}

/// Finds entries by the path of their file, and knows which pictures exist.
pub struct LinkIndex<'a> {
    entries: BTreeMap<(&'static str, &'a str), EntryId>,
    media: &'a BTreeSet<String>,
    hidden: BTreeSet<(&'static str, &'a str)>,
}

impl<'a> LinkIndex<'a> {
    /// Indexes a site. `media` are paths below `content/`.
    pub fn new(site: &'a Site, media: &'a BTreeSet<String>) -> Self {
        let entries = site.entries.iter().map(|entry| ((entry.kind.folder, entry.slug.as_str()), entry.id)).collect();
        Self { entries, media, hidden: site.hidden.iter().map(|(folder, slug)| (*folder, slug.as_str())).collect() }
    }

    /// What a link in an entry's body leads to; `None` when nothing is there.
    pub fn resolve<'l>(&self, entry: &Entry, link: &'l LocalLink) -> Option<Target<'l>> {
        if link.target.starts_with('/') && !link.image {
            return Some(Target::Path(&link.target));
        }
        let (file, rest) = link.target.find(['#', '?']).map_or((&*link.target, ""), |n| link.target.split_at(n));
        let path = normalise(entry.kind.folder, file)?;
        if let Some((folder, name)) = path.split_once('/')
            && let (Some(kind), Some(stem)) = (Kind::in_folder(folder), name.strip_suffix(".md"))
        {
            let slug = stem.split('.').next().unwrap_or(stem);
            return self.entries.get(&(kind.folder, slug)).map(|id| Target::Entry(*id, rest));
        }
        self.media.contains(&path).then_some(Target::Media(path))
    }

    fn is_hidden(&self, entry: &Entry, link: &LocalLink) -> bool {
        let file = link.target.split(['#', '?']).next().unwrap_or("");
        let Some(path) = normalise(entry.kind.folder, file) else { return false };
        let Some((folder, name)) = path.split_once('/') else { return false };
        let slug = name.split('.').next().unwrap_or(name);
        self.hidden.iter().any(|(known, hidden)| *known == folder && *hidden == slug)
    }

    /// Every link of every body and every picture of every record that leads nowhere.
    pub fn check(&self, site: &Site, sources: &Sources, faults: &mut Vec<Diagnostic>) {
        for entry in &site.entries {
            for version in &entry.versions {
                for link in &version.body.links {
                    if self.resolve(entry, link).is_none() && !self.is_hidden(entry, link) {
                        faults.push(self.broken(link));
                    }
                }
            }
            if let Some(image) = &entry.original().common.image
                && !self.media.contains(&image.file.value)
            {
                let message = format!("the picture `{}` does not exist", image.file.value);
                let fault = Diagnostic::error("content/missing-picture", message).at(image.file.span, "not found");
                let names = self.media.iter().map(String::as_str);
                let folder = sources.get(image.file.span.source).path.split('/').next().unwrap_or("content").to_owned();
                let help = nearest(&image.file.value, names).map(|near| format!("did you mean `{near}`?"));
                faults.push(fault.help(help.unwrap_or_else(|| format!("put the file in `{folder}/media/` and write `media/name.jpg`"))));
            }
        }
    }

    fn broken(&self, link: &LocalLink) -> Diagnostic {
        let what = if link.image { "picture" } else { "link" };
        let fault = Diagnostic::error("markdown/broken-link", format!("this {what} leads nowhere: `{}`", link.target));
        let file = link.target.trim_start_matches("../");
        let records = self.entries.keys().map(|(folder, slug)| format!("{folder}/{slug}.md"));
        let names: Vec<String> = records.chain(self.media.iter().cloned()).collect();
        let help = match nearest(file, names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `../{near}`?"),
            None => "link to the file, such as `../spaces/keuken.md`, or to an address that begins with `/`".to_owned(),
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
        assert_eq!(normalise("events", "../spaces/keuken.md").as_deref(), Some("spaces/keuken.md"));
        assert_eq!(normalise("events", "./soep.md").as_deref(), Some("events/soep.md"));
        assert_eq!(normalise("events", "../../../etc/passwd"), None);
    }
}
