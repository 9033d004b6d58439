//! The formats a record's values must have, as types that cannot hold a bad value.
//!
//! Parsed once, here; the rest of the program passes them on as proof. Knows nothing of tables.

use super::table_reader::{FromToml, ValueError, wrong_type};
use jiff::civil::Date;
use printable_text::CharacterSet;
use serde::Serialize;
use std::fmt;
use std::ops::Deref;
use std::str::FromStr;
use toml::de::DeValue;

/// Longest one-line text, in characters: beyond, no letter can be set well.
pub const LONGEST_LINE: usize = 200;
/// Longest text of a rule or a priority, in characters.
pub const LONGEST_PROSE: usize = 4_000;

pub(super) fn string<'a>(value: &'a DeValue<'_>, expected: &str) -> Result<&'a str, ValueError> {
    match value {
        DeValue::String(text) => Ok(text),
        other => Err(wrong_type(other, expected)),
    }
}

fn forbidden(text: &str, line_breaks: bool) -> Option<ValueError> {
    let bad = text
        .chars()
        .find(|c| CharacterSet::TYPED_TEXT.contains(*c) && !(line_breaks && *c == '\n'))?;
    let what = match bad {
        '\n' | '\r' | '\u{2028}' | '\u{2029}' => "un saut de ligne",
        '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            "une marque invisible de sens d'écriture"
        }
        _ => "un caractère de contrôle ou invisible",
    };
    Some(
        ValueError::new("E-CHARACTER", format!("le texte contient {what} (U+{:04X})", bad as u32))
            .help("retaper la valeur à la main, sans copier-coller"),
    )
}

fn sized(text: &str, longest: usize) -> Result<(), ValueError> {
    if text.trim().is_empty() {
        return Err(ValueError::new("E-EMPTY", "le texte est vide")
            .help("écrire une valeur, ou supprimer la ligne si elle est facultative"));
    }
    let length = text.chars().count();
    if length > longest {
        return Err(ValueError::new(
            "E-TOO-LONG",
            format!("le texte a {length} caractères, {longest} au plus sont possibles"),
        )
        .help("raccourcir le texte"));
    }
    Ok(())
}

/// One line of text: not empty, no line break, no control or bidirectional character, at most
/// [`LONGEST_LINE`] characters. Spaces around it are dropped.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Line(String);

impl FromStr for Line {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        sized(text, LONGEST_LINE)?;
        match forbidden(text, false) {
            Some(complaint) => Err(complaint),
            None => Ok(Self(text.trim().to_owned())),
        }
    }
}

impl FromToml for Line {
    const EXPECTED: &'static str = "un texte entre guillemets";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
        string(value, Self::EXPECTED)?.parse()
    }
}

/// A text of one or several lines; line breaks become spaces, as they only wrap the source.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Prose(String);

impl FromStr for Prose {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        sized(text, LONGEST_PROSE)?;
        let text = text.replace("\r\n", "\n");
        match forbidden(&text, true) {
            Some(complaint) => Err(complaint),
            None => {
                let lines: Vec<&str> =
                    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
                Ok(Self(lines.join(" ")))
            }
        }
    }
}

impl FromToml for Prose {
    const EXPECTED: &'static str = "un texte entre guillemets";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
        string(value, Self::EXPECTED)?.parse()
    }
}

/// Text of a rule: [`Prose`] in which braces stand for a placeholder. Which placeholders a rule may
/// quote is for `rules::check` to say.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct RuleText(Prose);

impl FromToml for RuleText {
    const EXPECTED: &'static str = Prose::EXPECTED;

    fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
        Prose::from_toml(value).map(Self)
    }
}

/// The path of a document that goes with the letters, within the project, with forward slashes.
/// That it leads to a PDF is for whoever opens it to say.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct EnclosurePath(Line);

impl FromToml for EnclosurePath {
    const EXPECTED: &'static str = Line::EXPECTED;

    fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
        Line::from_toml(value).map(Self)
    }
}

/// The code of a school (unité administrative immatriculée): seven digits and a check letter,
/// `number mod 23` in `ABCDEFGHJKLMNPRSTUVWXYZ`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Uai(String);

const UAI_LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPRSTUVWXYZ";

impl Uai {
    /// The check letter for a number.
    pub fn check_letter(number: u32) -> char {
        char::from(UAI_LETTERS[(number % 23) as usize])
    }

    /// The code, upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Uai {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let shape = || {
            ValueError::new(
                "E-UAI",
                "un code UAI a sept chiffres et une lettre, par exemple 0750655E",
            )
            .help("recopier le code de l'annuaire de l'éducation, zéro initial compris")
        };
        let code = text.trim().to_ascii_uppercase();
        if code.len() != 8 || !code.is_ascii() {
            return Err(shape());
        }
        let (digits, letter) = code.split_at(7);
        if !digits.bytes().all(|b| b.is_ascii_digit())
            || !letter.bytes().all(|b| b.is_ascii_uppercase())
        {
            return Err(shape());
        }
        let number: u32 = digits.parse().map_err(|_| shape())?;
        let expected = Self::check_letter(number);
        if letter != expected.to_string() {
            return Err(ValueError::new(
                "E-UAI-KEY",
                format!(
                    "la clé du code UAI {code} est fausse : un chiffre ou la lettre est erroné"
                ),
            )
            .label(format!("pour {digits}, la lettre serait {expected}"))
            .help("vérifier le code dans l'annuaire de l'éducation"));
        }
        Ok(Self(code))
    }
}

impl FromToml for Uai {
    const EXPECTED: &'static str = "un code UAI entre guillemets, comme \"0750655E\"";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
        string(value, Self::EXPECTED)?.parse()
    }
}

impl fmt::Display for Uai {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A day, written without quotes: `2026-09-01`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Day(pub Date);

impl Deref for Day {
    type Target = Date;

    fn deref(&self) -> &Date {
        &self.0
    }
}

impl FromToml for Day {
    const EXPECTED: &'static str = "une date sans guillemets, comme 2026-09-01";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
        match value {
            DeValue::Datetime(datetime) => {
                let bad = || ValueError::new("E-DATE", "cette date n'existe pas");
                if datetime.time.is_some() || datetime.offset.is_some() {
                    return Err(ValueError::new("E-DATE", "une date sans heure est attendue")
                        .help("garder seulement AAAA-MM-JJ"));
                }
                let date = datetime.date.ok_or_else(bad)?;
                let year = i16::try_from(date.year).map_err(|_| bad())?;
                let (month, day) = (date.month as i8, date.day as i8);
                Date::new(year, month, day).map(Self).map_err(|_| bad())
            }
            DeValue::String(text) if text.trim().parse::<Date>().is_ok() => {
                Err(wrong_type(value, Self::EXPECTED).help("enlever les guillemets"))
            }
            DeValue::String(_) => Err(wrong_type(value, Self::EXPECTED)
                .help("écrire année-mois-jour, sans guillemets : 2026-09-01")),
            other => Err(wrong_type(other, Self::EXPECTED)),
        }
    }
}

/// A school year, `2026-2027`: from 1 September to 31 August.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchoolYear(i16);

impl SchoolYear {
    /// First day, 1 September.
    pub fn first_day(self) -> Date {
        jiff::civil::date(self.0, 9, 1)
    }

    /// Last day, 31 August.
    pub fn last_day(self) -> Date {
        jiff::civil::date(self.0 + 1, 8, 31)
    }

    /// The year after.
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// Whether a period (open-ended when `until` is absent) has a day in this year.
    pub fn touches(self, since: Date, until: Option<Date>) -> bool {
        since <= self.last_day() && until.is_none_or(|until| until >= self.first_day())
    }
}

impl fmt::Display for SchoolYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.0, self.0 + 1)
    }
}

impl FromStr for SchoolYear {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let years = text.split_once('-').and_then(|(a, b)| {
            let number = |year: &str| (year.len() == 4).then(|| year.parse::<i16>().ok())?;
            Some((number(a)?, number(b)?))
        });
        match years {
            Some((first, second)) if second == first + 1 && (1900..9000).contains(&first) => {
                Ok(Self(first))
            }
            _ => Err(ValueError::new("E-SCHOOL-YEAR", "ce n'est pas une année scolaire")
                .help("écrire deux années qui se suivent, comme \"2026-2027\"")),
        }
    }
}

impl FromToml for SchoolYear {
    const EXPECTED: &'static str = "une année scolaire entre guillemets, comme \"2026-2027\"";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
        string(value, Self::EXPECTED)?.parse()
    }
}

/// One ASCII mail address (RFC 5321 mailbox) with a domain name, not an address literal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// The address as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The domain, lower case.
    pub fn domain(&self) -> String {
        self.0.rsplit('@').next().unwrap_or("").to_ascii_lowercase()
    }

    /// The address in lower case: two addresses that differ only by case are one mailbox here.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl FromStr for EmailAddress {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let bad = |message: &str| {
            ValueError::new("E-EMAIL", message).help(
                "écrire une seule adresse, sans accent ni espace : ce.0860001j@academie.example",
            )
        };
        let text = text.trim();
        if text.matches('@').count() > 1 || text.contains([',', ';', '<', '>']) {
            return Err(bad("une seule adresse, sans nom ni chevrons, est attendue"));
        }
        if !text.is_ascii() {
            return Err(bad("une adresse avec des accents ne peut pas être servie partout"));
        }
        if text.contains(['"', '\\', ' ', '(', ')']) {
            return Err(bad("cette forme d'adresse n'est pas servie partout"));
        }
        let parsed: lettre::Address =
            text.parse().map_err(|_| bad("ce n'est pas une adresse électronique"))?;
        if text.len() > 254 || !parsed.domain().contains('.') || parsed.domain().starts_with('[') {
            return Err(bad("le domaine de l'adresse est incomplet"));
        }
        Ok(Self(text.to_owned()))
    }
}

impl FromToml for EmailAddress {
    const EXPECTED: &'static str = "une adresse électronique entre guillemets";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
        string(value, Self::EXPECTED)?.parse()
    }
}

/// A sender with its name: `Service <adresse>`, or an address alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// The name shown, if any.
    pub name: Option<Line>,
    /// The address.
    pub address: EmailAddress,
}

impl FromToml for Mailbox {
    const EXPECTED: &'static str = "une adresse entre guillemets, comme \"Service <service@…>\"";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
        let text = string(value, Self::EXPECTED)?;
        match text.trim().strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
            Some((name, address)) => {
                let name = match name.trim().trim_matches('"') {
                    "" => None,
                    name => Some(name.parse()?),
                };
                Ok(Self { name, address: address.parse()? })
            }
            None => Ok(Self { name: None, address: text.parse()? }),
        }
    }
}

/// A mail domain, lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Domain(String);

impl Domain {
    /// Whether `domain` is this one or one below it.
    pub fn covers(&self, domain: &str) -> bool {
        domain == self.0
            || domain.strip_suffix(self.0.as_str()).is_some_and(|rest| rest.ends_with('.'))
    }
}

impl FromToml for Domain {
    const EXPECTED: &'static str = "un domaine entre guillemets, comme \"academie.example\"";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
        let text = string(value, Self::EXPECTED)?.trim().to_ascii_lowercase();
        let labels = text.split('.');
        let sound = text.contains('.')
            && text.len() <= 253
            && labels.into_iter().all(|label| {
                !label.is_empty()
                    && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                    && !label.starts_with('-')
                    && !label.ends_with('-')
            });
        if sound {
            Ok(Self(text))
        } else {
            Err(ValueError::new("E-DOMAIN", "ce n'est pas un nom de domaine")
                .help("écrire seulement le domaine, sans @ : \"ac-exemple.fr\""))
        }
    }
}

/// A postcode, kept as text for its leading zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Postcode(String);

impl FromToml for Postcode {
    const EXPECTED: &'static str = "un code postal entre guillemets, comme \"07200\"";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
        if matches!(value, DeValue::Integer(_)) {
            return Err(wrong_type(value, Self::EXPECTED)
                .help("mettre le code postal entre guillemets : le zéro initial compte"));
        }
        let text = string(value, Self::EXPECTED)?.trim();
        if text.len() == 5 && text.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ValueError::new("E-POSTCODE", "un code postal a cinq chiffres")
                .help("vérifier le zéro initial, souvent perdu dans un tableur"))
        }
    }
}

/// The identifier of a campaign: 1 to 8 digits or capital letters, so that it fits the QR code,
/// a folder name and a Message-ID.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct CampaignId(String);

impl CampaignId {
    /// The identifier.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CampaignId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for CampaignId {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let sound = (1..=8).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
        if sound {
            Ok(Self(text.to_owned()))
        } else {
            Err(ValueError::new(
                "E-CAMPAIGN-ID",
                "l'identifiant d'une campagne a 1 à 8 chiffres ou majuscules",
            )
            .help("par exemple \"2026\" ou \"2026B\""))
        }
    }
}

impl FromToml for CampaignId {
    const EXPECTED: &'static str = "un identifiant entre guillemets, comme \"2026\"";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
        string(value, Self::EXPECTED)?.parse()
    }
}

/// The identifier of a referent, a rule or an allowance: lower-case ASCII letters, digits, `-`,
/// `.` and `_`, at most 64.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Slug(String);

impl Slug {
    /// The identifier.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromToml for Slug {
    const EXPECTED: &'static str = "un identifiant entre guillemets, comme \"martin-claire\"";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
        let text = string(value, Self::EXPECTED)?;
        let sound = (1..=64).contains(&text.len())
            && text.bytes().all(|b| {
                b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.' | b'_')
            })
            && text.as_bytes()[0].is_ascii_alphanumeric();
        if sound {
            return Ok(Self(text.to_owned()));
        }
        Err(ValueError::new(
            "E-ID",
            "un identifiant n'a que des minuscules sans accent, des chiffres, « - », « . » ou « _ »",
        )
        .help("par exemple \"martin-claire\""))
    }
}

impl FromToml for bool {
    const EXPECTED: &'static str = "true ou false, sans guillemets";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
        match value {
            DeValue::Boolean(value) => Ok(*value),
            other => Err(wrong_type(other, Self::EXPECTED)),
        }
    }
}

impl FromToml for u32 {
    const EXPECTED: &'static str = "un nombre entier positif, sans guillemets";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
        match value {
            DeValue::Integer(number) => Self::from_str_radix(number.as_str(), number.radix())
                .map_err(|_| ValueError::new("E-NUMBER", "ce nombre est trop grand ou négatif")),
            other => Err(wrong_type(other, Self::EXPECTED)),
        }
    }
}

/// An amount in euros, to the cent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Euros {
    /// The amount in cents.
    pub cents: u64,
}

impl Serialize for Euros {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.cents as f64 / 100.0)
    }
}

impl FromToml for Euros {
    const EXPECTED: &'static str = "un montant en euros, comme 1250.00";

    fn from_toml(value: &DeValue<'_>) -> Result<Self, ValueError> {
        let bad = || {
            ValueError::new("E-AMOUNT", "ce montant n'est pas un nombre d'euros au centime près")
                .help("écrire le montant annuel avec un point : 1250.00")
        };
        let amount = match value {
            DeValue::Integer(number) => number.as_str().parse::<f64>().map_err(|_| bad())?,
            DeValue::Float(number) => {
                number.as_str().replace('_', "").parse::<f64>().map_err(|_| bad())?
            }
            other => return Err(wrong_type(other, Self::EXPECTED)),
        };
        let cents = (amount * 100.0).round();
        if !(0.0..=1e9).contains(&cents) || (cents - amount * 100.0).abs() > 1e-6 {
            return Err(bad());
        }
        Ok(Self { cents: cents as u64 })
    }
}

macro_rules! text_newtype {
    ($($name:ident),+) => { $(
        impl Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+ };
}
text_newtype!(Line, Prose, Postcode, RuleText, EnclosurePath);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn uai_keys_of_real_schools_hold() {
        for code in ["0750655E", "0790709S"] {
            assert!(code.parse::<Uai>().is_ok(), "{code}");
        }
        assert_eq!("0750655F".parse::<Uai>().unwrap_err().code, "E-UAI-KEY");
        assert_eq!("75655E".parse::<Uai>().unwrap_err().code, "E-UAI");
        assert_eq!(" 0750655e ".parse::<Uai>().unwrap().as_str(), "0750655E");
    }

    #[test]
    fn addresses_that_could_go_astray_are_refused() {
        for bad in [
            "a@b",
            "a b@c.fr",
            "é@c.fr",
            "a@c.fr,b@c.fr",
            "a@[1.2.3.4]",
            "A <a@c.fr>",
            "a@c.fr\r\nBcc: x@y.fr",
            "\"a b\"@c.fr",
            "",
            "@c.fr",
        ] {
            assert!(bad.parse::<EmailAddress>().is_err(), "{bad:?}");
        }
        assert!("ce.0860001j@academie.example".parse::<EmailAddress>().is_ok());
    }

    #[test]
    fn a_domain_covers_itself_and_below_only() {
        let domain = Domain("academie.example".into());
        assert!(domain.covers("academie.example"));
        assert!(domain.covers("lycee.academie.example"));
        assert!(!domain.covers("fausse-academie.example"));
        assert!(!domain.covers("academie.example.com"));
    }

    proptest! {
        #[test]
        fn one_wrong_character_of_a_uai_is_always_caught(number in 0u32..10_000_000, at in 0usize..8, by in 1u8..23) {
            let code = format!("{number:07}{}", Uai::check_letter(number));
            prop_assert!(code.parse::<Uai>().is_ok());
            let mut bytes = code.clone().into_bytes();
            bytes[at] = if at == 7 {
                let index = UAI_LETTERS.iter().position(|l| *l == bytes[7]).unwrap();
                UAI_LETTERS[(index + by as usize) % 23]
            } else {
                b'0' + (bytes[at] - b'0' + by % 9 + 1) % 10
            };
            let changed = String::from_utf8(bytes).unwrap();
            prop_assume!(changed != code);
            prop_assert!(changed.parse::<Uai>().is_err());
        }

        #[test]
        fn no_text_ever_panics(text in "\\PC*|.*") {
            let _ = text.parse::<Uai>();
            let _ = text.parse::<EmailAddress>();
            let _ = text.parse::<Line>();
            let _ = text.parse::<Prose>();
            let _ = text.parse::<SchoolYear>();
        }
    }
}
