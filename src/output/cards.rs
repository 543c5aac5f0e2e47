//! Share cards: for each page the picture that others show where somebody names it.

use super::page::HTML;
use super::{Artifact, Output, Plan, Press, Subject};
use crate::card::{Fonts, Ground, VERSION};
use crate::diagnostic::Diagnostic;
use crate::say;
use crate::site::listing::Scope;
use crate::site::{Entry, EntryId, Site};
use crate::theme::Theme;
use crate::theme::dates::Style;
use crate::theme::values::{card, list};
use crate::theme::when;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The output.
pub const OUTPUT: Output = Output {
    name: "cards",
    about: "a picture of each page, for who shares it",
    plan,
};

/// The media type of a card.
const PNG: &str = "image/png";

/// The address of each page's card, by the page's.
type Pages = OnceLock<BTreeMap<String, String>>;

/// What a card shows.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Face {
    /// What its template is told; all that have this in common share a ground.
    ground: GroundKey,
    title: String,
    line: String,
}

/// What the template is told: language, kind, what sort of it, and what stands above the title.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct GroundKey {
    language: usize,
    kind: &'static str,
    tone: String,
    label: String,
}

/// A drawn ground, or what is wrong with the template.
type Drawn = Arc<OnceLock<Result<Ground, Diagnostic>>>;

/// The cards of a site.
#[derive(Default)]
pub struct Cards {
    faces: OnceLock<Vec<Face>>,
    grounds: Mutex<BTreeMap<GroundKey, Drawn>>,
    /// The hash of each template as it was filled in.
    templates: Mutex<BTreeMap<GroundKey, Arc<str>>>,
}

fn plan(press: &Press, plan: &mut Plan) {
    let (site, theme) = (&press.site, &press.theme);
    if !site.config.cards || theme.fonts.is_none() {
        return;
    }
    let pages: Vec<(String, Subject, usize)> = plan
        .so_far()
        .filter(|page| page.media_type == HTML && !matches!(page.subject, Subject::Redirect(_)))
        .map(|page| {
            (
                page.path.clone(),
                first_page(page.subject),
                page.language.unwrap_or(0),
            )
        })
        .collect();
    // A page whose words have no letters in the fonts is shown by the home page's card.
    let made = pages.into_par_iter().map(|(path, subject, language)| {
        let face = face(site, theme, subject, language);
        (path, address(press, &face), face)
    });
    let made: Vec<(String, Result<String, Diagnostic>, Face)> = made.collect();
    let (mut faces, mut planned, mut pages) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
    for (page, address, face) in made {
        // A template that cannot be filled in is told by whatever renders it, in the same words.
        let address = address.unwrap_or_else(|_| "/assets/cards/failed.png".to_owned());
        if planned.insert(address.clone(), ()).is_none() {
            plan.add(
                address.clone(),
                PNG,
                Subject::Card(faces.len()),
                None,
                render,
            );
            faces.push(face);
        }
        pages.insert(page, address);
    }
    // Planned once for each press.
    let _ = press.shares.faces.set(faces);
    let _ = press.cards.shares.set(pages);
}

/// Takes over the cards of a site of which one record has other words now.
pub fn reword(press: &mut Press, plan: &mut Plan, before: (Cards, Pages), entry: EntryId) {
    (press.shares, press.cards.shares) = before;
    for language in 0..press.site.codes.len() {
        let face = face(&press.site, &press.theme, Subject::Entry(entry), language);
        let path = press
            .site
            .path(press.site.entry(entry), &press.site.codes[language]);
        let (Ok(address), Some(faces), Some(pages)) = (
            address(press, &face),
            press.shares.faces.get_mut(),
            press.cards.shares.get_mut(),
        ) else {
            continue;
        };
        plan.add_late(Artifact {
            path: address.clone(),
            media_type: PNG,
            subject: Subject::Card(faces.len()),
            language: None,
            render,
            output: OUTPUT.name,
        });
        faces.push(face);
        // What no page has any more goes, as it would from a whole build.
        let before = pages.insert(path, address);
        if let Some(before) = before.filter(|before| pages.values().all(|other| other != before)) {
            plan.remove(&before);
        }
    }
}

/// A further page of a list has the card of the first.
fn first_page(subject: Subject) -> Subject {
    match subject {
        Subject::Page(n, _) => Subject::Listing(n),
        subject => subject,
    }
}

/// Where a card lies: the name is a hash of all that it is made of.
fn address(press: &Press, face: &Face) -> Result<String, Diagnostic> {
    let mut hasher = blake3::Hasher::new();
    hasher
        .update(&VERSION.to_le_bytes())
        .update(template(press, &face.ground)?.as_bytes());
    for part in [&face.title, &face.line] {
        hasher
            .update(&(part.len() as u64).to_le_bytes())
            .update(part.as_bytes());
    }
    Ok(format!(
        "/assets/cards/{}.png",
        &hasher.finalize().to_hex()[..16]
    ))
}

/// A hash of the template filled in for a ground, and of the fonts.
fn template(press: &Press, key: &GroundKey) -> Result<Arc<str>, Diagnostic> {
    let known = |press: &Press| {
        let templates = press
            .shares
            .templates
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        templates.get(key).cloned()
    };
    if let Some(known) = known(press) {
        return Ok(known);
    }
    let mut hasher = blake3::Hasher::new();
    hasher
        .update(&svg(press, key)?)
        .update(&press.theme.fonts_hash);
    let hash: Arc<str> = hasher.finalize().to_hex().as_str().into();
    let mut templates = press
        .shares
        .templates
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    templates.insert(key.clone(), hash.clone());
    Ok(hash)
}

fn svg(press: &Press, key: &GroundKey) -> Result<Vec<u8>, Diagnostic> {
    let site = &press.site;
    let code = &site.codes[key.language];
    let mut context = tera::Context::new();
    context.insert_value("kind", key.kind.into());
    context.insert_value("tone", key.tone.as_str().into());
    context.insert_value("label", key.label.as_str().into());
    context.insert_value("lang", code.as_str().into());
    context.insert_value("site", site.text(&site.config.title, code).into());
    let name = press.theme.choose(code, &["card.svg"]);
    press.theme.render(code, name, &context)
}

fn render(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let (Subject::Card(n), Some(fonts)) = (artifact.subject, &press.theme.fonts) else {
        return Err(super::misplanned(artifact));
    };
    let face = press.shares.faces.get().and_then(|faces| faces.get(n));
    let face = face.ok_or_else(|| super::misplanned(artifact))?;
    let drawn = {
        let mut grounds = press
            .shares
            .grounds
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        grounds.entry(face.ground.clone()).or_default().clone()
    };
    match drawn.get_or_init(|| draw(press, &face.ground, fonts)) {
        Ok(ground) => Ok(ground.card(&[("title", &face.title), ("line", &face.line)])),
        Err(fault) => Err(fault.clone()),
    }
}

fn draw(press: &Press, key: &GroundKey, fonts: &Fonts) -> Result<Ground, Diagnostic> {
    let svg = svg(press, key)?;
    Ground::draw(&String::from_utf8_lossy(&svg), fonts).map_err(|reason| {
        Diagnostic::error(
            "theme/card",
            say!("share cards cannot be drawn: {}", reason),
        )
        .in_file(format!("themes/{}/templates/card.svg", press.theme.name()))
        .help("mend the template, or remove it to get the one that comes with Plein")
    })
}

/// What the card of a page shows; a page without words of its own is shown by the home page's.
fn face(site: &Site, theme: &Theme, subject: Subject, language: usize) -> Face {
    let own = match subject {
        Subject::Entry(id) => Some(of_entry(site, theme, id, language)),
        Subject::Listing(n) if site.listings[n].scope != Scope::Site => {
            Some(of_list(site, theme, n, language))
        }
        Subject::Changes => Some(plain(
            language,
            list::text(site, "changes.title", &site.codes[language]),
        )),
        Subject::Network => Some(plain(
            language,
            list::text(site, "network.all", &site.codes[language]),
        )),
        _ => None,
    };
    let legible = |face: &Face| {
        theme
            .fonts
            .as_ref()
            .is_some_and(|fonts| fonts.can_write(&face.title))
    };
    own.filter(legible).unwrap_or_else(|| {
        let code = &site.codes[language];
        let tagline = site.text(&site.config.tagline, code);
        let title = if tagline.is_empty() {
            site.text(&site.config.title, code)
        } else {
            tagline
        };
        plain(language, title.to_owned())
    })
}

fn plain(language: usize, title: String) -> Face {
    let ground = GroundKey {
        language,
        kind: "",
        tone: String::new(),
        label: String::new(),
    };
    Face {
        ground,
        title,
        line: String::new(),
    }
}

fn of_list(site: &Site, theme: &Theme, n: usize, language: usize) -> Face {
    let scope = site.listings[n].scope;
    let mut face = plain(
        language,
        list::title(site, theme, scope, &site.codes[language]),
    );
    face.ground.kind = scope.kind().map_or("", |kind| kind.name);
    face
}

fn of_entry(site: &Site, theme: &Theme, id: EntryId, language: usize) -> Face {
    let (entry, code) = (site.entry(id), &site.codes[language]);
    let words = site.languages[code].kinds.get(entry.kind.name);
    let badge = entry.version(code).record.badge();
    let ground = GroundKey {
        language,
        kind: entry.kind.name,
        tone: badge.map_or(String::new(), |(_, value)| value.to_owned()),
        label: when::capital(words.map_or(entry.kind.name, |words| &words.one)),
    };
    let (title, line) = (
        entry.version(code).common.title.0.clone(),
        line(site, theme, entry, code),
    );
    Face {
        ground,
        title,
        line,
    }
}

/// When and where, as far as it has either. A date that comes nearer is no reason for another card.
fn line(site: &Site, theme: &Theme, entry: &Entry, code: &str) -> String {
    let locale = theme.locale(code);
    let timetable = entry.timetable.as_ref().filter(|_| entry.gathers());
    let status = timetable.and_then(|timetable| card::status_text(locale, timetable.status));
    let published = entry.record().published();
    let date = timetable
        .map(|timetable| when::sentence(timetable, locale))
        .or_else(|| published.map(|day| locale.dates.day(day.0, Style::Long)));
    let place = card::place(site, entry, code);
    [status, date, place]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ")
}
