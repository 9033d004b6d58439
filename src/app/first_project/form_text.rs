//! The settings and the campaign as TOML, with what is left to fill in named where it belongs.

use crate::app::first_project::form::{FormAnswers, QUESTIONS};
use crate::records::table_reader::TO_FILL;
use crate::records::values::Mailbox;
use std::fmt::Write as _;

/// The text of a value: what was answered, or what is to be filled in.
fn value(answers: &FormAnswers, key: &str) -> String {
    let text = match answers.get(key) {
        Some(text) => text.to_owned(),
        None => {
            let question = QUESTIONS.iter().find(|question| question.key == key);
            format!("{TO_FILL} : {}", question.map_or("", |question| question.french))
        }
    };
    toml_edit::Value::from(text).to_string()
}

/// A day, which stands without quotes.
fn day(answers: &FormAnswers, key: &str) -> String {
    answers.get(key).map_or_else(|| value(answers, key), str::to_owned)
}

/// A line of something that may be left out; a comment where it is.
fn optional_line(answers: &FormAnswers, key: &str, name: &str, example: &str) -> String {
    match answers.get(key) {
        Some(_) => format!("{name} = {}\n", value(answers, key)),
        None => format!("# {name} = {example}\n"),
    }
}

/// Who the messages come from.
fn sender(answers: &FormAnswers) -> String {
    let Some(email) = answers.get("organisation.email") else {
        let left = format!("{TO_FILL} : l'expéditeur, comme « Service – Académie <adresse> »");
        return toml_edit::Value::from(left).to_string();
    };
    let names = [answers.get("organisation.service"), answers.get("organisation.name")];
    let names: Vec<&str> = names.into_iter().flatten().collect();
    let whole = format!("{} <{email}>", names.join(" – "));
    let sender = match !names.is_empty() && is_mailbox(&whole) {
        true => whole,
        false => email.to_owned(),
    };
    toml_edit::Value::from(sender).to_string()
}

fn is_mailbox(text: &str) -> bool {
    use crate::records::table_reader::FromToml as _;
    Mailbox::from_toml(&toml::de::DeValue::String(text.into())).is_ok()
}

/// `missive.toml`.
pub(super) fn settings_text(answers: &FormAnswers) -> String {
    let answer = |key: &str| value(answers, key);
    format!(
        "# missive.toml – l’organisation qui écrit, la messagerie, les réglages des lettres.\n\
         # Toutes les clés possibles : page 13 du guide.\n\n\
         [organisation]\n\
         name = {}\nservice = {}\naddress = [{}]\npostcode = {}\ncity = {}\nemail = {}\n\n\
         [mail]\n\
         # \"outbox\" dépose les messages dans out/<campagne>/outbox/, sans rien envoyer.\n\
         # \"smtp\" les remet au serveur décrit dans [mail.relay] (page 8 du guide).\n\
         transport = \"outbox\"\n\
         from = {}\nreply_to = {}\n\
         # Seules les adresses de ces domaines reçoivent une lettre ; sous-domaines compris.\n\
         allowed_domains = [{}]\n\
         attach_cover = true\ncopy_referent = false\n{}\n\
         [letters]\n\
         signatures = [\"issuer\", \"head\", \"referent\"]\n\
         writable = [\"priorities\", \"indicators\"]\n\
         without_referent = \"skip\"\nmateriality = \"default\"\nissuer_signature = \"none\"\n",
        answer("organisation.name"),
        answer("organisation.service"),
        answer("organisation.address"),
        answer("organisation.postcode"),
        answer("organisation.city"),
        answer("organisation.email"),
        sender(answers),
        answer("mail.reply_to"),
        answer("mail.allowed_domain"),
        optional_line(answers, "mail.control_copy", "control_copy", "\"dan-controle@…\""),
    )
}

/// The identifier of the campaign: the first year of its school year.
pub(super) fn campaign_id(answers: &FormAnswers) -> String {
    let year = answers.get("campaign.school_year").unwrap_or("campagne");
    year.split('-').next().unwrap_or(year).to_owned()
}

/// `data/campaigns/<id>.toml`.
pub(super) fn campaign_text(answers: &FormAnswers) -> String {
    let answer = |key: &str| value(answers, key);
    let mut text = format!(
        "# La campagne : une année scolaire, ses dates, qui signe.\n\n\
         [campaign]\nid = {}\nschool_year = {}\n\
         # Imprimée sur les lettres ; c’est aussi la date des règles. Sans guillemets.\n\
         date = {}\n",
        toml_edit::Value::from(campaign_id(answers)),
        answer("campaign.school_year"),
        day(answers, "campaign.date"),
    );
    let _ = write!(
        text,
        "place = {}\nreply_by = {}\nreport_by = {}\n\n\
         [campaign.signatory]\ncivility = {}\ngiven_name = {}\nfamily_name = {}\nfunction = {}\n",
        answer("organisation.city"),
        day(answers, "campaign.reply_by"),
        day(answers, "campaign.report_by"),
        answer("signatory.civility"),
        answer("signatory.given_name"),
        answer("signatory.family_name"),
        answer("signatory.function"),
    );
    for (key, name, example) in [
        ("signatory.on_behalf_of", "on_behalf_of", "\"Pour le recteur et par délégation\""),
        ("signatory.delegation", "delegation", "\"arrêté du …\""),
    ] {
        text.push_str(&optional_line(answers, key, name, example));
    }
    text
}
