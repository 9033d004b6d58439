//! `send --test-to`: copies of a few messages to oneself.

use super::end::SendEnd;
use super::send_command::SendCommand;
use crate::app::sending::outcome::SendReport;
use crate::app::sending::refusal::SendRefusal;
use crate::app::sending::test_message::{check_test, send_test};
use crate::app::wording::count;
use crate::app::wording::few;
use crate::cli::exit::Exit;

/// Sends the copies.
pub(super) fn send(
    command: &SendCommand<'_>,
    to: &str,
    limit: Option<usize>,
) -> Result<SendEnd, SendRefusal> {
    let request = check_test(&command.context, to, limit)?;
    let relay = command.relay()?;
    let tested = send_test(&command.context, &request, &relay)?;
    command.output.say(&format!(
        "Essai : {} à {} ({}). Le compte de la campagne ne change pas.",
        count(tested.len(), "copie transmise", "copies transmises"),
        request.to(),
        few(&tested)
    ));
    command.output.say("Ensuite : relire ces messages dans votre boîte, puis missive send");
    let report = SendReport { tested: Some(tested), ..SendReport::default() };
    Ok(SendEnd::new(Exit::Done, report))
}
