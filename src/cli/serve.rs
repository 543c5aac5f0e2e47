//! `plein serve`: the preview.

use super::{Common, OnDisk, Outcome, report};
use crate::content::config;
use crate::say;
use crate::serve::edit::Editor;
use crate::serve::{self, LOOPBACK, Live, Source};
use notify::{EventKind, RecursiveMode, Watcher as _, event::AccessKind};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Where to listen.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Port to listen on
    #[arg(long, short, default_value_t = 8000)]
    port: u16,
    /// Address to listen on; only this machine when left out
    #[arg(long, default_value_t = IpAddr::V4(LOOPBACK))]
    host: IpAddr,
    /// Show a form beside each page that changes its file; only on this machine
    #[arg(long)]
    edit: bool,
}

/// How long to wait for more changes before looking: editors write a file in several steps.
const DEBOUNCE: Duration = Duration::from_millis(20);

/// Serves until it is ended.
pub fn run(common: &Common, arguments: &Arguments) -> Outcome {
    if arguments.edit && !arguments.host.is_loopback() {
        return Outcome::MachineFailed(format!(
            "`--edit` lets whoever reaches {} change the site\n  = help: leave out `--host`, so that only this machine reaches it",
            arguments.host
        ));
    }
    let listening = match serve::listen(arguments.host, arguments.port) {
        Ok(listening) => listening,
        Err((error, free)) => {
            let hint = free.map_or(String::new(), |port| {
                format!("\n  = help: port {port} is free: plein serve --port {port}")
            });
            return Outcome::MachineFailed(format!(
                "port {} cannot be used: {error}{hint}",
                arguments.port
            ));
        }
    };
    let started = Instant::now();
    let root = std::fs::canonicalize(&common.site).unwrap_or_else(|_| common.site.clone());
    // Before anything is read: an edit in between would go unseen.
    let watch = Watch::begin(&root);
    let disk = OnDisk::read(common);
    let source = Source {
        root: root.clone(),
        past: disk.log.past,
        now: common.now,
        language: common.language,
    };
    let (live, diagnostics, folder) = Live::start(source, disk.folder);
    report::show(common, &diagnostics, &folder.sources);
    let seconds = started.elapsed().as_secs_f64();
    let ready = say!(
        "http://{}/ is ready after {} s; it follows your edits, Ctrl-C ends it",
        listening.address.to_string(),
        format!("{seconds:.2}")
    );
    report::narrate(ready.to(common.language(&folder.sources)));
    let editor = arguments.edit.then(|| {
        let of_site = || config::editors_language(&folder.sources);
        let chosen = common.language.or_else(of_site);
        let language = chosen.map_or_else(|| live.language(), |one| one.code().to_owned());
        let editor = Editor::new(live.clone(), root, listening.address, &language);
        report::narrate(format_args!(
            "http://{}{} is the form; whoever has this address can change the site",
            listening.address,
            editor.path()
        ));
        editor
    });
    match watch {
        Ok(watch) => {
            let (common, live) = (common.clone(), Arc::clone(&live));
            std::thread::spawn(move || watch.follow(common, live));
        }
        Err(error) => report::narrate(format_args!(
            "warning: changes are not seen, because the folder cannot be watched: {error}"
        )),
    }
    match serve::run(listening, live, editor) {
        Ok(()) => Outcome::Fine,
        Err(error) => Outcome::MachineFailed(format!("the preview ended: {error}")),
    }
}

/// The parts of a site folder that are watched.
const PARTS: [&str; 3] = ["content", "data", "themes"];

/// Tells which files change.
struct Watch {
    watcher: notify::RecommendedWatcher,
    changes: Receiver<PathBuf>,
    root: PathBuf,
}

impl Watch {
    /// Begins to watch. Changes wait until [`Watch::follow`] asks for them.
    fn begin(root: &Path) -> Result<Self, notify::Error> {
        let (sender, changes) = channel::<PathBuf>();
        let mut watcher = notify::recommended_watcher(move |event: Result<notify::Event, _>| {
            let Ok(event) = event else { return };
            let read_only = matches!(event.kind, EventKind::Access(kind) if !matches!(kind, AccessKind::Close(_)));
            if !read_only {
                // Fails only when the preview has ended.
                event
                    .paths
                    .into_iter()
                    .for_each(|path| drop(sender.send(path)));
            }
        })?;
        // The folder itself too: a part of it may come later, such as a first theme.
        watcher.watch(root, RecursiveMode::NonRecursive)?;
        for folder in PARTS.iter().map(|part| root.join(part)) {
            if folder.is_dir() {
                watcher.watch(&folder, RecursiveMode::Recursive)?;
            }
        }
        Ok(Watch {
            watcher,
            changes,
            root: root.to_owned(),
        })
    }

    /// After each change the site is resolved anew and what is wrong is shown.
    fn follow(mut self, common: Common, live: Arc<Live>) {
        while let Ok(first) = self.changes.recv() {
            let mut files = BTreeSet::from([first]);
            while let Ok(more) = self.changes.recv_timeout(DEBOUNCE) {
                files.insert(more);
            }
            for part in PARTS.iter().map(|part| self.root.join(part)) {
                if files.contains(&part) && part.is_dir() {
                    // It is read whole in a moment; what cannot be watched is at least seen then.
                    let _ = self.watcher.watch(&part, RecursiveMode::Recursive);
                }
            }
            // What editors put beside a file while they write it is none of the site.
            let hidden = |path: &PathBuf| {
                path.file_name()
                    .is_some_and(|name| name.to_string_lossy().starts_with('.'))
            };
            let ours = |path: &PathBuf| {
                let mut parts = PARTS.iter();
                !hidden(path) && parts.any(|part| path.starts_with(self.root.join(part)))
            };
            let files: Vec<PathBuf> = files.into_iter().filter(ours).collect();
            if !files.is_empty() {
                follow(&common, &live, files);
            }
        }
    }
}

fn follow(common: &Common, live: &Live, files: Vec<PathBuf>) {
    let started = Instant::now();
    let (diagnostics, folder) = live.changed(&files);
    report::show(common, &diagnostics, &folder.sources);
    let name = files
        .first()
        .and_then(|file| file.file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let ms = started.elapsed().as_millis();
    let counts = report::counts(&diagnostics).unwrap_or_else(|| say!("fine"));
    let told = counts.to(common.language(&folder.sources));
    report::narrate(format_args!("{name}: {told}, {ms} ms"));
}
