//! Parts of pages that are rendered once and used on many: menus, the footer, cards.
//!
//! A fragment depends on nothing but the language, the site and its own arguments, so what was
//! rendered for the same arguments is the same. A site of ten thousand records shows each card on
//! six lists, and its footer on every page.

use super::functions::safe;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock, Weak};
use tera::value::Key as Name;
use tera::{Context, Error, Kwargs, State, Tera, TeraResult, Value};

/// Rendered fragments lie in many drawers, so that threads seldom wait for one another, and few lie in each.
const DRAWERS: usize = 1024;

/// The value by which a card is known among all of a site.
const NUMBER: Name = Name::Str("number");

/// The fragments of one language.
#[derive(Default)]
pub struct Fragments {
    furniture: RwLock<Option<Arc<(Tera, Context)>>>,
    drawers: OnceLock<Vec<Mutex<BTreeMap<Key, Value>>>>,
}

/// What a fragment is known by: a template and what it was given, or a card and the level of its heading.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Part(String),
    Card(i64, i64),
}

impl Key {
    /// The drawer that it lies in.
    fn drawer(&self) -> usize {
        let number = match self {
            Key::Part(name) => name.bytes().fold(0u64, |sum, byte| {
                sum.wrapping_mul(31).wrapping_add(byte.into())
            }),
            // The number of a record stands above that of its time.
            Key::Card(number, level) => (number ^ (number >> 32) ^ level).cast_unsigned(),
        };
        (number % DRAWERS as u64) as usize
    }
}

impl Fragments {
    /// Gives the fragments what they are rendered with, once the site's own values are known. What was
    /// rendered with others is forgotten.
    pub fn furnish(&self, engine: &Tera, context: Context) {
        let furniture = Some(Arc::new((engine.clone(), context)));
        *self
            .furniture
            .write()
            .unwrap_or_else(PoisonError::into_inner) = furniture;
        self.let_go();
    }

    /// Lets go of all that was rendered.
    pub fn let_go(&self) {
        for drawer in self.drawers() {
            let mut drawer = drawer.lock().unwrap_or_else(PoisonError::into_inner);
            drawer.clear();
        }
    }

    fn drawers(&self) -> &[Mutex<BTreeMap<Key, Value>>] {
        let empty = || (0..DRAWERS).map(|_| Mutex::default()).collect();
        self.drawers.get_or_init(empty)
    }

    fn render(
        &self,
        key: Key,
        template: &str,
        add: impl FnOnce(&mut Context),
    ) -> TeraResult<Value> {
        let (drawers, place) = (self.drawers(), key.drawer());
        let known = drawers[place]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&key)
            .cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let furniture = self
            .furniture
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let Some((engine, around)) = furniture.as_deref() else {
            return Err(Error::message(
                "a fragment was asked for before the site was known",
            ));
        };
        // Rendered outside the lock: two threads may do the same work once, and the result is the same.
        let mut context = around.clone();
        add(&mut context);
        let rendered = safe(engine.render(template, &context)?.trim());
        drawers[place]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key, rendered.clone());
        Ok(rendered)
    }
}

/// Gives an engine `fragment` and `cards`. The engine does not own the fragments, which own an engine like it: each
/// would keep the other in memory for ever.
pub fn register(engine: &mut Tera, fragments: &Arc<Fragments>) {
    let parts = Arc::downgrade(fragments);
    engine.register_function("fragment", move |arguments: Kwargs, _: &State| {
        fragment(&*held(&parts)?, &arguments)
    });
    let cards = Arc::downgrade(fragments);
    engine.register_function("cards", move |arguments: Kwargs, _: &State| {
        self::cards(&*held(&cards)?, &arguments)
    });
}

fn held(fragments: &Weak<Fragments>) -> TeraResult<Arc<Fragments>> {
    let gone = || Error::message("a fragment was asked for after its theme was gone");
    fragments.upgrade().ok_or_else(gone)
}

/// `fragment(name="partials/menu.html", key=page.path)`: a template that sees only the language,
/// the site and its `key`.
fn fragment(fragments: &Fragments, arguments: &Kwargs) -> TeraResult<Value> {
    let name: &str = arguments.must_get("name")?;
    let key: &str = arguments.get("key")?.unwrap_or("");
    fragments.render(Key::Part(format!("{name}\n{key}")), name, |context| {
        context.insert_value("key", key.into())
    })
}

/// `cards(of=listing.entries, level=3)`: `partials/card.html` for each of these cards; it sees only `card` and `level`.
fn cards(fragments: &Fragments, arguments: &Kwargs) -> TeraResult<Value> {
    let of: Value = arguments.must_get("of")?;
    let level: i64 = arguments.get("level")?.unwrap_or(3);
    let one = |card: &Value| {
        let number = card.as_map().and_then(|card| card.get(&NUMBER)?.as_i64());
        let number = number.ok_or_else(|| Error::message("`cards` needs the cards of records"))?;
        fragments.render(Key::Card(number, level), "partials/card.html", |context| {
            context.insert_value("card", card.clone());
            context.insert_value("level", level.into());
        })
    };
    let Some(of) = of.as_array() else {
        return Err(Error::message(format!(
            "`cards` needs a list of cards, such as `listing.entries`, and `of` is a {}",
            of.name()
        )));
    };
    Ok(of
        .iter()
        .map(one)
        .collect::<TeraResult<Vec<Value>>>()?
        .into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_theme_that_is_not_used_any_more_leaves_nothing_in_memory() {
        let (mut engine, fragments) = (Tera::default(), Arc::<Fragments>::default());
        register(&mut engine, &fragments);
        fragments.furnish(&engine, Context::new());
        let left = Arc::downgrade(&fragments);
        drop((engine, fragments));
        assert_eq!(left.strong_count(), 0);
    }

    #[test]
    fn what_is_no_list_of_cards_is_told() {
        let (mut engine, fragments) = (Tera::default(), Arc::<Fragments>::default());
        register(&mut engine, &fragments);
        fragments.furnish(&engine, Context::new());
        let said = |of: Value| {
            let mut context = Context::new();
            context.insert_value("of", of);
            let faulty = engine.render_str("{{ cards(of=of) }}", &context, false);
            faulty.expect_err("a fault").to_string()
        };
        let [text, other] = [said("agenda".into()), said(vec!["agenda"].into())];
        assert!(text.contains("`of` is a string"), "{text}");
        assert!(other.contains("needs the cards of records"), "{other}");
    }
}
