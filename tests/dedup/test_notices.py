"""What is headed as a correction is told from what merely mentions one."""

import pytest

from daemon.dedup.notices import corrects
from daemon.model import Article

TEXT = "Drones fell into the bay.\nDivers found two of them.\nThe inquiry goes on.\nThe bay is open."


@pytest.mark.parametrize(
    "article",
    [
        Article(title="CORRECTED: Drones recovered in bay"),
        Article(title="CORRECTED-Drones recovered in bay"),
        Article(title="UPDATE 2-CORRECTED-Drones recovered in bay"),
        Article(title="Correction: Drones recovered in bay"),
        Article(title="Drones recovered in bay (corrects number of drones)"),
        Article(title="[Berichtigung] Drohnen in der Bucht"),
        Article(title="Поправка: в бухте найдены беспилотники"),
        Article(title="更正:灣內發現無人機"),
        Article(title="【訂正】湾で無人機を回収"),
        Article(text=f"(Corrects number of drones in paragraph 2)\n{TEXT}"),
        Article(text=f"{TEXT}\nClarification: the drones carried cameras."),
        Article(text=f"{TEXT}\nEditor’s note: the number of drones was wrong."),
    ],
)
def test_a_notice_is_seen(article: Article) -> None:
    assert corrects(article)


@pytest.mark.parametrize(
    "article",
    [
        Article(title="Market correction deepens"),
        Article(title="Corrections officers strike in three states"),
        Article(title="Drones recovered in bay", text=TEXT),
        Article(text=f"{TEXT}\nThe ministry corrected its figures on Monday."),
        Article(),
    ],
)
def test_a_mention_is_no_notice(article: Article) -> None:
    assert not corrects(article)
