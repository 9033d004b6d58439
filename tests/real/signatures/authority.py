"""Throwaway authorities and signers: root, intermediate, leaves of every kind that is tested."""

from datetime import datetime, timezone

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

FROM = datetime(2026, 1, 1, tzinfo=timezone.utc)
TO = datetime(2036, 1, 1, tzinfo=timezone.utc)
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
ADOBE = ObjectIdentifier("1.2.840.113583.1.1.5")


def name(common, organisation="Académie d'Exemple"):
    return x509.Name([
        x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
        x509.NameAttribute(NameOID.COMMON_NAME, common),
    ])


def rsa_key(bits=2048):
    return rsa.generate_private_key(65537, bits)


class Signer:
    """A certificate with its key and the certificates that go with it."""

    def __init__(self, key, certificate, chain=()):
        self.key, self.certificate, self.chain = key, certificate, list(chain)

    def pem(self):
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def asn1(self):
        der = self.certificate.public_bytes(serialization.Encoding.DER)
        return asn1_x509.Certificate.load(der)

    def asn1_key(self):
        return asn1_keys.PrivateKeyInfo.load(self.key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption()))

    def asn1_chain(self):
        return [asn1_x509.Certificate.load(own.public_bytes(serialization.Encoding.DER))
                for own in self.chain]


def issue(subject, key, issuer=None, authority=False, start=FROM, end=TO, purposes=(),
          digest=None, usage=True, signs=True, basic=True, serial=None):
    """A certificate for a key; by itself when there is no issuer."""
    by = issuer or Signer(key, None)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
    )
    if basic:
        builder = builder.add_extension(
            x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    if usage:
        builder = builder.add_extension(x509.KeyUsage(
            digital_signature=signs and not authority,
            content_commitment=signs and not authority,
            key_encipherment=not signs, data_encipherment=False, key_agreement=False,
            key_cert_sign=authority, crl_sign=authority, encipher_only=False,
            decipher_only=False), critical=True)
    builder = builder.add_extension(
        x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    if purposes:
        only_stamps = list(purposes) == [ExtendedKeyUsageOID.TIME_STAMPING]
        builder = builder.add_extension(
            x509.ExtendedKeyUsage(list(purposes)), critical=only_stamps)
    digest = digest or (hashes.SHA512() if isinstance(by.key, ec.EllipticCurvePrivateKey)
                        and by.key.curve.name == "secp521r1" else hashes.SHA256())
    certificate = builder.sign(by.key, digest)
    chain = [issuer.certificate, *issuer.chain] if issuer else []
    return Signer(key, certificate, chain)


def everybody():
    """All signers by name."""
    old = datetime(2020, 1, 1, tzinfo=timezone.utc)
    root = issue(name("Racine de l'académie"), rsa_key(), authority=True, start=old)
    middle = issue(name("Autorité des personnels"), rsa_key(), root, authority=True, start=old)
    person = name("Anne Durand", "Lycée d'Exemple")
    signing = [DOCUMENT_SIGNING, ADOBE]
    own = {"root": root, "middle": middle}
    own["head"] = issue(person, rsa_key(), middle, purposes=signing)
    own["referent"] = issue(name("Claire Martin"), ec.generate_private_key(ec.SECP256R1()),
                            middle, purposes=signing)
    own["authority"] = issue(name("Jeanne Exemple"), rsa_key(), middle, purposes=signing)
    own["p384"] = issue(person, ec.generate_private_key(ec.SECP384R1()), middle, purposes=signing)
    own["p521"] = issue(person, ec.generate_private_key(ec.SECP521R1()), middle, purposes=signing)
    own["no-purpose"] = issue(person, rsa_key(), middle)
    own["web-server"] = issue(person, rsa_key(), middle, purposes=[ExtendedKeyUsageOID.SERVER_AUTH])
    own["encipherment"] = issue(person, rsa_key(), middle, signs=False)
    own["rsa1024"] = issue(person, rsa_key(1024), middle, purposes=signing)
    own["expired"] = issue(person, rsa_key(), middle, purposes=signing,
                           start=datetime(2024, 1, 1, tzinfo=timezone.utc),
                           end=datetime(2025, 1, 1, tzinfo=timezone.utc))
    own["self"] = issue(person, rsa_key(), purposes=[ADOBE], basic=False)
    curve = issue(name("Racine P-521"), ec.generate_private_key(ec.SECP521R1()), authority=True)
    own["curve-root"] = curve
    own["under-p521"] = issue(person, ec.generate_private_key(ec.SECP256R1()), curve)
    false_root = issue(name("Racine de l'académie"), rsa_key(), authority=True)
    false_middle = issue(name("Autorité des personnels"), rsa_key(), false_root, authority=True)
    own["false-root"] = false_root
    own["impostor"] = issue(person, rsa_key(), false_middle, purposes=signing)
    own["stamper"] = issue(name("Horodatage de l'académie"), rsa_key(), middle,
                           purposes=[ExtendedKeyUsageOID.TIME_STAMPING])
    # Same key, issuer and number, another name: only the digest of the certificate tells.
    head = own["head"]
    own["namesake"] = issue(name("Jeanne Exemple"), head.key, middle, purposes=signing,
                            serial=head.certificate.serial_number)
    # A person's own certificate made to issue others: no authority.
    person_as_authority = issue(name("Personne quelconque"), rsa_key(), middle, purposes=signing)
    own["person"] = person_as_authority
    own["under-person"] = issue(person, rsa_key(), person_as_authority, purposes=signing)
    return own
