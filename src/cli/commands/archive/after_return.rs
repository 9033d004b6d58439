//! What followed a return that was written down, said and made an exit code.

use crate::app::names::labels::Labels;
use crate::app::returns::after_return::AfterReturn;
use crate::app::returns::settle::SettledMessage;
use crate::app::wording::count;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::letter::french::noun;

/// Says how many reminders were taken out of the outbox, if any.
pub fn say_withdrawn(output: &Output, withdrawn: usize) {
    if withdrawn > 0 {
        output.say(&format!(
            "{} de la boîte d'envoi : il n'y a plus rien à y réclamer.",
            count(withdrawn, "rappel est retiré", "rappels sont retirés")
        ));
    }
}

/// Says which messages need not go any more, or have to be spoken about first.
pub fn say_settled(output: &Output, settled: &[SettledMessage], labels: &Labels) {
    for message in settled {
        let letters = labels.letters(&message.letters).join(", ");
        let verb = noun(message.letters.len(), "est revenue", "sont revenues");
        let state = message.state.french().0;
        let others = labels.letters(&message.others).join(", ");
        match (message.needs_a_person, message.others.is_empty()) {
            (true, _) => output.warn(&format!(
                "{letters} {verb}, et leur message est {state} : dire s'il est parti aussi avec {others} : missive resolve {} --handed-over ou --not-sent, avec --why",
                message.letters.first().map_or("", String::as_str)
            )),
            (false, true) => output.say(&format!(
                "{letters} {verb} : arrivée par une autre voie. Son message, {state}, est remplacé et ne partira plus."
            )),
            (false, false) => output.say(&format!(
                "{letters} {verb} : arrivée par une autre voie. Son message, {state}, est remplacé ; {others} aura le sien : missive run"
            )),
        }
    }
}

/// The end of a command that wrote down a return.
pub fn end(output: &Output, after: AfterReturn, labels: &Labels) -> Result<Exit, CommandError> {
    say_settled(output, &after.settled, labels);
    say_withdrawn(output, after.withdrawn);
    match after.failure {
        Some(failure) => Err(failure.into()),
        None => Ok(Exit::Done),
    }
}
