//! A SEDA 2.2 `manifest.xml` (ArchiveTransfer, NF Z44-022; schemas of the Service interministériel
//! des Archives de France, January 2022): what a transfer holds, for an archive service.
//!
//! Pure: values in, XML out. Every binary is one group of its own with its SHA-512, size and PRONOM
//! format; units are nested as the caller nests them.

use jiff::civil::Date;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::io;

const NAMESPACE: &str = "fr:gouv:culture:archivesdefrance:seda:v2.2";

/// The transfer as a whole.
#[derive(Clone, Debug)]
pub struct SedaTransfer {
    /// What it is, for a person.
    pub comment: String,
    /// The day it is made.
    pub date: Date,
    /// Its unique identifier.
    pub identifier: String,
    /// The archive service.
    pub archival_agency: String,
    /// The service that hands it over and made its documents.
    pub transferring_agency: String,
    /// Years for which it is kept.
    pub retention: u32,
    /// The day from which these years count.
    pub since: Date,
}

/// A file.
#[derive(Clone, Debug)]
pub struct Object {
    /// Its path in the transfer.
    pub uri: String,
    /// SHA-512.
    pub sha512: String,
    /// Octets.
    pub size: u64,
    /// MIME type.
    pub mime: &'static str,
    /// PRONOM identifier of its format.
    pub pronom: &'static str,
    /// Its format in words.
    pub format: &'static str,
}

/// A unit of description: a campaign, a school, a letter or a document.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Level of description (ISAD(G)): "RecordGrp", "File", "Item".
    pub level: &'static str,
    /// Title.
    pub title: String,
    /// Description, if there is one.
    pub description: Option<String>,
    /// First and last day.
    pub dates: Option<(Date, Date)>,
    /// Its file, as an index in the list of objects.
    pub object: Option<usize>,
    /// The units in it.
    pub units: Vec<Unit>,
}

type Xml = Writer<Vec<u8>>;

/// Characters that XML 1.0 can hold (section 2.2).
fn clean(text: &str) -> String {
    let sound = |c: char| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}');
    text.chars().map(|c| if sound(c) { c } else { ' ' }).collect()
}

fn text(xml: &mut Xml, name: &str, value: &str) -> io::Result<()> {
    xml.create_element(name).write_text_content(BytesText::new(&clean(value)))?;
    Ok(())
}

fn within(
    xml: &mut Xml,
    name: &str,
    fill: impl FnOnce(&mut Xml) -> io::Result<()>,
) -> io::Result<()> {
    xml.create_element(name).write_inner_content(fill)?;
    Ok(())
}

fn with_id(
    xml: &mut Xml,
    (name, id): (&str, &str),
    fill: impl FnOnce(&mut Xml) -> io::Result<()>,
) -> io::Result<()> {
    xml.create_element(name).with_attribute(("id", id)).write_inner_content(fill)?;
    Ok(())
}

/// The manifest.
pub fn manifest(
    transfer: &SedaTransfer,
    objects: &[Object],
    units: &[Unit],
) -> io::Result<Vec<u8>> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element("ArchiveTransfer")
        .with_attribute(("xmlns", NAMESPACE))
        .with_attribute(("xmlns:xlink", "http://www.w3.org/1999/xlink"))
        .write_inner_content(|xml| {
            text(xml, "Comment", &transfer.comment)?;
            text(xml, "Date", &format!("{}T00:00:00", transfer.date))?;
            text(xml, "MessageIdentifier", &transfer.identifier)?;
            within(xml, "CodeListVersions", |xml| {
                text(
                    xml,
                    "MessageDigestAlgorithmCodeListVersion",
                    "MessageDigestAlgorithmCodeListVersion0",
                )?;
                text(xml, "FileFormatCodeListVersion", "FileFormatCodeListVersion0")
            })?;
            within(xml, "DataObjectPackage", |xml| {
                for (at, binary) in objects.iter().enumerate() {
                    object(xml, at, binary)?;
                }
                within(xml, "DescriptiveMetadata", |xml| {
                    let mut number = 0;
                    units.iter().try_for_each(|child| unit(xml, child, &mut number))
                })?;
                within(xml, "ManagementMetadata", |xml| management(xml, transfer))
            })?;
            for (name, id) in [
                ("ArchivalAgency", &transfer.archival_agency),
                ("TransferringAgency", &transfer.transferring_agency),
            ] {
                within(xml, name, |xml| text(xml, "Identifier", id))?;
            }
            Ok(())
        })?;
    let mut written = xml.into_inner();
    written.push(b'\n');
    Ok(written)
}

fn object(xml: &mut Xml, at: usize, object: &Object) -> io::Result<()> {
    with_id(xml, ("DataObjectGroup", &format!("GOT{at}")), |xml| {
        with_id(xml, ("BinaryDataObject", &format!("OBJ{at}")), |xml| {
            text(xml, "DataObjectVersion", "BinaryMaster_1")?;
            text(xml, "Uri", &object.uri)?;
            xml.create_element("MessageDigest")
                .with_attribute(("algorithm", "SHA-512"))
                .write_text_content(BytesText::new(&object.sha512))?;
            if object.size > 0 {
                text(xml, "Size", &object.size.to_string())?;
            }
            within(xml, "FormatIdentification", |xml| {
                text(xml, "FormatLitteral", object.format)?;
                text(xml, "MimeType", object.mime)?;
                text(xml, "FormatId", object.pronom)
            })?;
            let name = object.uri.rsplit('/').next().unwrap_or_default();
            within(xml, "FileInfo", |xml| text(xml, "Filename", name))
        })
    })
}

fn unit(xml: &mut Xml, archive_unit: &Unit, number: &mut usize) -> io::Result<()> {
    let id = format!("AU{number}");
    *number += 1;
    with_id(xml, ("ArchiveUnit", &id), |xml| {
        within(xml, "Content", |xml| {
            text(xml, "DescriptionLevel", archive_unit.level)?;
            text(xml, "Title", &archive_unit.title)?;
            if let Some(description) = &archive_unit.description {
                text(xml, "Description", description)?;
            }
            if let Some((first, last)) = archive_unit.dates {
                text(xml, "StartDate", &first.to_string())?;
                text(xml, "EndDate", &last.to_string())?;
            }
            Ok(())
        })?;
        archive_unit.units.iter().try_for_each(|child| unit(xml, child, number))?;
        match archive_unit.object {
            Some(at) => within(xml, "DataObjectReference", |xml| {
                text(xml, "DataObjectGroupReferenceId", &format!("GOT{at}"))
            }),
            None => Ok(()),
        }
    })
}

/// How long it is kept. The archive service decides what happens then: it is kept.
fn management(xml: &mut Xml, transfer: &SedaTransfer) -> io::Result<()> {
    text(xml, "OriginatingAgencyIdentifier", &transfer.transferring_agency)?;
    within(xml, "AppraisalRule", |xml| {
        text(xml, "Rule", &format!("DUA-{}-ANS", transfer.retention))?;
        text(xml, "StartDate", &transfer.since.to_string())?;
        text(xml, "FinalAction", "Keep")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn what_a_person_wrote_is_text_and_every_reference_leads_somewhere() {
        let transfer = SedaTransfer {
            comment: "<Lettres> & \u{1}".to_owned(),
            date: date(2027, 9, 1),
            identifier: "x".to_owned(),
            archival_agency: "AD".to_owned(),
            transferring_agency: "DAN".to_owned(),
            retention: 10,
            since: date(2027, 8, 31),
        };
        let object = Object {
            uri: "data/a.pdf".to_owned(),
            sha512: "00".to_owned(),
            size: 3,
            mime: "application/pdf",
            pronom: "fmt/477",
            format: "PDF/A-2a",
        };
        let item = Unit {
            level: "Item",
            title: "a".to_owned(),
            description: None,
            dates: None,
            object: Some(0),
            units: Vec::new(),
        };
        let unit = Unit { object: None, units: vec![item.clone(), item], ..item_of("File") };
        let xml = String::from_utf8(manifest(&transfer, &[object], &[unit]).unwrap()).unwrap();
        assert!(xml.contains("&lt;Lettres&gt; &amp;  "), "{xml}");
        assert_eq!(xml.matches("<DataObjectGroupReferenceId>GOT0<").count(), 2);
        for id in ["AU0", "AU1", "AU2", "GOT0", "OBJ0"] {
            assert_eq!(xml.matches(&format!("id=\"{id}\"")).count(), 1, "{id}");
        }
    }

    fn item_of(level: &'static str) -> Unit {
        Unit {
            level,
            title: "t".to_owned(),
            description: Some("d".to_owned()),
            dates: Some((date(2026, 11, 16), date(2027, 1, 1))),
            object: None,
            units: Vec::new(),
        }
    }
}
