//! A practice of another city as one of ours: the file to begin with, with where it comes from.

use super::clean;
use crate::content::practice;
use crate::diagnostic::{Language, Words};
use crate::say;
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

/// A practice to adopt, as its city publishes it.
#[derive(Debug, Clone)]
pub struct Practice {
    /// Its permanent identifier.
    pub id: String,
    /// The last part of its address.
    pub slug: String,
    record: Map<String, Value>,
    license: String,
}

/// The texts that make up the story, in the order in which they are written.
const STORY: [&str; 6] = [
    "title", "summary", "context", "problem", "approach", "result",
];

/// Reads a practice; what is none, or may not be taken over, is refused.
pub fn read(bytes: &[u8]) -> Result<Practice, Words> {
    let json: Value = serde_json::from_slice(bytes)
        .map_err(|error| say!("it is no JSON: {}", error.to_string()))?;
    if json["kind"] != practice::KIND.name {
        return Err(say!("it is no practice"));
    }
    let license = json["license"].as_str().and_then(clean::licence);
    let license =
        license.ok_or_else(|| say!("no licence lets others take it over: ask whoever wrote it"))?;
    let record = clean::clean(&practice::KIND, &json);
    let id = record
        .get("id")
        .and_then(Value::as_str)
        .ok_or_else(|| say!("it is no practice"))?;
    let titled = record.get("title").is_some_and(Value::is_object);
    let slug: String = record
        .get("slug")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_ascii_lowercase();
    let slug: String = slug
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .take(60)
        .collect();
    let slug = slug.trim_matches('-').to_owned();
    match titled && !slug.is_empty() {
        true => Ok(Practice {
            id: id.to_owned(),
            slug,
            license,
            record,
        }),
        false => Err(say!("it is no practice")),
    }
}

impl Practice {
    /// Where the record itself may lie, seen from an address that people give: its page, or its identifier.
    pub fn candidates(url: &str) -> Vec<String> {
        let name = url
            .split(['?', '#'])
            .next()
            .unwrap_or(url)
            .trim_end_matches('/');
        let name = name.rsplit('/').next().unwrap_or_default();
        let origin = super::address::origin(url).unwrap_or_default();
        vec![format!("{origin}/data/v1/practices/{name}.json")]
    }

    /// The file in the default language of a site, and in the others in which the practice is written.
    pub fn files(&self, languages: &[String]) -> Vec<(String, String)> {
        let file = |(n, code): (usize, &String)| {
            let own = self.text("title", code);
            // The first file holds the facts, in whichever language they are to be had.
            let end = if n == 0 {
                String::new()
            } else {
                format!(".{code}")
            };
            let text = if n == 0 {
                self.original(code)
            } else {
                self.translation(code)
            };
            (n == 0 || own.is_some())
                .then(|| (format!("content/practices/{}{end}.md", self.slug), text))
        };
        languages.iter().enumerate().filter_map(file).collect()
    }

    /// A text in a language.
    fn text(&self, field: &str, language: &str) -> Option<&str> {
        self.record.get(field)?.get(language)?.as_str()
    }

    /// The language to read it in: this one, else English, else the first.
    fn nearest<'a>(&'a self, language: &'a str) -> &'a str {
        let written = |code: &&str| self.text("title", code).is_some();
        let titles = self.record.get("title").and_then(Value::as_object);
        let first = titles
            .and_then(|titles| titles.keys().next())
            .map_or("en", String::as_str);
        [language, "en"].into_iter().find(written).unwrap_or(first)
    }

    fn original(&self, language: &str) -> String {
        let from = self.nearest(language);
        let mut text = String::from("---\n");
        self.story(from, &mut text);
        for name in ["works_when", "fails_when"] {
            self.list(name, from, &mut text);
        }
        self.facts(from, true, &mut text);
        let evidence = self
            .record
            .get("evidence")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let evidence: Vec<&str> = evidence.filter_map(Value::as_str).collect();
        if !evidence.is_empty() {
            let _ = writeln!(text, "evidence: {}", json!(evidence));
        }
        let _ = writeln!(text, "adopted_from: {}", json!(self.id));
        let _ = writeln!(text, "license: {}", json!(self.license));
        text.push_str("draft: true\n---\n\n");
        text.push_str(&self.provenance(language, from));
        text
    }

    fn translation(&self, language: &str) -> String {
        let mut text = String::from("---\n");
        self.story(language, &mut text);
        for name in ["works_when", "fails_when"] {
            self.list(name, language, &mut text);
        }
        self.facts(language, false, &mut text);
        text.push_str("---\n\n");
        text.push_str(&self.provenance(language, language));
        text
    }

    fn story(&self, language: &str, text: &mut String) {
        for name in STORY {
            if let Some(words) = self.text(name, language) {
                let _ = writeln!(text, "{name}: {}", json!(words));
            }
        }
    }

    fn list(&self, name: &str, language: &str, text: &mut String) {
        let items = self
            .record
            .get(name)
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let items: Vec<&str> = items
            .filter_map(|item| item.get(language)?.as_str())
            .collect();
        if !items.is_empty() {
            let _ = writeln!(text, "{name}:");
        }
        for item in items {
            let _ = writeln!(text, "  - {}", json!(item));
        }
    }

    fn facts(&self, language: &str, whole: bool, text: &mut String) {
        let Some(facts) = self.record.get("facts") else {
            return;
        };
        let mut lines = String::new();
        if let Some(participants) = facts["participants"].as_u64().filter(|_| whole) {
            let _ = writeln!(lines, "  participants: {participants}");
        }
        for name in ["method", "cost", "funding"] {
            if let Some(words) = facts[name][language].as_str() {
                let _ = writeln!(lines, "  {name}: {}", json!(words));
            }
        }
        if !lines.is_empty() {
            text.push_str("facts:\n");
            text.push_str(&lines);
        }
    }

    /// Who made it and under which licence, in a sentence: most licences ask for it.
    fn provenance(&self, language: &str, from: &str) -> String {
        let plain = |text: &str| text.replace(['[', ']', '<', '>', '\\', '`', '*', '_', '\n'], " ");
        let title = plain(self.text("title", from).unwrap_or_default());
        let source = self
            .record
            .get("source")
            .and_then(|source| source["name"].as_str());
        let (source, url) = (plain(source.unwrap_or_default()), self.page(from));
        let told = say!(
            "Adopted from [{}](<{}>), {}, [licence](<{}>).",
            title,
            url,
            source,
            self.license
        );
        format!("{}\n", told.to(Language::of(language)))
    }

    fn page(&self, language: &str) -> &str {
        let url = self
            .record
            .get("url")
            .and_then(|urls| urls.get(language)?.as_str());
        url.unwrap_or(&self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn published() -> Value {
        json!({
            "kind": "practice", "id": "https://lab.example/id/practice/shed", "slug": "../Shed",
            "title": { "en": "Shed: \"tools\"", "pt": "Barraca" }, "url": { "en": "https://lab.example/en/shed/" },
            "approach": { "en": "Begin\nsmall" }, "works_when": [{ "en": "# yes" }],
            "facts": { "participants": 3, "cost": { "en": "none" } },
            "source": { "name": "Lab [x]", "url": "https://lab.example/" },
            "license": "https://creativecommons.org/licenses/by/4.0/",
        })
    }

    #[test]
    fn a_practice_becomes_a_file_with_its_origin() {
        let practice = read(published().to_string().as_bytes()).unwrap();
        let files = practice.files(&["nl".to_owned(), "en".to_owned(), "fr".to_owned()]);
        let paths: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(
            paths,
            ["content/practices/shed.md", "content/practices/shed.en.md"]
        );
        let expected = "---\ntitle: \"Shed: \\\"tools\\\"\"\napproach: \"Begin\\nsmall\"\nworks_when:\n  - \"# yes\"\n\
            facts:\n  participants: 3\n  cost: \"none\"\nadopted_from: \"https://lab.example/id/practice/shed\"\n\
            license: \"https://creativecommons.org/licenses/by/4.0/\"\ndraft: true\n---\n\n\
            Overgenomen van [Shed: \"tools\"](<https://lab.example/en/shed/>), Lab  x , [licentie](<https://creativecommons.org/licenses/by/4.0/>).\n";
        assert_eq!(files[0].1, expected);
    }

    #[test]
    fn what_may_not_be_taken_over_is_refused() {
        let mut other = published();
        other["license"] = json!("All rights reserved");
        assert!(read(other.to_string().as_bytes()).is_err());
        other = published();
        other["kind"] = json!("event");
        assert!(read(other.to_string().as_bytes()).is_err());
        assert!(read(b"<html>").is_err());
    }
}
