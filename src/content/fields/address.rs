//! Addresses: of others, and on this site.

use super::fault;
use crate::say;
use crate::yaml::own::Fault;

pub(super) fn check_url(text: &str) -> Result<(), Fault> {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let host = rest.map_or("", |rest| rest.split(['/', '?', '#']).next().unwrap_or(""));
    if !host.is_empty()
        && !text
            .contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"{}|\\^`".contains(c))
    {
        return Ok(());
    }
    let help = match host.is_empty() {
        false if text.contains(char::is_whitespace) => {
            say!("leave out the space, or write `%20` for it")
        }
        _ => say!("write it whole, beginning with `https://`"),
    };
    Err(fault(
        "content/bad-url",
        say!("`{}` is not a web address", text),
        help,
    ))
}

/// An address as others may hold it: its host as the domain name system knows it (IDNA; RFC 3986, section 3.2.2), and
/// what else is not ASCII as UTF-8 in percent signs (RFC 3987, section 3.1).
pub(super) fn in_ascii(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let begin = text.find("://").map_or(0, |at| at + 3);
    let end = text[begin..]
        .find(['/', '?', '#'])
        .map_or(text.len(), |at| begin + at);
    let host = &text[begin..end];
    let (name, port) = host.split_at(host.find(':').unwrap_or(host.len()));
    let known = idna::domain_to_ascii(name).map(|name| name + port);
    let mut address = text[..begin].to_owned() + known.as_deref().unwrap_or(host);
    address.push_str(&text[end..]);
    let mut ascii = String::with_capacity(address.len());
    for byte in address.bytes() {
        match byte.is_ascii() {
            true => ascii.push(byte.into()),
            false => ascii += &format!("%{byte:02X}"),
        }
    }
    ascii
}

pub(super) fn check_path(text: &str) -> Result<(), Fault> {
    let part = |p: &str| !p.is_empty() && p != ".." && p != ".";
    let inner = text.trim_start_matches('/').trim_end_matches('/');
    // Hosts read some marks as a rule for many addresses, and others end a path.
    let means_more = |c: char| c.is_whitespace() || c.is_control() || "*:?#\\\"<>{}|".contains(c);
    if text.starts_with('/') && !text.contains(means_more) && inner.split('/').all(part) {
        return Ok(());
    }
    let help = match text
        .strip_prefix('/')
        .and_then(|rest| rest.find(means_more))
    {
        Some(n) => {
            let mark = text[1 + n..].chars().next().unwrap_or(' ');
            say!("leave out `{}`; write it as `/agenda/oude-naam/`", mark)
        }
        None => say!("write it as `/agenda/oude-naam/`"),
    };
    Err(fault(
        "content/bad-path",
        say!("`{}` is not a path on this site", text),
        help,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_holds_no_marks_that_hosts_read_as_rules() {
        for path in ["/oud/", "/agenda/café", "/feed.rss", "/a/b%20c/"] {
            assert!(check_path(path).is_ok(), "{path}");
        }
        for rule in ["/*", "/:splat", "/x?y=1", "/x#y", "/a b/", "/a\\b", "/"] {
            assert!(check_path(rule).is_err(), "{rule}");
        }
    }

    #[test]
    fn an_address_is_kept_in_ascii() {
        assert_eq!(
            in_ascii("https://a.example/?q=ü"),
            "https://a.example/?q=%C3%BC"
        );
        assert_eq!(
            in_ascii("https://лаб.example:8080/ж"),
            "https://xn--80ac2a.example:8080/%D0%B6"
        );
    }
}
