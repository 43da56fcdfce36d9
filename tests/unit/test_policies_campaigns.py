"""Deadlines in a policy's file: what they may be, and what is said of each mistake."""

import pytest

from shared import policies
from tests.deciding import LAUNCH, WIDE
from tests.unit.test_policies import TEXT, problems

CAMPAIGN = """
[[campaigns]]
id = "2021-06-30"
realms = ["*"]
issued_before = 2021-06-01T00:00:00+07:00
never_accessed_by = 2021-06-30T23:59:59+07:00
max_share = 0.2
legal_basis = "Surat Edaran Nomor 1"
"""

CAMPAIGN_MISTAKES = [
    ('id = "2021-06-30"', 'id = "30 Juni"', "campaigns.0.id: must be 1 to 64 lower-case letters"),
    ('realms = ["*"]', "realms = []", "campaigns.0.realms: must list realms of this policy"),
    ('realms = ["*"]', 'realms = ["sma"]', "campaigns.0.realms: must list realms of this policy"),
    ("max_share = 0.2", "max_share = 0", "campaigns.0.max_share: must be above 0 and at most 1"),
    ("max_share = 0.2", "max_share = 20", "campaigns.0.max_share: must be above 0 and at most 1"),
    ("max_share = 0.2", "", "campaigns.0.max_share: must be above 0 and at most 1"),
    ('legal_basis = "Surat Edaran Nomor 1"', "", "campaigns.0.legal_basis: must name the regulation"),
    ("T23:59:59+07:00", "T23:59:59", "campaigns.0.never_accessed_by: must be a time with its zone"),
    ("issued_before = 2021-06-01T00:00:00+07:00", "issued_before = 1", "campaigns.0.issued_before: must be a time"),
    ("max_share = 0.2", "max_share = 0.2\nnever_accessed_for_days = 90", "campaigns.0.never_accessed_by: set this or"),
    ("never_accessed_by = 2021-06-30T23:59:59+07:00", "", "campaigns.0.never_accessed_by: set this or"),
    ("max_share = 0.2", "max_share = 0.2\ngrace = 1", "campaigns.0.grace: unknown; known are"),
    ("max_share = 0.2", "max_share = 0.2\napproval = 1", "campaigns.0.approval: must be a table"),
    ("max_share = 0.2", "max_share = 0.2\napproval = {by = ' ', up_to_share = 1}", "campaigns.0.approval.by: must"),
    ("max_share = 0.2", "max_share = 0.2\napproval = {by = 'A'}", "campaigns.0.approval.up_to_share: must be above 0"),
    (
        "max_share = 0.2",
        "max_share = 0.2\napproval = {by = 'A', up_to_share = 1, until = 1}",
        "campaigns.0.approval.until: unknown; known are by, up_to_share",
    ),
]


@pytest.mark.parametrize(("old", "new", "begins"), CAMPAIGN_MISTAKES, ids=[row[2] for row in CAMPAIGN_MISTAKES])
def test_every_mistake_in_a_campaign_gives_a_message_too(old, new, begins):
    assert old in CAMPAIGN
    found = problems(TEXT + CAMPAIGN.replace(old, new, 1))
    assert [problem[: len(f"trial.toml: {begins}")] for problem in found] == [f"trial.toml: {begins}"]


def test_a_rolling_rule_counts_days_and_two_campaigns_need_two_ids():
    rolling = CAMPAIGN.replace("never_accessed_by = 2021-06-30T23:59:59+07:00", "never_accessed_for_days = 90")
    (campaign,) = policies.parse(TEXT + rolling, "trial").campaigns
    assert (campaign.never_accessed_for_days, campaign.never_accessed_by) == (90, None)
    assert problems(TEXT + rolling + CAMPAIGN) == ["trial.toml: campaigns: each needs an id of its own"]


def test_an_approval_in_advance_says_by_whom_and_up_to_which_share():
    allowed = CAMPAIGN + 'approval = {by = "Sekjen", up_to_share = 0.5}'
    (campaign,) = policies.parse(TEXT + allowed, "trial").campaigns
    assert (campaign.approved_by, campaign.approved_up_to) == ("Sekjen", 0.5)
    (without,) = policies.parse(TEXT + CAMPAIGN, "trial").campaigns
    assert (without.approved_by, without.approved_up_to) == (None, None)


def test_the_launch_has_the_deadline_of_june_2021_and_the_wider_rule_has_none():
    (campaign,) = LAUNCH.campaigns
    assert campaign.never_accessed_by is not None
    assert campaign.never_accessed_by.isoformat() == "2021-06-30T23:59:59+07:00"
    assert WIDE.campaigns == ()


def test_the_launch_acts_by_itself_up_to_the_share_that_needs_nobody():
    (campaign,) = LAUNCH.campaigns
    assert campaign.approved_by
    assert campaign.approved_up_to == campaign.max_share
