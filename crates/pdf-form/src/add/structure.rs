//! Elements of structure for fields (ISO 32000-1, 14.7 and 14.8.4.5; ISO 14289-1, 7.18.4): a `Form`
//! element for each widget, behind the block of its caption.

use super::add_error::AddError;
use super::update::Update;
use crate::pdf::limits::MAX_DEPTH;
use lopdf::{Dictionary, Object, ObjectId, dictionary};

/// Elements that hold blocks; anything else is a block, or a part of one (tables 333 to 340).
const GROUPS: [&[u8]; 11] = [
    b"Document",
    b"Part",
    b"Art",
    b"Sect",
    b"Div",
    b"BlockQuote",
    b"TD",
    b"TH",
    b"LBody",
    b"NonStruct",
    b"Private",
];

/// Where the element of a field goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StructurePlace {
    /// The element above it.
    pub parent: ObjectId,
    /// The element before it.
    pub before: ObjectId,
}

/// The place behind the block that an element is, or is a part of.
pub(crate) fn place_behind(
    update: &Update<'_>,
    structure_root: ObjectId,
    element: ObjectId,
) -> Option<StructurePlace> {
    let mut before = element;
    for _ in 0..MAX_DEPTH {
        let parent = update.dictionary(before)?.get(b"P").ok()?.as_reference().ok()?;
        if parent == structure_root || is_group(update, structure_root, parent) {
            return Some(StructurePlace { parent, before });
        }
        before = parent;
    }
    None
}

/// Whether an element holds blocks, its own type read through the map of roles.
fn is_group(update: &Update<'_>, structure_root: ObjectId, element: ObjectId) -> bool {
    let roles = update
        .dictionary(structure_root)
        .and_then(|root| update.resolved(root.get(b"RoleMap").ok()?)?.as_dict().ok());
    let written = update.dictionary(element).and_then(|found| found.get(b"S").ok()?.as_name().ok());
    let mut role = written.unwrap_or_default();
    for _ in 0..MAX_DEPTH {
        let mapped = roles.and_then(|roles| roles.get(role).ok()?.as_name().ok());
        match mapped {
            Some(mapped) if !GROUPS.contains(&role) => role = mapped,
            _ => break,
        }
    }
    GROUPS.contains(&role)
}

/// The element of a widget.
pub(crate) fn form_element(parent: ObjectId, page: ObjectId, widget: ObjectId) -> Dictionary {
    let content = dictionary! { "Type" => "OBJR", "Pg" => page, "Obj" => widget };
    dictionary! {
        "Type" => "StructElem",
        "S" => "Form",
        "P" => parent,
        "Pg" => page,
        "K" => content,
    }
}

/// Puts an element among the kids of its parent.
pub(crate) fn insert_element(
    update: &mut Update<'_>,
    place: StructurePlace,
    element: ObjectId,
) -> Result<(), AddError> {
    let missing = AddError::NotTagged("K");
    let mut parent = update.dictionary(place.parent).cloned().ok_or(missing.clone())?;
    let mut kids = match parent.get(b"K") {
        Ok(Object::Reference(id)) if update.dictionary(*id).is_some() => {
            vec![Object::Reference(*id)]
        }
        _ => update.array(&parent, b"K"),
    };
    let before = kids.iter().position(|kid| kid.as_reference().ok() == Some(place.before));
    kids.insert(before.ok_or(missing)? + 1, element.into());
    parent.set("K", kids);
    update.replace(place.parent, parent);
    Ok(())
}
