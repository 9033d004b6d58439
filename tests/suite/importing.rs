//! Spreadsheets taken into the records: what is shown, what is written, what stays.

use crate::support::{Project, Told, hashes, missive, shared, told};
use crate::waiting::kill_after;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import").join(name)
}

impl Project {
    pub fn import(&self, file: &Path, more: &[&str]) -> Told {
        let words = [&["import", file.to_str().unwrap(), "--json"][..], more].concat();
        self.missive(&words)
    }

    /// A file beside the project.
    pub fn source(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.root().join("..").join(name);
        fs::write(&path, bytes).unwrap();
        path
    }
}

fn balanced(json: &Value) -> bool {
    let rows = |name: &str| json["rows"][name].as_u64().unwrap();
    rows("read") == rows("imported") + rows("merged") + rows("filtered") + rows("rejected")
}

fn changes(json: &Value) -> Vec<String> {
    let line = |change: &Value| {
        format!(
            "{} {} {} -> {}",
            change["uai"].as_str().unwrap(),
            change["field"].as_str().unwrap(),
            change["before"],
            change["after"]
        )
    };
    json["changes"].as_array().unwrap().iter().map(line).collect()
}

const HEADS: [&str; 2] = ["--profile", "chefs"];
const CSV: &str = "ecoles.csv";

#[test]
fn without_apply_nothing_is_written_and_everything_is_told() {
    let project = Project::empty();
    let before = hashes(&project.root());
    let json = project.import(&fixture(CSV), &[]).expect(0).json();
    assert!(balanced(&json), "{json}");
    assert_eq!(
        json["rows"],
        serde_json::json!({"read": 10, "imported": 4, "merged": 1, "filtered": 4, "rejected": 1})
    );
    assert_eq!(json["records"]["new"], 4);
    assert_eq!(json["filtered"].as_object().unwrap().len(), 4);
    assert_eq!(json["applied"], false);
    assert_eq!(json["without_email"].as_array().unwrap().len(), 1);
    assert_eq!(json["foreign_email"][0]["email"], "contact@metiers.example");
    let told = project.missive(&["import", fixture(CSV).to_str().unwrap()]).expect(0);
    assert!(told.out.contains("Rien n'est écrit. Ensuite, pour l'écrire"), "{}", told.out);
    assert_eq!(hashes(&project.root()), before);
}

#[test]
fn the_same_list_from_any_program_gives_the_same_records() {
    let mut all: BTreeMap<&str, String> = BTreeMap::new();
    for name in [CSV, "ecoles-1252.csv", "ecoles.xlsx", "ecoles.ods", "ecoles.xls"] {
        let project = Project::empty();
        project.import(&fixture(name), &["--apply"]).expect(0);
        all.insert(name, project.read("data/establishments.toml"));
    }
    for (name, text) in &all {
        assert_eq!(text, &all[CSV], "{name}");
    }
    insta::assert_snapshot!(all[CSV]);
}

#[test]
fn a_second_import_changes_nothing_and_corrections_by_hand_stay() {
    let project = Project::empty();
    project.import(&fixture(CSV), &["--apply"]).expect(0);
    let once = hashes(&project.path("data"));
    let again = project.import(&fixture(CSV), &["--apply"]).expect(0).json();
    assert_eq!(
        again["records"],
        serde_json::json!({"new": 0, "changed": 0, "unchanged": 4, "gone": 0})
    );
    assert_eq!(hashes(&project.path("data")), once);
    project.replace(
        "data/establishments.toml",
        "Lycée professionnel « Les Métiers »",
        "Lycée des métiers Jean-Zay",
    );
    project.replace("data/establishments.toml", "[[establishment]]", "# Relu.\n[[establishment]]");
    let text = project.read("data/establishments.toml");
    let kept = project.import(&fixture(CSV), &["--apply"]).expect(0).json();
    assert_eq!(kept["kept"][0]["before"], "Lycée des métiers Jean-Zay");
    assert_eq!(project.read("data/establishments.toml"), text);
    // The source changes the same value: a person decides.
    let source = fs::read_to_string(fixture(CSV)).unwrap().replace("« Les Métiers »", "Rosa-Parks");
    let source = project.source("bis.csv", source);
    let told = project.import(&source, &["--apply"]).expect(0).json();
    assert_eq!(told["conflicts"].as_array().unwrap().len(), 1, "{told}");
    assert_eq!(project.read("data/establishments.toml"), text);
    let taken = project.import(&source, &["--apply", "--conflicts", "source"]).expect(0).json();
    assert_eq!(taken["changes"].as_array().unwrap().len(), 1);
    assert!(project.read("data/establishments.toml").contains("Lycée professionnel Rosa-Parks"));
    let quiet = project.import(&source, &[]).expect(0).json();
    assert!(
        quiet["conflicts"].as_array().unwrap().is_empty()
            && quiet["changes"].as_array().unwrap().is_empty()
    );
}

#[test]
fn rejected_rows_can_be_corrected_and_imported_again() {
    let project = Project::empty();
    let told = project.import(&fixture(CSV), &["--apply"]).expect(0).json();
    assert_eq!(told["rejects"].as_str().unwrap().rsplit('/').next(), Some("ecoles-rejets.csv"));
    let rejects = project.read("out/import/ecoles-rejets.csv");
    assert!(rejects.contains("commune : manque"), "{rejects}");
    let corrected = rejects.replace(";01000;;;", ";01000;Valclair;;");
    assert_ne!(corrected, rejects);
    let again =
        project.import(&project.source("corrige.csv", corrected), &["--apply"]).expect(0).json();
    assert_eq!(again["records"]["new"], 1, "{again}");
    assert!(balanced(&again));
}

#[test]
fn heads_referents_and_allowances_follow_each_other() {
    let project = Project::empty();
    project.import(&fixture(CSV), &["--apply"]).expect(0);
    let heads = project.source(
        "chefs.csv",
        "UAI;Civilité;NOM;Prénom;Fonction;Date de prise de fonction\n10001W;Mme;LE GOFF;ANNE-MARIE;PRINCIPAL;01/09/2024\n0010002X;M.;D'ANGELO;Luc;PROVISEUR;\n0860001J;M.;X;Y;PROVISEUR;\n",
    );
    let told = project.import(&heads, &["--apply"]).expect(0).json();
    assert_eq!(told["profile"], "chefs");
    assert_eq!(
        (&told["rows"]["imported"], &told["rows"]["rejected"]),
        (&2.into(), &1.into()),
        "{told}"
    );
    let text = project.read("data/establishments.toml");
    assert!(text.contains("head = { civility = \"Mme\", given_name = \"Anne-Marie\", family_name = \"Le Goff\", function = \"Principale\", since = 2024-09-01 }"), "{text}");
    let people = project.source(
        "enquete.csv",
        "Horodateur;Adresse e-mail;Code UAI;Nom et prénom du référent;Discipline\n1;claire.martin@academie.example;0010001W;Mme MARTIN Claire;Mathématiques\n2;claire.martin@academie.example;0010002X;Mme MARTIN Claire;Mathématiques\n3;;0010008D;Paul Henri Durand;Maths\n",
    );
    let told = project.import(&people, &["--apply"]).expect(0).json();
    assert_eq!(told["records"]["new"], 1, "{told}");
    assert_eq!(told["rejected"].as_array().unwrap().len(), 1);
    let text = project.read("data/referents.toml");
    assert!(
        text.contains("post = \"professeure de mathématiques\"")
            && text.matches("[[referent.assignment]]").count() == 2,
        "{text}"
    );
    let pay = project.source(
        "paie.csv",
        "UAI;Nom;Prénom;Montant annuel;Date de décision\n0010001W;MARTIN;CLAIRE;1 250,00 €;09/11/2026\n0010002X;MARTIN;CLAIRE;17,00 €;09/11/2026\n",
    );
    let told = project.import(&pay, &["--apply"]).expect(0).json();
    assert_eq!(told["changes"].as_array().unwrap().len(), 2, "{told}");
    assert!(told["rejected"][0]["reason"].as_str().unwrap().contains("17\u{a0}€"));
    let checked = project.missive(&["check", "--json"]).expect(0).json();
    assert_eq!(
        (&checked["counts"]["errors"], &checked["counts"]["letters"]),
        (&0.into(), &2.into())
    );
    let again = project.import(&pay, &["--apply"]).expect(0).json();
    assert_eq!(again["records"]["changed"], 0);
}

#[test]
fn a_new_head_is_asked_about_and_letters_on_their_way_are_counted() {
    let project = Project::sample();
    project.missive(&["run"]).expect(0);
    project.missive(&["resolve", "--deposited", "--handed-over", "--why", "envoyés"]).expect(0);
    let row = "UAI;Civilité;Nom;Prénom;Fonction\n0860001J;M.;Petit;Luc;Principal\n";
    let heads = project.source("chefs.csv", row);
    let unclear = project.import(&heads, &[]).expect(2);
    assert!(
        unclear.err.contains("plusieurs profils conviennent : chefs, referents"),
        "{}",
        unclear.err
    );
    let asked = project.import(&heads, &["--profile", "chefs", "--apply"]).expect(0).json();
    assert_eq!(asked["questions"].as_array().unwrap().len(), 1, "{asked}");
    assert!(asked["changes"].as_array().unwrap().is_empty());
    // Somebody new, and the letter was not signed: it is corrected in his name, once he is there.
    for (today, reissues) in [("2027-01-03", 0), ("2027-01-05", 1)] {
        let words = ["--profile", "chefs", "--since", "2027-01-04", "--today", today];
        let new = project.import(&heads, &words).expect(0).json();
        assert_eq!(
            (&new["reissues"], new["readdressed"].as_array().unwrap().len()),
            (&reissues.into(), 0),
            "{new}"
        );
    }
    // A misspelt street is a correction: the letters are reissued.
    let moved = "UAI;Nom établissement;Type d'établissement;Secteur;Adresse;CP;Ville\n0860001J;Collège Ada-Lovelace;CLG;PU;4 place du Marché;86100;Valclair\n";
    let moved = project.import(&project.source("ecoles.csv", moved), &[]).expect(0).json();
    assert_eq!(
        changes(&moved),
        ["0860001J address [\"3 place du Marché\"] -> [\"4 place du Marché\"]"]
    );
    assert!(moved["reissues"].as_u64().unwrap() >= 1, "{moved}");
}

#[test]
fn a_school_that_is_gone_is_closed_only_when_a_person_says_so() {
    let project = Project::empty();
    project.import(&fixture(CSV), &["--apply"]).expect(0);
    let text = fs::read_to_string(fixture(CSV)).unwrap();
    let fewer: Vec<&str> = text.lines().filter(|line| !line.contains("EREA Simone")).collect();
    let source = project.source("moins.csv", fewer.join("\n"));
    let told = project.import(&source, &["--apply"]).expect(0).json();
    assert_eq!(
        (&told["records"]["gone"], told["questions"].as_array().unwrap().len()),
        (&1.into(), 1)
    );
    assert!(!project.read("data/establishments.toml").contains("closed"));
    project.import(&source, &["--apply", "--gone-closed", "2027-08-31"]).expect(0);
    assert!(project.read("data/establishments.toml").contains("closed = 2027-08-31"));
    let quiet = project.import(&source, &[]).expect(0).json();
    assert_eq!(quiet["records"]["gone"], 0);
}

#[test]
fn a_profile_is_guessed_corrected_and_used() {
    let project = Project::sample();
    let source = project.source(
        "liste.csv",
        "Code;Qui;Patronyme;Petit nom;Emploi\n0860001J;Mme;DURAND;Anne;PRINCIPALE\n0860002K;M.;BENALI;Karim;PRINCIPAL\n",
    );
    let name = source.to_str().unwrap();
    let none = project.missive(&["import", name]).expect(2);
    assert!(
        none.err.contains("aucun profil n'a ces colonnes : Code, Qui, Patronyme"),
        "{}",
        none.err
    );
    let made = project
        .missive(&["import", name, "--new-profile", "ma-liste", "--records", "head"])
        .expect(0);
    assert!(made.out.contains("À compléter dans le profil : given_name"), "{}", made.out);
    project.missive(&["import", name, "--new-profile", "ma-liste"]).expect(2);
    project.missive(&["import", name, "--profile", "ma-liste"]).expect(0);
    project.replace(
        "profiles/ma-liste.toml",
        "# [[column]]\n# field = \"given_name\"\n# names = [\"…\"]",
        "[[column]]\nfield = \"given_name\"\nnames = [\"Petit nom\"]",
    );
    let told = project.import(&source, &["--profile", "ma-liste"]).expect(0).json();
    assert_eq!(told["records"]["unchanged"], 2, "{told}");
    project.write("profiles/ma-liste.toml", "records = \"ecole\"\n[[column]]\nfeild = 1\n");
    let broken = project.missive(&["import", name, "--profile", "ma-liste"]).expect(3);
    assert!(
        broken.err.contains("profiles/ma-liste.toml:1") && broken.err.contains("feild"),
        "{}",
        broken.err
    );
    project.missive(&["import", name, "--new-profile", "../x"]).expect(2);
}

#[test]
fn hostile_files_cost_an_error_and_nothing_else() {
    let project = Project::sample();
    let zip = |name: &str, content: &dyn Fn(&mut zip::ZipWriter<fs::File>)| {
        let path = project.root().join("..").join(name);
        let mut writer = zip::ZipWriter::new(fs::File::create(&path).unwrap());
        content(&mut writer);
        writer.finish().unwrap();
        path
    };
    let options = zip::write::SimpleFileOptions::default();
    let bomb = zip("bombe.xlsx", &|writer| {
        writer.start_file("xl/worksheets/sheet1.xml", options).unwrap();
        let zeros = vec![b' '; 1 << 20];
        (0..600).for_each(|_| writer.write_all(&zeros).unwrap());
    });
    let hollow = zip("creux.xlsx", &|writer| {
        writer.start_file("x", options).unwrap();
    });
    let mut far = rust_xlsxwriter::Workbook::new();
    let sheet = far.add_worksheet();
    sheet.write_string(0, 0, "UAI").unwrap();
    sheet.write_string(1_048_575, 16_383, "loin").unwrap();
    let far_path = project.root().join("../loin.xlsx");
    far.save(&far_path).unwrap();
    let header = "UAI;Civilité;Nom;Prénom;Fonction\n";
    let files = [
        (bomb, 4, "piégé"),
        (hollow, 4, "archive ZIP"),
        (far_path, 4, "trop grand"),
        (project.source("vide.csv", ""), 4, "vide"),
        (project.source("blanc.csv", "\n\n \n"), 4, "vide"),
        (project.source("nul.csv", format!("{header}0860001J;\0")), 4, "octets nuls"),
        (project.source("pdf.csv", "%PDF-1.7"), 4, "PDF"),
        (
            project.source(
                "double.csv",
                format!("UAI;Depuis;{header}").replace("Fonction", "Fonction;Intérim"),
            ),
            2,
            "deux fois",
        ),
        (
            project
                .source("long.csv", (0..200_001).map(|at| format!("a;{at}\n")).collect::<String>()),
            4,
            "lignes",
        ),
        (project.root().join("../absent.csv"), 4, "introuvable"),
    ];
    let before = hashes(&project.root());
    for (path, code, words) in files {
        let told = project.missive(&["import", path.to_str().unwrap(), "--apply"]).expect(code);
        assert!(told.err.contains(words), "{}: {}", path.display(), told.err);
        assert!(told.err.contains("à faire"), "{}", told.err);
    }
    let rows = format!(
        "{header}0860001J;M.;=HYPERLINK(\"http://x.example\");Luc;Principal\n0860002K;M.;Petit;Luc\n0860003L;M.;Petit;Luc;Principal;de trop\n0860009Z;M.;{};Luc;Principal\n0860001K;M.;CollÃ¨ge;Luc;Principal\n",
        "x".repeat(10_000)
    );
    let told = project
        .import(&project.source("lignes.csv", rows), &[HEADS[0], HEADS[1], "--apply"])
        .expect(0)
        .json();
    assert_eq!(told["rows"]["rejected"], 5, "{told}");
    assert!(told["changes"].as_array().unwrap().is_empty());
    let rejects = project.read("out/import/lignes-rejets.csv");
    assert!(!rejects.lines().any(|line| line.contains(";=")), "{rejects}");
    let after: BTreeMap<_, _> = hashes(&project.root())
        .into_iter()
        .filter(|(name, _)| !name.starts_with("out/") && !name.starts_with("data/imports/"))
        .collect();
    assert_eq!(after, before);
}

#[test]
fn killed_while_it_writes_the_records_are_the_old_or_the_new_ones() {
    let rounds: u64 =
        std::env::var("MISSIVE_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(6);
    let project = Project::empty();
    // Two files of records, so that one can be new and the other old.
    project.import(&fixture(CSV), &["--apply"]).expect(0);
    let text = project.read("data/establishments.toml");
    let (first, rest) = text.split_at(text.match_indices("[[establishment]]").nth(2).unwrap().0);
    project.write("data/establishments.toml", first);
    project.write("data/autres.toml", rest);
    let texts = || (project.read("data/establishments.toml"), project.read("data/autres.toml"));
    let source = |round: u64| {
        let text = fs::read_to_string(fixture(CSV)).unwrap();
        let text =
            text.replace("Valclair", &format!("Valclair-{}", "a".repeat(round as usize % 20 + 1)));
        project.source(
            "ecoles.csv",
            text.replace("Port-Clair", &format!("Port-{}", "b".repeat(round as usize % 20 + 1))),
        )
    };
    let mut cut = 0;
    for round in 0..rounds {
        let old = texts();
        let path = source(round);
        let mut child = missive()
            .arg("-C")
            .arg(project.root())
            .args(["import", path.to_str().unwrap(), "--apply", "--quiet"])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let moment = std::time::Duration::from_millis(20 + (round * 67) % 900);
        cut += u64::from(kill_after(&mut child, moment));
        // Whoever comes next finishes what was decided.
        project.missive(&["check"]).expect(0);
        let now = texts();
        project.import(&path, &["--apply"]).expect(0);
        let new = texts();
        assert!(now == old || now == new, "round {round}: one file is new, the other old");
        assert!(!project.path("data/imports/pending").exists());
    }
    println!("{rounds} rounds, {cut} cut");
}

/// The directory of one académie, through the whole of it. Nothing of it is kept.
#[test]
fn a_real_directory_becomes_records_that_check_and_letters() {
    let Some(bytes) = shared("annuaire-rennes.csv") else { return };
    let project = Project::empty();
    let source = project.source("annuaire.csv", &bytes);
    let told = project.import(&source, &["--apply"]).expect(0).json();
    assert!(balanced(&told));
    assert_eq!(told["rows"]["read"], 996);
    assert_eq!(told["rows"]["rejected"], 0, "{}", told["rejected"]);
    let new = told["records"]["new"].as_u64().unwrap();
    assert_eq!(new, told["rows"]["imported"].as_u64().unwrap());
    let text = project.read("data/establishments.toml");
    let mut people = String::new();
    for (at, uai) in text.lines().filter_map(|line| line.strip_prefix("uai = ")).enumerate() {
        people += &format!(
            "[[referent]]\nid = \"r{at}\"\ngiven_name = \"Claude\"\nfamily_name = \"Fictif\"\npost = \"professeur de lettres\"\n[[referent.assignment]]\nestablishment = {uai}\nsince = 2026-09-01\n\n"
        );
    }
    project.write("data/people.toml", people);
    // The addresses are not the fictional académie's: made, and blocked.
    let made = project.missive(&["generate", "--json"]).expect(1).json();
    assert_eq!(made["letters"]["failed"], 0);
    assert_eq!(project.names("out/2026/letters").len() as u64, new);
    // Ten rows edited: those and nothing else.
    let text = String::from_utf8(bytes).unwrap();
    let mut edited = 0;
    let lines: Vec<String> = text
        .lines()
        .map(|line| {
            let national =
                line.contains("MINISTERE DE L'EDUCATION NATIONALE") && line.contains(";OUVERT;");
            if edited < 10 && national && line.contains(";Collège;Public;") {
                edited += 1;
                return line.replacen(";Collège ", ";Collège Nouveau ", 1);
            }
            line.to_owned()
        })
        .collect();
    let again = project.import(&project.source("dix.csv", lines.join("\n")), &[]).expect(0).json();
    assert_eq!(again["records"]["changed"], 10, "{}", again["changes"]);
    assert!(changes(&again).iter().all(|line| line.contains(" name ")), "{:?}", changes(&again));
    let same = project.import(&source, &["--apply"]).expect(0).json();
    assert_eq!(same["records"]["unchanged"].as_u64().unwrap(), new);
    assert!(same["written"].as_array().unwrap().is_empty());
}

#[test]
fn what_the_person_typed_wrong_is_told_with_the_mend() {
    let project = Project::sample();
    let source = project.source("a.csv", "UAI;Nom;Prénom;Fonction\n");
    let name = source.to_str().unwrap();
    let told = project.missive(&["import", name, "--profile", "chef"]).expect(2);
    assert!(told.err.contains("annuaire, chefs"), "{}", told.err);
    project.missive(&["import", name, "--since", "demain"]).expect(2);
    project.missive(&["import", name, "--records", "head"]).expect(2);
    project.write("data/casse.toml", "a = \n");
    let told = project.missive(&["import", name, "--profile", "chefs", "--apply"]).expect(3);
    assert!(told.err.contains("data/casse.toml"), "{}", told.err);
    let outside = told_outside(name);
    assert!(outside.err.contains("missive.toml"), "{}", outside.err);
}

fn told_outside(name: &str) -> Told {
    let folder = crate::support::folder();
    told(missive().current_dir(folder.path()).args(["import", name])).expect(2)
}
