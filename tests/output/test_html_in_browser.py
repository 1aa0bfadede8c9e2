"""The page in a real browser: it filters, opens, follows links, is used by keyboard, and asks nobody for anything."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.command import run, tree
from tests.output.pages import ATTACK, many, project
from tests.tools import require

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

OPTIONS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)
MANY = 5000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    require(chromium, "Chromium (Debian's `chromium`)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=OPTIONS.split())
        yield started
        started.close()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project(tmp_path_factory.mktemp("small"))


class Visit:
    """A page that is open, and what it did that it should not."""

    def __init__(self, browser: Browser, file: Path, anchor: str = "", **options: Any) -> None:
        self.complaints: list[str] = []
        self.requests: list[str] = []
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        self.page: Page = context.new_page()
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append("something ran"))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.address = file.as_uri()
        self.page.goto(f"{self.address}{anchor}")

    @property
    def shown(self) -> list[str]:
        """The rules of the findings that are shown."""
        found = self.page.eval_on_selector_all(
            ".finding", "all => all.filter(each => each.checkVisibility()).map(each => each.dataset.rule)"
        )
        assert isinstance(found, list)
        return found

    @property
    def focused(self) -> int:
        """Which of the shown findings has the focus, -1 for none."""
        script = (
            "[...document.querySelectorAll('.finding:not([hidden])')].indexOf(document.activeElement.parentElement)"
        )
        return int(self.page.evaluate(script))

    def wait_for(self, count: str) -> None:
        from playwright.sync_api import expect

        expect(self.page.locator("#count")).to_have_text(count)


@pytest.fixture
def visit(browser: Browser, small: Path) -> Iterator[Visit]:
    visit = Visit(browser, small)
    yield visit
    assert visit.complaints == []
    assert {request for request in visit.requests if not request.startswith("data:")} == {visit.address}
    visit.page.context.close()


def test_filters_and_search(visit: Visit) -> None:
    page = visit.page
    everything = visit.shown
    page.locator("select[name=rule]").select_option("ERR105")
    visit.wait_for(f"2 of {len(everything)}")
    assert visit.shown == ["ERR105", "ERR105"]
    page.locator("select[name=folder]").select_option("shop/web")
    visit.wait_for(f"1 of {len(everything)}")
    page.wait_for_url(f"{visit.address}#rule=ERR105&folder=shop%2Fweb")
    page.get_by_role("button", name="Clear").click()
    visit.wait_for(f"{len(everything)} findings")
    page.locator("select[name=fix]").select_option("safe")
    visit.wait_for(f"{everything.count('ERR102')} of {len(everything)}")
    page.get_by_role("button", name="Clear").click()
    page.get_by_role("checkbox", name="warning").uncheck()
    errors = page.locator(".finding b.error").count()
    visit.wait_for(f"{errors} of {len(everything)}")
    assert page.locator(".finding:not([hidden]) b.warning").count() == 0
    page.get_by_role("checkbox", name="warning").check()
    page.get_by_role("searchbox").fill("OPEN(path) return")
    visit.wait_for(f"1 of {len(everything)}")
    assert visit.shown == ["ERR203"]
    assert page.locator(".file:not([hidden]) h3 small").inner_text() == "1 of 2"
    page.get_by_role("searchbox").fill("no such thing")
    visit.wait_for(f"0 of {len(everything)}")
    assert page.get_by_text("No finding is like that.").is_visible()


def test_numbers_lead_to_what_they_count_and_the_address_keeps_it(visit: Visit) -> None:
    page = visit.page
    page.locator("#by-folder").get_by_role("button", name="Folders in shop/").click()
    assert not page.locator("#by-folder").get_by_role("link", name="web/").is_visible()
    page.locator("#by-rule").get_by_title("Show only rule ERR102").click()
    visit.wait_for(f"1 of {len(page.query_selector_all('.finding'))}")
    page.reload()
    assert visit.shown == ["ERR102"]


def test_a_finding_opens_and_the_text_of_its_rule_comes_to_it(visit: Visit) -> None:
    page = visit.page
    finding = page.locator(".finding[data-rule=ERR203]")
    finding.locator("summary").click()
    assert finding.locator(".code").get_by_text("return open(path).read()").is_visible()
    finding.get_by_role("link", name="ERR203").click()
    dialog = page.get_by_role("dialog")
    assert "ERR203 broad-handler-unreported" in dialog.inner_text()
    assert page.url.endswith("#ERR203")
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert finding.get_attribute("open") is not None


def test_the_keyboard_is_enough(visit: Visit) -> None:
    page = visit.page
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert visit.focused == 1
    page.keyboard.press("k")
    assert visit.focused == 0
    page.keyboard.press("Enter")
    assert page.locator(".finding[open]").count() == 1
    page.keyboard.press("r")
    assert page.get_by_role("dialog").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("ERR105 j")
    assert page.get_by_role("searchbox").input_value() == "ERR105 j"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.get_by_role("heading", name="Keys").is_visible()
    page.get_by_label("use keys of one character").uncheck()
    page.keyboard.press("Escape")
    page.locator("#findings-title").click()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") != "q"


def test_an_anchor_opens_its_finding_and_a_rule_its_text(browser: Browser, small: Path) -> None:
    first = Visit(browser, small)
    anchor = first.page.locator(".finding[data-rule=ERR102]").get_attribute("id")
    again = Visit(browser, small, f"#{anchor}")
    assert again.page.locator(".finding[open]").get_attribute("data-rule") == "ERR102"
    rule = Visit(browser, small, "#ERR102")
    assert rule.page.locator("article#ERR102").is_visible()
    assert first.complaints + again.complaints + rule.complaints == []


def test_nothing_in_the_code_runs(visit: Visit) -> None:
    page = visit.page
    page.get_by_role("button", name="Open all").click()
    assert page.locator(".finding", has_text=ATTACK).first.is_visible()
    assert page.evaluate("document.images.length + document.querySelectorAll('body script').length") == 0


def test_light_and_dark_and_the_choice_is_remembered(browser: Browser, small: Path) -> None:
    def is_dark(visit: Visit) -> bool:
        colour = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(int(part) for part in colour.removeprefix("rgb(").rstrip(")").split(",")) < 200

    dark = Visit(browser, small, color_scheme="dark")
    assert is_dark(dark)
    dark.page.locator("#theme").select_option("light")
    assert not is_dark(dark)
    dark.page.reload()
    assert not is_dark(dark)
    dark.page.locator("#theme").select_option("")
    assert is_dark(dark)
    assert not is_dark(Visit(browser, small))


@pytest.mark.parametrize("width", [320, 360, 400])
def test_the_totals_of_a_row_stand_at_one_height(browser: Browser, small: Path, width: int) -> None:
    tops = "all => all.map(each => [each.parentElement.offsetTop, each.getBoundingClientRect().top])"
    visit = Visit(browser, small, viewport={"width": width, "height": 800})
    places = visit.page.eval_on_selector_all(".totals dd", tops)
    assert len({row for row, _ in places}) == len({top for _, top in places}) <= 3


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_accessibility(browser: Browser, small: Path, width: int, scheme: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    visit = Visit(
        browser, small, viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    visit.page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(visit.page).response["violations"]
    assert [(each["id"], [node["html"][:200] for node in each["nodes"]][:3]) for each in found] == []
    visit.page.locator("#findings a[href='#ERR203']").click()
    in_dialog = Axe().run(visit.page, context="#dialog").response["violations"]
    assert [(each["id"], each["nodes"]) for each in in_dialog] == []


def test_everything_is_there_without_scripts_and_on_paper(browser: Browser, small: Path) -> None:
    still = Visit(browser, small, java_script_enabled=False)
    assert still.page.locator(".finding[data-rule=ERR203] .message").is_visible()
    assert still.page.locator("#by-folder").get_by_text("static/deep/").is_visible()
    assert not still.page.locator("#filters").is_visible()
    still.page.locator(".finding[data-rule=ERR203] summary").click()
    still.page.locator(".finding[data-rule=ERR203]").get_by_role("link", name="ERR203").click()
    assert still.page.locator("article#ERR203").is_visible()
    paper = Visit(browser, small, color_scheme="dark")
    paper.page.emulate_media(media="print", color_scheme="dark")
    assert not paper.page.locator("#filters").is_visible()
    assert paper.page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"


def test_a_page_without_findings_still_shows_what_was_silenced(browser: Browser, tmp_path: Path) -> None:
    quiet = "def quiet():\n    raise  # errlint: ignore[ERR105] on purpose\n"
    run(tree(tmp_path, {"quiet.py": quiet}), "check", "-o", "html:report.html")
    visit = Visit(browser, tmp_path / "report.html")
    assert visit.page.get_by_role("heading", level=1).inner_text().startswith("No findings in ")
    assert not visit.page.get_by_role("searchbox").is_visible()
    visit.page.get_by_text("1 finding in ignore comments").click()
    assert visit.page.get_by_role("cell", name="on purpose").is_visible()
    visit.page.locator("#silenced").get_by_role("link", name="ERR105").click()
    assert visit.page.get_by_role("dialog").is_visible()
    visit.page.keyboard.press("Escape")
    visit.page.wait_for_url(visit.address)
    assert visit.complaints == []


def test_thousands_of_findings_are_filtered_as_one_types(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "many.html"
    file.write_text(many(MANY), encoding="ascii")
    assert file.stat().st_size < 2200 * MANY
    began = time.perf_counter()
    visit = Visit(browser, file)
    opened = time.perf_counter() - began
    measure = """async text => {
        const search = document.querySelector("input[type=search]"), times = [];
        for (let end = 1; end <= text.length; end += 1) {
            const began = performance.now();
            search.value = text.slice(0, end);
            search.dispatchEvent(new Event("input", { bubbles: true }));
            await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
            times.push(performance.now() - began);
        }
        return times.sort((a, b) => a - b);
    }"""
    times = visit.page.evaluate(measure, "number1234")
    visit.wait_for(f"1 of {MANY}")
    print(f"opened in {opened:.1f} s; a key takes {times[len(times) // 2]:.0f} ms, {times[-1]:.0f} at most")
    assert opened < 20
    assert times[len(times) // 2] < 250  # leaves room for a busy machine
    assert visit.complaints == []
    visit.page.context.close()
