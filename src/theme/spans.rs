//! How long something takes and how much later it is, as people say it.

use super::messages::Locale;
use super::when::join;
use jiff::civil::DateTime;

/// How much later or earlier a moment is: "een dag en een half uur later". Of days and hours each by
/// itself, for so people think of them; nothing when it is the same.
pub fn difference(locale: &Locale, was: DateTime, is: DateTime) -> Option<String> {
    const HALF_A_DAY: i64 = 12 * 60;
    let whole = was.duration_until(is).as_mins();
    let (d, m) = match whole.abs() < HALF_A_DAY {
        true => (0, whole),
        false => days_and_minutes(was, is),
    };
    let say = |span: String, later: bool| {
        let key = ["changes.earlier", "changes.later"][usize::from(later)];
        locale.text(key, &[("span", &span)])
    };
    let and = |a: String, b: String| join(&[a, b], locale);
    Some(match (d, m) {
        (0, 0) => return None,
        (d, 0) => say(days(locale, d), d > 0),
        (0, m) => say(minutes(locale, m), m > 0),
        (d, m) if (d > 0) == (m > 0) => say(and(days(locale, d), minutes(locale, m)), d > 0),
        (d, m) => and(say(days(locale, d), d > 0), say(minutes(locale, m), m > 0)),
    })
}

fn days_and_minutes(was: DateTime, is: DateTime) -> (i64, i64) {
    let midnight = |at: DateTime| at.date().to_datetime(Default::default());
    let days = midnight(was).duration_until(midnight(is)).as_hours() / 24;
    let clock = |at: DateTime| midnight(at).duration_until(at).as_mins();
    (days, clock(is) - clock(was))
}

/// A number of days, as weeks where they are whole.
fn days(locale: &Locale, days: i64) -> String {
    let days = days.unsigned_abs() as usize;
    match days % 7 {
        0 => locale.count("changes.span.weeks", days / 7),
        _ => locale.count("changes.span.days", days),
    }
}

/// A number of minutes. A language names what it has a word for.
pub fn minutes(locale: &Locale, minutes: i64) -> String {
    let minutes = minutes.unsigned_abs() as usize;
    let named = locale.find(&format!("changes.span.{minutes}"), &[]);
    let hours = |n| locale.count("changes.span.hours", n);
    let rest = |n| locale.count("changes.span.minutes", n);
    named.unwrap_or_else(|| match (minutes / 60, minutes % 60) {
        (0, n) => rest(n),
        (n, 0) => hours(n),
        (n, m) => join(&[hours(n), rest(m)], locale),
    })
}
