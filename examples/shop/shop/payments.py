"""A client of the payment provider."""

import logging

import requests

logger = logging.getLogger(__name__)


class PaymentGatewayError(Exception):
    """The provider could not be reached, or gave an answer that makes no sense."""


class CardDeclined(Exception):
    """The provider refused the card."""


class PaymentClient:
    """Charges cards over HTTP."""

    def __init__(self, url):
        self.url = url

    def charge(self, card, amount):
        try:
            answer = requests.post(f"{self.url}/charges", json={"card": card, "amount": amount}, timeout=10)
        except requests.RequestException as error:
            logger.exception("cannot charge %s: %s", amount, error)
            raise PaymentGatewayError("no answer from the payment provider") from error
        if answer.status_code == 402:
            raise CardDeclined("the provider refused the card")
        if not answer.ok:
            logger.exception("the provider answered %s", answer.status_code)
            raise PaymentGatewayError(f"the provider answered {answer.status_code}")
        return answer.json()["receipt"]
