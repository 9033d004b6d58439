//! The form of a new project: what missive has to know of an office before it can write a letter. Each answer
//! is checked as the key that it becomes.

use crate::records::table_reader::{FromToml, ValueError};
use crate::records::values::{Domain, EmailAddress, Postcode, SchoolYear, SingleLine};
use crate::records::word_lists::Civility;
use jiff::civil::Date;
use std::collections::BTreeMap;
use toml::de::DeValue;

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerForm {
    /// One line of text.
    Line,
    /// A postcode.
    Postcode,
    /// A mail address.
    Email,
    /// What stands behind the @ of addresses.
    Domain,
    /// A school year, as 2026-2027.
    SchoolYear,
    /// A day, as 2026-11-16.
    Day,
    /// Mme or M.
    Civility,
}

/// One question of the form.
#[derive(Clone, Copy, Debug)]
pub struct FormQuestion {
    /// The key that its answer becomes.
    pub key: &'static str,
    /// The question, in a few French words.
    pub french: &'static str,
    /// How its answer is written.
    pub form: AnswerForm,
    /// Whether letters can do without.
    pub optional: bool,
}

const fn question(key: &'static str, french: &'static str, form: AnswerForm) -> FormQuestion {
    FormQuestion { key, french, form, optional: false }
}

/// The questions, in the order in which they are asked.
pub const QUESTIONS: [FormQuestion; 19] = [
    question("organisation.name", "le nom de l'académie", AnswerForm::Line),
    question("organisation.service", "le service qui écrit", AnswerForm::Line),
    question("organisation.address", "l'adresse du service (numéro et rue)", AnswerForm::Line),
    question("organisation.postcode", "le code postal du service", AnswerForm::Postcode),
    question("organisation.city", "la ville du service", AnswerForm::Line),
    question("organisation.email", "l'adresse électronique du service", AnswerForm::Email),
    question("mail.reply_to", "l'adresse où les retours arrivent", AnswerForm::Email),
    question("mail.allowed_domain", "le domaine des boîtes d'établissement", AnswerForm::Domain),
    FormQuestion {
        optional: true,
        ..question("mail.control_copy", "une boîte de contrôle, en copie cachée", AnswerForm::Email)
    },
    question("campaign.school_year", "l'année scolaire", AnswerForm::SchoolYear),
    question("campaign.date", "la date des lettres", AnswerForm::Day),
    question("campaign.reply_by", "le dernier jour pour les renvoyer signées", AnswerForm::Day),
    question("campaign.report_by", "le dernier jour du bilan annuel", AnswerForm::Day),
    question("signatory.civility", "la civilité du signataire (Mme ou M.)", AnswerForm::Civility),
    question("signatory.given_name", "le prénom du signataire", AnswerForm::Line),
    question("signatory.family_name", "le nom du signataire", AnswerForm::Line),
    question("signatory.function", "la fonction du signataire", AnswerForm::Line),
    FormQuestion {
        optional: true,
        ..question(
            "signatory.on_behalf_of",
            "pour qui le signataire signe (« Pour le recteur et par délégation »)",
            AnswerForm::Line,
        )
    },
    FormQuestion {
        optional: true,
        ..question("signatory.delegation", "l'arrêté de délégation de signature", AnswerForm::Line)
    },
];

/// Why an answer is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// No question has this key.
    #[error("« {0} » n'est pas une question du formulaire")]
    UnknownKey(String),
    /// The answer is not of the form that the key wants.
    #[error("{key} : {} ({text})", .error.message)]
    Value {
        /// The key.
        key: &'static str,
        /// What was answered.
        text: String,
        /// What is wrong with it.
        error: Box<ValueError>,
    },
}

/// The answers so far.
#[derive(Clone, Debug, Default)]
pub struct FormAnswers {
    answers: BTreeMap<&'static str, String>,
}

impl FormAnswers {
    /// Takes an answer by its key.
    pub fn set(&mut self, key: &str, text: &str) -> Result<(), FormError> {
        let question = QUESTIONS.iter().find(|question| question.key == key);
        let question = question.ok_or_else(|| FormError::UnknownKey(key.to_owned()))?;
        self.answer(question, text)
    }

    /// Takes the answer to a question.
    pub fn answer(&mut self, question: &FormQuestion, text: &str) -> Result<(), FormError> {
        let text = text.trim();
        check(question.form, text).map_err(|error| FormError::Value {
            key: question.key,
            text: text.to_owned(),
            error: Box::new(error),
        })?;
        self.answers.insert(question.key, text.to_owned());
        Ok(())
    }

    /// The answer of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.answers.get(key).map(String::as_str)
    }

    /// What an answer would usually be, from those before and from the day.
    pub fn usual(&self, question: &FormQuestion, today: Date) -> Option<String> {
        let email = || self.get("organisation.email");
        let year = || self.get("campaign.school_year")?.parse::<SchoolYear>().ok();
        match question.key {
            "mail.reply_to" => email().map(str::to_owned),
            "mail.allowed_domain" => email()?.rsplit_once('@').map(|(_, domain)| domain.to_owned()),
            "campaign.school_year" => Some(school_year_of(today)),
            "campaign.report_by" => {
                let last = year()?.last_day();
                Date::new(last.year(), 6, 30).ok().map(|day| day.to_string())
            }
            _ => None,
        }
    }

    /// Answers what has a usual answer and none yet.
    pub fn fill_usual(&mut self, today: Date) {
        for question in &QUESTIONS {
            if self.get(question.key).is_none()
                && let Some(usual) = self.usual(question, today)
            {
                self.answers.insert(question.key, usual);
            }
        }
    }

    /// The questions that are left to fill in.
    pub fn to_fill(&self) -> Vec<&'static FormQuestion> {
        QUESTIONS
            .iter()
            .filter(|question| !question.optional && self.get(question.key).is_none())
            .collect()
    }
}

/// The school year for which an office prepares letters on a day: from May on, the next one.
fn school_year_of(today: Date) -> String {
    let first = if today.month() >= 5 { today.year() } else { today.year() - 1 };
    format!("{first}-{}", first + 1)
}

fn check(form: AnswerForm, text: &str) -> Result<(), ValueError> {
    let value = DeValue::String(text.into());
    match form {
        AnswerForm::Line => SingleLine::from_toml(&value).map(drop),
        AnswerForm::Postcode => Postcode::from_toml(&value).map(drop),
        AnswerForm::Email => EmailAddress::from_toml(&value).map(drop),
        AnswerForm::Domain => Domain::from_toml(&value).map(drop),
        AnswerForm::SchoolYear => SchoolYear::from_toml(&value).map(drop),
        AnswerForm::Civility => Civility::from_toml(&value).map(drop),
        AnswerForm::Day => match text.parse::<Date>() {
            Ok(_) => Ok(()),
            Err(_) => {
                Err(ValueError::new("E-DATE", "une date s'écrit année-mois-jour, comme 2026-11-16"))
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn answers_are_checked_as_the_keys_that_they_become() {
        let mut answers = FormAnswers::default();
        for (key, good, bad) in [
            ("organisation.postcode", "86000", "8600"),
            ("organisation.email", "dan@academie.example", "dan"),
            ("campaign.school_year", "2026-2027", "2026-2028"),
            ("campaign.date", "2026-11-16", "16/11/2026"),
            ("signatory.civility", "Mme", "Madame"),
        ] {
            assert!(answers.set(key, bad).is_err(), "{key} {bad}");
            assert_eq!(answers.set(key, good), Ok(()), "{key} {good}");
        }
        assert!(matches!(answers.set("x", "y"), Err(FormError::UnknownKey(_))));
        answers.fill_usual(date(2026, 11, 2));
        assert_eq!(answers.get("mail.allowed_domain"), Some("academie.example"));
        assert_eq!(answers.get("campaign.report_by"), Some("2027-06-30"));
        let left: Vec<&str> = answers.to_fill().iter().map(|question| question.key).collect();
        assert!(left.contains(&"campaign.reply_by") && !left.contains(&"mail.control_copy"));
    }
}
