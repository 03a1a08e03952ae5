"""Lines that appeal to readers to subscribe, to follow, to give or to buy, in the languages of the news."""

import re
from typing import Final

from daemon.parse.outline import WIDE

_LONGEST: Final = 300
# What stands in a line beside sentences that appeal, and is no longer, tells nothing.
_LEAST_NEWS: Final = 40
# Somebody else's appeal is quoted, and is news.
_QUOTED: Final = re.compile("^[‘'‚–—-]|[\"“”„«»「『]")
_BETWEEN: Final = re.compile(r"(?<=[.!?…])\s")
_MARKS: Final = ("", *".,:;!?…")
_LETTER: Final = r"(?:newsletter\w*|letter|lettre|bolet\w+|briefings?|nieuwsbrief|biuletyn\w*)\b"

# Words that appeals have, and how they go on about them. What politicians and soldiers ask for too («support
# us», «follow us») is an appeal of the page only with a word about the page.
_APPEALS: Final = (
    ("follow", r"\bfollow us (?:on|at|via|here)\b|^follow us\W*$"),
    (
        "inbox",
        (
            r"\b(?:deliver\w*|straight|directly|right|newsletters?|subscribe|sign up|get|receive)\b.{0,90}"
            r"(?:in|to) your (?:e-?mail )?inbox"
        ),
    ),
    ("subscribe", r"subscribe (?:now|today|here|to (?:our|my))\b|please subscribe"),
    ("subscriber subscribers", r"(?:already|become) a (?:paid )?subscriber|subscribers also (?:receive|get)"),
    (
        "sign",
        (
            r"sign up (?:here|now|below)\b|sign up (?:for|to) (?:our|my)\b.{0,40}\b(?:news|alert|e?mail)"
            rf"|sign up (?:for|to) the\b.{{0,40}}\b{_LETTER}"
        ),
    ),
    (
        "newsletter newsletters",
        (
            r"\b(?:subscrib|sign up|join|get|receive|register|abonnier|anmeld|melden|bestell|jetzt|abonnez"
            r"|inscri|recevez|suscr|recib|assine|receba|iscriv|ricev|zapisz|subskryb)\w*\b.{0,80}"
            r"\b(?:our|unser\w*|notre|nuestra|nossa|nostra|nasz\w*) (?:\w+ ){0,2}newsletter"
        ),
    ),
    ("newsletter", r"newsletter (?:abonnieren|anmelden|bestellen)"),
    (
        "download",
        r"download our\b.{0,40}\bapps?\b|^(?:for the latest .{0,60})?download the\b.{0,40}\bapps?\b",
    ),
    (
        "donate",
        r"donate (?:now|here)|please (?:consider donating|donate)(?: (?:to (?:us|our)|if|today)\b|\W*$)",
    ),
    ("support", r"(?:^|please |help )support (?:us\b|our (?:work|journalism|reporting)\b)"),
    ("abonniere abonniert abonnieren", r"abonnier(?:e|t|en sie)\b.{0,20}\b(?:uns|unser\w*|jetzt|hier)\b"),
    ("abonnieren spenden", r"jetzt (?:abonnieren|spenden)\W*(?:$|[:.!])"),
    (
        "folge folgt folgen",
        r"\bfolg(?:e|t|en sie) (?:uns\b.{0,20} (?:auf|bei|via)\b|unserem \S*(?:kanal|account))",
    ),
    ("postfach", r"(?:dein|ihr)em (?:e-mail-)?postfach"),
    (
        "unterstütze unterstützt unterstützen",
        r"unterstütz(?:e|t|en sie) (?:uns|unser\w*)\b.{0,80} (?:arbeit|\w*journalis|magazin|spende)",
    ),
    (
        "spende",
        r"mit (?:ihrer|deiner) spende (?:unterstützen sie|unterstützt du|helfen sie|hilfst du) (?:uns|unser)",
    ),
    (
        "verpassen versäumen",
        r"^(?:jetzt |nie |\d+ )?(?:nichts|keine? \w+) mehr (?:verpassen|versäumen)",
    ),
    ("abonnez-vous", r"abonnez-vous(?: (?:à|pour|maintenant|ici|dès|et)\b|\W*$)"),
    ("suivez-nous", r"suivez-nous (?:sur|aussi|également|ici)\b|suivez-nous\W*$"),
    ("soutenez-nous", r"soutenez-nous(?: (?:en|par|pour)\b|\W*$)"),
    ("inscrivez-vous", rf"inscrivez-vous\b.{{0,60}}\b{_LETTER}"),
    ("suivez soutenez", r"suivez nous sur|soutenez notre (?:travail|journal|rédaction)"),
    ("recevez", rf"recevez\b.{{0,80}}(?:\b{_LETTER}|\bboîte|\bpar e?-?mail)"),
    ("suscríbete suscríbase síguenos", r"suscríb|síguenos (?:en|también)|síguenos\W*$"),
    (
        "únete descarga",
        r"únete a nuestr\w+ (?:canal|comunidad|grupo|boletín)|descarga nuestra\b.{0,30}\bapp\b",
    ),
    ("boletín", r"\b(?:suscr|recib|apúnta)\w+\b.{0,60}nuestro boletín"),
    ("inscreva-se siga-nos assine", r"inscreva-se|siga-nos|assine (?:já|agora)\W*$|assine (?:a )?nossa"),
    (
        "iscriviti seguici",
        r"iscriviti (?:a|al|alla|alle|ora|qui|subito)\b|seguici (?:su|sui|sulla|anche)\b|seguici\W*$",
    ),
    (
        "zapisz obserwuj wesprzyj wspieraj",
        rf"zapisz się (?:do|na)\b.{{0,40}}(?:{_LETTER}|kanał)|(?:obserwuj|wesprzyj|wspieraj) nas\b",
    ),
    (
        "подпишитесь подпишись подписывайтесь подписывайся",
        r"подпи\w+ на .{0,60}(?:наш|нас\b|канал|рассылк|тел[ей]грам|telegram|youtube|соцсет)",
    ),
    (
        "підпишіться підпишись підписуйтесь підписуйтеся",
        r"підпи\w+ на .{0,60}(?:наш|нас\b|канал|розсилк|телеграм|telegram|youtube|соцмереж)",
    ),
    (
        "volg schrijf meld ontvang",
        rf"volg ons (?:op|via|ook)\b|(?:schrijf je|meld je|ontvang)\b.{{0,60}}{_LETTER}",
    ),
    ("prenumerera nyhetsbrev", r"prenumerera på (?:vår|nyhets)|vårt nyhetsbrev"),
    ("følg nyhedsbrev nyhetsbrev", r"følg os|vores nyhedsbrev|vårt nyhetsbrev"),
    ("tilaa takip ακολουθήστε", r"tilaa (?:uutiskirje|tästä)|bizi .{0,40}takip edin|ακολουθήστε (?:μας|το)"),
    ("تابعنا تابعونا اشترك", r"تابعنا|تابعونا|اشترك (?:في|الآن)"),
    ("kövess kövessen iratkozz iratkozzon", r"kövess(?:en)? minket|iratkozz(?:on)? fel"),
    (
        "abonează-te urmărește-ne urmăriți-ne",
        r"abonează-te (?:la (?:newsletter|canal|știri)|acum|aici|gratuit)|urmăr\S+ (?:și )?pe\b",
    ),
    ("последвайте абонирай абонирайте", r"последвайте ни|абонирай(?:те)? се"),
    ("sledujte odebírejte", r"sledujte n[aá]s (?:i |také )?na\b|odebírejte"),
    ("pratite pretplatite", r"pratite nas (?:i )?(?:na|putem)\b|pretplatite se"),
)
_BY_WORD: Final = {
    f"{word}{mark}": [re.compile(pattern) for others, pattern in _APPEALS if word in others.split()]
    for words, _ in _APPEALS
    for word in words.split()
    for mark in _MARKS
}
_WORDS: Final = frozenset(_BY_WORD)
# The same in scripts that do not part words. 关注 is «to be concerned» too, フォロー «to watch».
_UNPARTED: Final = (
    *(
        "请关注我们",
        "欢迎关注",
        "欢迎订阅",
        "订阅我们",
        "請追蹤我們",
        "訂閱我們",
        "フォローしてください",
        "登録はこちら",
    ),
    *("구독하세요", "구독해 주세요"),
)
_LONGEST_UNPARTED: Final = 60


def without_appeals(line: str) -> str:
    """The line without what appeals to its readers in the name of the page; "" when that is all it does."""
    if not 0 < len(line) <= _LONGEST:
        return line
    if line[len(line) // 2] >= WIDE:
        is_short = len(line) <= _LONGEST_UNPARTED
        return "" if is_short and any(map(line.__contains__, _UNPARTED)) else line
    if _WORDS.isdisjoint(line.lower().split()) or _QUOTED.search(line):
        return line
    sentences = _BETWEEN.split(line)
    news = [sentence for sentence in sentences if not _appeals(sentence.lower())]
    if len(news) == len(sentences):
        return line
    told = sum(len(sentence) for sentence in news if not sentence.endswith("?"))
    return " ".join(news) if told > _LEAST_NEWS else ""


def _appeals(sentence: str) -> bool:
    words = _WORDS.intersection(sentence.split())
    return any(pattern.search(sentence) for word in words for pattern in _BY_WORD[word])
