#!/usr/bin/env python3
"""Whether a bag of `missive archive export` is valid, and whether a flipped byte is seen.

    bag.py BAG [SCHEMA]

Needs the packages bagit and, for SCHEMA, lxml. SCHEMA is seda-2.2-main.xsd of the Service
interministériel des Archives de France (github.com/culturecommunication/seda, branch seda-2.2); the two
schemas of the W3C that it imports are replaced by stand-ins with the attributes it uses.
"""

import pathlib
import shutil
import sys
import tempfile

import bagit

XML = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
 targetNamespace="http://www.w3.org/XML/1998/namespace"><xs:attribute name="id" type="xs:ID"/>
 <xs:attribute name="lang" type="xs:language"/></xs:schema>"""
XLINK = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
 targetNamespace="http://www.w3.org/1999/xlink"><xs:attribute name="href" type="xs:anyURI"/>
 <xs:attribute name="type" type="xs:string"/><xs:attribute name="title" type="xs:string"/>
 <xs:attribute name="role" type="xs:string"/><xs:attribute name="arcrole" type="xs:string"/>
 <xs:attribute name="show" type="xs:string"/><xs:attribute name="actuate" type="xs:string"/>
 <xs:attributeGroup name="simpleLink"/></xs:schema>"""


def bag(folder):
    bagit.Bag(str(folder)).validate()
    with tempfile.TemporaryDirectory() as place:
        copy = pathlib.Path(place, "bag")
        shutil.copytree(folder, copy)
        victim = sorted(own for own in (copy / "data").rglob("*") if own.is_file())[0]
        octets = bytearray(victim.read_bytes())
        octets[len(octets) // 2] ^= 1
        victim.write_bytes(octets)
        if bagit.Bag(str(copy)).is_valid():
            sys.exit(f"a flipped byte of {victim.name} is not seen")
    print("bag: valid; a flipped byte is seen")


def seda(manifest, schema):
    from lxml import etree

    class Local(etree.Resolver):
        def resolve(self, url, ident, context):
            for end, text in (("xml.xsd", XML), ("xlink.xsd", XLINK)):
                if url.endswith(end):
                    return self.resolve_string(text, context)
            return None

    parser = etree.XMLParser()
    parser.resolvers.add(Local())
    rules = etree.XMLSchema(etree.parse(schema, parser))
    document = etree.parse(manifest)
    if not rules.validate(document):
        sys.exit("\n".join(f"line {own.line}: {own.message}" for own in list(rules.error_log)[:20]))
    space = "{fr:gouv:culture:archivesdefrance:seda:v2.2}"
    ids = {own.get("id") for own in document.iter() if own.get("id")}
    lost = [own.text for own in document.iter(space + "DataObjectGroupReferenceId")
            if own.text not in ids]
    if lost:
        sys.exit(f"references that lead nowhere: {lost}")
    print(f"manifest.xml: valid against {schema}, {len(ids)} identifiers, every reference leads somewhere")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    bag(pathlib.Path(sys.argv[1]))
    if len(sys.argv) > 2:
        seda(str(pathlib.Path(sys.argv[1], "manifest.xml")), sys.argv[2])
