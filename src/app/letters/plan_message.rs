//! The message of a mailing against what the ledger knows: which letters it has to carry, and
//! whether it is the one that is already there.
//!
//! It carries what has not left yet and what has to go again, and nothing else.

use crate::app::letters::evaluate::{
    CurrentRevision, LetterDecision, LetterEvaluator, inputs_hash,
};
use crate::app::letters::render_documents::{self, Cover};
use crate::diagnostic::Problem;
use crate::ledger::object_store::hash;
use crate::letter::content::HeadView;
use crate::letter::mailing::{LetterInMessage, Mailing, Occasion};
use crate::plan::history::{Addressee, MessageEntry};
use crate::stages::Stage;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// A message that was held against the ledger.
#[derive(Debug)]
pub struct PlannedMessage<'r> {
    /// The letters that go, as a mailing of its own.
    pub mailing: Mailing<'r>,
    /// Number among the messages of its UAI.
    pub number: u32,
    /// Printed date.
    pub date: Date,
    /// The heads it is addressed to.
    pub addressees: Vec<Addressee>,
    /// Whether each letter went before.
    pub again: Vec<bool>,
    /// Hash over the contents of its cover.
    pub cover: String,
    /// Whether the authority has yet to sign one of its letters: it does not go before.
    pub held: bool,
    /// Hash over everything that decides about its bytes.
    pub fingerprint: String,
    /// Its cover, and where that comes from.
    pub covered: Covered,
    /// The message in the ledger that is this one.
    pub same: Option<i64>,
    /// Whether the ledger's message has to learn another content of the same cover.
    pub refreshed: bool,
}

/// Where a cover comes from.
#[derive(Debug)]
pub enum Covered {
    /// The ledger has it: PDF, HTML, subject, what was read.
    Kept(String, String, String, String),
    /// It was made: with the hashes of PDF and HTML, and of what was read.
    Made(Box<Cover>, String, String, String),
}

impl Covered {
    /// Hashes of PDF and HTML, subject, hash of what was read.
    pub fn names(&self) -> (&str, &str, &str, &str) {
        match self {
            Self::Kept(pdf, html, subject, inputs) => (pdf, html, subject, inputs),
            Self::Made(cover, pdf, html, inputs) => (pdf, html, &cover.subject, inputs),
        }
    }
}

/// A mailing held against the ledger.
pub struct Piece<'r> {
    /// Its letters, in the order of the mailing.
    pub letters: Vec<Result<LetterDecision, Vec<Problem>>>,
    /// The message that has to go, if any letter has to, and its cover could be made.
    pub dispatch: Option<Result<PlannedMessage<'r>, Vec<Problem>>>,
    /// Open messages that are no longer right.
    pub retire: BTreeSet<i64>,
}

impl<'r> LetterEvaluator<'r> {
    /// Holds a mailing against the ledger.
    pub fn piece(&self, mailing: &Mailing<'r>) -> Piece<'r> {
        let desired = &self.resolved.desired;
        let letters: Vec<Result<LetterDecision, Vec<Problem>>> =
            mailing.letters.iter().map(|at| self.consider(&desired.letters[*at])).collect();
        let whole = letters.iter().all(Result::is_ok);
        let pending: Vec<(usize, &LetterDecision)> = mailing
            .letters
            .iter()
            .zip(&letters)
            .filter_map(|(at, considered)| Some((*at, considered.as_ref().ok()?)))
            .filter(|(_, considered)| considered.pending)
            .collect();
        let held: BTreeSet<i64> = mailing
            .letters
            .iter()
            .filter_map(|at| self.past.open_of(&desired.letters[*at].reference.to_string()))
            .map(|message| message.id)
            .collect();
        let dispatch = (!pending.is_empty()).then(|| self.dispatch(mailing, &pending));
        let came_back = letters.iter().flatten().any(|own| own.came_back);
        let same = matches!(&dispatch, Some(Ok(dispatch)) if dispatch.same.is_some());
        if came_back && !same {
            // Somebody sent the message that is there: nothing takes its place before that is said.
            return Piece { letters, dispatch: None, retire: BTreeSet::new() };
        }
        let mut retire = held;
        if let Some(Ok(dispatch)) = &dispatch {
            if whole && let Some(same) = dispatch.same {
                retire.remove(&same);
            }
            if dispatch.same.is_none() {
                retire.extend(self.past.open(dispatch.mailing.uai.as_str()).map(|open| open.id));
            }
        }
        Piece { letters, dispatch, retire }
    }

    fn dispatch(
        &self,
        whole: &Mailing<'r>,
        pending: &[(usize, &LetterDecision)],
    ) -> Result<PlannedMessage<'r>, Vec<Problem>> {
        let desired = &self.resolved.desired;
        let letters: Vec<usize> = pending.iter().map(|(at, _)| *at).collect();
        let schools = letters.iter().map(|at| desired.letters[*at].establishment);
        let uai = schools.map(|school| &school.uai.value).min().unwrap_or(whole.uai);
        let mailing = Mailing { uai, address: whole.address, letters };
        let open = self.past.open(uai.as_str());
        let number = self.past.next_number(uai.as_str());
        let again = |considered: &LetterDecision| {
            considered.planned.action == crate::plan::Action::Readdress
        };
        let going: Vec<LetterInMessage> = pending
            .iter()
            .map(|(_, considered)| LetterInMessage {
                issue: considered.issue.clone(),
                readdressed: again(considered),
            })
            .collect();
        let mut date = going.iter().filter(|going| !going.readdressed).map(|g| g.issue.date).max();
        if going.iter().any(|going| going.readdressed) {
            // The day a letter is first sent once more is said once, and stays.
            let said = open.filter(|open| open.letters.iter().any(|(.., again)| *again));
            date = date.max(Some(said.map_or(self.today, |open| open.date)));
        }
        let date = date.unwrap_or(desired.dates.date);
        let occasion = Occasion { date, letters: &going };
        let content = render_documents::cover_json(self.resolved, &mailing, &occasion)?;
        let cover = hash(content.as_bytes());
        let kept = open.filter(|open| {
            open.cover == cover && open.number == number && self.is_current(&open.inputs)
        });
        let covered = match kept {
            Some(open) => Covered::Kept(
                open.cover_pdf.clone(),
                open.cover_html.clone(),
                open.subject.clone(),
                open.inputs.clone(),
            ),
            None => {
                let made =
                    render_documents::cover(self.resolved, &mailing, (number, date), &content)?;
                let hashes = || (hash(&made.pdf), hash(made.html.as_bytes()));
                let (pdf, html) = self.resolved.engine.stages().time(Stage::Hash, hashes);
                let inputs = inputs_hash(&self.inputs(&made.read));
                Covered::Made(Box::new(made), pdf, html, inputs)
            }
        };
        let rendered: Vec<&str> = pending
            .iter()
            .map(|(_, considered)| match &considered.standing {
                CurrentRevision::Kept(revision) => revision.issued.as_str(),
                CurrentRevision::Made(made) => made.rendered.as_str(),
                CurrentRevision::Undecided => "",
            })
            .collect();
        let unsigned = |(_, considered): &(usize, &LetterDecision)| match &considered.standing {
            CurrentRevision::Kept(revision) => revision.issued == revision.rendered,
            _ => true,
        };
        let held = self.resolved.signs_first() && pending.iter().any(unsigned);
        let fingerprint = self.fingerprint(&mailing, (number, date), &rendered, &covered, held);
        let rows = |open: &MessageEntry| {
            let mut own: Vec<(i64, bool)> = pending
                .iter()
                .filter_map(|(_, considered)| match &considered.standing {
                    CurrentRevision::Kept(revision) => Some((revision.id, again(considered))),
                    _ => None,
                })
                .collect();
            own.sort_unstable();
            let mut there: Vec<(i64, bool)> =
                open.letters.iter().map(|(_, id, again)| (*id, *again)).collect();
            there.sort_unstable();
            own == there && own.len() == pending.len()
        };
        let same = open.filter(|open| open.fingerprint == fingerprint && rows(open));
        let refreshed =
            same.is_some_and(|open| open.cover != cover || open.inputs != covered.names().3);
        let same = same.map(|open| open.id);
        let addressees = mailing
            .letters
            .iter()
            .map(|at| desired.letters[*at].establishment)
            .map(|school| Addressee {
                uai: school.uai.value.to_string(),
                head: serde_json::to_value(school.head.as_ref().map(HeadView::new))
                    .unwrap_or_default(),
            })
            .collect();
        let again = going.iter().map(|going| going.readdressed).collect();
        Ok(PlannedMessage {
            mailing,
            number,
            date,
            addressees,
            again,
            cover,
            held,
            fingerprint,
            covered,
            same,
            refreshed,
        })
    }

    /// A hash over everything that decides about the bytes of a message.
    fn fingerprint(
        &self,
        mailing: &Mailing<'_>,
        (number, date): (u32, Date),
        rendered: &[&str],
        covered: &Covered,
        held: bool,
    ) -> String {
        let resolved = self.resolved;
        let mail = &resolved.settings.mail;
        let (pdf, html, subject, _) = covered.names();
        let mut whole = String::from("missive message 1\n");
        let mut add = |part: &str| {
            whole.push_str(&format!("{} {part}\n", part.len()));
        };
        add(&resolved.desired.mailing_name(mailing));
        add(&format!("{number} {date}"));
        add(mail.from.name.as_deref().unwrap_or_default());
        add(mail.from.address.as_str());
        add(mail.reply_to.as_str());
        add(mailing.address.map_or("", |to| to.as_str()));
        resolved.desired.copies(mailing).iter().for_each(|copy| add(copy.as_str()));
        add(subject);
        add(html);
        if mail.attach_cover {
            add(pdf);
        }
        for (name, own) in
            render_documents::attachment_names(resolved, mailing).iter().zip(rendered)
        {
            add(name);
            add(own);
        }
        for document in &resolved.enclosures {
            add(&document.name);
            add(&document.hash);
        }
        if held {
            add("held");
        }
        hash(whole.as_bytes())
    }
}
