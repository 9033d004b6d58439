//! How a sending over the relay ended: exit code, JSON, the balanced account, what to do next.

use crate::app::exports::report_view;
use crate::app::generate::outcome::GenerateOutcome;
use crate::app::sending::delivery_issues;
use crate::app::sending::relay::transmit::Sent;
use crate::app::wording::count;
use crate::cli::commands::send::command::Desk;
use crate::cli::commands::send::issues_view;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::clock::Clock;
use crate::deliver::verdict::Stop;
use crate::ledger::LedgerError;
use crate::plan::account::Account;
use crate::plan::past::CampaignHistory;
use serde_json::{Value, json};

/// How it ended: the exit code, the `send` part of the JSON, and what to tell as an error after it.
pub struct Ended {
    /// Exit code.
    pub exit: Exit,
    /// The JSON.
    pub body: Value,
    /// What is wrong, and what to do.
    pub complaint: Option<(String, String)>,
}

impl Ended {
    pub(in crate::cli) fn asks(
        body: Value,
        message: impl Into<String>,
        todo: impl Into<String>,
    ) -> Self {
        Self { exit: Exit::Decide, body, complaint: Some((message.into(), todo.into())) }
    }

    pub(in crate::cli) fn refused(
        body: Value,
        message: impl Into<String>,
        todo: impl Into<String>,
    ) -> Self {
        Self { exit: Exit::Environment, body, complaint: Some((message.into(), todo.into())) }
    }

    /// The exit code, or why the command did not do what was asked.
    pub(in crate::cli) fn end(self) -> Result<Exit, CommandError> {
        match self.complaint {
            Some((message, todo)) => Err(CommandError::new(self.exit, message, todo)),
            None => Ok(self.exit),
        }
    }

    pub(in crate::cli) fn spoilt(error: &LedgerError) -> Self {
        Self::refused(nothing(), error.to_string(), error.todo())
    }
}

/// The JSON of a send that did nothing.
pub fn nothing() -> Value {
    document(&Sent::default(), 0)
}

/// The `send` part of the JSON.
pub fn document(sent: &Sent, skipped: usize) -> Value {
    let turned = |(name, address, reply): &(String, String, String)| json!({ "name": name, "to": address, "reply": reply });
    json!({
        "handed_over": sent.handed_over,
        "deposited": 0,
        "deferred": sent.deferred,
        "refused": sent.refused,
        "ambiguous": sent.ambiguous,
        "skipped": skipped + sent.kept_back,
        "remaining": sent.remaining,
        "stopped_by": sent.stopped.map(Stop::as_str),
        "next": sent.next.map(|next| format!("{next:.0}")),
        "problems": sent.troubles.iter().map(delivery_issues::json).collect::<Vec<_>>(),
        "copies_refused": sent.turned.iter().map(turned).collect::<Vec<_>>(),
    })
}

impl Desk<'_> {
    /// Tells what was done, and writes the report.
    pub(in crate::cli) fn close(
        &self,
        past: &CampaignHistory,
        sent: Sent,
        clock: &Clock,
        again: &str,
    ) -> Ended {
        let output = self.output;
        let references = self.resolved.desired.letters.iter().map(|own| own.reference.to_string());
        let references: Vec<String> = references.collect();
        let account = Account::of(past, references.iter().map(String::as_str));
        let none = GenerateOutcome::default();
        let (made, known) = (self.made.unwrap_or(&none), Some((&account, past)));
        let report = report_view::write(self.resolved, made, known, self.problems);
        let mut parts = vec![format!(
            "{} au serveur de messagerie",
            count(sent.handed_over, "message transmis", "messages transmis")
        )];
        for (number, one, many) in [
            (sent.deferred, "différé", "différés"),
            (sent.refused, "rejeté", "rejetés"),
            (sent.ambiguous, "au sort incertain", "au sort incertain"),
            (sent.kept_back, "retenu", "retenus"),
            (sent.remaining, "pas encore envoyé", "pas encore envoyés"),
        ] {
            if number > 0 {
                parts.push(count(number, one, many));
            }
        }
        output.say(&format!("{}.", parts.join(", ")));
        issues_view::tell(output, &sent.troubles, clock);
        for (name, address, reply) in &sent.turned {
            output.say(&format!(
                "Copie non acceptée : {address} ({name}), « {reply} » ; le message de l'établissement est parti."
            ));
        }
        let skipped = self.blocked();
        let body = document(&sent, skipped);
        if let (Err(error), None) = (report, sent.stopped) {
            return Ended::refused(
                body,
                error.to_string(),
                "faire de la place, puis relancer missive generate",
            );
        }
        if !account.is_balanced(past) {
            let error = LedgerError::Spoilt("le compte des lettres ne tombe pas juste".to_owned());
            return Ended { body, ..Ended::spoilt(&error) };
        }
        let why = sent.why.clone().unwrap_or_default();
        let nobody =
            if sent.handed_over == 0 && sent.ambiguous == 0 { " ; rien n'est parti" } else { "" };
        let next =
            sent.next.map_or(String::new(), |next| format!(" à partir de {}", clock.shown(next)));
        let refused = |message: String, todo: &str| Ended::refused(body.clone(), message, todo);
        let rest = "ce qui est parti ne repartira pas";
        match sent.stopped {
            None | Some(Stop::Limit) => {}
            Some(Stop::Auth) => {
                return refused(
                    format!("{why}{nobody} ; un seul essai, pour ne pas bloquer le compte"),
                    "vérifier le mot de passe et « username », puis relancer",
                );
            }
            Some(Stop::Tls) => {
                return refused(
                    format!("{why}{nobody}"),
                    "demander au service informatique ; un certificat interne se déclare avec ca_file",
                );
            }
            Some(Stop::Policy) => {
                return refused(
                    format!("envoi arrêté : {why}{nobody}"),
                    "vérifier l'adresse d'expédition et le contenu avec le service de messagerie, puis relancer",
                );
            }
            Some(Stop::Size) => {
                return refused(
                    format!("envoi arrêté, message trop lourd : {why}{nobody}"),
                    "réduire les pièces jointes, puis missive run",
                );
            }
            Some(Stop::Throttle) if sent.handed_over + sent.deferred + sent.ambiguous == 0 => {
                return refused(format!("{why}{nobody}"), &format!("relancer {again}{next}"));
            }
            Some(Stop::Throttle) => {
                output.warn(&format!("débit limité par le serveur : {why}"));
                output.say(&format!("Ensuite : {again}{next}, ou {again} --wait ; {rest}."));
                return Ended { exit: Exit::Partial, body, complaint: None };
            }
            Some(Stop::Relay) => {
                return refused(
                    format!("{why}{nobody}"),
                    &format!("relancer {again}{next} ; {rest}"),
                );
            }
            Some(Stop::Disk) => {
                return refused(
                    format!("envoi arrêté, le journal ne peut plus être écrit : {why}{nobody}"),
                    "faire de la place, puis relancer : rien ne partira deux fois",
                );
            }
            Some(Stop::Signal) => {
                output.say(&format!("Interrompu. Ensuite : {again} ; {rest}."));
                return Ended { exit: Exit::Partial, body, complaint: None };
            }
        }
        let partial = sent.deferred + sent.refused + sent.ambiguous + sent.kept_back + skipped;
        output.say(&match (sent.next, sent.remaining) {
            (Some(_), _) => format!("Ensuite : {again}{next}, ou {again} --wait"),
            (None, 0) => "Ensuite : missive status".to_owned(),
            (None, _) => format!("Ensuite : vérifier ces premiers envois, puis {again}"),
        });
        Ended { exit: if partial > 0 { Exit::Partial } else { Exit::Done }, body, complaint: None }
    }
}
