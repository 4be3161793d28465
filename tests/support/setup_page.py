"""Shows the page that creates the first account, in a database that already has accounts."""

from concurrent.futures import ThreadPoolExecutor

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from playwright.sync_api import Page, expect

from agentex_web.accounts import setup
from agentex_web.accounts.models import FirstAccount


def show_setup_page(page: Page, site: str) -> None:
    """Opens the setup page on the site, as it is while there are no accounts."""
    path = setup.setup_link().removeprefix(setup.origin())
    # Django's test client runs its own event loop, and this thread already has Playwright's.
    with ThreadPoolExecutor(1) as pool:
        html = pool.submit(_before_the_first_account, path).result()
    page.route(f"**{path}", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(site + path)
    expect(page.get_by_role("heading", name="Create the first account")).to_be_visible()


def _before_the_first_account(path: str) -> str:
    """Renders the page as before the first account. Deleted rows are restored before this returns."""
    try:
        with transaction.atomic():
            User.objects.all().delete()
            FirstAccount.objects.all().delete()
            page = Client(headers={"host": "127.0.0.1"}).get(path)
            transaction.set_rollback(True)
    finally:
        connection.close()
    return str(page.text)
