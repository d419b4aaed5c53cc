"""What stops a command of the launcher."""


class LaunchError(Exception):
    """Something a person can put right; the text is a sentence that says what, without a traceback."""


class StopRequested(BaseException):
    """ctrl-C, SIGTERM or a closed terminal; unwinds every `with` so that what was started is stopped.

    A BaseException because nothing on the way may take it for a failure of its own.
    """

    def __init__(self, signal_number: int) -> None:
        super().__init__(signal_number)
        self.signal_number = signal_number
