//! Files that the form reads and writes.

use super::{Answer, Editor};
use crate::content::shape::shape;
use crate::content::{KINDS, Kind};
use crate::diagnostic::{Diagnostic, Diagnostics, Language, Severity};
use crate::edit;
use crate::source::disk::Folder;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};
use std::io;
use std::path::PathBuf;

/// What a file may begin with that is no text.
const MARK: &str = "\u{feff}";

/// The file of a record in the default language.
pub fn file_of(kind: &Kind, slug: &str) -> String {
    format!("content/{}/{slug}.md", kind.folder)
}

/// The file of a record in another language.
pub fn translation_of(kind: &Kind, slug: &str, language: &str) -> String {
    format!("content/{}/{slug}.{language}.md", kind.folder)
}

/// A record's file, taken apart; `None` for what cannot be one, such as a path that leads elsewhere.
pub fn parted(file: &str) -> Option<(&'static Kind, &str, Option<&str>)> {
    let (folder, name) = file.strip_prefix("content/")?.split_once('/')?;
    let kind = KINDS.iter().find(|kind| kind.folder == folder)?;
    let stem = name.strip_suffix(".md")?;
    let (slug, language) = match stem.split_once('.') {
        Some((slug, language)) => (slug, Some(language)),
        None => (stem, None),
    };
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    (is_word(slug) && language.is_none_or(is_word)).then_some((kind, slug, language))
}

impl Editor {
    /// The file in which a record was written first: its name may hold the default language.
    pub fn original(&self, kind: &Kind, slug: &str) -> String {
        let (plain, named) = (
            file_of(kind, slug),
            translation_of(kind, slug, &self.live.language()),
        );
        match self.root.join(&plain).exists() || !self.root.join(&named).exists() {
            true => plain,
            false => named,
        }
    }

    /// A file as the form shows it, and what is wrong with it now.
    pub fn record(&self, file: &str) -> Answer {
        let Some((kind, slug, language)) = parted(file) else {
            return missing();
        };
        let (faults, folder) = self.live.proposed(&[]);
        let Ok(text) = self.read(file) else {
            return missing();
        };
        let fields = match edit::fields(&text) {
            Ok(fields) => fields,
            Err(refusal) => return refused(&refusal.to_string(), json!([])),
        };
        let others = folder.sources.iter().filter_map(|(_, source)| {
            let (other, same, language) = parted(&source.path)?;
            (other.folder == kind.folder && same == slug)
                .then(|| json!({"language": language, "file": source.path}))
        });
        let original =
            language.and_then(|_| edit::fields(&self.read(&self.original(kind, slug)).ok()?).ok());
        let answer = json!({
            "file": file,
            "hash": hash(&text),
            "kind": kind.name,
            "slug": slug,
            "language": language,
            "files": others.collect::<Vec<_>>(),
            "fields": fields,
            "body": edit::body(&text),
            "original": original,
            "page": self.page(kind, slug, language),
            "faults": told(&faults, &folder, file, self.language()),
        });
        (StatusCode::OK, answer)
    }

    /// A file and its text as it would be with the fields of a form.
    pub fn wanted(&self, asked: &Value) -> Option<(String, String)> {
        let (file, fields) = (asked["file"].as_str()?, asked["fields"].as_object()?);
        let (kind, ..) = parted(file)?;
        let before = self.read(file).ok()?;
        let text = edit::apply(&before, fields, None, &shape(kind).schema).ok()?;
        Some((file.to_owned(), text))
    }

    /// Writes the fields that differ, if nothing is wrong with them.
    pub fn save(&self, asked: &Value) -> Answer {
        let (Some(file), Some(fields)) = (asked["file"].as_str(), asked["fields"].as_object())
        else {
            return missing();
        };
        let Some((kind, ..)) = parted(file) else {
            return missing();
        };
        let Ok(before) = self.read(file) else {
            return missing();
        };
        if asked["hash"] != hash(&before) {
            return (StatusCode::CONFLICT, json!({"conflict": true}));
        }
        let schema = &shape(kind).schema;
        match edit::apply(&before, fields, asked["body"].as_str(), schema) {
            Ok(after) if after == before => (
                StatusCode::OK,
                json!({"hash": hash(&before), "unchanged": true, "faults": []}),
            ),
            Ok(after) => self.put(file, &after),
            Err(refusal) => refused(&refusal.to_string(), json!([])),
        }
    }

    /// Makes a file that is not there yet.
    pub fn create(&self, asked: &Value) -> Answer {
        let (Some(file), Some(fields)) = (asked["file"].as_str(), asked["fields"].as_object())
        else {
            return missing();
        };
        let Some((kind, ..)) = parted(file) else {
            return refused(
                "the name in an address has small letters, digits and hyphens",
                json!([]),
            );
        };
        if self.root.join(file).symlink_metadata().is_ok() {
            return refused(&format!("`{file}` is there already"), json!([]));
        }
        let body = asked["body"].as_str().unwrap_or("");
        let body = if body.is_empty() {
            String::new()
        } else {
            format!("\n{}", body.trim_start_matches('\n'))
        };
        let text = edit::apply(
            "---\n---\n",
            &ordered(fields, &shape(kind).schema),
            Some(&body),
            &shape(kind).schema,
        );
        match text {
            Ok(text) => self.put(file, &text),
            Err(refusal) => refused(&refusal.to_string(), json!([])),
        }
    }

    /// Removes a file; the original of a record with its translations.
    pub fn remove(&self, asked: &Value) -> Answer {
        let Some((file, (kind, slug, language))) = asked["file"]
            .as_str()
            .and_then(|file| Some((file, parted(file)?)))
        else {
            return missing();
        };
        match self.read(file) {
            Ok(text) if asked["hash"] == hash(&text) => {}
            Ok(_) => return (StatusCode::CONFLICT, json!({"conflict": true})),
            Err(_) => return missing(),
        }
        let (before, folder) = self.live.proposed(&[]);
        let sources = folder.sources.iter().map(|(_, source)| source.path.clone());
        let gone = sources.filter(|path| match language {
            Some(_) => path == file,
            None => parted(path)
                .is_some_and(|(other, same, _)| other.folder == kind.folder && same == slug),
        });
        let gone: Vec<String> = gone.collect();
        let changes: Vec<(String, Option<String>)> =
            gone.iter().map(|path| (path.clone(), None)).collect();
        let (after, proposed) = self.live.proposed(&changes);
        let faults = new_errors(
            (&before, &folder),
            (&after, &proposed),
            file,
            self.language(),
        );
        if !faults.is_empty() {
            return refused("", Value::Array(faults));
        }
        for path in &gone {
            if let Err(error) = self.place(path).and_then(std::fs::remove_file) {
                return failed(&error);
            }
        }
        let paths: Vec<PathBuf> = gone.iter().map(|path| self.root.join(path)).collect();
        self.live.changed(&paths);
        (StatusCode::OK, json!({"removed": gone}))
    }

    /// Writes a file if the site has no more errors with it than without.
    fn put(&self, file: &str, text: &str) -> Answer {
        let (before, folder) = self.live.proposed(&[]);
        let change = (
            file.to_owned(),
            Some(text.trim_start_matches(MARK).to_owned()),
        );
        let (after, proposed) = self.live.proposed(&[change]);
        let faults = new_errors(
            (&before, &folder),
            (&after, &proposed),
            file,
            self.language(),
        );
        if !faults.is_empty() {
            return refused("", Value::Array(faults));
        }
        if let Err(error) = self.write(file, text) {
            return failed(&error);
        }
        self.live.changed(&[self.root.join(file)]);
        let faults = told(&after, &proposed, file, self.language());
        let page = parted(file).and_then(|(kind, slug, language)| self.page(kind, slug, language));
        (
            StatusCode::OK,
            json!({"file": file, "hash": hash(text), "faults": faults, "page": page}),
        )
    }

    fn page(&self, kind: &'static Kind, slug: &str, language: Option<&str>) -> Option<String> {
        let standing = self.live.standing();
        let site = &standing.site.as_ref()?.0.site;
        let entry = site
            .entries
            .iter()
            .find(|entry| entry.kind.folder == kind.folder && entry.slug == slug)?;
        Some(site.path(entry, language.unwrap_or(&site.codes[0])))
    }

    /// Where a file lies, if that is within the site's folder.
    pub fn place(&self, file: &str) -> io::Result<PathBuf> {
        let place = self.root.join(file);
        let folder = place.parent().unwrap_or(&self.root);
        std::fs::create_dir_all(folder)?;
        let whole = std::fs::canonicalize(&place).or_else(|_| {
            Ok::<_, io::Error>(
                std::fs::canonicalize(folder)?.join(place.file_name().unwrap_or_default()),
            )
        })?;
        match whole.starts_with(std::fs::canonicalize(&self.root)?) {
            true => Ok(whole),
            false => Err(io::Error::other("it lies outside of the site's folder")),
        }
    }

    /// The text of a file, without a mark at its beginning.
    pub fn read(&self, file: &str) -> io::Result<String> {
        let text = std::fs::read_to_string(self.root.join(file))?;
        Ok(text.trim_start_matches(MARK).to_owned())
    }

    /// Writes beside the file and renames: whoever reads it meanwhile sees all of it or nothing.
    pub fn write(&self, file: &str, text: &str) -> io::Result<()> {
        let place = self.place(file)?;
        let name = place
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let waiting = place.with_file_name(format!(".{name}.plein"));
        let before = std::fs::read(&place).ok();
        let mark = if before.is_some_and(|bytes| bytes.starts_with(MARK.as_bytes())) {
            MARK
        } else {
            ""
        };
        std::fs::write(&waiting, format!("{mark}{text}"))?;
        if let Ok(known) = std::fs::metadata(&place) {
            std::fs::set_permissions(&waiting, known.permissions())?;
        }
        std::fs::rename(&waiting, &place).inspect_err(|_| drop(std::fs::remove_file(&waiting)))
    }
}

/// Errors in a file, and those elsewhere that were not there before.
pub fn new_errors(
    before: (&Diagnostics, &Folder),
    after: (&Diagnostics, &Folder),
    file: &str,
    language: Language,
) -> Vec<Value> {
    let place = |d: &Diagnostic, folder: &Folder| d.place(&folder.sources).0;
    let known: Vec<(String, &str, String)> = before
        .0
        .iter()
        .map(|d| (place(d, before.1), d.code, d.message.to_string()))
        .collect();
    let errors = after.0.iter().filter(|d| d.severity == Severity::Error);
    let is_new = |d: &&Diagnostic| {
        let path = place(d, after.1);
        path == file || !known.contains(&(path, d.code, d.message.to_string()))
    };
    errors
        .filter(is_new)
        .map(|d| fault(d, after.1, file, language))
        .collect()
}

/// What is told about a file, for the form.
fn told(diagnostics: &Diagnostics, folder: &Folder, file: &str, language: Language) -> Vec<Value> {
    let own = diagnostics
        .iter()
        .filter(|d| d.place(&folder.sources).0 == file);
    own.map(|d| fault(d, folder, file, language)).collect()
}

/// A diagnostic with the field that it is about.
fn fault(diagnostic: &Diagnostic, folder: &Folder, file: &str, language: Language) -> Value {
    let (path, line, column) = diagnostic.place(&folder.sources);
    let field = diagnostic
        .labels
        .first()
        .filter(|_| path == file)
        .map(|label| {
            let text = &folder.sources.get(label.span.source).text;
            edit::field_at(text, label.span.range().start)
        });
    json!({
        "file": path,
        "line": line,
        "column": column,
        "field": field,
        "code": diagnostic.code,
        "error": diagnostic.severity == Severity::Error,
        "message": diagnostic.message.to(language),
        "help": diagnostic.help.as_ref().map(|help| help.to(language)),
    })
}

/// New fields in the order of their kind.
fn ordered(fields: &Map<String, Value>, schema: &Value) -> Map<String, Value> {
    let names = schema["properties"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name);
    let known = names.filter_map(|name| Some((name.clone(), fields.get(name)?.clone())));
    let mut all: Map<String, Value> = known.collect();
    for (name, value) in fields {
        all.entry(name.clone()).or_insert_with(|| value.clone());
    }
    all
}

pub fn hash(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex()[..16].to_owned()
}

pub fn missing() -> Answer {
    (
        StatusCode::NOT_FOUND,
        json!({"refused": "there is no such file"}),
    )
}

pub fn refused(why: &str, faults: Value) -> Answer {
    (
        StatusCode::UNPROCESSABLE_ENTITY,
        json!({"refused": why, "faults": faults}),
    )
}

pub fn failed(error: &io::Error) -> Answer {
    (
        StatusCode::INTERNAL_SERVER_ERROR,
        json!({"refused": error.to_string()}),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_records_are_read_or_written() {
        assert!(parted("content/events/soep.md").is_some());
        assert!(
            parted("content/events/soep.en.md")
                .is_some_and(|(_, slug, language)| (slug, language) == ("soep", Some("en")))
        );
        for path in [
            "content/events/../../x.md",
            "content/events/.x.md",
            "data/site.yaml",
            "content/nothing/a.md",
            "/content/events/a.md",
            "content/events/a/b.md",
            "content/events/a.b.c.md",
            "content/events/a b.md",
        ] {
            assert!(parted(path).is_none(), "{path}");
        }
    }
}
