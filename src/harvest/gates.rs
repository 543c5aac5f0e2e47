//! EDGE: one request at a time for each host, with a pause between two.

#![expect(clippy::disallowed_methods, reason = "edge: the clock")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// When each host was last asked. Who holds the lock of a host is the only one to ask it.
#[derive(Debug, Default)]
pub struct Gates(Mutex<BTreeMap<String, Gate>>);

type Gate = Arc<Mutex<Option<Instant>>>;

impl Gates {
    /// Asks, when it is our turn and the host had its pause.
    pub fn ask<T>(&self, host: String, pause: Duration, ask: impl FnOnce() -> T) -> T {
        let gate = {
            let mut gates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            gates.entry(host).or_default().clone()
        };
        let mut last = gate.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(rest) = last.and_then(|last| pause.checked_sub(last.elapsed())) {
            std::thread::sleep(rest);
        }
        let reply = ask();
        *last = Some(Instant::now());
        reply
    }
}
