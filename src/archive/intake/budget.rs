//! What one source may cost in all: a mail, an archive, a file, with everything it holds. When that
//! is used up the rest is not taken, and is counted, so that a person is told of it.
//!
//! Who opens a source and who looks at its files share one [`Spending`]. Pure but for the lock.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What one source may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Files found in it, itself included.
    pub files: usize,
    /// Octets of these files, unpacked and decoded.
    pub octets: u64,
    /// Time spent looking at these files, added up over all workers.
    pub time: Duration,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            files: 10_000,
            octets: 1 << 30,
            // Some forty files that each use up what one file may; a thousand honest scans.
            time: Duration::from_secs(900),
        }
    }
}

/// What came to its end first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Files.
    Files,
    /// Octets.
    Octets,
    /// Time.
    Time,
}

impl End {
    /// The word of JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Octets => "octets",
            Self::Time => "time",
        }
    }
}

impl Budget {
    /// What is used up once so much was spent.
    fn ended(&self, files: usize, octets: u64, time: Duration) -> Option<End> {
        match () {
            () if files > self.files => Some(End::Files),
            () if octets > self.octets => Some(End::Octets),
            () if time >= self.time => Some(End::Time),
            () => None,
        }
    }

    /// The limit that came to its end, for a person.
    fn limit(&self, end: End) -> String {
        match end {
            End::Files => format!("{} fichiers", self.files),
            End::Octets => format!("{} Mo une fois extraits", self.octets >> 20),
            End::Time => match self.time.as_secs() {
                seconds @ 120.. => format!("{} minutes d'examen", seconds / 60),
                seconds => format!("{seconds} s d'examen"),
            },
        }
    }
}

/// What one source has cost so far.
#[derive(Debug)]
pub struct Spending {
    budget: Budget,
    spent: Mutex<Spent>,
}

#[derive(Debug, Default)]
struct Spent {
    label: String,
    files: usize,
    octets: u64,
    time: Duration,
    looked: usize,
    left: usize,
    end: Option<End>,
}

/// A source whose budget came to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfinished {
    /// The source.
    pub label: String,
    /// Its files that were looked at.
    pub looked: usize,
    /// Those that were not, at least.
    pub left: usize,
    /// What came to its end.
    pub end: End,
    /// All of it in a sentence, with what to do.
    pub message: String,
}

impl Spending {
    /// Nothing was spent yet.
    pub fn new(budget: Budget) -> Self {
        Self { budget, spent: Mutex::default() }
    }

    fn spent(&self) -> MutexGuard<'_, Spent> {
        self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Names the source; the first name stays.
    pub(super) fn name(&self, label: &str) {
        let mut spent = self.spent();
        if spent.label.is_empty() {
            label.clone_into(&mut spent.label);
        }
    }

    /// Octets that may still be taken.
    pub(super) fn octets_left(&self) -> u64 {
        self.budget.octets.saturating_sub(self.spent().octets)
    }

    /// Counts octets that were unpacked, whatever they are.
    pub(super) fn unpacked(&self, octets: u64) {
        let mut spent = self.spent();
        spent.octets = spent.octets.saturating_add(octets);
    }

    /// Whether nothing more is to be taken from this source.
    pub(super) fn is_over(&self) -> bool {
        let mut spent = self.spent();
        if spent.end.is_none() {
            spent.end = self.budget.ended(spent.files, spent.octets, spent.time);
        }
        spent.end.is_some()
    }

    /// Counts one more file; false when it is one too many.
    pub(super) fn takes_a_file(&self) -> bool {
        if self.is_over() {
            self.leave(1);
            return false;
        }
        self.spent().files += 1;
        let fits = !self.is_over();
        if !fits {
            self.leave(1);
        }
        fits
    }

    /// Counts files that are not taken because the budget is used up.
    pub(super) fn leave(&self, files: usize) {
        self.spent().left += files;
    }

    /// Whether a file that was taken may still be looked at; one that may not is counted.
    pub fn may_look(&self) -> bool {
        let mut spent = self.spent();
        let over = spent.time >= self.budget.time;
        if over {
            spent.end.get_or_insert(End::Time);
            spent.left += 1;
        }
        !over
    }

    /// Counts a file that was looked at, and how long that took.
    pub fn looked(&self, time: Duration) {
        let mut spent = self.spent();
        spent.looked += 1;
        spent.time = spent.time.saturating_add(time);
    }

    /// What is to be told of it, if something was left.
    pub fn unfinished(&self) -> Option<Unfinished> {
        let spent = self.spent();
        let end = spent.end.filter(|_| spent.left > 0)?;
        let limit = self.budget.limit(end);
        let looked = match spent.looked {
            0 => "aucun fichier regardé".to_owned(),
            1 => "1 fichier regardé".to_owned(),
            n => format!("{n} fichiers regardés"),
        };
        let left = match spent.left {
            1 => "1 autre ne l'est pas, ni archivé".to_owned(),
            n => format!("{n} autres ne le sont pas, ni archivés"),
        };
        let message = format!(
            "plus de {limit} pour un seul envoi : {looked}, {left} ; extraire les fichiers et \
             ajouter à part ceux qui manquent, en plusieurs fois"
        );
        let (label, looked, left) = (spent.label.clone(), spent.looked, spent.left);
        Some(Unfinished { label, looked, left, end, message })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(files: usize, octets: u64, seconds: u64) -> Budget {
        Budget { files, octets, time: Duration::from_secs(seconds) }
    }

    #[test]
    fn each_limit_ends_a_source() {
        let own = budget(3, 100, 60);
        let spent = |seconds| Duration::from_secs(seconds);
        for (files, octets, seconds, end) in [
            (0, 0, 0, None),
            (3, 100, 59, None),
            (4, 0, 0, Some(End::Files)),
            (0, 101, 0, Some(End::Octets)),
            (0, 0, 60, Some(End::Time)),
            (4, 101, 60, Some(End::Files)),
        ] {
            let told = own.ended(files, octets, spent(seconds));
            assert_eq!(told, end, "{files} files, {octets} octets, {seconds} s");
        }
    }

    #[test]
    fn what_is_left_is_counted_and_told() {
        let own = Spending::new(budget(2, 100, 60));
        own.name("retours.zip");
        own.name("autre");
        assert!(own.takes_a_file() && own.takes_a_file());
        own.looked(Duration::from_secs(1));
        own.looked(Duration::from_secs(1));
        assert_eq!(own.unfinished(), None, "all that was there was taken");
        assert!(!own.takes_a_file());
        own.leave(4);
        let told = own.unfinished().unwrap();
        assert_eq!((&*told.label, told.looked, told.left), ("retours.zip", 2, 5));
        assert_eq!(told.end, End::Files);
        for word in ["2 fichiers", "2 fichiers regardés", "5 autres", "ajouter à part"] {
            assert!(told.message.contains(word), "{word}: {}", told.message);
        }
    }

    #[test]
    fn time_is_added_up_and_what_was_begun_is_finished() {
        let own = Spending::new(budget(9, 100, 60));
        own.name("a.eml");
        for _ in 0..3 {
            assert!(own.takes_a_file());
        }
        assert!(own.may_look());
        own.looked(Duration::from_secs(59));
        assert!(own.may_look());
        own.looked(Duration::from_secs(1));
        assert!(!own.may_look());
        assert!(!own.takes_a_file(), "who opens it learns of it");
        let told = own.unfinished().unwrap();
        assert_eq!((told.looked, told.left, told.end), (2, 2, End::Time));
        assert!(told.message.contains("60 s d'examen"), "{}", told.message);
    }

    #[test]
    fn octets_end_it_whoever_unpacked_them() {
        let own = Spending::new(budget(9, 100, 60));
        assert!(own.takes_a_file());
        own.unpacked(100);
        assert_eq!((own.octets_left(), own.is_over()), (0, false), "all of it was used");
        own.unpacked(1);
        assert!(own.is_over() && !own.takes_a_file());
        assert_eq!(own.unfinished().unwrap().end, End::Octets);
    }
}
