//! Under which addresses a document was known on the old site, so that links from elsewhere keep working.

use super::layout::{Generator, Layout, Original, find};
use super::moment::{self, Habits};
use super::patterns::{filled, style};
use super::slug::slug;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;

/// Its own address and those that led to it, in the form of a path; nothing for what had none.
pub fn addresses(original: &Original, layout: &Layout) -> Vec<String> {
    if original.table().is_some() || super::data::is_data(&original.path) {
        return Vec::new();
    }
    let place = Place::of(original, layout);
    let own = match layout.generator {
        Generator::Hugo => hugo(original, layout, &place),
        Generator::Jekyll => jekyll(original, layout, &place),
        Generator::Zola => zola(original, layout, &place),
        Generator::Eleventy => eleventy(original, &place),
        Generator::Folder => None,
    };
    let mut found: Vec<String> = own.into_iter().collect();
    for name in ["aliases", "redirect_from"] {
        let named = match original.fields.get(name) {
            Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(one)) => vec![one.as_str()],
            _ => vec![],
        };
        let whole = |path: &str| match path.starts_with('/') || layout.generator != Generator::Hugo
        {
            true => path.to_owned(),
            // One without a slash before it lies beside the page.
            false => format!("/{}/{path}", place.folders.join("/")),
        };
        found.extend(named.into_iter().map(whole));
    }
    let mut paths: Vec<String> = Vec::new();
    for path in found.iter().filter_map(|path| clean(path, layout)) {
        if !paths.iter().any(|known| same(known) == same(&path)) {
            paths.push(path);
        }
    }
    paths
}

/// What two addresses have in common that a host answers alike.
pub fn same(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    let path = path.strip_suffix("/index.html").unwrap_or(path);
    path.strip_suffix(".html").unwrap_or(path)
}

/// A path that can be an alias: on this site, of a page, without what only addresses have.
fn clean(path: &str, layout: &Layout) -> Option<String> {
    let path = match (layout.url.as_deref(), path.contains("://")) {
        (Some(site), true) => path.strip_prefix(site)?,
        (None, true) => return None,
        (_, false) => path,
    };
    let path = path.split(['?', '#']).next()?.replace(' ', "%20");
    let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let folder = path.ends_with('/') || parts.last() == Some(&"index.html");
    parts.retain(|part| *part != "index.html");
    let last = parts.last()?;
    let strange = |part: &&str| {
        part.contains(char::is_whitespace)
            || part.contains(['{', '}', '*', ':', '"', '<', '>', '\\'])
    };
    // What is no page is not made of a record: feeds, files.
    let file = last.rsplit_once('.').is_some_and(|(_, end)| {
        (2..=5).contains(&end.len())
            && end.bytes().all(|b| b.is_ascii_lowercase())
            && !matches!(end, "html" | "htm" | "php")
    });
    if file
        || parts
            .iter()
            .any(|part| strange(part) || *part == ".." || *part == ".")
        || last.ends_with(".htm")
        || last.ends_with(".php")
    {
        return None;
    }
    let end = if folder || !last.ends_with(".html") {
        "/"
    } else {
        ""
    };
    Some(format!("/{}{end}", parts.join("/")))
}

/// Where a file lies below the content, without its language.
struct Place<'a> {
    folders: Vec<&'a str>,
    file: &'a str,
}

impl<'a> Place<'a> {
    fn of(original: &'a Original, layout: &Layout) -> Place<'a> {
        let path = original.path.as_str();
        let roots = layout
            .content
            .iter()
            .filter(|root| path.starts_with(root.as_str()));
        let root = roots
            .max_by_key(|root| root.len())
            .map_or("", String::as_str);
        let below = path.strip_prefix(root).unwrap_or(path);
        let stem = below.rsplit_once('.').map_or(below, |(stem, _)| stem);
        let mut folders: Vec<&str> = stem.split('/').collect();
        let mut file = folders.pop().unwrap_or("");
        if let Some(language) = &original.language {
            if let Some((name, code)) = file.rsplit_once('.')
                && super::layout::language_code(code).as_ref() == Some(language)
            {
                file = name;
            }
            if folders
                .first()
                .is_some_and(|first| first.eq_ignore_ascii_case(language))
            {
                folders.remove(0);
            }
        }
        Place { folders, file }
    }
}

/// Letters and digits of any language, in lower case, as Hugo writes them in addresses.
fn urlized(name: &str) -> String {
    let kept = name.trim().to_lowercase();
    let kept = kept.split_whitespace().collect::<Vec<_>>().join("-");
    kept.chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '+' | '~'))
        .collect()
}

fn text<'v>(original: &'v Original, name: &str) -> Option<&'v str> {
    original
        .fields
        .get(name)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
}

/// The day that a document is of: in its fields, else in its name.
fn day(original: &Original) -> Option<Date> {
    let habits = Habits {
        day_first: true,
        formats: &[],
        zone: &TimeZone::UTC,
        local: true,
    };
    let own = text(original, "date").and_then(|date| moment::read(date, &habits));
    own.map(|when| when.date).or(original.date)
}

/// `/nl` of all languages but the first.
fn prefix(original: &Original, layout: &Layout) -> String {
    let always = find(&layout.config, "defaultContentLanguageInSubdir") == Some(&Value::Bool(true));
    match original
        .language
        .as_ref()
        .filter(|code| always || layout.languages.first() != Some(code))
    {
        Some(code) if layout.languages.len() > 1 => format!("/{code}"),
        _ => String::new(),
    }
}

fn hugo(original: &Original, layout: &Layout, place: &Place) -> Option<String> {
    let prefix = prefix(original, layout);
    if let Some(url) = text(original, "url") {
        return Some(match url.starts_with('/') || url.contains("://") {
            true => url.to_owned(),
            false => format!("{prefix}/{url}"),
        });
    }
    let ugly = find(&layout.config, "uglyURLs") == Some(&Value::Bool(true));
    let mut folders = place.folders.clone();
    let bundle = matches!(place.file, "index" | "_index");
    let name = if bundle { folders.pop()? } else { place.file };
    let given = text(original, "slug")
        .filter(|_| place.file != "_index")
        .map(urlized);
    let section = folders.first().copied().unwrap_or("");
    let pattern = ["permalinks.page", "permalinks"].iter().find_map(|table| {
        let table = find(&layout.config, table)?.as_object()?;
        table.get(section)?.as_str()
    });
    if let Some(pattern) = pattern.filter(|_| place.file != "_index" && !section.is_empty()) {
        let sections: Vec<String> = folders.iter().map(|part| urlized(part)).collect();
        let title = text(original, "title").map(slug).unwrap_or_default();
        let path = filled(pattern, day(original), |token| {
            Some(match token {
                "title" => title.clone(),
                "slug" => given.clone().unwrap_or_else(|| title.clone()),
                "filename" | "contentbasename" => urlized(name),
                "slugorfilename" | "slugorcontentbasename" => {
                    given.clone().unwrap_or_else(|| urlized(name))
                }
                "section" => sections.first()?.clone(),
                "sections" | "sections[:]" => sections.join("/"),
                "sections[last]" => sections.last()?.clone(),
                "sections[1:]" => sections.get(1..)?.join("/"),
                _ => return None,
            })
        })?;
        return Some(format!("{prefix}/{}", path.trim_start_matches('/')));
    }
    let mut parts: Vec<String> = folders.iter().map(|part| urlized(part)).collect();
    parts.push(given.unwrap_or_else(|| urlized(name)));
    let end = if ugly && !bundle { ".html" } else { "/" };
    Some(format!("{prefix}/{}{end}", parts.join("/")))
}

fn jekyll(original: &Original, layout: &Layout, place: &Place) -> Option<String> {
    let own = text(original, "permalink");
    if original.fields.get("permalink") == Some(&Value::Bool(false)) {
        return None;
    }
    let of_site = text_of(&layout.config, "permalink").unwrap_or("date");
    let post = place
        .folders
        .iter()
        .position(|folder| matches!(*folder, "_posts" | "_drafts"));
    let collection = place
        .folders
        .first()
        .and_then(|first| first.strip_prefix('_'))
        .filter(|_| post.is_none());
    let pattern = match (own, post, collection) {
        (Some(own), ..) => own.to_owned(),
        (None, Some(_), _) => style(of_site).to_owned(),
        (None, None, Some(name)) => {
            let settings = find(&layout.config, "collections").and_then(|all| all.get(name));
            settings.filter(|settings| settings.get("output") == Some(&Value::Bool(true)))?;
            let pattern = settings.and_then(|settings| text_of(settings, "permalink"));
            style(pattern.unwrap_or("/:collection/:path:output_ext")).to_owned()
        }
        (None, None, None) => return Some(of_page(place, of_site)),
    };
    let categories = categories(original, place, post);
    let name = match post {
        Some(_) => original.name.as_str(),
        None => place.file,
    };
    let below: Vec<&str> = place
        .folders
        .iter()
        .skip(1)
        .copied()
        .chain([name])
        .collect();
    filled(&pattern, day(original), |token| {
        Some(match token {
            "title" | "slug" => text(original, "slug").map_or_else(|| slug(name), slug),
            "categories" | "slugified_categories" => categories.join("/"),
            "output_ext" => ".html".to_owned(),
            "collection" => collection.unwrap_or("posts").to_owned(),
            "path" => below.join("/"),
            "name" => name.to_owned(),
            "basename" => name.to_owned(),
            _ => return None,
        })
    })
}

/// The categories of a post: the folders that it lies in, and those that it names.
fn categories(original: &Original, place: &Place, post: Option<usize>) -> Vec<String> {
    let mut categories: Vec<String> = Vec::new();
    if let Some(post) = post {
        categories.extend(
            place
                .folders
                .iter()
                .take(post)
                .map(|folder| (*folder).to_owned()),
        );
    }
    for name in ["category", "categories"] {
        match original.fields.get(name) {
            Some(Value::Array(items)) => {
                categories.extend(items.iter().filter_map(Value::as_str).map(str::to_owned))
            }
            Some(Value::String(words)) if name == "category" => categories.push(words.clone()),
            Some(Value::String(words)) => {
                categories.extend(words.split_whitespace().map(str::to_owned))
            }
            _ => {}
        }
    }
    categories
        .iter()
        .map(|name| name.trim_matches('/').to_lowercase().replace(' ', "-"))
        .collect()
}

/// The address of a page that is neither a post nor of a collection.
fn of_page(place: &Place, of_site: &str) -> String {
    let folder = place.folders.join("/");
    let name = if place.file == "index" {
        ""
    } else {
        place.file
    };
    let end = match name.is_empty() || of_site == "pretty" || of_site.ends_with('/') {
        true => "/",
        false => ".html",
    };
    format!("/{folder}/{name}{end}")
}

fn text_of<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name).and_then(Value::as_str)
}

fn zola(original: &Original, layout: &Layout, place: &Place) -> Option<String> {
    let prefix = prefix(original, layout);
    if let Some(path) = text(original, "path") {
        return Some(format!("{prefix}/{}/", path.trim_matches('/')));
    }
    let mut folders = place.folders.clone();
    let name = match place.file {
        "index" | "_index" => folders.pop()?,
        file if original.date.is_some() && file == original.long_name => &original.name,
        file => file,
    };
    let last = text(original, "slug").map_or_else(|| slug(name), slug);
    let mut parts: Vec<String> = folders.iter().map(|part| slug(part)).collect();
    parts.push(last);
    Some(format!("{prefix}/{}/", parts.join("/")))
}

fn eleventy(original: &Original, place: &Place) -> Option<String> {
    match original.fields.get("permalink") {
        Some(Value::String(path)) => {
            let title = text(original, "title").map(slug).unwrap_or_default();
            let mut path = path.clone();
            for (known, value) in [
                ("page.fileSlug", original.name.as_str()),
                ("title | slugify", &title),
                ("title | slug", &title),
            ] {
                for written in [format!("{{{{ {known} }}}}"), format!("{{{{{known}}}}}")] {
                    path = path.replace(&written, value);
                }
            }
            Some(path)
        }
        Some(Value::Bool(false)) => None,
        _ => {
            let folder = place.folders.join("/");
            let last = place.folders.last().copied();
            // A file that is called as its folder stands for the folder.
            let name = if place.file == "index" || last == Some(place.file) {
                ""
            } else {
                place.file
            };
            Some(format!("/{folder}/{name}/"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::documents::read;
    use crate::import::layout::{Files, look};

    fn of(files: &[(&str, &str)]) -> Vec<(String, Vec<String>)> {
        let files: Files = files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
            .collect();
        let layout = look(&files);
        let (originals, _) = read(&files, &layout);
        originals
            .iter()
            .map(|one| (one.name.clone(), addresses(one, &layout)))
            .collect()
    }

    fn only(files: &[(&str, &str)]) -> Vec<String> {
        of(files).into_iter().flat_map(|(_, paths)| paths).collect()
    }

    #[test]
    fn hugo_knows_patterns_slugs_and_languages() {
        let config = "baseURL = 'https://a.example'\ndefaultContentLanguage = 'en'\n[languages.en]\n[languages.nl]\n[permalinks]\nnews = '/:year/:month/:slug/'\n";
        let found = only(&[
            ("hugo.toml", config),
            ("content/_index.md", "---\ntitle: Home\n---\n"),
            (
                "content/events/Soup Night.md",
                "---\ntitle: Soup\naliases: [/old/soup, soep]\n---\n",
            ),
            (
                "content/events/walk/index.nl.md",
                "---\ntitle: Lopen\n---\n",
            ),
            (
                "content/news/a.md",
                "---\ntitle: Big News!\ndate: 2024-05-01\n---\n",
            ),
            ("content/news/b.md", "---\ntitle: B\nurl: /b.html\n---\n"),
        ]);
        let expected = [
            "/events/soup-night/",
            "/old/soup/",
            "/events/soep/",
            "/nl/events/walk/",
            "/2024/05/big-news/",
            "/b.html",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn jekyll_knows_its_styles_collections_and_redirects() {
        let config = "permalink: pretty\ncollections:\n  events: {output: true, permalink: '/agenda/:path/'}\n  people: {output: false}\n";
        let found = only(&[
            ("_config.yml", config),
            (
                "_events/2024/soup.md",
                "---\ntitle: Soup\nredirect_from: /soup.html\n---\n",
            ),
            ("_people/x.md", "---\ntitle: X\n---\n"),
            (
                "_posts/2024-05-01-big-news.md",
                "---\ntitle: N\ncategories: [Lab News, x]\n---\n",
            ),
            ("about.md", "---\ntitle: About\n---\n"),
        ]);
        assert_eq!(
            found,
            [
                "/agenda/2024/soup/",
                "/soup.html",
                "/lab-news/x/2024/05/01/big-news/",
                "/about/"
            ]
        );
        let found = only(&[
            ("_config.yml", "title: x\n"),
            ("_posts/2024-05-01-b.md", "---\n---\nx"),
            ("a/b.md", "---\n---\nx"),
        ]);
        assert_eq!(found, ["/2024/05/01/b.html", "/a/b.html"]);
    }

    #[test]
    fn zola_and_eleventy_know_where_pages_were() {
        let found = only(&[
            ("config.toml", "base_url = 'https://a.example'\n"),
            (
                "content/blog/2026-03-04-Hello World.md",
                "+++\ntitle = 'H'\n+++\n",
            ),
            (
                "content/x.md",
                "+++\ntitle = 'X'\npath = 'over/ons'\naliases = ['oud/x.html']\n+++\n",
            ),
        ]);
        assert_eq!(found, ["/blog/hello-world/", "/over/ons/", "/oud/x.html"]);
        let found = only(&[
            (".eleventy.js", "module.exports = {dir: {input: 'src'}}"),
            (
                "src/agenda/soup.md",
                "---\ntitle: Soup\npermalink: '/a/{{ page.fileSlug }}/index.html'\n---\nx",
            ),
            ("src/agenda/walk.md", "---\ntitle: Walk\n---\nx"),
            (
                "src/agenda/no.md",
                "---\ntitle: No\npermalink: false\n---\nx",
            ),
            (
                "src/agenda/js.md",
                "---\ntitle: No\npermalink: '/{{ collections.x }}/'\n---\nx",
            ),
        ]);
        assert_eq!(found, ["/a/soup/", "/agenda/walk/"]);
    }
}
