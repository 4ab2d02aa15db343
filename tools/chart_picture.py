"""Draws the chart as SVG: stages in their order, the commands that lead from one to another."""

from html import escape

from complaints.chart import CHART, DEADLINE
from complaints.vocabulary import Stage

WIDTH, ROW, LEFT, BOX_W, BOX_H = 1180, 78, 40, 210, 46
INK, SOFT, LINE, FILL, DONE = "#1c2430", "#5b6675", "#9aa4b2", "#ffffff", "#eef3ff"
FONT = "PingFang SC, Microsoft YaHei, WenQuanYi Micro Hei, sans-serif"


def moves() -> dict[tuple[Stage, Stage], list[str]]:
    """Which commands lead from a stage to another; what any open stage can do is left to the table."""
    found: dict[tuple[Stage, Stage], list[str]] = {}
    for row in CHART:
        if row.to is None or len(row.stages) > 4:
            continue
        for stage in row.stages:
            if stage is not row.to:
                name = "7 d" if row.command == DEADLINE else row.command
                found.setdefault((stage, row.to), []).append(name)
    return found


def draw() -> str:
    """The picture."""
    place = {stage: number for number, stage in enumerate(Stage)}
    height = ROW * len(place) + 40
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'font-family="{FONT}" font-size="15">',
        f'<rect width="{WIDTH}" height="{height}" fill="#f6f7f9"/>',
        f'<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        f'<path d="M0 0 8 4 0 8z" fill="{LINE}"/></marker></defs>',
    ]
    lane = {"down": 0, "up": 0}
    for (start, end), commands in sorted(moves().items(), key=lambda each: (place[each[0][0]], place[each[0][1]])):
        parts += _arrow(place[start], place[end], ", ".join(dict.fromkeys(commands)), lane)
    parts += [_box(stage, number) for stage, number in place.items()]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _top(number: int) -> int:
    return 20 + number * ROW


def _box(stage: Stage, number: int) -> str:
    fill = DONE if stage in (Stage.CLOSED, Stage.ARCHIVED) else FILL
    top = _top(number)
    return (
        f'<rect x="{LEFT}" y="{top}" width="{BOX_W}" height="{BOX_H}" rx="8" fill="{fill}" stroke="{INK}"/>'
        f'<text x="{LEFT + BOX_W // 2}" y="{top + 20}" text-anchor="middle" fill="{INK}">{stage.zh}</text>'
        f'<text x="{LEFT + BOX_W // 2}" y="{top + 38}" text-anchor="middle" fill="{SOFT}" font-size="13">'
        f"{stage.value}</text>"
    )


def _arrow(start: int, end: int, says: str, lane: dict[str, int]) -> list[str]:
    """The next stage is straight below; every other way runs in a lane of its own, on the right."""
    if end == start + 1:
        x = LEFT + BOX_W // 2
        way = f"M{x} {_top(start) + BOX_H} V{_top(end) - 2}"
        line = f'<path d="{way}" stroke="{LINE}" fill="none" marker-end="url(#tip)"/>'
        return [line, _label(x + 10, _top(start) + BOX_H + 20, says)]
    kind = "down" if end > start else "up"
    x = LEFT + BOX_W + 60 + lane[kind] * 52 + (0 if kind == "up" else 26)
    lane[kind] += 1
    out, back = _top(start) + BOX_H // 2 + 8, _top(end) + BOX_H // 2 - 8
    right = LEFT + BOX_W
    line = f'<path d="M{right} {out} H{x} V{back} H{right + 4}" stroke="{LINE}" fill="none" marker-end="url(#tip)"/>'
    return [line, _label(x + 6, out - 5, says)]


def _label(x: int, y: int, says: str) -> str:
    return f'<text x="{x}" y="{y}" fill="{SOFT}" font-size="13">{escape(says)}</text>'
