"""``kiosk api``: the devices that may be provisioned (contract.md §2.2)."""

from kiosk.cli.operation import MAC, Operation, argument

OPERATIONS = (
    Operation(
        "allowlist",
        "approved devices",
        lambda client, args: client.allowlist.entries(available=args.available),
        (argument("--available", action="store_true", help="only those not used yet"),),
        member="entries",
    ),
    Operation(
        "allowlist-add",
        "approve a device",
        lambda client, args: client.allowlist.add(args.mac, args.description, args.container),
        (
            MAC,
            argument("--description", metavar="D"),
            argument("--container", metavar="C", help="the container that it belongs to"),
        ),
        member="entry",
    ),
    Operation(
        "allowlist-remove",
        "withdraw a device's approval",
        lambda client, args: client.allowlist.remove(args.mac),
        (MAC,),
    ),
)
