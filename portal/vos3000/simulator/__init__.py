"""A softswitch to run against: all interfaces, stateful, in memory only, with faults that can be switched on.

>>> with serve(Options(accounts=20, phones=30)) as simulator:
...     simulator.faults.add("Pay", "apply-then-reset")
...     simulator.url, simulator.journal, simulator.state.account("1000")
"""

from portal.vos3000.simulator.options import Midnight, Options
from portal.vos3000.simulator.server import Simulator, serve

__all__ = ["Midnight", "Options", "Simulator", "serve"]
