use super::address::{check_path, in_ascii};
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
fn an_old_abbreviation_is_no_place() {
    let help = |zone| check_zone(zone).err().map(|fault| fault.help.to_string());
    assert!(help("CET").unwrap().contains("`Europe/Amsterdam`"));
    assert!(help("EST5EDT").unwrap().contains("`America/New_York`"));
    assert!(
        help("Europe/Amsterdm")
            .unwrap()
            .contains("`Europe/Amsterdam`")
    );
    assert!(help("Europe/Amsterdam").is_none() && help("UTC").is_none());
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
