"""Who is exempt from campaigns, and for how long."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.domain.exemptions import Exemption, Exemptions
from tests.clocks import START
from tests.rosters import some_id
from tests.unit.sitis import SMA, SMP_A, resting

SITI = resting()["smp"]
HOUR = timedelta(hours=1)


def doc(kind: str, subject: str, until=START + HOUR, ended_at=None):
    return {"kind": kind, "id": subject, "until": until, "ended_at": ended_at}


@pytest.mark.parametrize(("kind", "subject"), [("person", some_id("siti")), ("realm", "smp")])
def test_a_person_and_a_realm_are_spared(kind, subject):
    assert Exemptions.read([doc(kind, subject)], START).spare(SITI)
    assert not Exemptions.read([doc(kind, "lain")], START).spare(SITI)


def test_a_school_is_spared_with_all_who_are_listed_there():
    exemptions = Exemptions.read([doc("school", SMA["sekolah_id"])], START)
    assert not exemptions.spare(SITI)
    assert exemptions.spare(replace(SITI, sekolah_ids=(SMP_A["sekolah_id"], SMA["sekolah_id"])))
    assert exemptions.spare(replace(SITI, sekolah_id=SMA["sekolah_id"]))


def test_an_id_of_another_kind_spares_nobody():
    assert not Exemptions.read([doc("school", some_id("siti")), doc("person", "smp")], START).spare(SITI)


@pytest.mark.parametrize("changes", [{"until": START}, {"until": START - HOUR}, {"ended_at": START - HOUR}])
def test_what_is_over_or_was_ended_spares_nobody(changes):
    assert not Exemptions.read([doc("person", some_id("siti"), **changes)], START).spare(SITI)


def test_an_exemption_is_in_force_until_its_moment_or_its_end():
    given = Exemption(kind="person", id="p", reason="r", author="a", until=START + HOUR, added_at=START)
    assert given.is_in_force(START)
    assert not given.is_in_force(START + HOUR)
    assert not replace(given, ended_at=START).is_in_force(START)
