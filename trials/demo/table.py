"""The run as a table: a row a case, where to look at each, and the sum of it all in one line."""

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from activities.wording import LIMITS_ZH
from complaints.vocabulary import Closing, Stage
from trials.demo.findings import Finding
from trials.demo.own_desk import OwnDesk
from trials.demo.progress import TITLE_WIDTH

WIDTH = 150
"""How wide it is where there is no terminal to ask."""

SPANS: dict[str, tuple[Stage, ...]] = {
    "核实": (Stage.RECEIVED, Stage.VERIFYING, Stage.GRADING, Stage.DETERMINING_LIABILITY),
    "方案": (Stage.PLANNING, Stage.APPROVING),
    "答复": (Stage.PROPOSING,),
    "执行": (Stage.EXECUTING,),
    "回访": (Stage.CONFIRMING, Stage.REVISITING, Stage.REMEDYING),
}
"""Which stages are shown together."""



def show(console: Console, findings: Sequence[Finding], desk: OwnDesk, seconds: float) -> None:
    """Table, links and sum."""
    address, mailbox = desk.address("My desk and API"), desk.address("Mailbox")
    console.print(table(findings))
    console.print("[bold]逐件查看 look at each[/bold]:接口 API · 邮箱 mailbox · Temporal", highlight=False)
    for each in findings:
        links = each.playing.links
        places = (f"{address}{links['self']}", f"{mailbox}/?q={each.playing.number}", links["temporal_ui"])
        console.print(f"{each.playing.number}  {'  '.join(places)}", highlight=False, markup=False, soft_wrap=True)
    for each in findings:
        for trouble in each.troubles:
            console.print(f"[red]✗[/red] {each.playing.story.key}: {trouble}", highlight=False, soft_wrap=True)
    console.print(f"\n[bold]{summary(findings, seconds)}[/bold]", highlight=False, soft_wrap=True)


def table(findings: Sequence[Finding]) -> Table:
    """A row a case."""
    made = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), caption="用时按演示时钟计(小时):2 秒为 1 小时")
    made.add_column("编号", no_wrap=True)
    made.add_column("投诉", min_width=TITLE_WIDTH, overflow="fold")
    for name in ("级别", "渠道"):
        made.add_column(name, no_wrap=True)
    for name in (*SPANS, "按时"):
        made.add_column(name, justify="right")
    made.add_column("超时", max_width=14, overflow="fold")
    made.add_column("升级", no_wrap=True)
    made.add_column("通知", no_wrap=True, justify="right")
    made.add_column("结果", overflow="fold")
    for each in findings:
        made.add_row(*_cells(each))
    return made


def _cells(finding: Finding) -> list[Text | str]:
    story = finding.playing.story
    spent = [sum(finding.hours.get(stage, 0.0) for stage in stages) for stages in SPANS.values()]
    return [
        finding.playing.number,
        story.title,
        Text(story.grade.zh, style=GRADE_STYLES.get(story.grade.value, "")),
        story.channel.zh[:2],
        *(f"{hours:.1f}" if hours else "–" for hours in spent),
        str(finding.met),
        _missed(finding),
        f"{finding.escalations}次 至{finding.level}级" if finding.escalations else "–",
        f"{finding.notices}" + (f" 退{finding.undelivered}" if finding.undelivered else ""),
        _result(finding),
    ]


GRADE_STYLES = {"urgent": "bold red", "important": "yellow"}


def _missed(finding: Finding) -> Text:
    """The missed limits; one the story didn't mean to miss is marked."""
    words = (LIMITS_ZH[each] + ("*" if each in finding.unplanned else "") for each in finding.missed)
    return Text(" ".join(words) or "–", style="red" if finding.missed else "")


def _result(finding: Finding) -> Text:
    closing = finding.case["closing"]
    words = Closing(closing).zh if closing else Stage(finding.case["stage"]).zh
    return Text(f"✗ {words}" if finding.troubles else words, style="red" if finding.troubles else "green")


def summary(findings: Sequence[Finding], seconds: float) -> str:
    """The sum of it all."""
    unplanned = sum(len(each.unplanned) for each in findings)
    missed = sum(len(each.missed) for each in findings)
    wrong = sum(bool(each.troubles) for each in findings)
    return (
        f"{len(findings)} 件投诉 cases · 按时 met {sum(each.met for each in findings)} · 超时 missed {missed}"
        + (f"(标 * 的 {unplanned} 项不在剧本内:机器繁忙,人也来迟)" if unplanned else "")
        + f" · 升级 escalations {sum(each.escalations for each in findings)}"
        f" · 通知 notices {sum(each.notices for each in findings)}"
        + (f" · 与剧本不符 not as written {wrong}" if wrong else "")
        + f" · {seconds:.0f} 秒 s"
    )
