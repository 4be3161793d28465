"""The HTML that rendered text may contain: nh3 (ammonia) removes everything that is not listed here."""

from functools import cache

import nh3

_TAGS = set(
    (
        "a abbr b blockquote br code del details div em h1 h2 h3 h4 h5 h6 hr i img input ins kbd label li "
        "mark ol p pre s span strong sub summary sup table tbody td th thead tr u ul"
    ).split()
)
_ATTRIBUTES = {
    "a": {"href", "title", "target", "class"},
    "code": {"class"},
    "details": {"open"},
    "div": {"class", "data-language"},
    "img": {"src", "alt", "title", "loading"},
    "input": {"type", "checked", "disabled", "class"},
    "li": {"class"},
    "ol": {"start"},
    "p": {"class"},
    "span": {"class"},
    "sup": {"class"},
    "td": {"class"},
    "th": {"class"},
    "ul": {"class"},
}


@cache
def cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}, "img": {"loading": "lazy"}},
    )
