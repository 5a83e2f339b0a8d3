"""One catalogue serves pages and engines; templates are read as Django reads them."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.utils import translation as of_django

from geomatch.catalogues import extract_template
from geomatch.core import translation
from geomatch.network.speaking import spoken


@pytest.mark.parametrize(("language", "word"), [("en", "Undo"), ("es", "Deshacer")])
def test_one_catalogue_serves_pages_and_engines(language, word):
    with spoken(language):
        assert translation.gettext("Undo") == of_django.gettext("Undo") == word
        assert translation.language() == of_django.get_language() == language
    assert translation.language() == "en"


def test_numbers_choose_the_form():
    with spoken("es"):
        one, two = "%(number)s task", "%(number)s tasks"
        for number in (1, 2):
            said = translation.ngettext(one, two, number)
            assert said == of_django.ngettext(one, two, number)
            assert said == ("%(number)s tarea" if number == 1 else "%(number)s tareas")


def test_engines_speak_without_django():
    code = (
        "import sys; from geomatch.core.translation import pgettext, speaking\n"
        "with speaking('tl'): print(pgettext('paper', 'Please skip'))\n"
        "print('django' in sys.modules)"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split("\n")
    assert said[:2] == ["Pakilaktawan po", "False"]


@pytest.mark.parametrize(
    ("template", "messages"),
    [
        ('<p>{% translate "A door" %}</p>', ["A door"]),
        (
            "    <p>\n  {% blocktranslate trimmed %}\n   two\n   lines\n  {% endblocktranslate %}",
            ["two lines"],
        ),
        (
            "{% blocktranslate count n=homes with name=x.y %}{{ n }} of {{ name }}"
            "{% plural %}{{ n }}s of {{ name }}{% endblocktranslate %}",
            [("%(n)s of %(name)s", "%(n)ss of %(name)s", None)],
        ),
        ('{% include "a.html" with title=_("A title") text="none" %}', ["A title"]),
        ('{{ name|default:_("No name") }}', ["No name"]),
        ('{% translate "May" context "month" %}', [("month", "May")]),
        ("{% comment %}{% endcomment %}{# _('no') #}<p>nothing</p>", []),
    ],
)
def test_the_words_of_a_template_are_found(template, messages):
    keywords = {"gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "_": None}
    found = extract_template(BytesIO(template.encode()), keywords, [], {})
    assert [words for _, _, words, _ in found] == messages


def test_scripts_get_texts_and_forms(tmp_path, monkeypatch):
    catalogue = Catalog(locale="es")
    catalogue.add("Copied", "Copiado")
    catalogue.add(("%(n)s pod", "%(n)s pods"), ("%(n)s grupo", "%(n)s grupos", "%(n)s grupos"))
    folder = tmp_path / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "djangojs.mo").open("wb") as file:
        write_mo(file, catalogue)
    monkeypatch.setattr(translation, "LOCALE", tmp_path)
    assert translation.script_words("es") == {
        "Copied": "Copiado",
        "%(n)s pod": ["%(n)s grupo", "%(n)s grupos", "%(n)s grupos"],
    }
