"""The look of the cards: A4 on paper, one column on a phone; black on white, as schools print and copy in black."""

from typing import Final

from shared.handout import font

# The margin of the paper is ours and not the browser's, which would print the address of the page into it: a live link.
# A sheet is closed after eight cards by us, so no browser has to find out where a page ends; each card of it is
# 90 x 65 mm from cut to cut. Each cut line is drawn once, by the card on its left or above it.
_PRINT: Final = """
@page{size:A4 portrait;margin:0}
@media print{
.bar{display:none}
.s{break-before:page;grid:8mm/90mm 90mm;grid-auto-rows:65mm;padding:12mm 15mm 0}
.c:first-child .s:first-child{break-before:auto}
.s h2{grid-column:1/-1;white-space:nowrap}
.s h2>*{overflow:hidden;text-overflow:ellipsis}
article{border-width:0 1px 1px 0}
article:nth-child(even){margin-left:-1px;border-left-width:1px}
article:nth-child(-n+3){margin-top:-1px;border-top-width:1px}
.c+.l{break-before:page}
table{width:180mm;margin:0 15mm;font-size:8.5pt}
th{padding-top:12mm}
tfoot td{height:12mm;border:0}
th:first-child{width:40%}
tr{break-inside:avoid}
}
"""

_SCREEN: Final = """
@media screen{
body{background:#e8e8e8}
.bar,.s,table{width:calc(180mm + 8px);max-width:100%;margin:0 auto}
.bar{padding:16px;background:#fff}
.s{grid:auto/repeat(auto-fit,minmax(min(100%,90mm),1fr));grid-auto-rows:minmax(65mm,auto);gap:8px;padding:16px 0}
.s h2{grid-column:1/-1;flex-wrap:wrap;padding:8px}
article,table{background:#fff}
th,td{padding-left:2mm}
tfoot{display:none}
main{padding:0 8px 16px}
}
@media screen and (max-width:420px){article{padding:12px}.b svg{width:18mm;height:18mm}}
"""

_BOTH: Final = """
*{box-sizing:border-box;margin:0;padding:0}
html{color-scheme:light;-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{color:#000;background:#fff;font:8pt/1.3 Arial,"Liberation Sans",Roboto,"Noto Sans",sans-serif}
.bar{font-size:16px;line-height:1.5}
.bar h1{font-size:22px;line-height:1.25;margin-bottom:4px}
.bar ul{margin:8px 0 0 20px}
.bar b{font-weight:700}
.s{display:grid}
.s h2{display:flex;justify-content:space-between;gap:0 4mm;font-size:11pt;line-height:1.3}
.s h2 span{line-height:14.3pt;font-size:8pt;font-weight:400}
article{display:flex;flex-direction:column;min-width:0;padding:3.6mm 4.5mm 3.2mm;border:1px dashed #000;
break-inside:avoid}
h3{flex:none;font-size:12.5pt;line-height:1.15;overflow-wrap:anywhere;overflow:hidden;
display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:3}
.m h3{font-size:9.5pt}
.w{display:flex;min-height:1.3em;font-size:8.5pt;white-space:pre}
.w b{font-weight:400;overflow:hidden;text-overflow:ellipsis}
dl{margin-top:1mm}
dt{font-size:7pt}
.u,dd{font-family:"Atkinson Hyperlegible Mono","DejaVu Sans Mono",Consolas,Menlo,monospace;font-weight:700}
dd span,.u span,.p{white-space:nowrap}
dd+dt{margin-top:.7mm}
dd,.u{font-size:10pt;line-height:1.2}
dd.p{font-size:18pt;line-height:1.15}
.m dd+dt{margin-top:.3mm}
.m dd.p{font-size:16pt}
.b{display:flex;align-items:flex-end;justify-content:space-between;gap:3.5mm;margin-top:auto}
.b svg{flex:none;width:20.5mm;height:20.5mm}
ol{padding-left:3.6mm;font-size:7.5pt;line-height:1.25}
li+li{margin-top:.3mm}
.f{margin-top:.9mm;font-size:6pt;line-height:1.1}
table{border-collapse:collapse;font-size:9pt}
th,td{padding:1mm 2mm 1mm 0;border-bottom:.2mm solid #000;text-align:left;vertical-align:top}
td{overflow-wrap:anywhere}
td .u{font-size:8pt}
"""

STYLE: Final = "".join((
    f'@font-face{{font-family:"{font.FAMILY}";font-weight:700;font-display:block;',
    f'src:url(data:font/woff2;base64,{font.WOFF2}) format("woff2")}}',
    _BOTH, _PRINT, _SCREEN,
))  # fmt: skip
