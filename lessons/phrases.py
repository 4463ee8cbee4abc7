"""Short phrases of the course outside its lessons: verdicts, buttons, labels; in all languages."""

from __future__ import annotations

from ..circuits.errors import unknown

PHRASES: dict[str, dict[str, str]] = {
    "right": {"en": "Right.", "ko": "맞습니다."},
    "wrong": {"en": "Not yet.", "ko": "아직 아닙니다."},
    "check": {"en": "Check", "ko": "확인"},
    "hint": {"en": "Hint", "ko": "힌트"},
    "next_hint": {"en": "Show a hint", "ko": "힌트 보기"},
    "solution": {"en": "Solution", "ko": "풀이"},
    "show_solution": {"en": "Show the solution", "ko": "풀이 보기"},
    "answer": {"en": "Your answer", "ko": "여러분의 답"},
    "exercise": {"en": "Exercise", "ko": "연습 문제"},
    "misconception": {"en": "A misconception", "ko": "흔한 오해"},
    "goals": {"en": "After this lesson you can", "ko": "이 강의를 마치면"},
    "lesson": {"en": "Lesson", "ko": "강의"},
    "next_step": {"en": "Next step", "ko": "다음 단계"},
    "all_steps": {"en": "All steps", "ko": "모든 단계"},
    "from": {"en": "from", "ko": "앞에서"},
    "language": {"en": "Language", "ko": "언어"},
    "derivation": {"en": "Derivation", "ko": "유도"},
    "circuit": {"en": "Circuit", "ko": "회로"},
    "model": {"en": "model", "ko": "모델"},
    "time": {"en": "time", "ko": "시간"},
    "difference": {"en": "difference", "ko": "차이"},
    "course": {"en": "Circuit theory for spiking neural networks", "ko": "스파이킹 신경망을 위한 회로 이론"},
    "lab": {"en": "Lab: ngspice in the browser", "ko": "실험실: 브라우저 속의 ngspice"},
    "answer_empty": {"en": "Nothing is written here yet.", "ko": "아직 아무것도 쓰지 않았습니다."},
    "answer_long": {
        "en": "An answer has at most {most} characters.",
        "ko": "답은 {most}자까지 쓸 수 있습니다.",
    },
    "answer_comma": {
        "en": "Write a decimal point, not a comma: {better}",
        "ko": "소수점은 쉼표가 아니라 마침표로 쓰세요: {better}",
    },
    "answer_words": {
        "en": "Write the number in digits, such as 10 or 2.5.",
        "ko": "수는 10, 2.5처럼 숫자로 쓰세요.",
    },
    "answer_code": {
        "en": "Write the number itself, not a formula: nothing that is typed here is computed.",
        "ko": "식이 아니라 계산한 수를 쓰세요. 여기에 쓴 것은 계산되지 않습니다.",
    },
    "answer_no_number": {
        "en": "{text!r} does not begin with a number; write for example 10 ms or 0.5.",
        "ko": "{text!r}은(는) 수로 시작하지 않습니다. 10 ms나 0.5처럼 쓰세요.",
    },
    "answer_unit_unknown": {
        "en": "{unit!r} is no unit known here; known are V, A, Ω, F, C, s, Hz with m, µ, n, p, k, M.",
        "ko": "{unit!r}은(는) 모르는 단위입니다. V, A, Ω, F, C, s, Hz에 m, µ, n, p, k, M을 붙일 수 있습니다.",
    },
    "answer_unit_missing": {
        "en": "The unit is missing: the answer is in {unit}.",
        "ko": "단위가 없습니다. 답의 단위는 {unit}입니다.",
    },
    "answer_unit_wrong": {
        "en": "{found} is the wrong unit: the answer is in {unit}.",
        "ko": "{found}은(는) 맞지 않는 단위입니다. 답의 단위는 {unit}입니다.",
    },
    "answer_unit_none": {
        "en": "The answer is a plain number, without a unit.",
        "ko": "답은 단위가 없는 수입니다.",
    },
    "answer_sign": {"en": "The size is right, the sign is not.", "ko": "크기는 맞지만 부호가 다릅니다."},
    "answer_power": {
        "en": "Off by a power of ten: look at the prefixes once more.",
        "ko": "10의 거듭제곱만큼 다릅니다. 접두어를 다시 보세요.",
    },
    "answer_close": {"en": "Close, but not within {percent} %.", "ko": "가깝지만 {percent} % 이내는 아닙니다."},
    "choose": {"en": "Choose one of the answers.", "ko": "답을 하나 고르세요."},
    "equation_sides": {
        "en": "Write an equation with exactly one equals sign.",
        "ko": "등호가 정확히 하나 있는 등식으로 쓰세요.",
    },
    "equation_unknown": {
        "en": "{names} is not known here: use only {known}.",
        "ko": "{names}은(는) 여기서 모르는 이름입니다. {known}만 쓰세요.",
    },
    "equation_unread": {
        "en": "This cannot be read as an equation: {reason}",
        "ko": "등식으로 읽을 수 없습니다: {reason}",
    },
    "equation_large": {
        "en": "This has a degree above {most}: multiply out less, or write it shorter.",
        "ko": "차수가 {most}보다 큽니다. 더 짧은 꼴로 쓰세요.",
    },
    "equation_empty": {
        "en": "This is true for every value, so it says nothing.",
        "ko": "어떤 값에서도 참이므로 아무것도 말해 주지 않습니다.",
    },
    "equation_other": {
        "en": "This says something else than Kirchhoff's law here; check the signs.",
        "ko": "이곳의 키르히호프 법칙과 다른 말입니다. 부호를 확인하세요.",
    },
    "rate_is": {
        "en": "In ngspice it fires at {rate} Hz; asked were {target} Hz.",
        "ko": "ngspice에서 {rate} Hz로 발화합니다. 목표는 {target} Hz입니다.",
    },
    "rate_model": {
        "en": "ngspice is not here, so the model ran it: {rate} Hz; asked were {target} Hz.",
        "ko": "ngspice가 없어 모델로 돌렸습니다: {rate} Hz. 목표는 {target} Hz입니다.",
    },
    "rate_silent": {
        "en": "With this current the neuron does not fire twice.",
        "ko": "이 전류로는 뉴런이 두 번 발화하지 않습니다.",
    },
    "rate_current": {
        "en": "Give a current between 0 and {most}.",
        "ko": "0과 {most} 사이의 전류를 쓰세요.",
    },
    "code_no_function": {
        "en": "There is no function called {name}: write def {name}(...).",
        "ko": "{name}이라는 함수가 없습니다. def {name}(...)을 쓰세요.",
    },
    "code_syntax": {
        "en": "Python cannot read line {line}: {reason}",
        "ko": "파이썬이 {line}번째 줄을 읽지 못합니다: {reason}",
    },
    "code_forbidden": {
        "en": "Line {line} uses {what}: only arithmetic, lists, loops and the module math are needed here.",
        "ko": "{line}번째 줄에서 {what}을(를) 씁니다. 여기서는 산술, 리스트, 반복문, math 모듈만 필요합니다.",
    },
    "code_time": {
        "en": "It did not end within {seconds} seconds: does a loop run for ever?",
        "ko": "{seconds}초 안에 끝나지 않았습니다. 끝나지 않는 반복문이 있습니까?",
    },
    "code_memory": {
        "en": "It took more than {megabytes} MB of memory.",
        "ko": "메모리를 {megabytes} MB보다 많이 썼습니다.",
    },
    "code_raised": {"en": "It stopped with {reason}", "ko": "다음 오류로 멈추었습니다: {reason}"},
    "code_file": {
        "en": "It tried to reach files, the network or other programs, which is not possible here ({reason}).",
        "ko": "파일, 네트워크, 다른 프로그램에 접근하려 했습니다. 여기서는 할 수 없습니다({reason}).",
    },
    "code_shape": {
        "en": "It returned {found}; asked was a list of numbers.",
        "ko": "{found}을(를) 돌려주었습니다. 수의 리스트여야 합니다.",
    },
    "code_count": {
        "en": "It gives {found} spikes where the exact neuron has {wanted} ({case}).",
        "ko": "정확한 뉴런은 스파이크가 {wanted}개인데 {found}개를 냅니다({case}).",
    },
    "code_late": {
        "en": "Spike {number} is off by {steps} steps; two are allowed ({case}).",
        "ko": "{number}번째 스파이크가 {steps}단계 어긋납니다. 두 단계까지 허용됩니다({case}).",
    },
    "only_learn": {
        "en": "This exercise runs your code, which a page cannot do: open the lesson with `lapicque learn`.",
        "ko": "이 문제는 여러분의 코드를 실행하므로 웹 페이지에서는 할 수 없습니다. `lapicque learn`으로 강의를 여세요.",
    },
    "skip": {"en": "Skip to the content", "ko": "본문으로 건너뛰기"},
    "home": {"en": "All lessons", "ko": "모든 강의"},
    "other_language": {"en": "한국어", "ko": "English"},
    "move_it": {"en": "Move it", "ko": "움직여 보세요"},
    "simulated": {"en": "In ngspice", "ko": "ngspice에서"},
    "open_in_lab": {"en": "Run it in the lab", "ko": "실험실에서 돌려 보기"},
    "previous": {"en": "Previous", "ko": "이전"},
    "next": {"en": "Next", "ko": "다음"},
    "source_code": {"en": "Python", "ko": "파이썬"},
    "licence": {
        "en": "lapicque, GPL-3.0-or-later. The figures on this page were computed by it.",
        "ko": "lapicque, GPL-3.0-or-later. 이 페이지의 값은 모두 이 프로그램이 계산했습니다.",
    },
    "bundled": {
        "en": "Bundled: ngspice (BSD-3-Clause and others) compiled to WebAssembly by eecircuit-engine (MIT).",
        "ko": "함께 담긴 것: eecircuit-engine(MIT)이 WebAssembly로 컴파일한 ngspice(BSD-3-Clause 등).",
    },
    "intro": {
        "en": "For people who know deep learning and no electronics: from the question what a spiking neural network is to "
              "the equation of the leaky integrate-and-fire neuron and its circuit. Everything can be moved, derived, "
              "simulated and checked.",
        "ko": "딥러닝은 알지만 전자 회로는 모르는 사람을 위한 강좌입니다. 스파이킹 신경망이 무엇인가에서 시작해 누설 적분 발화 뉴런의 "
              "방정식과 그 회로까지 갑니다. 모든 것을 움직이고, 유도하고, 시뮬레이션하고, 확인할 수 있습니다.",
    },
    "lab_intro": {
        "en": "Real ngspice, here in your browser: nothing is installed and nothing is sent. Move a slider, and the netlist is "
              "run; the line is the derived formula, the circles are ngspice.",
        "ko": "진짜 ngspice가 여러분의 브라우저에서 돕니다. 설치하는 것도, 보내는 것도 없습니다. 슬라이더를 움직이면 넷리스트가 "
              "돌아갑니다. 선은 유도한 식이고 동그라미는 ngspice입니다.",
    },
    "poster": {"en": "Poster: the LIF neuron on one page (PDF)", "ko": "포스터: 한 쪽에 담은 LIF 뉴런(PDF)"},
    "licences": {"en": "Licences", "ko": "라이선스"},
    "netlist": {"en": "Netlist", "ko": "넷리스트"},
    "run_netlist": {"en": "Run", "ko": "돌리기"},
    "copy_netlist": {"en": "Copy netlist", "ko": "넷리스트 복사"},
    "copy_link": {"en": "Copy link", "ko": "링크 복사"},
    "save_png": {"en": "PNG", "ko": "PNG"},
    "save_csv": {"en": "CSV", "ko": "CSV"},
    "copied": {"en": "Copied.", "ko": "복사했습니다."},
    "running": {"en": "ngspice is running …", "ko": "ngspice가 도는 중 …"},
    "run_failed": {"en": "ngspice says:", "ko": "ngspice의 말:"},
    "no_vector": {
        "en": "The netlist ran, but it keeps no {name}: write it behind .save.",
        "ko": "넷리스트는 돌았지만 {name}을(를) 남기지 않습니다. .save 뒤에 쓰세요.",
    },
    "address_wrong": {
        "en": "Left out of the address, because it makes no sense here: {what}",
        "ko": "여기서 뜻이 없어 주소에서 뺀 것: {what}",
    },
    "points": {"en": "time points", "ko": "시간점"},
    "run_time": {"en": "run", "ko": "실행"},
    "median": {"en": "median difference", "ko": "차이의 중앙값"},
    "worst": {"en": "largest difference", "ko": "최대 차이"},
    "swing": {"en": "of a swing of", "ko": "전체 폭"},
    "download": {
        "en": "The first use fetches ngspice: {megabytes} MB compressed, once.",
        "ko": "처음 쓸 때 ngspice를 한 번 내려받습니다: 압축 {megabytes} MB.",
    },
    "no_ngspice": {
        "en": "ngspice is not installed here, so only the model is shown. On Debian or Ubuntu: "
              "`sudo apt install libngspice0`. The lesson works without it.",
        "ko": "이 컴퓨터에 ngspice가 없어 모델만 보입니다. Debian이나 Ubuntu에서는 "
              "`sudo apt install libngspice0`으로 설치합니다. 강의는 그대로 진행할 수 있습니다.",
    },
    "worst_difference": {
        "en": "Largest difference between ngspice and model: {percent} % of the swing.",
        "ko": "ngspice와 모델의 최대 차이: 전체 폭의 {percent} %.",
    },
    "spikes_differ": {
        "en": "Spikes: {count}; the worst one differs by {time}.",
        "ko": "스파이크 {count}개, 가장 많이 다른 것은 {time}.",
    },
}  # fmt: skip


def say(phrase: str, language: str, **values: object) -> str:
    """A phrase in a language, with its values put in.

    Raises:
        UnknownNameError: no such phrase or language.
    """
    if phrase not in PHRASES:
        raise unknown("phrase", phrase, PHRASES)
    if language not in PHRASES[phrase]:
        raise unknown("language", language, PHRASES[phrase])
    return PHRASES[phrase][language].format(**values)
