//! `plein check --links`: links to other sites, tried on a host that stands beside the test.

#![allow(clippy::disallowed_methods, reason = "tests look at real files")]

mod support;

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use support::{Lab, NOW, Ran};

/// A host on this machine that remembers what it was asked.
struct Host {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
    /// The most requests at one time.
    most: Arc<AtomicUsize>,
}

impl Host {
    fn new() -> Host {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (asked, most) = (Arc::new(Mutex::new(vec![])), Arc::new(AtomicUsize::new(0)));
        let (log, highest, now) = (asked.clone(), most.clone(), Arc::new(AtomicUsize::new(0)));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, highest, now) = (log.clone(), highest.clone(), now.clone());
                std::thread::spawn(move || {
                    highest.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    answer(stream, &log);
                    now.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Host { port, asked, most }
    }

    fn at(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// What was asked since the last time, in order.
    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().expect("a log"))
    }
}

fn answer(mut stream: TcpStream, log: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(stream.try_clone().expect("a stream")).lines();
    let request = lines.next().and_then(Result::ok).unwrap_or_default();
    let headers: Vec<String> = lines
        .map_while(Result::ok)
        .take_while(|line| !line.is_empty())
        .collect();
    let agent = |line: &String| line.to_lowercase().starts_with("user-agent: plein/");
    let named = headers.iter().any(agent);
    let (method, path) = request.split_once(' ').unwrap_or_default();
    let path = path.split(' ').next().unwrap_or("");
    let mark = if named { "" } else { " without a name" };
    let line = format!("{method} {path}{mark}");
    log.lock().expect("a log").push(line);
    let (status, more) = match (method, path) {
        (_, "/goed" | "/nieuw") => ("200 OK", ""),
        (_, "/oud") => ("301 Moved Permanently", "Location: /nieuw\r\n"),
        (_, "/even") => ("302 Found", "Location: /goed\r\n"),
        (_, "/rond") => ("302 Found", "Location: /rond\r\n"),
        ("HEAD", "/schuw") => ("405 Method Not Allowed", ""),
        ("GET", "/schuw") => ("200 OK", ""),
        (_, "/ziek") => ("503 Service Unavailable", ""),
        _ => ("404 Not Found", ""),
    };
    let _ = write!(
        stream,
        "HTTP/1.1 {status}\r\n{more}Content-Length: 0\r\nConnection: close\r\n\r\n"
    );
}

/// A lab without links, and without an agenda that runs dry.
fn lab() -> Lab {
    let lab = Lab::new();
    let license = "license: https://creativecommons.org/licenses/by/4.0/\n";
    lab.edit("data/site.yaml", license, "");
    lab.remove("content/events/soep.md");
    lab
}

/// Checks the lab at a moment.
fn check(lab: &Lab, now: &str) -> Ran {
    let mut command = lab.plein(&["check", "--links", "--now", now, "--color", "never"]);
    command.env("no_proxy", "127.0.0.1");
    lab.wait(command)
}

/// The first line of each message, its place, and the mend.
fn told(ran: &Ran) -> Vec<String> {
    let words = ["warning", "error", "-->", "= help"];
    let lines = ran.err.lines().map(str::trim);
    lines
        .filter(|line| words.iter().any(|word| line.starts_with(word)))
        .map(str::to_owned)
        .collect()
}

#[test]
fn links_to_other_sites_are_tried_politely_told_at_their_place_and_remembered() {
    let host = Host::new();
    let lab = lab();
    let body = format!(
        "[a]({}), [b]({}), [c]({}) en [nog eens]({}#deel)\n\n[d]({}) <https://elders.example/>\n",
        host.at("/goed"),
        host.at("/even"),
        host.at("/schuw"),
        host.at("/goed"),
        host.at("/weg"),
    );
    lab.put(
        "content/organisations/wijk.md",
        format!(
            "---\ntitle: Wijk\nurl: {}\nsame_as:\n  - {}\ncontact:\n  url: {}\n---\n{body}",
            host.at("/oud"),
            host.at("/ziek"),
            host.at("/geheim"),
        ),
    );
    let ran = check(&lab, NOW);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let place = |place: &str| format!("--> content/organisations/wijk.md:{place}");
    let expected = [
        format!("warning[link/moved]: `{}` has moved for good", host.at("/oud")),
        place("3:6"),
        format!("= help: write `{}`", host.at("/nieuw")),
        format!(
            "warning[link/unreachable]: `{}` could not be reached: its host answers 503",
            host.at("/ziek")
        ),
        place("5:5"),
        "= help: open it in a browser: some hosts answer people only, and some are down for an hour"
            .to_owned(),
        format!(
            "warning[link/broken]: `{}` leads nowhere: its host answers 404",
            host.at("/weg")
        ),
        place("11:1"),
        "= help: look for its new address, or for a copy on web.archive.org; else remove the link"
            .to_owned(),
    ];
    let links = told(&ran);
    assert_eq!(links, expected, "{}", ran.err);
    let found = "6 links to other sites: 3 fine, 1 moved, 1 broken, 1 could not be reached";
    assert!(ran.err.contains(found), "{}", ran.err);
    let all = [
        "HEAD /even",
        "HEAD /goed",
        "HEAD /goed",
        "HEAD /oud",
        "HEAD /nieuw",
        "HEAD /schuw",
        "GET /schuw",
        "HEAD /weg",
        "GET /weg",
        "HEAD /ziek",
        "GET /ziek",
    ];
    assert_eq!(host.asked(), all);
    assert_eq!(host.most.load(Ordering::SeqCst), 1, "one at a time");

    // Half an hour later nothing is asked again, two hours later only what was wrong.
    let again = check(&lab, "2026-11-22T12:30:00+01:00");
    assert_eq!((told(&again), host.asked()), (links, vec![]));
    check(&lab, "2026-11-22T14:00:00+01:00");
    let wrong = ["HEAD /weg", "GET /weg", "HEAD /ziek", "GET /ziek"];
    assert_eq!(host.asked(), wrong);
}

#[test]
fn what_does_not_answer_is_told_and_can_be_switched_off() {
    let host = Host::new();
    let lab = lab();
    // Nobody listens on a port that was given back.
    let closed = TcpListener::bind("127.0.0.1:0")
        .expect("a port")
        .local_addr();
    let closed = format!("http://{}/", closed.expect("an address"));
    lab.put(
        "content/pages/ver.md",
        format!("---\ntitle: Ver\n---\n<{closed}>\n"),
    );
    lab.put(".plein/links.json", "{ no answers");
    let ran = check(&lab, NOW);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let first =
        format!("warning[link/unreachable]: `{closed}` could not be reached: failed to connect");
    assert!(
        told(&ran).iter().any(|line| line.starts_with(&first)),
        "{}",
        ran.err
    );
    let rule = "off: [{ code: link/unreachable, file: content/pages/, reason: far away }, ";
    lab.edit("data/site.yaml", "off: [", rule);
    assert_eq!(told(&check(&lab, NOW)), Vec::<String>::new());

    lab.put(
        "content/pages/ver.md",
        format!("---\ntitle: Ver\n---\n<{}>\n", host.at("/rond")),
    );
    lab.edit("data/site.yaml", rule, "off: [");
    let ran = check(&lab, NOW);
    assert!(ran.err.contains("it leads on and on"), "{}", ran.err);
    assert_eq!(host.asked().len(), 8);
}
