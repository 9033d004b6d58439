//! The pictures of missive.toml before the first letter: each is there, readable, and fits in its place; and
//! a letter that the authority neither signs nor shows a signature of.

use crate::diagnostic::{Problem, Span};
use crate::project::load::Loaded;
use crate::records::settings::Letters;
use crate::records::settings::letterhead::{HEIGHTS, Picture};
use crate::records::word_lists::{IssuerSignature, Signer};
use crate::render::world::TemplateFile;
use quick_xml::events::Event;

/// The room for a picture, in millimetres.
struct Room {
    height: f64,
    width: f64,
    /// What it stands in, in French.
    place: &'static str,
}

/// Left of the name of the service.
const LOGO: Room = Room { height: 18.0, width: 55.0, place: "l'en-tête" };
/// Below the name, in the narrowest box.
const SIGNATURE: Room = Room { height: 20.0, width: 41.0, place: "le cadre de signature" };

/// Reports what is wrong with the pictures.
pub(in crate::app) fn check(loaded: &Loaded, problems: &mut Vec<Problem>) {
    let Some(settings) = &loaded.records.settings else { return };
    let pictures =
        [(&settings.organisation.logo, LOGO), (&settings.letters.issuer_image, SIGNATURE)];
    for (picture, room) in pictures {
        let problem = picture.as_ref().and_then(|picture| problem_of(picture, &room, loaded));
        problems.extend(problem);
    }
    problems.extend(unsigned_by_authority(&settings.letters));
}

fn problem_of(picture: &Picture, room: &Room, loaded: &Loaded) -> Option<Problem> {
    let name = picture.file.trim_start_matches('/');
    let at = picture.file.span;
    let Some(file) = loaded.templates.iter().find(|file| file.path == name) else {
        let message = format!("l'image « {name} » n'est pas dans le dossier templates/");
        return Some(
            Problem::error("E-PICTURE", message)
                .at(at)
                .help("déposer le fichier dans templates/, ou corriger son nom"),
        );
    };
    let Some(size) = size_of(file) else {
        let message = format!("« {name} » n'est pas une image SVG ou PNG lisible");
        return Some(
            Problem::error("E-PICTURE", message)
                .at(at)
                .help("enregistrer l'image au format SVG ou PNG, avec l'extension qui convient"),
        );
    };
    too_large(picture, size, room)
}

/// A picture that would leave its place.
fn too_large(picture: &Picture, size: Size, room: &Room) -> Option<Problem> {
    // A height that the table refuses is told there.
    if !HEIGHTS.contains(&picture.height.value) {
        return None;
    }
    let height = f64::from(picture.height.value);
    let width = height * size.width / size.height;
    let fits = height <= room.height && width <= room.width;
    let most = room.height.min(room.width * size.height / size.width).floor();
    let (place, most_width, most_height) = (room.place, room.width, room.height);
    (!fits).then(|| {
        Problem::error(
            "E-PICTURE",
            format!(
                "cette image ferait {height} mm de haut et {width:.0} mm de large : {place} laisse \
                 {most_height} mm sur {most_width} mm"
            ),
        )
        .at(picture.height.span)
        .help(match most >= f64::from(*HEIGHTS.start()) {
            true => format!("écrire height = {most} au plus"),
            false => "choisir une image moins large".to_owned(),
        })
    })
}

/// Width and height, in any unit.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Size {
    width: f64,
    height: f64,
}

fn size_of(file: &TemplateFile) -> Option<Size> {
    let extension = file.path.rsplit_once('.').map_or("", |(_, extension)| extension);
    let size = match extension.to_ascii_lowercase().as_str() {
        "png" => size_of_png(&file.bytes),
        "svg" => size_of_svg(std::str::from_utf8(&file.bytes).ok()?),
        _ => None,
    }?;
    let is_length = |length: f64| length.is_finite() && length > 0.0;
    (is_length(size.width) && is_length(size.height)).then_some(size)
}

fn size_of_png(bytes: &[u8]) -> Option<Size> {
    let reader =
        image::ImageReader::with_format(std::io::Cursor::new(bytes), image::ImageFormat::Png);
    let (width, height) = reader.into_dimensions().ok()?;
    Some(Size { width: f64::from(width), height: f64::from(height) })
}

/// Of the `viewBox`, else of `width` and `height` (SVG 2, 8.2).
fn size_of_svg(text: &str) -> Option<Size> {
    let mut reader = quick_xml::Reader::from_str(text);
    let root = loop {
        match reader.read_event().ok()? {
            Event::Start(root) | Event::Empty(root) => break root,
            Event::Eof => return None,
            _ => {}
        }
    };
    if root.local_name().as_ref() != "svg" {
        return None;
    }
    let attribute = |name: &str| {
        let value = root.try_get_attribute(name).ok()??.value;
        Some(value.into_owned())
    };
    if let Some(view) = attribute("viewBox") {
        let numbers: Vec<f64> = view
            .split(|c: char| c == ',' || c.is_whitespace())
            .filter(|number| !number.is_empty())
            .map_while(|number| number.parse().ok())
            .collect();
        let [_, _, width, height] = numbers[..] else { return None };
        return Some(Size { width, height });
    }
    let length = |name: &str| {
        attribute(name)?.trim().trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse().ok()
    };
    Some(Size { width: length("width")?, height: length("height")? })
}

/// The authority's box with nothing in it: the signature of a decision's author is asked for by law.
fn unsigned_by_authority(letters: &Letters) -> Option<Problem> {
    let is_unsigned =
        letters.issuer_signature == IssuerSignature::None && letters.issuer_image.is_none();
    let asked: Option<Span> = letters
        .signatures
        .iter()
        .find(|signer| signer.value == Signer::Issuer)
        .map(|signer| signer.span);
    asked.filter(|_| is_unsigned).map(|span| {
        Problem::warning("W-ISSUER", "les lettres partiront sans la signature de l'autorité")
            .at(span)
            .help(
                "une décision porte la signature de son auteur (code des relations entre le public et \
                 l'administration, article L212-1) : donner issuer_image, ou écrire \
                 issuer_signature = \"required\", ou retirer \"issuer\" des signatures",
            )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_the_size_that_it_says() {
        let size = |width, height| Some(Size { width, height });
        for (svg, expected) in [
            (r#"<svg viewBox="0 0 120 48"/>"#, size(120.0, 48.0)),
            (r#"<svg viewBox="0,0, 120,48" width="1"/>"#, size(120.0, 48.0)),
            (r#"<svg width="64mm" height="32mm"/>"#, size(64.0, 32.0)),
            (r#"<svg width="100%" height="32"/>"#, None),
            (r#"<svg viewBox="0 0 120"/>"#, None),
            (r#"<svg/>"#, None),
            (r#"<html/>"#, None),
            ("<svg", None),
            ("", None),
        ] {
            assert_eq!(size_of_svg(svg), expected, "{svg}");
        }
        let file = |path: &str, text: &str| TemplateFile {
            path: path.to_owned(),
            bytes: text.as_bytes().into(),
        };
        assert_eq!(size_of(&file("a.svg", r#"<svg viewBox="0 0 0 9"/>"#)), None);
        assert_eq!(size_of(&file("a.jpg", r#"<svg viewBox="0 0 9 9"/>"#)), None);
        assert_eq!(size_of(&file("a.png", "\u{89}PNG")), None);
    }
}
