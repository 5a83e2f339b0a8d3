"""A neighbour signs up with a cheap phone that runs no scripts."""

from __future__ import annotations

import pytest

from geomatch.network.models import SignUp, Skill
from geomatch.network.scope import use_network
from tests.factories import NetworkFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_without_a_script_in_spanish(live_server, open_page, monkeypatch):
    monkeypatch.setattr("geomatch.site.pages.join.form.LEAST_S", -1)
    network = NetworkFactory(signup_open=True, signup_contact="555 0199", town="Port Ellery")
    with use_network(network):
        Skill.objects.create(code="groceries", label="Groceries")
    page = open_page("phone", java_script_enabled=False, locale="es-MX")
    page.goto(f"{live_server.url}/{network.slug}/join/")
    assert page.locator("html").get_attribute("lang") == "es"
    needs, offers = (page.locator(f".for-{what}") for what in ("needs", "offers"))
    assert needs.is_visible()
    assert offers.is_visible()
    page.get_by_label("Necesito ayuda").check()
    assert offers.is_hidden(), "only what was asked for"

    page.get_by_label("Su nombre").fill("Lucía Torres")
    page.get_by_role("button", name="Enviar").click()
    page.get_by_role("alert").wait_for()
    assert page.get_by_label("Su nombre").input_value() == "Lucía Torres"

    page.get_by_label("Teléfono").fill("555 0142")
    page.get_by_label("Su dirección").fill("14 Harbor Street")
    needs.get_by_label("Compras de comida").check()
    page.get_by_label("Acepto que").check()
    page.get_by_role("button", name="Enviar").click()
    assert page.get_by_role("heading", name="Gracias").is_visible()
    assert [said for said in page.trouble if "422" not in said] == []
    with use_network(network):
        answers = SignUp.objects.get().answers
    assert (answers["name"], answers["city"]) == ("Lucía Torres", "Port Ellery")
    assert (answers["languages"], answers["needs"]) == (["es"], ["groceries"])
