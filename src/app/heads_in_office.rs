//! A head whose record says a later first day: until then the school has the head whom its last letter names.
//!
//! Records name one head of a school. An office that notes in November who comes on 1 January says nothing about
//! November: no letter changes before, and whoever is written to is the head in office.

use crate::ledger::{Ledger, LedgerError};
use crate::letter::former_head;
use crate::letter::french::full_name;
use crate::plan::history::{CampaignHistory, LetterEntry, RevisionEntry};
use crate::records::people::{Establishment, Head};
use crate::records::record_set::Records;
use jiff::civil::Date;
use serde::Serialize;

/// A head who is not in office yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ComingHead {
    /// The school.
    pub uai: String,
    /// Its name and code.
    #[serde(skip)]
    pub school: String,
    /// Who comes.
    pub name: String,
    /// From which day.
    pub since: Date,
    /// Who is in office until then; none where the post is vacant.
    pub until_then: Option<String>,
}

/// Whether a record names a head who comes later.
pub fn some_come_later(records: &Records, today: Date) -> bool {
    records.establishments.iter().any(|school| comes_later(school, today).is_some())
}

fn comes_later(school: &Establishment, today: Date) -> Option<(&Head, Date)> {
    let head = school.head.as_ref()?;
    let since = head.since.as_ref()?.value.0;
    (since > today).then_some((head, since))
}

/// Gives the records of such schools the head in office, and tells who comes. A school whose letters name nobody
/// else keeps what its record says.
///
/// # Errors
/// The ledger cannot be read.
pub fn keep_heads_in_office(
    records: &mut Records,
    ledger: &Ledger,
    today: Date,
) -> Result<Vec<ComingHead>, LedgerError> {
    let mut coming = Vec::new();
    let histories = records.campaigns.iter().map(|one| ledger.history(one.id.as_str()));
    let histories: Vec<CampaignHistory> = histories.collect::<Result<_, _>>()?;
    for school in &mut records.establishments {
        let Some((head, since)) = comes_later(school, today) else { continue };
        let Some(in_office) = head_in_office(school, &histories, ledger, today)? else { continue };
        coming.push(ComingHead {
            uai: school.uai.value.to_string(),
            school: school.label(),
            name: label(head),
            since,
            until_then: in_office.as_ref().map(label),
        });
        school.head = in_office;
    }
    Ok(coming)
}

fn label(head: &Head) -> String {
    let civility = head.civility.as_ref().map(|civility| civility.value);
    full_name(civility, &head.given_name.value, &head.family_name.value)
}

/// The head whom the last letter of a school names and who has come into office; nothing where there is no such
/// letter, or it names the same person.
fn head_in_office(
    school: &Establishment,
    histories: &[CampaignHistory],
    ledger: &Ledger,
    today: Date,
) -> Result<Option<Option<Head>>, LedgerError> {
    let of_school = |letter: &&LetterEntry| letter.uai == school.uai.as_str();
    let letters = histories.iter().flat_map(|history| history.letters.values().filter(of_school));
    let mut revisions: Vec<&RevisionEntry> =
        letters.flat_map(|letter| letter.handed_over().chain(&letter.draft)).collect();
    revisions.sort_by_key(|revision| revision.id);
    for revision in revisions.into_iter().rev() {
        let content = ledger.stored(revision.id)?.content;
        let printed = &content["establishment"]["head"];
        let Some(printed) = former_head::head(printed, school.place) else { continue };
        let since = printed.as_ref().and_then(|head| head.since.as_ref());
        if since.is_none_or(|since| since.value.0 <= today) {
            return Ok((!is_same_person(printed.as_ref(), school.head.as_ref())).then_some(printed));
        }
    }
    Ok(None)
}

fn is_same_person(one: Option<&Head>, other: Option<&Head>) -> bool {
    let name = |head: &Head| (head.given_name.value.clone(), head.family_name.value.clone());
    one.map(name) == other.map(name)
}
