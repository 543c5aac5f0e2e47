//! A mapping for a repository that nobody has mapped yet, from what stands in it.

use super::below;
use super::convert::{is_nothing, plain};
use super::guess::{day_first, guessed_zone, holds, languages};
use super::known::{FIELDS, LAYOUT, bare, bare_name, hint};
use super::layout::{Generator, Layout, Original};
use super::moment::{self, Habits};
use super::parts::{example, flat};
use super::syntax::pair;
use super::write::scalar;
use crate::content::shape::shape;
use crate::content::{KINDS, Kind};
use crate::diagnostic::{Language, Words};
use crate::say;
use jiff::tz::TimeZone;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The files of a pattern, and what stands in them.
struct Group<'a> {
    pattern: String,
    hint: Option<&'static str>,
    files: Vec<&'a Original>,
    /// Whether Jekyll reads them.
    jekyll: bool,
    /// Fields with how many files have them and some values.
    fields: BTreeMap<String, (usize, Vec<Value>)>,
}

/// The mapping as a file.
pub fn suggest(originals: &[Original], layout: &Layout, language: Language) -> String {
    let mut out = String::new();
    let (found, generator) = (originals.len(), layout.generator.name());
    remark(
        &mut out,
        0,
        &say!(
            "What was found: {} documents of {}. Change what is wrong, and try it: plein import … --mapping this-file",
            found,
            generator
        ),
        language,
    );
    let languages = languages(originals, layout);
    let _ = writeln!(out, "languages: [{}]", languages.join(", "));
    let zone = layout
        .timezone
        .clone()
        .unwrap_or_else(|| guessed_zone(&languages, originals));
    let _ = writeln!(out, "timezone: {zone}");
    remark(
        &mut out,
        0,
        &say!("Whether 03/04 is the third of April."),
        language,
    );
    let _ = writeln!(out, "day_first: {}", day_first(originals, &zone));
    if let Some(title) = &layout.title {
        let _ = writeln!(out, "title: {}", scalar(title));
    }
    if let Some(url) = &layout.url {
        remark(
            &mut out,
            0,
            &say!("What is linked to and is not among the documents is linked to there."),
            language,
        );
        let _ = writeln!(out, "old_site: {}", scalar(url));
    }
    let _ = writeln!(out, "folders:");
    let groups = groups(originals, layout);
    if groups.is_empty() {
        let _ = writeln!(out, "  []");
    }
    for group in groups {
        folder(&group, &zone, language, &mut out);
    }
    remark(
        &mut out,
        0,
        &say!("Regular expressions with named groups, for what is left out else:"),
        language,
    );
    out + "# replace:\n# - find: '\\{\\{< quote (?<who>\\w+) >\\}\\}'\n#   put: '> ${who}'\n"
}

/// The kind that a table seems to hold: by its sheet, its name or its folder.
fn of_table(original: &Original, table: &str) -> &'static str {
    let file = table.split('#').next().unwrap_or(table);
    let name = file.rsplit('/').next().unwrap_or(file);
    let name = name.split('.').next().unwrap_or(name);
    if file.ends_with("ics") {
        return "events";
    }
    let found = hint(original.section()).or_else(|| hint(name));
    found
        .or_else(|| super::data::likely(file))
        .unwrap_or("events")
}

/// The documents by folder: the first below the content, or one further down whose name tells more.
fn groups<'a>(originals: &'a [Original], layout: &Layout) -> Vec<Group<'a>> {
    // Rows of a table before the folder in which it lies: the first pattern that fits counts.
    let mut groups: BTreeMap<(std::cmp::Reverse<(usize, bool)>, String), Group> = BTreeMap::new();
    for original in originals {
        let root = layout
            .content
            .iter()
            .filter(|root| original.path.starts_with(root.as_str()))
            .max_by_key(|root| root.len());
        let root = root.map_or("", String::as_str);
        let below = original.path.strip_prefix(root).unwrap_or(&original.path);
        let mut parts: Vec<&str> = below.split('/').collect();
        parts.pop();
        let mut pattern = root.to_owned();
        if parts
            .first()
            .is_some_and(|first| original.language.as_deref() == Some(&first.to_lowercase()))
        {
            parts.remove(0);
            pattern += "*/";
        }
        let deepest = parts
            .iter()
            .take(3)
            .rposition(|part| hint(part).is_some())
            .unwrap_or(0);
        let hint = parts.get(deepest).and_then(|part| hint(part));
        for (n, part) in parts.iter().enumerate().take(deepest + 1) {
            // `events/2019-utrecht/speakers` and that of every other year: one folder of the mapping.
            let any = n > 0 && n < deepest && self::hint(part).is_none();
            pattern += if any { "*" } else { part };
            pattern.push('/');
        }
        pattern += if parts.is_empty() { "*" } else { "**" };
        let mut hint = hint;
        if let Some(table) = original.table() {
            pattern = format!("{table}*");
            hint = Some(of_table(original, table));
        }
        let depth = std::cmp::Reverse((pattern.matches('/').count(), pattern.contains('#')));
        let group = groups
            .entry((depth, pattern.clone()))
            .or_insert_with(|| Group {
                pattern,
                hint,
                files: vec![],
                jekyll: layout.generator == Generator::Jekyll,
                fields: BTreeMap::new(),
            });
        for (name, value) in flat(&original.fields)
            .into_iter()
            .filter(|(_, value)| !is_nothing(value))
        {
            let (count, values) = group.fields.entry(name).or_default();
            *count += 1;
            if values.len() < 40 {
                values.push(value);
            }
        }
        if let Some(date) = original.date {
            let (count, values) = group.fields.entry("file.date".to_owned()).or_default();
            *count += 1;
            values.truncate(20);
            values.push(Value::String(date.to_string()));
        }
        group.files.push(original);
    }
    groups.into_values().collect()
}

/// The kind of a folder: by its name, if what stands in its files agrees.
fn kind(group: &Group, zone: &TimeZone) -> &'static str {
    let files = group.files.len();
    let habits = Habits {
        day_first: true,
        formats: &[],
        zone,
        local: true,
    };
    let dated = |names: &str| -> usize {
        let known = |name: &str| {
            names
                .split(' ')
                .any(|known| known == bare(name) || known == bare_name(name))
        };
        let dates = |values: &[Value]| {
            values.iter().any(|value| {
                plain(value).is_some_and(|text| moment::read(&text, &habits).is_some())
            })
        };
        let fields = group
            .fields
            .iter()
            .filter(|(name, (_, values))| known(name) && dates(values));
        fields.map(|(_, (count, _))| *count).max().unwrap_or(0)
    };
    let names = |ours: &str| {
        FIELDS
            .iter()
            .find(|(name, ..)| *name == ours)
            .map_or("", |(_, names, _)| *names)
    };
    let events = dated(names("start"));
    let own = names("start").replace(" date publishdate file.date", "");
    let when = |count: usize, share: usize| count > 0 && count * 100 >= files * share;
    match group.hint {
        Some("events") if when(events, 30) => "events",
        Some("calls")
            if when(
                dated("deadline closes closingdate enddate applyby validthrough duedate"),
                60,
            ) =>
        {
            "calls"
        }
        Some("events" | "calls") | None if when(dated(&own), 50) => "events",
        Some("articles" | "events" | "calls") | None if when(dated(names("date")), 50) => {
            "articles"
        }
        Some("articles" | "events" | "calls") | None => "pages",
        Some(hint) => hint,
    }
}

fn folder(group: &Group, zone: &str, language: Language, out: &mut String) {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let name = kind(group, &zone);
    let Some(kind) = KINDS.iter().find(|kind| kind.folder == name) else {
        return;
    };
    let files = say!("{} files", group.files.len()).to(language);
    let _ = writeln!(
        out,
        "- from: {}   # {files}",
        scalar_pattern(&group.pattern)
    );
    let _ = writeln!(out, "  kind: {name}");
    if group.pattern.contains("people")
        || group.pattern.contains("authors")
        || group.pattern.contains("team")
    {
        remark(
            out,
            2,
            &say!("These seem to be people: ask them first, or write `kind: none`."),
            language,
        );
    }
    let _ = writeln!(out, "  fields:");
    let habits = Habits {
        day_first: true,
        formats: &[],
        zone: &zone,
        local: true,
    };
    let mut used: BTreeSet<String> = BTreeSet::new();
    for (ours, source) in sources(kind, group, &habits, &mut used) {
        let _ = writeln!(out, "    {ours}: {source}");
    }
    rest(group, &used, language, out);
}

/// What no field of ours was proposed for: the words below the text, what only tells how to show a page, and what is lost.
fn rest(group: &Group, used: &BTreeSet<String>, language: Language, out: &mut String) {
    let layout = |name: &String| {
        LAYOUT
            .split(' ')
            .any(|known| known == bare(name) || bare(name).split('.').next() == Some(known))
    };
    let (drop, lost): (Vec<&String>, Vec<&String>) = group
        .fields
        .keys()
        .filter(|name| !used.contains(*name) && *name != "file.date")
        .partition(|name| layout(name));
    let worth = |name: &&&String| {
        group
            .fields
            .get(**name)
            .is_some_and(|(_, values)| below::worth(values))
    };
    let below: Vec<&String> = lost.iter().filter(worth).copied().collect();
    if !below.is_empty() {
        let names: Vec<String> = below.iter().map(|name| scalar(name)).collect();
        remark(out, 2, &say!("Their words stand below the text."), language);
        let _ = writeln!(out, "  below: [{}]", names.join(", "));
    }
    if !drop.is_empty() {
        let names: Vec<String> = drop.iter().map(|name| scalar(name)).collect();
        let _ = writeln!(out, "  drop: [{}]", names.join(", "));
    }
    for name in lost.into_iter().filter(|name| !below.contains(name)) {
        if let Some((count, values)) = group.fields.get(name) {
            let value = values.first().map(example).unwrap_or_default();
            let value = scalar(&super::matter::short(&value, 60));
            remark(
                out,
                2,
                &say!(
                    "not mapped: {}, in {} files, such as {}",
                    name,
                    count,
                    value
                ),
                language,
            );
        }
    }
}

/// A line of a comment.
fn remark(out: &mut String, indent: usize, words: &Words, language: Language) {
    let _ = writeln!(out, "{:indent$}# {}", "", words.to(language));
}

fn scalar_pattern(pattern: &str) -> String {
    format!("\"{}\"", pattern.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Whether fields hold words with spaces between them, each a tag of its own, as Jekyll reads them: then none has a
/// comma.
fn words(group: &Group, fields: &[&String]) -> bool {
    let values = fields
        .iter()
        .filter_map(|name| group.fields.get(*name))
        .flat_map(|(_, values)| values);
    let texts: Vec<&str> = values.filter_map(Value::as_str).collect();
    texts.iter().any(|text| text.contains(' ')) && !texts.iter().any(|text| text.contains(','))
}

/// What each of our fields is made of, by what the fields of the group are called and hold.
fn sources(
    kind: &Kind,
    group: &Group,
    habits: &Habits,
    used: &mut BTreeSet<String>,
) -> Vec<(String, String)> {
    let shape = shape(kind);
    let mut found = Vec::new();
    for (ours, names, kinds) in FIELDS {
        let first = ours.split('.').next().unwrap_or("");
        let known = shape
            .common
            .iter()
            .chain(&shape.own)
            .any(|name| name == first)
            || ours.ends_with("_time") && kind.folder == "events";
        let table = group.files.iter().any(|file| file.table().is_some());
        if matches!(*ours, "body" | "extra.uid") && !table {
            continue;
        }
        let known = known || *ours == "body";
        if !known || !kinds.is_empty() && !kinds.split(' ').any(|name| name == kind.folder) {
            continue;
        }
        let mut theirs: Vec<&String> = Vec::new();
        for name in names.split(' ') {
            let named = |field: &str| bare(field) == name || bare_name(field) == name;
            let named = group.fields.iter().filter(|(field, _)| named(field));
            for (field, (_, values)) in named {
                let both = |value: &Value| pair(value).is_some();
                let free = !used.contains(field)
                    || *ours == "start_time"
                    || matches!(name, "file.date")
                    || *ours == "location.lon" && values.iter().any(both);
                if free
                    && !theirs.contains(&field)
                    && holds(&shape.schema, ours, field, values, habits)
                {
                    theirs.push(field);
                }
            }
        }
        if *ours == "same_as" {
            theirs.truncate(1);
        }
        // The kinds whose only date is when the page was written.
        if theirs.is_empty() {
            continue;
        }
        used.extend(theirs.iter().map(|name| (*name).clone()));
        let with = if *ours == "topics" { " + " } else { " | " };
        let names: Vec<&str> = theirs.iter().map(|name| name.as_str()).collect();
        let from = scalar(&names.join(with));
        let is_words = *ours == "topics" && group.jekyll && words(group, &theirs);
        found.push((
            (*ours).to_owned(),
            match is_words {
                true => format!("{{from: {from}, split: \" \"}}"),
                false => from,
            },
        ));
    }
    if group.fields.keys().any(|name| name.starts_with("repeat.")) && kind.folder == "events" {
        used.extend(
            group
                .fields
                .keys()
                .filter(|name| name.starts_with("repeat."))
                .cloned(),
        );
        found.push(("repeat".to_owned(), "repeat".to_owned()));
    }
    let days = group.fields.get("days").filter(|_| kind.folder == "events");
    let counted = days.is_some_and(|(_, values)| {
        values
            .iter()
            .all(|value| value.is_number() || plain(value).is_some_and(|n| n.parse::<u8>().is_ok()))
    });
    if counted && !found.iter().any(|(ours, _)| ours == "duration") {
        used.insert("days".to_owned());
        found.push((
            "duration".to_owned(),
            "{from: days, put: \"{} days\"}".to_owned(),
        ));
    }
    let id = group.fields.keys().find(|name| bare(name) == "youtubeid");
    if let Some(id) =
        id.filter(|_| kind.folder == "events" && !found.iter().any(|(ours, _)| ours == "recording"))
    {
        used.insert(id.clone());
        found.push((
            "recording".to_owned(),
            format!("{{from: {id}, put: \"https://www.youtube.com/watch?v={{}}\"}}"),
        ));
    }
    for (name, values) in [
        ("published", "{\"false\": \"true\", \"true\": \"false\"}"),
        ("cancelled", "{\"true\": cancelled, \"false\": scheduled}"),
        ("canceled", "{\"true\": cancelled, \"false\": scheduled}"),
    ] {
        let ours = if name == "published" {
            "draft"
        } else {
            "status"
        };
        let truths = group
            .fields
            .get(name)
            .is_some_and(|(_, values)| values.iter().all(Value::is_boolean));
        let fits = ours == "draft" || kind.folder == "events";
        if truths && fits && !found.iter().any(|(known, _)| known == ours) {
            used.insert(name.to_owned());
            found.push((
                ours.to_owned(),
                format!("{{from: {name}, values: {values}}}"),
            ));
        }
    }
    if group.fields.contains_key("slug") {
        used.insert("slug".to_owned());
        found.push(("slug".to_owned(), "slug".to_owned()));
    }
    found
}
