//! Sending over the relay: shown first, confirmed by its count, then one message at a time.

use crate::app::generate::outcome::GenerateOutcome;
use crate::app::letters::evaluate::LetterEvaluator;
use crate::app::letters::plan_campaign;
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::app::sending::queue::{self, Preview, SendQueueState};
use crate::app::sending::relay::config;
use crate::app::sending::relay::transmit::{Progress, QueuedMessage, Sent, Transmission, Trouble};
use crate::app::sending::write_send_log;
use crate::app::wording::{count, few};
use crate::app::workspace::Workspace;
use crate::cli::args::{self, Common, Deposit, Sending};
use crate::cli::commands::send::eta::Pace;
use crate::cli::commands::send::outcome_view::{Ended, document, nothing};
use crate::cli::commands::send::{reminders, resolve, test_message};
use crate::cli::context::{self, Count};
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::clock::Clock;
use crate::deliver::account::Secret;
use crate::deliver::deadline::Hurry;
use crate::deliver::log::SendLog;
use crate::deliver::quota::Throttle;
use crate::deliver::session::Relay;
use crate::deliver::verdict::Stop;
use crate::diagnostic::LocatedProblem;
use crate::ledger::{self, Ledger, LedgerError};
use crate::plan::Orders;
use crate::project::environment;
use crate::project::smtp_password;

use crate::plan::past::{CampaignHistory, MessagePast, MessageState};
use crate::records::settings;
use jiff::SignedDuration;
use serde_json::json;
use std::collections::BTreeSet;
use std::io::IsTerminal as _;

/// Time that one message takes by itself, for the announced end.
pub(in crate::cli) const EACH: SignedDuration = SignedDuration::from_millis(700);

/// What `--limit` leaves.
const LEFT: (&str, &str) = (
    "autre message reste pour une prochaine fois (--limit)",
    "autres messages restent pour une prochaine fois (--limit)",
);
/// What has no address.
const BLOCKED: (&str, &str) = (
    "établissement sans adresse valable : lettre bloquée",
    "établissements sans adresse valable : lettres bloquées",
);

/// A pause that a person who watches wonders about.
const WORTH_TELLING: SignedDuration = SignedDuration::from_secs(8);

/// What a command brings along.
pub struct Desk<'d> {
    /// Where words go.
    pub output: &'d Output,
    /// Options of every command.
    pub common: &'d Common,
    /// The project.
    pub workspace: &'d Workspace,
    /// The campaign.
    pub resolved: &'d ResolvedCampaign<'d>,
    /// The ledger, open for writing.
    pub ledger: &'d Ledger,
    /// How it was opened.
    pub opened: &'d ledger::Opened,
    /// The relay's settings.
    pub settings: &'d settings::Relay,
    /// The chosen mailings.
    pub only: Option<&'d BTreeSet<usize>>,
    /// Workers.
    pub jobs: usize,
    /// What the check found.
    pub problems: &'d [LocatedProblem],
    /// What was made before, by this very command.
    pub made: Option<&'d GenerateOutcome>,
}

impl Desk<'_> {
    pub(in crate::cli) fn past(&self) -> Result<CampaignHistory, LedgerError> {
        self.ledger.past(self.resolved.desired.campaign.id.as_str())
    }

    /// What was spent of the relay's limits.
    pub(in crate::cli) fn throttle(&self, clock: &Clock) -> Result<Throttle, LedgerError> {
        let quota = config::quota(self.settings);
        let now = clock.now();
        let memory = now.checked_sub(Throttle::memory(&quota)).unwrap_or(now);
        let spent = self.ledger.spent(memory)?;
        Ok(Throttle::new(quota, clock.zone().clone(), &spent, now))
    }

    /// Sends what is ready.
    pub fn send(&self, deposit: &Deposit, sending: &Sending) -> Ended {
        match self.guarded(deposit, sending) {
            Ok(ended) => ended,
            Err(error) => Ended::spoilt(&error),
        }
    }

    fn guarded(&self, deposit: &Deposit, sending: &Sending) -> Result<Ended, LedgerError> {
        let fresh = self.made.is_some();
        let clock = Clock::new(self.common.today.as_ref());
        if self.opened.older {
            let (message, todo) = context::OLDER;
            return Ok(Ended::asks(nothing(), message, todo));
        }
        let mut past = self.past()?;
        if self.opened.created && !fresh {
            return Ok(Ended::asks(
                nothing(),
                "rien n'a encore été produit : il n'y a rien à envoyer",
                "lancer « missive generate », relire, puis « missive send »",
            ));
        }
        self.tell_ambiguous(&past);
        if !fresh && let Some(ended) = self.is_stale(&past, &clock) {
            return Ok(ended);
        }
        if let Some(ended) = self.settle_deposited(&past, deposit)? {
            return Ok(ended);
        }
        past = self.past()?;
        if sending.remind {
            return reminders::send(self, &past, deposit, &clock);
        }
        if let Some(to) = &sending.test_to {
            return test_message::send(self, &past, deposit, to, &clock);
        }
        let mut outlook =
            SendQueueState::of(self.resolved, &past, self.only, deposit.limit, clock.now());
        if outlook.now.is_empty() && (outlook.later.is_empty() || !deposit.wait) {
            return Ok(self.nothing_to_send(&outlook, &clock));
        }
        let waiting = outlook.later.len();
        match deposit.wait {
            true => outlook.keep_later(deposit.limit),
            false => outlook.later.clear(),
        }
        let throttle = self.throttle(&clock)?;
        let going: Vec<queue::Going<'_, '_>> =
            outlook.now.iter().chain(&outlook.later).cloned().collect();
        let preview = queue::preview(self.resolved, self.ledger, &past, &going);
        let others = [
            (outlook.held, LEFT.0, LEFT.1),
            (waiting, "message différé attend son heure", "messages différés attendent leur heure"),
            (
                outlook.refused,
                "message rejeté n'est pas repris",
                "messages rejetés ne sont pas repris",
            ),
            (self.blocked(), BLOCKED.0, BLOCKED.1),
        ];
        self.show("message", "messages", &preview, &others, &throttle, &clock);
        let due = outlook.now.len();
        let numbers = [going.len(), due, due + outlook.held];
        if let Some(ended) = self.confirm(deposit.confirm, numbers) {
            return Ok(ended);
        }
        let relay = match self.relay() {
            Ok(relay) => relay,
            Err(ended) => return Ok(ended),
        };
        let made =
            queue::freeze(self.resolved, self.ledger, &past, &outlook.now, &clock, self.jobs);
        if let Some(refused) = made.refused {
            return Ok(Ended::refused(
                nothing(),
                format!("{refused} ; rien n'est parti"),
                "faire de la place ou demander l'accès, puis relancer la même commande",
            ));
        }
        let later: BTreeSet<i64> = outlook.later.iter().map(|(own, _)| own.id).collect();
        let (held, waiting) = (outlook.held, waiting - outlook.later.len());
        // What was known before is not needed any more: one such view at a time.
        drop((outlook, going, preview));
        drop(past);
        let frozen = self.past()?;
        let queue = queue::queued(self.resolved, &frozen, &made.ids);
        let later = queue::queued(self.resolved, &frozen, &later);
        let mut sent =
            self.transmit(&frozen, (queue, later), throttle, &relay, deposit.wait, &clock);
        sent.remaining += held;
        sent.deferred += waiting;
        if sent.stopped.is_none() && held > 0 {
            sent.stopped = Some(Stop::Limit);
        }
        for (name, why) in made.problems {
            sent.kept_back += 1;
            sent.troubles.push(Trouble {
                name,
                school: String::new(),
                address: String::new(),
                message_id: String::new(),
                state: None,
                said: why,
                due: None,
            });
        }
        drop(frozen);
        let past = self.past()?;
        Ok(self.close(&past, sent, &clock, "missive send"))
    }

    /// The relay with its password.
    pub(in crate::cli) fn relay(&self) -> Result<Relay, Ended> {
        open_relay(self.output, self.workspace, self.settings).map_err(|(message, todo)| {
            Ended::refused(nothing(), format!("{message} ; rien n'est parti"), todo)
        })
    }

    /// Messages of unknown fate come first: a person may know.
    fn tell_ambiguous(&self, past: &CampaignHistory) {
        let all = past.messages.values().chain(past.reminders.values());
        let lost: Vec<&MessagePast> =
            all.filter(|own| own.state == MessageState::Ambiguous).collect();
        if lost.is_empty() {
            return;
        }
        self.output.warn(&match lost.len() {
            1 => "un message a un sort incertain ; rien ne le renvoie sans votre avis :".to_owned(),
            more => format!(
                "{more} messages ont un sort incertain ; rien ne les renvoie sans votre avis :"
            ),
        });
        for own in lost {
            let said =
                own.reply.as_deref().unwrap_or("la commande a été interrompue pendant l'envoi");
            self.output.warn(&format!(
                "  {} {} ({said})",
                own.address.as_deref().unwrap_or_default(),
                own.message_id.as_deref().unwrap_or_default()
            ));
        }
    }

    fn is_stale(&self, past: &CampaignHistory, clock: &Clock) -> Option<Ended> {
        let orders = Orders::default();
        let evaluator =
            LetterEvaluator::new(self.resolved, past, Some(self.ledger), &orders, clock.day());
        let stale = plan_campaign::stale(&evaluator, self.only, self.jobs);
        if stale.is_empty() {
            return None;
        }
        let names: Vec<&str> = stale.iter().map(String::as_str).collect();
        let mut body = nothing();
        body["out_of_date"] = json!(names);
        Some(Ended::asks(
            body,
            format!(
                "rien n'est parti : {} à jour avec les données ({})",
                count(names.len(), "lettre n'est pas", "lettres ne sont pas"),
                few(&names)
            ),
            "voir pourquoi avec « missive plan », puis « missive generate », relire et relancer",
        ))
    }

    /// Messages that lie in the outbox may have been sent by hand: a person says so first.
    fn settle_deposited(
        &self,
        past: &CampaignHistory,
        deposit: &Deposit,
    ) -> Result<Option<Ended>, LedgerError> {
        let all = past.messages.values().chain(past.reminders.values());
        let standing: Vec<MessagePast> =
            all.filter(|own| own.state == MessageState::Deposited).cloned().collect();
        if standing.is_empty() {
            return Ok(None);
        }
        let Some(word) = deposit.deposited else {
            let mut body = nothing();
            body["standing"] = standing.len().into();
            return Ok(Some(Ended::asks(
                body,
                format!(
                    "rien n'est parti : {} à la main",
                    count(
                        standing.len(),
                        "message est encore dans la boîte d'envoi, et a pu partir",
                        "messages sont encore dans la boîte d'envoi, et ont pu partir"
                    )
                ),
                "dire ce qu'il en est : --deposited sent (envoyés à la main) ou --deposited not-sent (jamais envoyés)",
            )));
        };
        if self.only.is_some() || self.left_out() || deposit.limit.is_some() {
            let body = nothing();
            let complaint = Some((
                "--deposited vaut pour tous les messages déposés".to_owned(),
                "le dire sans --only, --except ni --limit ; ou, un par un : missive resolve RÉFÉRENCE".to_owned(),
            ));
            return Ok(Some(Ended { exit: Exit::Usage, body, complaint }));
        }
        let sent = word == args::Deposited::Sent;
        let why = "dit au passage à l'envoi par un serveur (--deposited)";
        self.ledger.write(|change| {
            standing.iter().try_for_each(|own| match sent {
                true => change.hand_over(own.id, why),
                false => change.not_sent(own.id, why),
            })
        })?;
        let campaign = [self.resolved.desired.campaign.id.value.to_string()];
        let emptied = resolve::empty_outbox(
            self.output,
            &self.workspace.project,
            self.common,
            &campaign,
            &standing,
        );
        self.output.say(&match sent {
            true => format!(
                "Noté : {}.",
                count(standing.len(), "message envoyé à la main", "messages envoyés à la main")
            ),
            false => format!(
                "Noté : {} de la boîte d'envoi.",
                count(standing.len(), "message repris", "messages repris")
            ),
        });
        Ok(emptied.err().map(|exit| Ended { exit, body: nothing(), complaint: None }))
    }

    fn left_out(&self) -> bool {
        !self.resolved.left_out.is_empty()
    }

    fn nothing_to_send(&self, outlook: &SendQueueState<'_, '_>, clock: &Clock) -> Ended {
        let next = outlook.later.iter().filter_map(|(own, _)| own.due).min();
        let sent = Sent { deferred: outlook.later.len(), next, ..Sent::default() };
        let body = document(&sent, self.blocked());
        if outlook.held > 0 {
            return Ended::asks(body, "rien n'est parti : --limit 0", "donner un nombre à --limit");
        }
        if let Some(next) = next {
            self.output.say(&format!(
                "{} ; le prochain peut repartir à {}. Ensuite : missive send à cette heure, ou missive send --wait",
                count(outlook.later.len(), "message est différé", "messages sont différés"),
                clock.shown(next)
            ));
            return Ended { exit: Exit::Partial, body, complaint: None };
        }
        if outlook.ambiguous > 0 {
            return Ended::asks(
                body,
                match outlook.ambiguous {
                    1 => "rien à envoyer : il ne reste qu'un message au sort incertain".to_owned(),
                    more => {
                        format!(
                            "rien à envoyer : il ne reste que {more} messages au sort incertain"
                        )
                    }
                },
                "dire ce qu'il en est : missive resolve RÉFÉRENCE --handed-over ou --not-sent, avec --why",
            );
        }
        if outlook.refused > 0 {
            self.output.say(&format!(
                "Rien à envoyer : {} par la messagerie. Ensuite : missive status",
                count(outlook.refused, "message reste rejeté", "messages restent rejetés")
            ));
            return Ended { exit: Exit::Partial, body, complaint: None };
        }
        if self.blocked() > 0 {
            let number = count(self.blocked(), BLOCKED.0, BLOCKED.1);
            self.output.say(&format!("Rien à envoyer ; {number}. Ensuite : missive check"));
            return Ended { exit: Exit::Partial, body, complaint: None };
        }
        self.output.say("Rien à envoyer : tout est déjà parti. Ensuite : missive status");
        Ended { exit: Exit::Done, body, complaint: None }
    }

    pub(in crate::cli) fn blocked(&self) -> usize {
        let mailings = &self.resolved.desired.mailings;
        let chosen = |at: &usize| self.only.is_none_or(|only| only.contains(at));
        (0..mailings.len()).filter(chosen).filter(|at| mailings[*at].address.is_none()).count()
    }

    /// What is about to leave.
    pub(in crate::cli) fn show(
        &self,
        one: &str,
        many: &str,
        preview: &Preview,
        others: &[(usize, &str, &str)],
        throttle: &Throttle,
        clock: &Clock,
    ) {
        let output = self.output;
        let number = preview.recipients.len();
        let recipients: u32 = preview.recipients.iter().sum();
        output.say(&format!(
            "À envoyer par {}:{} : {}, {} pour le serveur (copies comprises), environ {} en tout, {} pour le plus lourd.",
            self.settings.host.value,
            self.settings.port.value,
            count(number, one, many),
            count(recipients as usize, "destinataire", "destinataires"),
            megabytes(preview.octets),
            megabytes(preview.largest),
        ));
        let domains: Vec<String> =
            preview.domains.iter().map(|(domain, number)| format!("{domain} ({number})")).collect();
        output.say(&format!("Domaines : {}.", domains.join(", ")));
        for (to, subject, names) in &preview.first {
            output.say(&format!("  {to}\n    {subject}\n    {}", names.join(", ")));
        }
        if number > preview.first.len() {
            output.say(&format!("  … et {} de plus.", number - preview.first.len()));
        }
        for (number, one, many) in others.iter().filter(|(number, ..)| *number > 0) {
            output.say(&format!("  {}.", count(*number, one, many)));
        }
        if !self.problems.is_empty() {
            output.warn(&format!(
                "{} sur les données : « missive check » les montre",
                count(self.problems.len(), "avertissement", "avertissements")
            ));
        }
        const HEAVY: u64 = 1_000_000;
        if preview.largest > HEAVY {
            output.warn("certains messages dépassent 1 Mo : des messageries peuvent les refuser");
        }
        let end = throttle.end(clock.now(), preview.recipients.iter().copied(), EACH);
        let minutes = end.duration_since(clock.now()).as_mins() + 1;
        let long = match minutes {
            ..90 => format!(
                "environ {}",
                count(usize::try_from(minutes).unwrap_or(1), "minute", "minutes")
            ),
            _ => format!("environ {} h", (minutes + 30) / 60),
        };
        output.say(&format!("Durée : {long}, fin vers {}.", clock.shown(end)));
    }

    /// The count, typed or given; the answer is what ends the command. The first number is what
    /// would leave; the others are what a person may have in mind, as `plan` gives it.
    pub(in crate::cli) fn confirm(
        &self,
        given: Option<usize>,
        numbers: [usize; 3],
    ) -> Option<Ended> {
        let [now, _, all] = numbers;
        let body = || {
            let mut body = nothing();
            body["to_confirm"] = now.into();
            body["remaining"] = all.into();
            body
        };
        let ask = format!("confirmer le nombre de messages : --confirm {now}");
        let question = format!(
            "Taper le nombre de messages pour confirmer l'envoi ({now}), ou Entrée pour renoncer : "
        );
        let typed = match context::confirmed(self.output, given, &question) {
            Count::Said(number) => number,
            Count::Declined => {
                return Some(Ended::asks(body(), "rien n'est parti : envoi non confirmé", ask));
            }
            Count::Unasked => {
                return Some(Ended::asks(
                    body(),
                    format!(
                        "rien n'est parti : {} à confirmer",
                        count(now, "message est", "messages sont")
                    ),
                    ask,
                ));
            }
        };
        (!numbers.contains(&typed)).then(|| {
            Ended::asks(
                body(),
                format!(
                    "rien n'est parti : {}, mais {}",
                    count(typed, "confirmé", "confirmés"),
                    count(now, "message est à envoyer", "messages sont à envoyer")
                ),
                ask,
            )
        })
    }

    /// Sends a queue; the second one is of messages that are not due yet.
    pub(in crate::cli) fn transmit<'p>(
        &self,
        past: &CampaignHistory,
        (queue, later): (Vec<QueuedMessage<'p>>, Vec<QueuedMessage<'p>>),
        throttle: Throttle,
        relay: &Relay,
        wait: bool,
        clock: &Clock,
    ) -> Sent {
        let hurry = Hurry::default();
        listen(&hurry);
        let out = self.workspace.project.path(&self.resolved.output);
        let _ = std::fs::create_dir_all(&out);
        let log = SendLog::new(&out, clock.day());
        let campaign = self.resolved.desired.campaign.id.as_str();
        // A log that was lost says again what the ledger knows.
        let _ = write_send_log::restore(self.ledger, campaign, &out, clock.day());
        let bar = self.output.messages(queue.len() + later.len());
        let transmission = Transmission {
            ledger: self.ledger,
            past,
            relay,
            delay: &|tries| config::delay(self.settings, tries),
            clock,
            hurry: &hurry,
            wait,
            enclosures: self.resolved.enclosures.iter().map(|own| own.hash.clone()).collect(),
            log: &log,
            emergency: vec![
                self.workspace.project.path("data/ledger/urgence.txt"),
                out.join("urgence.txt"),
                std::env::temp_dir().join("missive-urgence.txt"),
            ],
        };
        let mut pace = Pace::new(clock, &throttle, queue.iter().chain(&later));
        bar.set_message(pace.told(clock));
        let sent = transmission.run(queue, later, throttle, &mut |progress| match progress {
            Progress::One => {
                pace.done += 1;
                bar.inc(1);
                bar.set_message(pace.told(clock));
            }
            Progress::Until(moment, why) => {
                let long = moment.duration_since(clock.now()) > WORTH_TELLING;
                if long {
                    bar.set_message(format!("{why} : reprise à {}", clock.shown(moment)));
                }
            }
        });
        bar.finish_and_clear();
        let _ = write_send_log::rewrite(self.ledger, campaign, &out, clock.day());
        sent
    }
}

/// The relay of a project with its password, asked for at the terminal when nothing gives it.
pub fn open_relay(
    output: &Output,
    workspace: &Workspace,
    settings: &settings::Relay,
) -> Result<Relay, (String, String)> {
    let mut secret = None;
    if !settings.auth.is_empty() {
        let found = smtp_password::password(&workspace.project, settings)
            .map_err(|error| (error.to_string(), error.todo().to_owned()))?;
        let found = match found {
            None if !output.json && std::io::stdin().is_terminal() => {
                let user = settings.username.as_ref().map_or("", |name| &name.value);
                rpassword::prompt_password(format!("Mot de passe de {user} : "))
                    .ok()
                    .filter(|typed| !typed.is_empty())
            }
            found => found,
        };
        let Some(found) = found else {
            let name =
                settings.password_env.as_ref().map_or("MISSIVE_SMTP_PASSWORD", |own| &own.value);
            return Err((
                "il manque le mot de passe du compte d'envoi".to_owned(),
                format!(
                    "le donner dans la variable {name}, ou dans un fichier nommé par password_file"
                ),
            ));
        };
        secret = Some(Secret::new(found));
    }
    config::relay(&workspace.project, settings, secret, Some(environment::computer()))
        .map_err(|unusable| (unusable.message, unusable.todo))
}

/// Ctrl-C ends after the message in hand; twice, at once.
fn listen(hurry: &Hurry) {
    let hurry = hurry.clone();
    // Without a handler the process simply ends: the ledger is right at any moment.
    let _ = ctrlc::set_handler(move || {
        hurry.more();
        crate::cli::ui::output::print_err(match hurry.insisted() {
            true => "arrêt immédiat\n",
            false => "arrêt après le message en cours ; Ctrl-C encore une fois pour tout arrêter\n",
        });
    });
}

/// "820 ko", "12,4 Mo".
fn megabytes(octets: u64) -> String {
    match octets {
        ..1_000_000 => format!("{} ko", octets.div_ceil(1000)),
        _ => format!("{:.1} Mo", octets as f64 / 1e6).replace('.', ","),
    }
}
