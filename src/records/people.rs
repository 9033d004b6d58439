//! `[[establishment]]` and `[[referent]]`: the schools, their heads, the teachers.

use super::settings::Period;
use super::table_reader::{Located, Reader};
use super::values::{Day, EmailAddress, Line, Postcode, Prose, SchoolYear, Slug, Uai};
use super::word_lists::{Civility, Kind, Sector};
use crate::diagnostic::{Problem, Span};

/// A school.
#[derive(Clone, Debug)]
pub struct Establishment {
    /// The place of the record.
    pub place: Span,
    /// Code.
    pub uai: Located<Uai>,
    /// Kind.
    pub kind: Located<Kind>,
    /// Sector.
    pub sector: Located<Sector>,
    /// Name, as it is printed.
    pub name: Located<Line>,
    /// Site shared with other schools under one head.
    pub site: Option<Located<Line>>,
    /// Street lines.
    pub address: Vec<Located<Line>>,
    /// Postcode.
    pub postcode: Located<Postcode>,
    /// City.
    pub city: Located<Line>,
    /// Mailbox.
    pub email: Option<Located<EmailAddress>>,
    /// Why the mailbox lies outside the allowed domains.
    pub email_exception: Option<Located<Prose>>,
    /// Telephone: for whoever calls the school, never printed.
    pub phone: Option<Located<Line>>,
    /// Principal.
    pub head: Option<Head>,
    /// Who buys and keeps the equipment.
    pub authority: Option<Located<Line>>,
    /// The online workspace (ENT).
    pub digital_workspace: Option<Located<Line>>,
    /// Local priorities.
    pub priorities: Vec<Located<Prose>>,
    /// Opinions given.
    pub opinions: Vec<Opinion>,
    /// Last day.
    pub closed: Option<Located<Day>>,
    /// The school that takes over.
    pub merged_into: Option<Located<Uai>>,
}

/// A principal.
#[derive(Clone, Debug)]
pub struct Head {
    /// The place of the table.
    pub place: Span,
    /// Mme or M.
    pub civility: Option<Located<Civility>>,
    /// Given name.
    pub given_name: Located<Line>,
    /// Family name.
    pub family_name: Located<Line>,
    /// Function, as in "Principale".
    pub function: Located<Line>,
    /// Since when.
    pub since: Option<Located<Day>>,
    /// Whether by interim.
    pub acting: bool,
}

/// An opinion given by a council of the school.
#[derive(Clone, Debug)]
pub struct Opinion {
    /// The council.
    pub body: Located<Line>,
    /// When.
    pub date: Located<Day>,
    /// The school year it is about; the letters of other years do not print it.
    pub school_year: Option<Located<SchoolYear>>,
}

/// A teacher.
#[derive(Clone, Debug)]
pub struct Referent {
    /// The place of the record.
    pub place: Span,
    /// Identifier.
    pub id: Located<Slug>,
    /// Mme or M.
    pub civility: Option<Located<Civility>>,
    /// Given name.
    pub given_name: Located<Line>,
    /// Family name.
    pub family_name: Located<Line>,
    /// Mailbox.
    pub email: Option<Located<EmailAddress>>,
    /// Post, as in "professeure de mathématiques".
    pub post: Located<Line>,
    /// In which schools.
    pub assignments: Vec<Assignment>,
}

/// One referent in one establishment (désignation).
#[derive(Clone, Debug)]
pub struct Assignment {
    /// The place of the table.
    pub place: Span,
    /// The school.
    pub establishment: Located<Uai>,
    /// From when to when.
    pub period: Period,
    /// Why it ends.
    pub end_reason: Option<Located<Line>>,
    /// Allowance.
    pub allowance: Option<Located<Slug>>,
    /// Date of the recteur's decision.
    pub allowance_granted: Option<Located<Day>>,
    /// The school year that decision is for; in the letters of other years the allowance is proposed.
    pub allowance_school_year: Option<Located<SchoolYear>>,
    /// Missions, when not all in force.
    pub missions: Vec<Located<Slug>>,
    /// Schools that share a local training session.
    pub training_with: Vec<Located<Uai>>,
}

impl Establishment {
    pub(super) fn read(reader: &mut Reader<'_, '_>) -> Option<Self> {
        let place = reader.place();
        let uai = reader.required("uai");
        let kind = reader.required("kind");
        let sector = reader.required("sector");
        let name = reader.required("name");
        let site = reader.optional("site");
        let address = reader.required_list("address");
        let postcode = reader.required("postcode");
        let city = reader.required("city");
        let email = reader.optional("email");
        let email_exception = reader.optional("email_exception");
        let phone = reader.optional("phone");
        let head = match reader.table("head", "le chef d'établissement (head)") {
            Some(mut table) => Some(Head::read(&mut table)),
            // A head that is written but is no table was reported; do not call it unknown.
            None => reader.has("head").then_some(None),
        };
        let authority = reader.optional("authority");
        let digital_workspace = reader.optional("digital_workspace");
        let priorities = reader.list("priorities");
        let opinions = reader.tables("opinions", "un avis (opinions)", |table| {
            let body = table.required("body");
            let date = table.required("date");
            let school_year = table.optional("school_year");
            Some(Opinion { body: body?, date: date?, school_year })
        });
        let closed = reader.optional("closed");
        let merged_into = reader.optional("merged_into");
        let head = match head {
            None => None,
            Some(Some(head)) => Some(head),
            Some(None) => return None,
        };
        Some(Self {
            place,
            uai: uai?,
            kind: kind?,
            sector: sector?,
            name: name?,
            site,
            address,
            postcode: postcode?,
            city: city?,
            email,
            email_exception,
            phone,
            head,
            authority,
            digital_workspace,
            priorities,
            opinions,
            closed,
            merged_into,
        })
    }
}

impl Head {
    fn read(reader: &mut Reader<'_, '_>) -> Option<Self> {
        let place = reader.place();
        let civility = reader.optional("civility");
        let given_name = reader.required("given_name");
        let family_name = reader.required("family_name");
        let function = reader.required("function");
        let since = reader.optional("since");
        let acting = reader.optional::<bool>("acting").is_some_and(|value| value.value);
        reader.finish();
        Some(Self {
            place,
            civility,
            given_name: given_name?,
            family_name: family_name?,
            function: function?,
            since,
            acting,
        })
    }
}

impl Referent {
    pub(super) fn read(reader: &mut Reader<'_, '_>) -> Option<Self> {
        let place = reader.place();
        let id = reader.required("id");
        let civility = reader.optional("civility");
        let given_name = reader.required("given_name");
        let family_name = reader.required("family_name");
        let email = reader.optional("email");
        let post = reader.required("post");
        let assignments = reader.tables("assignment", "une désignation", Assignment::read);
        Some(Self {
            place,
            id: id?,
            civility,
            given_name: given_name?,
            family_name: family_name?,
            email,
            post: post?,
            assignments,
        })
    }
}

impl Opinion {
    /// Whether the letters of a school year print it.
    pub fn is_of(&self, year: SchoolYear) -> bool {
        self.school_year.as_ref().is_none_or(|own| own.value == year)
    }
}

impl Assignment {
    /// The date of the decision, if it is for this school year.
    pub fn granted(&self, year: SchoolYear) -> Option<&Located<Day>> {
        let of_year = self.allowance_school_year.as_ref().is_none_or(|own| own.value == year);
        self.allowance_granted.as_ref().filter(|_| of_year)
    }

    /// The last day, if it comes before the end of the school year: a mission that ends with the year
    /// is not cut short.
    pub fn cut_short(&self, year: SchoolYear) -> Option<&Located<Day>> {
        self.period.until.as_ref().filter(|until| until.value.0 < year.last_day())
    }

    fn read(reader: &mut Reader<'_, '_>) -> Option<Self> {
        let place = reader.place();
        let establishment = reader.required("establishment");
        let period = Period::read(reader);
        let end_reason = reader.optional("end_reason");
        let allowance: Option<Located<Slug>> = reader.optional("allowance");
        let allowance_granted: Option<Located<Day>> = reader.optional("allowance_granted");
        let allowance_school_year = reader.optional("allowance_school_year");
        let missions = reader.list("missions");
        let training_with = reader.list("training_with");
        if let Some(granted) = allowance_granted.as_ref().filter(|_| !reader.has("allowance")) {
            reader.report(
                Problem::error("E-ALLOWANCE", "une indemnité est accordée sans être nommée")
                    .at(granted.span)
                    .help("ajouter « allowance = \"…\" », ou supprimer cette date"),
            );
        }
        Some(Self {
            place,
            establishment: establishment?,
            period: period?,
            end_reason,
            allowance,
            allowance_granted,
            allowance_school_year,
            missions,
            training_with,
        })
    }
}
