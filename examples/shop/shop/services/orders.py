"""What can be done with an order, whoever asks for it."""

from fastapi import HTTPException

from shop.payments import PaymentClient
from shop.repositories.orders import OrderRepository
from shop.settings import load_settings


class OrderService:
    """Finds orders and lets them be paid."""

    def __init__(self, repository, payments):
        self.repository = repository
        self.payments = payments

    @classmethod
    def from_settings(cls):
        settings = load_settings()
        return cls(OrderRepository(settings["database"]), PaymentClient(settings["payment_url"]))

    def find(self, order_id):
        order = self.repository.get(order_id)
        if order is None:
            raise HTTPException(404, f"there is no order {order_id}")
        return order

    def pay(self, order_id, card):
        order = self.find(order_id)
        if order["paid"]:
            raise Exception(f"order {order_id} is paid already")
        receipt = self.payments.charge(card, order["total"])
        self.repository.mark_paid(order_id, receipt)
        return receipt

    def total_of(self, customer):
        try:
            return sum(order["total"] for order in self.repository.of_customer(customer))
        except Exception:
            return 0
