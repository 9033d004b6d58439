//! A witness: number and hash of the last event, written in a small text that is kept elsewhere.
//!
//! ```text
//! # comments
//! journal 92801e390df92df4f11362fd5e90df26
//! point 812 2026-11-24T08:30:00Z
//!   7d9b7bbed38ecdb4315ce4970385094d70a288c779bb7c2d0b6fb984b983af37
//! ```
//!
//! A person who can write to the project's folder can rebuild the whole chain, but not change a
//! text on another disk, in a mail or on paper. Points are only added; each is compared. Words may
//! be broken over lines, as a mail program does; keys are plain ASCII. Files are read and written
//! by `cli`.

use super::events::ChainHead;
use crate::ledger::connection::Ledger;
use crate::ledger::error::LedgerError;
use rusqlite::OptionalExtension as _;
use std::fmt;

/// A text longer than this is not a witness.
pub const LARGEST: usize = 1_000_000;

/// What a witness says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerWitness {
    /// The name of the ledger.
    pub ledger: String,
    /// Oldest first; at least one.
    pub points: Vec<Point>,
}

/// The last event at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// Number of the event.
    pub seq: i64,
    /// When it was noted (RFC 3339, UTC).
    pub moment: String,
    /// Hash of the event: 64 lower-case hexadecimal digits.
    pub hash: String,
}

/// Why a text is not a witness.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WitnessError {
    /// There is nothing in it.
    #[error("il est vide")]
    Empty,
    /// It is too long.
    #[error("il est trop gros pour un témoin")]
    Large,
    /// It ends too early.
    #[error("il s'arrête au milieu : il manque {0}")]
    Cut(&'static str),
    /// A word is not what should stand there.
    #[error("ligne {line} : « {word} » au lieu {wanted}")]
    Word {
        /// Line, from 1.
        line: usize,
        /// What stands there.
        word: String,
        /// What should: "de …".
        wanted: &'static str,
    },
}

/// What a comparison gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WitnessComparison {
    /// Every point is in the ledger; so many events came since the last one.
    Same {
        /// Events since.
        since: i64,
    },
    /// The witness is of another ledger.
    Other,
    /// The ledger ends before a point: an older one was put back.
    Older {
        /// The event that is missing.
        seq: i64,
    },
    /// An event is another one: the chain was rebuilt, or continued differently from a copy.
    Rewritten {
        /// The event.
        seq: i64,
    },
}

const POINT: &str = "du mot « point »";

/// The words of a text with their lines, comments aside.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.trim_start_matches('\u{feff}').lines().enumerate();
    let lines = lines.filter(|(_, line)| !line.trim_start().starts_with('#'));
    lines.flat_map(|(at, line)| line.split_whitespace().map(move |word| (at + 1, word)))
}

fn is_hex(word: &str, length: usize) -> bool {
    word.len() == length && word.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

impl LedgerWitness {
    /// Reads a witness.
    pub fn parse(bytes: &[u8]) -> Result<Self, WitnessError> {
        if bytes.len() > LARGEST {
            return Err(WitnessError::Large);
        }
        let text = String::from_utf8_lossy(bytes);
        let mut words = words(&text).peekable();
        if words.peek().is_none() {
            return Err(WitnessError::Empty);
        }
        let mut next = |wanted: &'static str, missing, fits: &dyn Fn(&str) -> bool| {
            let (line, word) = words.next().ok_or(WitnessError::Cut(missing))?;
            match fits(word) {
                true => Ok(word.to_owned()),
                false => {
                    let word = word.chars().filter(|text| !text.is_control()).take(40).collect();
                    Err(WitnessError::Word { line, word, wanted })
                }
            }
        };
        next("du mot « journal »", "le mot « journal »", &|word| word == "journal")?;
        let ledger = next("du nom du journal", "le nom du journal", &|word| is_hex(word, 32))?;
        let mut points = Vec::new();
        loop {
            match next(POINT, "un point", &|word| word == "point") {
                Err(WitnessError::Cut(_)) if !points.is_empty() => break,
                other => other?,
            };
            let numeral = |word: &str| word.parse::<i64>().is_ok_and(|seq| seq > 0);
            let seq = next("d'un numéro d'événement", "un numéro d'événement", &numeral)?;
            let dated = |word: &str| word.parse::<jiff::Timestamp>().is_ok();
            let moment = next("d'une date", "une date", &dated)?;
            let hash = next("d'une empreinte", "une empreinte", &|word| is_hex(word, 64))?;
            points.push(Point { seq: seq.parse().unwrap_or_default(), moment, hash });
        }
        Ok(Self { ledger, points })
    }

    /// The number of the last event that it has.
    pub fn last(&self) -> i64 {
        self.points.iter().map(|point| point.seq).max().unwrap_or_default()
    }
}

/// The text that is written.
impl fmt::Display for LedgerWitness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "# missive – témoin du journal des envois")?;
        writeln!(f, "# À garder hors du dossier du projet : autre disque, courriel, papier.")?;
        writeln!(f, "# Comparer : missive ledger verify --witness FICHIER")?;
        writeln!(f, "# point : numéro du dernier événement, date du témoin, empreinte")?;
        writeln!(f, "journal {}", self.ledger)?;
        for point in &self.points {
            writeln!(f, "point {} {}\n  {}", point.seq, point.moment, point.hash)?;
        }
        Ok(())
    }
}

impl Ledger {
    /// Compares all points of a witness with the ledger.
    pub fn compare(
        &self,
        witness: &LedgerWitness,
        last: i64,
    ) -> Result<WitnessComparison, LedgerError> {
        if self.name()? != witness.ledger {
            return Ok(WitnessComparison::Other);
        }
        let connection = self.lock();
        let mut statement = connection.prepare_cached("SELECT hash FROM event WHERE seq = ?")?;
        for point in &witness.points {
            let there: Option<String> =
                statement.query_row([point.seq], |row| row.get(0)).optional()?;
            match there {
                Some(hash) if hash == point.hash => {}
                None if point.seq > last => return Ok(WitnessComparison::Older { seq: point.seq }),
                _ => return Ok(WitnessComparison::Rewritten { seq: point.seq }),
            }
        }
        Ok(WitnessComparison::Same { since: (last - witness.last()).max(0) })
    }

    /// What a witness would note now of a ledger that ends with this event.
    pub fn point(&self, last: &ChainHead) -> Point {
        Point { seq: last.seq, moment: self.actor.clock.moment(), hash: last.hash.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn witness() -> LedgerWitness {
        let point = |seq, letter: &str| Point {
            seq,
            moment: "2026-11-24T08:30:00Z".to_owned(),
            hash: letter.repeat(64),
        };
        LedgerWitness { ledger: "0f".repeat(16), points: vec![point(7, "a"), point(12, "b")] }
    }

    #[test]
    fn what_is_written_is_read_also_after_a_mail_program() {
        let text = witness().to_string();
        assert!(text.lines().all(|line| line.chars().count() <= 72), "{text}");
        let mailed = format!("\u{feff}{}", text.replace('\n', "\r\n").replace(" 2026", "\r\n2026"));
        for text in [text.clone(), mailed, text.replace("é", "\u{fffd}")] {
            assert_eq!(LedgerWitness::parse(text.as_bytes()), Ok(witness()), "{text}");
        }
        let latin: Vec<u8> = text.chars().map(|text| u8::try_from(text).unwrap_or(b'-')).collect();
        assert_eq!(LedgerWitness::parse(&latin), Ok(witness()));
    }

    #[test]
    fn what_is_no_witness_is_refused() {
        let text = witness().to_string();
        let word = |text: &str| LedgerWitness::parse(text.as_bytes()).unwrap_err().to_string();
        assert_eq!(word(""), "il est vide");
        assert_eq!(word("# missive\n\n"), "il est vide");
        assert!(word("Bonjour,\n").starts_with("ligne 1 : « Bonjour, » au lieu du mot"));
        assert!(word(&text[..text.len() - 2]).contains("au lieu d'une empreinte"));
        assert!(word(&text.replace("point 12", "point -3")).contains("ligne 8 : « -3 »"));
        assert!(word(&format!("{text}point 13")).contains("il manque une date"));
        assert!(word("journal 12").contains("nom du journal"));
        assert_eq!(LedgerWitness::parse(&vec![b' '; LARGEST + 1]), Err(WitnessError::Large));
    }
}
