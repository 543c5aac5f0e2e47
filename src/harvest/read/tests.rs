//! Tests of what every reader must hold to, whatever the bytes.

use super::{NotRead, read};
use crate::harvest::found::{Payload, Setting};

const SETTING: Setting = Setting {
    timezone: "Europe/Amsterdam",
    language: "nl",
    now: jiff::Timestamp::constant(1_795_392_000, 0),
};

fn of(text: &str) -> Result<crate::harvest::found::Reading, NotRead> {
    read(
        &Payload {
            url: "https://a.example/x",
            media_type: None,
            bytes: text.as_bytes(),
        },
        &SETTING,
    )
}

#[test]
fn what_is_nothing_of_ours_is_told_apart() {
    assert_eq!(of(" \n"), Err(NotRead::Empty));
    assert_eq!(
        of("<!doctype html><title>Log in</title><form>"),
        Err(NotRead::Page)
    );
    assert_eq!(of("just words"), Err(NotRead::Unknown));
    assert_eq!(of("{\"a\": 1}"), Err(NotRead::Unknown));
    assert!(matches!(of("{\"a\""), Err(NotRead::Broken("JSON", _))));
    assert!(matches!(
        of("<rss><channel><item></rss>"),
        Err(NotRead::Broken("RSS", _))
    ));
    assert_eq!(of("[]").map(|reading| reading.found.len()), Ok(0));
}
