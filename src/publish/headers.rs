//! What a file is sent with, as far as object stores keep it, by the `_headers` of the build itself.

use crate::output::files::media_type;

/// The headers that an object store keeps with an object. Other headers are for what stands before the store.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Headers {
    /// `Content-Type`.
    pub content_type: String,
    /// `Cache-Control`.
    pub cache_control: String,
    /// `Content-Disposition`.
    pub disposition: Option<String>,
}

/// What the hosts say that read `_headers` where no rule says how long a file is kept: ask each time, by its ETag.
const FRESH: &str = "public, max-age=0, must-revalidate";

impl Headers {
    /// A short hash of them, by which a change is seen.
    pub fn digest(&self) -> String {
        let disposition = self.disposition.as_deref().unwrap_or_default();
        let all = [&self.content_type, &self.cache_control, disposition].join("\n");
        blake3::hash(all.as_bytes()).to_hex()[..16].to_owned()
    }
}

/// The rules of a `_headers`: a pattern of paths, and names with values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table(Vec<(String, Vec<(String, String)>)>);

impl Table {
    /// Reads `_headers`. A rule begins at the beginning of a line, its headers are indented.
    pub fn parse(text: &str) -> Self {
        let mut rules: Vec<(String, Vec<(String, String)>)> = Vec::new();
        for line in text.lines() {
            let is_header = line.starts_with([' ', '\t']);
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match (is_header, line.split_once(':'), rules.last_mut()) {
                (true, Some((name, value)), Some((_, headers))) => {
                    headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
                }
                (false, _, _) => rules.push((line.to_owned(), vec![])),
                _ => {}
            }
        }
        Table(rules)
    }

    /// What a file is sent with.
    pub fn of(&self, path: &str) -> Headers {
        let address = format!("/{}", path.strip_suffix("index.html").unwrap_or(path));
        let rules = self.0.iter().filter(|(pattern, _)| fits(pattern, &address));
        let all: Vec<&(String, String)> = rules.flat_map(|(_, headers)| headers).collect();
        let told = |wanted: &str| {
            let values = all.iter().filter(|(name, _)| name == wanted);
            let values: Vec<&str> = values.map(|(_, value)| value.as_str()).collect();
            (!values.is_empty()).then(|| values.join(", "))
        };
        Headers {
            content_type: told("content-type").unwrap_or_else(|| by_name(path).to_owned()),
            cache_control: told("cache-control").unwrap_or_else(|| FRESH.to_owned()),
            disposition: told("content-disposition"),
        }
    }
}

/// The media type by the end of the name, where no rule tells it.
fn by_name(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, end)| end) {
        "html" => "text/html; charset=utf-8",
        "xml" => "application/xml",
        "gz" => "application/gzip",
        // `_headers` and `_redirects`.
        _ if !path.contains(['/', '.']) => "text/plain; charset=utf-8",
        _ => media_type(path),
    }
}

/// Whether an address fits a pattern: `*` is anything, `:name` is one part of a path.
fn fits(pattern: &str, address: &str) -> bool {
    let Some(special) = pattern.find(['*', ':']) else {
        return pattern == address;
    };
    let (plain, rest) = pattern.split_at(special);
    let Some(address) = address.strip_prefix(plain) else {
        return false;
    };
    let mut ends = address
        .char_indices()
        .map(|(n, _)| n)
        .chain([address.len()]);
    if let Some(rest) = rest.strip_prefix('*') {
        // What is left can only fit where as much is left.
        return match rest.contains(['*', ':']) {
            true => ends.any(|n| fits(rest, &address[n..])),
            false => address.ends_with(rest),
        };
    }
    let name = rest[1..].find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let rest = &rest[1 + name.unwrap_or(rest.len() - 1)..];
    let part = address.find('/').unwrap_or(address.len());
    part > 0 && fits(rest, &address[part..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn patterns_fit_as_hosts_read_them() {
        for (pattern, address, expected) in [
            ("/*", "/", true),
            ("/*", "/a/b.html", true),
            ("/assets/*", "/assets/a/b.css", true),
            ("/assets/*", "/assets", false),
            ("/*.ics", "/a/b/calendar.ics", true),
            ("/*.ics", "/a/b/calendar.icsx", false),
            ("/data/v1/*.csv", "/data/v1/events.csv", true),
            ("/data/v1/*.csv", "/data/v2/events.csv", false),
            ("/a/*/feed.json", "/a/b/c/feed.json", true),
            ("/a/*/feed.json", "/a/feed.json", false),
            (
                "/agenda/:name/calendar.ics",
                "/agenda/soep/calendar.ics",
                true,
            ),
            (
                "/agenda/:name/calendar.ics",
                "/agenda/a/b/calendar.ics",
                false,
            ),
            ("/agenda/:name/calendar.ics", "/agenda//calendar.ics", false),
            ("/:a/*/:b", "/x/y/z/u", true),
            ("/404.html", "/404.html", true),
            ("/404.html", "/en/404.html", false),
        ] {
            assert_eq!(fits(pattern, address), expected, "{pattern} {address}");
        }
    }

    #[test]
    fn rules_tell_and_names_tell_the_rest() {
        let table = Table::parse(
            "/*\n  X-Content-Type-Options: nosniff\n# of ours\n/assets/*\n  Cache-Control: public, immutable\n\n\
             /*.ics\n  Content-Type: text/calendar; charset=utf-8\n/a/:name/x.ics\n  Content-Disposition: attachment; filename=\"x.ics\"\n",
        );
        let calendar = table.of("a/soep/x.ics");
        assert_eq!(calendar.content_type, "text/calendar; charset=utf-8");
        assert_eq!(
            calendar.disposition.as_deref(),
            Some("attachment; filename=\"x.ics\"")
        );
        assert_eq!(calendar.cache_control, FRESH);
        let style = table.of("assets/a.css");
        assert_eq!(style.content_type, "text/css; charset=utf-8");
        assert_eq!(style.cache_control, "public, immutable");
        assert_eq!(
            table.of("a/index.html").content_type,
            "text/html; charset=utf-8"
        );
        assert_ne!(calendar.digest(), style.digest());
    }

    proptest! {
        #[test]
        fn any_table_is_read_and_any_path_gets_a_type(text in "(/[a*:/.]{0,8}\n( [A-Z]:?[ a]{0,3}\n)?){0,4}|.{0,40}", path in "[a-c/.]{1,12}|.{1,12}") {
            prop_assert!(!Table::parse(&text).of(&path).cache_control.is_empty());
        }

        #[test]
        fn a_pattern_with_a_star_fits_whatever_stands_there(before in "/[a-z/]{0,5}", inner in "[a-z/.é]{0,8}", after in "[a-z/.]{0,5}") {
            let pattern = format!("{before}*{after}");
            let address = format!("{before}{inner}{after}");
            prop_assert!(fits(&pattern, &address));
        }
    }
}
