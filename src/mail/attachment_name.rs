//! Names of attachments that every mail program can write to a disk.

/// An ASCII file name: accents dropped, anything else but letters, digits, `.`, `-` and `_`
/// replaced by `_`.
pub fn ascii_name(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for character in name.chars() {
        let lower = character.to_lowercase().next().unwrap_or(character);
        let base = match lower {
            'à' | 'â' | 'ä' | 'á' | 'ã' => "a",
            'ç' => "c",
            'é' | 'è' | 'ê' | 'ë' => "e",
            'î' | 'ï' | 'í' => "i",
            'ô' | 'ö' | 'ó' | 'õ' => "o",
            'ù' | 'û' | 'ü' | 'ú' => "u",
            'ÿ' => "y",
            'ñ' => "n",
            'œ' => "oe",
            'æ' => "ae",
            _ => {
                let sound =
                    character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_');
                plain.push(if sound { character } else { '_' });
                continue;
            }
        };
        if character.is_uppercase() {
            plain.push_str(&base.to_ascii_uppercase());
        } else {
            plain.push_str(base);
        }
    }
    plain.trim_start_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_attachments_are_plain() {
        assert_eq!(ascii_name("Œuvré à l’École.pdf"), "OEuvre_a_l_Ecole.pdf");
        assert_eq!(ascii_name("../x\r\n\"y\".pdf"), "_x___y_.pdf");
    }
}
