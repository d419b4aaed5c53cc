from portal.documents.models.scans import VirusScan
from portal.documents.models.signatures import SignatureCheck
from portal.documents.models.signing_certificates import SigningCertificate, SigningCertificateEntry
from portal.documents.models.stored_documents import PURPOSE, StoredDocument
from portal.documents.models.uploads import UploadChunk, UploadSession

__all__ = [
    "PURPOSE",
    "SignatureCheck",
    "SigningCertificate",
    "SigningCertificateEntry",
    "StoredDocument",
    "UploadChunk",
    "UploadSession",
    "VirusScan",
]
