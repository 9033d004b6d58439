//! The beginning of the pages that missive writes for people: one look, and a policy under which nothing is
//! fetched and no other script runs, whatever a record holds.

use crate::render::html_escape::escape;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use std::fmt::{Result, Write as _};

/// The look of all pages.
const STYLE: &str = include_str!("page.css");

/// Writes everything before `<body>`. `script` is what the page will hold in its one `<script>`.
pub(in crate::app) fn write_head(page: &mut String, title: &str, script: Option<&str>) -> Result {
    let script = script.map(|text| format!("; script-src {}", source_of(text)));
    write!(
        page,
        "<!DOCTYPE html>\n<html lang=\"fr\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; base-uri 'none'; form-action 'none'; style-src {}{}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<style>{STYLE}</style>\n</head>\n",
        source_of(STYLE),
        script.unwrap_or_default(),
        escape(title)
    )
}

/// A text as the source of a policy: its hash (CSP level 3, section 2.3.1).
fn source_of(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text.as_bytes())))
}
