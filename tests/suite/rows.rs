//! Rows of a spreadsheet one by one: what does not hold together, what was rejected before, names that are
//! none, columns that nobody reads, surveys with long headings.

use crate::support::{Project, Told};
use serde_json::Value;

impl Project {
    /// Imports a text as a file of the project, with more words of the command line.
    fn takes(&self, name: &str, text: &str, more: &[&str]) -> Told {
        self.write(name, text);
        let path = self.path(name);
        self.missive(&[&["import", path.to_str().unwrap()][..], more].concat())
    }

    fn takes_json(&self, name: &str, text: &str, more: &[&str]) -> Value {
        self.takes(name, text, &[more, &["--json"]].concat()).expect(0).json()
    }
}

const CHEFS: [&str; 3] = ["--profile", "chefs", "--apply"];
const HEADS: &str = "UAI;Civilité;Nom;Prénom;Fonction;Date de prise de fonction\n0860001J;Mme;Durand;Anne;Principale;01/09/2024\n0860002K;M.;Benali;Karim;Principal;01/09/2023\n";

fn reasons(json: &Value) -> Vec<&str> {
    json["rejected"].as_array().unwrap().iter().map(|row| row["reason"].as_str().unwrap()).collect()
}

fn field<'j>(json: &'j Value, list: &str, key: &str) -> Vec<&'j str> {
    json[list].as_array().unwrap().iter().map(|entry| entry[key].as_str().unwrap()).collect()
}

#[test]
fn a_head_taken_out_by_hand_stays_out_and_the_others_come_in() {
    let project = Project::sample();
    project.takes("chefs.csv", HEADS, &CHEFS).expect(0);
    let text = project.read("data/establishments.toml");
    let head = text.lines().find(|line| line.starts_with("head = ") && line.contains("Durand"));
    project.replace("data/establishments.toml", &format!("{}\n", head.unwrap()), "");
    let without = project.read("data/establishments.toml");
    // Her function and her date changed in the source: no half of a head comes of it.
    let later = HEADS.replace("Anne;Principale;01/09/2024", "Anne;Proviseure;02/09/2024");
    let later = later.replace("Karim;Principal;", "Karim;Proviseur;");
    let told = project.takes_json("chefs.csv", &later, &CHEFS);
    assert_eq!((&told["records"]["changed"], reasons(&told).len()), (&1.into(), 0), "{told}");
    let notes = told["notes"].as_array().unwrap().iter();
    let note =
        notes.map(|note| note.as_str().unwrap()).find(|note| note.contains("0860001J")).unwrap();
    assert!(
        note.contains("(0860001J) : chef d'établissement retiré à la main, pas remis"),
        "{note}"
    );
    let now = project.read("data/establishments.toml");
    assert!(!now.contains("Durand") && now.contains("Proviseur") && now != without, "{now}");
    // Somebody else comes whole.
    let other = later.replace("Durand;Anne;Proviseure;02/09/2024", "Petit;Luce;Principale;");
    project.takes("chefs.csv", &other, &CHEFS).expect(0);
    let now = project.read("data/establishments.toml");
    assert!(
        now.contains("given_name = \"Luce\", family_name = \"Petit\", function = \"Principale\"")
    );
    project.missive(&["check"]).expect(0);
}

#[test]
fn rows_that_do_not_hold_together_are_rejected_one_by_one() {
    let project = Project::small();
    let survey = "UAI;Identifiant missive;Civilité;Nom;Prénom;Courriel;Discipline;Depuis le;Jusqu’au\n\
        0860001J;;Mme;Aubert;Zoé;zoe@academie.example;SVT;01/09/2026;\n\
        0860001J;;M.;Petit;Luc;luc@academie.example;SVT;01/09/2026;01/03/2026\n\
        0860001J;Pas Bon;M.;Roux;Jean;jean@academie.example;SVT;01/09/2026;\n";
    let told = project.takes_json("enquete.csv", survey, &["--apply"]);
    assert_eq!(
        (&told["records"]["new"], &told["rows"]["rejected"]),
        (&1.into(), &2.into()),
        "{told}"
    );
    for reason in reasons(&told) {
        assert!(reason.starts_with("la fiche ne tiendrait pas : "), "{reason}");
    }
    let rejects = project.read("out/import/enquete-rejets.csv");
    assert!(
        rejects.contains("Petit;Luc")
            && rejects.contains("Roux;Jean")
            && !rejects.contains("Aubert")
    );
    // A decision without an allowance; the other one is taken.
    let pay = "UAI;Nom;Prénom;Montant annuel;Date de décision\n0860001J;Aubert;Zoé;;09/11/2026\n0860001J;Martin;Claire;1.250,00 €;09/11/2026\n";
    let told = project.takes_json("paie.csv", pay, &["--apply"]);
    assert!(reasons(&told)[0].contains("une indemnité est accordée sans être nommée"), "{told}");
    assert_eq!(told["records"]["changed"], 1, "{told}");
    project.missive(&["check"]).expect(0);
    // A record that cannot be changed where it stands costs its own row.
    let mut text = project.read("data/school.toml");
    text = text.replace("0860001J", "0860002K").replace("head = {", "head_of_old = {");
    let school = text.lines().filter(|line| !line.starts_with("head_of_old")).collect::<Vec<_>>();
    project.write("data/autre.toml", format!("{}\nhead = \"Mme Petit\"\n", school.join("\n")));
    let heads = HEADS.replace("Durand;Anne", "Leroy;Anne");
    let told = project.takes_json(
        "chefs.csv",
        &heads,
        &["--profile", "chefs", "--since", "2026-09-01", "--apply"],
    );
    assert!(
        reasons(&told)[0].contains("0860002K ne peut pas être modifiée là où elle est"),
        "{told}"
    );
    assert!(project.read("data/school.toml").contains("Leroy"), "{told}");
}

#[test]
fn rejected_rows_imported_again_announce_nobody_gone() {
    let project = Project::sample();
    let survey = "UAI;Civilité;Nom;Prénom;Courriel;Discipline\n\
        0860001J;Mme;Aubert;Zoé;zoe@academie.example;SVT\n\
        0860002K;M.;Petit;Luc;luc@academie.example;SVT\n\
        0860003L;M.;Roux;;jean@academie.example;SVT\n";
    for (name, list, columns, fix) in [
        ("enquete", survey, "referents", ("Roux;;", "Roux;Jean;")),
        ("chefs", &HEADS.replace("Karim", ""), "chefs", ("Benali;;", "Benali;Karim;")),
    ] {
        let words = ["--profile", columns, "--apply"];
        let told = project.takes_json(&format!("{name}.csv"), list, &words);
        assert_eq!(reasons(&told), ["prénom : manque"], "{told}");
        let rejects = project.read(&format!("out/import/{name}-rejets.csv"));
        let again = project.takes_json("rejets.csv", &rejects.replace(fix.0, fix.1), &words);
        assert_eq!(again["gone"].as_array().unwrap().len(), 0, "{again}");
        assert_eq!(again["rows"]["imported"], 1, "{again}");
        // The list as a whole still knows who was in it.
        let fewer: Vec<&str> = list.lines().filter(|line| !line.starts_with("0860001J")).collect();
        let whole = project.takes_json(&format!("{name}.csv"), &fewer.join("\n"), &words);
        assert_eq!(whole["gone"].as_array().unwrap().len(), 1, "{whole}");
    }
    // Rejected once more, a row has one reason, the new one.
    let rejects = project.read("out/import/enquete-rejets.csv");
    project.takes("encore.csv", &rejects, &["--profile", "referents", "--apply"]).expect(0);
    let twice = project.read("out/import/encore-rejets.csv");
    assert_eq!(twice.matches("Raison du rejet").count(), 1, "{twice}");
    assert_eq!(twice.matches("prénom : manque").count(), 1, "{twice}");
}

#[test]
fn schools_that_were_rejected_announce_nobody_gone_either() {
    let project = Project::empty();
    let list = "UAI;Nom établissement;Type d'établissement;Secteur;Adresse;CP;Ville;Mail\n\
        0860001J;Collège A;CLG;PU;1 rue A;86000;Valclair;ce.0860001j@academie.example\n\
        0860002K;Collège B;CLG;PU;2 rue B;86000;;ce.0860002k@academie.example\n";
    let told = project.takes_json("ecoles.csv", list, &["--apply"]);
    assert_eq!(reasons(&told), ["commune : manque"], "{told}");
    let rejects =
        project.read("out/import/ecoles-rejets.csv").replace(";86000;;", ";86000;Valclair;");
    let again = project.takes_json("rejets.csv", &rejects, &["--apply"]);
    assert_eq!(
        (&again["records"]["new"], &again["records"]["gone"]),
        (&1.into(), &0.into()),
        "{again}"
    );
    assert!(again["questions"].as_array().unwrap().is_empty(), "{again}");
}

#[test]
fn the_reason_of_a_rejected_allowance_is_the_true_one() {
    let project = Project::small();
    project.write(
        "data/rules/prive.toml",
        "[[allowance]]\nid = \"prive-900\"\n[[allowance.version]]\nsince = 2015-09-01\nwhen = { sector = [\"private\"] }\nlabel = \"IMP\"\namount = 900.00\nsource = \"décret\"\n",
    );
    let pay = "UAI;Nom;Prénom;Montant annuel;Remarque\n0860001J;Martin;Claire;900;\n0860001J;Martin;Claire;17,5;\n0860001J;Petit;Luc;900;\n0860009Z;Martin;Claire;900;\n";
    let told = project.takes_json("paie.csv", pay, &["--apply"]);
    let told = reasons(&told);
    assert!(
        told[0].contains("« prive-900 » est pour le secteur privé ; Collège")
            && told[0].contains("est public"),
        "{told:?}"
    );
    assert!(told[1].contains("n'est de 17,50\u{a0}€"), "{told:?}");
    assert!(told[2].contains("Luc Petit n'est pas un référent des fiches"), "{told:?}");
    assert!(told[3].contains("0860009Z"), "{told:?}");
    // A column that is missing is not a cell that is empty, and a word that means nothing is said.
    let told =
        project.takes_json("chefs.csv", "UAI;Nom;Fonction\n0860001J;Durand;Principale\n", &CHEFS);
    assert_eq!(reasons(&told), ["prénom : ce fichier n'a pas de colonne pour cela"]);
    let two = project.read("data/campaigns/2026.toml").replace("\"2026\"", "\"2027\"");
    project.write("data/campaigns/2027.toml", two);
    let survey = "UAI;Civilité;Nom;Prénom;Courriel;Discipline\n0860001J;Mme;Aubert;Zoé;zoe@academie.example;SVT\n";
    let told = project.takes_json("enquete.csv", survey, &["--profile", "referents"]);
    assert!(reasons(&told)[0].contains("plusieurs campagnes sont ouvertes"), "{told}");
}

#[test]
fn names_that_look_like_none_are_told() {
    let project = Project::sample();
    let heads = "UAI;Civilité;Chef d’établissement;Fonction;Date de prise de fonction\n\
        0860001J;M.;M. Olivier Mme SIMON;Principal;01/09/2026\n";
    let told = project.takes_json("chefs.csv", heads, &CHEFS);
    assert!(field(&told, "doubtful", "why")[0].contains("« Mme » au milieu du nom"), "{told}");
    // In one cell, where to cut is not what is wrong.
    let heads = "UAI;Chef d’établissement;Fonction\n0860001J;BRIAND et MORVAN;Principal\n0860002K;Poste vacant;Principal\n0860003L;Paul Henri Durand;Proviseur\n";
    let told = project.takes_json("equipe.csv", heads, &CHEFS);
    let reasons = reasons(&told);
    assert!(reasons[0].contains("deux personnes dans une case"), "{reasons:?}");
    assert!(reasons[1].contains("n'est sans doute pas un nom"), "{reasons:?}");
    assert!(reasons[2].contains("impossible de dire où finit le nom"), "{reasons:?}");
    let survey = "UAI;Civilité;Nom;Prénom;Courriel;Discipline\n\
        0860001J;Mme;Participant;Agnès Non;;SVT\n\
        0860002K;;BRIAND et MORVAN;Luc;;SVT\n\
        0860003L;Mme;Le Goff;Maï;;SVT\n";
    let words = ["--profile", "referents", "--apply"];
    let told = project.takes_json("enquete.csv", survey, &words);
    assert_eq!(field(&told, "doubtful", "uai"), ["0860001J", "0860002K"], "{told}");
    assert_eq!(told["rows"]["imported"], 3, "a warning, not a rejection: {told}");
    let screen = project.takes("enquete.csv", survey, &words).expect(0).out;
    assert!(
        screen.contains("Noms à vérifier : 2") && screen.contains("(0860002K), ligne 3 : "),
        "{screen}"
    );
    let checked = project.missive(&["check", "--json"]).json();
    let problems = checked["problems"].as_array().unwrap();
    let codes = problems.iter().filter(|problem| problem["code"] == "W-NAME").count();
    assert_eq!(codes, 3, "the records say so too: {checked}");
}

#[test]
fn a_row_that_says_that_it_replaces_another_is_asked_about() {
    let project = Project::sample();
    let survey = "UAI;Civilité;Nom;Prénom;Courriel;Discipline;Observations\n\
        0860003L;Mme;Aubert;Zoé;zoe@academie.example;SVT;\n\
        0860003L;M.;Petit;Luc;luc@academie.example;SVT;annule et remplace la réponse de Mme Aubert\n\
        0860001J;M.;Roux;Jean;jean@academie.example;SVT;remplace Claire Martin, mutée\n\
        0860002K;Mme;Blanc;Ève;eve@academie.example;SVT;Remplace le vidéoprojecteur elle-même\n";
    let told = project.takes_json("enquete.csv", survey, &["--profile", "referents", "--apply"]);
    let asked = field(&told, "questions", "text");
    assert!(
        asked[0].starts_with("ligne 3, ") && asked[0].contains("Zoé Aubert (ligne 2)"),
        "{asked:?}"
    );
    assert!(asked[1].contains("prend la place de Claire Martin (martin-claire)"), "{asked:?}");
    assert!(reasons(&told).iter().all(|reason| reason.starts_with("à décider : ")), "{told}");
    assert!(!project.read("data/referents.toml").contains("luc@academie.example"));
    // Of heads there is one only: the words say which row to keep.
    let heads = "UAI;Civilité;Nom;Prénom;Fonction;Remarque\n0860001J;Mme;Durand;Anne;Principale;\n0860001J;M.;Petit;Luc;Principal;remplace Mme Durand\n";
    let two = project.takes_json("chefs.csv", heads, &CHEFS);
    assert!(
        reasons(&two)
            .iter()
            .all(|line| line.ends_with("la ligne 3 dit « remplace Mme Durand » : la garder ?")),
        "{two}"
    );
    let rows = &told["rows"];
    let sum = ["imported", "merged", "filtered", "rejected"].map(|key| rows[key].as_u64().unwrap());
    assert_eq!(rows["read"].as_u64().unwrap(), sum.iter().sum::<u64>());
}

#[test]
fn columns_that_nobody_reads_are_named_and_those_that_matter_shown() {
    let project = Project::sample();
    let survey = "UAI;Civilité;Nom;Prénom;Courriel;Discipline;Observations;Vide;Heures\n\
        0860003L;Mme;Aubert;Zoé;zoe@academie.example;SVT;part à la retraite en janvier;;2\n\
        0860004M;M.;Petit;Luc;luc@academie.example;SVT;poste VACANT depuis octobre;;1\n\
        0860001J;M.;Roux;Jean;jean@academie.example;SVT;bonne année;;\n";
    let words = ["--profile", "referents"];
    let told = project.takes_json("enquete.csv", survey, &words);
    assert_eq!(
        told["unread"],
        serde_json::json!([
            {"column": "Observations", "cells": 3},
            {"column": "Vide", "cells": 0},
            {"column": "Heures", "cells": 2}
        ])
    );
    assert_eq!(field(&told, "remarks", "uai"), ["0860003L", "0860004M"], "{told}");
    let screen = project.takes("enquete.csv", survey, &words).expect(0).out;
    assert!(
        screen.contains("Colonnes non lues : Observations (3 cases), Heures (2 cases) ; 1 vide."),
        "{screen}"
    );
    assert!(
        screen.contains("(0860003L), ligne 2, « Observations » : part à la retraite"),
        "{screen}"
    );
}

const SURVEY: &str = "Horodateur;1. Code UAI de votre établissement *;2. Civilité;3. NOM de la personne désignée;4. Prénom de la personne désignée;5. Son adresse électronique;6. Discipline ou fonction;7. Exerce-t-elle aussi dans un second établissement ? Lequel ?;8. Observations\n\
    1;0860001J;Mme;AUBERT;Zoé;zoe@academie.example;SVT;0860002K - Collège;\n\
    2;0860003L;M.;PETIT;Luc;luc@academie.example;Maths;Non;\n\
    3;0860004M;M.;ROUX;Jean;;EPS;Wangari;\n\
    4;0170203D;M.;VERT;Paul;;EPS;Collège Nulle-Part;\n";

#[test]
fn a_survey_with_long_headings_is_recognised_shown_and_taken() {
    let project = Project::sample();
    let told = project.takes("enquete.csv", SURVEY, &[]).expect(2);
    assert!(told.out.contains("Aucun profil ne convient"), "{}", told.out);
    let line = told.out.lines().find(|line| line.contains("NOM de la personne désignée")).unwrap();
    assert!(line.ends_with("nom (family_name, d'après l'intitulé)"), "{line}");
    assert!(told.err.contains("--new-profile NOM"), "{}", told.err);
    let made = project.takes("enquete.csv", SURVEY, &["--new-profile", "enquete-2026"]).expect(0);
    assert!(
        made.out.contains("autre établissement (other_uai, d'après l'intitulé)"),
        "{}",
        made.out
    );
    assert!(!made.out.contains("À compléter"), "{}", made.out);
    let words = ["--profile", "enquete-2026", "--apply"];
    let told = project.takes_json("enquete.csv", SURVEY, &words);
    assert_eq!(
        (&told["rows"]["read"], &told["rows"]["imported"]),
        (&4.into(), &3.into()),
        "{told}"
    );
    assert!(reasons(&told)[0].contains("aucun ne s'appelle « Collège Nulle-Part »"), "{told}");
    let text = project.read("data/referents.toml");
    let (_, aubert) = text.split_once("id = \"aubert-zoe\"").unwrap();
    let aubert = aubert.split("[[referent]]").next().unwrap();
    assert!(aubert.contains("\"0860001J\"") && aubert.contains("\"0860002K\""), "{aubert}");
    let (_, roux) = text.split_once("id = \"roux-jean\"").unwrap();
    assert_eq!(
        roux.split("[[referent]]").next().unwrap().matches("[[referent.assignment]]").count(),
        2
    );
    let again = project.takes_json("enquete.csv", SURVEY, &words);
    assert!(again["changes"].as_array().unwrap().is_empty(), "{again}");
    // Next year's questions have other numbers.
    let renumbered = SURVEY.replace("3. NOM de", "12) NOM de");
    let again = project.takes_json("enquete.csv", &renumbered, &words);
    assert_eq!(again["rows"]["imported"], 3, "{again}");
}
