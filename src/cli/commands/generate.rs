//! `missive generate`, `send` and `run`: the same pass over a campaign, with or without messages.

use crate::app::generate::make_documents::{Order, Outcome};
use crate::app::generate::pass::{self, PassOutcome};
use crate::app::letters::dump;
use crate::app::output_folders::LOST;
use crate::app::resolve_campaign::resolve;
use crate::app::resolved_campaign::{ResolveOptions, ResolvedCampaign};
use crate::app::selection;
use crate::app::sending::context::SendContext;
use crate::app::sending::outcome::SendReport;
use crate::app::workspace::{CampaignError, Workspace};
use crate::cli::args::{Choice, Common, Deposit, Make, Sending};
use crate::cli::commands::send::end::SendEnd;
use crate::cli::commands::send::reminders;
use crate::cli::commands::send::send_command::SendCommand;
use crate::cli::commands::{check, report_view};
use crate::cli::context;
use crate::cli::error::Complaint;
use crate::cli::exit::Exit;
use crate::cli::ui::output::{Output, count};
use crate::clock::Clock;
use crate::diagnostic::Problem;
use crate::ledger::{self, Ledger};
use crate::plan::{Action, Materiality, Orders, PlannedLetter};
use crate::project;
use crate::records::values::CampaignId;
use serde_json::{Value, json};

/// A project read, with its campaign.
pub struct Opened {
    /// What was read.
    pub workspace: Workspace,
    /// The campaign to work on, if one could be read.
    pub campaign: Option<CampaignId>,
}

/// Opens the project and picks the campaign; what is wrong with the words of the command line is
/// told here.
pub fn open(output: &Output, common: &Common, except: &[String]) -> Result<Opened, Exit> {
    let project = context::project(output, common)?;
    let asked = match &common.campaign {
        None => None,
        Some(text) => Some(text.parse::<CampaignId>().map_err(|complaint| {
            output.fail(&complaint.message, "donner l'identifiant de [campaign], comme 2026");
            Exit::Usage
        })?),
    };
    let (workspace, unknown) = Workspace::open(project, except);
    if !unknown.is_empty() {
        output.fail(
            &format!("--except ne désigne rien de connu : {}", unknown.join(", ")),
            "donner un UAI, l'identifiant d'un référent ou une référence",
        );
        return Err(Exit::Usage);
    }
    let campaign = workspace.campaign(asked.as_ref(), project::today(common.today.as_ref()));
    match campaign {
        Ok(campaign) => {
            let campaign = campaign.map(|campaign| campaign.id.value.clone());
            Ok(Opened { workspace, campaign })
        }
        Err(error) => {
            let todo = match error {
                CampaignError::Closed(_) => {
                    "ouvrir la campagne suivante, ou en nommer une autre avec --campaign"
                }
                _ => "nommer une campagne de data/, par exemple : --campaign 2026",
            };
            output.fail(&error.to_string(), todo);
            Err(Exit::Usage)
        }
    }
}

/// Which of the three commands it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Generate,
    Send,
    Run,
}

/// `missive generate`.
pub fn generate(output: &Output, common: &Common, make: &Make) -> Exit {
    work(output, common, make, None, Step::Generate)
}

/// `missive send`.
pub fn send(
    output: &Output,
    common: &Common,
    choice: Choice,
    deposit: &Deposit,
    sending: &Sending,
) -> Exit {
    let make = Make { choice, ..Make::default() };
    work(output, common, &make, Some((deposit, sending)), Step::Send)
}

/// `missive run`.
pub fn run(output: &Output, common: &Common, make: &Make, deposit: &Deposit) -> Exit {
    work(output, common, make, Some((deposit, &Sending::default())), Step::Run)
}

fn work(
    output: &Output,
    common: &Common,
    make: &Make,
    leaving: Option<(&Deposit, &Sending)>,
    step: Step,
) -> Exit {
    let opened = match open(output, common, &make.choice.except.except) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let workspace = &opened.workspace;
    let today = project::today(common.today.as_ref());
    let under = ResolveOptions::rehearsal(today, make.as_of);
    let (resolved, problems) = resolve(&workspace, opened.campaign.as_ref(), under);
    let checked = check::document(workspace, resolved.as_ref(), &problems);
    let campaign = opened.campaign.as_ref().map(CampaignId::as_str);
    let name = match step {
        Step::Generate => "generate",
        Step::Send => "send",
        Step::Run => "run",
    };
    let Some(resolved) = resolved else {
        output.problems(&problems, &workspace.loaded.sources, true);
        for line in check::summary(workspace, None, &problems) {
            output.say(&line);
        }
        output.say(
            "Rien n'a été écrit. Ensuite : corriger les erreurs ; « missive check » les redonne.",
        );
        let body = match step {
            Step::Run => json!({ "check": checked, "generate": null, "send": null }),
            _ => json!({ "check": checked }),
        };
        output.document(name, campaign, body);
        return Exit::Invalid;
    };
    let deposit = leaving.map(|(deposit, _)| deposit);
    let mut order = match order(output, &resolved, make, deposit, today) {
        Ok(order) => order,
        Err(exit) => return exit,
    };
    let _lock = match context::lock(output, &workspace.project) {
        Ok(lock) => lock,
        Err(exit) => return exit,
    };
    let ledger = match make.as_of {
        Some(_) => None,
        None => match context::open(output, workspace, common, make.choice.take_over) {
            Ok(ledger) => Some(ledger),
            Err(exit) => return exit,
        },
    };
    let older = ledger.as_ref().is_some_and(|(_, opened)| opened.older);
    order.deposit &= !older;
    if let Some(folder) = &make.dump_data
        && let Err(message) = dump::dump(&resolved, folder)
    {
        output.fail(&message, "choisir pour --dump-data un dossier où vous pouvez écrire");
        return Exit::Environment;
    }
    let relay = resolved.relay_settings().filter(|_| resolved.desired.rehearsal.is_none());
    let by_relay = leaving.zip(relay).zip(ledger.as_ref());
    let (only, jobs) = (order.only.clone(), order.jobs);
    let clock = Clock::new(common.today.as_ref());
    let send =
        |((leaving, settings), (ledger, opened)): ((_, _), &(Ledger, ledger::LedgerOpening)),
         made| {
            let (deposit, sending): (&Deposit, &Sending) = leaving;
            let (resolved, only, problems) = (&resolved, only.as_ref(), &problems[..]);
            let just_generated = Option::is_some(&made);
            let (relay, clock) = (settings, &clock);
            let context =
                SendContext { resolved, ledger, opened, relay, only, jobs, clock, just_generated };
            SendCommand { output, workspace, context, problems, made }.run(deposit, sending)
        };
    if step == Step::Send
        && let Some(by_relay) = by_relay
    {
        let ended = send(by_relay, None);
        output.document(name, campaign, json!(ended.report));
        if let Some(Complaint { message, todo }) = &ended.complaint {
            output.fail(message, todo);
        }
        return ended.exit;
    }
    if let Some((deposit, _)) = leaving.filter(|(_, sending)| sending.remind)
        && let Some((ledger, opened)) = &ledger
    {
        if opened.older {
            context::ask_about_older(output);
            return Exit::Decide;
        }
        let (exit, report) =
            reminders::into_outbox(output, &resolved, ledger, only.as_ref(), deposit.limit, &clock);
        if let Some(report) = report {
            output.document(name, campaign, json!(report));
        }
        return exit;
    }
    if let Some((_, sending)) = leaving.filter(|_| step == Step::Send)
        && sending.test_to.is_some()
    {
        output.fail(
            "un essai demande un serveur de messagerie : ici les messages sont déposés en fichiers",
            "ouvrir un fichier de outbox/, ou écrire transport = \"smtp\" et [mail.relay] dans missive.toml",
        );
        return Exit::Usage;
    }
    let chosen: usize = match &order.only {
        Some(only) => only.iter().map(|at| resolved.desired.mailings[*at].letters.len()).sum(),
        None => resolved.desired.letters.len(),
    };
    let bar = output.bar(chosen);
    let keeper = ledger.as_ref().map(|(ledger, _)| ledger);
    let performed =
        pass::perform(&resolved, keeper, &order, &orders(make), today, |n| bar.inc(n as u64));
    bar.finish_and_clear();
    let PassOutcome { outcome, withdrawn, account, past } = match performed {
        Ok(performed) => performed,
        Err(error) => {
            output.fail(&error.to_string(), error.todo());
            return Exit::Environment;
        }
    };
    let written = report_view::write(
        &resolved,
        workspace,
        &outcome,
        account.as_ref().zip(past.as_ref()),
        &problems,
    );
    for line in check::summary(workspace, Some(&resolved), &problems) {
        output.say(&line);
    }
    if !problems.is_empty() {
        let by_line = "« missive check » les montre ligne par ligne";
        output.say(&match resolved.desired.rehearsal {
            None => format!("Les avertissements sont dans le rapport ; {by_line}."),
            Some(_) => "Les avertissements sont dans le rapport.".to_owned(),
        });
    }
    show_failures(output, workspace, &outcome);
    say_changes(output, &outcome.planned, &withdrawn);
    say(output, &resolved, &order, &outcome, step);
    let undecided: Vec<&PlannedLetter> =
        outcome.planned.iter().filter(|own| is_undecided(own)).collect();
    let halted = outcome.stopped.is_some() || written.is_err() || !undecided.is_empty();
    let ended = match by_relay.filter(|_| step == Step::Run) {
        Some(by_relay) if !halted => Some(send(by_relay, Some(&outcome))),
        Some(_) => Some(SendEnd::new(Exit::Done, SendReport::default())),
        None => None,
    };
    let left = || ended.as_ref().map_or_else(|| sent(&outcome), |ended| json!(ended.report));
    let mut body = match step {
        Step::Generate => generated(&outcome, &resolved.left_out),
        Step::Send => sent(&outcome),
        Step::Run => {
            json!({ "check": checked, "generate": generated(&outcome, &resolved.left_out), "send": left() })
        }
    };
    if make.timings {
        body["timings"] = json!(resolved.engine.stages());
    }
    output.document(name, campaign, body);
    if let Some(message) = outcome.stopped.as_ref().or(written.as_ref().err()) {
        let todo = match message.contains(LOST) {
            true => {
                "lancer « missive ledger verify », puis remettre une sauvegarde de data/ledger/objects"
            }
            false => {
                "faire de la place ou demander l'accès, puis relancer la même commande : ce qui est fait le reste"
            }
        };
        output.fail(message, todo);
        return Exit::Environment;
    }
    if deposit.is_some() && older {
        context::ask_about_older(output);
        return Exit::Decide;
    }
    if let Some(first) = undecided.first() {
        let note = first.note.as_deref().unwrap_or_default();
        output.fail(
            &format!(
                "{} : {note}",
                count(undecided.len(), "lettre n'est pas refaite", "lettres ne sont pas refaites")
            ),
            &match first.action {
                Action::Update => format!(
                    "le dire : missive resolve {} --handed-over --why \"…\", puis relancer",
                    first.reference
                ),
                _ => "relancer avec --reply-by AAAA-MM-JJ, la nouvelle date de retour".to_owned(),
            },
        );
        return Exit::Decide;
    }
    let partial = outcome.letters.failed + outcome.covers.failed + outcome.letters.blocked;
    let partial = if partial + outcome.kept_back > 0 { Exit::Partial } else { Exit::Done };
    let Some(ended) = ended else { return partial };
    if let Some(Complaint { message, todo }) = &ended.complaint {
        output.fail(message, todo);
    }
    if ended.exit == Exit::Done { partial } else { ended.exit }
}

/// As many workers as asked for, or as there are cores.
pub(in crate::cli) fn workers(asked: Option<u16>) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    asked.map_or_else(cores, usize::from)
}

/// Whether a letter waits for a person's word before it can be made.
fn is_undecided(planned: &PlannedLetter) -> bool {
    matches!(planned.action, Action::Reissue | Action::Update) && planned.note.is_some()
}

/// What the person ordered about changes of letters that were handed over.
pub(in crate::cli) fn orders(make: &Make) -> Orders {
    let judged = make.materiality.map(|own| {
        let materiality = match own {
            crate::cli::args::Judged::Cosmetic => Materiality::Cosmetic,
            crate::cli::args::Judged::Substantive => Materiality::Substantive,
        };
        (materiality, make.why.clone().unwrap_or_default())
    });
    Orders { judged, reason: make.reason.clone(), reply_by: make.reply_by }
}

fn smtp(resolved: &ResolvedCampaign<'_>) -> bool {
    resolved.relay_settings().is_some()
}

fn order(
    output: &Output,
    resolved: &ResolvedCampaign<'_>,
    make: &Make,
    deposit: Option<&Deposit>,
    day: jiff::civil::Date,
) -> Result<Order, Exit> {
    let only = match make.choice.only.as_slice() {
        [] => None,
        words => Some(selection::mailings(&resolved.desired, words).map_err(|unknown| {
            for (word, near) in unknown {
                let todo = match near {
                    Some(near) => format!("vouliez-vous écrire « {near} » ?"),
                    None => "donner un UAI, l'identifiant d'un référent ou une référence de cette campagne".to_owned(),
                };
                output.fail(&format!("--only ne désigne aucune lettre : « {word} »"), &todo);
            }
            Exit::Usage
        })?),
    };
    Ok(Order {
        only,
        deposit: deposit.is_some() && !smtp(resolved),
        limit: deposit.and_then(|deposit| deposit.limit),
        jobs: workers(make.choice.jobs),
        force: make.force,
        sweep: make.choice.except.except.is_empty(),
        day,
    })
}

/// The `generate` part of JSON documents.
fn generated(outcome: &Outcome, left_out: &[String]) -> Value {
    json!({
        "letters": outcome.letters,
        "covers": outcome.covers,
        "compiled": outcome.compiled,
        "files": outcome.files,
        "long": outcome.long,
        "edited": outcome.edited,
        "changes": outcome.planned.iter().filter(|own| own.action != Action::Create).collect::<Vec<_>>(),
        "removed": outcome.swept,
        "left_out": left_out,
    })
}

/// The `send` part of JSON documents.
fn sent(outcome: &Outcome) -> Value {
    let unchanged = outcome.deposited.iter().filter(|deposited| !deposited.fresh).count();
    json!({
        "handed_over": 0,
        "deposited": outcome.deposited.len(),
        "unchanged": unchanged,
        "deferred": 0,
        "refused": 0,
        "ambiguous": 0,
        "skipped": outcome.blocked_messages + outcome.kept_back,
        "remaining": outcome.remaining,
        "stopped_by": outcome.stopped.as_ref().map(|_| "disk"),
    })
}

fn show_failures(output: &Output, workspace: &Workspace, outcome: &Outcome) {
    let shown: Vec<Problem> = outcome
        .failures
        .iter()
        .map(|(problem, references)| {
            let mut problem = problem.clone();
            let others = references.len() - 1;
            let more = match others {
                0 => String::new(),
                _ => format!(" et {}", count(others, "autre", "autres")),
            };
            problem.message = format!("{}{more} : {}", references[0], problem.message);
            problem
        })
        .collect();
    output.problems(&shown, &workspace.loaded.sources, true);
}

/// What was done with letters that were there before, in a few lines.
fn say_changes(output: &Output, planned: &[PlannedLetter], withdrawn: &[String]) {
    for (action, one, many) in [
        (Action::Update, "lettre refaite", "lettres refaites"),
        (
            Action::Reissue,
            "lettre transmise reçoit une nouvelle révision",
            "lettres transmises reçoivent une nouvelle révision",
        ),
        (Action::End, "mission prend fin", "missions prennent fin"),
        (Action::Readdress, "lettre part une fois de plus", "lettres partent une fois de plus"),
    ] {
        let names: Vec<&str> = planned
            .iter()
            .filter(|own| own.action == action && !is_undecided(own))
            .map(|own| own.reference.as_str())
            .collect();
        if !names.is_empty() {
            output.say(&format!("{} : {}.", count(names.len(), one, many), few(&names)));
        }
    }
    let held: Vec<&str> = planned
        .iter()
        .filter(|own| own.action == Action::Keep && own.note.is_some())
        .map(|own| own.reference.as_str())
        .collect();
    if !held.is_empty() {
        output.say(&format!(
            "{} : {}. Dire ce qu'il en est avec « missive resolve ».",
            count(
                held.len(),
                "lettre attend qu'on sache si son message est parti",
                "lettres attendent qu'on sache si leur message est parti"
            ),
            few(&held)
        ));
    }
    if !withdrawn.is_empty() {
        let names: Vec<&str> = withdrawn.iter().map(String::as_str).collect();
        output.say(&format!(
            "{} : plus rien ne les demande ({}).",
            count(withdrawn.len(), "lettre retirée", "lettres retirées"),
            few(&names)
        ));
    }
}

/// The first few of many names.
pub(in crate::cli) fn few(names: &[&str]) -> String {
    const MOST: usize = 5;
    let shown = names.get(..MOST).unwrap_or(names).join(", ");
    match names.len().saturating_sub(MOST) {
        0 => shown,
        more => format!("{shown} et {more} de plus"),
    }
}

fn say(
    output: &Output,
    resolved: &ResolvedCampaign<'_>,
    order: &Order,
    outcome: &Outcome,
    step: Step,
) {
    let letters = outcome.letters;
    let shown = resolved.shown_output();
    let made = letters.made();
    let mut details = Vec::new();
    for (number, one, many) in [
        (letters.written, "écrite", "écrites"),
        (letters.unchanged, "inchangée", "inchangées"),
        (letters.restored, "restaurée", "restaurées"),
        (letters.failed, "en échec", "en échec"),
    ] {
        if number > 0 {
            details.push(count(number, one, many));
        }
    }
    if letters.blocked > 0 {
        details.push(format!("dont {}", count(letters.blocked, "bloquée", "bloquées")));
    }
    if outcome.held > 0 && resolved.desired.rehearsal.is_none() {
        output.say(&format!(
            "{} signature de l'autorité avant de partir.",
            count(outcome.held, "lettre attend la", "lettres attendent la")
        ));
    }
    if !outcome.voided.is_empty() {
        let names: Vec<&str> = outcome.voided.iter().map(String::as_str).collect();
        output.warn(&format!(
            "{} : la signature de l'autorité ne vaut plus ({})",
            count(
                outcome.voided.len(),
                "lettre signée par l'autorité a changé depuis",
                "lettres signées par l'autorité ont changé depuis"
            ),
            few(&names)
        ));
    }
    let covers = outcome.covers.made();
    output.say(&format!(
        "Produit : {} ({}), {}, dans {}/.",
        count(made, "lettre", "lettres"),
        if details.is_empty() { "aucune".to_owned() } else { details.join(", ") },
        count(covers, "courrier", "courriers"),
        shown
    ));
    if !outcome.edited.is_empty() {
        output.warn(&format!(
            "{} à la main et remis en l'état : {}",
            count(outcome.edited.len(), "fichier de out/ modifié", "fichiers de out/ modifiés"),
            outcome.edited.join(", ")
        ));
    }
    if !outcome.swept.is_empty() {
        output.say(&format!(
            "{} : plus rien ne les demande.",
            count(outcome.swept.len(), "fichier retiré", "fichiers retirés")
        ));
    }
    if !outcome.withdrawn.is_empty() {
        output.say(&format!(
            "{} de la boîte d'envoi (contenu changé, ou lettre qui ne part plus) : {}.",
            count(outcome.withdrawn.len(), "message retiré", "messages retirés"),
            outcome.withdrawn.join(", ")
        ));
    }
    if outcome.kept_back > 0 {
        output.say(&format!(
            "{} n'a pas pu être faite.",
            count(
                outcome.kept_back,
                "message retenu : une de ses pièces",
                "messages retenus : une de leurs pièces"
            )
        ));
    }
    if !outcome.long.is_empty() {
        output.say(&format!(
            "{} deux pages, à relire : {}.",
            count(outcome.long.len(), "lettre dépasse", "lettres dépassent"),
            outcome.long.join(", ")
        ));
    }
    let report = format!("{}/report.html", shown);
    // What stopped the run, and what to do, is told as an error.
    if outcome.stopped.is_some() {
        return;
    }
    if let Some(date) = resolved.desired.rehearsal {
        output.say(&format!(
            "Répétition sous les règles du {} : rien n'est envoyé, rien n'est retenu.",
            crate::letter::french::date(date)
        ));
        output.say(&format!("Ensuite : ouvrir {report}, comparer, puis relancer sans --as-of."));
        return;
    }
    if order.deposit && !outcome.deposited.is_empty() {
        let fresh = outcome.deposited.iter().filter(|deposited| deposited.fresh).count();
        let told = match outcome.deposited.len() - fresh {
            0 => String::new(),
            same => {
                format!(", dont {}", count(same, "déjà là et inchangé", "déjà là et inchangés"))
            }
        };
        output.say(&format!(
            "Déposé : {} dans {}/outbox/{told}. Rien n'est encore parti.",
            count(outcome.deposited.len(), "message", "messages"),
            shown
        ));
        if outcome.remaining > 0 {
            output.say(&format!(
                "{} pour une prochaine fois (--limit).",
                count(outcome.remaining, "message reste", "messages restent")
            ));
        }
    }
    match step {
        Step::Send | Step::Run if smtp(resolved) => {}
        Step::Send | Step::Run
            if outcome.deposited.is_empty() && outcome.kept_back + outcome.blocked_messages == 0 =>
        {
            output.say("Rien à envoyer : tout est déjà parti. Ensuite : missive status");
        }
        Step::Send | Step::Run if outcome.deposited.is_empty() => {
            output.say(&format!("Aucun message n'est déposé. Ensuite : voir pourquoi dans {report}."));
        }
        Step::Generate | Step::Send | Step::Run
            if outcome.held > 0 && outcome.deposited.is_empty() =>
        {
            output.say("Ensuite : missive sign export DOSSIER, faire signer, puis missive sign import DOSSIER");
        }
        Step::Generate => {
            output.say(&format!("Ensuite : relire {report} et quelques lettres, puis « missive send »."));
        }
        Step::Send | Step::Run => output.say(&format!(
            "Ensuite : relire {report} et quelques lettres, puis ouvrir les fichiers .eml dans votre logiciel de messagerie pour les envoyer. Une fois envoyés, le dire : missive resolve --deposited --handed-over --why \"…\""
        )),
    }
}
