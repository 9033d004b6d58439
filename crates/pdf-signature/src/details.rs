//! What exactly was found: values for a program that words them for people.

pub use crate::cms::checks::{
    CmsCheck, CmsError, NoPath, SignatureValueError, TimestampError, Unsupported, Validity,
    Weakness,
};
pub use crate::cms::timestamp::TimestampToken;
pub use crate::cms::trust_store::{TrustStoreProblem, TrustStoreProblemCause};
pub use crate::compare::change_detail::{
    ActionType, AnnotationChange, AnnotationRefusal, AnnotationType, CatalogChange, ChangeDetail,
    FileChange, FormChange, ObjectChange, PageChange, SignatureFieldType, SignaturePlacement,
    StructureChange,
};
pub use crate::document::revisions::ambiguity::{Ambiguity, AmbiguityCause};
pub use crate::verify::check::{
    ByteRangeError, ChainResult, DocumentTimestampError, LaterChanges, TimeSource, TrustTime,
};
