//! Links in bodies: to other records by file, to pages by address, to pictures by file.

use super::{Entry, EntryId};
use crate::content::Kind;
use crate::content::markdown::LocalLink;
use crate::diagnostic::{Diagnostic, nearest};
use crate::say;
use crate::source::Spanned;
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
        let Some(path) = normalise(kind.folder, &unescaped(file)) else {
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
        let Some(path) = normalise(entry.kind.folder, &unescaped(file)) else {
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
            faults.extend(no_picture(&image.file));
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
            _ if link.target.is_empty() => (
                say!("the address of this link is missing"),
                say!("write between `(` and `)` where it leads"),
            ),
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
        let file = normalise(kind.folder, &unescaped(path)).unwrap_or_default();
        let records = self
            .entries
            .keys()
            .map(|(folder, slug)| format!("{folder}/{slug}.md"));
        let names: Vec<String> = records.chain(self.media.iter().cloned()).collect();
        let near = || nearest(&file, names.iter().map(String::as_str));
        let help = match without_scheme(&link.target).filter(|_| !link.image) {
            Some(whole) => say!("did you mean `{}`?", whole),
            None => match near().filter(|_| !path.is_empty()) {
                // Where a space stands in Markdown, the address ends.
                Some(near) => say!("did you mean `../{}`?", near.replace(' ', "%20")),
                None => otherwise,
            },
        };
        fault.at(link.span, "not found").help(help)
    }
}

/// What was probably meant by an address elsewhere without its beginning: `www.lab.example`, `info@lab.example`.
fn without_scheme(target: &str) -> Option<String> {
    let host = target.split(['/', '?', '#']).next().unwrap_or("");
    let (name, at) = host
        .rsplit_once('@')
        .map_or((host, false), |(_, host)| (host, true));
    match name.contains('.') && !name.starts_with('.') && !name.contains(char::is_whitespace) {
        true if at => Some(format!("mailto:{target}")),
        true if name.starts_with("www.") => Some(format!("https://{target}")),
        _ => None,
    }
}

/// What is told of a file that no browser shows as a picture.
fn no_picture(file: &Spanned<String>) -> Option<Diagnostic> {
    // Those that only need another form have a message of their own.
    const PICTURES: [&str; 13] = [
        "jpg", "jpeg", "png", "webp", "gif", "svg", "avif", "heic", "heif", "tif", "tiff", "bmp",
        "apng",
    ];
    let end = file
        .value
        .rsplit_once('.')
        .map_or("", |(_, end)| end)
        .to_lowercase();
    if PICTURES.contains(&&*end) {
        return None;
    }
    let message = say!("`{}` is no picture", file.value);
    let fault = Diagnostic::error("content/missing-picture", message).at(file.span, "no picture");
    Some(
        fault
            .help("name a picture here, such as `media/name.jpg`; link to other files in the text"),
    )
}

/// The name of a file as the disk has it: Markdown has no other way to write a space than `%20`.
fn unescaped(target: &str) -> String {
    let mut parts = target.split('%');
    let mut bytes = parts.next().unwrap_or("").as_bytes().to_vec();
    for part in parts {
        let digits = part
            .get(..2)
            .filter(|two| two.bytes().all(|b| b.is_ascii_hexdigit()));
        match digits.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                bytes.extend(part.bytes().skip(2));
            }
            None => bytes.extend([b"%", part.as_bytes()].concat()),
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| target.to_owned())
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

    #[test]
    fn a_name_is_read_without_percent_signs_for_its_letters() {
        assert_eq!(
            unescaped("../media/mijn%20foto.svg"),
            "../media/mijn foto.svg"
        );
        assert_eq!(unescaped("caf%C3%A9.md"), "café.md");
        for plain in ["100%.svg", "a%2.md", "%zz", "%ff", "é%+1"] {
            assert_eq!(unescaped(plain), plain);
        }
    }

    #[test]
    fn an_address_elsewhere_is_known_without_its_beginning() {
        let whole = |target| without_scheme(target);
        assert_eq!(
            whole("www.lab.example/over").as_deref(),
            Some("https://www.lab.example/over")
        );
        assert_eq!(
            whole("info@lab.example").as_deref(),
            Some("mailto:info@lab.example")
        );
        for file in ["broodje.md", "../spaces/a@b", "a b@c.d e", "", "../x.md"] {
            assert_eq!(whole(file), None, "{file}");
        }
    }
}
