"""Names of people who do not exist, by the language they read."""

import random

FIRST = {
    "en": "Alice Amina Andrew Anna Arthur Beth Bridget Callum Cerys Charlie Chloe Colin Daisy Daniel Dev Eleanor Eve "
    "Fergus Fiona Frank George Grace Hamish Hannah Harriet Imran Iris Jack Jasmine Joan Joel Kate Kemi Leila Liam "
    "Lottie Lydia Maeve Martha Meera Molly Nathan Niamh Noah Olive Oscar Patrick Peggy Priya Ravi Rhys Rosa Ruth Sam "
    "Sanjay Shona Tamsin Theo Tilda Victor Winnie Yusuf Zara",
    "es": "Alba Álvaro Carmen Clara Diego Elena Inés Javier Lucía Manuel María Marta Miguel Nuria Pablo Pilar Raúl "
    "Rocío Sergio Teresa",
    "zh": "",
}
LAST = {
    "en": "Abbott Ahmed Barlow Birch Bose Brennan Carver Chandra Clegg Cooper Dacre Dhillon Doyle Ellis Fairley Finch "
    "Flint Gorman Gray Hale Harker Hollis Hughes Iqbal Jardine Kaye Kerr Lister Lowe Mistry Moffat Moreau Nash Noble "
    "Okoye Osborne Parr Pryce Quill Rowe Sadler Shaw Skerry Stone Sutton Tait Thorne Vance Wade Wynn",
    "es": "Aguilar Benítez Campos Cano Esteve Ferrer Gallego Herrero Ibáñez Lozano Marín Molina Navarro Ortega Peña "
    "Quintana Robles Salas Serrano Vidal",
    "zh": "",
}
WHOLE = {
    "zh": (
        ("王芳", "wang.fang"),
        ("李伟", "li.wei"),
        ("张敏", "zhang.min"),
        ("刘洋", "liu.yang"),
        ("陈静", "chen.jing"),
        ("杨磊", "yang.lei"),
        ("赵雪", "zhao.xue"),
        ("黄丽", "huang.li"),
        ("周杰", "zhou.jie"),
        ("吴婷", "wu.ting"),
        ("徐明", "xu.ming"),
        ("孙悦", "sun.yue"),
        ("马超", "ma.chao"),
        ("朱琳", "zhu.lin"),
        ("何佳", "he.jia"),
    )
}
PLAIN = str.maketrans("áéíóúñÁÉÍÓÚÑ'", "aeiounAEIOUN-")


class Names:
    """Gives each name once: (name, first name, the local part of an address)."""

    def __init__(self, rng: random.Random) -> None:
        self._whole = list(WHOLE["zh"])
        self._pairs = {language: _pairs(language, rng) for language in ("en", "es")}

    def next(self, language: str) -> tuple[str, str, str]:
        if language == "zh":
            name, local = self._whole.pop(0)
            return name, name[1:], local
        first, last = self._pairs[language].pop()
        return f"{first} {last}", first, f"{first}.{last}".translate(PLAIN).lower()


def _pairs(language: str, rng: random.Random) -> list[tuple[str, str]]:
    pairs = [(first, last) for first in FIRST[language].split() for last in LAST[language].split()]
    rng.shuffle(pairs)
    return pairs
