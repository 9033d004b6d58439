//! Names of glyphs (Adobe Glyph List), as encodings write them: those of Latin text.

/// Names, each with its character behind it.
const NAMES: &str = "\
    AE Æ Aacute Á Acircumflex Â Adieresis Ä Agrave À Aring Å Atilde Ã Ccedilla Ç Eacute É \
    Ecircumflex Ê Edieresis Ë Egrave È Eth Ð Euro € Iacute Í Icircumflex Î Idieresis Ï Igrave Ì \
    Lslash Ł Ntilde Ñ OE Œ Oacute Ó Ocircumflex Ô Odieresis Ö Ograve Ò Oslash Ø Otilde Õ Scaron Š \
    Thorn Þ Uacute Ú Ucircumflex Û Udieresis Ü Ugrave Ù Yacute Ý Ydieresis Ÿ Zcaron Ž aacute á \
    acircumflex â acute ´ adieresis ä ae æ agrave à ampersand & aring å asciicircum ^ asciitilde ~ \
    asterisk * at @ atilde ã backslash \\ bar | braceleft { braceright } bracketleft [ \
    bracketright ] breve ˘ brokenbar ¦ bullet • caron ˇ ccedilla ç cedilla ¸ cent ¢ circumflex ˆ \
    colon : comma , copyright © currency ¤ dagger † daggerdbl ‡ degree ° dieresis ¨ divide ÷ \
    dollar $ dotaccent ˙ dotlessi ı eacute é ecircumflex ê edieresis ë egrave è eight 8 ellipsis … \
    emdash — endash – equal = eth ð exclam ! exclamdown ¡ five 5 florin ƒ four 4 fraction ⁄ \
    germandbls ß grave ` greater > guillemotleft « guillemotright » guilsinglleft ‹ \
    guilsinglright › hungarumlaut ˝ hyphen - iacute í icircumflex î idieresis ï igrave ì less < \
    logicalnot ¬ lslash ł macron ¯ minus − mu µ multiply × nine 9 ntilde ñ numbersign # oacute ó \
    ocircumflex ô odieresis ö oe œ ogonek ˛ ograve ò one 1 onehalf ½ onequarter ¼ ordfeminine ª \
    ordmasculine º oslash ø otilde õ paragraph ¶ parenleft ( parenright ) percent % period . \
    periodcentered · perthousand ‰ plus + plusminus ± question ? questiondown ¿ quotedbl \" \
    quotedblbase „ quotedblleft “ quotedblright ” quoteleft ‘ quoteright ’ quotesinglbase ‚ \
    quotesingle ' registered ® ring ˚ scaron š section § semicolon ; seven 7 six 6 slash / \
    sterling £ thorn þ three 3 threequarters ¾ tilde ˜ trademark ™ two 2 uacute ú ucircumflex û \
    udieresis ü ugrave ù underscore _ yacute ý ydieresis ÿ yen ¥ zcaron ž zero 0
    ";

/// The character of a glyph; none if its name says nothing.
pub(crate) fn character_of_glyph(name: &[u8]) -> Option<char> {
    let name = std::str::from_utf8(name).ok()?;
    let mut characters = name.chars();
    if let (Some(letter), None) = (characters.next(), characters.next())
        && letter.is_ascii_alphabetic()
    {
        return Some(letter);
    }
    match name {
        "space" => return Some(' '),
        "nbspace" | "nonbreakingspace" | "uni00A0" => return Some('\u{a0}'),
        "sfthyphen" | "softhyphen" => return Some('\u{ad}'),
        _ => {}
    }
    if let Some(digits) = name.strip_prefix("uni").filter(|digits| digits.len() == 4) {
        return char::from_u32(u32::from_str_radix(digits, 16).ok()?);
    }
    let mut words = NAMES.split_whitespace();
    while let (Some(known), Some(character)) = (words.next(), words.next()) {
        if known == name {
            return character.chars().next();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_letters_are_known() {
        let names = ["A", "eacute", "OE", "quoteright", "Euro", "uni0153", "space", "backslash"];
        let found: String =
            names.iter().filter_map(|name| character_of_glyph(name.as_bytes())).collect();
        assert_eq!(found, "AéŒ’€œ \\");
        assert_eq!(character_of_glyph(b"g17"), None);
        assert_eq!(NAMES.split_whitespace().count() % 2, 0);
    }
}
