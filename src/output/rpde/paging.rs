//! Which pages a change feed has, so that a page that is full keeps its name and its range for ever.
//!
//! Where pages end depends on the commits alone, also on those whose changes were overtaken, and never on
//! what is left of them. From commit number *n*, counted from 1, a page reaches as many commits further as the
//! greatest power of two that divides *n*, fewer where there would be too many changes on it. So a reader who
//! begins anywhere soon comes to the great pages, and thousands of commits, each with a page from it on, take
//! little room.

use crate::source::numbering::{PAGE, Step};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A page of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The number after which it begins.
    pub after: i64,
    /// What stands on it, by places among the feed's items.
    pub items: Range<usize>,
    /// The number after which the next page begins; its own where there is nothing more.
    pub next: i64,
}

/// What pages are made of.
struct Feed<'a> {
    steps: &'a [Step],
    /// The numbers of the items, each greater than the one before.
    items: &'a [i64],
    /// The number after which there is nothing more.
    last: i64,
}

/// The pages of a feed: all that lead from the beginning to the end, and one from each moment after
/// `since` at which somebody may have stopped reading.
pub fn pages(steps: &[Step], others: &[i64], items: &[i64], since: i64) -> Vec<Page> {
    let mut stops: BTreeSet<i64> = steps.iter().map(|step| step.to).collect();
    stops.extend(others.iter().copied().chain([0]));
    let newest = items.last().copied().unwrap_or(0);
    let last = stops.range(newest..).next().copied().unwrap_or(newest);
    stops.insert(last);
    let feed = Feed { steps, items, last };
    let mut wanted: Vec<i64> = stops.range(since + 1..).copied().collect();
    // Who found nothing new since then is still where they were at that time.
    let older = || stops.range(..=since).rev();
    let quiet = |stop: &&i64| {
        older()
            .next()
            .is_some_and(|to| feed.between(**stop, *to).is_empty())
    };
    wanted.extend(older().take_while(quiet));
    let mut place = 0;
    wanted.push(0);
    while let Some(end) = feed.end(place) {
        wanted.push(steps[end - 1].to);
        place = end;
    }
    let mut pages: BTreeMap<i64, Page> = BTreeMap::new();
    while let Some(after) = wanted.pop() {
        let page = pages.entry(after).or_insert_with(|| feed.page(after));
        if page.next != after {
            wanted.push(page.next);
        }
    }
    pages.into_values().collect()
}

impl Feed<'_> {
    /// The page after a number. One that lost all it held shows what the next one shows: an empty page
    /// would say that there is nothing more.
    fn page(&self, after: i64) -> Page {
        let mut place = self.steps.partition_point(|step| step.to <= after);
        loop {
            let end = self.end(place);
            let to = end.map_or(self.last, |end| self.steps[end - 1].to);
            let items = self.between(after, to);
            match end {
                Some(end) if items.is_empty() => place = end,
                _ => {
                    let next = if items.is_empty() { after } else { to };
                    return Page { after, items, next };
                }
            }
        }
    }

    /// The items with a number after one and up to another.
    fn between(&self, after: i64, to: i64) -> Range<usize> {
        let place = |number: i64| self.items.partition_point(|item| *item <= number);
        place(after)..place(to).max(place(after))
    }

    /// How many steps come before the end of the page after this many; `None` while it is not full.
    fn end(&self, place: usize) -> Option<usize> {
        let steps = &self.steps[place..];
        let reach = if place == 0 {
            usize::MAX
        } else {
            place & place.wrapping_neg()
        };
        let (mut width, mut changes, mut counted) = (1, 0, 0);
        loop {
            for step in steps.iter().take(width).skip(counted) {
                changes += step.changes as usize;
            }
            counted = width;
            if changes > PAGE && width > 1 {
                return Some(place + width / 2);
            }
            if width > steps.len() {
                return None;
            }
            if width == reach {
                return Some(place + width);
            }
            width *= 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(count: i64) -> Vec<Step> {
        (1..=count)
            .map(|n| Step {
                to: n * 10,
                changes: 1,
            })
            .collect()
    }

    fn numbers(count: i64) -> Vec<i64> {
        (1..=count).map(|n| n * 10 - 3).collect()
    }

    fn follow(pages: &[Page], after: i64) -> Vec<Page> {
        let of = |after: i64| pages.iter().find(|page| page.after == after);
        let mut found = vec![of(after).expect("a page").clone()];
        while found.last().is_some_and(|page| page.next != page.after) {
            found.push(of(found[found.len() - 1].next).expect("a page").clone());
        }
        found
    }

    #[test]
    fn from_every_stop_all_that_is_newer_comes_once() {
        for count in [0, 1, 2, 7, 300, 777] {
            let items = numbers(count);
            let pages = pages(&steps(count), &[], &items, 0);
            for page in &pages {
                let read = follow(&pages, page.after);
                let numbers = read.iter().flat_map(|page| page.items.clone());
                let expected = items.partition_point(|item| *item <= page.after)..items.len();
                assert!(numbers.eq(expected), "{count} after {}", page.after);
                assert!(read.last().is_some_and(|page| page.items.is_empty()));
            }
        }
    }

    #[test]
    fn a_page_that_is_full_keeps_its_range_and_the_others_stay_few() {
        let all = numbers(2_000);
        let before = pages(&steps(1_200), &[], &all[..1_200], 0);
        let after = pages(&steps(2_000), &[], &all, 0);
        let full = |page: &&Page| page.next < 12_000;
        for page in before.iter().filter(full) {
            assert!(after.contains(page), "{page:?}");
        }
        assert_eq!(after.len(), 2_001);
        let shown: usize = after.iter().map(|page| page.items.len()).sum();
        assert!(shown < 2_000 * 8, "{shown}");
        assert!(follow(&after, 0).len() < 12);
    }

    #[test]
    fn what_was_imported_at_once_stands_on_full_pages() {
        let steps: Vec<Step> = (1..=20)
            .map(|n| Step {
                to: n * 1_000,
                changes: 500,
            })
            .collect();
        let items: Vec<i64> = (1..=10_000).map(|n| n * 2).collect();
        let pages = pages(&steps, &[], &items, 0);
        assert_eq!(follow(&pages, 0).len(), 21);
        assert!(pages[..20].iter().all(|page| page.items.len() == 500));
    }

    #[test]
    fn a_page_that_lost_all_shows_the_next_and_old_stops_lead_on_while_nothing_happens() {
        let steps = steps(8);
        // Only the changes of the first and the seventh commit are still the last of a record.
        let found = pages(&steps, &[], &[7, 67], 50);
        let after: Vec<i64> = found.iter().map(|page| page.after).collect();
        assert_eq!(after, [0, 10, 20, 30, 40, 50, 60, 70, 80]);
        let page = |after: i64| found.iter().find(|page| page.after == after);
        let shown = |after: i64| page(after).map(|page| (page.items.clone(), page.next));
        assert_eq!(shown(0), Some((0..2, 70)));
        assert_eq!(shown(10), Some((1..2, 80)));
        assert_eq!(shown(70), Some((2..2, 70)));
        assert_eq!(shown(80), Some((2..2, 80)));
        let found = pages(&steps, &[], &[7, 27, 67], 50);
        let after: Vec<i64> = found.iter().map(|page| page.after).collect();
        assert_eq!(after, [0, 30, 40, 50, 60, 70, 80]);
    }

    #[test]
    fn moments_between_commits_are_stops_that_move_no_page() {
        let items = numbers(8);
        let plain = pages(&steps(8), &[], &items, 0);
        let with = pages(&steps(8), &[35, 99], &items, 0);
        let without = |page: &&Page| page.after != 35 && page.after != 99;
        assert!(with.iter().filter(without).eq(&plain));
        let extra = with.iter().find(|page| page.after == 35);
        assert_eq!(
            extra.map(|page| (page.items.clone(), page.next)),
            Some((3..4, 40))
        );
    }
}
