from django.core.management.base import BaseCommand

from engage import words


class Command(BaseCommand):
    help = "Bring the catalogs in locale/ up to date with what customers read, and compile them."

    def handle(self, **options) -> None:
        for language in words.languages():
            catalog = words.write(language)
            print(f"{language}: {len(catalog)} texts, {len(words.untranslated(catalog))} without a translation")
