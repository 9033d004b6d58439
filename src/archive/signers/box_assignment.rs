//! Gives each signer one box at most, so that as many boxes as possible have a signer: augmenting paths
//! in a bipartite graph (Kuhn). There are two or three boxes.

use std::collections::{BTreeMap, BTreeSet};

/// Assigns boxes to signers. `candidates`: the boxes that each signer may have; `order`: the signers,
/// first come first. Gives the signer of each box, as a place in `candidates`.
pub(super) fn assign_boxes<'a>(
    candidates: &[Vec<&'a str>],
    order: impl IntoIterator<Item = usize>,
) -> BTreeMap<&'a str, usize> {
    let mut assigned = BTreeMap::new();
    for signer in order {
        assign(signer, candidates, &mut BTreeSet::new(), &mut assigned);
    }
    assigned
}

/// Finds a box for a signer, moving others to another box where needed; gives whether it could.
fn assign<'a>(
    signer: usize,
    candidates: &[Vec<&'a str>],
    tried: &mut BTreeSet<&'a str>,
    assigned: &mut BTreeMap<&'a str, usize>,
) -> bool {
    for label in candidates.get(signer).into_iter().flatten() {
        if !tried.insert(label) {
            continue;
        }
        let holder = assigned.get(label).copied();
        if holder.is_none_or(|other| assign(other, candidates, tried, assigned)) {
            assigned.insert(label, signer);
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signer_makes_room_for_another_one() {
        let candidates = [vec!["head", "referent"], vec!["head"], vec!["head"]];
        let assigned = assign_boxes(&candidates, [0, 1, 2]);
        assert_eq!(assigned, BTreeMap::from([("head", 1), ("referent", 0)]));
    }
}
