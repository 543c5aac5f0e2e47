//! Laws of the plan: whatever was there, whatever is wanted, and wherever a run is killed.

use super::headers::Headers;
use super::known::{Known, State};
use super::*;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

/// A store in memory: the bytes of each object, and its tag: another one after each write, or as S3 has it the same for
/// the same bytes.
#[derive(Debug, Clone, Default, PartialEq)]
struct Shelf {
    objects: BTreeMap<String, Lying>,
    record: Option<String>,
    writes: u64,
    by_bytes: bool,
}

#[derive(Debug, Clone, PartialEq)]
struct Lying {
    hash: String,
    size: u64,
    headers: String,
    tag: u64,
    marked: bool,
}

impl Shelf {
    fn new(by_bytes: bool) -> Self {
        Shelf {
            by_bytes,
            ..Shelf::default()
        }
    }

    fn known(&self) -> Known {
        let text = self.record.as_deref();
        text.map_or_else(Known::default, |text| Known::parse(text).expect("ours"))
    }

    fn listed(&self) -> Listed {
        let objects = self.objects.iter();
        let object = |lying: &Lying| Object {
            size: lying.size,
            tag: Some(lying.tag.to_string()),
        };
        objects
            .map(|(path, lying)| (path.clone(), object(lying)))
            .collect()
    }

    fn look(&self, paths: &[&str]) -> Looks {
        let seen = |path: &&str| {
            let lying = self.objects.get(*path)?;
            let seen = Seen {
                hash: Some(lying.hash.clone()),
                headers: Some(lying.headers.clone()),
                ours: lying.marked,
            };
            Some(((*path).to_owned(), seen))
        };
        paths.iter().filter_map(seen).collect()
    }

    fn write(&mut self, path: &str, file: &File, marked: bool) -> String {
        self.writes += 1;
        let lying = Lying {
            hash: file.hash.clone(),
            size: file.size,
            headers: file.headers.digest(),
            tag: match self.by_bytes {
                true => u64::from_str_radix(&file.hash[16..], 16).expect("a hash"),
                false => self.writes,
            },
            marked,
        };
        let tag = lying.tag.to_string();
        self.objects.insert(path.to_owned(), lying);
        tag
    }
}

/// What a run did before it came to its end, or was killed.
#[derive(Debug, Default)]
struct Run {
    put: Vec<String>,
    removed: Vec<String>,
    refused: bool,
    ended: bool,
}

/// Publishes as `plein publish` does, and is killed after so many changes of the store. `watch` sees the store after
/// each of them.
fn publish(
    shelf: &mut Shelf,
    wanted: &Wanted,
    mut until: usize,
    watch: &mut dyn FnMut(&Shelf),
) -> Run {
    let (known, listed, mut run) = (shelf.known(), shelf.listed(), Run::default());
    let seen = shelf.look(&questions(wanted, &known, &listed));
    let plan = plan(wanted, &known, &listed, &seen, false);
    if !plan.foreign.is_empty() {
        run.refused = true;
        return run;
    }
    let mut may = || {
        let may = until > 0;
        until = until.saturating_sub(1);
        may
    };
    let recorded = plan.claim(&known, wanted);
    if recorded != known {
        if !may() {
            return run;
        }
        shelf.record = Some(recorded.text());
    }
    let mut tags = BTreeMap::new();
    for (path, _) in &plan.put {
        if !may() {
            return run;
        }
        let tag = shelf.write(path, &wanted[*path], true);
        tags.insert((*path).to_owned(), Some(tag));
        run.put.push((*path).to_owned());
        watch(shelf);
    }
    for path in &plan.remove {
        if !may() {
            return run;
        }
        shelf.objects.remove(*path);
        run.removed.push((*path).to_owned());
        watch(shelf);
    }
    let done = plan.done(wanted, &listed, &tags);
    if done != recorded {
        if !may() {
            return run;
        }
        shelf.record = Some(done.text());
    }
    run.ended = true;
    run
}

fn file(bytes: u8, fresh: bool) -> File {
    let headers = Headers {
        content_type: if fresh { "a" } else { "b" }.to_owned(),
        ..Headers::default()
    };
    File {
        hash: format!("{bytes:032x}"),
        size: u64::from(bytes % 3),
        headers: Arc::new(headers),
    }
}

/// A build: pages named p…, each of which needs the assets of its own number; all under few names, so that builds meet.
fn builds() -> impl Strategy<Value = Wanted> {
    let name = prop_oneof![
        (0u8..4).prop_map(|n| format!("assets/a{n}.css")),
        (0u8..4).prop_map(|n| format!("data/d{n}.json")),
        (0u8..4).prop_map(|n| format!("p{n}/index.html")),
    ];
    btree_map(name, (0u8..9, any::<bool>()), 0..10).prop_map(|files| {
        files
            .into_iter()
            .map(|(path, (b, f))| (path, file(b, f)))
            .collect()
    })
}

/// Objects of others: some where ours may go, some elsewhere.
fn others() -> impl Strategy<Value = Vec<(String, u8)>> {
    vec(("(other/x|p|p1/index.html|assets/a)[0-3]?", 0u8..9), 0..4)
}

/// Each page that is there names, by its number, an asset of the build that it is of: that asset must be there too.
fn no_page_names_what_is_not_there(shelf: &Shelf, builds: &[&Wanted]) {
    for (path, lying) in shelf
        .objects
        .iter()
        .filter(|(path, _)| path.ends_with(".html"))
    {
        let of = |build: &&&Wanted| build.get(path).is_some_and(|file| file.hash == lying.hash);
        let mut builds = builds.iter().filter(of).peekable();
        if builds.peek().is_none() {
            continue;
        }
        let whole = |build: &Wanted| {
            let assets = build.keys().filter(|path| path.starts_with("assets/"));
            assets
                .into_iter()
                .all(|path| shelf.objects.contains_key(path))
        };
        assert!(
            builds.any(|build| whole(build)),
            "{path} lacks an asset: {shelf:?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn in_the_end_the_store_holds_the_build_and_what_is_of_others(by_bytes: bool, builds in vec(builds(), 1..4), others in others()) {
        let mut shelf = Shelf::new(by_bytes);
        for (path, bytes) in &others {
            shelf.write(path, &file(*bytes, true), false);
        }
        let before = shelf.clone();
        for wanted in &builds {
            let kept = shelf.clone();
            let run = publish(&mut shelf, wanted, usize::MAX, &mut |_| {});
            if run.refused {
                prop_assert_eq!(&shelf, &kept);
                continue;
            }
            for (path, file) in wanted {
                prop_assert_eq!(&shelf.objects[path].hash, &file.hash);
                prop_assert_eq!(&shelf.objects[path].headers, &file.headers.digest());
            }
            for path in shelf.objects.keys() {
                prop_assert!(wanted.contains_key(path) || before.objects.contains_key(path));
            }
            // Nothing that is right is put, and the second time nothing at all is done.
            for path in &run.put {
                let was = kept.objects.get(path);
                prop_assert!(was.is_none_or(|was| (&was.hash, &was.headers) != (&wanted[path].hash, &wanted[path].headers.digest())));
            }
            let whole = shelf.clone();
            let one_each = shelf.known().iter().all(|(path, states)| states.len() == 1 && wanted.contains_key(path));
            prop_assert!(one_each, "the record still claims more");
            let again = publish(&mut shelf, wanted, usize::MAX, &mut |_| {});
            prop_assert!(again.ended && again.put.is_empty() && again.removed.is_empty());
            prop_assert_eq!(&shelf, &whole);
        }
    }

    #[test]
    fn what_others_put_stays_as_it_is(by_bytes: bool, builds in vec((builds(), 0usize..30), 1..4), others in others()) {
        let mut shelf = Shelf::new(by_bytes);
        for (path, bytes) in &others {
            shelf.write(path, &file(*bytes, true), false);
        }
        let foreign = shelf.objects.clone();
        for (wanted, until) in &builds {
            publish(&mut shelf, wanted, *until, &mut |_| {});
        }
        for (path, object) in &foreign {
            let same_bytes = |wanted: &Wanted| wanted.get(path).is_some_and(|file| file.hash == object.hash);
            // Where the very bytes are wanted it is taken over, and from then on ours.
            if !builds.iter().any(|(wanted, _)| same_bytes(wanted)) {
                prop_assert_eq!(shelf.objects.get(path), Some(object));
            }
        }
    }

    #[test]
    fn a_killed_run_is_taken_up_where_it_ended(by_bytes: bool, first in builds(), second in builds(), until in 0usize..14) {
        let mut shelf = Shelf::new(by_bytes);
        publish(&mut shelf, &first, usize::MAX, &mut |_| {});
        let mut straight = shelf.clone();
        let whole = publish(&mut straight, &second, usize::MAX, &mut |_| {});
        let begun = publish(&mut shelf, &second, until, &mut |_| {});
        let rest = publish(&mut shelf, &second, usize::MAX, &mut |_| {});
        prop_assert!(rest.ended);
        let mut both: Vec<_> = begun.put.iter().chain(&rest.put).collect();
        both.sort();
        let mut expected: Vec<_> = whole.put.iter().collect();
        expected.sort();
        prop_assert_eq!(both, expected);
        let bytes = |shelf: &Shelf| {
            let objects = shelf.objects.iter();
            objects.map(|(path, it)| (path.clone(), it.hash.clone(), it.headers.clone())).collect::<Vec<_>>()
        };
        prop_assert_eq!(bytes(&shelf), bytes(&straight));
    }

    #[test]
    fn no_page_ever_names_an_asset_that_is_not_there(by_bytes: bool, first in builds(), second in builds(), until in 0usize..14) {
        let mut shelf = Shelf::new(by_bytes);
        publish(&mut shelf, &first, usize::MAX, &mut |shelf| no_page_names_what_is_not_there(shelf, &[&first]));
        let mut watch = |shelf: &Shelf| no_page_names_what_is_not_there(shelf, &[&first, &second]);
        publish(&mut shelf, &second, until, &mut watch);
        publish(&mut shelf, &second, usize::MAX, &mut watch);
    }

    #[test]
    fn after_any_kills_of_any_builds_only_the_last_build_is_left(by_bytes: bool, builds in vec((builds(), 0usize..14), 0..4), last in builds()) {
        let mut shelf = Shelf::new(by_bytes);
        for (wanted, until) in &builds {
            publish(&mut shelf, wanted, *until, &mut |_| {});
        }
        let run = publish(&mut shelf, &last, usize::MAX, &mut |_| {});
        prop_assert!(run.ended);
        let lying = shelf.objects.iter().map(|(path, it)| (path, &it.hash, it.headers.clone()));
        let expected = last.iter().map(|(path, file)| (path, &file.hash, file.headers.digest()));
        prop_assert_eq!(lying.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
    }

    #[test]
    fn a_lost_record_costs_looks_and_no_puts(by_bytes: bool, wanted in builds(), next in builds()) {
        let mut shelf = Shelf::new(by_bytes);
        publish(&mut shelf, &wanted, usize::MAX, &mut |_| {});
        let mut kept = shelf.clone();
        shelf.record = None;
        let lost = publish(&mut shelf, &next, usize::MAX, &mut |_| {});
        let kept = publish(&mut kept, &next, usize::MAX, &mut |_| {});
        prop_assert!(lost.ended);
        prop_assert_eq!(lost.put, kept.put);
    }

    #[test]
    fn a_record_is_read_back(states in vec(("[a-c/.]{1,9}", "[0-9a-f]{4}", any::<u64>(), prop_oneof![Just(None), "[^\t\n-][^\t\n]{0,9}".prop_map(Some)]), 0..9)) {
        let mut known = Known::default();
        for (path, hash, size, tag) in states.into_iter().filter(|(path, ..)| is_inside(path)) {
            known.add(&path, State { hash: hash.clone(), size, headers: hash, tag });
        }
        prop_assume!(known.text().lines().count() == known.text().matches('\n').count());
        prop_assert_eq!(Known::parse(&known.text()), Some(known));
    }

    #[test]
    fn no_text_makes_reading_a_record_panic(text in "(plein-published 1\n)?([a-z0-9\t./-]{0,20}\n){0,4}|.{0,60}") {
        if let Some(known) = Known::parse(&text) {
            prop_assert!(known.iter().all(|(path, _)| is_inside(path)));
        }
    }
}

#[test]
fn what_was_replaced_and_is_no_longer_wanted_stays() {
    let mut shelf = Shelf::default();
    let wanted = Wanted::from([
        ("a.html".to_owned(), file(1, true)),
        ("b.html".to_owned(), file(2, true)),
    ]);
    publish(&mut shelf, &wanted, usize::MAX, &mut |_| {});
    shelf.write("b.html", &file(7, true), false);
    let wanted = Wanted::from([("a.html".to_owned(), file(1, true))]);
    let (known, listed) = (shelf.known(), shelf.listed());
    let seen = shelf.look(&questions(&wanted, &known, &listed));
    assert_eq!(
        plan(&wanted, &known, &listed, &seen, false).left,
        ["b.html"]
    );
    publish(&mut shelf, &wanted, usize::MAX, &mut |_| {});
    assert!(shelf.objects.contains_key("b.html"));
}

#[test]
fn damage_is_seen_by_whoever_reads() {
    let mut shelf = Shelf::default();
    let wanted = Wanted::from([("a.html".to_owned(), file(1, true))]);
    publish(&mut shelf, &wanted, usize::MAX, &mut |_| {});
    // Other bytes under the same tag: no listing tells.
    shelf.objects.get_mut("a.html").expect("it was put").hash = "0".repeat(32);
    let (known, listed) = (shelf.known(), shelf.listed());
    assert!(questions(&wanted, &known, &listed).is_empty());
    let seen = shelf.look(&["a.html"]);
    let plan = plan(&wanted, &known, &listed, &seen, false);
    assert_eq!(plan.put, [("a.html", Why::Damaged)]);
}

#[test]
fn in_a_folder_what_stands_in_the_way_goes_first_unless_it_is_of_others() {
    let old = Wanted::from([
        ("a".to_owned(), file(1, true)),
        ("b/c".to_owned(), file(1, true)),
    ]);
    let new = Wanted::from([
        ("a/x".to_owned(), file(1, true)),
        ("b".to_owned(), file(1, true)),
    ]);
    let mut shelf = Shelf::default();
    publish(&mut shelf, &old, usize::MAX, &mut |_| {});
    let (known, listed) = (shelf.known(), shelf.listed());
    let ours = plan(&new, &known, &listed, &Looks::new(), true);
    assert_eq!((ours.early, ours.remove), (vec!["a", "b/c"], vec![]));
    let nobodys = Known::default();
    let foreign = plan(&new, &nobodys, &listed, &Looks::new(), true);
    assert_eq!(foreign.foreign, ["a", "b/c"]);
}
