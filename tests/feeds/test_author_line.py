"""Lines of authors, as feeds write them, become names: one a person or group, the surname last."""

import pytest

from paperreader.feeds.texts.author_line import are_names, names_in


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Baker, A., Dürer, C., van der Lamp, D. A., The FOG Consortium",
         ["A. Baker", "C. Dürer", "D. A. van der Lamp", "The FOG Consortium"]),
        ("Nilsson, V. A., Tran, T. B. H., Harbour Lamp Initiative",
         ["V. A. Nilsson", "T. B. H. Tran", "Harbour Lamp Initiative"]),
        ("de la Mare, J., Sukarno, Baker, A.", ["J. de la Mare", "Sukarno", "A. Baker"]),
        ("O'Fog, T., D'Amp, P.", ["T. O'Fog", "P. D'Amp"]),
        ("Baker, T.-H., Müller-Lamp, K.", ["T.-H. Baker", "K. Müller-Lamp"]),
        ("Ada Baker;Bob Wick;Carl van Dürer;", ["Ada Baker", "Bob Wick", "Carl van Dürer"]),
        ("Ada Baker, Carl De Lamp; Eve Fox, Hal Hill; Ida Q. Moor",
         ["Ada Baker", "Carl De Lamp", "Eve Fox", "Hal Hill", "Ida Q. Moor"]),
        ("Baker, Ada; Fox, Carl; The Fog Consortium", ["Ada Baker", "Carl Fox", "The Fog Consortium"]),
        ("Baker, Ada M., Fox, Carl L.", ["Ada M. Baker", "Carl L. Fox"]),
        ("Ada Baker, Carl Fox, and Eve Hill", ["Ada Baker", "Carl Fox", "Eve Hill"]),
        ("Ada Baker, Carl Fox, on behalf of the Fog Group", ["Ada Baker", "Carl Fox", "the Fog Group"]),
        ("Ada Baker for the Fog Investigators", ["Ada Baker", "the Fog Investigators"]),
        ("Fog Collaboration: A. Baker, C. Fox, et al. (909 additional authors not shown)",
         ["Fog Collaboration", "A. Baker", "C. Fox"]),
        ("Santiago Lamp y Fogal", ["Santiago Lamp y Fogal"]),
        ("Lamp y Fogal, S., Baker, A.", ["S. Lamp y Fogal", "A. Baker"]),
        ("Ana Lamp y Luis Fogal", ["Ana Lamp", "Luis Fogal"]),
    ],
)  # fmt: skip
def test_persons_and_groups_are_told_apart(line: str, names: list[str]) -> None:
    """Rule: pairs, semicolons, particles, single names and groups in one line become one name each."""
    assert list(names_in([line])) == names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Baker, J., Jr., Fox, C.", ["J. Baker Jr.", "C. Fox"]),
        ("John Baker, Jr., Ada Fox", ["John Baker Jr.", "Ada Fox"]),
        ("Baker, John, III", ["John Baker III"]),
        ("Baker Jr., John", ["John Baker Jr."]),
        ("Bob Baker, PhD, Ann Fox, MD", ["Bob Baker", "Ann Fox"]),
        ("Baker, MD, Fox, AB", ["MD Baker", "AB Fox"]),
        ("Ada Baker1,2, Carl Fox3*, Eve Hill†", ["Ada Baker", "Carl Fox", "Eve Hill"]),
        ("ada14", ["ada14"]),
        ("a@example.org (Ada Baker), c@example.org (Carl Fox)", ["Ada Baker", "Carl Fox"]),
        ("Ada Baker (a@example.org)", ["Ada Baker"]),
        ("Ada Baker <a@example.org>, Carl Fox <c@example.org>", ["Ada Baker", "Carl Fox"]),
        ("Ada Baker (Harbour Institute), Carl Fox", ["Ada Baker", "Carl Fox"]),
        ("Ada Baker, Carl Fox Author affiliations Department of Fog, Harbour University", ["Ada Baker", "Carl Fox"]),
        ("By Ada Baker and Carl Fox", ["Ada Baker", "Carl Fox"]),
        ("Ada Baker and 12 others", ["Ada Baker"]),
        ("\u6797\u706f\uff0c\u738b\u6d77\uff1b\u674e\u96fe", ["\u6797\u706f", "\u738b\u6d77", "\u674e\u96fe"]),
    ],
)  # fmt: skip
def test_what_is_no_part_of_a_name_is_left_out(line: str, names: list[str]) -> None:
    """Rule: `Jr.` stays with its name; degrees, footnote signs, addresses and affiliations go."""
    assert list(names_in([line])) == names


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("by Ada Baker, the Fog Study Group, Carl van Dürer", True),
        ("Ada Baker, Carl Fox and E. Hill", True),
        ("\u6797\u5c0f\u706f;\u738b\u6d77;", True),
        ("\u706f\u7b3c\u5728\u96fe\u4e2d\u53ef\u89c1,\u738b\u6d77", False),
        ("Fog, Mist", False),
        ("By and by, the fog lifts", False),
        ("Ada Baker", False),
        ("Lanterns in 12 harbours, Fog in 3", False),
    ],
)
def test_a_line_of_names_is_told_from_a_sentence(line: str, expected: bool) -> None:
    """Rule: a line is a line of authors only if all its parts look like names."""
    assert are_names(line) is expected
