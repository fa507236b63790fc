"""A function as it is deployed, but for its warehouse: the service of `warehouse_server` in the place of BigQuery.

functions-framework loads this file in the place of a function's main.py, whichever function it is.
"""

import os
from dataclasses import replace
from importlib import import_module

from shared import bootstrap
from shared.config import Config
from shared.service.app import App
from tests.chaos.remote_warehouse import PORT_VARIABLE, RemoteWarehouse

TARGET = os.environ["FUNCTION_TARGET"]


def mixed(config: Config) -> App:
    """Return an App on Pub/Sub and Firestore, and on the warehouse that the environment names."""
    return replace(bootstrap.cloud(config), warehouse=RemoteWarehouse(int(os.environ[PORT_VARIABLE])))


bootstrap.open_app = mixed
globals()[TARGET] = getattr(import_module(f"functions.{TARGET}.main"), TARGET)
