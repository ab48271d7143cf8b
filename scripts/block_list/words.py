# ruff: noqa: RUF001, SIM905 -- Russian is meant; a word a line would hide the rules
"""What the rules work on: words, years, keyboards and phrases."""

from __future__ import annotations

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
