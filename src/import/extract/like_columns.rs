//! A column that a profile wants and a sheet has not: one of a like name may be it, and is proposed.

use super::headings::{HEADER_ROWS, headings_for};
use crate::import::guess::heading_meaning::heading_meaning;
use crate::import::heading::{Heading, bare_heading};
use crate::import::profile::Profile;
use crate::import::record_target::ProfileField;
use crate::records::spelling;
use sheet_reader::{Cell, Row, Workbook};
use std::fmt;

/// How like two names are that are worth a proposal.
const LIKE: f64 = 0.82;

/// A field without its column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingColumn {
    /// How a person calls it.
    pub field: &'static str,
    /// A column that may be it.
    pub like: Option<String>,
}

impl fmt::Display for MissingColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.like {
            Some(like) => write!(f, "« {} » (la colonne « {like} » y ressemble)", self.field),
            None => write!(f, "« {} »", self.field),
        }
    }
}

/// The column of a header that may be a field: its words mean it, or it is spelt almost like one of the
/// names of the profile. One that the profile reads is none.
pub(super) fn like_column(profile: &Profile, field: ProfileField, header: &Row) -> Option<String> {
    let names: Vec<&String> = profile
        .columns
        .iter()
        .filter(|column| column.field.name == field.name)
        .flat_map(|column| &column.names)
        .collect();
    let is_read = |heading: &Heading| {
        profile.columns.iter().any(|column| column.names.iter().any(|name| heading.is(name)))
    };
    let is_like = |text: &String| {
        let folded = spelling::folded(bare_heading(text));
        heading_meaning(profile.target, text) == Some(field.name)
            || names.iter().any(|name| {
                let name = spelling::folded(name);
                let is_long = name.len() >= 4 && folded.len() >= 4;
                is_long
                    && (folded.starts_with(&name) || strsim::jaro_winkler(&folded, &name) >= LIKE)
            })
    };
    let texts = header.cells.iter().map(Cell::text).map(|text| spelling::tidy(&text));
    let mut free = texts.filter(|text| !text.is_empty() && !is_read(&Heading::of(text)));
    free.find(is_like)
}

/// The columns that a profile cannot do without and does not find, in the row of a workbook that has most of
/// the others.
pub fn missing_columns(workbook: &Workbook, profile: &Profile) -> Vec<MissingColumn> {
    let has = |headings: &[Heading], field: &str| {
        let mut columns = profile.columns.iter().filter(|column| column.field.name == field);
        columns.any(|column| {
            column.constant.is_some()
                || column.names.iter().any(|name| headings.iter().any(|heading| heading.is(name)))
        })
    };
    let needed = profile.target.needed();
    let missing = |headings: &[Heading]| -> Vec<&'static str> {
        let groups = needed.iter().filter(|group| !group.iter().any(|field| has(headings, field)));
        groups.filter_map(|group| group.first().copied()).collect()
    };
    let rows = workbook.sheets.iter().flat_map(|sheet| {
        let rows = sheet.rows.iter().take(HEADER_ROWS).enumerate();
        rows.map(move |(at, row)| (headings_for(profile.target, sheet, at), row))
    });
    let best = rows
        .filter(|(headings, _)| missing(headings).len() < needed.len())
        .min_by_key(|(headings, _)| missing(headings).len());
    let Some((headings, row)) = best else { return Vec::new() };
    let fields = missing(&headings).into_iter().filter_map(|name| profile.target.field(name));
    fields
        .map(|field| MissingColumn { field: field.french, like: like_column(profile, field, row) })
        .collect()
}
