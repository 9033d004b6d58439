//! Messages of the outbox, read back by parsers we did not write.

use crate::support::{Project, skip};
use mailparse::{MailHeaderMap as _, ParsedMail};
use std::collections::BTreeSet;
use std::process::Command;

/// The text body of a message.
pub fn plain_body(bytes: &[u8]) -> String {
    let mail = mailparse::parse_mail(bytes).unwrap();
    mail.subparts[0].subparts[0].get_body().unwrap()
}

fn attachments(mail: &ParsedMail<'_>) -> Vec<(String, Vec<u8>)> {
    mail.subparts[1..]
        .iter()
        .map(|part| {
            assert_eq!(part.ctype.mimetype, "application/pdf");
            let disposition = part.get_content_disposition();
            (disposition.params["filename"].clone(), part.get_body_raw().unwrap())
        })
        .collect()
}

#[test]
fn every_message_carries_its_own_letters_byte_for_byte() {
    let project = Project::sample();
    project.missive(&["run"]).expect(0);
    let mut ids = BTreeSet::new();
    let mut sent = BTreeSet::new();
    for name in project.names("out/2026/outbox") {
        let bytes = project.bytes(&format!("out/2026/outbox/{name}"));
        assert!(bytes.is_ascii(), "{name}");
        assert!(
            bytes
                .split(|b| *b == b'\n')
                .all(|line| line.len() <= 999 && line.last().is_none_or(|b| *b == b'\r')),
            "{name}"
        );
        let mail = mailparse::parse_mail(&bytes).unwrap();
        assert_eq!(mail.ctype.mimetype, "multipart/mixed");
        assert_eq!(mail.subparts[0].ctype.mimetype, "multipart/alternative");
        let header = |key: &str| mail.headers.get_first_value(key).unwrap_or_default();
        let uai = &name[..8];
        assert!(
            header("To").to_uppercase().contains(&uai.to_uppercase()),
            "{name}: {}",
            header("To")
        );
        let subject = header("Subject");
        assert!(subject.starts_with(&format!("[2026-{uai}")), "{subject}");
        assert!(subject.chars().count() <= 78, "{subject}");
        assert_eq!(header("Date"), "Mon, 16 Nov 2026 08:00:00 +0000");
        assert_eq!(header("Content-Language"), "fr");
        assert_eq!(header("X-Unsent"), "1", "a mail program opens it as a draft");
        assert!(header("Message-ID").contains(uai));
        assert!(ids.insert(header("Message-ID")), "Message-ID twice");
        let text = mail.subparts[0].subparts[0].get_body().unwrap();
        let html = mail.subparts[0].subparts[1].get_body().unwrap();
        let cover = project.read(&format!("out/2026/covers/{uai}.html"));
        assert_eq!(html.replace("\r\n", "\n").trim_end(), cover.trim_end());
        for fact in ["dan-retours@academie.example", "18\u{a0}décembre\u{a0}2026"] {
            let told = text.replace("\r\n", " ").replace('\n', " ");
            assert!(told.contains(fact) && html.contains(fact), "{fact}\n{text}");
        }
        for (file, pdf) in attachments(&mail) {
            assert!(file.is_ascii() && pdf.starts_with(b"%PDF"), "{file}");
            if let Some(letter) = file.strip_prefix("Lettre_de_mission_") {
                assert_eq!(pdf, project.bytes(&format!("out/2026/letters/{letter}")), "{file}");
                assert!(text.contains(letter.trim_end_matches(".pdf")), "{letter} not in\n{text}");
                sent.insert(letter.to_owned());
            } else if file.starts_with("Courrier_") {
                assert_eq!(pdf, project.bytes(&format!("out/2026/covers/{uai}.pdf")));
            } else {
                assert_eq!(pdf, project.bytes("enclosures/ressources.pdf"));
            }
        }
    }
    let letters: BTreeSet<String> = project.names("out/2026/letters").into_iter().collect();
    assert_eq!(sent, letters, "each letter goes out once");
}

#[test]
fn python_reads_every_message_without_defect() {
    let project = Project::sample();
    project.missive(&["run"]).expect(0);
    let script = r#"
import email, email.policy, glob, sys
count = 0
for path in glob.glob(sys.argv[1] + '/outbox/*.eml'):
    message = email.message_from_bytes(open(path, 'rb').read(), policy=email.policy.default)
    for part in message.walk():
        assert not part.defects, (path, part.defects)
    assert message['from'].addresses[0].domain == 'academie.example'
    for part in message.iter_attachments():
        name = part.get_filename()
        if name.startswith('Lettre_de_mission_'):
            same = open(sys.argv[1] + '/letters/' + name[18:], 'rb').read()
            assert part.get_content() == same, name
            count += 1
print(count)
"#;
    let Ok(output) =
        Command::new("python3").arg("-c").arg(script).arg(project.path("out/2026")).output()
    else {
        skip("python3 is not here");
        return;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let count = String::from_utf8(output.stdout).unwrap();
    assert_eq!(count.trim(), project.names("out/2026/letters").len().to_string());
}

#[test]
fn schools_of_one_mailbox_get_one_message_named_by_the_lowest_uai() {
    let project = Project::sample();
    let schools = project.read("data/establishments.toml");
    assert!(schools.contains("site ="), "the sample has a shared site");
    project.missive(&["run"]).expect(0);
    let shared: Vec<usize> = project
        .names("out/2026/outbox")
        .iter()
        .map(|name| {
            attachments(
                &mailparse::parse_mail(&project.bytes(&format!("out/2026/outbox/{name}"))).unwrap(),
            )
        })
        .map(|parts| {
            parts
                .iter()
                .filter(|(name, _)| name.starts_with("Lettre"))
                .map(|(name, _)| name[23..31].to_owned())
                .collect::<BTreeSet<_>>()
                .len()
        })
        .collect();
    assert!(shared.contains(&2), "{shared:?}");
}

#[test]
fn referents_get_a_visible_copy_only_when_asked_and_allowed() {
    let project = Project::small();
    project.write(
        "data/person.toml",
        crate::support::PERSON
            .replace("post =", "email = \"claire.martin@academie.example\"\npost ="),
    );
    let copy = |project: &Project| {
        project.missive(&["run"]).expect(0);
        let bytes = project.bytes("out/2026/outbox/0860001J.r1.eml");
        let mail = mailparse::parse_mail(&bytes).unwrap();
        mail.headers.get_first_value("Cc")
    };
    assert_eq!(copy(&project), None);
    project.replace("missive.toml", "copy_referent = false", "copy_referent = true");
    assert_eq!(copy(&project).as_deref(), Some("claire.martin@academie.example"));
    project.replace("data/person.toml", "claire.martin@academie.example", "claire@perso.example");
    assert_eq!(copy(&project), None);
}
