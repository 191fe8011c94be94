"""The control of the send measure sends the same mail as we do."""

import pytest
from django.template import Context, Template

from campaigns.channels.compile import compile_design
from campaigns.channels.skeleton import fill, splice
from engage.bench.mail import SUBJECT, body
from engage.bench.post_office import context, source


@pytest.mark.parametrize("part", ["subject", "html", "text"])
def test_the_control_sends_the_same_mail_to_the_letter(part):
    design = compile_design(SUBJECT, body(), "html")
    given = context(7)
    ours = splice(design, fill(design, given, lambda number: given["links"][number]))
    theirs = Template(source(design, getattr(design, part))).render(Context(given, autoescape=part == "html"))
    assert theirs == getattr(ours, part)
    assert "7" in theirs and "{" not in theirs
