"""What people may send, bounded before it is opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy

from geomatch.network.selectors.searching import Search, parse_search

PROVIDERS = {
    "nominatim": "Nominatim (OpenStreetMap)",
    "photon": "Photon (OpenStreetMap)",
    "pelias": gettext_lazy("Pelias (your own, or rented)"),
    "census": gettext_lazy("United States Census Bureau"),
}
SHEET_ENDINGS = (".xlsx", ".csv", ".tsv", ".ods", ".geojson", ".gpkg")
ENCODINGS = (
    ("", gettext_lazy("Find out")),
    ("cp1252", gettext_lazy("Western Windows")),
    ("mac_roman", gettext_lazy("Older Macs")),
    ("utf-16", "UTF-16"),
)
DELIMITERS = (
    ("", gettext_lazy("Find out")),
    (",", gettext_lazy("Commas")),
    (";", gettext_lazy("Semicolons")),
    ("tab", gettext_lazy("Tabs")),
    ("|", gettext_lazy("Bars")),
)


def searched(request: HttpRequest, name: str = "text") -> Search:
    """Read a search box."""
    return parse_search(request.POST.get(name, ""))


def typed(request: HttpRequest, name: str) -> str:
    """Return what was typed into a field, without the NUL that PostgreSQL refuses."""
    return request.POST.get(name, "").replace("\0", "").strip()


class SheetForm(forms.Form):
    """One spreadsheet."""

    file = forms.FileField(
        label=gettext_lazy("Spreadsheet"),
        error_messages={
            "required": gettext_lazy("Choose a spreadsheet first."),
            "empty": gettext_lazy(
                "This file is empty. Choose the spreadsheet with your neighbours in it."
            ),
        },
    )
    encoding = forms.ChoiceField(
        choices=ENCODINGS, required=False, label=gettext_lazy("Letters are written in")
    )
    delimiter = forms.ChoiceField(
        choices=DELIMITERS, required=False, label=gettext_lazy("Cells are parted by")
    )

    def reading(self) -> dict[str, str]:
        """Return what was said about how a text file must be read."""
        said = {name: self.cleaned_data[name] for name in ("encoding", "delimiter")}
        said["delimiter"] = "\t" if said["delimiter"] == "tab" else said["delimiter"]
        return {name: value for name, value in said.items() if value}

    def clean_file(self) -> UploadedFile:
        """Refuse what is too large or no spreadsheet by its name."""
        file: UploadedFile = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_LIMIT_BYTES:
            limit = settings.UPLOAD_LIMIT_BYTES >> 20
            raise forms.ValidationError(
                gettext("This file is larger than %(limit)s MB. Split it in two.")
                % {"limit": limit}
            )
        if Path(file.name or "").suffix.casefold() not in SHEET_ENDINGS:
            endings = ", ".join(SHEET_ENDINGS)
            raise forms.ValidationError(
                gettext("This is no spreadsheet we can read; save it as %(endings)s.")
                % {"endings": endings}
            )
        return file


SIZES = (("households", gettext_lazy("homes")), ("people", gettext_lazy("people")))


class PlanForm(forms.Form):
    """How large pods may be."""

    min_size = forms.IntegerField(
        min_value=1, max_value=200, initial=5, label=gettext_lazy("At least")
    )
    max_size = forms.IntegerField(
        min_value=1, max_value=200, initial=30, label=gettext_lazy("At most")
    )
    target_size = forms.IntegerField(
        min_value=1, max_value=200, initial=13, label=gettext_lazy("About")
    )
    size_by = forms.ChoiceField(choices=SIZES, initial="households", label=gettext_lazy("Count"))
    walking = forms.BooleanField(required=False, label=gettext_lazy("Measure walks along streets"))

    def __init__(self, *arguments: Any, streets: bool, **more: Any) -> None:
        """Ask about walks only where the network has `streets`."""
        super().__init__(*arguments, **more)
        if not streets:
            del self.fields["walking"]

    def clean(self) -> dict[str, Any]:
        """Keep the three sizes in order."""
        data = super().clean() or {}
        least, most, target = (data.get(f"{name}_size") for name in ("min", "max", "target"))
        if least and most and target and not least <= target <= most:
            raise forms.ValidationError(
                gettext(
                    "A pod of about %(target)s cannot be kept between %(least)s and %(most)s. "
                    "Put the three numbers in order."
                )
                % {"target": target, "least": least, "most": most}
            )
        return data


class RebalanceForm(forms.Form):
    """How many households may change pod."""

    max_moves = forms.IntegerField(
        min_value=0,
        max_value=100_000,
        initial=20,
        label=gettext_lazy("Move at most"),
        help_text=gettext_lazy("homes"),
    )


class ProviderForm(forms.Form):
    """Who may be asked about addresses that are not found here."""

    service = forms.ChoiceField(
        choices=[
            ("none", gettext_lazy("Nobody: addresses stay on this machine")),
            *PROVIDERS.items(),
        ],
        widget=forms.RadioSelect,
        label=gettext_lazy("Service"),
    )
    url = forms.CharField(
        required=False,
        max_length=200,
        label=gettext_lazy("Its address, if it is your own server"),
        help_text=gettext_lazy(
            "Such as https://nominatim.example.org. Empty: the public one. "
            "Pelias has no public one."
        ),
    )
    api_key = forms.CharField(
        required=False,
        max_length=200,
        strip=True,
        label=gettext_lazy("Key, if a rented Pelias asks for one"),
        help_text=gettext_lazy("It is kept sealed and not shown again. Empty: the one kept stays."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def clean_service(self) -> str:
        """Nobody is no service."""
        service: str = self.cleaned_data["service"]
        return "" if service == "none" else service


class HandoverForm(forms.Form):
    """Hand over what was shown, and whether the volunteer rests."""

    resting_until = forms.DateField(
        required=False,
        label=gettext_lazy("They rest until"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Nobody asks them up to that day."),
    )
    fingerprint = forms.CharField(max_length=16, widget=forms.HiddenInput, label="")
