"""ERR411: a trace shows that all went well."""

from tests.proofs.outcome import Outcome
from tests.proofs.proof import Program, Proof
from tests.proofs.running.plain import Call


def looks_well(outcome: Outcome) -> bool:
    """The span knows of no error."""
    return outcome.result is not None and "ERROR" not in outcome.result


_CALLER = """
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    spans = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    trace.set_tracer_provider(provider)

    from program import charge

    def span_of_a_failure():
        charge(7)
        (span,) = spans.get_finished_spans()
        return f"status {span.status.status_code.name}, {[event.name for event in span.events]}"
"""

proofs = (
    Proof(
        rule="ERR411",
        claim="the span of a payment that failed is one of a payment that did not",
        fault=looks_well,
        run=Call("span_of_a_failure()"),
        caller=_CALLER,
        bad=Program(
            """
            import logging

            from opentelemetry import trace

            logger = logging.getLogger(__name__)
            tracer = trace.get_tracer(__name__)

            def pay(order):
                raise ConnectionError("no bank")

            def charge(order):
                span = tracer.start_span("charge")
                try:
                    pay(order)
                except ConnectionError:
                    logger.exception("order %s is not charged", order)
                finally:
                    span.end()
            """,
            shows="returns 'status UNSET, []'; 1 record: ERROR of program with ConnectionError",
        ),
        good=Program(
            """
            import logging

            from opentelemetry import trace

            logger = logging.getLogger(__name__)
            tracer = trace.get_tracer(__name__)

            def pay(order):
                raise ConnectionError("no bank")

            def charge(order):
                span = tracer.start_span("charge")
                try:
                    pay(order)
                except ConnectionError as error:
                    span.record_exception(error)
                    span.set_status(trace.StatusCode.ERROR)
                    logger.exception("order %s is not charged", order)
                finally:
                    span.end()
            """,
            shows="returns \"status ERROR, ['exception']\"; 1 record: ERROR of program with ConnectionError",
        ),
    ),
)
