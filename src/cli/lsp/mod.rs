//! `plein lsp`: a language server on standard input and output, for editors of every make.
//!
//! This file speaks the protocol; what can be said about a document is in [`crate::assist`], and [`desk`] holds the site
//! with the unsaved texts laid over it.

mod answer;
mod desk;
mod uri;

use super::{Common, Outcome};
use crate::assist::position::Encoding;
use desk::{Job, Shared};
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};

/// Nothing has to be said.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Some editors add this by themselves; there is no other way
    #[arg(long = "stdio", hide = true)]
    _stdio: bool,
}

/// Serves one editor until it says goodbye.
pub fn run(common: &Common) -> Outcome {
    let (connection, threads) = Connection::stdio();
    let outcome = serve(common, &connection);
    drop(connection);
    match (threads.join(), outcome) {
        (Err(error), Outcome::Fine) => {
            Outcome::MachineFailed(format!("the editor could not be understood: {error}"))
        }
        (_, outcome) => outcome,
    }
}

fn serve(common: &Common, connection: &Connection) -> Outcome {
    let (id, asked) = match connection.initialize_start() {
        Ok(asked) => asked,
        // It left before it began.
        Err(_) => return Outcome::ContentIsWrong,
    };
    let client = Client::of(&asked);
    if connection
        .initialize_finish(id, capabilities(client.encoding))
        .is_err()
    {
        return Outcome::ContentIsWrong;
    }
    if client.watches {
        let _ = connection.sender.send(watch());
    }
    let shared = Arc::new(Mutex::new(Shared::default()));
    let root = root(common, &asked);
    let (jobs, worker) = desk::start(
        common,
        connection.sender.clone(),
        client.encoding,
        Arc::clone(&shared),
    );
    let mut server = Server {
        client,
        root: None,
        texts: BTreeMap::new(),
        shared,
        jobs,
        ended: false,
    };
    if let Some(root) = root {
        server.enter(root);
    }
    let outcome = server.follow(connection);
    drop(server);
    let _ = worker.join();
    outcome
}

/// What the editor can do.
#[derive(Default, Clone, Copy)]
struct Client {
    encoding: Encoding,
    /// Snippets with places to fill in.
    snippets: bool,
    /// Tells of files that others change.
    watches: bool,
}

impl Client {
    fn of(asked: &Value) -> Self {
        let can = &asked["capabilities"];
        let encodings = can["general"]["positionEncodings"].as_array();
        let has_utf8 = encodings.is_some_and(|all| all.iter().any(|one| one == "utf-8"));
        let is = |value: &Value| *value == true;
        Client {
            encoding: if has_utf8 {
                Encoding::Utf8
            } else {
                Encoding::Utf16
            },
            snippets: is(&can["textDocument"]["completion"]["completionItem"]["snippetSupport"]),
            watches: is(&can["workspace"]["didChangeWatchedFiles"]["dynamicRegistration"]),
        }
    }
}

fn capabilities(encoding: Encoding) -> Value {
    let encoding = match encoding {
        Encoding::Utf8 => "utf-8",
        Encoding::Utf16 => "utf-16",
    };
    json!({
        "capabilities": {
            "positionEncoding": encoding,
            "textDocumentSync": { "openClose": true, "change": 1, "save": true },
            "completionProvider": { "triggerCharacters": [" ", "[", "{", "/", "("] },
            "hoverProvider": true,
            "definitionProvider": true,
            "codeActionProvider": { "codeActionKinds": ["quickfix"] },
            "documentFormattingProvider": true,
        },
        "serverInfo": { "name": "plein", "version": env!("CARGO_PKG_VERSION") },
    })
}

/// Asks to be told of files that others change.
fn watch() -> Message {
    let watchers =
        ["content", "data", "themes"].map(|part| json!({ "globPattern": format!("**/{part}/**") }));
    let wanted = json!({
        "id": "plein/files",
        "method": "workspace/didChangeWatchedFiles",
        "registerOptions": { "watchers": watchers },
    });
    let id = RequestId::from("plein/files".to_owned());
    Request::new(
        id,
        "client/registerCapability".to_owned(),
        json!({ "registrations": [wanted] }),
    )
    .into()
}

/// The folder of the site: the one that was named, else the first of the editor's that holds one.
fn root(common: &Common, asked: &Value) -> Option<PathBuf> {
    let folders = asked["workspaceFolders"].as_array().into_iter().flatten();
    let named = folders
        .filter_map(|folder| folder["uri"].as_str())
        .chain(asked["rootUri"].as_str());
    let open = named
        .filter_map(uri::path)
        .chain(asked["rootPath"].as_str().map(PathBuf::from));
    let first = (common.site != Path::new(".")).then(|| common.site.clone());
    let mut all = first.into_iter().chain(open).chain([common.site.clone()]);
    all.find(|folder| is_site(folder))
}

fn is_site(folder: &Path) -> bool {
    folder.join(crate::content::config::PATH).is_file()
}

/// A text that is open in the editor.
struct Open {
    path: String,
    text: Arc<str>,
}

struct Server {
    client: Client,
    root: Option<PathBuf>,
    /// By the address that the editor gave.
    texts: BTreeMap<String, Open>,
    shared: Arc<Mutex<Shared>>,
    jobs: Sender<Job>,
    /// Whether the editor said that it is about to leave.
    ended: bool,
}

impl Server {
    fn enter(&mut self, root: PathBuf) {
        let root = uri::canonical(&root);
        self.root = Some(root.clone());
        let _ = self.jobs.send(Job::Enter(root));
    }

    fn follow(&mut self, connection: &Connection) -> Outcome {
        for message in &connection.receiver {
            match message {
                Message::Request(request) => {
                    let answer = self.answer(request);
                    if connection.sender.send(answer.into()).is_err() {
                        break;
                    }
                }
                Message::Notification(told) if told.method == "exit" => break,
                Message::Notification(told) => self.hear(&told),
                // What the editor says of our own request changes nothing.
                Message::Response(_) => {}
            }
        }
        match self.ended {
            true => Outcome::Fine,
            false => Outcome::ContentIsWrong,
        }
    }

    fn answer(&mut self, request: Request) -> Response {
        let Request { id, method, params } = request;
        if self.ended {
            let said = "the server was shut down".to_owned();
            return Response::new_err(id, ErrorCode::InvalidRequest as i32, said);
        }
        let answer = match method.as_str() {
            "shutdown" => {
                self.ended = true;
                Value::Null
            }
            "textDocument/completion" => self.at(&params, answer::completion),
            "textDocument/hover" => self.at(&params, answer::hover),
            "textDocument/definition" => self.at(&params, answer::definition),
            "textDocument/codeAction" => self.at(&params, answer::actions),
            "textDocument/formatting" => self.at(&params, answer::formatting),
            _ => {
                let said = format!("`{method}` is not known here");
                return Response::new_err(id, ErrorCode::MethodNotFound as i32, said);
            }
        };
        Response::new_ok(id, answer)
    }

    /// Answers about a document; nothing about one that is not open or no part of the site.
    fn at(&self, params: &Value, answer: fn(&answer::Asked) -> Option<Value>) -> Value {
        let uri = params["textDocument"]["uri"].as_str().unwrap_or("");
        let Some(open) = self.texts.get(uri) else {
            return Value::Null;
        };
        let shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = answer::Asked {
            params,
            uri,
            path: &open.path,
            text: &open.text,
            root: self.root.as_deref(),
            encoding: self.client.encoding,
            snippets: self.client.snippets,
            shared: &shared,
        };
        answer(&asked).unwrap_or(Value::Null)
    }

    fn hear(&mut self, told: &Notification) {
        let document = &told.params["textDocument"];
        let uri = document["uri"].as_str().unwrap_or("");
        match told.method.as_str() {
            "textDocument/didOpen" => {
                if let Some(text) = document["text"].as_str() {
                    self.write(uri, text);
                }
            }
            "textDocument/didChange" => {
                let changes = told.params["contentChanges"].as_array();
                if let Some(text) = changes.and_then(|all| all.last()?["text"].as_str()) {
                    self.write(uri, text);
                }
            }
            "textDocument/didClose" => {
                if let Some(open) = self.texts.remove(uri) {
                    let _ = self.jobs.send(Job::Close(open.path));
                }
            }
            "textDocument/didSave" => self.changed(uri::path(uri).into_iter().collect()),
            "workspace/didChangeWatchedFiles" => {
                let changes = told.params["changes"].as_array().into_iter().flatten();
                let files = changes.filter_map(|change| uri::path(change["uri"].as_str()?));
                self.changed(files.collect());
            }
            _ => {}
        }
    }

    fn changed(&self, files: Vec<PathBuf>) {
        let files = files.iter().map(|file| uri::canonical(file)).collect();
        let _ = self.jobs.send(Job::Changed(files));
    }

    fn write(&mut self, uri: &str, text: &str) {
        let Some(file) = uri::path(uri) else { return };
        let file = uri::canonical(&file);
        if self.root.is_none()
            && let Some(root) = file.ancestors().find(|folder| is_site(folder))
        {
            self.enter(root.to_owned());
        }
        let Some(path) = self.root.as_ref().and_then(|root| uri::within(root, &file)) else {
            return;
        };
        let text: Arc<str> = text.into();
        let open = Open {
            path: path.clone(),
            text: Arc::clone(&text),
        };
        self.texts.insert(uri.to_owned(), open);
        let _ = self.jobs.send(Job::Text(path, uri.to_owned(), text));
    }
}
