//! The site while somebody writes: what is on the disk with the unsaved texts laid over it, checked after each pause.

use super::uri;
use crate::assist::position::{Encoding, position};
use crate::assist::{Known, mend};
use crate::check::off::Off;
use crate::check::{Check, RULES};
use crate::cli::Common;
use crate::content::parse::Cache;
use crate::diagnostic::{Diagnostic, Language, Severity};
use crate::press::{self, Inputs};
use crate::site::Site;
use crate::source::disk::{self, Folder};
use crate::source::history::{self, Log};
use crate::source::{Source, Sources, Span};
use lsp_server::{Message, Notification};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// How long nobody types before the site is checked.
const PAUSE: Duration = Duration::from_millis(150);

/// What happened.
pub enum Job {
    /// The folder of the site is known.
    Enter(PathBuf),
    /// A file has this text now: its path, its address, and the text.
    Text(String, String, Arc<str>),
    /// A file is as it is on the disk.
    Close(String),
    /// Files on the disk changed.
    Changed(Vec<PathBuf>),
}

/// What answers need to know.
#[derive(Default)]
pub struct Shared {
    /// What the site knows, as of the last time that it could be read.
    pub known: Known,
    /// The texts that it was read from.
    pub sources: Sources,
    /// The language in which editors are told things.
    pub language: Language,
    /// The default language of the site.
    pub default: Option<String>,
    /// Mends by file: the mistake as it was published, and what to write.
    pub mends: BTreeMap<String, Vec<(Value, Value)>>,
}

/// The way to the editor.
type Editor = crossbeam_channel::Sender<Message>;

/// Begins to follow what happens. It ends when nobody can tell it anything any more.
pub fn start(
    common: &Common,
    editor: Editor,
    encoding: Encoding,
    shared: Arc<Mutex<Shared>>,
) -> (Sender<Job>, JoinHandle<()>) {
    let (sender, jobs) = channel();
    let common = common.clone();
    let desk = Desk {
        common,
        editor,
        encoding,
        shared,
        site: None,
        open: BTreeMap::new(),
        told: vec![],
    };
    (sender, std::thread::spawn(move || desk.follow(&jobs)))
}

/// A site on the disk.
struct OnDisk {
    root: PathBuf,
    folder: Folder,
    log: Log,
    cache: Cache,
}

struct Desk {
    common: Common,
    editor: Editor,
    encoding: Encoding,
    shared: Arc<Mutex<Shared>>,
    site: Option<OnDisk>,
    /// Unsaved texts by path, each with the address that the editor has for it.
    open: BTreeMap<String, (String, Arc<str>)>,
    /// The addresses of which something was told.
    told: Vec<String>,
}

impl Desk {
    fn follow(mut self, jobs: &Receiver<Job>) {
        while let Ok(job) = jobs.recv() {
            self.take(job);
            while let Ok(more) = jobs.recv_timeout(PAUSE) {
                self.take(more);
            }
            // Whatever goes wrong with one text, the next may be better.
            let _ = catch_unwind(AssertUnwindSafe(|| self.check()));
        }
    }

    fn take(&mut self, job: Job) {
        match job {
            Job::Enter(root) => {
                let log = history::read(&root, self.common.now());
                self.site = Some(OnDisk {
                    folder: disk::read(&root),
                    log,
                    cache: Cache::default(),
                    root,
                });
            }
            Job::Text(path, uri, text) => drop(self.open.insert(path, (uri, text))),
            Job::Close(path) => drop(self.open.remove(&path)),
            Job::Changed(files) => {
                let Some(site) = &mut self.site else { return };
                let own = |file: &&PathBuf| uri::within(&site.root, file).is_some();
                let known: Vec<PathBuf> = files.iter().filter(own).cloned().collect();
                let all = known.len() == files.len();
                let fresh = disk::refresh(&site.root, &site.folder, &known).filter(|_| all);
                site.folder = fresh.unwrap_or_else(|| disk::read(&site.root));
            }
        }
    }

    /// Looks at the whole site and tells the editor what is wrong with it.
    fn check(&mut self) {
        let Some(site) = &mut self.site else { return };
        let mut folder = site.folder.clone();
        folder.sources = laid_over(&folder.sources, &self.open);
        let inputs = Inputs {
            folder: &folder,
            past: &site.log.past,
            now: self.common.now(),
            preview: true,
        };
        let mut faults = Vec::new();
        let prepared = press::prepare(&inputs, &mut site.cache, &mut faults);
        let sources = &folder.sources;
        let language = self.common.language(sources);
        let known = prepared.as_ref().map(|(press, _)| {
            across(&press.site, sources, &mut faults);
            let default = press.site.config.default_language().to_owned();
            let media = folder.media.keys().cloned().collect();
            (
                Known::of(&press.site, sources, media, language.code()),
                default,
            )
        });
        let diagnostics = press::sorted(faults, &inputs);
        let mut by_file: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        let mut mends: BTreeMap<String, Vec<(Value, Value)>> = BTreeMap::new();
        let say = Say {
            sources,
            language,
            encoding: self.encoding,
            root: &site.root,
            open: &self.open,
        };
        for fault in diagnostics.iter() {
            let (path, _, _) = fault.place(sources);
            let shown = say.fault(fault);
            let file = by_file.entry(say.uri(&path)).or_default();
            if let Some(mend) = mend::mend(fault, sources) {
                let edit = json!({ "range": say.range(mend.span), "newText": mend.text });
                mends.entry(path).or_default().push((shown.clone(), edit));
            }
            file.push(shown);
        }
        // Who hears of a mistake may ask for its mend at once.
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, default)) = known {
            (shared.known, shared.default) = (known, Some(default));
            shared.sources = folder.sources;
        }
        (shared.language, shared.mends) = (language, mends);
        drop(shared);
        let clean = self.told.iter().filter(|uri| !by_file.contains_key(*uri));
        for uri in clean {
            publish(&self.editor, uri, &[]);
        }
        for (uri, faults) in &by_file {
            publish(&self.editor, uri, faults);
        }
        self.told = by_file.into_keys().collect();
    }
}

/// What the rules of `plein check` find that look at the site; those that look at pages would have to render them all.
fn across(site: &Site, sources: &Sources, faults: &mut Vec<Diagnostic>) {
    let off = Off::new(&site.config.checks, faults);
    for rule in RULES.iter().filter(|rule| !off.whole(rule.code)) {
        if let Check::OfSite(check) = rule.check {
            let found = check(site, sources).into_iter();
            faults.extend(found.filter(|fault| !off.hides(fault, sources)));
        }
    }
}

fn publish(editor: &Editor, uri: &str, faults: &[Value]) {
    let told = json!({ "uri": uri, "diagnostics": faults });
    let method = "textDocument/publishDiagnostics".to_owned();
    // Fails only when the editor has left.
    let _ = editor.send(Message::Notification(Notification::new(method, told)));
}

/// The texts of a site with those that are being written in their place.
fn laid_over(sources: &Sources, open: &BTreeMap<String, (String, Arc<str>)>) -> Sources {
    let kept = sources.iter().map(|(_, source)| source);
    let kept = kept
        .filter(|source| !open.contains_key(&source.path))
        .cloned();
    let own = open.iter().map(|(path, (_, text))| Source {
        path: path.clone(),
        text: Arc::clone(text),
    });
    Sources::new(kept.chain(own).collect())
}

/// What is wrong, in the words of the protocol.
struct Say<'a> {
    sources: &'a Sources,
    language: Language,
    encoding: Encoding,
    root: &'a std::path::Path,
    open: &'a BTreeMap<String, (String, Arc<str>)>,
}

impl Say<'_> {
    fn uri(&self, path: &str) -> String {
        let open = self.open.get(path).map(|(uri, _)| uri.clone());
        open.unwrap_or_else(|| uri::of(&self.root.join(path)))
    }

    fn range(&self, span: Span) -> Value {
        range(
            &self.sources.get(span.source).text,
            span.range(),
            self.encoding,
        )
    }

    fn fault(&self, fault: &Diagnostic) -> Value {
        let mut labels = fault.labels.iter();
        let range = match (labels.next(), &fault.file) {
            (Some(label), _) => self.range(label.span),
            (None, file) => {
                let place = file
                    .as_ref()
                    .map_or((1, 1), |file| (file.line, file.column));
                let at = json!({ "line": place.0.saturating_sub(1), "character": place.1.saturating_sub(1) });
                json!({ "start": at, "end": at })
            }
        };
        let related = labels.map(|label| {
            let path = &self.sources.get(label.span.source).path;
            let place = json!({ "uri": self.uri(path), "range": self.range(label.span) });
            json!({ "location": place, "message": label.text.to(self.language) })
        });
        let severity = match fault.severity {
            Severity::Error => 1,
            Severity::Warning => 2,
        };
        json!({
            "range": range,
            "severity": severity,
            "code": fault.code,
            "source": "plein",
            "message": fault.told(self.language, "\n"),
            "relatedInformation": related.collect::<Vec<_>>(),
        })
    }
}

/// A range of bytes as the protocol writes it.
pub fn range(text: &str, bytes: std::ops::Range<usize>, encoding: Encoding) -> Value {
    let place = |byte| {
        let (line, character) = position(text, byte, encoding);
        json!({ "line": line, "character": character })
    };
    json!({ "start": place(bytes.start), "end": place(bytes.end) })
}
