"""Side by side: jobs in threads that start at the same moment, and what they raised."""

import threading
from collections.abc import Callable


def together(*jobs: Callable[[], object]) -> list[BaseException]:
    gate = threading.Barrier(len(jobs))
    faults: list[BaseException] = []

    def run(job: Callable[[], object]) -> None:
        gate.wait(10)
        try:
            job()
        except BaseException as fault:  # noqa: BLE001 - handed to the test
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return faults
