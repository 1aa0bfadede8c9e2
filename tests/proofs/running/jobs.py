"""Jobs of Celery and calls of gRPC: they end in a state of the framework's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from typing import ClassVar

from tests.proofs.outcome import Outcome

SECONDS = 10
"""How long a client waits."""


@dataclass(frozen=True)
class Celery:
    """Runs a task of the program's `app` where it is called, as a worker would; an expression says which."""

    expression: str

    libraries: ClassVar[tuple[str, ...]] = ("celery",)
    warm: ClassVar[tuple[str, ...]] = (
        "celery.app.task",
        "celery.app.trace",
        "celery.app.builtins",
        "celery.fixups",
        "celery.result",
    )

    def __str__(self) -> str:
        return f"`{self.expression}`"

    def __call__(self, module: str) -> Outcome:
        program = import_module(module)
        program.app.conf.update(task_always_eager=True, broker_url="memory://localhost")
        ended = eval(self.expression, vars(program))
        return Outcome(state=ended.state, result=repr(ended.result) if ended.successful() else None)


@dataclass(frozen=True)
class Rpc:
    """A client calls one of the program's `methods`, handlers by name that take and give bytes."""

    method: str

    libraries: ClassVar[tuple[str, ...]] = ("grpc",)
    warm: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return f"rpc `{self.method}`"

    def __call__(self, module: str) -> Outcome:
        import grpc

        methods = import_module(module).methods
        server = grpc.server(ThreadPoolExecutor(1))
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("Shop", methods),))
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            try:
                answer = channel.unary_unary(f"/Shop/{self.method}")(b"", timeout=SECONDS)
                outcome = Outcome(state="OK", result=repr(answer))
            except grpc.RpcError as error:
                outcome = Outcome(state=error.code().name, body=error.details())
        server.stop(None).wait()
        return outcome
