//! Whatever the command line shows, `app` hands over as a value that serde can write, and every way it can
//! fail as a [`UserError`]: this list does not compile otherwise.

use missive::app::approval::approval_state::ApprovalState;
use missive::app::approval::approve::ApprovalOutcome;
use missive::app::approval::make_proof::ProofOutcome;
use missive::app::approval::proof_error::{ProofError, Unapproved};
use missive::app::backup::back_up_project::ProjectBackupOutcome;
use missive::app::backup::backup_error::{ProjectBackupError, ProjectRestoreError};
use missive::app::backup::restore_project::ProjectRestoreOutcome;
use missive::app::campaign::campaign_run::StartError;
use missive::app::campaign::check::CheckOutcome;
use missive::app::campaign::close::{
    CloseError, CloseFailure, CloseOutcome, CloseProposal, CloseRefusal, Closing,
};
use missive::app::campaign::missing::Missing;
use missive::app::campaign::plan::PlanOutcome;
use missive::app::campaign::run::{RunOutcome, RunStop};
use missive::app::campaign::status::StatusOutcome;
use missive::app::campaign_snapshot::{CampaignToReadError, SnapshotError};
use missive::app::editor_schema::{SchemaLines, SchemaWriteError};
use missive::app::error::{Complaint, ErrorKind, OlderLedger, UserError};
use missive::app::exports::account_file::{AccountFile, AccountFileError};
use missive::app::exports::bag::{BagExportError, BagOutcome};
use missive::app::exports::dossier::{Dossier, DossierError};
use missive::app::exports::sent_files::{SentFiles, SentFilesError};
use missive::app::exports::target::{FileTargetError, FolderTargetError};
use missive::app::first_project::empty_project::EmptyProject;
use missive::app::generate::outcome::{DepositCounts, GenerateOutcome};
use missive::app::importing::import_error::ImportError;
use missive::app::importing::import_outcome::ImportOutcome;
use missive::app::letters::diff_revisions::RevisionDiff;
use missive::app::letters::dump_contents::DumpError;
use missive::app::letters::events_of::EventsError;
use missive::app::letters::explain::Explanation;
use missive::app::letters::letter_lookup::LetterError;
use missive::app::new_year::new_year_error::NewYearError;
use missive::app::new_year::new_year_outcome::NewYearOutcome;
use missive::app::new_year::question_sheet::QuestionsOutcome;
use missive::app::records_workbook::export_records::{ExportedRecords, RecordExportError};
use missive::app::returns::after_return::AfterReturnError;
use missive::app::returns::countersign::sign_export::{SignExportError, SignExportOutcome};
use missive::app::returns::countersign::sign_import::{SignImportError, SignImportOutcome};
use missive::app::returns::countersign::signing_project::SigningProjectError;
use missive::app::returns::declare::DeclaredOriginal;
use missive::app::returns::filing::add_returns::{AddReturnsError, AddReturnsOutcome};
use missive::app::returns::fixity::{FixityError, FixityReport};
use missive::app::returns::named_letter::NamedLetterError;
use missive::app::returns::returned_file::ReturnedFile;
use missive::app::returns::returns_list::ReturnsList;
use missive::app::returns::reviewing::review_answer::ReviewedReturn;
use missive::app::returns::reviewing::review_error::ReviewError;
use missive::app::returns::reviewing::review_queue::ReturnToReview;
use missive::app::returns::settle::SettledMessage;
use missive::app::returns::waive::{WaiveError, WaivedLetter};
use missive::app::selection::UnknownNames;
use missive::app::sending::again::AgainRefusal;
use missive::app::sending::designations::deposit_requests::RequestsDeposited;
use missive::app::sending::designations::send_requests::RequestsPlan;
use missive::app::sending::message_preview::preview_error::PreviewError;
use missive::app::sending::message_preview::preview_messages::PreviewOutcome;
use missive::app::sending::outcome::{SendOutcome, SendReport};
use missive::app::sending::refusal::SendRefusal;
use missive::app::sending::relay::open_relay::RelayError;
use missive::app::sending::relay::probe::{NoRelayDescribed, ProbeError, ProbeOutcome};
use missive::app::sending::reminders::deposit_reminders::RemindersDeposited;
use missive::app::sending::reminders::send_reminders::RemindersPlan;
use missive::app::sending::resolve::by_copies::{CopiesError, CopiesOutcome};
use missive::app::sending::resolve::by_word::ResolveOutcome;
use missive::app::sending::resolve::resolve_error::ResolveError;
use missive::app::sending::send::{NothingToSend, SendPlan, SendPreview};
use missive::app::verification::back_up::BackupError;
use missive::app::verification::verify_ledger::LedgerVerification;
use missive::app::verification::witness_file::WitnessFileError;
use missive::app::workspace::{CampaignError, OpenError};
use missive::ledger::LedgerError;
use missive::ledger::chain::events::Event;
use missive::ledger::place::FirstHandOver;
use missive::project::folder::ProjectError;
use missive::project::lock::LockError;
use missive::project::sample::InitError;
use serde::Serialize;

fn is_outcome<T: Serialize>() {}

fn is_error<T: UserError>() {}

macro_rules! each {
    ($check:ident: $($name:ty),* $(,)?) => { $($check::<$name>();)* };
}

pub fn every_outcome_is_a_value_and_every_error_says_what_to_do() {
    each!(is_outcome:
        CheckOutcome, PlanOutcome, GenerateOutcome, DepositCounts, RunOutcome<'_>, StatusOutcome,
        Missing, Closing<'_>, CloseProposal<'_>, CloseOutcome<'_>,
        SendPlan, SendPreview, NothingToSend, SendReport, SendOutcome, RemindersPlan, RequestsPlan, RequestsDeposited,
        PreviewOutcome,
        RemindersDeposited, ProbeOutcome, ResolveOutcome, CopiesOutcome,
        Explanation, RevisionDiff, Event,
        AddReturnsOutcome, ReturnedFile, ReturnToReview, ReviewedReturn, DeclaredOriginal,
        WaivedLetter, SettledMessage, ReturnsList, FixityReport, SignExportOutcome, SignImportOutcome,
        AccountFile, BagOutcome, Dossier, SentFiles, LedgerVerification,
        ProjectBackupOutcome, ProjectRestoreOutcome, FirstHandOver,
        ProofOutcome, ApprovalOutcome, ApprovalState,
        ImportOutcome, ExportedRecords, EmptyProject, NewYearOutcome, QuestionsOutcome, SchemaLines, Complaint, ErrorKind,
    );
    each!(is_error:
        ProjectError, OpenError, CampaignError, CampaignToReadError, SnapshotError, LockError,
        LedgerError, OlderLedger, InitError, UnknownNames, StartError, DumpError, RunStop<'_>,
        CloseError, CloseRefusal, CloseFailure, SendRefusal, PreviewError, AgainRefusal, RelayError, NoRelayDescribed, ProbeError, ResolveError,
        CopiesError, LetterError, EventsError, NamedLetterError, AddReturnsError, AfterReturnError,
        ReviewError, WaiveError, FixityError, SigningProjectError, SignExportError, SignImportError,
        ProofError, Unapproved, AccountFileError, BagExportError, DossierError, SentFilesError, FileTargetError,
        FolderTargetError, WitnessFileError, BackupError, ImportError, RecordExportError, NewYearError,
        SchemaWriteError, ProjectBackupError, ProjectRestoreError,
    );
}
