//! What others can show on their own site, and where it lies.
//!
//! All of it lies below one folder, in every language, so that a host needs one rule for who may show it.

use super::listing::Scope;
use super::{EntryId, Site};
use crate::content::KINDS;

/// The folder of what others may show.
pub const FOLDER: &str = "/embed/";

/// Something that others can show on their own site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Widget {
    /// What is coming, of a kind by its number in `KINDS`.
    Agenda(usize),
    /// The map.
    Map,
    /// A record.
    Card(EntryId),
}

impl Site {
    /// The page that tells people how to show something on their own site.
    pub fn widgets_path(&self, language: &str) -> String {
        if language == self.config.default_language() {
            FOLDER.to_owned()
        } else {
            format!("{FOLDER}{language}/")
        }
    }

    /// The page that others show.
    pub fn widget_path(&self, widget: Widget, language: &str) -> String {
        let own = self.widget_home(widget, language);
        let within = own
            .get(self.prefix(language).len() + 1..)
            .unwrap_or_default();
        format!("{}{within}", self.widgets_path(language))
    }

    /// The page of this site on which the same stands.
    pub fn widget_home(&self, widget: Widget, language: &str) -> String {
        match widget {
            Widget::Agenda(kind) => self.listing_path(Scope::Kind(kind), language),
            Widget::Map => self.map_path(language),
            Widget::Card(id) => self.path(self.entry(id), language),
        }
    }

    /// What is coming, and the records that others may want to show.
    pub fn widgets(&self) -> impl Iterator<Item = Widget> {
        let gathers = |n: &usize| {
            self.calendars.contains(n) && self.listings.iter().any(|l| l.scope == Scope::Kind(*n))
        };
        let cards = self
            .entries
            .iter()
            .filter(|entry| entry.record().embeddable());
        let agendas = (0..KINDS.len()).filter(gathers).map(Widget::Agenda);
        agendas.chain(cards.map(|entry| Widget::Card(entry.id)))
    }
}
