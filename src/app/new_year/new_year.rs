//! A renewal put together: read, decided, checked against the year before, written at once.

use crate::app::importing::import_file::{Shelf, ShelfError};
use crate::app::new_year::campaign_file::{Dates, Uncopied, text};
use crate::app::new_year::cases::{Answered, Case, Unknown, cases, unknown};
use crate::app::new_year::record_changes::{Changes, changes};
use crate::app::resolve_campaign::resolve;
use crate::app::resolved_campaign::ResolveOptions;
use crate::app::workspace::Workspace;
use crate::diagnostic::{Problem, Sources};
use crate::import::edit::{self, Unchangeable};
use crate::import::stock::File;
use crate::project::folder::Project;
use crate::project::load::Loaded;
use crate::project::replace_files::{self, ReplaceError, Replacement};
use crate::records::campaign::Campaign;
use crate::records::people::Establishment;
use crate::records::values::{CampaignId, SchoolYear};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Why a renewal cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum RenewalError {
    /// The records cannot be read as texts.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
    /// The campaign's file cannot be copied.
    #[error(transparent)]
    Uncopied(#[from] Uncopied),
    /// A record cannot be changed where it stands.
    #[error(transparent)]
    Unchangeable(#[from] Unchangeable),
    /// Letters of the year before would change.
    #[error("des lettres de la campagne d'avant changeraient : {}", .0.join(", "))]
    NotIntact(Vec<String>),
    /// The files could not be written.
    #[error(transparent)]
    Pending(#[from] ReplaceError),
}

/// A renewal that is being prepared.
pub struct Renewal<'b> {
    /// The campaign before.
    pub from: &'b Campaign,
    /// The new one.
    pub id: CampaignId,
    /// Its school year.
    pub next: SchoolYear,
    /// What has to be decided.
    pub cases: Vec<Case<'b>>,
    shelf: Shelf,
    workspace: &'b Workspace,
}

/// What would be written.
pub struct Prepared {
    /// The changes, counted.
    pub changes: Changes,
    /// The new texts.
    pub texts: BTreeMap<String, File>,
    /// What is still unknown then.
    pub unknown: Unknown,
    /// Errors that the records would have and have not now.
    pub errors: Vec<Problem>,
    /// The texts they point into.
    pub sources: Sources,
}

impl<'b> Renewal<'b> {
    /// Reads what a renewal needs.
    pub fn new(
        workspace: &'b Workspace,
        from: &'b Campaign,
        id: CampaignId,
    ) -> Result<Self, RenewalError> {
        let next = from.school_year.value.next();
        let cases = cases(&workspace.loaded.records, from, next);
        let shelf = Shelf::read(&workspace.project)?;
        Ok(Self { from, id, next, cases, shelf, workspace })
    }

    /// The file of the new campaign.
    pub fn file(&self) -> String {
        format!("data/campaigns/{}.toml", self.id)
    }

    /// Open schools that nobody serves, now or next year.
    pub fn without(&self) -> Vec<&'b Establishment> {
        let records = &self.workspace.loaded.records;
        let none = unknown(records, self.next).without_referent;
        let schools = records.establishments.iter();
        schools.filter(|own| none.iter().any(|uai| uai == own.uai.value.as_str())).collect()
    }

    /// What decisions would write, and what that leaves open.
    pub fn prepare(
        &self,
        answered: &Answered,
        dates: Dates,
        today: Date,
    ) -> Result<Prepared, RenewalError> {
        let years = (self.from.school_year.value, self.next);
        let changes =
            changes(&self.shelf.stock, &self.cases, &answered.fates, &answered.appointed, years);
        let into = self.referents_file();
        let mut texts = edit::apply(&self.shelf.stock, &changes.edits, &changes.additions, &into)?;
        let sources = &self.workspace.loaded.sources;
        let old = sources.path(self.from.place);
        let old = self.shelf.stock.files.iter().find(|file| file.path == old);
        let old = old.map_or("", |file| file.text.as_str());
        let new = text(old, self.from, &self.id, self.next, dates)?;
        texts.insert(self.file(), File { path: self.file(), text: new, mark: false });
        let instead = texts.iter().map(|(path, file)| (path.clone(), file.text.clone())).collect();
        let loaded = Loaded::read_with(&self.workspace.project, &instead);
        let after = Workspace {
            project: self.workspace.project.clone(),
            loaded,
            except: Default::default(),
        };
        self.intact(&after, today)?;
        let known: Vec<Problem> =
            resolve(self.workspace, Some(&self.from.id.value), ResolveOptions::today(today)).1;
        let (_, mut errors) = resolve(&after, Some(&self.id), ResolveOptions::today(today));
        errors.retain(|own| {
            own.is_error()
                && !known.iter().any(|old| old.code == own.code && old.message == own.message)
        });
        let unknown = unknown(&after.loaded.records, self.next);
        Ok(Prepared { changes, texts, unknown, errors, sources: after.loaded.sources.clone() })
    }

    /// New referents go where most of them are.
    fn referents_file(&self) -> String {
        let stock = &self.shelf.stock;
        let mut files: BTreeMap<usize, usize> = BTreeMap::new();
        for (_, entry) in stock.of("referent").filter(|(_, entry)| !entry.inline) {
            *files.entry(entry.file).or_default() += 1;
        }
        let most = files.into_iter().max_by_key(|(_, number)| *number);
        let file = most.and_then(|(at, _)| stock.files.get(at));
        file.map_or_else(|| "data/referents.toml".to_owned(), |file| file.path.clone())
    }

    /// Every letter of the year before says what it said.
    fn intact(&self, after: &Workspace, today: Date) -> Result<(), RenewalError> {
        let contents = |workspace: &Workspace| -> BTreeMap<String, String> {
            let (resolved, _) =
                resolve(&workspace, Some(&self.from.id.value), ResolveOptions::today(today));
            let Some(resolved) = resolved else { return BTreeMap::new() };
            let issue = resolved.desired.first_issue();
            let letters = resolved.desired.letters.iter();
            letters
                .map(|letter| {
                    let words = resolved.desired.words(letter, &issue).ok();
                    let json = words.and_then(|own| serde_json::to_string(&own).ok());
                    (letter.reference.to_string(), json.unwrap_or_default())
                })
                .collect()
        };
        let (before, now) = (contents(self.workspace), contents(after));
        let names = before.keys().chain(now.keys());
        let mut changed: Vec<String> =
            names.filter(|name| before.get(*name) != now.get(*name)).cloned().collect();
        changed.sort();
        changed.dedup();
        // Records with errors make no letters before; they are told elsewhere.
        match changed.is_empty() || before.is_empty() {
            true => Ok(()),
            false => Err(RenewalError::NotIntact(changed)),
        }
    }

    /// Writes all of it, or nothing.
    pub fn write(
        &self,
        project: &Project,
        prepared: &Prepared,
    ) -> Result<Vec<String>, RenewalError> {
        let changes: Vec<Replacement> =
            prepared.texts.values().map(|file| self.shelf.replacement(file)).collect();
        replace_files::replace(project, &changes)?;
        Ok(changes.into_iter().map(|change| change.path).collect())
    }
}
