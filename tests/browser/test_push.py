"""Notifications while no page is open: switched on in the settings, shown by the service worker."""

import json

from playwright.sync_api import expect

from agentex_web.push.models import Subscription
from tests.support.axe import assert_accessible
from tests.support.browser import OpenPage
from tests.support.chat_page import wait
from tests.support.people import Person
from tests.support.shots import shoot
from tests.support.stack import Stack

SERVICE = """
// Chromium without a screen has no push service. The keys are as long as a browser's.
Notification.requestPermission = async () => "granted";
let subscription = null;
PushManager.prototype.getSubscription = async () => subscription;
PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
  if (!userVisibleOnly || applicationServerKey.length !== 65) throw new Error("refused");
  subscription = {
    endpoint: "https://push.example.com/a-browser",
    options: { applicationServerKey: applicationServerKey.buffer },
    getKey: (name) => new Uint8Array(name === "auth" ? 16 : 65).fill(4).buffer,
    unsubscribe: async () => (subscription = null),
  };
  return subscription;
};
"""
LISTEN = """() => {
  self.notes = [];
  self.registration.showNotification = async (title, options) => self.notes.push([title, options.body, options.tag]);
}"""
TELL = """news => {
  // A script's own event cannot be waited for.
  const event = new PushEvent("push", { data: news });
  event.waitUntil = () => {};
  self.dispatchEvent(event);
}"""


def test_a_browser_is_switched_on_and_off_and_its_service_worker_tells_unless_the_page_is_in_view(
    stack: Stack, person: Person, open_page: OpenPage
) -> None:
    page = open_page(
        person,
        "/settings/",
        service_workers="allow",
        before=lambda page: page.add_init_script(SERVICE),
    )
    box = page.get_by_label("Show notifications in this browser while no page is open")
    box.check()
    wait(page, lambda: Subscription.objects.filter(person=person.user).count() == 1, "the subscription")
    assert Subscription.objects.get(person=person.user).session_key
    shoot(page, "settings")
    assert_accessible(page, "settings")
    box.uncheck()
    wait(page, lambda: not Subscription.objects.filter(person=person.user).exists(), "its end")
    expect(box).to_be_enabled()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    worker = page.context.service_workers[0]
    worker.evaluate(LISTEN)
    for number, url in enumerate(("/settings/", "/tasks/1/")):
        news = {"title": f"Chat {number}", "body": "An answer is ready.", "tag": str(number), "url": url}
        worker.evaluate(TELL, json.dumps(news))
    wait(page, lambda: worker.evaluate("self.notes.length"), "a notification")
    assert worker.evaluate("self.notes") == [["Chat 1", "An answer is ready.", "1"]]
