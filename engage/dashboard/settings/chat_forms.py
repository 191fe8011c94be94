import re
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.business.models import Business

MOST = 20
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")


class ChatForm(forms.ModelForm):
    """Whether there is a chat, and on which sites."""

    chat_sites = forms.CharField(
        label=_("Sites that may show it"),
        help_text=_("One on each line, such as shop.example.com. With and without www are two."),
        required=False,
        max_length=MOST * 300,
        widget=forms.Textarea({"rows": 4, "spellcheck": "false", "autocapitalize": "none"}),
    )

    class Meta:
        model = Business
        fields = ("chat_on",)
        labels = {"chat_on": _("Visitors can write to us from our site")}
        help_texts = {"chat_on": ""}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.initial["chat_sites"] = "\n".join(self.instance.chat_sites)

    def clean_chat_sites(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["chat_sites"].splitlines() if line.strip()]
        if len(lines) > MOST:
            raise forms.ValidationError(_("At most %(most)d.") % {"most": MOST})
        return list(dict.fromkeys(origin(line) for line in lines))


def origin(text: str) -> str:
    """`https://shop.example.com` of what somebody types as their site. Raises ValidationError."""
    whole = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(whole)
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except (ValueError, UnicodeError):
        host, port = "", None
    if parts_are_wrong(whole, host):
        raise forms.ValidationError(_("“%(text)s” is not the address of a site."), params={"text": text[:100]})
    scheme = whole.partition("://")[0].lower()
    usual = {"https": 443, "http": 80}[scheme]
    return f"{scheme}://{host}" + (f":{port}" if port and port != usual else "")


def parts_are_wrong(whole: str, host: str) -> bool:
    """A host alone is asked for; what stands behind it is left out, who signs in there is nobody's."""
    scheme, _sign, rest = whole.partition("://")
    return scheme.lower() not in {"http", "https"} or "@" in rest.partition("/")[0] or not _HOST.fullmatch(host)
