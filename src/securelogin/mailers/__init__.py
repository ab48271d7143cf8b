"""Mailers that come with the library: SMTP, a folder, memory; each in both colours.

Import each from its own module, such as `securelogin.mailers.smtp`; `mailers.aio_smtp`
alone needs an extra. What the mails say is in `mailers.letters`.
"""
