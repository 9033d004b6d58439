//! What `generate`, `run` and `send` say of a pass over a campaign.

use crate::app::approval::proof_error::HOW_TO_APPROVE;
use crate::app::generate::outcome::{
    DocumentCounts, GenerateOutcome, GenerateRequest, PutBack, is_not_made, is_undecided,
};
use crate::app::names::labels::Labels;
use crate::app::resolved_campaign::ResolvedCampaign;
use crate::app::sending::first_hand_over;
use crate::app::sending::unsent_letters::UnsentLetters;
use crate::app::wording::{count, few};
use crate::cli::commands::archive::after_return::say_settled;
use crate::cli::ui::output::Output;
use crate::diagnostic::LocatedProblem;
use crate::letter::french;
use crate::plan::Action;
use std::collections::BTreeMap;

/// Which command it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// `generate`.
    Generate,
    /// `send`.
    Send,
    /// `run`.
    Run,
}

/// A pass to be told.
pub struct GenerateView<'a> {
    /// Where to.
    pub output: &'a Output,
    /// The campaign.
    pub resolved: &'a ResolvedCampaign<'a>,
    /// What was asked for.
    pub request: &'a GenerateRequest,
    /// What the pass did.
    pub outcome: &'a GenerateOutcome,
    /// Letters that have not left; a rehearsal has none.
    pub unsent: Option<UnsentLetters>,
    /// By which command.
    pub step: Step,
}

impl GenerateView<'_> {
    /// Says what was done, and what comes next. What stopped the pass is told later, as an error.
    pub fn show(&self) {
        self.show_failures();
        self.say_changes();
        self.say_signatures();
        self.say_documents();
        self.say_files();
        if self.outcome.stopped.is_some() {
            return;
        }
        let shown = self.resolved.shown_output();
        if let Some(date) = self.resolved.desired.rehearsal {
            self.output.say(&format!(
                "Répétition sous les règles du {} : rien n'est envoyé, rien n'est retenu.",
                french::date(date)
            ));
            self.output.say(&format!(
                "Ensuite : ouvrir {shown}/report.html, comparer, puis relancer sans --as-of."
            ));
            return;
        }
        self.say_deposits(&shown);
        self.say_next(&format!("{shown}/report.html"));
    }

    fn show_failures(&self) {
        let (labels, failures) = (self.labels(), self.outcome.failures.iter());
        let shown: Vec<LocatedProblem> = failures
            .map(|failure| {
                let mut problem = failure.problem.clone();
                let more = match failure.names.len() - 1 {
                    0 => String::new(),
                    others => format!(" et {}", count(others, "autre", "autres")),
                };
                problem.message =
                    format!("{}{more} : {}", labels.message(&failure.names[0]), problem.message);
                problem
            })
            .collect();
        self.output.located_problems(&shown, true);
    }

    /// Says what was done with letters that were there before.
    fn say_changes(&self) {
        let (labels, changes) = (self.labels(), &self.outcome.changes);
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
            let done =
                changes.iter().filter(|letter| letter.action == action && !is_undecided(letter));
            let names = labels.letters(done.map(|planned| &planned.reference));
            if !names.is_empty() {
                self.say(&format!("{} : {}.", count(names.len(), one, many), few(&names)));
            }
        }
        self.say_not_made();
        let kept = || {
            changes.iter().filter(|letter| letter.action == Action::Keep && letter.note.is_some())
        };
        for letter in kept().filter(|letter| !letter.reasons.is_empty()) {
            let note = letter.note.as_deref().unwrap_or_default();
            self.say(&format!("En attente, {} : {note}.", labels.letter(&letter.reference)));
        }
        // Nobody knows whether the message of these left.
        let waiting = kept().filter(|letter| letter.reasons.is_empty());
        let names = labels.letters(waiting.map(|planned| &planned.reference));
        if !names.is_empty() {
            self.say(&format!(
                "{} : {}. Dire ce qu'il en est avec « missive resolve ».",
                count(
                    names.len(),
                    "lettre attend qu'on sache si son message est parti",
                    "lettres attendent qu'on sache si leur message est parti"
                ),
                few(&names)
            ));
        }
        say_settled(self.output, &self.outcome.settled, &labels);
        let withdrawn = labels.letters(&self.outcome.withdrawn);
        if !withdrawn.is_empty() {
            self.say(&format!(
                "{} : plus rien ne les demande ({}).",
                count(withdrawn.len(), "lettre retirée", "lettres retirées"),
                few(&withdrawn)
            ));
        }
    }

    /// Says which letters are not made; those with the same reason together.
    fn say_not_made(&self) {
        let labels = self.labels();
        let mut by_note: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for letter in self.outcome.changes.iter().filter(|letter| is_not_made(letter)) {
            let note = letter.note.as_deref().unwrap_or_default();
            by_note.entry(note).or_default().push(labels.letter(&letter.reference));
        }
        for (note, names) in by_note {
            match names.as_slice() {
                [name] => self.say(&format!("Pas de lettre pour {name} : {note}.")),
                _ => self.say(&format!(
                    "{} ({}) : {note}.",
                    count(names.len(), "lettre n'est pas faite", "lettres ne sont pas faites"),
                    few(&names)
                )),
            }
        }
    }

    fn say_signatures(&self) {
        let (unsigned, voided) = (self.outcome.unsigned, &self.outcome.voided);
        if unsigned > 0 && self.resolved.desired.rehearsal.is_none() {
            self.say(&format!(
                "{} signature de l'autorité avant de partir.",
                count(unsigned, "lettre attend la", "lettres attendent la")
            ));
        }
        if !voided.is_empty() {
            let names = self.labels().letters(voided);
            self.output.warn(&format!(
                "{} : la signature de l'autorité ne vaut plus ({})",
                count(
                    voided.len(),
                    "lettre signée par l'autorité a changé depuis",
                    "lettres signées par l'autorité ont changé depuis"
                ),
                few(&names)
            ));
        }
    }

    fn say_documents(&self) {
        let letters = self.outcome.letters;
        self.say(&format!(
            "Produit : {} ({}), {}, dans {}/.",
            count(letters.made(), "lettre", "lettres"),
            details(letters),
            count(self.outcome.covers.made(), "courrier", "courriers"),
            self.resolved.shown_output()
        ));
    }

    fn say_files(&self) {
        let GenerateOutcome { edited, removed, withdrawn_messages, kept_back, long, .. } =
            self.outcome;
        if !edited.is_empty() {
            self.output.warn(&format!(
                "{} à la main et remis en l'état : {}",
                count(edited.len(), "fichier de out/ modifié", "fichiers de out/ modifiés"),
                edited.join(", ")
            ));
        }
        if !removed.is_empty() {
            self.say(&format!(
                "{} : plus rien ne les demande.",
                count(removed.len(), "fichier retiré", "fichiers retirés")
            ));
        }
        if !withdrawn_messages.is_empty() {
            self.say(&format!(
                "{} de la boîte d'envoi (contenu changé, ou lettre qui ne part plus) : {}.",
                count(withdrawn_messages.len(), "message retiré", "messages retirés"),
                withdrawn_messages.join(", ")
            ));
        }
        if *kept_back > 0 {
            self.say(&format!(
                "{} n'a pas pu être faite.",
                count(
                    *kept_back,
                    "message retenu : une de ses pièces",
                    "messages retenus : une de leurs pièces"
                )
            ));
        }
        if !long.is_empty() {
            self.say(&format!(
                "{} deux pages, à relire : {}.",
                count(long.len(), "lettre dépasse", "lettres dépassent"),
                few(&self.labels().letters(long))
            ));
        }
    }

    fn say_deposits(&self, shown: &str) {
        let deposits = self.outcome.deposits();
        if let Some(number) = deposits.unapproved.filter(|number| *number > 0) {
            let waits = count(number, "message attend", "messages attendent");
            self.say(&format!("{waits} une approbation : rien n'est déposé sans."));
        }
        let taken_out = &self.outcome.taken_out;
        if !taken_out.is_empty() {
            self.say(&format!(
                "{} de la boîte d'envoi jusqu'à l'approbation : {}. Ce qui en serait déjà parti se dit avec « missive resolve --deposited ».",
                count(taken_out.len(), "fichier retiré", "fichiers retirés"),
                few(taken_out)
            ));
        }
        if let Some(put_back) = &self.outcome.put_back {
            self.warn_of_put_back(put_back);
        }
        if !self.request.deposit || deposits.deposited == 0 {
            return;
        }
        let unchanged = match deposits.unchanged {
            0 => String::new(),
            number => {
                format!(", dont {}", count(number, "déjà là et inchangé", "déjà là et inchangés"))
            }
        };
        let to_referents = match deposits.to_referents {
            0 => String::new(),
            number => format!(" ({})", count(number, "au référent", "aux référents")),
        };
        self.say(&format!(
            "Déposé : {}{to_referents} dans {shown}/outbox/{unchanged}. Rien n'est encore parti.",
            count(deposits.deposited, "message", "messages"),
        ));
        if deposits.remaining > 0 {
            self.say(&format!(
                "{} pour une prochaine fois (--limit).",
                count(deposits.remaining, "message reste", "messages restent")
            ));
        }
    }

    /// What was sent by hand from elsewhere would go a second time.
    fn warn_of_put_back(&self, PutBack { messages, ledger }: &PutBack) {
        self.output.warn(&format!(
            "{} dans la boîte d'envoi, et ce qui en a déjà été envoyé à la main y est aussi : {} ({}). Avant d'envoyer, regarder les messages envoyés de votre logiciel de messagerie, et dire ce qui est parti : missive resolve --deposited NOM --handed-over --why \"…\"",
            count(*messages, "message est remis", "messages sont remis"),
            first_hand_over::reason(ledger.doubt),
            first_hand_over::facts(ledger).join(" ; "),
        ));
    }

    fn say_next(&self, report: &str) {
        let deposits = self.outcome.deposits();
        let is_empty = deposits.deposited == 0;
        let sends = self.step != Step::Generate;
        // What the relay does is told once it is done.
        if sends && self.resolved.relay_settings().is_some() {
            return;
        }
        if self.outcome.only_unapproved() > 0 {
            return;
        }
        if sends && is_empty && deposits.skipped == 0 {
            self.say(&nothing_to_send(
                self.unsent.unwrap_or_default(),
                self.outcome.held_letters(),
            ));
        } else if sends && is_empty {
            self.say(&format!(
                "Aucun message n'est déposé. Ensuite : voir pourquoi dans {report}."
            ));
        } else if self.outcome.unsigned > 0 && is_empty {
            self.say("Ensuite : missive sign export DOSSIER, faire signer, puis missive sign import DOSSIER");
        } else if sends {
            if deposits.unapproved.is_some_and(|number| number > 0) {
                self.say(&format!("Pour le reste : {HOW_TO_APPROVE}."));
            }
            self.say(&format!(
                "Ensuite : relire {report} et quelques lettres, puis ouvrir les fichiers .eml dans votre logiciel de messagerie pour les envoyer. Une fois envoyés, le dire : missive resolve --deposited --handed-over --why \"…\""
            ));
        } else {
            self.say(&format!(
                "Ensuite : relire {report} et quelques lettres, puis « missive send »."
            ));
        }
    }

    fn labels(&self) -> Labels {
        Labels::of_campaign(&self.resolved.desired)
    }

    fn say(&self, sentence: &str) {
        self.output.say(sentence);
    }
}

/// Why no message is in the outbox, though none was blocked.
fn nothing_to_send(letters: UnsentLetters, held: usize) -> String {
    match (letters.chosen, letters.unsent) {
        (0, _) => {
            "Rien à envoyer : aucune lettre n'est demandée. Ensuite : missive check".to_owned()
        }
        (_, 0) if held > 0 => format!(
            "Rien à envoyer pour l'instant : {}. Ensuite : missive plan",
            count(held, "lettre a changé et attend", "lettres ont changé et attendent")
        ),
        (_, 0) => "Rien à envoyer : tout est déjà parti. Ensuite : missive status".to_owned(),
        (_, number) => format!(
            "Aucun message n'est déposé ; {}. Ensuite : missive status",
            count(number, "lettre n'est pas partie", "lettres ne sont pas parties")
        ),
    }
}

fn details(letters: DocumentCounts) -> String {
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
    if details.is_empty() { "aucune".to_owned() } else { details.join(", ") }
}
