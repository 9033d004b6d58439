//! Spreadsheets taken into the records.

use super::story::Story;
use crate::support::Project;
use std::path::Path;

/// A project without records, with a file of `tests/fixtures/import`.
fn with(name: &'static str, file: &str) -> Story {
    let story = Story::new(name, Project::empty());
    take(&story, file);
    story
}

fn take(story: &Story, file: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import").join(file);
    story.project.write(file, std::fs::read(path).unwrap());
}

#[test]
fn a_list_of_schools() {
    let mut story = with("import-schools", "ecoles.csv");
    story.reads("import ecoles.csv");
    story.both("import ecoles.csv --apply");
    story.screen("import ecoles.csv --apply --rejects ./rejets.csv");
    story.file("data/establishments.toml");
    story.file("rejets.csv");
    story.names("out");
    story.both("import ecoles.csv --apply");
    let text = story.project.read("ecoles.csv");
    let second = text.lines().nth(1).unwrap();
    story.project.write("une.csv", format!("{}\n{second}\n", text.lines().next().unwrap()));
    story.both("import une.csv --gone-closed 2026-12-01 --apply");
    story.both("import ecoles.csv --profile chefs");
    story.both("import ecoles.csv --new-profile nouveau");
    story.screen("import ecoles.csv --new-profile nouveau --records establishment");
    story.file("profiles/nouveau.toml");
    story.both("import ecoles.csv --new-profile nouveau");
    story.names("data");
    story.end();
}

#[test]
fn other_lists_and_files() {
    let mut story = Story::new("import-others", Project::sample());
    for name in ["ecoles.xlsx", "ecoles.ods", "ecoles.xls", "ecoles-1252.csv"] {
        take(&story, name);
        story.reads(&format!("import {name}"));
    }
    story.project.write(
        "chefs.csv",
        "UAI;Civilité;Prénom;Nom;Fonction\n0860001J;M.;Paul;Durand;Principal\n0860002K;Mme;Zoé;Aubert;Principale\n0860099R;M.;Luc;Petit;Proviseur\n",
    );
    story.both("import chefs.csv");
    story.both("import chefs.csv --profile chefs --since 2026-12-01 --apply");
    story.both("import chefs.csv --profile chefs --conflicts source --apply");
    story.both("import chefs.csv --profile chefs --conflicts file --apply");
    for (name, bytes) in [
        ("vide.csv", &b""[..]),
        ("en-tete.csv", b"UAI;nom\n"),
        ("guillemet.csv", b"UAI;nom\n0860001J;\"jamais ferm\n0860002K;x\n"),
        ("page.xls", b"<html><table><tr><td>UAI</td></tr></table></html>"),
        ("faux.xlsx", b"PK\x03\x04bonjour"),
        ("image.png", b"\x89PNG\r\n\x1a\n"),
    ] {
        story.project.write(name, bytes);
        story.reads(&format!("import {name}"));
        story.screen(&format!("import {name} --new-profile essai"));
    }
    story.end();
}
