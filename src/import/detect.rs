//! Who made a site so far: by the files that each generator is configured with.

use super::matter;
use crate::source::text;
use serde_json::Value;
use std::collections::BTreeMap;

/// Files by their path within the repository.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Who made the site so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Generator {
    /// Hugo, and what is laid out like it.
    Hugo,
    /// Jekyll.
    Jekyll,
    /// Zola.
    Zola,
    /// Eleventy.
    Eleventy,
    /// A folder with Markdown.
    Folder,
}

impl Generator {
    /// Its name, as mappings write it.
    pub fn name(self) -> &'static str {
        match self {
            Generator::Hugo => "hugo",
            Generator::Jekyll => "jekyll",
            Generator::Zola => "zola",
            Generator::Eleventy => "eleventy",
            Generator::Folder => "folder",
        }
    }
}

/// A value at a path with dots, whatever the case of its names.
pub fn find<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(value, |at, name| {
        let fields = at.as_object()?;
        fields
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    })
}

/// Files by which a generator is known, the surest first.
const SIGNS: [(&str, Generator); 18] = [
    ("hugo.toml", Generator::Hugo),
    ("hugo.yaml", Generator::Hugo),
    ("hugo.yml", Generator::Hugo),
    ("hugo.json", Generator::Hugo),
    ("config/_default/hugo.toml", Generator::Hugo),
    ("config/_default/hugo.yaml", Generator::Hugo),
    ("config/_default/config.toml", Generator::Hugo),
    ("config/_default/config.yaml", Generator::Hugo),
    ("config/_default/config.yml", Generator::Hugo),
    ("_config.yml", Generator::Jekyll),
    ("_config.yaml", Generator::Jekyll),
    ("_config.toml", Generator::Jekyll),
    (".eleventy.js", Generator::Eleventy),
    ("eleventy.config.js", Generator::Eleventy),
    ("eleventy.config.cjs", Generator::Eleventy),
    ("eleventy.config.mjs", Generator::Eleventy),
    ("eleventy.config.ts", Generator::Eleventy),
    ("config.toml", Generator::Zola),
];

/// Who made a site, in which folder its configuration lies, and what that says.
pub fn detect(files: &Files) -> (Generator, String, Value) {
    const HUGO: [&str; 4] = ["config.toml", "config.yaml", "config.yml", "config.json"];
    let signs = || {
        SIGNS
            .iter()
            .copied()
            .chain(HUGO.map(|name| (name, Generator::Hugo)))
    };
    let mut found: Vec<(usize, usize, Generator, &str, &str)> = Vec::new();
    for path in files.keys() {
        for (n, (name, generator)) in signs().enumerate() {
            let Some(root) = path
                .strip_suffix(name)
                .filter(|root| root.is_empty() || root.ends_with('/'))
            else {
                continue;
            };
            let strange = [
                "node_modules/",
                "themes/",
                "vendor/",
                "exampleSite/",
                "test/",
                "tests/",
                "fixtures/",
            ];
            if n >= 17 && !has_folder(files, root, "content/")
                || strange.iter().any(|part| root.contains(part))
            {
                continue;
            }
            found.push((root.matches('/').count(), n, generator, root, path));
        }
    }
    found.sort_by_key(|(depth, n, ..)| (*depth, *n));
    let Some((_, _, generator, root, path)) = found.first().copied() else {
        return undeclared(files);
    };
    let read = |path: &str| {
        let bytes = files.get(path)?;
        matter::data(path, &text::decode(bytes).text, &mut vec![])
    };
    let mut config = read(path).unwrap_or(Value::Null);
    if root.len() < path.len() && path.contains("config/_default/") {
        for part in ["languages", "permalinks", "params", "cascade"] {
            let more = ["toml", "yaml", "yml"]
                .iter()
                .find_map(|end| read(&format!("{root}config/_default/{part}.{end}")));
            if let (Some(more), Some(fields)) = (more, config.as_object_mut()) {
                fields.insert(part.to_owned(), more);
            }
        }
    }
    // Zola says `base_url`, Hugo `baseURL`: else the two look the same.
    let zola = find(&config, "base_url").is_some();
    let generator = match generator {
        Generator::Zola if !zola => Generator::Hugo,
        other => other,
    };
    (generator, root.to_owned(), config)
}

/// A repository without a configuration, or only a part of one.
fn undeclared(files: &Files) -> (Generator, String, Value) {
    let any = |part: &str| {
        files
            .keys()
            .any(|path| path.starts_with(part) || path.contains(&format!("/{part}")))
    };
    let generator = match () {
        () if any("_posts/") || any("_events/") => Generator::Jekyll,
        () if has_folder(files, "", "content/") => Generator::Hugo,
        () if files.keys().any(|path| path.ends_with("_index.md")) => Generator::Hugo,
        () if files
            .keys()
            .any(|path| path.ends_with(".11tydata.json") || path.ends_with(".njk")) =>
        {
            Generator::Eleventy
        }
        () => Generator::Folder,
    };
    (generator, String::new(), Value::Null)
}

fn has_folder(files: &Files, root: &str, folder: &str) -> bool {
    let start = format!("{root}{folder}");
    files
        .range(start.clone()..)
        .next()
        .is_some_and(|(path, _)| path.starts_with(&start))
}

/// The folders that hold content, each with a slash behind it.
pub fn content_folders(
    files: &Files,
    generator: Generator,
    root: &str,
    config: &Value,
) -> Vec<String> {
    let named = |name: &str| {
        find(config, name)
            .and_then(Value::as_str)
            .map(|dir| format!("{root}{}/", dir.trim_matches(['/', '.'])))
    };
    let clean = |dir: String| {
        if dir.ends_with("//") || dir == "/" {
            root.to_owned()
        } else {
            dir
        }
    };
    match generator {
        Generator::Hugo | Generator::Zola => {
            let mut folders: Vec<String> = named("contentDir").into_iter().map(clean).collect();
            if folders.is_empty() && has_folder(files, root, "content/") {
                folders.push(format!("{root}content/"));
            }
            for (_, language) in find(config, "languages")
                .and_then(Value::as_object)
                .into_iter()
                .flatten()
            {
                let dir = find(language, "contentDir").and_then(Value::as_str);
                folders.extend(dir.map(|dir| format!("{root}{}/", dir.trim_matches(['/', '.']))));
            }
            if folders.is_empty() {
                folders.push(root.to_owned());
            }
            folders
        }
        Generator::Jekyll => vec![named("source").map_or_else(|| root.to_owned(), clean)],
        Generator::Eleventy => vec![input_of_eleventy(files, root)],
        Generator::Folder => vec![root.to_owned()],
    }
}

/// The folder that the configuration of Eleventy names as `input`: a program, of which one line is read.
fn input_of_eleventy(files: &Files, root: &str) -> String {
    let configs = [
        ".eleventy.js",
        "eleventy.config.js",
        "eleventy.config.cjs",
        "eleventy.config.mjs",
        "eleventy.config.ts",
    ];
    let quoted = |text: &str| {
        let text = text.trim_start().strip_prefix(':')?.trim_start();
        let quote = text
            .chars()
            .next()
            .filter(|c| matches!(c, '"' | '\'' | '`'))?;
        text.get(1..)?.split(quote).next().map(str::to_owned)
    };
    let named = configs.iter().find_map(|name| {
        let text = text::decode(files.get(&format!("{root}{name}"))?).text;
        text.split("input")
            .skip(1)
            .find_map(|rest| quoted(rest.trim_start_matches(['"', '\''])))
    });
    let dir = named.map(|dir| dir.trim_start_matches("./").trim_matches('/').to_owned());
    match dir.filter(|dir| !dir.is_empty() && dir != ".") {
        Some(dir) if has_folder(files, root, &format!("{dir}/")) => format!("{root}{dir}/"),
        _ => root.to_owned(),
    }
}
