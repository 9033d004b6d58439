//! The profiles of a project, and which of them a spreadsheet fits.

use crate::app::error::{ErrorKind, UserError};
use crate::app::importing::record_files::BYTE_ORDER_MARK;
use crate::diagnostic::{Problem, Sources};
use crate::files;
use crate::import::extract::columns::{HeaderMatch, find_header};
use crate::import::extract::like_columns::{MissingColumn, missing_columns};
use crate::import::profile::{BUILT_IN, Profile};
use crate::project::folder::Project;
use crate::project::sync_copies::is_marked_copy;
use sheet_reader::Workbook;
use std::cmp::Reverse;
use std::path::{Path, PathBuf};

/// The profiles of a project, then the built-in ones that it does not replace; what is wrong with its
/// own.
#[derive(Default)]
pub struct Profiles {
    /// Those that are sound.
    pub all: Vec<Profile>,
    /// What is wrong with the others.
    pub problems: Vec<Problem>,
    /// The texts the problems point into.
    pub sources: Sources,
    /// Names of those that are not sound.
    broken: Vec<String>,
}

/// Why no profile could be chosen.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// No profile has the name that was asked for.
    #[error("le profil « {asked} » n'existe pas")]
    Unknown {
        /// The name.
        asked: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// It has mistakes, which are among [`Profiles::problems`].
    #[error("le profil « {0} » a des erreurs")]
    Broken(String),
    /// The spreadsheet has not its columns.
    #[error("ce fichier n'a pas les colonnes du profil « {asked} »{} ; on y lit : {}", shown_missing(.missing), shown_header(.header))]
    DoesNotFit {
        /// The columns that the profile cannot do without.
        missing: Vec<MissingColumn>,
        /// The name.
        asked: String,
        /// The columns that the spreadsheet has.
        header: Vec<String>,
        /// The spreadsheet.
        source_path: PathBuf,
    },
    /// No profile fits.
    #[error("aucun profil n'a ces colonnes : {}", shown_header(.header))]
    NoneFits {
        /// The columns that the spreadsheet has.
        header: Vec<String>,
        /// The spreadsheet.
        source_path: PathBuf,
    },
    /// Several fit equally well.
    #[error("plusieurs profils conviennent : {}", .0.join(", "))]
    SeveralFit(Vec<String>),
}

fn shown_missing(missing: &[MissingColumn]) -> String {
    let names: Vec<String> = missing.iter().map(ToString::to_string).collect();
    match names.is_empty() {
        true => String::new(),
        false => format!(" ; il manque {}", names.join(", ")),
    }
}

fn shown_header(names: &[String]) -> String {
    match names.is_empty() {
        true => "une seule colonne".to_owned(),
        false => names.join(", "),
    }
}

impl UserError for ProfileError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Broken(_) => ErrorKind::InvalidProject,
            _ => ErrorKind::Usage,
        }
    }

    fn todo(&self) -> String {
        let new = |path: &Path| {
            format!("missive import {} --new-profile NOM", printable_text::of_path(path))
        };
        match self {
            Self::Unknown { known, .. } => format!("les profils connus : {}", known.join(", ")),
            Self::Broken(_) => "les corriger dans profiles/, puis relancer".to_owned(),
            Self::DoesNotFit { source_path, .. } => format!(
                "ajouter ces noms de colonnes au profil, ou en faire un autre : {}",
                new(source_path)
            ),
            Self::NoneFits { source_path, .. } => {
                format!("faire un profil pour ce fichier : {}", new(source_path))
            }
            Self::SeveralFit(_) => "dire lequel avec --profile".to_owned(),
        }
    }
}

impl Profiles {
    /// Reads the profiles of a project.
    pub fn read(project: &Project) -> Self {
        let mut profiles = Self::default();
        let found = files::walk(&project.path("profiles")).unwrap_or_default();
        for (path, place) in found {
            let Some(name) = path.strip_suffix(".toml").filter(|name| !name.contains('/')) else {
                continue;
            };
            profiles.read_one(name, &place);
        }
        profiles.set_copies_aside();
        for (name, _) in BUILT_IN {
            let is_there = profiles.all.iter().any(|profile| profile.name == name);
            if !is_there && !profiles.broken.iter().any(|broken| broken == name) {
                profiles.all.extend(Profile::built_in(name));
            }
        }
        profiles
    }

    /// A copy that a sync program made beside a profile fits whatever that one fits: it is no choice.
    fn set_copies_aside(&mut self) {
        let built_in = BUILT_IN.iter().map(|(name, _)| (*name).to_owned());
        let names: Vec<String> = names_of(&self.all).into_iter().chain(built_in).collect();
        let original = |copy: &str| names.iter().find(|name| is_marked_copy(copy, name));
        let copies =
            self.all.iter().filter_map(|copy| Some((copy.name.clone(), original(&copy.name)?)));
        let copies: Vec<(String, &String)> = copies.collect();
        self.all.retain(|profile| !copies.iter().any(|(copy, _)| *copy == profile.name));
        self.problems.extend(copies.into_iter().map(|(copy, original)| {
            let message =
                format!("profiles/{copy}.toml est une copie du profil « {original} » : laissée");
            Problem::warning("W-COPY", message)
                .help("comparer les deux fichiers, puis sortir la copie du dossier profiles/")
        }));
    }

    fn read_one(&mut self, name: &str, place: &Path) {
        let shown = format!("profiles/{name}.toml");
        let text = files::read(place).map_err(|error| files::reason(&error)).and_then(|bytes| {
            let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).map(<[u8]>::to_vec).unwrap_or(bytes);
            String::from_utf8(bytes).map_err(|_| "il n'est pas en UTF-8".to_owned())
        });
        let profile = match text {
            Ok(text) => {
                let id = self.sources.add(shown, text);
                Profile::read(name, id, &self.sources, &mut self.problems)
            }
            Err(why) => {
                let message = format!("{shown} ne peut pas être lu : {why}");
                let problem = Problem::error("E-PROFILE", message);
                self.problems.push(problem.help("enregistrer le fichier en UTF-8"));
                None
            }
        };
        match profile {
            Some(profile) => self.all.push(profile),
            None => self.broken.push(name.to_owned()),
        }
    }

    /// The profile that was asked for by name, or the one that fits a spreadsheet best; and where it
    /// finds its header.
    pub fn choose(
        &self,
        source: &Path,
        workbook: &Workbook,
        asked: Option<&str>,
    ) -> Result<(&Profile, HeaderMatch), ProfileError> {
        match asked {
            Some(name) => self.choose_named(source, workbook, name),
            None => self.choose_fitting(source, workbook),
        }
    }

    fn choose_named(
        &self,
        source: &Path,
        workbook: &Workbook,
        name: &str,
    ) -> Result<(&Profile, HeaderMatch), ProfileError> {
        let asked = name.to_owned();
        let Some(profile) = self.all.iter().find(|profile| profile.name == name) else {
            return Err(match self.broken.iter().any(|broken| broken == name) {
                true => ProfileError::Broken(asked),
                false => ProfileError::Unknown { asked, known: names_of(&self.all) },
            });
        };
        match find_header(workbook, profile) {
            Some(header) => Ok((profile, header)),
            None => Err(ProfileError::DoesNotFit {
                missing: missing_columns(workbook, profile),
                asked,
                header: header_to_show(workbook),
                source_path: source.to_owned(),
            }),
        }
    }

    fn choose_fitting(
        &self,
        source: &Path,
        workbook: &Workbook,
    ) -> Result<(&Profile, HeaderMatch), ProfileError> {
        let mut fit: Vec<(&Profile, HeaderMatch)> = self
            .all
            .iter()
            .filter_map(|profile| Some((profile, find_header(workbook, profile)?)))
            .collect();
        fit.sort_by_key(|(_, header)| (header.is_hidden, Reverse(header.score)));
        match fit.as_slice() {
            [] => Err(ProfileError::NoneFits {
                header: header_to_show(workbook),
                source_path: source.to_owned(),
            }),
            [(one, first), (other, second), ..]
                if (first.score, first.is_hidden) == (second.score, second.is_hidden) =>
            {
                Err(ProfileError::SeveralFit(vec![one.name.clone(), other.name.clone()]))
            }
            [(profile, header), ..] => Ok((profile, header.clone())),
        }
    }
}

fn names_of(profiles: &[Profile]) -> Vec<String> {
    profiles.iter().map(|profile| profile.name.clone()).collect()
}

/// The first row with several texts, for a person who wonders what was read; nothing where there is
/// none.
fn header_to_show(workbook: &Workbook) -> Vec<String> {
    let rows = workbook.sheets.iter().flat_map(|sheet| &sheet.rows);
    let mut several =
        rows.filter(|row| row.cells.iter().filter(|cell| !cell.is_blank()).count() > 1);
    several.next().map_or_else(Vec::new, |row| {
        let texts = row.cells.iter().filter(|cell| !cell.is_blank());
        texts.take(12).map(|cell| cell.text().chars().take(40).collect()).collect()
    })
}
