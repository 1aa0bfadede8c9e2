"""Orders in a SQLite database."""

import sqlite3


class OrderRepository:
    """Reads and writes the table of orders."""

    def __init__(self, path):
        self.connection = sqlite3.connect(path)
        self.connection.row_factory = sqlite3.Row

    def get(self, order_id):
        return self.connection.execute("SELECT * FROM orders WHERE id = ?", (order_id,)).fetchone()

    def of_customer(self, customer):
        return self.connection.execute("SELECT * FROM orders WHERE customer = ?", (customer,)).fetchall()

    def mark_paid(self, order_id, receipt):
        try:
            self.connection.execute("UPDATE orders SET paid = 1, receipt = ? WHERE id = ?", (receipt, order_id))
            self.connection.commit()
        except sqlite3.Error as error:
            self.connection.rollback()
            raise error

    def remember_visit(self, customer):
        try:
            self.connection.execute("INSERT INTO visits (customer) VALUES (?)", (customer,))
            self.connection.commit()
        except sqlite3.OperationalError:
            pass
