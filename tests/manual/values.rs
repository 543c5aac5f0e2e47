//! Every value that templates get, read from pages that show nothing else.

use super::ROOT;
use super::support::NOW;
use super::support::manual::pages;
use super::trial::lab_of;
use plein::content::parse;
use plein::output::{Artifact, Subject};
use plein::press::{self, Inputs};
use plein::source::past::Past;
use plein::source::{Source, Sources, disk, history};
use rayon::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// What sorts of value one is, and an example of it.
#[derive(Default)]
pub struct Known {
    sorts: Vec<&'static str>,
    example: String,
}

/// Values by their first name, then by the whole.
pub type Values = BTreeMap<String, BTreeMap<String, Known>>;

/// A page of the theme that shows nothing but its values; what others put into it comes to nothing.
const DUMP: &str = "{{ __tera_context | safe }}\
    {% if false %}{% block head %}{% endblock head %}{% block breadcrumbs %}{% endblock breadcrumbs %}\
    {% block main %}{% endblock main %}{% endif %}";

/// Every value that templates get, in English: on the demo site, and on a lab with all that the manual shows, from
/// which the examples are.
pub fn values() -> Values {
    let mut values = Values::new();
    let mut demo = disk::read(Path::new(ROOT));
    // The manual's own words would be in its own tables.
    let manual: Vec<String> = pages().into_iter().map(|page| page.slug).collect();
    let is_manual = |source: &Source| {
        let stem = source.path.strip_prefix("content/pages/");
        let slug = stem.and_then(|stem| stem.split('.').next());
        slug.is_some_and(|slug| manual.iter().any(|page| page == slug))
    };
    let sources = demo.sources.iter().map(|(_, source)| source.clone());
    demo.sources = Sources::new(sources.filter(|source| !is_manual(source)).collect());
    let lab = lab_of("en", true);
    for page in pages()
        .iter()
        .filter(|page| page.slug == "kinds" && page.language == "en")
    {
        for block in page.blocks() {
            if let Some(path) = block.info.get(1).filter(|path| path.contains('/')) {
                lab.put(path, block.text);
            }
        }
    }
    // So that there is something to tell of what changed.
    let commit = |day: &str| {
        lab.git(day, &["add", "."]);
        lab.git(day, &["commit", "-qm", "Write"]);
    };
    commit("2026-11-20T12:00:00+01:00");
    lab.edit("content/events/soep-koken.md", "T17:30", "T18:30");
    lab.edit(
        "content/events/lasavond.md",
        "status: scheduled",
        "status: cancelled",
    );
    commit("2026-11-21T12:00:00+01:00");
    let now = NOW.parse().expect("a moment");
    let past = history::read(&lab.path(""), now).past;
    show_values(disk::read(&lab.path("")), &past, &mut values);
    show_values(demo, &Past::default(), &mut values);
    values
}

/// Adds the values that the templates of a site get.
fn show_values(mut folder: disk::Folder, past: &Past, values: &mut Values) {
    let plain = |mut source: Source| {
        if source.path == "data/site.yaml" {
            let lines = source.text.lines();
            let lines =
                lines.filter(|line| !line.starts_with("theme:") && !line.starts_with("cards:"));
            let lines: Vec<&str> = lines.chain(["theme: dump", "cards: false"]).collect();
            source.text = lines.join("\n").into();
        }
        source
    };
    let sources = folder.sources.iter().map(|(_, source)| source.clone());
    folder.sources = Sources::new(sources.map(plain).collect());
    let base = "themes/dump/templates/base.html".to_owned();
    folder.theme.insert(base, DUMP.as_bytes().into());
    let inputs = Inputs {
        folder: &folder,
        past,
        now: NOW.parse().expect("a moment"),
        preview: false,
    };
    let mut faults = Vec::new();
    let prepared = press::prepare(&inputs, &mut parse::Cache::default(), &mut faults);
    let (press, plan) = prepared.expect("the site can be built");
    let english = press.site.codes.iter().position(|code| code == "en");
    let is_shown = |page: &&Artifact| {
        page.media_type.starts_with("text/html")
            && page.language == english
            && !matches!(page.subject, Subject::Redirect(..))
    };
    let pages: Vec<&Artifact> = plan.iter().filter(is_shown).collect();
    let shown = pages.par_iter().filter_map(|page| {
        let bytes = plein::output::render(&press, &plan, page).ok()?;
        serde_json::from_slice(&bytes).ok()
    });
    let shown: Vec<Value> = shown.collect();
    assert!(shown.len() > 20, "{} pages show their values", shown.len());
    let before: Vec<String> = values.values().flat_map(BTreeMap::keys).cloned().collect();
    let mut more = Values::new();
    for page in shown {
        for (name, value) in page.as_object().into_iter().flatten() {
            walk(name, value, &mut more);
        }
    }
    for (group, more) in more {
        let group = values.entry(group).or_default();
        for (name, known) in more {
            match before.contains(&name) {
                false => drop(group.insert(name, known)),
                true => {
                    let own = group.entry(name).or_default();
                    own.sorts.extend(known.sorts);
                    own.sorts.sort_unstable();
                    own.sorts.dedup();
                }
            }
        }
    }
}

/// Groups whose names are those of kinds, folders or fields.
const BY_NAME: &[&str] = &["entry.related", "entry.referenced_by", "site.sections"];
/// What editors and themes fill themselves.
const OPEN: &[&str] = &["entry.data", "entry.extra"];

/// What differs with every byte of the data.
const UNSTABLE: &[&str] = &[".size", ".bytes"];

fn walk(name: &str, value: &Value, values: &mut Values) {
    let is_unstable = UNSTABLE.iter().any(|end| name.ends_with(end));
    let is_card = name != "entry" && value["kind_name"].is_string() && value["url"].is_string();
    let sort = match value {
        _ if is_card => "Card",
        Value::Object(_) => "map",
        Value::Array(_) => "list",
        Value::String(_) => "string",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::Null => return,
    };
    let group = name.split(['.', '[']).next().unwrap_or(name);
    let known = values.entry(group.to_owned()).or_default();
    let known = known.entry(name.to_owned()).or_default();
    if !known.sorts.contains(&sort) {
        known.sorts.push(sort);
        known.sorts.sort_unstable();
    }
    match value {
        Value::Object(fields) if !OPEN.contains(&name) => {
            let name = if is_card { "Card" } else { name };
            for (field, value) in fields {
                match BY_NAME.contains(&name) {
                    true => walk(&format!("{name}.*"), value, values),
                    false => walk(&format!("{name}.{field}"), value, values),
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                walk(&format!("{name}[]"), item, values);
            }
        }
        _ if is_unstable => {}
        // The shortest example, and of these the first: it depends on the fewest words of the demo.
        Value::String(_) | Value::Bool(_) | Value::Number(_) => {
            let shown = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            let rank = |text: &str| (text.is_empty(), text.len(), text.to_owned());
            if known.example.is_empty() || rank(&shown) < rank(&known.example) {
                known.example = shown;
            }
        }
        _ => {}
    }
}

/// A table of values.
pub fn table(values: &BTreeMap<String, Known>, language: &str) -> String {
    let head = match language {
        "nl" => "| waarde | soort | bijvoorbeeld |",
        _ => "| value | type | for example |",
    };
    let mut text = format!("{head}\n|---|---|---|\n");
    for (name, known) in values {
        let flat = known.example.replace(['\n', '|'], " ");
        let short: String = flat.chars().take(60).collect();
        let more = if short.len() < flat.len() { " …" } else { "" };
        let example = match short.trim().replace('`', "'") {
            none if none.is_empty() => String::new(),
            shown => format!("`{shown}{more}`"),
        };
        let _ = writeln!(
            text,
            "| `{name}` | {} | {example} |",
            known.sorts.join(", ")
        );
    }
    text
}
