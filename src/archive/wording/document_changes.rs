//! What differs between a returned PDF and the letter that was sent.

use super::ambiguity;
use super::boxes::box_name;
use crate::letter::french;
use pdf_signature::DocumentChange;
use pdf_signature::details::{
    ActionType, AnnotationChange, AnnotationRefusal, AnnotationType, CatalogChange, ChangeDetail,
    FileChange, FormChange, ObjectChange, PageChange, SignatureFieldType, SignaturePlacement,
    StructureChange,
};

/// What a change is, without the text that was typed.
pub fn sentence(change: &DocumentChange) -> String {
    let page = change.page.unwrap_or_default();
    match &change.detail {
        ChangeDetail::File(change) => of_file(change),
        ChangeDetail::Page(change) => of_pages(change, page),
        ChangeDetail::Annotation(change) => of_annotations(change, page),
        ChangeDetail::Form(change) => of_form(change),
        ChangeDetail::Catalog(change) => of_catalog(change),
        ChangeDetail::Structure(change) => of_structure(change).to_owned(),
        ChangeDetail::Object(change) => of_objects(change),
    }
}

fn of_file(change: &FileChange) -> String {
    match change {
        FileChange::NoPageInCommon => "aucune page n'est une page de la lettre envoyée".to_owned(),
        FileChange::ObjectsMovedIntoStreams => {
            "des objets ont été remplacés par d'autres que certains logiciels ne trouvent pas"
                .to_owned()
        }
        FileChange::UnseparatedRevision => {
            "un objet est écrit là où certains logiciels voient un commentaire".to_owned()
        }
        FileChange::TrailingText(count) => {
            let text = french::count(*count, "octet de texte suit", "octets de texte suivent");
            format!("{text} la fin du fichier")
        }
        FileChange::Ambiguous(found) => format!(
            "selon le logiciel, le fichier peut montrer autre chose : {}",
            ambiguity::sentence(found)
        ),
        FileChange::FormerState => {
            "un état antérieur du fichier ne montre pas la lettre envoyée".to_owned()
        }
        FileChange::TooManyChanges => "trop de changements pour les dire tous".to_owned(),
    }
}

fn of_pages(change: &PageChange, page: u32) -> String {
    match change {
        PageChange::InconsistentTree => {
            "l'arbre des pages se contredit : selon le logiciel, il en manque".to_owned()
        }
        PageChange::Count { sent, received } => {
            format!("{} au lieu de {sent}", french::count(*received, "page", "pages"))
        }
        PageChange::Content => format!(
            "ce qui est imprimé page {page} n'est plus écrit de la même façon : à vérifier sur l'image"
        ),
        PageChange::Geometry => {
            format!("la page {page} n'a plus la même taille ou a été tournée")
        }
        PageChange::Entry(key) => {
            format!("la page {page} a une entrée de plus, de moins ou changée (« {key} »)")
        }
        PageChange::Order => "les pages ne sont plus dans le même ordre".to_owned(),
        PageChange::StreamRewritten => "un contenu de la lettre a été récrit".to_owned(),
        PageChange::ContentRewritten => {
            format!("page {page} : ce qui est imprimé a été récrit")
        }
    }
}

fn of_annotations(change: &AnnotationChange, page: u32) -> String {
    match change {
        AnnotationChange::TooMany => {
            format!("page {page} : trop d'éléments pour les regarder tous")
        }
        AnnotationChange::Removed(what) => {
            format!("page {page} : {} de la lettre a été retiré ou changé", annotation(what))
        }
        AnnotationChange::Added(what) => format!("page {page} : {} de plus", annotation(what)),
        AnnotationChange::InBox { annotation: what, label, printed } => {
            let paper = if *printed { "" } else { " (ne s'imprime pas)" };
            format!("page {page} : {} dans {}{paper}", annotation(what), box_name(label))
        }
        AnnotationChange::Filled => format!("page {page} : un champ vide du formulaire, rempli"),
        AnnotationChange::Refused { annotation: what, reason } => {
            format!("page {page} : {} de plus, {}", annotation(what), refusal(*reason))
        }
        AnnotationChange::PopupAdded => {
            format!("page {page} : une fenêtre de commentaire de plus")
        }
        AnnotationChange::PopupOpen => {
            format!("page {page} : une fenêtre de commentaire ouverte par-dessus la lettre")
        }
        AnnotationChange::SignatureField { field, placement } => {
            signature_field(*field, placement, page)
        }
    }
}

/// What an annotation is called, with its article.
fn annotation(what: &AnnotationType) -> String {
    match what {
        AnnotationType::FreeText => "un texte tapé".to_owned(),
        AnnotationType::Ink => "un dessin à main levée".to_owned(),
        AnnotationType::Stamp => "un tampon ou une image".to_owned(),
        AnnotationType::Text => "une note".to_owned(),
        AnnotationType::Widget => "un champ de formulaire".to_owned(),
        AnnotationType::Link => "un lien".to_owned(),
        AnnotationType::FileAttachment => "un fichier joint".to_owned(),
        AnnotationType::TextMarkup => "un passage surligné ou barré".to_owned(),
        AnnotationType::Shape => "une figure".to_owned(),
        AnnotationType::Redaction => "un caviardage".to_owned(),
        AnnotationType::Other(subtype) => format!("un élément « {subtype} »"),
    }
}

fn refusal(reason: AnnotationRefusal) -> &'static str {
    match reason {
        AnnotationRefusal::UnexpectedType => "d'une sorte qui n'est pas prévue",
        AnnotationRefusal::OutsideBoxes => "hors des cases prévues",
        AnnotationRefusal::HiddenOrVarying => {
            "caché ou montré autrement à l'écran que sur le papier"
        }
        AnnotationRefusal::RunsAction => "qui déclenche une action",
        AnnotationRefusal::UnknownEntry => "avec une entrée qui n'est pas prévue",
        AnnotationRefusal::UnsoundAppearance => "avec une apparence de taille nulle",
        AnnotationRefusal::WideLine => "au trait démesuré",
        AnnotationRefusal::DrawsOutside => "dont le tracé sort de la case",
    }
}

fn signature_field(field: SignatureFieldType, placement: &SignaturePlacement, page: u32) -> String {
    let what = match field {
        SignatureFieldType::Timestamp => "un horodatage du document",
        SignatureFieldType::Signature => "une signature électronique",
        SignatureFieldType::Empty => "un champ de signature vide",
    };
    match placement {
        SignaturePlacement::Deceptive => {
            format!("page {page} : {what} qui fait ou montre autre chose qu'il ne semble")
        }
        SignaturePlacement::Unseen => format!("{what}, que la page ne montre pas"),
        SignaturePlacement::Shown => format!("page {page} : {what}"),
        SignaturePlacement::EmptyButShown => {
            format!("page {page} : {what}, qui montre pourtant quelque chose")
        }
        SignaturePlacement::InBox(label) => {
            format!("page {page} : {what} dans {}", box_name(label))
        }
        SignaturePlacement::OutsideBoxes => {
            format!("page {page} : {what} hors des cases prévues, qui peut recouvrir la lettre")
        }
    }
}

fn of_form(change: &FormChange) -> String {
    match change {
        FormChange::NeedAppearances => {
            "le fichier demande que le logiciel de lecture dessine lui-même les champs".to_owned()
        }
        FormChange::Xfa => {
            "le fichier contient un formulaire XFA, qui peut montrer autre chose que la lettre"
                .to_owned()
        }
        FormChange::Entry(key) => {
            format!("le formulaire a une entrée de plus ou changée (« {key} »)")
        }
        FormChange::SharedWidget => {
            "deux champs de formulaire se disputent une même case".to_owned()
        }
        FormChange::HiddenField(name) => {
            format!("un champ de formulaire que la page ne montre pas (« {name} »)")
        }
    }
}

fn of_catalog(change: &CatalogChange) -> String {
    match change {
        CatalogChange::Properties => {
            "les propriétés du document (titre, logiciel, dates…) ont changé".to_owned()
        }
        CatalogChange::ValidationData => {
            "des données pour vérifier plus tard les signatures ont été ajoutées".to_owned()
        }
        CatalogChange::PdfVersion => "la version de PDF déclarée a changé".to_owned(),
        CatalogChange::LegalAttestation => {
            "le logiciel qui a certifié le fichier y a joint son attestation".to_owned()
        }
        CatalogChange::Permissions => "les permissions du document ont changé".to_owned(),
        CatalogChange::OpenAction => "une action se déclenche à l'ouverture du fichier".to_owned(),
        CatalogChange::Layers => "des calques, qui montrent et cachent, ont été ajoutés".to_owned(),
        CatalogChange::AttachedFiles => {
            "des fichiers ont été joints à l'intérieur du fichier".to_owned()
        }
        CatalogChange::Presentation(key) => {
            format!("la présentation du fichier à l'écran a changé (« {key} »)")
        }
        CatalogChange::Accessibility(key) => {
            format!("une indication pour les lecteurs d'écran a changé (« {key} »)")
        }
        CatalogChange::EntryRemoved(key) => {
            format!("une entrée du document a disparu (« {key} »)")
        }
        CatalogChange::Entry(key) => {
            format!("le document a une entrée de plus ou changée (« {key} »)")
        }
        CatalogChange::Destinations => {
            "les repères à l'intérieur du document ont changé".to_owned()
        }
        CatalogChange::Scripts => "le fichier contient un programme".to_owned(),
        CatalogChange::NameTree(key) => {
            format!("le document a une liste de plus ou changée (« {key} »)")
        }
    }
}

fn of_structure(change: &StructureChange) -> &'static str {
    match change {
        StructureChange::Added => "une structure pour les lecteurs d'écran a été ajoutée",
        StructureChange::Removed => "la structure pour les lecteurs d'écran a disparu",
        StructureChange::Changed => "ce que dit un lecteur d'écran n'est plus ce qui a été envoyé",
        StructureChange::AddsWords => {
            "un lecteur d'écran dit des mots de plus, sur ce qui a été ajouté"
        }
        StructureChange::Extended => "la structure pour les lecteurs d'écran a été complétée",
    }
}

fn of_objects(change: &ObjectChange) -> String {
    match change {
        ObjectChange::Actions { action: what, count } => {
            let often = if *count > 1 { format!(" ({count} fois)") } else { String::new() };
            let what = action(*what);
            format!("le fichier contient {what} qui n'était pas dans la lettre{often}")
        }
        ObjectChange::HiddenPages(count) => {
            let pages = french::count(
                *count,
                "page cachée, que rien ne montre",
                "pages cachées, que rien ne montre",
            );
            format!("le fichier contient {pages}")
        }
        ObjectChange::Unused(count) => {
            let objects =
                french::count(*count, "objet qui ne sert à rien", "objets qui ne servent à rien");
            format!("le fichier contient {objects}")
        }
        ObjectChange::Replaced(count) => french::count(
            *count,
            "objet de la lettre a été remplacé",
            "objets de la lettre ont été remplacés",
        ),
    }
}

/// What an action is called, with its article.
fn action(action: ActionType) -> &'static str {
    match action {
        ActionType::ExternalLink => "un lien vers l'extérieur",
        ActionType::LinkToFile => "un lien vers un autre fichier",
        ActionType::LinkToAttachment => "un lien vers un fichier joint",
        ActionType::LinkToPart => "un lien vers une autre partie du fichier",
        ActionType::Script => "un programme",
        ActionType::Unknown => "une action d'une sorte inconnue",
        ActionType::ReaderCommand => "une action du logiciel de lecture",
        ActionType::Multimedia => "une action multimédia",
        ActionType::HidesOrShows => "une action qui cache ou montre",
        ActionType::SubmitsData => "une action qui envoie des données",
        ActionType::RunsProgram => "une action qui lance un logiciel",
        ActionType::ImportsData => "une action qui prend des données ailleurs",
        ActionType::RunsByItself => "une action qui se déclenche d'elle-même",
        ActionType::ResetsForm => "une action qui vide des champs",
    }
}
