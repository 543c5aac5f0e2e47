//! The site as it stands now, kept in step with its folder.

use crate::content::config;
use crate::content::parse::Cache;
use crate::diagnostic::{Diagnostics, Language, Severity, terminal};
use crate::output::{Plan, Press};
use crate::press::{self, Inputs};
use crate::source::Sources;
use crate::source::disk::{self, Folder};
use crate::source::past::Past;
use jiff::Timestamp;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tokio::sync::watch;

/// What is served: the last good site, and what is wrong with the folder since.
pub struct Standing {
    /// The last site without errors; none when there has been none yet.
    pub site: Option<Arc<(Press, Plan)>>,
    /// What is wrong, as the terminal shows it.
    pub faults: Vec<String>,
    /// How many of those are errors.
    pub errors: usize,
    /// The language in which they are told.
    pub language: Language,
    /// Its number: every change makes the next one.
    pub version: u64,
}

/// Where a preview gets its content from.
pub struct Source {
    /// Folder of the site.
    pub root: PathBuf,
    /// When each file was published, and what was removed.
    pub past: Past,
    /// The language in which to tell what is wrong; the one that the site names when `None`.
    pub language: Option<Language>,
    /// The moment to preview; the clock's at each change when `None`.
    pub now: Option<Timestamp>,
}

/// The site as it stands, and who waits for its next version.
pub struct Live {
    source: Source,
    standing: RwLock<Arc<Standing>>,
    work: Mutex<Work>,
    version: watch::Sender<u64>,
}

/// For how many milliseconds an edit waits for those who are reading the site.
const PATIENCE: usize = 250;

/// What is kept from one version to the next.
struct Work {
    folder: Folder,
    cache: Cache,
}

impl Live {
    /// Reads and resolves a site for the first time; also what is wrong with it.
    pub fn start(source: Source, folder: Folder) -> (Arc<Self>, Diagnostics, Folder) {
        let nothing = Standing {
            site: None,
            faults: vec![],
            errors: 0,
            language: Language::default(),
            version: 0,
        };
        let work = Work {
            folder,
            cache: Cache::default(),
        };
        let live = Live {
            source,
            standing: RwLock::new(Arc::new(nothing)),
            work: Mutex::new(work),
            version: watch::Sender::new(0),
        };
        let diagnostics = live.update(&mut live.work());
        let folder = live.work().folder.clone();
        (Arc::new(live), diagnostics, folder)
    }

    /// What is served now.
    pub fn standing(&self) -> Arc<Standing> {
        self.standing
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The language of the site, for who edits it; English while there is no site.
    pub fn language(&self) -> String {
        let standing = self.standing();
        let codes = standing.site.as_ref().map(|site| &site.0.site.codes);
        codes
            .and_then(|codes| codes.first().cloned())
            .unwrap_or_else(|| "en".to_owned())
    }

    /// Tells of each new version.
    pub fn versions(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }

    fn work(&self) -> std::sync::MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads again what changed and resolves. Gives what is wrong, and the sources to show it with.
    pub fn changed(&self, files: &[PathBuf]) -> (Diagnostics, Folder) {
        let mut work = self.work();
        let root = self.source.root.as_path();
        let fresh = disk::refresh(root, &work.folder, files).unwrap_or_else(|| disk::read(root));
        let before = std::mem::replace(&mut work.folder, fresh);
        let diagnostics = match self.edited(&before, &work.folder, files) {
            true => Diagnostics::default(),
            false => self.update(&mut work),
        };
        (diagnostics, work.folder.clone())
    }

    /// The path of every text in the folder.
    pub fn paths(&self) -> Vec<String> {
        let work = self.work();
        let sources = work.folder.sources.iter();
        sources.map(|(_, source)| source.path.clone()).collect()
    }

    /// What would be wrong if files had other texts, or were gone. Nothing is written, and nothing else is served.
    pub fn proposed(&self, changes: &[(String, Option<String>)]) -> (Diagnostics, Folder) {
        let (diagnostics, folder, _) = self.with(changes, |_| ());
        (diagnostics, folder)
    }

    /// As [`Live::proposed`], with what somebody finds in the site that would be.
    pub fn with<T>(
        &self,
        changes: &[(String, Option<String>)],
        find: impl FnOnce(&Press) -> T,
    ) -> (Diagnostics, Folder, Option<T>) {
        let mut work = self.work();
        let mut folder = work.folder.clone();
        let changed = |path: &str| changes.iter().any(|(other, _)| other == path);
        let kept = folder.sources.iter().map(|(_, source)| source.clone());
        let mut sources: Vec<crate::source::Source> =
            kept.filter(|source| !changed(&source.path)).collect();
        sources.extend(changes.iter().filter_map(|(path, text)| {
            let (path, text) = (path.clone(), text.as_deref()?.into());
            Some(crate::source::Source { path, text })
        }));
        folder.sources = Sources::new(sources);
        let inputs = Inputs {
            folder: &folder,
            past: &self.source.past,
            now: self.source.now.unwrap_or_else(clock),
            preview: true,
        };
        let mut faults = Vec::new();
        let prepared = press::prepare(&inputs, &mut work.cache, &mut faults);
        let found = prepared.map(|(press, _)| find(&press));
        let diagnostics = press::sorted(faults, &inputs);
        (diagnostics, folder, found)
    }

    /// Takes over an edit that changed the words of one record and nothing else, if nothing is wrong
    /// and nobody holds the site for long. Whether that is done.
    fn edited(&self, before: &Folder, after: &Folder, files: &[PathBuf]) -> bool {
        let [file] = files else { return false };
        let path = disk::relative(&self.source.root, file);
        let mut standing = self
            .standing
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if !standing.faults.is_empty() {
            return false;
        }
        // Nobody can come in now, and who is in soon leaves: a page takes less than what all of the site would.
        for _ in 0..PATIENCE {
            match is_held(&mut standing) {
                true => std::thread::sleep(std::time::Duration::from_millis(1)),
                false => break,
            }
        }
        let Some(own) = Arc::get_mut(&mut standing) else {
            return false;
        };
        let site = match own.site.take().map(Arc::try_unwrap) {
            Some(Ok(site)) => site,
            held => {
                own.site = held.and_then(Result::err);
                return false;
            }
        };
        let now = self.source.now.unwrap_or_else(clock);
        let edited = press::with_words(site, &before.sources, &after.sources, &path, now);
        let done = edited.is_ok();
        own.site = Some(Arc::new(edited.unwrap_or_else(|same| same)));
        if done {
            own.version += 1;
            self.version.send_replace(own.version);
        }
        done
    }

    fn update(&self, work: &mut Work) -> Diagnostics {
        let now = self.source.now.unwrap_or_else(clock);
        let inputs = Inputs {
            folder: &work.folder,
            past: &self.source.past,
            now,
            preview: true,
        };
        let mut faults = Vec::new();
        let prepared = press::prepare(&inputs, &mut work.cache, &mut faults);
        let good = prepared
            .filter(|_| !press::has_errors(&faults))
            .map(Arc::new);
        let diagnostics = press::sorted(faults, &inputs);
        let sources = &work.folder.sources;
        let of_site = || config::editors_language(sources);
        let language = self.source.language.or_else(of_site).unwrap_or_default();
        let in_order = [Severity::Error, Severity::Warning];
        let in_order = in_order.into_iter().flat_map(|one| diagnostics.of(one));
        let shown = in_order
            .map(|d| terminal::render(d, sources, language, false))
            .collect();
        let before = self.standing();
        let errors = diagnostics.count(Severity::Error);
        let standing = Standing {
            site: good.or_else(|| before.site.clone()),
            faults: shown,
            errors,
            language,
            version: before.version + 1,
        };
        let version = standing.version;
        *self
            .standing
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::new(standing);
        self.version.send_replace(version);
        // The old site is large: whoever held it last would pay for taking it down.
        std::thread::spawn(move || drop(before));
        diagnostics
    }
}

/// Whether somebody is reading what is served.
fn is_held(standing: &mut Arc<Standing>) -> bool {
    let Some(own) = Arc::get_mut(standing) else {
        return true;
    };
    let mut site = own.site.iter_mut();
    site.any(|site| Arc::get_mut(site).is_none())
}

#[expect(
    clippy::disallowed_methods,
    reason = "edge: a preview lives in the present"
)]
fn clock() -> Timestamp {
    Timestamp::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(title: &str) -> Folder {
        let site = "title: {nl: Lab}\ntagline: {nl: Lab}\ndescription: {nl: Een lab.}\nurl: https://lab.example\n\
             uid_domain: lab.example\nlanguages: [nl]\ntimezone: Europe/Amsterdam\nsince: 2024-01-01\n\
             publisher: {name: Lab, email: lab@lab.example, url: https://lab.example, country: NL}\n";
        let article = format!("---\ntitle: {title}\ndate: 2026-11-01\n---\n");
        let files = [
            ("data/site.yaml", site),
            ("content/articles/open.md", &article),
        ];
        disk::gather(files.map(|(path, text)| (path.to_owned(), Ok(text.into()))))
    }

    #[test]
    fn an_edit_waits_for_those_who_read_the_site_and_works_out_nothing_else() {
        let source = Source {
            root: "/lab".into(),
            past: Past::default(),
            language: None,
            now: "2026-11-22T12:00:00Z".parse().ok(),
        };
        let (live, _, before) = Live::start(source, folder("Open"));
        let standing = live.standing();
        assert_eq!(standing.faults, <[String; 0]>::default());
        let reader = std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(20));
            drop(standing);
        });
        let file = PathBuf::from("/lab/content/articles/open.md");
        assert!(live.edited(&before, &folder("Nog open"), &[file]));
        reader.join().unwrap();
    }
}
