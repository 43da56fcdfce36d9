"""The look of all pages that operators see: one style sheet in two parts, inline, so that a page is one request."""

from typing import Final

# Colours: text has at least 4.5:1 on its ground, edges and focus 3:1, in light and in dark. Blue is for buttons only.
BASE: Final = """
:root{color-scheme:light dark;--paper:#f3f2ee;--sheet:#fff;--ink:#1a1d22;--soft:#525965;--line:#dddbd4;
--accent:#0a5299;--press:#083f76;--on:#fff;--still:#eae8e1;--b2:#8d939c;--b3:#c3c6cb}
@media screen and (prefers-color-scheme:dark){:root{--paper:#111316;--sheet:#1a1d21;--ink:#e8e9eb;--soft:#a8afb9;
--line:#30343a;--accent:#94c0f7;--press:#bcd8fb;--on:#0b1929;--still:#25292f;--b2:#7f868f;--b3:#4a5059}}
*,::before,::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);
font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere}
main{max-width:44rem;margin:0 auto;padding:1.25rem 1rem 2.5rem}
h1,h2,p,ul,ol,dl,dd{margin:0;padding:0}
h1,h2{text-wrap:balance;line-height:1.25}
h1{font-size:1.625rem;letter-spacing:-.01em}
h1.long{font-size:1.25rem;text-wrap:wrap}
section{margin-bottom:1rem;padding:1.25rem 1rem;border:1px solid var(--line);border-radius:.75rem;
background:var(--sheet)}
.brand{display:flex;gap:.5rem;align-items:center;margin-bottom:1.5rem;font-weight:600;font-size:.9375rem}
.what{margin-top:.5rem;font-size:1.125rem}
.brand svg{width:1.375rem;height:1.375rem;flex:none}
svg{fill:none;stroke:currentColor;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round}
:focus-visible{outline:3px solid var(--ink);outline-offset:3px;border-radius:.375rem}
@media (min-width:40rem){main{padding:2rem 1.5rem 4rem}h1{font-size:2rem}h1.long{font-size:1.5rem}
section{padding:1.5rem}.brand{margin-bottom:2.25rem}}
""".strip()

PAGE: Final = """
.task{display:block;margin-bottom:.125rem;font-size:1rem;font-weight:400;letter-spacing:0;color:var(--soft)}
.where{margin-top:.25rem;color:var(--soft)}
.about{display:grid;gap:.75rem 2rem;margin:1.25rem 0;padding:1rem 0;border:solid var(--line);border-width:1px 0}
.about dt{font-size:.875rem;color:var(--soft)}
.one{white-space:nowrap}
.note{display:flex;gap:.75rem;margin-bottom:1.25rem;padding:.875rem 1rem;border-radius:.625rem;background:var(--still)}
.note svg,.rest svg{flex:none;width:1.25rem;height:1.25rem;margin-top:.125rem}
h2{display:flex;flex-wrap:wrap;gap:0 .75rem;align-items:baseline;justify-content:space-between;font-size:1.125rem}
.sum{font-size:.9375rem;font-weight:400;color:var(--soft)}
.bar{display:flex;gap:2px;height:.5rem;margin:.875rem 0 1rem;overflow:hidden;border-radius:.25rem}
.bar i{flex:1 1 0;min-width:3px}
.bar i,.counts dt::before{background:var(--k);forced-color-adjust:none}
.unused{--k:var(--ink)}.active{--k:var(--b2)}.suspended{--k:var(--b3)}.preparing,.elsewhere{--k:var(--line)}
.counts div{display:flex;gap:.75rem;align-items:baseline;justify-content:space-between}
.counts dt{color:var(--soft)}
.counts dt::before{content:"";display:inline-block;width:.625rem;height:.625rem;margin-right:.375rem;
border-radius:2px}
.counts dd{font-size:1.125rem;font-variant-numeric:tabular-nums;white-space:nowrap}
.counts .unused dd{font-weight:700}
.files{margin-top:1.25rem;list-style:none}
.files li{padding:.875rem 0;border-top:1px solid var(--line)}
.files p{font-size:.875rem;line-height:1.45;color:var(--soft)}
.files .kind{margin-top:.5rem;color:var(--ink);font-variant-numeric:tabular-nums}
.button{display:flex;align-items:center;justify-content:center;width:100%;min-height:2.875rem;padding:.5rem 1rem;
border:2px solid var(--accent);border-radius:.5rem;background:none;color:var(--accent);font:inherit;font-weight:600;
text-align:center;text-decoration:none;cursor:pointer}
.button.first{background:var(--accent);color:var(--on)}
.button:hover,.button:active{border-color:var(--press);color:var(--press)}
.button.first:hover,.button.first:active{background:var(--press);color:var(--on)}
.rest{display:grid;gap:.5rem;padding-top:.875rem;border-top:1px solid var(--line);font-size:.9375rem}
.rest p{display:flex;gap:.625rem}
.spent{margin-top:1.25rem;padding:.875rem 1rem;border-radius:.5rem;background:var(--still);font-weight:600}
.reasons{margin-top:1rem;list-style:none}
.reasons li{display:flex;flex-wrap:wrap;gap:0 .75rem;justify-content:space-between;padding:.75rem 0;
border-top:1px solid var(--line)}
.reasons p{flex-basis:100%;color:var(--soft)}
.list{padding-top:.875rem;border-top:1px solid var(--line)}
.list p{font-size:.875rem;line-height:1.45;color:var(--soft)}
.list .kind{margin-top:.5rem;color:var(--ink)}
.big{display:flex;flex-wrap:wrap;gap:0 .75rem;align-items:baseline;margin-top:.75rem;font-size:1.125rem;font-weight:700}
.text{margin-top:.5rem}
summary{display:flex;align-items:center;justify-content:space-between;min-height:2.75rem;padding:.625rem 0;
list-style:none;cursor:pointer}
summary::-webkit-details-marker{display:none}
summary::after{content:"";flex:none;width:.625rem;height:.625rem;margin:0 .25rem;border:solid;border-width:0 2px 2px 0;
transform:rotate(45deg) translate(-2px,-2px)}
[open] summary::after{transform:rotate(225deg) translate(-2px,-2px)}
.fold{padding-block:.625rem}
details+details{border-top:1px solid var(--line)}
ol{margin:0 0 .875rem;padding-left:1.5rem}
ol li{padding:.1875rem 0 .1875rem .25rem}
ol li::marker{font-weight:700}
footer{display:grid;gap:.5rem;margin-top:1.5rem;font-size:.9375rem;color:var(--soft)}
.v{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (min-width:40rem){.fold{padding-block:.75rem}
.about{grid-template-columns:max-content max-content 1fr}
h2{font-size:1.25rem}.counts{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.75rem}
.counts div{flex-direction:column-reverse;gap:0;align-items:start;justify-content:flex-end}
.counts dt{font-size:.875rem;line-height:1.35}.counts dd{font-size:1.5rem;line-height:1.3}
.files li,.list{display:grid;grid-template-columns:11.5rem 1fr;gap:1.25rem;align-items:center}
.files .kind,.list .kind{margin-top:0}}
@media print{:root{color-scheme:light;--paper:#fff;--ink:#000;--soft:#333}form,.button{display:none!important}
section{break-inside:avoid}}
""".strip()

# A card with a face and two lines.
_CARD: Final = (
    '<rect x="2.5" y="5" width="19" height="14" rx="2.5"/><circle cx="8" cy="11" r="2"/>'
    '<path d="M5 16c.6-1.6 1.7-2.3 3-2.3s2.4.7 3 2.300M14.5 10h4M14.5 14h4"/>'
)
MARK: Final = f'<svg viewBox="0 0 24 24" aria-hidden="true">{_CARD}</svg>'
WARNING: Final = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 3.5 2.5 20h19zM12 10v4.5M12 17.3v.1"/></svg>'
LOCK: Final = (
    '<svg viewBox="0 0 24 24" aria-hidden="true"><rect x="4.5" y="10.5" width="15" height="10" rx="2"/>'
    '<path d="M8 10.5V7.5a4 4 0 0 1 8 0v3"/></svg>'
)
AGAIN: Final = (
    '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 3.5v11M7.5 10l4.5 4.5 4.5-4.5M4 16.5V19a1.5 1.5 0 0 0'
    ' 1.5 1.5h13A1.5 1.5 0 0 0 20 19v-2.5"/></svg>'
)


def head(title: str, style: str) -> str:
    """Give the beginning of a page up to its body; `title` is HTML already. An empty icon spares a request for one."""
    return (
        '<!doctype html>\n<html lang="id">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="robots" content="noindex">\n'
        f'<title>{title}</title>\n<link rel="icon" href="data:,">\n<style>\n{style}\n</style>\n</head>\n'
    )
