//! `missive import`: a spreadsheet's changes shown, and with `--apply` written.

use crate::app::importing::import_file::{
    Choice, Effects, Import, Profiles, ShelfError, effects, surroundings,
};
use crate::app::wording::count;
use crate::cli::args::{Common, RecordKind, Side, Taking};
use crate::cli::commands::import::import_view::{self, Shown};
use crate::cli::context;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::cli::ui::prompt;
use crate::clock::Clock;
use crate::import::guess;
use crate::import::harvest::Found;
use crate::import::profile::{Profile, Target};
use crate::import::proposal::{Answers, Reply};
use crate::import::sheet::{self, Book};
use crate::import::stock::File;
use crate::project::environment;
use crate::project::folder::Project;
use crate::project::load::Loaded;
use crate::records::campaign::Campaign;
use crate::{files, names};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Imports a file, or says what it would do.
pub fn run(output: &Output, common: &Common, file: &Path, taking: &Taking) -> Exit {
    match tried(output, common, file, taking) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn tried(output: &Output, common: &Common, file: &Path, taking: &Taking) -> Result<Exit, Exit> {
    let project = context::project(output, common)?;
    let book = sheet::read(file).map_err(|error| {
        output.fail(&format!("{} : {error}", shown(file)), error.todo());
        Exit::Environment
    })?;
    if let Some(name) = &taking.new_profile {
        return new_profile(output, &project, &book, file, name, taking.records);
    }
    let profiles = Profiles::read(&project);
    let (profile, found) = chosen(output, &profiles, &book, file, taking.profile.as_deref())?;
    // One writer at a time, and nobody writes between what is read here and what is written.
    let _lock = taking.apply.then(|| context::lock(output, &project)).transpose()?;

    let loaded = Loaded::read(&project);
    let today = environment::today(common.today.as_ref());
    let campaign = open_campaign(output, common, &loaded, today)?;
    let around = surroundings(&loaded, campaign);
    let prepared = Import::prepare(&project, profile, &book, found, around);
    let import = prepared.map_err(|error| shelf(output, &error))?.map_err(|why| {
        output.fail(
            &format!("{} : {why}", shown(file)),
            "renommer ou retirer l'une des deux colonnes",
        );
        Exit::Usage
    })?;
    let mut answers = Answers {
        since: taking.since,
        conflicts: taking.conflicts.map(|side| match side {
            Side::File => Reply::File,
            Side::Source => Reply::Source,
        }),
        gone_closed: taking.gone_closed,
        ..Answers::default()
    };
    let mut proposal = import.propose(&answers);
    if taking.apply && prompt::can(common) && !proposal.questions.is_empty() {
        import_view::ask(output, &import, &proposal, &mut answers);
        proposal = import.propose(&answers);
    }
    let texts = import.texts(&proposal).map_err(|error| {
        output.fail(&error.to_string(), "la réécrire à la main sous la forme [[…]], puis relancer");
        Exit::Invalid
    })?;
    let effects = consequences(output, common, &project, &texts)?;
    let rejected = import.rejected(&proposal);
    let mut told = Shown {
        file,
        import: &import,
        proposal: &proposal,
        effects: &effects,
        rejected: &rejected,
        loaded: &loaded,
        written: Vec::new(),
        rejects: None,
        applied: taking.apply,
        asked: taking.profile.as_deref(),
    };
    if !effects.errors.is_empty() {
        told.applied = false;
        told.say(output);
        output.problems(&effects.errors, &effects.sources, false);
        output.document("import", common.campaign.as_deref(), told.document());
        output.fail(
            "ces changements laisseraient des erreurs dans les fiches : rien n'est écrit",
            "corriger la source, le profil ou les fiches, puis relancer",
        );
        return Ok(Exit::Invalid);
    }
    if taking.apply {
        told.written = import.write(&project, &proposal, &texts).map_err(|error| {
            output.fail(&error.to_string(), error.todo());
            Exit::Environment
        })?;
    }
    told.rejects = rejects(output, &project, &import, &rejected, file, taking)?;
    told.say(output);
    output.document("import", common.campaign.as_deref(), told.document());
    Ok(Exit::Done)
}

/// A path as a person typed it.
fn shown(file: &Path) -> String {
    names::of_path(file)
}

fn shelf(output: &Output, error: &ShelfError) -> Exit {
    let (todo, exit) = match error {
        ShelfError::Unreadable(..) => (
            "vérifier que le fichier n'est pas ouvert ailleurs et que vous y avez droit",
            Exit::Environment,
        ),
        ShelfError::Broken(_) => ("les corriger : « missive check » les montre", Exit::Invalid),
        ShelfError::Pending(error) => (error.todo(), Exit::Environment),
        ShelfError::Base(_) => (
            "remettre une sauvegarde de ce fichier, ou le supprimer : tout sera alors comparé comme à un premier import",
            Exit::Environment,
        ),
    };
    output.fail(&error.to_string(), todo);
    exit
}

fn chosen<'p>(
    output: &Output,
    profiles: &'p Profiles,
    book: &Book,
    file: &Path,
    asked: Option<&str>,
) -> Result<(&'p Profile, Found), Exit> {
    // A profile with mistakes is told, but only stops the import that names it.
    output.problems(&profiles.problems, &profiles.sources, true);
    profiles.choose(book, asked).map_err(|choice| {
        let new = format!("missive import {} --new-profile NOM", shown(file));
        let exit = if choice == Choice::Broken { Exit::Invalid } else { Exit::Usage };
        let (message, todo) = match choice {
            Choice::Unknown(names) => (
                format!("le profil « {} » n'existe pas", asked.unwrap_or_default()),
                format!("les profils connus : {}", names.join(", ")),
            ),
            Choice::Broken => (
                format!("le profil « {} » a des erreurs", asked.unwrap_or_default()),
                "les corriger dans profiles/, puis relancer".to_owned(),
            ),
            Choice::None if asked.is_some() => (
                format!(
                    "ce fichier n'a pas les colonnes du profil « {} » ; on y lit : {}",
                    asked.unwrap_or_default(),
                    header(book)
                ),
                format!("ajouter ces noms de colonnes au profil, ou en faire un autre : {new}"),
            ),
            Choice::None => (
                format!("aucun profil n'a ces colonnes : {}", header(book)),
                format!("faire un profil pour ce fichier : {new}"),
            ),
            Choice::Several(names) => (
                format!("plusieurs profils conviennent : {}", names.join(", ")),
                "dire lequel avec --profile".to_owned(),
            ),
        };
        output.fail(&message, &todo);
        exit
    })
}

/// The first row with several texts, for a person who wonders what was read.
fn header(book: &Book) -> String {
    let rows = book.grids.iter().flat_map(|grid| &grid.rows);
    let mut several =
        rows.filter(|row| row.cells.iter().filter(|cell| !cell.is_blank()).count() > 1);
    let names: Vec<String> = several.next().map_or_else(Vec::new, |row| {
        let texts = row.cells.iter().filter(|cell| !cell.is_blank());
        texts.take(12).map(|cell| cell.text().chars().take(40).collect()).collect()
    });
    match names.is_empty() {
        true => "une seule colonne".to_owned(),
        false => names.join(", "),
    }
}

/// The campaign whose school year new assignments belong to, if it is clear.
fn open_campaign<'l>(
    output: &Output,
    common: &Common,
    loaded: &'l Loaded,
    today: jiff::civil::Date,
) -> Result<Option<&'l Campaign>, Exit> {
    let all = &loaded.records.campaigns;
    if let Some(asked) = &common.campaign {
        let found = all.iter().find(|campaign| campaign.id.as_str() == asked);
        if found.is_none() {
            output.fail(
                &format!("la campagne {asked} n'existe pas"),
                "nommer une campagne de data/, par exemple : --campaign 2026",
            );
            return Err(Exit::Usage);
        }
        return Ok(found);
    }
    let mut open = all.iter().filter(|campaign| !campaign.is_closed(today));
    let first = open.next();
    Ok(match open.next() {
        Some(_) => None,
        None => first,
    })
}

/// What the new texts do to letters.
fn consequences(
    output: &Output,
    common: &Common,
    project: &Project,
    texts: &BTreeMap<String, File>,
) -> Result<Effects, Exit> {
    if texts.is_empty() {
        return Ok(Effects::default());
    }
    let ledger = context::peek(output, project, common)?.map(|(ledger, _)| ledger);
    let when = (environment::today(common.today.as_ref()), Clock::new(common.today.as_ref()).now());
    effects(project, ledger.as_ref(), texts, when, crate::render::worker_pool::workers(None))
        .map_err(|error| context::failed(output, &error))
}

/// Writes the rejected rows where the person wants them, or in `out/import/` with `--apply`.
fn rejects(
    output: &Output,
    project: &Project,
    import: &Import<'_>,
    rejected: &[(usize, String)],
    file: &Path,
    taking: &Taking,
) -> Result<Option<PathBuf>, Exit> {
    if rejected.is_empty() || (taking.rejects.is_none() && !taking.apply) {
        return Ok(None);
    }
    let path = taking.rejects.clone().unwrap_or_else(|| {
        let stem = file.file_stem().map_or("source".into(), |stem| stem.to_string_lossy());
        project.path(&format!("out/import/{stem}-rejets.csv"))
    });
    if std::fs::canonicalize(&path)
        .ok()
        .is_some_and(|own| std::fs::canonicalize(file).ok() == Some(own))
    {
        output.fail("les rejets écraseraient la source", "donner un autre nom à --rejects");
        return Err(Exit::Usage);
    }
    files::replace_durably(&path, &import.rejects(rejected)).map_err(|error| {
        output.fail(
            &format!(
                "{} ne peut pas être écrit : {}",
                names::of_path(&path),
                files::reason(&error)
            ),
            "choisir un autre endroit avec --rejects",
        );
        Exit::Environment
    })?;
    let path = path.strip_prefix(".").map(Path::to_path_buf).unwrap_or(path);
    Ok(Some(path))
}

fn new_profile(
    output: &Output,
    project: &Project,
    book: &Book,
    file: &Path,
    name: &str,
    records: Option<RecordKind>,
) -> Result<Exit, Exit> {
    let sound = (1..=40).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'));
    if !sound {
        output.fail(
            "le nom d'un profil n'a que des minuscules sans accent, des chiffres, - et _",
            "par exemple : --new-profile chefs-2026",
        );
        return Err(Exit::Usage);
    }
    let relative = format!("profiles/{name}.toml");
    let path = project.path(&relative);
    if path.exists() {
        output.fail(&format!("{relative} existe déjà"), "donner un autre nom, ou le corriger");
        return Err(Exit::Usage);
    }
    let target = records.map(|kind| match kind {
        RecordKind::Establishment => Target::Establishment,
        RecordKind::Head => Target::Head,
        RecordKind::Referent => Target::Referent,
        RecordKind::Allowance => Target::Allowance,
    });
    let source = file.file_name().map(names::of_file).unwrap_or_default();
    let Some(guess) = guess::guess(book, target, &source) else {
        output.fail("ce fichier n'a pas de ligne d'en-tête", "y mettre le nom de chaque colonne");
        return Err(Exit::Usage);
    };
    files::replace_durably(&path, guess.text.as_bytes()).map_err(|error| {
        output.fail(
            &format!("{relative} ne peut pas être écrit : {}", files::reason(&error)),
            "vérifier les droits du dossier profiles/",
        );
        Exit::Environment
    })?;
    output.say(&format!(
        "Profil écrit : {relative} ({}).",
        count(guess.columns.len(), "colonne reconnue", "colonnes reconnues")
    ));
    for (column, field) in &guess.columns {
        output.say(&format!("  {column} → {field}"));
    }
    if !guess.missing.is_empty() {
        output.say(&format!("À compléter dans le profil : {}.", guess.missing.join(", ")));
    }
    output.say(&format!(
        "Ensuite : relire {relative}, puis : missive import {} --profile {name}",
        shown(file)
    ));
    output.document(
        "import",
        None,
        serde_json::json!({ "profile": relative, "columns": guess.columns, "missing": guess.missing }),
    );
    Ok(Exit::Done)
}
