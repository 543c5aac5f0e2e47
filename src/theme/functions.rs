//! What templates can call: texts, dates, numbers and the addresses of assets.

use super::dates::Style;
use super::messages::Locale;
use crate::diagnostic::nearest;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use tera::{Error, Kwargs, State, Tera, TeraResult, Value};

/// A text that is HTML already.
pub fn safe(html: &str) -> Value {
    Value::safe_string(html)
}

/// What is the same on every page of a language.
pub struct Constants {
    /// Texts, dates and numbers.
    pub locale: Arc<Locale>,
    /// Addresses of assets by name.
    pub assets: Arc<BTreeMap<String, String>>,
    /// Icons by name, as SVG.
    pub icons: Arc<BTreeMap<String, Value>>,
    /// Scripts by name, in their tags.
    pub scripts: Arc<BTreeMap<String, Value>>,
}

/// Gives an engine its functions and filters, in one language.
pub fn register(engine: &mut Tera, constants: &Constants) {
    let locale = &constants.locale;
    let icons = Arc::clone(&constants.icons);
    engine.register_function("icon", move |arguments: Kwargs, _: &State| {
        icon(&icons, arguments.must_get("name")?)
    });
    let scripts = Arc::clone(&constants.scripts);
    engine.register_function("script", move |arguments: Kwargs, _: &State| {
        script(&scripts, arguments.must_get("name")?)
    });
    let texts = Arc::clone(locale);
    engine.register_function("t", move |arguments: Kwargs, _: &State| {
        text(&texts, &arguments)
    });
    let assets = Arc::clone(&constants.assets);
    engine.register_function("asset", move |arguments: Kwargs, _: &State| {
        asset(&assets, arguments.must_get("path")?)
    });
    let dates = Arc::clone(locale);
    engine.register_filter("date", move |day: &str, arguments: Kwargs, _: &State| {
        date(&dates, day, &arguments)
    });
    let numbers = Arc::clone(locale);
    engine.register_filter("number", move |n: &Value, arguments: Kwargs, _: &State| {
        number(&numbers, n, &arguments)
    });
}

/// `t(key="agenda.upcoming", n=3)`: an interface text. Other arguments fill the braces.
fn text(locale: &Locale, arguments: &Kwargs) -> TeraResult<String> {
    let key: &str = arguments.must_get("key")?;
    let given: Vec<(&str, Cow<str>)> = arguments
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().filter(|name| *name != "key")?, value)))
        .map(|(name, value)| match value.as_str() {
            Some(text) => (name, Cow::Borrowed(text)),
            None => (name, Cow::Owned(value.to_string())),
        })
        .collect();
    let given: Vec<(&str, &str)> = given
        .iter()
        .map(|(name, value)| (*name, &**value))
        .collect();
    locale.find(key, &given).ok_or_else(|| {
        let near = nearest(key, locale.language.texts.keys().map(String::as_str));
        let hint = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        Error::message(format!(
            "there is no text `{key}` in data/languages/{}.yaml{hint}",
            locale.language.code
        ))
    })
}

/// `asset(path="style.css")`: the address of an asset, with the hash of its content.
fn asset(assets: &BTreeMap<String, String>, name: &str) -> TeraResult<String> {
    assets.get(name).cloned().ok_or_else(|| {
        let near = nearest(name, assets.keys().map(String::as_str));
        let hint = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        Error::message(format!("there is no asset `{name}` in the theme{hint}"))
    })
}

/// `icon(name="place")`: a line icon, hidden from assistive technology.
fn icon(icons: &BTreeMap<String, Value>, name: &str) -> TeraResult<Value> {
    icons
        .get(name)
        .or_else(|| icons.get("other"))
        .cloned()
        .ok_or_else(|| Error::message(format!("there is no icon `{name}` in the theme")))
}

/// `script(name="now")`: `scripts/now.js`, inline; its hash is in the Content-Security-Policy.
fn script(scripts: &BTreeMap<String, Value>, name: &str) -> TeraResult<Value> {
    scripts.get(name).cloned().ok_or_else(|| {
        let near = nearest(name, scripts.keys().map(String::as_str));
        let hint = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        Error::message(format!("there is no script `{name}` in the theme{hint}"))
    })
}

/// `day | date(style="long")`: a day, or day and time, in words.
fn date(locale: &Locale, text: &str, arguments: &Kwargs) -> TeraResult<String> {
    let day: jiff::civil::Date = match text.get(..10).and_then(|day| day.parse().ok()) {
        Some(day) => day,
        // A bare year is how an organisation may state when it was founded.
        None => return Ok(text.to_owned()),
    };
    let time = text
        .get(11..16)
        .and_then(|time| time.parse::<jiff::civil::Time>().ok());
    let write = |style| locale.dates.day(day, style);
    let with_time = |day: String| match time {
        Some(time) => locale.at(&day, time),
        None => day,
    };
    Ok(match arguments.get::<&str>("style")?.unwrap_or("long") {
        "long" => with_time(write(Style::Long)),
        "medium" => with_time(write(Style::Medium)),
        "short" => write(Style::Short),
        "month" => write(Style::Month),
        "month_name" => write(Style::MonthName),
        "weekday" => write(Style::Weekday),
        "time" => time
            .map(|time| locale.dates.clock(time))
            .unwrap_or_default(),
        other => {
            return Err(Error::message(format!(
                "`date` has no style `{other}`; it has long, medium, short, month, month_name, weekday and time"
            )));
        }
    })
}

/// `n | number(decimals=2)`: a number as the language writes it.
fn number(locale: &Locale, value: &Value, arguments: &Kwargs) -> TeraResult<String> {
    let n = value
        .as_f64()
        .ok_or_else(|| Error::message("`number` needs a number"))?;
    let decimals = arguments.get::<usize>("decimals")?;
    Ok(locale.numbers.write(n, decimals))
}
