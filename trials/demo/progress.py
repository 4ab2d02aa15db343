"""How the run goes: a live table of the cases on their way, or plain lines where there is no terminal."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from trials.demo.player import OPENED, Playing

REFRESHES = 4
TITLE_WIDTH = 32


class Progress:
    """Hears of every act; a context, so that the terminal is left in order."""

    def __init__(self, console: Console, stories: int) -> None:
        self._console = console
        self._stories = stories
        self._began = time.monotonic()
        self._playing: dict[str, Playing] = {}
        self._live = Live(get_renderable=self._shown, console=console, refresh_per_second=REFRESHES, transient=True)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._console.is_terminal:
            self._live.stop()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def hear(self, playing: Playing) -> None:
        """A story has moved on; beginnings, waits and ends are lines that stay."""
        self._playing[playing.story.key] = playing
        stays = playing.done or playing.now == OPENED or playing.now.startswith("等待")
        if stays and not self._console.is_terminal:
            self._console.print(self._line(playing), highlight=False, markup=False, soft_wrap=True)

    def _line(self, playing: Playing) -> str:
        mark = "✗" if playing.trouble else "✓" if playing.done else "·"
        return f"{self.seconds:6.1f} s  {mark} {playing.number}  {playing.story.title}  {playing.now}"

    def _shown(self) -> Group:
        under_way = [each for each in self._playing.values() if not each.done]
        ended = len(self._playing) - len(under_way)
        head = Text(f"{self.seconds:5.0f} s   已结束 {ended}/{self._stories}   进行中 {len(under_way)}", style="bold")
        table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True, width=TITLE_WIDTH)
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True)
        for each in under_way:
            steps = f"{each.place}/{len(each.story.acts)}"
            table.add_row(each.number, each.story.title, steps, each.now)
        return Group(head, table)
