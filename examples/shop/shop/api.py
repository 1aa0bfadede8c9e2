"""The HTTP interface of the shop."""

import logging

from fastapi import APIRouter, HTTPException

from shop.payments import CardDeclined, PaymentGatewayError
from shop.services.orders import OrderService

logger = logging.getLogger(__name__)
router = APIRouter(prefix="/orders")
orders = OrderService.from_settings()


@router.get("/{order_id}")
def show(order_id: str):
    try:
        number = int(order_id)
    except ValueError:
        raise HTTPException(400, f"{order_id!r} is not an order number")
    return orders.find(number)


@router.post("/{order_id}/payment")
def pay(order_id: int, card: str):
    try:
        receipt = orders.pay(order_id, card)
    except CardDeclined as declined:
        raise HTTPException(402, str(declined)) from declined
    except PaymentGatewayError as error:
        raise HTTPException(502, "the payment provider does not answer") from error
    except Exception as error:
        logger.error("cannot pay order %s: %s", order_id, error)
        raise HTTPException(500, "cannot pay this order") from error
    return {"receipt": receipt}
