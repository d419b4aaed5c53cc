"""The national payment platform played in a thread: INIT, QUERY, GET_BILL, and notifications, with a hash of its own.

Nothing here comes from the code under test: field orders are written out once more, on purpose.
"""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.factories.dossiers import pdf_bytes

PARTNER = "MOTCUA36"
SECRET = "khoa-bi-mat-cua-nen-tang-0123456789"
TOKEN = "the-truy-cap-cua-truc-tich-hop"

Answer = tuple[int, bytes, dict[str, str]]


def sha256_of(*values: str) -> str:
    return hashlib.sha256("|".join([*values, SECRET]).encode()).hexdigest()


def confirmation(reference: str, amount: int, **changes: Any) -> dict[str, Any]:
    """What the platform posts when a payment is over: paid, unless changed. A changed MaXacThuc stays as it is given."""
    told: dict[str, Any] = {
        "LoaiBanTin": "CONFIRM",
        "MaLoi": "00",
        "MaDoiTac": PARTNER,
        "MaThamChieu": reference,
        "SoTien": amount,
        "MaTienTe": "VND",
        "MaGiaoDich": "NP0000012345",
        "MaNganHang": "VCB",
        "ThoiGianGD": "20250505083512",
        "ThongTinGiaoDich": "Nop le phi H36-250505-0001",
    } | changes
    names = ["LoaiBanTin", "MaLoi", "MaDoiTac", "MaThamChieu", "SoTien", "MaTienTe", "MaGiaoDich", "MaNganHang"]
    names += ["ThoiGianGD", "ThongTinGiaoDich"]
    told.setdefault("MaXacThuc", sha256_of(*(str(told.get(name, "")) for name in names)))
    return told


class Platform(ThreadingHTTPServer):
    """Orders by reference, what it was asked, and how it misbehaves: `answers[kind]` takes the place of an answer."""

    daemon_threads = True

    def __init__(self) -> None:
        self.orders: dict[str, dict[str, Any]] = {}
        self.heard: list[dict[str, Any]] = []
        self.tokens: list[str | None] = []
        self.answers: dict[str, Callable[[dict[str, Any]], Answer]] = {}
        self.query_changes: dict[str, Any] = {}
        self.init_changes: dict[str, Any] = {}
        self.followed: list[str] = []
        self.is_over = threading.Event()
        self.lock = threading.Lock()
        self.bill = pdf_bytes("Bien lai")
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def pay(self, reference: str, state: str = "1") -> dict[str, Any]:
        """Somebody pays on the platform's page; gives the notification it would send."""
        order = self.orders[reference]
        order["TrangThaiGD"] = state
        return confirmation(reference, int(order["SoTien"]), MaLoi="00" if state == "1" else "99")

    def asked(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.heard if message["LoaiBanTin"] == kind]

    def answer(self, message: dict[str, Any]) -> Answer:
        kind = message["LoaiBanTin"]
        if kind in self.answers:
            return self.answers[kind](message)
        if not _is_hash_right(message):
            return as_json({"MaLoi": "97", "MoTaLoi": "Sai ma xac thuc"})
        if kind == "INIT":
            return self._init(message)
        order = self.orders.get(message["MaThamChieu"])
        if order is None:
            return as_json({"MaLoi": "01", "MaThamChieu": message["MaThamChieu"]})
        return self._query(order) if kind == "QUERY" else (200, self.bill, {"Content-Type": "application/pdf"})

    def _init(self, message: dict[str, Any]) -> Answer:
        reference = message["MaThamChieu"]
        with self.lock:
            order = self.orders.setdefault(reference, {**message, "TrangThaiGD": "3", "inits": 0})
            order["inits"] += 1
        return as_json(
            {
                "MaLoi": "00",
                "MaThamChieu": reference,
                # Every INIT of the same order answers another session of its page, as a careless platform may.
                "UrlThanhToan": f"{self.url}/trang/{reference}?phien={order['inits']}",
            }
            | self.init_changes
        )

    def _query(self, order: dict[str, Any]) -> Answer:
        told: dict[str, Any] = {
            "LoaiBanTin": "QUERY",
            "MaLoi": "00",
            "MaDoiTac": PARTNER,
            "MaThamChieu": order["MaThamChieu"],
            "SoTien": int(order["SoTien"]),
            "MaTienTe": "VND",
            "MaGiaoDich": "NP0000012345",
            "MaNganHang": "VCB",
            "ThoiGianGD": "20250505083512",
            "ThongTinGiaoDich": order["ThongTinGiaoDich"],
            "TrangThaiGD": order["TrangThaiGD"],
        } | self.query_changes
        names = ["LoaiBanTin", "MaLoi", "MaDoiTac", "MaThamChieu", "SoTien", "MaTienTe", "MaGiaoDich", "MaNganHang"]
        names += ["ThoiGianGD", "ThongTinGiaoDich", "TrangThaiGD"]
        told.setdefault("MaXacThuc", sha256_of(*(str(told[name]) for name in names)))
        return as_json(told)


def as_json(told: Any, status: int = 200) -> Answer:
    return status, json.dumps(told).encode(), {"Content-Type": "application/json"}


def _is_hash_right(message: dict[str, Any]) -> bool:
    names = ["LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu"]
    if message["LoaiBanTin"] == "INIT":
        names += ["SoTien", "LoaiHinhThanhToan", "MaKenhThanhToan", "MaThietBi", "NgonNgu", "MaTienTe", "MaNganHang"]
        names += ["ThongTinGiaoDich", "ThoiGianGD", "Ip"]
    else:
        names += ["ThoiGianGD"]
    return bool(message["MaXacThuc"] == sha256_of(*(message[name] for name in names)))


class _Handler(BaseHTTPRequestHandler):
    server: Platform

    def do_POST(self) -> None:
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.heard.append(message)
        self.server.tokens.append(self.headers.get("Authorization"))
        status, body, headers = self.server.answer(message)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            # The portal hung up on a body that is too big.
            self.close_connection = True

    def do_GET(self) -> None:
        self.server.followed.append(self.path)
        self.send_error(404)

    def log_message(self, format: str, *args: Any) -> None:
        return


@contextmanager
def running_platform() -> Iterator[Platform]:
    with Platform() as platform:
        thread = threading.Thread(target=platform.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield platform
        finally:
            platform.is_over.set()
            platform.shutdown()
            thread.join()


def _redirecting(platform: Platform) -> Callable[[dict[str, Any]], Answer]:
    return lambda _message: (302, b"", {"Location": f"{platform.url}/noi-khac"})


MISBEHAVIOURS: dict[str, Callable[[Platform], Callable[[dict[str, Any]], Answer]]] = {
    "html": lambda _: lambda _m: (200, b"<html><body>Bao tri</body></html>", {"Content-Type": "text/html"}),
    "nothing": lambda _: lambda _m: (200, b"", {}),
    "a list": lambda _: lambda _m: as_json([]),
    "a server error": lambda _: lambda _m: as_json({"MaLoi": "00"}, 500),
    "a redirect": _redirecting,
    "a huge body": lambda _: lambda _m: (200, b" " * 7_000_000, {}),
    "no code": lambda _: lambda _m: as_json({"UrlThanhToan": "https://nen-tang.example.vn/"}),
    "an odd code": lambda _: lambda _m: as_json({"MaLoi": "<script>"}),
    "another order": lambda p: lambda _m: as_json({"MaLoi": "00", "MaThamChieu": "KHAC1", "UrlThanhToan": p.url}),
}
