//! Signed letters taken back: each file proven, its bytes in the store, the ledger told.

use super::countersign_result::CountersignResult;
use super::prove::{CountersignContext, prove};
use super::refusal::CountersignRefusal;
use crate::archive::file_kind::FileKind;
use crate::archive::intake::item::{IntakeProblem, Item, Limits};
use crate::archive::intake::walk::walk;
use crate::ledger::LedgerError;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;

/// Takes signed letters back, and reports each file. The first error of the ledger ends it.
pub fn import(
    context: &CountersignContext<'_>,
    paths: &[PathBuf],
    mut report: impl FnMut(CountersignResult),
) -> (Vec<IntakeProblem>, Result<(), LedgerError>) {
    let mut problems = Vec::new();
    let mut ended = Ok(());
    let mut taken: BTreeMap<i64, String> = BTreeMap::new();
    for path in paths {
        let found = walk(path, &Limits::default(), &mut |item| {
            // The list that export writes beside the letters is no letter.
            if item.kind != FileKind::Pdf {
                return ControlFlow::Continue(());
            }
            match take(context, &item, &mut taken) {
                Ok(result) => {
                    report(result);
                    ControlFlow::Continue(())
                }
                Err(error) => {
                    ended = Err(error);
                    ControlFlow::Break(())
                }
            }
        });
        problems.extend(found.problems());
        if ended.is_err() {
            break;
        }
    }
    (problems, ended)
}

fn take(
    context: &CountersignContext<'_>,
    item: &Item,
    taken: &mut BTreeMap<i64, String>,
) -> Result<CountersignResult, LedgerError> {
    let mut result = CountersignResult {
        label: item.label.clone(),
        reference: None,
        signer: String::new(),
        refused: None,
        is_known: false,
    };
    match prove(context, item, &mut result) {
        Err(refusal) => {
            context.ledger.ensure_sound()?;
            result.refused = Some(refusal);
        }
        Ok(Some(known)) if taken.contains_key(&known.id) => {
            let other = taken.get(&known.id).cloned().unwrap_or_default();
            result.refused = Some(CountersignRefusal::TakenTwice { other });
        }
        Ok(Some(known)) => {
            let issued = context.ledger.store.put(&item.bytes)?;
            context.ledger.write(|change| {
                change.countersign(known.id, &known.reference, &issued, &result.signer)
            })?;
            taken.insert(known.id, item.label.clone());
        }
        Ok(None) => result.is_known = true,
    }
    Ok(result)
}
