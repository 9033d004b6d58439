//! Real schools of one académie, from the public directory: their codes, names and addresses go
//! through the whole job. Nothing of them is kept.

use crate::support::{PERSON, Project, shared};
use std::collections::BTreeSet;

/// One line of the directory, by column name.
struct Row<'a> {
    columns: &'a [&'a str],
    fields: Vec<&'a str>,
}

impl Row<'_> {
    fn get(&self, name: &str) -> &str {
        let at = self.columns.iter().position(|column| *column == name).unwrap();
        self.fields.get(at).copied().unwrap_or("").trim()
    }
}

#[test]
fn real_names_and_addresses_make_sound_letters() {
    let Some(bytes) = shared("annuaire-rennes.csv") else {
        return;
    };
    let text = String::from_utf8(bytes).unwrap();
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let columns: Vec<&str> = lines.next().unwrap().split(';').collect();
    let project = Project::empty();
    let (mut schools, mut people) = (String::new(), String::new());
    let mut seen = BTreeSet::new();
    for line in lines {
        let row = Row { columns: &columns, fields: line.split(';').collect() };
        let kind = match row.get("Type_etablissement") {
            "Collège" => "college",
            "Lycée" => "lycee",
            "EREA" => "erea",
            _ => continue,
        };
        let uai = row.get("Identifiant_de_l_etablissement");
        if !seen.insert(uai.to_owned())
            || row.get("Adresse_1").is_empty()
            || row.get("Nom_commune").is_empty()
        {
            continue;
        }
        let postcode =
            columns.iter().copied().find(|c| c.replace('_', " ") == "Code postal").unwrap();
        let quoted =
            |text: &str| format!("{:?}", text.split_whitespace().collect::<Vec<_>>().join(" "));
        let sector = if row.get("Statut_public_prive") == "Public" { "public" } else { "private" };
        schools += &format!(
            "[[establishment]]\nuai = {}\nkind = \"{kind}\"\nsector = \"{sector}\"\nname = {}\naddress = [{}]\npostcode = {}\ncity = {}\nemail = \"ce.{}@academie.example\"\n",
            quoted(uai),
            quoted(row.get("Nom_etablissement")),
            quoted(row.get("Adresse_1")),
            quoted(row.get(postcode)),
            quoted(row.get("Nom_commune")),
            uai.to_lowercase(),
        );
        people += &PERSON.replace("martin-claire", &uai.to_lowercase()).replace("0860001J", uai);
    }
    assert!(seen.len() > 150, "{}", seen.len());
    project.write("data/schools.toml", schools);
    project.write("data/people.toml", people);
    let json = project.missive(&["run", "--json"]).expect(0).json();
    assert_eq!(json["check"]["counts"]["errors"], 0);
    let made = json["generate"]["letters"]["written"].as_u64().unwrap() as usize;
    assert_eq!(made, json["check"]["counts"]["letters"].as_u64().unwrap() as usize);
    assert_eq!(project.names("out/2026/letters").len(), made);
    assert_eq!(project.names("out/2026/outbox").len(), made);
}
