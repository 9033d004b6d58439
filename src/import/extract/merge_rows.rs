//! Rows of one school are one candidate: the best row counts, the others fill what it leaves empty.

use super::extracted_rows::{CandidateRow, ExtractedRows, FieldDifference, MergedRow, RowReason};
use crate::import::record_target::RecordTarget;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Which row of a school counts: the least.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct MergeRank {
    /// Whether the profile wants it last.
    pub(super) avoid: bool,
    /// How many ones stand in the profile's columns for that.
    pub(super) ones: Reverse<usize>,
}

/// Merges the rows of each school. Two heads of one school are rejected: it is unknown which one is
/// right.
pub(super) fn merge_rows(
    extracted: &mut ExtractedRows,
    ranks: &BTreeMap<usize, MergeRank>,
    target: RecordTarget,
) {
    let mut by_uai: BTreeMap<String, Vec<CandidateRow>> = BTreeMap::new();
    for candidate in std::mem::take(&mut extracted.candidates) {
        let uai = candidate.uai().to_owned();
        by_uai.entry(uai).or_default().push(candidate);
    }
    for (uai, mut rows) in by_uai {
        rows.sort_by_key(|candidate| (ranks.get(&candidate.row).copied(), candidate.row));
        let mut rows = rows.into_iter();
        let Some(first) = rows.next() else { continue };
        merge_school(extracted, uai, first, rows, target);
    }
    extracted.candidates.sort_by_key(|candidate| candidate.row);
    extracted.rejected.sort();
}

fn merge_school(
    extracted: &mut ExtractedRows,
    uai: String,
    mut first: CandidateRow,
    others: impl Iterator<Item = CandidateRow>,
    target: RecordTarget,
) {
    let mut merged = Vec::new();
    let mut other_heads = Vec::new();
    for other in others {
        let differs = fill(&mut first, &other, target);
        let is_name = |difference: &FieldDifference| ["nom", "prénom"].contains(&difference.field);
        if target == RecordTarget::Head && differs.iter().any(is_name) {
            other_heads.push(other.row);
        }
        merged.push(MergedRow { row: other.row, into: first.row, key: uai.clone(), differs });
    }
    if other_heads.is_empty() {
        extracted.merged.append(&mut merged);
        extracted.candidates.push(first);
        return;
    }
    let mut heads = other_heads;
    merged.retain(|row| !heads.contains(&row.row));
    heads.push(first.row);
    heads.sort_unstable();
    let list: Vec<String> = heads.iter().map(ToString::to_string).collect();
    let who = if list.len() > 2 { "plusieurs personnes" } else { "deux personnes" };
    let list = list.join(" et ");
    let reason = format!("{who} pour {uai} (lignes {list}) : n'en garder qu'une");
    let rows = merged.iter().map(|row| row.row).chain(heads);
    extracted.rejected.extend(rows.map(|row| RowReason { row, reason: reason.clone() }));
    extracted.aside.insert(uai, None);
}

/// Fills what a row leaves empty from another row of its school; gives what they say differently.
fn fill(
    first: &mut CandidateRow,
    other: &CandidateRow,
    target: RecordTarget,
) -> Vec<FieldDifference> {
    let differs = first.differs(other, target);
    for (name, more) in &other.fields {
        first.fields.entry(name).or_insert_with(|| more.clone());
    }
    differs
}
