//! A spreadsheet taken into a project: the files read, the proposal made, what it would do to letters,
//! and all of it written at once or not at all.

use crate::app::letters::evaluate::LetterEvaluator;
use crate::app::letters::plan_campaign::{self, Plan};
use crate::app::resolve_campaign::resolve;
use crate::app::resolved_campaign::ResolveOptions;
use crate::app::workspace::Workspace;
use crate::diagnostic::{Problem, Sources};
use crate::files;
use crate::import;
use crate::import::edit::{self, Unchangeable};
use crate::import::harvest::{self, Found, Harvest};
use crate::import::profile::{BUILT_IN, Profile, Target};
use crate::import::proposal::{Answers, Base, Proposal, Rate, Surroundings};
use crate::import::sheet::{Book, Cell, text};
use crate::import::stock::{File, Stock};
use crate::ledger::{Ledger, LedgerError};
use crate::plan::{Action, Orders};
use crate::project::folder::Project;
use crate::project::load::{Loaded, data_files};
use crate::project::replace_files::{self, ReplaceError, Replacement};
use crate::records::campaign::Campaign;
use crate::records::values::CampaignId;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// Mark of a text in UTF-8 that spreadsheet programs look for.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// The profiles of a project, then the built-in ones that it does not replace; what is wrong with its
/// own.
pub struct Profiles {
    /// Those that are sound.
    pub all: Vec<Profile>,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// Where.
    pub sources: Sources,
    /// Names of those that are not sound.
    pub broken: Vec<String>,
}

impl Profiles {
    /// Reads them.
    pub fn read(project: &Project) -> Self {
        let mut own = Self {
            all: Vec::new(),
            problems: Vec::new(),
            sources: Sources::default(),
            broken: Vec::new(),
        };
        let found = files::walk(&project.path("profiles")).unwrap_or_default();
        for (path, place) in found {
            let Some(name) = path.strip_suffix(".toml").filter(|name| !name.contains('/')) else {
                continue;
            };
            let shown = format!("profiles/{path}");
            let text =
                files::read(&place).map_err(|error| files::reason(&error)).and_then(|bytes| {
                    let bytes = bytes.strip_prefix(MARK).map(<[u8]>::to_vec).unwrap_or(bytes);
                    String::from_utf8(bytes).map_err(|_| "il n'est pas en UTF-8".to_owned())
                });
            let read = match text {
                Ok(text) => {
                    let id = own.sources.add(shown, text);
                    Profile::read(name, id, &own.sources, &mut own.problems)
                }
                Err(why) => {
                    own.problems.push(
                        Problem::error("E-PROFILE", format!("{shown} ne peut pas être lu : {why}"))
                            .help("enregistrer le fichier en UTF-8"),
                    );
                    None
                }
            };
            match read {
                Some(profile) => own.all.push(profile),
                None => own.broken.push(name.to_owned()),
            }
        }
        for (name, _) in BUILT_IN {
            let there = own.all.iter().any(|profile| profile.name == name);
            if !there && !own.broken.iter().any(|broken| broken == name) {
                own.all.extend(Profile::built_in(name));
            }
        }
        own
    }

    /// The profile of a name with its columns, or the one that fits best.
    pub fn choose(&self, book: &Book, asked: Option<&str>) -> Result<(&Profile, Found), Choice> {
        if let Some(name) = asked {
            let Some(profile) = self.all.iter().find(|profile| profile.name == name) else {
                return Err(match self.broken.iter().any(|broken| broken == name) {
                    true => Choice::Broken,
                    false => Choice::Unknown(self.names()),
                });
            };
            let found = harvest::find(book, profile);
            return found.map(|found| (profile, found)).ok_or(Choice::None);
        }
        let mut fit: Vec<(&Profile, Found)> = self
            .all
            .iter()
            .filter_map(|profile| Some((profile, harvest::find(book, profile)?)))
            .collect();
        fit.sort_by_key(|(_, found)| std::cmp::Reverse(found.worth));
        match fit.as_slice() {
            [] => Err(Choice::None),
            [(one, first), (other, second), ..] if first.worth == second.worth => {
                Err(Choice::Several(vec![one.name.clone(), other.name.clone()]))
            }
            [(profile, found), ..] => Ok((profile, found.clone())),
        }
    }

    fn names(&self) -> Vec<String> {
        self.all.iter().map(|profile| profile.name.clone()).collect()
    }
}

/// Why no profile was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// No profile has this name; these are there.
    Unknown(Vec<String>),
    /// It has mistakes.
    Broken,
    /// None fits.
    None,
    /// Several fit as well.
    Several(Vec<String>),
}

/// The records of a project as texts.
pub struct Shelf {
    /// What they hold.
    pub stock: Stock,
    /// Their bytes as they were read.
    bytes: BTreeMap<String, Vec<u8>>,
}

/// Why the records cannot be changed.
#[derive(Debug, thiserror::Error)]
pub enum ShelfError {
    /// A file cannot be read.
    #[error("{0} ne peut pas être lu : {1}")]
    Unreadable(String, String),
    /// Files are no TOML.
    #[error("ces fichiers ont des erreurs d'écriture : {}", .0.join(", "))]
    Broken(Vec<String>),
    /// A change that was cut cannot be finished.
    #[error(transparent)]
    Pending(#[from] ReplaceError),
    /// What the last import said cannot be read.
    #[error("{0} est abîmé")]
    Base(String),
}

impl Shelf {
    /// Reads them.
    pub fn read(project: &Project) -> Result<Self, ShelfError> {
        replace_files::finish(project)?;
        let unreadable = |path: &str, error: &io::Error| {
            ShelfError::Unreadable(path.to_owned(), files::reason(error))
        };
        let found = data_files(project).map_err(|error| unreadable("data/", &error))?;
        let mut bytes = BTreeMap::new();
        let mut texts = Vec::new();
        let mut broken = Vec::new();
        for (path, place) in found {
            let own = files::read(&place).map_err(|error| unreadable(&path, &error))?;
            let (mark, rest) = match own.strip_prefix(MARK) {
                Some(rest) => (true, rest.to_vec()),
                None => (false, own.clone()),
            };
            match String::from_utf8(rest) {
                Ok(text) => texts.push(File { path: path.clone(), text, mark }),
                Err(_) => broken.push(path.clone()),
            }
            bytes.insert(path, own);
        }
        match Stock::read(texts) {
            Ok(stock) if broken.is_empty() => Ok(Self { stock, bytes }),
            Ok(_) => Err(ShelfError::Broken(broken)),
            Err(more) => {
                broken.extend(more);
                Err(ShelfError::Broken(broken))
            }
        }
    }

    /// A changed file as what is written.
    pub fn replacement(&self, file: &File) -> Replacement {
        let mut after = if file.mark { MARK.to_vec() } else { Vec::new() };
        after.extend_from_slice(file.text.as_bytes());
        Replacement { path: file.path.clone(), before: self.bytes.get(&file.path).cloned(), after }
    }
}

#[derive(Serialize, Deserialize)]
struct Kept {
    schema: String,
    #[serde(flatten)]
    base: Base,
}

/// Where a profile's last import is remembered.
fn base_path(profile: &Profile) -> String {
    format!("data/imports/{}.json", profile.name)
}

/// What the last import with a profile said.
pub fn base(project: &Project, profile: &Profile) -> Result<(Base, Option<Vec<u8>>), ShelfError> {
    let path = base_path(profile);
    match files::read(&project.path(&path)) {
        Ok(bytes) => match serde_json::from_slice::<Kept>(&bytes) {
            Ok(kept) => Ok((kept.base, Some(bytes))),
            Err(_) => Err(ShelfError::Base(path)),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok((Base::default(), None)),
        Err(error) => Err(ShelfError::Unreadable(path, files::reason(&error))),
    }
}

/// One record a line, so that versions of the file can be compared.
fn base_text(base: &Base) -> Result<String, serde_json::Error> {
    let mut records = Vec::with_capacity(base.records.len());
    for (key, record) in &base.records {
        let (key, record) = (serde_json::to_string(key)?, serde_json::to_string(record)?);
        records.push(format!("    {key}: {record}"));
    }
    Ok(format!(
        "{{\n  \"schema\": \"missive/import-base/1\",\n  \"records\": {{\n{}\n  }}\n}}\n",
        records.join(",\n")
    ))
}

/// What the rest of the project says that matters for people: the school year of the campaign that is
/// open, and the allowances in force.
pub fn surroundings(loaded: &Loaded, campaign: Option<&Campaign>) -> Surroundings {
    let year = campaign.map(|own| own.school_year.value);
    let day = campaign.map(|own| own.date.value.0);
    let mut allowances: BTreeSet<Rate> = BTreeSet::new();
    for allowance in &loaded.records.allowances {
        for version in &allowance.versions {
            let since = version.period.since.value.0;
            let until = version.period.until.as_ref().map(|own| own.value.0);
            let in_force =
                day.is_none_or(|day| since <= day && until.is_none_or(|until| until >= day));
            if in_force {
                let cents = version.body.amount.value.cents;
                let words = |list: Vec<&str>| list.into_iter().map(str::to_owned).collect();
                let kinds = version.condition.kind.iter().flatten().map(|own| own.value.as_str());
                let sectors =
                    version.condition.sector.iter().flatten().map(|own| own.value.as_str());
                allowances.insert(Rate {
                    id: allowance.id.to_string(),
                    amount: format!("{}.{:02}", cents / 100, cents % 100),
                    kinds: words(kinds.collect()),
                    sectors: words(sectors.collect()),
                });
            }
        }
    }
    Surroundings {
        year: year.map(|year| (year.first_day(), year.last_day())),
        allowances: allowances.into_iter().collect(),
    }
}

/// An import that is being prepared.
pub struct Import<'p> {
    /// The profile.
    pub profile: &'p Profile,
    /// The sheet.
    pub book: &'p Book,
    /// Where its header is.
    pub found: Found,
    /// What its rows say.
    pub harvest: Harvest,
    /// The records.
    pub shelf: Shelf,
    base: Base,
    base_bytes: Option<Vec<u8>>,
    around: Surroundings,
}

impl<'p> Import<'p> {
    /// Prepares one. The first error is one of the sheet, told as a sentence.
    pub fn prepare(
        project: &Project,
        profile: &'p Profile,
        book: &'p Book,
        found: Found,
        around: Surroundings,
    ) -> Result<Result<Self, String>, ShelfError> {
        let harvest = match harvest::harvest(book, profile, &found) {
            Ok(harvest) => harvest,
            Err(why) => return Ok(Err(why)),
        };
        let shelf = Shelf::read(project)?;
        let (base, base_bytes) = base(project, profile)?;
        Ok(Ok(Self { profile, book, found, harvest, shelf, base, base_bytes, around }))
    }

    /// What it would change, as far as a person answered.
    pub fn propose(&self, answers: &Answers) -> Proposal {
        let mut proposal = import::propose(
            self.profile.target,
            &self.shelf.stock,
            &self.harvest,
            &self.base,
            &self.around,
            answers,
        );
        if self.profile.target == Target::Establishment && self.base.records.is_empty() {
            let seen: BTreeSet<&str> =
                self.harvest.candidates.iter().filter_map(|own| own.text("uai")).collect();
            let others = self.shelf.stock.of("establishment");
            let others = others.filter(|(_, own)| !seen.contains(own.key.as_str())).count();
            if others > 0 {
                proposal.notes.push(match others {
                    1 => "un établissement des fiches n'est pas dans ce fichier : il reste tel quel".to_owned(),
                    _ => format!("{others} établissements des fiches ne sont pas dans ce fichier : ils restent tels quels"),
                });
            }
        }
        proposal
    }

    /// The new texts of the files that change.
    pub fn texts(&self, proposal: &Proposal) -> Result<BTreeMap<String, File>, Unchangeable> {
        edit::apply(&self.shelf.stock, &proposal.edits, &proposal.additions, &self.profile.file)
    }

    /// Writes records and what the next import compares with; gives the files of records that changed.
    pub fn write(
        &self,
        project: &Project,
        proposal: &Proposal,
        texts: &BTreeMap<String, File>,
    ) -> Result<Vec<String>, ReplaceError> {
        let mut changes: Vec<Replacement> =
            texts.values().map(|file| self.shelf.replacement(file)).collect();
        let written = changes.iter().map(|change| change.path.clone()).collect();
        if proposal.base != self.base || self.base_bytes.is_none() {
            let path = base_path(self.profile);
            let text = base_text(&proposal.base)
                .map_err(|error| ReplaceError::Io { path: path.clone(), error: error.into() })?;
            let before = self.base_bytes.clone();
            changes.push(Replacement { path, before, after: text.into_bytes() });
        }
        if !changes.is_empty() {
            replace_files::replace(project, &changes)?;
        }
        Ok(written)
    }

    /// All rows that cannot be taken, with their reasons, in the order of the sheet.
    pub fn rejected(&self, proposal: &Proposal) -> Vec<(usize, String)> {
        let mut all: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for (row, reason) in self.harvest.rejected.iter().chain(&proposal.rejected) {
            all.entry(*row).or_default().push(reason.clone());
        }
        all.into_iter().map(|(row, reasons)| (row, reasons.join(" ; "))).collect()
    }

    /// The rejected rows as a CSV that can be corrected and imported again: the reasons come first, in
    /// a column that an import does not know.
    pub fn rejects(&self, rejected: &[(usize, String)]) -> Vec<u8> {
        let Some(grid) = self.book.grids.get(self.found.grid) else { return Vec::new() };
        let mut rows: Vec<Vec<String>> = Vec::new();
        let texts = |cells: &[Cell]| cells.iter().map(Cell::text).collect::<Vec<_>>();
        if let Some(header) = grid.rows.get(self.found.header) {
            rows.push([vec!["Raison du rejet".to_owned()], texts(&header.cells)].concat());
        }
        let below = grid.rows.iter().skip(self.found.header + 1);
        let below: BTreeMap<usize, &[Cell]> =
            below.map(|row| (row.number, row.cells.as_slice())).collect();
        for (number, reason) in rejected {
            let cells = below.get(number).copied().unwrap_or_default();
            rows.push([vec![format!("ligne {number} : {reason}")], texts(cells)].concat());
        }
        text::written(&rows)
    }
}

/// What a change of records does to letters.
#[derive(Clone, Debug, Default)]
pub struct Effects {
    /// Letters handed over that would be issued again: corrected, amended or ended.
    pub reissued: Vec<String>,
    /// Letters handed over that would be sent once more, unchanged, to a new head.
    pub readdressed: Vec<String>,
    /// Letters that nothing would call for any more.
    pub withdrawn: Vec<String>,
    /// Errors that the records would have and have not now, drawn from the new texts.
    pub errors: Vec<Problem>,
    /// The texts they point into.
    pub sources: Sources,
}

/// Plans every open campaign with the records as they are and as they would be.
pub fn effects(
    project: &Project,
    ledger: Option<&Ledger>,
    texts: &BTreeMap<String, File>,
    (today, now): (Date, Timestamp),
    jobs: usize,
) -> Result<Effects, LedgerError> {
    let instead: BTreeMap<String, String> =
        texts.iter().map(|(path, file)| (path.clone(), file.text.clone())).collect();
    let before = workspace(project, &BTreeMap::new());
    let after = workspace(project, &instead);
    let mut effects = Effects::default();
    let campaigns: Vec<&Campaign> = after
        .loaded
        .records
        .campaigns
        .iter()
        .filter(|campaign| !campaign.is_closed(today))
        .collect();
    let mut known: BTreeSet<(&'static str, String)> = BTreeSet::new();
    let mut found: Vec<Problem> = Vec::new();
    // Without a campaign the records are still checked against each other.
    let ids: Vec<Option<&CampaignId>> = match campaigns.as_slice() {
        [] => vec![None],
        some => some.iter().map(|campaign| Some(&campaign.id.value)).collect(),
    };
    for id in ids {
        let under = ResolveOptions { beforehand: false, ..ResolveOptions::today(today) };
        let (old, old_problems) = resolve(&before, id, under);
        let (new, new_problems) = resolve(&after, id, under);
        known.extend(old_problems.iter().map(|own| (own.code, own.message.clone())));
        found.extend(new_problems.into_iter().filter(Problem::is_error));
        let (Some(old), Some(new), Some(ledger), Some(id)) = (old, new, ledger, id) else {
            continue;
        };
        let past = ledger.past(id.as_str())?;
        if past.letters.values().all(|letter| letter.issued.is_none()) {
            continue;
        }
        let orders = Orders::default();
        let plan = |resolved| {
            let evaluator = LetterEvaluator::new(resolved, &past, Some(ledger), &orders, today);
            plan_campaign::plan(&evaluator, now, jobs, |_| {})
        };
        compare(&plan(&old), &plan(&new), &mut effects);
    }
    found.retain(|own| !known.contains(&(own.code, own.message.clone())));
    effects.errors = found;
    effects.sources = after.loaded.sources.clone();
    Ok(effects)
}

fn workspace(project: &Project, instead: &BTreeMap<String, String>) -> Workspace {
    let loaded = Loaded::read_with(project, instead);
    Workspace { project: project.clone(), loaded, except: Default::default() }
}

fn compare(before: &Plan, after: &Plan, effects: &mut Effects) {
    let now: BTreeMap<&str, Action> =
        before.letters.iter().map(|own| (own.reference.as_str(), own.action)).collect();
    for own in &after.letters {
        if now.get(own.reference.as_str()) == Some(&own.action) {
            continue;
        }
        let list = match own.action {
            Action::Reissue | Action::End => &mut effects.reissued,
            Action::Readdress => &mut effects.readdressed,
            Action::Withdraw => &mut effects.withdrawn,
            _ => continue,
        };
        list.push(own.reference.clone());
    }
}
