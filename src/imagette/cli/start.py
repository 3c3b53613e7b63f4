"""The command's first moment: until its modules are imported, an interruption just ends it.

Nothing is done by then that would have to be undone, and Python would show where it stood in them.
"""

import signal


def main() -> None:
    """The entry point of the command."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else ignored: nohup, `&`
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from imagette.cli import main as command

    command.main()
