//! French sentences about what a mail server did. The ledger, the events and `send.log` keep some
//! of these sentences: they do not change.

use super::transmission::PauseReason;
use crate::files;
use smtp_session::{
    BreakCause, ConnectError, ConnectionLoss, LossCause, Protection, RelayConfig, ServerOutcome,
    TlsFailure, TrustError, Unreachable,
};
use std::io;

/// What the server did in the last phase of a transaction; kept as the reply to a message.
pub fn server_outcome(outcome: &ServerOutcome) -> String {
    match outcome {
        ServerOutcome::Reply(reply) => reply.to_string(),
        ServerOutcome::Lost(loss) => connection_loss(loss),
        ServerOutcome::TooLarge { octets, limit } => format!(
            "le message fait {octets} octets, le serveur n'en accepte que {limit} : réduire les pièces jointes"
        ),
    }
}

/// How a connection was lost, with what had been received of a reply.
fn connection_loss(loss: &ConnectionLoss) -> String {
    let cause = match &loss.cause {
        LossCause::Closed => "le serveur a coupé la connexion".to_owned(),
        LossCause::Broken(cause) => format!("la connexion s'est rompue ({})", break_cause(cause)),
        LossCause::Timeout(time) => format!("le serveur n'a pas répondu en {} s", time.as_secs()),
        LossCause::NotSmtp => "la réponse du serveur est incompréhensible".to_owned(),
        LossCause::Cancelled => "interrompu au clavier".to_owned(),
    };
    match loss.received.as_str() {
        "" => cause,
        received => format!("{cause} ; reçu : « {received} »"),
    }
}

fn break_cause(cause: &BreakCause) -> String {
    match cause {
        BreakCause::Reset => "réinitialisée par le serveur".to_owned(),
        BreakCause::BrokenPipe => "fermée par le serveur".to_owned(),
        BreakCause::Aborted => "abandonnée".to_owned(),
        BreakCause::TlsAlert(alert) => format!("le serveur y met fin : {alert}"),
        BreakCause::TlsViolated(why) => {
            format!("ce qui arrive n'est pas protégé comme convenu : {why}")
        }
        BreakCause::Other(why) => why.clone(),
    }
}

/// Why there is no session with a relay.
pub fn connect_error(error: &ConnectError, relay: &RelayConfig) -> String {
    let RelayConfig { host, port, .. } = relay;
    let unreachable = |why: &str| format!("le serveur de messagerie est injoignable ({why})");
    match error {
        ConnectError::NoAddress => unreachable(&format!("aucune adresse pour {host}")),
        ConnectError::Unreachable(why) => {
            let why = match why {
                Unreachable::NoAnswer => "aucune réponse",
                Unreachable::Refused => "connexion refusée",
                Unreachable::Other(why) => why,
            };
            unreachable(&format!("{host}:{port} : {why}"))
        }
        ConnectError::Socket(why) => unreachable(why),
        ConnectError::NotLoopback => {
            format!("{host} n'est pas cet ordinateur, et security = \"none\"")
        }
        ConnectError::NotAServerName => format!("« {host} » n'est pas un nom de serveur"),
        ConnectError::NoStartTls => "le serveur ne propose pas STARTTLS : la connexion n'est pas protégée, ou quelqu'un l'en empêche".to_owned(),
        ConnectError::StartTlsRefused(reply) => format!("le serveur refuse STARTTLS : « {reply} »"),
        ConnectError::InjectedBeforeTls => {
            "quelque chose a été glissé dans la connexion avant sa protection".to_owned()
        }
        ConnectError::Tls(failure) => tls_failure(failure, host),
        ConnectError::NoMechanism { offered } => {
            let offered = match offered.as_slice() {
                [] => "aucune".to_owned(),
                names => names.join(", "),
            };
            format!("le serveur n'offre aucune des authentifications demandées (il offre : {offered})")
        }
        ConnectError::NoSecret => "il manque le mot de passe du compte d'envoi".to_owned(),
        ConnectError::AuthRejected { user, reply } => {
            format!("le serveur refuse le compte d'envoi « {user} » : « {reply} »")
        }
        ConnectError::AuthUnavailable(reply) => {
            format!("le serveur ne peut pas vérifier le compte d'envoi en ce moment : « {reply} »")
        }
        ConnectError::SessionRefused(reply) => {
            format!("le serveur de messagerie ne veut pas de connexion : « {reply} »")
        }
        ConnectError::Lost(loss) => format!("{} avant tout envoi", connection_loss(loss)),
    }
}

fn tls_failure(failure: &TlsFailure, host: &str) -> String {
    match failure {
        TlsFailure::Alert(alert) => format!("le serveur a refusé la connexion protégée ({alert})"),
        TlsFailure::NotTls => "le serveur ne parle pas TLS sur ce port".to_owned(),
        TlsFailure::NoCommonVersion => "le serveur ne propose ni TLS 1.2 ni TLS 1.3".to_owned(),
        TlsFailure::Expired => "le certificat du serveur a expiré".to_owned(),
        TlsFailure::NotYetValid => "le certificat du serveur n'est pas encore valable".to_owned(),
        TlsFailure::OtherName => format!("le certificat du serveur n'est pas au nom de {host}"),
        TlsFailure::UnknownIssuer => {
            "le certificat du serveur vient d'une autorité inconnue de cet ordinateur".to_owned()
        }
        TlsFailure::Revoked => "le certificat du serveur a été révoqué".to_owned(),
        TlsFailure::BadSignature => "la signature du certificat du serveur est fausse".to_owned(),
        TlsFailure::Certificate(why) => format!("le certificat du serveur ne va pas ({why})"),
        TlsFailure::Other(why) => format!("la connexion protégée a échoué ({why})"),
    }
}

/// Why the authorities of `ca_file` cannot be used.
pub fn trust_error(error: &TrustError) -> String {
    match error {
        TrustError::NotPem => "ce n'est pas du PEM".to_owned(),
        TrustError::UnreadableCertificate => "un certificat est illisible".to_owned(),
        TrustError::NoCertificate => "aucun certificat n'y figure".to_owned(),
        TrustError::Settings(why) => why.clone(),
    }
}

/// Protocol and cipher suite: "TLS 1.3, TLS13_AES_256_GCM_SHA384".
pub fn protection(protection: &Protection) -> String {
    let suite = protection.cipher_suite.unwrap_or("suite inconnue");
    format!("{}, {suite}", protection.version)
}

/// Why nothing is sent for a while.
pub fn pause_reason(reason: PauseReason) -> &'static str {
    match reason {
        PauseReason::Deferred => "différés",
        PauseReason::Quota => "limite d'envoi",
        PauseReason::ServerUnavailable => "serveur indisponible",
        PauseReason::Throttled => "débit limité",
    }
}

/// Why a frozen message is kept back: its bytes cannot be read.
pub fn not_read_back(error: &io::Error) -> String {
    format!("le message gardé ne peut pas être relu : {}", files::reason(error))
}

/// Why a transmission stopped, after a server's reply.
pub fn server_says(reply: &str) -> String {
    format!("le serveur répond : « {reply} »")
}

/// Why a transmission stopped, after several messages in a row without a clear reply.
pub fn many_ambiguous(last: &str) -> String {
    format!("envoi arrêté, plusieurs messages de suite ont un sort incertain : {last}")
}

/// The sentence about a message whose result could not be written to the ledger; `kept` is the file
/// that has it.
pub fn not_recorded(reply: &str, kept: Option<&str>) -> String {
    let place = kept.map_or(String::new(), |path| format!(" ; noté dans {path}"));
    format!("{reply} (le journal n'a pas pu le noter{place})")
}

#[cfg(test)]
mod tests {
    use super::*;
    use smtp_session::{Reply, Security, Timeouts};
    use std::time::Duration;

    fn relay() -> RelayConfig {
        let time = Duration::from_secs(1);
        RelayConfig {
            host: "smtp.academie.example".to_owned(),
            port: 587,
            security: Security::Starttls,
            trust: None,
            auth: Vec::new(),
            username: "dan".to_owned(),
            secret: None,
            client_name: None,
            timeouts: Timeouts { connect: time, command: time, data: time, end_of_data: time },
        }
    }

    /// These sentences are stored: a change of one is a change of what old rows mean.
    #[test]
    fn what_is_stored_does_not_change() {
        let lost = |cause, received: &str| {
            let loss = ConnectionLoss { cause, received: received.to_owned() };
            server_outcome(&ServerOutcome::Lost(loss))
        };
        let silence = LossCause::Timeout(Duration::from_secs(300));
        let broken = |cause| LossCause::Broken(cause);
        for (found, kept) in [
            (lost(LossCause::Closed, ""), "le serveur a coupé la connexion"),
            (lost(silence, "250 ha"), "le serveur n'a pas répondu en 300 s ; reçu : « 250 ha »"),
            (lost(LossCause::NotSmtp, ""), "la réponse du serveur est incompréhensible"),
            (lost(LossCause::Cancelled, ""), "interrompu au clavier"),
            (
                lost(broken(BreakCause::Reset), ""),
                "la connexion s'est rompue (réinitialisée par le serveur)",
            ),
            (
                lost(broken(BreakCause::BrokenPipe), ""),
                "la connexion s'est rompue (fermée par le serveur)",
            ),
            (lost(broken(BreakCause::Aborted), ""), "la connexion s'est rompue (abandonnée)"),
            (
                lost(broken(BreakCause::TlsAlert("InternalError".to_owned())), ""),
                "la connexion s'est rompue (le serveur y met fin : InternalError)",
            ),
            (
                lost(broken(BreakCause::TlsViolated("corrupt".to_owned())), ""),
                "la connexion s'est rompue (ce qui arrive n'est pas protégé comme convenu : corrupt)",
            ),
            (
                server_outcome(&ServerOutcome::TooLarge { octets: 20, limit: 10 }),
                "le message fait 20 octets, le serveur n'en accepte que 10 : réduire les pièces jointes",
            ),
            (
                server_outcome(&ServerOutcome::Reply(Reply::from_lines(250, vec!["ok".into()]))),
                "250 ok",
            ),
        ] {
            assert_eq!(found, kept);
        }
    }

    #[test]
    fn why_there_is_no_session_names_the_server() {
        let said = |error: &ConnectError| connect_error(error, &relay());
        let reply = || Reply::from_lines(535, vec!["5.7.8 no".to_owned()]);
        for (error, sentence) in [
            (
                ConnectError::NoAddress,
                "le serveur de messagerie est injoignable (aucune adresse pour smtp.academie.example)",
            ),
            (
                ConnectError::Unreachable(Unreachable::Refused),
                "le serveur de messagerie est injoignable (smtp.academie.example:587 : connexion refusée)",
            ),
            (
                ConnectError::Tls(TlsFailure::OtherName),
                "le certificat du serveur n'est pas au nom de smtp.academie.example",
            ),
            (
                ConnectError::NoMechanism { offered: Vec::new() },
                "le serveur n'offre aucune des authentifications demandées (il offre : aucune)",
            ),
            (
                ConnectError::AuthRejected { user: "dan".to_owned(), reply: reply() },
                "le serveur refuse le compte d'envoi « dan » : « 535 5.7.8 no »",
            ),
            (
                ConnectError::Lost(ConnectionLoss {
                    cause: LossCause::Closed,
                    received: String::new(),
                }),
                "le serveur a coupé la connexion avant tout envoi",
            ),
        ] {
            assert_eq!(said(&error), sentence);
        }
    }
}
