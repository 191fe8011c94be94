"""How every form of ours is drawn: `{{ form }}` or `{{ form.name.as_field_group }}`; label, hint, error, input."""

from django.forms.renderers import TemplatesSetting


class PaperRenderer(TemplatesSetting):
    form_template_name = "paper/fields.html"
    field_template_name = "paper/field.html"
