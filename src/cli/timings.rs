//! `plein build --timings`: where the time goes, as a table and as a trace.

use crate::press::Watch;
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// A step that is done.
struct Step {
    name: &'static str,
    about: String,
    /// Number of the thread; the first one is that of the program.
    thread: usize,
    /// Nanoseconds from the start of the program.
    began: u64,
    /// Nanoseconds.
    took: u64,
}

/// Every step of a build with its times.
pub struct Timings {
    start: Instant,
    steps: Mutex<Vec<Step>>,
}

impl Watch for Timings {
    fn begins(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    fn ends(&self, name: &'static str, about: &str, began: u64) {
        let step = Step {
            name,
            about: about.to_owned(),
            thread: rayon::current_thread_index().map_or(0, |n| n + 1),
            began,
            took: self.begins().saturating_sub(began),
        };
        let mut steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        steps.push(step);
    }
}

/// What the steps of one name took.
#[derive(Default)]
struct Sum<'a> {
    began: u64,
    count: usize,
    took: u64,
    longest: u64,
    about: &'a str,
}

impl Timings {
    /// The clock runs from now on.
    pub fn start() -> Self {
        Timings {
            start: Instant::now(),
            steps: Mutex::default(),
        }
    }

    /// A line for each stage and output: how many, how long all of them took on all threads, and which took longest. Those
    /// that ran side by side add up to more than the time that passed.
    pub fn table(&self) -> String {
        let steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        let mut sums: BTreeMap<&str, Sum> = BTreeMap::new();
        for step in steps.iter() {
            let sum = sums.entry(step.name).or_insert_with(|| Sum {
                began: step.began,
                ..Sum::default()
            });
            sum.count += 1;
            sum.took += step.took;
            sum.began = sum.began.min(step.began);
            if step.took >= sum.longest {
                (sum.longest, sum.about) = (step.took, &step.about);
            }
        }
        let mut rows: Vec<_> = sums.into_iter().collect();
        rows.sort_by_key(|(_, sum)| sum.began);
        let mut table = format!(
            "{:<16} {:>7} {:>10} {:>8} {:>10}  of\n",
            "step", "count", "sum ms", "each µs", "longest ms"
        );
        for (name, sum) in rows {
            let ms = |nanoseconds: u64| nanoseconds as f64 / 1e6;
            let each = ms(sum.took) * 1e3 / sum.count as f64;
            // Writing to a string cannot fail.
            let _ = writeln!(
                table,
                "{name:<16} {:>7} {:>10.1} {each:>8.0} {:>10.1}  {}",
                sum.count,
                ms(sum.took),
                ms(sum.longest),
                sum.about
            );
        }
        table
    }

    /// Every step in the Trace Event Format, as complete events (`ph: X`) with microseconds.
    pub fn trace(&self) -> String {
        let steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        let event = |step: &Step| {
            json!({
                "name": step.about, "cat": step.name, "ph": "X", "pid": 1, "tid": step.thread,
                "ts": step.began as f64 / 1e3, "dur": step.took as f64 / 1e3,
            })
        };
        let events: Vec<_> = steps.iter().map(event).collect();
        json!({ "traceEvents": events, "displayTimeUnit": "ms" }).to_string()
    }
}
