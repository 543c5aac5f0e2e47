//! Lists whose lines stand under headings: the market by sort of thing, a topic or a neighbourhood
//! by kind. They run on from page to page, and each page leads to all of them.

use super::list::{Item, Paging, page_path};
use super::moments::Moments;
use super::{Cards, Object, abroad, link, market};
use crate::content::KINDS;
use crate::content::exchange::Category;
use crate::site::listing::{Listing, Order, Scope};
use crate::site::{Entry, EntryId, Site};
use crate::theme::Theme;
use crate::theme::messages::Locale;
use tera::Value;

/// What stands over lines; the order is that of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Heading {
    /// Of the market: a sort of thing.
    Category(Category),
    /// Of a kind, by its number.
    Kind(usize),
    /// Of a kind that gathers people: what is over.
    Past(usize),
}

impl Heading {
    fn of(site: &Site, scope: Scope, entry: &Entry) -> Option<Heading> {
        let kind = entry.kind.number();
        Some(match scope {
            Scope::Term(..) if entry.gathers() && entry.next(&site.now).is_none() => {
                Heading::Past(kind)
            }
            Scope::Term(..) => Heading::Kind(kind),
            _ => {
                let sorts = entry.record().exchange()?.categories;
                Heading::Category(*sorts.first()?)
            }
        })
    }

    fn folder(self) -> &'static str {
        match self {
            Heading::Category(_) => "notices",
            Heading::Kind(n) | Heading::Past(n) => KINDS.get(n).map_or("", |kind| kind.folder),
        }
    }

    /// Its anchor on the page.
    fn id(self) -> String {
        match self {
            Heading::Category(category) => category.name().to_owned(),
            Heading::Kind(_) => self.folder().to_owned(),
            Heading::Past(_) => format!("past-{}", self.folder()),
        }
    }

    fn title(self, locale: &Locale) -> String {
        match self {
            Heading::Category(category) => market::category(category, locale),
            Heading::Kind(_) => locale.text(&format!("refs.{}", self.folder()), &[]),
            Heading::Past(_) => locale.text(&format!("refs.past_{}", self.folder()), &[]),
        }
    }
}

/// A heading, the line at which it begins, and how many lines it has.
pub type Place = (Heading, usize, usize);

/// Whether a list has headings.
fn are_in(site: &Site, listing: &Listing) -> bool {
    match listing.scope {
        Scope::Term(..) => true,
        Scope::Kind(_) => market::is_board(site, listing),
        _ => false,
    }
}

/// The lines of such a list under their headings, without notices that are over.
pub fn items(site: &Site, listing: &Listing, order: &Order) -> Option<Vec<Item>> {
    if !are_in(site, listing) {
        return None;
    }
    let current = order.of(listing).into_iter().map(|id| site.entry(id));
    let current = current.filter(|entry| !site.is_over(entry));
    let mut headed: Vec<(Heading, EntryId)> = current
        .filter_map(|entry| Some((Heading::of(site, listing.scope, entry)?, entry.id)))
        .collect();
    headed.sort_by_key(|(heading, _)| *heading);
    Some(headed.into_iter().map(|(_, id)| (id, None)).collect())
}

/// Where each heading of a list begins, and how many lines it has; `None` where a list has none.
pub fn headings(site: &Site, listing: &Listing, items: &[Item]) -> Option<Vec<Place>> {
    if !are_in(site, listing) {
        return None;
    }
    let mut headings: Vec<Place> = Vec::new();
    for (n, (id, _)) in items.iter().enumerate() {
        let Some(heading) = Heading::of(site, listing.scope, site.entry(*id)) else {
            continue;
        };
        match headings.last_mut() {
            Some((last, _, count)) if *last == heading => *count += 1,
            _ => headings.push((heading, n, 1)),
        }
    }
    Some(headings)
}

/// A page of such a list.
pub struct Page<'a> {
    /// The site.
    pub site: &'a Site,
    /// Its theme.
    pub theme: &'a Theme,
    /// Its cards.
    pub cards: &'a Cards,
    /// Number of the language.
    pub language: usize,
    /// The headings of the whole list.
    pub headings: &'a [Place],
    /// All of its lines, not only those of the page.
    pub items: &'a [Item],
    /// Which page of how many.
    pub paging: Paging,
}

impl Page<'_> {
    /// Links to every heading, also on other pages. One heading needs none.
    pub fn contents(&self, first: &str) -> Vec<Value> {
        let code = &self.site.codes[self.language];
        let locale = self.theme.locale(code);
        let title = match self.headings {
            [] | [_] => return vec![],
            [(Heading::Category(_), ..), ..] => "notice.category",
            _ => "entry.contents",
        };
        let item = |(heading, from, count): &Place| -> Value {
            let number = from / self.paging.size.max(1) + 1;
            let path = match number == self.paging.number {
                true => String::new(),
                false => page_path(self.site, first, number, code),
            };
            link(&heading.title(locale), format!("{path}#{}", heading.id()))
                .set("count", *count)
                .into()
        };
        let items: Vec<Value> = self.headings.iter().map(item).collect();
        let contents = Object::new()
            .set("title", locale.text(title, &[]))
            .set("items", items);
        vec![contents.into()]
    }

    /// The lines of this page under their headings.
    pub fn sections(&self, lines: &[Value]) -> Vec<Value> {
        let locale = self.theme.locale(&self.site.codes[self.language]);
        let from = (self.paging.number - 1) * self.paging.size;
        let until = from + lines.len();
        let section = |(heading, begins, count): &Place| {
            let (first, last) = ((*begins).max(from), (begins + count).min(until));
            let own = lines.get(first.checked_sub(from)?..last.checked_sub(from)?)?;
            let items = self.items.get(first..last)?;
            let on_board = matches!(heading, Heading::Category(_));
            let line = |(line, item): (&Value, &Item)| match on_board {
                true => self.with_best(line, item),
                false => line.clone(),
            };
            let entries: Vec<Value> = own.iter().zip(items).map(line).collect();
            let counted = format!("count.{}", heading.folder());
            let section = Object::new()
                .set("id", heading.id())
                .set("title", heading.title(locale))
                .set("folder", heading.folder())
                .set("count_text", locale.count(&counted, *count))
                .set("entries", entries.clone());
            (!entries.is_empty()).then(|| Value::from(section))
        };
        self.headings.iter().filter_map(section).collect()
    }

    /// A line of the market, with who fits best.
    fn with_best(&self, line: &Value, (id, _): &Item) -> Value {
        let entry = self.site.entry(*id);
        let best = market::best(self.site, self.theme, self.cards, entry, self.language);
        let moments = Moments {
            site: self.site,
            theme: self.theme,
            cards: self.cards,
            language: self.language,
        };
        let best = best.or_else(|| abroad::best(&moments, entry).map(Value::from));
        Object::of(line).some("best", best).into()
    }
}
