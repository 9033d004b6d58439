//! A profile: which columns of a spreadsheet become which fields of which records.
//!
//! TOML in `profiles/`, read as strictly as the records are; the built-in ones are the same files,
//! embedded. Pure: texts in, profiles and problems out.

use super::heading::Heading;
use super::person_name::NameOrder;
use super::record_target::{ProfileField, RecordTarget};
use crate::diagnostic::{Problem, SourceId, Sources, Span};
use crate::records::spelling;
use crate::records::table_reader::{FromToml, Located, TableReader, ValueError, wrong_type};
use crate::records::toml_errors;
use crate::records::values::SingleLine;
use toml::de::{DeTable, DeValue};

/// The built-in profiles, by name.
pub const BUILT_IN: [(&str, &str); 4] = [
    ("annuaire", include_str!("../../profiles/annuaire.toml")),
    ("chefs", include_str!("../../profiles/chefs.toml")),
    ("referents", include_str!("../../profiles/referents.toml")),
    ("indemnites", include_str!("../../profiles/indemnites.toml")),
];

/// A text of a profile, which may be empty: a blank cell has a name too.
#[derive(Clone, Debug)]
struct ProfileText(String);

impl FromToml for ProfileText {
    const EXPECTED: &'static str = "un texte entre guillemets";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
        match value {
            DeValue::String(text) if text.chars().count() <= 400 => Ok(Self(text.to_string())),
            DeValue::String(_) => Err(ValueError::new("E-TOO-LONG", "ce texte est trop long")),
            other => Err(wrong_type(other, Self::EXPECTED)),
        }
    }
}

fn texts(reader: &mut TableReader<'_, '_>, key: &'static str) -> Vec<String> {
    reader.list::<ProfileText>(key).into_iter().map(|text| text.value.0).collect()
}

/// One column of a profile.
#[derive(Clone, Debug)]
pub struct ProfileColumn {
    /// The field it fills.
    pub field: ProfileField,
    /// Names of the column, the first that is there counts.
    pub names: Vec<String>,
    /// A value for every row, instead of a column.
    pub constant: Option<String>,
    /// Values of cells (folded) and what they stand for.
    pub values: Vec<(String, String)>,
    /// Whether a value that is not among them is kept as it is.
    pub keep_others: bool,
    /// Cells (folded) that mean nothing.
    pub ignore: Vec<String>,
    /// Only where fields filled before have one of these values.
    pub when: Vec<(String, Vec<String>)>,
    /// `{}` stands for the cell.
    pub pattern: Option<String>,
    /// Which part of a whole name comes first.
    pub order: Option<NameOrder>,
    /// Whether the column may be named in the list of what is missing.
    pub expected: bool,
}

/// Which rows count.
#[derive(Clone, Debug)]
pub struct RowFilter {
    /// Names of the column.
    pub names: Vec<String>,
    /// Folded values that are kept; all, if empty.
    pub keep: Vec<String>,
    /// Folded values that are left out.
    pub drop: Vec<String>,
    /// Why, in French.
    pub reason: String,
}

/// Which row of one school counts.
#[derive(Clone, Debug, Default)]
pub struct MergeRule {
    /// Names of the column looked at for `avoid`.
    pub names: Vec<String>,
    /// A row with one of these words (folded) comes last.
    pub avoid: Vec<String>,
    /// Columns of ones and zeros: the row with the most ones comes first.
    pub count_ones_in: Vec<String>,
}

/// A profile: how the columns of a spreadsheet become records.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Its name: that of its file.
    pub name: String,
    /// What it is for.
    pub title: String,
    /// What the rows are.
    pub target: RecordTarget,
    /// Where new records go, relative to the project.
    pub file: String,
    /// The sheet it reads, when it is not the one whose columns fit.
    pub sheet: Option<String>,
    /// The columns that are read.
    pub columns: Vec<ProfileColumn>,
    /// Which rows are left out.
    pub filters: Vec<RowFilter>,
    /// Rows of one school.
    pub merge: MergeRule,
    /// Whether texts are taken as they stand: missive wrote them.
    pub is_verbatim: bool,
}

impl Profile {
    /// Reads a profile; none if it has mistakes.
    pub fn read(
        name: &str,
        id: SourceId,
        sources: &Sources,
        problems: &mut Vec<Problem>,
    ) -> Option<Self> {
        let text = &sources.get(id)?.text;
        let (table, errors) = DeTable::parse_recoverable(text);
        if !errors.is_empty() {
            problems.extend(errors.iter().map(|error| toml_errors::problem(error, id, text)));
            return None;
        }
        let before = problems.len();
        let whole = Span::new(id, 0..0);
        let mut reader = TableReader::new(id, table.get_ref(), whole, "ce profil", problems);
        let profile = Self::of(name, &mut reader);
        reader.finish();
        profile.filter(|_| problems.len() == before)
    }

    /// One of the built-in profiles.
    pub fn built_in(name: &str) -> Option<Self> {
        let (name, text) = BUILT_IN.iter().find(|(known, _)| *known == name)?;
        let mut sources = Sources::default();
        let id = sources.add(format!("profiles/{name}.toml"), *text);
        Self::read(name, id, &sources, &mut Vec::new())
    }

    fn of(name: &str, reader: &mut TableReader<'_, '_>) -> Option<Self> {
        let title: Option<Located<SingleLine>> = reader.optional("title");
        let target: Option<Located<RecordTarget>> = reader.required("records");
        let file: Option<Located<SingleLine>> = reader.optional("file");
        let sheet: Option<Located<SingleLine>> = reader.optional("sheet");
        let merge = reader.table("merge", "[merge]").map(|mut table| {
            let merge = MergeRule {
                names: texts(&mut table, "names"),
                avoid: texts(&mut table, "avoid").iter().map(|w| spelling::folded(w)).collect(),
                count_ones_in: texts(&mut table, "most"),
            };
            table.finish();
            merge
        });
        let target = target.map(|target| target.value);
        let columns =
            reader.tables("column", "cette colonne", |table| ProfileColumn::of(target, table));
        let filters = reader.tables("filter", "ce filtre", RowFilter::of);
        let target = target?;
        let file = match file {
            None => target.usual_file().to_owned(),
            Some(file) => {
                if !is_data_file(&file.value) {
                    reader.report(
                        Problem::error("E-PROFILE", "ce fichier n'est pas un fichier de fiches")
                            .at(file.span)
                            .help("donner un fichier de data/, comme \"data/establishments.toml\""),
                    );
                }
                file.value.to_string()
            }
        };
        for group in target.needed() {
            if !columns.iter().any(|column: &ProfileColumn| group.contains(&column.field.name)) {
                reader.missing("column", &format!("une colonne pour {}", group.join(" ou ")));
            }
        }
        Some(Self {
            name: name.to_owned(),
            title: title.map_or_else(|| name.to_owned(), |title| title.value.to_string()),
            target,
            file,
            sheet: sheet.map(|sheet| sheet.value.to_string()),
            columns,
            filters,
            merge: merge.unwrap_or_default(),
            is_verbatim: false,
        })
    }

    /// How many columns and filters of the profile a header has; none if a column that is needed is missing.
    pub fn fits(&self, header: &[Heading]) -> Option<usize> {
        let has = |names: &[String]| {
            names.iter().any(|name| header.iter().any(|heading| heading.is(name)))
        };
        let filled = |field: &str| {
            let mut columns = self.columns.iter().filter(|column| column.field.name == field);
            columns.any(|column| column.constant.is_some() || has(&column.names))
        };
        let needed = self.target.needed();
        if !needed.iter().all(|group| group.iter().any(|field| filled(field))) {
            return None;
        }
        let filters = self.filters.iter().filter(|filter| has(&filter.names)).count();
        Some(filters + self.columns.iter().filter(|column| has(&column.names)).count())
    }
}

fn is_data_file(path: &str) -> bool {
    path.strip_prefix("data/").is_some_and(|rest| {
        rest.ends_with(".toml")
            && !path.contains(['\\', ':'])
            && !["ledger/", "archive/", "imports/"].iter().any(|folder| rest.starts_with(folder))
            && rest.split('/').all(|part| !part.is_empty() && !part.starts_with('.'))
    })
}

impl ProfileColumn {
    fn of(target: Option<RecordTarget>, reader: &mut TableReader<'_, '_>) -> Option<Self> {
        let name: Option<Located<SingleLine>> = reader.required("field");
        let names = texts(reader, "names");
        let constant: Option<Located<SingleLine>> = reader.optional("constant");
        let values = reader.pairs("values");
        let others: Option<Located<UnlistedValues>> = reader.optional("others");
        let ignore = texts(reader, "ignore");
        let when = reader.pairs("when");
        let pattern: Option<Located<SingleLine>> = reader.optional("pattern");
        let order: Option<Located<NameOrder>> = reader.optional("order");
        let expected: Option<Located<bool>> = reader.optional("required");
        let (name, target) = (name?, target?);
        let Some(field) = target.field(&name.value) else {
            let known: Vec<&str> = target.fields().iter().map(|field| field.name).collect();
            reader.report(
                Problem::error(
                    "E-PROFILE",
                    format!("« {} » n'est pas un champ de {}", &*name.value, target.as_str()),
                )
                .at(name.span)
                .help(format!("les champs possibles : {}", known.join(", "))),
            );
            return None;
        };
        if names.is_empty() && constant.is_none() {
            reader.missing("names", "la liste des noms de la colonne, ou « constant = \"…\" »");
        }
        if let Some(pattern) = pattern.as_ref().filter(|pattern| !pattern.value.contains("{}")) {
            reader.report(
                Problem::error(
                    "E-PROFILE",
                    "« pattern » doit contenir {}, qui tient lieu de la case",
                )
                .at(pattern.span)
                .help("écrire par exemple \"Région {}\""),
            );
        }
        let first = |list: Vec<String>| list.into_iter().next().unwrap_or_default();
        Some(Self {
            field,
            names,
            constant: constant.map(|constant| constant.value.to_string()),
            values: values
                .into_iter()
                .map(|(from, to)| (spelling::folded(&from), first(to)))
                .collect(),
            keep_others: others.is_some_and(|others| others.value == UnlistedValues::Keep),
            ignore: ignore.iter().map(|word| spelling::folded(word)).collect(),
            when,
            pattern: pattern.map(|pattern| pattern.value.to_string()),
            order: order.map(|order| order.value),
            expected: expected.is_none_or(|expected| expected.value),
        })
    }
}

/// What becomes of values that a profile does not list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum UnlistedValues {
    Keep,
    Reject,
}

impl FromToml for UnlistedValues {
    const EXPECTED: &'static str = "\"keep\" ou \"reject\"";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
        match value {
            DeValue::String(text) if text == "keep" => Ok(Self::Keep),
            DeValue::String(text) if text == "reject" => Ok(Self::Reject),
            other => Err(ValueError::new("E-PROFILE", "ce choix n'existe pas").help(format!(
                "écrire {}",
                wrong_type(other, Self::EXPECTED).help.unwrap_or_default()
            ))),
        }
    }
}

impl FromToml for NameOrder {
    const EXPECTED: &'static str = "\"family-first\" ou \"given-first\"";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
        match value {
            DeValue::String(text) if text == "family-first" => Ok(Self::FamilyFirst),
            DeValue::String(text) if text == "given-first" => Ok(Self::GivenFirst),
            _ => Err(ValueError::new("E-PROFILE", "cet ordre n'existe pas").help(
                "écrire \"family-first\" (Martin Claire) ou \"given-first\" (Claire Martin)",
            )),
        }
    }
}

impl RowFilter {
    fn of(reader: &mut TableReader<'_, '_>) -> Option<Self> {
        let names = texts(reader, "names");
        let keep = texts(reader, "keep");
        let drop = texts(reader, "drop");
        let reason: Option<Located<SingleLine>> = reader.required("reason");
        if names.is_empty() {
            reader.missing("names", "la liste des noms de la colonne");
        }
        if keep.is_empty() == drop.is_empty() {
            reader.missing("keep", "la liste des valeurs gardées, ou « drop », celle des écartées");
        }
        let folded = |list: Vec<String>| list.iter().map(|word| spelling::folded(word)).collect();
        Some(Self {
            names,
            keep: folded(keep),
            drop: folded(drop),
            reason: reason?.value.to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<Profile>, Vec<Problem>) {
        let mut sources = Sources::default();
        let id = sources.add("profiles/a.toml", text);
        let mut problems = Vec::new();
        (Profile::read("a", id, &sources, &mut problems), problems)
    }

    #[test]
    fn the_built_in_profiles_are_sound() {
        for (name, text) in BUILT_IN {
            let (profile, problems) = read(text);
            assert!(problems.is_empty(), "{name}: {problems:?}");
            assert!(profile.is_some() && Profile::built_in(name).is_some());
        }
    }

    #[test]
    fn mistakes_of_a_profile_are_told_all_at_once() {
        let (profile, problems) = read(
            "records = \"referent\"\nfile = \"../x.toml\"\n[[column]]\nfield = \"mail\"\nnames = [\"Mail\"]\n[[column]]\nfield = \"uai\"\npattern = \"x\"\n[[filter]]\nnames = [\"A\"]\nreason = \"r\"\n",
        );
        assert!(profile.is_none());
        let codes: Vec<&str> = problems.iter().map(|problem| problem.code).collect();
        assert!(codes.iter().filter(|code| **code == "E-PROFILE").count() >= 3, "{problems:?}");
        assert!(codes.iter().filter(|code| **code == "E-MISSING").count() >= 3, "{problems:?}");
    }

    #[test]
    fn a_profile_fits_a_header_whatever_its_spelling() {
        let profile = Profile::built_in("annuaire").unwrap();
        let header =
            |names: &[&str]| -> Vec<Heading> { names.iter().map(|n| Heading::of(n)).collect() };
        assert!(
            profile
                .fits(&header(&[
                    "identifiant_de_l_etablissement",
                    "NOM ÉTABLISSEMENT",
                    "code postal"
                ]))
                .is_some()
        );
        assert!(profile.fits(&header(&["Nom", "Prénom"])).is_none());
    }
}
