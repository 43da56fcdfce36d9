"""One pupil, Siti, in the places and states that tests of the plan need."""

from datetime import timedelta

from tests.clocks import START
from tests.deciding import at_rest, person_of, settle
from tests.rosters import member, pupil, school

SMP_A, SMP_B, SD, SMA = school("SMP A"), school("SMP B"), school("SD A", form=5), school("SMA A", form=13)
LATER = START + timedelta(days=10)
DAY = timedelta(days=1)

SITI = pupil("SITI AMINAH", member(SMP_A, tingkat_pendidikan_id=7, rombel="VII B", induk=True))
GONE = pupil("SITI AMINAH", member(SMP_A, tingkat_pendidikan_id=7, rombel="VII B", jenis_keluar_id="2"))


def siti(at=SMP_A, name="SITI AMINAH", grade=7, rombel="VII B", **fields):
    return pupil(name, member(at, tingkat_pendidikan_id=grade, rombel=rombel, induk=True), **fields)


def resting(data=SITI, **changes):
    return {realm: at_rest(account, **changes) for realm, account in settle(person_of(data)).items()}


def after(data, accounts, *, now=LATER, lane="live"):
    return settle(person_of(data), accounts, now=now, lane=lane)
