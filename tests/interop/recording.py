"""A plugin of pytest for tests/scenario: each simulator stands behind a recorder, and what went through all of them is
left in the file that TATAMI_RECORD names."""

import os
import pathlib
import pickle
import sys

from recorder import Recorder

RECORDERS = []


def behind_recorder(kind):
    """The class of simulators, changed so that its address is a recorder's."""
    start, stop = kind.__init__, kind.stop

    def start_both(self, *options):
        start(self, *options)
        self.recorder = Recorder(self.url)
        RECORDERS.append(self.recorder)
        self.url = self.recorder.url

    def stop_both(self):
        self.recorder.stop()
        stop(self)

    kind.__init__, kind.stop = start_both, stop_both


def pytest_collection_finish():
    behind_recorder(sys.modules["release_tools"].Sim)


def pytest_sessionfinish():
    exchanges = [exchange for recorder in RECORDERS for exchange in recorder.exchanges]
    pathlib.Path(os.environ["TATAMI_RECORD"]).write_bytes(pickle.dumps(exchanges))
