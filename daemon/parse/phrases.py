"""Lines that lead from an article to others, its comments or its author, in the languages of the news."""

import re
from typing import Final

# What stands around a phrase: marks, arrows, and the number of the comments.
_AROUND: Final = " \u00a0\u200b:：.…,;!¡?¿*•·|–—-_+#()[]{}«»‹›<>→►▶▸▼▾↓↑⇒“”\"'’/\\0123456789"
LONGEST_PHRASE: Final = 80


def phrase_set(table: str) -> frozenset[str]:
    """Read a table of phrases parted by semicolons or the ends of lines, a language or more a line."""
    return frozenset(filter(None, map(str.strip, table.replace(";", "\n").splitlines())))


def bare(line: str) -> str:
    """A line without the marks and the number around it, in small letters."""
    return line.strip(_AROUND).lower()


# Invitations to another article, in the midst of one.
_READ_ON: Final = phrase_set("""
    related article; read also; read this; read next; don't miss; don’t miss; also read; see also
    response; replies; mehr lesen; lesen sie auch; lies auch; lesen sie mehr; antworten; à lire aussi
    à lire également; lire aussi; lire également; à lire; voir aussi; lea también; lee también
    leer también; mira también; vea también; ver también; más información; más sobre este tema
    sigue leyendo; leia também; leia mais; veja também; veja mais; saiba mais; ler mais; leggi anche
    vedi anche; guarda anche; rispondi; lees ook; lees meer; lees verder; zie ook; ook interessant
    zobacz także; zobacz też; zobacz również; czytaj także; czytaj też; czytaj również; przeczytaj także
    przeczytaj też; przeczytaj również; warto przeczytać; по теме читайте; читайте также; читать также
    смотрите также; смотри также; главное; читайте також; дивіться також; читати також; головне
    čtěte také; čtěte dále; přečtěte si také; viz také; čítajte aj; čítajte tiež; prečítajte si aj
    läs också; läs även; läs mer; læs også; læs mere; se også; les også; les mer; lue myös; lue lisää
    katso myös; διαβάστε επίσης; διαβάστε ακόμη; διαβάστε ακόμα; διαβάστε περισσότερα; δείτε επίσης
    δείτε ακόμη; ayrıca okuyun; اقرأ أيضا; اقرأ أيضاً; إقرأ أيضا; إقرأ أيضاً; شاهد أيضا; شاهد أيضاً
    بیشتر بخوانید; همچنین بخوانید; קראו גם; קראו עוד; קרא עוד; 看更多; olvassa el ezt is; olvasd el ezt is
    citește și; citeşte şi; citiţi şi; citește mai mult; vezi și; прочетете още; прочети още; вижте още
    pročitajte još; pročitajte i; pročitaj još; pročitajte više; прочитајте још; preberite še
    preberite tudi; taip pat skaitykite; skaitykite taip pat; skaitykite daugiau; daugiau skaitykite
    lasi arī; lasi vēl; lasiet arī; loe ka; loe lisaks; baca juga; xem thêm; đọc thêm
""")

# Headings of what follows an article: other articles, comments, the author.
_ENDINGS: Final = phrase_set("""
    related; related articles; related stories; related posts; related news; related content
    related topics; related reading; related coverage; related links; related stories and posts
    similar articles; similar posts; similar stories; more stories; more news; more articles; latest news
    latest stories; latest posts; latest articles; recent posts; recent articles; recent stories
    recent news; recent comments; most read; most popular; most viewed; most shared; popular posts
    popular stories; popular articles; trending; trending now; top stories; top news; up next
    what to read next; recommended; recommended for you; recommended reading; recommended articles
    recommended posts; recommended videos; recommended stories; editors' picks; editor's picks
    editor’s picks; editors’ picks; you may also like; you might also like; you might like; you may like
    from the web; around the web; elsewhere on the web; promoted content; sponsored content; in other news
    other news; other stories; other articles; further reading; keep reading; previous article
    previous post; next article; next post; previous story; next story; post navigation
    share this article; comment; comments; add comment; add a comment; leave a comment; leave a reply
    leave comment; post a comment; post comment; write a comment; show comments; view comments
    hide comments; join the conversation; join the discussion; be the first to comment; no comments
    no comments yet; about the author; about the authors; about author; more from this author
    more by this author; source link; ähnliche artikel; ähnliche beiträge; ähnliche themen
    ähnliche meldungen; verwandte artikel; verwandte beiträge; verwandte themen; weitere artikel
    weitere beiträge; weitere meldungen; weitere nachrichten; weitere news; weitere themen
    weitere artikel zum thema; weitere informationen; weiterführende links; auch interessant
    mehr zum thema; mehr zu diesem thema; mehr aus dieser rubrik; mehr artikel; mehr nachrichten
    mehr news; das könnte sie auch interessieren; das könnte dich auch interessieren
    das könnte ihnen auch gefallen; das könnte dir auch gefallen; meistgelesen; meistgelesene artikel
    am meisten gelesen; beliebte artikel; beliebte beiträge; neueste artikel; aktuelle artikel
    neueste beiträge; letzte beiträge; letzte artikel; aktuelle beiträge; aktuelle nachrichten
    neueste nachrichten; aktuelle meldungen; zum weiterlesen; empfohlene artikel; unsere empfehlungen
    lesetipps; nächster artikel; vorheriger artikel; nächster beitrag; vorheriger beitrag
    beitragsnavigation; artikel teilen; beitrag teilen; kommentar; kommentare; kommentar schreiben
    kommentar verfassen; kommentar hinterlassen; kommentieren; schreiben sie einen kommentar
    schreibe einen kommentar; einen kommentar schreiben; hinterlasse einen kommentar
    hinterlasse eine antwort; antwort hinterlassen; kommentar hinzufügen; keine kommentare
    leserkommentare; diskutieren sie mit; diskussion zum artikel; alle kommentare anzeigen
    kommentare anzeigen; ihr kommentar; dein kommentar; neuen kommentar schreiben; artikel kommentieren
    kommentar abgeben; über den autor; über die autorin; über die autoren; zum autor; zur autorin
    zur person; der autor; die autorin; autor; autorin; literatur; literaturverzeichnis; literaturangaben
    quellenverzeichnis; quellenangaben; quellennachweis; quellennachweise; quellen; articles liés
    articles similaires; articles connexes; articles associés; sur le même sujet; sur le même thème
    dans la même rubrique; vous aimerez aussi; vous aimerez peut-être; ceci pourrait vous intéresser
    cela peut vous intéresser; ça peut vous intéresser; les plus lus; les articles les plus lus
    articles récents; derniers articles; dernières actualités; à la une; plus d'articles; plus d’articles
    autres articles; article précédent; article suivant; partager cet article; commentaire; commentaires
    laisser un commentaire; laissez un commentaire; ajouter un commentaire; poster un commentaire
    aucun commentaire; voir les commentaires; à propos de l'auteur
    à propos de l’auteur; l'auteur; l’auteur; artículos relacionados; noticias relacionadas
    temas relacionados; notas relacionadas; contenido relacionado; relacionado; relacionados; relacionadas
    te puede interesar; te puede gustar; te podría interesar; también te puede interesar
    le puede interesar; puede interesarte; quizás te interese; más noticias; más leídas; más leídos
    lo más leído; las más leídas; lo más visto; lo último; últimas noticias; últimas entradas
    noticias recientes; recomendados; recomendadas; recomendado; artículo anterior
    siguiente artículo; artículo siguiente; entrada anterior; entrada siguiente; compartir este artículo
    comentario; comentarios; deja un comentario; dejar un comentario; deja una respuesta
    dejar una respuesta; escribe un comentario; añadir comentario; sin comentarios; ver comentarios
    no hay comentarios; sobre el autor; acerca del autor; sobre la autora
    artigos relacionados; notícias relacionadas; matérias relacionadas; posts relacionados
    conteúdo relacionado; você também pode gostar; você pode gostar; mais lidas
    as mais lidas; mais lidos; mais notícias; últimas notícias; recomendadas para você
    artigo anterior; próximo artigo; post anterior; próximo post; comentários
    deixe um comentário; deixe uma resposta; deixar um comentário; deixe seu comentário; sobre o autor
    sobre a autora; articoli correlati; notizie correlate; articoli simili; post correlati
    ti potrebbe interessare; potrebbe interessarti; potrebbe interessarti anche; potrebbero interessarti
    ti potrebbero interessare; i più letti; più letti; gli articoli più letti; ultime notizie
    ultimi articoli; articoli recenti; altre notizie; altri articoli; articolo precedente
    articolo successivo; prossimo articolo; commenti; lascia un commento; aggiungi un commento
    scrivi un commento; nessun commento; lascia una risposta; l'autore; l’autore; sull'autore; sull’autore
    informazioni sull'autore; gerelateerde artikelen; gerelateerd; gerelateerde berichten
    meest gelezen; laatste nieuws; meer nieuws; meer over dit onderwerp; aanbevolen; vorig artikel
    volgend artikel; vorig bericht; volgend bericht; reacties; geef een reactie
    plaats een reactie; laat een reactie achter; reageer; geen reacties; over de auteur; deel dit artikel
    deel dit bericht; powiązane artykuły; powiązane; powiązane tematy; podobne artykuły; podobne wpisy
    podobne; polecane; polecamy; polecane artykuły; najczęściej czytane; najpopularniejsze
    najnowsze; ostatnie wpisy; najnowsze wpisy; najnowsze artykuły; więcej na ten temat
    może cię zainteresować; to może cię zainteresować; poprzedni artykuł; następny artykuł; poprzedni wpis
    następny wpis; komentarze; dodaj komentarz; skomentuj; zostaw komentarz; napisz komentarz
    brak komentarzy; o autorze; o autorce
    udostępnij artykuł; udostępnij ten artykuł
    похожие статьи; похожие новости; похожие материалы; похожие записи; похожие публикации; статьи по теме
    материалы по теме; новости по теме; по теме; связанные статьи
    ещё по теме; еще по теме; другие новости; другие материалы; последние новости
    новости партнёров; новости партнеров; популярное; самое читаемое; самое популярное
    рекомендуем прочитать
    вам может быть интересно; вам также может понравиться; вам будет интересно; главные новости
    предыдущая статья; следующая статья; предыдущая новость; следующая новость; комментарии
    комментариев; оставить комментарий; оставьте комментарий; добавить комментарий; написать комментарий
    нет комментариев; обсудить; об авторе; автор; поделиться новостью; поделиться статьёй
    схожі статті; схожі новини; схожі матеріали; матеріали за темою; статті за темою; новини за темою
    за темою; останні новини; інші новини; популярне; вас може зацікавити
    попередня стаття; наступна стаття; коментарі; залишити коментар; додати коментар
    написати коментар; про автора; новини партнерів
    související články; související; podobné články; mohlo by vás zajímat
    mohlo by vás také zajímat; nejčtenější; nejčtenější články; další články; další zprávy
    komentáře; přidat komentář; napsat komentář; diskuse; diskuze; vstoupit do diskuse
    o autorovi; súvisiace články; podobné články; mohlo by vás zaujímať
    najčítanejšie; ďalšie články; komentáre; pridať komentár; diskusia; o autorovi
    relaterade artiklar; relaterat; mest läst; mest lästa; senaste nytt; fler nyheter
    mer om ämnet; fler artiklar; kommentarer; lämna en kommentar; skriv en kommentar; lämna ett svar
    om författaren; dela artikeln; nästa artikel; föregående artikel
    relaterede artikler; mest læste; mest læst; seneste nyt; flere nyheder; flere artikler
    skriv en kommentar; skriv kommentar; efterlad en kommentar; om forfatteren; del artiklen
    relaterte artikler; relaterte saker; mest lest; siste nytt; flere nyheter; flere saker
    legg igjen en kommentar; legg igjen et svar; om forfatteren; del artikkelen
    aiheeseen liittyvää; luetuimmat; lisää aiheesta; uusimmat; tuoreimmat
    kommentit; kommentoi; jätä kommentti; kirjoita kommentti; kirjoittajasta; jaa artikkeli
    σχετικά άρθρα; σχετικα αρθρα; σχετικές ειδήσεις
    περισσότερα νέα; τελευταία νέα; δημοφιλή; σχόλια
    αφήστε ένα σχόλιο; αφήστε μια απάντηση; προσθήκη σχολίου; ροή ειδήσεων; ειδήσεις σήμερα
    σχετικά με τον συντάκτη; ilgili haberler; ilgili yazılar; benzer haberler; benzer yazılar
    diğer haberler; son haberler; çok okunanlar; en çok okunanlar; ilginizi çekebilir
    bunlar da ilginizi çekebilir; önerilen haberler; yorumlar; yorum yap; yorum yaz; yorum yapın
    bir yorum yazın; bir cevap yazın; yazar hakkında; sonraki haber; önceki haber; haberi paylaş
    مقالات ذات صلة; مواضيع ذات صلة; أخبار ذات صلة
    قد يعجبك أيضا; قد يهمك; قد يهمك أيضا; المزيد من الأخبار; آخر الأخبار; الأكثر قراءة; الأكثر مشاهدة
    تعليقات
    التعليقات; اترك تعليقا; اترك تعليقاً; أضف تعليق; أضف تعليقا; اترك ردا; اترك رداً; عن الكاتب
    المقال السابق; المقال التالي; مواضيع متعلقة; شارك المقال; شارك الخبر
    مطالب مرتبط; اخبار مرتبط; خبرهای مرتبط; مقالات مرتبط; پربیننده‌ترین; پربازدیدترین
    پربازدیدها; آخرین اخبار; نظرات; نظر شما; دیدگاه; دیدگاه‌ها; ارسال نظر; دیدگاهتان را بنویسید
    درباره نویسنده; כתבות נוספות; כתבות קשורות; מאמרים קשורים; אולי יעניין אותך; עוד בנושא
    הנקראות ביותר; תגובות; הוספת תגובה; הוסף תגובה; כתיבת תגובה; כתוב תגובה; על המחבר; שתפו כתבה
    相关新闻; 相关文章; 相关阅读; 相关报道; 相关推荐; 延伸阅读; 推荐阅读; 猜你喜欢; 热门文章; 热门新闻
    最新文章; 最新消息; 上一篇; 下一篇; 发表评论; 网友评论; 热门评论; 关于作者; 作者简介; 相關新聞
    相關文章; 相關閱讀; 相關報導; 延伸閱讀; 推薦閱讀; 熱門新聞; 熱門文章; 最新新聞; 發表評論; 留言
    發表迴響; 關於作者; 你可能也喜歡; 更多新聞; 関連記事; 関連ニュース; 関連リンク; 関連キーワード
    あわせて読みたい; 合わせて読みたい; おすすめ記事; 人気記事; 最新記事; 新着記事; こちらもおすすめ
    前の記事; 次の記事; コメントを残す; コメントする; コメントを書く; この記事を書いた人
    著者について; この記事をシェア; アクセスランキング; 관련기사; 관련 기사; 관련 뉴스; 관련 글; 추천 기사
    추천기사; 인기기사; 인기 기사; 많이 본 기사; 많이 본 뉴스; 최신기사; 최신 기사; 주요뉴스; 주요기사
    이전 기사; 다음 기사; 이전기사; 다음기사; 댓글; 댓글 쓰기; 댓글 남기기; 기사 공유; kapcsolódó cikkek
    kapcsolódó cikk; kapcsolódó; hasonló cikkek; ajánlott cikkek; ajánlott; ajánljuk; legolvasottabb
    legfrissebb; további hírek; további cikkek; ez is érdekelheti; hozzászólások; kommentek
    szólj hozzá; a szerzőről; articole similare; articole conexe; articole asemănătoare
    articole recomandate; cele mai citite; ultimele știri; te-ar putea interesa; comentarii
    lasă un comentariu; lasă un răspuns; adaugă un comentariu; despre autor; articolul anterior
    articolul următor; свързани статии; свързани новини; още по темата; най-четени; най-четено
    последни новини; подобни статии; препоръчани; коментари; напиши коментар; добави коментар
    оставете коментар; за автора
    povezani članci; povezane vijesti; povezane vesti; povezano; slični članci
    najčitanije; najnovije; najnovije vijesti; najnovije vesti; vezane vijesti; vezane vesti; komentar
    komentari; ostavi komentar; ostavite komentar; dodaj komentar; pošalji komentar; o autoru; još vijesti
    повезане вести; најчитаније; најновије; коментари; оставите коментар; о аутору; слични чланци
    povezani članki; najbolj brano; komentarji; dodaj komentar; o avtorju
    susiję straipsniai
    populiariausi; skaitomiausi; naujausi; komentarai; rašyti komentarą; parašykite komentarą
    apie autorių; saistītie raksti; lasītākie; jaunākie; komentāri; pievienot komentāru; par autoru
    seotud artiklid; seotud lood; loetumad; uusimad; kommentaarid; kommenteeri; lisa kommentaar
    autorist
    artikel terkait; berita terkait; berita lainnya; terpopuler; terkini; komentar; tinggalkan komentar
    tinggalkan balasan; tentang penulis; tin liên quan; bài viết liên quan; bình luận
""")


_LEADS_AWAY: Final = _READ_ON | _ENDINGS
# The same, where more follows in the line.
_ENDING_PATTERNS: Final = (
    r"\d+ thoughts on .*|leave a (?:reply|comment).*",
    r"you (?:may|might) also (?:like|enjoy|be interested in).{0,20}|more (?:from|on|in|stories) .{0,40}",
    r"more great .{0,30}|how to listen .{0,40}|share this(?: \w+)?:?",
    r"(?:article )?(?:references|sources)(?: cited)?:?|bibliography|works cited",
    r"schreibe? einen kommentar.*|das könnte (?:sie|dich) auch interessieren.{0,10}|auch lesen.{0,60}",
    r"(?:weitere (?:artikel|beiträge|informationen)|verwandte|mehr zum thema) .{0,40}",
    r"vous aimerez aussi.{0,10}|laisser un commentaire.*|à lire aussi.{0,20}",
    r"deja un comentario.*|te puede interesar.{0,20}",
    r"leggi anche.{0,20}|lascia un commento.*|(?:zobacz|czytaj) także.{0,20}|powiązane.{0,20}",
    r"читайте (?:также|також).{0,20}",
)
_ENDING: Final = re.compile("|".join(_ENDING_PATTERNS), re.IGNORECASE)
# What such headings say of readers who wrote what follows, of the author, or of sources.
_SURELY: Final = re.compile(
    r"[ck]om+ent|комм?ент|repl(?:y|ies)|thoughts|conversation|antwort|repons|respuest|respost|rispost|reacti|svar"
    r"|reageer|diskus|дискус|обсуд|yorum|cevap|تعليق|نظر|תגוב|评论|評論|留言|迴響|コメント|댓글|luận|hozzászól|szólj"
    r"|σχόλι|răspuns|balasan|auth?[oe]u?r|автор|συντάκτη|f[oø]rfatt|författ|kirjoitta|yazar|szerző|الكاتب|המחבר|作者"
    r"|著者|source link|references|sources|bibliography|works cited|literatur|quellen",
    re.IGNORECASE,
)
# Links inside an article to another one.
_INVITES: Final = re.compile(
    r"(?:read|see|watch|related|more|don['’]t miss|also|click|subscribe|sign up|follow|lesen|mehr|lire|voir|"
    r"leia|lea|vea|(?:te |le )?puedes? (?:ver|interesar)|leggi|czytaj|zobacz|читайте|див)\b",
    re.IGNORECASE,
)


def is_ending(line: str) -> bool:
    """Whether a line is the heading of what follows an article."""
    return len(line) <= LONGEST_PHRASE and (bare(line) in _ENDINGS or _ENDING.fullmatch(line) is not None)


def ends_surely(line: str) -> bool:
    """Whether a heading that ends an article is that of its comments, its author or its sources."""
    return is_ending(line) and _SURELY.search(line) is not None


def leads_away(line: str) -> bool:
    """Whether a line does no more than lead to what follows it, and that is another article."""
    return len(line) <= LONGEST_PHRASE and bare(line) in _LEADS_AWAY


def is_read_on(line: str) -> bool:
    """Whether a line begins as one that leads to another article does: «Read also: …»."""
    label, colon, _ = line[:LONGEST_PHRASE].partition(":")
    return (bool(colon) and bare(label) in _LEADS_AWAY) or _INVITES.match(line) is not None
