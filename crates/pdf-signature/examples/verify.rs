//! Prints what is known of the signatures of a PDF:
//! `cargo run -p pdf-signature --example verify -- FILE [CERTIFICATES]`
//!
//! `CERTIFICATES` are those to trust, in PEM or DER; without them nobody is trusted.

#![expect(
    clippy::disallowed_methods,
    reason = "a program of its own reads its file, its arguments and the clock"
)]

use pdf_signature::{TrustStore, verify_signatures};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("the name of a PDF is missing")?;
    let certificates: Vec<(String, Vec<u8>)> = arguments
        .map(|name| std::fs::read(&name).map(|bytes| (name, bytes)))
        .collect::<Result<_, _>>()?;
    let (trust_store, problems) = TrustStore::read(&certificates);
    for problem in problems {
        println!("{}: {:?}", problem.file, problem.cause);
    }
    let report = verify_signatures(&std::fs::read(&file)?, &trust_store, jiff::Timestamp::now())?;
    println!("{file}: {} pages, {} signatures", report.pages, report.signatures.len());
    for check in &report.checks {
        println!("  {}: {check:?}", check.name());
    }
    for signature in &report.signatures {
        println!("{:?}: {:?}, {:?}", signature.signer, signature.integrity, signature.trust);
        for check in &signature.checks {
            let mark = if check.is_ok() { "  " } else { "! " };
            println!("  {mark}{}: {check:?}", check.name());
        }
    }
    Ok(())
}
