//! The question before the first message leaves from a place: what is known of the ledger, and the reason that a person
//! gives.

use super::args::{DepositArgs, SendArgs};
use super::send_command::SendCommand;
use crate::app::sending::first_hand_over::{facts, reason};
use crate::app::sending::refusal::SendRefusal;
use crate::cli::args::line;
use crate::cli::ui::prompt::typed_line;
use crate::ledger::place::FirstHandOver;

impl SendCommand<'_> {
    /// Asks whether messages may leave from here, where that is not known; the answer may come with the command.
    pub(super) fn settle_place(
        &self,
        deposit: &DepositArgs,
        args: &SendArgs,
    ) -> Result<(), SendRefusal> {
        let Some(known) = self.context.first_hand_over()? else { return Ok(()) };
        let given = args.why.clone().filter(|_| deposit.first_from_here);
        let Some(why) = given.or_else(|| self.ask_about_place(&known)) else {
            return Err(SendRefusal::FirstHandOver(known));
        };
        self.context.accept_first_hand_over(&why)?;
        self.output.say("Noté : les messages partent d'ici désormais.");
        Ok(())
    }

    fn ask_about_place(&self, known: &FirstHandOver) -> Option<String> {
        let facts: String = facts(known).iter().map(|fact| format!("  {fact}\n")).collect();
        let question = format!(
            "Premier envoi d'ici : {}.\n{facts}Un message parti d'ailleurs depuis partirait une seconde fois. Pour le savoir d'abord : missive resolve --copies DOSSIER, avec les copies de contrôle.\nPour envoyer d'ici, taper pourquoi c'est sûr (gardé dans le journal), ou Entrée pour renoncer : ",
            reason(known.doubt)
        );
        let typed = typed_line(self.output, &question)?;
        line(&typed).ok().filter(|why| !why.is_empty())
    }
}
