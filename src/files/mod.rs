//! Files read within bounds and written whole.
//!
//! Knows nothing of what they hold.

mod digest;
mod folder;
mod identity;
mod read;
mod reason;
mod regular;
mod write;

pub use digest::{hex, sha256};
pub use folder::{begin_folder, folder_of, is_temporary, put_in_place, sweep, sync_dir, walk};
pub use identity::FileIdentity;
pub use read::{LARGEST, read, read_kept};
pub use reason::reason;
pub use regular::{RegularFile, read_up_to};
pub use write::{
    WriteOutcome, begin_file, put_file_in_place, replace_durably, sync, write_durably,
    write_hidden, write_once, write_whole,
};
