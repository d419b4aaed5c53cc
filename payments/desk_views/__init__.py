"""Officers' pages of money: the cashier's desk, shifts, the accountant's ledger, receipts."""
