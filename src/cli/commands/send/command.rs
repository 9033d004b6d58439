//! `send` over the relay: shown first, confirmed by its count, then sent.

use super::args::{DepositArgs, DepositsArg, SendArgs};
use super::end::SendEnd;
use super::follow_up::{ask_referent, reminders};
use super::preview_view::{BLOCKED_NOUN, PreviewNouns};
use super::send_command::SendCommand;
use super::test_message;
use super::transmission_bar::with_bar;
use crate::app::approval::proof_error::Unapproved;
use crate::app::error::UserError as _;
use crate::app::names::labels::Labels;
use crate::app::sending::context::{DepositsWere, ambiguous_messages};
use crate::app::sending::refusal::SendRefusal;
use crate::app::sending::send::{self, NothingReason, NothingToSend, SendOptions, SendPlan};
use crate::app::wording::count;
use crate::cli::exit::Exit;
use crate::plan::history::MessageEntry;

/// What leaves, by its nouns.
const MESSAGES: PreviewNouns = PreviewNouns {
    message: ("message", "messages"),
    held: (
        "autre message reste pour une prochaine fois (--limit)",
        "autres messages restent pour une prochaine fois (--limit)",
    ),
};

impl SendCommand<'_> {
    /// Sends messages, reminders or a test.
    pub(crate) fn run(&self, deposit: &DepositArgs, args: &SendArgs) -> SendEnd {
        self.guarded(deposit, args).unwrap_or_else(SendEnd::from)
    }

    fn guarded(&self, deposit: &DepositArgs, args: &SendArgs) -> Result<SendEnd, SendRefusal> {
        // A request carries no letter: none need have been made before.
        if !args.ask_referent {
            self.context.check_ledger()?;
        }
        let history = self.context.history()?;
        self.warn_ambiguous(&ambiguous_messages(&history));
        if let Some(word) = deposit.deposited
            && let Some(end) = self.resolve_deposits(word, deposit.limit)?
        {
            return Ok(end);
        }
        // One view of the ledger at a time.
        drop(history);
        let options = SendOptions { limit: deposit.limit, wait: deposit.wait };
        if args.ask_referent {
            return ask_referent::send(self, deposit, args, options);
        }
        if args.remind {
            return reminders::send(self, deposit, args, options);
        }
        if let Some(to) = &args.test_to {
            return test_message::send(self, to, deposit.limit);
        }
        let preview = match send::preview_send(&self.context, options)? {
            SendPlan::Messages(preview) => preview,
            SendPlan::Nothing(nothing) => return Ok(self.nothing_to_send(nothing)),
        };
        self.show_preview(&preview, &MESSAGES);
        self.settle_place(deposit, args)?;
        let confirmation = self.confirm(deposit.confirm, preview.counts)?;
        let relay = self.relay()?;
        let outcome = with_bar(self.output, self.context.clock, |monitor| {
            send::send(&self.context, options, confirmation, &relay, monitor)
        })?;
        Ok(self.finish(&outcome, "missive send"))
    }

    /// Ambiguous messages come first: a person may know.
    fn warn_ambiguous(&self, ambiguous: &[&MessageEntry]) {
        if ambiguous.is_empty() {
            return;
        }
        self.output.warn(&format!(
            "{} sans votre avis :",
            count(
                ambiguous.len(),
                "message a un sort incertain ; rien ne le renvoie",
                "messages ont un sort incertain ; rien ne les renvoie"
            )
        ));
        let labels = Labels::of_campaign(&self.context.resolved.desired);
        for message in ambiguous {
            let reply = message.reply.as_deref();
            self.output.warn(&format!(
                "  {}, {} {} ({})",
                labels.school(&message.uai),
                message.address.as_deref().unwrap_or_default(),
                message.message_id.as_deref().unwrap_or_default(),
                reply.unwrap_or("la commande a été interrompue pendant l'envoi")
            ));
        }
    }

    /// Records what a person says of the messages in the outbox; gives an end if a file could not be taken out.
    fn resolve_deposits(
        &self,
        word: DepositsArg,
        limit: Option<usize>,
    ) -> Result<Option<SendEnd>, SendRefusal> {
        let were = match word {
            DepositsArg::Sent => DepositsWere::Sent,
            DepositsArg::NotSent => DepositsWere::NotSent,
        };
        let Some(resolved) = self.context.resolve_deposits(were, limit)? else { return Ok(None) };
        let number = resolved.number;
        self.output.say(&match were {
            DepositsWere::Sent => format!(
                "Noté : {}.",
                count(number, "message envoyé à la main", "messages envoyés à la main")
            ),
            DepositsWere::NotSent => format!(
                "Noté : {} de la boîte d'envoi.",
                count(number, "message repris", "messages repris")
            ),
        });
        let not_removed = resolved.not_removed.map(SendRefusal::OutboxNotEmptied);
        Ok(not_removed.map(SendEnd::from))
    }

    fn nothing_to_send(&self, nothing: NothingToSend) -> SendEnd {
        let NothingToSend { reason, report } = nothing;
        let output = self.output;
        let asks = |report, message: String, todo: &str| {
            SendEnd::complaint(Exit::Decide, report, message, todo)
        };
        match reason {
            NothingReason::LimitZero => asks(
                report,
                "rien n'est parti : --limit 0".to_owned(),
                "donner un nombre à --limit",
            ),
            NothingReason::Unapproved(messages) => {
                let refusal = Unapproved { messages };
                asks(report, refusal.to_string(), &refusal.todo())
            }
            NothingReason::Deferred(number, next) => {
                output.say(&format!(
                    "{} ; le prochain peut repartir à {}. Ensuite : missive send à cette heure, ou missive send --wait",
                    count(number, "message est différé", "messages sont différés"),
                    self.context.clock.shown(next)
                ));
                SendEnd::new(Exit::Partial, report)
            }
            NothingReason::Ambiguous(number) => asks(
                report,
                format!(
                    "rien à envoyer : {} au sort incertain",
                    count(number, "message reste", "messages restent")
                ),
                "dire ce qu'il en est : missive resolve RÉFÉRENCE --handed-over ou --not-sent, avec --why",
            ),
            NothingReason::Refused(number) => {
                output.say(&format!(
                    "Rien à envoyer : {} par la messagerie. Ensuite : missive status",
                    count(number, "message reste rejeté", "messages restent rejetés")
                ));
                SendEnd::new(Exit::Partial, report)
            }
            NothingReason::Blocked(number) => {
                let number = count(number, BLOCKED_NOUN.0, BLOCKED_NOUN.1);
                output.say(&format!("Rien à envoyer ; {number}. Ensuite : missive check"));
                SendEnd::new(Exit::Partial, report)
            }
            NothingReason::NoLetter => {
                output
                    .say("Rien à envoyer : aucune lettre n'est demandée. Ensuite : missive check");
                SendEnd::new(Exit::Done, report)
            }
            NothingReason::NotReady(number) => {
                output.say(&format!(
                    "Rien à envoyer maintenant : {} ; elles attendent peut-être la signature de l'autorité (missive sign export). Ensuite : missive status",
                    count(number, "lettre n'est pas partie", "lettres ne sont pas parties")
                ));
                SendEnd::new(Exit::Partial, report)
            }
            NothingReason::AllSent => {
                output.say("Rien à envoyer : tout est déjà parti. Ensuite : missive status");
                SendEnd::new(Exit::Done, report)
            }
        }
    }
}
