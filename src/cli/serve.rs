//! `plein serve`: the preview.

use super::{Common, OnDisk, Outcome, report};
use crate::serve::{self, LOOPBACK, Live, Source};
use notify::{EventKind, RecursiveMode, Watcher as _, event::AccessKind};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
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
}

/// How long to wait for more changes before looking: editors write a file in several steps.
const DEBOUNCE: Duration = Duration::from_millis(20);

/// Serves until it is ended.
pub fn run(common: &Common, arguments: &Arguments) -> Outcome {
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
    let disk = OnDisk::read(common);
    let root = std::fs::canonicalize(&common.site).unwrap_or_else(|_| common.site.clone());
    let source = Source {
        root,
        history: disk.history,
        now: common.now,
    };
    let (live, diagnostics, folder) = Live::start(source, disk.folder);
    report::show(common, &diagnostics, &folder.sources);
    let seconds = started.elapsed().as_secs_f64();
    report::narrate(format_args!(
        "http://{}/ is ready after {seconds:.2} s; it follows your edits, Ctrl-C ends it",
        listening.address
    ));
    let watching = watch(common, &live);
    if let Err(error) = &watching {
        report::narrate(format_args!(
            "warning: changes are not seen, because the folder cannot be watched: {error}"
        ));
    }
    match serve::run(listening, live) {
        Ok(()) => Outcome::Fine,
        Err(error) => Outcome::MachineFailed(format!("the preview ended: {error}")),
    }
}

type Watching = notify::RecommendedWatcher;

/// Watches the folder; after each change the site is resolved anew and what is wrong is shown.
fn watch(common: &Common, live: &Arc<Live>) -> Result<Watching, notify::Error> {
    let (sender, changes) = std::sync::mpsc::channel::<PathBuf>();
    let mut watcher = notify::recommended_watcher(move |event: Result<notify::Event, _>| {
        let Ok(event) = event else { return };
        let read_only =
            matches!(event.kind, EventKind::Access(kind) if !matches!(kind, AccessKind::Close(_)));
        if !read_only {
            // Fails only when the preview has ended.
            event
                .paths
                .into_iter()
                .for_each(|path| drop(sender.send(path)));
        }
    })?;
    for folder in live.folders() {
        watcher.watch(&folder, RecursiveMode::Recursive)?;
    }
    let (common, live) = (common.clone(), Arc::clone(live));
    std::thread::spawn(move || {
        while let Ok(first) = changes.recv() {
            let mut files = BTreeSet::from([first]);
            while let Ok(more) = changes.recv_timeout(DEBOUNCE) {
                files.insert(more);
            }
            follow(&common, &live, files.into_iter().collect());
        }
    });
    Ok(watcher)
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
    match report::summary(&diagnostics) {
        Some(summary) => report::narrate(format_args!("{name}: {summary}, {ms} ms")),
        None => report::narrate(format_args!("{name}: fine, {ms} ms")),
    }
}
