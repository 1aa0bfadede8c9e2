"""ERR214: a failure that comes back as a value, which nobody looks at."""

from tests.proofs.outcome import Outcome
from tests.proofs.proof import Program, Proof
from tests.proofs.running.plain import Call


def came_back(outcome: Outcome) -> bool:
    """The caller is told of no error."""
    return outcome.raised is None


proofs = (
    Proof(
        rule="ERR214",
        claim="the command ends with 1, and the caller takes the copy to be made",
        fault=came_back,
        run=Call("copy()"),
        bad=Program(
            """
            import subprocess

            def copy():
                subprocess.run(["cp", "/nowhere", "/tmp/copy"])
                return "copied"
            """,
            shows="returns 'copied'; no record",
        ),
        good=Program(
            """
            import subprocess

            def copy():
                subprocess.run(["cp", "/nowhere", "/tmp/copy"], check=True)
                return "copied"
            """,
            shows="raises CalledProcessError; no record",
        ),
        fixed="raises CalledProcessError; no record",
    ),
    Proof(
        rule="ERR214",
        claim="the shop answers 500, and its apology is read as a price",
        fault=came_back,
        run=Call("price_from_a_broken_shop()"),
        caller="""
            import httpx

            import program

            def price_from_a_broken_shop():
                transport = httpx.MockTransport(lambda request: httpx.Response(500, text="sorry"))
                program.httpx.get = httpx.Client(transport=transport).get
                return program.price("https://shop.example/7")
        """,
        bad=Program(
            """
            import httpx

            def price(url):
                response = httpx.get(url)
                return f"{response.text} EUR"
            """,
            shows="returns 'sorry EUR'; no record",
        ),
        good=Program(
            """
            import httpx

            def price(url):
                response = httpx.get(url)
                response.raise_for_status()
                return f"{response.text} EUR"
            """,
            shows="raises HTTPStatusError; no record",
        ),
        fixed="raises HTTPStatusError; no record",
    ),
)
