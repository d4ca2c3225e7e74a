"""Who is on the list of access: addresses, domains, roles, and what only looks like them."""

from pathlib import Path

import pytest

from ingest.errors import SettingsError
from views.access_list import AccessList, Role, load_access_list, normal_email

LIST = """
[roles]
admin = ["starostka@obec.cz"]
editor = ["Jana.Nováková@Obec.cz ", "@spolek.cz"]
reader = ["@obec.cz", "host@jinde.cz", "starostka@obec.cz"]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "access.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def people(tmp_path: Path) -> AccessList:
    return load_access_list(written(tmp_path, LIST))


@pytest.mark.parametrize(
    ("email", "role"),
    [
        ("starostka@obec.cz", Role.ADMIN),
        ("STAROSTKA@OBEC.CZ", Role.ADMIN),
        (" starostka@obec.cz\n", Role.ADMIN),
        ("kdokoli@obec.cz", Role.READER),
        ("kdokoli@OBEC.CZ", Role.READER),
        ("kdokoli@spolek.cz", Role.EDITOR),
        ("host@jinde.cz", Role.READER),
        # The same name, composed and decomposed.
        ("jana.nováková@obec.cz", Role.EDITOR),
        ("jana.nova\u0301kova\u0301@obec.cz", Role.EDITOR),
    ],
)
def test_an_address_or_its_domain_gives_the_highest_role_that_fits(people: AccessList, email: str, role: Role) -> None:
    assert people.role_of(email) is role


@pytest.mark.parametrize(
    "email",
    [
        "x@obec.cz.evil.cz",
        "x@evilobec.cz",
        "x@sub.obec.cz",
        "x@.obec.cz",
        "x@obec.cz.",
        "x@obec.cz@evil.cz",
        "x@evil.cz@obec.cz",
        "@obec.cz",
        "obec.cz",
        "x@",
        "@",
        "",
        "   ",
        "jiny@jinde.cz",
        "host@jinde.cz,evil@evil.cz",
        "host@jinde.cz evil@evil.cz",
        "x y@obec.cz",
        "x\t@obec.cz",
        "x@obec\n.cz",
        "x@obec.cz\u200b",  # zero-width space
        "x@o\u00adbec.cz",  # soft hyphen
        "\u202ex@obec.cz",  # right-to-left override
        "x@\u043ebec.cz",  # Cyrillic о
        "x@ob\u0435c.cz",  # Cyrillic е
        "\u0455tarostka@evil.cz",
        "x@\uff4fbec.cz",  # full width
        "x@obec\u3002cz",  # ideographic full stop
        "x@obec\uff0ecz",
        "x\uff20obec.cz",  # full-width @
        "x@obec.c\u017f",
        "ho\u017ft@jinde.cz",  # long s
        "x@spole\u212a.cz",  # Kelvin sign
        "host@j\u0131nde.cz",  # dotless i
        "host@j\u0130nde.cz",  # capital dotted I
        "x@obec.cz\x00",
        "x\x00@obec.cz",
        "x@obec.cz\x00.evil.cz",
        '"x@obec.cz"@evil.cz',
        "x@[127.0.0.1]",
        "<x@obec.cz>",
        "Jana <x@obec.cz>",
    ],
)
def test_what_only_looks_like_an_entry_gives_no_role(people: AccessList, email: str) -> None:
    assert people.role_of(email) is None


def test_letters_of_other_alphabets_are_not_made_plain() -> None:
    assert normal_email("\u212aarel@obec.cz") == ""
    assert normal_email("Žofie@Obec.cz") == "žofie@obec.cz"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "oddíl [roles]"),
        ('admin = ["a@obec.cz"]', "oddíl [roles]"),
        ('roles = "admin"', "oddíl [roles]"),
        ('[roles]\nadmin = ["a@obec.cz"]\n[rules]\nx = 1', "oddíl [roles]"),
        ('[roles]\nboss = ["a@obec.cz"]', "neznámou roli „boss“"),
        ('[roles]\nadmin = "a@obec.cz"', "v hranatých závorkách"),
        ("[roles]\nadmin = [1]", "„1“ u role „admin“"),
        ('[roles]\nreader = ["*"]', "„*“"),
        ('[roles]\nreader = ["obec.cz"]', "„obec.cz“"),
        ('[roles]\nreader = ["@cz"]', "„@cz“"),
        ('[roles]\nreader = ["@*.cz"]', "„@*.cz“"),
        ('[roles]\nreader = ["Jana <a@obec.cz>"]', "„Jana <a@obec.cz>“"),
        ('[roles]\nreader = [""]', "„“"),
        ('[roles]\nreader = ["a@b@obec.cz"]', "„a@b@obec.cz“"),
        ("[roles]\nadmin = []\n", "nejmenuje nikoho"),
        ("[roles]", "nejmenuje nikoho"),
        ('[roles]\nadmin = ["a@obec.cz"', "chybu v zápisu"),
        ('[roles]\nadmin = ["a@obec.cz"]\nadmin = []\n', "na řádku 3"),
    ],
)
def test_a_wrong_list_says_what_is_wrong_instead_of_letting_somebody_in(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_access_list(written(tmp_path, text))
    assert told in str(caught.value)
    assert "access.toml" in str(caught.value)


def test_a_missing_list_says_where_to_put_it(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="Chybí seznam lidí"):
        load_access_list(tmp_path / "access.toml")


def test_a_list_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "access.toml"
    path.write_bytes('[roles]\nadmin = ["š@obec.cz"]'.encode("cp1250"))
    with pytest.raises(SettingsError, match="UTF-8"):
        load_access_list(path)
