//! The binary: calls the library and returns its exit code.

use missive::cli::{self, Exit};
use std::process::ExitCode;

/// Faster than the system's (decision 023).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(cli::on_panic));
    let exit = std::panic::catch_unwind(|| cli::run(std::env::args_os())).unwrap_or(Exit::Bug);
    ExitCode::from(exit as u8)
}
