//! All that is kept of one revision: enough to compare it, explain it and make it again.

use super::object_hash::ObjectHash;
use super::render_inputs::RenderInputs;
use crate::letter::issue::Issue;
use crate::rules::snapshot::RuleView;
use serde_json::Value;
use std::collections::BTreeMap;

/// All that is kept of one revision.
#[derive(Clone, Debug)]
pub struct StoredRevision {
    /// Reference of the letter.
    pub reference: String,
    /// Number, dates and act of the revision.
    pub issue: Issue,
    /// The JSON that the template read, without its QR codes.
    pub json: String,
    /// The content as parsed JSON.
    pub content: Value,
    /// `file:line` of each field.
    pub origins: BTreeMap<String, String>,
    /// The rules it was made under.
    pub rules: Vec<RuleView>,
    /// What was read to render it.
    pub inputs: RenderInputs,
    /// Hash of the PDF as rendered.
    pub rendered: ObjectHash,
    /// Hash of that PDF with its form fields; none where it has no form.
    pub form: Option<ObjectHash>,
    /// Hash of the PDF as sent.
    pub issued: ObjectHash,
    /// Its text, block by block.
    pub blocks: Vec<String>,
    /// The day it was made.
    pub made_on: String,
}

impl StoredRevision {
    /// The PDF as it is before the authority signs it.
    pub fn unsigned(&self) -> &ObjectHash {
        self.form.as_ref().unwrap_or(&self.rendered)
    }
}
