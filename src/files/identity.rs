//! Which file it is, whatever its name: a file that was copied or put back is another one.

use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::path::Path;
use std::time::UNIX_EPOCH;

/// What the file system tells one file from another by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileIdentity {
    /// Number of the device; 0 where the system does not say. It may change when a share is mounted again.
    device: u64,
    /// Number of the file on its device; 0 where the system does not say.
    number: u64,
    /// When it was made, in nanoseconds since 1970, where the system says so. A number is given again once its
    /// file is gone, this is not.
    made: Option<u64>,
}

impl FileIdentity {
    /// That of the file under a name; links are followed.
    pub fn of(path: &Path) -> io::Result<Self> {
        let metadata = fs::metadata(path)?;
        let made = metadata.created().ok().and_then(|made| made.duration_since(UNIX_EPOCH).ok());
        let made = made.and_then(|made| u64::try_from(made.as_nanos()).ok());
        #[cfg(unix)]
        let (device, number) = {
            use std::os::unix::fs::MetadataExt as _;
            (metadata.dev(), metadata.ino())
        };
        #[cfg(not(unix))]
        let (device, number) = (0, 0);
        Ok(Self { device, number, made })
    }

    /// Whether both are the same file.
    pub fn is_same(&self, other: &Self) -> bool {
        let same_origin = match (self.made, other.made) {
            (Some(one), Some(other)) => one == other,
            _ => self.device == other.device,
        };
        self.number == other.number && same_origin
    }

    /// Whether the system says when it was made: only then it is told from any other file of any folder.
    pub fn is_certain(&self) -> bool {
        self.made.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::write_whole;

    #[test]
    fn a_file_keeps_its_identity_and_a_copy_has_another() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        write_whole(&at("a"), b"x", false).unwrap();
        let first = FileIdentity::of(&at("a")).unwrap();
        fs::copy(at("a"), at("b")).unwrap();
        assert!(!first.is_same(&FileIdentity::of(&at("b")).unwrap()));
        fs::rename(at("a"), at("c")).unwrap();
        assert!(first.is_same(&FileIdentity::of(&at("c")).unwrap()));
        let text = serde_json::to_string(&first).unwrap();
        assert_eq!(serde_json::from_str::<FileIdentity>(&text).unwrap(), first);
        assert!(FileIdentity::of(&at("a")).is_err());
    }

    #[test]
    fn a_share_that_is_mounted_again_is_the_same_if_it_says_when_its_files_were_made() {
        let of = |device, number, made| FileIdentity { device, number, made };
        for (one, other, is_same) in [
            (of(1, 7, Some(5)), of(2, 7, Some(5)), true),
            (of(1, 7, Some(5)), of(1, 7, Some(6)), false),
            (of(1, 7, Some(5)), of(1, 8, Some(5)), false),
            (of(1, 7, None), of(1, 7, Some(5)), true),
            (of(1, 7, None), of(2, 7, None), false),
        ] {
            assert_eq!(one.is_same(&other), is_same, "{one:?} {other:?}");
        }
    }
}
