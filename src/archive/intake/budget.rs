//! The budget of one source: a mail, an archive or a file, with everything in it. When it is used
//! up, the remaining files are counted and reported, but not taken.
//!
//! The walk that opens a source and the workers that examine its files share one [`SourceUsage`].

use crate::letter::french::count;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What one source may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Files in it, the source itself included.
    pub files: usize,
    /// Octets of these files after unpacking and decoding.
    pub octets: u64,
    /// Time to examine these files, the sum of all workers.
    pub time: Duration,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            files: 10_000,
            octets: 1 << 30,
            // Some forty files that each use all the time one file may have; a thousand normal scans.
            time: Duration::from_secs(900),
        }
    }
}

/// The part of a budget that was used up first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BudgetEnd {
    /// Files.
    Files,
    /// Octets.
    Octets,
    /// Time.
    Time,
}

impl BudgetEnd {
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
    /// The part that such a usage exceeds.
    fn ended(&self, files: usize, octets: u64, time: Duration) -> Option<BudgetEnd> {
        match () {
            () if files > self.files => Some(BudgetEnd::Files),
            () if octets > self.octets => Some(BudgetEnd::Octets),
            () if time >= self.time => Some(BudgetEnd::Time),
            () => None,
        }
    }

    /// The limit in French.
    fn limit(&self, end: BudgetEnd) -> String {
        match end {
            BudgetEnd::Files => count(self.files, "fichier", "fichiers"),
            BudgetEnd::Octets => format!("{} Mo une fois extraits", self.octets >> 20),
            BudgetEnd::Time => match self.time.as_secs() {
                seconds @ 120.. => format!("{} minutes d'examen", seconds / 60),
                seconds => format!("{seconds} s d'examen"),
            },
        }
    }
}

/// What one source has cost so far.
#[derive(Debug)]
pub struct SourceUsage {
    budget: Budget,
    usage: Mutex<Usage>,
}

#[derive(Debug, Default)]
struct Usage {
    label: String,
    files: usize,
    octets: u64,
    time: Duration,
    looked: usize,
    left: usize,
    end: Option<BudgetEnd>,
}

/// A source whose budget was used up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnfinishedSource {
    /// Label of the source.
    pub label: String,
    /// Files of it that were examined.
    pub looked: usize,
    /// Files of it that were not, at least.
    pub left: usize,
    /// The part of the budget that was used up.
    pub end: BudgetEnd,
    /// A French sentence with these numbers and what to do.
    pub message: String,
}

impl SourceUsage {
    /// An unused budget.
    pub fn new(budget: Budget) -> Self {
        Self { budget, usage: Mutex::default() }
    }

    fn usage(&self) -> MutexGuard<'_, Usage> {
        self.usage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Names the source. Only the first name counts.
    pub(super) fn name(&self, label: &str) {
        let mut usage = self.usage();
        if usage.label.is_empty() {
            label.clone_into(&mut usage.label);
        }
    }

    /// Octets that may still be taken.
    pub(super) fn octets_left(&self) -> u64 {
        self.budget.octets.saturating_sub(self.usage().octets)
    }

    /// Counts octets that were unpacked, even those of a file that is not taken.
    pub(super) fn unpacked(&self, octets: u64) {
        let mut usage = self.usage();
        usage.octets = usage.octets.saturating_add(octets);
    }

    /// Whether nothing more is to be taken from this source.
    pub(super) fn is_over(&self) -> bool {
        let mut usage = self.usage();
        if usage.end.is_none() {
            usage.end = self.budget.ended(usage.files, usage.octets, usage.time);
        }
        usage.end.is_some()
    }

    /// Counts a file. False if it is one too many.
    pub(super) fn takes_a_file(&self) -> bool {
        if self.is_over() {
            self.leave(1);
            return false;
        }
        self.usage().files += 1;
        let fits = !self.is_over();
        if !fits {
            self.leave(1);
        }
        fits
    }

    /// Counts files that are not taken because the budget is used up.
    pub(super) fn leave(&self, files: usize) {
        self.usage().left += files;
    }

    /// Whether a file that was taken may still be examined. If not, it is counted as left.
    pub fn may_look(&self) -> bool {
        let mut usage = self.usage();
        let over = usage.time >= self.budget.time;
        if over {
            usage.end.get_or_insert(BudgetEnd::Time);
            usage.left += 1;
        }
        !over
    }

    /// Counts a file that was examined, and the time it took.
    pub fn looked(&self, time: Duration) {
        let mut usage = self.usage();
        usage.looked += 1;
        usage.time = usage.time.saturating_add(time);
    }

    /// What to tell a person, if files were left.
    pub fn unfinished(&self) -> Option<UnfinishedSource> {
        let usage = self.usage();
        let end = usage.end.filter(|_| usage.left > 0)?;
        let limit = self.budget.limit(end);
        let looked = match usage.looked {
            0 => "aucun fichier regardé".to_owned(),
            n => count(n, "fichier regardé", "fichiers regardés"),
        };
        let left = count(
            usage.left,
            "autre ne l'est pas, ni archivé",
            "autres ne le sont pas, ni archivés",
        );
        let message = format!(
            "plus de {limit} pour un seul envoi : {looked}, {left} ; extraire les fichiers et \
             ajouter à part ceux qui manquent, en plusieurs fois"
        );
        let (label, looked, left) = (usage.label.clone(), usage.looked, usage.left);
        Some(UnfinishedSource { label, looked, left, end, message })
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
        let limits = budget(3, 100, 60);
        let spent = |seconds| Duration::from_secs(seconds);
        for (files, octets, seconds, end) in [
            (0, 0, 0, None),
            (3, 100, 59, None),
            (4, 0, 0, Some(BudgetEnd::Files)),
            (0, 101, 0, Some(BudgetEnd::Octets)),
            (0, 0, 60, Some(BudgetEnd::Time)),
            (4, 101, 60, Some(BudgetEnd::Files)),
        ] {
            let told = limits.ended(files, octets, spent(seconds));
            assert_eq!(told, end, "{files} files, {octets} octets, {seconds} s");
        }
    }

    #[test]
    fn what_is_left_is_counted_and_told() {
        let usage = SourceUsage::new(budget(2, 100, 60));
        usage.name("retours.zip");
        usage.name("autre");
        assert!(usage.takes_a_file() && usage.takes_a_file());
        usage.looked(Duration::from_secs(1));
        usage.looked(Duration::from_secs(1));
        assert_eq!(usage.unfinished(), None, "all that was there was taken");
        assert!(!usage.takes_a_file());
        usage.leave(4);
        let told = usage.unfinished().unwrap();
        assert_eq!((&*told.label, told.looked, told.left), ("retours.zip", 2, 5));
        assert_eq!(told.end, BudgetEnd::Files);
        for word in ["2 fichiers", "2 fichiers regardés", "5 autres", "ajouter à part"] {
            assert!(told.message.contains(word), "{word}: {}", told.message);
        }
    }

    #[test]
    fn time_is_added_up_and_what_was_begun_is_finished() {
        let usage = SourceUsage::new(budget(9, 100, 60));
        usage.name("a.eml");
        for _ in 0..3 {
            assert!(usage.takes_a_file());
        }
        assert!(usage.may_look());
        usage.looked(Duration::from_secs(59));
        assert!(usage.may_look());
        usage.looked(Duration::from_secs(1));
        assert!(!usage.may_look());
        assert!(!usage.takes_a_file(), "who opens it learns of it");
        let told = usage.unfinished().unwrap();
        assert_eq!((told.looked, told.left, told.end), (2, 2, BudgetEnd::Time));
        assert!(told.message.contains("60 s d'examen"), "{}", told.message);
    }

    #[test]
    fn octets_end_it_whoever_unpacked_them() {
        let usage = SourceUsage::new(budget(9, 100, 60));
        assert!(usage.takes_a_file());
        usage.unpacked(100);
        assert_eq!((usage.octets_left(), usage.is_over()), (0, false), "all of it was used");
        usage.unpacked(1);
        assert!(usage.is_over() && !usage.takes_a_file());
        assert_eq!(usage.unfinished().unwrap().end, BudgetEnd::Octets);
    }
}
