"""Other words for the same thing, and popular searches, in admin."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from procedures import services
from procedures.admin.actors import administrator
from procedures.models import PopularSearch, SearchSynonym


class SearchSynonymForm(ModelForm):
    class Meta:
        model = SearchSynonym
        fields = ["term", "meaning", "kind", "is_active"]

    def clean_term(self) -> str:
        term: str = self.cleaned_data["term"]
        if not services.fold_term(term):
            raise ValidationError(_("Hãy gõ ít nhất một chữ cái hoặc chữ số."), code="no_letters")
        return term

    def _post_clean(self) -> None:
        # The pair is unique by its folded term, which the constraint can only check when it is there.
        self.instance.folded_term = services.fold_term(self.cleaned_data.get("term", ""))
        super()._post_clean()  # type: ignore[misc]

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"folded_term"}  # type: ignore[misc]


@admin.register(SearchSynonym)
class SearchSynonymAdmin(admin.ModelAdmin):
    form = SearchSynonymForm
    list_display = ["term", "meaning", "kind", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["term", "meaning", "folded_term"]
    list_per_page = 200

    def save_model(self, request: HttpRequest, obj: SearchSynonym, form: ModelForm, change: bool) -> None:
        services.save_synonym(actor=administrator(request), synonym=obj)


@admin.register(PopularSearch)
class PopularSearchAdmin(admin.ModelAdmin):
    list_display = ["text", "order", "is_active"]

    def save_model(self, request: HttpRequest, obj: PopularSearch, form: ModelForm, change: bool) -> None:
        services.save_popular_search(actor=administrator(request), search=obj)

    def delete_model(self, request: HttpRequest, obj: PopularSearch) -> None:
        services.delete_popular_search(actor=administrator(request), search=obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for search in queryset:
            services.delete_popular_search(actor=administrator(request), search=search)
