"""How well copies and stories are told apart, and how fast: `bench/stories.py DIR`."""

import gzip, json, random, sys, time
from collections import Counter, defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from bench.mangled.copies import copies
from bench.mangled.strangers import strangers
from daemon.dedup import compare, fingerprint
from daemon.model import Article


def body(x):
    parts = x["body"].split("\n")
    if parts[0] == x["title"]:
        parts = parts[1:]
    head = [p for p in parts[:4] if len(p.split()) > 8 or p.rstrip("'\" ").endswith((".", "!", "?"))]
    return "\n\n".join(head + parts[4:])


def cutdoc(t):
    kept = []
    n = 0
    for l in t.splitlines():
        w = len(l.split())
        if n + w > 1000:
            break
        n += w
        kept.append(l)
    return "\n".join(kept) or " ".join(t.split()[:1000])


def load(d):
    docs = [json.loads(l) for l in gzip.open(Path(d) / "ecb.jsonl.gz")]
    tune, held = [], []
    for x in docs:
        if len(x["body"].split()) >= 80:
            (tune if int(x["topic"]) % 2 == 0 else held).append(Article(title=x["title"], text=body(x)))
    e = Path(d).parent / "extraction"
    for f, dest in (("scrapinghub", tune), ("wcxb-dev", held)):
        seen = 0
        for l in gzip.open(e / f"{f}.jsonl.gz"):
            x = json.loads(l)
            if x["text"] and len(x["text"].split()) >= 80:
                dest.append(Article(title=x.get("title") or "", text=cutdoc(x["text"])))
                seen += 1
                if seen >= 180:
                    break
    return tune, held


def main():
    tune, held = load(sys.argv[1])
    show = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    for name, arts in (("tune", tune), ("held", held)):
        if len(sys.argv) > 2 and sys.argv[2] != name:
            continue
        dice = random.Random(9)
        pairs = list(copies(arts, dice)) + list(strangers(arts, dice))
        c = Counter()
        tot = Counter()
        shown = Counter()
        cache = {}
        CL = defaultdict(list)
        for p in pairs:

            def fp(a, k=frozenset()):
                key = (a.text, a.title, k)
                if key not in cache:
                    cache[key] = fingerprint(a, k)
                return cache[key]

            a, b = fp(p.new, p.known_lines), fp(p.known)
            r = compare(a, b)
            tot[p.kind, p.same] += 1
            CL[p.kind, p.same].append((r.clashes[0], r.clashes[1], len(r.lead_adds), r.own_lead))
            c[p.kind, p.same, "copy"] += r.kind == "copy"
            c[p.kind, p.same, "quiet"] += r.tells_the_same
            c[p.kind, p.same, "keys"] += bool(set(a.keys) & set(b.keys))
            if r.tells_the_same != p.same:
                c[
                    p.kind,
                    p.same,
                    "why:"
                    + (
                        r.evidence.split(": ")[1].split("(")[0]
                        if ": " in r.evidence
                        else "dist"
                        if r.kind == "distinct"
                        else "copy"
                    )[-30:],
                ] += 1
            if r.tells_the_same != p.same and shown[p.kind] < show:
                shown[p.kind] += 1
                print(
                    "---",
                    p.kind,
                    p.same,
                    r.kind,
                    r.evidence,
                    "| clash",
                    r.clashes,
                    round(r.own_lead, 2),
                    "| lead adds",
                    r.lead_adds,
                    "| short names missing",
                    sorted((a.names - b.names) if a.words < b.words else b.names - a.names)[:12],
                    sorted((a.numbers - b.numbers) if a.words < b.words else b.numbers - a.numbers)[:6],
                )
        for k, v in CL.items():
            print(
                k,
                "clashes",
                sorted(Counter(min(x[0], 9) for x in v).items()),
                "leadadds",
                sorted(Counter(min(x[2], 9) for x in v).items()),
                "newlead",
                sorted(Counter(int(x[3] * 10) for x in v).items()),
            )
        print(name, len(arts), "docs")
        print({k: v for k, v in c.items() if "why" in k[2]})
        for k, n in sorted(tot.items(), key=lambda x: (x[0][1], x[0][0])):
            print(
                f"  {k[0]:14} same={k[1]!s:5} n={n:5}  copy {100 * c[(*k, 'copy')] / n:6.2f} ({c[(*k, 'copy')]})  quiet {100 * c[(*k, 'quiet')] / n:6.2f} ({c[(*k, 'quiet')]}) keys {100 * c[(*k, 'keys')] / n:6.2f}"
            )
        for s in (True, False):
            n = sum(v for k, v in tot.items() if k[1] == s)
            print(
                "  ALL",
                s,
                n,
                *[
                    f"{x} {100 * sum(v for k, v in c.items() if k[1] == s and k[2] == x) / n:.2f}"
                    for x in ("copy", "quiet", "keys")
                ],
            )


main()
