//! Which addresses may be asked for at all.
//!
//! An address comes from a file that others can propose changes to, or from the very machine that is asked. So it
//! may lead nowhere that only this machine can reach: not into its own network, nor to itself.

use crate::diagnostic::Words;
use crate::say;
use oxiri::Iri;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What may be asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rules {
    /// This machine itself may be asked, and without encryption: for tests.
    pub loopback: bool,
}

/// An address that may be asked for, without its fragment; or why it may not.
pub fn admit(address: &str, rules: Rules) -> Result<String, Words> {
    let address = address.trim();
    if address.len() > 2000 {
        return Err(say!("the address is longer than 2,000 characters"));
    }
    let Ok(iri) = Iri::parse(address.split('#').next().unwrap_or(address)) else {
        return Err(say!(
            "`{}` is no whole address, such as https://lab.example/",
            address
        ));
    };
    let authority = iri.authority().unwrap_or_default();
    if authority.contains('@') {
        return Err(say!(
            "the address holds a name or a password, which are never sent"
        ));
    }
    let host = host(&iri);
    if host.is_empty() {
        return Err(say!(
            "`{}` is no whole address, such as https://lab.example/",
            address
        ));
    }
    let local = rules.loopback && is_loopback(host);
    match iri.scheme() {
        "https" => {}
        "http" if local => {}
        "http" => {
            return Err(say!(
                "`{}` is not encrypted: only https is asked for",
                address
            ));
        }
        other => {
            return Err(say!(
                "`{}` is neither https nor anything else that is fetched",
                other
            ));
        }
    }
    if let Some(ip) = literal(host) {
        may_reach(ip, rules)?;
    }
    Ok(iri.as_str().to_owned())
}

/// An address that stands in a document, seen from the document's own.
pub fn resolve(base: &str, reference: &str) -> Option<String> {
    let base = Iri::parse(base).ok()?;
    let found = base.resolve(reference.trim()).ok()?;
    Some(found.into_inner())
}

/// Scheme, host and port: what may speak for the records of a site.
pub fn origin(address: &str) -> Option<String> {
    let iri = Iri::parse(address).ok()?;
    let (scheme, authority) = (iri.scheme(), iri.authority()?);
    let authority = authority.to_ascii_lowercase();
    let default = match scheme {
        "https" => ":443",
        _ => ":80",
    };
    let authority = authority.strip_suffix(default).unwrap_or(&authority);
    Some(format!("{scheme}://{authority}"))
}

/// Whether an address is one that people may follow: to a page, or to write to somebody.
pub fn is_link(address: &str) -> bool {
    let iri = Iri::parse(address);
    iri.is_ok_and(|iri| matches!(iri.scheme(), "https" | "http") && !host(&iri).is_empty())
}

fn host<'a>(iri: &'a Iri<&str>) -> &'a str {
    let authority = iri.authority().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or(authority);
    match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => host.split(':').next().unwrap_or(host),
    }
}

fn literal(host: &str) -> Option<IpAddr> {
    host.parse().ok()
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || literal(host).is_some_and(|ip| ip.is_loopback())
}

/// Whether a machine at this address may be asked; or why it may not.
pub fn may_reach(ip: IpAddr, rules: Rules) -> Result<(), Words> {
    let allowed = is_public(ip) || rules.loopback && ip.is_loopback();
    match allowed {
        true => Ok(()),
        false => Err(say!(
            "{} is no public address: it lies within this machine or its network",
            ip.to_string()
        )),
    }
}

/// Whether an address is one of the public internet (the registries of RFC 6890).
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = a == 0
        || a >= 224
        || a == 100 && (64..128).contains(&b)
        || a == 192 && b == 0 && c == 0
        || a == 192 && b == 88 && c == 99
        || a == 198 && (b == 18 || b == 19);
    !(special || ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_documentation())
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    // An address of the old sort in one of the new is never meant: whoever writes it hides something. Of all the
    // rest only 2000::/3 was ever given out.
    let [first, second, ..] = ip.segments();
    let given_out = first & 0xe000 == 0x2000;
    let documentation = first == 0x2001 && second == 0xdb8 || first == 0x3fff && second < 0x1000;
    // Teredo and 6to4 hold addresses of the old sort; 2001:0::/23 is for protocols.
    let wraps = first == 0x2002 || first == 0x2001 && second < 0x200;
    given_out && !documentation && !wraps
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUBLIC: &[&str] = &[
        "1.1.1.1",
        "93.184.216.34",
        "2606:4700::1111",
        "2a00:1450::1",
    ];
    const NOT_PUBLIC: &[&str] = &[
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.9.9.9",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.9",
        "224.0.0.1",
        "239.1.1.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:1.1.1.1",
        "::ffff:10.0.0.1",
        "::7f00:1",
        "64:ff9b::a00:1",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "2002:a00:1::1",
        "2001::1",
        "100::1",
    ];

    #[test]
    fn only_the_public_internet_is_public() {
        for text in PUBLIC {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
        for text in NOT_PUBLIC {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn an_address_is_refused_with_a_reason() {
        let why = |address: &str| match admit(address, Rules::default()) {
            Ok(address) => format!("fine: {address}"),
            Err(why) => why.to(crate::diagnostic::Language::En),
        };
        assert_eq!(
            why("https://lab.example/x#y"),
            "fine: https://lab.example/x"
        );
        for (address, reason) in [
            ("http://lab.example/", "not encrypted"),
            ("ftp://lab.example/", "neither https"),
            ("file:///etc/passwd", "no whole address"),
            ("javascript:alert(1)", "no whole address"),
            ("lab.example", "no whole address"),
            ("https://me:secret@lab.example/", "password"),
            ("https://10.0.0.1/", "no public address"),
            ("https://[::ffff:127.0.0.1]/", "no public address"),
            ("https://127.0.0.1/", "no public address"),
        ] {
            assert!(why(address).contains(reason), "{address}: {}", why(address));
        }
        let tests = Rules { loopback: true };
        assert!(admit("http://127.0.0.1:8000/x", tests).is_ok());
        assert!(admit("http://10.0.0.1/", tests).is_err());
    }

    #[test]
    fn references_and_origins_are_those_of_the_document() {
        let at = |reference| resolve("https://lab.example/data/page.html?x", reference);
        assert_eq!(at("a.ics").unwrap(), "https://lab.example/data/a.ics");
        assert_eq!(at("//other.example/").unwrap(), "https://other.example/");
        assert_eq!(
            at("?page=2").unwrap(),
            "https://lab.example/data/page.html?page=2"
        );
        assert_eq!(
            origin("https://Lab.example:443/x").unwrap(),
            "https://lab.example"
        );
        assert_eq!(
            origin("http://127.0.0.1:81/x").unwrap(),
            "http://127.0.0.1:81"
        );
    }
}
