import pytest

from bench.boards import board, boards_named, closest_boards, fits_board, known_boards, same_board
from bench.library import library_profiles


@pytest.mark.parametrize(
    "name", ["NVIDIA H100 80GB HBM3", "NVIDIA H100", "H100", "h100-sxm", "H100-80GB", "h100_sxm5"]
)
def test_one_board_has_many_names(name: str) -> None:
    assert same_board(name, "H100 SXM")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("A100-SXM4-40GB", "A100 40GB"),
        ("NVIDIA A100-SXM4-40GB", "a100-40gb"),
        ("NVIDIA A100-SXM4-80GB", "A100-80GB"),
        ("NVIDIA GeForce RTX 4090", "rtx4090"),
        ("Tesla T4", "t4"),
        ("NVIDIA RTX 6000 Ada Generation", "RTX 6000 Ada"),
        ("NVIDIA L40S", "L40S"),
        ("H200-141GB", "h200 sxm"),
        ("B200", "NVIDIA B200"),
        ("V100-16GB", "Tesla V100-SXM2-16GB"),
        ("RTX PRO 6000 Server", "RTX PRO 6000 96GB"),
    ],
)
def test_two_spellings_are_the_same_board(a: str, b: str) -> None:
    assert same_board(a, b)
    assert board(a) is board(b) is not None


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("A100-40GB", "A100-80GB"),
        ("H100", "H100 NVL"),
        ("H100", "H100 PCIe"),
        ("H100", "H200"),
        ("L4", "L40S"),
        ("RTX A6000", "RTX 6000 Ada"),
        ("RTX PRO 6000", "RTX 6000 Ada"),
        ("A100 PCIe 40GB", "A100-SXM4-40GB"),
        ("A10G", "A100 40GB"),
        ("our board", "their board"),
    ],
)
def test_two_boards_stay_two(a: str, b: str) -> None:
    assert not same_board(a, b)


def test_a_bare_a100_is_a_filter_and_never_a_supply() -> None:
    assert fits_board("A100", "NVIDIA A100-SXM4-40GB")
    assert fits_board("A100", "A100-80GB")
    assert not same_board("A100", "NVIDIA A100-SXM4-40GB")
    assert board("A100") is None
    assert len(boards_named("A100")) == 4
    assert not fits_board("A100", "H100")


def test_an_unknown_board_equals_itself_and_has_neighbours() -> None:
    assert same_board("Gaudi 3", "gaudi-3")
    assert board("Gaudi 3") is None
    assert closest_boards("H10")[0] == "H100 SXM"
    assert closest_boards("RTX 4091")[0] == "RTX 4090"
    assert closest_boards("V100") == ("V100 16GB", "V100 32GB")


def test_a_figure_of_a_board_has_a_source() -> None:
    for item in known_boards():
        if item.memory_gb is not None or item.power_limit_w is not None:
            assert item.source, item.name


def test_power_and_memory_are_the_cited_ones() -> None:
    found = {item.name: (item.memory_gb, item.power_limit_w) for item in known_boards()}
    assert found["H100 SXM"] == (80, 700)
    assert found["L4"] == (24, 72)
    assert found["B200 SXM"] == (180, 1000)
    assert found["A100 SXM 80GB"] == (80, 400)


def test_no_name_means_two_boards_by_accident() -> None:
    for item in known_boards():
        for name in (item.name, *item.aliases):
            assert board(name) is item, name


def test_every_bundled_profile_stands_on_a_known_board() -> None:
    names = {profile.hardware.accelerator for profile in library_profiles()}
    found = {item.name for item in map(board, names) if item}
    assert found == {"A100 SXM 40GB", "B200 SXM", "H100 SXM"}
