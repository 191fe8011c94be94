from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from crm.business.models import User


class Command(BaseCommand):
    help = "Make an owner who can log in."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--password", required=True)
        parser.add_argument("--name", default="")

    def handle(self, *args, email: str, password: str, name: str, **options) -> None:
        if User.objects.filter(email__iexact=email).exists():
            raise CommandError("Somebody has this address already.")
        user = User(email=email.lower(), name=name, role=User.Role.OWNER)
        try:
            user.full_clean(exclude=["password"])
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        user.set_password(password)
        user.save()
        self.stdout.write(f"{user.email} can log in as an owner.")
