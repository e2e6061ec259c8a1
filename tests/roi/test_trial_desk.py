"""Desk, key and votes: nothing tells a model, nothing is lost, the same name goes on where it left off."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from roi.errors import TrialError
from roi.trial.desk import PICTURES, VOTES, queue, read_desk
from roi.trial.imports import imported_votes
from roi.trial.pictures import Key, lay_out, read_key
from roi.trial.trial_file import Trial, read_trial, write_trial
from roi.trial.votes import Vote, add_votes, append_vote, file_of, left_to_see, read_votes, slug
from tests.roi.trial_cases import PIXART, SD3, TELLING, folders, laid, trial


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, Path, Key]:
    """A desk of thirty prompts and two arms."""
    desk, key, found = laid(tmp_path, trial())
    return desk, key, found.key


def test_nothing_on_the_desk_tells_a_model(made):
    """Names, bytes and metadata of every file; the sources had the model in EXIF, in text and in their folder."""
    desk, _, _ = made
    files = [path for path in desk.rglob("*") if path.is_file()]
    assert len(files) == 61
    for path in files:
        content = path.read_bytes().lower()
        for word in TELLING:
            assert word not in str(path.relative_to(desk)).lower()
            assert word.encode() not in content, path
    for path in (desk / PICTURES).iterdir():
        with Image.open(path) as picture:
            assert dict(picture.getexif()) == {}
            assert picture.info == {}


def test_the_pixels_are_those_that_the_arm_made(made):
    desk, _, key = made
    first = next(name for name in read_desk(desk).prompts[0].pictures if key.arm_of[name] == SD3)
    with Image.open(desk / PICTURES / first) as picture:
        assert picture.getpixel((3, 3)) == (100, 0, 90)


def test_every_prompt_has_a_picture_of_each_arm(made):
    desk, _, key = made
    for prompt in read_desk(desk).prompts:
        assert {key.arm_of[name] for name in prompt.pictures} == {PIXART, SD3}


def test_a_key_that_was_changed_after_the_first_look_is_refused(made):
    desk, place, key = made
    assert read_key(place, read_desk(desk)) == key
    swapped = {name: SD3 if arm == PIXART else PIXART for name, arm in key.arm_of.items()}
    place.chmod(0o600)
    place.write_text(key.model_copy(update={"arm_of": swapped}).model_dump_json(), encoding="utf-8")
    with pytest.raises(TrialError, match="was changed after the first look"):
        read_key(place, read_desk(desk))


def test_the_key_may_not_lie_on_the_desk(tmp_path):
    given = folders(tmp_path / "made", (PIXART, SD3), 30)
    with pytest.raises(TrialError, match="keep the key elsewhere"):
        lay_out(trial(), given, tmp_path / "desk", tmp_path / "desk" / "key.json")
    assert not (tmp_path / "desk").exists()


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda given: (given[SD3] / "00003-seed-3.png").unlink(), "1 pictures have no counterpart"),
        (lambda given: (given[SD3] / "prompts.txt").write_text("other\n" * 30), "use the same prompts"),
        (lambda given: (given[SD3] / "00003-seed-3.png").write_bytes(b"no"), "cannot be read as a picture"),
        (lambda given: given.pop(SD3), "no folder for"),
        (lambda given: given.update({"x": given[SD3]}), "x is no arm of the trial"),
    ],
)
def test_folders_that_do_not_belong_together_are_refused(tmp_path, spoil, sentence):
    given = folders(tmp_path / "made", (PIXART, SD3), 30)
    spoil(given)
    with pytest.raises(TrialError, match=sentence):
        lay_out(trial(), given, tmp_path / "desk", tmp_path / "key.json")


def test_prompts_are_read_in_the_encoding_that_a_japanese_windows_writes(tmp_path):
    given = folders(tmp_path / "made", (PIXART, SD3), 30)
    prompts = [f"赤いカップ、角度{number}" for number in range(30)]
    for folder in given.values():
        (folder / "prompts.txt").write_text("\n".join(prompts) + "\n", encoding="cp932")
    laid = lay_out(trial(), given, tmp_path / "desk", tmp_path / "key.json")
    assert [prompt.text for prompt in laid.desk.prompts] == prompts


def test_a_queue_is_the_same_in_another_process_and_another_for_another_reviewer(made):
    desk, _, _ = made
    code = (
        "import sys, pathlib; from roi.trial.desk import queue, read_desk;"
        "print([look.id for look in queue(read_desk(pathlib.Path(sys.argv[1])), 'anna')])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(desk)], capture_output=True, text=True, check=True)
    mine = [look.id for look in queue(read_desk(desk), "anna")]
    assert done.stdout.strip() == str(mine)
    assert mine != [look.id for look in queue(read_desk(desk), "ben")]


def test_pictures_of_a_prompt_follow_each_other_and_repeats_come_late(made):
    looks = queue(read_desk(made[0]), "anna")
    assert len(looks) == 60 + 6
    once = [look for look in looks if not look.repeat]
    assert all(once[place].prompt == once[place + 1].prompt for place in range(0, 60, 2))
    seen = {look.id: place for place, look in enumerate(looks)}
    for look in looks:
        if look.repeat:
            assert seen[look.id] - seen[look.id.removesuffix("#again")] >= 10


def test_in_pairs_sides_are_mixed(tmp_path):
    desk, _, found = laid(tmp_path, trial(design="pairs", repeats_fraction=0))
    looks = queue(read_desk(desk), "anna")
    left = sum(found.key.arm_of[look.pictures[0]] == PIXART for look in looks)
    assert (len(looks), 5 <= left <= 25) == (30, True)


def test_a_vote_that_a_crash_cut_off_is_told_and_shown_again(made):
    desk, _, _ = made
    found = read_desk(desk)
    looks = queue(found, "anna")
    for look in looks[:5]:
        append_vote(desk, Vote(reviewer="anna", pictures=look.pictures, verdict="accept"))
    place = file_of(desk, "anna")
    place.write_bytes(place.read_bytes()[:-9])
    read = read_votes(desk, found)
    assert (len(read.votes), read.cut_off) == (4, 1)
    assert left_to_see(desk, found, "anna")[0] == looks[4]
    append_vote(desk, Vote(reviewer="anna", pictures=looks[4].pictures, verdict="reject"))
    assert len(read_votes(desk, found).votes) == 5


def test_votes_survive_kill_9_at_any_moment(made):
    """A writer is killed by SIGKILL while it writes: every vote that it reported is there, whole."""
    desk, _, _ = made
    code = (
        "import sys, os, pathlib; from roi.trial.votes import *; from roi.trial.desk import *\n"
        "folder = pathlib.Path(sys.argv[1]); desk = read_desk(folder)\n"
        "for number, look in enumerate(queue(desk, 'anna')[:20]):\n"
        "    vote = Vote(reviewer='anna', pictures=look.pictures, verdict='accept', repeat=look.repeat)\n"
        "    append_vote(folder, vote)\n"
        "    print(number, flush=True)\n"
        "    if number == 12: os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(desk)], capture_output=True, text=True, check=False
    )
    assert done.returncode == -9
    assert len(read_votes(desk, read_desk(desk)).votes) == len(done.stdout.split()) == 13


def test_the_last_vote_on_a_look_counts(made):
    desk, _, _ = made
    look = queue(read_desk(desk), "anna")[0]
    for verdict in ("accept", "reject"):
        append_vote(desk, Vote(reviewer="anna", pictures=look.pictures, verdict=verdict))
    [vote] = read_votes(desk, read_desk(desk)).votes
    assert vote.verdict == "reject"


@pytest.mark.parametrize("blocked", ["key", "desk", "parent"])
def test_a_desk_that_cannot_be_laid_leaves_nothing_behind(tmp_path, blocked):
    """A key that exists, a dangling link in the desk's place, a file where its parent folder should be."""
    made = folders(tmp_path / "made", trial().arms, 30)
    desk, key = tmp_path / "desk", tmp_path / "key.json"
    if blocked == "key":
        key.write_text("mine", encoding="utf-8")
    elif blocked == "desk":
        desk.symlink_to(tmp_path / "nowhere")
    else:
        (tmp_path / "file").write_text("", encoding="utf-8")
        desk = tmp_path / "file" / "desk"
    before = sorted(tmp_path.iterdir())
    with pytest.raises(TrialError, match="exists already" if blocked != "parent" else "cannot be written"):
        lay_out(trial(), made, desk, key)
    assert sorted(tmp_path.iterdir()) == before
    assert blocked != "key" or key.read_text(encoding="utf-8") == "mine"


def test_a_picture_that_cannot_be_read_leaves_neither_desk_nor_key(tmp_path):
    made = folders(tmp_path / "made", trial().arms, 30)
    next(iter(made[SD3].glob("*29*.png"))).write_bytes(b"no picture")
    with pytest.raises(TrialError, match="cannot be read as a picture"):
        lay_out(trial(), made, tmp_path / "desk", tmp_path / "key.json")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["made"]


def test_a_vote_on_a_picture_of_elsewhere_is_refused_with_its_line(made):
    desk, _, _ = made
    append_vote(desk, Vote(reviewer="anna", pictures=("0.png",), verdict="accept"))
    with pytest.raises(TrialError, match=r"anna\.jsonl: line 1: '0\.png' is no picture of this trial"):
        read_votes(desk, read_desk(desk))


def test_a_name_of_signs_alone_is_no_name():
    with pytest.raises(TrialError, match="needs a name"):
        slug(" // ")
    assert slug("山田 太郎") == "山田-太郎"


def label_studio(name: str) -> str:
    """An export as the tool writes it, a cancelled annotation among them."""
    tasks = [
        {
            "id": 7,
            "data": {"image": f"/data/upload/3/{name}?x=1"},
            "annotations": [
                {
                    "completed_by": {"id": 4, "email": "anna@example.com"},
                    "result": [{"type": "choices", "value": {"choices": ["Accept"]}}],
                    "was_cancelled": False,
                    "lead_time": 4.288,
                },
                {"completed_by": 5, "result": [], "was_cancelled": True, "lead_time": 1.0},
            ],
        }
    ]
    return json.dumps(tasks)


def argilla(name: str) -> str:
    """Records as `to_list` gives them."""
    records = [
        {
            "id": "r1",
            "fields": {"image": f"https://example.com/{name}"},
            "metadata": {},
            "suggestions": {},
            "responses": {"usable": [{"value": "no", "user_id": "u-1"}, {"value": "yes", "user_id": "u-2"}]},
        }
    ]
    return json.dumps(records)


def label_studio_min(name: str) -> str:
    """An export as JSON-MIN: one flat record an annotation."""
    record = {
        "image": f"https://example.com/{name}?x=1",
        "id": 3,
        "fault": "hands",
        "usable": "Reject",
        "annotator": 1,
        "annotation_id": 9,
        "created_at": "2026-11-01T10:00:00.000000Z",
        "updated_at": "2026-11-01T10:00:00.000000Z",
        "lead_time": 2.5,
    }
    return json.dumps([record])


def argilla_of_two_questions(name: str) -> str:
    """A verdict and a remark of one person on one picture."""
    record = json.loads(argilla(name))[0]
    record["responses"] = {
        "remark": [{"value": "the handle is missing", "user_id": "u-1"}],
        "usable": [{"value": "no", "user_id": "u-1"}],
    }
    return json.dumps([record])


@pytest.mark.parametrize(
    ("write", "expected"),
    [
        (lambda name: f"reviewer,picture,verdict,seconds\nanna,{name},合格,3.5\n", [("anna", "accept", 3.5)]),
        (label_studio, [("anna@example.com", "accept", 4.288)]),
        (argilla, [("u-1", "reject", None), ("u-2", "accept", None)]),
        (label_studio_min, [("1", "reject", 2.5)]),
        (argilla_of_two_questions, [("u-1", "reject", None)]),
    ],
)
def test_votes_of_other_tools_are_taken_up(made, tmp_path, write, expected):
    desk, _, _ = made
    found = read_desk(desk)
    file = tmp_path / "votes"
    file.write_text(write(found.prompts[0].pictures[0]), encoding="utf-8")
    votes = imported_votes(file, found)
    assert [(vote.reviewer, vote.verdict, vote.seconds) for vote in votes] == expected
    assert add_votes(desk, found, votes) == len(read_votes(desk, found).votes) == len(expected)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("picture,verdict\n", "column 'reviewer' is missing"),
        ("reviewer,picture,verdict\n,{name},accept\n", "line 2: says no reviewer"),
        ("reviewer,picture,verdict\nanna,{name},maybe\n", "verdict 'maybe' is none of accept, reject"),
        ("reviewer,picture,verdict\nanna,else.png,accept\n", "'else.png' is no picture of this trial"),
        ('[{{"annotations": [{{"completed_by": 1, "result": []}}], "data": {{}}}}]', "names no picture"),
        ("[1]", "neither an export of Label Studio"),
        ("[", "is no JSON"),
        ('{{"records": null}}', "neither an export"),
        ('[{{"annotations": null, "data": {{"image": "{name}"}}}}]', "another shape than the tool writes"),
        (
            '[{{"annotations": [{{"completed_by": 1, "result": [3]}}], "data": {{"image": "{name}"}}}}]',
            "shape",
        ),
        ("reviewer,picture,verdict,seconds\nanna,{name},accept,-3\n", "line 2: seconds -3"),
        ("reviewer,picture,verdict,seconds\nanna,{name},accept,nan\n", "line 2: seconds nan"),
    ],
)
def test_votes_that_cannot_be_read_are_refused_before_any_is_kept(made, tmp_path, text, sentence):
    desk, _, _ = made
    found = read_desk(desk)
    file = tmp_path / "votes"
    file.write_text(text.format(name=found.prompts[0].pictures[0]), encoding="utf-8")
    with pytest.raises(TrialError, match=sentence):
        add_votes(desk, found, imported_votes(file, found))
    assert list((desk / VOTES).iterdir()) == []


def test_pairs_of_label_studio_are_taken_up_with_the_side_that_was_chosen(tmp_path):
    desk, _, _ = laid(tmp_path, trial(design="pairs"))
    found = read_desk(desk)
    left, right = found.prompts[0].pictures
    part = {"type": "pairwise", "value": {"selected": "right"}, "from_name": "pw", "to_name": "left,right"}
    task = {
        "id": 1,
        "data": {"right": f"/data/{right}", "left": f"/data/{left}"},
        "annotations": [{"completed_by": 2, "result": [part], "lead_time": 3.0}],
    }
    (tmp_path / "pairs.json").write_text(json.dumps([task]), encoding="utf-8")
    [vote] = imported_votes(tmp_path / "pairs.json", found)
    assert (vote.pictures, vote.verdict, vote.reviewer) == ((left, right), "right", "2")


def test_a_trial_comes_back_as_it_was_written(tmp_path):
    write_trial(trial(), tmp_path / "trial.yaml", ["why"])
    assert read_trial(tmp_path / "trial.yaml") == trial()
    with pytest.raises(TrialError, match="exists already"):
        write_trial(trial(), tmp_path / "trial.yaml", [])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"arms": [PIXART, "PixArt-Sigma XL 2 1024"]}, "two arms are one model"),
        ({"arms": [PIXART]}, "arms"),
        ({"prompts": 1}, "prompts"),
        ({"name": "Two Words"}, "name"),
        ({"colour": "red"}, "colour"),
        ({"likeness": {"across": 0.9}}, "likeness.across cannot exceed"),
    ],
)
def test_a_trial_that_cannot_be_is_refused_with_its_field(tmp_path, changes, sentence):
    document = trial().model_dump(mode="json") | changes
    (tmp_path / "trial.yaml").write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(TrialError, match=sentence):
        read_trial(tmp_path / "trial.yaml")


def test_a_trial_is_frozen():
    with pytest.raises(ValueError, match="frozen"):
        Trial.__setattr__(trial(), "prompts", 3)
