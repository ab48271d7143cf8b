"""The pages in German."""

from __future__ import annotations

__all__ = ["GERMAN"]

GERMAN = {
    # Titles
    "page.login": "Anmelden",
    "page.temporary": "Zum ersten Mal anmelden",
    "page.forgot": "Passwort vergessen?",
    "page.check_mail": "Sehen Sie in Ihre Mails",
    "page.new_password": "Wählen Sie ein neues Passwort",
    "page.change_password": "Passwort ändern",
    "page.address": "Neue Adresse bestätigen",
    "page.sessions": "Wo Sie angemeldet sind",
    "page.logout": "Abmelden",
    "page.help": "Hilfe beim Anmelden",
    "page.refused": "Das hat nicht geklappt",
    "page.overloaded": "Einen Augenblick, bitte",
    "page.stale": "Bitte schicken Sie das Formular noch einmal ab",
    "page.problem": "Hier ist nichts",
    # Labels and buttons
    "label.address": "Mailadresse",
    "label.password": "Passwort",
    "label.temporary": "Vorläufiges Passwort",
    "label.current": "Jetziges Passwort",
    "label.new": "Neues Passwort",
    "button.login": "Anmelden",
    "button.next": "Weiter",
    "button.forgot": "Vorläufiges Passwort schicken",
    "button.save": "Neues Passwort speichern",
    "button.confirm": "Neue Adresse bestätigen",
    "button.logout": "Abmelden",
    "button.end": "Diese Sitzung beenden",
    "button.end_others": "Alle anderen Sitzungen beenden",
    "button.again": "Formular neu laden",
    "button.show": "Zeigen",
    "button.hide": "Verbergen",
    "button.copy": "Kopieren",
    "button.copied": "Kopiert",
    # Ways on
    "link.skip": "Zum Formular springen",
    "link.forgot": "Passwort vergessen?",
    "link.temporary": "Ich habe ein vorläufiges Passwort",
    "link.lasting": "Ich habe schon ein Passwort gewählt",
    "link.help": "Hilfe beim Anmelden",
    "link.login": "Zurück zur Anmeldung",
    "link.other_address": "Andere Adresse verwenden",
    "link.change_password": "Passwort ändern",
    "link.sessions": "Wo Sie angemeldet sind",
    # Sentences
    "login.message": (
        "Eine sichere Nachricht wartet auf Sie. Melden Sie sich mit der Adresse an, "
        "an die die Benachrichtigung ging."
    ),
    "login.address_hint": "Die Adresse, an die Nachrichten dieses Portals gehen.",
    "temporary.hint": (
        "Tippen Sie das vorläufige Passwort aus der Mail von Hand ab. Groß oder klein "
        "und Striche sind gleich. Danach wählen Sie ein eigenes Passwort."
    ),
    "forgot.hint": (
        "Wir schicken ein vorläufiges Passwort an Ihre Adresse. Ihr jetziges Passwort "
        "gilt weiter, bis Sie ein neues gewählt haben."
    ),
    "check_mail.mark": "Die Mail trägt dieses Kennzeichen:",
    "check_mail.again": (
        "Keine Mail? Sehen Sie bei den unerwünschten nach und fordern Sie sie dann "
        "noch einmal an."
    ),
    "new.hint": "Mindestens {minimum} Zeichen. Gut sind mehrere Wörter hintereinander.",
    "new.after": "Danach melden Sie sich mit dem neuen Passwort an.",
    "new.counted": "{count} von mindestens {minimum} Zeichen",
    "new.enough": "Lang genug",
    "change.hint": (
        "Alle anderen Sitzungen enden, und Sie bekommen eine Mail über die Änderung."
    ),
    "address.hint": (
        "Sie gilt hier, sobald die Mails an die alte und an die neue Adresse beide "
        "bestätigt sind."
    ),
    "sessions.this": "Diese Sitzung",
    "sessions.began": "Begonnen",
    "sessions.seen": "Zuletzt benutzt",
    "sessions.unknown": "Unbekannter Browser",
    "sessions.from": "Von",
    "logout.question": "Möchten Sie sich abmelden?",
    "stale.hint": (
        "Das Formular war zu lange offen, oder Ihr Browser behält keine Cookies. Es "
        "wurde nichts geändert."
    ),
    # What the last step did
    "notice.changed": "Ihr Passwort ist geändert.",
    "notice.logged_out": "Sie sind abgemeldet.",
    "notice.ended": "Die Sitzung ist beendet.",
    "notice.address_half": (
        "Bestätigt. Bestätigen Sie jetzt noch die Mail in Ihrem anderen Postfach."
    ),
    "notice.address_done": "Ihre neue Adresse gilt ab jetzt.",
    # What support asks for
    "report.title": "Was Ihr Support braucht",
    "report.reference": "Referenz",
    "report.time": "Zeit",
    "report.url": "Seite",
    "report.browser": "Browser",
    "report.user_agent": "Browser ausführlich",
    "report.address": "Adresse wie eingegeben",
    # Plain errors
    "problem.not_found": "Unter dieser Adresse gibt es keine Seite.",
    "problem.not_allowed": "So lässt sich diese Seite nicht aufrufen.",
    "problem.too_large": "Das war zu viel für eine Anfrage.",
    "problem.unsupported": "Diese Art von Anfrage wird nicht verstanden.",
    "problem.malformed": "Die Anfrage ist nicht lesbar.",
    # Common solutions
    "help.intro": "Was den meisten hilft, das Wahrscheinlichste zuerst.",
    "help.contact": "Noch immer kein Glück? Der Administrator ist {contact}.",
    "help.url": "Ist es die richtige Seite?",
    "help.url.cure": (
        "Jede Organisation hat ein eigenes Portal. Nehmen Sie den Link in Ihrer "
        "Benachrichtigung oder fragen Sie nach der richtigen URL."
    ),
    "help.link": "Sie haben eine Nachricht von außerhalb bekommen?",
    "help.link.cure": (
        "Nehmen Sie den Link in der Benachrichtigung; er gilt {days} Tage, und nur "
        "für Sie. Danach bitten Sie den Absender, die Nachricht neu zu schicken."
    ),
    "help.primary": "Ist es die richtige Adresse?",
    "help.primary.cure": (
        "Geben Sie Ihre Hauptadresse vollständig ein, an die auch die Mail ging, und "
        "keinen Alias."
    ),
    "help.address": "Ist es die richtige Adresse?",
    "help.address.cure": (
        "Geben Sie die Adresse vollständig ein, so wie die Mail an sie ging."
    ),
    "help.temporary": "Sie haben ein vorläufiges Passwort?",
    "help.temporary.cure": (
        "Tippen Sie das aus der neuesten Mail von Hand ab. Es gilt {minutes} Minuten "
        "und nur einmal; dann wählen Sie ein eigenes."
    ),
    "help.forgot": "Sie haben Ihr Passwort vergessen?",
    "help.forgot.cure": (
        "Fordern Sie ein vorläufiges an. Die Mail gilt {minutes} Minuten und trägt "
        "dasselbe Kennzeichen wie die Seite, auf der Sie es angefordert haben."
    ),
    "help.mail": "Es kommt keine Mail?",
    "help.mail.cure": (
        "Warten Sie ein paar Minuten, sehen Sie bei den unerwünschten nach und prüfen "
        "Sie die Adresse. Eine Mail geht nur an Adressen, die hier ein Konto haben."
    ),
    "help.new_password": "Das neue Passwort wird nicht angenommen?",
    "help.new_password.cure": (
        "Es braucht mindestens {minimum} Zeichen und darf nicht leicht zu raten sein. "
        "Sie dürfen es aus einer Passwortverwaltung einfügen."
    ),
    "help.waiting": "Sie haben es oft versucht?",
    "help.waiting.cure": (
        "Nach {tries} Versuchen müssen Sie bis zu {minutes} Minuten warten. Ein "
        "vorläufiges Passwort geht sofort."
    ),
    "help.browser": "Behält der Browser Cookies?",
    "help.browser.cure": (
        "Das Portal braucht Cookies. Aktualisieren Sie den Browser, erlauben Sie sie "
        "für diese Seite oder nehmen Sie einen anderen Browser."
    ),
    "help.idle": "Sie wurden abgemeldet?",
    "help.idle.cure": (
        "Eine Sitzung ohne Benutzung endet nach {minutes} Minuten. Melden Sie sich "
        "einfach wieder an."
    ),
    "help.support": "Jemand soll nachsehen?",
    "help.support.cure": (
        "Wenden Sie sich an Ihren Administrator oder, wenn Sie eine Nachricht "
        "erhalten haben, an deren Absender, und nennen Sie die Referenz, die auf der "
        "Seite steht."
    ),
}
