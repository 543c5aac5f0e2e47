//! EDGE: tries links to other sites, for `plein check --links`.
//!
//! The requests are made by `curl`, which nearly every machine has: it brings the certificates, proxies and
//! protocols of the system, and a program that builds sites need not carry a second browser for it.

#![expect(
    clippy::disallowed_methods,
    reason = "edge: the network, the clock and a file of its own"
)]

use super::{Common, report};
use crate::check::elsewhere::{Answer, host};
use crate::diagnostic::Words;
use crate::harvest::gates::Gates;
use crate::say;
use crate::source::Sources;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Where answers are kept, below the folder of the site.
const CACHE: &str = ".plein/links.json";
/// For so long a good answer is believed, in hours.
const GOOD: i64 = 7 * 24;
/// For so long a bad one is, in hours.
const BAD: i64 = 1;
/// So many hosts are asked at a time; each by itself gets one request after the other.
const HOSTS: usize = 8;
/// What a host gets to rest between two requests.
const PAUSE: Duration = Duration::from_millis(300);
/// So often an address may lead on.
const HOPS: usize = 8;
/// What says who asks.
const AGENT: &str = concat!(
    "Plein/",
    env!("CARGO_PKG_VERSION"),
    " (plein check --links)"
);

/// An answer, and when it was given.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Seen {
    at: Timestamp,
    answer: Answer,
}

type Cache = BTreeMap<String, Seen>;

/// What a host said.
struct Reply {
    status: u16,
    /// Where it sends us, as a whole address.
    on: Option<String>,
}

/// Tries every address that was not tried lately. `Err` when the machine has no `curl`.
pub fn answers<'a>(
    (common, sources): (&Common, &Sources),
    addresses: impl Iterator<Item = &'a String>,
    now: Timestamp,
) -> Result<BTreeMap<String, Answer>, String> {
    let file = common.site.join(CACHE);
    let old = read(&file);
    let mut cache = Cache::new();
    let mut hosts: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for address in addresses {
        match old.get(address).filter(|seen| is_fresh(seen, now)) {
            Some(seen) => drop(cache.insert(address.clone(), seen.clone())),
            None => hosts.entry(host(address)).or_default().push(address),
        }
    }
    let (known, hosts) = (cache.len(), Vec::from_iter(hosts.into_values()));
    let new: usize = hosts.iter().map(Vec::len).sum();
    if new > 0 {
        is_there()?;
    }
    if !common.quiet {
        let count = hosts.len();
        let told = say!(
            "links to other sites: {} to try, on {} hosts; {} were tried not long ago",
            new,
            count,
            known
        );
        report::narrate(told.to(common.language(sources)));
    }
    for (address, answer) in try_all(&hosts) {
        cache.insert(address, Seen { at: now, answer });
    }
    write(&file, &cache);
    let answers = cache
        .into_iter()
        .map(|(address, seen)| (address, seen.answer));
    Ok(answers.collect())
}

/// What was found, in one line.
pub fn summary(answers: &BTreeMap<String, Answer>) -> Words {
    let count = |is: fn(&Answer) -> bool| answers.values().filter(|answer| is(answer)).count();
    say!(
        "{} links to other sites: {} fine, {} moved, {} broken, {} could not be reached",
        answers.len(),
        count(|answer| matches!(answer, Answer::Fine)),
        count(|answer| matches!(answer, Answer::Moved(_))),
        count(|answer| matches!(answer, Answer::Gone(_))),
        count(|answer| matches!(answer, Answer::Unclear(_))),
    )
}

fn is_fresh(seen: &Seen, now: Timestamp) -> bool {
    let good = matches!(seen.answer, Answer::Fine | Answer::Moved(_));
    let limit = if good { GOOD } else { BAD };
    let until = seen.at.saturating_add(limit.hours());
    seen.at <= now && until.is_ok_and(|until| now < until)
}

/// Answers that cannot be read are asked for again.
fn read(file: &Path) -> Cache {
    let text = std::fs::read(file).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

/// Answers that cannot be kept are asked for again, too: no reason to stop.
fn write(file: &Path, cache: &Cache) {
    let text = serde_json::to_vec_pretty(cache).unwrap_or_default();
    let folder = file.parent().map(Path::to_path_buf).unwrap_or_default();
    let kept = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(file, text));
    if let Err(error) = kept {
        report::narrate(format_args!(
            "the answers could not be kept in {CACHE}: {error}"
        ));
    }
}

/// Whether the machine can ask at all.
fn is_there() -> Result<(), String> {
    let asked = Command::new("curl")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    asked.map(drop).map_err(|_| {
        "links to other sites are tried with `curl`, which this machine does not have\n  \
         = help: install curl, or leave `--links` out"
            .to_owned()
    })
}

/// Tries the addresses of each host in turn, several hosts at a time.
fn try_all(hosts: &[Vec<&str>]) -> Vec<(String, Answer)> {
    let (next, gates, done) = (
        AtomicUsize::new(0),
        Gates::default(),
        Mutex::new(Vec::new()),
    );
    std::thread::scope(|scope| {
        for _ in 0..HOSTS.min(hosts.len()) {
            scope.spawn(|| {
                while let Some(addresses) = hosts.get(next.fetch_add(1, Ordering::Relaxed)) {
                    for address in addresses {
                        let answer = try_one(&gates, address);
                        let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                        done.push(((*address).to_owned(), answer));
                    }
                }
            });
        }
    });
    done.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Follows an address to its end.
fn try_one(gates: &Gates, address: &str) -> Answer {
    let (mut at, mut for_good) = (address.to_owned(), true);
    let mut moved = None;
    for _ in 0..HOPS {
        let mut reply = gates.ask(host(&at), PAUSE, || curl(&at, false));
        // Some hosts know no HEAD, and say so in many ways.
        if matches!(&reply, Ok(Reply { status: 400.., .. })) {
            reply = gates.ask(host(&at), PAUSE, || curl(&at, true));
        }
        let reply = match reply {
            Ok(reply) => reply,
            Err(reason) => return Answer::Unclear(reason.into()),
        };
        match (reply.status, reply.on) {
            (200..300, _) => return moved.map_or(Answer::Fine, Answer::Moved),
            (300..400, Some(on)) => {
                for_good &= matches!(reply.status, 301 | 308);
                if for_good {
                    moved = Some(on.clone());
                }
                at = on;
            }
            (status @ (404 | 410), _) => return Answer::Gone(status),
            (status, _) => return Answer::Unclear(say!("its host answers {}", status)),
        }
    }
    Answer::Unclear(say!("it leads on and on"))
}

/// One request: its head only, or the whole.
fn curl(address: &str, whole: bool) -> Result<Reply, String> {
    let nowhere = if cfg!(windows) { "NUL" } else { "/dev/null" };
    let method = if whole { "--get" } else { "--head" };
    let asked = Command::new("curl")
        // First: whatever somebody wrote into their own ~/.curlrc is not meant here.
        .args(["--disable", "--silent", "--show-error", "--globoff", method])
        .args(["--proto", "=http,https", "--user-agent", AGENT])
        .args(["--connect-timeout", "10", "--max-time", "20"])
        .args(["--max-filesize", "2000000", "--output", nowhere])
        .args(["--write-out", "%{http_code} %{redirect_url}"])
        .args(["--url", address])
        .stdin(Stdio::null())
        .output();
    let output = asked.map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout);
    let (status, on) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
    match status.parse() {
        Ok(status @ 100..) => Ok(Reply {
            status,
            on: Some(on.trim().to_owned()).filter(|on| !on.is_empty()),
        }),
        _ => {
            let words = String::from_utf8_lossy(&output.stderr);
            let reason = words.lines().next().unwrap_or("no answer");
            // `curl: (6) Could not resolve host: x`
            let reason = reason.split_once(") ").map_or(reason, |(_, rest)| rest);
            Err(reason.trim().to_lowercase())
        }
    }
}
