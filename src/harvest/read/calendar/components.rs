//! Components of iCalendar (RFC 5545 section 3.6), as they stand within one another.

use super::lines::Line;

/// How deep components may stand: alarms and places within events, rules within zones.
const DEPTH: usize = 8;

/// A component with its lines and what stands within it.
#[derive(Debug, Clone, Default)]
pub struct Component {
    /// Its name in capitals.
    pub name: String,
    /// Its own lines.
    pub lines: Vec<Line>,
    /// The components within it.
    pub within: Vec<Component>,
}

impl Component {
    /// The first line of a name with a value.
    pub fn line(&self, name: &str) -> Option<&Line> {
        let mut lines = self.lines.iter();
        lines.find(|line| line.name == name && !line.value.trim().is_empty())
    }

    /// All lines of a name.
    pub fn all<'c>(&'c self, name: &'c str) -> impl Iterator<Item = &'c Line> {
        self.lines.iter().filter(move |line| line.name == name)
    }

    /// The value of a line.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.line(name).map(|line| line.value.trim())
    }
}

/// The components of a stream, and whether the last one was left open. Whatever does not close, closes with what
/// it stands in; an event within an event is one of its own.
pub fn components(lines: Vec<Line>) -> (Vec<Component>, bool) {
    let (mut done, mut open): (Vec<Component>, Vec<Component>) = (vec![], vec![]);
    let mut too_deep = 0usize;
    for line in lines {
        let of = line.value.trim().to_ascii_uppercase();
        match line.name.as_str() {
            "BEGIN" if too_deep > 0 || open.len() >= DEPTH => too_deep += 1,
            "BEGIN" => {
                let own = |name: &str| {
                    matches!(
                        name,
                        "VEVENT" | "VTODO" | "VJOURNAL" | "VFREEBUSY" | "VTIMEZONE"
                    )
                };
                if own(&of) || of == "VCALENDAR" {
                    while open
                        .last()
                        .is_some_and(|last| last.name != "VCALENDAR" || of == "VCALENDAR")
                    {
                        close(&mut open, &mut done);
                    }
                }
                open.push(Component {
                    name: of,
                    ..Component::default()
                });
            }
            "END" if too_deep > 0 => too_deep -= 1,
            "END" => {
                if open.iter().any(|known| known.name == of) {
                    while open.last().is_some_and(|last| last.name != of) {
                        close(&mut open, &mut done);
                    }
                    close(&mut open, &mut done);
                }
            }
            _ if too_deep > 0 => {}
            _ => {
                if let Some(last) = open.last_mut() {
                    last.lines.push(line);
                }
            }
        }
    }
    let cut = !open.is_empty();
    while !open.is_empty() {
        close(&mut open, &mut done);
    }
    (done, cut)
}

fn close(open: &mut Vec<Component>, done: &mut Vec<Component>) {
    if let Some(closed) = open.pop() {
        match open.last_mut() {
            Some(around) => around.within.push(closed),
            None => done.push(closed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::lines::lines;
    use super::*;

    fn read(text: &str) -> (Vec<Component>, bool) {
        components(lines(text.as_bytes()).found)
    }

    #[test]
    fn what_does_not_close_closes_with_what_it_stands_in() {
        let (found, cut) = read(
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nBEGIN:VALARM\nBEGIN:VEVENT\nUID:b\nEND:VEVENT\nEND:VCALENDAR\n",
        );
        let uids: Vec<_> = found[0]
            .within
            .iter()
            .map(|event| event.value("UID"))
            .collect();
        assert_eq!((uids, cut), (vec![Some("a"), Some("b")], false));
        assert!(read("BEGIN:VCALENDAR\nBEGIN:VEVENT\n").1);
    }

    #[test]
    fn however_deep_it_goes_it_ends() {
        let (found, _) = read(&"BEGIN:X\n".repeat(200_000));
        assert_eq!(found.len(), 1);
    }
}
