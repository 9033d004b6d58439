//! Every sentence about a signature or a change of a document, from values: those that no file of the
//! corpus brings about too.

use super::story::hold_alone;
use missive::archive::wording::{document_changes, signature_checks, trust_store};
use pdf_signature::details::{
    ActionType, Ambiguity, AmbiguityCause, AnnotationChange, AnnotationRefusal, AnnotationType,
    ByteRangeError, CatalogChange, ChainResult, ChangeDetail, CmsCheck, CmsError,
    DocumentTimestampError, FileChange, FormChange, LaterChanges, NoPath, ObjectChange, PageChange,
    SignatureFieldType, SignaturePlacement, SignatureValueError, StructureChange, TimeSource,
    TimestampError, TimestampToken, TrustStoreProblem, TrustStoreProblemCause, TrustTime,
    Unsupported, Validity, Weakness,
};
use pdf_signature::{ChangeKind, ChangeVerdict, DocumentChange, OpenError, SignatureCheck};
use std::fmt::Write as _;

fn change(detail: impl Into<ChangeDetail>) -> DocumentChange {
    DocumentChange {
        kind: ChangeKind::Object,
        page: Some(3),
        area: None,
        text: None,
        verdict: ChangeVerdict::Refused,
        detail: detail.into(),
    }
}

fn causes() -> Vec<AmbiguityCause> {
    vec![
        AmbiguityCause::Header,
        AmbiguityCause::Syntax,
        AmbiguityCause::DuplicateKey("A\u{7}B".to_owned()),
        AmbiguityCause::StreamLength(7),
        AmbiguityCause::XrefTable,
        AmbiguityCause::HybridXref,
        AmbiguityCause::ListedTwice(7),
        AmbiguityCause::Misplaced(7),
        AmbiguityCause::Unlisted(7),
        AmbiguityCause::Generation(7),
        AmbiguityCause::Freed(7),
        AmbiguityCause::TrailerEntry("Root".to_owned()),
        AmbiguityCause::Unclaimed(7),
        AmbiguityCause::StrayKeyword,
        AmbiguityCause::TooMany,
    ]
}

fn ambiguities() -> impl Iterator<Item = Ambiguity> {
    causes().into_iter().map(|cause| Ambiguity { offset: 42, cause })
}

fn file_changes() -> Vec<DocumentChange> {
    let mut all = vec![
        change(FileChange::NoPageInCommon),
        change(FileChange::ObjectsMovedIntoStreams),
        change(FileChange::UnseparatedRevision),
        change(FileChange::TrailingText(1)),
        change(FileChange::TrailingText(2)),
        change(FileChange::FormerState),
        change(FileChange::TooManyChanges),
        change(PageChange::InconsistentTree),
        change(PageChange::Count { sent: 2, received: 1 }),
        change(PageChange::Count { sent: 2, received: 3 }),
        change(PageChange::Content),
        change(PageChange::Geometry),
        change(PageChange::Entry("Key".to_owned())),
        change(PageChange::Order),
        change(PageChange::StreamRewritten),
        change(PageChange::ContentRewritten),
    ];
    all.extend(ambiguities().map(|found| change(FileChange::Ambiguous(found))));
    all
}

fn annotation_changes() -> Vec<DocumentChange> {
    let types = [
        AnnotationType::FreeText,
        AnnotationType::Ink,
        AnnotationType::Stamp,
        AnnotationType::Text,
        AnnotationType::Widget,
        AnnotationType::Link,
        AnnotationType::FileAttachment,
        AnnotationType::TextMarkup,
        AnnotationType::Shape,
        AnnotationType::Redaction,
        AnnotationType::Other("Sound".to_owned()),
    ];
    let refusals = [
        AnnotationRefusal::UnexpectedType,
        AnnotationRefusal::OutsideBoxes,
        AnnotationRefusal::HiddenOrVarying,
        AnnotationRefusal::RunsAction,
        AnnotationRefusal::UnknownEntry,
        AnnotationRefusal::UnsoundAppearance,
        AnnotationRefusal::WideLine,
        AnnotationRefusal::DrawsOutside,
    ];
    let labels = ["sign-issuer", "sign-head", "sign-referent", "write-priorities"];
    let labels = labels.into_iter().chain(["write-indicators", "sign-other"]);
    let ink = || AnnotationType::Ink;
    let boxed = labels.map(|label| AnnotationChange::InBox {
        annotation: ink(),
        label: label.to_owned(),
        printed: label != "sign-other",
    });
    let refused =
        refusals.map(|reason| AnnotationChange::Refused { annotation: ink(), reason }).into_iter();
    let mut all = vec![AnnotationChange::TooMany, AnnotationChange::Removed(ink())];
    all.extend(types.into_iter().map(AnnotationChange::Added));
    all.extend(boxed.chain(refused));
    all.extend([AnnotationChange::PopupAdded, AnnotationChange::PopupOpen]);
    for field in
        [SignatureFieldType::Timestamp, SignatureFieldType::Signature, SignatureFieldType::Empty]
    {
        for placement in [
            SignaturePlacement::Deceptive,
            SignaturePlacement::Unseen,
            SignaturePlacement::Shown,
            SignaturePlacement::EmptyButShown,
            SignaturePlacement::InBox("sign-head".to_owned()),
            SignaturePlacement::OutsideBoxes,
        ] {
            all.push(AnnotationChange::SignatureField { field, placement });
        }
    }
    all.into_iter().map(change).collect()
}

fn other_changes() -> Vec<DocumentChange> {
    let key = || "Key".to_owned();
    let mut all = vec![
        change(FormChange::NeedAppearances),
        change(FormChange::Xfa),
        change(FormChange::Entry(key())),
        change(FormChange::SharedWidget),
        change(FormChange::HiddenField(key())),
        change(CatalogChange::Properties),
        change(CatalogChange::ValidationData),
        change(CatalogChange::PdfVersion),
        change(CatalogChange::LegalAttestation),
        change(CatalogChange::Permissions),
        change(CatalogChange::OpenAction),
        change(CatalogChange::Layers),
        change(CatalogChange::AttachedFiles),
        change(CatalogChange::Presentation(key())),
        change(CatalogChange::Accessibility(key())),
        change(CatalogChange::EntryRemoved(key())),
        change(CatalogChange::Entry(key())),
        change(CatalogChange::Destinations),
        change(CatalogChange::Scripts),
        change(CatalogChange::NameTree(key())),
        change(StructureChange::Added),
        change(StructureChange::Removed),
        change(StructureChange::Changed),
        change(StructureChange::AddsWords),
        change(StructureChange::Extended),
    ];
    for action in [
        ActionType::ExternalLink,
        ActionType::LinkToFile,
        ActionType::LinkToAttachment,
        ActionType::LinkToPart,
        ActionType::Script,
        ActionType::Unknown,
        ActionType::ReaderCommand,
        ActionType::Multimedia,
        ActionType::HidesOrShows,
        ActionType::SubmitsData,
        ActionType::RunsProgram,
        ActionType::ImportsData,
        ActionType::RunsByItself,
        ActionType::ResetsForm,
    ] {
        all.push(change(ObjectChange::Actions { action, count: 1 }));
    }
    all.push(change(ObjectChange::Actions { action: ActionType::Script, count: 2 }));
    for count in [1, 2] {
        all.push(change(ObjectChange::HiddenPages(count)));
        all.push(change(ObjectChange::Unused(count)));
        all.push(change(ObjectChange::Replaced(count)));
    }
    all
}

fn cms_checks() -> Vec<CmsCheck> {
    let oid = || "1.2.3".to_owned();
    let unsupported = |what| CmsCheck::SignatureValue(Err(SignatureValueError::Unsupported(what)));
    let mut all = vec![
        CmsCheck::SignerCertificateMissing,
        CmsCheck::UnknownDigestAlgorithm(oid()),
        CmsCheck::SignedAttributesMissing,
        CmsCheck::SignatureValue(Ok(())),
        CmsCheck::SignatureValue(Err(SignatureValueError::Wrong)),
        unsupported(Unsupported::Algorithm(oid())),
        unsupported(Unsupported::RsaKey),
        unsupported(Unsupported::RsaPssParameters),
        unsupported(Unsupported::UnnamedCurve),
    ];
    for matches in [true, false] {
        all.push(CmsCheck::MessageDigest(matches));
        all.push(CmsCheck::ContentType(matches));
        all.push(CmsCheck::AlgorithmProtection(matches));
        all.push(CmsCheck::SigningCertificate(matches));
    }
    all
}

fn time(text: &str) -> jiff::Timestamp {
    text.parse().unwrap()
}

fn timestamp_checks() -> Vec<SignatureCheck> {
    let weak = vec![Weakness::Sha1, Weakness::RsaKeyBits(1024)];
    let token = |authority: Option<&str>| TimestampToken {
        time: time("2026-11-16T09:30:15Z"),
        maker: "Horloge".to_owned(),
        authority: authority.map(str::to_owned),
    };
    let mut all = vec![SignatureCheck::Weak(weak.clone())];
    for error in [
        TimestampError::Cms(CmsError::Malformed),
        TimestampError::Cms(CmsError::NotOneSigner),
        TimestampError::Check(CmsCheck::MessageDigest(false)),
        TimestampError::Weak(weak),
        TimestampError::Unreadable,
        TimestampError::OtherContent,
        TimestampError::WrongPurpose,
    ] {
        all.push(SignatureCheck::SignatureTimestamp(Err(error.clone())));
        let error = DocumentTimestampError::Token(error);
        all.push(SignatureCheck::DocumentTimestamp(Err(error)));
    }
    let check = Box::new(SignatureCheck::HiddenPadding);
    all.push(SignatureCheck::DocumentTimestamp(Err(DocumentTimestampError::Check(check))));
    for authority in [None, Some("Racine")] {
        all.push(SignatureCheck::SignatureTimestamp(Ok(token(authority))));
        all.push(SignatureCheck::DocumentTimestamp(Ok(token(authority))));
    }
    all
}

fn chain_checks() -> Vec<SignatureCheck> {
    let authority = || "Racine".to_owned();
    let at = |source| TrustTime { time: time("2026-11-16T09:30:15Z"), source };
    let validity = Some(Validity {
        not_before: time("2024-01-01T00:00:00Z"),
        not_after: time("2025-01-01T00:00:00Z"),
    });
    let mut all = vec![ChainResult::KeyNotForSigning];
    for source in [TimeSource::Examination, TimeSource::Timestamp, TimeSource::Claimed] {
        all.push(ChainResult::Trusted { authority: authority(), at: at(source) });
    }
    for validity in [validity, None] {
        let at = at(TimeSource::Claimed);
        all.push(ChainResult::Expired { authority: authority(), validity, at });
    }
    all.extend(
        [
            NoPath::WrongPurpose,
            NoPath::UnknownIssuer,
            NoPath::NeverValidTogether,
            NoPath::IssuerIsNoAuthority,
            NoPath::Other("BadDer".to_owned()),
        ]
        .map(ChainResult::NoPath),
    );
    all.into_iter().map(SignatureCheck::Chain).collect()
}

fn later_checks() -> Vec<SignatureCheck> {
    let extended = || change(StructureChange::Extended);
    let content = DocumentChange { kind: ChangeKind::Content, ..change(PageChange::Content) };
    let harmful = |first: &DocumentChange, others| LaterChanges::Harmful {
        first: Box::new(first.clone()),
        others,
    };
    let mut all = vec![
        LaterChanges::None,
        LaterChanges::Harmless { changes: vec![extended(), extended()], trailing_text: 0 },
        LaterChanges::Harmless { changes: vec![extended()], trailing_text: 12 },
        LaterChanges::Harmless { changes: Vec::new(), trailing_text: 1 },
        harmful(&content, 0),
        harmful(&extended(), 1),
        harmful(&extended(), 2),
        LaterChanges::EndsWithinRevision,
    ];
    all.extend(ambiguities().take(1).map(LaterChanges::Ambiguous));
    let mut all: Vec<SignatureCheck> = all.into_iter().map(SignatureCheck::LaterChanges).collect();
    all.push(SignatureCheck::Certification(Ok(())));
    all.push(SignatureCheck::Certification(Err(Box::new(extended()))));
    all
}

fn other_checks() -> Vec<SignatureCheck> {
    let mut all = vec![
        SignatureCheck::NoPages,
        SignatureCheck::Encrypted,
        SignatureCheck::RebuiltXref,
        SignatureCheck::EndMissing,
        SignatureCheck::UsageRights,
        SignatureCheck::TooManySignatures,
        SignatureCheck::Unreachable,
        SignatureCheck::FieldUnreadable,
        SignatureCheck::UnknownFormat("adbe.pkcs7.sha1".to_owned()),
        SignatureCheck::ByteRange(Ok(())),
        SignatureCheck::OtherContents,
        SignatureCheck::CmsMissing,
        SignatureCheck::HiddenPadding,
        SignatureCheck::CmsUnreadable(CmsError::Malformed),
        SignatureCheck::CmsUnreadable(CmsError::NotOneSigner),
        SignatureCheck::EncapsulatedContent,
        SignatureCheck::ClaimedTimeAhead,
    ];
    all.extend(
        [
            ByteRangeError::Missing,
            ByteRangeError::BeyondEnd,
            ByteRangeError::StartsLate,
            ByteRangeError::Overlapping,
            ByteRangeError::HoleElsewhere,
        ]
        .map(|error| SignatureCheck::ByteRange(Err(error))),
    );
    all
}

fn trust_store_problems() -> impl Iterator<Item = TrustStoreProblem> {
    [
        TrustStoreProblemCause::PrivateKey,
        TrustStoreProblemCause::NoCertificate,
        TrustStoreProblemCause::CutOff(2),
        TrustStoreProblemCause::NotBase64(2),
        TrustStoreProblemCause::NotACertificate(Some(2)),
        TrustStoreProblemCause::NotACertificate(None),
        TrustStoreProblemCause::TooMany(Some(2)),
        TrustStoreProblemCause::TooMany(None),
    ]
    .into_iter()
    .map(|cause| TrustStoreProblem { file: "racine.pem".to_owned(), cause })
}

#[test]
fn every_sentence() {
    let mut text = String::new();
    for error in [OpenError::NotPdf, OpenError::Encrypted, OpenError::Damaged] {
        writeln!(text, "{}", signature_checks::open_error(error)).unwrap();
    }
    let cms = cms_checks().into_iter().map(SignatureCheck::Cms);
    let checks = other_checks().into_iter().chain(cms).chain(timestamp_checks());
    for check in checks.chain(chain_checks()).chain(later_checks()) {
        let said = signature_checks::check(&check);
        writeln!(text, "{} {}: {}", said.check, said.ok, said.detail).unwrap();
    }
    for change in file_changes().into_iter().chain(annotation_changes()).chain(other_changes()) {
        writeln!(text, "{}", document_changes::sentence(&change)).unwrap();
    }
    for problem in trust_store_problems() {
        writeln!(text, "{}", trust_store::problem(&problem)).unwrap();
    }
    hold_alone("signature-words", &text);
}
