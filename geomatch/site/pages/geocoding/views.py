"""Which service may be asked about addresses, and sending lines to it once somebody said so."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from geomatch.core.errors import InputError
from geomatch.network.access import NetworkRequest, network_view
from geomatch.network.locating.provider import choose_provider, consent_to_send, service_of
from geomatch.network.models import Role, Run
from geomatch.network.selectors.sending import chosen_provider, lines_to_send
from geomatch.site.jobs.tasks import start
from geomatch.site.pages.geocoding.context import geocoding_context
from geomatch.site.shell.forms import ProviderForm, typed


@never_cache
@network_view(Role.ORGANIZER)
def geocoding_settings(request: NetworkRequest) -> HttpResponse:
    """Show who may be asked, and the lines that would be sent."""
    context = geocoding_context(request.network, request.roles)
    return render(request, "site/geocoding.html", context)


@require_POST
@network_view(Role.STEWARD)
def geocoding_choose(request: NetworkRequest) -> HttpResponse:
    """Choose who may be asked. Nothing is sent by it."""
    form = ProviderForm(request.POST)
    if form.is_valid():
        try:
            choose_provider(network=request.network, actor=request.user, **form.cleaned_data)
            messages.success(request, gettext("Kept. Nothing was sent."))
            return redirect("geocoding_settings", network=request.network.slug)
        except InputError as error:
            form.add_error("url", str(error))
    context = geocoding_context(request.network, request.roles, form)
    return render(request, "site/geocoding.html", context)


@require_POST
@network_view(Role.ORGANIZER, enter=False)
def geocoding_send(request: NetworkRequest) -> HttpResponse:
    """Write down who said that the lines shown may be sent, and start sending them."""
    slug = request.network.slug
    if not request.POST.get("agreed"):
        messages.error(request, gettext("Tick the box first. Nothing was sent."))
        return redirect("geocoding_settings", network=slug)
    try:
        consent = consent_to_send(
            network=request.network,
            fingerprint=typed(request, "fingerprint"),
            actor=request.user,
        )
    except InputError as error:
        messages.error(request, str(error))
        return redirect("geocoding_settings", network=slug)
    options = {"consent": consent.pk}
    run = start(network=request.network, kind=Run.Kind.GEOCODE, actor=request.user, options=options)
    if run.options != options:
        said = gettext("Addresses are being looked up already; send these afterwards.")
        messages.error(request, said)
    return redirect("run_detail", network=slug, run=run.pk)


@never_cache
@network_view(Role.ORGANIZER)
def geocoding_lines(request: NetworkRequest) -> HttpResponse:
    """Hand over every line that would be sent, as a file to read at leisure."""
    choice = chosen_provider()
    lines = lines_to_send(request.network, service_of(choice)).lines if choice else []
    text = "".join(f"{line}\n" for line in lines)
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="lines-to-send.txt"'
    return response
