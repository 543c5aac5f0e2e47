use super::*;
use crate::content::Period;
use crate::content::time::Day;
use jiff::civil::date;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

const TODAY: Date = date(2026, 11, 22);

fn party(number: u32, part: Part) -> Party {
    Party {
        id: EntryId(number),
        name: (0, format!("n{number:03}")),
        part,
        categories: vec![Category::Material],
        topics: vec![1],
        named: usize::MAX,
        neighbourhood: Some(3),
        city: Some("almere".to_owned()),
        period: Some(Period {
            from: None,
            until: Some(Day(date(2026, 12, 20))),
        }),
        languages: vec!["nl".to_owned()],
        owners: vec![EntryId(900 + number)],
        bound: true,
        abroad: false,
    }
}

fn score(one: &Party, other: &Party) -> u8 {
    weigh(one, other, TODAY).map_or(0, |found| found.score)
}

#[test]
fn what_is_asked_where_it_is_offered_is_a_strong_match_that_says_why() {
    let found = weigh(&party(1, Part::Need), &party(2, Part::Offer), TODAY).unwrap();
    assert_eq!(found.strength(), Strength::Strong);
    let why = [
        Reason::Category(Category::Material),
        Reason::Topics(vec![1]),
        Reason::Neighbourhood(3),
        Reason::Period(Some(date(2026, 12, 20))),
        Reason::Languages(vec!["nl".to_owned()]),
    ];
    assert_eq!(found.reasons, why);
}

#[test]
fn a_language_a_city_or_a_topic_alone_is_no_match() {
    let need = party(1, Part::Need);
    let mut offer = party(2, Part::Offer);
    offer.neighbourhood = None;
    offer.categories = vec![Category::Other];
    assert_eq!(score(&need, &offer), 0);
    offer.topics = vec![];
    offer.categories = vec![Category::Material];
    assert_eq!(score(&need, &offer), 0);
}

#[test]
fn two_of_the_three_are_enough_and_a_neighbourhood_weighs_least() {
    let need = party(1, Part::Need);
    let offer = |change: fn(&mut Party)| {
        let mut offer = party(2, Part::Offer);
        change(&mut offer);
        weigh(&need, &offer, TODAY).map(|found| found.strength())
    };
    assert_eq!(offer(|o| o.topics.clear()), Some(Strength::Possible));
    assert_eq!(offer(|o| o.neighbourhood = Some(4)), Some(Strength::Good));
    assert_eq!(
        offer(|o| o.categories = vec![Category::Other]),
        Some(Strength::Possible)
    );
}

#[test]
fn a_place_or_a_lesson_is_matched_by_what_it_is_about() {
    let (mut need, mut place) = (party(1, Part::Need), party(2, Part::Place));
    for party in [&mut need, &mut place] {
        party.categories = vec![Category::Space];
    }
    assert!(score(&need, &place) >= STRONG);
    place.topics = vec![2];
    assert_eq!(score(&need, &place), 0);
}

#[test]
fn two_topics_are_enough_where_somebody_does_not_say_what_is_asked() {
    let (mut offer, mut call) = (party(1, Part::Offer), party(2, Part::Invitation));
    (call.categories, call.neighbourhood) = (vec![], None);
    assert_eq!(score(&offer, &call), 0);
    offer.topics = vec![1, 2];
    call.topics = vec![1, 2, 3];
    assert!(score(&offer, &call) >= ENOUGH);
}

#[test]
fn chairs_are_no_answer_to_who_asks_for_advice() {
    let mut need = party(1, Part::Need);
    need.categories = vec![Category::Knowledge];
    assert_eq!(score(&need, &party(2, Part::Offer)), 0);
}

#[test]
fn what_must_be_fetched_is_not_matched_between_cities_but_knowledge_is() {
    let (mut need, mut offer) = (party(1, Part::Need), party(2, Part::Offer));
    offer.city = Some("athene".to_owned());
    offer.neighbourhood = None;
    assert_eq!(score(&need, &offer), 0);
    for party in [&mut need, &mut offer] {
        party.categories = vec![Category::Knowledge];
        party.bound = false;
    }
    assert!(score(&need, &offer) >= GOOD);
}

#[test]
fn what_ends_this_week_is_matched_but_gets_nothing_for_the_time_left() {
    let (need, mut offer) = (party(1, Part::Need), party(2, Part::Offer));
    let in_time = score(&need, &offer);
    offer.period = Some(Period {
        from: None,
        until: Some(Day(date(2026, 11, 24))),
    });
    assert_eq!(score(&need, &offer), in_time - PERIOD);
}

fn day() -> impl Strategy<Value = Option<Day>> {
    let offset = select(vec![-30i64, -1, 0, 1, 12, 13, 60]);
    option::of(offset.prop_map(|days| Day(TODAY.saturating_add(days.days()))))
}

fn any_party() -> impl Strategy<Value = Party> {
    let about = (
        vec(select(Category::ALL.to_vec()), 0..3),
        vec(0usize..5, 0..4),
        option::of(0usize..3),
        option::of(select(vec!["almere", "athene"])),
    );
    let rest = (
        option::of((day(), day())),
        vec(select(vec!["ar", "en", "nl"]), 0..3),
        vec(0u32..6, 0..2),
        any::<bool>(),
    );
    (select(Part::ALL.to_vec()), about, rest).prop_map(|(part, about, rest)| {
        let (categories, topics, neighbourhood, city) = about;
        let (period, languages, owners, bound) = rest;
        Party {
            id: EntryId(0),
            name: (0, String::new()),
            part,
            categories: in_order(categories.into_iter()),
            topics: in_order(topics.into_iter()),
            named: usize::MAX,
            neighbourhood,
            city: city.map(str::to_owned),
            period: period.map(|(from, until)| Period { from, until }),
            languages: in_order(languages.into_iter().map(str::to_owned)),
            owners: owners.into_iter().map(|n| EntryId(1000 + n)).collect(),
            bound,
            abroad: false,
        }
    })
}

/// Some parties, each with a number and a name of its own.
fn parties() -> impl Strategy<Value = Vec<Party>> {
    vec(any_party(), 2..14).prop_map(|mut parties| {
        for (n, party) in parties.iter_mut().enumerate() {
            party.id = EntryId(n as u32);
            party.name = (n % 2, format!("n{n:03}"));
        }
        parties
    })
}

fn all(parties: &[Party]) -> BTreeMap<EntryId, Vec<Match>> {
    matches(parties, TODAY, usize::MAX)
}

fn is_dead(party: &Party) -> bool {
    let Some(Period { from, until }) = party.period else {
        return false;
    };
    from.is_some_and(|day| day.0 > TODAY) || until.is_some_and(|day| day.0 < TODAY)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn each_finds_the_other_with_the_same_score_for_the_same_reasons(parties in parties()) {
        let found = all(&parties);
        for (id, matches) in &found {
            for one in matches {
                let back = found.get(&one.with).and_then(|m| m.iter().find(|m| m.with == *id));
                let back = back.expect("the other finds this one");
                prop_assert_eq!((one.score, &one.reasons), (back.score, &back.reasons));
            }
        }
    }

    #[test]
    fn the_index_finds_what_looking_at_every_pair_finds(parties in parties()) {
        let found = all(&parties);
        for one in &parties {
            for other in &parties {
                let partners = one.part.partners().contains(&other.part);
                let expected = weigh(one, other, TODAY).filter(|_| partners);
                let of_one = found.get(&one.id).into_iter().flatten();
                let given: Vec<&Match> = of_one.filter(|m| m.with == other.id).collect();
                prop_assert_eq!(given, expected.iter().collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn the_order_in_which_they_come_does_not_matter(parties in parties(), turn in any::<Index>()) {
        let mut turned = parties.clone();
        turned.rotate_left(turn.index(parties.len()));
        turned.reverse();
        prop_assert_eq!(matches(&parties, TODAY, 2), matches(&turned, TODAY, 2));
    }

    #[test]
    fn one_more_changes_nothing_among_the_others(parties in parties(), which in any::<Index>()) {
        let gone = EntryId(which.index(parties.len()) as u32);
        let without: Vec<Party> = parties.iter().filter(|p| p.id != gone).cloned().collect();
        let mut expected = all(&parties);
        expected.remove(&gone);
        for matches in expected.values_mut() {
            matches.retain(|one| one.with != gone);
        }
        expected.retain(|_, matches| !matches.is_empty());
        prop_assert_eq!(all(&without), expected);
    }

    #[test]
    fn few_are_the_first_of_all_and_the_best_come_first(parties in parties(), kept in 1usize..4) {
        let (few, all) = (matches(&parties, TODAY, kept), all(&parties));
        prop_assert!(few.keys().eq(all.keys()));
        for (id, all) in &all {
            for part in Part::ALL {
                let of_part = |m: &[Match]| -> Vec<Match> {
                    m.iter().filter(|m| m.part == part).cloned().collect()
                };
                let (few, all) = (of_part(&few[id]), of_part(all));
                prop_assert_eq!(&few[..], &all[..all.len().min(kept)]);
                prop_assert!(all.is_sorted_by(|a, b| a.score >= b.score));
            }
        }
    }

    #[test]
    fn what_is_over_or_still_to_come_is_never_matched(parties in parties()) {
        let found = all(&parties);
        let dead: Vec<EntryId> = parties.iter().filter(|p| is_dead(p)).map(|p| p.id).collect();
        for (id, matches) in &found {
            prop_assert!(!dead.contains(id));
            prop_assert!(matches.iter().all(|m| !dead.contains(&m.with)));
        }
        let living: Vec<Party> = parties.iter().filter(|p| !is_dead(p)).cloned().collect();
        prop_assert_eq!(all(&living), found);
    }

    #[test]
    fn nobody_is_sent_to_themselves(parties in parties()) {
        for (id, matches) in all(&parties) {
            let owners = |id: EntryId| &parties[id.0 as usize].owners;
            for one in matches {
                prop_assert!(one.with != id);
                prop_assert!(!owners(id).iter().any(|owner| owners(one.with).contains(owner)));
            }
        }
    }

    #[test]
    fn one_more_topic_in_common_never_makes_it_worse(one in any_party(), other in any_party(), topic in 0usize..6) {
        let with = |party: &Party| {
            let mut party = party.clone();
            party.topics.push(topic);
            party.topics = in_order(party.topics.into_iter());
            party
        };
        prop_assert!(score(&with(&one), &with(&other)) >= score(&one, &other));
    }

    #[test]
    fn no_language_counts_for_more_than_another(one in any_party(), other in any_party()) {
        // Names that keep their order, so that only the names differ.
        let renamed = |party: &Party| {
            let mut party = party.clone();
            party.languages = party.languages.iter().map(|tag| format!("q{tag}")).collect();
            party
        };
        prop_assert_eq!(score(&renamed(&one), &renamed(&other)), score(&one, &other));
    }
}

#[test]
fn many_that_are_all_alike_get_a_few_each() {
    let parts = [Part::Need, Part::Offer];
    let alike: Vec<Party> = (0..400).map(|n| party(n, parts[n as usize % 2])).collect();
    let found = matches(&alike, TODAY, KEPT);
    assert_eq!(found.len(), 400);
    assert!(found.values().all(|matches| matches.len() == KEPT));
}

/// The same as another city has it: filed under fewer topics of its own, in no neighbourhood of ours.
fn abroad(party: &Party, named: usize) -> Party<ForeignId> {
    let one = party.clone();
    Party {
        id: ForeignId(one.id.0),
        name: one.name,
        part: one.part,
        categories: one.categories,
        named: named.min(one.topics.len()),
        topics: one.topics,
        neighbourhood: None,
        city: one.city.or_else(|| Some("lisboa".to_owned())),
        period: one.period,
        languages: one.languages,
        owners: vec![],
        bound: one.bound,
        abroad: true,
    }
}

fn cities() -> impl Strategy<Value = (Vec<Party>, Vec<Party<ForeignId>>)> {
    (parties(), parties(), vec(0usize..4, 14)).prop_map(|(ours, theirs, named)| {
        let theirs = theirs.iter().zip(named);
        let theirs = theirs.map(|(party, named)| abroad(party, named));
        (ours, theirs.collect())
    })
}

#[test]
fn what_must_be_fetched_is_never_matched_with_what_another_city_has() {
    let need = Party {
        city: None,
        neighbourhood: None,
        topics: vec![1, 2],
        ..party(1, Part::Need)
    };
    let offer = Party {
        topics: vec![1, 2],
        ..party(2, Part::Offer)
    };
    let foreign = abroad(&offer, 2);
    assert_eq!(weigh(&need, &foreign, TODAY), None);
    let sent = |mut foreign: Party<ForeignId>| {
        foreign.bound = false;
        weigh(&need, &foreign, TODAY).map(|found| found.strength())
    };
    assert_eq!(sent(foreign), Some(Strength::Strong));
}

#[test]
fn one_topic_of_theirs_that_is_two_of_ours_counts_once() {
    let ours = Party {
        categories: vec![],
        topics: vec![1, 2],
        neighbourhood: None,
        ..party(1, Part::Invitation)
    };
    let theirs = Party {
        topics: vec![1, 2],
        ..party(2, Part::Need)
    };
    assert!(weigh(&ours, &abroad(&theirs, 2), TODAY).is_some());
    assert_eq!(weigh(&ours, &abroad(&theirs, 1), TODAY), None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn across_cities_each_finds_the_other_with_the_same_score_for_the_same_reasons((ours, theirs) in cities()) {
        let here = across(&ours, &theirs, TODAY, usize::MAX);
        let there = across(&theirs, &ours, TODAY, usize::MAX);
        let pairs = |from: usize| here.values().map(Vec::len).sum::<usize>() == from;
        prop_assert!(pairs(there.values().map(Vec::len).sum()));
        for (id, matches) in &here {
            for one in matches {
                let back = there.get(&one.with).and_then(|m| m.iter().find(|m| m.with == *id));
                let back = back.expect("the other finds this one");
                prop_assert_eq!((one.score, &one.reasons), (back.score, &back.reasons));
            }
        }
    }

    #[test]
    fn across_cities_the_index_finds_what_looking_at_every_pair_finds((ours, theirs) in cities()) {
        let found = across(&ours, &theirs, TODAY, usize::MAX);
        for one in &ours {
            for other in &theirs {
                let partners = one.part.partners().contains(&other.part);
                let expected = weigh(one, other, TODAY).filter(|_| partners);
                let of_one = found.get(&one.id).into_iter().flatten();
                let given: Vec<&Match<ForeignId>> = of_one.filter(|m| m.with == other.id).collect();
                prop_assert_eq!(given, expected.iter().collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn across_cities_what_is_over_or_still_to_come_is_never_matched((ours, theirs) in cities()) {
        let found = across(&ours, &theirs, TODAY, usize::MAX);
        let is_live = |period: Option<Period>| period.is_none_or(|it| it.contains(TODAY));
        for (id, matches) in &found {
            prop_assert!(is_live(ours[id.0 as usize].period));
            for one in matches {
                prop_assert!(is_live(theirs[one.with.0 as usize].period));
            }
        }
        let living: Vec<_> = theirs.iter().filter(|p| is_live(p.period)).cloned().collect();
        prop_assert_eq!(across(&ours, &living, TODAY, usize::MAX), found);
    }

    #[test]
    fn across_cities_few_are_the_first_of_all_whatever_the_order((ours, theirs) in cities(), kept in 1usize..4) {
        let (few, all) = (across(&ours, &theirs, TODAY, kept), across(&ours, &theirs, TODAY, usize::MAX));
        let mut turned = theirs.clone();
        turned.reverse();
        prop_assert_eq!(&across(&ours, &turned, TODAY, kept), &few);
        prop_assert!(few.keys().eq(all.keys()));
        for (id, all) in &all {
            for part in Part::ALL {
                let of_part = |m: &[Match<ForeignId>]| -> Vec<Match<ForeignId>> {
                    m.iter().filter(|m| m.part == part).cloned().collect()
                };
                let (few, all) = (of_part(&few[id]), of_part(all));
                prop_assert_eq!(&few[..], &all[..all.len().min(kept)]);
                prop_assert!(all.is_sorted_by(|a, b| a.score >= b.score));
            }
        }
    }

    #[test]
    fn another_city_with_what_we_have_scores_no_better_than_our_own(one in any_party(), other in any_party(), named in 0usize..4) {
        let foreign = abroad(&other, named);
        let near = Party { city: foreign.city.clone(), ..other };
        let score = |found: Option<u8>| found.unwrap_or(0);
        let across = score(weigh(&one, &foreign, TODAY).map(|found| found.score));
        // The owners are not known across cities: nobody there owns anything here.
        let near = Party { owners: vec![], ..near };
        prop_assert!(across <= score(weigh(&one, &near, TODAY).map(|found| found.score)));
    }
}
