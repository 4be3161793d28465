from tests.test_browser_admin import *


def test_x(chief, task, open_page):
    page = open_page(chief, f"/admin/tasks/task/{task.pk}/change/")
    page.screenshot(path="/tmp/admin.png", full_page=True)
    print(page.url, page.title())
    print(page.content()[-9000:])
    assert 0
