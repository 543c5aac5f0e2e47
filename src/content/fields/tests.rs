use super::*;

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
