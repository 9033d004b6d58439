//! Replies that come whole, in parts, or too late, over a plain connection.

use super::super::{ConnectionLoss, LossCause};
use super::peers::{look, pair, within};
use crate::net::deadline::Deadline;
use std::io::Write as _;
use std::time::Duration;

#[test]
fn a_word_and_an_end_are_seen_without_waiting() {
    let (mut connection, mut relay) = pair();
    assert_eq!(connection.has_data(), Ok(false), "nothing yet, and no loss");
    relay.write_all(b"552 too much\r\n").unwrap();
    assert_eq!(look(&mut connection), Ok(true));
    assert_eq!(connection.reply(&within(5)).unwrap().code, 552);
    drop(relay);
    assert_eq!(look(&mut connection).unwrap_err().cause, LossCause::Closed);
}

#[test]
fn a_word_that_came_with_the_reply_before_is_not_lost_with_the_connection() {
    let (mut connection, mut relay) = pair();
    relay.write_all(b"354 go\r\n552 too much\r\n").unwrap();
    drop(relay);
    assert_eq!(connection.reply(&within(5)).unwrap().code, 354);
    assert_eq!(connection.has_data(), Ok(true));
    assert_eq!(connection.reply(&within(5)).unwrap().code, 552);
}

#[test]
fn a_phase_has_one_deadline_and_a_person_may_end_it() {
    let (mut connection, mut relay) = pair();
    relay.write_all(b"250 half").unwrap();
    let time = Duration::from_millis(300);
    let loss = connection.reply(&Deadline::after(time)).unwrap_err();
    assert_eq!(
        loss,
        ConnectionLoss { cause: LossCause::Timeout(time), received: "250 half".to_owned() }
    );
    connection.cancel.request();
    connection.cancel.request();
    let loss = connection.reply(&within(600)).unwrap_err();
    assert_eq!(loss.cause, LossCause::Cancelled);
}
