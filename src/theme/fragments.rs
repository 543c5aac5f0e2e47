//! Parts of pages that are rendered once and used on many: menus, the footer, cards.
//!
//! A fragment depends on nothing but the language, the site and its own arguments, so what was
//! rendered for the same arguments is the same. A site of ten thousand records shows each card on
//! six lists, and its footer on every page.

use super::functions::safe;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock, Weak};
use tera::value::Key;
use tera::{Context, Error, Kwargs, State, Tera, TeraResult, Value};

/// Rendered fragments lie in several drawers, so that threads seldom wait for one another.
const DRAWERS: usize = 64;

/// The fragments of one language.
#[derive(Default)]
pub struct Fragments {
    furniture: RwLock<Option<Arc<(Tera, Context)>>>,
    drawers: OnceLock<Vec<Mutex<BTreeMap<(usize, String), Value>>>>,
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

    fn drawers(&self) -> &[Mutex<BTreeMap<(usize, String), Value>>] {
        let empty = || (0..DRAWERS).map(|_| Mutex::default()).collect();
        self.drawers.get_or_init(empty)
    }

    fn render(
        &self,
        key: String,
        template: &str,
        add: impl FnOnce(&mut Context),
    ) -> TeraResult<Value> {
        let drawers = self.drawers();
        // Keys begin alike, so they are told apart by a number first.
        let number = key.bytes().fold(0usize, |sum, byte| {
            sum.wrapping_mul(31).wrapping_add(usize::from(byte))
        });
        let (place, key) = (number % DRAWERS, (number, key));
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

/// Gives an engine `fragment` and `card`. The engine does not own the fragments, which own an engine like it: each
/// would keep the other in memory for ever.
pub fn register(engine: &mut Tera, fragments: &Arc<Fragments>) {
    let parts = Arc::downgrade(fragments);
    engine.register_function("fragment", move |arguments: Kwargs, _: &State| {
        fragment(&*held(&parts)?, &arguments)
    });
    let cards = Arc::downgrade(fragments);
    engine.register_function("card", move |arguments: Kwargs, _: &State| {
        card(&*held(&cards)?, &arguments)
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
    fragments.render(format!("{name}\n{key}"), name, |context| {
        context.insert_value("key", key.into())
    })
}

/// `card(card=card, level=3)`: `partials/card.html`, which sees only these.
fn card(fragments: &Fragments, arguments: &Kwargs) -> TeraResult<Value> {
    let card: Value = arguments.must_get("card")?;
    let level: i64 = arguments.get("level")?.unwrap_or(3);
    // A record is one card for each of its occurrences.
    let key = format!(
        "{}\n{}\n{}\n{level}",
        text(part(Some(&card), "url")),
        text(part(part(Some(&card), "date"), "iso")),
        text(part(part(Some(&card), "status"), "code"))
    );
    fragments.render(key, "partials/card.html", |context| {
        context.insert_value("card", card.clone());
        context.insert_value("level", level.into());
    })
}

/// A value of a group.
fn part<'a>(group: Option<&'a Value>, name: &'static str) -> Option<&'a Value> {
    group?.as_map()?.get(&Key::Str(name))
}

fn text(value: Option<&Value>) -> &str {
    value.and_then(Value::as_str).unwrap_or_default()
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
}
