"""The settings of the shop, from a file in JSON."""

import json
import os
from pathlib import Path


class SettingsError(Exception):
    """The shop cannot start with these settings."""


def load_settings():
    path = Path(os.environ.get("SHOP_SETTINGS", "shop.json"))
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise SettingsError(f"{path} cannot be read")
    for key in ("database", "payment_url"):
        if key not in settings:
            raise SettingsError(f"{path} holds no {key!r}")
    return settings
