"""Pages of a heading, a sentence and a way on have the same markup, so axe checks only the page for 404."""

from html.parser import HTMLParser

import pytest
from django.template.loader import render_to_string
from django.test import Client

# Attributes whose values are words or addresses.
WORDS = ("href", "src", "content", "integrity")


class Skeleton(HTMLParser):
    """The elements of a page with their attributes, without its words.

    Attributes:
        texts: the words of the title, of each heading and link, and of the sentence.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[tuple[str, str], ...]]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # The styles of some of them are also those of the login, which axe checks.
        if ("class", "overline error-code") not in attrs and ("rel", "stylesheet") not in attrs:
            # How wide the sheet is, is no barrier.
            kept = [(name, (value or "").replace("sheet wide", "sheet ")) for name, value in attrs]
            self.elements.append((tag, tuple(each for each in kept if each[0] not in WORDS)))
        self.texts += [""] if tag in ("title", "h1", "a") or ("class", "lede") in attrs else []

    def handle_data(self, data: str) -> None:
        if self.texts:
            self.texts[-1] += data.strip()


@pytest.mark.parametrize(
    "template",
    [
        "400.html",
        "403.html",
        "403_csrf.html",
        "429.html",
        "accounts/setup_gone.html",
        "accounts/invitation_closed.html",
        "account/password_reset_without_mail.html",
    ],
)
def test_a_page_without_a_form_looks_like_that_for_404(template: str) -> None:
    page = Skeleton(render_to_string(template))
    assert page.elements == Skeleton(render_to_string("404.html")).elements
    assert all(page.texts), page.texts


@pytest.mark.django_db
def test_refusals_are_shown_on_these_pages() -> None:
    pages = {
        400: Client().get("/", headers={"host": "elsewhere.example"}),
        403: Client(enforce_csrf_checks=True).post("/accounts/login/"),
        404: Client().get("/nothing/"),
    }
    for status, page in pages.items():
        assert page.status_code == status and f"{status}</p>" in page.text
