//! Writes a large fictional project, for measurements: `fiction DIR N` makes N establishments and
//! N letters, one referent each, in a folder that is new or empty.
//!
//! Settings, templates, rules, campaign and enclosures are copied from the sample in the repository.
//! Establishments and referents come from a random generator with a fixed seed, so that the same N gives
//! the same bytes on every computer. Kinds, sectors and missing fields are about as frequent as in a real
//! directory. Names, towns and addresses are invented, and every mailbox ends in `academie.example`. Only
//! the standard library is used: `rustc --edition 2024 -O bench/fiction.rs` builds it.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// How many records a file holds.
const PER_FILE: usize = 1_000;
/// What is copied from the sample.
const COPIED: &[&str] =
    &["missive.toml", "templates", "data/rules", "data/campaigns", "enclosures"];

const KEYS: &[u8; 23] = b"ABCDEFGHJKLMNPRSTUVWXYZ";
const DEPARTMENTS: &[usize] = &[16, 17, 19, 23, 24, 33, 40, 47, 64, 79, 86, 87];

#[rustfmt::skip]
const WOMEN: &[&str] = &[
    "Adèle", "Agnès", "Alice", "Amina", "Anaïs", "Anne", "Anne-Sophie", "Aurélie", "Awa",
    "Béatrice", "Camille", "Catherine", "Cécile", "Chloé", "Claire", "Delphine", "Élodie",
    "Émilie", "Estelle", "Fatou", "Florence", "Françoise", "Gaëlle", "Hélène", "Inès", "Isabelle",
    "Jeanne", "Julie", "Karima", "Laure", "Leïla", "Louise", "Lucie", "Maëlle", "Magali",
    "Marie-Laure", "Mathilde", "Nadia", "Noémie", "Océane", "Patricia", "Rachel", "Sabrina",
    "Solène", "Sylvie", "Thérèse", "Valérie", "Yasmine", "Yvonne", "Zoé",
];
#[rustfmt::skip]
const MEN: &[&str] = &[
    "Adrien", "Alain", "Antoine", "Arnaud", "Bastien", "Benoît", "Bruno", "Cédric", "Christophe",
    "Damien", "David", "Didier", "Édouard", "Emmanuel", "Étienne", "Fabien", "François",
    "Frédéric", "Gaël", "Guillaume", "Hervé", "Hugo", "Ibrahim", "Jean-Baptiste", "Jérôme",
    "Joël", "Julien", "Karim", "Laurent", "Loïc", "Lucas", "Marc", "Mathieu", "Mehdi", "Michel",
    "Nicolas", "Olivier", "Pascal", "Philippe", "Quentin", "Raphaël", "Rémi", "Samuel",
    "Sébastien", "Stéphane", "Théo", "Thomas", "Vincent", "Xavier", "Yves",
];
#[rustfmt::skip]
const EITHER: &[&str] = &[
    "Alix", "Camille", "Claude", "Dominique", "Maxime", "Sacha",
];
#[rustfmt::skip]
const FAMILIES: &[&str] = &[
    "Aubert", "Aubry", "Bailly", "Barbier", "Benali", "Benoît", "Berger", "Besson", "Bonnet",
    "Boucher", "Bouvier", "Brunet", "Carpentier", "Castaing-Lefèvre", "Charpentier", "Chevalier",
    "Collet", "Cordier", "Coulibaly", "Da Silva", "de Kergoat", "Delmas", "Deschamps", "Diallo",
    "Dos Santos", "Dubreuil", "Dumas", "Durand", "El Amrani", "Évrard", "Fabre", "Faure",
    "Ferreira", "Fleury", "Gaillard", "Garnier", "Gérard", "Girard", "Guéguen", "Guérin",
    "Guillot", "Haas", "Hamon", "Hébert", "Huet", "Jacquet", "Joly", "Klein", "Lacroix",
    "Lambert", "Langlois", "Le Goff", "Lemaître", "Leroy", "Leroux", "L’Hostis", "Maillard",
    "Marchand", "Martinez", "Masson", "Mercier", "Meunier", "Michaud", "Monnier", "Moreau",
    "Morin", "Nguyen", "Noël", "Œuvrard", "Olivier", "Pasquier", "Pelletier", "Perrin",
    "Petitjean", "Pichon", "Poirier", "Prévost", "Renaud", "Rivière", "Robin", "Rousseau",
    "Roussel", "Roux", "Sanchez", "Schmitt", "Simon", "Thévenet", "Tran", "Traoré", "Vasseur",
    "Vidal", "Weber", "Yıldız", "Zimmermann",
];

/// The two parts of the name of a school, all invented: 128 × 128 pairs.
#[rustfmt::skip]
const FIRST: &[&str] = &[
    "Abel", "Achille", "Ada", "Adrienne", "Agathe", "Aimé", "Alba", "Alexis", "Alma", "Amandine",
    "Anatole", "Angèle", "Apolline", "Ariane", "Armand", "Arsène", "Arthur", "Aubin", "Auguste",
    "Aurore", "Axelle", "Baptiste", "Barnabé", "Basile", "Bénédicte", "Bérénice", "Blanche",
    "Blaise", "Boris", "Calixte", "Capucine", "Céleste", "Célestin", "Charles", "Clarisse",
    "Clémence", "Clément", "Colette", "Constance", "Coralie", "Cyprien", "Cyrille", "Daphné",
    "Diane", "Denis", "Désirée", "Edgar", "Edmée", "Édith", "Éléonore", "Élie", "Éloi", "Elsa",
    "Émeline", "Émile", "Ernest", "Esther", "Eugène", "Eugénie", "Eulalie", "Ève", "Félicie",
    "Félix", "Fernand", "Flavie", "Flore", "Florian", "Gabriel", "Gaspard", "Gaston", "Georges",
    "Germaine", "Gilles", "Gisèle", "Grégoire", "Guy", "Hector", "Héloïse", "Henri", "Hermine",
    "Hippolyte", "Honoré", "Hortense", "Irène", "Isaure", "Isidore", "Jade", "Joachim",
    "Joséphine", "Judith", "Jules", "Juliette", "Justine", "Lazare", "Léon", "Léonie", "Léopold",
    "Lise", "Lucien", "Ludivine", "Madeleine", "Manon", "Marcel", "Marceline", "Marguerite",
    "Marius", "Marthe", "Maurice", "Mélanie", "Mireille", "Modeste", "Nestor", "Nina", "Octave",
    "Odette", "Olympe", "Oscar", "Paulette", "Pauline", "Prosper", "Rosalie", "Rose", "Sidonie",
    "Simone", "Théodore", "Ulysse", "Victoire", "Zélie",
];
#[rustfmt::skip]
const SECOND: &[&str] = &[
    "Abric", "Albaret", "Amblard", "Ancelin", "Aradel", "Arbogast", "Arnal", "Auberive", "Audoux",
    "Aumont", "Avenel", "Balmat", "Baraduc", "Bardou", "Barrois", "Beaulac", "Beaumanoir",
    "Bellanger", "Belloc", "Bérard", "Bertaux", "Bévilard", "Blanchet", "Boisrobert", "Bondoux",
    "Bourdel", "Brémond", "Briançon", "Brissac", "Brumaire", "Cabanel", "Calmel", "Cambrai",
    "Carpentras", "Casteljau", "Cazalis", "Chabrol", "Chambard", "Champollin", "Chantrel",
    "Clairval", "Clérambeau", "Combret", "Corbière", "Coudray", "Crémieux", "Dalmas", "Danjou",
    "Daubrac", "Delcourt", "Derville", "Desnos-Brun", "Dorlac", "Dournel", "Dubellay",
    "Dufresnoy", "Duvernois", "Ébrard", "Escoffet", "Estival", "Fabrègue", "Falgayrac", "Favart",
    "Ferrandine", "Flamel", "Florimont", "Fontbrune", "Fougeray", "Francheval", "Galmiche",
    "Garance", "Gaudemar", "Genevoix-Brun", "Giraudel", "Glandier", "Gramont", "Grandval",
    "Guérande", "Hautecour", "Hérault", "Isnard", "Jaligny", "Jaubert", "Joncourt", "Kermarec",
    "Labrousse", "Lacassagne", "Lagarde", "Lamarque", "Lantier", "Lardenois", "Laubrière",
    "Lescure", "Limousin", "Lorival", "Malicorne", "Marbeuf", "Marsanne", "Maubert", "Mézières",
    "Mirabel", "Monteil", "Morvan", "Nadaud", "Nerval-Brun", "Oberlin", "Orval", "Pagézy",
    "Parmentel", "Pommerol", "Pradines", "Quercy", "Rambert", "Ravanel", "Rochebrune",
    "Roquemaure", "Sablier", "Sauvigny", "Ségur", "Solal", "Taillefer", "Terrasson", "Tourbier",
    "Valmore", "Vaucanson-Brun", "Verdelot", "Vignemale", "Vitrac",
];
#[rustfmt::skip]
const TOWNS: &[&str] = &[
    "Exemple", "Valclair", "Montfictif", "Beaulieu", "Rocheblanche", "Fontvive", "Longpré",
    "Castelneuf", "Bellerive", "Pierrefite", "Hauteville", "Clairefontaine", "Neuvy",
    "Aubepierre", "Sauvetat", "Mirebourg", "Champvert", "Vieilleville", "Bourgneuf", "Combelle",
    "Œuilly", "Étang",
];
#[rustfmt::skip]
const WATERS: &[&str] = &[
    "-sur-Clairière", "-sur-Vive", "-sous-Bois", "-les-Bains", "-le-Château", "-la-Forêt",
    "-en-Plaine", "-lès-Exempleville", "-sur-Mer", "", "-l’Abbaye", "-d’Exemple",
];
#[rustfmt::skip]
const STREETS: &[&str] = &[
    "rue des Écoles", "avenue de la République", "rue du Stade", "place de la Mairie",
    "chemin des Vignes", "boulevard de l’Europe", "allée des Tilleuls", "rue de la Fontaine",
    "route d’Exempleville", "impasse du Moulin", "rue Haute", "cours des Platanes",
    "avenue du Général-Exemple", "rue de l’Abbé-Modèle", "quai des Mariniers", "rue du 8-Mai",
];
#[rustfmt::skip]
const SUBJECTS: &[&str] = &[
    "mathématiques", "lettres modernes", "histoire-géographie", "anglais", "espagnol", "allemand",
    "sciences physiques", "sciences de la vie et de la Terre", "technologie",
    "éducation musicale", "arts plastiques", "éducation physique et sportive",
    "sciences économiques et sociales", "économie-gestion", "philosophie",
    "numérique et sciences informatiques", "génie électrique", "lettres classiques",
];
const PRIORITIES: &[&str] = &[
    "installer l’usage raisonné de l’espace numérique de travail dans la liaison avec les familles",
    "préparer les élèves à la certification des compétences numériques",
    "partager entre disciplines les ressources produites localement",
    "former chaque nouvel arrivant aux services en ligne avant la Toussaint",
    "accompagner les équipes dans l’évaluation à distance",
    "donner à chaque élève un accès adapté aux manuels numériques",
    "coordonner la prise en main des tablettes en classe de sixième",
    "ouvrir un atelier d’éducation aux médias et à l’information",
    "tenir à jour le tableau de suivi des équipements mobiles",
    "faire vivre un groupe d’échange de pratiques, une fois par période",
    "aider les équipes à choisir des outils respectueux des données des élèves",
    "mutualiser les projets de programmation avec les écoles du secteur",
];

/// A random generator with a seed (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 to `end`, without `end`.
    fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % end).unwrap_or(0)
    }

    /// True in `share` cases of a hundred.
    fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    fn pick<'t>(&mut self, list: &[&'t str]) -> &'t str {
        list.get(self.below(list.len())).copied().unwrap_or("Exemple")
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    College,
    Lycee,
    Professional,
    Polyvalent,
    Erea,
}

impl Kind {
    /// 60 % collèges, 20 % lycées, 12 % LP, 5 % LPO, 3 % EREA.
    fn random(random: &mut Random) -> Self {
        match random.below(100) {
            0..60 => Self::College,
            60..80 => Self::Lycee,
            80..92 => Self::Professional,
            92..97 => Self::Polyvalent,
            _ => Self::Erea,
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::College => "college",
            Self::Lycee => "lycee",
            Self::Professional => "lycee-professionnel",
            Self::Polyvalent => "lycee-polyvalent",
            Self::Erea => "erea",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::College => "Collège",
            Self::Lycee => "Lycée",
            Self::Professional => "Lycée professionnel",
            Self::Polyvalent => "Lycée polyvalent",
            Self::Erea => "EREA",
        }
    }

    /// The head's function, masculine and feminine.
    fn head(self, private: bool) -> (&'static str, &'static str) {
        match self {
            _ if private => ("Chef d’établissement", "Cheffe d’établissement"),
            Self::College => ("Principal", "Principale"),
            Self::Erea => ("Directeur", "Directrice"),
            _ => ("Proviseur", "Proviseure"),
        }
    }
}

/// A person's civility (none when unknown), given name and family name.
struct Person {
    civility: Option<&'static str>,
    given: &'static str,
    family: &'static str,
}

impl Person {
    fn random(random: &mut Random) -> Self {
        let (civility, given) = match random.below(100) {
            0..51 => (Some("Mme"), random.pick(WOMEN)),
            51..98 => (Some("M."), random.pick(MEN)),
            _ => (None, random.pick(EITHER)),
        };
        Self { civility, given, family: random.pick(FAMILIES) }
    }

    /// The form of a word for this person; both forms where the civility is unknown.
    fn form(&self, masculine: &str, feminine: &str) -> String {
        match self.civility {
            Some("Mme") => feminine.to_owned(),
            Some(_) => masculine.to_owned(),
            None => format!("{masculine} ou {feminine}"),
        }
    }
}

/// A quoted TOML string.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A line `key = "text"`.
fn line(file: &mut String, key: &str, text: &str) {
    file.push_str(&format!("{key} = {}\n", quoted(text)));
}

/// The UAI of establishment `index`: a département, four digits and the check letter.
fn uai(index: usize) -> Option<String> {
    let department = DEPARTMENTS.get(index % DEPARTMENTS.len())?;
    let number = department * 10_000 + 1 + index / DEPARTMENTS.len();
    let key = char::from(*KEYS.get(number % KEYS.len())?);
    Some(format!("{number:07}{key}"))
}

/// The other school of a training session. Of 25 schools, two share one.
fn neighbour(index: usize, count: usize) -> Option<usize> {
    match index % 25 {
        0 if index + 1 < count => Some(index + 1),
        1 => Some(index - 1),
        _ => None,
    }
}

/// Date of an opinion, from late September to early November 2026.
fn opinion_date(random: &mut Random, late: bool) -> String {
    let day = 1 + random.below(28);
    format!("2026-{}-{day:02}", if late { "10" } else { "09" })
}

fn establishment(
    random: &mut Random,
    index: usize,
    uai: &str,
    kind: Kind,
    private: bool,
) -> String {
    // 7,919 is prime, so that all pairs of names come once before one comes back.
    let pair = (index * 7_919) % (FIRST.len() * SECOND.len());
    let patron = format!(
        "{}-{}",
        FIRST.get(pair % FIRST.len()).unwrap_or(&"Exemple"),
        SECOND.get(pair / FIRST.len()).unwrap_or(&"Exemple")
    );
    let mut text = String::from("[[establishment]]\n");
    line(&mut text, "uai", uai);
    line(&mut text, "kind", kind.key());
    line(&mut text, "sector", if private { "private" } else { "public" });
    line(&mut text, "name", &format!("{} {patron}", kind.word()));
    let mut address = vec![quoted(&format!("{} {}", 1 + random.below(180), random.pick(STREETS)))];
    if random.percent(15) {
        address.push(quoted(&format!("BP {}", 10 + random.below(900))));
    }
    text.push_str(&format!("address = [{}]\n", address.join(", ")));
    let department = uai.get(1..3).unwrap_or("86");
    line(&mut text, "postcode", &format!("{department}{:03}", random.below(98) * 10));
    line(&mut text, "city", &format!("{}{}", random.pick(TOWNS), random.pick(WATERS)));
    line(&mut text, "email", &format!("ce.{}@academie.example", uai.to_lowercase()));
    let head = Person::random(random);
    let (masculine, feminine) = kind.head(private);
    let civility = match head.civility {
        Some(civility) => format!("civility = {}, ", quoted(civility)),
        None => String::new(),
    };
    let function = match head.civility {
        Some("Mme") => feminine,
        _ => masculine,
    };
    text.push_str(&format!(
        "head = {{ {civility}given_name = {}, family_name = {}, function = {}, since = {}-09-01{} }}\n",
        quoted(head.given),
        quoted(head.family),
        quoted(function),
        2018 + random.below(9),
        if random.percent(5) { ", acting = true" } else { "" },
    ));
    let authority = match kind {
        _ if private => format!("OGEC {patron}"),
        Kind::College => format!("Département de l’Exemple ({department})"),
        _ => "Région Grand-Exemple".to_owned(),
    };
    line(&mut text, "authority", &authority);
    if !random.percent(12) {
        let workspace = match kind {
            _ if private => "Scolarité en ligne",
            Kind::College => "Exemple ENT",
            _ => "Lycées connectés d’Exemple",
        };
        line(&mut text, "digital_workspace", workspace);
    }
    let wanted = random.below(4);
    if wanted > 0 {
        let start = random.below(PRIORITIES.len());
        let chosen = PRIORITIES.iter().cycle().skip(start).take(wanted);
        let list: Vec<String> = chosen.map(|text| format!("  {},\n", quoted(text))).collect();
        text.push_str(&format!("priorities = [\n{}]\n", list.concat()));
    }
    if !private {
        let bodies = ["conseil pédagogique", "conseil d’administration"];
        let list: Vec<String> = bodies
            .into_iter()
            .take(random.below(3))
            .enumerate()
            .map(|(rank, body)| {
                let date = opinion_date(random, rank > 0);
                format!("  {{ body = {}, date = {date} }},\n", quoted(body))
            })
            .collect();
        if !list.is_empty() {
            text.push_str(&format!("opinions = [\n{}]\n", list.concat()));
        }
    }
    text.push('\n');
    text
}

fn referent(
    random: &mut Random,
    index: usize,
    count: usize,
    uai_here: &str,
    private: bool,
) -> String {
    let person = Person::random(random);
    let number = index + 1;
    let mut text = String::from("[[referent]]\n");
    line(&mut text, "id", &format!("referent-{number:05}"));
    if let Some(civility) = person.civility {
        line(&mut text, "civility", civility);
    }
    line(&mut text, "given_name", person.given);
    line(&mut text, "family_name", person.family);
    if !random.percent(10) {
        line(&mut text, "email", &format!("referent.{number:05}@academie.example"));
    }
    let post = match random.percent(6) {
        true => format!("{} documentaliste", person.form("professeur", "professeure")),
        false => {
            format!("{} de {}", person.form("professeur", "professeure"), random.pick(SUBJECTS))
                .replace("de histoire", "d’histoire")
                .replace("de anglais", "d’anglais")
                .replace("de espagnol", "d’espagnol")
                .replace("de allemand", "d’allemand")
                .replace("de arts", "d’arts")
                .replace("de économie", "d’économie")
                .replace("de éducation", "d’éducation")
        }
    };
    line(&mut text, "post", &post);
    text.push_str("\n[[referent.assignment]]\n");
    line(&mut text, "establishment", uai_here);
    let since = if random.percent(40) { 2026 } else { 2019 + random.below(7) };
    text.push_str(&format!("since = {since}-09-01\n"));
    if random.percent(4) {
        text.push_str("until = 2027-08-31\n");
    }
    if !random.percent(10) {
        let allowance = match (private, random.below(100)) {
            (true, 0..50) => "indemnite-prive-625",
            (true, _) => "indemnite-prive-1250",
            (false, 0..8) => "indemnite-312",
            (false, 8..45) => "indemnite-625",
            (false, 45..88) => "indemnite-1250",
            (false, 88..97) => "indemnite-2500",
            (false, _) => "indemnite-3750",
        };
        line(&mut text, "allowance", allowance);
        if random.percent(45) {
            text.push_str(&format!("allowance_granted = 2026-11-{:02}\n", 2 + random.below(12)));
        }
    }
    if random.percent(12) {
        let missions = match random.below(3) {
            0 => "[\"pedagogy\"]",
            1 => "[\"pedagogy\", \"coordination\"]",
            _ => "[\"pedagogy\", \"coordination\", \"online-services\"]",
        };
        text.push_str(&format!("missions = {missions}\n"));
    }
    if let Some(other) = neighbour(index, count).and_then(uai) {
        text.push_str(&format!("training_with = [{}]\n", quoted(&other)));
    }
    text.push('\n');
    text
}

/// The repository: where the manifest is, else the nearest folder above with a sample in it.
fn repository() -> Result<PathBuf, String> {
    let known = option_env!("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let here = std::env::current_dir().map_err(|error| format!("current folder: {error}"))?;
    let above = here.ancestors().map(Path::to_owned);
    known
        .into_iter()
        .chain(above)
        .find(|folder| folder.join("missive.toml").is_file() && folder.join("templates").is_dir())
        .ok_or_else(|| "no missive.toml here or above: run it from the repository".to_owned())
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if !from.is_dir() {
        return fs::copy(from, to).map(drop);
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

fn put(folder: &Path, number: usize, text: &str) -> Result<(), String> {
    let path = folder.join(format!("{number:03}.toml"));
    let shown = |error: io::Error| format!("{}: {error}", path.display());
    fs::create_dir_all(folder).map_err(shown)?;
    let mut file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(shown)?;
    file.write_all(text.as_bytes()).map_err(shown)
}

fn write_project(folder: &Path, count: usize) -> Result<(), String> {
    let most = FIRST.len() * SECOND.len();
    if count == 0 || count > most {
        return Err(format!("N goes from 1 to {most}"));
    }
    if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(format!("{} is not empty", folder.display()));
    }
    let root = repository()?;
    fs::create_dir_all(folder.join("data")).map_err(|e| format!("{}: {e}", folder.display()))?;
    for name in COPIED {
        copy(&root.join(name), &folder.join(name)).map_err(|error| format!("{name}: {error}"))?;
    }
    let mut random = Random(20_261_116);
    let indices: Vec<usize> = (0..count).collect();
    for (number, chunk) in indices.chunks(PER_FILE).enumerate() {
        let mut schools = String::from("# Fictif, écrit par bench/fiction.rs.\n\n");
        let mut referents = schools.clone();
        for index in chunk {
            let uai = uai(*index).ok_or("no more UAI")?;
            let kind = Kind::random(&mut random);
            // No EREA is private: a little over 20 % of the others makes 20 % in all.
            let private = kind != Kind::Erea && random.below(97) < 20;
            schools.push_str(&establishment(&mut random, *index, &uai, kind, private));
            referents.push_str(&referent(&mut random, *index, count, &uai, private));
        }
        put(&folder.join("data/establishments"), number + 1, &schools)?;
        put(&folder.join("data/referents"), number + 1, &referents)?;
    }
    Ok(())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, count] = arguments.as_slice() else {
        eprintln!("usage: fiction DIR N");
        return ExitCode::from(2);
    };
    let outcome = count
        .parse()
        .map_err(|_| format!("not a number: {count}"))
        .and_then(|count| write_project(Path::new(folder), count));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("fiction: {message}");
            ExitCode::from(1)
        }
    }
}
