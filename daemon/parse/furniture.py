"""Lines that are buttons, labels or notices of a page, in the languages of the news."""

import re
from typing import Final

from daemon.parse.phrases import LONGEST_PHRASE, bare, leads_away, phrase_set

# Buttons, labels and notices, wherever they stand.
_BUTTONS: Final = phrase_set("""
    advertisement; advertisements; advertising; advert; ad; sponsored; promoted; article continues below
    story continues below; article continues after advertisement; story continues below advertisement
    continue reading; read more; read on; see more; learn more; show more; load more; more; view all
    see all; share; share this; share on facebook; share on twitter; share on x; share on linkedin
    share on whatsapp; tweet; share via email; share article; share this story; share this post; copy link
    link copied; print; print article; print this page; print recipe; email; email this; save
    save article; bookmark; listen; listen to this article; follow us; follow us on; follow; subscribe
    subscribe now; subscribe to our newsletter; newsletter; newsletters; sign up
    sign up for our newsletter; sign up now; log in; login; register; sign in; join now; donate
    donate now; support us; tags; tag; topics; topic; categories; category; keywords; filed under
    skip to content; skip to main content; back to top; back; next; previous; loading; close; menu; search
    expand; collapse; cookie settings; accept; report an error; photo; photos; video; gallery
    view gallery; play video; enlarge image; cancel reply; reply; like this; external content
    table of contents; contents; anzeige; anzeigen; werbung; gesponsert; weiterlesen; mehr; mehr erfahren
    mehr dazu; jetzt lesen; mehr anzeigen; alle anzeigen; teilen; teilen auf facebook; auf facebook teilen
    auf twitter teilen; per e-mail teilen; per mail; per whatsapp teilen; auf whatsapp teilen
    bei facebook teilen; twittern; link kopieren; drucken; seite drucken; artikel drucken; rezept drucken
    druckansicht; druckversion; merken; speichern; artikel merken; vorlesen; artikel anhören; anhören
    folgen sie uns; folge uns; abonnieren; jetzt abonnieren; newsletter abonnieren
    zum newsletter anmelden; jetzt anmelden; anmelden; registrieren; einloggen; jetzt registrieren
    jetzt spenden; spenden; schlagwort; schlagworte; schlagwörter; stichwort; stichworte; stichwörter
    themen; kategorie; kategorien; rubrik; rubriken; zurück; weiter; zur übersicht; zurück zur übersicht
    zurück zur startseite; nach oben; zum seitenanfang; zum inhalt; zum inhalt springen; zur startseite
    schließen; menü; suche; externer inhalt; externe inhalte; inhalt laden; inhalte anzeigen
    bildergalerie; galerie; bild vergrößern; fotostrecke; zur bildergalerie; zur galerie
    inhaltsverzeichnis; pdf herunterladen; als pdf herunterladen; herunterladen; quellen anzeigen
    quellen ausblenden; merkzettel; feedback; fehler melden; bild; bilder; foto; fotos
    empfohlener externer inhalt; empfohlener redaktioneller inhalt; permalink; permalien; publicité
    annonce; la suite après la publicité; lire la suite; lire plus; en savoir plus; voir plus; partager
    partager sur facebook; partager sur twitter; imprimer; envoyer; enregistrer; écouter
    écouter l'article; suivez-nous; s'abonner; s’abonner; je m'abonne; je m’abonne; abonnez-vous
    s'inscrire; se connecter; inscrivez-vous à notre newsletter; mots-clés; mots clés; étiquettes
    catégorie; catégories; rubriques; thèmes; haut de page; retour; suivant; précédent; fermer
    copier le lien; faire un don; sommaire; publicidad; anuncio; patrocinado; leer más; seguir leyendo
    ver más; saber más; compartir; compartir en facebook; compartir en twitter; imprimir; enviar; guardar
    escuchar; síguenos; síguenos en; suscríbete; suscribirse; suscríbete a nuestro boletín
    suscríbete a nuestra newsletter; boletín; iniciar sesión; regístrate; etiquetas; etiqueta; categoría
    categorías; temas; volver arriba; volver; siguiente; anterior; cerrar; copiar enlace; en vivo
    publicidade; continua após a publicidade; continue lendo; compartilhar; compartilhe; partilhar; ouvir
    ouça; siga-nos; assine; assine já; assine nossa newsletter; inscreva-se; entrar; tópicos
    voltar ao topo; voltar; pubblicità; continua a leggere; leggi tutto; leggi di più; scopri di più
    condividi; condividi su facebook; stampa; invia; salva; ascolta; seguici; seguici su; abbonati
    iscriviti; iscriviti alla newsletter; accedi; registrati; argomenti; categoria; categorie; torna su
    torna all'inizio; indietro; avanti; chiudi; copia link; advertentie; delen; deel; deel via facebook
    afdrukken; opslaan; bewaren; luisteren; volg ons; abonneer; schrijf je in
    schrijf je in voor onze nieuwsbrief; nieuwsbrief; inloggen; trefwoorden; onderwerpen; terug naar boven
    terug; volgende; vorige; sluiten; reklama; artykuł sponsorowany; materiał sponsorowany
    dalsza część artykułu pod reklamą; czytaj więcej; czytaj dalej; więcej; zobacz więcej; udostępnij
    podziel się; drukuj; wydrukuj; zapisz; posłuchaj; obserwuj nas; subskrybuj; zapisz się
    zapisz się do newslettera; zaloguj się; zarejestruj się; tagi; słowa kluczowe; kategoria; kategorie
    temat; tematy; do góry; powrót; wstecz; dalej; zamknij; kopiuj link; wesprzyj nas; реклама
    на правах рекламы; читать далее; читать полностью; читать дальше; подробнее; узнать больше; ещё; еще
    показать ещё; показать еще; поделиться; распечатать; версия для печати; сохранить; слушать
    подписаться; подписывайтесь; подпишитесь; подпишитесь на нашу рассылку; подписаться на рассылку
    подписывайтесь на нас; войти; регистрация; теги; тег; метки; метка; ключевые слова; рубрика; рубрики
    категория; категории; темы; тема; наверх; назад; вперёд; вперед; закрыть; скопировать ссылку; фото
    видео; поддержать; читати далі; докладніше; детальніше; поділитися; поширити; роздрукувати; зберегти
    підписатися; підписуйтесь; підписуйтеся; підпишіться; увійти; реєстрація; теґи; мітки; ключові слова
    категорія; категорії; рубрики; теми; вгору; закрити; číst dál; číst dále; celý článek; více
    více informací; sdílet; tisk; vytisknout; uložit; poslouchat; sledujte nás; odebírat
    odebírat newsletter; přihlásit se; registrace; štítky; témata; klíčová slova; nahoru; zpět; zavřít
    inzerce; čítať ďalej; viac; zdieľať; tlačiť; uložiť; sledujte nás; odoberať; prihlásiť sa
    kľúčové slová; kategória; hore; späť; zavrieť; inzercia; annons; annonser; fortsätt läsa; visa mer
    dela; dela på facebook; skriv ut; spara; lyssna; följ oss; prenumerera; prenumerera på vårt nyhetsbrev
    nyhetsbrev; logga in; taggar; etiketter; ämnen; till toppen; tillbaka; stäng; annoncer
    fortsæt læsning; vis mere; del; del på facebook; udskriv; gem; lyt; følg os; abonner; tilmeld
    tilmeld nyhedsbrev; nyhedsbrev; log ind; emner; til toppen; tilbage; luk; annonse; annonser
    fortsett å lese; vis mer; del på facebook; lagre; lytt; følg oss; abonnér; logg inn; emneord
    meld deg på nyhetsbrevet; til toppen; lukk; stikkord; mainos; mainos päättyy; jatka lukemista
    näytä lisää; jaa; jaa facebookissa; tulosta; tallenna; kuuntele; seuraa meitä; tilaa; tilaa uutiskirje
    uutiskirje; kirjaudu; avainsanat; aiheet; asiasanat; takaisin; sulje; διαφήμιση; διαφημιση
    διαβάστε περισσότερα; συνεχίστε την ανάγνωση; περισσότερα; κοινοποίηση; κοινοποίηση στο facebook
    εκτύπωση; αποθήκευση; ακολουθήστε μας; εγγραφή; εγγραφείτε στο newsletter; σύνδεση; ετικέτες
    κατηγορία; κατηγορίες; reklam; devamını oku; devamı; daha fazla; daha fazla göster; paylaş
    facebook'ta paylaş; yazdır; kaydet; dinle; bizi takip edin; abone ol; bültenimize abone olun
    giriş yap; üye ol; etiketler; kategori; kategoriler; başa dön; kapat; إعلان; إعلانات; اقرأ المزيد
    المزيد; تابع القراءة; شارك; مشاركة; شارك على فيسبوك; طباعة; حفظ; استمع; تابعونا; تابعنا; اشترك
    اشترك الآن; اشترك في نشرتنا; النشرة البريدية; تسجيل الدخول; الوسوم; وسوم; كلمات مفتاحية
    الكلمات الدلالية; تبلیغات; ادامه مطلب; بیشتر; اشتراک گذاری; به اشتراک بگذارید; چاپ; ذخیره; برچسب‌ها
    برچسب ها; کلیدواژه‌ها; عضویت; פרסומת; המשך קריאה; להמשך קריאה; שתף; שתפו; שיתוף; הדפסה; שמירה
    עקבו אחרינו; הרשמה; הרשמה לניוזלטר; תגיות; תגים; 广告; 阅读全文; 阅读更多; 查看更多; 更多; 分享
    分享到; 打印; 收藏; 关注我们; 订阅; 登录; 注册; 标签; 关键词; 返回顶部; 返回; 责任编辑; 廣告; 閱讀全文
    閱讀更多; 繼續閱讀; 列印; 關注我們; 追蹤我們; 訂閱; 登入; 註冊; 標籤; 關鍵字; 回頂端; 請繼續往下閱讀
    広告; 続きを読む; もっと見る; もっと読む; シェア; シェアする; ツイート; 印刷; 保存; フォロー
    フォローする; 購読; ログイン; 会員登録; タグ; カテゴリー; キーワード; トップへ戻る; ページトップへ
    戻る; 目次; スポンサーリンク; ブックマーク; 광고; 더보기; 더 보기; 계속 읽기; 공유; 공유하기; 인쇄
    프린트; 저장; 스크랩; 구독; 구독하기; 로그인; 회원가입; 태그; 카테고리; 키워드; 맨위로; 목록; 좋아요
    글자크기; hirdetés; tovább; tovább olvasom; bővebben; megosztás; megosztom; nyomtatás; mentés
    kövess minket; kövessen minket; feliratkozás; feliratkozás hírlevélre; iratkozzon fel hírlevelünkre
    hírlevél; bejelentkezés; címkék; kategóriák; vissza; publicitate; reclamă; continuă lectura; mai mult
    mai multe; distribuie; tipărește; salvează; ascultă; urmărește-ne; abonează-te
    abonează-te la newsletter; autentificare; etichete; cuvinte cheie; categorii; înapoi; sus; реклами
    прочети повече; виж повече; виж още; сподели; споделете; принтирай; запази; последвайте ни
    абонирай се; абонирайте се; вход; етикети; ключови думи; тагове; категории; нагоре; oglas; oglasi
    pročitaj više; vidi više; podijeli; podeli; podelite; podijelite; ispiši; štampaj; spremi; sačuvaj
    pratite nas; pretplati se; pretplatite se; prijava; prijavite se na newsletter; oznake; ključne riječi
    ključne reči; kategorija; kategorije; natrag; nazad; zatvori; оглас; подели; штампај; ознаке
    пратите нас; deli; natisni; shrani; sledite nam; naročite se; oznaka; nazaj; zapri; reklaminis
    skaityti daugiau; daugiau; dalintis; dalinkis; pasidalinkite; spausdinti; išsaugoti; sekite mus
    prenumeruoti; prenumeruokite; prisijungti; žymos; raktažodžiai; kategorijos; reklāma; lasīt vairāk
    vairāk; dalīties; drukāt; saglabāt; seko mums; abonēt; pieslēgties; birkas; atslēgvārdi; kategorijas
    reklaam; loe edasi; loe rohkem; rohkem; jaga; prindi; salvesta; jälgi meid; telli; telli uudiskiri
    logi sisse; märksõnad; sildid; teemad; iklan; selengkapnya; baca selengkapnya; bagikan; cetak; simpan
    ikuti kami; berlangganan; masuk; daftar; quảng cáo; chia sẻ; in bài; lưu; theo dõi; đăng ký; đăng nhập
    từ khóa
    réactions; réagir; vos réactions; recomandări; комментарий; коментар; commento; comentário; komentarz
    komentář; komentár; yorum; تعليق; نظر; コメント; обсуждение; 評論; 评论; responses; kommentti
    hozzászólás; σχόλιο; תגובה; reactie; doporučujeme; odporúčame; suosittelemme; рекомендуем
    рекомендуємо
""")

# What stands before a colon and says whose picture it is, what the article is filed under, when it came
# out, what else to read.
_LABELS: Final = phrase_set("""
    auch lesen
    photo; photos; photo by; photo credit; photo credits; photo courtesy; image; images; image credit
    image credits; image source; image by; picture; pictures; picture credit; featured image; cover photo
    cover image; photograph; photographer; header image; tags; tag; topics; filed under; posted in
    filed in; category; categories; foto; fotos; foto von; fotocredit; fotoquelle; fotograf; fotografin
    fotohinweis; titelbild; titelfoto; beitragsbild; aufmacherbild; bild; bilder; bildquelle; bildquellen
    bildnachweis; bildrechte; bildcredit; symbolbild; artikelbild; bildhinweis; copyright bild; headerbild
    teaserbild; vorschaubild; schlagwort; schlagworte; schlagwörter; stichwort; stichworte; stichwörter
    kategorie; kategorien; rubrik; abgelegt unter; veröffentlicht in; veröffentlicht am; veröffentlicht
    erstellt am; aktualisiert am; zuletzt aktualisiert; letzte aktualisierung; photographie; crédit
    crédits; crédit photo; crédits photo; crédit image; illustration; mots-clés; mots clés; étiquettes
    catégorie; catégories; classé dans; publié dans; publié le; mis à jour le; fotografía; fotografías
    crédito; créditos; imagen; imágenes; etiquetas; categoría; categorías; archivado en; publicado en
    publicado el; foto de; imagem; imagens; crédito da foto; foto por; categoria; publicado em; immagine
    immagini; foto di; credito foto; crediti; categorie; pubblicato in; pubblicato il; archiviato in
    beeld; afbeelding; foto's; trefwoorden; geplaatst in; geplaatst op; gepubliceerd op; zdjęcie; zdjęcia
    zdj; fot; źródło zdjęcia; autor zdjęcia; fotografia; grafika; tagi; słowa kluczowe; kategoria
    opublikowano; data publikacji; data aktualizacji; фото; фотография; фотографии; автор фото
    источник фото; изображение; иллюстрация; теги; тег; метки; метка; ключевые слова; рубрика; рубрики
    категория; категории; опубликовано; дата публикации; обновлено; зображення; ілюстрація; світлина
    мітки; теґи; ключові слова; категорія; категорії; štítky; klíčová slova; témata; zveřejněno
    publikováno; kľúčové slová; kategória; bild; foto; taggar; etiketter; kategorier; emner; emneord
    stikkord; illustrasjon; kuva; kuvat; avainsanat; asiasanat; φωτογραφία; φωτο; φωτογραφίες; ετικέτες
    κατηγορία; fotoğraf; etiketler; kategori; صورة; الصورة; تصوير; الوسوم; كلمات مفتاحية; عکس; برچسب‌ها
    برچسب ها; צילום; תגיות; 标签; 关键词; 图片来源; 责任编辑; 標籤; 關鍵字; 圖片來源; タグ; カテゴリー
    写真; 画像; 태그; 사진; fotó; kép; címkék; kategória; fotografie; etichete; cuvinte cheie; снимка
    снимки; етикети; тагове; fotografija; oznake; ključne riječi; ključne reči; nuotrauka; nuotr
    raktažodžiai; žymos; foto; birkas; märksõnad; kategori
""")
_LONGEST_LABEL: Final = 20
_LONGEST_LABELLED: Final = 90
_LONGEST_NAMES: Final = 50

_SENT: Final = r"(?:inbox|newsletter|e?mail|app|alert|news|stories)"
_NETWORK: Final = (
    r"(?:twitter|x|facebook|instagram|tiktok|youtube|linkedin|bluesky|mastodon|threads|telegram)"
)
_WRITER: Final = r"(?:author|writer|reporter|editor)"
# A date or a time and no more: what follows it («Updated: 12 dead») is news.
_OF_DATES: Final = (
    r"(?:at|on|\w+day|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
    r"|\d{1,4}(?:st|nd|rd|th|[ap]m|h)?|[ap]\.?m|[a-z]{1,3}t|utc|ago|(?:minute|hour|day)s?)\b"
)
_WHEN: Final = rf"(?=.{{0,40}}\d)(?:\W+{_OF_DATES})+\W*(?:\bby\b.{{0,40}})?"
# Lines that are the furniture of a page or the leftovers of a repost, whatever holds them.
_NOTICE_PATTERNS: Final = (
    r"your email address will not be published\..*|required fields are marked ?\*?",
    r"(?:like|share)? ?loading\.*|continue reading.{0,80}|leave a reply cancel reply",
    r"sign up (?:for|to) .{0,80}|click here to .{0,60}",
    r"(?:subscribe|sign up|never miss|join our newsletter|download (?:the|our) \w+ app|let our news)\b.*",
    rf"get (?:the|our|breaking) (?:latest|best|news|top)\b.*\b{_SENT}s?\b.*",
    r"\W*(?:anzeige|werbung|advertisement)\s?[:|(\[–-].*",
    r"by (?:submitting|signing up|subscribing|clicking)\b.{0,80}\b(?:you|i) (?:\w+ )?(?:agree|consent)\b.*",
    r"(?:we use|(?:this|our) (?:web)?site uses|wir verwenden|diese website verwendet) cookies\b.*",
    r"this slideshow requires javascript\.?|image \d+ of \d+|filed under.{0,80}|\W*",
    r"\d{1,2}[:.]\d\d(?: ?[ap]\.?m\.?)?",
    r"(?:\(|additional )reporting by .*|reporting by [^.;]+; ?(?:editing|writing).*",
    r"(?:written|words|edited) by [^.,]{3,60}",
    r"tags: .*",
    rf"(?:follow|find us) [^,;:]{{0,60}}\bon {_NETWORK}\b.{{0,60}}",
    r"follow (?:us|me|him|her|them) (?:(?:at )?@.*|here\W*)",
    rf"(?:have a tip\?|(?:e-?mail|reach|contact) (?:us|me|him|her|the {_WRITER}s?))[^,]*@.*",
    rf"(?:posted|published|(?:last )?updated){_WHEN}|\d+ min(?:ute)?s? read",
)
_NOTICE: Final = re.compile("|".join(_NOTICE_PATTERNS), re.IGNORECASE)

_CREDIT: Final = re.compile(
    r"(?:image|photo|picture|foto|photograph|bild)s?(?: credit| copyright| by|:| ©).{0,80}$"
    r"|(?:©|\(c\)).{0,80}$",
    re.IGNORECASE,
)
_CREDIT_BEGINS: Final = frozenset("ipfbIPFB©(")
_CREDIT_AT_END: Final = re.compile(
    r"\((?:image|photo|picture|foto|pic|credit)s?\b[^)]{0,60}\)$"
    r"|(?:^|[/|(©,:–—-]\s?|\b(?:via|for|by|credit|afp|epa|ap) )(?:getty images|shutterstock)\W*$"
)
_LONGEST_CREDIT: Final = 75
# What a page says of the money that its links may earn it, and of who else reported.
_NOTE: Final = re.compile(
    r"\b(?:we|i) (?:may |will |can )?(?:earn (?:an? )?(?:\w+ )?commission"
    r"|(?:receive|get) (?:an? )?(?:small|affiliate) commission)"
    r"|\bearn us (?:an? )?(?:\w+ )?commissions?\b|\b(?:contains?|includes?) (?:some )?affiliate links?\b"
    r"|^as an amazon associate\b|^(?:[^.!?]|(?<=\b\w)\.){0,150}\bcontributed to this (?:report|story)\.?$",
    re.IGNORECASE,
)
_LONGEST: Final = 300


def is_furniture(line: str) -> bool:
    """Whether a line is a button, a label, a credit or a notice of the page, or leads to another article."""
    if len(line) > _LONGEST:
        return False
    if len(line) <= LONGEST_PHRASE and (bare(line) in _BUTTONS or leads_away(line)):
        return True
    return _is_labelled(line) or _NOTICE.fullmatch(line) is not None or _is_credit(line) or _is_note(line)


def _is_labelled(line: str) -> bool:
    label, colon, _ = line[: _LONGEST_LABEL + 1].partition(":")
    return (
        bool(colon)
        and len(line) <= _LONGEST_LABELLED
        and label.strip(" (.").lower() in _LABELS
        and not _is_told(line)
    )


def _is_told(line: str) -> bool:
    """Whether what follows a label is a sentence, which tells what a picture shows."""
    return len(line) > _LONGEST_NAMES and line.endswith(".")


def _is_credit(line: str) -> bool:
    """Whether a line says whose picture it is."""
    if line[0] in _CREDIT_BEGINS and _CREDIT.match(line) and not _is_told(line):
        return True
    end = line[-_LONGEST_CREDIT:].lower()
    may_be = "(" in end or "getty" in end or "shutterstock" in end
    return may_be and _CREDIT_AT_END.search(end) is not None


def _is_note(line: str) -> bool:
    """Whether a line says that the page earns something by its links, or who else reported."""
    may_be = "commission" in line or "ffiliate" in line or "mazon" in line or "contributed" in line
    return may_be and _NOTE.search(line) is not None
