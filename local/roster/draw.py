"""The one seeded source of chance behind the sample."""

from collections.abc import Callable, Sequence
from random import Random
from typing import TypeVar
from uuid import UUID

from faker import Faker

from local.roster.schools import School, invented, registered

T = TypeVar("T")

# An SD's two upper grades have accounts under the launch rule: drawn more often, they leave a table worth looking at.
UPPER_GRADES = {5: 3, 6: 3}


class Draw:
    """Draws ids, numbers, schools and words; one seed, one sequence."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.faker = Faker("id_ID")
        self.faker.seed_instance(seed)
        self.schools = registered() + invented()
        self._weights = [self._weight(school) for school in self.schools]

    @staticmethod
    def _weight(school: School) -> int:
        if not school.invented:
            return 4
        return 2 if school.level == "kesetaraan" else 1

    def chance(self, share: float) -> bool:
        """Be true in this share of the calls."""
        return self.rng.random() < share

    def one(self, options: Sequence[T]) -> T:
        """Draw one of the options."""
        return self.rng.choice(options)

    def uuid(self) -> str:
        """Draw a random UUID, in lower case."""
        return str(UUID(int=self.rng.getrandbits(128), version=4))

    def digits(self, prefix: str, length: int) -> str:
        """Draw a number of this length that begins with the prefix."""
        return prefix + "".join(self.rng.choices("0123456789", k=length - len(prefix)))

    def school(self) -> School:
        """Draw a school: the register's more often than an invented place."""
        return self.rng.choices(self.schools, self._weights)[0]

    def school_where(self, suits: Callable[[School], bool]) -> School:
        """Draw one of the schools that suit."""
        return self.one([school for school in self.schools if suits(school)])

    def grade(self, school: School) -> int:
        """Draw one of a school's grades."""
        weights = [UPPER_GRADES.get(grade, 1) if school.form == 5 else 1 for grade in school.grades]
        return self.rng.choices(school.grades, weights)[0]
