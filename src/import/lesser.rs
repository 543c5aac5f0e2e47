//! A document that lacks what its kind needs becomes one of a simpler kind: its words stay.

use super::layout::Original;
use super::mapping::{FieldSource, Folder};
use super::parts::example;
use super::record::{self, Draft, Fate, Manner};
use crate::content::Kind;
use crate::content::shape::shape;
use crate::diagnostic::Language;
use crate::diagnostic::words::in_language;
use crate::phrase;
use serde_json::{Map, Value};

/// What was wrong with a field as the kind that the mapping says, and not as the one that the record became.
pub fn first_reasons(draft: &mut Draft, before: &[(String, Fate)], language: Language) {
    for (name, fate) in before {
        let now = draft
            .fates
            .iter_mut()
            .find(|(known, now)| known == name && matches!(now, Fate::Lost(..)));
        if let (Some((_, now)), Fate::Lost(why, example)) = (now, fate) {
            draft
                .left
                .retain(|line| !line.starts_with(&format!("{name}: ")));
            draft.left.push(format!(
                "{name}: {example} ({})",
                in_language(language, why)
            ));
            *now = fate.clone();
        }
    }
}

/// Facts of a translation that differ from those of its original, which count for both.
pub fn differing(draft: &mut Draft, theirs: &Original, original: Option<&Map<String, Value>>) {
    const OWN: [&str; 5] = ["title", "summary", "body", "slug", "aliases"];
    for (name, fate) in &mut draft.fates {
        let Fate::Mapped(to) = fate else { continue };
        let path = if to == "image" {
            "image.file"
        } else {
            to.trim_end_matches("_time")
        };
        let field = path.split('.').next().unwrap_or("");
        let at = |fields: &Map<String, Value>| {
            let mut parts = path.split('.');
            let first = fields.get(parts.next()?)?;
            parts
                .try_fold(first, |value, part| value.get(part))
                .cloned()
        };
        let same = original.and_then(at) == at(&draft.fields);
        if !OWN.contains(&field) && !same {
            let value = theirs
                .field(name)
                .map(|value| example(&value))
                .unwrap_or_default();
            *fate = Fate::Lost(
                phrase!(
                    "of a translation only the words count, and this differs from the original"
                ),
                value,
            );
        }
    }
}

/// The kind that a record becomes when it lacks what its own needs: an article where there is a date, else a page.
pub fn lesser(
    draft: &Draft,
    original: &Original,
    folder: &Folder,
    manner: &Manner,
) -> Option<(&'static Kind, &'static str)> {
    let missing = shape(draft.kind)
        .required
        .iter()
        .find(|name| !draft.fields.contains_key(*name))?;
    let article = Kind::in_folder("articles").filter(|_| {
        draft.kind.folder != "articles"
            && !original.index
            && record::draft(
                original,
                &other(folder),
                Kind::in_folder("articles").unwrap_or(draft.kind),
                manner,
            )
            .fields
            .contains_key("date")
    });
    let why = match (article.is_some(), missing.as_str()) {
        (true, "start") => phrase!("without a start it is no event, and became an article"),
        (true, _) => phrase!("without what its kind needs it became an article"),
        (false, "start") => phrase!("without a start it is no event, and became a page"),
        (false, "date") => phrase!("without a date it is no article, and became a page"),
        (false, _) => phrase!("without what its kind needs it became a page"),
    };
    Some((article.or_else(|| Kind::in_folder("pages"))?, why))
}

/// The same sources for a kind that has fewer fields, with a date from wherever there is one.
pub fn other(folder: &Folder) -> Folder {
    let mut folder = folder.clone();
    folder
        .fields
        .entry("date".to_owned())
        .or_insert_with(|| FieldSource::of("date | publishdate | pubdate | published | file.date"));
    folder
}
