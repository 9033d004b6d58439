//! Every state of a letter against every change: what is decided, and what is asked for it.
//!
//! `decisions.txt` is the table. Each line has: what changed; the action, its materiality, whether
//! the letter is to be sent; how many contents, rendered letters and stored revisions were asked
//! for.

use super::decide;
use crate::letter::content::agreed_texts::AgreedTexts;
use crate::letter::content::record_views::HeadView;
use crate::letter::former_head;
use crate::letter::issue::{Issue, Superseded};
use crate::plan::decision::context::{CalledLetter, DecisionContext};
use crate::plan::decision::letter_decision::{CurrentRevision, LetterDecision};
use crate::plan::decision::port::{
    DecisionPort, LetterText, PrintedHead, RenderedHashes, SchoolField,
};
use crate::plan::decision::readdress::Recipient;
use crate::plan::history::examples;
use crate::plan::history::{
    Addressee, CampaignHistory, LetterEntry, MessageEntry, MessageLetter, MessageState,
    RenderInputs, ReturnEntry, ReturnState, RevisionEntry, StoredRevision,
};
use crate::plan::orders::{OrderedMateriality, SignaturesOrder};
use crate::plan::{Action, Materiality, Orders};
use crate::records::campaign::Campaign;
use crate::records::people::Head;
use crate::records::values::SignatureRequest;
use crate::records::word_lists::Act;
use crate::rules::snapshot::{RuleKind, RuleView};
use jiff::civil::{Date, date};
use serde_json::{Value, json};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

const REFERENCE: &str = "2026-0860001J-MART";
const UAI: &str = "0860001J";
/// The day a letter was sent, where it was.
const SENT: Date = date(2026, 10, 1);
/// The day a late letter was first made.
const LATE: Date = date(2026, 11, 10);
const TODAY: Date = date(2026, 11, 24);

/// Everything that decides about the bytes of the letter.
#[derive(Clone)]
struct World {
    referent: &'static str,
    until: &'static str,
    clause: (&'static str, bool),
    head: (&'static str, &'static str),
    email: &'static str,
    /// A template that changes, and what changes with it.
    template: &'static str,
    layout: &'static str,
    wording: &'static str,
    engine: &'static str,
    amendment: &'static str,
    reply_by: &'static str,
    orders: Orders,
    is_strict: bool,
}

impl World {
    fn before() -> Self {
        Self {
            referent: "Martin",
            until: "2027-08-31",
            clause: ("Le texte de la disposition.", false),
            head: ("Durand", "2020-09-01"),
            email: "ce.0860001j@academie.example",
            template: "a",
            layout: "narrow",
            wording: "plain",
            engine: "typst 1",
            amendment: "",
            reply_by: "2027-01-15",
            orders: Orders::default(),
            is_strict: false,
        }
    }

    fn campaign(&self) -> Campaign {
        let text = format!(
            "[campaign]\nid = \"2026\"\nschool_year = \"2026-2027\"\ndate = 2026-09-20\nplace = \"Poitiers\"\nreply_by = {}\nreport_by = 2027-06-15\nsignatory = {{ given_name = \"Anne\", family_name = \"Petit\", function = \"Rectrice\" }}\n{}",
            self.reply_by, self.amendment
        );
        Campaign::of_text(&text)
    }

    fn inputs(&self) -> RenderInputs {
        RenderInputs {
            templates: BTreeMap::from([("letter.typ".to_owned(), self.template.to_owned().into())]),
            fonts: "fonts".to_owned(),
            engine: self.engine.to_owned(),
            platform: "here".to_owned(),
        }
    }

    fn rules(&self) -> Vec<RuleView> {
        vec![RuleView {
            kind: RuleKind::Clause,
            id: "privacy".to_owned(),
            place: "data/rules.toml:3".to_owned(),
            since: date(2018, 11, 1),
            until: None,
            when: String::new(),
            raw: self.clause.0.to_owned(),
            source: "un décret".to_owned(),
            cosmetic: self.clause.1,
        }]
    }

    fn head(&self) -> HeadView<'_> {
        HeadView {
            civility: None,
            given_name: "Anne",
            family_name: self.head.0,
            function: "Principale",
            since: self.head.1.parse().ok(),
            acting: false,
        }
    }

    fn content(&self, issue: &Issue, head: &PrintedHead) -> Value {
        let head = match head {
            PrintedHead::OfToday => json!(self.head()),
            PrintedHead::WhenSent(head) => json!((**head).as_ref().map(HeadView::new)),
        };
        json!({
            "reference": REFERENCE, "revision": issue.revision, "date": issue.date,
            "supersedes": issue.supersedes,
            "establishment": { "uai": UAI, "head": head },
            "referent": { "family_name": self.referent },
            "assignment": { "until": self.until },
            "clauses": [{ "id": "privacy", "slot": "privacy", "text": self.clause.0 }],
        })
    }

    fn rendered(&self, issue: &Issue, head: &PrintedHead) -> RenderedHashes {
        let json = self.content(issue, head).to_string();
        RenderedHashes {
            form: None,
            pdf: format!("{json} {} {}", self.wording, self.layout).into(),
            text: format!("{json} {}", self.wording),
            content: json,
            inputs: self.inputs(),
            inputs_hash: format!("{:?}", self.inputs()),
        }
    }

    fn first_issue(&self) -> Issue {
        let campaign = self.campaign();
        let dates = campaign.dates(TODAY, None);
        Issue::first(dates.date, dates.amended)
    }
}

/// What the ledger has, with all that is kept of its revisions.
#[derive(Clone, Default)]
struct Ledger {
    letter: Option<LetterEntry>,
    messages: Vec<MessageEntry>,
    stored: BTreeMap<i64, StoredRevision>,
    /// What was read to render what was compared later.
    inputs: Vec<RenderInputs>,
}

impl Ledger {
    fn revision(&mut self, world: &World, id: i64, issue: &Issue) -> RevisionEntry {
        let made = world.rendered(issue, &PrintedHead::OfToday);
        let content = world.content(issue, &PrintedHead::OfToday);
        let stored = StoredRevision {
            reference: REFERENCE.to_owned(),
            issue: issue.clone(),
            json: made.content.clone(),
            content,
            origins: origins(),
            rules: world.rules(),
            inputs: made.inputs,
            rendered: made.pdf.clone(),
            form: None,
            issued: made.pdf.clone(),
            blocks: Vec::new(),
            made_on: SENT.to_string(),
        };
        self.stored.insert(id, stored);
        RevisionEntry {
            id,
            issue: issue.clone(),
            content: made.content,
            inputs: made.inputs_hash,
            rendered: made.pdf.clone(),
            form: None,
            issued: made.pdf,
            text: made.text,
            judged: None,
            waived: false,
            settled_on: None,
        }
    }

    fn message(&mut self, world: &World, state: MessageState, revision: i64) {
        let id = i64::try_from(self.messages.len()).unwrap() + 1;
        let head = json!(world.head());
        self.messages.push(MessageEntry {
            uai: UAI.to_owned(),
            message_id: Some("<1@academie.example>".to_owned()),
            address: Some(world.email.to_owned()),
            addressees: vec![Addressee { uai: UAI.to_owned(), head }],
            letters: vec![MessageLetter {
                reference: REFERENCE.to_owned(),
                revision,
                readdressed: false,
            }],
            left_on: state.has_left().then_some(SENT),
            ..examples::message(id, state, SENT)
        });
    }

    fn letter(&mut self) -> &mut LetterEntry {
        self.letter
            .get_or_insert_with(|| LetterEntry { uai: UAI.to_owned(), ..LetterEntry::default() })
    }

    fn history(&self) -> CampaignHistory {
        let mut history = CampaignHistory::default();
        history.letters.extend(self.letter.clone().map(|letter| (REFERENCE.to_owned(), letter)));
        history.messages.extend(self.messages.iter().map(|message| (message.id, message.clone())));
        let inputs = self.stored.values().map(|stored| &stored.inputs).chain(&self.inputs);
        history.inputs.extend(inputs.map(|inputs| (format!("{inputs:?}"), inputs.clone())));
        history.index();
        history
    }
}

fn origins() -> BTreeMap<String, String> {
    [("clauses.0", "data/rules.toml:3"), ("referent", "data/referents.toml:1")]
        .map(|(path, place)| (path.to_owned(), place.to_owned()))
        .into()
}

/// Answers as the world is today, and counts.
struct Answers<'w> {
    world: &'w World,
    ledger: &'w Ledger,
    asked: [Cell<usize>; 3],
}

impl Answers<'_> {
    fn count(&self, question: usize) {
        self.asked[question].set(self.asked[question].get() + 1);
    }
}

impl DecisionPort for Answers<'_> {
    type Rendered = RenderedHashes;
    type Error = Infallible;

    fn content(&self, issue: &Issue, head: &PrintedHead) -> Result<LetterText, Infallible> {
        self.count(0);
        let json = self.world.content(issue, head).to_string();
        Ok(LetterText { hash: json.clone(), json })
    }

    fn rendered(&self, issue: &Issue, head: &PrintedHead) -> Result<RenderedHashes, Infallible> {
        self.count(1);
        Ok(self.world.rendered(issue, head))
    }

    fn stored(&self, revision: i64) -> Result<StoredRevision, Infallible> {
        self.count(2);
        Ok(self.ledger.stored[&revision].clone())
    }

    fn origins(&self, _: &Issue) -> BTreeMap<String, String> {
        origins()
    }

    fn rules(&self, _: &Issue) -> Vec<RuleView> {
        self.world.rules()
    }

    fn place(&self, _: SchoolField) -> String {
        "data/establishments.toml:1".to_owned()
    }

    fn read_head(&self, head: &Value) -> Option<Option<Head>> {
        former_head::head(head, self.world.campaign().place)
    }
}

fn decided(world: &World, ledger: &Ledger) -> (LetterDecision<RenderedHashes>, [usize; 3]) {
    let (history, campaign) = (ledger.history(), world.campaign());
    let inputs = format!("{:?}", world.inputs());
    let context = DecisionContext {
        history: &history,
        campaign: &campaign,
        first_issue: world.first_issue(),
        orders: &world.orders,
        today: TODAY,
        is_strict: world.is_strict,
        is_returned: true,
        current_inputs: &BTreeSet::from([inputs.as_str()]),
    };
    let letter = CalledLetter {
        reference: REFERENCE.to_owned(),
        last_day: world.until.parse().ok(),
        recipient: Recipient { uai: UAI, head: Some(world.head()), email: Some(world.email) },
        rehearsed_on: None,
    };
    let answers = Answers { world, ledger, asked: Default::default() };
    let decision = decide(&context, &letter, &answers).unwrap();
    (decision, answers.asked.map(Cell::into_inner))
}

/// The states of a letter, each in a ledger that was written in the world as it was before.
fn states() -> Vec<(&'static str, Ledger)> {
    let world = World::before();
    let first = world.first_issue();
    let unsent = |state: Option<MessageState>| {
        let mut ledger = Ledger::default();
        let draft = ledger.revision(&world, 1, &first);
        ledger.letter().draft = Some(draft);
        if let Some(state) = state {
            ledger.message(&world, state, 1);
        }
        ledger
    };
    let sent = |state: MessageState| {
        let mut ledger = Ledger::default();
        let issued = ledger.revision(&world, 1, &first);
        ledger.letter().issued = Some(issued);
        ledger.message(&world, state, 1);
        ledger
    };
    let mut voided = Ledger::default();
    voided.letter();
    let mut came_back = unsent(Some(MessageState::Deposited));
    came_back.letter().returns.push(ReturnEntry {
        id: 1,
        object: None,
        revision: 1,
        number: 1,
        day: TODAY,
        state: ReturnState::ToReview,
        head_signed: false,
        agreed: AgreedTexts::default(),
    });
    let mut withdrawn = sent(MessageState::HandedOver);
    withdrawn.letter().withdrawn = true;
    let mut waived = sent(MessageState::HandedOver);
    waived.letter().waived = true;
    let mut returned = sent(MessageState::HandedOver);
    returned.letter().returns = came_back.letter().returns.clone();
    // Others of the campaign left before.
    let mut late = Ledger::default();
    late.message(&world, MessageState::HandedOver, 9);
    late.messages[0].letters[0].reference = "2026-0860002K-LEGR".to_owned();
    let mut late_draft = late.clone();
    let issue = Issue::late(LATE, None, None);
    let draft = late_draft.revision(&world, 1, &issue);
    late_draft.letter().draft = Some(draft);
    // What came back when another head may come.
    let with_return = |state: ReturnState, head_signed: bool| {
        let mut ledger = sent(MessageState::HandedOver);
        let of_draft = came_back.letter.as_ref().map(|letter| letter.returns.clone());
        let copies = of_draft.into_iter().flatten();
        let copies = copies.map(|copy| ReturnEntry { state, head_signed, ..copy });
        ledger.letter().returns = copies.collect();
        ledger
    };
    let signed = with_return(ReturnState::Signed, false);
    let partly = with_return(ReturnState::PartlySigned, false);
    let by_head = with_return(ReturnState::PartlySigned, true);
    let declined = with_return(ReturnState::Declined, false);
    // The letter is signed; an amendment came after it, of which these copies came back.
    let amended = |state: Option<ReturnState>| {
        let mut ledger = signed.clone();
        let supersedes = Some(Superseded {
            revision: 1,
            date: first.date,
            act: Act::Amendment,
            reason: "Une date change.".to_owned(),
            signature: SignatureRequest::Asked,
            number: Some(1),
            letter: None,
            acts: Vec::new(),
            agreed: AgreedTexts::default(),
        });
        let issue = Issue { revision: 2, supersedes, is_whole: false, ..first.clone() };
        let amendment = ledger.revision(&world, 2, &issue);
        let letter = ledger.letter();
        letter.earlier.extend(letter.issued.replace(amendment));
        let copies = letter.returns.first().cloned().into_iter();
        let copies = copies.zip(state).map(|(copy, state)| ReturnEntry {
            id: 2,
            revision: 2,
            number: 2,
            state,
            ..copy
        });
        letter.returns.extend(copies.collect::<Vec<_>>());
        ledger.message(&world, MessageState::HandedOver, 2);
        ledger
    };
    vec![
        ("handed over, signed, amendment not signed", amended(None)),
        ("handed over, signed, amendment signed", amended(Some(ReturnState::Signed))),
        ("handed over, signed, amendment to review", amended(Some(ReturnState::ToReview))),
        ("handed over, signed", signed),
        ("handed over, signed by the referent", partly),
        ("handed over, signed by the head", by_head),
        ("handed over, declined", declined),
        ("never made, others handed over", late),
        ("late, made", late_draft),
        ("never made", Ledger::default()),
        ("made, then taken back", voided),
        ("made, in no message", unsent(None)),
        ("blocked", unsent(Some(MessageState::Blocked))),
        ("ready", unsent(Some(MessageState::Ready))),
        ("deposited", unsent(Some(MessageState::Deposited))),
        ("deferred", unsent(Some(MessageState::Deferred))),
        ("refused", unsent(Some(MessageState::Refused))),
        ("replaced", unsent(Some(MessageState::Replaced))),
        ("in doubt", unsent(Some(MessageState::Ambiguous))),
        ("deposited, and a copy came back", came_back),
        ("handed over", sent(MessageState::HandedOver)),
        ("bounced", sent(MessageState::Bounced)),
        ("handed over, and a copy came back", returned),
        ("handed over, no copy expected", waived),
        ("withdrawn, and called for again", withdrawn),
        ("handed over, next revision made", next_revision_made()),
    ]
}

/// A letter that was sent with another name, so that the letter of the world before is its revision 2,
/// made and not sent.
fn next_revision_made() -> Ledger {
    let (world, mut ledger) = (World::before(), Ledger::default());
    let sent = World { referent: "Martn", ..World::before() };
    let issued = ledger.revision(&sent, 1, &world.first_issue());
    ledger.letter().issued = Some(issued);
    ledger.message(&sent, MessageState::HandedOver, 1);
    let (decision, _) = decided(&world, &ledger);
    assert!(matches!(decision.current, CurrentRevision::Made(_)));
    remember(&mut ledger, &decision);
    let draft = ledger.revision(&world, 2, &decision.issue);
    ledger.letter().draft = Some(draft);
    ledger.message(&world, MessageState::Ready, 2);
    ledger
}

/// Keeps the judgements of a decision, as a command that writes does.
fn remember(ledger: &mut Ledger, decision: &LetterDecision<RenderedHashes>) {
    for judgement in &decision.judged {
        ledger.inputs.push(judgement.inputs.clone());
        let letter = ledger.letter();
        let revisions = [letter.issued.as_mut(), letter.draft.as_mut()];
        for revision in revisions.into_iter().flatten() {
            if revision.id == judgement.revision {
                revision.judged = Some(judgement.change.clone());
            }
        }
    }
}

/// What may change, one thing at a time.
fn changes() -> Vec<(&'static str, World)> {
    let before = World::before;
    let amended =
        |act: &str| format!("[[campaign.amendment]]\ndate = 2026-11-20\nact = \"{act}\"\n");
    let judged = |materiality| Orders {
        judged: Some(OrderedMateriality { materiality, why: "relu".to_owned() }),
        ..Orders::default()
    };
    let clause = ("Un autre texte.", false);
    let leak = |text: String| -> &'static str { text.leak() };
    vec![
        ("nothing", before()),
        ("template, same bytes", World { template: "b", ..before() }),
        ("template, same text", World { template: "b", layout: "wide", ..before() }),
        (
            "template, same text, strict",
            World { template: "b", layout: "wide", is_strict: true, ..before() },
        ),
        ("template, other text", World { template: "b", wording: "formal", ..before() }),
        ("engine, same text", World { engine: "typst 2", layout: "wide", ..before() }),
        ("rule", World { clause, ..before() }),
        ("rule, declared cosmetic", World { clause: (clause.0, true), ..before() }),
        ("rule, answer due before today", World { clause, reply_by: "2026-11-01", ..before() }),
        (
            "rule, under an amendment",
            World { clause, amendment: leak(amended("amendment")), ..before() },
        ),
        (
            "rule, under a correction",
            World { clause, amendment: leak(amended("correction")), ..before() },
        ),
        (
            "rule, amendment for information",
            World {
                clause,
                amendment: leak(amended("amendment") + "signature = false\n"),
                ..before()
            },
        ),
        (
            "the same, answer due before today",
            World {
                clause,
                reply_by: "2026-11-01",
                amendment: leak(amended("amendment") + "signature = false\n"),
                ..before()
            },
        ),
        (
            "rule, correction keeps signatures",
            World {
                clause,
                amendment: leak(amended("correction") + "signature = \"kept\"\n"),
                ..before()
            },
        ),
        (
            "referent, signatures kept",
            World {
                referent: "Martinez",
                orders: Orders { signatures: Some(SignaturesOrder::Keep), ..Orders::default() },
                ..before()
            },
        ),
        ("referent", World { referent: "Martinez", ..before() }),
        (
            "referent, judged cosmetic",
            World { referent: "Martinez", orders: judged(Materiality::Cosmetic), ..before() },
        ),
        (
            "template, judged substantive",
            World {
                template: "b",
                layout: "wide",
                orders: judged(Materiality::Substantive),
                ..before()
            },
        ),
        ("mission over before the letter", World { until: "2026-09-10", ..before() }),
        ("end of mission", World { until: "2026-12-31", ..before() }),
        ("head, in office since", World { head: ("Leroy", "2026-11-01"), ..before() }),
        ("head, misspelt before", World { head: ("Durant", "2020-09-01"), ..before() }),
        (
            "head, in office since, copy ordered",
            World {
                head: ("Leroy", "2026-11-01"),
                orders: judged(Materiality::Cosmetic),
                ..before()
            },
        ),
        (
            "head, in office since, new letter ordered",
            World {
                head: ("Leroy", "2026-11-01"),
                orders: judged(Materiality::Substantive),
                ..before()
            },
        ),
        ("same head, confirmed in office", World { head: ("Durand", "2026-11-01"), ..before() }),
        (
            "head in office since, and referent",
            World { head: ("Leroy", "2026-11-01"), referent: "Martinez", ..before() },
        ),
        (
            "to go once more",
            World {
                orders: Orders {
                    again: BTreeSet::from([REFERENCE.to_owned()]),
                    ..Orders::default()
                },
                ..before()
            },
        ),
        ("address", World { email: "contact@academie.example", ..before() }),
    ]
}

/// One line: what is done, and what was asked for it.
fn line(decision: &LetterDecision<RenderedHashes>, asked: [usize; 3]) -> String {
    let planned = &decision.planned;
    let mut words = vec![match (planned.action, planned.act) {
        (Action::Create, _) => "create".to_owned(),
        (Action::Update, _) => "update".to_owned(),
        (Action::Keep, _) => "keep".to_owned(),
        (Action::Readdress, _) => "readdress".to_owned(),
        (Action::Withdraw, _) => "withdraw".to_owned(),
        (Action::Reissue | Action::End, act) => {
            let signature = match decision.issue.signature() {
                SignatureRequest::Asked => "",
                SignatureRequest::Information => " for information",
                SignatureRequest::Kept => " that keeps signatures",
            };
            format!("{} r{}{signature}", act.map_or("", |act| act.as_str()), planned.revision)
        }
    }];
    words.push(planned.materiality.as_str().to_owned());
    let current = match &decision.current {
        CurrentRevision::Kept(_) => "kept",
        CurrentRevision::Made(_) => "new",
        CurrentRevision::Undecided => "undecided",
    };
    words.push(current.to_owned());
    let flags = [
        (decision.pending, "to send"),
        (!decision.drops.is_empty(), "takes a draft back"),
        (decision.came_back, "must wait"),
        (planned.note.is_some(), "with a note"),
    ];
    words.extend(flags.into_iter().filter(|(is_so, _)| *is_so).map(|(_, word)| word.to_owned()));
    let judged = decision.judged.iter();
    words.extend(judged.map(|judged| format!("remembers {}", judged.change.materiality.as_str())));
    let [content, rendered, stored] = asked;
    format!("{} | {content} {rendered} {stored}", words.join(", "))
}

#[test]
#[expect(clippy::disallowed_methods, reason = "it writes its table anew where that is asked for")]
fn every_state_against_every_change() {
    // States that are decided alike share their lines.
    let mut blocks: Vec<(Vec<&str>, String)> = Vec::new();
    for (state, ledger) in states() {
        let lines = changes().into_iter().map(|(change, world)| {
            let (decision, asked) = decided(&world, &ledger);
            format!("  {change:35} {}\n", line(&decision, asked))
        });
        let lines: String = lines.collect();
        match blocks.iter_mut().find(|(_, known)| *known == lines) {
            Some((states, _)) => states.push(state),
            None => blocks.push((vec![state], lines)),
        }
    }
    let blocks = blocks.iter().map(|(states, lines)| format!("{}\n{lines}", states.join("\n")));
    let table = blocks.collect::<Vec<_>>().join("\n");
    if std::env::var_os("MISSIVE_FIXTURES").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/plan/decision/decide/decisions.txt");
        std::fs::write(path, &table).unwrap();
        return;
    }
    compare(&table, include_str!("decisions.txt"));
}

#[test]
fn a_late_letter_is_dated_the_day_it_is_first_made() {
    let states: BTreeMap<_, _> = states().into_iter().collect();
    let amended = "[[campaign.amendment]]\ndate = 2026-11-20\nact = \"amendment\"\n";
    let changed = || World { referent: "Martinez", ..World::before() };
    let answered = Orders { reply_by: Some(date(2027, 2, 1)), ..Orders::default() };
    for (state, world, day, made) in [
        ("never made", changed(), date(2026, 9, 20), None),
        ("ready", changed(), date(2026, 9, 20), None),
        ("never made, others handed over", changed(), TODAY, Some(TODAY)),
        ("late, made", changed(), LATE, Some(LATE)),
        ("late, made", World::before(), LATE, Some(LATE)),
        ("late, made", World { amendment: amended, ..changed() }, date(2026, 11, 20), Some(LATE)),
        (
            "never made, others handed over",
            World { reply_by: "2026-11-01", orders: answered, ..changed() },
            TODAY,
            Some(TODAY),
        ),
    ] {
        let (decision, _) = decided(&world, &states[state]);
        assert_eq!((decision.issue.date, decision.issue.first_made), (day, made), "{state}");
        assert!(decision.pending && decision.planned.note.is_none(), "{state}");
    }
    // A correction stays under the rules of the day its letter was first made.
    let mut sent = states["late, made"].clone();
    let draft = sent.letter().draft.take();
    sent.letter().issued = draft;
    sent.message(&World::before(), MessageState::HandedOver, 1);
    let (decision, _) = decided(&changed(), &sent);
    let issue = decision.issue;
    assert_eq!((issue.revision, issue.date, issue.first_made), (2, TODAY, Some(LATE)));
}

#[test]
fn what_was_judged_once_is_not_rendered_again() {
    for (state, ledger) in states() {
        for (change, world) in changes() {
            if world.orders != Orders::default() {
                continue;
            }
            let mut ledger = ledger.clone();
            let (first, _) = decided(&world, &ledger);
            remember(&mut ledger, &first);
            if first.judged.is_empty() {
                continue;
            }
            let (second, [_, rendered, _]) = decided(&world, &ledger);
            let is_new = matches!(second.current, CurrentRevision::Made(_));
            assert_eq!(rendered, usize::from(is_new), "{state}, {change}");
            assert_eq!(first.planned.action, second.planned.action, "{state}, {change}");
        }
    }
}

fn compare(found: &str, expected: &str) {
    let pairs = found.lines().zip(expected.lines()).filter(|(found, expected)| found != expected);
    let differing: Vec<String> =
        pairs.map(|(found, expected)| format!("is  {found}\nnot {expected}")).collect();
    assert!(found == expected, "{}\n\n{found}", differing.join("\n"));
}
