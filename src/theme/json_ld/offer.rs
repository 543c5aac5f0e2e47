//! What it costs to come, and from when until when one can sign up.

use super::{Value, json, node, page};
use crate::content::fields::Price;
use crate::content::schedule::Status;
use crate::content::time::Moment;
use crate::site::{Entry, Site};
use crate::theme::values::card::iso;

/// An offer for each price; one of nothing where it is free of charge. Null when that question does
/// not arise.
pub fn offers(site: &Site, entry: &Entry, is_over: bool, status: Status, language: &str) -> Value {
    let record = &entry.version(language).record;
    let Some(prices) = record.prices() else {
        return Value::Null;
    };
    let registration = record.registration();
    let url = registration.and_then(|way| way.url.as_ref());
    let url = url.map_or_else(|| page(site, entry, language), |url| url.0.clone());
    let opens = registration.and_then(|way| way.opens);
    let from = opens.map_or_else(|| entry.history.created.to_string(), |day| day.to_string());
    let until = record.closes().map(|closes| moment(site, entry, closes));
    let closed = record
        .closes()
        .is_some_and(|closes| site.has_passed(entry, &closes.value));
    let availability = match is_over || closed || status == Status::Cancelled {
        true => "https://schema.org/Discontinued",
        false => "https://schema.org/InStock",
    };
    let offer = |label: Option<&str>, amount: f64, currency: &str| {
        node(vec![
            ("@type", json!("Offer")),
            ("name", json!(label)),
            ("price", self::amount(amount)),
            ("priceCurrency", json!(currency)),
            ("url", json!(url)),
            ("availability", json!(availability)),
            ("validFrom", json!(from)),
            ("validThrough", json!(until)),
        ])
    };
    let of_price = |price: &Price| {
        let label = price.label.as_ref().map(|label| &*label.0);
        offer(label, price.amount, &price.currency)
    };
    match prices {
        [] => offer(None, 0.0, "EUR"),
        [price] => of_price(price),
        prices => prices.iter().map(of_price).collect(),
    }
}

/// A whole number without decimals.
fn amount(amount: f64) -> Value {
    match amount.fract() == 0.0 && amount.abs() < 1e15 {
        true => json!(amount as i64),
        false => json!(amount),
    }
}

/// A last day, or a last moment on the clock of the place.
pub(super) fn moment(site: &Site, entry: &Entry, at: &Moment) -> String {
    let zoned = at.time.and_then(|_| site.at_the_place(entry, at));
    zoned.map_or_else(|| at.date.to_string(), |at| iso(&at, false))
}
