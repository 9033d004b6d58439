//! The tables of a file, found from its end, and grouped by revision.

use super::ambiguity::{Ambiguity, AmbiguityCause};
use super::cursor::{Cursor, is_space};
use super::xref::{XrefTable, closing_lines, xref_table};

/// Most tables that a file may have.
const MAX_TABLES: usize = 100;
/// The last `startxref` begins within so many bytes of the end.
const CLOSING_LENGTH: usize = 64;

/// All tables, newest first; each leads to the one before (ISO 32000-2, 7.5.6).
pub(crate) fn xref_chain(file: &[u8]) -> Result<Vec<XrefTable>, Ambiguity> {
    let is_blank = |byte: &&u8| is_space(**byte) || **byte == 0;
    let trimmed = file.len() - file.iter().rev().take_while(is_blank).count();
    let near = trimmed.saturating_sub(CLOSING_LENGTH);
    let tail = file.get(near..trimmed).unwrap_or_default();
    let keyword = b"startxref";
    let last = tail.windows(keyword.len()).rposition(|window| window == keyword);
    let last = last.ok_or(Ambiguity { offset: near, cause: AmbiguityCause::XrefTable })?;
    let (first, end) = closing_lines(&mut Cursor::new(file, near + last))?;
    if end != trimmed {
        return Err(Ambiguity { offset: end, cause: AmbiguityCause::Unclaimed(trimmed - end) });
    }
    let mut found = Vec::new();
    let mut next = Some(first);
    while let Some(start) = next {
        let table = xref_table(file, start)?;
        next = table.previous()?;
        found.push(table);
        if found.len() > MAX_TABLES {
            return Err(Ambiguity { offset: start, cause: AmbiguityCause::TooMany });
        }
    }
    match found.iter().any(|table| table.end == trimmed) {
        true => Ok(found),
        false => Err(Ambiguity { offset: first, cause: AmbiguityCause::XrefTable }),
    }
}

/// The tables of each revision, oldest first. Every revision has one table, but the first revision
/// of a linearized file (annex F) has two; the one that is read first comes first.
pub(crate) fn by_revision(mut tables: Vec<XrefTable>) -> Result<Vec<Vec<XrefTable>>, Ambiguity> {
    let mut groups = Vec::new();
    let oldest = tables.pop();
    let linearized = matches!((&oldest, tables.last()), (Some(a), Some(b)) if b.start < a.start);
    if let Some(oldest) = oldest {
        let main = if linearized { tables.pop() } else { None };
        groups.push(main.into_iter().chain([oldest]).collect::<Vec<_>>());
    }
    groups.extend(tables.into_iter().rev().map(|table| vec![table]));
    // The offset behind a table is its own; behind the second of two it is that of the first.
    let mut before = 0;
    for group in &groups {
        let (Some(main), Some(last)) = (group.first(), group.last()) else { continue };
        if last.startxref != main.start || main.start < before {
            return Err(Ambiguity { offset: last.start, cause: AmbiguityCause::XrefTable });
        }
        before = last.end;
    }
    Ok(groups)
}
