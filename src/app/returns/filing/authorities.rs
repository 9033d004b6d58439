//! The certificates of the authorities whose signatures count, read from folders of the project.

use crate::archive::wording::trust_store;
use crate::files;
use crate::project::folder::Project;
use crate::records::table_reader::Located;
use crate::records::values::SingleLine;
use pdf_signature::TrustStore;

/// The authorities that the office chose, and what a person should know about their certificates.
#[derive(Default)]
pub struct ChosenAuthorities {
    /// Certificates of the chosen authorities.
    pub store: TrustStore,
    /// French sentences about certificates that cannot be used.
    pub warnings: Vec<String>,
}

/// Reads the authorities from a folder, and from another one those that stamp times. A folder that is
/// not named in the settings means that no authority was chosen.
pub fn read_authorities(
    project: &Project,
    folder: Option<&Located<SingleLine>>,
    stamping: Option<&Located<SingleLine>>,
) -> ChosenAuthorities {
    let read = |folder: Option<&Located<SingleLine>>| {
        let certificates = |folder: &Located<SingleLine>| certificates(project, &folder.value);
        folder.map(certificates).unwrap_or_default()
    };
    let (signing, stamping) = (read(folder), read(stamping));
    ChosenAuthorities {
        store: signing.store.with_timestamping(stamping.store),
        warnings: signing.warnings.into_iter().chain(stamping.warnings).collect(),
    }
}

fn certificates(project: &Project, folder: &str) -> ChosenAuthorities {
    let mut warnings = Vec::new();
    let mut texts = Vec::new();
    match files::walk(&project.path(folder)) {
        Ok(found) if found.is_empty() => {
            warnings
                .push(format!("aucun certificat dans {folder} : aucune autorité n'est reconnue"));
        }
        Ok(found) => {
            for (name, path) in found {
                match files::read(&path) {
                    Ok(bytes) => texts.push((format!("{folder}/{name}"), bytes)),
                    Err(error) => warnings.push(format!(
                        "{folder}/{name} ne peut pas être lu : {}",
                        files::reason(&error)
                    )),
                }
            }
        }
        Err(error) => {
            warnings.push(format!("{folder} ne peut pas être lu : {}", files::reason(&error)));
        }
    }
    let (store, problems) = TrustStore::read(&texts);
    warnings.extend(problems.iter().map(trust_store::problem));
    ChosenAuthorities { store, warnings }
}
