"""Whom the state machine tells of: few people, in many places and names."""

from hypothesis import strategies as st

from tests.rosters import member, school, some_id

SMP_1, SMP_2, SD = school(), school("SMP NEGERI 2"), school("SD NEGERI 3", 5)

_PUPIL_AT = [
    [member(SMP_1, tingkat_pendidikan_id=7, rombel="VII A", induk=True)],
    [member(SMP_2, tingkat_pendidikan_id=8, rombel="VIII", induk=True)],
    [member(SD, tingkat_pendidikan_id=6, induk=True)],
    [member(SD, tingkat_pendidikan_id=4, induk=True)],
    [member(SD, jenis_keluar_id="1"), member(SMP_1, tingkat_pendidikan_id=7)],
    [member(SMP_1, jenis_keluar_id="2")],
    [member(SMP_1, tingkat_pendidikan_id=None)],
    [],
]
_STAFF_AT = [
    [member(SMP_1, jenis_ptk_id=4, induk=True)],
    [member(SMP_1, jenis_ptk_id=20, jabatan_ptk_id=[2], induk=True)],
    [member(SMP_1, jenis_ptk_id=4, induk=True), member(SD, jenis_ptk_id=4)],
    [member(SMP_1, jenis_ptk_id=4, induk=True), member(SMP_2, jenis_ptk_id=11, operator=True)],
    [member(SD, jenis_ptk_id=11)],
]
_NAMES = ["SITI AMINAH", "SITI AMINAH PUTRI", "SITI LESTARI", "Siti Rahayu", "SITI", "Siti K. Dewi", "SITI MA'RUF"]
_PEOPLE = {
    "siti": (_NAMES, [*_PUPIL_AT[:2] * 4, *_PUPIL_AT]),
    "budi": (["SUTRISNO", "Budi, S.Pd", "BUDI HARTONO", "Budi H."], [*_STAFF_AT[:1] * 3, *_STAFF_AT]),
}
OF = {
    some_id(who): st.tuples(st.just(who), st.sampled_from(names), st.sampled_from(places))
    for who, (names, places) in _PEOPLE.items()
}
PERSONS = st.one_of(*OF.values())  # few people and many changes: that is where things cross
