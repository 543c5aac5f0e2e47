//! EDGE (of the preview): a form beside each page, for who edits the site on their own machine.
//!
//! It is there only when asked for, listens only to this machine, and answers only who has the token that was printed at
//! the start, from a page of its own address: another site in the same browser can neither read nor write.

mod git;
mod picture;
mod rename;
mod store;
mod when;

use super::Live;
use crate::content::KINDS;
use crate::content::vocabulary::Vocabulary;
use crate::diagnostic::Language;
use crate::edit::form::{Words, form};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::hash::{BuildHasher as _, Hasher as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// As large as what a browser hands over may be: a picture, and a little more, so that who sends too much is told so.
pub const LARGEST: usize = 2 * picture::MOST;
/// Where everything of the editor lies.
pub const ROOT: &str = "/_plein/edit";
const PAGE: &str = include_str!("edit.html");
const SCRIPT: &str = include_str!("edit.js");
const STYLE: &str = include_str!("edit.css");

/// Edits the site that a preview shows.
pub struct Editor {
    live: Arc<Live>,
    root: PathBuf,
    token: String,
    /// The names under which this machine is asked for: anything else is another site that pretends to be here.
    hosts: Vec<String>,
    words: Words,
    /// One change after the other.
    work: Mutex<()>,
}

/// What is answered: a status, and JSON.
type Answer = (StatusCode, Value);

impl Editor {
    /// An editor for a preview at an address of this machine, in a language.
    pub fn new(live: Arc<Live>, root: PathBuf, address: SocketAddr, language: &str) -> Editor {
        let port = address.port();
        Editor {
            live,
            root,
            token: token(),
            hosts: ["127.0.0.1", "localhost", "[::1]"]
                .iter()
                .map(|name| format!("{name}:{port}"))
                .collect(),
            words: Words::of(language),
            work: Mutex::default(),
        }
    }

    /// The language in which it tells what is wrong: that of the form.
    fn language(&self) -> Language {
        Language::of(self.words.language)
    }

    /// Where the editor is, with the token that it asks for.
    pub fn path(&self) -> String {
        format!("{ROOT}?token={}", self.token)
    }

    /// A link from a page of the preview to the form for it; nothing for who asks under another name, nor beside the form.
    pub fn link(&self, headers: &HeaderMap, page: &str) -> String {
        let is_beside = headers
            .get("sec-fetch-dest")
            .is_some_and(|to| to == "iframe");
        if !self.is_here(headers) || is_beside {
            return String::new();
        }
        let page = crate::content::markdown::escape(page);
        let (path, text) = (self.path(), self.words.say("edit"));
        format!(
            "<link rel=\"stylesheet\" href=\"{ROOT}/edit.css\">\n<a class=\"plein-edit-link\" target=\"_top\" href=\"{path}#{page}\">{text}</a>\n"
        )
    }

    /// Answers a request below [`ROOT`].
    pub fn answer(&self, method: &Method, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Response {
        let path = uri.path().strip_prefix(ROOT).unwrap_or("");
        match path {
            "/edit.js" => return file("text/javascript; charset=utf-8", SCRIPT),
            "/edit.css" => return file("text/css; charset=utf-8", STYLE),
            _ => {}
        }
        if !self.is_allowed(method, uri, headers) {
            let words = "ask for this page by the address that `plein serve --edit` printed";
            return (StatusCode::FORBIDDEN, words).into_response();
        }
        let asked = |name: &str| query(uri, name).unwrap_or_default();
        let (status, answer) = match (method, path) {
            (&Method::GET, "" | "/") => {
                let page = PAGE.replace("{lang}", self.words.language);
                let page = page.replace("{title}", self.words.say("title"));
                return file("text/html; charset=utf-8", &page);
            }
            (&Method::GET, "/site") => (StatusCode::OK, self.site()),
            (&Method::GET, "/at") => (StatusCode::OK, json!(self.at(&asked("path")))),
            (&Method::GET, "/record") => self.record(&asked("file")),
            (&Method::GET, "/diff") => git::diff(&self.root),
            (&Method::POST, "/picture") => {
                let _one = self.work.lock().unwrap_or_else(PoisonError::into_inner);
                self.picture(&asked("name"), body)
            }
            (&Method::POST, _) => {
                let _one = self.work.lock().unwrap_or_else(PoisonError::into_inner);
                let asked: Value = serde_json::from_slice(body).unwrap_or_default();
                match path {
                    "/save" => self.save(&asked),
                    "/when" => self.when(&asked),
                    "/create" => self.create(&asked),
                    "/remove" => self.remove(&asked),
                    "/rename" => self.rename(&asked),
                    "/commit" => git::commit(&self.root, asked["message"].as_str().unwrap_or("")),
                    _ => (StatusCode::NOT_FOUND, Value::Null),
                }
            }
            _ => (StatusCode::NOT_FOUND, Value::Null),
        };
        let type_ = [
            (header::CONTENT_TYPE, "application/json"),
            (header::CACHE_CONTROL, "no-store"),
        ];
        (status, type_, answer.to_string()).into_response()
    }

    /// Whether a request is for this machine by one of its own names.
    fn is_here(&self, headers: &HeaderMap) -> bool {
        let host = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok());
        host.is_some_and(|host| self.hosts.iter().any(|own| own == host))
    }

    /// Whether a request comes from a page of ours, with the token.
    fn is_allowed(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> bool {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let origin = text("origin").and_then(|origin| origin.strip_prefix("http://"));
        let is_same = match text("origin") {
            Some(_) => origin.is_some_and(|origin| self.hosts.iter().any(|own| own == origin)),
            None => *method == Method::GET || text("sec-fetch-site") == Some("same-origin"),
        };
        let shown = text("x-plein-token").map(str::to_owned);
        // In an address it is good for the page only, which then asks for everything else with a header.
        let in_address =
            || query(uri, "token").filter(|_| uri.path().trim_end_matches('/') == ROOT);
        self.is_here(headers)
            && is_same
            && shown.or_else(in_address).as_deref() == Some(&*self.token)
    }

    /// Everything that the form needs to know once.
    fn site(&self) -> Value {
        let standing = self.live.standing();
        let site = standing.site.as_ref().map(|site| &site.0.site);
        let words = &self.words;
        let kinds = KINDS.iter().map(|kind| {
            let named = site.and_then(|site| {
                let own = site.languages.get(words.language).or_else(|| site.languages.values().next());
                own?.kinds.get(kind.name)
            });
            let label = named.map_or(kind.name, |words| &words.one);
            json!({"name": kind.name, "folder": kind.folder, "label": label, "form": form(kind, words)})
        });
        let records = site.into_iter().flat_map(|site| {
            site.entries
                .iter()
                .filter(|entry| !entry.removed)
                .map(|entry| {
                    let code = &site.codes[0];
                    json!({
                        "file": self.original(entry.kind, &entry.slug),
                        "kind": entry.kind.name,
                        "folder": entry.kind.folder,
                        "slug": entry.slug,
                        "title": entry.version(code).common.title.0,
                    })
                })
        });
        let terms = |vocabulary: Vocabulary| -> Vec<Value> {
            let terms = site.into_iter().flat_map(|site| {
                let label = |term: &crate::content::vocabulary::Term| {
                    site.text(&term.title, &site.codes[0]).to_owned()
                };
                site.terms(vocabulary)
                    .iter()
                    .map(move |term| json!({"value": term.id.value.0, "label": label(term)}))
            });
            terms.collect()
        };
        json!({
            "words": words.interface(),
            "language": words.language,
            "kinds": kinds.collect::<Vec<_>>(),
            "records": records.collect::<Vec<_>>(),
            "languages": site.map(|site| &site.codes),
            "pictures": self.pictures(),
            "vocabularies": {
                "topics": terms(Vocabulary::Topics),
                "neighbourhoods": terms(Vocabulary::Neighbourhoods),
            },
        })
    }

    /// The file of the record that a page shows, in the language of the page where it has one.
    fn at(&self, path: &str) -> Option<String> {
        use crate::output::Subject;
        let standing = self.live.standing();
        let (press, plan) = &**standing.site.as_ref()?;
        let artifact = plan.find(path)?;
        let Subject::Entry(id) = artifact.subject else {
            return None;
        };
        let entry = press.site.entry(id);
        let language = artifact.language.and_then(|n| press.site.codes.get(n));
        let version = language.map(|code| entry.version(code).language.as_str());
        let translated = version.filter(|code| **code != press.site.codes[0]);
        Some(match translated {
            Some(code) => store::translation_of(entry.kind, &entry.slug, code),
            None => self.original(entry.kind, &entry.slug),
        })
    }
}

/// 128 bits that nobody can guess: the standard library seeds its hashers from the system's randomness.
fn token() -> String {
    let part = || std::hash::RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", part(), part())
}

fn query(uri: &Uri, name: &str) -> Option<String> {
    let pairs = uri
        .query()?
        .split('&')
        .filter_map(|pair| pair.split_once('='));
    let found = pairs.into_iter().find(|(key, _)| *key == name);
    found.map(|(_, value)| super::respond::decode(value))
}

fn file(type_: &'static str, text: &str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, type_),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'none'; base-uri 'none'",
        ),
    ];
    (headers, text.to_owned()).into_response()
}
