//! The columns of the workbook: how each is headed, which field of which record it shows, and the profile by
//! which it is read back.

use crate::import::profile::{MergeRule, Profile, ProfileColumn};
use crate::import::record_target::RecordTarget;
use crate::records::spelling;

/// The sheet of schools and their heads.
pub(super) const SCHOOLS_SHEET: &str = "Établissements";
/// The sheet of referents, one row an assignment.
pub(super) const REFERENTS_SHEET: &str = "Référents";
/// A column that is there to be read: changing it changes nothing.
pub(super) const SCHOOL_NAME: &str = "Établissement (pour lire)";

/// Kinds and sectors as a person calls them.
const KINDS: [(&str, &str); 6] = [
    ("college", "collège"),
    ("lycee", "lycée"),
    ("lycee-professionnel", "lycée professionnel"),
    ("lycee-polyvalent", "lycée polyvalent"),
    ("erea", "EREA"),
    ("other", "autre"),
];
const SECTORS: [(&str, &str); 2] = [("public", "public"), ("private", "privé")];

/// How many columns a list has.
#[derive(Clone, Copy, Debug)]
pub(super) struct ListSizes {
    pub(super) address: usize,
    pub(super) priorities: usize,
}

impl Default for ListSizes {
    fn default() -> Self {
        Self { address: 3, priorities: 3 }
    }
}

/// One column.
#[derive(Clone, Debug)]
pub(super) struct WorkbookColumn {
    /// What stands above it.
    pub(super) heading: String,
    /// What it shows; none of a column that is there to be read.
    pub(super) target: Option<RecordTarget>,
    /// The field of the record.
    pub(super) field: &'static str,
    /// Which of the values of a list.
    pub(super) item: usize,
    /// Its width, in characters.
    pub(super) width: f64,
}

fn column(target: RecordTarget, field: &'static str, heading: &str, width: f64) -> WorkbookColumn {
    WorkbookColumn { heading: heading.to_owned(), target: Some(target), field, item: 0, width }
}

/// Columns of a list, numbered from 1.
fn list(field: &'static str, heading: &str, size: usize) -> Vec<WorkbookColumn> {
    let one = |item: usize| WorkbookColumn {
        item,
        ..column(RecordTarget::Establishment, field, &format!("{heading} {}", item + 1), 26.0)
    };
    (0..size).map(one).collect()
}

/// The columns of the sheet of schools.
pub(super) fn school_columns(sizes: ListSizes) -> Vec<WorkbookColumn> {
    let of = |field, heading, width| column(RecordTarget::Establishment, field, heading, width);
    let head = |field, heading, width| column(RecordTarget::Head, field, heading, width);
    let mut columns = vec![
        of("uai", "Code UAI", 11.0),
        of("name", "Nom", 34.0),
        of("kind", "Type", 18.0),
        of("sector", "Secteur", 9.0),
        of("site", "Cité scolaire", 22.0),
    ];
    columns.extend(list("address", "Adresse", sizes.address));
    columns.extend([
        of("postcode", "Code postal", 11.0),
        of("city", "Commune", 20.0),
        of("email", "Adresse électronique", 34.0),
        of("phone", "Téléphone", 15.0),
        of("authority", "Collectivité", 28.0),
        of("digital_workspace", "ENT", 18.0),
        head("civility", "Civilité du chef", 9.0),
        head("given_name", "Prénom du chef", 16.0),
        head("family_name", "Nom du chef", 18.0),
        head("function", "Fonction du chef", 16.0),
        head("since", "En fonction depuis", 13.0),
        head("acting", "Par intérim", 9.0),
    ]);
    columns.extend(list("priorities", "Priorité", sizes.priorities));
    columns
        .extend([of("closed", "Fermé le", 13.0), of("merged_into", "Repris par (code UAI)", 13.0)]);
    columns
}

/// The columns of the sheet of referents.
pub(super) fn referent_columns() -> Vec<WorkbookColumn> {
    let of = |field, heading, width| column(RecordTarget::Referent, field, heading, width);
    let read_only = WorkbookColumn { target: None, ..of("name", SCHOOL_NAME, 34.0) };
    vec![
        of("id", "Identifiant", 20.0),
        of("civility", "Civilité", 9.0),
        of("given_name", "Prénom", 16.0),
        of("family_name", "Nom", 18.0),
        of("email", "Adresse électronique", 34.0),
        of("post", "Fonction", 30.0),
        of("uai", "Code UAI", 11.0),
        read_only,
        of("since", "Désigné depuis", 13.0),
        of("until", "Jusqu’au", 13.0),
        of("end_reason", "Motif de fin", 20.0),
        of("allowance", "Indemnité", 16.0),
        of("allowance_granted", "Indemnité accordée le", 13.0),
    ]
}

/// The word of a closed list as a person calls it.
pub(super) fn french_word(field: &str, word: &str) -> String {
    let words: &[(&str, &str)] = match field {
        "kind" => &KINDS,
        "sector" => &SECTORS,
        _ => &[],
    };
    let found = words.iter().find(|(key, _)| *key == word);
    found.map_or(word, |(_, french)| french).to_owned()
}

/// The profile by which the columns of one kind of record are read back.
pub(super) fn profile(target: RecordTarget, columns: &[WorkbookColumn]) -> Profile {
    let (title, sheet) = match target {
        RecordTarget::Head => ("Chefs d’établissement", SCHOOLS_SHEET),
        RecordTarget::Referent | RecordTarget::Allowance => (REFERENTS_SHEET, REFERENTS_SHEET),
        RecordTarget::Establishment => (SCHOOLS_SHEET, SCHOOLS_SHEET),
    };
    let is_key = |column: &WorkbookColumn| column.field == "uai" && column.target.is_some();
    let read = columns.iter().filter(|column| column.target == Some(target) || is_key(column));
    Profile {
        name: "fiches".to_owned(),
        title: title.to_owned(),
        target,
        file: target.usual_file().to_owned(),
        sheet: Some(sheet.to_owned()),
        columns: read.filter_map(|column| profile_column(target, column)).collect(),
        filters: Vec::new(),
        merge: MergeRule::default(),
        is_verbatim: true,
    }
}

fn profile_column(target: RecordTarget, column: &WorkbookColumn) -> Option<ProfileColumn> {
    let words: &[(&str, &str)] = match column.field {
        "kind" => &KINDS,
        "sector" => &SECTORS,
        _ => &[],
    };
    let known = words.iter().map(|(key, french)| (spelling::folded(french), (*key).to_owned()));
    Some(ProfileColumn {
        field: target.field(column.field)?,
        names: vec![column.heading.clone()],
        constant: None,
        values: known.collect(),
        keep_others: false,
        ignore: Vec::new(),
        when: Vec::new(),
        pattern: None,
        order: None,
        expected: true,
    })
}
