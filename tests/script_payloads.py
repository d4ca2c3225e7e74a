"""Texts that try to run a script in the browser of whoever reads them, or to make it call another server.

JS stands for a call that notes the payload's number, NET for the address of a server that nobody should call.
"""

_TEXTS = r"""
<script>JS</script>
<ScRiPt >JS</sCrIpT >
<script src="NET"></script>
<script type="module">JS</script>
</title></style></textarea></script><script>JS</script>
"></h2><script>JS</script>
'-JS-'
</p></div><img src=x onerror=JS>
<img src=x onerror=JS>
<img src="x" onerror="JS" style="display:block">
<img src=NET>
<img srcset="NET 1x">
<image href=x onerror=JS>
<svg onload=JS>
<svg><script>JS</script></svg>
<svg><animate onbegin=JS attributeName=x dur=1s>
<svg><a xlink:href="javascript:JS"><text y=20>text</text></a></svg>
<svg><use href="data:image/svg+xml;base64,PHN2Zy8+#x"></use></svg>
<svg><foreignObject><img src=x onerror=JS></foreignObject></svg>
<svg><style><img src=x onerror=JS></style></svg>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=JS&gt;">
<math><mi//xlink:href="data:x,<script>JS</script>">
<math href="javascript:JS">odkaz</math>
<form><math><mtext></form><form><mglyph><style></math><img src onerror=JS>
<svg></p><style><a id="</style><img src=1 onerror=JS>">
<noscript><p title="</noscript><img src=x onerror=JS>">
<template><img src=x onerror=JS></template>
<template shadowrootmode=open><img src=x onerror=JS></template>
<xmp><p title="</xmp><img src=x onerror=JS>"></xmp>
<textarea><img title="</textarea><img src=x onerror=JS>"></textarea>
<iframe srcdoc="<script>parent.JS</script>"></iframe>
<iframe src="javascript:parent.JS"></iframe>
<iframe src="NET"></iframe>
<object data="javascript:JS"></object>
<object data="NET"></object>
<embed src="NET">
<a href="javascript:JS">odkaz</a>
<a href="java&#10;script:JS">odkaz</a>
<a href="data:text/html,<script>JS</script>">odkaz</a>
<a href="vbscript:JS">odkaz</a>
<body onload=JS>
<details open ontoggle=JS>text</details>
<input autofocus onfocus=JS>
<select autofocus onfocus=JS></select>
<video src=x onerror=JS></video>
<video><source onerror=JS></video>
<audio src=x onerror=JS>
<marquee onstart=JS>text</marquee>
<div style="animation:x 1s" onanimationstart=JS>text</div>
<style>@keyframes x{} *{animation:x 1s}</style><p onanimationstart=JS>text</p>
<div style="background:url(NET)">text</div>
<div style="width:expression(JS)">text</div>
<style>@import "NET";</style>
<style>body{background:url(NET)}</style>
<link rel=stylesheet href="NET">
<link rel=prefetch href="NET">
<meta http-equiv=refresh content="0;url=javascript:JS">
<meta http-equiv=refresh content="0;url=NET">
<base href="NET/">
<form action="javascript:JS"><button>ok</button></form>
<button onclick=JS popover>text</button>
<p onmouseover=JS tabindex=0 onfocus=JS autofocus>text</p>
<custom-element onconnected=JS contenteditable autofocus onfocus=JS>text</custom-element>
&lt;img src=x onerror=JS&gt;
&amp;lt;img src=x onerror=JS&amp;gt;
%3Cimg%20src%3Dx%20onerror%3DJS%3E
\u003cimg src=x onerror=JS\u003e
＜img src=x onerror=JS＞
"};JS;{"
</script><script>JS</script>{"a":"
{{constructor.constructor('JS')()}}
${JS}
![obrázek](NET)
![obrázek](javascript:JS)
[odkaz](javascript:JS)
[odkaz](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)
[odkaz]( JaVaScRiPt:JS )
<javascript:JS>
[a]: javascript:JS "x" [a]
$\href{javascript:JS}{x}$
$\unicode{<img src=x onerror=JS>}$
$$\includegraphics{NET}$$
:material/home: :red[**barva** <img src=x onerror=JS>] :red-background[text]
:color[text]{foreground="url(NET)"} :streamlit: :smile:
```html <img src=x onerror=JS> ```
> <img src=x onerror=JS>
| a | <img src=x onerror=JS> |
=HYPERLINK("NET","klik")
+JS
@SUM(1+1)*cmd|' /C calc'!A0
-2+3+cmd|' /C calc'!A0
"""

PAYLOADS: tuple[str, ...] = (
    *(line for line in _TEXTS.splitlines() if line),
    "první\u2028<img src=x onerror=JS>\u2029druhý",
    "<img\x0bsrc=x\x0conerror=JS>",
    "<scr\x00ipt>JS</scr\x00ipt>",
    "<img src=x\u00a0onerror=JS>",
    "\u202e<img src=x onerror=JS>\u202c",
    "<img src=x\tonerror\n=JS>",
    "\ufeff<svg/onload=JS//",
    "<a href=\x01javascript:JS>odkaz</a>",
)


def payloads(net: str) -> tuple[str, ...]:
    """Return all texts, each with its number, for a server at the address `net`."""
    return tuple(
        text.replace("JS", f"window.__fired({n})").replace("NET", f"{net}/{n}") for n, text in enumerate(PAYLOADS)
    )
