"""The sheet Profiles: what was measured of every option that the plan or today uses, and by whom."""

from collections.abc import Mapping

from bench.profile import Config, Profile
from roi.texts import text
from roi.workbook.report.live.ground import Ground, Measured
from roi.workbook.report.pages.layout import Column, Content, put_headings, put_line, put_title, set_widths

HEADS = (
    ("profile", "box", None, 40.0),
    ("model", "box", None, 24.0),
    ("board", "box", None, 16.0),
    ("boards", "value", "0", 9.0),
    ("joules", "value", "#,##0.0###", 14.0),
    ("seconds", "value", "0.0000##", 14.0),
    ("boundary", "box", None, 14.0),
    ("idle_w", "value", "0.0", 11.0),
    ("settings", "box", None, 30.0),
    ("fid", "value", "0.00", 10.0),
    ("reference", "box", None, 22.0),
    ("evidence", "box", None, 16.0),
    ("source", "box", None, 46.0),
)


def put_profiles(ground: Ground) -> Mapping[str, Measured]:
    """Make the sheet; the cells that are computed with, by profile."""
    sheet = ground.book.sheet("profiles", ground.say("sheet_profiles"))
    set_widths(sheet, [width for *_, width in HEADS])
    row = put_title(sheet, ground.say("profiles_title"), [ground.say("profiles_note")], len(HEADS))
    columns = [Column(ground.say(name), style, form) for name, style, form, _ in HEADS]
    row = put_headings(sheet, row, columns)
    sheet.freeze = f"B{row}"
    used = [each.offer.profile for side in ground.sides for each in side.options]
    found = {}
    for profile in {each.id: each for each in used if each is not None}.values():
        cells = put_line(sheet, row, columns, _contents(ground, profile))
        found[profile.id] = Measured(joules=cells[4], seconds=cells[5], boards=cells[3])
        row += 1
    return found


def _contents(ground: Ground, profile: Profile) -> tuple[Content, ...]:
    energy, speed, config = profile.energy, profile.speed, profile.config
    if energy is None or speed is None:
        raise ValueError(f"{profile.id} has no joules or seconds")
    quality = next(iter(profile.quality), None)
    evidence = profile.evidence
    return (
        profile.id,
        config.model_name,
        profile.hardware.accelerator,
        float(profile.hardware.accelerator_count),
        energy.energy_j_per_image,
        speed.seconds_per_image,
        energy.boundary,
        energy.idle_power_w,
        _settings(ground, config),
        None if quality is None else quality.value,
        "" if quality is None else quality.reference,
        text(ground.language, f"evidence.{evidence.kind}"),
        evidence.source.citation,
    )


def _settings(ground: Ground, config: Config) -> str:
    return ground.say(
        "settings_words",
        width=config.width,
        height=config.height,
        steps=config.num_inference_steps,
        dtype=config.dtype,
        batch=config.batch_size,
    )
