"""Which language a page speaks: the person's choice, their own, their browser's, the network's."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from geomatch.cli import _language_of_terminal
from tests.factories import MemberFactory
from tests.security.test_permissions import signed_in

LOGIN = "/account/login/"
HEADINGS = {
    "en": "Neighbours helping neighbours",
    "es": "El vecindario se ayuda",
    "tl": "Magkakapitbahay na nagtutulungan",
}


def choose(client: Client, code: str, back: str = LOGIN):
    return client.post(reverse("choose_language"), {"language": code, "next": back})


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({"LANG": "es_US.UTF-8"}, "es"),
        ({"LANG": "es_US.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LC_MESSAGES": "fil_PH", "LANG": "en_US.UTF-8"}, "tl"),
        ({}, "en"),
    ],
)
def test_commands_speak_the_terminals_language(monkeypatch, variables, code):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert _language_of_terminal() == code


@pytest.mark.django_db
class TestBeforeSigningIn:
    @pytest.mark.parametrize(
        ("accepted", "code"),
        [("es-MX,es;q=0.9,en;q=0.8", "es"), ("fil-PH", "tl"), ("ko,tl;q=0.5", "tl"), ("ko", "en")],
    )
    def test_the_browser_is_believed(self, client, accepted, code):
        page = client.get(LOGIN, headers={"accept-language": accepted}).content.decode()
        assert f'<html lang="{code}"' in page
        assert HEADINGS[code] in page

    def test_a_choice_is_kept_and_stronger_than_the_browser(self, client):
        answer = choose(client, "tl")
        assert (answer.status_code, answer["Location"]) == (302, LOGIN)
        page = client.get(LOGIN, headers={"accept-language": "es"}).content.decode()
        assert HEADINGS["tl"] in page

    def test_only_a_post_chooses_and_nothing_leads_elsewhere(self, client):
        assert client.get(reverse("choose_language")).status_code == 405
        assert choose(client, "es", "https://elsewhere.example/")["Location"] == "/"

    def test_an_unknown_language_is_nobodys_choice(self, client):
        client.cookies["language"] = "xx"
        assert HEADINGS["en"] in client.get(LOGIN).content.decode()

    def test_what_is_not_there_is_not_there_in_spanish(self, client):
        page = client.get("/nowhere/join/", headers={"accept-language": "es"})
        assert page.status_code == 404
        assert "Aquí no hay nada" in page.content.decode()


@pytest.mark.django_db
class TestInANetwork:
    def page(self, network, role="steward", **headers) -> str:
        client = signed_in(MemberFactory(network=network, role=role).user)
        return client.get(
            reverse("settings", args=[network.slug]), headers=headers
        ).content.decode()

    def test_the_network_speaks_where_nobody_else_does(self, network):
        network.languages = ["tli", "es"]
        network.save()
        assert '<html lang="es"' in self.page(network)
        assert '<html lang="en"' in self.page(network, **{"accept-language": "en"})

    def test_staff_are_told_what_no_native_speaker_has_read(self, network):
        page = self.page(network)
        assert "Español: " in page
        assert "sentences have not been read by a native speaker yet." in page

    def test_scripts_get_the_same_language(self, network):
        assert '"Copied": "Copiado"' in self.page(network, **{"accept-language": "es"})
        assert "site-words" not in self.page(network)

    def test_english_stays_as_it_was(self, network):
        page = self.page(network)
        assert "<h2>People who work here</h2>" in page
        assert '<html lang="en"' in page
