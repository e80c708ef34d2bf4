"""How a service says no: a code for the machine, facts for the sentence, nothing changed."""


class Refused(Exception):
    """A use case that the rules do not allow now.

    `code` names the reason; every code has a Japanese sentence in its capability's `REFUSALS`, formatted with
    `facts`. The shell rolls back, shows the sentence and answers 409; no view catches it.
    """

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
