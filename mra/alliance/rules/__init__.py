"""What members promise, what agreements say, and when both are looked at again."""

from . import agreements, members, pledges

REFUSALS = members.REFUSALS | pledges.REFUSALS | agreements.REFUSALS
CONSTRAINTS = members.CONSTRAINTS | pledges.CONSTRAINTS | agreements.CONSTRAINTS
