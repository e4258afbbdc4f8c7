"""``kiosk api``: the Pi's links to the outside (contract.md §2.10)."""

from kiosk.cli.operation import Operation, argument

OPERATIONS = (
    Operation("network-tailscale", "the VPN", lambda client, _: client.network.tailscale()),
    Operation(
        "network-ping",
        "have the Pi ping a host",
        lambda client, args: client.network.ping(args.host, args.count),
        (
            argument("host", metavar="HOST", help="name or address"),
            argument("--count", type=int, default=3, metavar="N", help="how often (3)"),
        ),
    ),
    Operation("network-mqtt", "the message broker", lambda client, _: client.network.mqtt()),
    Operation("network-bridge", "the bridge server", lambda client, _: client.network.bridge()),
)
