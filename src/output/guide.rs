//! The style guide: a page with every part of the theme, as the site shows it.

use super::page::HTML;
use super::{Artifact, Output, Plan, Press, Subject, home_crumb, misplanned};
use crate::content::KINDS;
use crate::diagnostic::Diagnostic;
use crate::site::Site;
use crate::site::listing::Scope;
use crate::theme::values::list::text;
use crate::theme::values::page::{Head, context};
use tera::Value;

/// The output.
pub const OUTPUT: Output = Output {
    name: "style-guide",
    about: "the page with every part of the theme",
    plan,
};

/// The word of its address.
const WORD: &str = "style_guide";

fn path(site: &Site, language: &str) -> String {
    format!("{}/{}/", site.prefix(language), site.word(WORD, language))
}

fn plan(press: &Press, plan: &mut Plan) {
    if !press.site.config.style_guide {
        return;
    }
    for (language, code) in press.site.codes.iter().enumerate() {
        let path = path(&press.site, code);
        plan.add(path, HTML, Subject::Site, Some(language), render);
    }
}

fn render(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let (site, theme) = (&press.site, &press.theme);
    let language = artifact.language.ok_or_else(|| misplanned(artifact))?;
    let code = &site.codes[language];
    let translations = site.codes.iter().map(|code| path(site, code)).enumerate();
    let head = Head {
        kind: "style-guide".to_owned(),
        title: text(site, "guide.title", code),
        description: Some(text(site, "guide.intro", code)),
        path: artifact.path.clone(),
        noindex: true,
        translations: translations.collect(),
        breadcrumbs: vec![home_crumb(press, code)],
        ..Head::default()
    };
    let mut context = context(site, &press.cards, language, head);
    context.insert_value("cards", first_of_each_kind(press, language).into());
    context.insert_value("icons", icons(press));
    theme.render(code, "guide.html", &context)
}

/// A card of each kind that the site has.
fn first_of_each_kind(press: &Press, language: usize) -> Vec<Value> {
    let (site, theme) = (&press.site, &press.theme);
    let of_kind = |n: usize| {
        let mut lists = site.listings.iter();
        let list = lists.find(|listing| listing.scope == Scope::Kind(n))?;
        let first = list.entries.first()?;
        Some(press.cards.get(site, theme, language, *first))
    };
    (0..KINDS.len()).filter_map(of_kind).collect()
}

/// The names of all icons.
fn icons(press: &Press) -> Value {
    let names = press
        .theme
        .icons
        .iter()
        .map(|name| Value::from(name.as_str()));
    names.collect::<Vec<Value>>().into()
}
