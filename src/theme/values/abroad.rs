//! Who in other cities can be of use to whom here, and the other way round, with the reasons in words and the way to
//! where it comes from.

use super::moments::Moments;
use super::{Object, market, network};
use crate::site::Entry;
use crate::site::matching::Match;
use crate::site::network::ForeignId;
use tera::Value;

/// Who in other cities fits an entry, under a heading for each part.
pub fn matches(moments: &Moments, entry: &Entry) -> Vec<Value> {
    let Some(own) = entry.record().exchange().map(|exchange| exchange.part) else {
        return vec![];
    };
    let locale = moments.theme.locale(&moments.site.codes[moments.language]);
    let group = |found: &[Match<ForeignId>]| -> Option<Value> {
        let other = found.first()?.part.name();
        let title = locale.text(&format!("match.{}.{other}", own.name()), &[]);
        let shown = found.iter().filter_map(|one| value(moments, one));
        let shown: Vec<Value> = shown.map(Value::from).collect();
        let group = Object::new()
            .set("part", other)
            .set("title", title)
            .set("matches", shown.clone());
        (!shown.is_empty()).then(|| group.into())
    };
    let all = moments.site.matches_abroad(entry);
    all.chunk_by(|a, b| a.part == b.part)
        .filter_map(group)
        .collect()
}

/// The one in another city that fits an entry best.
pub fn best(moments: &Moments, entry: &Entry) -> Option<Object> {
    let all = moments.site.matches_abroad(entry).iter().rev();
    value(moments, all.max_by_key(|found| found.score)?)
}

fn value(moments: &Moments, found: &Match<ForeignId>) -> Option<Object> {
    let foreign = moments.site.network.get(found.with);
    Some(
        market::reasoned(moments.site, moments.theme, found, moments.language)
            .set("card", network::card(moments, foreign)?)
            .set("from", moments.provenance(foreign)),
    )
}

/// What of ours fits something of another city.
pub fn fits(moments: &Moments, foreign: ForeignId) -> Vec<Value> {
    let Moments {
        site,
        theme,
        cards,
        language,
    } = moments;
    let all = site.matches_of(foreign).iter();
    let own = all.map(|found| {
        market::reasoned(site, theme, found, *language)
            .set("card", cards.get(site, theme, *language, found.with))
            .into()
    });
    own.collect()
}
