"""The operator's page as a template: what it says is here and in `phrases`, what it tells of comes from `page`."""

from typing import Final

TEMPLATE: Final = """
<body>
<main>
<header>
<p class="brand">{{ mark | safe }}Akun Pembelajaran</p>
<h1{{ ' class="long"' | safe if school | length > 40 }}>
<span class="task">Unduh dan bagikan akun</span> {{ school }}</h1>
<p class="where">{{ where }}</p>
<dl class="about">
<div><dt>Tautan ini untuk</dt><dd>{{ categories }}</dd></div>
<div><dt>Berlaku sampai</dt><dd>{{ expires }}</dd></div>
<div><dt>Diminta oleh</dt><dd>{{ requested_by or "tidak tercatat" }}</dd></div>
</dl>
</header>
{% if somebody %}
<p class="note">{{ warning | safe }}<span><strong>Perhatian.</strong> Berkas berisi kata sandi (password).
Jangan unggah ke grup percakapan atau Drive bersama.</span></p>
{% else %}
<section aria-labelledby="kosong">
<h2 id="kosong">Belum ada akun untuk diunduh</h2>
<p class="text">Akun dibuat dari data Dapodik. Pastikan data sudah disinkronkan.
Minta tautan baru besok di laman sekolah.</p>
</section>
{% endif %}
{% for group in groups if somebody %}
<section aria-labelledby="{{ group.category }}">
<h2 id="{{ group.category }}">{{ group.name }} <span class="sum">{{ group.total | number }} akun</span></h2>
{% if not group.total %}
<p class="text">Belum ada akun di kelompok ini.</p>
{% else %}
<div class="bar" aria-hidden="true">
{%- for tally in group.tallies if tally.accounts -%}
<i class="{{ tally.status }}" style="flex-grow:{{ tally.accounts }}"></i>
{%- endfor -%}
</div>
<dl class="counts">
{% for tally in group.tallies %}
<div class="{{ tally.status }}"><dt>{{ tally.words }}</dt><dd>{{ tally.accounts | number }}</dd></div>
{% endfor %}
</dl>
{% if not group.uses_left %}
<p class="spent">Jatah unduhan habis. Minta tautan baru di laman sekolah.</p>
{% else %}
<ul class="files">
{% for file in group.files %}
<li>
{% if file.rows %}
<form method="post" action="{{ file.action }}"><button class="button{{ " first" if loop.first }}"
 aria-describedby="{{ file.id }}">{{ file.label }}<span class="v"> {{ group.name }}</span></button></form>
<div id="{{ file.id }}">
<p class="kind">{{ file.kind }}, <span class="one">{{ file.rows | number }} {{ file.unit }},</span>
 <span class="one">sekitar {{ file.size }}</span></p>
<p>{{ file.holds }}</p>
</div>
{% else %}
<p class="kind">Tidak ada kartu untuk dicetak.</p>
<p>Tidak ada kata sandi yang perlu dibagikan.</p>
{% endif %}
</li>
{% endfor %}
</ul>
<div class="rest">
<p>{{ lock | safe }}<span>Bagikan secara pribadi. Hapus berkas sesudahnya.</span></p>
<p>{{ again | safe }}<span>Sisa jatah: <strong>{{ group.uses_left | number }} unduhan</strong>.
Kartu, XLSX, dan CSV memakai jatah yang sama.</span></p>
</div>
{% endif %}
{% endif %}
</section>
{% endfor %}
{% if somebody or refused %}
<section aria-labelledby="belum">
<h2 id="belum">Belum punya akun <span class="sum">{{ refused | number }} orang</span></h2>
{% if refused %}
<ul class="reasons">
{% for reason in reasons %}
<li><strong>{{ reason.words }}</strong> <span class="sum">{{ reason.people | number }} orang</span>
<p>{{ reason.cure }}</p></li>
{% endfor %}
{% if others %}
<li><strong>Alasan lain.</strong> <span class="sum">{{ others | number }} orang</span>
<p>Lihat daftarnya.</p></li>
{% endif %}
</ul>
<div class="list">
<a class="button" href="{{ exceptions }}" aria-describedby="daftar">Unduh daftar<span class="v">
 orang yang belum punya akun</span></a>
<div id="daftar">
<p class="kind">CSV, <span class="one">{{ refused | number }} baris,</span>
 <span class="one">sekitar {{ exceptions_size }}</span></p>
<p>Nama, alasan, dan cara memperbaikinya. Tidak memakai jatah.</p>
</div>
</div>
{% else %}
<p class="text">Tidak ada orang tanpa akun.</p>
{% endif %}
</section>
{% endif %}
{% if somebody %}
<section class="fold">
<details open>
<summary><h2>Cara membagikan</h2></summary>
<ol>
<li>Cetak kartu dari menu peramban, lalu potong menurut garisnya.</li>
<li>Serahkan tiap kartu langsung kepada pemiliknya, secara pribadi.</li>
<li>Hapus berkas dan sisa cetakan setelah selesai.</li>
</ol>
</details>
<details open>
<summary><h2>Cara masuk pertama kali</h2></summary>
<ol>
<li>Buka mail.google.com. Masuk dengan nama akun (user ID) dan kata sandi awal.</li>
<li>Baca dan setujui ketentuan.</li>
<li>Buat kata sandi baru, paling sedikit 8 karakter.
Pakai huruf besar, huruf kecil, dan angka.</li>
</ol>
</details>
</section>
{% endif %}
<section aria-labelledby="batas">
<h2 id="batas">Batas waktu membuka akun</h2>
{% if deadline.date %}
<p class="big"><span>{{ deadline.date }}</span> <span class="sum">{{ deadline.left }}</span></p>
{% endif %}
<p class="text">{{ deadline.said }}</p>
</section>
<footer>
<p><strong>Ada yang keliru?</strong> Hubungi {{ help_contact }}.</p>
<p>Angka di halaman ini dari {{ now }}. Muat ulang halaman untuk angka terbaru.</p>
</footer>
</main>
</body>
</html>
"""
