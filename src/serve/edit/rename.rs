//! A record gets another name in its address; what points at it follows.

use super::store::{failed, hash, missing, new_errors, parted, refused};
use super::{Answer, Editor};
use crate::content::shape::shape;
use crate::edit::rename::{Name, links, references};
use crate::edit::{self};
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A file and its text; none for what goes.
type Change = (String, Option<String>);

impl Editor {
    /// Renames the files of a record. It keeps its identifier, its old addresses lead to the new ones.
    pub fn rename(&self, asked: &Value) -> Answer {
        let (Some(file), Some(new)) = (asked["file"].as_str(), asked["slug"].as_str()) else {
            return missing();
        };
        let Some((kind, old, _)) = parted(file) else {
            return missing();
        };
        match self.read(file) {
            Ok(text) if asked["hash"] == hash(&text) => {}
            Ok(_) => return (StatusCode::CONFLICT, json!({"conflict": true})),
            Err(_) => return missing(),
        }
        let target = file.replacen(&format!("/{old}."), &format!("/{new}."), 1);
        if parted(&target).is_none_or(|(_, slug, _)| slug != new) {
            return refused(
                "the name in an address has small letters, digits and hyphens",
                json!([]),
            );
        }
        if self.root.join(&target).symlink_metadata().is_ok() {
            return refused(&format!("`{target}` is there already"), json!([]));
        }
        let changes = match self.renamed(
            Name {
                folder: kind.folder,
                slug: old,
            },
            new,
        ) {
            Ok(changes) => changes,
            Err(why) => return refused(&why, json!([])),
        };
        let (before, folder) = self.live.proposed(&[]);
        let (after, proposed) = self.live.proposed(&changes);
        let faults = new_errors(
            (&before, &folder),
            (&after, &proposed),
            &target,
            self.language(),
        );
        if !faults.is_empty() {
            return refused("", Value::Array(faults));
        }
        // What is new comes before what is old goes: whatever happens, nothing is lost.
        let (gone, written): (Vec<_>, Vec<_>) =
            changes.iter().partition(|(_, text)| text.is_none());
        for (path, text) in written
            .iter()
            .filter_map(|(path, text)| Some((path, text.as_ref()?)))
        {
            if let Err(error) = self.write(path, text) {
                return failed(&error);
            }
        }
        for (path, _) in &gone {
            if let Err(error) = self.place(path).and_then(std::fs::remove_file) {
                return failed(&error);
            }
        }
        let paths: Vec<PathBuf> = changes
            .iter()
            .map(|(path, _)| self.root.join(path))
            .collect();
        self.live.changed(&paths);
        (
            StatusCode::OK,
            json!({"file": target, "files": changes.len()}),
        )
    }

    /// Every file that another name changes, with its text.
    fn renamed(&self, old: Name, new: &str) -> Result<Vec<Change>, String> {
        let standing = self.live.standing();
        let (press, _) = &**standing
            .site
            .as_ref()
            .ok_or("mend the errors of the site first")?;
        let site = &press.site;
        let is_it =
            |entry: &&crate::site::Entry| entry.kind.folder == old.folder && entry.slug == old.slug;
        let entry = site
            .entries
            .iter()
            .find(is_it)
            .ok_or("this record is not on the site yet: save it first")?;
        // Fields that point at it, by the record that has them.
        let mut pointing: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
        for (field, id) in &entry.referenced_by {
            let other = site.entry(*id);
            pointing
                .entry((other.kind.folder, &other.slug))
                .or_default()
                .push(field);
        }
        let addresses: Vec<String> = site
            .codes
            .iter()
            .map(|code| site.path(entry, code))
            .collect();
        let mut changes = Vec::new();
        for path in self.live.paths() {
            let Some((kind, slug, language)) = parted(&path) else {
                continue;
            };
            let text = self.read(&path).map_err(|error| error.to_string())?;
            let Ok(mut fields) = edit::fields(&text) else {
                continue;
            };
            let is_own = (kind.folder, slug) == (old.folder, old.slug);
            if is_own && language.is_none_or(|code| code == site.codes[0]) {
                fields.entry("id").or_insert_with(|| json!(old.slug));
                let known = fields.entry("aliases").or_insert_with(|| json!([]));
                if let Some(known) = known.as_array_mut() {
                    known.extend(
                        addresses
                            .iter()
                            .filter(|path| !known.contains(&json!(path)))
                            .map(|path| json!(path))
                            .collect::<Vec<_>>(),
                    );
                }
            }
            let own: &[&str] = pointing
                .get(&(kind.folder, slug))
                .map_or(&[], Vec::as_slice);
            references(&mut fields, own, old, new);
            let body = links(&edit::body(&text), kind.folder, old, new);
            let after = edit::apply(&text, &fields, Some(&body), &shape(kind).schema)
                .map_err(|why| format!("{path}: {why}"))?;
            if is_own {
                changes.push((
                    path.replacen(&format!("/{}.", old.slug), &format!("/{new}."), 1),
                    Some(after),
                ));
                changes.push((path, None));
            } else if after != text {
                changes.push((path, Some(after)));
            }
        }
        Ok(changes)
    }
}
