//! Peers that mean harm get nothing, and each time a reason.

use super::peer::{Peer, Reply};
use plein::diagnostic::Language;
use plein::harvest::address::Rules;
use plein::harvest::asking::{Answer, Ask, Version};
use plein::harvest::fetch::{Client, Limits};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

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
