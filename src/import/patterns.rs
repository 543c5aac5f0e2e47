//! Patterns of addresses: `/:year/:month/:title/`, and the names that Jekyll has for some of them.

use jiff::civil::Date;

/// A pattern with its names filled in; nothing where one of them is not known.
pub fn filled(
    pattern: &str,
    day: Option<Date>,
    known: impl Fn(&str) -> Option<String>,
) -> Option<String> {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some((before, behind)) = rest.split_once(':') {
        out += before;
        let end = behind
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(behind.len());
        let mut end = end;
        if behind.get(end..).is_some_and(|rest| rest.starts_with('[')) {
            end += behind.get(end..)?.find(']')? + 1;
        }
        let token = behind.get(..end)?;
        out += &match known(token) {
            Some(text) => text,
            None => of_day(token, day?)?,
        };
        rest = behind.get(end..)?;
    }
    Some(out + rest)
}

fn of_day(token: &str, day: Date) -> Option<String> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    Some(match token {
        "year" => format!("{:04}", day.year()),
        "month" => format!("{:02}", day.month()),
        "day" => format!("{:02}", day.day()),
        "i_month" => day.month().to_string(),
        "i_day" => day.day().to_string(),
        "short_year" | "y" => format!("{:02}", day.year().rem_euclid(100)),
        "monthname" => (*MONTHS.get(usize::try_from(day.month() - 1).ok()?)?).to_owned(),
        "yearday" | "y_day" => format!("{:03}", day.day_of_year()),
        _ => return None,
    })
}

/// The styles that Jekyll has names for.
pub fn style(name: &str) -> &str {
    match name {
        "date" => "/:categories/:year/:month/:day/:title:output_ext",
        "pretty" => "/:categories/:year/:month/:day/:title/",
        "ordinal" => "/:categories/:year/:y_day/:title:output_ext",
        "none" => "/:categories/:title:output_ext",
        own => own,
    }
}
