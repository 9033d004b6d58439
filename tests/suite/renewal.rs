//! Next year from this year's records: what is asked, what is written, and that the year before stays.

use crate::support::{Project, Told};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

const LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPRSTUVWXYZ";

fn uai(number: usize) -> String {
    format!("{number:07}{}", char::from(LETTERS[number % 23]))
}

/// A project of so many schools with a referent each; the first two merge in summer, the third closes,
/// the fourth referent's assignment ends with the year.
fn year(schools: usize) -> Project {
    let project = Project::empty();
    let (mut text, mut people) =
        (String::from("# Nos écoles.\n\n"), String::from("# Nos référents.\n\n"));
    for at in 0..schools {
        let code = uai(860_001 + at);
        let end = match at {
            0 => format!("closed = 2027-08-31\nmerged_into = \"{}\"\n", uai(860_002)),
            2 => "closed = 2027-08-31\n".to_owned(),
            _ => String::new(),
        };
        text += &format!(
            "[[establishment]]\nuai = \"{code}\"\nkind = \"college\"\nsector = \"public\"\nname = \"Collège {at}\" # nom relu\naddress = [\"1 rue A\"]\npostcode = \"86000\"\ncity = \"Ville\"\nemail = \"ce.{}@academie.example\"\nhead = {{ civility = \"Mme\", given_name = \"Anne\", family_name = \"Durand\", function = \"Principale\" }}\nopinions = [ {{ body = \"conseil pédagogique\", date = 2026-10-05 }} ]\n{end}\n",
            code.to_lowercase()
        );
        let until = if at == 3 { "until = 2027-08-31\nend_reason = \"mutation\"\n" } else { "" };
        people += &format!(
            "[[referent]]\nid = \"r{at}\"\ncivility = \"M.\"\ngiven_name = \"Luc\"\nfamily_name = \"Petit\"\nemail = \"r{at}@academie.example\"\npost = \"professeur de lettres\"\n\n[[referent.assignment]]\nestablishment = \"{code}\"\nsince = 2025-09-01\nallowance = \"indemnite-625\"\nallowance_granted = 2026-11-09 # décision\n{until}\n"
        );
    }
    project.write("data/establishments.toml", text);
    project.write("data/referents.toml", people);
    project
}

impl Project {
    fn renew(&self, more: &[&str]) -> Told {
        self.missive(&[&["campaign", "new", "2027", "--from", "2026", "--json"][..], more].concat())
    }

    /// The sheet of questions, with the answers of some referents written in.
    fn answered(&self, replies: &[(&str, &str)]) -> PathBuf {
        let path = self.root().join("../questions.csv");
        let _ = fs::remove_file(&path);
        self.renew(&["--questions", path.to_str().unwrap()]).expect(0);
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<String> = text
            .lines()
            .map(|line| {
                let mut cells: Vec<String> = line.split(';').map(str::to_owned).collect();
                if let Some((_, reply)) = replies.iter().find(|(id, _)| cells[2] == *id) {
                    for (at, cell) in reply.split(';').enumerate() {
                        cells[6 + at] = cell.to_owned();
                    }
                }
                cells.join(";")
            })
            .collect();
        fs::write(&path, lines.join("\r\n")).unwrap();
        path
    }

    fn of_2026(&self) -> BTreeMap<String, Value> {
        self.contents(&["--campaign", "2026"])
    }
}

const REPLIES: [(&str, &str); 5] = [
    ("r0", "suit"),
    ("r2", "fin;fermeture"),
    ("r3", "fin"),
    (
        "r4",
        "remplacé;départ à la retraite;;Mme;Inès;FERREIRA;ines@academie.example;professeure de technologie",
    ),
    ("r5", "remplacé;;r0"),
];

#[test]
fn nothing_is_written_before_everything_is_decided() {
    let project = year(8);
    let before = project.hashes("data");
    let told = project.renew(&[]).expect(5);
    assert_eq!(told.json()["undecided"].as_array().unwrap().len(), 8);
    assert!(told.err.contains("--questions questions.csv"), "{}", told.err);
    let sheet = project.answered(&[]);
    let told = project.renew(&["--answers", sheet.to_str().unwrap(), "--apply"]).expect(5).json();
    // What goes on as usual is filled in; what stands out waits for a person.
    assert_eq!(
        told["undecided"],
        serde_json::json!(["r0 (0860001J)", "r2 (0860003L)", "r3 (0860004M)"])
    );
    let wrong = project.answered(&[
        ("r0", "continue"),
        ("r2", "peut-être"),
        ("r4", "remplacé"),
        ("r5", "remplacé;;inconnu"),
    ]);
    let told = project.renew(&["--answers", wrong.to_str().unwrap(), "--apply"]).expect(2);
    for words in
        ["l'établissement ferme", "« peut-être »", "Prénom du remplaçant : manque", "« inconnu »"]
    {
        assert!(told.err.contains(words), "{words}: {}", told.err);
    }
    let sheet = project.answered(&REPLIES);
    project.renew(&["--answers", sheet.to_str().unwrap()]).expect(0);
    assert_eq!(project.hashes("data"), before);
}

#[test]
fn a_year_follows_another_and_the_one_before_says_what_it_said() {
    let project = year(8);
    project.missive(&["run"]).expect(0);
    project.missive(&["resolve", "--deposited", "--handed-over", "--why", "envoyés"]).expect(0);
    let before = project.of_2026();
    let sheet = project.answered(&REPLIES);
    let told = project.renew(&["--answers", sheet.to_str().unwrap(), "--apply"]).expect(0).json();
    assert_eq!(
        told["assignments"],
        serde_json::json!({"continued": 3, "ended": 2, "passed": 2, "followed": 1, "appointed": 0})
    );
    assert_eq!(told["date"], "2027-11-16");
    assert_eq!(project.of_2026(), before);
    let plan = project.missive(&["plan", "--campaign", "2026", "--json"]).expect(0).json();
    assert_eq!(
        (&plan["letters"]["unchanged"], &plan["messages"]["to_send"]),
        (&8.into(), &0.into()),
        "{plan}"
    );
    let next = project.contents(&["--campaign", "2027"]);
    let schools: Vec<&str> =
        next.values().map(|letter| letter["establishment"]["uai"].as_str().unwrap()).collect();
    // Closed and merged schools have none; the school that took over has two.
    assert_eq!(schools.len(), 6, "{schools:?}");
    assert_eq!(schools.iter().filter(|school| **school == "0860002K").count(), 2);
    assert!(next.values().all(|letter| letter["allowance"]["granted"].is_null()), "proposed again");
    assert!(
        next.values()
            .all(|letter| letter["establishment"]["opinions"].as_array().unwrap().is_empty())
    );
    assert!(before.values().all(|letter| !letter["allowance"]["granted"].is_null()));
    insta::assert_snapshot!(format!(
        "{}\n=====\n{}",
        project.read("data/referents.toml"),
        project.read("data/campaigns/2027.toml")
    ));
    // Comments stay.
    assert_eq!(project.read("data/establishments.toml").matches("# nom relu").count(), 8);
    project.renew(&["--answers", sheet.to_str().unwrap()]).expect(2);
}

#[test]
fn six_hundred_schools_are_renewed_from_a_sheet() {
    let project = year(600);
    let mut replies: Vec<(String, String)> =
        REPLIES.map(|(id, reply)| (id.to_owned(), reply.to_owned())).into();
    replies.extend((100..115).map(|at| (format!("r{at}"), "fin;mutation".to_owned())));
    replies.extend((200..205).map(|at| {
        (
            format!("r{at}"),
            format!(
                "remplacé;;;Mme;Zoé;NOUVELLE-{};z{at}@academie.example;professeure de lettres",
                "ABCDE".chars().nth(at - 200).unwrap()
            ),
        )
    }));
    let borrowed: Vec<(&str, &str)> =
        replies.iter().map(|(id, reply)| (id.as_str(), reply.as_str())).collect();
    let sheet = project.answered(&borrowed);
    let told = project.renew(&["--answers", sheet.to_str().unwrap(), "--apply"]).expect(0).json();
    assert_eq!(
        told["assignments"],
        serde_json::json!({"continued": 575, "ended": 17, "passed": 7, "followed": 1, "appointed": 0})
    );
    assert_eq!(told["unknown"]["without_referent"].as_array().unwrap().len(), 16);
    let checked = project.missive(&["check", "--campaign", "2027", "--json"]).expect(0).json();
    assert_eq!(checked["counts"]["letters"], 575 + 7 + 1);
}
