//! `missive campaign new`: next year from this year's records, as a person confirms.

use crate::app::new_year::answer_sheet::{answers, fate, questions, situation};
use crate::app::new_year::campaign_file::{Dates, proposed};
use crate::app::new_year::cases::{Answered, Case, Fate, Newcomer, Situation, Successor, Unknown};
use crate::app::new_year::new_year::{Prepared, Renewal, RenewalError};
use crate::app::wording::count;
use crate::app::workspace::Workspace;
use crate::cli::args::{Common, NewYear};
use crate::cli::context;
use crate::cli::exit::Exit;
use crate::cli::ui::output::Output;
use crate::cli::ui::prompt;
use crate::import::sheet;
use crate::letter::french;
use crate::project::environment;
use crate::records::campaign::Campaign;
use crate::records::spelling;
use crate::records::values::CampaignId;
use crate::{files, names};
use jiff::civil::Date;
use serde_json::json;
use std::path::Path;

/// Opens the campaign of the next year.
pub fn run(output: &Output, common: &Common, word: &NewYear) -> Exit {
    match tried(output, common, word) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn tried(output: &Output, common: &Common, word: &NewYear) -> Result<Exit, Exit> {
    let project = context::project(output, common)?;
    let _lock = word.apply.then(|| context::lock(output, &project)).transpose()?;

    let (workspace, _) = Workspace::open(project, &[]);
    let (from, id) = campaigns(output, &workspace, word)?;
    let renewal = Renewal::new(&workspace, from, id).map_err(|error| failed(output, &error))?;
    if workspace.project.path(&renewal.file()).exists() {
        output.fail(
            &format!("{} existe déjà", renewal.file()),
            "donner un autre identifiant à la nouvelle campagne, ou renommer ce fichier",
        );
        return Err(Exit::Usage);
    }
    if let Some(path) = &word.questions {
        return ask_by_sheet(output, &renewal, path);
    }
    let mut dates = dates(word, from, &renewal);
    let interactive = word.answers.is_none() && prompt::can(common);
    let answered = match &word.answers {
        Some(path) => by_sheet(output, &workspace, &renewal, path)?,
        None if interactive => at_terminal(output, &renewal, &mut dates),
        None => Answered::default(),
    };
    let undecided: Vec<String> = renewal
        .cases
        .iter()
        .filter(|case| !answered.fates.contains_key(&case.key()))
        .map(|case| format!("{} ({})", case.referent.id.value, case.assignment.establishment.value))
        .collect();
    let today = environment::today(common.today.as_ref());
    let prepared =
        renewal.prepare(&answered, dates, today).map_err(|error| failed(output, &error))?;
    say(output, &renewal, &prepared, dates, &undecided);
    let document = |applied: bool, written: &[String]| {
        json!({
            "id": renewal.id, "from": renewal.from.id.value,
            "school_year": renewal.next.to_string(),
            "date": dates.date, "reply_by": dates.reply_by, "report_by": dates.report_by,
            "assignments": prepared.changes.counts,
            "undecided": undecided,
            "unknown": unknown_json(&prepared.unknown),
            "applied": applied, "written": written,
        })
    };
    if !undecided.is_empty() {
        output.document("campaign-new", Some(renewal.id.as_str()), document(false, &[]));
        output.fail(
            &format!(
                "{} à décider : rien n'est écrit",
                count(undecided.len(), "désignation reste", "désignations restent")
            ),
            &format!(
                "missive campaign new {} --from {} --questions questions.csv, remplir la colonne Réponse, puis --answers questions.csv",
                renewal.id, renewal.from.id.value
            ),
        );
        return Ok(Exit::Decide);
    }
    if !prepared.errors.is_empty() {
        output.problems(&prepared.errors, &prepared.sources, false);
        output.document("campaign-new", Some(renewal.id.as_str()), document(false, &[]));
        output.fail(
            "la nouvelle campagne aurait des erreurs : rien n'est écrit",
            "corriger les fiches ou les réponses, puis relancer",
        );
        return Ok(Exit::Invalid);
    }
    let write = word.apply
        || (interactive
            && prompt::until("Écrire ces changements ? (oui / non)", yes_or_no) == Some(true));
    if !write {
        output.document("campaign-new", Some(renewal.id.as_str()), document(false, &[]));
        output.say("Rien n'est écrit. Ensuite, pour l'écrire : la même commande avec --apply");
        return Ok(Exit::Done);
    }
    let written =
        renewal.write(&workspace.project, &prepared).map_err(|error| failed(output, &error))?;
    output.document("campaign-new", Some(renewal.id.as_str()), document(true, &written));
    output.say(&format!("Écrit : {}.", written.join(", ")));
    output.say(&format!(
        "Ensuite : relire {}, puis missive campaign close {} quand ses retours sont là, et missive check --campaign {}",
        renewal.file(),
        renewal.from.id.value,
        renewal.id
    ));
    Ok(Exit::Done)
}

fn failed(output: &Output, error: &RenewalError) -> Exit {
    let (todo, exit) = match error {
        RenewalError::Shelf(_) | RenewalError::Uncopied(_) | RenewalError::Unchangeable(_) => {
            ("corriger ce fichier : « missive check » le montre", Exit::Invalid)
        }
        RenewalError::NotIntact(_) => (
            "clore d'abord la campagne d'avant, ou écrire ces changements à la main",
            Exit::Invalid,
        ),
        RenewalError::Pending(error) => (error.todo(), Exit::Environment),
    };
    output.fail(&error.to_string(), todo);
    exit
}

fn campaigns<'b>(
    output: &Output,
    workspace: &'b Workspace,
    word: &NewYear,
) -> Result<(&'b Campaign, CampaignId), Exit> {
    let usage = |message: String, todo: &str| {
        output.fail(&message, todo);
        Exit::Usage
    };
    let all = &workspace.loaded.records.campaigns;
    let id: CampaignId =
        word.id.parse().map_err(|complaint: crate::records::reader::Complaint| {
            usage(complaint.message, "donner un identifiant court, comme 2027")
        })?;
    if all.iter().any(|own| own.id.value == id) {
        return Err(usage(format!("la campagne {id} existe déjà"), "donner un autre identifiant"));
    }
    let found = all.iter().find(|own| own.id.as_str() == word.from);
    match found {
        Some(from) => Ok((from, id)),
        None => {
            let known: Vec<&str> = all.iter().map(|own| own.id.as_str()).collect();
            let message = format!("la campagne {} n'existe pas, ou a des erreurs", word.from);
            let todo = format!("les campagnes connues : {}", known.join(", "));
            Err(usage(message, &todo))
        }
    }
}

fn dates(word: &NewYear, from: &Campaign, renewal: &Renewal<'_>) -> Dates {
    let own = proposed(from, renewal.next);
    Dates {
        date: word.date.unwrap_or(own.date),
        reply_by: word.reply_by.unwrap_or(own.reply_by),
        report_by: word.report_by.unwrap_or(own.report_by),
    }
}

fn ask_by_sheet(output: &Output, renewal: &Renewal<'_>, path: &Path) -> Result<Exit, Exit> {
    if path.exists() {
        output.fail(
            &format!("{} existe déjà", names::of_path(path)),
            "donner un autre nom : des réponses pourraient y être perdues",
        );
        return Err(Exit::Usage);
    }
    let without = renewal.without();
    let bytes = questions(&renewal.cases, &without);
    files::replace_durably(path, &bytes).map_err(|error| {
        output.fail(
            &format!("{} ne peut pas être écrit : {}", names::of_path(path), files::reason(&error)),
            "choisir un autre endroit",
        );
        Exit::Environment
    })?;
    let usual = renewal.cases.iter().filter(|case| case.situation == Situation::Usual).count();
    output.say(&format!(
        "{} : {}, dont {} où « continue » est déjà écrit ; {} sans référent.",
        names::of_path(path),
        count(renewal.cases.len(), "désignation", "désignations"),
        usual,
        count(without.len(), "établissement", "établissements"),
    ));
    output.say("Réponses possibles : continue, fin, remplacé, suit ; « nouveau » pour un établissement sans référent.");
    output.say(&format!(
        "Ensuite : remplir la colonne Réponse, puis missive campaign new {} --from {} --answers {}",
        renewal.id,
        renewal.from.id.value,
        names::of_path(path)
    ));
    output.document(
        "campaign-new",
        Some(renewal.id.as_str()),
        json!({ "questions": names::value(path), "assignments": renewal.cases.len(), "without_referent": without.len() }),
    );
    Ok(Exit::Done)
}

fn by_sheet(
    output: &Output,
    workspace: &Workspace,
    renewal: &Renewal<'_>,
    path: &Path,
) -> Result<Answered, Exit> {
    let book = sheet::read(path).map_err(|error| {
        output.fail(&format!("{} : {error}", names::of_path(path)), error.todo());
        Exit::Environment
    })?;
    let found = answers(&book, &renewal.cases, &workspace.loaded.records);
    if found.wrong.is_empty() {
        return Ok(found.answered);
    }
    for (row, why) in &found.wrong {
        output.warn(&format!("{}, ligne {row} : {why}", names::of_path(path)));
    }
    output.fail(
        &format!(
            "{} : rien n'est écrit",
            count(
                found.wrong.len(),
                "réponse ne se comprend pas",
                "réponses ne se comprennent pas"
            )
        ),
        "les corriger dans le tableur, puis relancer",
    );
    Err(Exit::Usage)
}

fn yes_or_no(line: &str) -> Result<bool, String> {
    match spelling::folded(line).as_str() {
        "o" | "oui" => Ok(true),
        "n" | "non" | "" => Ok(false),
        _ => Err("répondre oui ou non".to_owned()),
    }
}

fn date_or(line: &str, default: Date) -> Result<Date, String> {
    match line {
        "" => Ok(default),
        text => text.parse().map_err(|_| "écrire année-mois-jour, comme 2027-11-15".to_owned()),
    }
}

/// Asks at the terminal: the dates, what stands out one by one, who else leaves, and the rest as one.
fn at_terminal(output: &Output, renewal: &Renewal<'_>, dates: &mut Dates) -> Answered {
    let mut answered = Answered::default();
    output.say(&format!(
        "Campagne {} ({}), d'après {}. Entrée : la réponse proposée ; Ctrl-D : arrêter sans rien écrire.",
        renewal.id, renewal.next, renewal.from.id.value
    ));
    for (name, day) in [
        ("Date des lettres", &mut dates.date),
        ("Réponse attendue le", &mut dates.reply_by),
        ("Bilan attendu le", &mut dates.report_by),
    ] {
        let default = *day;
        let question = format!("{name} [{default}] :");
        let Some(own) = prompt::until(&question, |line| date_or(line, default)) else {
            return answered;
        };
        *day = own;
    }
    let special = renewal.cases.iter().filter(|case| case.situation != Situation::Usual);
    for case in special {
        let Some(own) = decide(output, case) else { return answered };
        answered.fates.insert(case.key(), own);
    }
    loop {
        let question = "Un autre référent s'arrête ou est remplacé ? (identifiant ; Entrée : non)";
        let known = |line: &str| -> Result<Vec<&Case<'_>>, String> {
            let own: Vec<&Case<'_>> =
                renewal.cases.iter().filter(|case| case.referent.id.as_str() == line).collect();
            match own.is_empty() && !line.is_empty() {
                true => Err(format!("« {line} » n'est désigné nulle part cette année")),
                false => Ok(own),
            }
        };
        let Some(named) = prompt::until(question, known) else { return answered };
        if named.is_empty() {
            break;
        }
        for case in named {
            let Some(own) = decide(output, case) else { return answered };
            answered.fates.insert(case.key(), own);
        }
    }
    let rest: Vec<&Case<'_>> =
        renewal.cases.iter().filter(|case| !answered.fates.contains_key(&case.key())).collect();
    let question = format!(
        "{} sans changement ? (oui / non)",
        count(rest.len(), "autre désignation continue", "autres désignations continuent")
    );
    if rest.is_empty() || prompt::until(&question, yes_or_no) == Some(true) {
        answered.fates.extend(rest.into_iter().map(|case| (case.key(), Fate::Continues)));
    }
    answered
}

fn decide(output: &Output, case: &Case<'_>) -> Option<Fate> {
    let name =
        format!("{} {}", &*case.referent.given_name.value, &*case.referent.family_name.value);
    let school = case.school.map_or(String::new(), |own| format!(" ({})", &*own.name.value));
    let mut line = format!("{name}, {}{school}", case.assignment.establishment.value);
    if case.situation != Situation::Usual {
        line = format!("{line} : {}", situation(&case.situation));
    }
    output.say(&line);
    let proposed = case.proposed();
    let default = match &proposed {
        Fate::Continues => "c",
        Fate::Follows(_) => "s",
        _ => "f",
    };
    let question = format!("c = continue, f = fin, r = remplacé, s = suit la fusion [{default}] :");
    let blank = || Ok(Successor::New(Newcomer::default()));
    let own = prompt::until(&question, |line| {
        let reply = if line.is_empty() { default } else { line };
        fate(reply, None, case, blank)
    })?;
    match own {
        Fate::Passes(..) => Some(Fate::Passes(successor()?, reason()?)),
        Fate::Ends(None) => Some(Fate::Ends(reason()?)),
        own => Some(own),
    }
}

fn reason() -> Option<Option<String>> {
    prompt::until("  motif, imprimé sur une fin de mission (Entrée : aucun) :", |line| {
        Ok(Some(spelling::tidy(line)).filter(|own| !own.is_empty()))
    })
}

fn successor() -> Option<Successor> {
    let needed = |line: &str| match spelling::tidy(line) {
        own if own.is_empty() => Err("il faut une réponse".to_owned()),
        own => Ok(own),
    };
    let optional = |line: &str| Ok(Some(spelling::tidy(line)).filter(|own| !own.is_empty()));
    let family_name = prompt::until("  nom du remplaçant (ou son identifiant) :", needed)?;
    if family_name.contains('-') && family_name.chars().all(|c| c.is_ascii_lowercase() || c == '-')
    {
        return Some(Successor::Known(family_name));
    }
    let given_name = prompt::until("  prénom :", needed)?;
    let civility = prompt::until("  civilité (Mme, M., Entrée : inconnue) :", |line| match line {
        "" => Ok(None),
        text => crate::import::people::civility(text)
            .map(|own| Some(own.to_owned()))
            .ok_or_else(|| "répondre Mme ou M.".to_owned()),
    })?;
    let email = prompt::until("  adresse électronique (Entrée : inconnue) :", optional)?;
    let post = prompt::until("  fonction, comme « professeur de technologie » :", needed)?;
    Some(Successor::New(Newcomer { civility, given_name, family_name, email, post }))
}

fn unknown_json(unknown: &Unknown) -> serde_json::Value {
    json!({
        "without_referent": unknown.without_referent,
        "without_head": unknown.without_head,
        "without_email": unknown.without_email,
        "old_priorities": unknown.old_priorities,
        "referents_without_email": unknown.referents_without_email,
        "training_with_closed": unknown.training_with_closed,
    })
}

fn say(
    output: &Output,
    renewal: &Renewal<'_>,
    prepared: &Prepared,
    dates: Dates,
    undecided: &[String],
) {
    output.say(&format!(
        "Campagne {} ({}) : lettres datées du {}, réponse attendue le {}, bilan le {}.",
        renewal.id,
        renewal.next,
        french::date(dates.date),
        french::date(dates.reply_by),
        french::date(dates.report_by)
    ));
    let counts = prepared.changes.counts;
    let mut parts = vec![count(counts.continued, "continue", "continuent")];
    for (number, one, many) in [
        (counts.ended, "se termine", "se terminent"),
        (counts.passed, "passe à quelqu'un d'autre", "passent à quelqu'un d'autre"),
        (counts.followed, "suit une fusion", "suivent une fusion"),
        (undecided.len(), "reste à décider", "restent à décider"),
    ] {
        if number > 0 {
            parts.push(count(number, one, many));
        }
    }
    output.say(&format!(
        "{} : {}.",
        count(renewal.cases.len(), "désignation", "désignations"),
        parts.join(", ")
    ));
    if counts.appointed > 0 {
        output.say(&format!(
            "{} dans un établissement qui n'en avait pas.",
            count(counts.appointed, "nouveau référent", "nouveaux référents")
        ));
    }
    let unknown = &prepared.unknown;
    let few = |names: &[String]| {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        crate::app::wording::few(&names)
    };
    for (names, what) in [
        (&unknown.without_referent, "sans référent"),
        (
            &unknown.without_head,
            "sans chef d'établissement connu, ou par intérim (missive import d'une liste de chefs)",
        ),
        (&unknown.without_email, "sans adresse électronique"),
        (&unknown.old_priorities, "dont les priorités locales datent de l'an dernier"),
    ] {
        if !names.is_empty() {
            let schools = count(names.len(), "établissement", "établissements");
            output.say(&format!("À compléter : {schools} {what} ({}).", few(names)));
        }
    }
    if !unknown.referents_without_email.is_empty() {
        let people = count(unknown.referents_without_email.len(), "référent", "référents");
        output.say(&format!(
            "À compléter : {people} sans adresse électronique ({}).",
            few(&unknown.referents_without_email)
        ));
    }
    if !unknown.training_with_closed.is_empty() {
        output.say(&format!(
            "À revoir : « training_with » nomme un établissement fermé ({}).",
            few(&unknown.training_with_closed)
        ));
    }
    output.say("À relire dans la nouvelle campagne : le signataire, sa délégation, les pièces jointes, le cadre (data/rules).");
}
