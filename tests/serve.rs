//! The preview, as a browser sees it.

#![cfg(feature = "serve")]
#![allow(clippy::disallowed_methods, reason = "tests look at real files")]

mod support;

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use support::{Lab, NOW, parted};

/// How long anything may take before a test gives up; a machine may be busy.
const PATIENCE: Duration = Duration::from_secs(20);
/// A lab with its preview.
struct Preview {
    lab: Lab,
    child: Child,
    port: u16,
    /// What it says, read on in a thread so that it never waits for us.
    _said: std::thread::JoinHandle<()>,
}

/// An answer.
#[derive(Debug, PartialEq)]
struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Preview {
    /// Starts on a port that is free.
    fn of(lab: Lab) -> Self {
        let mut child = lab
            .plein(&["serve", "--port", "0", "--now", NOW])
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut said = BufReader::new(child.stderr.take().expect("a pipe"));
        let mut port = None;
        while port.is_none() {
            let mut line = String::new();
            let read = said.read_line(&mut line).expect("a line");
            assert!(read > 0, "it ended before it was ready");
            let address = line.strip_prefix("http://127.0.0.1:");
            port = address.and_then(|rest| rest.split('/').next()?.parse().ok());
        }
        let _said = std::thread::spawn(move || {
            let _ = std::io::copy(&mut said, &mut std::io::sink());
        });
        Preview {
            lab,
            child,
            port: port.unwrap_or_default(),
            _said,
        }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
        stream
    }

    /// Asks for a path, byte for byte as given.
    fn get(&self, path: &str) -> Answer {
        self.ask(path, "")
    }

    fn ask(&self, path: &str, header: &str) -> Answer {
        let mut stream = self.connect();
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{header}\r\n");
        stream.write_all(request.as_bytes()).expect("it listens");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("an answer");
        Answer::read(&bytes)
    }

    /// The text of a page.
    fn page(&self, path: &str) -> String {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}");
        String::from_utf8(answer.body).expect("text")
    }

    /// Waits until something holds; edits take a moment to be seen.
    #[track_caller]
    fn until(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        let started = Instant::now();
        while !holds(self) {
            assert!(started.elapsed() < PATIENCE, "never came true: {what}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Where a path leads.
    fn leads(&self, path: &str) -> (u16, String) {
        let answer = self.get(path);
        let location = answer.headers.get("location").cloned();
        (answer.status, location.unwrap_or_default())
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    fn read(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let end = end.expect("headers");
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.get(9..12));
        let headers = lines.filter_map(|line| {
            let (name, value) = line.split_once(": ")?;
            Some((name.to_lowercase(), value.to_owned()))
        });
        Answer {
            status: status.and_then(|code| code.parse().ok()).expect("a status"),
            headers: headers.collect(),
            body: bytes[end + 4..].to_vec(),
        }
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// The address of a file, as browsers ask for it.
fn address(file: &str) -> String {
    match file.strip_suffix("index.html") {
        Some(folder) => format!("/{folder}"),
        None => format!("/{file}"),
    }
}

fn media_type(file: &str) -> &'static str {
    match file.rsplit_once('.').map_or("", |(_, end)| end) {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "rss" => "application/rss+xml; charset=utf-8",
        "atom" => "application/atom+xml; charset=utf-8",
        "ics" | "ical" => "text/calendar; charset=utf-8",
        "xml" if file.ends_with("oembed.xml") => "text/xml; charset=utf-8",
        "xml" if file.ends_with("opensearch.xml") => "application/opensearchdescription+xml",
        "xml" => "application/xml",
        "json" if file.ends_with("feed.json") => "application/feed+json; charset=utf-8",
        "json" if file.starts_with("data/v1/schema/") => "application/schema+json",
        "json" if file.ends_with("/openapi.json") => "application/openapi+json",
        "json" if file.ends_with("/problem-404.json") => "application/problem+json",
        "json" if file.ends_with(".csv-metadata.json") => "application/csvm+json",
        "csv" => "text/csv; charset=utf-8",
        "geojson" => "application/geo+json",
        "jsonld" => "application/ld+json",
        "ndjson" => "application/x-ndjson",
        "parquet" => "application/vnd.apache.parquet",
        "rdf" => "application/rdf+xml",
        "ttl" => "text/turtle; charset=utf-8",
        "well-known/api-catalog" => {
            "application/linkset+json; profile=\"https://www.rfc-editor.org/info/rfc9727\""
        }
        "json" => "application/json",
        "js" => "text/javascript; charset=utf-8",
        "woff2" => "font/woff2",
        "png" => "image/png",
        "jpg" => "image/jpeg",
        "webp" => "image/webp",
        _ => "text/plain; charset=utf-8",
    }
}

#[test]
fn every_file_of_the_build_is_served_with_its_media_type() {
    let lab = Lab::new();
    let built = lab.built();
    let preview = Preview::of(lab);
    for (file, bytes) in built.iter().filter(|(file, _)| !file.starts_with(".plein")) {
        let answer = preview.get(&address(file));
        assert_eq!((answer.status, file), (200, file));
        assert_eq!(answer.header("content-type"), media_type(file), "{file}");
        let (body, version) = parted(&String::from_utf8_lossy(&answer.body));
        let expected = String::from_utf8_lossy(bytes);
        let same = body == expected;
        assert!(same, "{file}: {}", support::diff::lines(&expected, &body));
        assert_eq!(version.is_some(), file.ends_with(".html"), "{file}");
    }
}

#[test]
fn a_file_that_is_known_is_not_sent_again() {
    let preview = Preview::of(Lab::new());
    let first = preview.get("/feed.rss");
    let known = format!("If-None-Match: {}\r\n", first.header("etag"));
    let second = preview.ask("/feed.rss", &known);
    assert_eq!((second.status, second.body.len()), (304, 0));
}

#[test]
fn what_is_not_there_has_a_page_too() {
    let lab = Lab::new();
    let built = lab.built();
    let preview = Preview::of(lab);
    for path in ["/nergens/", "/nergens", "/feed.rss/", "/over/nergens.html"] {
        let answer = preview.get(path);
        assert_eq!(answer.status, 404, "{path}");
        let (body, _) = parted(&String::from_utf8_lossy(&answer.body));
        assert!(body.as_bytes() == built["404.html"], "{path}");
    }
}

#[test]
fn nothing_outside_the_site_is_served() {
    let preview = Preview::of(Lab::new());
    for path in [
        "/../../etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/over/../../data/site.yaml",
        "/over/../index.html",
        "/data/site.yaml",
        "/content/pages/over.md",
        "/.plein-manifest",
        "/over/%00",
        "/%00",
        "/%ff%fe",
        "//etc/passwd",
        "/%",
        "/\\..\\..\\x",
    ] {
        let answer = preview.get(path);
        assert!(
            matches!(answer.status, 400 | 404),
            "{path}: {}",
            answer.status
        );
        let text = String::from_utf8_lossy(&answer.body);
        assert!(!text.contains("root:") && !text.contains("uid_domain"));
    }
}

#[test]
fn a_change_feed_is_read_by_its_addresses() {
    let preview = Preview::of(Lab::new());
    let first = preview.page("/data/v1/changes/events");
    let (_, next) = first
        .split_once("https://lab.example")
        .expect("the next page");
    let (next, _) = next.split_once('"').expect("its address");
    assert!(
        first.contains("\"updated\"") && next.contains("?afterChangeNumber="),
        "{first}"
    );
    assert!(preview.page(next).contains("\"items\":[\n]"));
    assert_eq!(
        preview
            .get("/data/v1/changes/events?afterChangeNumber=x")
            .status,
        404
    );
}

#[test]
fn the_interface_answers_without_extensions_and_with_problems() {
    let preview = Preview::of(Lab::new());
    assert!(preview.page("/data/v1/events").contains("\"ItemList\""));
    assert!(
        preview
            .page("/data/v1/events/soep")
            .contains("/id/event/soep")
    );
    assert!(preview.page("/data/v1").contains("\"openapi\""));
    let nothing = preview.get("/data/v1/nothing");
    let problem = String::from_utf8_lossy(&nothing.body).into_owned();
    assert_eq!(nothing.status, 404);
    assert!(problem.contains("\"status\": 404"), "{problem}");
}

#[test]
fn permanent_and_former_addresses_lead_on() {
    let preview = Preview::of(Lab::new());
    let to = |status, path: &str| (status, path.to_owned());
    assert_eq!(preview.leads("/id/event/soep"), to(302, "/agenda/soep/"));
    assert_eq!(preview.leads("/wie-zijn-wij"), to(301, "/wie-zijn-wij/"));
    assert_eq!(preview.leads("/over"), to(301, "/over/"));
    let page = preview.page("/wie-zijn-wij/");
    assert!(page.contains("<meta http-equiv=\"refresh\" content=\"0; url=/over/\">"));
}

/// Reads a stream of events up to the next version.
fn next_version(events: &mut BufReader<TcpStream>) -> String {
    loop {
        let mut line = String::new();
        let read = events.read_line(&mut line).expect("an event in time");
        assert!(read > 0, "the stream ended");
        if let Some(version) = line.strip_prefix("data: ") {
            return version.trim().to_owned();
        }
    }
}

fn events(preview: &Preview) -> BufReader<TcpStream> {
    let mut stream = preview.connect();
    let request = "GET /_plein/events HTTP/1.1\r\nHost: x\r\n\r\n";
    stream.write_all(request.as_bytes()).expect("it listens");
    BufReader::new(stream)
}

#[test]
fn an_edit_changes_the_page_and_tells_the_browser_also_one_that_is_still_loading() {
    let preview = Preview::of(Lab::new());
    let shown = parted(&preview.page("/over/")).1;
    let mut open = events(&preview);
    assert_eq!(next_version(&mut open).parse().ok(), shown);
    for words in ["Een edit.", "Nog een edit."] {
        let text = format!("---\ntitle: Over ons\n---\n\n{words}\n");
        preview.lab.put("content/pages/over.md", text);
        preview.until("the new words are there", |p| {
            p.page("/over/").contains(words)
        });
        let now_there = parted(&preview.page("/over/")).1;
        assert_ne!(now_there, shown);
        // A browser that listens is told of every version.
        while next_version(&mut open).parse().ok() != now_there {}
        // Whoever comes to listen later is told the very number that the page has.
        let told = next_version(&mut events(&preview));
        assert_eq!(told.parse().ok(), now_there);
    }
}

const OVERLAY: &str = "<section class=\"plein-overlay\" role=\"alert\" lang=\"en\">";

#[test]
fn a_mistake_is_laid_over_the_last_good_page_until_it_is_mended() {
    let preview = Preview::of(Lab::new());
    let shown = |p: &Preview| parted(&p.page("/over/")).0;
    let good = shown(&preview);
    let right = "---\ntitle: Over ons\naliases: [/wie-zijn-wij/]\n---\n\nWij maken de stad.\n";
    let wrong = right.replace("title", "titel");
    preview.lab.put("content/pages/over.md", &wrong);
    preview.until("the overlay", |p| p.page("/over/").contains(OVERLAY));
    let page = shown(&preview);
    let (start, overlay) = page
        .split_once("<link rel=\"stylesheet\" href=\"/_plein/overlay.css\">")
        .expect("its looks");
    assert!(good.starts_with(start), "the last good page stays");
    for words in [
        "Plein: 1 error.",
        "error[yaml/unknown-field]: there is no field `titel` here",
        "--&gt; content/pages/over.md:2:1",
        "did you mean `title`?",
    ] {
        assert!(overlay.contains(words), "{words}");
    }
    assert!(preview.page("/").contains(OVERLAY), "on every page");
    assert_eq!(preview.get("/_plein/overlay.css").status, 200);
    preview.lab.put("content/pages/over.md", right);
    preview.until("the page as it was", |p| shown(p) == good);
}

/// The preview starts although nothing can be shown yet, and goes on once it can.
#[test]
fn a_site_that_is_wrong_from_the_start_is_shown_once_it_is_mended() {
    let lab = Lab::new();
    lab.put("content/pages/over.md", "");
    let preview = Preview::of(lab);
    let answer = preview.get("/");
    assert_eq!(answer.status, 500);
    assert!(String::from_utf8_lossy(&answer.body).contains("content/pages/over.md:1:1"));
    preview
        .lab
        .put("content/pages/over.md", "---\ntitle: Over\n---\n");
    preview.until("the home page", |p| p.get("/").status == 200);
}

#[test]
fn files_and_folders_come_and_go() {
    let preview = Preview::of(Lab::new());
    let status = |path: &'static str, status| move |p: &Preview| p.get(path).status == status;
    let chairs = "---\ntitle: Stoelen\ndirection: offer\ncategory: material\n---\n";
    preview.lab.put("content/notices/stoelen.md", chairs);
    preview.until(
        "a file in a new folder",
        status("/marktplein/stoelen/", 200),
    );
    preview.lab.put("content/notices/tafels.md", chairs);
    preview.until("a second file there", status("/marktplein/tafels/", 200));
    preview.lab.remove("content/notices/tafels.md");
    preview.until("the file is gone", status("/marktplein/tafels/", 404));
    let old = preview.lab.path("content/notices");
    std::fs::rename(old, preview.lab.path("elsewhere")).expect("moved");
    preview.until("the folder is gone", status("/marktplein/stoelen/", 404));
    let from = preview.lab.path("content/pages/over.md");
    let to = preview.lab.path("content/pages/wij.md");
    std::fs::rename(from, to).expect("renamed");
    preview.until("the new name", status("/wij/", 200));
    preview.until("not the old one", status("/over/", 404));
}

/// Editors that save by writing another file and renaming it over the old one.
#[test]
fn an_edit_by_renaming_is_seen() {
    let preview = Preview::of(Lab::new());
    let text = "---\ntitle: Over ons\n---\n\nNieuwe woorden.\n";
    preview.lab.put("content/pages/.over.md.swp", text);
    let from = preview.lab.path("content/pages/.over.md.swp");
    std::fs::rename(from, preview.lab.path("content/pages/over.md")).expect("renamed");
    preview.until("the new words", |p| {
        p.page("/over/").contains("Nieuwe woorden.")
    });
}

/// A site without a theme of its own gets one while the preview runs.
#[test]
fn a_first_theme_folder_is_seen() {
    let lab = Lab::new();
    let site = std::fs::read_to_string(lab.path("data/site.yaml")).expect("the configuration");
    lab.put("data/site.yaml", site + "theme: lab\n");
    let preview = Preview::of(lab);
    assert_eq!(preview.get("/over/").status, 500, "there is no such theme");
    preview.lab.put(
        "themes/lab/templates/entry/page.html",
        "{% extends \"plein/entry.html\" %}{% block main %}Eigen thema{% endblock main %}",
    );
    preview.until("the own template", |p| {
        String::from_utf8_lossy(&p.get("/over/").body).contains("Eigen thema")
    });
}

#[test]
fn drafts_and_what_is_to_come_are_shown_and_marked() {
    let lab = Lab::new();
    lab.put(
        "content/articles/concept.md",
        "---\ntitle: Concept\ndate: 2026-11-01\ndraft: true\n---\n",
    );
    lab.put(
        "content/articles/later.md",
        "---\ntitle: Later\ndate: 2027-01-01\n---\n",
    );
    let built = lab.built();
    let preview = Preview::of(lab);
    for (slug, published) in [("concept", false), ("later", false), ("open", true)] {
        let path = format!("nieuws/{slug}/");
        assert_eq!(built.contains_key(&format!("{path}index.html")), published);
        let page = preview.page(&format!("/{path}"));
        assert_eq!(page.contains("class=\"draft-bar\""), !published, "{slug}");
    }
    let list = preview.page("/nieuws/");
    assert_eq!(list.matches("badge-draft").count(), 2);
}

#[test]
fn a_taken_port_says_so_and_offers_a_free_one() {
    let preview = Preview::of(Lab::new());
    let port = preview.port.to_string();
    let ran = preview.lab.run(&["serve", "--port", &port]);
    assert_eq!(ran.code, Some(3));
    let (first, help) = ran.err.trim_end().split_once('\n').expect("two lines");
    assert!(first.starts_with(&format!("error: port {port} cannot be used: ")));
    let free = help.rsplit_once(' ').expect("a port").1;
    assert_eq!(
        help,
        format!("  = help: port {free} is free: plein serve --port {free}")
    );
    assert!(free.parse::<u16>().is_ok_and(|free| free > preview.port));
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_at_once_although_a_browser_listens() {
    let mut preview = Preview::of(Lab::new());
    let mut events = events(&preview);
    next_version(&mut events);
    let id = preview.child.id().to_string();
    let started = Instant::now();
    let sent = Command::new("sh")
        .args(["-c", &format!("kill -INT {id}")])
        .status();
    assert!(sent.is_ok_and(|status| status.success()));
    assert_eq!(support::patient(&mut preview.child), Some(0));
    assert!(started.elapsed() < Duration::from_secs(1));
}
