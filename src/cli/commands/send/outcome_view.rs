//! How a sending ended, as a person reads it: what was done, what is wrong, what to do next.

use super::end::SendEnd;
use super::issues_view;
use super::send_command::SendCommand;
use crate::app::approval::proof_error::HOW_TO_APPROVE;
use crate::app::names::labels::Labels;
use crate::app::sending::after_send::after_send;
use crate::app::sending::outcome::SendOutcome;
use crate::app::sending::relay::stopped_by::StoppedBy;
use crate::app::sending::relay::transmission::TransmissionOutcome;
use crate::app::wording::count;
use crate::cli::exit::Exit;
use crate::ledger::LedgerError;
use smtp_session::StopReason;

/// The sentence about messages that have left, for every reason to stop.
const SENT_ONCE: &str = "ce qui est parti ne repartira pas";

impl SendCommand<'_> {
    /// Writes the report, shows what was done, and says how it ended; `again` is the command to go on with.
    pub(super) fn finish(&self, outcome: &SendOutcome, again: &str) -> SendEnd {
        let transmission = &outcome.transmission;
        let after = after_send(&self.context, outcome, self.made, self.problems);
        self.show_counts(transmission);
        let labels = Labels::of_campaign(&self.context.resolved.desired);
        issues_view::show(self.output, &transmission.issues, &labels, self.context.clock);
        for copy in &transmission.rejected_copies {
            self.output.say(&format!(
                "Copie non acceptée : {} ({}), « {} » ; le message de l'établissement est parti.",
                copy.address,
                labels.message(&copy.name),
                copy.reply
            ));
        }
        let environment = |message: String, todo: &str| {
            SendEnd::complaint(Exit::Environment, outcome.report(), message, todo)
        };
        if let (Some(error), None) = (&after.report_error, transmission.stopped) {
            return environment(
                error.to_string(),
                "faire de la place, puis relancer missive generate",
            );
        }
        if !after.is_balanced {
            let error = LedgerError::Corrupt("le compte des lettres ne tombe pas juste".to_owned());
            return environment(error.to_string(), LedgerError::todo(&error));
        }
        let stop = Stop { transmission, again, next: self.next(transmission) };
        match transmission.stopped {
            None | Some(StoppedBy::Limit) => {}
            Some(StoppedBy::Signal) => {
                self.output.say(&format!("Interrompu. Ensuite : {again} ; {SENT_ONCE}."));
                return SendEnd::new(Exit::Partial, outcome.report());
            }
            Some(StoppedBy::Server(StopReason::Throttled)) if stop.something_happened() => {
                let why = stop.why();
                self.output.warn(&format!("débit limité par le serveur : {why}"));
                let next = &stop.next;
                self.output
                    .say(&format!("Ensuite : {again}{next}, ou {again} --wait ; {SENT_ONCE}."));
                return SendEnd::new(Exit::Partial, outcome.report());
            }
            Some(stopped_by) => {
                let (message, todo) = stop.complaint(stopped_by);
                return environment(message, &todo);
            }
        }
        if let Some(number) = outcome.unapproved.filter(|number| *number > 0) {
            let waits = count(number, "message attend", "messages attendent");
            self.output.say(&format!("{waits} une approbation. À faire : {HOW_TO_APPROVE}"));
        }
        match after.to_referents {
            number if number > 0 && transmission.remaining == 0 && transmission.next.is_none() => {
                let words = ("message au référent peut", "messages aux référents peuvent");
                let what = count(number, words.0, words.1);
                self.output.say(&format!("{what} partir à présent. Ensuite : missive send"));
            }
            _ => self.output.say(&stop.next_step()),
        }
        let exit = if outcome.is_partial() { Exit::Partial } else { Exit::Done };
        SendEnd::new(exit, outcome.report())
    }

    fn show_counts(&self, transmission: &TransmissionOutcome) {
        let mut parts = vec![format!(
            "{} au serveur de messagerie",
            count(transmission.handed_over, "message transmis", "messages transmis")
        )];
        for (number, one, many) in [
            (transmission.deferred, "différé", "différés"),
            (transmission.refused, "rejeté", "rejetés"),
            (transmission.ambiguous, "au sort incertain", "au sort incertain"),
            (transmission.kept_back, "retenu", "retenus"),
            (transmission.remaining, "pas encore envoyé", "pas encore envoyés"),
        ] {
            if number > 0 {
                parts.push(count(number, one, many));
            }
        }
        self.output.say(&format!("{}.", parts.join(", ")));
    }

    /// " à partir de 14:20", or nothing.
    fn next(&self, transmission: &TransmissionOutcome) -> String {
        let clock = self.context.clock;
        transmission
            .next
            .map_or(String::new(), |next| format!(" à partir de {}", clock.shown(next)))
    }
}

/// What is said of a sending that stopped, or of what is left.
struct Stop<'s> {
    transmission: &'s TransmissionOutcome,
    again: &'s str,
    next: String,
}

impl Stop<'_> {
    fn why(&self) -> &str {
        self.transmission.why.as_deref().unwrap_or_default()
    }

    /// Whether the relay answered for any message, in whatever way.
    fn something_happened(&self) -> bool {
        let TransmissionOutcome { handed_over, deferred, ambiguous, .. } = self.transmission;
        handed_over + deferred + ambiguous > 0
    }

    /// The sentence of an error, and what to do.
    fn complaint(&self, stopped_by: StoppedBy) -> (String, String) {
        let (why, again, next) = (self.why(), self.again, &self.next);
        let nothing_left = self.transmission.handed_over == 0 && self.transmission.ambiguous == 0;
        let nothing = if nothing_left { " ; rien n'est parti" } else { "" };
        let (message, todo) = match stopped_by {
            StoppedBy::Server(StopReason::Authentication) => (
                format!("{why}{nothing} ; un seul essai, pour ne pas bloquer le compte"),
                "vérifier le mot de passe et « username », puis relancer",
            ),
            StoppedBy::Server(StopReason::Tls) => (
                format!("{why}{nothing}"),
                "demander au service informatique ; un certificat interne se déclare avec ca_file",
            ),
            StoppedBy::Server(StopReason::Policy) => (
                format!("envoi arrêté : {why}{nothing}"),
                "vérifier l'adresse d'expédition et le contenu avec le service de messagerie, puis relancer",
            ),
            StoppedBy::Server(StopReason::MessageSize) => (
                format!("envoi arrêté, message trop lourd : {why}{nothing}"),
                "réduire les pièces jointes, puis missive run",
            ),
            StoppedBy::Server(StopReason::Throttled) => {
                return (format!("{why}{nothing}"), format!("relancer {again}{next}"));
            }
            StoppedBy::Server(StopReason::Unreliable) => {
                let todo = format!("relancer {again}{next} ; {SENT_ONCE}");
                return (format!("{why}{nothing}"), todo);
            }
            StoppedBy::Disk | StoppedBy::Limit | StoppedBy::Signal => (
                format!("envoi arrêté, le journal ne peut plus être écrit : {why}{nothing}"),
                "faire de la place, puis relancer : rien ne partira deux fois",
            ),
        };
        (message, todo.to_owned())
    }

    fn next_step(&self) -> String {
        let (again, next) = (self.again, &self.next);
        match (self.transmission.next, self.transmission.remaining) {
            (Some(_), _) => format!("Ensuite : {again}{next}, ou {again} --wait"),
            (None, 0) => "Ensuite : missive status".to_owned(),
            (None, _) => format!("Ensuite : vérifier ces premiers envois, puis {again}"),
        }
    }
}
