"""``kiosk api``: sessions that were interrupted, and those that are over (contract.md §2.3)."""

from kiosk.cli.operation import SESSION, Operation, argument, positive

OPERATIONS = (
    Operation(
        "recoverable",
        "sessions that can be resumed",
        lambda client, _: client.recovery.recoverable(),
        member="sessions",
    ),
    Operation(
        "resume",
        "resume a session after a restart",
        lambda client, args: client.recovery.resume(args.id),
        (SESSION,),
        member="session",
    ),
    Operation(
        "discard",
        "give up a session that could be resumed",
        lambda client, args: client.recovery.discard(args.id),
        (SESSION,),
    ),
    Operation(
        "history",
        "sessions that are over",
        lambda client, args: client.recovery.history(args.limit),
        (argument("--limit", type=positive, default=10, metavar="N", help="at most so many (10)"),),
        member="sessions",
    ),
    Operation(
        "history-clear",
        "forget the sessions that are over",
        lambda client, args: client.recovery.clear_history(args.older_than_days),
        (
            argument(
                "--older-than-days",
                type=positive,
                default=7,
                metavar="N",
                help="only those that ended longer ago than that (7)",
            ),
        ),
    ),
)
