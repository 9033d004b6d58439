//! Contents that no record gives: with every optional field, with none, for a mission that ends and for an
//! amendment. `check` compiles the templates with each, so that a mistake is found before the record that
//! would trigger it exists.

use super::page_code;
use serde_json::{Value, json};

/// How much a specimen holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Specimen {
    /// Every optional field.
    Full,
    /// None.
    Bare,
    /// Every one, in a letter that ends a mission.
    End,
    /// Every one, in an amendment.
    Amendment,
    /// Every one, of persons whose civility is not known and whose names begin with a vowel.
    Unknown,
}

impl Specimen {
    /// The reference that a specimen carries.
    pub const REFERENCE: &'static str = "2026-0860001J-SPEC";

    /// Every variant, in the order of the declaration.
    pub const ALL: [Self; 5] = [Self::Full, Self::Bare, Self::End, Self::Amendment, Self::Unknown];

    fn act(self) -> &'static str {
        match self {
            Self::End => "end",
            Self::Amendment => "amendment",
            Self::Full | Self::Bare | Self::Unknown => "correction",
        }
    }

    /// What an act asks for, so that every template is tried with each.
    fn signature(self) -> &'static str {
        match self {
            Self::End => "information",
            Self::Amendment => "asked",
            Self::Full | Self::Bare | Self::Unknown => "kept",
        }
    }

    /// What the act does to a former revision.
    fn supersedes(self) -> Value {
        self.or_null(json!({
            "revision": 2, "date": "2026-12-01", "act": self.act(), "reason": "rectification du nom",
            "signature": self.signature(),
            "number": if self == Self::Amendment { json!(2) } else { Value::Null },
            "letter": {"revision": 1, "date": "2026-11-16"},
            "acts": [{"act": "amendment", "number": 1, "date": "2026-12-01"}],
        }))
    }

    /// The same on the letter, with what differs.
    fn supersedes_of_letter(self) -> Value {
        let change = |label: &str, before: Value, after: Value| json!({"field": "clauses.0.text", "label": label, "before": before, "after": after});
        let changes = json!([
            change("Bilan", json!("Un texte."), json!("Un autre texte.")),
            change("Mission ajoutée", Value::Null, json!("3. Un titre.")),
            change("Mission supprimée", json!("4. Un titre."), Value::Null),
        ]);
        let special = json!({
            "boxes": ["priorities", "indicators"],
            "agreed": {
                "priorities": "Deux ateliers par trimestre.",
                "indicators": if self == Self::Amendment { Value::Null } else { json!("Dix classes.") },
            },
            "changes": if self == Self::End { Value::Null } else { changes },
        });
        match self.supersedes() {
            Value::Null => Value::Null,
            act => merged(act, special),
        }
    }

    fn or_null(self, value: Value) -> Value {
        if self != Self::Bare { value } else { Value::Null }
    }

    fn or_empty(self, values: Value) -> Value {
        if self != Self::Bare { values } else { json!([]) }
    }

    fn head(self) -> Value {
        if self == Self::Unknown {
            return json!({
                "civility": null, "given_name": "Andrea", "family_name": "Émery",
                "function": "Principale", "since": null, "acting": false,
            });
        }
        self.or_null(json!({
            "civility": "Mme", "given_name": "Anne", "family_name": "Durand",
            "function": "Principale", "since": "2026-09-01", "acting": true,
        }))
    }

    fn referent(self) -> Value {
        if self == Self::Unknown {
            return json!({
                "id": "emery-alix", "civility": null, "given_name": "Alix", "family_name": "Émery",
                "email": null, "post": "enseignant ou enseignante d’anglais",
            });
        }
        self.or_null(json!({
            "id": "martin-claire", "civility": "Mme", "given_name": "Claire",
            "family_name": "Martin", "email": "claire.martin@academie.example",
            "post": "professeure de mathématiques",
        }))
    }

    fn source(self) -> Value {
        json!({
            "title": "Texte de référence", "reference": self.or_null(json!("décret n° 2015-475")),
            "article": self.or_null(json!("3")), "url": self.or_null(json!("https://texte.example")),
        })
    }

    fn establishment(self) -> Value {
        json!({
            "uai": "0860001J", "kind": "college", "sector": "public",
            "name": "Collège Ada-Lovelace", "site": self.or_null(json!("Cité scolaire Lovelace")),
            "address": ["3 place du Marché"], "postcode": "86100", "city": "Châtellerault",
            "email": self.or_null(json!("ce.0860001j@academie.example")), "head": self.head(),
            "authority": self.or_null(json!("Département de la Vienne")),
            "digital_workspace": self.or_null(json!("Exemple ENT")),
            "priorities": self.or_empty(json!(["Accompagner les équipes de sixième."])),
            "opinions": self.or_empty(json!([
                {"body": "conseil pédagogique", "date": "2026-10-05"},
                {"body": "conseil d'administration", "date": "2026-10-20"},
            ])),
        })
    }

    fn shared(self) -> Value {
        json!({
            "date": "2026-11-16", "rehearsal": self.or_null(json!("2027-01-01")),
            "organisation": {
                "name": "Académie d'Exemple", "service": "Délégation académique au numérique",
                "address": ["12 rue de l'Exemple"], "postcode": "86000", "city": "Exempleville",
                "email": "dan@academie.example", "phone": self.or_null(json!("05 49 00 00 00")),
                "contact": self.or_null(json!({
                    "name": "Paul Modèle", "phone": "05 49 00 00 01",
                    "email": "paul.modele@academie.example",
                })),
                "logo": null, "dpo": self.or_null(json!("dpd@academie.example")),
                "copies": self.or_empty(json!(["Inspection académique de la Haute-Clairière"])),
            },
            "reply_to": "dan-retours@academie.example",
            "campaign": {
                "id": "2026", "school_year": "2026-2027", "date": "2026-11-16",
                "rules_date": "2026-11-16", "place": "Exempleville", "reply_by": "2026-12-18",
                "report_by": "2027-06-30",
                "signatory": {
                    "civility": self.or_null(json!("Mme")), "given_name": "Jeanne",
                    "family_name": "Exemple", "function": "Déléguée académique au numérique",
                    "on_behalf_of": self.or_null(json!("Pour la rectrice et par délégation")),
                    "delegation": self.or_null(json!("arrêté du 1er septembre 2026")),
                },
            },
            "clauses": self.or_empty(json!([
                {"id": "privacy", "slot": "privacy", "text": "Un texte.", "source": self.source()},
                {"id": "report", "slot": "report", "text": "Un texte.", "source": self.source()},
            ])),
            "signatures": self.or_empty(json!(["issuer", "head", "referent"])),
            "writable": self.or_empty(json!(["priorities", "indicators"])),
        })
    }

    /// The content of a specimen letter (`/letter.json`).
    pub fn letter(self) -> Value {
        let payloads = (1..=4).map(|page| format!("{}.R1.P{page}", Self::REFERENCE));
        let codes: Vec<String> =
            payloads.filter_map(|payload| page_code::svg(&payload).ok()).collect();
        let mission = |number: u32, rank: &str| {
            json!({
                "id": format!("mission-{number}"), "number": number, "rank": rank,
                "title": "Un titre", "text": "Un texte.",
                "activities": self.or_empty(json!(["Une activité."])), "source": self.source(),
            })
        };
        let special = json!({
            "reference": Self::REFERENCE, "revision": if self == Self::Bare { 1 } else { 3 },
            "supersedes": self.supersedes_of_letter(),
            "issuer_image": null, "qr": codes, "establishment": self.establishment(), "referent": self.referent(),
            "assignment": self.or_null(json!({
                "since": "2026-09-01", "until": "2027-08-31", "end_reason": "mutation",
                "allowance_granted": "2026-10-26",
                "training_with": [{"uai": "0860002K", "name": "Collège Voisin", "city": "Poitiers"}],
            })),
            "other_referents": self.or_empty(json!([
                {"civility": null, "given_name": "Paul", "family_name": "Petit", "since": null},
                {"civility": "Mme", "given_name": "Jeanne", "family_name": "Grand", "since": "2027-02-01"},
            ])),
            "predecessor": self.or_null(json!({
                "civility": "M.", "given_name": "Jean", "family_name": "Moulin",
            })),
            "missions": self.or_empty(json!([mission(1, "priority"), mission(3, "secondary")])),
            "allowance": self.or_null(json!({
                "id": "imp-2", "label": "IMP", "amount": 1250.0, "granted": "2026-10-26",
                "source": self.source(),
            })),
        });
        merged(self.shared(), special)
    }

    /// The content of a specimen reminder (`/reminder.json`).
    pub fn reminder(self) -> Value {
        // One that answers a wrong copy, one of a letter that lacks a signature, a first and a second one.
        let number = if matches!(self, Self::Bare | Self::End | Self::Unknown) { 1 } else { 2 };
        let incomplete = if self == Self::Bare { json!([Self::REFERENCE]) } else { json!([]) };
        let wrong_copies = match self {
            Self::Full => json!([{"reference": Self::REFERENCE, "revision": 1}]),
            Self::Bare | Self::End | Self::Amendment | Self::Unknown => json!([]),
        };
        let special = json!({
            "reminder": {"number": number, "sent_on": "2026-11-20", "reply_by": "2026-12-18",
                "incomplete": incomplete, "wrong_copies": wrong_copies},
        });
        merged(self.cover("html"), special)
    }

    /// The content of a specimen message to a referent (`/referent.json`): one letter, of a person.
    pub fn message_to_referent(self) -> Value {
        let mut content = self.cover("html");
        let person = if self == Self::Unknown { self.referent() } else { Self::Full.referent() };
        if let Some(letters) = content["letters"].as_array_mut() {
            letters.truncate(1);
            letters.iter_mut().for_each(|letter| letter["referent"] = person.clone());
        }
        content["file"] = Value::Null;
        content["sent_on"] = json!("2026-11-20");
        content
    }

    /// The content of a specimen request (`/designation.json`).
    pub fn designation(self) -> Value {
        let schools = match self {
            Self::Full => json!([self.establishment(), self.establishment()]),
            Self::Bare | Self::End | Self::Amendment | Self::Unknown => {
                json!([self.establishment()])
            }
        };
        let special = json!({
            "reference": "2026-0860001J", "establishments": schools, "head": self.head(),
            "answer": "mailto:dan-retours@academie.example?subject=R%C3%A9ponse",
            "allowance": self != Self::Bare,
            "former": if self == Self::End {
                json!({"civility": "Mme", "given_name": "Claire", "family_name": "Martin", "last_day": "2027-01-31"})
            } else { Value::Null },
            "asked_on": if self == Self::Full { json!("2026-11-20") } else { Value::Null },
        });
        merged(self.shared(), special)
    }

    /// A `/cover.json` of a form, `pdf` or `html`.
    pub fn cover(self, form: &str) -> Value {
        let letter = |reference: &str| {
            json!({
                "reference": reference, "revision": if self == Self::Bare { 1 } else { 2 },
                "date": "2026-11-16", "readdressed": self == Self::Full, "for_information": self == Self::Full,
                "amendment_number": self.or_null(json!(1)), "ends_on": self.or_null(json!("2027-01-31")),
                "supersedes": self.supersedes(),
                "file": format!("Lettre_de_mission_{reference}.pdf"),
                "establishment": {"uai": "0860001J", "name": "Collège Ada-Lovelace"},
                "referent": self.referent(),
            })
        };
        let special = json!({
            "form": form, "reference": Self::REFERENCE,
            "establishments": [self.establishment()], "head": self.head(),
            "letters": match self {
                Self::Full => json!([letter(Self::REFERENCE), letter("2026-0860001J-SPED")]),
                Self::Bare | Self::End | Self::Amendment | Self::Unknown => json!([letter(Self::REFERENCE)]),
            },
            "file": self.or_null(json!("Courrier_0860001J.pdf")),
            "enclosures": self.or_empty(json!([{"file": "ressources.pdf", "title": "ressources"}])),
        });
        merged(self.shared(), special)
    }
}

fn merged(mut shared: Value, special: Value) -> Value {
    if let (Value::Object(shared), Value::Object(special)) = (&mut shared, special) {
        shared.extend(special);
    }
    shared
}
