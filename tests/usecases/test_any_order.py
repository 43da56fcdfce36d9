"""Any order, duplication, crash, lost answer and late call, in any mix: the dust settles into one state."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.usecases.crowd import OF, PERSONS
from tests.usecases.machine import CALL_TROUBLE, STORE_TROUBLE, Story
from tests.usecases.settled import check, check_replay

LANES = st.sampled_from(["live", "live", "live", "bulk"])
MEANWHILE = st.sampled_from("-tmhdcc")


class AnyOrder(RuleBasedStateMachine):
    @initialize(person=PERSONS)
    def begin(self, person):
        self.story = Story()
        self.story.emit(person, "live", False)
        self.story.deliver(self.story.in_flight[0], "fine", False)

    @rule(person=PERSONS, lane=LANES, deleted=st.sampled_from([False] * 5 + [True]))
    def upstream_sends(self, person, lane, deleted):
        self.story.emit(person, lane, deleted)

    @rule(person=PERSONS, lane=LANES, trouble=STORE_TROUBLE)
    def a_change_arrives_at_once(self, person, lane, trouble):
        self.story.emit(person, lane, False)
        self.story.deliver(self.story.in_flight[-1], trouble, False)

    @precondition(lambda self: self.story.in_flight)
    @rule(data=st.data(), trouble=STORE_TROUBLE, keep=st.booleans())
    def a_message_arrives(self, data, trouble, keep):
        self.story.deliver(data.draw(st.sampled_from(self.story.in_flight)), trouble, keep)

    @precondition(lambda self: len(self.story.in_flight) > 1)
    @rule(data=st.data())
    def two_messages_arrive_at_once(self, data):
        first, second = (data.draw(st.sampled_from(self.story.in_flight)) for _ in range(2))
        self.story.deliver_two(first, second)

    @precondition(lambda self: self.story.world.tasks.tasks)
    @rule(data=st.data())
    def a_task_runs(self, data):
        self.story.run(data.draw(st.sampled_from(self.story.world.tasks.tasks)), "fine", "fine", False, None)

    @precondition(lambda self: self.story.world.tasks.tasks)
    @rule(data=st.data(), call=CALL_TROUBLE, record=STORE_TROUBLE, doubled=st.booleans(), meanwhile=MEANWHILE)
    def a_task_runs_into_trouble(self, data, call, record, doubled, meanwhile):
        task = data.draw(st.sampled_from(self.story.world.tasks.tasks))
        between = self._between(data, task, meanwhile)
        self.story.run(task, call, record, doubled, between)

    @precondition(lambda self: self.story.on_their_way())
    @rule(data=st.data(), by=st.sampled_from(["change", "change", "change", "reset", "hold", "release"]))
    def a_call_is_overtaken(self, data, by):
        task = data.draw(st.sampled_from(self.story.on_their_way()))
        self.story.overtake(task, by, data.draw(OF[task.account_id.partition(".")[0]]))

    @precondition(lambda self: self.story.world.tasks.tasks)
    @rule(data=st.data(), lost=st.booleans(), call=st.sampled_from(["fine", "fine", "late"]))
    def a_change_crosses_a_call(self, data, lost, call):
        story = self.story
        task = data.draw(st.sampled_from(story.world.tasks.tasks))
        someone = data.draw(OF[task.account_id.partition(".")[0]])
        story.run(task, call, "fine", False, lambda: story.change_meanwhile(someone, lost))

    @rule(data=st.data(), who=st.sampled_from(list(OF)), newer_first=st.booleans())
    def two_changes_of_one_person_cross(self, data, who, newer_first):
        story = self.story
        for _ in range(2):
            story.emit(data.draw(OF[who]), "live", False)
        first, second = story.in_flight[-2:]
        story.deliver_two(*((second, first) if newer_first else (first, second)))

    @precondition(lambda self: self.story.world.tasks.tasks)
    @rule(data=st.data(), reset=st.booleans())
    def an_answer_is_lost_and_they_sign_in(self, data, reset):
        story = self.story
        task = data.draw(st.sampled_from(story.world.tasks.tasks))
        if reset:
            story.change_wish(story.world.account(task.account_id), "reset")
        story.run(task, "lost_after", "fine", False, None)
        story.sign_in(story.world.account(task.account_id))

    def _between(self, data, task, meanwhile):
        story = self.story
        others = [other for other in story.world.tasks.tasks if other is not task]
        if meanwhile == "t" and others:
            other = data.draw(st.sampled_from(others))
            return lambda: story.run(other, "fine", "fine", False, None)
        if meanwhile == "c":
            someone, lost = data.draw(OF[task.account_id.partition(".")[0]]), data.draw(st.booleans())
            return lambda: story.change_meanwhile(someone, lost)
        if meanwhile == "d":
            return lambda: story.world.converge(task.account_id, task.version)
        if meanwhile == "m" and story.in_flight:
            message = data.draw(st.sampled_from(story.in_flight))
            return lambda: story.deliver(message, "fine", False)
        if meanwhile == "h":
            what = data.draw(st.sampled_from(["reset", "hold", "release"]))
            return lambda: story.change_wish(story.world.account(task.account_id), what)
        return None

    @precondition(lambda self: any(task.retries == 0 for task in self.story.world.tasks.tasks))
    @rule(data=st.data())
    def a_task_is_lost(self, data):
        tasks = self.story.world.tasks.tasks
        tasks.remove(data.draw(st.sampled_from([task for task in tasks if task.retries == 0])))

    @rule(minutes=st.integers(1, 30))
    def time_passes(self, minutes):
        world = self.story.world
        world.clock.pass_by(minutes=minutes)
        for realm in world.policy.realms:
            world.feed(realm)
            world.stuck(realm)

    @rule(kid=st.sampled_from(["k1", "k2"]))
    def the_key_rotates(self, kid):
        self.story.world.kid = kid
        self.story.world.restart()

    @precondition(lambda self: self.story.world.accounts())
    @rule(data=st.data(), what=st.sampled_from(["reset", "hold", "release"]))
    def the_wish_changes(self, data, what):
        self.story.change_wish(data.draw(st.sampled_from(self.story.world.accounts())), what)

    @precondition(lambda self: self.story.world.accounts())
    @rule(data=st.data())
    def somebody_signs_in(self, data):
        self.story.sign_in(data.draw(st.sampled_from(self.story.world.accounts())))

    @rule(person=PERSONS, realm=st.sampled_from(["smp", "guru.smp"]), group=st.booleans())
    def a_stranger_holds_an_address(self, person, realm, group):
        self.story.occupy(person[0], person[1], realm, group)

    def teardown(self):
        story = getattr(self, "story", None)
        if story is None:
            return
        try:
            story.settle()
            check(story)
            check_replay(story)
        finally:
            story.close()


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(
    max_examples=150, stateful_step_count=30, suppress_health_check=list(HealthCheck), deadline=None
)
