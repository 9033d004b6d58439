//! The report is true after every command that changes a state, whatever becomes of `out/`, and fails nothing.

use crate::beginning::sent_sample;
use crate::support::Project;

const REPORT: &str = "out/2026/report.html";
const ADA: &str = "2026-0860001J-NGRM";
const TURING: &str = "0860002K";

/// The report without the line that tells when it was written, and that line.
fn report(project: &Project) -> (String, String) {
    let page = project.read(REPORT).replace('\u{a0}', " ");
    let moment = page.lines().find(|line| line.contains("Arrêté au")).unwrap().to_owned();
    (page.replace(&moment, ""), moment)
}

/// The row of a letter.
fn row(project: &Project, reference: &str) -> String {
    let (page, _) = report(project);
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("<tr data-d")).collect();
    let found: Vec<&&str> = rows.iter().filter(|row| row.contains(reference)).collect();
    assert_eq!(found.len(), 1, "each letter is one row: {reference}");
    (*found[0]).to_owned()
}

/// The headings of the groups.
fn groups(project: &Project) -> Vec<String> {
    let (page, _) = report(project);
    let headings = page.lines().filter_map(|line| line.strip_prefix("<h2>")?.strip_suffix("</h2>"));
    headings.filter(|title| title.contains(" : ")).map(str::to_owned).collect()
}

/// Runs a command on a day, and says what the report then holds: its rows are for the caller.
fn on(project: &Project, day: &str, words: &[&str]) {
    let mut all = words.to_vec();
    all.extend(["--today", day]);
    project.missive(&all).expect(0);
}

#[test]
fn every_command_that_changes_a_state_writes_the_report_anew() {
    let project = sent_sample();
    assert_eq!(report(&project).1, "<p class=\"org\">Arrêté au 20 novembre 2026</p>");
    assert_eq!(groups(&project), ["Retour attendu : 13 lettres"], "`resolve` said so");
    assert!(
        row(&project, ADA).contains("transmise<small class=\"b\">à rendre le 18 décembre 2026")
    );

    on(&project, "2026-12-01", &["archive", "declare", ADA, "--paper", "--seen-by", "Paul"]);
    assert!(row(&project, ADA).contains(">signée<"), "{}", row(&project, ADA));
    assert!(report(&project).1.contains("1ᵉʳ décembre 2026"), "{}", report(&project).1);
    assert_eq!(groups(&project), ["Retour attendu : 12 lettres", "Terminé : 1 lettre"]);

    let other = "2026-0160102Z-LEFV";
    let letters = project.names("out/2026/letters");
    let other =
        letters.iter().find(|name| name.contains("0160102Z")).map_or(other, |name| &name[..18]);
    on(&project, "2026-12-02", &["archive", "waive", other, "--why", "poste supprimé"]);
    assert!(row(&project, other).contains(">sans retour attendu<"));
    on(&project, "2026-12-02", &["archive", "waive", other, "--undo"]);
    assert!(row(&project, other).contains(">transmise<"));

    on(&project, "2026-12-03", &["resolve", TURING, "--bounced", "--why", "adresse inconnue"]);
    assert!(groups(&project)[0].starts_with("À faire : "), "{:?}", groups(&project));
    on(&project, "2026-12-04", &["send", "--again", TURING]);
    assert!(row(&project, TURING).contains("outbox/0860002K.r2.eml"), "{}", row(&project, TURING));

    // A reminder changes no letter's state: the page says the day it was made.
    on(&project, "2027-01-05", &["send", "--remind"]);
    assert!(report(&project).1.contains("5 janvier 2027"), "{}", report(&project).1);
    assert!(groups(&project)[0].starts_with("En retard : "), "{:?}", groups(&project));
}

#[test]
fn a_return_that_is_taken_in_is_in_the_report() {
    let project = sent_sample();
    let bytes = project.bytes(&format!("out/2026/letters/{ADA}.pdf"));
    project.write("retour.pdf", bytes);
    let file = project.path("retour.pdf");
    let words = ["archive", "add", file.to_str().unwrap(), "--today", "2026-12-01"];
    project.missive(&words);
    assert!(report(&project).1.contains("1ᵉʳ décembre 2026"), "{}", report(&project).1);
}

#[test]
fn overdue_letters_come_first_with_the_telephone_of_the_school() {
    let project = Project::small();
    project.replace("data/school.toml", "head", "phone = \"05 49 00 00 01\"\nhead");
    project.missive(&["run", "--today", "2026-11-18"]).expect(0);
    project.hand_over("2026-11-20");
    assert_eq!(groups(&project), ["Retour attendu : 1 lettre"]);
    on(&project, "2026-12-30", &["run"]);
    assert_eq!(groups(&project), ["En retard : 1 lettre"]);
    let row = row(&project, "2026-0860001J-");
    assert!(row.contains("attendue le 18 décembre 2026, 12 jours de retard"), "{row}");
    assert!(row.contains("<a href=\"tel:0549000001\">05 49 00 00 01</a>"), "{row}");
    assert!(row.contains("<th scope=\"row\">"), "{row}");
    let (page, _) = report(&project);
    assert!(page.contains("1 lettre partie sur 1") && page.contains("1 en retard"), "{page}");
}

#[test]
fn a_deleted_folder_comes_back_with_what_is_known() {
    let project = sent_sample();
    std::fs::remove_dir_all(project.path("out")).unwrap();
    on(&project, "2026-12-01", &["archive", "declare", ADA, "--paper", "--seen-by", "Paul"]);
    assert!(row(&project, ADA).contains(">signée<"), "its file is gone, its state is not");
    assert!(!row(&project, ADA).contains("href=\"letters/"), "no link leads nowhere");
    assert_eq!(groups(&project), ["Retour attendu : 12 lettres", "Terminé : 1 lettre"]);
    on(&project, "2026-12-01", &["generate"]);
    assert!(row(&project, ADA).contains(&format!("href=\"letters/{ADA}.pdf\"")));
}

#[test]
fn the_same_day_gives_the_same_page() {
    let project = sent_sample();
    on(&project, "2026-11-20", &["generate"]);
    let first = project.read(REPORT);
    on(&project, "2026-11-20", &["generate"]);
    assert_eq!(project.read(REPORT), first);
    on(&project, "2026-11-24T14:05", &["generate"]);
    let moment = report(&project).1;
    assert!(moment.contains("Arrêté au 24 novembre 2026 à 14 h 0"), "{moment}");
}

#[test]
fn a_report_that_cannot_be_written_is_told_and_fails_nothing() {
    let declare = ["archive", "declare", ADA, "--paper", "--seen-by", "Paul"];
    // Something else is in its place.
    let project = sent_sample();
    std::fs::remove_file(project.path(REPORT)).unwrap();
    project.write(&format!("{REPORT}/note.txt"), "x");
    let told = project.missive(&declare).expect(0);
    assert!(told.err.contains("le rapport de la campagne 2026"), "{}", told.err);
    assert!(told.err.contains("report.html ne peut pas être écrit"), "{}", told.err);
    assert!(project.missive(&["status"]).expect(0).out.contains("1  signée"));
    // The records have errors, which are none of this command's business.
    let project = sent_sample();
    project.replace("data/establishments.toml", "0860001J", "0860001A");
    let told = project.missive(&declare).expect(0);
    assert!(told.err.contains("les données ont des erreurs"), "{}", told.err);
}
