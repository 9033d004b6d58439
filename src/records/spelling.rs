//! Words as spreadsheets give them: compared whatever their spelling, cleaned, and softened where
//! somebody wrote in capitals. Pure.

use printable_text::CharacterSet;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// A text without accents, case, spaces and signs: two spellings of one name become equal.
pub fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)) {
        match c {
            'œ' | 'Œ' => folded.push_str("oe"),
            'æ' | 'Æ' => folded.push_str("ae"),
            'ß' => folded.push_str("ss"),
            c => folded.extend(c.to_lowercase().filter(|c| c.is_alphanumeric())),
        }
    }
    folded
}

/// Whether two texts differ at most by spaces and by the shape of their apostrophes.
pub fn same(one: &str, other: &str) -> bool {
    let plain = |text: &str| -> String {
        let text: String = text.nfc().collect();
        let text = text.replace(['’', '‘', '`', '´'], "'");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    one == other || plain(one) == plain(other)
}

/// Spaces of every kind become one; those around go, and so do marks that nobody sees and that
/// change no sense (soft hyphen, zero width, byte order mark); a ligature that came with a text
/// copied from a PDF ("Griﬀon") becomes the letters it is read as, and an accent that a Mac wrote behind
/// its letter joins it.
pub fn tidy(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len());
    for c in text.nfc() {
        match c {
            '\u{ad}' | '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}' => {}
            'ﬀ'..='ﬆ' => spaced.extend(std::iter::once(c).nfkd()),
            c if c.is_whitespace() => spaced.push(' '),
            c => spaced.push(c),
        }
    }
    spaced.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A character that nobody sees and that must not be dropped in silence (control, bidirectional).
pub fn invisible(text: &str) -> Option<char> {
    let private =
        |c: char| matches!(c as u32, 0xe000..=0xf8ff | 0xf_0000..) || c as u32 & 0xfffe == 0xfffe;
    text.chars().find(|c| CharacterSet::TYPED_TEXT.contains(*c) || private(*c))
}

/// Accents read with the wrong encoding: "CollÃ¨ge", "d?Exemple" is not told.
pub fn is_garbled(text: &str) -> bool {
    const MOJIBAKE: [&str; 8] = ["Ã©", "Ã¨", "Ã§", "Ãª", "Ã´", "Ã®", "â€™", "Ã\u{a0}"];
    text.contains(char::REPLACEMENT_CHARACTER) || MOJIBAKE.iter().any(|trace| text.contains(trace))
}

/// What a spreadsheet program would compute: a text that begins like a formula.
pub fn is_formula(text: &str) -> bool {
    let text = text.trim_start();
    let mut chars = text.chars();
    match chars.next() {
        Some('=' | '@') => true,
        Some('+' | '-') => chars.next().is_some_and(|c| !c.is_whitespace()),
        _ => false,
    }
}

/// Whether a text is in capitals: at least two letters, none small.
pub fn is_all_caps(text: &str) -> bool {
    let mut letters = text.chars().filter(|c| c.is_alphabetic()).peekable();
    letters.peek().is_some()
        && text.chars().filter(|c| c.is_alphabetic()).count() >= 2
        && letters.all(|c| !c.is_lowercase())
}

/// Words of schools that capitals rob of their accents.
const SCHOOL_WORDS: [(&str, &str); 36] = [
    ("college", "collège"),
    ("lycee", "lycée"),
    ("ecole", "école"),
    ("etablissement", "établissement"),
    ("regional", "régional"),
    ("adapte", "adapté"),
    ("enseignement", "enseignement"),
    ("polyvalent", "polyvalent"),
    ("professionnel", "professionnel"),
    ("professionnelle", "professionnelle"),
    ("technologique", "technologique"),
    ("technique", "technique"),
    ("agricole", "agricole"),
    ("international", "international"),
    ("municipal", "municipal"),
    ("public", "public"),
    ("scolaire", "scolaire"),
    ("section", "section"),
    ("annexe", "annexe"),
    ("groupe", "groupe"),
    ("general", "général"),
    ("metiers", "métiers"),
    ("hotelier", "hôtelier"),
    ("cite", "cité"),
    ("prive", "privé"),
    ("privee", "privée"),
    ("saint", "Saint"),
    ("sainte", "Sainte"),
    ("notre", "Notre"),
    ("dame", "Dame"),
    ("erea", "EREA"),
    ("lp", "LP"),
    ("sep", "SEP"),
    ("segpa", "SEGPA"),
    ("ulis", "ULIS"),
    ("cfa", "CFA"),
];

/// Small words within names of places and schools.
const LOWERCASE_WORDS: [&str; 17] = [
    "de", "du", "des", "la", "le", "les", "l", "d", "et", "à", "a", "au", "aux", "en", "sur",
    "sous", "lès",
];

/// Abbreviations of addresses that stay in capitals.
const ADDRESS_WORDS: [&str; 14] =
    ["bp", "cs", "tsa", "za", "zac", "zi", "zup", "rn", "rd", "ii", "iii", "iv", "vi", "xxiii"];

/// A letter as a capital; one that would take two letters for it ("ß" → "SS") stays.
fn upper(letter: char) -> char {
    let mut capitals = letter.to_uppercase();
    match (capitals.next(), capitals.next()) {
        (Some(capital), None) => capital,
        _ => letter,
    }
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    match chars.next() {
        Some(first) => {
            std::iter::once(upper(first)).chain(chars.flat_map(char::to_lowercase)).collect()
        }
        None => String::new(),
    }
}

/// Each run of letters of a text through `change`, which is told whether it is the first and what
/// stands just before and after it; the rest stays.
fn each_word(
    text: &str,
    mut change: impl FnMut(&str, bool, Option<char>, Option<char>) -> String,
) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut first = true;
    while let Some(start) = rest.find(|c: char| c.is_alphabetic()) {
        let (between, from) = rest.split_at(start);
        out.push_str(between);
        let end =
            from.find(|c: char| !c.is_alphabetic() && !is_combining_mark(c)).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        let before = out.chars().next_back();
        out.push_str(&change(word, first, before, after.chars().next()));
        first = false;
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The name of a school or a place that was written in capitals: "COLLEGE DE LA MER" → "Collège de la
/// Mer". Accents that capitals took away come back only in the words every school has.
pub fn place_name(text: &str) -> String {
    each_word(text, |word, first, _, after| {
        let small = word.to_lowercase();
        let known = SCHOOL_WORDS.iter().find(|(plain, _)| *plain == folded(&small));
        let elided = matches!(after, Some('\'' | '’')) && matches!(small.as_str(), "l" | "d");
        match known {
            Some((_, known)) if first || known.chars().any(char::is_uppercase) => {
                first_upper(known)
            }
            Some((_, known)) => (*known).to_owned(),
            None if !first && (LOWERCASE_WORDS.contains(&small.as_str()) || elided) => small,
            None => capital(&small),
        }
    })
}

/// An address line: only the words in capitals are softened, abbreviations stay.
pub fn address_line(text: &str) -> String {
    each_word(text, |word, first, before, _| {
        let small = word.to_lowercase();
        let all_caps = word.chars().count() >= 2 && word.chars().all(|c| !c.is_lowercase());
        if !all_caps || ADDRESS_WORDS.contains(&small.as_str()) {
            return word.to_owned();
        }
        const STREET_TYPES: [&str; 12] = [
            "rue",
            "avenue",
            "boulevard",
            "place",
            "chemin",
            "route",
            "allée",
            "allee",
            "square",
            "impasse",
            "quai",
            "cours",
        ];
        let street = STREET_TYPES.contains(&small.as_str()) && (!first || before.is_some());
        match (!first && LOWERCASE_WORDS.contains(&small.as_str())) || street {
            true => small,
            false => capital(&small),
        }
    })
}

/// Family names of Vietnam: "Van" after one of them is part of the name and no particle.
const VIETNAMESE: [&str; 16] = [
    "nguyen", "tran", "pham", "hoang", "huynh", "phan", "vu", "vo", "dang", "bui", "do", "ho",
    "ngo", "duong", "ly", "dinh",
];
/// Words that join two names, or the name of birth: "Martin ép. Durand", "Durand (née Martin)".
const JOINING_WORDS: [(&str, &str); 14] = [
    ("ep", "ép"),
    ("epouse", "épouse"),
    ("epoux", "époux"),
    ("epse", "épse"),
    ("nee", "née"),
    ("ne", "né"),
    ("veuve", "veuve"),
    ("vve", "vve"),
    ("dit", "dit"),
    ("dite", "dite"),
    ("divorcee", "divorcée"),
    ("et", "et"),
    ("ou", "ou"),
    ("y", "y"),
];

/// A family name written in capitals: "LEFÈVRE-MARCHAL" → "Lefèvre-Marchal", "D'ANGELO" → "d'Angelo",
/// "LE GOFF" → "Le Goff", "DE LA TOUR" → "de La Tour", "MCADAM" → "McAdam", "O'BRIEN" → "O'Brien",
/// "VAN DER BERG" → "Van der Berg". One that is not in capitals stays as it is.
pub fn family_name(text: &str) -> String {
    if !is_all_caps(text) {
        return text.to_owned();
    }
    let start = text.split(' ').next().map(folded).unwrap_or_default();
    let is_vietnamese = VIETNAMESE.contains(&start.as_str());
    let mut last = String::new();
    let softened = each_word(text, |word, first, before, after| {
        let small = word.to_lowercase();
        let previous = std::mem::replace(&mut last, folded(&small));
        let elided = matches!(after, Some('\'' | '’'));
        let joining = JOINING_WORDS.iter().find(|(plain, _)| !first && *plain == last);
        match small.as_str() {
            "ii" | "iii" | "iv" => word.to_owned(),
            "van" if is_vietnamese => capital(&small),
            // The particle of nobility is small, the article that follows it is a capital.
            "de" | "du" | "des" | "von" | "van" if after == Some(' ') => small,
            "der" | "den" | "ter" | "ten" if ["van", "von"].contains(&previous.as_str()) => small,
            "d" if elided => small,
            _ if joining.is_some() => joining.map_or(small, |(_, word)| (*word).to_owned()),
            _ if small.starts_with("mc") && small.chars().count() > 3 => {
                let rest: String = small.chars().skip(2).collect();
                format!("Mc{}", capital(&rest))
            }
            _ if before.is_some_and(|c| c.is_alphabetic()) => small,
            _ => capital(&small),
        }
    });
    // "Du Bois", "Des Champs", "Van Gogh": only "de" and "d'" begin a French name with a small letter
    // beyond doubt; a contracted article is part of the name.
    for (from, to) in [("du ", "Du "), ("des ", "Des "), ("van ", "Van "), ("von ", "Von ")] {
        if let Some(rest) = softened.strip_prefix(from) {
            return format!("{to}{rest}");
        }
    }
    softened
}

/// Whether somebody has to look at the small letters of a family name that was in capitals: a particle in
/// the middle, a name of birth, "MACDONALD".
pub fn is_doubtful_in_capitals(text: &str) -> bool {
    let words: Vec<String> =
        text.split(|c: char| !c.is_alphabetic()).map(folded).filter(|w| !w.is_empty()).collect();
    let joins = |word: &String| JOINING_WORDS.iter().any(|(plain, _)| plain == word);
    words.iter().enumerate().any(|(at, word)| {
        let is_particle = ["van", "von", "der", "den", "ter", "ten"].contains(&word.as_str());
        let is_mac = word.starts_with("mac") && word.len() > 6;
        is_particle || is_mac || at > 0 && joins(word)
    })
}

/// A given name: "MARIE-HÉLÈNE" or "marie-hélène" → "Marie-Hélène".
pub fn given_name(text: &str) -> String {
    let small = !text.chars().any(char::is_uppercase);
    match is_all_caps(text) || small {
        true => each_word(text, |word, _, _, _| capital(&word.to_lowercase())),
        false => text.to_owned(),
    }
}

/// A function or a post in capitals: "PROFESSEUR" → "professeur".
pub fn sentence_case(text: &str) -> String {
    match is_all_caps(text) {
        true => text.to_lowercase(),
        false => text.to_owned(),
    }
}

/// The same text with a capital at its start.
pub fn first_upper(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| std::iter::once(upper(first)).chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_in_capitals_are_softened_as_the_language_has_it() {
        for (from, to) in [
            ("LEFÈVRE-MARCHAL", "Lefèvre-Marchal"),
            ("D'ANGELO", "d'Angelo"),
            ("LE GOFF", "Le Goff"),
            ("DE LA TOUR", "de La Tour"),
            ("DE VILLIERS", "de Villiers"),
            ("DU BOIS", "Du Bois"),
            ("MCADAM", "McAdam"),
            ("MC ADAM", "Mc Adam"),
            ("O'BRIEN", "O'Brien"),
            ("L’HÉRITIER", "L’Héritier"),
            ("N’GUYEN", "N’Guyen"),
            ("Lefèvre", "Lefèvre"),
            ("de Gaulle", "de Gaulle"),
            ("LI", "Li"),
            ("NGUYEN VAN ANH", "Nguyen Van Anh"),
            ("MARTIN ÉP. DURAND", "Martin ép. Durand"),
            ("MARTIN EPOUSE DURAND", "Martin épouse Durand"),
            ("DURAND (NÉE MARTIN)", "Durand (née Martin)"),
            ("VAN DER BERG", "Van der Berg"),
            ("VON DER LEYEN", "Von der Leyen"),
            ("DE LA TOUR DU PIN", "de La Tour du Pin"),
            ("BERTRAND DIT PETIT", "Bertrand dit Petit"),
            ("GARCIA Y LOPEZ", "Garcia y Lopez"),
            ("NÉ", "Né"),
            ("HENRI III", "Henri III"),
            ("D’HAUTEFEUILLE", "d’Hautefeuille"),
            ("LE BRAS-LE GOFF", "Le Bras-Le Goff"),
            ("O’CONNOR N’DIAYE", "O’Connor N’Diaye"),
        ] {
            assert_eq!(family_name(from), to, "{from}");
        }
        assert_eq!(given_name("MARIE-HÉLÈNE"), "Marie-Hélène");
        assert_eq!(given_name("jean paul"), "Jean Paul");
        assert_eq!(given_name("Jean-Éric"), "Jean-Éric");
    }

    #[test]
    fn schools_and_streets_in_capitals_are_softened() {
        for (from, to) in [
            ("COLLEGE DE LA MER", "Collège de la Mer"),
            ("LYCEE GENERAL SAINT-EXUPERY", "Lycée général Saint-Exupery"),
            ("COLLEGE L'HERMINE", "Collège l'Hermine"),
            ("VAL D'ANAST", "Val d'Anast"),
            ("SAINT-MALO", "Saint-Malo"),
        ] {
            assert_eq!(place_name(from), to, "{from}");
        }
        for (from, to) in [
            ("99 rue DE LA CHALOTAIS", "99 rue de la Chalotais"),
            ("5 RUE DE LA MOTTE BRULON", "5 rue de la Motte Brulon"),
            ("BP 80304", "BP 80304"),
            ("8 B rue de la Motte Brulon", "8 B rue de la Motte Brulon"),
            ("2 rue Antoine de St Exupéry", "2 rue Antoine de St Exupéry"),
        ] {
            assert_eq!(address_line(from), to, "{from}");
        }
    }

    #[test]
    fn spellings_of_one_name_are_equal() {
        assert_eq!(folded("Code postal"), folded("Code_Postal"));
        assert_eq!(folded("Établissement (UAI)"), "etablissementuai");
        assert!(same("Conseil d’administration", "Conseil d'administration "));
        assert_eq!(tidy("Griﬀon de la Fête"), "Griffon de la Fête");
        assert_eq!(tidy("He\u{301}le\u{300}ne"), "Hélène");
        assert!(same("Hélène", "He\u{301}le\u{300}ne"));
        assert_eq!(tidy("\u{feff} Collège\u{a0}\u{202f}Jean \u{200b}Zay "), "Collège Jean Zay");
    }

    #[test]
    fn formulas_and_garbled_accents_are_seen() {
        assert!(is_formula("=HYPERLINK(\"x\")") && is_formula("@SUM(A1)") && is_formula("+1+1"));
        assert!(!is_formula("Collège + Lycée") && !is_formula("- Annexe"));
        assert!(is_garbled("CollÃ¨ge") && !is_garbled("Collège"));
    }

    proptest! {
        #[test]
        fn softening_changes_letters_only(text in "[ -~À-ÿœŒŸ’]{0,30}") {
            for changed in [place_name(&text), address_line(&text), family_name(&text), given_name(&text)] {
                prop_assert_eq!(changed.to_lowercase().nfkd().filter(|c| !is_combining_mark(*c)).collect::<String>(),
                    text.to_lowercase().nfkd().filter(|c| !is_combining_mark(*c)).collect::<String>());
            }
        }
    }
}
