//! What came back: a file of each verdict, what a person says of them, and the archive.

use super::story::Story;
use crate::certificates::{adopt, with_authorities};
use crate::returns::{LETTER, letter};
use crate::scans::{encoded, printed, scanned, sign};
use crate::signed::Fixtures;
use crate::support::{Project, sha256};
use image::ImageFormat;

/// The letter of a collège.
const LOVELACE: &str = "2026-0860001J-NGRM";
/// The letter of the EREA.
const MIRZAKHANI: &str = "2026-0170201B-N32F";

/// A PDF with one empty page.
const PAGE: &str = "%PDF-1.7
1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>> endobj
trailer <</Root 1 0 R/Size 4>>
%%EOF
";

/// The sample with some letters handed over; the one of the signed fixtures among them.
fn sent(name: &'static str, fixtures: &Fixtures) -> Story {
    let mut story = Story::new(name, Project::sample());
    with_authorities(&story.project);
    story.screen("run --only 0160101Y,0860001J,0170201B");
    story.screen("resolve --deposited --handed-over --why 'envoyés à la main'");
    adopt(&story.project, fixtures);
    story.forget();
    story.now("2026-12-07T14:00:00+01:00");
    story
}

fn mail(attached: &[u8]) -> String {
    use base64::Engine as _;
    let body = base64::engine::general_purpose::STANDARD.encode(attached);
    format!(
        "From: ecole@exemple.example\r\nTo: dan@academie.example\r\nSubject: retour\r\nDate: Mon, 30 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\nContent-Type: text/plain\r\n\r\nVoici.\r\n--q\r\nContent-Type: application/pdf; name=\"lettre signée.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}\r\n--q--\r\n"
    )
}

#[test]
fn a_file_of_each_verdict_comes_back() {
    let fixtures = Fixtures::read();
    let mut story = sent("returns", &fixtures);
    let sent_letter = letter(&story.project, LOVELACE);
    // The first revision of another letter is replaced before its return comes.
    let replaced = letter(&story.project, MIRZAKHANI);
    story.project.replace("data/establishments.toml", "\"Œuvrard\"", "\"Œuvrart\"");
    story.screen("run --only 0170201B");
    story.screen("resolve --deposited --handed-over --why 'envoyés à la main'");
    for (name, fixture) in
        [("signe", "two"), ("autorite-inconnue", "self-signed"), ("modifie", "page-before")]
    {
        story.project.receive(&format!("{name}.pdf"), fixtures.file(fixture));
    }
    story.project.receive("copie.pdf", &sent_letter);
    story.project.receive("zz-copie-encore.pdf", &sent_letter);
    story.project.receive("remplacee.pdf", &replaced);
    story.project.receive("illisible.pdf", &sent_letter[..sent_letter.len() / 3]);
    story.project.receive("inconnu.docx", b"PK\x03\x04....[Content_Types].xml");
    story.project.receive("retour.eml", mail(&fixtures.file("typed-then-signed")));
    story.project.receive("autre.pdf", PAGE);
    story.project.receive("note.txt", "Bien reçu.");
    story.project.receive("abime.zip", b"PK\x05\x06");
    story.both("archive add recu");
    story.both("archive add recu");
    story.both("archive add nulle-part");
    story.reads("status");
    story.reads("archive list");
    story.reads("archive list --missing");
    story.reads("archive list --only 0160101Y");
    story.reads("archive verify");
    story.reads(&format!("history {LETTER}"));
    story.reads("archive review");
    story.both("archive review --pictures relecture");
    story.names("relecture");
    story.file("relecture/index.html");
    story.both("ledger verify");
    story.both(&format!("archive review {LETTER} --answer signed"));
    let name = sha256(b"PK\x03\x04....[Content_Types].xml");
    story.both(&format!("archive review {} --answer declined", &name[..12]));
    story.both(&format!(
        "archive review {} --answer declined --letter {LOVELACE} --seen-by 'Jeanne Exemple' --note 'par écrit'",
        &name[..12]
    ));
    story.both(&format!(
        "archive declare {LOVELACE} --paper --seen-by 'Jeanne Exemple' --note 'classeur 4'"
    ));
    story.both(&format!("archive declare {MIRZAKHANI} --paper --seen-by Jeanne --partly"));
    story.both(&format!("archive waive {MIRZAKHANI} --why 'établissement fermé'"));
    story.both("send --remind");
    story.reads("status");
    story.both(&format!("archive waive {MIRZAKHANI} --undo"));
    story.both(&format!("archive waive {MIRZAKHANI} --undo"));
    story.both("send --remind --today 2027-02-01T09:00:00+01:00");
    story.both("archive export paquet --seda");
    story.project.replace("missive.toml", "[letters]", "[letters]\nretention_years = 10");
    story.both("archive export paquet --seda");
    story.names("paquet");
    story.file("paquet/manifest.xml");
    story.both("archive export paquet");
    story.both("dossier 0160101Y dossier");
    story.file("dossier/index.html");
    story.reads("history 0170201B");
    story.stored("received");
    story.stored("returned");
    story.stored("pin");
    story.stored("event");
    story.end();
}

#[test]
fn pictures_come_back() {
    let mut story = Story::new("returns-scans", Project::sample());
    story.screen("run --only 0160101Y");
    story.screen("resolve --deposited --handed-over --why 'envoyés à la main'");
    story.now("2026-12-07T14:00:00+01:00");
    let bytes = letter(&story.project, LETTER);
    let (first, mut second) = (printed(&bytes, 1), printed(&bytes, 2));
    story.project.write("courriel/photo.png", encoded(&first, ImageFormat::Png));
    sign(&mut second, 60.0, 600.0);
    story.project.receive("scan.pdf", scanned(&[second, first]));
    story
        .project
        .receive("faux.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\x02\0\0\0\x02\0\0\x08\0\0\0\0");
    story.document("archive add recu");
    story.screen("archive add courriel");
    story.screen("archive review");
    story.screen("archive list");
    story.stored("received");
    story.stored("returned");
    story.end();
}
