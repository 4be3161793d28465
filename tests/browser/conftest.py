"""Tests in this folder keep the browser running, also those that use none. Starting it again costs 2 s of CPU."""

import pytest
from playwright.sync_api import Browser


@pytest.fixture(autouse=True)
def kept_browser(browser: Browser) -> None:
    pass
