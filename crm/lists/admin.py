from django.contrib import admin

from crm.lists.models import BulkAct, BulkChange, Shown, View
from engage.lib.looking import ReadOnly

admin.site.register([BulkAct, BulkChange, Shown, View], ReadOnly)
