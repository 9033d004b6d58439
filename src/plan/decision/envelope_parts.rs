//! The fingerprint of a message as the ledger keeps it: one hash over everything that decides about its bytes, and
//! short ones of parts that no letter and no cover shows. The one says that a message is another, the others why.
//!
//! `<hash>` (earlier versions), or `<hash>;from:<h>;copies:<h>;held:false;files:<h>,<h>`.

/// How much of a part's hash is kept: it only explains.
const SHORT: usize = 12;

/// The parts of a message that neither letters nor cover show, each by a hash.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnvelopeParts {
    /// Sender and address for answers.
    pub sender: String,
    /// Addresses of copies.
    pub copies: String,
    /// Whether it waits for a signature of the authority.
    pub is_held: bool,
    /// Each document that goes with every message, with its name.
    pub enclosures: Vec<String>,
}

impl EnvelopeParts {
    /// The fingerprint of a message with these parts; `whole` is the hash over all that decides about its bytes.
    pub fn fingerprint(&self, whole: &str) -> String {
        let files: Vec<String> = self.enclosures.iter().map(|file| short(file)).collect();
        format!(
            "{whole};from:{};copies:{};held:{};files:{}",
            short(&self.sender),
            short(&self.copies),
            self.is_held,
            files.join(",")
        )
    }
}

fn short(hash: &str) -> String {
    hash.chars().take(SHORT).collect()
}

/// Whether two fingerprints are of the same message.
pub fn is_same_message(one: &str, other: &str) -> bool {
    whole(one) == whole(other)
}

fn whole(fingerprint: &str) -> &str {
    fingerprint.split(';').next().unwrap_or_default()
}

/// What differs between two messages, of the parts that neither letters nor cover show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnvelopeChanges {
    /// The sender, or the address for answers.
    pub sender: bool,
    /// The copies.
    pub copies: bool,
    /// Whether it waits for the authority's signature.
    pub held: bool,
    /// The places of enclosures that are new or changed.
    pub enclosures: Vec<usize>,
    /// An enclosure is missing, changed or new.
    pub other_enclosures: bool,
}

impl EnvelopeChanges {
    /// What differs from an earlier fingerprint to a later one; nothing is known of those of earlier versions.
    pub fn between(before: &str, now: &str) -> Option<Self> {
        let parts = |key: &str| Some((part(before, key)?, part(now, key)?));
        let differs = |key: &str| parts(key).map(|(before, now)| before != now);
        let (files_before, files) = parts("files")?;
        let known: Vec<&str> = files_before.split(',').collect();
        let fresh = files.split(',').enumerate().filter(|(_, file)| !known.contains(file));
        Some(Self {
            sender: differs("from")?,
            copies: differs("copies")?,
            held: differs("held")?,
            enclosures: fresh.filter(|(_, file)| !file.is_empty()).map(|(at, _)| at).collect(),
            other_enclosures: files_before != files,
        })
    }
}

fn part<'f>(fingerprint: &'f str, key: &str) -> Option<&'f str> {
    fingerprint.split(';').skip(1).find_map(|part| part.strip_prefix(key)?.strip_prefix(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts() -> EnvelopeParts {
        EnvelopeParts {
            sender: "DAN".to_owned(),
            copies: "copie".to_owned(),
            is_held: false,
            enclosures: vec!["a 1".to_owned(), "b 1".to_owned()],
        }
    }

    #[test]
    fn a_message_is_the_same_by_its_whole_hash_alone() {
        let now = parts().fingerprint("abc");
        assert!(is_same_message("abc", &now) && is_same_message(&now, "abc"));
        assert!(!is_same_message("abd", &now));
    }

    #[test]
    fn each_part_that_changed_is_named() {
        let nothing = EnvelopeChanges::default();
        let files = |files: &[&str]| files.iter().map(|file| (*file).to_owned()).collect();
        for (now, wanted) in [
            (parts(), nothing.clone()),
            (
                EnvelopeParts { sender: "x".to_owned(), ..parts() },
                EnvelopeChanges { sender: true, ..nothing.clone() },
            ),
            (
                EnvelopeParts { copies: String::new(), ..parts() },
                EnvelopeChanges { copies: true, ..nothing.clone() },
            ),
            (
                EnvelopeParts { is_held: true, ..parts() },
                EnvelopeChanges { held: true, ..nothing.clone() },
            ),
            (
                EnvelopeParts { enclosures: files(&["a 1", "b 2"]), ..parts() },
                EnvelopeChanges { enclosures: vec![1], other_enclosures: true, ..nothing.clone() },
            ),
            (
                EnvelopeParts { enclosures: files(&["a 1", "b 1", "c 1"]), ..parts() },
                EnvelopeChanges { enclosures: vec![2], other_enclosures: true, ..nothing.clone() },
            ),
            (
                EnvelopeParts { enclosures: files(&[]), ..parts() },
                EnvelopeChanges { other_enclosures: true, ..nothing.clone() },
            ),
        ] {
            let before = parts().fingerprint("abc");
            let found = EnvelopeChanges::between(&before, &now.fingerprint("abd"));
            assert_eq!(found, Some(wanted), "{now:?}");
        }
        assert_eq!(EnvelopeChanges::between("abc", &parts().fingerprint("abd")), None);
    }
}
