//! `plein adopt`: a practice of another city as a file of ours, to be told anew.

#![expect(clippy::disallowed_methods, reason = "edge: writes a file of the site")]

use super::{Common, Outcome, report};
use crate::content::config;
use crate::harvest::address::{self, Rules};
use crate::harvest::adopt::{self, Practice};
use crate::harvest::asking::{Ask as _, Refusal};
use crate::harvest::discover;
use crate::harvest::fetch::{Client, Limits, Session};
use crate::say;
use crate::source::disk;
use std::io::Write as _;

/// What to adopt.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The page of a practice, its record or its identifier
    url: String,
    /// Ask this machine as well, without encryption: for tests
    #[arg(long)]
    allow_loopback: bool,
}

/// Fetches a practice and writes its files. Nothing is ever overwritten.
pub fn run(common: &Common, arguments: &Arguments) -> Outcome {
    let folder = disk::read(&common.site);
    let language = common.language(&folder.sources);
    let mut faults = vec![];
    let Some(config) = config::parse(&folder.sources, &mut faults) else {
        return Outcome::Misused("this folder is not a site\n  = help: run this in the folder of your site, or name it with `-C`".to_owned());
    };
    let rules = Rules {
        loopback: arguments.allow_loopback,
    };
    let client = Client::new(&config.url, rules, Limits::default());
    let practice = match find(&mut client.session(), &arguments.url) {
        Ok(practice) => practice,
        Err(refusal) => {
            return Outcome::MachineFailed(
                say!("`{}`: {}", arguments.url, refusal.why).to(language),
            );
        }
    };
    let codes: Vec<String> = config
        .languages
        .iter()
        .map(|code| code.value.0.clone())
        .collect();
    let files = practice.files(&codes);
    for (path, _) in &files {
        if common.site.join(path).exists() {
            return Outcome::Misused(
                say!("`{}` is there already, and nothing is overwritten", path).to(language),
            );
        }
    }
    for (path, text) in &files {
        if let Err(error) = put(&common.site.join(path), text) {
            return Outcome::MachineFailed(format!("`{path}` cannot be written: {error}"));
        }
        report::hand_over(path);
    }
    if !common.quiet {
        let told = say!(
            "adopted from {}: tell what you do otherwise, and then take `draft: true` away",
            practice.id
        );
        report::narrate(told.to(language));
    }
    Outcome::Fine
}

fn put(target: &std::path::Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = target.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::File::create_new(target)?.write_all(text.as_bytes())
}

/// The record behind an address: itself, or what its page names, or where Plein keeps it.
fn find(session: &mut Session, url: &str) -> Result<Practice, Refusal> {
    let fetched = session.fetch(url)?;
    let text = String::from_utf8_lossy(&fetched.bytes);
    if !discover::is_page(fetched.media_type.as_deref(), &text) {
        return own(adopt::read(&fetched.bytes)?, &fetched.url);
    }
    let mut known = discover::page(&fetched.url, &text).records;
    known.extend(Practice::candidates(&fetched.url));
    let mut last = Refusal::from(say!("it is no practice"));
    for url in known {
        let practice = session
            .fetch(&url)
            .and_then(|it| own(adopt::read(&it.bytes)?, &it.url));
        match practice {
            Ok(practice) => return Ok(practice),
            Err(refusal) => last = refusal,
        }
    }
    Err(last)
}

/// A site may speak only of its own records.
fn own(practice: Practice, url: &str) -> Result<Practice, Refusal> {
    match address::origin(&practice.id) == address::origin(url) {
        true => Ok(practice),
        false => Err(say!("`{}` is no identifier of this site", practice.id).into()),
    }
}
