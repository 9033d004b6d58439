//! `[campaign]`: one yearly mailing, its dates, its signatory, its amendments.
//!
//! The comments of tables and keys are French: office staff read them in their editor and in the
//! guide. How a table is declared: see `table`.

use super::settings::Signatory;
use super::table::{Read, toml_table};
use super::table_reader::{Located, TableReader};
use super::values::{
    CampaignId, Day, EnclosurePath, Prose, SchoolYear, SignatureRequest, SingleLine,
};
use super::word_lists::Act;
use crate::diagnostic::Problem;
use jiff::civil::Date;

toml_table! {
    /// La campagne d'une année scolaire.
    pub struct Campaign, "[campaign]" {
        /// L'identifiant, au début de chaque référence : 1 à 8 chiffres ou majuscules.
        #[example("2026")]
        pub id: Located<CampaignId>,
        /// L'année scolaire : deux années qui se suivent.
        #[example("2026-2027")]
        pub school_year: Located<SchoolYear>,
        /// La date imprimée sur les lettres, sans guillemets ; aussi celle des règles, sauf rules_date.
        #[example("2026-11-16")]
        pub date: Located<Day>,
        /// La date des règles, sans guillemets, si ce n'est pas celle des lettres.
        #[example("2026-11-16")]
        pub rules_date: Option<Located<Day>>,
        /// La ville d'où les lettres sont datées.
        #[example("Exempleville")]
        #[key(named("place"))]
        pub city: Located<SingleLine>,
        /// Le jour où les lettres signées doivent être revenues, sans guillemets.
        #[example("2026-12-18")]
        pub reply_by: Located<Day>,
        /// Le jour où le bilan annuel est attendu, sans guillemets.
        #[example("2027-06-30")]
        pub report_by: Located<Day>,
        /// Qui signe pour l'autorité.
        #[example({
            "civility": "Mme",
            "given_name": "Jeanne",
            "family_name": "Exemple",
            "function": "Déléguée académique au numérique",
        })]
        #[key(required("{ given_name = …, family_name = …, function = … }"))]
        pub signatory: Signatory,
        /// Les documents joints à chaque message : des PDF du dossier du projet.
        #[example(["enclosures/ressources.pdf"])]
        pub enclosures: Vec<Located<EnclosurePath>>,
        /// Le jour, sans guillemets, à partir duquel plus rien n'est produit ni envoyé.
        #[example("2027-08-31")]
        pub closed: Option<Located<Day>>,
        /// Les changements en cours d'année, rangés par date.
        #[example([{ "date": "2027-01-18", "act": "amendment" }])]
        #[key(named("amendment"))]
        pub amendments: Vec<Amendment>,
    }
    check deadlines_follow_date(date, reply_by, report_by);
    check date_is_in_school_year(date, school_year);
    check amendments_follow_each_other(date, amendments);
}

toml_table! {
    /// Un changement en cours d'année.
    pub struct Amendment, "[[campaign.amendment]]" {
        /// La date imprimée sur ce qui est produit à partir de ce jour, sans guillemets ; aussi celle de
        /// ses règles.
        #[example("2027-01-18")]
        pub date: Located<Day>,
        /// Le nouveau jour de retour des lettres signées, sans guillemets.
        #[example("2027-02-12")]
        pub reply_by: Option<Located<Day>>,
        /// Ce qu'il fait des lettres déjà transmises : "amendment" (avenant) ou "correction" (annule et
        /// remplace).
        #[example("amendment")]
        pub act: Located<Act>,
        /// Ce qui est à signer : true (un retour signé est attendu, c'est le cas sans cette clé), false
        /// (pour information) ou "kept" (ce qui a été signé le reste ; seulement pour "correction").
        #[example(true)]
        pub signature: Option<Located<SignatureRequest>>,
        /// Le motif, imprimé sur les lettres qui en changent une autre.
        #[example("nouvelle circulaire académique")]
        pub reason: Option<Located<Prose>>,
    }
    check only_a_correction_keeps_signatures(act, signature);
}

fn only_a_correction_keeps_signatures(
    reader: &mut TableReader<'_, '_>,
    act: &Read<Located<Act>>,
    signature: &Read<Option<Located<SignatureRequest>>>,
) {
    let (Some(act), Some(Some(signature))) = (act, signature) else { return };
    if signature.value == SignatureRequest::Kept && act.value != Act::Correction {
        reader.report(
            Problem::error("E-SIGNATURE", "« kept » ne vaut que pour une correction")
                .at(signature.span)
                .related(act.span, "cet acte s'ajoute à la lettre et ne la remplace pas")
                .help("écrire signature = true (à signer) ou false (pour information)"),
        );
    }
}

fn deadlines_follow_date(
    reader: &mut TableReader<'_, '_>,
    date: &Read<Located<Day>>,
    reply_by: &Read<Located<Day>>,
    report_by: &Read<Located<Day>>,
) {
    for (key, deadline) in [("reply_by", reply_by), ("report_by", report_by)] {
        if let (Some(date), Some(deadline)) = (date, deadline)
            && deadline.value < date.value
        {
            reader.report(
                Problem::error("E-DATES", format!("« {key} » est avant la date des lettres"))
                    .at(deadline.span)
                    .related(date.span, "les lettres sont datées de ce jour")
                    .help("corriger l'une des deux dates"),
            );
        }
    }
}

fn date_is_in_school_year(
    reader: &mut TableReader<'_, '_>,
    date: &Read<Located<Day>>,
    school_year: &Read<Located<SchoolYear>>,
) {
    let (Some(date), Some(school_year)) = (date, school_year) else { return };
    let years = school_year.value.first_day().year()..=school_year.value.last_day().year();
    if !years.contains(&date.value.year()) {
        reader.report(
            Problem::error("E-DATES", "la date des lettres n'est pas dans l'année scolaire")
                .at(date.span)
                .related(school_year.span, "année scolaire")
                .help("corriger l'une des deux"),
        );
    }
}

fn amendments_follow_each_other(
    reader: &mut TableReader<'_, '_>,
    date: &Read<Located<Day>>,
    amendments: &Read<Vec<Amendment>>,
) {
    let mut previous = date.as_ref();
    for amendment in amendments.iter().flatten() {
        if let Some(before) = previous
            && amendment.date.value <= before.value
        {
            reader.report(
                Problem::error(
                    "E-DATES",
                    "les avenants doivent se suivre, après la date des lettres",
                )
                .at(amendment.date.span)
                .related(before.span, "celui-ci vient avant")
                .help("ranger les avenants par date"),
            );
        }
        if let Some(reply_by) = &amendment.reply_by
            && reply_by.value < amendment.date.value
        {
            reader.report(
                Problem::error("E-DATES", "« reply_by » est avant la date de l'avenant")
                    .at(reply_by.span)
                    .help("corriger l'une des deux dates"),
            );
        }
        previous = Some(&amendment.date);
    }
}

/// The dates in force at a moment of a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EffectiveDates {
    /// Date printed on the document.
    pub date: Date,
    /// Date of the rules.
    pub rules_date: Date,
    /// Signed copies are due.
    pub reply_by: Date,
    /// The amendment in force, by its date.
    pub amended: Option<Date>,
    /// The day of the rules that was asked for: it counts for every letter.
    pub as_of: Option<Date>,
}

impl EffectiveDates {
    /// The date of the rules of a letter: a late one has those of the day it was first made, or of the
    /// amendment since.
    pub fn rules_date_of(&self, first_made: Option<Date>) -> Date {
        match (self.as_of, first_made) {
            (Some(day), _) => day,
            (None, Some(made)) => self.amended.map_or(made, |amended| made.max(amended)),
            (None, None) => self.rules_date,
        }
    }
}

impl Campaign {
    /// Whether the campaign is over on a day.
    pub fn is_closed(&self, today: Date) -> bool {
        self.closed.as_ref().is_some_and(|closed| closed.value.0 <= today)
    }

    /// The dates of what is issued today, or in a rehearsal as of another day. An amendment counts
    /// from its day on: its date is printed, and is the date of the rules.
    pub fn dates(&self, today: Date, as_of: Option<Date>) -> EffectiveDates {
        let amendment = self.amendment_at(as_of.unwrap_or(today));
        let amended = amendment.map(|amendment| amendment.date.value.0);
        let rules_date = self.rules_date.as_ref().map_or(self.date.value.0, |d| d.value.0);
        EffectiveDates {
            date: amended.unwrap_or(self.date.value.0),
            rules_date: as_of.or(amended).unwrap_or(rules_date),
            reply_by: self.reply_by(amended),
            amended,
            as_of,
        }
    }

    /// The amendment in force on a day.
    pub fn amendment_at(&self, day: Date) -> Option<&Amendment> {
        self.amendments.iter().rev().find(|amendment| amendment.date.value.0 <= day)
    }

    /// When signed copies of what was issued under an amendment (or none) are due.
    pub fn reply_by(&self, amended: Option<Date>) -> Date {
        let latest_first = self.amendments.iter().rev();
        latest_first
            .filter(|amendment| amended.is_some_and(|day| amendment.date.value.0 <= day))
            .find_map(|amendment| amendment.reply_by.as_ref())
            .map_or(self.reply_by.value.0, |day| day.value.0)
    }
}
