//! Where a generator keeps its content: which files are documents, of which section, in which language.

pub use super::detect::{Files, Generator, find};
use super::detect::{content_folders, detect};
use super::matter::Note;
use crate::content::zone;
use jiff::civil::Date;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// What the configuration of the old site says.
#[derive(Debug, Clone)]
pub struct Layout {
    /// Who made it.
    pub generator: Generator,
    /// The folder with the configuration, with a slash behind it; empty for the repository itself.
    pub root: String,
    /// The folders that hold content, each with a slash behind it.
    pub content: Vec<String>,
    /// Name of the site.
    pub title: Option<String>,
    /// Its address, without a slash at the end.
    pub url: Option<String>,
    /// Its languages, the default one first; empty when nothing is said.
    pub languages: Vec<String>,
    /// Whether the configuration names the first of them.
    pub declared: bool,
    /// Its zone.
    pub timezone: Option<String>,
    /// The whole configuration.
    pub config: Value,
}

/// A document as it was.
#[derive(Debug, Clone)]
pub struct Original {
    /// Path within the repository; of a row in a table, with its number behind `#`.
    pub path: String,
    /// Its folder below the content, without language: `events/2024`.
    pub folder: String,
    /// File name without extension, language and date; of an index, the folder's.
    pub name: String,
    /// The same with the date, when there is one.
    pub long_name: String,
    /// The date in the file name.
    pub date: Option<Date>,
    /// Language, if the path tells.
    pub language: Option<String>,
    /// Whether it stands for a whole folder.
    pub index: bool,
    /// Fields of its front matter, with what its folder gives them.
    pub fields: Map<String, Value>,
    /// What stands below.
    pub body: String,
    /// Whether the body is HTML.
    pub html: bool,
    /// What was told while reading it.
    pub notes: Vec<Note>,
}

impl Original {
    /// The first folder below the content.
    pub fn section(&self) -> &str {
        self.folder.split('/').next().unwrap_or("")
    }

    /// What the path of every row of the same table begins with: `agenda.csv#`, `agenda.xlsx#Spring:`; nothing for a
    /// file of its own.
    pub fn table(&self) -> Option<&str> {
        let (file, row) = self.path.rsplit_once('#')?;
        let end = file.rsplit('.').next()?.to_lowercase();
        let known = [
            "ics", "ical", "ifb", "csv", "tsv", "xlsx", "xlsm", "ods", "yml", "yaml", "json",
            "toml",
        ]
        .contains(&end.as_str());
        let sheet = row.rfind(':').map_or(0, |n| n + 1);
        known.then_some(self.path.get(..file.len() + 1 + sheet)?)
    }

    /// The value at a path with dots; `file.date`, `file.name` and `file.folder` are those of the file.
    pub fn field(&self, path: &str) -> Option<Value> {
        if let Some(value) = self.fields.get(path) {
            return Some(value.clone());
        }
        match path {
            "file.date" => return self.date.map(|date| Value::String(date.to_string())),
            "file.name" => return Some(Value::String(self.name.clone())),
            "file.folder" => return Some(Value::String(self.folder.clone())),
            _ => {}
        }
        let mut parts = path.split('.');
        let mut at = self.fields.get(parts.next()?)?;
        for part in parts {
            at = match at {
                Value::Array(items) => items.get(part.parse::<usize>().unwrap_or(0))?,
                other => other,
            };
            if part.parse::<usize>().is_err() {
                at = at.get(part)?;
            }
        }
        Some(at.clone())
    }
}

impl Layout {
    /// What templates call by a name such as `site.email`: a value of the configuration.
    pub fn said(&self, name: &str) -> Option<Value> {
        const STARTS: [&str; 8] = [
            ".Site.Params.",
            "site.Params.",
            ".Site.",
            "config.extra.",
            "config.",
            "site.",
            "metadata.",
            "Site.",
        ];
        let rest = STARTS.iter().find_map(|start| name.strip_prefix(start))?;
        let groups = [
            rest.to_owned(),
            format!("params.{rest}"),
            format!("extra.{rest}"),
        ];
        let found = groups.iter().find_map(|path| find(&self.config, path))?;
        (found.is_string() || found.is_number()).then(|| found.clone())
    }
}

/// A file that is no document, and why.
pub type Skipped = (String, &'static str);

/// Looks at what a repository is.
pub fn look(files: &Files) -> Layout {
    let (generator, root, config) = detect(files);
    let text = |names: &[&str]| {
        let found = names.iter().find_map(|name| find(&config, name));
        found
            .and_then(|value| value.as_str().map(str::to_owned))
            .filter(|text| !text.is_empty())
    };
    let url = text(&["baseURL", "baseurl", "base_url", "url", "BaseURL"])
        .filter(|url| url.starts_with("http"));
    let url = url.or_else(|| text(&["url"]).filter(|url| url.starts_with("http")));
    let mut layout = Layout {
        generator,
        content: content_folders(files, generator, &root, &config),
        root,
        title: text(&["title", "name", "languages.en.title"]),
        url: url.map(|url| url.trim_end_matches('/').to_owned()),
        languages: Vec::new(),
        declared: false,
        timezone: text(&["timeZone", "timezone"]).and_then(|zone| zone::zone(&zone)),
        config: Value::Null,
    };
    let first = text(&[
        "defaultContentLanguage",
        "default_language",
        "languageCode",
        "lang",
        "locale",
        "language",
    ]);
    layout
        .languages
        .extend(first.as_deref().and_then(language_code));
    let more = find(&config, "languages").and_then(|l| match l {
        Value::Object(fields) => Some(fields.keys().cloned().collect::<Vec<_>>()),
        Value::Array(items) => Some(
            items
                .iter()
                .filter_map(|i| i.as_str().map(str::to_owned))
                .collect(),
        ),
        _ => None,
    });
    layout.languages.extend(
        more.into_iter()
            .flatten()
            .filter_map(|code| language_code(&code)),
    );
    layout.declared = !layout.languages.is_empty();
    layout
        .languages
        .extend(folders_of_languages(files, &layout));
    let mut seen = BTreeSet::new();
    layout.languages.retain(|code| seen.insert(code.clone()));
    layout.config = config;
    if generator == Generator::Eleventy {
        layout.config = about_the_site(files, &layout.content);
    }
    layout
}

/// What sites of Eleventy say of themselves among their data.
fn about_the_site(files: &Files, content: &[String]) -> Value {
    let names = ["site", "metadata", "meta"].into_iter();
    let read = |name: &str| {
        let path = content
            .iter()
            .map(|root| format!("{root}_data/{name}.json"))
            .find(|path| files.contains_key(path))?;
        super::matter::data(
            &path,
            &crate::source::text::decode(files.get(&path)?).text,
            &mut vec![],
        )
    };
    names.into_iter().find_map(read).unwrap_or(Value::Null)
}

/// `en` of `en-us`, `EN` or `english`; nothing for what is no language.
pub fn language_code(text: &str) -> Option<String> {
    let code = text.split(['-', '_']).next()?.to_ascii_lowercase();
    let known = languages();
    known.contains(&code.as_str()).then_some(code)
}

/// The languages that sites are written in; two letters alone may be anything.
fn languages() -> &'static [&'static str] {
    &[
        "ar", "bg", "bn", "br", "ca", "cs", "cy", "da", "de", "el", "en", "es", "et", "eu", "fa",
        "fi", "fr", "fy", "ga", "gl", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja", "ka",
        "kk", "ko", "lb", "lt", "lv", "mk", "ms", "mt", "nb", "nl", "nn", "no", "pl", "pt", "ro",
        "ru", "sk", "sl", "sq", "sr", "sv", "sw", "ta", "th", "tr", "uk", "ur", "vi", "zh",
    ]
}

/// Top folders of the content that are named after languages, when there are two or nothing else.
fn folders_of_languages(files: &Files, layout: &Layout) -> Vec<String> {
    let mut found = BTreeSet::new();
    let mut others = 0;
    for path in files.keys().filter(|path| is_page(path)) {
        let Some(rest) = layout
            .content
            .iter()
            .find_map(|root| path.strip_prefix(root.as_str()))
        else {
            continue;
        };
        match rest.split_once('/') {
            Some((folder, _)) if language_code(folder).is_some() => {
                found.insert(folder.to_ascii_lowercase());
            }
            Some(_) => others += 1,
            None => {}
        }
    }
    // `projects/soup/nl/index.md`: a folder for each language within that of the page.
    let within = |path: &&String| {
        let mut parts = path.rsplit('/');
        let index = parts.next().is_some_and(|file| file.starts_with("index."));
        parts
            .next()
            .filter(|_| index && parts.next().is_some())
            .and_then(language_code)
            .is_some()
    };
    let inner = files.keys().filter(|path| is_page(path)).filter(within);
    let inner: BTreeSet<String> = inner
        .filter_map(|path| path.rsplit('/').nth(1).map(str::to_ascii_lowercase))
        .collect();
    if inner.len() > 1 {
        found.extend(inner);
    }
    if found.len() > 1 || found.len() == 1 && others == 0 {
        found
            .iter()
            .filter_map(|code| language_code(code))
            .collect()
    } else {
        Vec::new()
    }
}

fn is_page(path: &str) -> bool {
    [".md", ".markdown", ".mdx", ".html", ".htm"]
        .iter()
        .any(|end| path.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(files: &[(&str, &str)]) -> Layout {
        look(
            &files
                .iter()
                .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
                .collect(),
        )
    }

    #[test]
    fn each_generator_is_known_by_its_configuration() {
        let hugo = layout(&[
            (
                "site/config.toml",
                "baseURL = 'https://a.example/'\ndefaultContentLanguage = 'nl'\n[languages.en]\n",
            ),
            ("site/content/_index.md", ""),
        ]);
        assert_eq!(
            (hugo.generator, hugo.content),
            (Generator::Hugo, vec!["site/content/".to_owned()])
        );
        assert_eq!(
            (hugo.url.as_deref(), hugo.languages),
            (
                Some("https://a.example"),
                vec!["nl".to_owned(), "en".to_owned()]
            )
        );
        let zola = layout(&[
            ("config.toml", "base_url = 'https://a.example'"),
            ("content/a.md", ""),
        ]);
        assert_eq!(zola.generator, Generator::Zola);
        let eleventy = layout(&[
            (".eleventy.js", "return {dir: {input: 'src'}}"),
            ("src/a.md", ""),
        ]);
        assert_eq!(
            (eleventy.generator, eleventy.content),
            (Generator::Eleventy, vec!["src/".to_owned()])
        );
        let jekyll = layout(&[
            ("_config.yml", "timezone: ET\nlang: en-US"),
            ("_posts/2024-01-01-a.md", ""),
        ]);
        assert_eq!(
            (jekyll.generator, jekyll.timezone.as_deref()),
            (Generator::Jekyll, Some("America/New_York"))
        );
        assert_eq!(layout(&[("a.md", "")]).generator, Generator::Folder);
    }
}
