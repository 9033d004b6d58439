//! The text of a guessed profile, for a person to correct.

use super::sample::{Recognised, Sample};
use crate::import::profile::Profile;
use crate::import::record_target::RecordTarget;
use crate::records::spelling;
use sheet_reader::Cell;
use std::collections::{BTreeMap, BTreeSet};

/// Different values of a column that are listed in a profile.
const MOST_VALUES: usize = 25;
/// What people write in a cell where there is no second school.
const NO_SCHOOL: &str =
    "ignore = [\"non\", \"aucun\", \"aucune\", \"néant\", \"sans objet\", \"-\", \"/\"]\n";

fn quoted(text: &str) -> String {
    toml_edit::Value::from(text).to_string()
}

/// One line of a text, that fits into a comment.
fn one_line(text: &str) -> String {
    spelling::tidy(text).chars().take(60).collect()
}

/// The text of a profile.
pub(super) fn profile_text(
    target: RecordTarget,
    sample: &Sample<'_>,
    found: &BTreeMap<usize, Recognised>,
    missing: &[&str],
    file: &str,
) -> String {
    let Sample { names, columns, .. } = sample;
    let mut text = format!(
        "# Profil d’importation deviné d’après « {} » : à relire et à corriger.\n\
         # « names » : les noms que la colonne peut porter ; « values » : ce que valent ses cases.\n\n\
         title = {}\nrecords = {}\nfile = {}\n",
        one_line(file),
        quoted(&one_line(file)),
        quoted(target.as_str()),
        quoted(target.usual_file()),
    );
    for (at, known) in found {
        let field = known.field;
        let name = names.get(*at).map_or("", String::as_str);
        let cells = columns.get(*at).map(Vec::as_slice).unwrap_or_default();
        let example = cells
            .first()
            .map_or(String::new(), |cell| format!("   # par exemple : {}", one_line(&cell.text())));
        text.push_str(&format!(
            "\n# {}\n[[column]]\nfield = {}\nnames = [{}]{example}\n",
            field.french,
            quoted(field.name),
            quoted(name)
        ));
        if field.name == "person" {
            text.push_str(
                "order = \"family-first\"   # ou \"given-first\", pour « Claire Martin »\n",
            );
        }
        if field.name == "post" {
            text.push_str(&posts(cells));
        }
        if field.name == "other_uai" {
            text.push_str(NO_SCHOOL);
        }
        if matches!(field.name, "kind" | "sector") {
            text.push_str(&values(field.name, cells));
        }
    }
    for name in missing {
        let french = target.field(name).map_or("", |field| field.french);
        text.push_str(&format!(
            "\n# À compléter : aucune colonne n’a été reconnue pour « {french} ».\n# [[column]]\n# field = {}\n# names = [\"…\"]\n",
            quoted(name)
        ));
    }
    let unused: Vec<String> = names
        .iter()
        .enumerate()
        .filter(|(at, name)| !found.contains_key(at) && !name.is_empty())
        .map(|(_, name)| one_line(name))
        .collect();
    if !unused.is_empty() {
        text.push_str(&format!("\n# Colonnes laissées : {}.\n", unused.join(", ")));
    }
    let fields: Vec<&str> = target.fields().iter().map(|field| field.name).collect();
    text.push_str(&format!("# Champs possibles : {}.\n", fields.join(", ")));
    text
}

/// The disciplines of a column with the posts that they stand for; nothing where no cell is one.
fn posts(cells: &[&Cell]) -> String {
    let known = Profile::built_in("referents");
    let known = known.iter().flat_map(|profile| &profile.columns);
    let known: Vec<&(String, String)> = known
        .filter(|column| column.field.name == "post")
        .flat_map(|column| &column.values)
        .collect();
    let all: BTreeSet<String> = cells.iter().map(|cell| spelling::tidy(&cell.text())).collect();
    let pairs: Vec<String> = all
        .iter()
        .filter_map(|text| {
            let (_, post) = known.iter().find(|(name, _)| *name == spelling::folded(text))?;
            Some(format!("{} = {}", quoted(text), quoted(post)))
        })
        .collect();
    match pairs.is_empty() {
        true => String::new(),
        false => format!("values = {{ {} }}\nothers = \"keep\"\n", pairs.join(", ")),
    }
}

/// The values of a column with what they may stand for; empty where nobody can guess.
fn values(field: &str, cells: &[&Cell]) -> String {
    let all: BTreeSet<String> = cells.iter().map(|cell| spelling::tidy(&cell.text())).collect();
    let meaning = |text: &str| {
        let folded = spelling::folded(text);
        let has = |part: &str| folded.contains(part);
        match field {
            "kind" if has("erea") || has("adapte") => "erea",
            "kind" if has("college") || folded == "clg" => "college",
            "kind" if has("polyvalent") || folded == "lpo" => "lycee-polyvalent",
            "kind" if has("professionnel") || folded == "lp" => "lycee-professionnel",
            "kind" if has("lycee") || folded == "lgt" => "lycee",
            "sector" if has("public") || folded == "pu" => "public",
            "sector" if has("prive") || folded == "pr" => "private",
            _ => "",
        }
    };
    let pairs: Vec<String> = all
        .iter()
        .take(MOST_VALUES)
        .map(|text| format!("{} = {}", quoted(text), quoted(meaning(text))))
        .collect();
    format!("values = {{ {} }}\n", pairs.join(", "))
}
