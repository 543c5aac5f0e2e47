//! The order in which records changed, as numbers that only grow: what change feeds count by (RPDE 1.0,
//! "Incrementing Unique Change Number").
//!
//! A number begins with the time of its commit, in microseconds since 2020, so that it grows also after a
//! squash and stays below 2⁵³. To that it adds the order in which records first appeared. Of one record in
//! one commit the tombstone has the odd number, and what it became the even one after it.

#[cfg(test)]
mod tests;

use super::front_matter::split;
use super::past::kept_since;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The changes on a page at the most: the specification recommends pages of 500 items and more.
pub const PAGE: usize = 500;

/// The second from which numbers count: the beginning of 2020.
const BEGINNING: i64 = 1_577_836_800;

/// Numbers that one second has.
pub const SECOND: i64 = 1_000_000;

/// What all records of a site hold something of: its addresses, its licence, its words in addresses.
const EVERYWHERE: &[&str] = &["data/site.yaml", "data/languages/"];

/// Where pictures lie.
const PICTURES: &str = "content/media/";

/// A commit's changes of the records in a folder, or a page of them where there are many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The last number of it.
    pub to: i64,
    /// How many records changed.
    pub changes: u32,
}

/// When a record changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Numbered {
    /// Its place in the order in which records first appeared, from 1.
    pub order: u32,
    /// Where the numbers of the last commit begin that changed one of its files.
    pub changed: i64,
}

/// The numbers of all that changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Numbers {
    /// Every commit that changed records, by folder, oldest first.
    pub steps: BTreeMap<String, Vec<Step>>,
    /// What is there, by its path without language and ending: `content/events/soep`.
    pub records: BTreeMap<String, Numbered>,
    /// Where the numbers of the last commit begin that changed a picture, by path.
    pub pictures: BTreeMap<String, i64>,
    /// Where the numbers of the last commit begin that changed how others name a record, or whether they
    /// may, by folder and name: `events/soep`.
    pub named: BTreeMap<String, i64>,
    /// The numbers of files that are no longer seen as the record that they were, by folder, identifier and
    /// language: `events/soep`, `events/soep.en`.
    pub unseen: BTreeMap<String, i64>,
    /// The last numbers of recent commits that change records without touching their files.
    pub others: Vec<i64>,
    /// Recent days on which a record may have appeared by itself that is gone now, or has another date.
    pub days: BTreeSet<Date>,
}

/// A file that a commit touched.
#[derive(Debug)]
pub struct Touch {
    /// Its path before.
    pub path: String,
    /// Its path after, when it was renamed.
    pub renamed_to: Option<String>,
    /// The object that it was.
    pub old: Option<String>,
    /// The object that it became.
    pub new: Option<String>,
}

impl Touch {
    /// Its path before the commit, when it was there.
    fn before(&self) -> Option<&str> {
        self.old.as_ref().map(|_| self.path.as_str())
    }

    /// Its path after the commit, when it is there.
    fn after(&self) -> Option<&str> {
        let path = self.renamed_to.as_deref().unwrap_or(&self.path);
        self.new.as_ref().map(|_| path)
    }
}

/// The number with which a moment begins.
pub fn number_at(at: Timestamp) -> i64 {
    (at.as_second() - BEGINNING).max(0) * SECOND
}

/// The path of a record's file without language and ending, and its folder; `None` for what is no record.
pub fn stem(path: &str) -> Option<(&str, &str)> {
    let (folder, name) = path.strip_prefix("content/")?.rsplit_once('/')?;
    name.strip_suffix(".md")?;
    let name = name.split('.').next()?;
    Some((
        &path[.."content/".len() + folder.len() + 1 + name.len()],
        folder,
    ))
}

/// A file whose text may hold another name than before.
struct Renaming {
    at: Timestamp,
    /// Where the numbers of the commit begin.
    base: i64,
    /// Its last number.
    last: i64,
    touch: Touch,
}

/// Numbers commit by commit, oldest first.
#[derive(Default)]
pub struct Numbering {
    numbers: Numbers,
    /// The number after the last.
    next: i64,
    /// How many records ever appeared.
    records: u32,
    /// How many files each record has, none when it is gone; and when the first of them was written.
    files: BTreeMap<String, (u32, Timestamp)>,
    /// What may have changed how others name a record.
    renamings: Vec<Renaming>,
    commit: Option<(Timestamp, Vec<Touch>)>,
}

impl Numbering {
    /// Begins a commit.
    pub fn begin(&mut self, at: Timestamp) {
        self.end();
        self.commit = Some((at, vec![]));
    }

    /// Notes a file that the commit touched.
    pub fn touch(&mut self, touch: Touch) {
        if let Some((_, touches)) = &mut self.commit {
            touches.push(touch);
        }
    }

    /// Numbers what the commit changed.
    fn end(&mut self) {
        let Some((at, mut touches)) = self.commit.take() else {
            return;
        };
        touches.sort_by(|a, b| a.path.cmp(&b.path));
        let base = self.next.max(number_at(at));
        let mut changed: BTreeSet<String> = BTreeSet::new();
        for touch in &touches {
            self.count(touch, at, &mut changed);
        }
        let everywhere = |path: &str| EVERYWHERE.iter().any(|known| path.starts_with(known));
        if touches.iter().any(|touch| everywhere(&touch.path)) {
            let there = self.files.iter().filter(|(_, (files, _))| *files > 0);
            changed.extend(there.map(|(stem, _)| stem.clone()));
        }
        let last = base + 2 * i64::from(self.records);
        self.next = last;
        self.step(&changed, base, last);
        for touch in touches {
            if touch.path.starts_with(PICTURES) && touch.old.is_some() {
                self.numbers.pictures.insert(touch.path.clone(), base);
                self.numbers.others.push(last);
            }
            let written = [touch.before(), touch.after()];
            if touch.old.is_some() && written.iter().flatten().any(|path| stem(path).is_some()) {
                self.renamings.push(Renaming {
                    at,
                    base,
                    last,
                    touch,
                });
            }
        }
    }

    /// Counts a record's files, and finds it a place when it is new.
    fn count(&mut self, touch: &Touch, at: Timestamp, changed: &mut BTreeSet<String>) {
        let (before, after) = (touch.before(), touch.after());
        let mut first = at;
        for (path, difference) in [(before, -1), (after, 1)] {
            let Some((stem, _)) = path.and_then(stem) else {
                continue;
            };
            if !self.numbers.records.contains_key(stem) {
                self.records += 1;
                let (order, changed) = (self.records, 0);
                let new = Numbered { order, changed };
                self.numbers.records.insert(stem.to_owned(), new);
            }
            let (files, created) = self.files.entry(stem.to_owned()).or_insert((0, first));
            *files = files.saturating_add_signed(difference);
            *created = first.min(*created);
            first = *created;
            changed.insert(stem.to_owned());
        }
    }

    /// Adds the steps of a commit to each folder.
    fn step(&mut self, changed: &BTreeSet<String>, base: i64, last: i64) {
        let mut folders: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for path in changed {
            let Some(record) = self.numbers.records.get_mut(path) else {
                continue;
            };
            record.changed = base;
            let inner = path.strip_prefix("content/").unwrap_or(path);
            let folder = inner.rsplit_once('/').map_or("", |(folder, _)| folder);
            folders.entry(folder).or_default().push(record.order);
        }
        for (folder, mut orders) in folders {
            orders.sort_unstable();
            let steps = self.numbers.steps.entry(folder.to_owned()).or_default();
            let pages = orders.chunks(PAGE);
            steps.extend(pages.map(|page| {
                Step {
                    to: page
                        .last()
                        .map_or(base, |order| base + 2 * i64::from(*order)),
                    changes: page.len() as u32,
                }
            }));
            if let Some(step) = steps.last_mut() {
                step.to = last;
            }
        }
    }

    /// The objects whose texts tell how records were named not long ago.
    pub fn wanted(&mut self, now: Timestamp) -> BTreeSet<String> {
        self.end();
        let since = kept_since(now);
        self.renamings.retain(|renaming| renaming.at > since);
        let objects =
            |renaming: &Renaming| [renaming.touch.old.clone(), renaming.touch.new.clone()];
        self.renamings.iter().flat_map(objects).flatten().collect()
    }

    /// The numbers, with the texts that were wanted.
    pub fn finish(mut self, texts: &Texts, now: Timestamp) -> Numbers {
        self.end();
        for renaming in std::mem::take(&mut self.renamings) {
            self.rename(&renaming, texts);
        }
        let since = number_at(kept_since(now));
        let Numbering {
            mut numbers, files, ..
        } = self;
        numbers.unseen.retain(|_, number| *number > since);
        numbers.others.retain(|last| *last > since);
        numbers.others.sort_unstable();
        numbers.others.dedup();
        let is_there = |stem: &String| files.get(stem).is_some_and(|(files, _)| *files > 0);
        numbers.records.retain(|stem, _| is_there(stem));
        numbers
    }

    /// Notes what a commit changed about a record's name, or whether it is to be seen.
    fn rename(&mut self, renaming: &Renaming, texts: &Texts) {
        let Renaming {
            at,
            base,
            last,
            touch,
        } = renaming;
        let before = texts.read(touch.before(), touch.old.as_ref(), *at);
        let after = texts.read(touch.after(), touch.new.as_ref(), *at);
        let numbers = &mut self.numbers;
        if let Some(old) = &before
            && let Some(day) = old.date
            && let Some((_, created)) = self.files.get(old.stem)
            && day > texts.day(*created)
        {
            numbers.days.insert(day);
        }
        let seen = |name: &Option<Name>| {
            let name = name.as_ref().filter(|name| name.seen)?;
            Some(format!("{}/{}{}", name.folder, name.id, name.language))
        };
        let (was, is) = (seen(&before), seen(&after));
        if was == is {
            return;
        }
        if let Some(name) = &is {
            numbers.unseen.remove(name);
        }
        if let (Some(name), Some(old)) = (was, &before) {
            let order = numbers.records.get(old.stem).map_or(0, |known| known.order);
            numbers.unseen.insert(name, base + 2 * i64::from(order) - 1);
        }
        // What is gone cannot be pointed at: that is a mistake, and nothing is published.
        if after.is_some() {
            for known in before.iter().chain(&after) {
                for name in [known.slug(), &known.id] {
                    numbers
                        .named
                        .insert(format!("{}/{name}", known.folder), *base);
                }
            }
            numbers.others.push(*last);
        }
    }
}

/// The texts that files held.
pub struct Texts {
    /// The texts, by object.
    pub objects: BTreeMap<String, String>,
    /// The zone in which the days of the site begin.
    pub zone: TimeZone,
}

impl Texts {
    fn day(&self, at: Timestamp) -> Date {
        at.to_zoned(self.zone.clone()).date()
    }

    /// What a file said of the name of its record. It reads the three lines that matter, and no YAML: of
    /// thousands of old texts only these count. In doubt a record was not seen, so that no name is told
    /// that nobody was to know.
    fn read<'a>(
        &self,
        path: Option<&'a str>,
        object: Option<&String>,
        at: Timestamp,
    ) -> Option<Name<'a>> {
        let (stem, folder) = stem(path?)?;
        let language = path?.strip_prefix(stem)?.strip_suffix(".md")?;
        let text = self.objects.get(object?)?;
        let front = split(text).map_or("", |found| &text[found.yaml]);
        let mut name = Name {
            stem,
            folder,
            language,
            id: String::new(),
            date: None,
            seen: !front.is_empty(),
        };
        name.slug().clone_into(&mut name.id);
        for line in front.lines() {
            let Some((field, value)) = line.split_once(':') else {
                continue;
            };
            let value = value.split(" #").next().unwrap_or_default().trim();
            let value = value.trim_matches(['"', '\'']);
            match field.trim_end().trim_matches(['"', '\'']) {
                "id" => value.clone_into(&mut name.id),
                "draft" => name.seen &= matches!(value, "false" | "False" | "FALSE"),
                "date" => {
                    name.date = value.parse().ok();
                    name.seen &= name.date.is_some_and(|day| day <= self.day(at));
                }
                _ => {}
            }
        }
        Some(name)
    }
}

/// What the front matter of a file said of the name of its record.
struct Name<'a> {
    stem: &'a str,
    folder: &'a str,
    /// Its language, such as `.en`, when its name holds one.
    language: &'a str,
    id: String,
    /// The day from which on it was to be seen.
    date: Option<Date>,
    /// Whether it was to be seen at the time: no draft, and not dated later.
    seen: bool,
}

impl<'a> Name<'a> {
    fn slug(&self) -> &'a str {
        self.stem.rsplit('/').next().unwrap_or_default()
    }
}
