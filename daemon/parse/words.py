"""Words that tell an article from what stands around it, each table with its reason."""

import re
from functools import lru_cache
from typing import Final


def word_set(table: str) -> frozenset[str]:
    """Read a table of words parted by white space."""
    return frozenset(table.split())


# In a class, an id or a role: what publishers call the parts of a page that are not the article. Matched
# against whole words of a name, so that «comment» is found in «post-comments» but «ad» not in «header».
_BESIDE: Final = """
    comment comments commentlist disqus respond reply replies discussion related recommend recommended
    recommendation recommendations recirc recirculation outbrain taboola trending popular mostread
    most-read more-from also-like sponsor sponsored sponsors jp-relatedposts sharing sharedaddy
    addthis addtoany nav navbar navigation submenu breadcrumb breadcrumbs pagination pager post-navigation
    footer copyright cookie cookies consent gdpr advert adverts advertisement advertisements
    advertising adsense dfp author-bio author-box authorbox about-author about-the-author
"""
# As above, but names that some publishers give to the frame around everything.
_MAYBE_BESIDE: Final = """
    teaser teasers newsletter newsletters subscription widget widgets sidebar side-bar aside rail hidden
    invisible meta tags similar promo promotion promoted skip search paywall banner further header share
    social-links social-share social-icons social-buttons sharebar follow subscribe signup sign-up optin
    login log-in register menu paging toc table-of-contents footnote-links legal disclaimer ad ads byline bio
    tag-list taglist tagcloud categories cat-links entry-meta post-meta metadata article-meta modal
    popup overlay tooltip toolbar searchform readmore read-more caption captions figcaption wp-caption-text
    credit credits rating ratings vote votes poll print-only noprint no-print visuallyhidden visually-hidden
    screen-reader-text sr-only cta call-to-action author saboxplugin footnotes
"""


def _any_of(table: str) -> str:
    """A pattern for the words of a table, by their first letters: where none begins is quickly seen."""
    rests: dict[str, list[str]] = {}
    for word in table.split():
        rests.setdefault(word[0], []).append(word[1:])
    return "|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in rests.items())


# To be searched in names with a space before them.
_BESIDE_WORD: Final = re.compile(
    rf"[\s_-](?:(?P<sure>{_any_of(_BESIDE)})|(?P<maybe>{_any_of(_MAYBE_BESIDE)}))(?![^\s_\d-])"
)
# Where the last word of a name begins that is written like «imageCaption».
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z][a-z]+(?:\s|$))")
# WordPress names a post after its subjects and its author: «category-popular», «tag-sharing», «author-jane».
_SUBJECT: Final = re.compile(
    r"(?:category|tag|post[_-]tag)-(?!list|cloud|links)"
    r"|author-(?!info|desc|bio|box|card|detail|profile|block|section|wrap)"
)
# Words about what is *not* there, or about a frame that holds more than what it is named for.
_FRAME: Final = re.compile(
    r" (?:(?:has|no|with|without)[_-]|(?:overflow|backface|[xy])-hidden)|[_-](?:enabled|disabled)|label[_-]|"
    r"[_-](?:layout|wrap|wrapper|container)$|:|[_-](?<=[a-z].)widget(?:[_-]|$)"
)


# What publishers call the article itself: a name like this outweighs one of the above.
_MAIN: Final = re.compile(
    r"articlebody|article[-_]{0,2}(?:body|content|text|copy)|entry[-_]content|post[-_]{0,2}(?:body|content|text)"
    r"|story[-_]{0,2}(?:body|content|text)|body[-_]?copy|main[-_]content|content[-_]body"
)


@lru_cache(maxsize=8192)
def beside_word(name: str) -> str:
    """The word in a class or id that tells of something beside the article; "" when there is none.

    A word in capitals is sure: even when it names most of the page's text, it is believed.
    """
    match = _BESIDE_WORD.search(f" {name}")
    if not match or _SUBJECT.match(name):
        return ""
    if match["sure"]:
        return match["sure"].upper()
    return "" if _FRAME.search(f" {name}") else match["maybe"]


@lru_cache(maxsize=8192)
def beside_hint(names: str) -> str:
    """The first such word in some classes, whatever their case; what only a capital begins is not sure."""
    word = _first_word(names)
    if word or names.islower():
        return word
    parted = _HUMP.sub("-", names)
    return _first_word(parted).lower() if parted != names else ""


def _first_word(names: str) -> str:
    names = names.lower().replace("_", "-")
    if not _BESIDE_WORD.search(f" {names}"):
        return ""
    return next(filter(None, map(beside_word, names.split())), "")


@lru_cache(maxsize=8192)
def is_main(names: str) -> bool:
    """Whether a name in some classes is one of the article itself."""
    return _MAIN.search(names.lower()) is not None


# Lines that are the furniture of a page or the leftovers of a repost, whatever holds them.
_FURNITURE: Final = (
    r"source link|comments?|leave a (?:reply|comment)|cancel reply|leave a reply cancel reply",
    r"your email address will not be published\..*|required fields are marked ?\*?",
    r"advertisements?|advertising|anzeige|werbung|publicité|publicidad|реклама|reklama",
    r"share|share this:?|tweet|print|email|like this:?|(?:like|share)? ?loading\.*",
    r"(?:read|see) (?:more|also):?|more:?|continue reading.{0,80}",
    r"related(?: (?:articles|posts|stories|topics))?:?|you may also like:?",
    r"sign up (?:for|to) .{0,80}|subscribe(?: now)?|click here to .{0,60}",
    r"(?:subscribe|sign up|never miss|join our newsletter|download (?:the|our) \w+ app|let our news)\b.*",
    r"get (?:the|our|breaking) (?:latest|best|news|top)\b.*|\W*(?:anzeige|werbung|advertisement)\W.*",
    r"by (?:submitting|signing up|subscribing|clicking)\b.{0,80}\b(?:agree|consent)\b.*",
    r"(?:we use|(?:this|our) (?:web)?site uses|wir verwenden|diese website verwendet) cookies\b.*",
    r"skip to (?:main )?content|back to top|this slideshow requires javascript\.?|advert|image \d+ of \d+",
    r"join the conversation\W*|don['’]t miss:?|tags:?|topics:?|filed under:?.{0,80}|\W*",
    r"\d{1,2}[:.]\d\d(?: ?[ap]\.?m\.?)?",
    r"(?:\(|additional )reporting by .*|reporting by [^.;]+;.*|(?:written|words|edited) by [^.,]{3,60}",
    r"tags: .*",
    r"(?:follow|find) .{1,150}\bon (?:twitter|facebook|instagram|tiktok|youtube|linkedin)\b.*",
    r"follow (?:us|me|him|her|them) (?:on|at|here)\b.*",
    r"(?:have a tip\?|e-?mail|reach|contact) .*@.*",
    r"(?:posted|published|updated|last updated)(?: (?:at|on))?:? .{0,40}|\d+ min(?:ute)?s? read",
)
FURNITURE: Final = re.compile("|".join(_FURNITURE), re.IGNORECASE)

# Lines after which a page speaks of other things.
_ENDING: Final = (
    r"comments?(?: \(\d+\))?|\d+ (?:comments|responses|replies|thoughts on .*)|post a comment",
    r"leave a (?:reply|comment).*|source link|(?:read|up) next:?|latest news",
    r"recommended(?: (?:for you|reading|articles|posts|stories|videos))?:?",
    r"related(?: (?:articles|posts|stories|topics|news|content|reading))?:?|about the authors?:?",
    r"you (?:may|might) also (?:like|enjoy|be interested in).{0,20}|more (?:from|on|in|stories) .{0,40}",
    r"more great .{0,30}|how to listen .{0,40}",
    r"(?:article )?(?:references|sources)(?: cited)?:?|bibliography|works cited",
    r"(?:literatur|quellen)(?:angaben|verzeichnis|nachweise?)?:?",
    r"share this(?: \w+)?:?|kommentare?|kommentar schreiben|schreibe? einen kommentar.*",
    r"das könnte (?:sie|dich) auch interessieren.{0,10}|mehr zum thema:?|weitere artikel.{0,20}",
    r"lesen sie auch:?",
    r"auch interessant:?|auch lesen.{0,60}|ähnliche (?:beiträge|artikel)",
    r"weitere (?:beiträge|informationen).{0,40}",
    r"verwandte .{0,30}|mehr zum thema.{0,30}|zum weiterlesen:?|kommentieren",
    r"über (?:den autor|die autorin).{0,5}",
    r"vous aimerez aussi.{0,10}|commentaires?|laisser un commentaire.*|à lire aussi.{0,20}|sur le même sujet",
    r"comentarios?|deja un comentario.*|te puede interesar.{0,20}|artículos relacionados",
    r"leggi anche.{0,20}|lascia un commento.*|komentarze|zobacz także.{0,20}|czytaj także.{0,20}",
    r"powiązane.{0,20}",
    r"комментарии|читайте также.{0,20}|коментарі|читайте також.{0,20}|関連記事|相关新闻",
)
ENDING: Final = re.compile("|".join(_ENDING), re.IGNORECASE)

_CREDIT: Final = re.compile(
    r"(?:image|photo|picture|foto|photograph|bild)s?(?: credit| copyright| by|:| ©).{0,80}$"
    r"|(?:©|\(c\)).{0,80}$",
    re.IGNORECASE,
)
_CREDIT_AT_END: Final = re.compile(
    r"\((?:image|photo|picture|foto|pic|credit)s?\b[^)]{0,60}\)$"
    r"|\b(?:getty images|shutterstock|afp via getty)\W*$"
)
_LONGEST_CREDIT: Final = 75


def is_credit(text: str) -> bool:
    """Whether a line says whose picture it is."""
    if _CREDIT.match(text):
        return True
    end = text[-_LONGEST_CREDIT:].lower()
    may_be = "(" in end or "getty" in end or "shutterstock" in end
    return may_be and _CREDIT_AT_END.search(end) is not None


# What a page says of the money that its links may earn it, and of who else reported.
_NOTE: Final = re.compile(
    r"\b(?:we|i) (?:may |will |can )?(?:earn|receive|get) (?:an? )?(?:\w+ )?commissions?\b"
    r"|\bearn us (?:an? )?(?:\w+ )?commissions?\b|\b(?:contains?|includes?) (?:some )?affiliate links?\b"
    r"|^as an amazon associate\b|\bcontributed to this (?:report|story)\.?$",
    re.IGNORECASE,
)


def is_note(text: str) -> bool:
    """Whether a line says that the page earns something by its links, or who else reported."""
    may_be = "commission" in text or "ffiliate" in text or "mazon" in text or "contributed" in text
    return may_be and _NOTE.search(text) is not None


# What publishers call the lines below a headline that sum the article up.
DECK: Final = re.compile(
    r"(?:^|[\s_-]|(?<=[a-z]))[Dd]ek(?![a-z])|sub-?(?:hed|head|title|line)|excerpt|abstract|blurb"
)

# Links inside an article to another one.
READ_ON: Final = re.compile(
    r"(?:read|see|watch|related|more|don['’]t miss|also|click|subscribe|sign up|follow|lesen|mehr|lire|voir|"
    r"leia|lea|vea|(?:te |le )?puedes? (?:ver|interesar)|leggi|czytaj|zobacz|читайте|див)\b",
    re.IGNORECASE,
)
# A whole object, or a list of them, as programs write it.
DATA: Final = re.compile(r"\[?\{\s?\"\w+\"\s?:.+\}\s?\]?")
# Markup that was published as text: a tag of a repost, a short code that no plugin read.
LITERAL_TAG: Final = re.compile(
    r"</?(?:img|iframe|script|div|span|p|a|br|figure|em|strong)\b[^<>]*(?:>|$)"
    r"|\[/[a-z_-]+\]|\[[a-z_-]+ [^\]]{0,300}=[^\]]{0,300}\]",
    re.IGNORECASE,
)
