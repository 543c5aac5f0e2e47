//! When something would be, while it is still typed.

use super::store::parted;
use super::{Answer, Editor};
use crate::output::Press;
use crate::theme::dates::Style;
use crate::theme::when::sentence;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// So many times are shown ahead.
const NEXT: usize = 5;

impl Editor {
    /// When it would be, in a sentence, and the next times; nothing where that cannot be told yet.
    pub fn when(&self, asked: &Value) -> Answer {
        let told = self.wanted(asked).and_then(|(file, text)| {
            let change = (file.clone(), Some(text));
            let (_, _, told) = self.live.with(&[change], |press| self.told(press, &file));
            told.flatten()
        });
        (StatusCode::OK, told.unwrap_or_else(|| json!({})))
    }

    fn told(&self, press: &Press, file: &str) -> Option<Value> {
        let (kind, slug, _) = parted(file)?;
        let site = &press.site;
        let entry = site
            .entries
            .iter()
            .find(|entry| entry.kind.folder == kind.folder && entry.slug == slug)?;
        let timetable = entry.timetable.as_ref()?;
        let own = self.words.language;
        let code = site.languages.get_key_value(own).map(|(code, _)| code);
        let locale = press.theme.locale(code.unwrap_or(&site.codes[0]));
        let ahead = timetable
            .occurrences
            .iter()
            .filter(|one| one.end > site.now);
        let time = |one: &crate::site::timetable::Occurrence| {
            let day = locale.dates.day(one.start.date(), Style::Long);
            match timetable.all_day {
                true => day,
                false => format!("{day}, {}", locale.dates.clock(one.start.time())),
            }
        };
        let next: Vec<String> = ahead.take(NEXT).map(time).collect();
        Some(json!({"sentence": sentence(timetable, locale), "next": next}))
    }
}
