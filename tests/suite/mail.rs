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

/// The reference in the name of an attached letter.
fn reference_of(file: &str) -> Option<String> {
    let words = file.strip_prefix("Lettre_de_mission_")?.strip_suffix("_r1.pdf")?;
    Some(words[words.len() - "2026-0860001J-NGRM".len()..].to_owned())
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
        let text = mail.subparts[0].subparts[0].get_body().unwrap();
        let html = mail.subparts[0].subparts[1].get_body().unwrap();
        let header = |key: &str| mail.headers.get_first_value(key).unwrap_or_default();
        let uai = &name[..8];
        assert!(
            header("To").to_uppercase().contains(&uai.to_uppercase()),
            "{name}: {}",
            header("To")
        );
        let subject = header("Subject");
        let (what, reference) = subject.rsplit_once(" [").unwrap();
        assert!(reference.starts_with(&format!("2026-{uai}")), "{subject}");
        assert!(what.chars().count() <= 78, "{subject}");
        assert!(what.ends_with("\u{a0}: à signer avant le 18\u{a0}décembre"), "{subject}");
        assert!(bytes.len() < 300_000, "{name}: {} octets", bytes.len());
        assert!(!html.contains("<script") && !html.contains("http://"), "{name}");
        assert_eq!(header("Date"), "Mon, 16 Nov 2026 08:00:00 +0000");
        assert_eq!(header("Content-Language"), "fr");
        assert_eq!(header("X-Unsent"), "1", "a mail program opens it as a draft");
        assert!(header("Message-ID").contains(uai));
        assert!(ids.insert(header("Message-ID")), "Message-ID twice");
        let cover = project.read(&format!("out/2026/covers/{uai}.html"));
        assert_eq!(html.replace("\r\n", "\n").trim_end(), cover.trim_end());
        for fact in ["dan-retours@academie.example", "18\u{a0}décembre\u{a0}2026"] {
            let told = text.replace("\r\n", " ").replace('\n', " ");
            assert!(told.contains(fact) && html.contains(fact), "{fact}\n{text}");
        }
        for (file, pdf) in attachments(&mail) {
            assert!(file.is_ascii() && pdf.starts_with(b"%PDF"), "{file}");
            if let Some(letter) = reference_of(&file) {
                assert_eq!(pdf, project.bytes(&format!("out/2026/letters/{letter}.pdf")), "{file}");
                assert!(text.replace('\n', "").contains(&letter), "{letter} not in\n{text}");
                sent.insert(format!("{letter}.pdf"));
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
    message = email.message_from_bytes(open(path, 'rb').read(), policy=email.policy.strict)
    for part in message.walk():
        assert not part.defects, (path, part.defects)
    assert message['from'].addresses[0].domain == 'academie.example'
    for part in message.iter_attachments():
        name = part.get_filename()
        assert part['content-type'].params['name'] == name, part['content-type']
        if name.startswith('Lettre_de_mission_'):
            same = open(sys.argv[1] + '/letters/' + name[-25:-7] + '.pdf', 'rb').read()
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
                .map(|(name, _)| reference_of(name).unwrap()[5..13].to_owned())
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

/// The raw lines of a message's headers that begin like this, unfolded.
fn raw_headers(bytes: &[u8], begin: &str) -> Vec<String> {
    let text = String::from_utf8(bytes.to_vec()).unwrap().replace("\r\n ", " ");
    text.lines().filter(|line| line.starts_with(begin)).map(str::to_owned).collect()
}

/// Names that would break out of a header, a file name or a path, or have no ASCII letter.
#[test]
fn attachments_have_plain_names_whatever_the_person_is_called() {
    for (given, family, expected) in [
        ("Zoé", "L'Œuvre d'Été", "L_OEUVRE_D_ETE_Zoe_"),
        ("Anne-Sophie", &"Longue-".repeat(9), "LONGUE-LONGUE-LONGUE-LONGUE-LONGUE-LONGU_"),
        ("Łukasz", "de \\\"a/b:c*?", "DE_A_B_C_Lukasz_"),
        ("Ψυχή", "Ωμέγα", ""),
    ] {
        let project = Project::small();
        let person = crate::support::PERSON
            .replace("\"Claire\"", &format!("\"{given}\""))
            .replace("\"Martin\"", &format!("\"{family}\""));
        project.write("data/person.toml", person);
        project.missive(&["run"]).expect(0);
        let bytes = project.bytes("out/2026/outbox/0860001J.r1.eml");
        let file = format!("Lettre_de_mission_{expected}2026-0860001J-NGRM_r1.pdf");
        let disposed = raw_headers(&bytes, "Content-Disposition: attachment");
        assert_eq!(disposed[0], format!("Content-Disposition: attachment; filename=\"{file}\""));
        let typed = raw_headers(&bytes, "Content-Type: application/pdf");
        assert_eq!(typed[0], format!("Content-Type: application/pdf; name=\"{file}\""));
        assert!(!String::from_utf8(bytes).unwrap().contains("filename*"));
        assert_eq!(project.names("out/2026/letters"), ["2026-0860001J-NGRM.pdf"]);
    }
}

/// The names of the attachments of the one message in the outbox, and its subject.
fn subject_and_files(project: &Project) -> (String, Vec<String>) {
    let names = project.names("out/2026/outbox");
    let bytes = project.bytes(&format!("out/2026/outbox/{}", names[0]));
    let mail = mailparse::parse_mail(&bytes).unwrap();
    let files = attachments(&mail).into_iter().map(|(file, _)| file).collect();
    (mail.headers.get_first_value("Subject").unwrap(), files)
}

#[test]
fn an_end_of_mission_is_called_so_and_brings_no_enclosure_again() {
    let project = Project::small();
    project.missive(&["run", "--today", "2026-11-16"]).expect(0);
    let (subject, files) = subject_and_files(&project);
    assert_eq!(files.len(), 3, "{files:?}");
    assert!(subject.starts_with("Lettre de mission de Mme\u{a0}Martin"), "{subject}");
    project.hand_over("2026-11-20");
    let since = "since = 2026-09-01\n";
    let end = format!("{since}until = 2027-01-31\nend_reason = \"mutation\"\n");
    project.replace("data/person.toml", since, &end);
    project.missive(&["run", "--today", "2027-01-11"]).expect(0);
    let (subject, files) = subject_and_files(&project);
    assert_eq!(
        subject,
        "Fin de mission de Mme\u{a0}Martin\u{a0}: pour information [2026-0860001J-NGRM]"
    );
    assert_eq!(
        files,
        ["Fin_de_mission_MARTIN_Claire_2026-0860001J-NGRM_r2.pdf", "Courrier_0860001J.pdf"]
    );
    let text = plain_body(&project.bytes("out/2026/outbox/0860001J.r2.eml"));
    assert!(text.contains("prend fin le 31\u{a0}janvier\u{a0}2027"), "{text}");
    assert!(!text.contains("Lettre de mission") && !text.contains("ressources"), "{text}");
}

#[test]
fn amendments_are_numbered_in_subject_and_file() {
    let project = Project::small();
    project.missive(&["run", "--today", "2026-11-16"]).expect(0);
    project.hand_over("2026-11-20");
    for (number, day) in [(1, "2027-01-18"), (2, "2027-03-01")] {
        let campaign = project.read("data/campaigns/2026.toml");
        let amendment = format!(
            "\n[[campaign.amendment]]\ndate = {day}\nreply_by = 2027-04-12\nact = \"amendment\"\nreason = \"circulaire numéro {number}\"\n"
        );
        project.write("data/campaigns/2026.toml", campaign + &amendment);
        let rules = project.read("data/rules/clauses.toml");
        let clause = format!(
            "\n[[clause]]\nid = \"ajout-{number}\"\nslot = \"report\"\n[[clause.version]]\nsince = {day}\ntext = \"Un point de plus, le numéro {number}.\"\nsource = \"Essai\"\n"
        );
        project.write("data/rules/clauses.toml", rules + &clause);
        project.missive(&["run", "--today", day]).expect(0);
        let (subject, files) = subject_and_files(&project);
        assert!(subject.starts_with(&format!("Avenant n°\u{a0}{number} ")), "{subject}");
        let file = format!("Avenant_{number}_MARTIN_Claire_2026-0860001J-NGRM_r{}.pdf", number + 1);
        assert_eq!(files[0], file);
        let text =
            plain_body(&project.bytes(&format!("out/2026/outbox/0860001J.r{}.eml", number + 1)));
        assert!(text.contains(&format!("Motif\u{a0}: Circulaire numéro {number}.")), "{text}");
        project.hand_over(day);
    }
}

#[test]
fn a_preview_shows_messages_as_they_will_be_read_and_writes_nothing_else() {
    let project = Project::sample();
    let shown = project.missive(&["preview", "0860001J", "--json"]).expect(0).json();
    assert_eq!(shown["schema"], "missive/preview/1");
    let message = &shown["messages"][0];
    assert_eq!(
        message["subject"],
        "Lettre de mission de Mme\u{a0}Martin\u{a0}: à signer avant le 18\u{a0}décembre [2026-0860001J-NGRM]"
    );
    assert!(message["preheader"].as_str().unwrap().starts_with("À faire"), "{message}");
    assert_eq!(message["kind"], "to_send");
    assert_eq!(message["attachments"].as_array().unwrap().len(), 3);
    assert!(message["text"].as_str().unwrap().contains("Madame la Principale,"));
    assert_eq!(project.names("out/2026"), ["preview"]);
    assert!(project.names("data/ledger").is_empty(), "nothing but the page is written");
    let page = project.read("out/2026/preview/index.html");
    assert_eq!(page.matches("<iframe sandbox=\"\"").count(), 2);
    assert!(!page.contains("<script") && page.contains("default-src 'none'"), "{page}");
    // All of them, with no name; once they are made, the same bytes.
    project.missive(&["run"]).expect(0);
    let all = project.missive(&["apercu", "--json"]).expect(0).json();
    let messages = all["messages"].as_array().unwrap();
    assert_eq!((messages.len(), &all["left_out"]), (11, &0.into()));
    assert_eq!(messages.iter().find(|one| one["name"] == message["name"]).unwrap(), message);
    let told = project.missive(&["preview", "personne"]).expect(2);
    assert!(told.err.contains("personne"), "{}", told.err);
    // What left is shown as it left, and a reminder as it would leave.
    project.hand_over("2026-11-20");
    let sent = project.missive(&["preview", "0860001J", "--json"]).expect(0).json();
    assert_eq!(sent["messages"][0]["kind"], "sent");
    let due = ["preview", "0860001J", "--remind", "--json", "--today", "2027-01-08"];
    let due = project.missive(&due).expect(0).json();
    assert_eq!(due["messages"][0]["kind"], "reminder");
    assert_eq!(
        due["messages"][0]["subject"],
        "Lettre de mission de Mme\u{a0}Martin\u{a0}: retour attendu [2026-0860001J-NGRM]"
    );
    let early = project.missive(&["preview", "--remind"]).expect(0);
    assert!(early.out.contains("Aucun message à montrer"), "{}", early.out);
}

/// A template of an office may stay a few paragraphs: it is written for mail programs all the same.
#[test]
fn plain_paragraphs_of_a_template_are_framed_for_mail_programs() {
    let project = Project::small();
    project.write(
        "templates/cover.typ",
        "#let d = json(\"/cover.json\")\n#metadata(\"Votre lettre\") <subject>\n#set text(lang: \"fr\")\n\
         #set page(paper: \"a4\") if d.form == \"pdf\"\n\
         = Bonjour\nUn paragraphe du 1ᵉʳ~mars~; puis #d.letters.first().reference.\n\n- un point\n- #link(\"mailto:a@b.example\")[a\\@b.example]\n",
    );
    project.missive(&["run"]).expect(0);
    let bytes = project.bytes("out/2026/outbox/0860001J.r1.eml");
    let mail = mailparse::parse_mail(&bytes).unwrap();
    assert_eq!(
        mail.headers.get_first_value("Subject").unwrap(),
        "Votre lettre [2026-0860001J-NGRM]"
    );
    let html = mail.subparts[0].subparts[1].get_body().unwrap();
    for part in [
        "<html lang=\"fr\"",
        "content=\"light dark\"",
        "<title>Votre lettre</title>",
        "<table role=\"presentation\"",
        "max-width:640px",
        "<main>",
        "Votre lettre</h1>",
        "<li style=\"",
        "1er\u{a0}mars\u{a0};",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    assert!(!html.contains("mso-hide"), "no preheader was asked for: {html}");
    let text = plain_body(&bytes);
    assert!(text.starts_with("Votre lettre"), "{text}");
    assert!(text.contains("- a@b.example"), "{text}");
}
