from django.contrib import admin

from campaigns.designs.models import Design, FormerDesign, Picture, SavedBlock, Style
from engage.lib.looking import ReadOnly


@admin.register(Design)
class DesignAdmin(ReadOnly):
    list_display = ["name", "kind", "language", "revision", "changed", "by"]


@admin.register(FormerDesign)
class FormerDesignAdmin(ReadOnly):
    list_display = ["design_id", "at", "by"]


@admin.register(Picture)
class PictureAdmin(ReadOnly):
    list_display = ["name", "title", "width", "height", "size", "at", "by"]


@admin.register(Style)
class StyleAdmin(ReadOnly):
    list_display = ["font", "background", "changed", "by"]


@admin.register(SavedBlock)
class SavedBlockAdmin(ReadOnly):
    list_display = ["name", "at", "by"]
