//! What is about to leave, as a person reads it before confirming the number.

use super::send_command::SendCommand;
use crate::app::sending::refusal::{Confirmation, CountsToConfirm, SendRefusal};
use crate::app::sending::send::SendPreview;
use crate::app::wording::count;
use crate::cli::ui::prompt::confirmed_count;

/// The largest message that every mail system takes, in octets.
const LARGE_MESSAGE: u64 = 1_000_000;

/// A word for one and for several.
pub(super) type Noun = (&'static str, &'static str);

/// What has no address.
pub(super) const BLOCKED_NOUN: Noun = (
    "établissement sans adresse valable : lettre bloquée",
    "établissements sans adresse valable : lettres bloquées",
);

/// What is about to leave, and what is left by the limit, by their nouns.
pub(super) struct PreviewNouns {
    pub(super) message: Noun,
    pub(super) held: Noun,
}

impl SendCommand<'_> {
    /// Shows what is about to leave.
    pub(super) fn show_preview(&self, preview: &SendPreview, nouns: &PreviewNouns) {
        let (output, relay, messages) = (self.output, self.context.relay, &preview.messages);
        let number = messages.recipients.len();
        let recipients: u32 = messages.recipients.iter().sum();
        output.say(&format!(
            "À envoyer par {}:{} : {}, {} pour le serveur (copies comprises), environ {} en tout, {} pour le plus lourd.",
            relay.host.value,
            relay.port.value,
            count(number, nouns.message.0, nouns.message.1),
            count(recipients as usize, "destinataire", "destinataires"),
            megabytes(messages.octets),
            megabytes(messages.largest),
        ));
        let domains: Vec<String> = messages
            .domains
            .iter()
            .map(|(domain, number)| format!("{domain} ({number})"))
            .collect();
        output.say(&format!("Domaines : {}.", domains.join(", ")));
        for first in &messages.first {
            let attachments = first.attachments.join(", ");
            output.say(&format!("  {}\n    {}\n    {attachments}", first.to, first.subject));
        }
        if number > messages.first.len() {
            output.say(&format!("  … et {} de plus.", number - messages.first.len()));
        }
        self.show_others(preview, nouns);
        if messages.largest > LARGE_MESSAGE {
            output.warn("certains messages dépassent 1 Mo : des messageries peuvent les refuser");
        }
        self.show_duration(preview);
    }

    /// What does not leave now.
    fn show_others(&self, preview: &SendPreview, nouns: &PreviewNouns) {
        let output = self.output;
        for (number, (one, several)) in [
            (preview.held, nouns.held),
            (
                preview.waiting,
                ("message différé attend son heure", "messages différés attendent leur heure"),
            ),
            (
                preview.refused,
                ("message rejeté n'est pas repris", "messages rejetés ne sont pas repris"),
            ),
            (preview.blocked, BLOCKED_NOUN),
            (
                preview.unapproved.unwrap_or(0),
                ("message attend une approbation", "messages attendent une approbation"),
            ),
        ] {
            if number > 0 {
                output.say(&format!("  {}.", count(number, one, several)));
            }
        }
        if !self.problems.is_empty() {
            output.warn(&format!(
                "{} sur les données : « missive check » les montre",
                count(self.problems.len(), "avertissement", "avertissements")
            ));
        }
    }

    fn show_duration(&self, preview: &SendPreview) {
        let clock = self.context.clock;
        let minutes = preview.ends_at.duration_since(clock.now()).as_mins() + 1;
        let long = match minutes {
            ..90 => format!(
                "environ {}",
                count(usize::try_from(minutes).unwrap_or(1), "minute", "minutes")
            ),
            _ => format!("environ {} h", (minutes + 30) / 60),
        };
        self.output.say(&format!("Durée : {long}, fin vers {}.", clock.shown(preview.ends_at)));
    }

    /// The count, given or typed; the confirmed answer is handed on.
    pub(super) fn confirm(
        &self,
        given: Option<usize>,
        counts: CountsToConfirm,
    ) -> Result<Confirmation, SendRefusal> {
        let question = format!(
            "Taper le nombre de messages pour confirmer l'envoi ({}), ou Entrée pour renoncer : ",
            counts.now
        );
        let confirmation = confirmed_count(self.output, given, &question);
        counts.confirm(confirmation)?;
        Ok(confirmation)
    }
}

/// "820 ko", "12,4 Mo".
fn megabytes(octets: u64) -> String {
    match octets {
        ..1_000_000 => format!("{} ko", octets.div_ceil(1000)),
        _ => format!("{:.1} Mo", octets as f64 / 1e6).replace('.', ","),
    }
}
