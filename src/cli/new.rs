//! `plein new`: a file to begin with.

#![expect(clippy::disallowed_methods, reason = "edge: writes a new file")]

use super::{Common, OnDisk, Outcome, report};
use crate::blank::{self, Blank, Form, Known, on};
use crate::content::parse::Cache;
use crate::content::vocabulary::Vocabulary;
use crate::content::{KINDS, Kind};
use crate::press;
use crate::site::Site;
use crate::theme::dates::Style;
use std::fs;
use std::io::Write as _;

/// What to write.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Which kind, such as `event`
    #[arg(value_parser = super::list::kind)]
    kind: &'static Kind,
    /// Its title; the name of the file follows from it
    title: String,
    /// When it is: "next wednesday 18:00", "volgende woensdag 18:00", "2026-12-09 18:00", "8 januari"
    #[arg(long, value_name = "WHEN")]
    on: Option<String>,
    /// Name of the file without `.md`, instead of one that is made of the title
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
}

/// Writes a file and prints its path. Nothing is ever overwritten.
pub fn run(common: &Common, arguments: &Arguments) -> Outcome {
    let disk = OnDisk::read(common);
    let inputs = disk.inputs(true);
    let mut faults = Vec::new();
    let prepared = press::prepare(&inputs, &mut Cache::default(), &mut faults);
    let Some((press, _)) = prepared else {
        let diagnostics = press::sorted(faults, &inputs);
        report::show(common, &diagnostics, &disk.folder.sources);
        return Outcome::ContentIsWrong;
    };
    let site = &press.site;
    let (path, form) = match fill_in(site, arguments) {
        Ok(filled_in) => filled_in,
        Err(outcome) => return outcome,
    };
    let target = common.site.join(&path);
    if let Err(error) = put(&target, &form.text) {
        return match error.kind() {
            std::io::ErrorKind::AlreadyExists => Outcome::Misused(format!(
                "`{path}` is there already\n  = help: nothing was written; give it another name: --name NAME"
            )),
            _ => Outcome::MachineFailed(format!("`{path}` cannot be written: {error}")),
        };
    }
    report::hand_over(&path);
    if !common.quiet {
        tell(&press, &form);
    }
    Outcome::Fine
}

fn fill_in(site: &Site, arguments: &Arguments) -> Result<(String, Form), Outcome> {
    let Arguments {
        kind, title, on, ..
    } = arguments;
    let now = site.now.exactly().datetime();
    let name = arguments.name.clone().or_else(|| blank::file_name(title));
    let name = name.filter(|name| blank::file_name(name).as_ref() == Some(name));
    let name = name.ok_or_else(|| {
        Outcome::Misused(
            "that makes no name for a file\n  = help: give one of lower-case letters, digits and hyphens: --name soep-koken".to_owned(),
        )
    })?;
    if on.is_some() && blank::dated(kind).is_none() {
        let dated = KINDS.iter().filter(|kind| blank::dated(kind).is_some());
        let dated: Vec<&str> = dated.map(|kind| kind.name).collect();
        return Err(Outcome::Misused(format!(
            "`{}` has no day to be on\n  = help: leave out `--on`; {} have one",
            kind.name,
            dated.join(", ")
        )));
    }
    let read = |said: &String| on::read(said, now).map_err(|word| misunderstood(said, word));
    let blank = Blank {
        kind,
        title,
        on: on.as_ref().map(read).transpose()?,
        now,
        dutch: site.config.default_language().starts_with("nl"),
    };
    Ok((
        format!("content/{}/{name}.md", kind.folder),
        blank.write(&Here(site)),
    ))
}

fn misunderstood(said: &str, word: Option<String>) -> Outcome {
    let what = match word {
        Some(word) => format!("in `--on \"{said}\"` the word `{word}` is not understood"),
        None => format!("`--on \"{said}\"` names no day"),
    };
    Outcome::Misused(format!(
        "{what}\n  = help: write it as \"next wednesday 18:00\", \"volgende woensdag 18:00\", \"2026-12-09 18:00\", \"8 januari\" or \"in two weeks 20:00\""
    ))
}

/// Writes a file that is not there yet.
fn put(target: &std::path::Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = fs::File::create_new(target)?;
    file.write_all(text.as_bytes())
}

/// When it is, in words, so that a misunderstanding is seen; and what remains to be done.
fn tell(press: &crate::output::Press, form: &Form) {
    let site = &press.site;
    let language = site.config.default_language();
    let dutch = language.starts_with("nl");
    if let Some(on) = form.on {
        let dates = &press.theme.locale(language).dates;
        let day = dates.day(on.day, Style::Long);
        let time = on.time.map(|time| format!(" {}", dates.clock(time)));
        report::narrate(format_args!("{day}{}", time.unwrap_or_default()));
    }
    if !form.open.is_empty() {
        let open = form.open.join(", ");
        let told = match dutch {
            true => format!("kijk nog naar {open}, en haal dan `draft: true` weg"),
            false => format!("look at {open}, and then take `draft: true` away"),
        };
        report::narrate(told);
    }
}

struct Here<'a>(&'a Site);

impl Known for Here<'_> {
    fn names(&self, folder: &str) -> Vec<String> {
        let entries = self.0.entries.iter();
        let here = entries.filter(|entry| entry.kind.folder == folder);
        here.map(|entry| entry.slug.clone()).collect()
    }

    fn terms(&self, field: &str) -> Vec<String> {
        let vocabulary = match field {
            "topics" => Vocabulary::Topics,
            "neighbourhood" | "area" => Vocabulary::Neighbourhoods,
            _ => return vec![],
        };
        let terms = self.0.terms(vocabulary).iter();
        terms.map(|term| term.id.value.0.clone()).collect()
    }

    fn country(&self) -> Option<String> {
        let publisher = self.0.config.publisher.as_ref()?;
        publisher.country.as_ref().map(|country| country.0.clone())
    }
}
