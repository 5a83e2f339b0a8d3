"""What people may send, bounded before it is opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from geomatch.network.selectors.searching import Search, parse_search

PROVIDERS = {
    "nominatim": "Nominatim (OpenStreetMap)",
    "photon": "Photon (OpenStreetMap)",
    "pelias": "Pelias (your own, or rented)",
    "census": "United States Census Bureau",
}
SHEET_ENDINGS = (".xlsx", ".csv", ".tsv", ".ods", ".geojson", ".gpkg")
ENCODINGS = (
    ("", "Find out"),
    ("cp1252", "Western Windows"),
    ("mac_roman", "Older Macs"),
    ("utf-16", "UTF-16"),
)
DELIMITERS = (
    ("", "Find out"),
    (",", "Commas"),
    (";", "Semicolons"),
    ("tab", "Tabs"),
    ("|", "Bars"),
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
        label="Spreadsheet",
        error_messages={
            "required": "Choose a spreadsheet first.",
            "empty": "This file is empty. Choose the spreadsheet with your neighbours in it.",
        },
    )
    encoding = forms.ChoiceField(choices=ENCODINGS, required=False, label="Letters are written in")
    delimiter = forms.ChoiceField(choices=DELIMITERS, required=False, label="Cells are parted by")

    def reading(self) -> dict[str, str]:
        """Return what was said about how a text file must be read."""
        said = {name: self.cleaned_data[name] for name in ("encoding", "delimiter")}
        said["delimiter"] = "\t" if said["delimiter"] == "tab" else said["delimiter"]
        return {name: value for name, value in said.items() if value}

    def clean_file(self) -> UploadedFile[bytes]:
        """Refuse what is too large or no spreadsheet by its name."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > settings.UPLOAD_LIMIT_BYTES:
            limit = settings.UPLOAD_LIMIT_BYTES >> 20
            raise forms.ValidationError(f"This file is larger than {limit} MB. Split it in two.")
        if Path(file.name or "").suffix.casefold() not in SHEET_ENDINGS:
            endings = ", ".join(SHEET_ENDINGS)
            raise forms.ValidationError(
                f"This is no spreadsheet we can read; save it as {endings}."
            )
        return file


SIZES = (("households", "homes"), ("people", "people"))


class PlanForm(forms.Form):
    """How large pods may be."""

    min_size = forms.IntegerField(min_value=1, max_value=200, initial=5, label="At least")
    max_size = forms.IntegerField(min_value=1, max_value=200, initial=30, label="At most")
    target_size = forms.IntegerField(min_value=1, max_value=200, initial=13, label="About")
    size_by = forms.ChoiceField(choices=SIZES, initial="households", label="Count")
    walking = forms.BooleanField(required=False, label="Measure walks along streets")

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
                f"A pod of about {target} cannot be kept between {least} and {most}. "
                "Put the three numbers in order."
            )
        return data


class RebalanceForm(forms.Form):
    """How many households may change pod."""

    max_moves = forms.IntegerField(
        min_value=0, max_value=100_000, initial=20, label="Move at most", help_text="homes"
    )


class ProviderForm(forms.Form):
    """Who may be asked about addresses that are not found here."""

    service = forms.ChoiceField(
        choices=[("none", "Nobody: addresses stay on this machine"), *PROVIDERS.items()],
        widget=forms.RadioSelect,
        label="Service",
    )
    url = forms.CharField(
        required=False,
        max_length=200,
        label="Its address, if it is your own server",
        help_text="Such as https://nominatim.example.org. Empty: the public one. "
        "Pelias has no public one.",
    )
    api_key = forms.CharField(
        required=False,
        max_length=200,
        strip=True,
        label="Key, if a rented Pelias asks for one",
        help_text="It is kept sealed and not shown again. Empty: the one kept stays.",
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
        label="They rest until",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Nobody asks them up to that day.",
    )
    fingerprint = forms.CharField(max_length=16, widget=forms.HiddenInput, label="")
