//! The whole project as one file, and back.

pub mod back_up_project;
pub mod backup_archive;
pub mod backup_error;
pub mod backup_manifest;
pub mod project_files;
pub mod restore_project;
