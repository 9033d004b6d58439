//! The next campaign put together: begun from the one before, prepared with a person's decisions, checked
//! against the letters of the year before, written at once.

use crate::app::importing::record_files::RecordFiles;
use crate::app::names::labels::Labels;
use crate::app::new_year::agreed_priorities::{AgreedPriorities, agreed_priorities};
use crate::app::new_year::assignment_cases::{AssignmentCase, assignment_cases};
use crate::app::new_year::campaign_file::{CampaignDates, new_campaign_text};
use crate::app::new_year::decisions::NewYearDecisions;
use crate::app::new_year::new_year_error::NewYearError;
use crate::app::new_year::record_changes::{AssignmentCounts, priority_edits, record_changes};
use crate::app::new_year::unknown_records::{UnknownRecords, find_unknown};
use crate::app::resolve_campaign::resolve;
use crate::app::resolved_campaign::ResolveOptions;
use crate::app::workspace::Workspace;
use crate::diagnostic::{Problem, Sources};
use crate::import::edit_toml::apply_edits::apply_edits;
use crate::import::existing_records::RecordFile;
use crate::plan::history::CampaignHistory;
use crate::project::load::Loaded;
use crate::project::replace_files::{self, Replacement};
use crate::records::campaign::Campaign;
use crate::records::people::Establishment;
use crate::records::values::{CampaignId, SchoolYear};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The next campaign, as it is being prepared.
pub struct NextCampaign<'w> {
    /// The campaign it is made from.
    pub from: &'w Campaign,
    /// Identifier of the new campaign.
    pub id: CampaignId,
    /// School year of the new campaign.
    pub next: SchoolYear,
    /// What has to be decided.
    pub cases: Vec<AssignmentCase<'w>>,
    /// What was agreed on in the letters of the year before, school by school.
    pub agreed: Vec<AgreedPriorities>,
    files: RecordFiles,
    workspace: &'w Workspace,
}

/// What would be written.
pub struct PreparedNewYear {
    /// What becomes of the assignments.
    pub counts: AssignmentCounts,
    /// The new texts, by path.
    texts: BTreeMap<String, RecordFile>,
    /// Assignments nobody decided about, as `referent (UAI)`.
    pub undecided: Vec<String>,
    /// What is still unknown then.
    pub unknown: UnknownRecords,
    /// What was agreed on in the letters of the year before, and whether the records take it over.
    pub agreed: Vec<AgreedPriorities>,
    /// Errors that the records would have and have not now.
    pub errors: Vec<Problem>,
    /// The new texts, which the errors point into.
    pub sources: Sources,
}

impl<'w> NextCampaign<'w> {
    /// Begins a campaign of this identifier from a campaign of that one.
    pub fn begin(workspace: &'w Workspace, from: &str, id: &str) -> Result<Self, NewYearError> {
        let campaigns = &workspace.loaded.records.campaigns;
        let parsed = id.parse::<CampaignId>();
        let id = parsed.map_err(|error| NewYearError::CampaignId(error.message))?;
        if campaigns.iter().any(|campaign| campaign.id.value == id) {
            return Err(NewYearError::CampaignExists(id));
        }
        let found = campaigns.iter().find(|campaign| campaign.id.as_str() == from);
        let from = found.ok_or_else(|| NewYearError::UnknownCampaign {
            asked: from.to_owned(),
            known: campaigns.iter().map(|campaign| campaign.id.to_string()).collect(),
        })?;
        let next = from.school_year.value.next();
        let cases = assignment_cases(&workspace.loaded.records, from, next);
        let files = RecordFiles::read(&workspace.project)?;
        let campaign = Self { from, id, next, cases, agreed: Vec::new(), files, workspace };
        match workspace.project.path(&campaign.campaign_file()).exists() {
            true => Err(NewYearError::FileExists(campaign.campaign_file())),
            false => Ok(campaign),
        }
    }

    /// A school by its name and UAI.
    pub fn school(&self, uai: &str) -> String {
        Labels::of_records(&self.workspace.loaded.records).school(uai)
    }

    /// The same, with what the ledger knows of the letters of the year before.
    pub fn with_letters(mut self, history: &CampaignHistory) -> Self {
        let schools = &self.workspace.loaded.records.establishments;
        self.agreed = agreed_priorities(history, schools, self.next.first_day());
        self
    }

    /// What was agreed on, and whether the next year keeps it.
    pub fn offered(&self, decisions: &NewYearDecisions) -> Vec<AgreedPriorities> {
        let is_kept = |uai: &String| decisions.kept_priorities.contains(uai);
        let offered = self.agreed.iter().cloned();
        offered.map(|one| AgreedPriorities { kept: is_kept(&one.uai), ..one }).collect()
    }

    /// The file of the new campaign, relative to the project.
    pub fn campaign_file(&self) -> String {
        format!("data/campaigns/{}.toml", self.id)
    }

    /// Open schools that nobody serves next year.
    pub fn schools_without_referent(&self) -> Vec<&'w Establishment> {
        let records = &self.workspace.loaded.records;
        let without = find_unknown(records, self.next).without_referent;
        let schools = records.establishments.iter();
        schools
            .filter(|school| without.iter().any(|uai| uai == school.uai.value.as_str()))
            .collect()
    }

    /// Assignments nobody decided about, as `referent (UAI)`.
    fn undecided(&self, decisions: &NewYearDecisions) -> Vec<String> {
        let cases = self.cases.iter();
        let open = cases.filter(|case| !decisions.assignments.contains_key(&case.key()));
        open.map(|case| {
            format!("{} ({})", case.referent.id.value, case.assignment.establishment.value)
        })
        .collect()
    }

    /// What decisions would write, and what that leaves open.
    pub fn prepare(
        &self,
        decisions: &NewYearDecisions,
        dates: CampaignDates,
        today: Date,
    ) -> Result<PreparedNewYear, NewYearError> {
        let year = self.from.school_year.value;
        let records = &self.files.records;
        let mut changes = record_changes(records, &self.cases, decisions, year, self.next);
        let agreed = self.offered(decisions);
        changes.edits.extend(priority_edits(records, &agreed, self.next));
        let into = self.file_of_new_referents();
        let mut texts = apply_edits(records, &changes.edits, &changes.additions, &into)?;
        texts.insert(self.campaign_file(), self.new_campaign_file(dates)?);
        let after = self.workspace_with(&texts);
        self.require_same_letters(&after, today)?;
        let options = ResolveOptions::today(today);
        let known: Vec<Problem> = resolve(self.workspace, Some(&self.from.id.value), options).1;
        let (_, mut errors) = resolve(&after, Some(&self.id), options);
        errors.retain(|error| {
            let is_known = |old: &Problem| old.code == error.code && old.message == error.message;
            error.is_error() && !known.iter().any(is_known)
        });
        Ok(PreparedNewYear {
            counts: changes.counts,
            texts,
            undecided: self.undecided(decisions),
            unknown: find_unknown(&after.loaded.records, self.next),
            agreed,
            errors,
            sources: after.loaded.sources.clone(),
        })
    }

    fn new_campaign_file(&self, dates: CampaignDates) -> Result<RecordFile, NewYearError> {
        let path = self.workspace.loaded.sources.path(self.from.place);
        let old = self.files.records.files.iter().find(|file| file.path == path);
        let old = old.map_or("", |file| file.text.as_str());
        let text = new_campaign_text(old, self.from, &self.id, self.next, dates)?;
        Ok(RecordFile { path: self.campaign_file(), text, mark: false })
    }

    fn workspace_with(&self, texts: &BTreeMap<String, RecordFile>) -> Workspace {
        let texts = texts.iter().map(|(path, file)| (path.clone(), file.text.clone())).collect();
        let project = self.workspace.project.clone();
        let loaded = Loaded::read_with(&project, &texts);
        Workspace { project, loaded, except: Default::default(), coming_heads: Vec::new() }
    }

    /// New referents go where most of them are.
    fn file_of_new_referents(&self) -> String {
        let records = &self.files.records;
        let mut referents: BTreeMap<usize, usize> = BTreeMap::new();
        for (_, entry) in records.of("referent").filter(|(_, entry)| !entry.inline) {
            *referents.entry(entry.file).or_default() += 1;
        }
        let most = referents.into_iter().max_by_key(|(_, number)| *number);
        let file = most.and_then(|(at, _)| records.files.get(at));
        file.map_or_else(|| "data/referents.toml".to_owned(), |file| file.path.clone())
    }

    /// Every letter of the year before says what it said.
    fn require_same_letters(&self, after: &Workspace, today: Date) -> Result<(), NewYearError> {
        let before = self.contents_before(self.workspace, today);
        let now = self.contents_before(after, today);
        let references = before.keys().chain(now.keys());
        let mut changed: Vec<String> = references
            .filter(|reference| before.get(*reference) != now.get(*reference))
            .cloned()
            .collect();
        changed.sort();
        changed.dedup();
        // Records with errors make no letters before; they are shown elsewhere.
        match changed.is_empty() || before.is_empty() {
            true => Ok(()),
            false => Err(NewYearError::LettersWouldChange(changed)),
        }
    }

    /// The contents of the letters of the campaign before as JSON, by reference.
    fn contents_before(&self, workspace: &Workspace, today: Date) -> BTreeMap<String, String> {
        let options = ResolveOptions::today(today);
        let (campaign, _) = resolve(workspace, Some(&self.from.id.value), options);
        let Some(campaign) = campaign else { return BTreeMap::new() };
        let issue = campaign.desired.first_issue();
        let letters = campaign.desired.letters.iter();
        letters
            .map(|letter| {
                let content = campaign.desired.words(letter, &issue).ok();
                let json = content.and_then(|content| serde_json::to_string(&content).ok());
                (letter.reference.to_string(), json.unwrap_or_default())
            })
            .collect()
    }

    /// Refuses what cannot be written: nobody decided about an assignment, or there would be errors.
    pub fn require_writable(&self, prepared: &PreparedNewYear) -> Result<(), NewYearError> {
        if !prepared.undecided.is_empty() {
            return Err(NewYearError::Undecided {
                number: prepared.undecided.len(),
                id: self.id.clone(),
                from: self.from.id.value.clone(),
            });
        }
        match prepared.errors.is_empty() {
            true => Ok(()),
            false => Err(NewYearError::WouldHaveErrors),
        }
    }

    /// Writes all of it, or nothing; gives the paths of the files.
    pub fn write(&self, prepared: &PreparedNewYear) -> Result<Vec<String>, NewYearError> {
        self.require_writable(prepared)?;
        let changes: Vec<Replacement> =
            prepared.texts.values().map(|file| self.files.replacement(file)).collect();
        replace_files::replace(&self.workspace.project, &changes)?;
        Ok(changes.into_iter().map(|change| change.path).collect())
    }
}
