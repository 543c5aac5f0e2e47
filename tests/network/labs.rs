//! Labs in three cities that harvest one another, while one of them changes and is away for a night.

use super::peer::{Peer, Reply};
use super::support::{Files, Lab, Ran};
use serde_json::Value;
use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A lab with a site that is served.
pub struct City {
    pub name: &'static str,
    pub lab: Arc<Lab>,
    /// It is served as long as it is known.
    _peer: Peer,
    down: Arc<AtomicBool>,
    port: u16,
}

/// A city: its name, language and zone, and whether its host knows the rules for change feeds.
pub const CITIES: [(&str, &str, &str, bool); 3] = [
    ("almere", "nl", "Europe/Amsterdam", true),
    ("lisboa", "en", "Europe/Lisbon", false),
    ("wien", "de", "Europe/Vienna", true),
];

/// The labs, each with an embassy for the two others.
pub fn cities() -> Vec<City> {
    let listeners: Vec<TcpListener> = CITIES
        .iter()
        .map(|_| TcpListener::bind("127.0.0.1:0").unwrap())
        .collect();
    let ports: Vec<u16> = listeners
        .iter()
        .map(|it| it.local_addr().unwrap().port())
        .collect();
    let one = |(n, listener): (usize, TcpListener)| {
        let (name, language, zone, rules) = CITIES[n];
        let lab = Lab::empty();
        let license = if name == "wien" {
            ""
        } else {
            "license: https://creativecommons.org/licenses/by/4.0/\n"
        };
        lab.put("data/site.yaml", format!(
            "title: Lab {name}\nurl: http://127.0.0.1:{}\nuid_domain: {name}.example\nlanguages: [{language}]\ntimezone: {zone}\n\
             since: 2026-01-01\ncards: false\n{license}publisher: {{ name: Lab {name} }}\n", ports[n]));
        lab.put(".gitignore", "public\n");
        for m in (0..3).filter(|m| *m != n) {
            let (other, _, zone, _) = CITIES[m];
            // Three ways to name the same: the catalogue, the home page, the page about the data.
            let path = ["catalog.ttl", "", "data/"][(n + m) % 3];
            lab.put(&format!("content/embassies/{other}.md"), format!(
                "---\ntitle: Embassy {other}\ncity: {other}\ncountry: NL\ntimezone: {zone}\ncatalog: http://127.0.0.1:{}/{path}\n---\n", ports[m]));
        }
        for (slug, day) in [("soup", 1), ("repair", 2), ("debate", 3)] {
            lab.put(&format!("content/events/{slug}.md"), format!(
                "---\ntitle: {slug} in {name}\nsummary: Come and see.\nstart: 2026-12-0{day}T19:30\nduration: 2h\n\
                 contact: {{ name: Desk, email: desk@{name}.example, public: true }}\n---\n\nWelcome.\n"));
        }
        lab.put("content/events/weekly.md", format!(
            "---\ntitle: Weekly in {name}\nstart: 2026-11-04T18:00\nduration: 1h\nrepeat: {{ every: week, on: wednesday, until: 2027-02-24 }}\n---\n"));
        lab.put("content/initiatives/garden.md", format!(
            "---\ntitle: Garden of {name}\nstage: running\nlocation: {{ city: {name}, country: NL, lat: 38.7{n}, lon: -9.1{n} }}\n---\n"));
        exchange(&lab, name);
        lab.put("content/practices/shed.md", format!("---\ntitle: Tool shed of {name}\nsummary: Lend tools.\napproach: Begin small.\n---\n"));
        lab.git("2026-11-20T10:00:00Z", &["init", "-q", "-b", "main"]);
        let (lab, down) = (Arc::new(lab), Arc::new(AtomicBool::new(false)));
        let peer = Peer::on(listener, serve(lab.clone(), down.clone(), rules));
        City {
            name,
            lab,
            _peer: peer,
            down,
            port: ports[n],
        }
    };
    listeners.into_iter().enumerate().map(one).collect()
}

/// What a lab files its records under, in its own words, and what it asks or offers.
fn exchange(lab: &Lab, name: &str) {
    let food = "maps_to: [http://publications.europa.eu/resource/authority/data-theme/AGRI]";
    let (topic, title) = match name {
        "almere" => ("eten", "nl: Eten"),
        "lisboa" => ("comida", "en: Cooking"),
        _ => ("essen", "de: Essen"),
    };
    lab.put(
        "data/topics.yaml",
        format!("- id: {topic}\n  title: {{ {title} }}\n  {food}\n"),
    );
    let notice = |slug: &str, direction: &str, more: &str| {
        lab.put(&format!("content/notices/{slug}.md"), format!(
            "---\ntitle: {slug} of {name}\ntopics: [{topic}]\ndirection: {direction}\n{more}languages: [en]\n---\n"));
    };
    match name {
        "almere" => {
            notice("question", "need", "category: knowledge\n");
            notice("pans", "need", "category: material\n");
            lab.put("content/events/trip.md", "---\ntitle: Trip of almere\ntype: field_trip\nstart: 2027-03-18T10:00\nembassies: [lisboa, wien]\n---\n");
        }
        _ => {
            notice("lesson", "offer", "category: knowledge\n");
            notice(
                "old",
                "offer",
                "category: knowledge\nvalid_until: 2026-11-23\n",
            );
            notice("pots", "offer", "category: material\n");
        }
    }
}

/// A host for static files; with rules for change feeds, or without.
fn serve(
    lab: Arc<Lab>,
    down: Arc<AtomicBool>,
    rules: bool,
) -> impl Fn(&super::peer::Request) -> Reply + Send + Sync + 'static {
    move |request| {
        if down.load(Ordering::Relaxed) {
            return Reply {
                status: 503,
                ..Reply::default()
            };
        }
        let (path, query) = match request.path.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (&*request.path, None),
        };
        let file = if rules {
            plein::output::rpde::file(path, query)
        } else {
            None
        };
        let path = file.unwrap_or_else(|| path.to_owned());
        let path = if path.ends_with('/') {
            format!("{path}index.html")
        } else {
            path
        };
        let Ok(bytes) = std::fs::read(lab.path(&format!("public{path}"))) else {
            return Reply::missing();
        };
        let media_type = match path.rsplit('.').next() {
            Some("html") => "text/html; charset=utf-8",
            Some("ttl") => "text/turtle",
            Some("json" | "jsonld") => "application/json",
            _ => "application/octet-stream",
        };
        let etag = format!("\"{}\"", blake3::hash(&bytes).to_hex());
        if request.headers.contains(&etag) {
            return Reply {
                status: 304,
                ..Reply::default()
            };
        }
        let mut reply = Reply::bytes(media_type, bytes);
        reply.headers.push(("ETag".to_owned(), etag));
        reply
    }
}

impl City {
    /// Commits and publishes what the lab holds.
    pub fn publish(&self, at: &str) {
        self.lab.git(at, &["add", "-A"]);
        self.lab
            .git(at, &["commit", "-q", "--allow-empty", "-m", "edit"]);
        let ran = self.lab.run(&["build", "--now", at]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
    }

    pub fn harvest(&self, at: &str, more: &[&str]) -> Ran {
        let mut arguments = vec!["harvest", "--allow-loopback", "--now", at];
        arguments.extend(more);
        self.lab.run(&arguments)
    }

    pub fn go_away(&self, away: bool) {
        self.down.store(away, Ordering::Relaxed);
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The files that were harvested.
    pub fn harvested(&self) -> Files {
        super::support::files(&self.lab.path("data/harvest"))
    }

    /// What was harvested of another city, by identifier.
    pub fn records_of(&self, other: &City) -> BTreeMap<String, Value> {
        let files = super::support::files(&self.lab.path(&format!("data/harvest/{}", other.name)));
        let count = files.len();
        let record = |bytes: Vec<u8>| {
            let record: Value = serde_json::from_slice(&bytes).unwrap();
            (record["id"].as_str().unwrap().to_owned(), record)
        };
        let records: BTreeMap<String, Value> = files.into_values().map(record).collect();
        assert_eq!(records.len(), count, "nothing is there twice");
        records
    }

    /// What the site itself publishes of the kinds that others take, by identifier.
    pub fn published(&self) -> BTreeMap<String, Value> {
        let folders = ["events", "initiatives", "practices", "calls", "notices"];
        let read = |folder: &str| {
            let bytes =
                std::fs::read(self.lab.path(&format!("public/data/v1/{folder}.json"))).unwrap();
            let set: Value = serde_json::from_slice(&bytes).unwrap();
            set["items"].as_array().unwrap().clone()
        };
        let items = folders.into_iter().flat_map(read);
        items
            .map(|item| (item["id"].as_str().unwrap().to_owned(), item))
            .collect()
    }
}
