// occurrences.mjs: what ical.js sees in calendars. Standard input: {path: {text, begin, end}} with days as 20261122;
// standard output: {path: {starts: [[uid, start], …]}} or {path: {error}}, starts in UTC where they have a zone.
import fs from 'node:fs';
import ICAL from 'ical.js';

const MOST = 5000;

function starts({ text, begin, end }) {
  ICAL.TimezoneService.reset();
  const calendar = new ICAL.Component(ICAL.parse(text));
  for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone);
  const events = calendar.getAllSubcomponents('vevent').map((component) => new ICAL.Event(component));
  const found = [];
  for (const event of events.filter((e) => !e.isRecurrenceException())) {
    for (const other of events) if (other.isRecurrenceException() && other.uid === event.uid) event.relateException(other);
    for (const time of times(event, end)) if (day(time) >= begin && day(time) < end) found.push([event.uid, moment(time)]);
  }
  return found;
}

function* times(event, end) {
  if (!event.isRecurring()) {
    yield event.startDate;
    return;
  }
  const iterator = event.iterator();
  for (let n = 0; n < MOST; n++) {
    const original = iterator.next();
    if (!original || day(original) >= end) return;
    yield event.getOccurrenceDetails(original).startDate;
  }
}

const day = (time) => time.toICALString().slice(0, 8);

function moment(time) {
  if (time.isDate || time.zone === ICAL.Timezone.localTimezone) return time.toICALString();
  return time.convertToZone(ICAL.Timezone.utcTimezone).toICALString();
}

const seen = {};
for (const [path, job] of Object.entries(JSON.parse(fs.readFileSync(0, 'utf8')))) {
  try {
    seen[path] = { starts: starts(job) };
  } catch (error) {
    seen[path] = { error: String(error) };
  }
}
process.stdout.write(JSON.stringify(seen));
