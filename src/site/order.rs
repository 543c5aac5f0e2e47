//! The order in which the records of a kind changed: what change feeds tell.

use super::now::Now;
use super::{Entry, EntryId};
use crate::content::config::Config;
use crate::content::{KINDS, Kind};
use crate::source::Sources;
use crate::source::numbering::{Numbered, Numbers, PAGE, SECOND, Step, number_at, stem};
use crate::source::past::{Past, kept_since};
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// The changes of a kind's records.
#[derive(Default)]
pub struct Order {
    /// The last change of each record, oldest first.
    pub items: Vec<Item>,
    /// Every commit that changed records of the kind, oldest first.
    pub steps: Vec<Step>,
    /// The last numbers of other recent moments at which records of the kind may have changed.
    pub others: Vec<i64>,
}

/// The last change of a record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// Its number.
    pub number: i64,
    /// What the record became.
    pub of: Of,
}

/// What a record became.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    /// What is there now.
    Entry(EntryId),
    /// Nothing: this was its identifier.
    Unseen(String),
}

/// What numbering a record needs to know of all others.
struct Numbering<'a> {
    entries: &'a [Entry],
    sources: &'a Sources,
    /// What is known of the past; without git nothing is.
    numbers: Option<&'a Numbers>,
    /// Where the numbers begin with which a record appeared by itself, on a day of its own.
    appeared: Vec<Option<i64>>,
    /// The place after the last in the order in which records first appeared.
    next: i64,
}

/// The order of each kind's changes, by the number of the kind.
pub(super) fn read(
    past: &Past,
    entries: &[Entry],
    sources: &Sources,
    config: &Config,
    now: &Now,
) -> Vec<Order> {
    let numbers = past.numbers.as_ref();
    let orders = numbers.iter().flat_map(|known| known.records.values());
    let numbering = Numbering {
        entries,
        sources,
        numbers,
        appeared: entries.iter().map(|entry| appeared(entry, now)).collect(),
        next: orders
            .map(|known| i64::from(known.order) + 1)
            .max()
            .unwrap_or(1),
    };
    let mut kinds: Vec<Order> = KINDS.iter().map(|_| Order::default()).collect();
    for entry in entries {
        let (number, of) = (numbering.number(entry), Of::Entry(entry.id));
        kinds[entry.kind.number()].items.push(Item { number, of });
    }
    let since = number_at(kept_since(now.utc_day()));
    if let Some(known) = numbers {
        for ((kind, id), number) in unseen(known, entries, config, since) {
            let of = Of::Unseen(id);
            kinds[kind].items.push(Item { number, of });
        }
    }
    let days = numbers.iter().flat_map(|known| &known.days);
    let days = days.filter_map(|day| before_midnight(*day, now));
    let past_days = days.filter(|(midnight, _)| *midnight <= *now);
    let appeared = numbering.appeared.iter().flatten().copied();
    let appeared = appeared.chain(past_days.map(|(_, base)| base));
    let known = numbers
        .iter()
        .flat_map(|known| known.others.iter().copied());
    let others: BTreeSet<i64> = known
        .chain(appeared.map(|base| base + SECOND / 2 - 1))
        .collect();
    for (kind, order) in KINDS.iter().zip(&mut kinds) {
        order.finish(
            numbers.and_then(|known| known.steps.get(kind.folder)),
            &others,
            since,
        );
    }
    kinds
}

impl Order {
    fn finish(&mut self, steps: Option<&Vec<Step>>, others: &BTreeSet<i64>, since: i64) {
        self.items.sort();
        let mut last = 0;
        for item in &mut self.items {
            // Only what git does not know can have the number of something else.
            item.number = item.number.max(last + 1);
            last = item.number;
        }
        let Some(steps) = steps else {
            // Nobody knows when any of them changed: as if each page were a commit.
            let pages = self.items.chunks(PAGE);
            let step = |page: &[Item]| Step {
                to: page.last().map_or(0, |item| item.number),
                changes: page.len() as u32,
            };
            self.steps = pages.map(step).collect();
            return;
        };
        self.steps.clone_from(steps);
        let recent = others.iter().filter(|number| **number > since);
        self.others = recent.copied().collect();
    }
}

impl Numbering<'_> {
    /// The number of a record's last change.
    fn number(&self, entry: &Entry) -> i64 {
        let path = &self.sources.get(entry.original().source).path;
        let known = stem(path).and_then(|(stem, _)| self.numbers?.records.get(stem));
        let (order, changed) = match known {
            Some(Numbered { order, changed }) => (i64::from(*order), *changed),
            None => (
                self.next + i64::from(entry.id.0),
                number_at(entry.history.updated),
            ),
        };
        let image = entry.original().common.image.as_ref();
        let picture = image.and_then(|image| {
            let path = format!("content/{}", image.file.value);
            self.numbers?.pictures.get(&path).copied()
        });
        let appeared = self.appeared[entry.id.0 as usize];
        let neighbours = self.neighbours(entry);
        let base = [picture, appeared, neighbours].into_iter().flatten();
        base.fold(changed, i64::max) + 2 * order
    }

    /// When what a record points at was last given another name, or hidden, or shown: the identifiers that
    /// the record holds changed with it.
    fn neighbours(&self, entry: &Entry) -> Option<i64> {
        let targets = entry
            .references
            .iter()
            .map(|(_, id)| &self.entries[id.0 as usize]);
        let appeared = targets
            .clone()
            .filter_map(|target| self.appeared[target.id.0 as usize])
            .max();
        let Some(numbers) = self.numbers.filter(|numbers| !numbers.named.is_empty()) else {
            return appeared;
        };
        let named =
            |folder: &str, name: &str| numbers.named.get(&format!("{folder}/{name}")).copied();
        let there = targets.flat_map(|target| {
            let folder = target.kind.folder;
            [
                named(folder, &target.slug),
                named(folder, &target.document_id),
            ]
        });
        // What is hidden is among the links only.
        let links = entry.record().links();
        let hidden = links.iter().flat_map(|(_, link)| {
            let (folder, name) = link.value.parts();
            let folders = KINDS.iter().map(|kind| kind.folder);
            let folders = folders.filter(move |known| folder.is_none_or(|folder| folder == *known));
            folders
                .map(move |folder| named(folder, name))
                .collect::<Vec<_>>()
        });
        there.chain(hidden).flatten().chain(appeared).max()
    }
}

/// Where the numbers begin with which a record appeared by itself: its day came after it was written.
fn appeared(entry: &Entry, now: &Now) -> Option<i64> {
    let (midnight, base) = before_midnight(entry.record().published()?.0, now)?;
    (midnight > entry.history.created).then_some(base)
}

/// The beginning of a day, and the last numbers before it: every commit of the day itself has greater ones.
fn before_midnight(day: Date, now: &Now) -> Option<(Timestamp, i64)> {
    let midnight = day.to_zoned(now.time_zone().clone()).ok()?.timestamp();
    Some((midnight, (number_at(midnight) - SECOND / 2).max(0)))
}

/// What was seen under a name not long ago, and is not any more. Of a record with several files the
/// original counts.
fn unseen(
    numbers: &Numbers,
    entries: &[Entry],
    config: &Config,
    since: i64,
) -> BTreeMap<(usize, String), i64> {
    let mut found: BTreeMap<(usize, String), i64> = BTreeMap::new();
    for (name, number) in numbers.unseen.iter().filter(|(_, number)| **number > since) {
        let (name, language) = name
            .split_once('.')
            .unwrap_or((name, config.default_language()));
        if let Some((folder, id)) = name.split_once('/')
            && let Some(kind) = Kind::in_folder(folder)
            && language == config.default_language()
        {
            let known = found.entry((kind.number(), id.to_owned())).or_default();
            *known = (*known).max(*number);
        }
    }
    if !found.is_empty() {
        for entry in entries {
            found.remove(&(entry.kind.number(), entry.document_id.clone()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{config, parse, vocabulary};
    use crate::site::{Site, Surroundings, resolve};
    use crate::source::Source;

    /// A lab on 22 November 2026: one event in a kitchen and one in a hall that is a draft, and an article.
    fn site(numbers: Option<Numbers>) -> Site {
        let texts = [
            (
                "data/site.yaml",
                "title: Lab\nurl: https://lab.example\nlanguages: [nl]\ntimezone: Europe/Amsterdam\n",
            ),
            (
                "content/events/a.md",
                "---\ntitle: A\nstart: 2026-12-01T19:30\nspace: keuken\n---\n",
            ),
            (
                "content/events/b.md",
                "---\ntitle: B\nstart: 2026-12-01T19:30\nspace: zaal\n---\n",
            ),
            (
                "content/articles/c.md",
                "---\ntitle: C\ndate: 2026-11-20\n---\n",
            ),
            ("content/spaces/keuken.md", "---\ntitle: Keuken\n---\n"),
            (
                "content/spaces/zaal.md",
                "---\ntitle: Zaal\ndraft: true\n---\n",
            ),
        ];
        let source = |(path, text): (&str, &str)| Source {
            path: path.into(),
            text: text.into(),
        };
        let (sources, mut faults) = (Sources::new(texts.map(source).to_vec()), vec![]);
        let config = config::parse(&sources, &mut faults).unwrap();
        let past = Past {
            numbers,
            ..Past::default()
        };
        let around = Surroundings {
            languages: BTreeMap::new(),
            vocabularies: vocabulary::parse(&sources, &mut faults),
            past: &past,
            now: "2026-11-22T11:00:00Z".parse().unwrap(),
            preview: false,
            media: Default::default(),
            config,
        };
        let mut cache = parse::Cache::default();
        let parsed = parse::parse(&sources, &around.config, &mut cache, &mut faults);
        let site = resolve(parsed, around, &sources, &mut faults);
        assert!(faults.is_empty(), "{faults:?}");
        site
    }

    /// Number and identifier of a kind's items; what is gone with a `-`.
    fn items(site: &Site, folder: &str) -> Vec<(i64, String)> {
        let order = &site.orders[Kind::in_folder(folder).unwrap().number()];
        let name = |item: &Item| match &item.of {
            Of::Entry(id) => site.entry(*id).document_id.clone(),
            Of::Unseen(id) => format!("-{id}"),
        };
        order
            .items
            .iter()
            .map(|item| (item.number, name(item)))
            .collect()
    }

    fn numbered(records: &[(&str, u32)], changed: i64) -> Numbers {
        let record = |(path, order): &(&str, u32)| {
            let (path, order) = (format!("content/{path}"), *order);
            (path, Numbered { order, changed })
        };
        Numbers {
            records: records.iter().map(record).collect(),
            ..Numbers::default()
        }
    }

    #[test]
    fn what_git_does_not_know_has_numbers_in_its_order_and_a_day_of_its_own() {
        let site = site(None);
        assert_eq!(
            items(&site, "events"),
            [(2, "a".to_owned()), (4, "b".to_owned())]
        );
        // The last half second before the day, for it was written before.
        let midnight = "2026-11-20T00:00:00+01:00".parse().unwrap();
        let number = number_at(midnight) - SECOND / 2;
        assert!(
            matches!(&items(&site, "articles")[..], [(found, _)] if (1..100).contains(&(found - number)))
        );
    }

    #[test]
    fn a_record_changes_with_the_name_of_what_it_points_at() {
        let records = [("events/a", 1), ("events/b", 2), ("spaces/keuken", 3)];
        let mut numbers = numbered(&records, 100);
        assert_eq!(
            items(&site(Some(numbers.clone())), "events"),
            [(102, "a".to_owned()), (104, "b".to_owned())]
        );
        numbers.named.insert("spaces/keuken".to_owned(), 300);
        // It is hidden now: who pointed at it does so no more.
        numbers.named.insert("spaces/zaal".to_owned(), 200);
        assert_eq!(
            items(&site(Some(numbers)), "events"),
            [(204, "b".to_owned()), (302, "a".to_owned())]
        );
    }

    #[test]
    fn what_is_gone_is_told_unless_another_file_is_it_now() {
        let mut numbers = numbered(&[("events/a", 1), ("events/b", 2)], 100);
        let recent = number_at("2026-11-01T00:00:00Z".parse().unwrap());
        let gone = [
            ("events/a", 1),
            ("events/c", 3),
            ("events/d.en", 5),
            ("events/e.nl", 7),
            ("spaces/zaal", 9),
        ];
        numbers.unseen = gone.map(|(name, n)| (name.to_owned(), recent + n)).into();
        numbers.unseen.insert("events/old".to_owned(), 7);
        let site = site(Some(numbers));
        let names = |folder: &str| -> Vec<String> {
            items(&site, folder)
                .into_iter()
                .map(|(_, name)| name)
                .collect()
        };
        assert_eq!(names("events"), ["a", "b", "-c", "-e"]);
        assert_eq!(names("spaces"), ["keuken", "-zaal"]);
    }
}
