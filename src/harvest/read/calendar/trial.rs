//! What our own timetable makes of the fields of an event: the trial of each way to say how it repeats.

use crate::content::Record;
use crate::content::config::{self, Config};
use crate::content::event::Event;
use crate::content::schedule::Schedule;
use crate::diagnostic::Severity;
use crate::harvest::read::time::When;
use crate::site::timetable;
use crate::source::{Source, SourceId, Sources};
use jiff::civil::DateTime;
use jiff::{Timestamp, Zoned};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// When an event of these fields takes place, on its own clock; nothing when our own checks refuse them.
pub fn starts(fields: Map<String, Value>, now: &Zoned) -> Option<BTreeSet<DateTime>> {
    let schedule = schedule(&Value::Object(fields).to_string())?;
    let made = timetable::resolve(
        &schedule,
        None,
        CONFIG.as_ref()?,
        &now.clone().into(),
        &mut vec![],
    )?;
    Some(made.occurrences.iter().map(|o| o.original).collect())
}

/// Whether an event that begins then may hold these fields.
pub fn makes_sense(when: &When, fields: &[(&'static str, Value)], now: Timestamp) -> bool {
    let mut record = Map::from_iter([
        ("start".to_owned(), json!(when.shown(when.start))),
        ("all_day".to_owned(), json!(when.all_day)),
        ("timezone".to_owned(), json!(when.zone)),
    ]);
    let fields = fields.iter().cloned();
    record.extend(fields.map(|(name, value)| (name.to_owned(), value)));
    starts(record, &now.to_zoned(when.tz())).is_some()
}

/// What our own parser makes of the fields of an event: JSON is YAML.
fn schedule(json: &str) -> Option<Schedule> {
    let mut faults = Vec::new();
    let (node, _) = crate::yaml::parse(SourceId(0), json, 0..json.len());
    let event: Event = crate::yaml::decode::decode(&node?, &mut faults)?;
    let errors = faults.iter().any(|fault| fault.severity == Severity::Error);
    (!errors).then(|| event.schedule())?
}

/// The configuration of a site that says nothing of its own.
static CONFIG: LazyLock<Option<Config>> = LazyLock::new(|| {
    let text = "title: Lab\nurl: https://lab.example\nlanguages: [en]\ntimezone: UTC\n";
    let source = Source {
        path: config::PATH.into(),
        text: text.into(),
    };
    config::parse(&Sources::new(vec![source]), &mut vec![])
});
