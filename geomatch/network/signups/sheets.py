"""Lead sign-ups to the preview that every spreadsheet goes through."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from geomatch.core.phrases import count
from geomatch.network.intake.files.spreadsheets import one_file, read_sheets_of
from geomatch.network.intake.staging.scratch import open_folder
from geomatch.network.intake.staging.sheets import stage_sheet
from geomatch.network.models import Network, SignUp, StagedSheet
from geomatch.network.scope import use_network
from geomatch.network.signups.services import discard_previews_of, signups_as_sheets


def stage_signups(
    *, network: Network, signups: Iterable[SignUp], actor: AbstractBaseUser
) -> StagedSheet | None:
    """Keep waiting sign-ups as a sheet to look at; None where none of them waits any more."""
    wanted = [signup.pk for signup in signups]
    with use_network(network):
        waiting = SignUp.objects.filter(pk__in=wanted, state=SignUp.State.WAITING)
        discard_previews_of(waiting)  # one at a time: whoever is deleted is in no other
        chosen = list(waiting)
        if not chosen:
            return None
        with open_folder() as folder:
            path = folder / "sign-ups.csv"
            one_file(path, signups_as_sheets(chosen, network))
            content = path.read_bytes()
            tables = read_sheets_of(path)
        staged = stage_sheet(
            network=network,
            file_name=path.name,
            title=f"{count(len(chosen), 'sign-up')} of {timezone.localdate():%-d %B}",
            content=content,
            tables=tables,
            actor=actor,
        )
        SignUp.objects.filter(pk__in=[signup.pk for signup in chosen]).update(staged=staged)
    return staged
