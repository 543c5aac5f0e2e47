#!/usr/bin/env python3
"""calendars.py DIR: every .ics of a built site, as other people's programs read it.

Readers: icalendar, recurring-ical-events and python-dateutil; ical.js (Thunderbird, Nextcloud); libical (GNOME, KDE), where
it is installed. They must accept each file without a complaint and see the same occurrences in it.
"""
import ctypes, ctypes.util, datetime as dt, json, pathlib, re, subprocess, sys
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from dateutil import rrule

from report import Report

HERE = pathlib.Path(__file__).resolve().parent
UTC = dt.timezone.utc


# ---------------------------------------------------------------- bytes

def byte_faults(data):
    """RFC 5545 section 3.1: lines end in CRLF and have at most 75 octets; a fold never splits a character."""
    if not data.endswith(b"END:VCALENDAR\r\n"):
        yield "does not end with END:VCALENDAR and CRLF"
    if re.search(rb"(?<!\r)\n|\r(?!\n)", data):
        yield "has a line end that is not CRLF"
    if found := re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", data):
        yield f"has control character 0x{found.group()[0]:02x} at byte {found.start()}"
    for number, line in enumerate(data.split(b"\r\n")[:-1], 1):
        if len(line) > 75:
            yield f"line {number} has {len(line)} octets"
        if not line:
            yield f"line {number} is empty"
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            yield f"line {number} is not UTF-8 by itself"


def unfolded(data):
    return re.sub(r"\r\n[ \t]", "", data.decode("utf-8", "replace"))


# ---------------------------------------------------------------- structure, by icalendar

def moment(value):
    """A date, a floating time or an instant, as a text that sorts and compares."""
    if not isinstance(value, dt.datetime):
        return value.strftime("%Y%m%d")
    if value.tzinfo is None:
        return value.strftime("%Y%m%dT%H%M%S")
    return value.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def name_of(event):
    changed = event.get("RECURRENCE-ID")
    return str(event.get("UID", "")) + (f" ({moment(changed.dt)})" if changed else "")


def busy_faults(busy):
    """RFC 5546 section 3.3.1: what a published VFREEBUSY must say."""
    for name in ["UID", "DTSTAMP", "ORGANIZER", "DTSTART", "DTEND"]:
        if name not in busy:
            yield f"VFREEBUSY without {name}"
    periods = busy.get("FREEBUSY", [])
    periods = periods if isinstance(periods, list) else [periods]
    times = [(p.start, p.end) for p in periods]
    if any(end <= start for start, end in times) or any(a[1] >= b[0] for a, b in zip(times, times[1:])):
        yield "VFREEBUSY with periods that overlap, touch or are out of order"


def task_faults(task):
    """RFC 5546 section 3.4.1: what a published VTODO must say."""
    for name in ["UID", "DTSTAMP", "ORGANIZER", "DTSTART", "DUE", "SUMMARY", "SEQUENCE", "PRIORITY"]:
        if name not in task:
            yield f"VTODO without {name}"
    if task["DUE"].dt <= task["DTSTART"].dt:
        yield f"{task['UID']} is due before it begins"


def calendar_faults(calendar):
    if str(calendar.get("VERSION")) != "2.0":
        yield "VERSION is not 2.0"
    if not calendar.get("PRODID"):
        yield "PRODID is missing"
    if str(calendar.get("METHOD", "PUBLISH")) != "PUBLISH":
        yield "METHOD makes clients take this for an invitation"
    if not calendar.events and not calendar.todos and not calendar.walk("VFREEBUSY"):
        yield "holds nothing; some clients refuse an empty calendar"
    for busy in calendar.walk("VFREEBUSY"):
        yield from busy_faults(busy)
    for task in calendar.todos:
        yield from task_faults(task)
    seen = set()
    for event in calendar.events:
        if name_of(event) in seen:
            yield f"{name_of(event)} occurs twice"
        seen.add(name_of(event))
        yield from event_faults(event)
    masters = {str(e.get("UID")) for e in calendar.events if "RECURRENCE-ID" not in e}
    for event in calendar.events:
        if str(event.get("UID")) not in masters:
            yield f"{name_of(event)} changes an event that the file does not hold"


def event_faults(event):
    name = name_of(event)
    for required in ("UID", "DTSTAMP", "DTSTART", "SUMMARY"):
        if required not in event:
            yield f"{name}: {required} is missing"
    for complaint in event.errors:
        yield f"{name}: icalendar says {complaint}"
    if "DTSTART" in event and "DTEND" in event:
        start, end = event["DTSTART"].dt, event["DTEND"].dt
        if isinstance(start, dt.datetime) != isinstance(end, dt.datetime):
            yield f"{name}: one of DTSTART and DTEND is a date, the other a time"
        elif end <= start:
            yield f"{name}: ends at {moment(end)}, not after its start at {moment(start)}"
    if "DTSTART" in event and isinstance(event["DTSTART"].dt, dt.datetime) and event["DTSTART"].dt.tzinfo is None:
        yield f"{name}: DTSTART has no zone; every client would read it differently"


def zone_faults(calendar, text):
    """Every TZID has its VTIMEZONE, and that gives the offsets of the public database in this file's years."""
    defined = {str(zone["TZID"]): zone for zone in calendar.walk("VTIMEZONE")}
    used = {a or b for a, b in re.findall(r'^(?!BEGIN|END)[A-Z-]+[^:\r\n]*;TZID=(?:"([^"]+)"|([^:;,\r\n]+))', text, re.M)}
    for name in sorted(used - set(defined)):
        yield f"TZID {name} has no VTIMEZONE"
    for name in sorted(set(defined) - used):
        yield f"VTIMEZONE {name} is used by nothing"
    starts = {e["DTSTART"].dt.replace(tzinfo=None) for e in calendar.events if isinstance(e["DTSTART"].dt, dt.datetime)}
    for name, zone in defined.items():
        own, public = zone.to_tz(lookup_tzid=False), ZoneInfo(name)
        for start in sorted(starts):
            mine, theirs = start.replace(tzinfo=own).utcoffset(), start.replace(tzinfo=public).utcoffset()
            if mine != theirs:
                yield f"VTIMEZONE {name} gives {mine} at {start}, the public database {theirs}"


# ---------------------------------------------------------------- occurrences, three ways

def window(calendar):
    """From the first start to two years after the last: every file is expanded over its own time."""
    days = [d.date() if isinstance(d, dt.datetime) else d for d in (e["DTSTART"].dt for e in calendar.events)]
    return min(days) - dt.timedelta(days=1), max(days) + dt.timedelta(days=730)


def by_recurring_ical_events(calendar, begin, end):
    found = recurring_ical_events.of(calendar, components=["VEVENT"]).between(begin, end)
    return {(str(e["UID"]), moment(e["DTSTART"].dt)) for e in found}


def by_dateutil(calendar, begin, end):
    """RRULE, RDATE and EXDATE on local wall time, then the changed occurrences in place of the original ones."""
    found, faults = set(), []
    for event in (e for e in calendar.events if "RECURRENCE-ID" not in e):
        start = event["DTSTART"].dt
        changes = {moment(c["RECURRENCE-ID"].dt): moment(c["DTSTART"].dt)
                   for c in calendar.events if "RECURRENCE-ID" in c and c["UID"] == event["UID"]}
        for local in local_starts(event, start, end):
            original = moment(local.replace(tzinfo=start.tzinfo) if isinstance(start, dt.datetime) else local.date())
            found.add((str(event["UID"]), changes.pop(original, original)))
        faults += [f"{event['UID']}: {original} is changed but is no occurrence of its rule" for original in changes]
    return found, faults


def local_starts(event, start, end):
    zone = getattr(start, "tzinfo", None)

    def local(value):
        if not isinstance(value, dt.datetime):
            return dt.datetime(value.year, value.month, value.day)
        return (value.astimezone(zone) if value.tzinfo and zone else value).replace(tzinfo=None)

    dates = rrule.rruleset()
    dates.rdate(local(start))
    if "RRULE" in event:
        rule = event["RRULE"].to_ical().decode()
        if until := event["RRULE"].get("UNTIL"):
            rule = re.sub(r"UNTIL=[0-9TZ]+", local(until[0]).strftime("UNTIL=%Y%m%dT%H%M%S"), rule)
        dates.rrule(rrule.rrulestr(rule, dtstart=local(start)))
    for field, add in (("RDATE", dates.rdate), ("EXDATE", dates.exdate)):
        values = event.get(field, [])
        for entry in values if isinstance(values, list) else [values]:
            for value in entry.dts:
                add(local(value.dt))
    return dates.between(local(start), dt.datetime(end.year, end.month, end.day), inc=True)


def by_ical_js(jobs):
    """All files at once, by occurrences.mjs."""
    ran = subprocess.run(["node", HERE / "occurrences.mjs"], input=json.dumps(jobs), capture_output=True, text=True)
    if ran.returncode:
        sys.exit(f"ical.js did not run: {ran.stderr}")
    return json.loads(ran.stdout)


def difference(first, second, names):
    if first != second:
        yield f"only {names[0]} sees {sorted(first - second)[:3]}, only {names[1]} sees {sorted(second - first)[:3]}"


# ---------------------------------------------------------------- libical

def load_libical():
    try:
        library = ctypes.CDLL(ctypes.util.find_library("ical") or "libical.so.3")
    except OSError:
        return None
    library.icalparser_parse_string.restype = ctypes.c_void_p
    library.icalparser_parse_string.argtypes = [ctypes.c_char_p]
    library.icalcomponent_as_ical_string.restype = ctypes.c_char_p
    library.icalcomponent_as_ical_string.argtypes = library.icalcomponent_free.argtypes = [ctypes.c_void_p]
    return library


def libical_faults(library, data):
    component = library.icalparser_parse_string(data)
    if not component:
        yield "libical cannot read it"
        return
    text = library.icalcomponent_as_ical_string(component).decode("utf-8", "replace")
    library.icalcomponent_free(component)
    for complaint in re.findall(r"^X-LIC-ERROR[^:]*:(.*(?:\r?\n[ \t].*)*)", text, re.M):
        yield "libical says " + re.sub(r"\r?\n[ \t]", "", complaint)


# ---------------------------------------------------------------- all files

def same_everywhere(texts):
    """An event has one text: two calendars that differ on it make clients flicker between them."""
    first = {}
    for path, text in texts.items():
        for event in re.findall(r"BEGIN:VEVENT\r\n.*?END:VEVENT", text, re.S):
            key = tuple(re.findall(r"^(?:UID|RECURRENCE-ID)[^:]*:(.*?)\r?$", event, re.M))
            where, known = first.setdefault(key, (path, event))
            if known != event:
                yield f"{key[0]} in {path} differs from the one in {where}"


def main():
    root = pathlib.Path(sys.argv[1])
    report, libical = Report("calendars"), load_libical()
    texts, expected, jobs = {}, {}, {}
    for file in sorted(root.rglob("*.ics")):
        path, data = str(file.relative_to(root)), file.read_bytes()
        texts[path] = unfolded(data)
        report.case(f"{path}: bytes", byte_faults(data))
        if libical:
            report.case(f"{path}: libical", libical_faults(libical, data))
        try:
            calendar = icalendar.Calendar.from_ical(data)
            faults = [*calendar_faults(calendar), *zone_faults(calendar, texts[path])]
            report.case(f"{path}: structure", faults)
            if not calendar.events:
                continue
            begin, end = window(calendar)
            expected[path] = by_recurring_ical_events(calendar, begin, end)
            other, faults = by_dateutil(calendar, begin, end)
            faults += difference(expected[path], other, ("recurring-ical-events", "dateutil"))
            report.case(f"{path}: occurrences", faults)
            jobs[path] = {"text": data.decode("utf-8"), "begin": f"{begin:%Y%m%d}", "end": f"{end:%Y%m%d}"}
        except Exception as problem:  # a reader that throws is a fault of the file, whatever it throws
            report.case(f"{path}: structure", [f"{type(problem).__name__}: {problem}"])
    for path, seen in by_ical_js(jobs).items():
        if "error" in seen:
            report.case(f"{path}: ical.js", [seen["error"]])
        else:
            report.case(f"{path}: ical.js", difference(expected[path], set(map(tuple, seen["starts"])), ("recurring-ical-events", "ical.js")))
    if texts:
        report.case("events that are in several calendars", same_everywhere(texts))
    if not libical:
        print("libical is not installed: not asked")
    report.close()


if __name__ == "__main__":
    main()
