//! `plein harvest`: what other cities have, taken into the folder, for people to review.

#![expect(
    clippy::disallowed_methods,
    reason = "edge: writes what was harvested into the folder of the site"
)]

use super::{Common, Format, OnDisk, Outcome, report};
use crate::content::parse::Cache;
use crate::diagnostic::{Diagnostics, Language, Words};
use crate::harvest::address::Rules;
use crate::harvest::fetch::{Client, Limits};
use crate::harvest::gather::{self, Lead, Part, Place};
use crate::harvest::keep::Store;
use crate::harvest::round::{self, City, Told};
use crate::press;
use crate::say;
use crate::site::lock::{self, Lock};
use crate::site::network::FOLDER;
use crate::source::Sources;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// So many cities are asked at a time; each host gets one request after the other.
const CITIES: usize = 8;
/// So much of what was refused is told of each source.
const REFUSED: usize = 5;

/// What to harvest.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Only this city, by the name of its embassy's file
    #[arg(long, value_name = "NAME")]
    city: Option<String>,
    /// Write nothing; tell what would change
    #[arg(long)]
    dry_run: bool,
    /// Tell what is to be found at an address, and take nothing
    #[arg(long = "try", value_name = "URL", conflicts_with_all = ["city", "dry_run", "accept"])]
    only_try: Option<String>,
    /// Let go what a source no longer has, however much that is
    #[arg(long)]
    accept: bool,
    /// Ask this machine as well, without encryption: for tests
    #[arg(long)]
    pub allow_loopback: bool,
}

/// Harvests.
pub fn run(common: &Common, arguments: &Arguments) -> Outcome {
    let mut on_disk = OnDisk::read(common);
    let sources = &std::mem::take(&mut on_disk.folder.sources);
    // Who is asked stands in the content: what was harvested before need not be understood for it.
    let own = sources
        .iter()
        .filter(|(_, source)| !source.path.starts_with(FOLDER));
    on_disk.folder.sources = Sources::new(own.map(|(_, source)| source.clone()).collect());
    let mut faults = Vec::new();
    let prepared = press::prepare(&on_disk.inputs(false), &mut Cache::default(), &mut faults);
    let site = prepared.as_ref().map(|(press, _)| &press.site);
    let rules = Rules {
        loopback: arguments.allow_loopback,
    };
    let url = site.map_or("", |site| &site.config.url);
    let client = Client::new(url, rules, Limits::default());
    if let Some(url) = &arguments.only_try {
        let place = Place {
            timezone: site.map_or("UTC".to_owned(), |site| site.config.timezone.to_string()),
            language: site
                .map_or("en", |site| site.config.default_language())
                .to_owned(),
            now: on_disk.now,
        };
        return look(common, sources, &client, url, &place);
    }
    let lock = lock::parse(sources, &mut vec![]);
    let mut diagnostics = Diagnostics::default();
    diagnostics.extend(faults);
    let Some(site) = site.filter(|_| !diagnostics.has_errors()) else {
        diagnostics.sort(&on_disk.folder.sources);
        report::show(common, &diagnostics, &on_disk.folder.sources);
        return Outcome::ContentIsWrong;
    };
    let cities = round::cities(site, on_disk.now);
    match harvest(&client, cities, sources, &lock, arguments) {
        Ok((done, files)) => finish(common, arguments, sources, &done, &files),
        Err(outcome) => outcome,
    }
}

/// Files to write, or to remove where there is no text.
type Files = BTreeMap<String, Option<String>>;

/// Asks the cities, and gives what becomes of them and of the files.
fn harvest(
    client: &Client,
    mut cities: Vec<City>,
    sources: &Sources,
    lock: &Lock,
    arguments: &Arguments,
) -> Result<(Vec<Told>, Files), Outcome> {
    let known: BTreeSet<String> = cities.iter().map(|city| city.name.clone()).collect();
    if let Some(only) = &arguments.city {
        cities.retain(|city| city.name == *only);
        if cities.is_empty() {
            let near = crate::diagnostic::nearest(only, known.iter().map(String::as_str));
            let help = near.map_or(String::new(), |near| {
                format!("\n  = help: did you mean `{near}`?")
            });
            let message =
                format!("no embassy `{only}` names a `catalog` or `feeds` elsewhere{help}");
            return Err(Outcome::Misused(message));
        }
    }
    let mut done = ask_all(client, &cities, sources, lock, arguments.accept);
    let mut after = remember(lock, &done, arguments.city.as_deref(), &known);
    if arguments.city.is_none() {
        done.extend(orphans(sources, &known));
    }
    after
        .sources
        .sort_by(|a, b| (&a.city, &a.url).cmp(&(&b.city, &b.url)));
    let (mut all, mut files) = (vec![], Files::new());
    for (told, changed) in done {
        all.extend(told);
        files.extend(changed);
    }
    let before = sources.find(lock::PATH).map(|(_, source)| &*source.text);
    let text = after.text();
    if before != Some(&text) && !(before.is_none() && after.sources.is_empty()) {
        files.insert(lock::PATH.to_owned(), Some(text));
    }
    Ok((all, files))
}

/// Tells what was found, writes it, and says how it went.
fn finish(
    common: &Common,
    arguments: &Arguments,
    sources: &Sources,
    told: &[Told],
    files: &Files,
) -> Outcome {
    tell(common, sources, told);
    if !arguments.dry_run
        && let Err(why) = write(&common.site, files)
    {
        return Outcome::MachineFailed(why);
    }
    sum_up(common, sources, told, files.len(), arguments.dry_run);
    let in_vain = told.iter().filter(|told| !told.trouble.is_empty()).count();
    match in_vain > 0 && (common.strict || in_vain == told.len()) {
        true => {
            let why = say!(
                "{} of {} sources could not be read; what was there before is kept",
                in_vain,
                told.len()
            );
            Outcome::MachineFailed(why.to(common.language(sources)))
        }
        false => Outcome::Fine,
    }
}

/// What became of a city: of each of its sources, and of its files.
type Done = (Vec<Told>, Files);

/// Asks several cities at a time.
fn ask_all(
    client: &Client,
    cities: &[City],
    sources: &Sources,
    lock: &Lock,
    accept: bool,
) -> Vec<Done> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    std::thread::scope(|scope| {
        for _ in 0..CITIES.min(cities.len()) {
            scope.spawn(|| {
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    let Some(city) = cities.get(n) else {
                        break;
                    };
                    let before = Store::read(sources, &city.name);
                    let mut after = before.clone();
                    let told = round::city(|| client.session(), &mut after, city, lock, accept);
                    let result = (told, after.files(&before));
                    done.lock()
                        .unwrap_or_else(std::sync::PoisonError::into_inner)
                        .insert(n, result);
                }
            });
        }
    });
    let done = done
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    done.into_values().collect()
}

/// What is remembered afterwards: of those that were asked the new, of the others the old.
fn remember(before: &Lock, done: &[Done], only: Option<&str>, known: &BTreeSet<String>) -> Lock {
    let others = before
        .sources
        .iter()
        .filter(|it| known.contains(&it.city) && only.is_some_and(|only| it.city != only));
    let new = done
        .iter()
        .flat_map(|(told, _)| told)
        .map(|told| &told.remembered);
    Lock {
        sources: others.chain(new).cloned().collect(),
    }
}

/// The files of cities that no longer name any source: nobody would ever renew them.
fn orphans(sources: &Sources, known: &BTreeSet<String>) -> Vec<Done> {
    let folders = sources
        .iter()
        .filter_map(|(_, source)| source.path.strip_prefix(FOLDER)?.split_once('/'));
    let cities: BTreeSet<&str> = folders
        .map(|(city, _)| city)
        .filter(|city| !known.contains(*city))
        .collect();
    let gone = cities.into_iter().map(|city| {
        let before = Store::read(sources, city);
        let mut after = before.clone();
        after.forget(|_| false);
        (vec![], after.files(&before))
    });
    gone.collect()
}

/// Writes what changed, each file beside its place first, so that none is ever half written.
fn write(site: &Path, files: &Files) -> Result<(), String> {
    for (path, text) in files {
        let target = site.join(path);
        let failed = |error: std::io::Error| format!("`{path}` cannot be written: {error}");
        let Some(text) = text else {
            match std::fs::remove_file(&target) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(failed(error));
                }
                _ => {}
            }
            // The folder goes with its last file, and stays while it holds another.
            let _ = target.parent().map(std::fs::remove_dir);
            continue;
        };
        if let Some(folder) = target.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        let beside = target.with_extension("part");
        std::fs::write(&beside, text)
            .and_then(|()| std::fs::rename(&beside, &target))
            .map_err(failed)?;
    }
    Ok(())
}

/// One line for each source, with what was refused below it.
fn tell(common: &Common, sources: &Sources, told: &[Told]) {
    let language = common.language(sources);
    for told in told {
        if common.format == Format::Json {
            report::hand_over(as_json(told, language));
            continue;
        }
        let changed = &told.changed;
        let line = say!(
            "{} ({}): {} new, {} changed, {} gone, {} as they were",
            told.city,
            told.url,
            changed.added,
            changed.changed,
            changed.removed,
            changed.same,
        );
        report::hand_over(line.to(language));
        for why in told.trouble.iter().chain(&changed.kept) {
            report::hand_over(format_args!("  ! {}", why.to(language)));
        }
        if changed.links > 0 {
            let links = say!(
                "{} kept as links only: no licence says what others may do with them",
                changed.links
            );
            report::hand_over(format_args!("  - {}", links.to(language)));
        }
        let most = if common.verbose { usize::MAX } else { REFUSED };
        for refused in changed.refused.iter().take(most) {
            let line = say!("left out: {}: {}", refused.what, refused.why);
            report::hand_over(format_args!("  - {}", line.to(language)));
        }
        if changed.refused.len() > most {
            let more = say!(
                "and {} more, which `--verbose` tells",
                changed.refused.len() - most
            );
            report::hand_over(format_args!("  - {}", more.to(language)));
        }
    }
}

fn as_json(told: &Told, language: Language) -> Value {
    let changed = &told.changed;
    let refused = changed
        .refused
        .iter()
        .map(|it| json!({ "what": it.what.to(language), "why": it.why.to(language) }));
    json!({
        "city": told.city,
        "url": told.url,
        "system": told.remembered.system,
        "license": told.remembered.license,
        "new": changed.added,
        "changed": changed.changed,
        "gone": changed.removed,
        "same": changed.same,
        "links_only": changed.links,
        "refused": refused.collect::<Vec<_>>(),
        "trouble": told.trouble.iter().chain(&changed.kept).map(|why| why.to(language)).collect::<Vec<_>>(),
        "counts": told.remembered.counts,
    })
}

fn sum_up(common: &Common, sources: &Sources, told: &[Told], files: usize, dry: bool) {
    if common.quiet {
        return;
    }
    let in_vain = told.iter().filter(|told| !told.trouble.is_empty()).count();
    let line: Words = match (told.is_empty(), dry) {
        (true, _) => say!("no embassy names a `catalog` or `feeds` elsewhere: nothing to harvest"),
        (_, true) => say!(
            "{} sources, {} of them in trouble; {} files would change",
            told.len(),
            in_vain,
            files
        ),
        (_, false) => say!(
            "{} sources, {} of them in trouble; {} files written or removed",
            told.len(),
            in_vain,
            files
        ),
    };
    report::narrate(line.to(common.language(sources)));
}

/// `--try`: what an address leads to, and what would be taken.
fn look(common: &Common, sources: &Sources, client: &Client, url: &str, place: &Place) -> Outcome {
    let language = common.language(sources);
    let mut session = client.session();
    let leads = match gather::explore(&mut session, url) {
        Ok(leads) => leads,
        Err(refusal) => {
            return Outcome::MachineFailed(say!("`{}`: {}", url, refusal.why).to(language));
        }
    };
    let city = City {
        name: "try".to_owned(),
        urls: vec![],
        place: place.clone(),
    };
    let mut any = false;
    for lead in &leads {
        let part = gather::part(&mut session, lead, None, &city.place);
        any |= part.is_ok();
        match common.format {
            Format::Json => report::hand_over(found_json(lead, part, place, language)),
            _ => found_text(lead, part, place, language),
        }
    }
    match any {
        true => Outcome::Fine,
        false => Outcome::MachineFailed(say!("nothing at `{}` can be read", url).to(language)),
    }
}

/// What would be taken of a part: system, licence, and the records as they would lie in the folder.
type Found = (
    String,
    Option<String>,
    Vec<Value>,
    crate::harvest::keep::Changed,
);

fn taken(lead: &Lead, part: Part, place: &Place) -> Found {
    let (system, license) = match &part {
        Part::Whole(reading, _) => (reading.system, reading.license.clone()),
        Part::Changes(changes, _) => ("Plein", changes.license.clone()),
        Part::Same => ("", None),
    };
    let origin = crate::harvest::keep::Origin {
        part: &lead.url,
        license: lead.license.as_deref(),
        now: place.now,
        accept: true,
    };
    let license = license.or_else(|| lead.license.clone());
    let mut store = Store::default();
    let changed = store.take(part, origin);
    let files = store.files(&Store::default()).into_values().flatten();
    let mut records: Vec<Value> = files
        .filter_map(|text| serde_json::from_str(&text).ok())
        .collect();
    records.sort_by_key(|record| record["start"].as_str().map(str::to_owned));
    (system.to_owned(), license, records, changed)
}

fn found_json(
    lead: &Lead,
    part: Result<Part, crate::harvest::asking::Refusal>,
    place: &Place,
    language: Language,
) -> Value {
    match part {
        Err(refusal) => json!({ "url": lead.url, "trouble": refusal.why.to(language) }),
        Ok(part) => {
            let (system, license, records, changed) = taken(lead, part, place);
            let refused = changed
                .refused
                .iter()
                .map(|it| json!({ "what": it.what.to(language), "why": it.why.to(language) }));
            json!({ "url": lead.url, "system": system, "license": license, "links_only": changed.links,
                "refused": refused.collect::<Vec<_>>(), "records": records })
        }
    }
}

fn found_text(
    lead: &Lead,
    part: Result<Part, crate::harvest::asking::Refusal>,
    place: &Place,
    language: Language,
) {
    let part = match part {
        Ok(part) => part,
        Err(refusal) => {
            return report::hand_over(say!("{}: {}", lead.url, refusal.why).to(language));
        }
    };
    let (system, license, records, changed) = taken(lead, part, place);
    let license = license.unwrap_or_else(|| say!("no licence").to(language));
    let line = say!(
        "{}: {}, {} records, {}",
        lead.url,
        system,
        records.len(),
        license
    );
    report::hand_over(line.to(language));
    for record in records.iter().take(5) {
        let title = record["title"]
            .as_object()
            .and_then(|title| title.values().next()?.as_str());
        let start = record["start"].as_str().unwrap_or_default();
        let kind = record["kind"].as_str().unwrap_or_default();
        report::hand_over(
            format_args!("  {kind}  {start}  {}", title.unwrap_or_default())
                .to_string()
                .trim_end(),
        );
    }
    for refused in changed.refused.iter().take(REFUSED) {
        let line = say!("left out: {}: {}", refused.what, refused.why);
        report::hand_over(format_args!("  - {}", line.to(language)));
    }
}
