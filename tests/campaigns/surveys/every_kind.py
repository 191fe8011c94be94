"""A question of each type."""

from campaigns.surveys.asked.questions import Type

CHOICES = [{"no": 1, "label": "oat milk"}, {"no": 2, "label": "soy milk"}, {"no": 3, "label": "none"}]
PICTURE = "0123456789abcdef0123456789abcdef01234567-8x8.png"
PRODUCT = "018f0000-0000-7000-8000-000000000001"
_MORE: dict[Type, dict] = {
    Type.ONE_OF: {"choices": CHOICES, "other": True},
    Type.SEVERAL_OF: {"choices": CHOICES, "other": True, "least": 1, "most": 2},
    Type.RANKING: {"choices": CHOICES},
    Type.MATRIX: {"choices": CHOICES, "rows": [{"no": 1, "label": "Mornings"}, {"no": 2, "label": "Evenings"}]},
    Type.PICTURE: {"choices": [one | {"picture": PICTURE} for one in CHOICES]},
    Type.PRODUCT: {"choices": [one | {"product": PRODUCT} for one in CHOICES]},
    Type.SCALE: {"most": 7, "low": "weak", "high": "strong"},
    Type.SLIDER: {"least": 0, "most": 10},
    Type.NUMBER: {"least": 1, "most": 100},
    Type.PERMISSION: {"topics": ["news"]},
}


def question(type: Type | str, **fields: object) -> dict:
    return {"id": f"a_{type}", "type": str(type), "text": f"About {type}?"} | _MORE.get(Type(type), {}) | fields


EVERY = [question(type) for type in Type]
