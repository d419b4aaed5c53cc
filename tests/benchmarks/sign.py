"""`python -m tests.benchmarks.sign`, started by `make bench-sign`: JSON lines. See docs/benchmarks.md.

A one-page official paper is signed with stamp and QR code, as a result is: PAPERS (50) one by one and as one batch, with a key of
RSA-2048 and one of ECDSA P-256, from PKCS#12 files, without time-stamps. Works in a database of its own, which is dropped.
"""

import json
import os
import signal
import statistics
import sys
import time
from typing import Any

from tests.benchmarks.run import portal_of_its_own

KINDS = {"rsa": "RSA-2048", "ec": "ECDSA P-256"}


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if not os.environ.get("DATABASE_URL"):
        print("DATABASE_URL is not set; `make bench-sign` brings a database of its own.", file=sys.stderr)
        return 2
    with portal_of_its_own("motcua-bench-sign-") as directory:
        os.environ["SIGNING_KEYS_DIR"] = str(directory / "keys")
        os.environ["SIGNATURE_TRUST_DIR"] = str(directory / "trust")
        _measure(max(int(os.environ.get("PAPERS") or 50), 1))
    return 0


def _measure(papers: int) -> None:
    # Django reads its settings at import, and those stand in the environment only now.
    import django

    django.setup()
    from portal.accounts.enums import AgencyLevel
    from portal.accounts.models import Agency
    from portal.core.actors import SYSTEM
    from portal.documents import services
    from portal.documents.services import PaperToSign, Stamp
    from tests.documents.agency_keys import URL, letter

    content = letter()
    _line({"setting": "sign", "papers": papers, "bytes": len(content), "load": os.getloadavg()})
    for number, (kind, name) in enumerate(KINDS.items()):
        agency = Agency.objects.create(code=f"H99.{number}", name=f"Cơ quan thử {number}", level=AgencyLevel.COMMUNE)
        services.make_demo_certificates(actor=SYSTEM, agency_ids=[agency.pk], key_kind=kind)

        def one(agency_id: int = agency.pk) -> Any:
            return services.sign_pdf(
                content,
                agency_id=agency_id,
                signer_name="Phạm Thị Dung",
                signer_title="Chủ tịch",
                reason="Phê duyệt",
                stamp=Stamp(URL),
            )

        signed = one()
        assert signed.finding.is_good, signed.finding
        times = []
        for _round in range(papers):
            begun = time.perf_counter()
            one()
            times.append((time.perf_counter() - begun) * 1_000)
        batch = [PaperToSign(content, "Phạm Thị Dung", "Chủ tịch", "Phê duyệt", Stamp(URL)) for _place in range(papers)]
        begun, worked = time.perf_counter(), time.process_time()
        with services.open_signing_desk(agency.pk) as desk:
            results = [desk.sign(paper) for paper in batch]
        spent, worked = time.perf_counter() - begun, time.process_time() - worked
        assert all(result.finding.is_good for result in results)
        ordered = sorted(times)
        _line(
            {
                "key": name,
                "one_ms": {
                    "median": round(statistics.median(ordered), 1),
                    "p95": round(ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)], 1),
                },
                "batch": {"papers": papers, "seconds": round(spent, 2), "a_second": round(papers / spent, 1)},
                # What one costs whatever else the machine does.
                "processor_ms_each": round(worked * 1_000 / papers, 1),
                "signed_bytes": len(signed.content),
                "load": os.getloadavg(),
            }
        )


def _line(values: dict[str, Any]) -> None:
    print(json.dumps(values, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    sys.exit(main())
