"""Municipalities, the members of the alliance with their pledges, and agreements."""

from .agreements import Agreement, AgreementContact, AgreementFile, AgreementParty, AgreementReminder, BaseCandidate
from .members import Member, MemberContact, MemberInvitation, MemberPerson
from .municipalities import Municipality, MunicipalityArea, PostalCode, PrefectureOutline
from .pledges import Pledge

__all__ = [
    "Agreement",
    "AgreementContact",
    "AgreementFile",
    "AgreementParty",
    "AgreementReminder",
    "BaseCandidate",
    "Member",
    "MemberContact",
    "MemberInvitation",
    "MemberPerson",
    "Municipality",
    "MunicipalityArea",
    "Pledge",
    "PostalCode",
    "PrefectureOutline",
]
