"""The simulator from a command line."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from dataclasses import fields
from threading import Event

from portal.vos3000.simulator.keep import KeepUnreadable
from portal.vos3000.simulator.manners import hours_of
from portal.vos3000.simulator.options import Midnight, Options
from portal.vos3000.simulator.server import serve


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments; their defaults are those of a demonstration."""
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on")
    add("--port", type=int, default=0, help="port to listen on (0: any free one)")
    add("--accounts", type=int, default=2000, help="accounts, agents among them")
    add("--phones", type=int, default=4000, help="phones")
    add("--agents", type=int, default=3, help="agent trees")
    add("--gateways", type=int, default=24, help="gateways of both kinds together")
    add("--cdrs-per-day", type=int, default=8000, help="ended calls of a working day, on the whole platform")
    add("--days", type=int, default=60, help="how many days the history goes back")
    add("--seed", type=int, default=1, help="another number makes another platform")
    add("--timezone", default="Asia/Shanghai", help="time zone of the platform (IANA name)")
    add("--currency", default="CNY", help="currency that amounts are made up for (ISO code)")
    add("--history-limit-days", type=int, default=31, help="longest range that may be asked for (0: one that nobody is told)")
    add("--most-rows", type=int, default=0, help="cut answers of the history after so many rows (0: never)")
    add("--forbidden-hours", action="append", default=[], metavar="08:00-20:00", help="refuse the history in these hours; may be repeated")
    add("--late-minutes", type=int, default=0, help="keep the CDR of every tenth call back for so long")
    add("--camel-addresses", action="store_true", help="spell callerIp and calleeIp so in CDRs")
    add("--allow-ip", action="append", default=[], help="address that is let in; may be repeated; without it everybody is")
    add("--latency-ms", type=int, default=0, help="delay of live answers")
    add("--history-latency-ms", type=int, help="delay of answers from the history (default: three times that of live ones)")
    add(
        "--keep",
        default="",
        metavar="FILE",
        help="file to go on from at a restart, with the sizes of the first start",
    )
    add("--live", action=argparse.BooleanOptionalAction, default=True, help="let calls go on and balances move")
    add("--lacks", action="append", default=[], help="interface this version does not have; may be repeated")
    add("--modify-resets", action="append", default=[], help="Modify interface that resets what it is not given; may be repeated")
    add("--billing-side-key", default="calleeBilling", help="name of the billed side in CDRs (some versions: billingType)")
    add("--midnight", choices=[rule.value for rule in Midnight], default="start", help="which day a call over midnight is found in")
    add("--push-url", default="", help="where outward pushes go")
    add("--quiet", action="store_true", help="do not say when it answers")
    add("--tls-certificate", default="", help="PEM file; with it the simulator speaks HTTPS")
    add("--tls-key", default="", help="PEM file of the key, where it is not with the certificate")


def options_of(arguments: argparse.Namespace) -> Options:
    """Return the options that arguments ask for."""
    known = {field.name for field in fields(Options)}
    given = {name: value for name, value in vars(arguments).items() if name in known and value is not None}
    given["allow_ip"] = tuple(arguments.allow_ip)
    given["lacks"], given["modify_resets"] = frozenset(arguments.lacks), frozenset(arguments.modify_resets)
    given["forbidden_hours"] = tuple(hours_of(each) for each in arguments.forbidden_hours)
    given["midnight"] = Midnight(arguments.midnight)
    given.setdefault("history_latency_ms", 3 * arguments.latency_ms)
    return Options(**given)


def run(arguments: argparse.Namespace) -> None:
    """Serve until told to stop."""
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        with serve(options_of(arguments)) as simulator:
            if not arguments.quiet:
                sys.stdout.write(f"A simulated softswitch answers at {simulator.url}\n")
                sys.stdout.flush()
            stop.wait()
    except (KeepUnreadable, OSError) as error:
        sys.exit(f"The simulator cannot start: {error}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from ``python -m portal.vos3000.simulator.cli``."""
    parser = argparse.ArgumentParser(prog="simulator", description="A simulated VOS3000 softswitch.")
    add_arguments(parser)
    run(parser.parse_args(arguments))


if __name__ == "__main__":
    main()
