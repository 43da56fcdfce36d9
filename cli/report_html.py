"""The report's page as a template: self-contained, without scripts; what it tells of comes from `report_page`."""

from typing import Final

from shared.handout import look

# Blue and orange are told apart by all kinds of eyes, and orange is striped besides; each is 3:1 on its ground.
STYLE: Final = """
:root{--done:#0a5299;--held:#b4540a}
@media screen and (prefers-color-scheme:dark){:root{--done:#94c0f7;--held:#f0a35e}}
main{max-width:76rem}
h2{font-size:1.25rem}h3{margin:1.5rem 0 .75rem;font-size:1rem;line-height:1.25}
.where,.text,caption,.sub,footer{color:var(--soft)}
.text{max-width:48rem;margin-top:.5rem}
.about{display:grid;gap:.75rem 2rem;margin:1.25rem 0;padding:1rem 0;border:solid var(--line);border-width:1px 0}
.about dt,.tiles dt{font-size:.875rem;color:var(--soft)}
.tiles{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:1rem;margin-bottom:1.25rem}
.tiles dd{font-size:1.5rem;font-weight:600;line-height:1.2;font-variant-numeric:tabular-nums}
.tiles dd span{display:block;font-size:.875rem;font-weight:400;color:var(--soft)}
.key{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin-top:.75rem;list-style:none;font-size:.875rem}
.key svg{width:1rem;height:.75rem;margin-right:.375rem}
.beside{display:grid;grid-template-columns:minmax(0,1fr);gap:1.25rem 2.5rem;margin-top:1rem}
svg.chart{display:block;width:100%;margin-bottom:.75rem;overflow:visible}
svg.chart,.key svg,.key rect{stroke:none}
.chart text{fill:var(--ink);font-size:.875rem}
.chart .v{text-anchor:end;font-variant-numeric:tabular-nums}
rect.track{fill:var(--still);stroke:var(--b2);stroke-width:1}
rect.activated,rect.amount{fill:var(--done)}rect.suspended{fill:url(#stripes)}
.stripe{stroke:var(--held);stroke-width:4}.ground{fill:var(--sheet);stroke:none}
.defs{position:absolute}
.scroll{overflow-x:auto}
table{width:100%;border-collapse:collapse;font-size:.9375rem;font-variant-numeric:tabular-nums}
caption{padding-bottom:.5rem;text-align:left;font-size:.875rem}
th,td{padding:.4375rem .625rem .4375rem 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;
overflow-wrap:break-word}
thead th{font-size:.8125rem;font-weight:600;color:var(--soft);vertical-align:bottom}
tbody th{font-weight:400}tbody .named{min-width:8rem;width:45%}
.scroll+.scroll{margin-top:1.5rem}
.n{text-align:right;white-space:nowrap}thead .n{white-space:normal}
tfoot th,tfoot td{font-weight:600;border-bottom:0}
.sub{display:block;font-size:.8125rem}
footer{margin-top:1.5rem;font-size:.9375rem}footer p{max-width:48rem;margin-bottom:.5rem}
@media (min-width:40rem){.tiles{grid-template-columns:repeat(4,minmax(0,1fr))}
.about{grid-template-columns:repeat(2,minmax(0,1fr))}}
@media screen and (min-width:64rem){.beside{grid-template-columns:minmax(0,2fr) minmax(0,3fr)}}
@media print{:root{color-scheme:light;--paper:#fff;--ink:#000;--soft:#333;--still:#fff}
@page{margin:15mm}body{font-size:10pt}main{max-width:none;padding:0}
section{padding:0;margin-bottom:8mm;border:0;border-radius:0}
rect{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.beside{display:block}.scroll{overflow:visible}table{font-size:8.5pt}th,td{padding:1pt 6pt 1pt 0}
h2,.text,.key,caption,thead{break-after:avoid}tr,svg,.scroll,.tiles,.about,.text{break-inside:avoid}}
""".strip()

# Nothing may be fetched, and nothing may run: a report is opened from a folder, and passed on.
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

HEAD: Final = (
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
    '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
    '<meta name="color-scheme" content="light dark">\n<meta name="robots" content="noindex">\n'
    '<title>{{ title }}</title>\n<link rel="icon" href="data:,">\n'
    f"<style>\n{look.BASE}\n{STYLE}\n</style>\n</head>\n"
)

MACROS: Final = """
{% macro chart(drawn) %}
<svg class="chart" role="img" height="{{ drawn.height }}" aria-labelledby="{{ drawn.id }}-t {{ drawn.id }}-d">
<title id="{{ drawn.id }}-t">{{ drawn.title }}</title>
<desc id="{{ drawn.id }}-d">{{ drawn.desc }}</desc>
{% for bar in drawn.bars %}
<text x="0" y="{{ bar.y + 14 }}">{{ bar.label }}</text>
<text class="v" x="100%" y="{{ bar.y + 14 }}">{{ bar.value }}</text>
<rect class="track" width="100%" height="10" y="{{ bar.y + 21 }}"/>
{% for part in bar.parts %}
<rect class="{{ part.kind }}" x="{{ part.x }}%" width="{{ part.width }}%" height="10" y="{{ bar.y + 21 }}"/>
{% endfor %}
{% endfor %}
</svg>
{% endmacro %}
{% macro cells(row, columns) %}
{% for cell in row %}
{% if loop.index0 == columns.head %}
<th scope="row"{{ ' class="named"' | safe if columns.numbers | length > 3 }}>{{ cell.text }}
{%- if cell.sub %}<span class="sub">{{ cell.sub }}</span>{% endif %}</th>
{% else %}
<td{{ ' class="n"' | safe if loop.index0 in columns.numbers }}>{{ cell.text }}</td>
{% endif %}
{% endfor %}
{% endmacro %}
{% macro table(shown) %}
<div class="scroll" role="region" tabindex="0" aria-labelledby="{{ shown.id }}">
<table>
<caption id="{{ shown.id }}">{{ shown.caption }}</caption>
<thead><tr>
{% for name in shown.columns.names %}
<th scope="col"{{ ' class="n"' | safe if loop.index0 in shown.columns.numbers }}>{{ name }}</th>
{% endfor %}
</tr></thead>
<tbody>
{% for row in shown.rows %}
<tr>{{ cells(row, shown.columns) }}</tr>
{% endfor %}
</tbody>
{% if shown.total %}
<tfoot><tr>{{ cells(shown.total, shown.columns) }}</tr></tfoot>
{% endif %}
</table>
</div>
{% endmacro %}
"""

BODY: Final = """
<body>
<svg class="defs" width="0" height="0" aria-hidden="true">
<pattern id="stripes" patternUnits="userSpaceOnUse" width="6" height="6" patternTransform="rotate(45)">
<rect class="ground" width="6" height="6"/><path class="stripe" d="M2 0v6"/></pattern></svg>
<main>
<header>
<p class="brand">{{ mark | safe }}Akun Pembelajaran</p>
<h1>Campaign {{ campaign_id }}</h1>
<p class="what">{{ state }}</p>
<p class="where">{{ rule }}</p>
<dl class="about">
{% for name, words in about %}
<div><dt>{{ name }}</dt><dd>{{ words }}</dd></div>
{% endfor %}
</dl>
</header>
<dl class="tiles">
{% for tile in tiles %}
<div><dt>{{ tile.name }}</dt><dd>{{ tile.number }}<span>{{ tile.share }}</span></dd></div>
{% endfor %}
</dl>
{% for section in sections %}
<section aria-labelledby="{{ section.id }}">
<h2 id="{{ section.id }}">{{ section.title }}</h2>
{% if section.text %}
<p class="text">{{ section.text }}</p>
{% endif %}
{% if section.has_key %}
<ul class="key">
<li><svg aria-hidden="true"><rect class="activated" width="100%" height="100%"/></svg>Activated</li>
<li><svg aria-hidden="true"><rect class="suspended" width="100%" height="100%"/></svg>Suspended, never opened</li>
<li><svg aria-hidden="true"><rect class="track" width="100%" height="100%"/></svg>Not opened yet</li>
</ul>
{% endif %}
<div{{ ' class="beside"' | safe if section.charts }}>
{% if section.charts %}
<div>{% for drawn in section.charts %}{{ chart(drawn) }}{% endfor %}</div>
{% endif %}
<div>{% for shown in section.tables %}{{ table(shown) }}{% endfor %}</div>
</div>
</section>
{% endfor %}
<footer>
{% for words in notes %}
<p>{{ words }}</p>
{% endfor %}
</footer>
</main>
</body>
</html>
"""

TEMPLATE: Final = MACROS + HEAD + BODY
