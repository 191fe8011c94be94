"""Conversations of the past: what people asked and what the shop answered, by the language they read."""

from typing import NamedTuple


class Dialogue(NamedTuple):
    """`thanks` is the customer's last word, '' where there was none."""

    channel: str
    subject: str
    asked: str
    answered: str
    thanks: str = ""


ENGLISH = (
    Dialogue(
        "email",
        "Grind for a moka pot",
        "Hello, I ordered the Night Watch and forgot to say that it is for a moka pot. Is it too late to grind it?",
        "Not at all, it is still on the shelf. We grind it fine and it leaves this afternoon.",
        "Brilliant, thank you.",
    ),
    Dialogue(
        "site",
        "Where is my parcel?",
        "The tracking has said “on its way” for four days now. Should I worry?",
        "It is stuck in the depot, we just rang them. It should be with you tomorrow; if not, we send another.",
        "It came this morning. Thanks for chasing it.",
    ),
    Dialogue(
        "chat",
        "Decaf without chemicals",
        "How is your decaf made? I would like to avoid solvents.",
        "With water only, in Mexico. It says so on the bag too, very small on the side.",
    ),
    Dialogue(
        "email",
        "Gift box to another address",
        "Can you send the gift box straight to my brother and leave the bill out?",
        "Of course. Write his address below and a line for the card, and we put it in by hand.",
        "Perfect. The card says: happy birthday from the two of us.",
    ),
    Dialogue(
        "counter",
        "Lapsang",
        "She asked whether the Lapsang is the same as last year, it tasted milder to her.",
        "You were right: it is a new harvest and gentler. We keep a stronger one back for you if you like.",
        "Yes please, one tin.",
    ),
    Dialogue(
        "email",
        "Kettle leaks",
        "The gooseneck kettle I bought in spring leaks at the handle. I still have the receipt.",
        "That should not happen. A new one leaves today, and you need not send the old one back.",
        "That is very decent of you.",
    ),
    Dialogue(
        "phone",
        "Change of address",
        "He rang to say that he has moved to Fore Street, number 12, from the first of the month.",
        "Noted, the next parcel goes to Fore Street.",
    ),
    Dialogue(
        "site",
        "Which coffee for cold brew?",
        "I want to try cold brew this summer. Which of yours would you take?",
        "Huila, ground coarse, 80 g to the litre, sixteen hours in the fridge. It comes out like plums.",
        "Plums it was. Ordering a kilo.",
    ),
    Dialogue(
        "email",
        "Two invoices",
        "I seem to have been charged twice for the same order.",
        "The first one did not go through; your bank gives it back within three days. We are sorry for the fright.",
        "Seen it, all good.",
    ),
    Dialogue(
        "email",
        "Sencha bitter",
        "The Sencha tastes bitter whatever I do. Is it me?",
        "Perhaps the water: let it cool to 70 degrees, and give it one minute. If it is still bitter, we swap it.",
        "It was the water. Lovely now.",
    ),
    Dialogue(
        "chat",
        "Open on Monday?",
        "Are you open on the bank holiday?",
        "From ten to four, with cake.",
    ),
    Dialogue(
        "email",
        "Broken cup",
        "One of the two stoneware cups arrived in three pieces.",
        "Oh dear. Another one is on its way, packed by somebody more careful.",
        "Arrived whole. Thank you.",
    ),
    Dialogue(
        "site",
        "Wholesale",
        "We are opening a small bakery in June. Do you supply cafés?",
        "With pleasure. We bring five kilos for you to try; which machine do you have?",
    ),
    Dialogue(
        "email",
        "Less caffeine in the evening",
        "What would you drink after dinner instead of coffee?",
        "The Rooibos with orange, or the Lighthouse Decaf if it has to be coffee.",
        "I take both.",
    ),
)
SPANISH = (
    Dialogue(
        "email",
        "Envío a España",
        "Hola, ¿hacéis envíos a Valencia? Mi madre quiere vuestro té de jazmín.",
        "Sí, en cuatro o cinco días. El envío cuesta 9 £ y desde 60 £ es gratis.",
        "Perfecto, hago el pedido esta noche.",
    ),
    Dialogue(
        "site",
        "Molido para cafetera italiana",
        "¿Podéis moler el café para una cafetera italiana?",
        "Claro, lo molemos fino. Solo tienes que elegirlo al hacer el pedido.",
    ),
)
CHINESE = (
    Dialogue(
        "email",
        "茶叶的保质期",
        "请问铁观音可以保存多久？我想寄给父母。",
        "密封可以保存一年。我们可以为您真空包装，不另收费。",
        "太好了，谢谢。",
    ),
)
BY_LANGUAGE = {"en": ENGLISH, "es": SPANISH, "zh": CHINESE}
