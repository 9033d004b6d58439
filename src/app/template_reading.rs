//! A document that the templates made, read as a person would before it is sent: its French, and the room
//! that it leaves to sign.

use crate::diagnostic::Problem;
use crate::render::box_room::BoxRoom;
use crate::rules::proofread::wording;
use french_proofreader::{Paragraph, is_cut_in_two, proofread};

/// Least free height of a box to sign, in points: 25 mm.
const LEAST_ROOM: f64 = 25.0 * 72.0 / 25.4;
/// A text of two sentences and more has to end with a full stop.
const SEVERAL_SENTENCES: &str = ". ";

/// What is wrong with the words of a document; `whole` are words that must stay in one piece.
pub(in crate::app) fn mistakes_of(blocks: &[String], whole: Option<&str>) -> Vec<Problem> {
    let mut found = Vec::new();
    for block in blocks {
        let paragraph = match block.contains(SEVERAL_SENTENCES) {
            true => Paragraph::Sentence,
            false => Paragraph::Fragment,
        };
        for mistake in proofread(block, paragraph) {
            let sentence = wording(&mistake, block);
            let help = format!("corriger le gabarit ; le passage : « {} »", excerpt(block));
            found.push(Problem::warning("W-FRENCH", sentence).help(help));
        }
        if let Some(word) = whole.filter(|word| is_cut_in_two(block, word)) {
            found.push(
                Problem::warning("W-FRENCH", format!("« {word} » est coupé en fin de ligne"))
                    .help("l'entourer de #box[…] dans le gabarit"),
            );
        }
    }
    found
}

/// What is wrong with the boxes to sign.
pub(in crate::app) fn cramped_boxes(rooms: &[BoxRoom]) -> Vec<Problem> {
    let mut found = Vec::new();
    for room in rooms {
        if room.free_height < LEAST_ROOM {
            let left = room.free_height * 25.4 / 72.0;
            let message = format!(
                "le cadre <{}> ne laisse que {left:.0} mm pour signer, au lieu de 25",
                room.label
            );
            found.push(Problem::warning("W-BOX", message).help(
                "agrandir les cadres (sign-height, dans templates/lib/boxes.typ), ou écrire moins dedans",
            ));
        }
    }
    if rooms.iter().any(|room| room.lines_above == 0) {
        found.push(
            Problem::warning("W-BOX", "les cadres de signature sont seuls sur leur page").help(
                "garder la formule finale et les cadres dans un même bloc insécable (breakable: false)",
            ),
        );
    }
    found
}

/// The texts of a page in HTML: each paragraph, item and heading.
pub(in crate::app) fn blocks_of_html(html: &str) -> Vec<String> {
    const INLINE: [&str; 6] = ["a", "strong", "em", "b", "i", "span"];
    let body = html.split_once("<body").map_or(html, |(_, body)| body);
    let mut blocks = vec![String::new()];
    let mut rest = body.split_once('>').map_or(body, |(_, rest)| rest);
    while let Some((text, tag)) = rest.split_once('<') {
        if let Some(block) = blocks.last_mut() {
            block.push_str(text);
        }
        let (tag, after) = tag.split_once('>').unwrap_or((tag, ""));
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or("");
        if !INLINE.contains(&name) {
            blocks.push(String::new());
        }
        rest = after;
    }
    let unescaped = |block: &String| {
        let known =
            [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
        let text = known.iter().fold(block.clone(), |text, (from, to)| text.replace(from, to));
        text.trim().to_owned()
    };
    blocks.iter().map(unescaped).filter(|block| !block.is_empty()).collect()
}

/// The beginning of a text, on one line.
fn excerpt(text: &str) -> String {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(problems: &[Problem]) -> Vec<&'static str> {
        problems.iter().map(|problem| problem.code).collect()
    }

    #[test]
    fn words_are_read_block_by_block() {
        let read = |text: &str| codes(&mistakes_of(&[text.to_owned()], Some("2026-0860001J-SPEC")));
        assert_eq!(read("La lettre de Alix Émery."), ["W-FRENCH"]);
        assert_eq!(read("Une phrase. Une autre, sans fin"), ["W-FRENCH"]);
        assert_eq!(read("Référence 2026-0860001J- SPEC"), ["W-FRENCH"]);
        assert!(read("Lettre de mission des référents numériques").is_empty());
        assert!(read("Référence 2026-0860001J-SPEC").is_empty());
    }

    #[test]
    fn a_page_is_read_paragraph_by_paragraph() {
        let page = "<html><head><title>T</title></head><body lang=\"fr\"><p>Un <strong>mot</strong>,<br>une ligne</p><ul><li>A &amp; B</li></ul></body></html>";
        assert_eq!(blocks_of_html(page), ["Un mot,", "une ligne", "A & B"]);
        assert!(blocks_of_html("").is_empty());
        assert_eq!(blocks_of_html("<p"), Vec::<String>::new());
    }

    #[test]
    fn a_box_leaves_25_millimetres_and_is_not_alone() {
        let room = |free_height, lines_above| BoxRoom {
            label: "sign-head".to_owned(),
            free_height,
            lines_above,
        };
        assert!(cramped_boxes(&[room(71.0, 3)]).is_empty());
        assert_eq!(codes(&cramped_boxes(&[room(70.0, 3)])), ["W-BOX"]);
        assert_eq!(codes(&cramped_boxes(&[room(80.0, 0)])), ["W-BOX"]);
        assert!(cramped_boxes(&[]).is_empty());
    }
}
