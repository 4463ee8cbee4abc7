"""The words of a derivation's steps in the course's languages; the library itself speaks English."""

from __future__ import annotations

import re

from attrs import frozen

from ..circuits.equations.derivation import Step
from ..circuits.errors import unknown

LAWS = {
    "KCL": "키르히호프의 전류 법칙", "KVL": "키르히호프의 전압 법칙", "constitutive law": "소자의 법칙", "definition": "정의",
    "elimination": "소거", "f-I curve": "f-I 곡선", "guard": "전환 조건", "interval": "스파이크 간격", "mode": "상태",
    "named form": "이름 붙인 꼴", "rheobase": "기전류", "solution": "풀이", "solve": "풀기", "substitution": "대입",
    "threshold": "문턱값", "approximation": "근사", "closed form": "닫힌 꼴",
}  # fmt: skip
WHYS = (
    (r"for (\S+)", r"\1에 대해 푼다"),
    (r"held at v_reset for t_ref, then charged to v_th", "t_ref 동안 v_reset에 머문 뒤 v_th까지 충전된다"),
    (r"it closes when this is crossed upwards", "이것을 위로 넘으면 닫힌다"),
    (r"it opens when this is crossed downwards", "이것을 아래로 넘으면 열린다"),
    (r"it fixes node (\S+)", r"마디 \1의 전압을 정한다"),
    (r"minus one over the factor of (\S+)", r"\1의 계수의 역수에 음의 부호를 붙인 것"),
    (r"multiplied by tau", "tau를 곱한다"),
    (r"one spike per interval", "간격마다 스파이크 하나"),
    (r"solved for (\S+)", r"\1에 대해 푼다"),
    (r"the known voltages put in", "아는 전압을 넣는다"),
    (r"the laws put into KCL", "소자의 법칙을 전류 법칙에 넣는다"),
    (r"the logarithm of both sides, times -tau", "양변에 로그를 취하고 -tau를 곱한다"),
    (r"the solution from v_reset has reached v_th", "v_reset에서 시작한 풀이가 v_th에 닿았다"),
    (r"the steady state just reaches v_th", "정상 상태가 꼭 v_th에 닿는다"),
    (r"v_inf taken over, divided by its factor", "v_inf를 넘기고 계수로 나눈다"),
    (r"what changes by its own size, over tau, decays exponentially", "제 크기를 tau로 나눈 만큼 변하는 것은 지수적으로 사라진다"),
    (r"what leaves sums to zero", "나가는 전류의 합은 0이다"),
    (r"where the derivative is zero", "미분이 0인 곳"),
    (r"while it is closed", "닫혀 있는 동안"),
    (r"while it is open", "열려 있는 동안"),
    (r"(y = .+) put back, at the start too", r"\1을(를) 시작값까지 되돌려 넣는다"),
    (r"(y = .+), while (\S+) stands still", r"\1, \2은(는) 변하지 않는다"),
)  # fmt: skip
"""What a step says why, as a pattern, and the same in Korean."""


@frozen
class Head:
    """What stands above a step's equation."""

    law: str
    subject: str
    why: str


def head(step: Step, language: str) -> Head:
    """The words of a step.

    Raises:
        UnknownNameError: a law or a reason that has no words in that language.
    """
    if language == "en":
        return Head(step.law, step.subject, step.why)
    if step.law not in LAWS:
        raise unknown("law", step.law, LAWS)
    return Head(LAWS[step.law], step.subject.replace("node ", "마디 "), _why(step.why))


def _why(words: str) -> str:
    if not words:
        return ""
    for pattern, korean in WHYS:
        if match := re.fullmatch(pattern, words):
            return match.expand(korean)
    raise unknown("reason of a step", words, [p for p, _ in WHYS])
