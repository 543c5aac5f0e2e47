//! Who in other cities can be of use to whom here, and the other way round, with the reasons in words and the way to
//! where it comes from.

use super::moments::Moments;
use super::{Object, market, network};
use crate::site::matching::Match;
use crate::site::network::ForeignId;
use crate::site::{Entry, EntryId};
use std::cmp::Reverse;
use std::collections::BTreeSet;
use tera::Value;

/// Most that the market shows of other cities.
const BOARD: usize = 12;

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

/// What in other cities fits the notices of the market best, each once, with the notice that it fits.
pub fn board(moments: &Moments, notices: &[EntryId]) -> Option<Object> {
    let site = moments.site;
    let pairs = notices.iter().flat_map(|id| {
        let found = site.matches_abroad(site.entry(*id)).iter();
        found.map(|found| (Reverse(found.score), *id, found))
    });
    let mut pairs: Vec<(Reverse<u8>, EntryId, &Match<ForeignId>)> = pairs.collect();
    pairs.sort_by_key(|(score, id, found)| (*score, *id, found.with));
    let mut seen = BTreeSet::new();
    pairs.retain(|(_, _, found)| seen.insert(found.with));
    let shown = pairs.into_iter().take(BOARD).filter_map(|(_, id, found)| {
        let own = moments.cards.get(site, moments.theme, moments.language, id);
        Some(value(moments, found)?.set("own", own).into())
    });
    let items: Vec<Value> = shown.collect();
    let code = &site.codes[moments.language];
    let board = Object::new()
        .set("all_url", site.network_path(code))
        .set("items", items.clone());
    (!items.is_empty()).then_some(board)
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
