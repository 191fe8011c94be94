from django.contrib import admin

from crm.business.models import Business, Changed, Holiday, KeptAnswer, Key, StaffBrowser, User
from engage.lib.looking import ReadOnly


@admin.register(Business)
class BusinessAdmin(admin.ModelAdmin):
    list_display = ["name", "country", "live", "demo"]

    def has_add_permission(self, request) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """Passwords are set by their owners, on the page for signing in."""

    list_display = ["email", "name", "role", "is_active", "last_login"]
    list_filter = ["role", "is_active"]
    search_fields = ["email", "name"]
    fields = ["email", "name", "role", "is_active"]


@admin.register(Key)
class KeyAdmin(ReadOnly):
    list_display = ["name", "kind", "hint", "created", "revoked"]


@admin.register(StaffBrowser)
class StaffBrowserAdmin(ReadOnly):
    list_display = ["user", "at"]
    exclude = ["browser"]


admin.site.register([Changed, Holiday, KeptAnswer], ReadOnly)
