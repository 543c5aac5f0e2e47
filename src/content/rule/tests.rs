//! What a rule says, and what it may not say.

use super::*;

#[test]
fn rules_are_read_and_written_in_one_order() {
    let show = |text| {
        read_rule(text)
            .map(|rule| rule.to_string())
            .map_err(|f| f.message.to_string())
    };
    assert_eq!(
        show("BYDAY=WE;FREQ=WEEKLY;UNTIL=20261216T183000Z"),
        Ok("FREQ=WEEKLY;UNTIL=20261216T183000Z;BYDAY=WE".into())
    );
    assert_eq!(
        show("RRULE:freq=monthly;byday=-1FR;count=3"),
        Ok("FREQ=MONTHLY;COUNT=3;BYDAY=-1FR".into())
    );
}

#[test]
fn what_calendars_disagree_on_is_refused_with_a_reason() {
    let cases = [
        "FREQ=SECONDLY",
        "FREQ=HOURLY;COUNT=3",
        "FREQ=YEARLY;BYWEEKNO=20",
        "FREQ=MONTHLY;BYYEARDAY=100",
        "FREQ=MONTHLY;BYDAY=1MO,FR",
        "FREQ=WEEKLY;BYDAY=MO,WE;BYSETPOS=1",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=YEARLY;BYMONTH=5;BYDAY=20MO",
        "FREQ=DAILY;BYHOUR=9,17",
        "FREQ=DAILY;COUNT=2;UNTIL=20261231",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=WEEKLY;COUNT=0",
        "COUNT=3",
        "",
        "FREQ=WEEKLY;FREQ=DAILY",
        "FREQ=WEEKLY;BYDAY=é",
        "FREQ=DAILY;UNTIL=20261350",
    ];
    for case in cases {
        let fault = read_rule(case).expect_err(case);
        assert!(
            !fault.message.is_empty() && !fault.help.is_empty(),
            "{case}"
        );
    }
}
