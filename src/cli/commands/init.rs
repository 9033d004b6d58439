//! `missive init`: a new project, from the built-in sample or, empty, from a form.

use crate::app::first_project::empty_project::write_empty_project;
use crate::app::first_project::form::{FormAnswers, FormError, FormQuestion, QUESTIONS};
use crate::app::wording::count;
use crate::cli::args::{Common, OPTIONS};
use crate::cli::context::today;
use crate::cli::error::CommandError;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::cli::ui::prompt;
use crate::project::sample;
use clap::Args;
use jiff::civil::Date;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Which project is made.
#[derive(Clone, Debug, Args)]
pub struct InitArgs {
    /// Dossier à créer, ou vide
    #[arg(value_name = "DOSSIER")]
    pub folder: PathBuf,
    /// Sans données fictives : les règles et les gabarits, et des réglages demandés au terminal, ou à
    /// remplir
    #[arg(long, help_heading = OPTIONS)]
    pub empty: bool,
    /// Avec --empty, une réponse du formulaire, comme organisation.city=Exempleville (répétable)
    #[arg(long, value_name = "CLÉ=VALEUR", requires = "empty", value_parser = form_answer, help_heading = OPTIONS)]
    pub set: Vec<FormAnswer>,
}

/// An answer that was given with the command.
#[derive(Clone, Debug)]
pub struct FormAnswer {
    key: String,
    text: String,
}

/// A text is not an answer of the form.
#[derive(Clone, Debug, thiserror::Error)]
enum FormAnswerError {
    #[error("écrire CLÉ=VALEUR, comme organisation.city=Exempleville")]
    NoValue,
    #[error("{0} ; les clés : {keys}", keys = keys())]
    Form(#[from] FormError),
}

fn keys() -> String {
    QUESTIONS.map(|question| question.key).join(", ")
}

fn form_answer(text: &str) -> Result<FormAnswer, FormAnswerError> {
    let (key, text) = text.split_once('=').ok_or(FormAnswerError::NoValue)?;
    FormAnswers::default().set(key, text)?;
    Ok(FormAnswer { key: key.to_owned(), text: text.to_owned() })
}

/// Writes a project into a folder.
pub fn run(output: &Output, common: &Common, args: &InitArgs) -> Result<Exit, CommandError> {
    match args.empty {
        true => write_empty(output, common, args),
        false => write_sample(output, &args.folder),
    }
}

fn write_sample(output: &Output, folder: &Path) -> Result<Exit, CommandError> {
    let files = sample::write(folder)?;
    let shown = printable_text::of_path(folder);
    output.say(&format!("{} dans {shown}.", count(files, "fichier écrit", "fichiers écrits")));
    output
        .say("C'est un projet complet et fictif : remplacez peu à peu ses données par les vôtres.");
    output.say(&format!("Ensuite : missive run -C {shown}"));
    output.document("init", None, json!({ "folder": folder, "files": files }));
    Ok(Exit::Done)
}

fn write_empty(output: &Output, common: &Common, args: &InitArgs) -> Result<Exit, CommandError> {
    sample::require_empty(&args.folder)?;
    let mut answers = FormAnswers::default();
    for FormAnswer { key, text } in &args.set {
        answers
            .set(key, text)
            .map_err(|error| CommandError::usage(error.to_string(), "corriger cette réponse"))?;
    }
    if prompt::can(common) {
        ask(output, &mut answers, today(common));
    } else {
        answers.fill_usual(today(common));
    }
    let written = write_empty_project(&args.folder, &answers)?;
    let shown = printable_text::of_path(&args.folder);
    output.say(&format!(
        "{} dans {shown} : les règles, les gabarits, la campagne {} ; aucun établissement.",
        count(written.files, "fichier écrit", "fichiers écrits"),
        written.campaign
    ));
    match written.to_fill.len() {
        0 => output.say(&format!(
            "Ensuite : missive check -C {shown}, puis missive import annuaire.csv -C {shown}"
        )),
        left => {
            output.say(&format!(
                "À remplir dans missive.toml et data/campaigns/{}.toml : {}.",
                written.campaign,
                count(left, "réponse", "réponses")
            ));
            output.say(&format!("Ensuite : missive check -C {shown}, qui les nomme une par une"));
        }
    }
    output.value("init", None, &written);
    Ok(Exit::Done)
}

/// Asks what is not answered yet; Ctrl-D leaves the rest to be filled in.
fn ask(output: &Output, answers: &mut FormAnswers, today: Date) {
    output.say(&format!(
        "{} (Entrée : la réponse entre crochets, ou à remplir plus tard ; Ctrl-D : laisser la suite).",
        count(QUESTIONS.len(), "question", "questions")
    ));
    for question in &QUESTIONS {
        if answers.get(question.key).is_none() && ask_one(answers, question, today).is_none() {
            break;
        }
    }
    answers.fill_usual(today);
}

fn ask_one(answers: &mut FormAnswers, question: &FormQuestion, today: Date) -> Option<()> {
    let usual = answers.usual(question, today);
    let shown = match &usual {
        Some(usual) => format!("[{usual}] "),
        None if question.optional => "[rien] ".to_owned(),
        None => String::new(),
    };
    let mut chosen = answers.clone();
    let answered = prompt::until(&format!("{} {shown}:", capital(question.french)), |line| {
        let text = if line.is_empty() { usual.as_deref().unwrap_or_default() } else { line };
        match text.is_empty() {
            true => Ok(()),
            false => chosen.answer(question, text).map_err(|error| match error {
                FormError::Value { error, .. } => error.message,
                error => error.to_string(),
            }),
        }
    });
    *answers = chosen;
    answered
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
