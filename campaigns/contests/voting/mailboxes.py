"""Which mailbox an address leads to, whichever way it is spelled, and who runs it."""

GOOGLE = ("gmail.com", "googlemail.com")
PROVIDERS = frozenset(
    (
        *GOOGLE,
        *("outlook.com", "hotmail.com", "live.com", "msn.com", "icloud.com", "me.com", "mac.com", "aol.com"),
        *("yahoo.com", "yahoo.co.uk", "yahoo.fr", "yahoo.de", "yahoo.es", "yahoo.it", "yahoo.co.jp", "ymail.com"),
        *("hotmail.co.uk", "hotmail.fr", "hotmail.de", "hotmail.es", "hotmail.it", "outlook.fr", "outlook.de"),
        *("proton.me", "protonmail.com", "pm.me", "fastmail.com", "zoho.com", "tutanota.com", "hey.com", "mail.com"),
        *("gmx.de", "gmx.net", "gmx.at", "gmx.ch", "gmx.com", "web.de", "t-online.de", "freenet.de", "posteo.de"),
        *("orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "laposte.net", "libero.it", "virgilio.it", "tiscali.it"),
        *("btinternet.com", "sky.com", "virginmedia.com", "talktalk.net", "ntlworld.com", "comcast.net", "verizon.net"),
        *("att.net", "sbcglobal.net", "cox.net", "charter.net", "bigpond.com", "optusnet.com.au", "telenet.be"),
        *("skynet.be", "ziggo.nl", "kpnmail.nl", "bluewin.ch", "seznam.cz", "wp.pl", "o2.pl", "onet.pl", "interia.pl"),
        *("mail.ru", "yandex.ru", "ukr.net", "qq.com", "163.com", "126.com", "naver.com", "daum.net", "docomo.ne.jp"),
    )
)
"""Where addresses of strangers to one another lie: many of them at once say nothing."""


def mailbox(address: str) -> str:
    """Without what stands behind a plus; at Google without dots too, which it leaves out (its help page 7436150)."""
    name, _at, domain = address.lower().rpartition("@")
    name = name.partition("+")[0] or name
    if domain in GOOGLE:
        name, domain = name.replace(".", "") or name, GOOGLE[0]
    return f"{name}@{domain}"


def domain_of(address: str) -> str:
    return address.lower().rpartition("@")[2]
