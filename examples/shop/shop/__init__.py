"""A small shop that takes orders, charges cards and sends receipts."""
