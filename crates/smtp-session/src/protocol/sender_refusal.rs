//! Refusals that are about the sender and not about the message or who is to get it: a quota of the account, a
//! host that is on a list. The same message may go tomorrow. Read from the enhanced code, and from the words that
//! servers are known to use.

use super::reply::Reply;

/// What about the sender is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SenderRefusal {
    /// It sent too much.
    Quota,
    /// Its host, its domain or its address may not send here.
    Sender,
}

/// Words of a quota of the sender; that of a mailbox which is full is not among them.
const QUOTA: [&str; 22] = [
    "submissionquota",
    "sending quota",
    "sending limit",
    "sending rate",
    "send limit",
    "daily limit",
    "daily quota",
    "daily user sending",
    "daily message",
    "daily sending",
    "hourly limit",
    "hourly quota",
    "message limit",
    "messages per ",
    "emails per ",
    "rate limit",
    "ratelimit",
    "too many messages",
    "too many mails",
    "too many emails",
    "exceeded the maximum number of messages",
    "quota d'envoi",
];
/// Words about the sender's host, domain or address.
const SENDER: [&str; 18] = [
    "blacklist",
    "blocklist",
    "block list",
    "black list",
    "spamhaus",
    "spamcop",
    "reputation",
    "client host",
    "your ip",
    "sender denied",
    "sender address rejected",
    "sender rejected",
    "not allowed to send",
    "not permitted to send",
    "relaying denied",
    "relay access denied",
    "unable to relay",
    "reverse dns",
];

/// What about the sender a permanent reply refuses, if it does.
pub(crate) fn sender_refusal(reply: &Reply) -> Option<SenderRefusal> {
    if !reply.is_permanent() {
        return None;
    }
    let words = reply.words().join(" ").to_lowercase();
    let says = |list: &[&str]| list.iter().any(|word| words.contains(word));
    match reply.subject_and_detail() {
        // The mailbox of the recipient: full, disabled, unknown.
        Some((1, 1 | 2 | 6 | 10) | (2, 1 | 2)) => None,
        Some((4, 5) | (1, 90) | (7, 705)) => Some(SenderRefusal::Quota),
        Some((1, 8) | (7, 501..=503 | 708)) => Some(SenderRefusal::Sender),
        _ if says(&QUOTA) => Some(SenderRefusal::Quota),
        _ if says(&SENDER) => Some(SenderRefusal::Sender),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_about_the_sender_is_told_from_the_rest() {
        for (code, text, expected) in [
            (550, "5.4.5 Daily user sending quota exceeded", Some(SenderRefusal::Quota)),
            (
                554,
                "5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException",
                Some(SenderRefusal::Quota),
            ),
            (550, "5.7.1 daily sending limit exceeded", Some(SenderRefusal::Quota)),
            (550, "Too many messages, slow down", Some(SenderRefusal::Quota)),
            (554, "5.7.1 Client host blocked using Spamhaus", Some(SenderRefusal::Sender)),
            (550, "5.1.8 Access denied, bad outbound sender", Some(SenderRefusal::Sender)),
            (552, "5.2.2 The recipient's mailbox is over quota", None),
            (550, "5.1.1 unknown", None),
            (554, "5.6.0 virus", None),
            (450, "4.7.1 rate limit", None),
        ] {
            let reply = Reply::from_lines(code, vec![text.to_owned()]);
            assert_eq!(sender_refusal(&reply), expected, "{text}");
        }
    }
}
