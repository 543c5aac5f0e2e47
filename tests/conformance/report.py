"""How the checks of this folder report: a line for each case that fails, and one closing line."""
import sys


def told(faults):
    """The faults, and at their end what a reader gave up with, if it did."""
    try:
        yield from faults
    except Exception as problem:  # readers of others raise what they like
        yield f"{type(problem).__name__}: {problem}"


class Report:
    """Counts cases. A case passes when it has no faults."""

    def __init__(self, name):
        self.name, self.passed, self.failed = name, 0, 0

    def case(self, title, faults):
        faults = list(faults)
        if not faults:
            self.passed += 1
            return
        self.failed += 1
        print(f"FAIL {title}")
        for fault in faults[:10]:
            print(f"     {str(fault)[:300]}")
        if len(faults) > 10:
            print(f"     and {len(faults) - 10} more")

    def close(self):
        """Prints the closing line and ends the program. Having found nothing to check is a failure too."""
        if self.passed + self.failed == 0:
            self.case("nothing found to check", ["is this the folder that `plein build` wrote?"])
        print(f"{self.name}: {self.passed} passed, {self.failed} failed")
        sys.exit(1 if self.failed else 0)
