"""How long papers take: a slip once warm (at most 50 ms), every other paper, slips in bulk, the register.

    python benchmarks/papers.py [--slips 200]

prints one JSON object; times are milliseconds (cpu: of all threads together), memory is megabytes of this process.
"""

import argparse
import datetime as dt
import json
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import replace

from motcua.formats.papers import Sheet, forms, render
from motcua.rules.working_time import LOCAL

SLIP_LIMIT_MS = 50
CASE = forms.Case(
    superior="Ủy ban nhân dân tỉnh Đắk Lắk",
    agency="Ủy ban nhân dân phường Buôn Ma Thuột",
    place="Buôn Ma Thuột",
    desk="Trung tâm Phục vụ hành chính công phường Buôn Ma Thuột",
    code="H15.104-261120-0001",
    secret="K7QP3M2X",
    check_code="7ZK3MQ9A",
    qr="https://motcua.example.vn/track/?code=H15.104-261120-0001&s=K7QP3M2X&c=7ZK3MQ9A",
    owner="Nguyễn Thị Hồng Nhung",
    submitter="Trần Văn Đỡ",
    address="45 Lê Duẩn, phường Buôn Ma Thuột, tỉnh Đắk Lắk",
    phone="0905 123 456",
    email="nhung@example.vn",
    identity="066190001234",
    request="Đăng ký khai sinh",
    received_at=dt.datetime(2026, 11, 20, 8, 15, tzinfo=LOCAL),
    due_at=dt.datetime(2026, 11, 25, 17, 0, tzinfo=LOCAL),
    day=dt.date(2026, 11, 20),
)
PAPERS = [("Tờ khai đăng ký khai sinh", 1, 0, 0), ("Giấy chứng sinh", 1, 0, 0), ("Giấy chứng nhận kết hôn", 0, 1, 2)]


def case(number: int) -> forms.Case:
    """Return a dossier unlike the others, so that no part of its paper can come from a cache."""
    code, secret = f"H15.104-261120-{number:04}", f"S{number:07}"
    address = f"https://motcua.example.vn/track/?code={code}&s={secret}&c=7ZK3MQ9A"
    return replace(CASE, code=code, secret=secret, qr=address, owner=f"Nguyễn Văn Số {number}", phone=f"09{number:08}")


def slip(number: int) -> list[Sheet]:
    """Return both copies of a slip."""
    return forms.slip(
        case(number),
        papers=PAPERS,
        sets=1,
        limit="3 ngày làm việc",
        return_at="Tại quầy",
        fee="8.000 đồng",
        clerk="Mai",
    )


def apology(number: int) -> list[Sheet]:
    """Return an apology."""
    return [
        forms.apology(
            case(number),
            number=f"{number}/PXL",
            responsible=CASE.agency,
            promised=CASE.received_at,
            reason="phải xác minh tại nơi cư trú cũ",
            again=CASE.due_at,
            signer="Y Thanh",
            extension=False,
        )
    ]


def register(rows: int) -> Sheet:
    """Return a register of so many rows."""
    lines = [
        (str(n), f"H15.104-261120-{n:04}", CASE.request, "1", f"Nguyễn Văn Số {n}", CASE.address, f"09{n:08}",
         "20/11/2026", "25/11/2026", "", "Trực tiếp", "")
        for n in range(1, rows + 1)
    ]  # fmt: skip
    place = {"agency": CASE.agency, "superior": CASE.superior, "place": CASE.place}
    return forms.register(**place, period="Tháng 11", day=CASE.day, rows=lines)


def timed(work: Callable[[], object]) -> float:
    """Return how many milliseconds a piece of work takes."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def spread(times: list[float]) -> dict[str, float]:
    """Return median and 95th percentile."""
    return {"median": round(statistics.median(times), 1), "p95": round(statistics.quantiles(times, n=20)[18], 1)}


def measure(slips: int) -> dict[str, object]:
    """Measure all; the first slip pays for loading the fonts."""
    first = timed(lambda: render(*slip(0)))
    cpu = time.process_time()
    warm = [timed(lambda n=n: render(*slip(n))) for n in range(1, slips + 1)]
    cpu_ms = (time.process_time() - cpu) * 1000 / slips
    letters = [timed(lambda n=n: render(*apology(n))) for n in range(1, 51)]
    bulk = [sheet for n in range(5000, 5100) for sheet in slip(n)]
    bulk_ms = timed(lambda: render(*bulk))
    rows = timed(lambda: render(register(1000)))
    slip_spread = spread(warm)
    return {
        "first_slip_ms": round(first, 1),
        "slip_ms": slip_spread,
        "slip_cpu_ms": round(cpu_ms, 1),
        "slip_limit_ms": SLIP_LIMIT_MS,
        "slip_within_limit": slip_spread["median"] <= SLIP_LIMIT_MS,
        "apology_ms": spread(letters),
        "slip_in_bulk_of_100_ms": round(bulk_ms / 100, 1),
        "register_1000_rows_ms": round(rows, 1),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slips", type=int, default=200, help="how many slips, each unlike the others")
    print(json.dumps(measure(parser.parse_args().slips), indent=2))
