//! The words of a record: its title, its text, what is to be seen on its picture, and its name.

use super::below;
use super::convert::{is_nothing, plain};
use super::matter::Note;
use super::record::{Fate, Maker};
use super::slug;
use crate::phrase;
use serde_json::{Value, json};

impl Maker<'_> {
    /// What is to be seen on the picture.
    pub(super) fn picture(&mut self) {
        let picture = self
            .source("image.alt")
            .and_then(|source| self.take(source));
        if let (Some((paths, alt)), true) = (picture, self.fields.contains_key("image"))
            && let Some(text) = plain(&alt)
        {
            self.set("image.alt", json!(crate::content::html::tags::words(&text)));
            self.tell(paths, &Fate::Mapped("image.alt".to_owned()));
        }
    }

    /// A record has a title: its own, that of its first heading, or its file's name.
    pub(super) fn title(&mut self) {
        if self
            .fields
            .get("title")
            .is_some_and(|title| !is_nothing(title))
        {
            return;
        }
        let heading = self
            .original
            .body
            .lines()
            .find(|line| !line.trim().is_empty());
        let heading = heading
            .and_then(|line| line.trim().strip_prefix("# "))
            .map(crate::content::html::tags::words);
        let (title, what) = match heading.filter(|title| !title.is_empty() && !title.contains("{{"))
        {
            Some(title) => (title, phrase!("a title was taken from the first heading")),
            None => (
                slug::title(&self.original.name),
                phrase!("a title was made of the file's name"),
            ),
        };
        self.notes.push(Note::repaired(what));
        self.fields.insert("title".to_owned(), json!(title));
    }

    /// What stands below the fields; of a row in a table, a field of it.
    pub(super) fn body(&mut self) -> String {
        let taken = self.source("body").and_then(|source| self.take(source));
        let mut body = match taken {
            Some((paths, value)) if self.original.body.trim().is_empty() => {
                self.tell(paths, &Fate::Mapped("body".to_owned()));
                plain(&value).unwrap_or_default()
            }
            _ => self.original.body.clone(),
        };
        for path in &self.folder.below {
            let value = self.original.field(path);
            if let Some(words) = value.and_then(|value| below::words(path, &value)) {
                body = format!("{}\n\n{words}", body.trim_end());
                self.tell(vec![path.clone()], &Fate::Mapped("body".to_owned()));
            }
        }
        body
    }

    pub(super) fn slug(&mut self) -> String {
        let taken = self.source("slug").and_then(|source| self.take(source));
        let given = taken.and_then(|(paths, value)| {
            let text = plain(&value)?;
            self.tell(paths, &Fate::Mapped("slug".to_owned()));
            Some(text.trim_matches('/').rsplit('/').next()?.to_owned())
        });
        let title = plain(self.fields.get("title").unwrap_or(&Value::Null)).unwrap_or_default();
        let mut names = [given.unwrap_or_default(), self.original.name.clone(), title];
        if self.original.table().is_some() {
            names.swap(1, 2);
        }
        let slug = names
            .iter()
            .map(|name| slug::slug(name.trim_end_matches(".html")))
            .find(|slug| !slug.is_empty());
        slug.unwrap_or_else(|| {
            self.original
                .section()
                .chars()
                .filter(char::is_ascii_lowercase)
                .chain("x".chars())
                .collect()
        })
    }
}
