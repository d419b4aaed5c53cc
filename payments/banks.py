"""Banks that take a transfer by account number (NAPAS 247): their six-digit number (BIN) and the name people know."""

BANKS: dict[str, str] = {
    "970405": "Agribank",
    "970436": "Vietcombank",
    "970415": "VietinBank",
    "970418": "BIDV",
    "970407": "Techcombank",
    "970422": "MB",
    "970416": "ACB",
    "970432": "VPBank",
    "970423": "TPBank",
    "970403": "Sacombank",
    "970437": "HDBank",
    "970441": "VIB",
    "970443": "SHB",
    "970431": "Eximbank",
    "970426": "MSB",
    "970429": "SCB",
    "970449": "LPBank",
    "970440": "SeABank",
    "970448": "OCB",
    "970428": "Nam A Bank",
    "970425": "ABBANK",
    "970409": "Bac A Bank",
    "970412": "PVcomBank",
    "970419": "NCB",
    "970427": "VietABank",
    "970454": "BVBank",
    "970452": "Kienlongbank",
    "970400": "Saigonbank",
    "970430": "PGBank",
    "970446": "Co-opBank",
    "970433": "VietBank",
    "970438": "BaoViet Bank",
    "970424": "Shinhan Bank",
    "970457": "Woori Bank",
}


def bank_name(bank: str) -> str:
    """The name people know, or the number itself for a bank that is not listed."""
    return BANKS.get(bank, bank)
