//! What other cities publish is taken in safely: from hostile peers nothing, from friendly ones everything once.

#![cfg(feature = "harvest")]
#![allow(
    clippy::disallowed_methods,
    reason = "serves peers on this machine, and builds into folders"
)]

#[path = "harvest/labs.rs"]
mod labs;
#[path = "harvest/peer.rs"]
mod peer;
mod support;

use labs::City;
use peer::{Peer, Reply};
use plein::diagnostic::Language;
use plein::harvest::address::Rules;
use plein::harvest::asking::{Answer, Ask, Fetched, Refusal, Version};
use plein::harvest::fetch::{Client, Limits};
use plein::harvest::found::Refused;
use plein::harvest::gather::Place;
use plein::harvest::keep::Store;
use plein::harvest::round;
use plein::press::{self, Inputs};
use plein::site::lock::Lock;
use plein::source::past::Past;
use plein::source::{Sources, disk};
use serde_json::Value;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use support::same_files;

const LOCAL: Rules = Rules { loopback: true };

fn limits() -> Limits {
    Limits {
        body: 1 << 20,
        bytes: 3 << 20,
        requests: 20,
        answer: Duration::from_millis(1500),
        source: Duration::from_secs(5),
        pause: Duration::ZERO,
        ..Limits::default()
    }
}

/// Asks for an address; why there is no answer, in words.
fn refused(url: &str, rules: Rules) -> String {
    let client = Client::new("https://ours.example", rules, limits());
    let started = Instant::now();
    let refusal = client.session().ask(url, None).expect_err(url);
    assert!(
        started.elapsed() < Duration::from_secs(3),
        "{url} took {:?}",
        started.elapsed()
    );
    refusal.why.to(Language::En)
}

/// What unfolds into more than anybody wants.
static BOMB: [u8; 4 << 20] = [b' '; 4 << 20];

fn hostile() -> Peer {
    Peer::serve(|request| match request.path.as_str() {
        "/loop" => Reply::on("/loop"),
        "/to/private" => Reply::on("http://10.1.2.3/"),
        "/to/metadata" => Reply::on("http://169.254.169.254/latest/meta-data/"),
        "/to/file" => Reply::on("file:///etc/passwd"),
        "/to/mapped" => Reply::on("http://[::ffff:10.0.0.1]/"),
        "/to/credentials" => Reply::on("https://me:secret@lab.example/"),
        "/to/nowhere" => Reply {
            status: 302,
            ..Reply::default()
        },
        "/drip" => Reply {
            drip: true,
            ..Reply::text("text/calendar", "BEGIN:VCALENDAR\r\n")
        },
        "/silent" => Reply {
            silent: true,
            ..Reply::default()
        },
        "/gigabyte" => Reply {
            length: Some(1 << 30),
            ..Reply::text("text/calendar", "")
        },
        "/endless" => Reply {
            endless: true,
            ..Reply::default()
        },
        "/bomb" => Reply::gzip(&BOMB),
        "/head" => Reply {
            headers: vec![("X-Long".to_owned(), "x".repeat(200_000))],
            ..Reply::text("text/plain", "x")
        },
        "/error" => Reply {
            status: 500,
            ..Reply::default()
        },
        "/cookie" if request.headers.to_lowercase().contains("cookie:") => Reply {
            status: 418,
            ..Reply::default()
        },
        "/cookie" => Reply {
            headers: vec![("Set-Cookie".to_owned(), "a=b; Path=/".to_owned())],
            ..Reply::text("text/plain", "fine")
        },
        _ => Reply::missing(),
    })
}

#[test]
fn a_hostile_peer_is_refused_with_a_reason_each_time() {
    let peer = hostile();
    for (path, reason) in [
        ("/loop", "leads on more than 5 times"),
        ("/to/private", "not encrypted"),
        ("/to/metadata", "not encrypted"),
        ("/to/file", "no whole address"),
        ("/to/mapped", "not encrypted"),
        ("/to/credentials", "password"),
        ("/to/nowhere", "not where to"),
        ("/drip", "longer than 1 seconds"),
        ("/silent", "longer than 1 seconds"),
        ("/gigabyte", "larger than 1 MB"),
        ("/endless", "larger than 1 MB"),
        ("/bomb", "larger than 1 MB"),
        ("/head", "head of its answer is too large"),
        ("/error", "its host answers 500"),
        ("/missing", "its host answers 404"),
    ] {
        let why = refused(&peer.at(path), LOCAL);
        assert!(why.contains(reason), "{path}: {why}");
    }
}

#[test]
fn this_machine_and_its_network_are_never_asked() {
    let peer = hostile();
    let port = peer.port();
    for (url, reason) in [
        (format!("http://127.0.0.1:{port}/"), "not encrypted"),
        (format!("https://127.0.0.1:{port}/"), "no public address"),
        // Names that mean this machine are looked up first.
        (format!("https://localhost:{port}/"), "no public address"),
        (format!("https://127.1:{port}/"), "no public address"),
        (format!("https://2130706433:{port}/"), "no public address"),
        (format!("https://0x7f000001:{port}/"), "no public address"),
        (format!("https://[::1]:{port}/"), "no public address"),
        ("https://10.0.0.1/".to_owned(), "no public address"),
        ("https://[fd00::1]/".to_owned(), "no public address"),
        ("https://100.64.1.1/".to_owned(), "no public address"),
    ] {
        let why = refused(&url, Rules::default());
        assert!(why.contains(reason), "{url}: {why}");
    }
    assert_eq!(peer.asked(), 0, "nobody may even have connected");
}

#[test]
fn a_name_is_refused_for_any_of_its_addresses() {
    fn names(host: &str) -> Option<Vec<SocketAddr>> {
        let ours = |text: &str| text.parse().unwrap();
        match host {
            "private.example" => Some(vec![ours("192.168.1.1:443")]),
            "both.example" => Some(vec![ours("93.184.216.34:443"), ours("127.0.0.1:443")]),
            "nowhere.example" => Some(vec![]),
            _ => None,
        }
    }
    let client = Client::with_names(
        "https://ours.example",
        Rules::default(),
        limits(),
        Some(names),
    );
    for (host, reason) in [
        ("private.example", "192.168.1.1 is no public address"),
        ("both.example", "127.0.0.1 is no public address"),
        ("nowhere.example", "cannot be found"),
    ] {
        let why = client
            .session()
            .ask(&format!("https://{host}/"), None)
            .unwrap_err();
        assert!(why.to_string().contains(reason), "{host}: {why}");
    }
}

#[test]
fn a_name_that_means_another_machine_the_second_time_is_refused() {
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    static PORT: AtomicUsize = AtomicUsize::new(0);
    fn names(_: &str) -> Option<Vec<SocketAddr>> {
        let first = ASKED.fetch_add(1, Ordering::SeqCst) == 0;
        let host = if first { "127.0.0.1" } else { "192.168.1.1" };
        Some(vec![
            format!("{host}:{}", PORT.load(Ordering::SeqCst))
                .parse()
                .unwrap(),
        ])
    }
    let peer = Peer::serve(|_| Reply::on("/again"));
    PORT.store(usize::from(peer.port()), Ordering::SeqCst);
    let client = Client::with_names("https://ours.example", LOCAL, limits(), Some(names));
    let why = client
        .session()
        .ask(&format!("http://localhost:{}/", peer.port()), None)
        .unwrap_err();
    assert!(
        why.to_string().contains("192.168.1.1 is no public address"),
        "{why}"
    );
    assert_eq!(peer.asked(), 1);
}

#[test]
fn nothing_is_carried_from_one_request_to_the_next_but_the_version() {
    let peer = hostile();
    let client = Client::new("https://ours.example", LOCAL, limits());
    for _ in 0..2 {
        assert!(client.session().fetch(&peer.at("/cookie")).is_ok());
    }
    let versions = Peer::serve(|request| match request.headers.contains("\"one\"") {
        true => Reply {
            status: 304,
            ..Reply::default()
        },
        false => Reply {
            headers: vec![("ETag".to_owned(), "\"one\"".to_owned())],
            ..Reply::text("text/plain", "x")
        },
    });
    let first = client.session().fetch(&versions.at("/")).unwrap();
    let again = client
        .session()
        .ask(&versions.at("/"), Some(&first.version))
        .unwrap();
    assert_eq!(again, Answer::Same);
    let forged = Version {
        etag: Some("a\r\nHost: other".to_owned()),
        modified: None,
    };
    assert!(matches!(
        client.session().ask(&versions.at("/"), Some(&forged)),
        Ok(Answer::New(_))
    ));
    let heads = versions.heads();
    assert!(
        heads[0].contains(concat!(
            "Plein/",
            env!("CARGO_PKG_VERSION"),
            " (+https://ours.example)"
        )),
        "{}",
        heads[0]
    );
}

#[test]
fn a_source_has_only_so_much_to_spend() {
    let peer = Peer::serve(|_| Reply::text("text/plain", &"x".repeat(1 << 20)));
    let client = Client::new("https://ours.example", LOCAL, limits());
    let mut session = client.session();
    for _ in 0..3 {
        session.fetch(&peer.at("/")).unwrap();
    }
    let why = session.fetch(&peer.at("/")).unwrap_err().to_string();
    assert!(why.contains("larger than"), "{why}");
    let small = Peer::serve(|_| Reply::text("text/plain", "x"));
    let mut session = client.session();
    let refusals = (0..25).filter_map(|_| session.fetch(&small.at("/")).err());
    assert!(
        refusals
            .last()
            .unwrap()
            .to_string()
            .contains("more than 20 requests")
    );
}

/// A harvested record is the published one, without what leads to people and with where it comes from.
#[track_caller]
fn the_same(ours: &City, theirs: &City) {
    let (found, published) = (ours.records_of(theirs), theirs.published());
    let keys = |records: &BTreeMap<String, Value>| records.keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        keys(&found),
        keys(&published),
        "{} has of {}",
        ours.name,
        theirs.name
    );
    for (id, mut record) in found {
        let mut expected = published[&id].clone();
        if let Some(contact) = expected.get_mut("contact").and_then(Value::as_object_mut) {
            contact.remove("email");
        }
        let harvest = record.as_object_mut().unwrap().remove("harvest").unwrap();
        assert_eq!(
            (&harvest["key"], &harvest["system"]),
            (&expected["id"], &Value::from("Plein"))
        );
        if theirs.name == "wien" {
            assert_eq!(
                (&harvest["link_only"], &record["summary"]),
                (&Value::Bool(true), &Value::Null)
            );
            assert_eq!(
                (&record["title"], &record["start"], &record["url"]),
                (&expected["title"], &expected["start"], &expected["url"])
            );
        } else {
            assert_eq!(record, expected);
        }
    }
}

#[test]
fn three_labs_that_harvest_one_another_converge_through_edits_removals_and_an_outage() {
    let cities = labs::cities();
    let together = |act: &(dyn Fn(&City) + Sync)| {
        std::thread::scope(|scope| {
            cities
                .iter()
                .for_each(|city| drop(scope.spawn(move || act(city))))
        });
    };
    let harvest = |at: &'static str| {
        together(&|city| {
            let ran = city.harvest(at, &[]);
            assert_eq!(ran.code, Some(0), "{}: {}{}", city.name, ran.out, ran.err);
        });
    };
    let [almere, lisboa, wien] = &cities[..] else {
        panic!("three cities")
    };
    together(&|city| city.publish("2026-11-20T10:00:00Z"));
    harvest("2026-11-20T12:00:00Z");
    for ours in &cities {
        for theirs in cities.iter().filter(|it| it.name != ours.name) {
            the_same(ours, theirs);
        }
    }
    // Nothing changed: nothing is written but when it was looked at.
    let before = almere.harvested();
    harvest("2026-11-21T02:00:00Z");
    same_files(&before, &almere.harvested());

    // An edit, a move, a new one and two removals in Lisboa, while Wien is away.
    lisboa
        .lab
        .edit("content/events/soup.md", "soup in lisboa", "Stew in lisboa");
    lisboa.lab.edit(
        "content/events/repair.md",
        "2026-12-02T19:30",
        "2026-12-05T10:00",
    );
    lisboa.lab.remove("content/events/debate.md");
    lisboa.lab.remove("content/practices/shed.md");
    lisboa.lab.put(
        "content/events/new.md",
        "---\ntitle: New\nstart: 2026-12-09T10:00\n---\n",
    );
    lisboa.publish("2026-11-21T10:00:00Z");
    wien.go_away(true);
    let had = almere.records_of(wien);
    harvest("2026-11-22T02:00:00Z");
    assert_eq!(almere.records_of(wien), had);
    the_same(almere, lisboa);
    the_same(wien, lisboa);
    let lock = std::fs::read_to_string(almere.lab.path("data/harvest.lock.yaml")).unwrap();
    assert!(
        lock.contains("error: \"its host answers 503\"")
            && lock.contains("failed: \"2026-11-22T02:00:00Z\""),
        "{lock}"
    );
    let alone = almere.harvest(
        "2026-11-22T02:00:00Z",
        &["--city", "wien", "--language", "nl"],
    );
    assert_eq!(alone.code, Some(3), "{}", alone.out);
    assert!(alone.out.contains("antwoordt 503"), "{}", alone.out);

    // It is back, with something taken away in between, and everybody agrees again.
    wien.lab.remove("content/events/soup.md");
    wien.publish("2026-11-22T10:00:00Z");
    wien.go_away(false);
    harvest("2026-11-23T02:00:00Z");
    for theirs in [lisboa, wien] {
        the_same(almere, theirs);
    }
    the_same(lisboa, wien);
    shown(almere, lisboa);
    tried(almere, lisboa);
    adopted(almere, lisboa);
}

/// What was harvested stands on the page of the embassy, with both clocks and where it comes from.
fn shown(ours: &City, theirs: &City) {
    let ran = ours.lab.run(&["build", "--now", "2026-11-24T02:00:00Z"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let page =
        std::fs::read_to_string(ours.lab.path("public/ambassades/lisboa/index.html")).unwrap();
    for words in [
        "Stew in lisboa",
        "20:30 hier, 19:30 daar",
        "Garden of lisboa",
        "CC BY 4.0",
        "gisteren opgehaald",
        &theirs.url(),
    ] {
        assert!(page.contains(words), "{words} is not on the page");
    }
    assert!(!page.contains("debate in lisboa"));
    let all = std::fs::read_to_string(ours.lab.path("public/netwerk/index.html")).unwrap();
    assert!(
        all.contains("Embassy wien") && all.contains("Weekly in wien"),
        "{all}"
    );
    let calendar = std::fs::read_to_string(ours.lab.path("public/netwerk/calendar.ics"))
        .unwrap()
        .replace("\r\n ", "");
    for line in [
        "UID:event-soup@lisboa.example\r\n",
        "DTSTART;TZID=Europe/Lisbon:20261205T100000\r\n",
        "RRULE:FREQ=WEEKLY;UNTIL=20270224T180000Z;BYDAY=WE\r\n",
        "TZID:Europe/Vienna\r\n",
        &format!(
            "X-PLEIN-SOURCE;VALUE=URI:{}/data/v1/changes/events\r\n",
            theirs.url()
        ),
    ] {
        assert!(calendar.contains(line), "{line} is not in\n{calendar}");
    }
}

/// What an address leads to is told, from the home page alone, and nothing is taken.
fn tried(ours: &City, theirs: &City) {
    let before = ours.harvested();
    let url = theirs.url();
    let asked = [
        "harvest",
        "--try",
        &url,
        "--allow-loopback",
        "--language",
        "nl",
    ];
    let ran = ours.lab.run(&asked);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let events = format!(
        "{url}/data/v1/changes/events: Plein, 4 records, https://creativecommons.org/licenses/by/4.0/"
    );
    assert!(
        ran.out.contains(&events) && ran.out.contains("Stew in lisboa"),
        "{}",
        ran.out
    );
    let ran = ours.lab.run(&[&asked[..], &["--format", "json"]].concat());
    let lines = ran
        .out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let records = lines.map(|part| part["records"].as_array().unwrap().len());
    assert_eq!(records.sum::<usize>(), theirs.published().len());
    let none = ours.lab.run(&[
        "harvest",
        "--try",
        &format!("{url}/nothing.ics"),
        "--allow-loopback",
    ]);
    assert_eq!(none.code, Some(3));
    assert!(none.err.contains("its host answers 404"), "{}", none.err);
    same_files(&before, &ours.harvested());
}

/// A practice of another city becomes one of ours, and that city hears of it at its next harvest.
fn adopted(ours: &City, theirs: &City) {
    let page = format!("{}/practices/shed/", ours.url());
    let page = if ours.name == "almere" {
        page.replace("practices", "praktijken")
    } else {
        page
    };
    let ran = theirs.lab.run(&["adopt", &page, "--allow-loopback"]);
    assert_eq!(
        (ran.code, ran.out.trim()),
        (Some(0), "content/practices/shed.md"),
        "{}",
        ran.err
    );
    let again = theirs.lab.run(&["adopt", &page, "--allow-loopback"]);
    assert_eq!(again.code, Some(2), "{}", again.err);
    theirs
        .lab
        .edit("content/practices/shed.md", "draft: true\n", "");
    theirs.publish("2026-11-24T10:00:00Z");
    let ran = ours.harvest("2026-11-25T02:00:00Z", &[]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    ours.publish("2026-11-25T02:00:00Z");
    let path = page.strip_prefix(&ours.url()).unwrap();
    let page = std::fs::read_to_string(ours.lab.path(&format!("public{path}index.html"))).unwrap();
    assert!(
        page.contains("Ook gedaan in andere steden") && page.contains("Embassy lisboa"),
        "{page}"
    );
}

/// A site in memory, as its host would serve it.
struct Shelf {
    base: &'static str,
    tree: BTreeMap<String, Vec<u8>>,
}

impl Shelf {
    fn new(base: &'static str, folder: &str) -> Self {
        let folder = disk::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
        let inputs = Inputs {
            folder: &folder,
            past: &Past::default(),
            now: DEMO.parse().unwrap(),
            preview: false,
        };
        let (tree, faults) = press::build(&inputs);
        let faults: Vec<_> = faults
            .iter()
            .map(|fault| (fault.code, fault.message.clone()))
            .collect();
        assert!(faults.is_empty(), "{faults:#?}");
        Shelf {
            base,
            tree: tree
                .0
                .into_iter()
                .map(|(path, bytes)| (path, bytes.to_vec()))
                .collect(),
        }
    }
}

impl Ask for &Shelf {
    fn ask(&mut self, url: &str, _: Option<&Version>) -> Result<Answer, Refusal> {
        let missing = || Refusal {
            gone: true,
            ..plein::say!("its host answers {}", "404").into()
        };
        let path = url.strip_prefix(self.base).ok_or_else(missing)?;
        let (path, query) = path
            .split_once('?')
            .map_or((path, None), |(path, query)| (path, Some(query)));
        let path = plein::output::rpde::file(path, query).unwrap_or_else(|| path.to_owned());
        let bytes = self
            .tree
            .get(path.trim_start_matches('/'))
            .ok_or_else(missing)?
            .clone();
        let media_type = path.ends_with(".ttl").then(|| "text/turtle".to_owned());
        Ok(Answer::New(Fetched {
            url: url.to_owned(),
            media_type,
            version: Version::default(),
            bytes,
        }))
    }
}

/// When the demo was harvested, in the night before its day.
const DEMO: &str = "2026-11-22T02:00:00Z";

/// Answers as it is told to, one thing at an address.
struct Script(BTreeMap<&'static str, (&'static str, String)>);

impl Ask for &Script {
    fn ask(&mut self, url: &str, _: Option<&Version>) -> Result<Answer, Refusal> {
        let Some((media_type, body)) = self.0.get(url) else {
            return Err(Refusal {
                gone: true,
                ..plein::say!("its host answers {}", "404").into()
            });
        };
        Ok(Answer::New(Fetched {
            url: url.to_owned(),
            media_type: Some((*media_type).to_owned()),
            version: Version::default(),
            bytes: body.clone().into_bytes(),
        }))
    }
}

const CALENDAR: &str = "https://center-ob-reki.example/koledar.ics";
const ICS: &str = include_str!("harvest/ljubljana.ics");

fn ljubljana(now: &str) -> round::City {
    round::City {
        name: "ljubljana".to_owned(),
        urls: vec![CALENDAR.to_owned()],
        place: Place {
            timezone: "Europe/Ljubljana".to_owned(),
            language: "sl".to_owned(),
            now: now.parse().unwrap(),
        },
    }
}

fn lissabon() -> round::City {
    round::City {
        name: "lissabon".to_owned(),
        urls: vec!["https://lab-da-encosta.example/catalog.ttl".to_owned()],
        place: Place {
            timezone: "Europe/Lisbon".to_owned(),
            language: "pt".to_owned(),
            now: DEMO.parse().unwrap(),
        },
    }
}

/// The files of a store.
fn texts(store: &Store, city: &str) -> BTreeMap<String, String> {
    let files = store
        .files(&Store::read(&Sources::default(), city))
        .into_iter();
    files
        .filter_map(|(path, text)| Some((path, text?)))
        .collect()
}

#[test]
fn a_calendar_that_becomes_something_else_takes_nothing_away() {
    let mut store = Store::read(&Sources::default(), "ljubljana");
    let mut lock = Lock::default();
    let mut turn = |media_type: &'static str, body: &str, day: &str| {
        let script = Script([(CALENDAR, (media_type, body.to_owned()))].into());
        let told = round::city(|| &script, &mut store, &ljubljana(day), &lock, false).remove(0);
        lock.sources = vec![told.remembered.clone()];
        (told, texts(&store, "ljubljana"))
    };
    let (told, before) = turn("text/calendar", ICS, "2026-11-20T02:00:00Z");
    assert_eq!(
        (told.changed.added, told.trouble.len()),
        (2, 0),
        "{told:#?}"
    );
    let private = |refused: &Refused| refused.why.contains("not public");
    assert!(told.changed.refused.iter().any(private), "{told:#?}");
    for text in before.values() {
        assert!(
            !text.contains("somebody@") && !text.contains("Sestanek"),
            "{text}"
        );
    }
    let login = "<!DOCTYPE html><html><body><form>Log in, please</form></body></html>";
    let truncated = &ICS[..ICS.find("UID:2026-zbor").unwrap()];
    let none = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n";
    for (media_type, body) in [
        ("text/html", login),
        ("text/calendar", login),
        ("text/calendar", none),
        ("text/calendar", ""),
        ("application/json", "{\"error\": \"quota\"}"),
        ("text/calendar", truncated),
    ] {
        let (told, after) = turn(media_type, body, "2026-11-21T02:00:00Z");
        assert!(after.len() == 2, "{media_type} {body:.40}: {told:#?}");
        let reason = told.trouble.first().or(told.changed.kept.as_ref());
        assert!(reason.is_some(), "{media_type} {body:.40}: {told:#?}");
    }
    let (told, after) = turn("text/calendar", ICS, "2026-11-22T02:00:00Z");
    assert!(told.trouble.is_empty() && told.remembered.error.is_none());
    assert_eq!(
        after.keys().collect::<Vec<_>>(),
        before.keys().collect::<Vec<_>>()
    );
}

#[test]
fn what_a_page_injects_is_text_or_nothing() {
    let page = r#"<html><script type="application/ld+json">{"@context": "https://schema.org", "@type": "Event",
        "@id": "https://evil.example/../../../../etc/passwd", "name": "<script>alert(1)<\/script><img src=x onerror=alert(2)>Soup",
        "startDate": "2026-12-01T18:00:00+01:00", "url": "javascript:alert(3)", "license": "https://creativecommons.org/licenses/by/4.0/",
        "description": "<iframe src='https://evil.example'></iframe>Write to someone@evil.example" }</script></html>"#;
    let script = Script([("https://evil.example/", ("text/html", page.to_owned()))].into());
    let city = round::City {
        urls: vec!["https://evil.example/".to_owned()],
        ..ljubljana("2026-11-20T02:00:00Z")
    };
    let mut store = Store::read(&Sources::default(), "ljubljana");
    let told = round::city(|| &script, &mut store, &city, &Lock::default(), false).remove(0);
    let files = texts(&store, "ljubljana");
    assert_eq!(files.len(), 1, "{told:#?}");
    for (path, text) in &files {
        assert!(
            path.starts_with("data/harvest/ljubljana/events/") && !path.contains(".."),
            "{path}"
        );
        for bad in ["javascript:", "<iframe", "<script", "onerror", "someone@"] {
            assert!(!text.contains(bad), "{bad} in {text}");
        }
    }
}

#[test]
fn the_demo_holds_what_imagined_labs_publish() {
    let shelf = Shelf::new("https://lab-da-encosta.example", "tests/harvest/lisboa");
    let script = Script([(CALENDAR, ("text/calendar", ICS.to_owned()))].into());
    let (mut expected, mut lock) = (BTreeMap::new(), Lock::default());
    for (city, ask) in [(lissabon(), None), (ljubljana(DEMO), Some(&script))] {
        let mut store = Store::read(&Sources::default(), &city.name);
        let told = match ask {
            Some(script) => round::city(|| script, &mut store, &city, &Lock::default(), false),
            None => round::city(|| &shelf, &mut store, &city, &Lock::default(), false),
        };
        assert!(told[0].trouble.is_empty(), "{told:#?}");
        expected.extend(texts(&store, &city.name));
        lock.sources
            .extend(told.into_iter().map(|told| told.remembered));
    }
    expected.insert("data/harvest.lock.yaml".to_owned(), lock.text());
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    if support::updates() {
        for (path, text) in &expected {
            let target = root.join(path);
            std::fs::create_dir_all(target.parent().unwrap()).unwrap();
            std::fs::write(target, text).unwrap();
        }
    }
    for (path, text) in &expected {
        let found = std::fs::read_to_string(root.join(path)).unwrap_or_default();
        assert_eq!(
            found, *text,
            "{path}: UPDATE=1 cargo test --test harvest writes it"
        );
    }
    let folder = disk::read(root);
    let known = folder.sources.iter().map(|(_, source)| &source.path);
    let known: Vec<&String> = known
        .filter(|path| path.starts_with("data/harvest/"))
        .collect();
    assert_eq!(known.len() + 1, expected.len(), "{known:?}");
}
