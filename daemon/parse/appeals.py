"""Lines that appeal to readers to subscribe, to follow, to give or to buy, in the languages of the news."""

import re
from typing import Final

from daemon.parse.outline import WIDE

_LONGEST: Final = 300
# Somebody else's appeal is quoted, and is news.
_QUOTES: Final = tuple("\"“„«»‘'‚「『–—-")
_MARKS: Final = ("", *".,:;!?…")

# Words that appeals have, and how they go on about them.
_APPEALS: Final = (
    ("follow", r"\bfollow us\b"),
    ("inbox", r"(?:in|to) your (?:e-?mail )?inbox"),
    ("subscribe", r"subscribe (?:now|today|here|to (?:our|my))\b|please subscribe"),
    (
        "subscriber subscribers",
        r"(?:already|become) a (?:paid )?subscriber|subscribers (?:also )?(?:receive|get)\b",
    ),
    (
        "sign",
        r"sign up (?:here|now|below)\b|sign up (?:for|to) (?:our|the|my)\b.{0,40}\b(?:news|alert|e?mail)",
    ),
    (
        "newsletter newsletters",
        r"\b(?:our|unser\w*|notre|nuestra|nossa|nostra|nasz\w*) (?:\w+ ){0,2}newsletter",
    ),
    ("newsletter", r"newsletter (?:abonnieren|anmelden|bestellen)"),
    ("download", r"download (?:our|the|its)\b.{0,40}\bapps?\b"),
    ("donate", r"donate (?:now|here)|please (?:donate|consider donating)"),
    ("support", r"support (?:us|our (?:work|journalism|reporting))\b"),
    ("abonniere abonniert abonnieren", r"abonnier(?:e|t|en sie)\b.{0,20}\b(?:uns|unser\w*|jetzt|hier)\b"),
    ("abonnieren spenden", r"jetzt (?:abonnieren|spenden)"),
    ("folge folgt folgen", r"\bfolg(?:e|t|en sie) (?:uns\b|unser)"),
    ("postfach", r"(?:dein|ihr)em (?:e-mail-)?postfach"),
    ("unterstütze unterstützt unterstützen", r"unterstütz(?:e|t|en sie) (?:bitte )?(?:uns\b|unser)"),
    ("spende", r"mit (?:einer|ihrer|deiner) spende"),
    ("verpassen versäumen", r"(?:nichts|kein\w*)\b.{0,30}\bmehr (?:verpassen|versäumen)"),
    ("abonnez-vous suivez-nous soutenez-nous inscrivez-vous", r"(?:abonnez|suivez|soutenez|inscrivez)-"),
    ("suivez soutenez", r"suivez nous|soutenez notre"),
    ("recevez", r"recevez\b.{0,80}\b(?:mails?|newsletters?|boîte)\b"),
    ("suscríbete suscríbase síguenos", r"suscríb|síguenos"),
    ("únete descarga", r"únete a nuestr|descarga (?:la|nuestra)\b.{0,30}\bapp\b"),
    ("boletín", r"nuestro boletín"),
    ("inscreva-se siga-nos assine", r"inscreva-se|siga-nos|assine (?:já|agora|a nossa|nossa)"),
    ("iscriviti seguici", r"iscriviti (?:a|al|alla|alle|ora|qui|subito)\b|seguici"),
    ("zapisz obserwuj wesprzyj wspieraj", r"zapisz się (?:do|na)\b|(?:obserwuj|wesprzyj|wspieraj) nas"),
    ("подпишитесь подпишись подписывайтесь подписывайся", r"подпи\w+ на"),
    ("підпишіться підпишись підписуйтесь підписуйтеся", r"підпи\w+ на"),
    ("volg schrijf nieuwsbrief", r"volg ons|schrijf je (?:nu |hier )?in|onze nieuwsbrief"),
    ("prenumerera nyhetsbrev", r"prenumerera på|vårt nyhetsbrev"),
    ("følg nyhedsbrev nyhetsbrev", r"følg os|vores nyhedsbrev|vårt nyhetsbrev"),
    ("tilaa takip ακολουθήστε", r"tilaa (?:uutiskirje|tästä)|bizi .{0,40}takip edin|ακολουθήστε (?:μας|το)"),
    ("تابعنا تابعونا اشترك", r"تابعنا|تابعونا|اشترك (?:في|الآن)"),
    ("kövess kövessen iratkozz iratkozzon", r"kövess(?:en)? minket|iratkozz(?:on)? fel"),
    ("abonează-te urmărește-ne urmăriți-ne", r"abonează-te|urmăr"),
    ("последвайте абонирай абонирайте", r"последвайте ни|абонирай(?:те)? се"),
    ("sledujte odebírejte", r"sledujte n[aá]s|odebírejte"),
    ("pratite pretplatite", r"pratite nas|pretplatite se"),
)
_BY_WORD: Final = {
    f"{word}{mark}": [re.compile(pattern) for others, pattern in _APPEALS if word in others.split()]
    for words, _ in _APPEALS
    for word in words.split()
    for mark in _MARKS
}
_WORDS: Final = frozenset(_BY_WORD)
# The same in scripts that do not part words.
_UNPARTED: Final = (
    *("关注我们", "欢迎关注", "欢迎订阅", "订阅我们", "追蹤我們", "訂閱我們", "フォローして", "登録はこちら"),
    *("구독하세요", "구독해 주세요"),
)


def is_appeal(line: str) -> bool:
    """Whether a line appeals to its readers in the name of the page, and tells no news."""
    if not 0 < len(line) <= _LONGEST or line.startswith(_QUOTES):
        return False
    if line[len(line) // 2] >= WIDE:
        return any(map(line.__contains__, _UNPARTED))
    line = line.lower()
    words = line.split()
    if _WORDS.isdisjoint(words):
        return False
    return any(pattern.search(line) for word in _WORDS.intersection(words) for pattern in _BY_WORD[word])
