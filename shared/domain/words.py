"""Words that no address may show, as data: official ones, rude ones, and rude ones that are refused inside a word."""

from typing import Final

_OFFICIAL: Final = """
    abuse admin administrator akun all bantuan belajar belajarid billing bupati contact daemon dapodik dikbud dinas
    direktur dirjen disdik dpr ftp gmail google gubernur guru help helpdesk hostmaster humas info it kapolri kemdikbud
    kemdikdasmen kemdiknas kemendikbud kemendikdasmen kemendiknas kementerian kementrian kepala kepsek kpk layanan
    localhost mailer mailerdaemon mendikbud menteri moderator mpr negeri news noreply office official operator ops
    paud pemerintah pendidik pengawas pkbm polisi polri postmaster presiden privacy pusat pusdatin register registrar
    root satpam sd sdn security sekolah sekretariat server skb slb sma sman smk smkn smp smpn spam staf staff
    superadmin superuser support sysadmin sysop system test tester testing tk tni usenet user username wakasek
    walikota wapres webadmin webmaster www yayasan
"""

_RUDE: Final = """
    ajg anal anjg anjir anjng anjrit anus ass asshole asu asw babi bacot banci bangkai bangke bangsad bastard bego
    bencong berak bgsd bgst bispak bitch bodoh bokep brengsek bunuh cabul celeng cicing cipok cock cocot coli colmek
    cuki cunt dajal dajjal dancok dancuk dungu entot ewe fck fuk gathel gay gblk gembel gigolo goblog homo iblis idiot
    itil jablay jancik jembud jnck kafir kampang kampret kanjut kencing kentot kentut keparat kimak kntl kunyuk lesbi
    lgbt lonte maho maling mampus matamu memeq mmk modar monyet naskleng nazi ndasmu ngaceng ngentu ngewe ngntt nigga
    nigger pantat pantek pecun pejuh peler penis pepek perek pki porn porno psk puki pussy rape sange sempak setan sex
    sexy shit sialan silit slut suck sundal sundala taek tahi tai taik telaso tempik teroris tetek titid titit tlol
    toket tolol turuk vagina whore wtf xxx
"""

_RUDE_INSIDE: Final = """
    anjing bajingan bangsat cukimai fuck goblok jancok jancuk jembut kontol memek ngentot pelacur pukimak tailaso
"""

OFFICIAL: Final[frozenset[str]] = frozenset(_OFFICIAL.split())
"""Refused as a whole token and as a whole base: mailboxes that the internet reserves (RFC 2142), offices, schools."""

RUDE: Final[frozenset[str]] = frozenset(_RUDE.split())
"""Refused as a whole token and as a whole base only, since names hold them: Pornomo, Tololiu, Shita, Suryasu."""

RUDE_INSIDE: Final[frozenset[str]] = frozenset(_RUDE_INSIDE.split())
"""Refused anywhere in a token and in a base: no usual name holds them, and glued ones (`Meme Kartika`) show them."""
