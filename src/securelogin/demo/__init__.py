"""The demo: two portals in a browser, with the mailbox of everybody who plays a part.

    people     who plays, and where         opening   wires it, and seeds what there is
    messages   the portals' own table       mailbox   mails as they have arrived
    pages      what a portal adds           drawing   templates
    desk       what support finds and does  site      all paths together
    serving    the server, until told to stop

For `securelogin demo`, with the extra `demo`. It is also an example of a portal: what
it does with the library is what a portal of one's own would do. What no portal would
do: it shows everybody's mail to whoever asks, and its passwords are known. So it
answers on loopback only, keeps nothing, and says on every page what it is.
"""

from __future__ import annotations

from securelogin.demo.opening import Demo, open_demo
from securelogin.demo.serving import serve_demo
from securelogin.demo.site import make_site

__all__ = ["Demo", "make_site", "open_demo", "serve_demo"]
