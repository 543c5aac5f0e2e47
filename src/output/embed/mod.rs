//! What others show on their own site, in a frame: the agenda, the map, a record as a card. And the page
//! that tells people how.

pub mod oembed;

use super::page::HTML;
use super::{Artifact, Output, Plan, Press, Subject, home_crumb, misplanned};
use crate::content::markdown::escape;
use crate::diagnostic::Diagnostic;
use crate::site::Site;
use crate::site::listing::Scope;
use crate::site::widget::Widget;
use crate::theme::Theme;
use crate::theme::values::list::{self, text};
use crate::theme::values::page::{Head, context};
use crate::theme::values::{Object, map};
use tera::Value;

/// The output.
pub const OUTPUT: Output = Output {
    name: "embed",
    about: "what others show on their own site: the agenda, the map, cards",
    plan,
};

/// Lines of the agenda that others show.
const LINES: usize = 10;

/// Everything that others can show.
pub fn widgets(press: &Press) -> impl Iterator<Item = Widget> {
    let map = (!press.cards.places.standing.is_empty()).then_some(Widget::Map);
    press.site.widgets().chain(map)
}

fn plan(press: &Press, plan: &mut Plan) {
    let site = &press.site;
    let any = widgets(press).next().is_some();
    for (n, code) in site.codes.iter().enumerate() {
        if any {
            plan.add(site.widgets_path(code), HTML, Subject::Site, Some(n), guide);
        }
        for widget in widgets(press) {
            let path = site.widget_path(widget, code);
            plan.add(path, HTML, Subject::Widget(widget), Some(n), render);
        }
    }
}

/// What a widget is called.
fn title(site: &Site, theme: &Theme, widget: Widget, language: &str) -> String {
    match widget {
        Widget::Agenda(kind) => list::title(site, theme, Scope::Kind(kind), language),
        Widget::Map => theme.locale(language).text("map.title", &[]),
        Widget::Card(id) => site.entry(id).version(language).common.title.0.clone(),
    }
}

/// Width and height that suit it.
fn size(widget: Widget) -> (u32, u32) {
    match widget {
        Widget::Agenda(_) => (600, 720),
        Widget::Map => (800, 600),
        Widget::Card(_) => (400, 560),
    }
}

/// What somebody puts into a page of their own.
fn frame(site: &Site, theme: &Theme, widget: Widget, language: &str) -> String {
    let (width, height) = size(widget);
    let address = escape(&site.config.absolute(&site.widget_path(widget, language)));
    let title = escape(&format!(
        "{} – {}",
        title(site, theme, widget, language),
        site.text(&site.config.title, language)
    ));
    format!(
        "<iframe src=\"{address}\" title=\"{title}\" width=\"{width}\" height=\"{height}\" loading=\"lazy\" style=\"border:0;max-width:100%\"></iframe>"
    )
}

/// A widget as templates get it.
pub fn value(site: &Site, theme: &Theme, widget: Widget, language: &str) -> Value {
    let (width, height) = size(widget);
    Object::new()
        .set("title", title(site, theme, widget, language))
        .set("path", site.widget_path(widget, language))
        .set("home", site.widget_home(widget, language))
        .set("code", frame(site, theme, widget, language))
        .set("width", width)
        .set("height", height)
        .into()
}

fn head(kind: &str, title: String, path: String, canonical: Vec<(usize, String)>) -> Head {
    Head {
        kind: kind.to_owned(),
        title,
        path,
        noindex: true,
        translations: canonical,
        ..Head::default()
    }
}

/// The page that others show. It has no menu: what leads on opens in the whole window.
fn render(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let (Subject::Widget(widget), Some(n)) = (artifact.subject, artifact.language) else {
        return Err(misplanned(artifact));
    };
    let (site, theme, cards) = (&press.site, &press.theme, &press.cards);
    let code = &site.codes[n];
    let name = title(site, theme, widget, code);
    let mut context = context(
        site,
        cards,
        n,
        head("embed", name, site.widget_home(widget, code), vec![]),
    );
    context.insert_value("widget", value(site, theme, widget, code));
    let template = match widget {
        Widget::Agenda(kind) => {
            let scope = Scope::Kind(kind);
            let list = site.listings.iter().position(|list| list.scope == scope);
            let items = list.map_or(&[][..], |list| cards.lists.items(site, list, n));
            let line = |item| list::line(site, theme, cards, n, item);
            let coming: Vec<Value> = items.iter().take(LINES).map(line).collect();
            context.insert_value("entries", coming.into());
            "embed/agenda.html"
        }
        Widget::Map => {
            context.insert_value("map", map::map(site, theme, &cards.places, code));
            "embed/map.html"
        }
        Widget::Card(id) => {
            context.insert_value("card", cards.get(site, theme, n, id));
            "embed/card.html"
        }
    };
    theme.render(code, template, &context)
}

/// The page that tells people how to show something on their own site.
fn guide(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let Some(n) = artifact.language else {
        return Err(misplanned(artifact));
    };
    let (site, theme) = (&press.site, &press.theme);
    let code = &site.codes[n];
    let paths = site.codes.iter().map(|code| site.widgets_path(code));
    let head = Head {
        description: Some(text(site, "embed.intro", code)),
        noindex: false,
        breadcrumbs: vec![home_crumb(press, code)],
        ..head(
            "embed-guide",
            text(site, "embed.title", code),
            artifact.path.clone(),
            paths.enumerate().collect(),
        )
    };
    let mut context = context(site, &press.cards, n, head);
    let is_card = |widget: &Widget| matches!(widget, Widget::Card(_));
    let shown = |widget: Widget| value(site, theme, widget, code);
    let whole: Vec<Value> = widgets(press)
        .filter(|widget| !is_card(widget))
        .map(shown)
        .collect();
    context.insert_value("widgets", whole.into());
    if let Some(card) = widgets(press).find(is_card) {
        context.insert_value("card", shown(card));
    }
    theme.render(code, "embed/guide.html", &context)
}
