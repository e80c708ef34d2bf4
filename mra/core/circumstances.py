"""Why a car is needed: the answers that every application is asked for, and by which the order may be decided."""

from enum import StrEnum


class Circumstance(StrEnum):
    """One answer; an applicant gives as many as apply."""

    HOSPITAL = "hospital"
    CARE = "care"
    COMMUTE = "commute"
    INFANT = "infant"
    NO_CAR = "no_car"
    NO_PUBLIC_TRANSPORT = "no_public_transport"
    SHOPPING = "shopping"
    CLEAN_UP = "clean_up"
    SUPPORT_WORK = "support_work"


CIRCUMSTANCE_WORDS = {
    Circumstance.HOSPITAL: "通院・透析",
    Circumstance.CARE: "家族の介護",
    Circumstance.COMMUTE: "通勤・仕事",
    Circumstance.INFANT: "乳幼児がいる",
    Circumstance.NO_CAR: "世帯に使える車が1台もない",
    Circumstance.NO_PUBLIC_TRANSPORT: "近くに使える公共交通がない",
    Circumstance.SHOPPING: "買い物・役所などの用事",
    Circumstance.CLEAN_UP: "片付け・荷物の運搬",
    Circumstance.SUPPORT_WORK: "被災地での支援活動",
}

# Who may tick an answer, in words that a person who fills the form at night can judge by.
CIRCUMSTANCE_MEANINGS = {
    Circumstance.HOSPITAL: "ご本人やご家族の通院、透析、リハビリなど",
    Circumstance.CARE: "ご家族の介護や、介護サービスへの送り迎え",
    Circumstance.COMMUTE: "車がないと通勤できない、または仕事や収入に差しつかえる",
    Circumstance.INFANT: "小学校に入る前のお子さんと暮らしている",
    Circumstance.NO_CAR: "いっしょに暮らす方の車を含めて、動く車がない",
    Circumstance.NO_PUBLIC_TRANSPORT: "歩いて行ける所に駅やバス停がない、または便がほとんどない",
}

# Who is meant by an answer where the order is printed for everybody.
CIRCUMSTANCE_PEOPLE = {
    Circumstance.HOSPITAL: "通院・透析に車が必要な方",
    Circumstance.CARE: "家族の介護がある方",
    Circumstance.COMMUTE: "通勤・仕事（収入）に車が必要な方",
    Circumstance.INFANT: "乳幼児がいる方",
    Circumstance.NO_CAR: "世帯に使える車が1台もない方",
    Circumstance.NO_PUBLIC_TRANSPORT: "近くに使える公共交通がない方",
    Circumstance.SHOPPING: "買い物や役所などの用事に車が必要な方",
    Circumstance.CLEAN_UP: "片付けや荷物の運搬に車が必要な方",
    Circumstance.SUPPORT_WORK: "被災地で支援活動をする方・団体",
}
