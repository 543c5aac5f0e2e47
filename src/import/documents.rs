//! The documents of a repository: what is read of each file, and which files are none.

use super::defaults::Defaults;
use super::layout::{Files, Generator, Layout, Original, Skipped, language_code};
use super::matter::{self, Note};
use crate::phrase;
use crate::source::text;
use rayon::prelude::*;
use serde_json::{Map, Value};

/// Folders that hold no documents, wherever they lie.
const ASIDE: [&str; 13] = [
    "node_modules",
    "_site",
    "_layouts",
    "_includes",
    "_sass",
    "_data",
    "_plugins",
    "_templates",
    "_assets",
    "_components",
    "bower_components",
    "__tests__",
    "test-fixtures",
];
/// Folders at the top of a repository that hold none, when all of it is content.
const TOP: [&str; 9] = [
    "vendor",
    "layouts",
    "themes",
    "archetypes",
    "resources",
    "dist",
    "templates",
    "coverage",
    "static",
];
/// Files about the repository and not of the site.
const ABOUT: [&str; 9] = [
    "readme",
    "license",
    "licence",
    "contributing",
    "code_of_conduct",
    "changelog",
    "security",
    "pull_request_template",
    "issue_template",
];

/// Reads every document, and tells which files are none.
pub fn read(files: &Files, layout: &Layout) -> (Vec<Original>, Vec<Skipped>) {
    let defaults = Defaults::read(files, layout);
    let candidates: Vec<(&String, &Vec<u8>)> = files.iter().collect();
    let one = |(path, bytes): (&String, &Vec<u8>)| document(path, bytes, layout, &defaults);
    let read: Vec<Option<Result<Original, Skipped>>> =
        candidates.into_par_iter().map(one).collect();
    let (mut originals, mut skipped) = (Vec::new(), Vec::new());
    for result in read.into_iter().flatten() {
        match result {
            Ok(original) => originals.push(original),
            Err(reason) => skipped.push(reason),
        }
    }
    (originals, skipped)
}

/// One file; nothing for what nobody would take for a document.
fn document(
    path: &str,
    bytes: &[u8],
    layout: &Layout,
    defaults: &Defaults,
) -> Option<Result<Original, Skipped>> {
    let below = layout
        .content
        .iter()
        .filter_map(|root| path.strip_prefix(root.as_str()));
    let below = below.min_by_key(|rest| rest.len());
    let skip = |why| Some(Err((path.to_owned(), why)));
    let Some(below) = below else {
        let ends = [".md", ".markdown", ".mdx", ".html"];
        return if ends.iter().any(|end| path.ends_with(end)) {
            skip(phrase!("outside the folders with content"))
        } else {
            None
        };
    };
    let Some((stem, extension)) = below.rsplit_once('.') else {
        let text = bytes.starts_with(b"---");
        return if text {
            skip(phrase!("a file whose name does not end in .md"))
        } else {
            None
        };
    };
    let extension = extension.to_lowercase();
    let html = matches!(extension.as_str(), "html" | "htm");
    match extension.as_str() {
        "md" | "markdown" | "mdx" | "mkd" | "html" | "htm" => {}
        "adoc" | "asciidoc" | "org" | "rst" | "textile" | "pandoc" | "rmd" | "qmd" | "ipynb" => {
            return skip(phrase!("a markup other than Markdown and HTML is not read"));
        }
        "njk" | "liquid" | "hbs" | "ejs" | "pug" | "haml" | "webc" | "vto" => {
            return skip(phrase!("a template: its body is made by a program"));
        }
        _ if bytes.starts_with(b"---\n")
            && !matches!(extension.as_str(), "yml" | "yaml" | "json") =>
        {
            return skip(phrase!(
                "a file with front matter that is no text: a style sheet, a feed or a program"
            ));
        }
        _ => return None,
    }
    let folders: Vec<&str> = stem.split('/').collect();
    let (file, folders) = folders.split_last()?;
    if folders
        .iter()
        .chain([file])
        .any(|part| part.starts_with('.'))
    {
        return skip(phrase!(
            "hidden: its name or that of its folder begins with a point"
        ));
    }
    if aside(path, folders, layout) {
        return skip(phrase!(
            "in a folder of templates or programs, or one that the site leaves out"
        ));
    }
    let decoded = text::decode(bytes);
    let mut notes: Vec<Note> = decoded
        .notes
        .iter()
        .map(|what| Note::repaired(what))
        .collect();
    let matter = matter::read(&decoded.text, &mut notes);
    let about = ABOUT.contains(&file.to_ascii_lowercase().as_str());
    if about
        && (!matter.present || layout.generator != Generator::Hugo)
        && !matter.fields.contains_key("title")
    {
        return skip(phrase!("a file about the repository"));
    }
    if !matter.present && (html || matches!(layout.generator, Generator::Jekyll)) {
        return skip(phrase!(
            "a file without front matter is copied as it is, and is no document"
        ));
    }
    if html && is_template(&matter.body) && !below.contains("_posts/") {
        return skip(phrase!("a template: its body is made by a program"));
    }
    let mut original = Original {
        path: path.to_owned(),
        folder: String::new(),
        name: String::new(),
        long_name: String::new(),
        date: None,
        language: None,
        index: false,
        fields: defaults.apply(path, below, matter.fields),
        body: matter.body,
        html,
        notes,
    };
    computed(&mut original.fields);
    name(&mut original, file, folders, layout);
    if original.language.is_none() {
        let said = ["lang", "locale"]
            .iter()
            .find_map(|name| original.fields.get(*name)?.as_str());
        original.language = said.and_then(language_code);
    }
    if folders.contains(&"_drafts") {
        original
            .fields
            .insert("draft".to_owned(), Value::Bool(true));
    }
    Some(Ok(original))
}

/// What Eleventy computes and is written out all the same.
fn computed(fields: &mut Map<String, Value>) {
    let Some(Value::Object(computed)) = fields.get("eleventyComputed").cloned() else {
        return;
    };
    for (name, value) in computed {
        let fixed = value
            .as_str()
            .is_some_and(|text| !text.contains("{{") && !text.contains("{%"));
        if fixed && !fields.contains_key(&name) {
            fields.insert(name, value);
        }
    }
}

/// Whether a file lies where a generator looks for no documents.
fn aside(path: &str, folders: &[&str], layout: &Layout) -> bool {
    let collections = layout.config.get("collections");
    let collection = |part: &str| {
        let name = part
            .strip_prefix('_')
            .filter(|_| layout.generator == Generator::Jekyll);
        name.is_some_and(|name| match collections {
            Some(Value::Array(names)) => names.iter().any(|known| known.as_str() == Some(name)),
            Some(named) => named.get(name).is_some(),
            None => false,
        })
    };
    if folders
        .iter()
        .any(|part| ASIDE.contains(part) && !collection(part))
    {
        return true;
    }
    let whole = layout.content.contains(&layout.root);
    let own = layout.generator == Generator::Jekyll;
    let top = folders.first().is_some_and(|first| match own {
        true => *first == "vendor",
        false => TOP.contains(first),
    });
    let below = path.strip_prefix(layout.root.as_str()).unwrap_or(path);
    let excluded = layout
        .config
        .get("exclude")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let excluded = excluded
        .filter_map(Value::as_str)
        .filter(|_| own)
        .any(|name| {
            let name = name.trim_matches('/');
            below == name
                || below
                    .strip_prefix(name)
                    .is_some_and(|rest| rest.starts_with('/'))
        });
    whole && top || excluded
}

fn is_template(body: &str) -> bool {
    body.contains("{% for")
        || body.contains("{%- for")
        || body.contains("{{ range")
        || body.contains("{{- range")
        || body.contains("{{ partial")
        || body.trim().is_empty()
}

/// Name, date, language and folder, as the path tells them.
fn name(original: &mut Original, file: &str, folders: &[&str], layout: &Layout) {
    let mut folders: Vec<String> = folders.iter().map(|folder| (*folder).to_owned()).collect();
    let known = |code: &str| {
        layout.languages.len() > 1 && layout.languages.contains(&code.to_ascii_lowercase())
    };
    let mut file = file;
    if let Some((stem, code)) = file.rsplit_once('.')
        && let Some(language) = language_code(code)
        && (known(&language) || code.len() == 2 && layout.generator != Generator::Jekyll)
    {
        original.language = Some(language);
        file = stem;
    }
    let by_root = |root: &&String| original.path.starts_with(root.as_str());
    let root = layout
        .content
        .iter()
        .filter(by_root)
        .max_by_key(|root| root.len());
    let last = root.and_then(|root| root.trim_end_matches('/').rsplit('/').next());
    let inner = folders
        .last()
        .filter(|last| file == "index" && folders.len() > 1 && known(last))
        .cloned();
    if let Some(last) = inner {
        original.language.get_or_insert(last.to_ascii_lowercase());
        folders.pop();
    }
    if let Some(first) = folders
        .first()
        .filter(|first| folders.len() > 1 && known(first))
        .cloned()
    {
        original.language.get_or_insert(first.to_ascii_lowercase());
        folders.remove(0);
    } else if let Some(language) = last.and_then(language_code).filter(|code| known(code)) {
        original.language.get_or_insert(language);
    }
    if layout.generator == Generator::Jekyll {
        folders.retain(|folder| folder != "_posts" || folders_are_all_posts(&original.path));
        for folder in &mut folders {
            *folder = folder.trim_start_matches('_').to_owned();
        }
    }
    original.index = file == "_index" || file == "index" && folders.is_empty();
    let bundle = matches!(file, "index" | "_index");
    let long = match (bundle, folders.last()) {
        (true, Some(folder)) => folder.clone(),
        (true, None) => "home".to_owned(),
        (false, _) => file.to_owned(),
    };
    if bundle && file == "index" && folders.len() > 1 {
        folders.pop();
    }
    let (date, name) = dated(&long);
    original.date = date;
    original.name = name.to_owned();
    original.long_name = long.clone();
    original.folder = folders.join("/");
}

/// `_posts` at the top is a section of its own, `events/_posts` belongs to `events`.
fn folders_are_all_posts(path: &str) -> bool {
    path.split("_posts/").next().is_none_or(|before| {
        before
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .is_none_or(|f| f.is_empty() || f.starts_with('_') || f == "src" || f == "docs")
    })
}

/// The date that a name begins with, and the name without it.
fn dated(name: &str) -> (Option<jiff::civil::Date>, &str) {
    let mut parts = name.splitn(4, ['-', '_']);
    let numbers = (parts.next(), parts.next(), parts.next());
    if let (Some(y), Some(m), Some(d)) = numbers
        && y.len() == 4
        && (1..=2).contains(&m.len())
    {
        let digits = d.len() - d.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number = |text: &str| text.parse::<i8>().ok();
        if let (Ok(year), Some(month), Some(day)) =
            (y.parse(), number(m), d.get(..digits).and_then(number))
            && let Ok(date) = jiff::civil::Date::new(year, month, day)
        {
            let rest = name.get(y.len() + m.len() + digits + 2..).unwrap_or("");
            let rest = rest.trim_start_matches(['-', '_', ' ', '.']);
            return (Some(date), if rest.is_empty() { name } else { rest });
        }
    }
    (None, name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::layout::look;

    #[test]
    fn paths_tell_name_date_language_and_folder() {
        let files: Files = [
            (
                "_config.yml",
                "defaults:\n- scope: {path: '', type: posts}\n  values: {author: lab}\n",
            ),
            (
                "_posts/2024-05-01-soup-for-all.md",
                "---\ntitle: Soup\n---\n",
            ),
            ("events/_posts/2024-5-2-walk.md", "---\n---\nx"),
            ("_events/party.md", "---\ntitle: P\n---\n"),
            ("about/index.md", "---\ntitle: About\n---\n"),
            ("README.md", "# Read me"),
            (
                "index.html",
                "---\n---\n{% for p in site.posts %}{% endfor %}",
            ),
        ]
        .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
        .into();
        let (read, skipped) = super::read(&files, &look(&files));
        let seen: Vec<(&str, &str, bool)> = read
            .iter()
            .map(|o| (o.folder.as_str(), o.name.as_str(), o.date.is_some()))
            .collect();
        assert_eq!(
            seen,
            [
                ("events", "party", false),
                ("posts", "soup-for-all", true),
                ("about", "about", false),
                ("events", "walk", true)
            ]
        );
        assert_eq!(read[1].fields["author"], "lab");
        assert_eq!(skipped.len(), 2);
    }

    #[test]
    fn data_files_of_folders_reach_their_documents() {
        let files: Files = [
            (
                ".eleventy.js",
                "module.exports = () => ({ dir: { input: \"src\" } })",
            ),
            (
                "src/events/events.json",
                "{\"layout\": \"event\", \"tags\": \"events\", \"city\": \"Utrecht\"}",
            ),
            ("src/events/soup.en.md", "---\ntitle: Soup\n---\n"),
            ("src/events/soup.en.11tydata.json", "{\"city\": \"Almere\"}"),
        ]
        .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
        .into();
        let (read, _) = super::read(&files, &look(&files));
        assert_eq!(read[0].fields["city"], "Almere");
        assert_eq!(read[0].fields["layout"], "event");
        assert!(!read[0].fields.contains_key("tags"));
        assert_eq!(
            (read[0].language.as_deref(), read[0].name.as_str()),
            (Some("en"), "soup")
        );
    }
}
