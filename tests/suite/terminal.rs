//! Questions asked at a terminal: a real one, of the system, with a person's keys.

use crate::support::{Project, missive};
use rexpect::session::{PtySession, spawn_command};

/// A command of the project at a terminal; each wait of a story ends after a minute.
pub fn at_a_terminal(project: &Project, words: &[&str]) -> PtySession {
    let mut command = missive();
    command.arg("-C").arg(project.root()).args(words);
    spawn_command(command, Some(60_000)).unwrap()
}

/// The same where progress is drawn as well: a terminal that says what it is.
pub fn at_a_drawing_terminal(project: &Project, words: &[&str]) -> PtySession {
    let mut command = missive();
    command.env("TERM", "xterm").arg("-C").arg(project.root()).args(words);
    spawn_command(command, Some(60_000)).unwrap()
}

/// Waits for some words. rexpect takes each octet for a character of its own.
pub fn says(session: &mut PtySession, words: &str) {
    let octets: String = words.bytes().map(char::from).collect();
    session.exp_string(&octets).unwrap();
}

/// Waits for a question and types a line.
fn answer(session: &mut PtySession, question: &str, line: &str) {
    says(session, question);
    session.send_line(line).unwrap();
}

/// What is still said until the end, and the exit code.
pub fn rest(mut session: PtySession) -> (String, i32) {
    let octets = session.exp_eof().unwrap();
    let octets: Vec<u8> =
        octets.chars().filter_map(|character| u8::try_from(u32::from(character)).ok()).collect();
    let said = String::from_utf8_lossy(&octets).into_owned();
    // "Exited(Pid(4711), 5)": the type itself is not to be had.
    let ended = format!("{:?}", session.process().wait().unwrap());
    let code = ended.strip_prefix("Exited(").and_then(|text| text.rsplit(", ").next());
    let code = code.and_then(|text| text.trim_end_matches(')').parse().ok());
    (said.clone(), code.unwrap_or_else(|| panic!("{ended}: {said}")))
}

/// What follows a question that was not answered begins on a line of its own. Some terminals show the
/// key and take it back.
fn leaves_the_line(said: &str) -> bool {
    said.trim_start_matches("^D\u{8}\u{8}").starts_with("\r\n")
}

const RENEWAL: [&str; 6] = ["campaign", "new", "2027", "--from", "2026", "--apply"];

#[test]
fn next_year_is_asked_about_and_written() {
    let project = Project::sample();
    let mut session = at_a_terminal(&project, &RENEWAL);
    answer(&mut session, "Date des lettres [2027-11-16] : ", "2027-13-40");
    answer(&mut session, "Date des lettres [2027-11-16] : ", "");
    answer(&mut session, "Réponse attendue le [", "");
    answer(&mut session, "Bilan attendu le [", "");
    answer(&mut session, "s = suit la fusion [f] : ", "");
    answer(&mut session, "motif, imprimé", "départ en retraite");
    answer(&mut session, "Un autre référent s'arrête", "");
    answer(&mut session, "continuent sans changement ? (oui / non) ", "oui");
    let (said, code) = rest(session);
    assert!(code == 0 && said.contains("12 continuent, 1 se termine"), "{code}: {said}");
    assert!(project.read("data/campaigns/2027.toml").contains("2027-11-16"));
    assert!(project.read("data/referents.toml").contains("départ en retraite"));
}

#[test]
fn ctrl_d_at_a_question_writes_nothing_and_leaves_the_line() {
    let project = Project::sample();
    let before = project.hashes("data");
    let mut session = at_a_terminal(&project, &RENEWAL);
    answer(&mut session, "Date des lettres [2027-11-16] : ", "");
    says(&mut session, "Réponse attendue le [2027-12-20] : ");
    session.send_control('d').unwrap();
    let (said, code) = rest(session);
    assert_eq!(code, 5, "{said}");
    assert!(leaves_the_line(&said) && said.contains("rien n'est écrit"), "{said:?}");
    assert_eq!(project.hashes("data"), before);
}

#[test]
fn a_campaign_is_closed_by_the_number_that_is_typed() {
    let project = Project::sample();
    project.missive(&["run"]).expect(0);
    let before = project.read("data/campaigns/2026.toml");
    let close = ["campaign", "close", "2026"];
    let mut session = at_a_terminal(&project, &close);
    says(&mut session, "ou Entrée pour renoncer : ");
    session.send_control('d').unwrap();
    let (said, code) = rest(session);
    assert!(code == 5 && leaves_the_line(&said), "{code}: {said:?}");
    assert_eq!(project.read("data/campaigns/2026.toml"), before);
    let mut session = at_a_terminal(&project, &close);
    answer(&mut session, "ou Entrée pour renoncer : ", "12");
    assert_eq!(rest(session).1, 5, "another number than that of the letters");
    assert_eq!(project.read("data/campaigns/2026.toml"), before);
    let mut session = at_a_terminal(&project, &close);
    answer(&mut session, "clore quand même (13)", "13");
    let (said, code) = rest(session);
    assert_eq!(code, 0, "{said}");
    assert!(project.read("data/campaigns/2026.toml").contains("closed = "));
}
