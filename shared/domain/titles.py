"""Titles and degrees that people type around a name, as data.

Source of the degrees: Dapodik's table of academic degrees (eraporsmk/erapor8 @9bb5b10, `gelar_akademik.json`, MIT)
without its rows `-`, `non-gelar`, `Guru` and `Teologi`; older, foreign and religious ones that it lacks are added.
"""

from typing import Final

_DEGREES: Final = """
    A.Ma A.Ma.Pd A.Ma.Pd.SD A.Ma.Pust A.Md A.Md.A.B A.Md.A.P A.Md.A.Pkt A.Md.Agr A.Md.Ak A.Md.Akt A.Md.Akun A.Md.Ars
    A.Md.Bns A.Md.Ds A.Md.Farm A.Md.Gz A.Md.H A.Md.Hut A.Md.I.K A.Md.Js A.Md.Keb A.Md.Kep A.Md.Kes A.Md.Kom A.Md.Li
    A.Md.Log A.Md.M A.Md.Pd A.Md.Pi A.Md.Ps A.Md.Pt A.Md.Ptk A.Md.Si A.Md.Sn A.Md.Sos A.Md.Stat A.Md.T A.Md.T.W
    A.Md.Tra A.Md.Vet A.P.Kes A.Per.Pen B.A B.Ed B.Eng B.Sc Dipl.Ing Ed.D Lc.M.A M.A M.A.B M.A.P M.A.R.S M.Ag M.Agr
    M.Ak M.Akt M.Akun M.Ars M.B.A M.Bim M.Biomed M.Bitek M.Bmd M.Cs M.Ds M.E M.E.I M.E.Sy M.Ed M.Eng M.Farm M.Fil
    M.Fil.I M.Gz M.H M.H.I M.Hum M.Hut M.I.K M.I.Kom M.Js M.K.G M.K.M M.Ked M.Kep M.Kes M.Kn M.Kom M.Kom.I M.Li M.Ling
    M.Log M.M M.M.Kes M.M.Pd M.Mat M.Or M.P M.P.H M.P.W M.Par M.Pd M.Pd.B M.Pd.E M.Pd.Gr M.Pd.H M.Pd.I M.Pd.K
    M.Pd.Kons M.Pd.Mat M.Pd.Si M.Phil M.Pi M.Psi M.Psi.Psi M.Pt M.Ptk M.S M.Sc M.Sej M.Si M.Sn M.So M.Sos M.Stat M.Sy
    M.T M.T.I M.Th M.Tr M.Tra M.Ud M.Vet Ph.D S.A.B S.A.P S.Ag S.Ag.H S.Agr S.Ak S.Akun S.Ars S.Bitek S.Bns S.Ds S.E
    S.E.I S.E.Sy S.Farm S.Fil S.Fil.I S.Gz S.H S.H.I S.Hum S.Hut S.I.K S.I.Kom S.I.P S.I.P.I S.IP S.K.G S.K.H S.K.M
    S.K.Pm S.Ked S.Kel S.Kep S.Kep.Ns S.Kes S.Kom S.Kom.I S.Li S.M S.M.G S.Mat S.Mb S.Mn S.Or S.P S.P.W S.PAK S.Par
    S.Pd S.Pd.AUD S.Pd.B S.Pd.Bio S.Pd.Gr S.Pd.H S.Pd.I S.Pd.Ing S.Pd.Jas S.Pd.K S.Pd.Kim S.Pd.Kn S.Pd.Kom S.Pd.Mat
    S.Pd.Or S.Pd.PAUD S.Pd.SD S.Pd.Si S.Pd.T S.Pi S.Pil.I S.Psi S.Psi.I S.Psi.Psi S.Pt S.Ptk S.Pust S.S S.S.T S.Sej
    S.Si S.Si.T S.Sn S.Sos S.Sos.H S.Sos.I S.Sos.K S.ST S.ST.Keb S.Stat S.STP S.Sy S.T S.Th S.Th.I S.Th.K S.TP S.Tr
    S.Tr.A.B S.Tr.Agr S.Tr.Akun S.Tr.Ds S.Tr.G.K S.Tr.I.K S.Tr.Keb S.Tr.Kep S.Tr.Kes S.Tr.Kom S.Tr.M S.Tr.Par S.Tr.Pi
    S.Tr.Ptk S.Tr.Sn S.Tr.T S.Tr.Tra S.Ud Sp.A Sp.An Sp.And Sp.B Sp.B.A Sp.B.M Sp.B.P.R Sp.B.S Sp.B.T.Kv Sp.D.V
    Sp.dr.Akup Sp.F.K Sp.G.K Sp.K.F Sp.K.F.L Sp.K.G Sp.K.G.A Sp.K.J Sp.K.N Sp.K.O Sp.K.Or Sp.Kd Sp.Kep Sp.M Sp.M.K
    Sp.O.G Sp.O.T Sp.Ort Sp.P Sp.P.A Sp.P.D Sp.P.K Sp.P.M Sp.Par.K Sp.Perio Sp.Pros Sp.Rad Sp.Rad.O.M Sp.S Sp.T.H.TKL
    Sp.U Th.M
"""

_ONE_WORD_AFTER: Final = """
    Ak Akt Alm Almh Apt Ar CA CPA Dr Dra Drg Drh Drs Gr H Hj III Ir Jr Kr Lc MBA MMSI Ners Ns Pdt Prof
"""

_PLAIN_AFTER: Final = """
    alm almh amapd amapdsd apt dipling dra mag magr mba mikom msi ners prof sag sagr sikom ssi
"""

_BEFORE: Final = """
    alm almh apt dr dra drg drh drs h hajah haji hajjah hj kh kiai kyai ns pdt prof pst tgh tgk ust ustad ustadz
    ustadzah ustaz ustazah ustd ustdz
"""

_VOWELS: Final = frozenset("aeiou")

DEGREES: Final[frozenset[tuple[str, ...]]] = frozenset(tuple(code.split(".")) for code in _DEGREES.casefold().split())
"""Degrees of several components, `S.Pd.I` as `("s", "pd", "i")`."""

AFTER: Final[frozenset[str]] = frozenset("".join(parts) for parts in DEGREES) | set(_ONE_WORD_AFTER.casefold().split())
"""Everything that may follow a name, written as one word without dots: `spdi`."""

PLAIN_AFTER: Final[frozenset[str]] = frozenset(_PLAIN_AFTER.split()) | {
    code
    for code in AFTER
    if (len(code) > 1 and not _VOWELS & set(code))
    or (len(code) > 3 and not _VOWELS & set(code[:2]))
    or code.startswith("amd")
}
"""Those that no name looks like, even undotted and in any case: `spd`, `sh`, `skom`, `amdkeb`, but not `se`, `sip`."""

BEFORE: Final[frozenset[str]] = frozenset(_BEFORE.split())
"""Titles that stand before a name, with or without a dot."""

BEFORE_DOTTED: Final[frozenset[str]] = frozenset({"bpk", "hc", "hi", "ing", "ir", "nn", "ny", "sdr", "sdri", "tn"})
"""Titles that stand before a name and count only with their dot; without it they may be names."""

BEFORE_RUNS: Final[frozenset[tuple[str, ...]]] = frozenset({("k", "h"), ("h", "c"), ("t", "g", "h")})
"""Titles of several components that stand before a name, `K.H.` as `("k", "h")`."""

UNMISTAKABLE: Final[frozenset[str]] = frozenset({"pd", "kom"})
"""Components that make a degree one even before the name (`S.Pd. Budi`); `M.H.` and `A.Md.` there are initials."""

NAME_LIKE: Final[frozenset[str]] = frozenset({"li", "ling", "ma", "so"})
"""Components that are names too: `Tan M. Ling` isn't a master of linguistics, `Tan M.Ling` is."""
