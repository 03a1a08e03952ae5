"""What pages print around articles, in the languages of the news, and what only looks like it."""

import pytest

from daemon.parse.appeals import without_appeals
from daemon.parse.furniture import is_furniture
from daemon.parse.phrases import is_ending, is_read_on


@pytest.mark.parametrize(
    "line",
    [
        "Comments (12)",
        "12 Kommentare",
        "» Das könnte Sie auch interessieren …",
        "Artículos relacionados",
        "À propos de l’auteur",
        "Комментарии: 5",
        "Powiązane artykuły:",
        "Σχετικά άρθρα",
        "関連記事",
        "相关新闻：",
        "مقالات ذات صلة",
        "More from Sport",
    ],
)
def test_what_follows_an_article_has_a_heading(line):
    assert is_ending(line)
    assert not is_ending(f"{line} were what the mayor read on Tuesday, when he was not amused by anything")


@pytest.mark.parametrize("line", ["Комментарий", "Réactions", "コメント", "Komentarz", "Lees ook"])
def test_a_heading_that_an_article_may_have_itself_ends_none(line):
    assert not is_ending(line)


@pytest.mark.parametrize(
    "line",
    [
        "Lesen Sie auch: Hafen gesperrt",
        "Czytaj też: Port zamknięty",
        "Читайте также: Порт закрыт",
        "Läs också: Hamnen stängd",
        "Read also: Port closed",
    ],
)
def test_an_invitation_leads_to_another_article(line):
    assert is_read_on(line)


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement",
        "When you buy through our links, we may earn a small commission.",
        "Auf Facebook teilen",
        "Rezept drucken",
        "Publicidad",
        "Leggi anche",
        "Поделиться",
        "Sdílet",
        "続きを読む",
        "Titelbild: Mira Holt",
        "Fot.: Mira Holt / Vesna",
        "Schlagwörter: Hafen, Drohnen",
        "Фото: Вести",
        "(Bild: Jan Lind)",
        "07:45",
        "Follow Mira Holt on Facebook",
        "Last updated: May 4, 2025",
        "Published on Sunday, May 4, 2025",
        "By signing up for our letters you agree to our terms.",
        "Posted on 4 May 2025 at 10:42 a.m. EDT by Mira Holt",
        "Get the latest from the harbour in our newsletter",
        "Mira Holt and Jan B. Lind contributed to this report.",
        "Ferries at the pier. Jan Lind/Getty Images",
        "",
    ],
)
def test_furniture_is_no_text(line):
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "Photo: the mayor said that she would not let anybody see the picture taken above the terminal.",
        "Anzeige erstattet hat bisher niemand.",
        "Mehr war nicht zu sehen.",
        "Comment is free, but facts are sacred.",
        "Print is not dead",
        "Werbung kostet Geld",
        "Наверх никто не поднялся.",
        "Share prices fell",
        "Follow him into the harbour, the officer shouted.",
        "Follow orders or leave, the general said on Facebook.",
        "Get the best ships out of the harbour, the mayor said.",
        "Updated: 12 ships wait outside the harbour",
        "By clicking on such links, users agree to hand their data to hackers, the agency warned.",
        "Posted on 12 May, the video shows the strike.",
        "Updated rules of engagement apply from Monday.",
        "Posted to the border since May, the soldiers are tired.",
        "Reporting by state media suggests a coup; the army denied it.",
        "Nobody was hurt, police said. Vesna Press contributed to this report.",
        "We will get a commission to study the crash, the mayor said.",
        "The picture was made by one who works for Getty Images in Vesna, and sold to Getty Images",
        "Illustration: the drone that fell near the harbour weighed twenty kilograms.",
        "Reach him at his office? He had fled, he wrote from jan@vesna.example, and would not come back.",
    ],
)
def test_a_sentence_that_begins_like_furniture_is_text(line):
    assert not is_furniture(line)
    assert not is_ending(line)


@pytest.mark.parametrize(
    "line",
    [
        "Follow us on Telegram and never miss a ferry.",
        "The best of Vesna, delivered to your inbox!",
        "To read on, please subscribe.",
        "Folge uns auf Instagram",
        "Unterstützen Sie unsere Arbeit mit einer Spende.",
        "Abonnez-vous à notre lettre",
        "Síguenos en nuestro canal",
        "Wesprzyj nas darowizną.",
        "Подписывайтесь на наш канал",
        "欢迎关注我们的频道",
    ],
)
def test_an_appeal_is_no_news(line):
    quoted = f"«{line}», he said"
    assert not without_appeals(line)
    assert without_appeals(quoted) == quoted
    assert without_appeals(f"Nobody was hurt in the harbour, the mayor said. {line}").startswith(
        "Nobody was hurt"
    )


@pytest.mark.parametrize(
    "line",
    [
        "",
        "The newsletter lost subscribers after the port closed, and the editor left.",
        "They followed us to the inbox on the pier.",
        "The commission may sign the treaty that we support, it said.",
        "Er folgte uns bis zum Hafen, und keiner wollte das Schiff mehr verlassen.",
        "Подписался на канал порта и ждёт.",
        "The minister said: “You must support us with air defence.”",
        "The president asked parliament to support us in the war.",
        "Troops were told to follow us to the border.",
        "Hackers sent malware to your inbox, the agency warns.",
        "Men must download the army's new app, the ministry said.",
        "The rebels wrote: “Come and follow us on Telegram and never miss a strike.”",
        "Our newsletter was read by the intelligence service, the editor said.",
        "Please donate blood at the hospital, the mayor asked after the attack.",
        "Hier folgt unser Bericht aus dem Hafen.",
        "Mit einer Spende von 40 Millionen hilft das Land beim Wiederaufbau.",
        "Man dürfe keine Zeit mehr verlieren und keine Gelegenheit mehr verpassen, sagte der Kanzler.",
        "Unterstützen Sie uns mit Waffen, bat der Präsident.",
        "Inscrivez-vous sur les listes électorales avant mai, rappelle le ministère.",
        "Zapisz się na szkolenie obronne, apeluje minister.",
        "Schrijf je in voor het leger, zegt de minister.",
        "外交部发言人说，各国都在关注我们周边海域的安全。",
        "海上保安庁は無人機の動きをフォローしている。",
    ],
)
def test_news_about_subscribers_is_no_appeal(line):
    assert without_appeals(line) == line
