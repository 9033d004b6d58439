//! A secret in every form that a relay might give it, and what stays readable around it.

use super::*;
use proptest::prelude::*;

const SECRET: &str = "Tr0ub4dor-et-3-agrafes";

fn redactor() -> Redactor {
    Redactor::new("dan", &Secret::new(SECRET.to_owned()))
}

fn shown(text: &str) -> String {
    redactor().lines(text.split('\n').map(str::to_owned).collect()).join("\n")
}

fn hex(text: &str, before: &str) -> String {
    text.bytes().map(|byte| format!("{before}{byte:02x}")).collect()
}

fn percent(text: &str) -> String {
    let coded = |byte: u8| match byte {
        b if b.is_ascii_alphanumeric() => char::from(b).to_string(),
        b => format!("%{b:02X}"),
    };
    text.bytes().map(coded).collect()
}

/// Every form of a secret that a relay may answer with.
fn forms(secret: &str) -> Vec<String> {
    let plain = BASE64.encode(format!("\0dan\0{secret}"));
    let token = BASE64.encode(format!("user=dan\x01auth=Bearer {secret}\x01\x01"));
    let alone = BASE64.encode(secret);
    let safe = |text: &str| text.replace('+', "-").replace('/', "_").replace('=', "");
    let entities = |text: &str| text.bytes().map(|byte| format!("&#{byte};")).collect::<String>();
    let challenge = format!("{{\"status\":\"401\",\"token\":\"{secret}\"}}");
    let mut all = vec![
        secret.to_owned(),
        secret.to_uppercase(),
        secret.to_lowercase(),
        format!("\"{secret}\""),
        format!("password={secret};"),
        percent(secret),
        percent(&percent(secret)),
        hex(secret, ""),
        hex(secret, "%"),
        hex(secret, "="),
        hex(secret, "\\x"),
        hex(secret, "&#x").replace("&#x", ";&#x") + ";",
        entities(secret),
        BASE64.encode(format!("dan:{secret}")),
        BASE64.encode(&challenge),
        BASE64.encode(&alone),
        BASE64.encode(&plain),
        safe(&plain),
        percent(&plain),
        plain.to_uppercase(),
        token.to_lowercase(),
    ];
    all.extend([plain, token, alone]);
    all
}

/// What would let somebody find the secret again.
fn traces(secret: &str) -> Vec<String> {
    let core = |text: &str| View::Alphanumeric.of(text).into_iter().collect::<String>();
    let alone = BASE64.encode(secret);
    vec![
        core(secret),
        core(&alone[..alone.len() * 2 / 3]),
        core(&base64_alignments(secret.as_bytes())[1]),
        core(&base64_alignments(secret.as_bytes())[2]),
        core(&hex(secret, "")),
    ]
}

#[test]
fn an_echo_in_any_form_is_blotted_out_and_the_rest_stays() {
    for form in forms(SECRET) {
        let text = shown(&format!("5.7.8 Error: {form} was refused"));
        assert_eq!(text, format!("5.7.8 Error: {MARK} was refused"), "{form}");
    }
}

#[test]
fn an_echo_in_parts_is_blotted_out() {
    let plain = BASE64.encode(format!("\0dan\0{SECRET}"));
    for form in [SECRET, &plain] {
        let (one, two) = form.split_at(9);
        assert_eq!(shown(&format!("no {one} {two} no")), format!("no {MARK} no"));
        assert_eq!(
            shown(&format!("5.7.8 no {one}\n5.7.8 {two} no\nbye")),
            format!("5.7.8 no {MARK}\n5.7.8 {MARK} no\nbye")
        );
        let spaced: String = form.chars().flat_map(|c| [c, ' ']).collect();
        assert_eq!(shown(&format!("no {}: no", spaced.trim_end())), format!("no {MARK} no"));
        // A relay that shortens what it repeats.
        let text = shown(&format!("no {}... no", &form[..form.len() - 6]));
        assert_eq!(text, format!("no {MARK} no"));
    }
}

#[test]
fn a_reply_that_was_cut_may_end_within_a_secret() {
    let plain = BASE64.encode(format!("\0dan\0{SECRET}"));
    for form in [SECRET, &plain] {
        for length in START..form.len() {
            let lines = vec![format!("5.7.8 you said {}", &form[..length])];
            assert_eq!(redactor().cut(lines), [format!("5.7.8 you said {MARK}")], "{length}");
        }
    }
}

#[test]
fn ordinary_words_stay() {
    for text in [
        "5.7.8 Error: authentication failed: UGFzc3dvcmQ6",
        "2.0.0 Ok: queued as 4F1B2C3D4E5F60718293",
        "5.1.1 <ce.0860001j@academie.example>: Recipient address rejected",
        "dan: agrafes et 3 dor",
        "",
    ] {
        assert_eq!(shown(text), text);
        assert_eq!(Redactor::default().lines(vec![text.to_owned()]), [text]);
    }
    // A part of characters alone may be a word of the language.
    let redactor = Redactor::new("dan", &Secret::new("motdepasse-2026".to_owned()));
    let text = "5.7.8 le mot de passe est faux depuis 2026";
    assert_eq!(redactor.lines(vec![text.to_owned()]), [text]);
}

#[test]
fn with_a_secret_too_short_to_be_found_no_words_are_shown() {
    for secret in ["a", "ab", "abc", "a b", "é1!"] {
        let redactor = Redactor::new("dan", &Secret::new(secret.to_owned()));
        for text in ["5.7.8 bad abc", "5.7.8 nothing of it"] {
            assert_eq!(redactor.lines(vec![text.to_owned()]), [format!("5.7.8 {MARK}")]);
            assert_eq!(redactor.cut(vec![text.to_owned()]), [format!("5.7.8 {MARK}")]);
        }
        assert_eq!(redactor.text(b"any"), MARK);
    }
}

#[test]
fn a_secret_of_signs_or_of_another_alphabet_is_found_too() {
    for secret in ["!?%&$£*(", "пароль", "é\"è\\ç&à", "a+12=4F%41"] {
        let redactor = Redactor::new("dan", &Secret::new(secret.to_owned()));
        let quoted: String = secret
            .chars()
            .flat_map(|c| ['\\', c].into_iter().skip(usize::from(!c.is_ascii_punctuation())))
            .collect();
        for form in [secret.to_owned(), percent(secret), BASE64.encode(secret), quoted] {
            let text = redactor.lines(vec![format!("no {form} no")]).remove(0);
            assert_eq!(text, format!("no {MARK} no"), "{secret}: {form}");
        }
    }
}

#[test]
fn nothing_that_moves_a_cursor_or_is_not_seen_is_left() {
    let text = printable("a\u{1b}[2J\u{202e}b\u{2028}c\u{200b}d\u{e0041}e\tf\r\u{9b}".as_bytes());
    assert_eq!(text, "a [2J b c d e f");
    assert_eq!(format!("{:?}", redactor()), "Redactor");
}

#[test]
fn a_long_token_is_known_at_once() {
    let token: String =
        (0..3000u32).map(|n| char::from(b"abcXYZ0189._-"[(n * n % 13) as usize])).collect();
    let redactor = Redactor::new("dan@academie.example", &Secret::new(token.clone()));
    let text = redactor.lines(vec![format!("5.7.8 bad {token}"), "5.7.8 see you".to_owned()]);
    assert_eq!(text, [format!("5.7.8 bad {MARK}"), "5.7.8 see you".to_owned()]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Whatever the secret, its form and what stands around it, nothing is left to find it by.
    #[test]
    fn no_form_leaves_a_trace(
        secret in "[a-zA-Z0-9]{5,10}[!-~]{0,12}",
        form in 0usize..24,
        before in "[ -~]{0,20}",
        after in "[ -~]{0,20}",
        breaks in prop::collection::vec((0usize..200, prop::sample::select(vec!['\n', ' '])), 0..4),
    ) {
        let forms = forms(&secret);
        let mut form = forms[form % forms.len()].clone();
        for (at, sign) in breaks {
            // An escape that is taken apart is not an escape.
            if !form.contains(['%', '\\', '&', '=']) {
                form.insert(at % form.len(), sign);
            }
        }
        let text = format!("{before} {form} {after}");
        let redactor = Redactor::new("dan", &Secret::new(secret.clone()));
        let lines = redactor.lines(text.split('\n').map(str::to_owned).collect());
        let left: String = View::Alphanumeric.of(&lines.concat()).into_iter().collect();
        for trace in traces(&secret) {
            prop_assert!(!left.contains(&trace), "{} in {:?} from {:?}", trace, lines, text);
        }
    }

    /// Only what is hidden changes: a text without the secret is shown as it is.
    #[test]
    fn other_texts_are_shown_as_they_are(text in "[a-z ]{0,60}") {
        prop_assert_eq!(shown(&text), text);
    }
}
